// The fast search against its brute-force twin, and against itself with other tiles, threads and instruction sets.

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <chrono>
#include <cstring>

#include "guard/conflict.h"
#include "guard/conflict_lanes.h"
#include "sim/random_sky.h"

namespace skypact::guard {
namespace {

struct Scene {
  const char* name;
  sim::SkyOptions sky;
  Minima minima{nautical_miles(5), feet_of_height(1000)};
  Duration look_ahead = seconds(300);
};

const Scene scenes[] = {
    {"Europe", {.region = sim::europe}},
    {"NorthPole", {.region = {86, -180, 90, 180}}},
    {"SouthPole", {.region = {-90, -180, -87, 180}}},
    {"Antimeridian", {.region = {-20, 175, 20, -175}}},
    {"MixedDronesAndJets", {.region = {45, 0, 50, 10}, .mix = sim::Mix::mixed}},
    {"SmallMinima", {.region = {45, 5, 45.4, 5.5}, .mix = sim::Mix::mixed}, {metres(30), feet_of_height(100)}},
    {"Hotspots", {.region = sim::europe, .hotspots = 20}},
    {"LongLookAhead", {.region = sim::europe}, {nautical_miles(5), feet_of_height(1000)}, minutes(20)},
    {"LargeMinima", {.region = sim::globe}, {nautical_miles(100), feet_of_height(2000)}, seconds(300)},
    {"Now", {.region = {48, 8, 52, 12}}, {nautical_miles(5), feet_of_height(1000)}, seconds(0)},
};

std::vector<Motion> motions(const Scene& scene, std::size_t count, std::uint64_t seed) {
  sim::SkyOptions options = scene.sky;
  options.aircraft = count, options.seed = seed;
  std::vector<Motion> sky;
  for (const sim::SkyAircraft& a : sim::random_sky(options)) {
    sky.push_back(make_motion(a.position, {knots(a.ground_speed_tenth_kt / 10.0), TrueBearing::degrees(a.track_tenth_degree / 10.0)},
                              feet_of_height(a.altitude_ft), feet_per_minute(a.vertical_rate_fpm)));
  }
  return sky;
}

std::vector<Conflict> run(const std::vector<Motion>& sky, const Scene& scene, bool brute, double scale = 1,
                          const ParallelFor& parallel_for = serial) {
  auto found = detect(sky, {.minima = scene.minima, .look_ahead = scene.look_ahead, .brute_force = brute, .tile_scale = scale},
                      parallel_for);
  EXPECT_TRUE(found) << found.error().message;
  return found ? *found : std::vector<Conflict>();
}

class Twin : public testing::TestWithParam<Scene> {};
INSTANTIATE_TEST_SUITE_P(Scenes, Twin, testing::ValuesIn(scenes), [](const auto& scene) { return std::string(scene.param.name); });

TEST_P(Twin, TheSearchFindsWhatBruteForceFinds) {
  for (const std::size_t count : {0, 1, 2, 3, 17, 100, 1000, 5000}) {
    const auto sky = motions(GetParam(), count, count);
    const auto truth = run(sky, GetParam(), true);
    if (count == 5000) {
      EXPECT_GT(truth.size(), 20u) << "a scene without conflicts proves nothing";
    }
    for (const double scale : {0.3, 1.0, 4.0}) {
      ASSERT_EQ(run(sky, GetParam(), false, scale), truth) << count << " aircraft, tile scale " << scale;
    }
  }
}

}  // namespace
}  // namespace skypact::guard
