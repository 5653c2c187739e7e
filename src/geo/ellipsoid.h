#pragma once
// The WGS-84 ellipsoid (NIMA TR8350.2): places on its surface as Earth-centred vectors and back, the local
// axes, and short distances.
//
// "Place" is a Vec3 on the surface. All results are the same bits on every machine.

#include "base/quantity.h"
#include "geo/position.h"
#include "geo/vector.h"

namespace skypact::geo {

namespace wgs84 {
inline constexpr double a = 6378137.0;              // equatorial radius, metres
inline constexpr double f = 1 / 298.257223563;      // flattening
inline constexpr double b = a * (1 - f);            // polar radius
inline constexpr double e2 = f * (2 - f);           // first eccentricity squared, 1 - b²/a²
inline constexpr double kappa = 1 / (1 - e2);       // a²/b²
inline constexpr double least_radius = a * (1 - e2);  // of curvature: north-south at the equator, 6335 km
inline constexpr double greatest_radius = a * a / b;  // at the poles, 6400 km
inline constexpr double mean_radius = 6371008.8;      // (2a + b) / 3
}  // namespace wgs84

// Within 5 nm of the exact place of the (integer) position.
[[nodiscard]] Vec3 place_of(Position position);
// The same of degrees that were not rounded: |latitude| at most 90, |longitude| at most 360. Within 5 nm up to 180.
[[nodiscard]] Vec3 place_of_degrees(double latitude, double longitude);
// The place in the direction of a vector from the Earth's centre.
[[nodiscard]] Vec3 on_surface(Vec3 direction);
// The position of a place on the surface, rounded to 1e-7 degree. At a pole the longitude is 0.
[[nodiscard]] Position position_of(Vec3 place);

// Unit vectors at a position. At a pole, north is along the meridian that the position's longitude names.
struct LocalAxes {
  Vec3 east, north, up;
};
[[nodiscard]] LocalAxes local_axes(Position position);

// Length along the surface (of a geodesic) for a straight chord through the Earth, and back, both in
// metres: s = 2 R asin(c / 2R) with the mean radius. The square of the radius of curvature differs from the
// mean's by less than 1.2 %, so the result is off by less than 0.012 c²/(24 R²) of itself: 1e-9 at 5 NM,
// 5e-7 at 100 NM, 1.2e-5 at 500 NM.
// For separation, not for navigation: chord up to 1000 km.
[[nodiscard]] double surface_length_of_chord(double chord);
[[nodiscard]] double chord_of_surface_length(double length);

// For display only: the distance within 0.01 % up to 1000 km and 0.6 % anywhere, and the direction in
// which `to` lies from `from`, within 0.01° up to 500 km.
struct RangeAndBearing {
  Length range;
  TrueBearing bearing;
};
[[nodiscard]] RangeAndBearing range_and_bearing(Position from, Position to);

}  // namespace skypact::geo
