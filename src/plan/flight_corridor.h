#pragma once
// The volumes of a flight that was filed as a route: a corridor along it, in pieces, each with the levels and the times of the flight there.
//
//     auto volumes = volumes_of(plan, {.half_width = nautical_miles(2)});
//     if (!volumes) return volumes.error();
//
// Legs are geodesics. A piece holds every place that is no farther than half_width from its part of the leg, beyond both ends of it too, so
// that turns are held. Two estimates of time count, and all between them: by the cruising speed in still air, and that stretched to the
// elapsed time that was filed, which knows of wind, climb and approach.
//
// A flight plan says nothing of climbs. So a change of level may take as long as the least gradient needs, and all levels between count
// there; so it is with the first climb and the last descent, of which the lower bound is that of the least gradient. Pure; any thread.

#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/icao_flight_plan.h"
#include "plan/volume.h"

namespace skypact::plan {

struct CorridorOptions {
  Length half_width = nautical_miles(5);
  // Volumes are above the ellipsoid, and a flight level is a pressure: 63 hPa below the standard at sea level bring it 520 m lower.
  Length below = metres(600), above = metres(600);
  Length geoid_undulation{};                     // where the flight is: ellipsoid minus mean sea level
  double least_gradient = 0.03;                  // of climbs and descents
  Duration taxi = minutes(15);                   // from the off-block time to take-off, at most
  Duration tolerance = minutes(10);              // before the first estimate and after the last
};

struct CorridorLimits {
  static constexpr double least_half_width_m = 10, most_half_width_m = 20'000;
  static constexpr double longest_piece_m = 50'000;
  static constexpr double piece_km2 = 2'400;           // a DSS takes 2,500 km²
  static constexpr double longest_leg_degrees = 90;
  static constexpr double most_haste = 2;              // the elapsed time against that by the speed
  static constexpr Duration longest_tolerance = std::chrono::hours(24);
};

// In the order of the flight. Errors name the item or the option: bad_input, or over_limit for more than FlightLimits::volumes pieces. All
// of a long flight may be more than a DSS takes as one operational intent (CellLimits::cells); it is put in several then.
Result<std::vector<Volume>> volumes_of(const IcaoFlightPlan& plan, const CorridorOptions& options);

}  // namespace skypact::plan
