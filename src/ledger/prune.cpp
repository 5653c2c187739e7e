#include "ledger/prune.h"

#include <fmt/format.h>

#include <set>

#include "ledger/checkpoint.h"
#include "ledger/line_reader.h"
#include "ledger/tile_writer.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "skypact/pruned@v1";

}  // namespace

std::string to_text(const Pruned& pruned) { return fmt::format("{}\nminimum {}\nremoved {}\n", header, pruned.minimum, pruned.removed); }

Result<Pruned> parse_pruned(std::string_view text) {
  LineReader lines(text);
  if (lines.next() != header) return bad_input(fmt::format("line 1 is {}", header));
  Pruned pruned;
  for (const auto& [word, value] : {std::pair<std::string_view, std::uint64_t*>{"minimum ", &pruned.minimum}, {"removed ", &pruned.removed}}) {
    const auto line = lines.next();
    const auto number = line && line->starts_with(word) ? parse_count(line->substr(word.size())) : std::nullopt;
    if (!number || *number % tile_width != 0) return bad_input(fmt::format("line {}: {}and a multiple of {} are expected", lines.number() + (line ? 0 : 1), word, tile_width));
    *value = *number;
  }
  if (pruned.removed > pruned.minimum) return lines.wrong("no more can be removed than was pruned");
  if (!lines.rest().empty()) return bad_input(fmt::format("line {}: nothing is expected here", lines.number() + 1));
  return pruned;
}

Result<Pruned> read_pruned(const ReadFile& read) {
  const auto text = read(pruned_file);
  if (!text && text.error().code == ErrorCode::not_found) return Pruned{};
  if (!text) return text.error();
  auto pruned = parse_pruned(*text);
  if (!pruned) return std::move(pruned).error().within(pruned_file);
  return pruned;
}

Result<Pruned> prune(Storage& storage, std::uint64_t below) {
  auto read = read_pruned(files_of(storage));
  if (!read) return read;
  Pruned pruned = *read;
  below -= below % tile_width;
  if (below > pruned.minimum) {
    pruned.minimum = below;
    if (auto marked = replace(storage, pruned_file, to_text(pruned)); !marked) return std::move(marked).error();
  }
  if (pruned.removed == pruned.minimum) return pruned;
  std::set<std::string> folders;
  for (std::uint64_t bundle = pruned.removed / tile_width; bundle < pruned.minimum / tile_width; ++bundle) {
    const std::string path = bundle_path(bundle, tile_width);
    if (auto removed = storage.remove(path); !removed) return std::move(removed).error();
    folders.insert(folder_of(path));
  }
  for (const std::string& folder : folders) {
    if (auto synced = storage.sync_folder(folder); !synced) return std::move(synced).error();
  }
  pruned.removed = pruned.minimum;
  if (auto marked = replace(storage, pruned_file, to_text(pruned)); !marked) return std::move(marked).error();
  return pruned;
}

}  // namespace skypact::ledger
