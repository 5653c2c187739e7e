#include "wire/mode_s_clock.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace skypact::wire {
namespace {

constexpr Time start{std::chrono::seconds(1'700'000'000)};
std::uint64_t ticks(Duration d) { return static_cast<std::uint64_t>(d.count() / 1000 * 12); }

TEST(MeasurementClock, TakesTheDelayOfTheNetworkOutOfTheTimeOfReceipt) {
  Random random(1);
  MeasurementClock clock(TimestampFormat::mhz12);
  Time last_received = start;
  for (int i = 0; i < 10'000; ++i) {
    const Duration heard = milliseconds(10) * i;
    // 2 ms at least, often more, now and then two seconds; order is kept.
    const Duration delay = milliseconds(2) + milliseconds(random.chance(0.01) ? 2000 : random.below(50));
    last_received = std::max(last_received, start + heard + delay);
    const Time measured = clock.measure(ticks(heard) + 5'000'000, last_received);
    EXPECT_LE(measured, last_received);
    if (i > 500) { EXPECT_LT(std::abs(to_seconds(measured - (start + heard))), 0.02) << i; }
  }
}

TEST(MeasurementClock, StartsAnewAfterAJumpOfTheCount) {
  MeasurementClock clock(TimestampFormat::mhz12);
  (void)clock.measure(ticks(seconds(1000)), start);
  EXPECT_EQ(clock.measure(ticks(seconds(1)), start + seconds(1)), start + seconds(1));        // restarted
  const Time late = clock.measure(ticks(seconds(2)), start + seconds(3));                     // one second late
  EXPECT_NEAR(to_seconds(late - start), 2, 0.001);
  EXPECT_EQ(clock.measure(ticks(seconds(90'000)), start + seconds(4)), start + seconds(4));   // jumped ahead
  EXPECT_EQ(clock.measure((1ull << 48) - 1, start + seconds(5)), start + seconds(5));
  EXPECT_EQ(clock.measure(0, start + seconds(6)), start + seconds(6));                        // wrapped
}

TEST(MeasurementClock, NeverGoesBackNorBeyondReceipt) {
  Random random(2);
  for (const auto format : {TimestampFormat::mhz12, TimestampFormat::gps, TimestampFormat::none}) {
    MeasurementClock clock(format);
    Time received = start, last{};
    for (int i = 0; i < 20'000; ++i) {
      received += milliseconds(random.below(100));
      std::optional<std::uint64_t> stamp = random.bits() >> 16;
      if (random.chance(0.8)) stamp = ticks(received - start) - random.below(12'000);
      if (random.chance(0.1)) stamp.reset();
      const Time measured = clock.measure(stamp, received);
      ASSERT_LE(measured, received);
      ASSERT_GE(measured, last);
      ASSERT_LE(received - measured, MeasurementClock::longest_delay);
      last = measured;
    }
  }
}

TEST(MeasurementClock, ReadsGpsTimesAcrossMidnight) {
  MeasurementClock clock(TimestampFormat::gps);
  const Time midnight = std::chrono::floor<std::chrono::days>(start);
  const auto stamp = [](std::uint64_t second, std::uint64_t nanosecond) { return second << 30 | nanosecond; };
  EXPECT_EQ(clock.measure(stamp(86'399, 999'000'000), midnight + milliseconds(20)), midnight - milliseconds(1));
  EXPECT_EQ(clock.measure(stamp(1, 5), midnight + seconds(2)), midnight + seconds(1) + Duration(5));
  EXPECT_FALSE(clock.contradicted());
  EXPECT_EQ(clock.measure(stamp(40'000, 0), midnight + seconds(3)), midnight + seconds(3));          // hours off
  EXPECT_TRUE(clock.contradicted());
  EXPECT_EQ(clock.measure(stamp(100'000, 0), midnight + seconds(4)), midnight + seconds(4));         // no second of a day
  EXPECT_EQ(clock.measure(stamp(4, 1'000'000'000), midnight + seconds(5)), midnight + seconds(5));   // no nanosecond
}

TEST(MeasurementClock, BelievesGpsUpToThirtySecondsBeforeAndOneSecondAfterReceipt) {
  const Time midnight = std::chrono::floor<std::chrono::days>(start);
  const auto contradicted = [&](std::uint64_t second, std::uint64_t nanosecond) {
    MeasurementClock clock(TimestampFormat::gps);
    const Time received = midnight + seconds(1000);
    const Time measured = clock.measure(second << 30 | nanosecond, received);
    EXPECT_LE(measured, received);
    EXPECT_EQ(clock.contradicted() || second >= 1000, measured == received);
    return clock.contradicted();
  };
  EXPECT_FALSE(contradicted(970, 0));
  EXPECT_TRUE(contradicted(969, 999'999'999));
  EXPECT_FALSE(contradicted(1001, 0));           // this machine's clock is behind: dated as received
  EXPECT_TRUE(contradicted(1001, 1));
  MeasurementClock counts(TimestampFormat::mhz12);
  (void)counts.measure(std::uint64_t{40'000} << 30, start);
  EXPECT_FALSE(counts.contradicted());
}

}  // namespace
}  // namespace skypact::wire
