#pragma once
// Equivocation: proof that a log signed two histories, for anybody, offline. Two of its checkpoints, and the roots that the
// trees behind them have at one size: proven for each, and not the same.
//
//     auto proof = parse_equivocation(file);
//     if (proof && verify(*proof, {{log_key}})) …     // this log is forked, by its own signatures
//
// Two checkpoints of one size need no hashes. A consistency proof that fails proves nothing by itself, since anybody can
// write a wrong one; a right one from another beginning does. A checkpoint that is only older than another is no
// equivocation. Format: docs/formats/ledger.md.
//
// Plain values; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/tile.h"

namespace skypact::ledger {

struct Equivocation {
  struct Side {
    Hash root;                // of the first `size` entries
    std::vector<Hash> proof;  // from there to the checkpoint; empty where it has as many
    Note checkpoint;
    friend bool operator==(const Side&, const Side&) = default;
  };
  std::uint64_t size = 0;
  std::array<Side, 2> sides;
  friend bool operator==(const Equivocation&, const Equivocation&) = default;
};

// Exactly one text is read to one value and back. Errors: bad_input with the line, over_limit.
Result<Equivocation> parse_equivocation(std::string_view text);
[[nodiscard]] std::string to_text(const Equivocation& proof);
// Whether a file means to be one, by its first line.
[[nodiscard]] bool is_equivocation(std::string_view text);

// Success: a log of these keys signed both, and they contradict each other; the two checkpoints. Errors: refused where no
// known log signed one of them, bad_input for what proves nothing.
Result<std::array<Checkpoint, 2>> verify(const Equivocation& proof, std::span<const VerifierKey> logs);

// What is held of a log, provably: the root of its first `size` entries, under a checkpoint that it signed.
struct Held {
  std::uint64_t size = 0;
  Hash root;
  std::vector<Hash> proof;
  Note checkpoint;
};
// Why another signed checkpoint does not go with what is held, by `source`, the files behind the other. nullopt where the
// files prove no contradiction (they may be damaged, or come from the wrong place).
[[nodiscard]] std::optional<Equivocation> find_equivocation(const Held& held, const Note& other, const ReadFile& source, const VerifierKey& log);

}  // namespace skypact::ledger
