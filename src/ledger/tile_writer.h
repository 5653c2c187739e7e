#pragma once
// TileWriter: the files of a tree as it grows: entries in, tiles and bundles out. It signs nothing and trusts nobody: what
// its tree must be is for the caller to know, before he writes.
//
//     auto tiles = TileWriter::open(storage, size);    // the tree of `size` entries, from its files
//     tiles->add(entry);
//     auto written = tiles->write();                   // durable, and read again
//
// A copy is a trial: entries may be added to it and its root compared before anything is written, and it is dropped where
// they do not fit. Files beyond the size that somebody signed are nobody's yet, and are written over.
//
// One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/storage.h"
#include "ledger/tile.h"

namespace skypact::ledger {

class TileWriter {
 public:
  explicit TileWriter(Storage& storage) : storage_(&storage) {}
  // Errors: refused where entries at the edge do not have the hashes of their tile, bad_input where a file is damaged,
  // what storage gives. That the root is the right one, the caller compares.
  static Result<TileWriter> open(Storage& storage, std::uint64_t size);

  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  [[nodiscard]] Hash root() const { return frontier_.root(); }
  // Of full tiles that wait for write(): a bound on them is the caller's.
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

  void add(std::string_view entry);  // at most longest_entry bytes
  // All added so far. Errors: refused where what was written reads as another tree; what storage gives. After one nothing
  // more is written with this object.
  Result<void> write();
  // Removes partial tiles of what write() made full; the standard lets them go. Called when nobody trusts a smaller tree alone.
  Result<void> drop_partial();

 private:
  Result<void> load(std::uint64_t size);
  void put(unsigned level, const Hash& hash);

  struct Level {
    std::vector<Hash> hashes;  // of the tile that is not full
    std::uint64_t tile = 0;    // its index
  };

  Storage* storage_;
  Frontier frontier_;
  std::vector<Level> levels_;
  std::string bundle_;               // the entries behind levels_[0]
  std::vector<NewFile> full_;        // tiles and bundles that became full since the last write
  std::size_t waiting_bytes_ = 0;
  std::vector<std::string> became_full_;  // paths, whose partial tiles are still there
};

[[nodiscard]] ReadFile files_of(Storage& storage);

}  // namespace skypact::ledger
