// The clock offset lies within its bound of the truth, whatever the network does.

#include "link/clock_offset.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace skypact::link {
namespace {

const Time start = *parse_rfc3339("2026-11-26T12:00:00Z");

// Their clock is `ahead` of ours; the way there and back take their time.
Exchange exchange(Time sent, Duration ahead, Duration there, Duration work, Duration back) {
  return {sent, sent + there + ahead, sent + there + work + ahead, sent + there + work + back};
}

TEST(ClockOffset, IsExactWhereBothWaysTakeAsLong) {
  ClockOffset clock;
  EXPECT_FALSE(clock.at(start));
  ASSERT_TRUE(clock.add(exchange(start, seconds(3600), milliseconds(20), milliseconds(5), milliseconds(20))));
  const auto now = clock.at(start + milliseconds(45));
  ASSERT_TRUE(now);
  EXPECT_EQ(now->ahead, seconds(3600));
  EXPECT_EQ(now->round_trip, milliseconds(40));
  EXPECT_EQ(now->bound, milliseconds(20));
}

TEST(ClockOffset, NeverLeavesItsBoundThoughTheWaysDifferAndTheCrystalsDrift) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    ClockOffset clock;
    const Duration began = from_seconds(random.uniform(-7200, 7200));
    const double ppm = random.uniform(-40, 40);
    for (int i = 0; i < 300; ++i) {
      const Time sent = start + seconds(i);
      const Duration ahead = began + from_seconds(i * ppm * 1e-6);
      const Duration there = from_seconds(random.uniform(0.0001, 0.3)), back = from_seconds(random.uniform(0.0001, random.chance(0.1) ? 5.0 : 0.3));
      ASSERT_TRUE(clock.add(exchange(sent, ahead, there, milliseconds(1), back)));
      const Time now = sent + there + milliseconds(1) + back;
      const auto estimate = clock.at(now);
      ASSERT_TRUE(estimate);
      EXPECT_LE(std::abs((estimate->ahead - ahead).count()), estimate->bound.count() + 1'000'000) << "seed " << seed << " at " << i;
    }
    EXPECT_EQ(clock.steps(), 0u) << "seed " << seed;
    EXPECT_LT(to_seconds(clock.at(start + seconds(300))->bound), 0.16) << "the filter takes the quick ones, seed " << seed;
  }
}

TEST(ClockOffset, FollowsAClockThatIsSet) {
  ClockOffset clock;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(clock.add(exchange(start + seconds(i), milliseconds(3), milliseconds(1), {}, milliseconds(1))));
  ASSERT_TRUE(clock.add(exchange(start + seconds(10), seconds(90), milliseconds(30), {}, milliseconds(30))));
  EXPECT_EQ(clock.at(start + seconds(11))->ahead, seconds(90));
  EXPECT_EQ(clock.steps(), 1u);
}

TEST(ClockOffset, RefusesTimesThatNoExchangeHas) {
  ClockOffset clock;
  EXPECT_FALSE(clock.add({start, start, start, start - milliseconds(1)}));
  EXPECT_FALSE(clock.add({start, start + seconds(2), start + seconds(1), start + seconds(1)}));
  EXPECT_FALSE(clock.add({start, start, start + seconds(5), start + seconds(1)})) << "worked longer than the exchange took";
  EXPECT_FALSE(clock.add({start, start, start, start + seconds(31)}));
  EXPECT_FALSE(clock.add({start, Time::min(), Time::max(), start + seconds(1)}));
  EXPECT_FALSE(clock.at(start));
}

TEST(ClockOffset, ForgetsWhatIsTenMinutesOld) {
  ClockOffset clock;
  ASSERT_TRUE(clock.add(exchange(start, {}, milliseconds(1), {}, milliseconds(1))));
  EXPECT_GT(clock.at(start + minutes(5))->bound, milliseconds(10)) << "it grows with age";
  EXPECT_TRUE(clock.at(start + minutes(10)));
  EXPECT_FALSE(clock.at(start + minutes(10) + seconds(1)));
}

}  // namespace
}  // namespace skypact::link
