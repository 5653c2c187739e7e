#include "plan/off_nominal.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "geo/motion.h"
#include "plan/conformance.h"

namespace skypact::plan {
namespace {

struct Cone {
  LatLng place;
  double altitude_m = 0, width = 0, height = 0;   // at the time of the position
  double fastest = 0, steepest = 0;               // m/s

  [[nodiscard]] double radius(double seconds) const { return width + fastest * seconds; }
  // After how many seconds it is so wide; negative where it always was.
  [[nodiscard]] double seconds_to(double radius_m) const {
    if (fastest > 0) return (radius_m - width) / fastest;
    return width > radius_m ? -1 : std::numeric_limits<double>::infinity();
  }
};

std::optional<Error> fault_of(const Performance& performance) {
  const double fastest = performance.fastest.in(metres_per_second), steepest = performance.steepest.in(metres_per_second);
  const double most = geo::max_ground_speed.in(metres_per_second);
  if (fastest >= 0 && fastest <= most && steepest >= 0 && steepest <= most) return std::nullopt;
  return bad_input(fmt::format("the performance: {} m/s over ground and {} m/s up or down; both must be within 0 and {:.0f} m/s", fastest, steepest, most));
}

Cone cone_of(const MeasuredPosition& last, const Performance& performance) {
  // A circle needs some width, also around an aircraft that hovers and errs by nothing.
  constexpr double least_width = 1;
  return {last.place, *last.altitude_m, std::max(least_width, last.accuracy.value_or(usual_accuracy).in(metres)),
          last.altitude_accuracy.value_or(usual_altitude_accuracy).in(metres) + least_width,
          std::max(performance.fastest, last.ground_speed.value_or(metres_per_second(0))).in(metres_per_second),
          performance.steepest.in(metres_per_second)};
}

Result<Volume> volume_of(const Cone& cone, Time measured_at, Interval<Time> time) {
  const double seconds = std::max(to_seconds(time.to - measured_at), to_seconds(measured_at - time.from)), rise = cone.height + cone.steepest * seconds;
  auto area = Area::circle(cone.place, std::min(cone.radius(seconds), OffNominalLimits::radius_m));
  if (!area) return area.error();
  return Volume{*std::move(area), std::max(AltitudeLimits::lowest_m, cone.altitude_m - rise), std::min(AltitudeLimits::highest_m, cone.altitude_m + rise), time};
}

// When the cone is as wide as a DSS takes, or `to`.
Time end_of(const Cone& cone, Time measured_at, Time to) {
  const double seconds = std::max(-1.0, cone.seconds_to(OffNominalLimits::radius_m));
  return seconds < to_seconds(to - measured_at) ? measured_at + from_seconds(seconds) : to;
}

Error too_far(const Cone& cone, Duration age) {
  return {ErrorCode::over_limit, fmt::format("the aircraft was measured {:.0f} s ago and may be {:.1f} km from there, and soon more than the {:.0f} km that a DSS takes; "
                                             "close the airspace by a constraint",
                                             to_seconds(age), cone.radius(to_seconds(age)) / 1'000, OffNominalLimits::radius_m / 1'000)};
}

std::optional<Error> fault_of_time(Time measured_at, Time now) {
  if (measured_at > now + ConformanceLimits::clock_difference) return bad_input("time_measured: is in the future; set the clock");
  if (measured_at < now - std::chrono::hours(24)) return bad_input("time_measured: is more than a day ago");
  return std::nullopt;
}

}  // namespace

Result<std::vector<Volume>> off_nominal_volumes(const MeasuredPosition& last, Time now, const Performance& performance, Duration ahead) {
  if (auto fault = plan::fault_of(last)) return *std::move(fault);
  if (auto fault = fault_of(performance)) return *std::move(fault);
  if (!last.altitude_m) return bad_input("altitude: is missing; without it the aircraft may be at any");
  if (auto fault = fault_of_time(last.measured_at, now)) return *std::move(fault);
  const Cone cone = cone_of(last, performance);
  const Time to = end_of(cone, last.measured_at, now + std::clamp(ahead, OffNominalLimits::least_ahead, OffNominalLimits::farthest_ahead));
  if (to < now + OffNominalLimits::least_ahead) return too_far(cone, std::max(Duration{}, now - last.measured_at));
  std::vector<Volume> volumes;
  for (Time start = now; start < to; start += OffNominalLimits::slice) {
    auto volume = volume_of(cone, last.measured_at, {start, std::min(to, start + OffNominalLimits::slice)});
    if (!volume) return volume.error();
    volumes.push_back(*std::move(volume));
  }
  return volumes;
}

}  // namespace skypact::plan
