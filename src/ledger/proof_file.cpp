#include "ledger/proof_file.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "ledger/line_reader.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1";

}  // namespace

Result<ProofFile> parse_proof(std::string_view text) {
  LineReader lines(text);

  if (lines.next() != header) return bad_input(fmt::format("line 1 of a proof is {}", header));
  ProofFile proof;
  auto line = lines.next();
  if (line && line->starts_with("extra ")) {
    proof.extra = from_base64(line->substr(6));
    if (!proof.extra) return lines.wrong("extra is not base 64");
    line = lines.next();
  }
  if (!line || !line->starts_with("index ")) return bad_input(fmt::format("line {}: the index of the entry is expected", lines.number() + (line ? 0 : 1)));
  const auto index = parse_count(line->substr(6));
  if (!index) return lines.wrong("the index is not a number");
  proof.index = *index;
  if (auto read = lines.hashes(lines.next(), proof.path, longest_proof, "the proof is cut off: a blank line and a checkpoint are expected behind the hashes"); !read) {
    return std::move(read).error();
  }
  auto checkpoint = parse_note(lines.rest());
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
