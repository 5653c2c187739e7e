#include "guard/traffic.h"

#include <algorithm>

namespace skypact::guard {
namespace {

constexpr std::size_t chunk = 32;  // pairs or aircraft that one thread takes at once

}  // namespace

const Track* Traffic::find(const TrackKey& key) const {
  const auto at = by_key.find(key);
  return at == by_key.end() ? nullptr : tracks[at->second];
}

std::vector<const Track*> Traffic::of_address(const Address& address) const {
  std::vector<const Track*> found;
  for (const std::uint8_t ordinal : {1, 2}) {
    if (const Track* t = find({address, ordinal})) found.push_back(t);
  }
  return found;
}

const Body* Traffic::body(const TrackKey& key) const {
  const auto at = by_key.find(key);
  return at == by_key.end() || !bodies[at->second] ? nullptr : &*bodies[at->second];
}

bool Traffic::observed(const SideKey& side) const {
  const auto is_seen = [](const Track* t) { return t && t->position && (t->life == Life::live || t->life == Life::coasting); };
  if (side.group.empty()) return is_seen(find(side.aircraft));
  if (unit_of(side)) return true;
  const auto group = std::find_if(rules->groups.begin(), rules->groups.end(), [&](const Group& g) { return g.id == side.group && g.valid.contains(now); });
  return group == rules->groups.end() || std::all_of(group->members.begin(), group->members.end(), [&](const Address& member) {
           const auto of_member = of_address(member);
           return std::any_of(of_member.begin(), of_member.end(), is_seen);
         });
}

std::optional<std::size_t> Traffic::unit_of(const SideKey& side) const {
  if (!side.group.empty()) {
    for (std::size_t u = units.singles; u < units.bodies.size(); ++u) {
      if (rules->groups[static_cast<std::size_t>(units.bodies[u]->group)].id == side.group) return u;
    }
    return std::nullopt;
  }
  const auto at = by_key.find(side.aircraft);
  return at == by_key.end() ? std::nullopt : units.of_track[at->second];
}

SideKey Traffic::side_of(std::size_t unit) const {
  const Body& body = *units.bodies[unit];
  if (unit < units.singles) return {body.track->key(), {}};
  return {{}, rules->groups[static_cast<std::size_t>(body.group)].id};
}

Traffic traffic_of(std::span<const Track* const> tracks, const Rules& rules, const track::VerticalReference& reference, Time now,
                   const ParallelFor& parallel_for) {
  Traffic traffic;
  traffic.rules = &rules;
  traffic.now = now;
  traffic.tracks = tracks;
  traffic.bodies.assign(tracks.size(), std::nullopt);
  in_chunks(tracks.size(), parallel_for, [&](std::size_t i) { traffic.bodies[i] = body_of(*tracks[i], now); });
  traffic.by_key.reserve(tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) traffic.by_key.emplace(tracks[i]->key(), i);
  traffic.units = make_units(rules, now, traffic.bodies, traffic.by_key, reference);
  return traffic;
}

AlertSubject subject_of(const Track& track, const track::MotionState& state, Time now) {
  AlertSubject s;
  s.track = track.id;
  s.address = track.address;
  s.ordinal = track.ordinal;
  if (track.callsign) s.callsign = track.callsign->value;
  s.party = track.party;
  s.party_basis = track.party_basis;
  s.aircraft_class = track.aircraft_class;
  s.position = state.position;
  if (state.pressure_altitude) {
    s.altitude = state.pressure_altitude->above_datum(), s.altitude_datum = Datum::pressure;
  } else if (state.ellipsoid_altitude) {
    s.altitude = state.ellipsoid_altitude->above_datum(), s.altitude_datum = Datum::ellipsoid;
  } else if (state.sea_level_altitude) {
    s.altitude = state.sea_level_altitude->above_datum(), s.altitude_datum = Datum::mean_sea_level;
  }
  if (state.velocity_known) s.velocity = state.velocity;
  if (state.vertical_rate_known) s.vertical_rate = state.vertical_rate;
  s.uncertainty = state.uncertainty;
  s.position_age = state.position_age;
  s.altitude_age = state.altitude_age;
  s.velocity_age = state.velocity_age;
  if (track.position) s.position_source = track.position->kind;
  s.suspect = track.suspect;
  if (track.selected_altitude) {
    s.selected_altitude = track.selected_altitude->value;
    s.selected_altitude_age = std::max(Duration{}, now - track.selected_altitude->measured_at);
  }
  return s;
}

void put_subject(Alert& alert, std::size_t i, const AlertSubject& subject) {
  if (alert.subjects.size() <= i) alert.subjects.resize(i + 1);
  alert.subjects[i] = subject;
}

void in_chunks(std::size_t count, const ParallelFor& parallel_for, const std::function<void(std::size_t)>& body) {
  parallel_for((count + chunk - 1) / chunk, [&](std::size_t c) {
    for (std::size_t i = c * chunk; i < std::min(count, (c + 1) * chunk); ++i) body(i);
  });
}

}  // namespace skypact::guard
