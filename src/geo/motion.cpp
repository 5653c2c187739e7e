#include "geo/motion.h"

#include <array>
#include <cmath>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::geo {
namespace {

#include "geo/taylor.inc"

}  // namespace

GroundMotion ground_motion(Position position, Speed speed, TrueBearing track) {
  const LocalAxes axes = local_axes(position);
  const SinCos course = sincos_degrees(track.in_degrees());
  return {place_of(position), (axes.north * course.cos + axes.east * course.sin) * speed.in(metres_per_second)};
}

unsigned steps_for(double metres) {
  constexpr double most = 1000;  // 160,000 km; a NaN fails too
  const double steps = std::ceil(std::fabs(metres) / longest_step);
  SKYPACT_CHECK(steps <= most);
  return steps < 1 ? 1 : static_cast<unsigned>(steps);
}

GroundMotion after(const GroundMotion& motion, double seconds) {
  const unsigned steps = steps_for(norm(motion.velocity) * seconds);
  const double step = seconds / steps;
  GroundMotion m = motion;
  for (unsigned i = 0; i < steps; ++i) {
    step_geodesic(m.place.x, m.place.y, m.place.z, m.velocity.x, m.velocity.y, m.velocity.z, step,
                  [](double c) { return c; });
  }
  return m;
}

GroundMotion after(const GroundMotion& motion, Duration time) { return after(motion, to_seconds(time)); }

Position position_after(const GroundMotion& motion, Duration time) { return position_of(after(motion, time).place); }

GroundMotion turned(const GroundMotion& motion, double degrees_right) {
  const Vec3 normal{motion.place.x, motion.place.y, wgs84::kappa * motion.place.z};
  const Vec3 right = cross(motion.velocity, normal * (1 / norm(normal)));
  const SinCos turn = sincos_degrees(degrees_right);
  return {motion.place, motion.velocity * turn.cos + right * turn.sin};
}

}  // namespace skypact::geo
