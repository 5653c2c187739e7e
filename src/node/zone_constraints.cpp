#include "node/zone_constraints.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/utf8.h"
#include "guard/sharing_alerts.h"
#include "ledger/hash.h"
#include "node/command.h"

namespace skypact::node {
namespace {

using Reference = VerticalLimit::Reference;

bool is_agreed(const Zone& zone, const Rules& rules) {
  return std::any_of(rules.agreed.begin(), rules.agreed.end(), [&](const AgreedMinima& table) { return table.version == zone.source; });
}

bool is_published(const Zone& zone, const Rules& rules) {
  switch (zone.rule) {
    case ZoneRule::keep_clear:
    case ZoneRule::caution:
    case ZoneRule::protected_site: break;
    case ZoneRule::corridor:
    case ZoneRule::clearance:
    case ZoneRule::flight_plan: return false;
  }
  return !zone.moves_with && (zone.id.starts_with(notice_zone_prefix) || is_agreed(zone, rules));
}

plan::EntityId id_of(std::string_view manager, const Zone& zone) {
  const ledger::Hash hash = ledger::sha256(ledger::as_bytes(fmt::format("{}\n{}", manager, zone.id)));
  plan::EntityId id;
  std::memcpy(&id, hash.bytes.data(), sizeof id);
  id.high = (id.high & ~std::uint64_t{0xF000}) | 0x8000;                       // RFC 9562: version 8, of one's own making
  id.low = (id.low & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  return id;
}

// Above the ellipsoid; nullopt: no limit.
struct Limits {
  std::optional<double> lower_m, upper_m;
};
Limits limits_of(const Zone& zone, const Rules& rules) {
  const double undulation = rules.geoid_undulation ? rules.geoid_undulation->in_metres() : 0;
  const double geoid = rules.geoid_undulation ? 0 : ZoneConstraintLimits::geoid_margin.in(metres);
  const auto height = [&](const VerticalLimit& limit, double outward) -> std::optional<double> {
    switch (limit.reference) {
      case Reference::surface:
      case Reference::unlimited: return std::nullopt;
      case Reference::ellipsoid: return limit.height.in_metres();
      case Reference::mean_sea_level: return limit.height.in_metres() + undulation + outward * geoid;
      case Reference::above_ground: return (limit.height + zone.ground_elevation).in_metres() + undulation + outward * geoid;
      case Reference::pressure: return limit.height.in_metres() + undulation + outward * (geoid + ZoneConstraintLimits::pressure_margin.in(metres));
    }
    return std::nullopt;
  };
  return {height(zone.floor, -1), height(zone.ceiling, 1)};
}

// Wholly within the area that is made: a radius is made a little longer, and corners are rounded to what JSON carries.
Result<plan::Area> area_of(const Zone& zone, Time now) {
  if (zone.centre) return plan::Area::circle({zone.centre->lat_degrees(), zone.centre->lon_degrees()}, (zone.radius + zone.buffer).in(metres) + 0.1);
  std::vector<geo::Position> corners = zone.outline;
  if (zone.buffer > Length()) {
    std::vector<guard::LastSeen> around;
    for (const geo::Position corner : zone.outline) around.push_back({corner, zone.buffer, now, {}});
    corners = guard::area_of(around, now);
  }
  std::vector<plan::LatLng> outline;
  for (const geo::Position corner : corners) outline.push_back({corner.lat_degrees(), corner.lon_degrees()});
  return plan::Area::polygon(outline);
}

std::vector<Interval<Time>> times_of(const Zone& zone, Time now) {
  const Interval<Time> ahead{std::chrono::floor<seconds>(now), std::chrono::floor<seconds>(now) + ZoneConstraintLimits::ahead};
  if (zone.active.empty()) return {ahead};
  std::vector<Interval<Time>> times;
  for (const Interval<Time>& span : zone.active) {
    const Interval<Time> both{std::max(span.from, ahead.from), std::min(span.to, ahead.to)};
    if (!both.empty()) times.push_back(both);
  }
  return times;
}

bool is_same_place(const plan::Volume& a, const plan::Volume& b) {
  const auto same_altitude = [](const std::optional<double>& x, const std::optional<double>& y) { return x.has_value() == y.has_value() && (!x || std::abs(*x - *y) < 0.01); };
  if (!same_altitude(a.lower_m, b.lower_m) || !same_altitude(a.upper_m, b.upper_m) || a.area.radius_m() != b.area.radius_m()) return false;
  return std::equal(a.area.outline().begin(), a.area.outline().end(), b.area.outline().begin(), b.area.outline().end(),
                    [](const plan::LatLng& x, const plan::LatLng& y) { return x.lat_deg == y.lat_deg && x.lon_deg == y.lon_deg; });
}

}  // namespace

ZoneConstraints zone_constraints(const Rules& rules, std::string_view manager, Time now) {
  ZoneConstraints made;
  for (const Zone& zone : rules.zones) {
    if (!is_published(zone, rules)) continue;
    const std::vector<Interval<Time>> times = times_of(zone, now);
    if (times.empty()) continue;
    const auto area = area_of(zone, now);
    if (!area) {
      made.left_out.emplace_back(zone.id, area.error().message);
      continue;
    }
    const Limits limits = limits_of(zone, rules);
    ZoneConstraint one;
    one.id = id_of(manager, zone);
    one.particulars.name = utf8_beginning(zone.name.empty() ? zone.id : zone.name, plan::UssLimits::name_bytes);
    one.particulars.remarks = fmt::format("zone {} of {}", zone.id, zone.source);
    one.details.type = zone_constraint_type;
    for (const Interval<Time>& time : times) one.details.volumes.push_back({*area, limits.lower_m, limits.upper_m, time});
    if (auto fault = plan::fault_of(one.details, plan::Kind::constraint, plan::IntentState::accepted)) {
      made.left_out.emplace_back(zone.id, fault->message);
    } else {
      made.wanted.push_back(std::move(one));
    }
  }
  return made;
}

bool is_outdated(const plan::Details& published, const ZoneConstraint& wanted, Time now) {
  const auto& have = published.volumes;
  const auto& want = wanted.details.volumes;
  if (have.empty() || want.empty()) return have.size() != want.size();
  if (!is_same_place(have.front(), want.front())) return true;
  // Of the next twelve hours both must say the same.
  const Interval<Time> soon{now, now + ZoneConstraintLimits::renewed_before};
  const auto within_soon = [&](const std::vector<plan::Volume>& volumes) {
    std::vector<Interval<Time>> times;
    for (const plan::Volume& volume : volumes) {
      const Interval<Time> both{std::max(volume.time.from, soon.from), std::min(volume.time.to, soon.to)};
      if (!both.empty()) times.push_back(both);
    }
    return times;
  };
  const auto a = within_soon(have), b = within_soon(want);
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Interval<Time>& x, const Interval<Time>& y) {
    return std::chrono::abs(x.from - y.from) < seconds(1) && std::chrono::abs(x.to - y.to) < seconds(1);
  });
}

}  // namespace skypact::node
