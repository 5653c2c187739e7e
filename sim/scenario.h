#pragma once
// Scenarios: a sky to show and to test with.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/flight.h"
#include "sim/random_sky.h"

namespace skypact::sim {

// When, after the start, the demo's scripted things happen.
struct DemoScript {
  static constexpr Duration conflict_resolved_by = seconds(55);  // NORTH21 begins to descend
  static constexpr Duration zone_entered_about = seconds(75);
  static constexpr Duration emergency_at = seconds(60);          // 7700
  static constexpr Duration near_miss_of_7600_at = seconds(50);  // 7601: nothing may happen
};

struct Scenario {
  geo::Position centre;
  std::string configuration;   // the part of skypact.toml that belongs to it: parties, the node's own minima, the zone
  std::vector<Flight> flights;
};

// Three parties, North, South and Relief, and civil overflights over an empty sea: about sixty aircraft, some
// drones, of which three have no transponder. The same seed gives the same flights. What is scripted:
//   NORTH21 and SOUTH07 meet at FL240 after 170 s; NORTH21 descends after 55 s, and the conflict is gone;
//   SOUTH51, a drone, flies into the zone around the relief camp after about 75 s and turns out of it;
//   RELIEF33 squawks 7700 after 60 s;
//   NORTH24 and SOUTH10 fly side by side, 4 NM apart at one level: too close under minima of 5 NM, not under 3;
// and what must stay quiet: NORTH22 and SOUTH08 cross at one level 9 NM apart, NORTH23 and SOUTH09 cross
// 1000 ft apart, and TRANS01 squawks 7601. The rest keep clear of each other for at least 20 minutes.
[[nodiscard]] Scenario demo_scenario(std::uint64_t seed);

// Flights without a plan over a region: for load. `count` at most 1,000,000.
[[nodiscard]] std::vector<Flight> random_flights(std::size_t count, std::uint64_t seed, const Region& region);

}  // namespace skypact::sim
