#pragma once
// Motion along a geodesic of the ellipsoid at constant speed, without any trigonometry.
//
//     GroundMotion m = ground_motion(position, velocity.speed, velocity.track);
//     Position there = position_after(m, seconds(90));
//
// A geodesic is the path of a particle that only the surface holds: its acceleration is along the normal. With
// D = diag(1/a², 1/a², 1/b²) the surface is xᵀDx = 1 and the normal is Dx, so that
//     x'' = −(vᵀDv / |Dx|²) Dx,                     and |Dx|² (vᵀDv) stays constant (Joachimsthal).
// This holds at the poles and across the antimeridian as everywhere else, and for a speed of zero. The
// Taylor series of x(t) follows from it by recurrence (taylor.inc).

#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "geo/vector.h"

namespace skypact::geo {

// Faster than any aircraft and than ADS-B can say (4084 kt). Readers refuse more; the error bounds of the
// deciding code hold up to it.
inline constexpr Speed max_ground_speed = knots(4100);

// place: on the surface. velocity: tangent to it, metres per second.
struct GroundMotion {
  Vec3 place;
  Vec3 velocity;
  friend constexpr bool operator==(const GroundMotion&, const GroundMotion&) = default;
};

// Speed in [0, max_ground_speed].
[[nodiscard]] GroundMotion ground_motion(Position position, Speed speed, TrueBearing track);

// The state some time later (or, negative, earlier): within 4 µm over 1000 km, 0.3 mm over 8000 km. |time| at
// most 2 h.
[[nodiscard]] GroundMotion after(const GroundMotion& motion, Duration time);
[[nodiscard]] GroundMotion after(const GroundMotion& motion, double seconds);
[[nodiscard]] Position position_after(const GroundMotion& motion, Duration time);

// How many equal steps a way of so many metres is cut into, each at most `longest_step`; at least one.
inline constexpr double longest_step = 160'000;  // metres
[[nodiscard]] unsigned steps_for(double metres);

// The same place and speed, the direction turned by so many degrees to the right.
[[nodiscard]] GroundMotion turned(const GroundMotion& motion, double degrees_right);

}  // namespace skypact::geo
