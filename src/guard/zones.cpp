#include "guard/zones.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::guard {
namespace {

using geo::Vec3;

int row_of(double lat, int cell, int rows) { return std::clamp(static_cast<int>(std::floor((lat + 90) / cell)), 0, rows - 1); }

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
Path relative_path(const geo::GroundMotion& motion, const geo::GroundMotion& carrier, geo::Position anchor) {
  const Vec3 at = geo::place_of(anchor);
  const auto frame = geo::local_axes(anchor);
  return {[motion, carrier, at, frame](double t) {
            const Vec3 c = geo::after(carrier, t).place;
            const auto axes = geo::local_axes(geo::position_of(c));
            const Vec3 offset = geo::after(motion, t).place - c;
            return at + frame.east * dot(offset, axes.east) + frame.north * dot(offset, axes.north) + frame.up * dot(offset, axes.up);
          },
          norm(motion.velocity) + norm(carrier.velocity)};
}

bool is_named(const Zone& zone, const Body& body) {
  return body.side.party_known && std::find(zone.exempt.begin(), zone.exempt.end(), body.side.party) != zone.exempt.end();
}

Severity zone_severity(ZoneRule rule, bool lost_now, Duration t_in, Duration warning_look_ahead) {
  if (rule == ZoneRule::keep_clear || rule == ZoneRule::protected_site) return severity_by_time(lost_now, t_in, warning_look_ahead);
  return lost_now ? Severity::caution : Severity::advisory;
}

}  // namespace

Duration ZoneTable::look_ahead(ZoneRule rule, const Rules& rules) {
  return rule == ZoneRule::keep_clear || rule == ZoneRule::protected_site ? rules.advisory_look_ahead : rules.warning_look_ahead;
}

ZoneTable::ZoneTable(const Rules& rules) : rules_(rules), cells_(static_cast<std::size_t>(rows * columns)) {
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
    prepared.reach = prepared.region->radius() + std::max(0.0, zone.buffer.in(metres)) + corridor_left.in(metres);
    if (zone.moves_with) {
      prepared.anchor = zone.anchor ? *zone.anchor : zone.centre ? *zone.centre : zone.outline.front();
      moving_.push_back(i);
    } else {
      fixed_.push_back(i);
      const auto middle = geo::position_of(prepared.region->middle());
      const double lat = middle.lat_degrees(), lon = middle.lon_degrees();
      // 110.5 km is the shortest degree of latitude; half a degree more for the ellipsoid's flattening.
      const double angle = geo::surface_length_of_chord(std::min(prepared.reach + gathered, 1.2e7)) / 110'500 + 0.5;
      const double lat_low = lat - angle, lat_high = lat + angle;
      double lon_half = 180;
      if (lat_low > -89 && lat_high < 89) {
        const double sine = geo::sincos_degrees(angle).sin / geo::sincos_degrees(lat).cos;
        if (angle < 89 && sine < 1) lon_half = std::min(180.0, geo::asin_degrees(sine) + 0.5);
      }
      const int columns_each_way = static_cast<int>(std::ceil(lon_half / cell_degrees)) + 1;
      const int column = static_cast<int>(std::floor((lon + 180) / cell_degrees));
      for (int row = row_of(lat_low, cell_degrees, rows); row <= row_of(lat_high, cell_degrees, rows); ++row) {
        const int wide = std::min(2 * columns_each_way + 1, columns);
        for (int k = 0; k < wide; ++k) {
          const int c = ((column - columns_each_way + k) % columns + columns) % columns;
          cells_[static_cast<std::size_t>(row * columns + c)].push_back(i);
        }
      }
    }
    zones_.push_back(std::move(prepared));
  }
}

