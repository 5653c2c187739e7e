#include "plan/volume.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

Volume box(Interval<Time> time, std::optional<double> lower, std::optional<double> upper) {
  static const Area area = test::circle({46, 7}, 500);
  return {area, lower, upper, time};
}

Time at(std::int64_t second) { return Time(seconds(second)); }

TEST(Volume, TimesAreHalfOpen) {
  const Volume early = box({at(0), at(10)}, 0, 100);
  EXPECT_TRUE(intersects(early, box({at(9), at(20)}, 0, 100)));
  EXPECT_FALSE(intersects(early, box({at(10), at(20)}, 0, 100))) << "begins when the other ends";
  EXPECT_TRUE(intersects(early, box({at(10) - Duration(1), at(20)}, 0, 100))) << "a nanosecond";
  EXPECT_FALSE(intersects(early, box({at(5), at(5)}, 0, 100))) << "no time at all";
  EXPECT_TRUE(intersects(early, box(always, 0, 100)));
  EXPECT_TRUE(intersects(early, box({Time::min(), at(1)}, 0, 100)));
  EXPECT_FALSE(intersects(early, box({at(10), Time::max()}, 0, 100)));
}

TEST(Volume, AltitudesThatOnlyTouchDoNotMeet) {
  const Volume low = box(always, 50, 100);
  EXPECT_FALSE(intersects(low, box(always, 100, 200)));
  EXPECT_FALSE(intersects(low, box(always, 0, 50)));
  EXPECT_TRUE(intersects(low, box(always, 99.99, 200)));
  EXPECT_TRUE(intersects(low, box(always, 0, 50.01)));
  EXPECT_TRUE(intersects(low, box(always, 60, 70)));
  EXPECT_TRUE(intersects(low, box(always, std::nullopt, std::nullopt)));
  EXPECT_TRUE(intersects(low, box(always, std::nullopt, 51)));
  EXPECT_FALSE(intersects(low, box(always, std::nullopt, 50)));
  EXPECT_TRUE(intersects(low, box(always, 99, std::nullopt)));
  EXPECT_FALSE(intersects(low, box(always, 100, std::nullopt)));
  EXPECT_TRUE(intersects(box(always, -20, -10), box(always, -15, 3)));
}

TEST(Volume, AnyOfTheOnesWithAnyOfTheOthers) {
  const std::vector<Volume> mine{box({at(0), at(10)}, 0, 50), box({at(10), at(20)}, 50, 100)};
  EXPECT_FALSE(intersects(mine, std::vector{box({at(0), at(10)}, 50, 100), box({at(10), at(20)}, 0, 50)}));
  EXPECT_TRUE(intersects(mine, std::vector{box({at(0), at(10)}, 50, 100), box({at(9), at(20)}, 40, 50)}));
  EXPECT_FALSE(intersects(mine, {}));
  EXPECT_FALSE(intersects(std::vector{Volume{test::circle({46, 8}, 500), {}, {}}}, mine)) << "elsewhere";
}

RC_GTEST_PROP(VolumeProperty, IntersectsWhereTimesAndAltitudesShareMoreThanAnEnd, ()) {
  const auto number = [] { return *rc::gen::inRange(0, 12); };
  const int from = number(), to = number(), other_from = number(), other_to = number();
  const int low = number(), high = low + 1 + number(), other_low = number(), other_high = other_low + 1 + number();
  const Volume a = box({at(from), at(to)}, low, high), b = box({at(other_from), at(other_to)}, other_low, other_high);
  bool some_second = false, some_height = false;
  for (int k = 0; k < 30; ++k) {   // the second that begins at k, the metre above k
    some_second |= from <= k && k < to && other_from <= k && k < other_to;
    some_height |= low <= k && k < high && other_low <= k && k < other_high;
  }
  RC_ASSERT(intersects(a, b) == (some_second && some_height));
  RC_ASSERT(intersects(b, a) == intersects(a, b));
}

}  // namespace
}  // namespace skypact::plan
