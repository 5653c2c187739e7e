#include "plan/flight_corridor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "geo/motion.h"
#include "plan/f3548.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

struct Levels {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();   // metres
  void add(double level) { low = std::min(low, level), high = std::max(high, level); }
};
// From one level to the next, at the least gradient.
struct LevelChange {
  double from_way = 0, to_way = 0;
  Levels levels;
};
// A part of a leg, short enough to be one volume.
struct Part {
  Vec3 from, to;
  double from_way = 0, to_way = 0, from_seconds = 0, to_seconds = 0;
  double level = 0;
};

std::optional<Error> fault_of(const CorridorOptions& options) {
  const double width = options.half_width.in(metres), below = options.below.in(metres), above = options.above.in(metres);
  if (!(width >= CorridorLimits::least_half_width_m && width <= CorridorLimits::most_half_width_m)) {
    return bad_input(fmt::format("half_width: {} m is not within {} and {} m", width, CorridorLimits::least_half_width_m, CorridorLimits::most_half_width_m));
  }
  if (!(below >= 0 && above >= 0 && below + above > 0 && below + above <= 10'000)) return bad_input("below, above: neither may be less than 0 m, nor both together nothing or more than 10,000 m");
  if (!(std::fabs(options.geoid_undulation.in(metres)) <= 200)) return bad_input("geoid_undulation: is not within -200 and 200 m");
  if (!(options.least_gradient >= 0.001 && options.least_gradient <= 1)) return bad_input("least_gradient: is not within 0.001 and 1");
  for (const Duration d : {options.taxi, options.tolerance}) {
    if (d < Duration{} || d > CorridorLimits::longest_tolerance) return bad_input("taxi, tolerance: neither may be negative or longer than 24 h");
  }
  return std::nullopt;
}

Vec3 unit(Vec3 v) { return v * (1 / norm(v)); }

// At a place, towards another one that is near, so many metres a second.
geo::GroundMotion towards(Vec3 from, Vec3 to, double speed) {
  const Vec3 up = unit({from.x, from.y, geo::wgs84::kappa * from.z}), way = to - from;
  return {from, unit(way - up * dot(way, up)) * speed};
}

Result<Area> area_around(const Part& part, double half_width) {
  if (part.from == part.to) return Area::circle(lat_lng_of(part.from), half_width);
  std::vector<LatLng> outline;
  const auto add_end = [&](Vec3 end, Vec3 other) {
    geo::GroundMotion back = geo::after(towards(end, other, half_width), -1.0);
    for (const double degrees : {90.0, -90.0}) outline.push_back(lat_lng_of(geo::after(geo::turned(back, degrees), 1.0).place));
  };
  // Right and left of either end, seen towards the other: around the rectangle.
  add_end(part.from, part.to);
  add_end(part.to, part.from);
  return Area::polygon(outline);
}

// Of the leg; a volume is longer by half_width at either end.
double piece_length(double half_width) {
  const double longest = CorridorLimits::piece_km2 * 1e6 / (2 * half_width) - 2 * half_width;
  return std::min(CorridorLimits::longest_piece_m, longest);
}

class Corridor {
 public:
  Corridor(const IcaoFlightPlan& plan, const CorridorOptions& options) : plan_(plan), options_(options), half_width_(options.half_width.in(metres)) {}

  Result<std::vector<Volume>> volumes() {
    if (auto done = lay_out(); !done) return done.error();
    if (auto done = set_haste(); !done) return done.error();
    std::vector<Volume> volumes;
    for (const Part& part : parts_) {
      auto area = area_around(part, half_width_);
      if (!area) return Error(area.error()).within("item 15");
      const Levels levels = levels_of(part);
      const double undulation = options_.geoid_undulation.in(metres);
      const double lower = std::max(AltitudeLimits::lowest_m, levels.low + undulation - options_.below.in(metres));
      volumes.push_back({*std::move(area), lower, levels.high + undulation + options_.above.in(metres), time_of(part)});
    }
    return volumes;
  }

 private:
  Result<void> lay_out() {
    std::vector<const RoutePoint*> points{&plan_.departure};
    for (const RoutePoint& point : plan_.route) points.push_back(&point);
    points.push_back(&plan_.destination);
    Cruise cruise = plan_.cruise;
    for (std::size_t k = 0; k + 1 < points.size(); ++k) {
      if (points[k]->change) {
        if (auto done = change_level(cruise, *points[k]->change); !done) return done;
      }
      if (auto done = add_leg(*points[k], *points[k + 1], cruise); !done) return done;
    }
    if (!parts_.empty()) return {};
    const auto level = level_of(cruise);
    if (!level) return level.error();
    const Vec3 place = place_of(plan_.departure);
    parts_.push_back({place, place, 0, 0, 0, 0, *level});
    return {};
  }

  static Vec3 place_of(const RoutePoint& point) { return geo::place_of_degrees(point.place.lat_deg, point.place.lon_deg); }

  static Result<double> level_of(const Cruise& cruise) {
    if (!cruise.level) return bad_input("item 15: VFR says no level; give one, such as A045");
    return cruise.level->height.in_metres();
  }

  Result<void> change_level(Cruise& cruise, const Cruise& next) {
    const auto before = level_of(cruise), after = level_of(next);
    if (!before) return before.error();
    if (!after) return after.error();
    LevelChange change{way_, way_ + std::fabs(*after - *before) / options_.least_gradient, {}};
    change.levels.add(*before), change.levels.add(*after);
    changes_.push_back(change);
    cruise = next;
    return {};
  }

  // Two points that are less than a metre apart are one.
  Result<void> add_leg(const RoutePoint& from, const RoutePoint& to, const Cruise& cruise) {
    const auto level = level_of(cruise);
    if (!level) return level.error();
    const Vec3 a = place_of(from), b = place_of(to);
    if (norm(b - a) < 1) return {};
    if (geo::degrees_between(a, b) > CorridorLimits::longest_leg_degrees) {
      return bad_input(fmt::format("item 15: the leg from {} to {} is longer than {:.0f} degrees; write a point between them", from.name, to.name, CorridorLimits::longest_leg_degrees));
    }
    const auto places = geo::geodesic_places(a, b, piece_length(half_width_));
    if (parts_.size() + places.size() - 1 > FlightLimits::volumes) {
      return Error{ErrorCode::over_limit, fmt::format("item 15: the route needs more than {} volumes of {:.0f} km; file it in two parts, or make the corridor narrower", FlightLimits::volumes,
                                                      piece_length(half_width_) / 1'000)};
    }
    for (std::size_t k = 0; k + 1 < places.size(); ++k) add_part(places[k], places[k + 1], cruise.true_airspeed.in(metres_per_second), *level);
    return {};
  }

  void add_part(Vec3 from, Vec3 to, double speed, double level) {
    const double length = geo::geodesic_length(from, to);
    parts_.push_back({from, to, way_, way_ + length, seconds_, seconds_ + length / speed, level});
    way_ += length, seconds_ += length / speed;
  }

  // How the elapsed time that was filed stands to that by the speed. Longer it may be: a flight may stay somewhere.
  Result<void> set_haste() {
    const double filed = to_seconds(plan_.elapsed);
    if (seconds_ > filed * CorridorLimits::most_haste) {
      return bad_input(fmt::format("item 16: the elapsed time of {:.0f} min is less than half of the {:.0f} min that {:.0f} km take at the cruising speed", filed / 60, seconds_ / 60, way_ / 1'000));
    }
    stretch_ = seconds_ > 0 ? filed / seconds_ : 1;
    return {};
  }

  [[nodiscard]] Levels levels_of(const Part& part) const {
    Levels levels;
    levels.add(part.level);
    for (const LevelChange& change : changes_) {
      if (change.from_way < part.to_way && part.from_way < change.to_way) levels.add(change.levels.low), levels.add(change.levels.high);
    }
    const double climb = plan_.filed_in_the_air ? levels.low : part.from_way * options_.least_gradient, descent = (way_ - part.to_way) * options_.least_gradient;
    levels.add(std::min({levels.low, climb, descent}));
    return levels;
  }

  [[nodiscard]] Interval<Time> time_of(const Part& part) const {
    const Duration first = from_seconds(part.from_seconds * std::min(1.0, stretch_)), last = seconds_ > 0 ? from_seconds(part.to_seconds * std::max(1.0, stretch_)) : plan_.elapsed;
    const Duration taxi = plan_.filed_in_the_air ? Duration{} : options_.taxi;
    return {plan_.off_block + first - options_.tolerance, plan_.off_block + taxi + last + options_.tolerance};
  }

  const IcaoFlightPlan& plan_;
  const CorridorOptions& options_;
  double half_width_;
  std::vector<Part> parts_;
  std::vector<LevelChange> changes_;
  double way_ = 0, seconds_ = 0;   // of what is laid out
  double stretch_ = 1;
};

}  // namespace

Result<std::vector<Volume>> volumes_of(const IcaoFlightPlan& plan, const CorridorOptions& options) {
  if (auto fault = fault_of(options)) return *std::move(fault);
  return Corridor(plan, options).volumes();
}

}  // namespace skypact::plan
