#include "ledger/proof_file.h"

#include <fmt/format.h>

#include "base/base64.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1";

}  // namespace

Result<ProofFile> parse_proof(std::string_view text) {
  std::size_t number = 0;
  // nullopt where no whole line is left.
  const auto next_line = [&]() -> std::optional<std::string_view> {
    const auto end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    return line;
  };
  const auto wrong = [&](std::string_view what) { return bad_input(fmt::format("line {}: {}", number, what)); };

  if (next_line() != header) return bad_input(fmt::format("line 1 of a proof is {}", header));
  ProofFile proof;
  auto line = next_line();
  if (line && line->starts_with("extra ")) {
    proof.extra = from_base64(line->substr(6));
    if (!proof.extra) return wrong("extra is not base 64");
    line = next_line();
  }
  if (!line || !line->starts_with("index ")) return bad_input(fmt::format("line {}: the index of the entry is expected", number + (line ? 0 : 1)));
  const auto index = parse_count(line->substr(6));
  if (!index) return wrong("the index is not a number");
  proof.index = *index;
  while ((line = next_line()) && !line->empty()) {
    const auto hash = hash_from_base64(*line);
    if (!hash) return wrong("not the base 64 of a hash of 32 bytes");
    if (proof.path.size() == longest_proof) return Error{ErrorCode::over_limit, fmt::format("line {}: more than {} hashes", number, longest_proof)};
    proof.path.push_back(*hash);
  }
  if (!line) return bad_input("the proof is cut off: a blank line and a checkpoint are expected behind the hashes");
  auto checkpoint = parse_note(text);
  if (!checkpoint) return std::move(checkpoint).error().within("the checkpoint");
  proof.checkpoint = std::move(*checkpoint);
  return proof;
}

std::string to_text(const ProofFile& proof) {
  std::string text = std::string(header) + '\n';
  if (proof.extra) text += fmt::format("extra {}\n", skypact::to_base64(as_bytes(*proof.extra)));
  text += fmt::format("index {}\n", proof.index);
  for (const Hash& hash : proof.path) text += to_base64(hash) + '\n';
  return text + '\n' + to_text(proof.checkpoint);
}

Result<Accepted> verify(const ProofFile& proof, const Hash& leaf, const Policy& policy) {
  auto accepted = accept(proof.checkpoint, policy);
  if (!accepted) return std::move(accepted).error();
  if (auto inside = verify_inclusion(proof.index, accepted->checkpoint.size, leaf, proof.path, accepted->checkpoint.root); !inside) {
    return std::move(inside).error();
  }
  return accepted;
}

}  // namespace skypact::ledger
