#pragma once
// From what is held of a log towards a newer checkpoint of it, a bounded piece at a time, nothing believed before it is
// proven to be a part of what the log signed.
//
//     auto caught = catch_up(tiles, checkpoint, source);    // checkpoint: its signature is verified already
//     if (caught) caught->tiles.write();
//
// Only entries are fetched, and their tiles made anew: where the root is the signed one, both are right. Tiles of the source
// serve for one thing, the proof that a piece is the beginning of the checkpoint's tree.
//
// One thread; waits for the source.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/tile_writer.h"

namespace skypact::ledger {

struct CatchUpLimits {
  static constexpr std::uint64_t bundles = 64;                        // of one piece: 16,384 entries
  static constexpr std::size_t bytes = std::size_t{16} << 20;         // of one piece, and one bundle more
};

struct CaughtUp {
  TileWriter tiles;            // nothing of it is written yet
  std::vector<Hash> proof;     // that it is the beginning of the checkpoint's tree; empty where it is all of it
};

// `to` has more entries than `from`. Errors: conflict where the entries do not lead to the checkpoint's root; what reading
// gives; bad_input where a file is none.
Result<CaughtUp> catch_up(const TileWriter& from, const Checkpoint& to, const ReadFile& source);

}  // namespace skypact::ledger
