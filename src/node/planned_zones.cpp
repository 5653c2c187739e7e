#include "node/planned_zones.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "base/utf8.h"
#include "guard/region.h"
#include "json/document.h"
#include "node/api_fields.h"
#include "node/api_json.h"
#include "node/command.h"
#include "node/zone_constraints.h"
#include "plan/flight_watch.h"

namespace skypact::node {
namespace {

using plan::IntentState;
using plan::Kind;
using Reference = VerticalLimit::Reference;

constexpr std::size_t longest_text = 200;   // bytes of a zone's name and source, as commands have them

// A zone's limits in JSON are within these; beyond them nobody flies.
VerticalLimit floor_of(const std::optional<double>& lower_m) {
  if (!lower_m || metres_of_height(*lower_m).in_feet() <= least_altitude_ft) return {Reference::surface, {}};
  return {Reference::ellipsoid, metres_of_height(*lower_m)};
}
// A volume's upper altitude belongs to it, a zone's ceiling does not.
VerticalLimit ceiling_of(const std::optional<double>& upper_m) {
  constexpr double above_m = 0.1;
  if (!upper_m || metres_of_height(*upper_m + above_m).in_feet() >= greatest_limit_ft) return {Reference::unlimited, {}};
  return {Reference::ellipsoid, metres_of_height(std::max(*upper_m + above_m, least_altitude_ft * 0.3048 + 1))};
}

std::optional<geo::Position> position_of(const plan::LatLng& place) { return geo::Position::from_degrees(place.lat_deg, place.lon_deg); }

// nullopt: it has ended.
std::optional<Zone> zone_of(const plan::Volume& volume, Time now) {
  if (volume.time.to <= now) return std::nullopt;
  Zone zone;
  zone.floor = floor_of(volume.lower_m);
  zone.ceiling = ceiling_of(volume.upper_m);
  zone.active = {{std::chrono::floor<milliseconds>(volume.time.from), std::chrono::ceil<milliseconds>(volume.time.to)}};
  if (volume.area.is_circle()) {
    zone.centre = position_of(volume.area.outline().front());
    zone.radius = metres(std::max(volume.area.radius_m(), 1.0));
  } else {
    for (const plan::LatLng& corner : volume.area.outline()) {
      if (const auto place = position_of(corner)) zone.outline.push_back(*place);
    }
  }
  return zone;
}

// As it is read back from the recording, where numbers are rounded. nullopt: it can't be judged then.
std::optional<Zone> as_recorded(const Zone& zone) {
  const std::string text = zone_json(zone, {});
  const auto document = json::parse(text, {.bytes = longest_command});
  if (!document) return std::nullopt;
  auto read = read_zone(document->root(), {}, guard::RegionLimits::vertices);
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

struct Maker {
  Time now;
  std::vector<Zone> zones{};
  std::size_t left_out = 0;

  void add(const plan::Disclosed& entity, std::string_view prefix, ZoneRule rule, const std::string& name, const FlightName& flight, const std::string& source) {
    std::size_t number = 0;
    for (const plan::Volume& volume : plan::whole_of(entity.details)) {
      ++number;
      auto zone = zone_of(volume, now);
      if (!zone) continue;
      zone->id = fmt::format("{}{}:{}", prefix, to_string(entity.reference.id), number);
      zone->name = utf8_beginning(name, longest_text);
      zone->rule = rule;
      zone->flight = flight;
      zone->source = utf8_beginning(source, longest_text);
      if (auto recorded = as_recorded(*zone)) zones.push_back(*std::move(recorded));
      else ++left_out;
    }
  }
};

const Track* track_of(const FlightName& name, const Picture& picture) {
  for (const PictureTrack& p : *picture.tracks) {
    const bool is_it = name.address ? p.track.address == *name.address
                                    : !name.call_sign.empty() && p.track.callsign && p.track.callsign->value.view() == name.call_sign;
    if (is_it && p.track.position && (p.track.life == Life::live || p.track.life == Life::coasting)) return &p.track;
  }
  return nullptr;
}

plan::MeasuredPosition measured(const Track& track) {
  plan::MeasuredPosition m;
  m.measured_at = track.position->measured_at;
  m.place = {track.position->value.lat_degrees(), track.position->value.lon_degrees()};
  m.accuracy = track.accuracy;
  if (track.velocity) m.ground_speed = track.velocity->value.speed;
  return m;
}

}  // namespace

FlightName flight_name(const plan::Particulars& particulars) {
  FlightName name;
  if (!particulars.address.empty()) {
    if (const auto address = parse_address(particulars.address)) name.address = *address;
  }
  for (const char c : to_upper(particulars.name)) {
    if (c != ' ' && c != '-') name.call_sign += c;
  }
  return name;
}

PlannedZones planned_zones(std::span<const plan::OwnEntity> own, std::span<const plan::Disclosed> others, Time now) {
  Maker made{now};
  for (const plan::OwnEntity& entity : own) {
    if (!entity.held || entity.ended || entity.held->details.type == zone_constraint_type) continue;   // those are zones already
    const std::string name = entity.particulars.name.empty() ? to_string(entity.id) : entity.particulars.name;
    if (entity.kind == Kind::constraint) {
      made.add(*entity.held, constraint_zone_prefix, ZoneRule::caution, name, {}, entity.held->reference.manager);
    } else if (entity.held->reference.state != IntentState::accepted) {
      made.add(*entity.held, plan_zone_prefix, ZoneRule::flight_plan, name, flight_name(entity.particulars), entity.held->reference.manager);
    }
  }
  for (const plan::Disclosed& entity : others) {
    if (entity.reference.kind != Kind::constraint) continue;
    const std::string& type = entity.details.type;
    made.add(entity, constraint_zone_prefix, ZoneRule::caution, type.empty() ? to_string(entity.reference.id) : type, {}, entity.reference.manager);
  }
  PlannedZones planned{std::move(made.zones), made.left_out};
  if (planned.zones.size() > most_plan_zones) {
    std::stable_sort(planned.zones.begin(), planned.zones.end(), [](const Zone& a, const Zone& b) { return a.active.front().from < b.active.front().from; });
    planned.left_out += planned.zones.size() - most_plan_zones;
    planned.zones.resize(most_plan_zones);
    std::sort(planned.zones.begin(), planned.zones.end(), [](const Zone& a, const Zone& b) { return a.id < b.id; });
  }
  return planned;
}

std::vector<guard::Contradicted> ContradictionWatch::look(std::span<const FollowedFlight> flights, const Picture& picture) {
  const Time now = picture.now;
  for (const FollowedFlight& flight : flights) {
    const Track* const track = track_of(flight.name, picture);
    if (!track || now - track->position->measured_at > too_old || now - flight.last.measured_at > too_old) continue;
    plan::Performance performance = plan::usual_performance;
    const plan::MeasuredPosition broadcast = measured(*track);
    for (const auto& speed : {flight.last.ground_speed, broadcast.ground_speed}) {
      if (speed) performance.fastest = std::max(performance.fastest, *speed);
    }
    const auto contradiction = plan::contradicts(flight.last, broadcast, performance);
    if (!contradiction) {
      if (const auto known = found_.find(track->address); known != found_.end() && known->second.looks < looks) found_.erase(known);
      continue;
    }
    Found& found = found_[track->address];
    if (found.looks == 0) found.as.since = std::chrono::floor<milliseconds>(now);
    if (found.looks < looks) {
      ++found.looks;
      found.as = {track->address, flight.title, found.as.since, contradiction->apart, contradiction->explained};
    }
    found.last = now;
  }
  std::erase_if(found_, [&](const auto& one) { return now - one.second.last > ends_after; });
  std::vector<guard::Contradicted> all;
  for (const auto& [address, found] : found_) {
    if (found.looks >= looks && all.size() < most_contradicted) all.push_back(found.as);
  }
  return all;
}

}  // namespace skypact::node
