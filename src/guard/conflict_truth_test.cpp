// The detector against an independent truth: GeographicLib's geodesics, sampled and refined. Nothing but the random
// sky is shared with the code under test. Pairs that pass within 0.1 % of a minimum are exempt.

#include <gtest/gtest.h>

#include <GeographicLib/Geocentric.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "guard/conflict.h"
#include "sim/random_sky.h"

namespace skypact::guard {
namespace {

using GeographicLib::Geodesic;

struct Point {
  double lat, lon, x, y, z;
};

double chord(const Point& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z); }
double geodesic(const Point& a, const Point& b) {
  double s = 0;
  Geodesic::WGS84().Inverse(a.lat, a.lon, b.lat, b.lon, s);
  return s;
}

struct Flight {
  explicit Flight(const sim::SkyAircraft& a)
      : line(Geodesic::WGS84().Line(a.position.lat_e7 / 1e7, a.position.lon_e7 / 1e7, a.track_tenth_degree / 10.0)),
        speed(a.ground_speed_tenth_kt / 10.0 * 1852 / 3600),
        feet(a.altitude_ft),
        feet_per_second(a.vertical_rate_fpm / 60.0) {}
  [[nodiscard]] Point at(double t) const {
    Point p{};
    line.Position(speed * t, p.lat, p.lon);
    GeographicLib::Geocentric::WGS84().Forward(p.lat, p.lon, 0, p.x, p.y, p.z);
    return p;
  }
  GeographicLib::GeodesicLine line;
  double speed, feet, feet_per_second;
};

// Is there a moment in [0, last] with the geodesic distance below `horizontal` (metres) and the vertical one below `vertical`
// (feet)?
bool closer(const Flight& a, const Flight& b, double horizontal, double vertical, double last) {
  const double dz = a.feet - b.feet, rate = a.feet_per_second - b.feet_per_second;
  double from = 0, to = last;
  if (rate == 0) {
    if (std::fabs(dz) >= vertical) return false;
  } else {
    const double t1 = (-vertical - dz) / rate, t2 = (vertical - dz) / rate;
    from = std::max(0.0, std::min(t1, t2)), to = std::min(last, std::max(t1, t2));
    if (from >= to) return false;
  }
  // Steps of a second, longer while they are so far apart that nothing can be missed.
  double best = HUGE_VAL, best_time = from;
  for (double t = from;;) {
    const double d = chord(a.at(t), b.at(t));
    if (d < best) best = d, best_time = t;
    if (t >= to) break;
    t = std::min(to, t + std::max(1.0, (d - 1.01 * horizontal) / (a.speed + b.speed + 1e-9)));
  }
  double low = std::max(from, best_time - 1), high = std::min(to, best_time + 1);
  for (int i = 0; i < 60; ++i) {
    const double one = low + (high - low) / 3, two = high - (high - low) / 3;
    (chord(a.at(one), b.at(one)) < chord(a.at(two), b.at(two)) ? high : low) = chord(a.at(one), b.at(one)) < chord(a.at(two), b.at(two)) ? two : one;
  }
  const double nearest = (low + high) / 2;
  return std::min(geodesic(a.at(nearest), b.at(nearest)), geodesic(a.at(best_time), b.at(best_time))) < horizontal;
}

struct Scene {
  const char* name;
  sim::SkyOptions sky;
  double nm = 5, ft = 1000, last = 300;
  std::size_t aircraft = 600;
};

class Truth : public testing::TestWithParam<Scene> {};
INSTANTIATE_TEST_SUITE_P(
    Scenes, Truth,
    testing::Values(Scene{"Europe", {.region = {45, 0, 52, 12}}}, Scene{"Poles", {.region = {87, -180, 90, 180}}},
                    Scene{"Antimeridian", {.region = {-5, 176, 5, -176}}},
                    Scene{"MixedDronesAndJets", {.region = {47, 5, 50, 9}, .mix = sim::Mix::mixed}},
                    Scene{"Drones30Metres", {.region = {47, 8, 47.1, 8.15}, .mix = sim::Mix::drones}, 30 / 1852.0, 100, 300, 300},
                    Scene{"Hotspots", {.region = sim::europe, .hotspots = 20}},
                    Scene{"TwentyMinutes", {.region = {30, 0, 60, 40}}, 5, 1000, 1200, 1000},
                    Scene{"HundredMiles", {.region = {20, 0, 70, 60}}, 100, 1000, 300, 300}),
    [](const auto& scene) { return std::string(scene.param.name); });

TEST_P(Truth, IsWhatTheDetectorFinds) {
  const Scene& scene = GetParam();
  sim::SkyOptions options = scene.sky;
  // SKYPACT_LONG_TESTS=1 runs the full size.
  options.aircraft = std::getenv("SKYPACT_LONG_TESTS") != nullptr ? 2000 : scene.aircraft, options.seed = 77;
  std::vector<Flight> flights;
  std::vector<Motion> motions;
  for (const sim::SkyAircraft& a : sim::random_sky(options)) {
    flights.emplace_back(a);
    motions.push_back(make_motion(a.position, {knots(a.ground_speed_tenth_kt / 10.0), TrueBearing::degrees(a.track_tenth_degree / 10.0)},
                                  feet_of_height(a.altitude_ft), feet_per_minute(a.vertical_rate_fpm)));
  }
  const auto conflicts = detect(motions,
                                {.minima = {nautical_miles(scene.nm), feet_of_height(scene.ft)},
                                 .look_ahead = from_seconds(scene.last)},
                                serial);
  ASSERT_TRUE(conflicts);
  std::set<std::pair<std::size_t, std::size_t>> found;
  for (const Conflict& c : *conflicts) found.emplace(c.a, c.b);

  std::vector<Point> now;
  for (const Flight& f : flights) now.push_back(f.at(0));
  const double horizontal = scene.nm * 1852;
  std::size_t wrong = 0, agreed = 0;
  for (std::size_t i = 0; i < flights.size(); ++i) {
    for (std::size_t j = i + 1; j < flights.size(); ++j) {
      const Flight &a = flights[i], &b = flights[j];
      const bool reported = found.contains({i, j});
      const bool out_of_reach = chord(now[i], now[j]) > (a.speed + b.speed) * scene.last + 1.01 * horizontal;
      const bool certain = !out_of_reach && closer(a, b, 0.999 * horizontal, 0.999 * scene.ft, scene.last);
      if (certain && reported) ++agreed;
      if (certain == reported) continue;
      if (!certain && !out_of_reach && closer(a, b, 1.001 * horizontal, 1.001 * scene.ft, scene.last)) continue;  // exempt
      ADD_FAILURE() << "aircraft " << i << " and " << j << (reported ? " reported without reason" : " missed");
      ASSERT_LT(++wrong, 5u);
    }
  }
  std::printf("%zu conflicts, and no others\n", agreed);
  EXPECT_GE(agreed, 5u) << "a scene without conflicts proves nothing";
}

}  // namespace
}  // namespace skypact::guard
