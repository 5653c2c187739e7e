#include "guard/sharing_alerts.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"
#include "geo/vector.h"
#include "guard/alert_text.h"
#include "track/interference.h"

namespace skypact::guard {
namespace {

constexpr Sight here_now{.observed = true, .found = true, .lost = true, .certain = true, .grave = true};
constexpr Duration heard_by_others = seconds(30);   // an aircraft that another source told of so lately is not missing
constexpr Speed unknown_speed = metres_per_second(300), may_gain = metres_per_second(50);
constexpr int corners = 16;                         // of the outline around one aircraft

// A polygon that holds the circle.
void add_circle(std::vector<geo::Position>& places, geo::Position middle, double radius_m) {
  const geo::LocalAxes axes = geo::local_axes(middle);
  const geo::Vec3 place = geo::place_of(middle);
  const double out = radius_m / geo::sincos_degrees(180.0 / corners).cos * 1.001;   // an arc on the surface is longer than its tangent is seen
  for (int i = 0; i < corners; ++i) {
    const geo::SinCos direction = geo::sincos_degrees(360.0 * i / corners);
    places.push_back(geo::position_of(place + axes.east * (out * direction.cos) + axes.north * (out * direction.sin)));
  }
}

bool is_only_from(const Track& track, SourceId source, Time since) {
  if (!track.position || track.position->source != source || track.life == Life::lost) return false;
  const auto* const begin = track.contributions.data();
  return std::none_of(begin, begin + track.contribution_count, [&](const Track::Contribution& c) { return c.source != source && c.last_seen > since - heard_by_others; });
}

// Another source sees it under another address, as far as motion tells.
bool is_seen_otherwise(const Track& track, SourceId source, const Traffic& traffic) {
  return std::any_of(track.possibly_same.begin(), track.possibly_same.end(), [&](TrackId id) {
    const auto at = std::lower_bound(traffic.tracks.begin(), traffic.tracks.end(), id, [](const Track* t, TrackId wanted) { return t->id < wanted; });
    if (at == traffic.tracks.end() || (*at)->id != id) return false;
    const Track& other = **at;
    return other.position && other.position->source != source && (other.life == Life::live || other.life == Life::coasting);
  });
}

SharingWatch::Loss loss_of(const SharedSource& source, const Traffic& traffic) {
  SharingWatch::Loss loss;
  loss.since = *source.last_track;
  std::vector<LastSeen> aircraft;
  for (const Track* t : traffic.tracks) {
    if (!is_only_from(*t, source.source, loss.since) || is_seen_otherwise(*t, source.source, traffic)) continue;
    LastSeen seen{t->position->value, t->accuracy.value_or(Length()), t->position->measured_at, {}};
    if (t->velocity) seen.velocity = t->velocity->value;
    aircraft.push_back(seen);
  }
  loss.aircraft = aircraft.size();
  loss.area = area_of(aircraft, traffic.now);
  return loss;
}

std::string_view name_of_party(PartyId party, const Rules& rules) {
  return party.value < rules.parties.size() ? std::string_view(rules.parties[party.value].name) : std::string_view("another party");
}

}  // namespace

std::vector<geo::Position> area_of(std::span<const LastSeen> aircraft, Time now) {
  if (aircraft.empty()) return {};
  geo::Vec3 sum{};
  for (const LastSeen& a : aircraft) sum = sum + geo::place_of(a.position);
  const auto nearest = std::min_element(aircraft.begin(), aircraft.end(), [&](const LastSeen& a, const LastSeen& b) {
    const geo::Vec3 middle = sum * (1.0 / static_cast<double>(aircraft.size()));
    return norm(geo::place_of(a.position) - middle) < norm(geo::place_of(b.position) - middle);
  });
  const geo::Position centre = nearest->position;
  std::vector<geo::Position> places;
  double reach = 0;
  for (const LastSeen& a : aircraft) {
    const Speed speed = a.velocity ? a.velocity->speed + may_gain : unknown_speed;
    const double radius = a.accuracy.in(metres) + speed.in(metres_per_second) * std::max(0.0, to_seconds(now - a.at));
    reach = std::max(reach, norm(geo::place_of(a.position) - geo::place_of(centre)) + radius);
    add_circle(places, a.position, radius);
  }
  if (reach > SharingLimits::farthest.in(metres)) return {};
  std::vector<geo::Position> hull = track::convex_hull(places, centre);
  if (hull.size() <= SharingLimits::area_vertices) return hull;
  places.clear();
  add_circle(places, centre, geo::surface_length_of_chord(reach));
  return places;
}

void judge_sharing(const Step& step, std::span<const SharedSource> sources, SharingWatch& watch, AlertBook& book) {
  const Traffic& traffic = step.traffic;
  for (const SharedSource& source : sources) {
    const auto known = watch.losses.find(source.source);
    if (known != watch.losses.end() && source.last_track && *source.last_track > known->second.since) watch.losses.erase(known);
    if (!source.last_track) continue;
    const bool ceased = source.stop && traffic.now - *source.last_track >= SharingLimits::ceased_after;
    if (ceased && !watch.losses.contains(source.source)) watch.losses.emplace(source.source, loss_of(source, traffic));
    const auto at = watch.losses.find(source.source);
    if (at == watch.losses.end() || at->second.aircraft == 0 || at->second.done) continue;
    SharingWatch::Loss& loss = at->second;

    const std::string key = fmt::format("sharing:{}", source.party.value < traffic.rules->parties.size() ? traffic.rules->parties[source.party.value].id : "unknown");
    if (loss.told && !book.records().contains(key)) {
      loss.done = true;
      continue;
    }
    AlertRecord* r = book.record(key, AlertKind::sharing);
    if (r == nullptr) continue;
    loss.told = true;
    Alert& alert = r->alert;
    alert.party = source.party;
    alert.area = loss.area;
    alert.reasons = {{.code = ReasonCode::sharing_missing, .since = loss.since, .aircraft = static_cast<std::uint32_t>(loss.aircraft)}};
    if (source.stop) alert.reasons.push_back({.code = source.stop->code, .since = source.stop->since.value_or(loss.since), .name = source.stop->name});
    alert.text = fmt::format("The picture is incomplete: what {} shared is missing since {}, {} aircraft that nobody else saw.", name_of_party(source.party, *traffic.rules),
                             to_rfc3339(loss.since), loss.aircraft);
    r->found(here_now, Severity::warning);
    // Seen by a person it goes as what is unobserved goes: not before half an hour.
    if (r->episode.acknowledged) r->sight = {.observed = false};
  }
}

void write_sharing(AlertRecord& r, const Rules& rules) {
  if (r.sight.found || !r.sight.observed) return;
  r.alert.text = fmt::format("{} shares its tracks again.", name_of_party(r.alert.party, rules));
  r.alert.reasons.clear();
}

}  // namespace skypact::guard
