#include "node/clearance_flights.h"

#include <string>

#include "base/check.h"
#include "node/api_names.h"
#include "track/prediction.h"

namespace skypact::node {

Result<guard::ClearanceArea> clearance_area(const Zone& zone, std::string_view party) {
  if (zone.moves_with) return bad_input("zone " + zone.id + " moves with an aircraft, so it is no party's area");
  auto region = zone.centre ? guard::Region::circle(*zone.centre, zone.radius) : guard::Region::polygon(zone.outline);
  if (!region) return std::move(region).error().within("zone " + zone.id);
  return guard::ClearanceArea{std::string(party), std::move(*region), zone.floor, zone.ceiling};
}

std::vector<guard::ClearanceFlight> clearance_flights(const Picture& picture, std::string_view party) {
  std::vector<guard::ClearanceFlight> flights;
  for (const PictureTrack& p : *picture.tracks) {
    const bool heard = p.track.life == Life::live || p.track.life == Life::coasting;
    if (heard && p.position && party_name(p.track.party, picture.rules->parties) != party) flights.push_back(guard::clearance_flight(p.track, track::motion_at(p.track, picture.now), picture.now));
  }
  return flights;
}

void append(json::Writer& out, const guard::ClearanceFinding& finding, const guard::ClearanceMatcher& matcher, const Picture& picture) {
  const PictureTrack* const p = find_track(picture, TrackId{static_cast<std::uint32_t>(finding.flight)});
  SKYPACT_CHECK(p != nullptr);
  out.begin_object();
  out.field("track", to_string(p->track.key()));
  if (p->track.callsign) out.field("call_sign", p->track.callsign->value.view());
  out.field("party", party_name(p->track.party, picture.rules->parties));
  out.field("breach", to_string(finding.breach));
  if (finding.clearance) {
    const StandingClearance& s = matcher.standing()[*finding.clearance];
    out.field("asked_by", s.asked_by);
    out.field("request", s.request);
    out.field("revision", s.revision);
    out.field("clearance", s.clearance);
    out.field("from_route_m", finding.from_route.in(metres), 0);
  }
  if (finding.vertical_unknown) out.field("vertical_unknown", true);
  out.end_object();
}

}  // namespace skypact::node