std::vector<std::uint32_t> ZoneTable::near(const Body& body, Duration look_ahead) const {
  const double speed = norm(body.ground.velocity), time = to_seconds(look_ahead);
  const double way = speed * time + body.uncertainty().in(metres) + hold_zone.in(metres);
  const auto row = row_of(body.state.position.lat_degrees(), cell_degrees, rows);
  const int column = std::min(static_cast<int>((body.state.position.lon_degrees() + 180) / cell_degrees), columns - 1);
  const auto& candidates = way <= gathered ? cells_[static_cast<std::size_t>(row * columns + column)] : fixed_;
  std::vector<std::uint32_t> found;
  const double speed2 = speed * speed;
  // How far the geodesic leaves its tangent, and the sphere of the middle the ellipsoid.
  const double bend = way * way / (2 * geo::wgs84::least_radius);
  for (const std::uint32_t z : candidates) {
    const Prepared& zone = zones_[z];
    const Vec3 to = zone.region->middle() - body.ground.place;
    const double t = speed2 > 0 ? std::clamp(dot(to, body.ground.velocity) / speed2, 0.0, time) : 0;
    const double distance = norm(to - body.ground.velocity * t);
    const double margin = zone.reach + body.uncertainty().in(metres) + hold_zone.in(metres) + bend + 25'000;
    if (distance <= margin) found.push_back(z);
  }
  const auto middle = static_cast<std::ptrdiff_t>(found.size());
  found.insert(found.end(), moving_.begin(), moving_.end());
  std::inplace_merge(found.begin(), found.begin() + middle, found.end());
  return found;
}

std::optional<ZoneEncounter> ZoneTable::judge(std::uint32_t z, const Body& body, const Carriers& carriers,
                                              const JudgeContext& context, const JudgeOptions& options) const {
  const Zone& zone = rules_.zones[z];
  const Prepared& prepared = zones_[z];
  if (!prepared.region) return std::nullopt;
  const bool corridor = zone.rule == ZoneRule::corridor;
  if (is_named(zone, body) != corridor) return std::nullopt;
  if (zone.moves_with && (*zone.moves_with == body.track->address || !carriers[z])) return std::nullopt;

  const Duration ahead = std::min(options.look_ahead, look_ahead(zone.rule, context.rules));
  const double horizon = to_seconds(ahead);
  const Path path = zone.moves_with ? relative_path(body.ground, *carriers[z], prepared.anchor) : path_of(body.ground);
  const double distance = prepared.region->signed_distance(path.place(0));
  const VerticalSpan vertical = between_limits(zone, body, context, horizon);

  std::vector<TimeSpan> active;
  if (zone.active.empty()) active.push_back({0, horizon});
  for (const auto& interval : zone.active) {
    const double from = std::max(0.0, to_seconds(interval.from - context.now)), to = std::min(horizon, to_seconds(interval.to - context.now));
    if (from < to) active.push_back({from, to});
  }
  std::sort(active.begin(), active.end(), [](const TimeSpan& a, const TimeSpan& b) { return a.from < b.from; });
  if (active.empty()) return std::nullopt;

  ZoneEncounter e;
  e.vertical_unknown = vertical.unknown;
  e.vertical_error = vertical.error;
  e.uncertainty = body.state.uncertainty;

  if (corridor) {
    // Inside by its best estimate: uncertainty must not make every flight near the edge leave.
    if (active.front().from > 0) return std::nullopt;
    const double half = zone.buffer.in(metres);
    const auto spans = times_within(*prepared.region, path, ahead, zone.buffer);
    const bool inside = !spans.empty() && spans.front().from == 0 && vertical.any && vertical.time.from <= 0;
    e.leaving = true;
    if (inside) {
      const double leaves = std::min(spans.front().to, vertical.time.to);
      if (leaves >= std::min(horizon, active.front().to)) return std::nullopt;
      e.t_in = from_seconds(leaves);
    } else {
      if (!options.hold || distance - half > corridor_left.in(metres)) return std::nullopt;
      e.lost_now = true;
      e.distance_now = metres(std::max(0.0, distance - half));
    }
    e.t_out = ahead;
    e.severity = zone_severity(zone.rule, e.lost_now, e.t_in, context.rules.warning_look_ahead);
    return e;
  }

  if (!vertical.any) return std::nullopt;
  const Length margin = zone.buffer + body.state.uncertainty + (options.hold ? hold_zone : metres(0));
  for (const TimeSpan& span : times_within(*prepared.region, path, ahead, margin)) {
    for (const TimeSpan& when : active) {
      const double from = std::max({span.from, when.from, vertical.time.from});
      const double to = std::min({span.to, when.to, vertical.time.to});
      if (!(from < to)) continue;
      e.lost_now = from <= 0;
      e.t_in = from_seconds(from);
      e.t_out = from_seconds(to);
      e.distance_now = metres(std::max(0.0, distance - zone.buffer.in(metres)));
      e.severity = zone_severity(zone.rule, e.lost_now, e.t_in, context.rules.warning_look_ahead);
      return e;
    }
  }
  return std::nullopt;
}

}  // namespace skypact::guard
