#include "ledger/equivocation.h"

#include <fmt/format.h>

#include <utility>

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "skypact/equivocation@v1";

Result<void> leads_to(std::uint64_t size, const Equivocation::Side& side, const Checkpoint& checkpoint) {
  return verify_consistency(size, checkpoint.size, side.proof, side.root, checkpoint.root);
}

}  // namespace

bool is_equivocation(std::string_view text) { return text.starts_with(header) && text.substr(header.size()).starts_with('\n'); }

Result<Equivocation> parse_equivocation(std::string_view text) {
  std::size_t number = 0;
  const auto next_line = [&]() -> std::optional<std::string_view> {
    const auto end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    return line;
  };
  const auto wrong = [&](std::string_view what) { return bad_input(fmt::format("line {}: {}", number, what)); };

  if (next_line() != header) return bad_input(fmt::format("line 1 of a proof of equivocation is {}", header));
  Equivocation proof;
  const auto count_after = [&](std::string_view word) -> std::optional<std::uint64_t> {
    const auto line = next_line();
    return line && line->starts_with(word) ? parse_count(line->substr(word.size())) : std::nullopt;
  };
  const auto size = count_after("size ");
  if (!size || *size == 0) return wrong("size and a number of entries above 0 are expected");
  proof.size = *size;
  const auto first_note = count_after("first ");
  if (!first_note) return wrong("first and the bytes of the first checkpoint are expected");
  for (Equivocation::Side& side : proof.sides) {
    auto line = next_line();
    const auto root = line && line->starts_with("root ") ? hash_from_base64(line->substr(5)) : std::nullopt;
    if (!root) return wrong("root and the base 64 of a hash of 32 bytes are expected");
    side.root = *root;
    while ((line = next_line()) && !line->empty()) {
      const auto hash = hash_from_base64(*line);
      if (!hash) return wrong("not the base 64 of a hash of 32 bytes");
      if (side.proof.size() == longest_proof) return Error{ErrorCode::over_limit, fmt::format("line {}: more than {} hashes", number, longest_proof)};
      side.proof.push_back(*hash);
    }
    if (!line) return bad_input("the proof is cut off: a blank line is expected behind the hashes");
  }
  if (*first_note > text.size()) return bad_input("the proof is cut off: two checkpoints are expected behind the hashes");
  const std::array<std::string_view, 2> notes{text.substr(0, *first_note), text.substr(*first_note)};
  for (std::size_t i = 0; i < 2; ++i) {
    auto note = parse_note(notes[i]);
    if (!note) return std::move(note).error().within(i == 0 ? "the first checkpoint" : "the second checkpoint");
    proof.sides[i].checkpoint = std::move(*note);
  }
  return proof;
}

std::string to_text(const Equivocation& proof) {
  const std::string first = to_text(proof.sides[0].checkpoint);
  std::string text = fmt::format("{}\nsize {}\nfirst {}\n", header, proof.size, first.size());
  for (const Equivocation::Side& side : proof.sides) {
    text += fmt::format("root {}\n", to_base64(side.root));
    for (const Hash& hash : side.proof) text += to_base64(hash) + '\n';
    text += '\n';
  }
  return text + first + to_text(proof.sides[1].checkpoint);
}

Result<std::array<Checkpoint, 2>> verify(const Equivocation& proof, std::span<const VerifierKey> logs) {
  std::array<Checkpoint, 2> checkpoints;
  for (std::size_t i = 0; i < 2; ++i) {
    const Equivocation::Side& side = proof.sides[i];
    const auto signers = verify(side.checkpoint, logs);
    if (!signers) return signers.error();
    auto checkpoint = parse_checkpoint(side.checkpoint.text);
    if (!checkpoint) return std::move(checkpoint).error();
    bool by_itself = false;
    for (const Signer& signer : *signers) {
      by_itself |= logs[signer.key].type == KeyType::ed25519 && logs[signer.key].name == checkpoint->origin;
    }
    if (!by_itself) return Error{ErrorCode::refused, "a checkpoint is not signed by the log that it is of"};
    checkpoints[i] = std::move(*checkpoint);
  }
  if (checkpoints[0].origin != checkpoints[1].origin) return bad_input("the two checkpoints are of two logs");
  for (std::size_t i = 0; i < 2; ++i) {
    if (auto fits = leads_to(proof.size, proof.sides[i], checkpoints[i]); !fits) {
      return std::move(fits).error().within(i == 0 ? "the first checkpoint" : "the second checkpoint");
    }
  }
  if (proof.sides[0].root == proof.sides[1].root) return bad_input("both checkpoints have the same beginning: they do not contradict each other");
  return checkpoints;
}

std::optional<Equivocation> find_equivocation(const Held& held, const Note& other, const ReadFile& source, const VerifierKey& log) {
  const auto checkpoint = parse_checkpoint(other.text);
  if (!checkpoint || held.size == 0 || checkpoint->size < held.size) return std::nullopt;
  Equivocation proof{held.size, {Equivocation::Side{held.root, held.proof, held.checkpoint}, Equivocation::Side{checkpoint->root, {}, other}}};
  if (checkpoint->size > held.size) {
    const NodeReader nodes = tile_nodes(source, checkpoint->size);
    const auto beginning = Frontier::at(held.size, nodes);
    auto path = consistency_proof(held.size, checkpoint->size, nodes);
    if (!beginning || !path) return std::nullopt;
    proof.sides[1].root = beginning->root();
    proof.sides[1].proof = std::move(*path);
  }
  if (!verify(proof, {&log, 1})) return std::nullopt;
  return proof;
}

}  // namespace skypact::ledger
