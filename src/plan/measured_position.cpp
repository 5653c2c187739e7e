#include "plan/measured_position.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "geo/motion.h"
#include "plan/volume.h"

namespace skypact::plan {
namespace {

std::optional<Error> fault_of_number(std::string_view name, double value, double least, double most, std::string_view unit) {
  if (value >= least && value <= most) return std::nullopt;   // not so for what is no number
  return bad_input(fmt::format("{}: {} {} is not within {} and {}", name, value, unit, least, most));
}

std::optional<Error> fault_of_length(std::string_view name, const std::optional<Length>& length) {
  constexpr double most = 100'000;
  return length ? fault_of_number(name, length->in(metres), 0, most, "m") : std::nullopt;
}

// Seconds as a number: the times may be centuries apart, and their difference be no Duration.
double seconds_between(Time a, Time b) {
  return std::fabs(static_cast<double>(a.time_since_epoch().count()) - static_cast<double>(b.time_since_epoch().count())) / 1e9;
}

std::optional<Contradiction> found(Contradiction::In in, double apart, double explained) {
  if (apart <= explained) return std::nullopt;
  return Contradiction{in, metres(apart), metres(explained)};
}

double metres_of(const std::optional<Length>& accuracy, Length usual) { return accuracy.value_or(usual).in(metres); }

}  // namespace

std::optional<Error> fault_of(const MeasuredPosition& position) {
  if (auto fault = fault_of_number("lat", position.place.lat_deg, -90, 90, "degrees")) return fault;
  if (auto fault = fault_of_number("lng", position.place.lon_deg, -180, 180, "degrees")) return fault;
  if (position.altitude_m) {
    if (auto fault = fault_of_number("altitude", *position.altitude_m, AltitudeLimits::lowest_m, AltitudeLimits::highest_m, "m")) return fault;
  }
  if (auto fault = fault_of_length("accuracy", position.accuracy)) return fault;
  if (auto fault = fault_of_length("altitude_accuracy", position.altitude_accuracy)) return fault;
  if (!position.ground_speed) return std::nullopt;
  return fault_of_number("speed", position.ground_speed->in(metres_per_second), 0, geo::max_ground_speed.in(metres_per_second), "m/s");
}

std::optional<Contradiction> contradicts(const MeasuredPosition& telemetry, const MeasuredPosition& broadcast, const Performance& performance) {
  if (fault_of(telemetry) || fault_of(broadcast)) return std::nullopt;
  const double time = seconds_between(telemetry.measured_at, broadcast.measured_at);
  const auto place = [](const MeasuredPosition& p) { return geo::place_of_degrees(p.place.lat_deg, p.place.lon_deg); };
  const double explained = metres_of(telemetry.accuracy, usual_accuracy) + metres_of(broadcast.accuracy, usual_accuracy) +
                           time * performance.fastest.in(metres_per_second);
  const double apart = geo::geodesic_length(place(telemetry), place(broadcast));
  if (auto contradiction = found(Contradiction::In::place, apart, explained)) return contradiction;
  if (!telemetry.altitude_m || !broadcast.altitude_m) return std::nullopt;
  return found(Contradiction::In::altitude, std::fabs(*telemetry.altitude_m - *broadcast.altitude_m),
               metres_of(telemetry.altitude_accuracy, usual_altitude_accuracy) + metres_of(broadcast.altitude_accuracy, usual_altitude_accuracy) +
                   time * performance.steepest.in(metres_per_second));
}

}  // namespace skypact::plan
