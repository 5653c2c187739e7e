#pragma once
// What kind of entry a line of a ledger is, without reading all of it: keys of a canonical entry stand in alphabetical order, so
// its type is at its end. Most entries are told apart by that. Pure; any thread.

#include <string_view>

namespace skypact::node {

[[nodiscard]] inline bool has_entry_type(std::string_view entry, std::string_view type) {
  constexpr std::string_view before = "\"type\":\"", behind = "\",\"v\":1}\n";
  if (!entry.ends_with(behind)) return false;
  entry.remove_suffix(behind.size());
  if (!entry.ends_with(type)) return false;
  entry.remove_suffix(type.size());
  return entry.ends_with(before);
}

}  // namespace skypact::node
