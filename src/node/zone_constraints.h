#pragma once
// Zones of agreements and activity notices as constraints of F3548-21, for operators who plan by those and know no pact.
//
//     const ZoneConstraints made = zone_constraints(*picture->rules, "north", now);
//     for (const ZoneConstraint& c : made.wanted) desk.ask({.kind = Kind::constraint, .id = c.id, …});
//     for (const auto& [zone, why] : made.left_out) …                     // what the standard does not take
//
// A constraint lasts 24 hours at most, so each has the times of its zone in the next day and is made anew as time goes on: whoever plans for
// later sees it later. It holds the zone: limits of other datums lie outside it by a margin, and a zone with a buffer is the hull of all within
// it. Moving zones, corridors, zones of plans and of clearances are none. Pure; any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "airspace/rules.h"
#include "base/time.h"
#include "plan/f3548_details.h"
#include "plan/uss.h"

namespace skypact::node {

struct ZoneConstraintLimits {
  static constexpr Duration ahead = std::chrono::hours(23);        // beyond `now`; the standard's 24 h are from the earliest begin
  static constexpr Duration renewed_before = std::chrono::hours(12);   // the end of what was published
  static constexpr Length pressure_margin = metres(600);           // between a flight level and its height above mean sea level
  static constexpr Length geoid_margin = metres(110);              // where the geoid's undulation is not known
};
inline constexpr std::string_view zone_constraint_type = "org.skypact.zone";

struct ZoneConstraint {
  plan::EntityId id;                 // the zone's as long as its id stays
  plan::Particulars particulars;
  plan::Details details;
};
struct ZoneConstraints {
  std::vector<ZoneConstraint> wanted;                              // by zone
  std::vector<std::pair<std::string, std::string>> left_out;       // zone, and why
};
[[nodiscard]] ZoneConstraints zone_constraints(const Rules& rules, std::string_view manager, Time now);

// Whether what was published must be put anew: it is another place, or what it says of the time ahead ends soon.
[[nodiscard]] bool is_outdated(const plan::Details& published, const ZoneConstraint& wanted, Time now);

}  // namespace skypact::node
