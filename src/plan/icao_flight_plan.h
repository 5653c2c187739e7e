#pragma once
// A filed flight plan message (FPL) of ICAO Doc 4444, appendices 2 and 3, read into values.
//
//     (FPL-ABC123-IS
//     -C208/L-SDFGRY/S
//     -ZZZZ0900
//     -N0150F100 DCT 46N007E DCT 4645N00830E/N0160F120 DCT
//     -ZZZZ0045 LSZH
//     -DEP/4610N00605E DEST/4720N00920E DOF/261201)
//
//     auto plan = read_icao_flight_plan(text, {.place = aerodromes_and_points}, now);
//     if (!plan) return plan.error();    // "item 15: the cruising speed …"
//     auto volumes = volumes_of(*plan, {});    // flight_corridor.h
//
// A route is read where it says in coordinates where it leads, or by names that the caller knows. What changes where or when the flight
// is and cannot be read is refused and not left out: airways, procedures, cruise climbs, delays en route. Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/area.h"

namespace skypact::plan {

struct IcaoLimits {
  static constexpr std::size_t bytes = 8'192;
  static constexpr std::size_t route_elements = 256;
  static constexpr double degrees_to_a_pole = 1;
  static constexpr double highest_level_m = 60'000;
};

struct CruisingLevel {
  Datum datum = Datum::pressure;   // F and S; A and M are above mean sea level
  Height height;
};
struct Cruise {
  Speed true_airspeed;                  // of a Mach number: in the standard atmosphere at the level
  std::optional<CruisingLevel> level;   // none: VFR
};

struct RoutePoint {
  std::string name;                     // as the message has it: "46N007E", "GVA", "GVA180040"
  LatLng place;
  std::optional<Cruise> change;         // begins here
};

struct IcaoFlightPlan {
  std::string call_sign;                                         // item 7
  std::string ssr_code;                                          // four octal digits, or empty
  char rules = 'I', type_of_flight = ' ';                        // 8: I V Y Z; S N G M X, or blank
  int aircraft = 1;                                              // 9
  std::string aircraft_type;
  char wake = 'M';                                               // L M H J
  std::string equipment, surveillance;                           // 10
  RoutePoint departure;                                          // 13; of what is filed in the air the first point of the route
  Time off_block;                                                // estimated; filed in the air: over that point
  bool filed_in_the_air = false;
  Cruise cruise;                                                 // 15
  std::vector<RoutePoint> route;                                 // without departure and destination
  RoutePoint destination;                                        // 16
  Duration elapsed{};                                            // estimated, from take-off
  std::vector<std::string> alternates;
  std::vector<std::pair<std::string, std::string>> other;        // 18: indicator and text, in order
};

// What the caller knows of places. An empty function knows nothing.
struct KnownPlaces {
  std::function<std::optional<LatLng>(std::string_view name)> place{};            // "LSGG", "GVA"
  std::function<std::optional<double>(LatLng place)> magnetic_variation_deg{};    // east is positive; for points such as GVA180040
};

// Letters of either case, line breaks as blanks. Without DOF/ the off-block time is the first of its kind not before `filed_at`. Errors
// name the item: bad_input, over_limit, and not_found where places are not known, all of them in one sentence.
Result<IcaoFlightPlan> read_icao_flight_plan(std::string_view text, const KnownPlaces& known, Time filed_at);

}  // namespace skypact::plan
