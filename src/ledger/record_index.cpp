#include "ledger/record_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view hash_lead = "sha256 ";

std::string hash_line(std::string_view text) { return std::string(hash_lead) + to_base64(sha256(as_bytes(text))) + '\n'; }

}  // namespace

std::string closed(std::string text) { return text + hash_line(text); }

Result<LineReader> open_index(std::string_view text, const IndexKind& kind) {
  if (text.size() > kind.bytes) return Error{ErrorCode::over_limit, fmt::format("{} has at most {} bytes", kind.called, kind.bytes)};
  const std::string_view format = kind.head.substr(0, kind.head.find('\n') + 1);
  if (!text.starts_with(format)) return bad_input(fmt::format("line 1 of {} is {}", kind.called, format.substr(0, format.size() - 1)));
  const auto end = text.rfind(hash_lead);
  if (end == text.npos || text.substr(end) != hash_line(text.substr(0, end))) return bad_input("it is cut off or damaged: its last line is not the hash of the lines before");
  if (!text.substr(0, end).starts_with(kind.head)) return Error{ErrorCode::conflict, std::string(kind.other)};
  LineReader lines(text.substr(0, end));
  const auto of_head = std::count(kind.head.begin(), kind.head.end(), '\n');
  for (std::ptrdiff_t i = 0; i < of_head; ++i) lines.next();
  return lines;
}

std::string to_text(const IndexedTo& to) { return fmt::format("size {}\nroot {}\n", to.size, to_base64(to.root)); }

Result<IndexedTo> read_indexed_to(LineReader& lines) {
  IndexedTo to;
  auto line = lines.next();
  const auto size = line && line->starts_with("size ") ? parse_count(line->substr(5)) : std::nullopt;
  if (!size) return lines.wrong("the number of entries is expected: size 812");
  to.size = *size;
  line = lines.next();
  const auto root = line && line->starts_with("root ") ? hash_from_base64(line->substr(5)) : std::nullopt;
  if (!root) return lines.wrong("the root of these entries is expected, in base 64");
  to.root = *root;
  return to;
}

Result<Hash> root_at(const ReadFile& files, std::uint64_t published, std::uint64_t at) {
  const auto frontier = Frontier::at(at, tile_nodes(files, published));
  if (!frontier) return frontier.error();
  return frontier->root();
}

Result<void> is_of(const ReadFile& files, std::uint64_t published, std::uint64_t size, const IndexedTo& to) {
  if (to.size > size) return Error{ErrorCode::conflict, fmt::format("it is of {} entries, and the record has {}", to.size, size)};
  const auto root = root_at(files, published, to.size);
  if (!root) return root.error();
  if (*root != to.root) return Error{ErrorCode::conflict, fmt::format("the record's first {} entries are others than those that it is of", to.size)};
  return {};
}

Result<std::string_view> EntryReader::at(std::uint64_t index) {
  const TileId tile = tile_at(0, index, size_);
  if (!tile_ || *tile_ != tile.index) {
    tile_.reset();
    auto bundle = read_bundle(files_, tile.index, tile.width);
    if (!bundle) return std::move(bundle).error();
    bundle_ = std::move(*bundle);
    auto entries = parse_bundle(bundle_, tile.width);
    if (!entries) return std::move(entries).error().within(bundle_path(tile.index, tile.width));
    entries_ = std::move(*entries);
    auto hashes = read_tile(files_, tile);
    if (!hashes) return std::move(hashes).error();
    hashes_ = std::move(*hashes);
    tile_ = tile.index;
  }
  const std::size_t i = index % tile_width;
  if (leaf_hash(as_bytes(entries_[i])) != hashes_[i]) return bad_input(fmt::format("entry {} does not have the hash that its tile holds for it", index));
  return entries_[i];
}

}  // namespace skypact::ledger
