#include "sim/random_sky.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/random.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"

namespace skypact::sim {
namespace {

geo::Position random_position(Random& random, const Region& region) {
  // Uniform over the surface of a sphere, which is near enough: the sine of latitude is uniform.
  const double sine = random.uniform(geo::sincos_degrees(region.south).sin, geo::sincos_degrees(region.north).sin);
  const double width = region.east >= region.west ? region.east - region.west : region.east - region.west + 360;
  return geo::Position::from_degrees(geo::asin_degrees(sine), region.west + width * random.uniform()).value();
}

// Normally distributed about a point with a deviation of 15 km in each direction.
geo::Position near_to(Random& random, geo::Position centre) {
  const double east = 15'000 * random.bell(), north = 15'000 * random.bell();
  const double way = std::sqrt(east * east + north * north);
  const double bearing = geo::atan2_degrees(east, north);
  return geo::position_after(geo::ground_motion(centre, metres_per_second(way / 100), TrueBearing::degrees(bearing)),
                             seconds(100));
}

int between(Random& random, int from, int to) {  // inclusive
  return from + static_cast<int>(random.below(static_cast<std::uint64_t>(to - from + 1)));
}

void make_jet(Random& random, SkyAircraft& a) {
  a.ground_speed_tenth_kt = between(random, 2500, 5000);
  if (random.chance(0.7)) {
    a.altitude_ft = 1000 * between(random, 0, 41);
  } else {
    a.altitude_ft = 25 * between(random, 0, 1640);
    a.vertical_rate_fpm = 64 * between(random, 8, 47) * (random.chance(0.5) ? 1 : -1);
  }
}

void make_drone(Random& random, SkyAircraft& a) {
  a.ground_speed_tenth_kt = random.chance(0.2) ? 0 : between(random, 0, 400);
  a.altitude_ft = between(random, 0, 400);
  if (random.chance(0.3)) a.vertical_rate_fpm = between(random, -500, 500);
}

}  // namespace

std::vector<SkyAircraft> random_sky(const SkyOptions& options) {
  Random random(options.seed);
  std::vector<geo::Position> centres;
  for (std::size_t i = 0; i < options.hotspots; ++i) centres.push_back(random_position(random, options.region));
  std::vector<SkyAircraft> sky(options.aircraft);
  for (std::size_t i = 0; i < sky.size(); ++i) {
    SkyAircraft& a = sky[i];
    a.id = fmt::format("SIM{:07}", i + 1);
    a.position = !centres.empty() && random.chance(0.8) ? near_to(random, centres[random.below(centres.size())])
                                                        : random_position(random, options.region);
    a.track_tenth_degree = between(random, 0, 3599);
    const bool drone = options.mix == Mix::drones || (options.mix == Mix::mixed && random.chance(0.5));
    drone ? make_drone(random, a) : make_jet(random, a);
  }
  return sky;
}

std::string to_csv(const std::vector<SkyAircraft>& sky) {
  fmt::memory_buffer out;
  const auto degrees = [&out](std::int32_t e7) {
    const std::int64_t magnitude = e7 < 0 ? -std::int64_t{e7} : e7;
    fmt::format_to(std::back_inserter(out), "{}{}.{:07},", e7 < 0 ? "-" : "", magnitude / 10'000'000, magnitude % 10'000'000);
  };
  fmt::format_to(std::back_inserter(out), "id,lat_deg,lon_deg,altitude_ft,ground_speed_kt,track_deg,vertical_rate_fpm\n");
  for (const SkyAircraft& a : sky) {
    fmt::format_to(std::back_inserter(out), "{},", a.id);
    degrees(a.position.lat_e7);
    degrees(a.position.lon_e7);
    fmt::format_to(std::back_inserter(out), "{},{}.{},{}.{},{}\n", a.altitude_ft, a.ground_speed_tenth_kt / 10,
                   a.ground_speed_tenth_kt % 10, a.track_tenth_degree / 10, a.track_tenth_degree % 10, a.vertical_rate_fpm);
  }
  return fmt::to_string(out);
}

}  // namespace skypact::sim
