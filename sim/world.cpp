#include "sim/world.h"

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::sim {
namespace {

constexpr double step_s = 0.1;

// How far to turn, in (-180, 180], right is positive.
double turn_to(double from_deg, double to_deg) {
  const double turn = to_deg - from_deg;
  return turn - 360.0 * std::ceil(turn / 360.0 - 0.5);
}

}  // namespace

double track_deg(const geo::GroundMotion& motion) {
  const geo::LocalAxes axes = geo::local_axes(geo::position_of(motion.place));
  return TrueBearing::degrees(geo::atan2_degrees(dot(motion.velocity, axes.east), dot(motion.velocity, axes.north))).in_degrees();
}

World::World(std::vector<Flight> flights, Time start) : flights_(std::move(flights)), start_(start), now_(start) {
  aircraft_.reserve(flights_.size());
  for (const Flight& flight : flights_) {
    Aircraft aircraft;
    aircraft.motion = geo::ground_motion(flight.start, knots(flight.ground_speed_kt), TrueBearing::degrees(flight.track_deg));
    aircraft.altitude_ft = aircraft.target_altitude_ft = flight.altitude_ft;
    aircraft.target_track_deg = flight.track_deg;
    aircraft.squawk = flight.squawk;
    aircraft_.push_back(aircraft);
  }
}

void World::advance_to(Time time) {
  while (now_ + step <= time) {
    for (std::size_t i = 0; i < flights_.size(); ++i) advance(flights_[i], aircraft_[i]);
    now_ += step;
  }
}

void World::advance(const Flight& flight, Aircraft& aircraft) const {
  while (aircraft.next_action < flight.actions.size() && start_ + flight.actions[aircraft.next_action].at <= now_) {
    const Action& action = flight.actions[aircraft.next_action++];
    if (action.squawk) aircraft.squawk = *action.squawk;
    if (action.emergency) aircraft.emergency = *action.emergency;
    if (action.turn_to_deg) {
      aircraft.target_track_deg = *action.turn_to_deg;
      const double turn = turn_to(track_deg(aircraft.motion), *action.turn_to_deg);
      aircraft.turn_rate_deg_s = std::copysign(flight.turn_rate_deg_s, turn);
    }
    if (action.climb_to_ft) {
      aircraft.target_altitude_ft = *action.climb_to_ft;
      aircraft.vertical_rate_fpm = std::copysign(action.vertical_rate_fpm, *action.climb_to_ft - aircraft.altitude_ft);
    }
  }

  if (aircraft.turn_rate_deg_s != 0) {
    const double remaining = turn_to(track_deg(aircraft.motion), aircraft.target_track_deg);
    const double turn = aircraft.turn_rate_deg_s * step_s;
    const bool arrived = std::fabs(remaining) <= std::fabs(turn);
    aircraft.motion = geo::turned(aircraft.motion, arrived ? remaining : turn);
    if (arrived) aircraft.turn_rate_deg_s = 0;
  }
  aircraft.motion = geo::after(aircraft.motion, step_s);

  if (aircraft.vertical_rate_fpm != 0) {
    const double climb_ft = aircraft.vertical_rate_fpm / 60.0 * step_s;
    if (std::fabs(aircraft.target_altitude_ft - aircraft.altitude_ft) <= std::fabs(climb_ft)) {
      aircraft.altitude_ft = aircraft.target_altitude_ft;
      aircraft.vertical_rate_fpm = 0;
    } else {
      aircraft.altitude_ft += climb_ft;
    }
  }
}

}  // namespace skypact::sim
