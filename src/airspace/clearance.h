#pragma once
// What a party has given a flight through its area, as the watch needs it: whoever watches needs to know no request and no record.
//
// Plain values; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/vertical_limit.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact {

inline constexpr Length widest_corridor = nautical_miles(50);   // half of it

struct StandingClearance {
  enum class Ended : std::uint8_t { no, revoked, withdrawn };
  struct Levels {
    VerticalLimit floor, ceiling;
    friend bool operator==(const Levels&, const Levels&) = default;
  };
  std::string asked_by;                            // a party's id
  std::string request;                             // who asks numbers it: "0001/26"
  std::uint32_t revision = 1;
  std::string party;                               // whose area
  std::string clearance;                           // its number: "0007/26"
  std::vector<std::string> call_signs, addresses;  // addresses of 24 bits: six hexadecimal digits in capitals
  std::vector<geo::Position> route;                // two or more places; legs are geodesics
  Length half_width;
  Interval<Time> times;                            // as cleared
  std::vector<Levels> levels;                      // all of them hold: what was asked, and what the conditions say
  Ended ended = Ended::no;
  std::optional<Time> ended_from{};                // where it has ended
  friend bool operator==(const StandingClearance&, const StandingClearance&) = default;
};

// What a flight in a party's area does against its clearance. In rising order of gravity.
enum class ClearanceBreach : std::uint8_t { none, outside_time, outside_levels, outside_corridor, other_address, after_end, without };
inline constexpr std::size_t clearance_breaches = static_cast<std::size_t>(ClearanceBreach::without) + 1;
[[nodiscard]] std::string_view to_string(ClearanceBreach breach);

}  // namespace skypact
