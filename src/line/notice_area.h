#pragma once
// Notice area: the part of the Earth's surface a notice speaks of, as the watch judges areas, and the zone it becomes.
//
//     Result<NoticeArea> area = area_of(notice.geometry);
//     if (auto zone = zone_of(notice, "north", north)) rules.zones.push_back(*zone);
//
// A circle stays a circle, everything else becomes an outline. The outline holds all of what was said, never less:
//   box        parallels are no geodesics; their edges are cut into pieces that lie outside of the box
//   corridor   a ring around the centre line, 1 % and 10 m wider, its bends made of outer tangents. It is checked against the
//              line: the boundary is nowhere nearer to it than the half width. Where the ring of a line that turns back on
//              itself fails this, the smallest convex outline around the line takes its place
// Plain values, pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/result.h"
#include "geo/position.h"
#include "guard/region.h"
#include "line/notice.h"

namespace skypact::line {

// Either `outline`, or `centre` with `radius`: as a Zone has it.
struct NoticeArea {
  Ring outline;
  std::optional<geo::Position> centre;
  Length radius;
  friend bool operator==(const NoticeArea&, const NoticeArea&) = default;
};

// Errors: bad_input, over_limit, with the member of the geometry.
Result<NoticeArea> area_of(const NoticeGeometry& geometry);
Result<guard::Region> region_of(const NoticeArea& area);

[[nodiscard]] ZoneRule rule_of(NoticeKind kind);
// "notice:north:0012/26".
[[nodiscard]] std::string zone_id_of(const Notice& notice, std::string_view party);

// The notice as a volume with a rule, whatever its state. Of a notice that check_notice() passes; `party` is whose it is, `issuer`
// its number among the parties of the rules, whose aircraft may be inside (the unknown party: nobody's). A floor above ground counts
// as the surface: how low the ground lies there is not said, and nothing flies below it.
[[nodiscard]] Zone volume_of(const Notice& notice, std::string_view party, PartyId issuer);
// What the watch is given: nullopt of a cancelled notice and of a drill.
[[nodiscard]] std::optional<Zone> zone_of(const Notice& notice, std::string_view party, PartyId issuer);

}  // namespace skypact::line
