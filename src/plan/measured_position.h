#pragma once
// MeasuredPosition: where an aircraft was measured to be: the telemetry that its operator vouches for, or what the live track has of its
// public broadcast; and whether the one contradicts the other.
//
//     if (auto fault = fault_of(position)) return *fault;
//     if (auto found = contradicts(telemetry, broadcast, {.fastest = metres_per_second(60), .steepest = metres_per_second(10)})) …
//
// Plain values; any thread.

#include <cstdint>
#include <optional>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/area.h"

namespace skypact::plan {

struct MeasuredPosition {
  Time measured_at;
  LatLng place;
  std::optional<double> altitude_m;                       // above the WGS-84 ellipsoid
  std::optional<Length> accuracy, altitude_accuracy;      // what 95 % of the errors are within
  std::optional<Speed> ground_speed;
  std::optional<bool> airborne;                           // as the aircraft says
};

// 0.05 NM and 45 m: what the rules for ADS-B ask for at least (NACp 8), and what is assumed where an aircraft does not say.
inline constexpr Length usual_accuracy = nautical_miles(0.05);
inline constexpr Length usual_altitude_accuracy = metres(45);

// Numbers that are none or that no aircraft has: bad_input, and names the member.
[[nodiscard]] std::optional<Error> fault_of(const MeasuredPosition& position);

// What the aircraft can do at most.
struct Performance {
  Speed fastest, steepest;   // over ground; up or down. Not negative
};

// Two positions that no flight has within so much time.
struct Contradiction {
  enum class In : std::uint8_t { place, altitude };
  In in = In::place;
  Length apart, explained;   // by both accuracies, and by the aircraft's motion in the time between
};
// A broadcast that is in doubt itself, or has no altitude, contradicts nothing by that. The one may be of any time before or after the
// other; the farther in time they are the less they say of each other.
[[nodiscard]] std::optional<Contradiction> contradicts(const MeasuredPosition& telemetry, const MeasuredPosition& broadcast, const Performance& performance);

}  // namespace skypact::plan
