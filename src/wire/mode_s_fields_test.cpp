#include "wire/mode_s_fields.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/random.h"
#include "wire/crc24.h"

namespace skypact::wire {
namespace {

TEST(AltitudeCode, RoundTripsEveryStepOf25Feet) {
  for (std::int32_t feet = -1000; feet <= 50'175; feet += 25) {
    ASSERT_EQ(decode_altitude13(encode_altitude13(feet)), (AltitudeCode{.feet = feet, .in_25ft = true}));
    ASSERT_EQ(decode_altitude12(encode_altitude12(feet)), (AltitudeCode{.feet = feet, .in_25ft = true}));
  }
}

TEST(AltitudeCode, RoundTripsEveryHundredFeetOfGillhamAbove) {
  for (std::int32_t feet = 50'200; feet <= 126'700; feet += 100) {
    ASSERT_EQ(decode_altitude13(encode_altitude13(feet)), (AltitudeCode{.feet = feet})) << feet;
    ASSERT_EQ(decode_altitude12(encode_altitude12(feet)), (AltitudeCode{.feet = feet})) << feet;
  }
}

TEST(AltitudeCode, ReadsPublishedGillhamPoints) {
  // Annex 10 Vol. IV, appendix to chapter 3: the first levels of the table.
  constexpr std::uint32_t c1 = 1 << 12, c2 = 1 << 10, c4 = 1 << 8, b2 = 1 << 3, b4 = 1 << 1;
  EXPECT_EQ(decode_altitude13(c4).feet, -1200);
  EXPECT_EQ(decode_altitude13(c4 | c2).feet, -1100);
  EXPECT_EQ(decode_altitude13(c2).feet, -1000);
  EXPECT_EQ(decode_altitude13(c2 | c1).feet, -900);
  EXPECT_EQ(decode_altitude13(c1).feet, -800);
  EXPECT_EQ(decode_altitude13(c1 | b4).feet, -700);
  EXPECT_EQ(decode_altitude13(c4 | b4).feet, -300);
  EXPECT_EQ(decode_altitude13(c4 | b4 | b2).feet, -200);
  EXPECT_EQ(decode_altitude13(c2 | b2 | b4).feet, 0);
}

TEST(AltitudeCode, GivesEachGillhamLevelOneCodeAndRefusesTheRest) {
  std::set<std::int32_t> levels;
  int refused = 0;
  for (std::uint32_t code = 1; code < 1 << 13; ++code) {
    if ((code & (1 << 6 | 1 << 4)) != 0) continue;
    const auto a = decode_altitude13(code);
    if (a.feet) ASSERT_TRUE(levels.insert(*a.feet).second) << *a.feet;
    else {
      ASSERT_EQ(a.defect, DecodeError::bad_altitude);
      ++refused;
    }
  }
  EXPECT_EQ(levels.size(), 1280u);  // 256 times five
  EXPECT_EQ(*levels.begin(), -1200);
  EXPECT_EQ(*levels.rbegin(), 126'700);
  EXPECT_EQ(refused, 2047 - 1280);
}

TEST(AltitudeCode, RefusesMetresAndReadsZeroAsNone) {
  EXPECT_EQ(decode_altitude13(1 << 6 | 5).defect, DecodeError::metric_altitude);
  EXPECT_EQ(decode_altitude13(0), AltitudeCode{});
  EXPECT_EQ(encode_altitude13(-1001), 0u);
  EXPECT_EQ(encode_altitude13(126'701), 0u);
}

TEST(Identity, RoundTripsEverySquawk) {
  for (int a = 0; a < 8; ++a)
    for (int b = 0; b < 8; ++b)
      for (int c = 0; c < 8; ++c)
        for (int d = 0; d < 8; ++d) {
          const auto squawk = static_cast<std::uint16_t>(a * 1000 + b * 100 + c * 10 + d);
          ASSERT_EQ(decode_identity(encode_identity(squawk)), squawk);
        }
  // One pulse alone: A1, B1, C1, D1 count 1, the fours count 4.
  EXPECT_EQ(decode_identity(1 << 11), 1000);
  EXPECT_EQ(decode_identity(1 << 7), 4000);
  EXPECT_EQ(decode_identity(1 << 5), 100);
  EXPECT_EQ(decode_identity(1 << 12), 10);
  EXPECT_EQ(decode_identity(1 << 4), 1);
  EXPECT_EQ(decode_identity(1 << 0), 4);
}

TEST(Callsign, RoundTripsLettersAndDigitsAndTrimsSpaces) {
  EXPECT_EQ(decode_callsign(encode_callsign("KLM1023"))->view(), "KLM1023");
  EXPECT_EQ(decode_callsign(encode_callsign("abcdefgh"))->view(), "ABCDEFGH");
  EXPECT_EQ(decode_callsign(encode_callsign("ZYX09876TOOLONG"))->view(), "ZYX09876");
  EXPECT_TRUE(decode_callsign(encode_callsign(""))->empty());
  EXPECT_TRUE(decode_callsign(0)->empty());
  EXPECT_FALSE(decode_callsign(encode_callsign("AB CD")));
  EXPECT_FALSE(decode_callsign(0xFFFFFFFFFFFF));
}

// The division that Annex 10 Vol. IV §3.1.2.3.3 describes, a bit at a time.
std::uint32_t remainder_by_division(std::vector<std::uint8_t> frame) {
  const std::size_t n = frame.size() * 8;
  const auto bit = [&](std::size_t i) { return frame[i / 8] >> (7 - i % 8) & 1; };
  constexpr std::uint32_t generator = 0x1FFF409;
  for (std::size_t i = 0; i + 24 < n; ++i) {
    if (bit(i) == 0) continue;
    for (std::size_t j = 0; j < 25; ++j) {
      if ((generator >> (24 - j) & 1) != 0) frame[(i + j) / 8] = static_cast<std::uint8_t>(frame[(i + j) / 8] ^ (1 << (7 - (i + j) % 8)));
    }
  }
  return std::uint32_t{frame[frame.size() - 3]} << 16 | std::uint32_t{frame[frame.size() - 2]} << 8 | frame.back();
}

TEST(Crc24, EqualsLongDivision) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::uint8_t> frame(i % 2 == 0 ? 7 : 14);
    for (auto& byte : frame) byte = static_cast<std::uint8_t>(random.bits());
    ASSERT_EQ(crc24_remainder(frame), remainder_by_division(frame));
  }
}

}  // namespace
}  // namespace skypact::wire
