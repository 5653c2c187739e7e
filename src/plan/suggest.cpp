#include "plan/suggest.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"

namespace skypact::plan {
namespace {

using Way = Suggestion::Way;
using geo::Vec3;

// Ends that are missing stay so.
Time shifted(Time time, Duration by) {
  if (time == Time::min() || time == Time::max()) return time;
  if (by > Duration{} && time > Time::max() - by) return Time::max();
  if (by < Duration{} && time < Time::min() - by) return Time::min();
  return time + by;
}

// Whole minutes from b to a, rounded down. The difference itself may be more than a Duration holds.
std::int64_t minutes_down(Time a, Time b) {
  constexpr std::int64_t minute = Duration(minutes(1)).count();
  const auto parts = [](Time t) {
    const std::int64_t count = t.time_since_epoch().count(), rest = count % minute;
    return rest < 0 ? std::pair{count / minute - 1, rest + minute} : std::pair{count / minute, rest};
  };
  const auto [a_minutes, a_rest] = parts(a);
  const auto [b_minutes, b_rest] = parts(b);
  return a_minutes - b_minutes - (a_rest < b_rest ? 1 : 0);
}

// By how many minutes later, from and to, the one meets the other.
Interval<std::int64_t> minutes_that_meet(const Interval<Time>& own, const Interval<Time>& other, std::int64_t most) {
  if (own.empty() || other.empty()) return {};
  const bool no_least = other.from == Time::min() || own.to == Time::max(), no_most = other.to == Time::max() || own.from == Time::min();
  const std::int64_t least = no_least ? -most : minutes_down(other.from, own.to) + 1;
  const std::int64_t end = no_most ? most + 1 : -minutes_down(own.from, other.to);
  return {std::clamp(least, -most, most + 1), std::clamp(end, -most, most + 1)};
}

// Turns vectors about an axis through the Earth's centre.
class Turn {
 public:
  // That brings the one place to the other; they are not the same.
  Turn(Vec3 from, Vec3 to) : axis_(cross(from, to)), angle_(geo::sincos_degrees(geo::degrees_between(from, to))) { axis_ = axis_ * (1 / norm(axis_)); }
  [[nodiscard]] Vec3 operator()(Vec3 v) const {
    return v * angle_.cos + cross(axis_, v) * angle_.sin + axis_ * (dot(axis_, v) * (1 - angle_.cos));
  }

