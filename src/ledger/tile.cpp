#include "ledger/tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "ledger/checkpoint.h"
#include "ledger/prune.h"

namespace skypact::ledger {
namespace {

// 1234067 as x001/x234/067: folders of a thousand, and no file where another path has a folder.
std::string index_path(std::uint64_t index, unsigned width) {
  std::string path = fmt::format("{:03}", index % 1000);
  while ((index /= 1000) > 0) path = fmt::format("x{:03}/", index % 1000) + path;
  if (width != tile_width) path += fmt::format(".p/{}", width);
  return path;
}

bool are_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); }

std::string_view beginning(std::string_view bundle, unsigned width) {
  std::size_t at = 0;
  for (unsigned i = 0; i < width && at + 2 <= bundle.size(); ++i) {
    at += 2 + (static_cast<std::size_t>(static_cast<unsigned char>(bundle[at])) << 8 | static_cast<unsigned char>(bundle[at + 1]));
  }
  return bundle.substr(0, at);
}

}  // namespace

std::string tile_path(const TileId& tile) {
  SKYPACT_CHECK(tile.level <= highest_level && tile.width >= 1 && tile.width <= tile_width);
  return fmt::format("tile/{}/{}", tile.level, index_path(tile.index, tile.width));
}

std::string bundle_path(std::uint64_t index, unsigned width) {
  SKYPACT_CHECK(width >= 1 && width <= tile_width);
  return "tile/entries/" + index_path(index, width);
}

std::optional<TilePath> parse_tile_path(std::string_view path) {
  const std::string_view whole = path;
  const auto take = [&](std::string_view lead) { return path.starts_with(lead) && (path.remove_prefix(lead.size()), true); };
  TilePath result;
  if (!take("tile/")) return std::nullopt;
  const auto slash = path.find('/');
  if (slash == path.npos) return std::nullopt;
  const std::string_view level = path.substr(0, slash);
  result.entries = level == "entries";
  if (!result.entries) {
    const auto number = parse_count(level);
    if (!number || *number > highest_level) return std::nullopt;
    result.tile.level = static_cast<unsigned>(*number);
  }
  path.remove_prefix(slash + 1);
  if (const auto partial = path.find(".p/"); partial != path.npos) {
    const auto width = parse_count(path.substr(partial + 3));
    if (!width || *width < 1 || *width >= tile_width) return std::nullopt;
    result.tile.width = static_cast<unsigned>(*width);
    path = path.substr(0, partial);
  }
  while (path.starts_with('x')) {
    if (path.size() < 5 || path[4] != '/' || !are_digits(path.substr(1, 3))) return std::nullopt;
    result.tile.index = result.tile.index * 1000 + *parse_count(fmt::format("1{}", path.substr(1, 3))) - 1000;
    if (result.tile.index > most_entries / 1000) return std::nullopt;
    path.remove_prefix(5);
  }
  if (path.size() != 3 || !are_digits(path)) return std::nullopt;
  result.tile.index = result.tile.index * 1000 + *parse_count(fmt::format("1{}", path)) - 1000;
  // What is written differently from how it would be written here (x000/ in front) is another path.
  const std::string again = result.entries ? bundle_path(result.tile.index, result.tile.width) : tile_path(result.tile);
  if (again != whole) return std::nullopt;
  return result;
}

TileId tile_at(unsigned level, std::uint64_t hash_index, std::uint64_t size) {
  const unsigned shift = tile_height * level;
  const std::uint64_t hashes = shift < 64 ? size >> shift : 0;  // of this level in the tree
  TileId tile{level, hash_index / tile_width, 0};
  const std::uint64_t first = tile.index * tile_width;
  if (first < hashes) tile.width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, hashes - first));
  return tile;
}

Result<std::vector<Hash>> parse_tile(std::string_view bytes, unsigned width) {
  if (bytes.size() != width * Hash::size) {
    return bad_input(fmt::format("{} bytes, {} are expected of a tile of {} hashes", bytes.size(), width * Hash::size, width));
  }
  std::vector<Hash> hashes(width);
  for (unsigned i = 0; i < width; ++i) {
    const std::string_view one = bytes.substr(i * Hash::size, Hash::size);
    std::copy(one.begin(), one.end(), hashes[i].bytes.begin());
  }
  return hashes;
}

std::string to_bytes(std::span<const Hash> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * Hash::size);
  for (const Hash& hash : hashes) bytes.append(reinterpret_cast<const char*>(hash.bytes.data()), Hash::size);
  return bytes;
}

Result<std::vector<std::string_view>> parse_bundle(std::string_view bytes, unsigned width) {
  std::vector<std::string_view> entries;
  entries.reserve(width);
  while (!bytes.empty()) {
    if (entries.size() == width) return bad_input(fmt::format("more than {} entries", width));
    const std::size_t length =
        bytes.size() < 2 ? bytes.size() : static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8 | static_cast<unsigned char>(bytes[1]);
    if (bytes.size() < 2 || bytes.size() - 2 < length) return bad_input(fmt::format("entry {} of the bundle is cut off", entries.size()));
    entries.push_back(bytes.substr(2, length));
    bytes.remove_prefix(2 + length);
  }
  if (entries.size() != width) return bad_input(fmt::format("{} entries, {} are expected", entries.size(), width));
  return entries;
}

void append_entry(std::string& bundle, std::string_view entry) {
  SKYPACT_CHECK(entry.size() <= longest_entry);
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xFF);
  bundle += entry;
}

Result<std::vector<Hash>> read_tile(const ReadFile& read, const TileId& tile) {
  auto bytes = read(tile_path(tile));
  bool cut = false;
  if (!bytes && bytes.error().code == ErrorCode::not_found && tile.width < tile_width) {
    if (auto full = read(tile_path({tile.level, tile.index}))) bytes = std::move(full), cut = true;
  }
  if (!bytes) return std::move(bytes).error();
  auto hashes = parse_tile(*bytes, cut ? tile_width : tile.width);
  if (!hashes) return std::move(hashes).error().within(tile_path(tile));
  hashes->resize(tile.width);
  return hashes;
}

Result<std::string> read_bundle(const ReadFile& read, std::uint64_t index, unsigned width) {
  auto bytes = read(bundle_path(index, width));
  if (!bytes && bytes.error().code == ErrorCode::not_found && width < tile_width) {
    if (auto full = read(bundle_path(index, tile_width))) bytes = std::string(beginning(*full, width));
  }
  if (!bytes && bytes.error().code == ErrorCode::not_found) {
    const auto pruned = read_pruned(read);
    if (pruned && index < pruned->minimum / tile_width) {
      return Error{ErrorCode::not_found, fmt::format("entries below {} were pruned; their hashes are left", pruned->minimum)};
    }
  }
  return bytes;
}

NodeReader tile_nodes(ReadFile read, std::uint64_t size) {
  auto kept = std::make_shared<std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>>>();
  return [read = std::move(read), size, kept](NodeId node) -> Result<Hash> {
    const unsigned level = node.level / tile_height, above = node.level % tile_height;
    const std::uint64_t first = node.index << above;
    const TileId tile = tile_at(level, first, size);
    const std::uint64_t from = first % tile_width, count = std::uint64_t{1} << above;
    SKYPACT_CHECK(from + count <= tile.width);
    auto at = kept->find({level, tile.index});
    if (at == kept->end()) {
      auto hashes = read_tile(read, tile);
      if (!hashes) return std::move(hashes).error();
      at = kept->emplace(std::pair(level, tile.index), std::move(*hashes)).first;
    }
    return root_of(std::span(at->second).subspan(from, count));
  };
}

}  // namespace skypact::ledger
