// candidate_pairs against its brute-force twin: every pair is followed through the look-ahead, sample by sample, and
// whoever comes within `largest` at a sample must be among the candidates. The twin shares nothing with the search;
// places come from geo::after, which its own test holds against GeographicLib.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "guard/conflict.h"
#include "sim/random_sky.h"

namespace skypact::guard {
namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct Scene {
  const char* name;
  sim::SkyOptions sky;
  Duration look_ahead = seconds(120);
  Minima largest{nautical_miles(5), feet_of_height(1000)};
  double turning = 0, unknown_height = 0, hovering = 0;  // chances
  double greatest_margin = 0;                            // metres
  std::vector<double> speeds{};                          // metres per second, one at random; none: as the sky has it
  double greatest_ratio = 1.5;                           // of candidates to pairs that do come near, in the largest sky
};

const Scene scenes[] = {
    {"Europe", {.region = {44, 0, 50, 10}}},
    {"EuropeTwentyMinutes", {.region = {40, -5, 55, 20}}, minutes(20)},
    {"NorthPole", {.region = {87, -180, 90, 180}}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0.1, 0.05, 0.05, 500},
    {"SouthPoleTwentyMinutes", {.region = {-90, -180, -84, 180}}, minutes(20), {nautical_miles(5), feet_of_height(1000)}, 0, 0.02, 0.02, 500},
    {"Antimeridian", {.region = {-4, 177, 4, -177}}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0.1, 0.05, 0.05, 500},
    {"AntimeridianTwentyMinutes", {.region = {50, 170, 65, -170}}, minutes(20), {nautical_miles(5), feet_of_height(1000)}, 0, 0.02, 0, 500},
    {"MixedDronesAndJets", {.region = {46, 5, 50, 11}, .mix = sim::Mix::mixed}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0, 0, 0.1, 200},
    {"Drones", {.region = {47, 8, 47.1, 8.15}, .mix = sim::Mix::drones}, seconds(120), {metres(30), feet_of_height(100)}, 0.2, 0.1, 0.2, 50, {}, 3},
    {"Hotspots", {.region = sim::europe, .hotspots = 20}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0.1, 0.05, 0, 500},
    {"TurnersTwentyMinutes", {.region = {35, -10, 60, 30}}, minutes(20), {nautical_miles(5), feet_of_height(1000)}, 0.2, 0, 0, 500, {}, 2},
    {"UnknownHeights", {.region = {35, -10, 60, 30}}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0, 1, 0, 0},
    {"GreatMargins", {.region = {40, 0, 56, 20}}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0.05, 0.05, 0.05, 10'000},
    {"Hovering", {.region = {46, 5, 48, 8}}, seconds(120), {nautical_miles(5), feet_of_height(1000)}, 0, 0, 1, 300},
    {"Now", {.region = {46, 5, 49, 9}}, seconds(0), {nautical_miles(5), feet_of_height(1000)}, 0.1, 0, 0, 300},
    {"HundredMiles", {.region = sim::globe}, seconds(120), {nautical_miles(100), feet_of_height(2000)}, 0.05, 0.02, 0.05, 1000},
    {"FiveHundredMilesOneHour", {.region = sim::globe}, minutes(60), {nautical_miles(500), feet_of_height(1000)}, 0, 0, 0.05, 1000, {}, 2},
    // Six reaches, each more than three times the next: more kinds than the search has grids.
    {"SixSpeeds", {.region = {47, 8, 47.5, 8.7}}, seconds(120), {metres(30), feet_of_height(100)}, 0.1, 0.02, 0, 3, {0, 1, 5, 25, 120, 600}, 3},
    // A way of 1260 km to either side of the middle leaves its tangent by 125 km, and all of that is margin.
    {"SupersonicTwentyMinutes", {.region = {-30, 150, 40, -150}}, minutes(20), {nautical_miles(5), feet_of_height(1000)}, 0, 0.02, 0.1, 300, {100, 700, 2100}, 20},
    {"Globe", {.region = sim::globe}, minutes(20), {nautical_miles(20), feet_of_height(1000)}, 0.02, 0.02, 0.02, 2000},
};

std::vector<Reach> reaches_of(const Scene& scene, std::size_t count, std::uint64_t seed) {
  sim::SkyOptions options = scene.sky;
  options.aircraft = count, options.seed = seed;
  Random random(seed + 1);
  std::vector<Reach> reaches;
  for (const sim::SkyAircraft& a : sim::random_sky(options)) {
    Speed speed = knots(a.ground_speed_tenth_kt / 10.0);
    if (!scene.speeds.empty()) speed = metres_per_second(scene.speeds[random.below(scene.speeds.size())]);
    if (random.chance(scene.hovering)) speed = knots(0);
    Reach r{geo::ground_motion(a.position, speed, TrueBearing::degrees(a.track_tenth_degree / 10.0)),
            metres(scene.greatest_margin * random.uniform() * random.uniform()), random.chance(scene.turning), {}};
    if (!random.chance(scene.unknown_height)) {
      const double now = a.altitude_ft, later = now + a.vertical_rate_fpm * to_seconds(scene.look_ahead) / 60;
      const double margin = random.chance(0.5) ? 0 : random.uniform(0, 500);
      r.heights.emplace(feet_of_height(std::min(now, later) - margin), feet_of_height(std::max(now, later) + margin));
    }
    reaches.push_back(r);
  }
  return reaches;
}

// Calls `near(i, j)` for each pair, in order, that comes within `largest` at one of the samples.
class Twin {
 public:
  Twin(const std::vector<Reach>& reaches, const Minima& largest, Duration look_ahead)
      : reaches_(reaches), chord_(geo::chord_of_surface_length(largest.horizontal.in(metres))), vertical_(largest.vertical) {
    const double last = to_seconds(look_ahead);
    samples_ = last == 0 ? 1 : 241;
    step_ = last / 240;
    for (const Reach& r : reaches) {
      speeds_.push_back(geo::norm(r.ground.velocity));
      for (std::size_t k = 0; k < samples_; ++k) places_.push_back(geo::after(r.ground, r.any_direction ? 0 : step_ * static_cast<double>(k)).place);
    }
  }

  template <class Near>
  void each(Near near) const {
    for (std::uint32_t i = 0; i < reaches_.size(); ++i) {
      for (std::uint32_t j = i + 1; j < reaches_.size(); ++j) {
        if (vertically(reaches_[i], reaches_[j]) && horizontally(i, j)) near(i, j);
      }
    }
  }

 private:
  [[nodiscard]] bool vertically(const Reach& a, const Reach& b) const {
    if (!a.heights || !b.heights) return true;
    return a.heights->first - b.heights->second < vertical_ && b.heights->first - a.heights->second < vertical_;
  }
  [[nodiscard]] bool horizontally(std::uint32_t i, std::uint32_t j) const {
    const Reach &a = reaches_[i], &b = reaches_[j];
    const double least = chord_ + a.margin.in(metres) + b.margin.in(metres);
    const double turning = (a.any_direction ? speeds_[i] : 0) + (b.any_direction ? speeds_[j] : 0);
    const double closing = (speeds_[i] + speeds_[j]) * step_;  // at most, from a sample to the next
    for (std::size_t k = 0; k < samples_;) {
      const double apart = geo::norm(places_[i * samples_ + k] - places_[j * samples_ + k]) - turning * step_ * static_cast<double>(k) - least;
      if (apart < 0) return true;
      if (closing == 0) return false;
      const double skip = std::floor(apart / closing);  // nothing can be missed before then
      if (skip >= static_cast<double>(samples_)) return false;
      k += std::max<std::size_t>(1, static_cast<std::size_t>(skip));
    }
    return false;
  }

  const std::vector<Reach>& reaches_;
  double chord_;
  Height vertical_;
  std::size_t samples_ = 0;
  double step_ = 0;
  std::vector<double> speeds_;
  std::vector<geo::Vec3> places_;
};

struct Compared {
  std::size_t near = 0, candidates = 0;
};

Compared compare(const Scene& scene, std::size_t count, std::uint64_t seed, const ParallelFor& parallel_for) {
  const std::vector<Reach> reaches = reaches_of(scene, count, seed);
  const Pairs found = candidate_pairs(reaches, scene.largest, scene.look_ahead, parallel_for);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  EXPECT_EQ(std::adjacent_find(found.begin(), found.end()), found.end()) << "a pair is there twice";
  EXPECT_TRUE(std::all_of(found.begin(), found.end(), [&](const auto& p) { return p.first < p.second && p.second < count; }));
  Compared compared{0, found.size()};
  std::size_t missed = 0;
  auto at = found.begin();
  Twin(reaches, scene.largest, scene.look_ahead).each([&](std::uint32_t i, std::uint32_t j) {
    ++compared.near;
    while (at != found.end() && *at < std::pair(i, j)) ++at;
    if (at != found.end() && *at == std::pair(i, j)) return;
    if (++missed <= 5) ADD_FAILURE() << count << " aircraft, seed " << seed << ": " << i << " and " << j << " are missed";
  });
  EXPECT_EQ(missed, 0u);
  return compared;
}

class CandidatePairs : public testing::TestWithParam<Scene> {};
INSTANTIATE_TEST_SUITE_P(Scenes, CandidatePairs, testing::ValuesIn(scenes), [](const auto& scene) { return std::string(scene.param.name); });

TEST_P(CandidatePairs, MissNoneThatComesNear) {
  for (const std::size_t count : {0, 1, 2, 3, 17, 65, 300, 1000}) {
    for (std::uint64_t seed = 0; seed < 3; ++seed) compare(GetParam(), count, 100 * count + seed, serial);
  }
}

TEST_P(CandidatePairs, MissNoneThatComesNearAmongManyAndStayFew) {
  // Above the sizes at which the search cuts its work into pieces. SKYPACT_LONG_TESTS=1 runs the full size.
  const std::size_t count = std::getenv("SKYPACT_LONG_TESTS") != nullptr ? 20'000 : 4500;
  ThreadPool pool(2);
  const Compared compared = compare(GetParam(), count, 4711, pool.parallel_for());
  const double ratio = static_cast<double>(compared.candidates) / static_cast<double>(compared.near);
  std::printf("%zu candidates for %zu pairs that come near: %.3f times\n", compared.candidates, compared.near, ratio);
  EXPECT_GT(compared.near, 100u) << "a scene where nothing comes near proves nothing";
  EXPECT_LT(ratio, GetParam().greatest_ratio);
  EXPECT_EQ(candidate_pairs(reaches_of(GetParam(), count, 4711), GetParam().largest, GetParam().look_ahead, serial),
            candidate_pairs(reaches_of(GetParam(), count, 4711), GetParam().largest, GetParam().look_ahead, pool.parallel_for()));
}

}  // namespace
}  // namespace skypact::guard
