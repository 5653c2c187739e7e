// The fast search against its brute-force twin, and against itself with other tiles, threads and instruction sets.

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"
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

// ---- Skies that press on one part of the search each ----

struct Crowd {
  const char* name;
  std::size_t aircraft;
  Motion (*make)(Random&, std::size_t);
  Minima minima{nautical_miles(5), feet_of_height(1000)};
  Duration look_ahead = seconds(300);
};

geo::Position within(Random& random, double south, double west, double north, double east) {
  return geo::Position::from_degrees(random.uniform(south, north), random.uniform(west, east)).value();
}
GroundVelocity any_direction(Random& random, Speed speed) { return {speed, TrueBearing::degrees(random.uniform(0, 360))}; }
Height one_tenth_mm() { return Height::of_tenth_mm(1); }

const Crowd crowds[] = {
    {"AllClimb", 6000,
     [](Random& r, std::size_t) {
       return make_motion(within(r, 45, 0, 49, 6), any_direction(r, knots(r.uniform(200, 500))), feet_of_height(r.uniform(0, 40'000)),
                          feet_per_minute((r.chance(0.5) ? 1 : -1) * r.uniform(500, 6000)));
     }},
    // More pairs of one tile than the search keeps at a time.
    {"AllInOnePlace", 3000,
     [](Random& r, std::size_t) {
       return make_motion(within(r, 47, 8, 47.001, 8.001), any_direction(r, knots(r.uniform(0, 500))), feet_of_height(r.uniform(0, 80'000)),
                          feet_per_minute(r.chance(0.5) ? 0 : r.uniform(-3000, 3000)));
     }},
    {"AllTheSame", 200, [](Random&, std::size_t) { return make_motion({}, {knots(300), TrueBearing::degrees(45)}, {}, feet_per_minute(100)); }},
    // Exactly a minimum apart, or a unit less: half of those on neighbouring levels conflict.
    {"LevelsAMinimumApart", 6000,
     [](Random& r, std::size_t) {
       const Height level = feet_of_height(1000.0 * static_cast<double>(r.below(30)));
       return make_motion(within(r, 45, 0, 49, 6), any_direction(r, knots(450)), r.chance(0.5) ? level : level - one_tenth_mm(), {});
     }},
    {"AllClimbAlike", 6000,
     [](Random& r, std::size_t) {
       const Height level = feet_of_height(1000.0 * static_cast<double>(r.below(30)) + 137);
       return make_motion(within(r, 45, 0, 49, 6), any_direction(r, knots(450)), r.chance(0.5) ? level : level - one_tenth_mm(), feet_per_minute(1800));
     }},
    // As high and as steep as the types can say, so that heights are cut off and single precision is coarse.
    {"AtTheEdgesOfHeight", 4500,
     [](Random& r, std::size_t i) {
       const double feet = r.uniform(-700'000, 700'000);
       const double fpm = i % 3 == 0 ? 0 : i % 3 == 1 ? r.uniform(-350'000, 350'000) : r.uniform(-100, 100);
       return make_motion(within(r, 47, 8, 47.4, 8.6), any_direction(r, knots(r.uniform(0, 100))), feet_of_height(feet), feet_per_minute(fpm));
     }},
    // Six reaches, each more than three times the next: more kinds than the search has grids.
    {"SixSpeeds", 6000,
     [](Random& r, std::size_t) {
       constexpr double speeds[] = {0, 1, 5, 25, 120, 600};
       return make_motion(within(r, 47, 8, 47.3, 8.45), any_direction(r, metres_per_second(speeds[r.below(6)])), feet_of_height(r.uniform(0, 3000)),
                          feet_per_minute(r.chance(0.5) ? 0 : r.uniform(-1000, 1000)));
     },
     {metres(30), feet_of_height(100)}},
    // The greatest of everything: ways over a third of the Earth, in many steps.
    {"OneHourAtTheGreatestSpeed", 500,
     [](Random& r, std::size_t i) {
       return make_motion(within(r, -90, -180, 90, 180), any_direction(r, i % 2 == 0 ? geo::max_ground_speed : knots(r.uniform(0, 1000))),
                          feet_of_height(r.uniform(0, 60'000)), feet_per_minute(r.chance(0.5) ? 0 : r.uniform(-500, 500)));
     },
     {nautical_miles(300), feet_of_height(1000)}, longest_look_ahead},
    // A vertical minimum greater than where heights are cut off, and the greatest horizontal one.
    {"GreatestMinima", 600,
     [](Random& r, std::size_t) {
       return make_motion(within(r, -90, -180, 90, 180), any_direction(r, knots(r.uniform(0, 600))), feet_of_height(r.uniform(-600'000, 600'000)),
                          feet_per_minute(r.uniform(-500, 500)));
     },
     {greatest_horizontal_minimum, metres_of_height(200'000)}},
    // The smallest: next to nothing but margins.
    {"SmallestMinima", 4500,
     [](Random& r, std::size_t i) {
       return make_motion(i % 2 == 0 ? geo::Position{471'234'567, 81'234'567} : within(r, 47.12, 8.12, 47.1202, 8.1202),
                          any_direction(r, knots(i % 3 == 0 ? 0 : 1)), Height::of_tenth_mm(static_cast<std::int64_t>(r.below(100))), {});
     },
     {metres(0.05), one_tenth_mm()}, seconds(20)},
};

class Crowded : public testing::TestWithParam<Crowd> {};
INSTANTIATE_TEST_SUITE_P(Crowds, Crowded, testing::ValuesIn(crowds), [](const auto& crowd) { return std::string(crowd.param.name); });

TEST_P(Crowded, TheSearchFindsWhatBruteForceFinds) {
  const Crowd& crowd = GetParam();
  Random random(7);
  std::vector<Motion> sky;
  for (std::size_t i = 0; i < crowd.aircraft; ++i) sky.push_back(crowd.make(random, i));
  ThreadPool pool(2);
  const Scene scene{crowd.name, {}, crowd.minima, crowd.look_ahead};
  const auto truth = run(sky, scene, true, 1, pool.parallel_for());
  EXPECT_GT(truth.size(), 100u) << "a sky without conflicts proves nothing";
  std::printf("%zu conflicts\n", truth.size());
  for (const double scale : {0.2, 1.0, 5.0}) {
    ASSERT_TRUE(run(sky, scene, false, scale, pool.parallel_for()) == truth) << "tile scale " << scale;
  }
}

// The sky of the benchmark: more aircraft in each tile, and more tiles, than any other test has.
TEST(Benchmark, SkyIsFoundWholly) {
  // SKYPACT_LONG_TESTS=1 runs the full size.
  const Scene scene{"", {.region = sim::europe}};
  const auto sky = motions(scene, std::getenv("SKYPACT_LONG_TESTS") != nullptr ? 100'000 : 12'000, 1);
  ThreadPool pool(2);
  const auto truth = run(sky, scene, true, 1, pool.parallel_for());
  EXPECT_GT(truth.size(), 400u);
  ASSERT_TRUE(run(sky, scene, false, 1, pool.parallel_for()) == truth);
  ASSERT_TRUE(run(sky, scene, false, 0.3) == truth);
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
