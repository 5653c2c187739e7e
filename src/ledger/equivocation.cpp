#include "ledger/equivocation.h"

#include <fmt/format.h>

#include <utility>

#include "ledger/line_reader.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "skypact/equivocation@v1";

Result<void> leads_to(std::uint64_t size, const Equivocation::Side& side, const Checkpoint& checkpoint) {
  return verify_consistency(size, checkpoint.size, side.proof, side.root, checkpoint.root);
}

}  // namespace

bool is_equivocation(std::string_view text) { return text.starts_with(header) && text.substr(header.size()).starts_with('\n'); }

Result<Equivocation> parse_equivocation(std::string_view text) {
  LineReader lines(text);

  if (lines.next() != header) return bad_input(fmt::format("line 1 of a proof of equivocation is {}", header));
  Equivocation proof;
  const auto count_after = [&](std::string_view word) -> std::optional<std::uint64_t> {
    const auto line = lines.next();
    return line && line->starts_with(word) ? parse_count(line->substr(word.size())) : std::nullopt;
  };
  const auto size = count_after("size ");
  if (!size || *size == 0) return lines.wrong("size and a number of entries above 0 are expected");
  proof.size = *size;
  const auto first_note = count_after("first ");
  if (!first_note) return lines.wrong("first and the bytes of the first checkpoint are expected");
  for (Equivocation::Side& side : proof.sides) {
    const auto line = lines.next();
    const auto root = line && line->starts_with("root ") ? hash_from_base64(line->substr(5)) : std::nullopt;
    if (!root) return lines.wrong("root and the base 64 of a hash of 32 bytes are expected");
    side.root = *root;
    if (auto read = lines.hashes(lines.next(), side.proof, longest_proof, "the proof is cut off: a blank line is expected behind the hashes"); !read) {
      return std::move(read).error();
    }
  }
  const std::string_view rest = lines.rest();
  if (*first_note > rest.size()) return bad_input("the proof is cut off: two checkpoints are expected behind the hashes");
  const std::array<std::string_view, 2> notes{rest.substr(0, *first_note), rest.substr(*first_note)};
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
