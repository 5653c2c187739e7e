#pragma once
// Sine, cosine and arc tangent in degrees, built from + − × ÷ and √ only.
//
// libm's functions differ between machines and versions; these give the same bits on every machine and at
// every optimisation level, so positions that went through them may be decided upon, hashed and replayed.
//
// Error: sine and cosine within 0.8 units in the last place, the arc functions within 3 (measured against a 50-digit
// reference; the tests hold them to 1 and 4). Exact at multiples of 90° (sine, cosine) and of 45° (arc tangent).

namespace skypact::geo {

struct SinCos {
  double sin = 0, cos = 1;
};

// |degrees| must be below 1e9. The reduction to [-45°, 45°] is exact.
[[nodiscard]] SinCos sincos_degrees(double degrees);

// The direction of (x, y) in degrees, (-180, 180]; 0 for (0, 0). Both finite.
[[nodiscard]] double atan2_degrees(double y, double x);

// |sine| at most 1; values beyond, from rounding, count as 1.
[[nodiscard]] double asin_degrees(double sine);

}  // namespace skypact::geo
