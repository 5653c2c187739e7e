#include "guard/zones.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::guard {
namespace {

using geo::Vec3;

// ---- The prefilter's balls. For whatever judge() finds, some place of the path is in the region, or its boundary distance
// to the region is below the zone's buffer, the body's uncertainty and hold_zone together. Of such a place, the straight
// line to the region's middle is no longer than zone_reach + straight_reach.

// Beyond so large a margin a distance from an edge's plane says little of the straight line, and everything is near.
constexpr Length greatest_margin = kilometres(450);

// A straight line at most so long, in metres, belongs to a boundary distance d. The distance is the chord to a
// vertex, or that from the edge's plane, d = R sin θ, where the chord is d / cos(θ/2): for two margins of 450 km (θ < 8.2°) 0.26 %
// more. The place and its foot on the edge differ in height by less than 0.34 % of the way between them, which makes 0.001 %.
double straight_reach(Length boundary_distance) {
  if (boundary_distance > greatest_margin) return std::numeric_limits<double>::infinity();
  return std::max(0.0, boundary_distance.in(metres)) * 1.01;
}

// From the middle of a fixed zone's region. The region's ball holds its edges. A place inside lies within the widest angle of
// the edges about the middle; its height differs from that edge's by less than 0.34 % of the way between them, at most 1.11 times twice the
// radius: 0.8 % more. 50 m for rounding and the edges' laying out.
double zone_reach(const Zone& zone, const Region& region) {
  return region.radius() * 1.01 + 50 + straight_reach(zone.buffer + (zone.rule == ZoneRule::corridor ? corridor_left : metres(0)));
}

// A moving zone sees the path in the frame of its anchor, where places leave the surface: Region::contains
// calls nothing inside that is 30 km beyond its ball.
constexpr double off_surface = 30'000;

struct VerticalSpan {
  TimeSpan time;
  bool unknown = false;
  Height error;
  bool any = true;   // false: never within
};

// Cuts `span` to when offset + rate · t (both per second) is below zero, or, with `above`, at or above it.
void cut(VerticalSpan& span, double offset, double rate, bool above) {
  if (rate == 0) {
    if ((offset >= 0) != above) span.any = false;
    return;
  }
  const double when = -offset / rate;
  if ((rate > 0) == above) {
    span.time.from = std::max(span.time.from, when);
  } else {
    span.time.to = std::min(span.time.to, when);
  }
  if (!(span.time.from < span.time.to)) span.any = false;
}

// When the body is between floor and ceiling; its altitude errors count as inside.
VerticalSpan between_limits(const Zone& zone, const Body& body, const JudgeContext& context, double horizon) {
  using Reference = VerticalLimit::Reference;
  VerticalSpan span{{0, horizon}, false, {}, true};
  const double rate = body.rate().in_tenth_mm_per_minute() / 60.0;
  if (zone.floor.reference == Reference::unlimited || zone.ceiling.reference == Reference::surface) return span.any = false, span;
  if (zone.floor.reference != Reference::surface) {
    if (const auto d = track::vertical_difference(body.vertical, zone.floor, zone.ground_elevation, context.vertical)) {
      const Height error = d->error_bound + body.state.altitude_uncertainty;
      cut(span, d->value.in_tenth_mm() + error.in_tenth_mm(), rate, true);
      span.error = std::max(span.error, d->error_bound);
    } else {
      span.unknown = true;
    }
  }
  if (zone.ceiling.reference != Reference::unlimited) {
    if (const auto d = track::vertical_difference(body.vertical, zone.ceiling, zone.ground_elevation, context.vertical)) {
      const Height error = d->error_bound + body.state.altitude_uncertainty;
      cut(span, d->value.in_tenth_mm() - error.in_tenth_mm(), rate, false);
      span.error = std::max(span.error, d->error_bound);
    } else {
      span.unknown = true;
    }
  }
  return span;
}

// The path as the moving zone's frame sees it: the zone stands still at its anchor.
Path relative_path(const geo::GroundMotion& motion, const geo::GroundMotion& carrier, geo::Position anchor, Duration horizon) {
  const Vec3 at = geo::place_of(anchor);
  const auto frame = geo::local_axes(anchor);
  return {[own = path_of(motion, horizon), carried = path_of(carrier, horizon), at, frame](double t) {
            const Vec3 c = carried.place(t);
            const auto axes = geo::local_axes(geo::position_of(c));
            const Vec3 offset = own.place(t) - c;
            return at + frame.east * dot(offset, axes.east) + frame.north * dot(offset, axes.north) + frame.up * dot(offset, axes.up);
          },
          norm(motion.velocity) + norm(carrier.velocity)};
}

std::vector<TimeSpan> active_spans(const Zone& zone, Time now, double horizon) {
  if (zone.active.empty()) return {{0, horizon}};
  std::vector<TimeSpan> active;
  for (const auto& interval : zone.active) {
    if (interval.to <= now) continue;  // what has no beginning or no end is never subtracted from
    const double from = interval.from <= now ? 0 : to_seconds(interval.from - now), to = std::min(horizon, to_seconds(interval.to - now));
    if (from < to) active.push_back({from, to});
  }
  std::sort(active.begin(), active.end(), [](const TimeSpan& a, const TimeSpan& b) { return a.from < b.from; });
  return active;
}

bool is_named(const Zone& zone, const Body& body) {
  return body.side.party_known && std::find(zone.exempt.begin(), zone.exempt.end(), body.side.party) != zone.exempt.end();
}

bool assists_there(const Zone& zone, const Body& body, const Rules& rules) {
  if (zone.rescue.empty()) return false;
  return std::find(rules.assisting.begin(), rules.assisting.end(), AssistingFlight{body.track->address, zone.rescue}) != rules.assisting.end();
}

bool is_own(const Zone& zone, const Body& body) { return zone.party && body.side.party_known && body.side.party == *zone.party; }

bool flies(const FlightName& flight, const Track& track) {
  if (flight.address) return track.address == *flight.address;
  return !flight.call_sign.empty() && track.callsign && track.callsign->value.view() == flight.call_sign;
}

Severity zone_severity(ZoneRule rule, bool lost_now, Duration t_in, Duration warning_look_ahead) {
  const Severity by_time = severity_by_time(lost_now, t_in, warning_look_ahead);
  switch (rule) {
    case ZoneRule::keep_clear:
    case ZoneRule::protected_site: return by_time;
    case ZoneRule::caution:
    case ZoneRule::corridor: return lost_now ? Severity::caution : Severity::advisory;
    case ZoneRule::clearance:
    case ZoneRule::flight_plan: return by_time == Severity::advisory ? by_time : static_cast<Severity>(static_cast<int>(by_time) - 1);
  }
  return by_time;
}

}  // namespace

