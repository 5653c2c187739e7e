#pragma once
// World: flights flown. The truth that transmitters report and that tests compare with.
//
//     World world(flights, start);
//     world.advance_to(start + seconds(90));
//     world.aircraft()[0].motion.place …
//
// It moves in steps of 100 ms along geodesics, turning at a constant rate. Deterministic; one thread.

#include <span>
#include <vector>

#include "base/time.h"
#include "geo/motion.h"
#include "sim/flight.h"

namespace skypact::sim {

struct Aircraft {
  geo::GroundMotion motion;
  double altitude_ft = 0;              // pressure altitude
  double vertical_rate_fpm = 0;
  double turn_rate_deg_s = 0;          // right is positive
  double target_altitude_ft = 0;       // what the crew has selected
  double target_track_deg = 0;
  std::uint16_t squawk = 0;
  Emergency emergency = Emergency::none;
  std::size_t next_action = 0;
};

// True track over ground, degrees in [0, 360).
[[nodiscard]] double track_deg(const geo::GroundMotion& motion);

class World {
 public:
  static constexpr Duration step = milliseconds(100);

  World(std::vector<Flight> flights, Time start);

  // To the last whole step at or before `time`; never back.
  void advance_to(Time time);
  [[nodiscard]] Time start() const { return start_; }
  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] std::span<const Flight> flights() const { return flights_; }
  [[nodiscard]] std::span<const Aircraft> aircraft() const { return aircraft_; }  // same order as flights()

 private:
  void advance(const Flight& flight, Aircraft& aircraft) const;

  std::vector<Flight> flights_;
  std::vector<Aircraft> aircraft_;
  Time start_, now_;
};

}  // namespace skypact::sim
