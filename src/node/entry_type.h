#pragma once
// What kind of entry a line of a ledger is, and when it was written, without reading all of it: keys of a canonical entry stand in alphabetical
// order, so its time is at its beginning and its type at its end. Most entries are told apart by that. Pure; any thread.

#include <optional>
#include <string_view>

#include "base/time.h"

namespace skypact::node {

[[nodiscard]] inline bool has_entry_type(std::string_view entry, std::string_view type) {
  constexpr std::string_view before = "\"type\":\"", behind = "\",\"v\":1}\n";
  if (!entry.ends_with(behind)) return false;
  entry.remove_suffix(behind.size());
  if (!entry.ends_with(type)) return false;
  entry.remove_suffix(type.size());
  return entry.ends_with(before);
}

// By the clock of the node that wrote it.
[[nodiscard]] inline std::optional<Time> entry_time(std::string_view entry) {
  constexpr std::string_view before = "{\"at\":\"";
  if (!entry.starts_with(before)) return std::nullopt;
  entry.remove_prefix(before.size());
  const auto at = parse_rfc3339(entry.substr(0, entry.find('"')));
  return at ? std::optional(*at) : std::nullopt;
}

}  // namespace skypact::node
