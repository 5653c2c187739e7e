#include "guard/clearance_match.h"

#include <algorithm>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "geo/geodesic.h"

namespace skypact::guard {
namespace {

// Metres. A chord of this length lies less than 0.5 m below the surface and leaves the geodesic by less than 2 mm.
constexpr double piece = 5'000;

std::string plain(std::string_view call_sign) {
  std::string text;
  for (const char c : call_sign) {
    if (c != ' ' && c != '-') text += c;
  }
  return text;
}

// An address and a call sign are never taken for each other.
std::string address_key(const std::string& address) { return "#" + address; }
std::string call_sign_key(const std::string& call_sign) { return plain(call_sign); }

double distance_to_chord(geo::Vec3 place, geo::Vec3 from, geo::Vec3 to) {
  const geo::Vec3 along = to - from;
  const double length2 = dot(along, along);
  const double t = length2 > 0 ? std::clamp(dot(place - from, along) / length2, 0.0, 1.0) : 0.0;
  return norm(place - (from + along * t));
}

bool has(const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

}  // namespace

ClearanceFlight clearance_flight(const Track& track, const track::MotionState& state, Time at) {
  ClearanceFlight flight;
  flight.id = track.id.value;
  if (track.callsign) flight.call_sign = std::string(track.callsign->value.view());
  if (track.address.kind == AddressKind::icao) flight.address = to_string(track.address);
  flight.position = state.position;
  flight.uncertainty = state.uncertainty;
  flight.at = at;
  flight.pressure = state.pressure_altitude;
  flight.sea_level = state.sea_level_altitude;
  return flight;
}

ClearanceMatcher::ClearanceMatcher(std::vector<StandingClearance> standing, Options options) : standing_(std::move(standing)), options_(options) {
  for (std::size_t i = 0; i < standing_.size(); ++i) {
    const StandingClearance& s = standing_[i];
    Route route;
    SKYPACT_CHECK(s.route.size() >= 2);
    for (std::size_t k = 1; k < s.route.size(); ++k) {
      const auto places = geo::geodesic_places(geo::place_of(s.route[k - 1]), geo::place_of(s.route[k]), piece);
      route.places.insert(route.places.end(), places.begin(), places.end());
    }
    route.middle = route.places[route.places.size() / 2];
    for (const geo::Vec3 place : route.places) route.radius = std::max(route.radius, norm(place - route.middle));
    routes_.push_back(std::move(route));
    for (const std::string& address : s.addresses) by_name_[{s.party, address_key(address)}].push_back(i);
    for (const std::string& call_sign : s.call_signs) {
      auto& list = by_name_[{s.party, call_sign_key(call_sign)}];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  }
}

// A place farther from the ball than any corridor is wide is told by the ball alone.
double ClearanceMatcher::distance(const Route& route, geo::Vec3 place) {
  const double from_ball = norm(place - route.middle) - route.radius;
  if (from_ball > 2 * widest_corridor.in(metres)) return from_ball;
  double least = norm(place - route.places.front());
  for (std::size_t i = 1; i < route.places.size(); ++i) least = std::min(least, distance_to_chord(place, route.places[i - 1], route.places[i]));
  return geo::surface_length_of_chord(least);
}

ClearanceMatcher::Level ClearanceMatcher::level(const ClearanceFlight& flight, const VerticalLimit& floor, const VerticalLimit& ceiling, Height tolerance) const {
  using Reference = VerticalLimit::Reference;
  bool unknown = false;
  const auto height_for = [&](const VerticalLimit& limit) -> std::optional<Height> {
    if (limit.reference == Reference::pressure && flight.pressure) return flight.pressure->above_datum();
    if (limit.reference == Reference::mean_sea_level && flight.sea_level) return flight.sea_level->above_datum();
    unknown = true;
    return std::nullopt;
  };
  if (floor.reference != Reference::surface) {
    if (const auto height = height_for(floor); height && *height < floor.height - tolerance) return Level::outside;
  }
  if (ceiling.reference != Reference::unlimited) {
    if (const auto height = height_for(ceiling); height && *height > ceiling.height + tolerance) return Level::outside;
  }
  return unknown ? Level::unknown : Level::inside;
}

ClearanceFinding ClearanceMatcher::judge(std::size_t clearance, const ClearanceFlight& flight, geo::Vec3 place) const {
  const StandingClearance& s = standing_[clearance];
  ClearanceFinding found{flight.id, s.party, ClearanceBreach::none, clearance, metres(distance(routes_[clearance], place)), false};
  const auto breach = [&](ClearanceBreach of) { found.breach = std::max(found.breach, of); };
  if (!s.times.contains(flight.at)) breach(ClearanceBreach::outside_time);
  for (const StandingClearance::Levels& levels : s.levels) {
    const Level at = level(flight, levels.floor, levels.ceiling, options_.level_tolerance);
    if (at == Level::outside) breach(ClearanceBreach::outside_levels);
    found.vertical_unknown = found.vertical_unknown || at == Level::unknown;
  }
  if (found.from_route - flight.uncertainty > s.half_width) breach(ClearanceBreach::outside_corridor);
  // Where not every aircraft's address was said, another one may be of the same flight.
  if (!flight.address.empty() && s.addresses.size() >= s.call_signs.size() && !has(s.addresses, flight.address)) breach(ClearanceBreach::other_address);
  if (s.ended != StandingClearance::Ended::no && *s.ended_from <= flight.at) breach(ClearanceBreach::after_end);
  return found;
}

ClearanceFinding ClearanceMatcher::judge(const std::string& party, const ClearanceFlight& flight) const {
  const geo::Vec3 place = geo::place_of(flight.position);
  ClearanceFinding best{flight.id, party, ClearanceBreach::without, {}, {}, false};
  const auto look = [&](const std::string& key) {
    const auto named = by_name_.find({party, key});
    if (named == by_name_.end()) return;
    for (const std::size_t clearance : named->second) {
      ClearanceFinding found = judge(clearance, flight, place);
      if (found.breach < best.breach || (best.clearance && found.breach == best.breach && clearance < *best.clearance)) best = std::move(found);
    }
  };
  if (!flight.address.empty()) look(address_key(flight.address));
  if (const std::string key = call_sign_key(flight.call_sign); !key.empty()) look(key);
  return best;
}

std::vector<ClearanceFinding> ClearanceMatcher::match(std::span<const ClearanceArea> areas, std::span<const ClearanceFlight> flights) const {
  std::vector<ClearanceFinding> findings;
  for (const ClearanceArea& area : areas) {
    for (const ClearanceFlight& flight : flights) {
      const geo::Vec3 place = geo::place_of(flight.position);
      if (!area.region.contains(place) || level(flight, area.floor, area.ceiling, Height{}) == Level::outside) continue;
      findings.push_back(judge(area.party, flight));
    }
  }
  return findings;
}

}  // namespace skypact::guard
