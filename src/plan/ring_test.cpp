#include "plan/ring.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace skypact::plan {
namespace {

using Ring = std::vector<Point>;

Ring round(Random& random, std::size_t points) {
  Ring ring;
  for (std::size_t k = 0; k < points; ++k) {
    const double angle = 6.283185307179586 * static_cast<double>(k) / static_cast<double>(points), radius = random.uniform(500, 1000);
    ring.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  return ring;
}

// Teeth up and down, closed below: many segments lie over each other in x or in y.
Ring comb(std::size_t teeth, double step, double height, bool upright) {
  Ring ring;
  for (std::size_t k = 0; k < teeth; ++k) {
    const double x = 2 * step * static_cast<double>(k);
    ring.insert(ring.end(), {{x, 0}, {x, height}, {x + step, height}, {x + step, 0}});
  }
  ring.insert(ring.end(), {{2 * step * static_cast<double>(teeth), 0}, {2 * step * static_cast<double>(teeth), -10}, {0, -10}});
  if (!upright) {
    for (Point& p : ring) p = {-p.y, p.x};
  }
  return ring;
}

TEST(Ring, ThatIsSimpleTouchesNothingAtAnySize) {
  Random random(1);
  for (const std::size_t points : {3u, 4u, 31u, 32u, 33u, 34u, 500u, 20'000u}) EXPECT_FALSE(self_touch(round(random, points))) << points;
  for (const bool upright : {true, false}) {
    EXPECT_FALSE(self_touch(comb(5, 1, 100, upright)));
    EXPECT_FALSE(self_touch(comb(2'500, 1, 100'000, upright)));
    EXPECT_FALSE(self_touch(comb(2'500, 0.001, 100'000, upright)));
  }
}

TEST(Ring, FindsOneToothThatLeansAgainstTheNext) {
  for (const bool upright : {true, false}) {
    for (const double lean : {0.5, 1.0, 1.5}) {
      Ring ring = comb(2'000, 1, 1000, upright);
      Point& tip = ring[4 * 777 + 2];
      (upright ? tip.x : tip.y) += lean;
      EXPECT_EQ(self_touch(ring).has_value(), lean >= 1) << upright << ' ' << lean;
    }
  }
}

TEST(Ring, TouchesAtACommonPointOnAnEdgeAndInFoldingBack) {
  for (const std::size_t more : {0u, 60u}) {   // below and above few_segments
    Ring arc;
    for (std::size_t k = 1; k <= more; ++k) {
      const double angle = 3.141592653589793 * static_cast<double>(k) / static_cast<double>(more + 1);
      arc.push_back({std::cos(angle) * 100, std::sin(angle) * 100});
    }
    const auto with_arc = [&](Ring below) { return below.insert(below.end(), arc.begin(), arc.end()), below; };
    EXPECT_FALSE(self_touch(with_arc({{-100, 0}, {-50, -10}, {0, -1}, {50, -10}, {100, 0}})));
    EXPECT_TRUE(self_touch(with_arc({{-100, 0}, {-50, -10}, {0, -1}, {-50, -10}, {0, -20}, {100, 0}}))) << "a point twice";
    EXPECT_TRUE(self_touch(with_arc({{-100, 0}, {-20, -10}, {20, -10}, {20, -50}, {0, -10}, {-20, -50}, {100, -60}, {100, 0}}))) << "a point on an edge";
    EXPECT_TRUE(self_touch(with_arc({{-100, 0}, {0, -10}, {-50, -5}, {50, -60}, {100, 0}}))) << "back over itself";
    EXPECT_TRUE(self_touch(with_arc({{-100, 0}, {50, -10}, {50, -50}, {-50, -5}, {100, 0}}))) << "across";
  }
}

// Two wedges that point at each other along x, joined far above and below, among enough other points for the sweep.
TEST(Ring, FindsTipsThatTouchAndOnesThatStandOnAnUprightEdge) {
  const auto joined = [](double gap, bool upright) {
    Ring ring;
    for (int k = 0; k <= 40; ++k) ring.push_back({100.0 - 5 * k, 100.0 + k % 2});
    ring.insert(ring.end(), {{-100, 50}, {-gap, 0}, {-100, -50}, {-100, -100}, {100, -100}});
    if (upright) {
      ring.insert(ring.end(), {{0, -90}, {0, 90}});
    } else {
      ring.insert(ring.end(), {{100, -50}, {0, 0}, {100, 50}});
    }
    return ring;
  };
  for (const bool upright : {true, false}) {
    EXPECT_FALSE(self_touch(joined(0.001, upright))) << upright;
    EXPECT_TRUE(self_touch(joined(0.5e-6, upright))) << upright;
    EXPECT_TRUE(self_touch(joined(0, upright))) << upright;
    EXPECT_TRUE(self_touch(joined(-0.001, upright))) << upright;
  }
}

// From left to right over whole numbers: many points share a coordinate, many edges are upright.
Ring walk(Random& random, double height) {
  Ring way{{0, height}};
  while (way.back().x < 15) {
    const Point step = random.chance(0.4) ? Point{0, random.chance(0.5) ? 1.0 : -1.0} : Point{1, 0};
    if (way.size() > 1 && step.x == 0 && way.back().x == way[way.size() - 2].x) continue;
    way.push_back(way.back() + step);
  }
  way.push_back({16, height});
  return way;
}

TEST(Ring, TheSweepAgreesWithLookingAtEveryPairOnAGrid) {
  Random random(8);
  int touching_ones = 0;
  constexpr int rings = 2'000;
  for (int n = 0; n < rings; ++n) {
    // There and back several times, and home on the left.
    Ring ring;
    const double apart = 4 + static_cast<double>(random.below(6));
    for (int layer = 0; layer < 6; ++layer) {
      Ring way = walk(random, layer * apart);
      if (layer % 2 == 1) std::reverse(way.begin(), way.end());
      ring.insert(ring.end(), way.begin(), way.end());
    }
    ring.insert(ring.end(), {{-5, 5 * apart}, {-5, 0}});
    const std::uint64_t turn = random.below(4);
    for (Point& p : ring) p = turn == 0 ? p : turn == 1 ? Point{-p.y, p.x} : turn == 2 ? Point{-p.x, -p.y} : Point{p.y, -p.x};
    const bool touches = self_touch_of_all_pairs(ring).has_value();
    touching_ones += touches;
    ASSERT_EQ(self_touch(ring).has_value(), touches) << n;
  }
  EXPECT_GT(touching_ones, rings / 10);
  EXPECT_LT(touching_ones, rings * 9 / 10);
}

RC_GTEST_PROP(RingProperty, TheSweepAgreesWithLookingAtEveryPair, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const std::size_t points = few_segments + 1 + random.below(200);
  Ring ring = round(random, points);
  // Some points are moved far or a little, some onto a grid where many share a coordinate.
  for (std::size_t moved = random.below(4); moved > 0; --moved) {
    Point& p = ring[random.below(points)];
    const double far = random.chance(0.5) ? 2000 : 30;
    p = p + Point{random.uniform(-far, far), random.uniform(-far, far)};
  }
  if (random.chance(0.3)) {
    for (Point& p : ring) p = {std::round(p.x / 50) * 50, std::round(p.y / 50) * 50};
    ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
    if (ring.front() == ring.back()) ring.pop_back();
  }
  RC_PRE(ring.size() >= 3u);
  RC_ASSERT(self_touch(ring).has_value() == self_touch_of_all_pairs(ring).has_value());
}

TEST(Ring, TheSweepAgreesWithLookingAtEveryPairOfRandomWalks) {
  Random random(7);
  int touching_ones = 0;
  for (int n = 0; n < 2'000; ++n) {
    // A thin zigzag band: up along one side, down along the other; now and then it is too thin.
    Ring ring;
    const std::size_t half = 20 + random.below(60);
    const double width = random.uniform(0, 2);
    std::vector<double> heights;
    for (std::size_t k = 0; k < half; ++k) heights.push_back(random.uniform(-2, 2));
    for (std::size_t k = 0; k < half; ++k) ring.push_back({static_cast<double>(k), heights[k]});
    for (std::size_t k = half; k-- > 0;) ring.push_back({static_cast<double>(k) + random.uniform(-0.3, 0.3), heights[k] + width + random.uniform(0, 1)});
    const bool touches = self_touch_of_all_pairs(ring).has_value();
    touching_ones += touches;
    ASSERT_EQ(self_touch(ring).has_value(), touches) << n;
  }
  EXPECT_GT(touching_ones, 200);
  EXPECT_LT(touching_ones, 1'800);
}

}  // namespace
}  // namespace skypact::plan
