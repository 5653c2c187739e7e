#pragma once
// The entries of a record about clearances: what its party says, and what it received of another's record (docs/formats/clearance.md).
//
//     std::string entry = to_entry({"north.example/record", "north", now, act, {}});
//     auto read = parse_clearance_entry(entry);
//
// The envelope is that of every entry (docs/formats/ledger.md). Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "plan/clearance.h"

namespace skypact::plan {

inline constexpr std::array<std::string_view, 2> clearance_entry_types{"clearance", "clearance_received"};

struct ClearanceEntry {
  static constexpr int version = 1;
  std::string origin, party;             // whose record this is
  Time at;
  ClearanceAct act;
  // Which entry of whose record said it, and when: never earlier than an entry before it there.
  struct Source {
    std::string origin;
    std::uint64_t index = 0;
    Time at;
    friend bool operator==(const Source&, const Source&) = default;
  };
  std::optional<Source> received{};      // empty: the party's own word
  friend bool operator==(const ClearanceEntry&, const ClearanceEntry&) = default;
};

// The entry's line with its newline, of an act that check_act() passes; its times are whole milliseconds.
[[nodiscard]] std::string to_entry(const ClearanceEntry& entry);
// Only the canonical text is read. Errors: bad_input with the field, over_limit.
Result<ClearanceEntry> parse_clearance_entry(std::string_view entry);

}  // namespace skypact::plan
