// The fast search against its brute-force twin, and against itself with other tiles, threads and instruction sets.

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "guard/conflict.h"
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

TEST_P(Twin, TheSearchFindsWhatBruteForceFindsAmongMany) {
  // SKYPACT_LONG_TESTS=1 runs the full size.
  const auto sky = motions(GetParam(), std::getenv("SKYPACT_LONG_TESTS") != nullptr ? 20'000 : 7000, 4711);
  ThreadPool pool(2);
  const auto truth = run(sky, GetParam(), true, 1, pool.parallel_for());
  ASSERT_TRUE(run(sky, GetParam(), false) == truth);
  ASSERT_TRUE(run(sky, GetParam(), false, 1, pool.parallel_for()) == truth) << "with two threads";
}

TEST_P(Twin, APairIsDecidedTheSameAloneAndAmongOthers) {
  const auto sky = motions(GetParam(), 3000, 5);
  for (const Conflict& among : run(sky, GetParam(), false)) {
    auto alone = pair_conflict(sky[among.a], sky[among.b], GetParam().minima, GetParam().look_ahead);
    ASSERT_TRUE(alone);
    alone->a = among.a, alone->b = among.b;
    ASSERT_EQ(*alone, among);
  }
}

TEST_P(Twin, EveryInstructionSetGivesTheSameBytes) {
  const auto sky = motions(GetParam(), 5000, 6);
  const auto reference = run(sky, GetParam(), false);
  const std::int64_t supported = hwy::SupportedTargets();
  std::string tried;
  for (int bit = 0; bit < 63; ++bit) {
    const std::int64_t target = std::int64_t{1} << bit;
    if ((supported & target) == 0) continue;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    const auto found = run(sky, GetParam(), false);
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    ASSERT_TRUE(found == reference) << hwy::TargetName(target);
    tried += std::string(" ") + hwy::TargetName(target);
  }
  RecordProperty("instruction_sets", tried);
  std::printf("compared:%s; the others are not on this machine and were skipped\n", tried.c_str());
}

TEST(Detect, RefusesMoreConflictsThanItsBound) {
  const std::vector<Motion> crowd(50, make_motion({}, {}, {}, {}));
  EXPECT_EQ(detect(crowd, {.most_conflicts = 50 * 49 / 2}, serial).value().size(), 50u * 49 / 2);
  const auto refused = detect(crowd, {.most_conflicts = 50 * 49 / 2 - 1}, serial);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit);
}

}  // namespace
}  // namespace skypact::guard
