#pragma once
// Help: who can be there soonest, where one can land, and the circle that is to be kept clear.
//
//     for (const HelperFound& h : soonest_helpers(aircraft, place.position)) show(h.name, h.time);
//     for (const AirfieldFound& f : nearest_airfields(fields, place.position, metres(1'200))) show(f);
//
// Distances are the display's (0.01 % up to 1000 km, 0.6 % anywhere), the order is total, the same everywhere. Pure; any thread.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/observation.h"
#include "distress/case.h"
#include "distress/telling.h"
#include "geo/position.h"

namespace skypact::distress {

// An aircraft as the caller took it from a track.
struct Helper {
  std::string name;                          // "4D2023", unique
  std::string callsign, party;
  AircraftClass aircraft_class = AircraftClass::unknown;
  geo::Position position;
  Duration position_age{};
  std::optional<GroundVelocity> velocity;
  bool on_ground = false;
  bool in_distress = false;                  // any emergency: helps nobody
};

struct HelperFound {
  Helper helper;
  Length distance;
  TrueBearing bearing;                       // in which the place lies from it
  Duration time{};
  friend bool operator<(const HelperFound& a, const HelperFound& b);
};

struct HelpLimits {
  static constexpr std::size_t helpers = 20, airfields = 20;
  static constexpr Duration oldest_position = minutes(5);
};
// What a helper is taken to fly at least: one that hovers now will not hover to the place.
inline constexpr Speed least_helper_speed = knots(60);
inline constexpr double turn_rate_deg_per_s = 3;   // a standard turn

// In the air, not in distress, known within the last five minutes; by the time of a standard turn towards the place and the flight there at
// the present ground speed; then by distance and name. At most HelpLimits::helpers.
[[nodiscard]] std::vector<HelperFound> soonest_helpers(std::span<const Helper> aircraft, geo::Position place);

struct Airfield {
  std::string id, name;                      // "OSDI"
  geo::Position position;
  Length longest_runway;                     // 0: not known
};
struct AirfieldFound {
  Airfield airfield;
  Length distance;
  TrueBearing bearing;                       // from the place
  friend bool operator<(const AirfieldFound& a, const AirfieldFound& b);
};
// With a runway of at least that length (0: any, unknown ones too), by distance and id. At most HelpLimits::airfields.
[[nodiscard]] std::vector<AirfieldFound> nearest_airfields(std::span<const Airfield> airfields, geo::Position place, Length shortest_runway = {});

// A circle to propose for ProposeKeepClear: the place's uncertainty now and a margin, in whole nautical miles. Everybody learns it, so it is drawn
// around the coarse area as long as anybody may be told that only. nullopt: no place is known, or it would be larger than
// `largest_keep_clear`: the search is not one circle.
struct KeepClearCircle {
  geo::Position centre;
  Length radius;
  bool coarse = false;
};
inline constexpr Length keep_clear_margin = nautical_miles(5), largest_keep_clear = nautical_miles(500);
[[nodiscard]] std::optional<KeepClearCircle> keep_clear_circle(const Case& c, const Telling& telling, Time now);

}  // namespace skypact::distress