Duration ZoneTable::look_ahead(ZoneRule rule, const Rules& rules) {
  return rule == ZoneRule::keep_clear || rule == ZoneRule::protected_site ? rules.advisory_look_ahead : rules.warning_look_ahead;
}

ZoneTable::ZoneTable(const Rules& rules) : rules_(rules), clearances_(rules.clearances) {
  std::vector<Ball> balls;
  for (std::uint32_t i = 0; i < rules.zones.size(); ++i) {
    const Zone& zone = rules.zones[i];
    Prepared prepared;
    auto region = zone.centre ? Region::circle(*zone.centre, zone.radius) : Region::polygon(zone.outline);
    if (!region) {
      errors_.push_back("zone " + zone.id + ": " + region.error().message);
      zones_.push_back(std::move(prepared));
      continue;
    }
    prepared.region = std::move(*region);
    prepared.reach = zone_reach(zone, *prepared.region);
    if (zone.moves_with) {
      prepared.anchor = zone.anchor ? *zone.anchor : zone.centre ? *zone.centre : zone.outline.front();
      prepared.reach += norm(prepared.region->middle() - geo::place_of(prepared.anchor)) + off_surface;
      moving_.push_back(i);
    } else {
      fixed_.push_back(i);
      balls.push_back({prepared.region->middle(), prepared.reach});
    }
    zones_.push_back(std::move(prepared));
  }
  tree_ = BallTree(balls);
}

