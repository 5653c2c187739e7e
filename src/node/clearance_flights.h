#pragma once
// Clearance flights: who flies in an area now, and whether it was cleared to.
//
//     auto area = clearance_area(zone, "south");                               // a zone of the watch as the area of a party
//     const auto flights = clearance_flights(*picture, own_party);
//     const auto found = guard::ClearanceMatcher(book.standing(picture->now)).match({&*area, 1}, flights);
//     append(out, found[0], matcher, *picture);
//
// The area's own aircraft need no clearance. Of the others all that are heard and located are held against clearances, also those whose party is
// not known. Pure; any thread.

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/writer.h"
#include "guard/clearance_match.h"
#include "node/picture.h"

namespace skypact::node {

// Errors: bad_input of a zone that moves, or that is no area.
[[nodiscard]] Result<guard::ClearanceArea> clearance_area(const Zone& zone, std::string_view party);
// By track. Of no aircraft of `party`.
[[nodiscard]] std::vector<guard::ClearanceFlight> clearance_flights(const Picture& picture, std::string_view party);
// openapi.yaml: ClearanceFlight.
void append(json::Writer& out, const guard::ClearanceFinding& finding, const guard::ClearanceMatcher& matcher, const Picture& picture);

}  // namespace skypact::node
