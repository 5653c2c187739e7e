#pragma once
// Flight: who flies where, and what its crew will do when. A script, not a state: sim/world.h flies it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "airspace/identity.h"
#include "airspace/observation.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact::sim {

// Something that the crew does at a moment of its flight. Empty members stay as they are.
struct Action {
  Duration at{};                                // since the world began
  std::optional<double> turn_to_deg{};            // true track, the shorter way, at the flight's turn rate
  std::optional<double> climb_to_ft{};            // pressure altitude
  double vertical_rate_fpm = 1500;              // magnitude, for climb_to_ft
  std::optional<std::uint16_t> squawk{};
  std::optional<Emergency> emergency{};
};

// How others come to know of it.
enum class Equipment : std::uint8_t {
  adsb,       // transponder with extended squitter
  reports,    // no transponder: a tracker that sends position reports
};

struct Flight {
  Address address;                              // icao, or report where there is no transponder
  std::string callsign;                         // at most eight characters
  std::string party;                            // id; empty: of no party
  AircraftClass aircraft_class = AircraftClass::civil;
  std::string category = "A3";                  // ADS-B emitter category
  Equipment equipment = Equipment::adsb;
  geo::Position start;
  double altitude_ft = 0;                       // pressure altitude
  double track_deg = 0;
  double ground_speed_kt = 0;
  double turn_rate_deg_s = 1.5;                 // magnitude, when it turns
  std::uint16_t squawk = 1000;
  std::vector<Action> actions;                  // in time order
};

}  // namespace skypact::sim