std::span<const Carrier> Carriers::of(std::uint32_t zone) const {
  const auto [from, to] = std::equal_range(carriers_.begin(), carriers_.end(), Carrier{zone, {}, {}}, [](const Carrier& a, const Carrier& b) { return a.zone < b.zone; });
  return {from, to};
}

Carriers ZoneTable::carriers(std::vector<Carrier> given, Duration look_ahead) const {
  Carriers carriers;
  std::sort(given.begin(), given.end(), [](const Carrier& a, const Carrier& b) { return std::tuple(a.zone, a.track) < std::tuple(b.zone, b.track); });
  std::vector<Ball> balls;
  // Where the carrier goes does not matter: nowhere is it farther from here than its way is long.
  for (const Carrier& c : given) balls.push_back({c.motion.place, zones_[c.zone].reach + norm(c.motion.velocity) * to_seconds(look_ahead)});
  carriers.carriers_ = std::move(given);
  carriers.tree_ = BallTree(balls);
  return carriers;
}

std::vector<std::uint32_t> ZoneTable::near(const Body& body, const Carriers& carriers, Duration look_ahead) const {
  const double time = to_seconds(look_ahead);
  const double way = norm(body.ground.velocity) * time;
  // How far the geodesic leaves its tangent.
  const double bend = way * way / (2 * geo::wgs84::least_radius);
  const double around = bend + straight_reach(body.state.uncertainty + hold_zone);
  const Vec3 end = body.ground.place + body.ground.velocity * time;
  std::vector<std::uint32_t> found;
  carriers.tree_.meet(body.ground.place, end, around, found);
  for (std::uint32_t& z : found) z = carriers.carriers_[z].zone;
  const auto fixed = static_cast<std::ptrdiff_t>(found.size());
  tree_.meet(body.ground.place, end, around, found);
  for (auto z = found.begin() + fixed; z != found.end(); ++z) *z = fixed_[*z];
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());  // a zone around two carriers
  return found;
}

std::optional<ZoneEncounter> ZoneTable::judge(std::uint32_t z, const Body& body, const Carriers& carriers,
                                              const JudgeContext& context, const JudgeOptions& options) const {
  const Zone& zone = rules_.zones[z];
  const Prepared& prepared = zones_[z];
  if (!prepared.region || is_named(zone, body) != (zone.rule == ZoneRule::corridor)) return std::nullopt;
  if (zone.rule != ZoneRule::corridor && assists_there(zone, body, rules_)) return std::nullopt;
  if (is_own(zone, body) || (zone.rule == ZoneRule::flight_plan && flies(zone.flight, *body.track))) return std::nullopt;
  const Duration ahead = std::min(options.look_ahead, look_ahead(zone.rule, context.rules));
  if (!zone.moves_with) return judge(zone, *prepared.region, path_of(body.ground, ahead), body, context, options);
  std::optional<ZoneEncounter> soonest;
  for (const Carrier& carrier : carriers.of(z)) {
    if (carrier.track == body.track->id) continue;
    const auto e = judge(zone, *prepared.region, relative_path(body.ground, carrier.motion, prepared.anchor, ahead), body, context, options);
    if (e && (!soonest || std::tuple(!e->lost_now, e->t_in) < std::tuple(!soonest->lost_now, soonest->t_in))) soonest = e;
  }
  return soonest;
}

