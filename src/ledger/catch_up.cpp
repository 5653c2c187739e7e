#include "ledger/catch_up.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"

namespace skypact::ledger {
namespace {

// Names the entry at which what the source serves stops fitting its own tiles, where it does: whoever mends it looks there.
Error does_not_fit(const TileWriter& tried, const Checkpoint& to, const ReadFile& source, std::uint64_t from, const std::string& why) {
  for (std::uint64_t at = from; at < tried.size();) {
    const TileId id = tile_at(0, at, to.size);
    const auto hashes = read_tile(source, id);
    const auto bundle = read_bundle(source, id.index, id.width);
    if (!hashes || !bundle) break;
    const auto entries = parse_bundle(*bundle, id.width);
    if (!entries) break;
    for (unsigned i = 0; i < id.width; ++i) {
      if (leaf_hash(as_bytes((*entries)[i])) != (*hashes)[i]) {
        return {ErrorCode::conflict, fmt::format("entry {} of {} does not have the hash that its tile holds for it", id.index * tile_width + i, to.origin)};
      }
    }
    at = (id.index + 1) * tile_width;
  }
  return {ErrorCode::conflict, fmt::format("the entries of {} from {} on do not lead to its signed root of {} entries: {}", to.origin, from, to.size, why)};
}

}  // namespace

Result<CaughtUp> catch_up(const TileWriter& from, const Checkpoint& to, const ReadFile& source) {
  SKYPACT_CHECK(from.size() < to.size);
  CaughtUp caught{from, {}};
  TileWriter& tiles = caught.tiles;
  std::size_t bytes = 0;
  for (std::uint64_t bundles = 0; tiles.size() < to.size && bundles < CatchUpLimits::bundles && bytes < CatchUpLimits::bytes; ++bundles) {
    const TileId id = tile_at(0, tiles.size(), to.size);
    const auto bundle = read_bundle(source, id.index, id.width);
    if (!bundle) return bundle.error();
    const auto entries = parse_bundle(*bundle, id.width);
    if (!entries) return Error(entries.error()).within(bundle_path(id.index, id.width));
    for (std::size_t i = tiles.size() % tile_width; i < entries->size(); ++i) tiles.add((*entries)[i]);
    bytes += bundle->size();
  }
  if (tiles.size() == to.size) {
    if (tiles.root() != to.root) return does_not_fit(tiles, to, source, from.size(), "theirs is " + to_base64(tiles.root()));
    return caught;
  }
  auto proof = consistency_proof(tiles.size(), to.size, tile_nodes(source, to.size));
  if (!proof) return std::move(proof).error();
  if (auto fits = verify_consistency(tiles.size(), to.size, *proof, tiles.root(), to.root); !fits) {
    return does_not_fit(tiles, to, source, from.size(), fits.error().message);
  }
  caught.proof = std::move(*proof);
  return caught;
}

}  // namespace skypact::ledger
