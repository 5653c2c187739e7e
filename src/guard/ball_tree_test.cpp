#include "guard/ball_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace skypact::guard {
namespace {

using geo::Vec3;

// Every ball looked at, its distance from the way found by trying points on it.
std::vector<std::uint32_t> met_by_trying_all(std::span<const Ball> balls, Vec3 from, Vec3 to, double radius, double slack) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < balls.size(); ++i) {
    double least = std::numeric_limits<double>::infinity();
    constexpr int parts = 2000;
    for (int k = 0; k <= parts; ++k) least = std::min(least, norm(balls[i].middle - (from + (to - from) * (k / double{parts}))));
    if (least <= balls[i].radius + radius + slack) found.push_back(i);
  }
  return found;
}

TEST(BallTree, FindsWhatLookingAtEveryBallFinds) {
  Random random(3);
  const auto place = [&] { return Vec3{random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)}; };
  std::size_t met = 0;
  // Below, at and far above the size of a leaf.
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{6}, std::size_t{7}, std::size_t{13}, std::size_t{400}}) {
    std::vector<Ball> balls;
    for (std::size_t i = 0; i < count; ++i) balls.push_back({i % 9 == 4 ? balls[i - 1].middle : place(), i % 11 == 3 ? 0 : random.uniform(0, 0.2)});
    if (count > 100) balls[50].radius = std::numeric_limits<double>::infinity(), balls[51].radius = 5;
    const BallTree tree(balls);
    for (int n = 0; n < 60; ++n) {
      const Vec3 from = place();
      const Vec3 to = n % 5 == 0 ? from : n % 5 == 1 ? from + place() * 0.01 : place();
      const double radius = n % 3 == 0 ? 0 : random.uniform(0, 0.1);
      std::vector<std::uint32_t> found;
      tree.meet(from, to, radius, found);
      std::sort(found.begin(), found.end());
      EXPECT_EQ(std::adjacent_find(found.begin(), found.end()), found.end());
      // The nearest point tried is at most half a part of the way from the nearest there is.
      const auto surely = met_by_trying_all(balls, from, to, radius, -1e-12), perhaps = met_by_trying_all(balls, from, to, radius, 1e-3);
      EXPECT_TRUE(std::includes(found.begin(), found.end(), surely.begin(), surely.end())) << count << " balls, way " << n;
      EXPECT_TRUE(std::includes(perhaps.begin(), perhaps.end(), found.begin(), found.end())) << count << " balls, way " << n;
      met += surely.size();
    }
  }
  EXPECT_GT(met, 200u);
}

TEST(BallTree, CountsABallThatIsJustTouched) {
  const std::vector<Ball> balls{{{0, 3, 0}, 2}, {{0, 3.5, 0}, 2}};
  const BallTree tree(balls);
  std::vector<std::uint32_t> found;
  tree.meet({-1, 0, 0}, {1, 0, 0}, 1, found);
  EXPECT_EQ(found, std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace skypact::guard
