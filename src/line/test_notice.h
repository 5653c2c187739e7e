#pragma once
// Notices for tests: one example, random ones of every shape, and a geodesic that owes nothing to the code under test.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "line/notice.h"

namespace skypact::line::test {

inline geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }
inline Time utc(std::string_view text) { return *parse_rfc3339(text); }
inline VerticalLimit level(double hundreds) { return {VerticalLimit::Reference::pressure, feet_of_height(hundreds * 100)}; }
inline VerticalLimit sea_level(double feet) { return {VerticalLimit::Reference::mean_sea_level, feet_of_height(feet)}; }
inline VerticalLimit above_ground(double feet) { return {VerticalLimit::Reference::above_ground, feet_of_height(feet)}; }

inline const Time morning = utc("2026-11-28T06:00:00Z");

inline Notice example() {
  Notice n;
  n.number = {12, 26};
  n.activity = "live-firing";
  n.kind = NoticeKind::firing;
  n.geometry = NoticeCircle{at(52.31, 4.75), nautical_miles(5)};
  n.ceiling = level(200);
  n.spans = {{morning, morning + std::chrono::hours(3)}, {morning + std::chrono::hours(25), morning + std::chrono::hours(36)}};
  n.aircraft = 4;
  n.call_signs = {"NAF21", "NORTH CONTROL"};
  n.remarks = "Ends at once on STOP.";
  n.frequency_khz = 132'055;
  return n;
}

// T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review XXIII, 176 (1975). Half a millimetre, not
// near antipodes. The tests' truth for distances; libm will do here.
namespace vincenty {
constexpr double a = 6378137.0, f = 1 / 298.257223563, b = a * (1 - f), radian = 57.29577951308232;

struct Inverse {
  double metres = 0, azimuth = 0;   // degrees at the start
};
inline Inverse inverse(double lat1, double lon1, double lat2, double lon2) {
  const double L = std::remainder(lon2 - lon1, 360) / radian;
  const double u1 = std::atan((1 - f) * std::tan(lat1 / radian)), u2 = std::atan((1 - f) * std::tan(lat2 / radian));
  const double s1 = std::sin(u1), c1 = std::cos(u1), s2 = std::sin(u2), c2 = std::cos(u2);
  double lambda = L, sin_sigma = 0, cos_sigma = 1, sigma = 0, cos2_alpha = 1, cos_2m = 0;
  for (int i = 0; i < 100; ++i) {
    const double sl = std::sin(lambda), cl = std::cos(lambda);
    sin_sigma = std::hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sin_sigma < 1e-14) return {};
    cos_sigma = s1 * s2 + c1 * c2 * cl;
    sigma = std::atan2(sin_sigma, cos_sigma);
    const double sin_alpha = c1 * c2 * sl / sin_sigma;
    cos2_alpha = 1 - sin_alpha * sin_alpha;
    cos_2m = cos2_alpha > 1e-14 ? cos_sigma - 2 * s1 * s2 / cos2_alpha : 0;
    const double C = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
    const double before = lambda;
    lambda = L + (1 - C) * f * sin_alpha * (sigma + C * sin_sigma * (cos_2m + C * cos_sigma * (2 * cos_2m * cos_2m - 1)));
    if (std::abs(lambda - before) < 1e-13) break;
  }
  const double q = cos2_alpha * (a * a - b * b) / (b * b);
  const double A = 1 + q / 16384 * (4096 + q * (-768 + q * (320 - 175 * q))), B = q / 1024 * (256 + q * (-128 + q * (74 - 47 * q)));
  const double delta = B * sin_sigma * (cos_2m + B / 4 * (cos_sigma * (2 * cos_2m * cos_2m - 1) - B / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) * (4 * cos_2m * cos_2m - 3)));
  const double azimuth = std::atan2(c2 * std::sin(lambda), c1 * s2 - s1 * c2 * std::cos(lambda)) * radian;
  return {b * A * (sigma - delta), azimuth};
}
inline Inverse inverse(geo::Position p, geo::Position q) { return inverse(p.lat_degrees(), p.lon_degrees(), q.lat_degrees(), q.lon_degrees()); }

