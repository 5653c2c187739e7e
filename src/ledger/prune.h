#pragma once
// Pruning: the oldest entries of a log that nobody else follows are let go. Its hashes stay, so its roots, and the proofs of the
// entries that are left, stay what they were. What C2SP tlog-tiles calls the minimum index stands in the file `pruned`.
//
//     auto pruned = prune(storage, below);               // whole bundles only
//     pruned->minimum                                    // the first entry that is left
//
// The mark is durable before the first bundle goes, and says up to where they are gone; so a power cut at any moment leaves either
// an entry or the word that it was pruned, and the next pruning removes what the last one left.
// One thread at a time; others may read meanwhile, and write at the other end of the log.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/storage.h"
#include "ledger/tile.h"

namespace skypact::ledger {

inline constexpr const char* pruned_file = "pruned";

struct Pruned {
  std::uint64_t minimum = 0;   // entries below were pruned; a multiple of tile_width
  std::uint64_t removed = 0;   // of these, bundles below are gone; others may still lie there
  friend bool operator==(const Pruned&, const Pruned&) = default;
};

[[nodiscard]] std::string to_text(const Pruned& pruned);
// Errors: bad_input with the line.
Result<Pruned> parse_pruned(std::string_view text);
// Zeros where nothing was pruned. Errors: as above, what reading gives.
Result<Pruned> read_pruned(const ReadFile& read);

// Removes the bundles of the entries below `below`, rounded down to whole bundles. These must be full, and under a signed
// checkpoint. Fewer than before changes nothing. Errors: what storage gives; then it is called again.
Result<Pruned> prune(Storage& storage, std::uint64_t below);

}  // namespace skypact::ledger
