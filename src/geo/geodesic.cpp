#include "geo/geodesic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"

namespace skypact::geo {
namespace {

constexpr double radians_per_degree = 0.017453292519943295;

Vec3 unit(Vec3 v) { return v * (1 / norm(v)); }

// The surface's normal at a place, not of unit length.
Vec3 normal_at(Vec3 place) { return {place.x, place.y, wgs84::kappa * place.z}; }

// One second of motion from `a` that ends at `b`. The direction is found by shooting: what the end misses `b` by, seen from `a`,
// corrects direction and length; the rest shrinks by the flattening each time.
GroundMotion motion_between(Vec3 a, Vec3 b, double degrees) {
  const Vec3 up = unit(normal_at(a));
  const Vec3 towards = b - a - up * dot(b - a, up);
  GroundMotion motion{a, unit(towards) * (degrees * radians_per_degree * wgs84::mean_radius)};
  const double sine = std::max(1e-4, sincos_degrees(degrees).sin);  // not zero at the antipode
  for (int attempt = 0; attempt < 20; ++attempt) {
    const GroundMotion end = after(motion, 1.0);
    const Vec3 miss = b - end.place;
    if (norm(miss) < 1e-6) break;
    const Vec3 ahead = unit(end.velocity);
    const Vec3 right = cross(ahead, unit(normal_at(end.place)));
    const double length = norm(motion.velocity);
    motion = turned(motion, dot(miss, right) / (wgs84::mean_radius * sine * radians_per_degree));
    motion.velocity = motion.velocity * (1 + dot(miss, ahead) / length);
  }
  return motion;
}

}  // namespace

double degrees_between(Vec3 a, Vec3 b) { return atan2_degrees(norm(cross(a, b)), dot(a, b)); }

std::vector<Vec3> geodesic_places(Vec3 from, Vec3 to, double longest_piece) {
  const double degrees = degrees_between(from, to);
  // No degree seen from the centre is longer on the surface.
  constexpr double longest_degree = 111'700;
  std::vector<Vec3> places{from};
  if (degrees * longest_degree > longest_piece) {
    const GroundMotion motion = motion_between(from, to, degrees);
    const auto pieces = static_cast<std::size_t>(std::ceil(norm(motion.velocity) / longest_piece));
    for (std::size_t k = 1; k < pieces; ++k) {
      places.push_back(after(motion, static_cast<double>(k) / static_cast<double>(pieces)).place);
    }
  }
  places.push_back(to);
  return places;
}

double geodesic_length(Vec3 a, Vec3 b) {
  const Vec3 chord = b - a;
  const double squared = dot(chord, chord);
  if (squared == 0) return 0;
  constexpr double a2 = wgs84::a * wgs84::a, b2 = wgs84::b * wgs84::b;
  const auto scaled = [](Vec3 v) { return Vec3{v.x / a2, v.y / a2, v.z / b2}; };
  // The surface is xᵀDx = 1; its curvature along a unit tangent v is vᵀDv / |Dx|.
  const Vec3 middle = a + b;
  const Vec3 normal = scaled(middle) * (1 / std::sqrt(dot(middle, scaled(middle))));
  const double curvature = dot(chord, scaled(chord)) / (squared * norm(normal));
  const double length = std::sqrt(squared), half = 0.5 * length * curvature, z = half * half;
  // The series of the arc sine: at 300 km the first term left out is below 1e-14 of the whole.
  return length * (1 + z * (1.0 / 6 + z * (3.0 / 40 + z * (15.0 / 336 + z * (105.0 / 3456)))));
}

}  // namespace skypact::geo
