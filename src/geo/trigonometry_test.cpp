#include "geo/trigonometry.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace skypact::geo {
namespace {

constexpr long double pi = 3.14159265358979323846264338327950288L;

// How many units in the last place of the truth `value` is off.
double ulps_off(double value, long double truth) {
  const auto nearest = static_cast<double>(truth);
  const double ulp = std::nextafter(std::fabs(nearest), HUGE_VAL) - std::fabs(nearest);
  return static_cast<double>(std::fabs(static_cast<long double>(value) - truth) / static_cast<long double>(ulp));
}

// x87's long double has 64 bits of mantissa, so the reference is good to 0.001 ulp; elsewhere it may be only
// double itself, whose libm is good to one ulp.
const double reference_error = sizeof(long double) > 8 ? 0.01 : 1.0;

TEST(Trigonometry, SineAndCosineAreWithinOneUlp) {
  Random random(1);
  for (int i = 0; i < 300'000; ++i) {
    const double range = i % 3 == 0 ? 1e-6 : i % 3 == 1 ? 45 : 360;
    const double degrees = random.uniform(-range, range);
    // The reference reduces exactly too: the remainder is representable.
    const double r = std::remainder(degrees, 90.0);
    const long double radians = static_cast<long double>(r) * (pi / 180);
    const long long quarter = std::llround((degrees - r) / 90);
    const long double s = std::sin(radians), c = std::cos(radians);
    const long double sine[] = {s, c, -s, -c}, cosine[] = {c, -s, -c, s};
    const auto got = sincos_degrees(degrees);
    ASSERT_LE(ulps_off(got.sin, sine[quarter & 3]), 1.0 + reference_error) << degrees;
    ASSERT_LE(ulps_off(got.cos, cosine[quarter & 3]), 1.0 + reference_error) << degrees;
  }
}

TEST(Trigonometry, QuarterTurnsAreExact) {
  const double sine[] = {0, 1, 0, -1};
  for (int quarter = -40; quarter <= 40; ++quarter) {
    const auto got = sincos_degrees(90.0 * quarter);
    EXPECT_EQ(got.sin, sine[quarter & 3]) << quarter;
    EXPECT_EQ(got.cos, sine[(quarter + 1) & 3]) << quarter;
  }
}

TEST(Trigonometry, TheArcTangentIsWithinFourUlps) {
  Random random(2);
  for (int i = 0; i < 300'000; ++i) {
    const double scale = i % 2 == 0 ? 1 : 1e-7;
    const double y = random.uniform(-scale, scale), x = random.uniform(-1, 1);
    const long double truth = std::atan2(static_cast<long double>(y), static_cast<long double>(x)) * (180 / pi);
    ASSERT_LE(ulps_off(atan2_degrees(y, x), truth), 4.0 + reference_error) << y << ' ' << x;
  }
}

TEST(Trigonometry, TheArcTangentIsExactAtMultiplesOfFortyFive) {
  EXPECT_EQ(atan2_degrees(0, 1), 0);
  EXPECT_EQ(atan2_degrees(3, 3), 45);
  EXPECT_EQ(atan2_degrees(2, 0), 90);
  EXPECT_EQ(atan2_degrees(1, -1), 135);
  EXPECT_EQ(atan2_degrees(0, -1), 180);
  EXPECT_EQ(atan2_degrees(-1, -1), -135);
  EXPECT_EQ(atan2_degrees(-1, 0), -90);
  EXPECT_EQ(atan2_degrees(0, 0), 0);
}

TEST(Trigonometry, TheArcSineInvertsTheSine) {
  for (int degrees = -90; degrees <= 90; ++degrees) {
    // Near 90° the sine is flat: half an ulp of it is 1e-8 rad of angle.
    EXPECT_NEAR(asin_degrees(sincos_degrees(degrees).sin), degrees, std::abs(degrees) > 80 ? 1e-6 : 1e-13);
  }
  EXPECT_EQ(asin_degrees(1.0000001), 90);
  EXPECT_EQ(asin_degrees(-1.0000001), -90);
}

}  // namespace
}  // namespace skypact::geo
