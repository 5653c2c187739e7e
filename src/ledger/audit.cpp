#include "ledger/audit.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/input_file.h"
#include "ledger/prune.h"

namespace skypact::ledger {
namespace {

// The largest file: a bundle of 256 entries of the greatest length, with their lengths.
constexpr std::size_t largest_file = tile_width * (longest_entry + 2);

// The tiles of the levels above the leaves, built anew and compared with the files as each becomes full.
class TileCheck {
 public:
  explicit TileCheck(const ReadFile& read) : read_(read) {}

  Result<void> add(unsigned level, const Hash& hash) {
    if (levels_.size() <= level) levels_.resize(level + 1);
    levels_[level].hashes.push_back(hash);
    return levels_[level].hashes.size() == tile_width ? compare(level) : Result<void>();
  }

  // What is left over: the partial tiles at the right edge.
  Result<void> finish() {
    for (unsigned level = 0; level < levels_.size(); ++level) {
      if (levels_[level].hashes.empty()) continue;
      if (auto same = compare(level); !same) return same;
    }
    return {};
  }

 private:
  struct Level {
    std::vector<Hash> hashes;
    std::uint64_t tile = 0;
  };

  Result<void> compare(unsigned level) {
    const TileId id{level, levels_[level].tile, static_cast<unsigned>(levels_[level].hashes.size())};
    const auto stored = read_tile(read_, id);
    if (!stored) return stored.error();
    const std::vector<Hash> hashes = std::exchange(levels_[level].hashes, {});
    ++levels_[level].tile;
    for (unsigned i = 0; i < id.width; ++i) {
      if (hashes[i] == (*stored)[i]) continue;
      const std::uint64_t which = id.index * tile_width + i;
      if (level == 0) return bad_input(fmt::format("entry {} does not have the hash that {} holds for it", which, tile_path(id)));
      return bad_input(fmt::format("{}: hash {} is not the root of {}", tile_path(id), i, tile_path({level - 1, which})));
    }
    return id.width == tile_width ? add(level + 1, root_of(hashes)) : Result<void>();
  }

  const ReadFile& read_;
  std::vector<Level> levels_;
};

}  // namespace

Result<AuditReport> audit(const ReadFile& read, const Policy& policy, const AuditProgress& progress) {
  const auto file = read("checkpoint");
  if (!file) return file.error();
  const auto note = parse_note(*file);
  if (!note) return Error(note.error()).within("checkpoint");
  auto head = accept(*note, policy);
  if (!head) return std::move(head).error().within("checkpoint");

  const auto pruned = read_pruned(read);
  if (!pruned) return pruned.error();
  AuditReport report{std::move(*head), 0, pruned->minimum, 0};
  const std::uint64_t size = report.head.checkpoint.size;
  if (pruned->minimum > size) return bad_input(fmt::format("{}: it says that {} entries were pruned, and the log has {}", pruned_file, pruned->minimum, size));
  Frontier tree;
  TileCheck tiles(read);
  while (report.entries < size) {
    const TileId id = tile_at(0, report.entries, size);
    if (report.entries < report.pruned) {
      const auto hashes = read_tile(read, id);
      if (!hashes) return hashes.error();
      for (const Hash& leaf : *hashes) {
        tree.append(leaf);
        if (auto fits = tiles.add(0, leaf); !fits) return std::move(fits).error();
      }
      report.entries += hashes->size();
      continue;
    }
    const auto bundle = read_bundle(read, id.index, id.width);
    if (!bundle) return bundle.error();
    const auto entries = parse_bundle(*bundle, id.width);
    if (!entries) return Error(entries.error()).within(bundle_path(id.index, id.width));
    for (const std::string_view entry : *entries) {
      const Hash leaf = leaf_hash(as_bytes(entry));
      tree.append(leaf);
      if (auto fits = tiles.add(0, leaf); !fits) return std::move(fits).error();
      ++report.entries;
      report.bytes += entry.size();
    }
    if (progress) progress(report.entries, size);
  }
  if (auto fits = tiles.finish(); !fits) return std::move(fits).error();
  if (tree.root() != report.head.checkpoint.root) {
    return bad_input(fmt::format("checkpoint: it says the root of {} entries is {}, and theirs is {}", size, to_base64(report.head.checkpoint.root),
                                 to_base64(tree.root())));
  }
  return report;
}

ReadFile files_in(std::filesystem::path folder) {
  return [folder = std::move(folder)](const std::string& path) { return read_bytes((folder / path).string(), largest_file); };
}

}  // namespace skypact::ledger