 private:
  Vec3 axis_;
  geo::SinCos angle_;
};

Result<Area> turned(const Area& area, const Turn& turn) {
  std::vector<LatLng> outline;
  for (const LatLng& p : area.outline()) outline.push_back(lat_lng_of(geo::on_surface(turn(geo::place_of_degrees(p.lat_deg, p.lon_deg)))));
  return area.is_circle() ? Area::circle(outline[0], area.radius_m()) : Area::polygon(outline);
}

Turn turn_aside(Vec3 middle, double bearing_degrees, double metres_aside) {
  const geo::Position position = geo::position_of(middle);
  const Vec3 from = geo::place_of(position);
  return {from, geo::after(geo::ground_motion(position, metres_per_second(1'000), TrueBearing::degrees(bearing_degrees)), metres_aside / 1'000).place};
}

class Search {
 public:
  Search(std::span<const Volume> own, std::int64_t priority, std::span<const Occupied> others, const SuggestOptions& options)
      : own_(own), options_(options), most_minutes_(std::clamp(options.most, Duration{}, SuggestLimits::time) / minutes(1)) {
    for (const Occupied& o : others) {
      if (o.priority >= priority) others_.push_back(&o.volume);
    }
  }

  Result<std::vector<Suggestion>> run() {
    if (own_.size() * others_.size() > SuggestLimits::pairs || !find_pairs()) {
      return Error{ErrorCode::over_limit, fmt::format("{} volumes beside {} others are too many to suggest anything; give fewer volumes, or simpler ones", own_.size(), others_.size())};
    }
    if (!is_in_conflict()) return std::vector<Suggestion>{};
    suggest_times();
    suggest_level(Way::higher);
    suggest_level(Way::lower);
    suggest_aside();
    return std::move(found_);
  }

 private:
  // Volumes whose areas overlap and that may come to meet when one thing is changed.
  struct Pair {
    std::size_t own = 0, other = 0;
  };

  [[nodiscard]] const Volume& own(const Pair& p) const { return own_[p.own]; }
  [[nodiscard]] const Volume& other(const Pair& p) const { return *others_[p.other]; }

  // Whether there is still work to be done for a pair, which is then done.
  bool spend(const Area& a, const Area& b) {
    const std::size_t vertices = near(a.ball(), b.ball()) ? a.outline().size() + b.outline().size() : 0;
    if (vertices > left_) return false;
    left_ -= vertices;
    return true;
  }

  bool find_pairs() {
    for (std::size_t i = 0; i < own_.size(); ++i) {
      for (std::size_t j = 0; j < others_.size(); ++j) {
        if (!times_meet(own_[i].time, others_[j]->time) && !altitudes_meet(own_[i], *others_[j])) continue;
        if (!spend(own_[i].area, others_[j]->area)) return false;
        if (overlaps(own_[i].area, others_[j]->area)) pairs_.push_back({i, j});
      }
    }
    return true;
  }

  [[nodiscard]] bool is_in_conflict() const {
    return std::any_of(pairs_.begin(), pairs_.end(), [this](const Pair& p) { return times_meet(own(p).time, other(p).time) && altitudes_meet(own(p), other(p)); });
  }

  [[nodiscard]] bool is_free(std::span<const Volume> volumes) const {
    return std::none_of(volumes.begin(), volumes.end(), [this](const Volume& v) {
      return std::any_of(others_.begin(), others_.end(), [&v](const Volume* other) { return intersects(v, *other); });
    });
  }

  void offer(Suggestion suggestion) {
    if (is_free(suggestion.volumes)) found_.push_back(std::move(suggestion));
  }

  [[nodiscard]] std::vector<Volume> own_shifted(Duration by) const {
    std::vector<Volume> volumes(own_.begin(), own_.end());
    for (Volume& v : volumes) v.time = {shifted(v.time.from, by), shifted(v.time.to, by)};
    return volumes;
  }

  // How many pairs meet when the flight is k − most_minutes_ minutes later.
  [[nodiscard]] std::vector<std::int64_t> meeting_by_minute() const {
    std::vector<std::int64_t> meeting(static_cast<std::size_t>(2 * most_minutes_ + 2));
    for (const Pair& p : pairs_) {
      if (!altitudes_meet(own(p), other(p))) continue;
      const Interval<std::int64_t> met = minutes_that_meet(own(p).time, other(p).time, most_minutes_);
      if (met.empty()) continue;
      ++meeting[static_cast<std::size_t>(met.from + most_minutes_)];
      --meeting[static_cast<std::size_t>(met.to + most_minutes_)];
    }
    for (std::size_t k = 1; k < meeting.size(); ++k) meeting[k] += meeting[k - 1];
    return meeting;
  }

  [[nodiscard]] bool is_in_bounds(Duration by) const {
    return std::all_of(own_.begin(), own_.end(), [&](const Volume& v) {
      return (v.time.from == Time::min() || shifted(v.time.from, by) >= options_.earliest) && (v.time.to == Time::max() || shifted(v.time.to, by) <= options_.latest);
    });
  }

  void suggest_times() {
    const auto meeting = meeting_by_minute();
    for (const Way way : {Way::later, Way::earlier}) {
      for (std::int64_t n = 1; n <= most_minutes_; ++n) {
        const std::int64_t signed_n = way == Way::later ? n : -n;
        if (meeting[static_cast<std::size_t>(signed_n + most_minutes_)] != 0 || !is_in_bounds(minutes(signed_n))) continue;
        offer({way, minutes(n), {}, {}, own_shifted(minutes(signed_n))});
        break;
      }
    }
  }

  void set_level(std::vector<Volume>& volumes, double by_m) const {
    for (std::size_t k = 0; k < volumes.size(); ++k) {
      if (own_[k].lower_m) volumes[k].lower_m = *own_[k].lower_m + by_m;
      if (own_[k].upper_m) volumes[k].upper_m = *own_[k].upper_m + by_m;
    }
  }

  // Above the floor or below the ceiling, whichever it comes nearer to.
  [[nodiscard]] bool is_in_bounds(const std::vector<Volume>& volumes, Way way) const {
    const double floor = std::max(AltitudeLimits::lowest_m, options_.floor_m.value_or(AltitudeLimits::lowest_m)),
                 ceiling = std::min(AltitudeLimits::highest_m, options_.ceiling_m.value_or(AltitudeLimits::highest_m));
    return std::all_of(volumes.begin(), volumes.end(), [&](const Volume& v) {
      return way == Way::lower ? v.lower_m && *v.lower_m >= floor : v.upper_m && *v.upper_m <= ceiling;
    });
  }

  void suggest_level(Way way) {
    if (way == Way::lower && !options_.floor_m) return;
    const double step = level_step(own_).in(metres);
    std::vector<Volume> volumes(own_.begin(), own_.end());
    for (int k = 1; k <= SuggestLimits::level_steps; ++k) {
      set_level(volumes, way == Way::higher ? k * step : -k * step);
      if (!is_in_bounds(volumes, way)) return;
      const bool meet = std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& p) {
        return times_meet(own(p).time, other(p).time) && altitudes_meet(volumes[p.own], other(p));
      });
      if (meet) continue;
      return offer({way, {}, metres(k * step), {}, std::move(volumes)});
    }
  }

  // All of the flight where `turn` brings it; nothing if that is in conflict, or no work is left to see whether it is.
  [[nodiscard]] std::vector<Volume> own_turned(const Turn& turn) {
    std::vector<Volume> volumes;
    for (const Volume& v : own_) {
      auto area = turned(v.area, turn);
      if (!area) return {};
      Volume moved{*std::move(area), v.lower_m, v.upper_m, v.time};
      for (const Volume* other : others_) {
        if (!times_meet(moved.time, other->time) || !altitudes_meet(moved, *other)) continue;
        if (!spend(moved.area, other->area) || overlaps(moved.area, other->area)) return {};
      }
      volumes.push_back(std::move(moved));
    }
    return volumes;
  }

  void suggest_aside() {
    std::size_t vertices = 0;
    for (const Volume& v : own_) vertices += v.area.outline().size();
    const Vec3 middle = own_.front().area.ball().middle;
    for (const double distance : distances_aside_m) {
      for (int bearing = 0; bearing < 360; bearing += 45) {
        if (vertices > left_) return;
        left_ -= vertices;
        auto volumes = own_turned(turn_aside(middle, bearing, distance));
        if (!volumes.empty()) return offer({Way::aside, {}, metres(distance), TrueBearing::degrees(bearing), std::move(volumes)});
      }
    }
  }

  std::span<const Volume> own_;
  const SuggestOptions& options_;
  std::int64_t most_minutes_;
  std::vector<const Volume*> others_;
  std::vector<Pair> pairs_;
  std::size_t left_ = SuggestLimits::vertices;
  std::vector<Suggestion> found_;
};

}  // namespace

std::string_view to_string(Way way) {
  switch (way) {
    case Way::later: return "later";
    case Way::earlier: return "earlier";
    case Way::higher: return "higher";
    case Way::lower: return "lower";
    case Way::aside: break;
  }
  return "aside";
}

Length level_step(std::span<const Volume> own) {
  const bool thin = std::all_of(own.begin(), own.end(), [](const Volume& v) { return v.lower_m && v.upper_m && *v.upper_m - *v.lower_m < SuggestLimits::thin_m; });
  return thin ? metres(10) : feet(100);
}

Result<std::vector<Suggestion>> suggestions(std::span<const Volume> own, std::int64_t priority, std::span<const Occupied> others,
                                            const SuggestOptions& options) {
  return Search(own, priority, others, options).run();
}

}  // namespace skypact::plan
