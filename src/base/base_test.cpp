// Quantities, times and text: the small things on which everything else counts.

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "base/quantity.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"

namespace skypact {
namespace {

TEST(Height, HoldsFeetAndMetresExactly) {
  EXPECT_EQ(feet_of_height(1000) - feet_of_height(975), feet_of_height(25));
  EXPECT_EQ(metres_of_height(304.8), feet_of_height(1000));
  EXPECT_EQ(feet_of_height(0.125).in_tenth_mm(), 381);
  EXPECT_EQ(feet_per_minute(-64).in_tenth_mm_per_minute(), -64 * 3048);
}

TEST(Height, StopsAtItsRangeInsteadOfWrapping) {
  const Height top = Height::of_tenth_mm(std::int64_t{1} << 40);
  EXPECT_GT(top, Height());
  EXPECT_EQ(top + top, top);
  EXPECT_EQ(-top - top, -top);
}

TEST(Bearing, IsBroughtIntoOneTurn) {
  EXPECT_EQ(TrueBearing::degrees(-90).in_degrees(), 270);
  EXPECT_EQ(TrueBearing::degrees(720).in_degrees(), 0);
  EXPECT_EQ(TrueBearing::degrees(-1e-18).in_degrees(), 0);
}

TEST(Length, ReadsInTheUnitAsked) {
  EXPECT_DOUBLE_EQ(nautical_miles(5).in(metres), 9260);
  EXPECT_DOUBLE_EQ(knots(3600).in(metres_per_second), 1852);
}

TEST(Rfc3339, RoundTripsAndRefusesWhatIsNoTime) {
  for (const auto* text : {"2026-11-23T19:53:45.123Z", "1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), text);
  }
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-11-23T21:53:45+02:00")), "2026-11-23T19:53:45.000Z");
  for (const auto* text : {"", "2026", "2026-11-23", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
                           "2026-11-23T19:53:45", "2026-11-23T19:53:45.Z", "2026-11-23T19:53:45.1234567890Z", "2026-11-23T19:53:45Zx"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Rfc3339, CutAtAnyLengthIsNoTimeAndNothingBehindItIsRead) {
  const std::string whole = "2026-11-23T19:53:45Z";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // In memory that ends with it, so that AddressSanitizer sees what is read behind.
    const std::vector<char> exactly(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(parse_rfc3339(std::string_view(exactly.data(), exactly.size()))) << length;
  }
}

TEST(ParseDuration, NeedsANumberAndAUnit) {
  EXPECT_EQ(*parse_duration("300s"), seconds(300));
  EXPECT_EQ(*parse_duration("1.5h"), minutes(90));
  EXPECT_EQ(*parse_duration("250ms"), milliseconds(250));
  for (const auto* text : {"", "300", "s", "-1s", "1 s", "nan s", "1e999h"}) EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ParseLength, NamesTheUnitsItKnows) {
  EXPECT_EQ(*parse_length("5nm"), nautical_miles(5));
  EXPECT_EQ(*parse_height("1000ft"), feet_of_height(1000));
  EXPECT_NE(parse_length("5 parsec").error().message.find("5nm"), std::string::npos);
  for (const auto* text : {"", "5", "-5nm", "infnm", "nm"}) EXPECT_FALSE(parse_length(text)) << text;
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number("-12.5"), -12.5);
  for (const auto* text : {"", " 1", "1 ", "1x", "nan", "inf", "+1", "1e400"}) EXPECT_FALSE(parse_number(text)) << text;
}

TEST(NextField, KeepsEmptyFieldsIncludingTheLast) {
  std::vector<std::string_view> fields;
  for (std::string_view rest = "a,,b,"; auto field = next_field(rest, ',');) fields.push_back(*field);
  EXPECT_EQ(fields, (std::vector<std::string_view>{"a", "", "b", ""}));
}

TEST(Random, IsTheSameEverywhere) {
  Random random(1);
  EXPECT_EQ(random.bits(), 12966619160104079557u);
  EXPECT_EQ(random.bits(), 9600361134598540522u);
}

TEST(ThreadPool, CallsEveryIndexOnceJobAfterJob) {
  ThreadPool pool(3);
  const ParallelFor parallel_for = pool.parallel_for();
  for (std::size_t count : {0u, 1u, 2u, 1000u}) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::vector<int> calls(count);
      parallel_for(count, [&](std::size_t i) { ++calls[i]; });
      EXPECT_EQ(std::accumulate(calls.begin(), calls.end(), std::size_t{0}), count);
    }
  }
}

}  // namespace
}  // namespace skypact