std::optional<ZoneEncounter> ZoneTable::judge(const Zone& zone, const Region& region, const Path& path, const Body& body,
                                              const JudgeContext& context, const JudgeOptions& options) const {
  const Duration ahead = std::min(options.look_ahead, look_ahead(zone.rule, context.rules));
  const double horizon = to_seconds(ahead);
  const VerticalSpan vertical = between_limits(zone, body, context, horizon);
  const bool corridor = zone.rule == ZoneRule::corridor;
  if (!vertical.any && !corridor) return std::nullopt;
  const std::vector<TimeSpan> active = active_spans(zone, context.now, horizon);
  if (active.empty()) return std::nullopt;

  ZoneEncounter e;
  e.vertical_unknown = vertical.unknown;
  e.vertical_error = vertical.error;
  e.uncertainty = body.state.uncertainty;
  const auto distance_to_buffer = [&] { return region.signed_distance(path.place(0)) - zone.buffer.in(metres); };

  if (corridor) {
    // Inside by its best estimate: uncertainty must not make every flight near the edge leave.
    if (active.front().from > 0) return std::nullopt;
    const auto spans = times_within(region, path, ahead, zone.buffer);
    const bool inside = !spans.empty() && spans.front().from == 0 && vertical.any && vertical.time.from <= 0;
    e.leaving = true;
    if (inside) {
      const double leaves = std::min(spans.front().to, vertical.time.to);
      if (leaves >= std::min(horizon, active.front().to)) return std::nullopt;
      e.t_in = from_seconds(leaves);
    } else {
      const double distance = options.hold ? distance_to_buffer() : 0;
      if (!options.hold || distance > corridor_left.in(metres)) return std::nullopt;
      e.lost_now = true;
      e.distance_now = metres(std::max(0.0, distance));
    }
    e.t_out = ahead;
    e.severity = zone_severity(zone.rule, e.lost_now, e.t_in, context.rules.warning_look_ahead);
    return e;
  }

  const Length margin = zone.buffer + body.state.uncertainty + (options.hold ? hold_zone : metres(0));
  for (const TimeSpan& span : times_within(region, path, ahead, margin)) {
    for (const TimeSpan& when : active) {
      const double from = std::max({span.from, when.from, vertical.time.from});
      const double to = std::min({span.to, when.to, vertical.time.to});
      if (!(from < to)) continue;
      e.lost_now = from <= 0;
      e.t_in = from_seconds(from);
      e.t_out = from_seconds(to);
      e.distance_now = metres(std::max(0.0, distance_to_buffer()));
      e.severity = zone_severity(zone.rule, e.lost_now, e.t_in, context.rules.warning_look_ahead);
      if (zone.rule != ZoneRule::clearance) return e;
      hold_against_clearances(e, zone, path, body, context.now);
      return e.breach == ClearanceBreach::none ? std::nullopt : std::optional(e);
    }
  }
  return std::nullopt;
}

void ZoneTable::hold_against_clearances(ZoneEncounter& e, const Zone& zone, const Path& path, const Body& body, Time now) const {
  ClearanceFlight flight = clearance_flight(*body.track, body.state, now + e.t_in);
  if (!e.lost_now) {
    const double t = to_seconds(e.t_in);
    const Height climb = Height::of_tenth_mm(std::llround(body.rate().in_tenth_mm_per_minute() / 60.0 * t));
    flight.position = geo::position_of(path.place(t));
    if (flight.pressure) flight.pressure = *flight.pressure + climb;
    if (flight.sea_level) flight.sea_level = *flight.sea_level + climb;
  }
  const std::size_t party = zone.party ? zone.party->value : unknown_party.value;
  if (party >= rules_.parties.size()) return;   // check_zone()
  const ClearanceFinding found = clearances_.judge(rules_.parties[party].id, flight);
  e.breach = found.breach;
  if (found.clearance) e.clearance = clearances_.standing()[*found.clearance].clearance;
}

}  // namespace skypact::guard
