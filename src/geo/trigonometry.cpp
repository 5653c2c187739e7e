#include "geo/trigonometry.h"

#include <cmath>

namespace skypact::geo {
namespace {

// π/180 in two parts. The first has 29 bits, so its product with a 24-bit number is exact.
constexpr double radian_high = 0x1.1df46a2p-6;
constexpr double radian_low = 0x1.4a74e45707630p-36;
constexpr double degrees_per_radian = 0x1.ca5dc1a63c1f8p+5;

// An angle in radians as a sum of two doubles, |low| <= ulp(high)/2 or so.
struct Radians {
  double high, low;
};

Radians to_radians(double degrees) {
  const double coarse = static_cast<double>(static_cast<float>(degrees));
  const double fine = degrees - coarse;  // exact, at most 29 bits
  const double a = coarse * radian_high;  // exact
  const double b = fine * radian_high + degrees * radian_low;
  const double high = a + b;
  return {high, (a - high) + b};
}

// Taylor series on |x| <= π/4 + a little. The first term left out is below 1e-19 relative (sine, x^19/19!)
// and below 3e-18 (cosine, x^20/20! is 1e-20; x^18/18! is kept).
double sine_kernel(Radians r) {
  const double x = r.high, z = x * x;
  const double tail =
      -1.0 / 6 +
      z * (1.0 / 120 +
           z * (-1.0 / 5040 +
                z * (1.0 / 362880 +
                     z * (-1.0 / 39916800 +
                          z * (1.0 / 6227020800 + z * (-1.0 / 1307674368000 + z * (1.0 / 355687428096000)))))));
  return x + (x * z * tail + r.low * (1 - 0.5 * z));
}

double cosine_kernel(Radians r) {
  const double x = r.high, z = x * x;
  const double tail =
      1.0 / 24 +
      z * (-1.0 / 720 +
           z * (1.0 / 40320 +
                z * (-1.0 / 3628800 +
                     z * (1.0 / 479001600 +
                          z * (-1.0 / 87178291200 + z * (1.0 / 20922789888000 - z * (1.0 / 6402373705728000)))))));
  const double half = 0.5 * z;
  const double w = 1 - half;
  return w + (((1 - w) - half) + (z * z * tail - x * r.low));  // the bracket gives back what rounding w lost
}

// arctan(k/8) in degrees.
constexpr double arctangent_of_eighths[] = {0.0,
                                            0x1.c80044927fe83p+2,
                                            0x1.c128e80fae02ep+3,
                                            0x1.48e58fac13547p+4,
                                            0x1.a90a731a61dc4p+4,
                                            0x1.000b0659f5545p+5,
                                            0x1.26f58ce59e23cp+5,
                                            0x1.497cc65551cf8p+5,
                                            45.0};

// For 0 <= y <= x, x > 0: [0, 45]. arctan(y/x) = arctan(k/8) + arctan(u) with |u| <= 1/16, whose series
// is cut at u^15/15, 1e-19 of the whole.
double arctangent_of_octant(double y, double x) {
  const int k = static_cast<int>(y / x * 8 + 0.5);
  const double c = k / 8.0;
  const double u = (y - c * x) / (x + c * y);
  const double z = u * u;
  const double series =
      u + u * z * (-1.0 / 3 + z * (1.0 / 5 + z * (-1.0 / 7 + z * (1.0 / 9 + z * (-1.0 / 11 + z * (1.0 / 13))))));
  return arctangent_of_eighths[k] + series * degrees_per_radian;
}

}  // namespace

SinCos sincos_degrees(double degrees) {
  // Both terms of the difference are multiples of the last place of `degrees`, and the result is smaller
  // than `degrees` or equal to it, so the subtraction is exact.
  const double quarter_turns = std::floor(degrees / 90 + 0.5);
  const Radians r = to_radians(degrees - 90 * quarter_turns);
  const double s = sine_kernel(r), c = cosine_kernel(r);
  switch (static_cast<long long>(quarter_turns) & 3) {
    case 0: return {s, c};
    case 1: return {c, -s};
    case 2: return {-s, -c};
    default: return {-c, s};
  }
}

double atan2_degrees(double y, double x) {
  const double ay = std::fabs(y), ax = std::fabs(x);
  if (ay == 0 && ax == 0) return 0;
  double angle = ay <= ax ? arctangent_of_octant(ay, ax) : 90 - arctangent_of_octant(ax, ay);
  if (x < 0) angle = 180 - angle;
  return y < 0 ? -angle : angle;
}

double asin_degrees(double sine) {
  if (sine >= 1) return 90;
  if (sine <= -1) return -90;
  return atan2_degrees(sine, std::sqrt((1 - sine) * (1 + sine)));
}

}  // namespace skypact::geo
