#include "ledger/tile_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace skypact::ledger {
namespace {

constexpr std::string_view restore = "Restore the ledger from a mirror or a backup";

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }

}  // namespace

ReadFile files_of(Storage& storage) {
  return [&storage](const std::string& path) { return storage.read(path); };
}

Result<TileWriter> TileWriter::open(Storage& storage, std::uint64_t size) {
  TileWriter tiles(storage);
  if (auto loaded = tiles.load(size); !loaded) return std::move(loaded).error();
  return tiles;
}

// The right edge of the tree of this size, from its tiles.
Result<void> TileWriter::load(std::uint64_t size) {
  auto frontier = Frontier::at(size, tile_nodes(files_of(*storage_), size));
  if (!frontier) return std::move(frontier).error();
  frontier_ = std::move(*frontier);
  for (unsigned level = 0; size >> (tile_height * level) > 0; ++level) {
    const std::uint64_t hashes = size >> (tile_height * level);
    levels_.push_back({{}, hashes / tile_width});
    const TileId edge = tile_at(level, hashes, size);
    if (edge.width == 0) continue;
    auto tile = read_tile(files_of(*storage_), edge);
    if (!tile) return std::move(tile).error();
    levels_[level].hashes = std::move(*tile);
  }
  const unsigned width = size % tile_width;
  if (width == 0) return {};
  auto bundle = read_bundle(files_of(*storage_), size / tile_width, width);
  if (!bundle) return std::move(bundle).error();
  const auto entries = parse_bundle(*bundle, width);
  if (!entries) return Error(entries.error()).within(bundle_path(size / tile_width, width));
  for (unsigned i = 0; i < width; ++i) {
    if (leaf_hash(as_bytes((*entries)[i])) != levels_[0].hashes[i]) {
      return refused(fmt::format("entry {} does not have the hash that its tile holds for it; nothing more is signed. {}", size - width + i, restore));
    }
  }
  bundle_ = std::move(*bundle);
  return {};
}

void TileWriter::put(unsigned level, const Hash& hash) {
  if (levels_.size() <= level) levels_.resize(level + 1);
  levels_[level].hashes.push_back(hash);
  if (levels_[level].hashes.size() < tile_width) return;
  const std::vector<Hash> hashes = std::exchange(levels_[level].hashes, {});
  const std::uint64_t index = levels_[level].tile++;
  full_.push_back({tile_path({level, index}), to_bytes(hashes)});
  waiting_bytes_ += full_.back().bytes.size();
  if (level == 0) {
    full_.push_back({bundle_path(index, tile_width), std::exchange(bundle_, {})});
    waiting_bytes_ += full_.back().bytes.size();
  }
  put(level + 1, root_of(hashes));
}

void TileWriter::add(std::string_view entry) {
  append_entry(bundle_, entry);
  const Hash leaf = leaf_hash(as_bytes(entry));
  frontier_.append(leaf);
  put(0, leaf);
}

Result<void> TileWriter::write() {
  std::vector<NewFile> files = std::move(full_);
  for (const NewFile& file : files) became_full_.push_back(file.path);
  for (unsigned level = 0; level < levels_.size(); ++level) {
    const Level& l = levels_[level];
    if (!l.hashes.empty()) files.push_back({tile_path({level, l.tile, static_cast<unsigned>(l.hashes.size())}), to_bytes(l.hashes)});
  }
  if (!bundle_.empty()) files.push_back({bundle_path(levels_[0].tile, static_cast<unsigned>(levels_[0].hashes.size())), bundle_});
  if (auto written = replace(*storage_, files); !written) return written;
  full_.clear();
  waiting_bytes_ = 0;

  const auto stored = Frontier::at(size(), tile_nodes(files_of(*storage_), size()));
  if (!stored) return stored.error();
  if (stored->root() != root()) {
    return refused(fmt::format("the tiles that were written have the root {}, and their entries {}; nothing more is signed. Check this disk and this memory",
                               to_base64(stored->root()), to_base64(root())));
  }
  return {};
}

Result<void> TileWriter::drop_partial() {
  for (const std::string& path : became_full_) {
    const std::string folder = path + ".p";
    const auto names = storage_->list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (auto removed = storage_->remove(folder + '/' + name); !removed) return removed;
    }
  }
  became_full_.clear();
  return {};
}

}  // namespace skypact::ledger