inline geo::Position direct(geo::Position from, double azimuth, double metres) {
  const double alpha1 = azimuth / radian, sa = std::sin(alpha1), ca = std::cos(alpha1);
  const double tan_u = (1 - f) * std::tan(from.lat_degrees() / radian), cu = 1 / std::sqrt(1 + tan_u * tan_u), su = tan_u * cu;
  const double sigma1 = std::atan2(tan_u, ca), sin_alpha = cu * sa, cos2_alpha = 1 - sin_alpha * sin_alpha;
  const double q = cos2_alpha * (a * a - b * b) / (b * b);
  const double A = 1 + q / 16384 * (4096 + q * (-768 + q * (320 - 175 * q))), B = q / 1024 * (256 + q * (-128 + q * (74 - 47 * q)));
  double sigma = metres / (b * A), cos_2m = 0, ss = 0, cs = 1;
  for (int i = 0; i < 100; ++i) {
    cos_2m = std::cos(2 * sigma1 + sigma), ss = std::sin(sigma), cs = std::cos(sigma);
    const double delta = B * ss * (cos_2m + B / 4 * (cs * (2 * cos_2m * cos_2m - 1) - B / 6 * cos_2m * (4 * ss * ss - 3) * (4 * cos_2m * cos_2m - 3)));
    const double before = sigma;
    sigma = metres / (b * A) + delta;
    if (std::abs(sigma - before) < 1e-14) break;
  }
  ss = std::sin(sigma), cs = std::cos(sigma), cos_2m = std::cos(2 * sigma1 + sigma);
  const double lat = std::atan2(su * cs + cu * ss * ca, (1 - f) * std::hypot(sin_alpha, su * ss - cu * cs * ca));
  const double lambda = std::atan2(ss * sa, cu * cs - su * ss * ca);
  const double C = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
  const double L = lambda - (1 - C) * f * sin_alpha * (sigma + C * ss * (cos_2m + C * cs * (2 * cos_2m * cos_2m - 1)));
  return at(std::clamp(lat * radian, -90.0, 90.0), std::remainder(from.lon_degrees() + L * radian, 360));
}
}  // namespace vincenty

// A random place around which areas of all shapes fit; the antimeridian and high latitudes come up often.
inline geo::Position somewhere(Random& random) {
  const double lat = random.chance(0.3) ? random.uniform(-84, 84) : random.uniform(-60, 60);
  return at(lat, random.chance(0.3) ? 180 + random.uniform(-0.5, 0.5) : random.uniform(-180, 180));
}

inline double size(Random& random, double from, double to) { return from * std::pow(to / from, random.uniform()); }

inline NoticeCorridor random_corridor(Random& random, geo::Position start, double longest_leg) {
  NoticeCorridor c{{start}, metres(size(random, 50, longest_leg))};
  double azimuth = random.uniform(-180, 180);
  const std::size_t legs = 1 + random.below(random.chance(0.2) ? 12 : 4);
  double left = 1'500'000;
  for (std::size_t k = 0; k < legs; ++k) {
    const double leg = size(random, 60, longest_leg);
    if ((left -= leg) < 0 || std::abs(c.line.back().lat_degrees()) > 86) break;
    c.line.push_back(vincenty::direct(c.line.back(), azimuth, leg));
    azimuth += random.chance(0.2) ? random.uniform(-180, 180) : random.uniform(-60, 60);
  }
  if (c.line.size() < 2) c.line.push_back(vincenty::direct(start, azimuth, 1'000));
  c.half_width = std::min(c.half_width, NoticeLimits::half_width);
  return c;
}

// A star around the place: never crosses itself.
inline Ring random_ring(Random& random, geo::Position centre, double radius) {
  Ring ring;
  const std::size_t count = 3 + random.below(random.chance(0.2) ? 60 : 8);
  for (std::size_t k = 0; k < count; ++k) {
    ring.push_back(vincenty::direct(centre, 360.0 * static_cast<double>(k) / static_cast<double>(count), radius * random.uniform(0.3, 1)));
  }
  if (random.chance(0.5)) std::reverse(ring.begin(), ring.end());
  return ring;
}

inline NoticeBox random_box(Random& random, geo::Position corner, double width_degrees, double height_degrees) {
  const double north = std::min(88.9, corner.lat_degrees() + size(random, 0.001, height_degrees));
  double east = corner.lon_degrees() + size(random, 0.001, width_degrees);
  if (east > 180) east -= 360;
  return {corner, at(north, east)};
}

// Of every shape, with `reach` metres of size at most.
inline NoticeGeometry random_geometry(Random& random, geo::Position place, double reach) {
  switch (random.below(4)) {
    case 0: return random_box(random, place, std::min(5.0, reach / 50'000), reach / 111'000);
    case 1: return NoticeCircle{place, metres(std::max(51.0, size(random, 50, reach)))};
    case 2: return random_corridor(random, place, reach);
    default: return NoticePolygon{random_ring(random, place, size(random, 100, reach))};
  }
}

}  // namespace skypact::line::test
