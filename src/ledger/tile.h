#pragma once
// Tiles: a log as files that any web server can serve (C2SP tlog-tiles). Hashes of 256 nodes each, entries of 256
// each, and the file `checkpoint`.
//
//     tile_path({.level = 0, .index = 1234067, .width = 5})     // "tile/0/x001/x234/067.p/5"
//
// Level 0 holds leaf hashes, each level above the roots of the full tiles of the level below. The last tile of a
// level is partial where the tree's size is no multiple.
//
// Pure, but for what ReadFile does; any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"
#include "ledger/merkle.h"

namespace skypact::ledger {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 1u << tile_height;  // of a full tile
inline constexpr unsigned highest_level = 63;
inline constexpr std::size_t longest_entry = 65'535;       // bytes: its length is written in 16 bits

struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = tile_width;  // 1 to 256
  friend bool operator==(const TileId&, const TileId&) = default;
};

[[nodiscard]] std::string tile_path(const TileId& tile);
// Of the entries behind the level 0 tile of this index and width.
[[nodiscard]] std::string bundle_path(std::uint64_t index, unsigned width);

struct TilePath {
  TileId tile;
  bool entries = false;  // a bundle, else hashes
};
// Exactly the texts that the two above write; nullopt for anything else.
[[nodiscard]] std::optional<TilePath> parse_tile_path(std::string_view path);

// Of the tree of `size` entries: the tile that holds hash `index` of `level`, as wide as it is then; width 0
// where the tree has none.
[[nodiscard]] TileId tile_at(unsigned level, std::uint64_t hash_index, std::uint64_t size);

// The hashes of a tile file. Errors: bad_input where its length is not `width` hashes.
Result<std::vector<Hash>> parse_tile(std::string_view bytes, unsigned width);
[[nodiscard]] std::string to_bytes(std::span<const Hash> hashes);

// The entries of a bundle, in place. Errors: bad_input where there are not exactly `width`.
Result<std::vector<std::string_view>> parse_bundle(std::string_view bytes, unsigned width);
// At most longest_entry bytes.
void append_entry(std::string& bundle, std::string_view entry);

// A file of a log by its path below the log's folder or URL. Errors: not_found, or what reading it gave.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// The tile, from its own file or, where the log has grown since and keeps no partial tile, from the full one.
Result<std::vector<Hash>> read_tile(const ReadFile& read, const TileId& tile);
// A bundle's bytes, likewise, with exactly `width` entries. Errors besides: not_found where they were pruned (ledger/prune.h).
Result<std::string> read_bundle(const ReadFile& read, std::uint64_t index, unsigned width);

// Nodes of a tree of `size` entries out of its tiles, for proofs; keeps the tiles that it read.
[[nodiscard]] NodeReader tile_nodes(ReadFile read, std::uint64_t size);

}  // namespace skypact::ledger
