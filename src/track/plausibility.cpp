#include "track/plausibility.h"

#include <algorithm>
#include <cmath>

namespace skypact::track {
namespace {

// What a class can gain along its way, m/s². An afterburning fighter in a dive stays below 2 g; a drone
// accelerates as hard, but not for long; an airliner's take-off is 3.
double greatest_acceleration(AircraftClass aircraft_class) {
  switch (aircraft_class) {
    case AircraftClass::civil:
    case AircraftClass::humanitarian: return 5;
    case AircraftClass::ground_vehicle: return 5;
    case AircraftClass::unmanned:
    case AircraftClass::state:
    case AircraftClass::unknown: return 20;
  }
  return 20;
}

double seconds_of(Duration d) { return std::abs(to_seconds(d)); }

// Of a broadcast speed, 95 %, beyond what NACv says: the quantisation of old transponders and wind shear.
constexpr Speed reported_speed_error = metres_per_second(15);

}  // namespace

Speed greatest_speed(AircraftClass aircraft_class) {
  switch (aircraft_class) {
    case AircraftClass::civil:
    case AircraftClass::humanitarian: return metres_per_second(400);
    case AircraftClass::unmanned: return metres_per_second(350);
    case AircraftClass::ground_vehicle: return metres_per_second(100);
    case AircraftClass::state:
    case AircraftClass::unknown: return metres_per_second(1050);
  }
  return metres_per_second(1050);
}

Length possible_way(const Step& step) {
  const double elapsed = seconds_of(step.elapsed);
  Speed speed = greatest_speed(step.aircraft_class);
  if (step.reported) {
    const Speed gain = metres_per_second(greatest_acceleration(step.aircraft_class) * elapsed);
    speed = std::min(speed, *step.reported + reported_speed_error + gain);
  }
  return metres(speed.in(metres_per_second) * (elapsed + seconds_of(step.time_error))) + step.accuracy_sum;
}

bool speeds_disagree(Speed reported, Length way, const Step& step) {
  const double elapsed = seconds_of(step.elapsed);
  if (elapsed <= 0) return false;
  const double expected = reported.in(metres_per_second) * elapsed;
  // In metres: what both speeds may be off, what may be gained or lost on the way, the time stamps, the places.
  const double slack = reported_speed_error.in(metres_per_second) * elapsed +
                       0.5 * greatest_acceleration(step.aircraft_class) * elapsed * elapsed +
                       std::max(reported.in(metres_per_second), way.in(metres) / elapsed) * seconds_of(step.time_error) +
                       step.accuracy_sum.in(metres);
  return std::abs(way.in(metres) - expected) > slack;
}

}  // namespace skypact::track
