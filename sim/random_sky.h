#pragma once
// A sky of random aircraft, the same for the same seed on every machine: input for benchmarks, tests and
// `skypact simulate`.
//
//     std::vector<SkyAircraft> sky = random_sky({.aircraft = 10'000, .seed = 1, .region = europe});
//
// Jets: 250–500 kt, up to 41,000 ft; 70 % level on flight levels 1000 ft apart, the rest climbing or
// descending by 500–3000 ft/min. Drones: 0–40 kt, a fifth of them hovering, up to 400 ft. Places are uniform over
// the region's surface, or most of them crowd around `hotspots` random points.

#include <cstdint>
#include <string>
#include <vector>

#include "airspace/observation.h"

namespace skypact::sim {

// Degrees; west > east spans the antimeridian.
struct Region {
  double south = -90, west = -180, north = 90, east = 180;
};
inline constexpr Region globe{};
inline constexpr Region europe{35, -10, 60, 30};

enum class Mix : std::uint8_t { jets, drones, mixed };  // mixed: half of each

struct SkyOptions {
  std::size_t aircraft = 1000;
  std::uint64_t seed = 1;
  Region region = globe;
  Mix mix = Mix::jets;
  std::size_t hotspots = 0;  // 0: none; else four fifths of the aircraft are within some 60 km of one
};

struct SkyAircraft {
  std::string id;  // "SIM0000001"
  geo::Position position;
  int altitude_ft = 0;
  int ground_speed_tenth_kt = 0;
  int track_tenth_degree = 0;
  int vertical_rate_fpm = 0;
};

[[nodiscard]] std::vector<SkyAircraft> random_sky(const SkyOptions& options);

// The input of `skypact detect`: the header line, then one line for each.
[[nodiscard]] std::string to_csv(const std::vector<SkyAircraft>& sky);

}  // namespace skypact::sim
