#include "geo/ellipsoid.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "geo/trigonometry.h"

namespace skypact::geo {
namespace {

// An integer of 1e-7 degree divides to the nearest double; sine and cosine of that are within 1e-16.
SinCos of_latitude(Position p) { return sincos_degrees(p.lat_degrees()); }
SinCos of_longitude(Position p) { return sincos_degrees(p.lon_degrees()); }

}  // namespace

Vec3 place_of(Position position) { return place_of_degrees(position.lat_degrees(), position.lon_degrees()); }

Vec3 place_of_degrees(double latitude, double longitude) {
  const SinCos lat = sincos_degrees(latitude), lon = sincos_degrees(longitude);
  const double n = wgs84::a / std::sqrt(1 - wgs84::e2 * lat.sin * lat.sin);
  return {n * lat.cos * lon.cos, n * lat.cos * lon.sin, n * (1 - wgs84::e2) * lat.sin};
}

Vec3 on_surface(Vec3 direction) {
  const double level = direction.x * direction.x + direction.y * direction.y;
  return direction * (wgs84::a / std::sqrt(level + wgs84::kappa * direction.z * direction.z));
}

Position position_of(Vec3 place) {
  // The normal of the surface is (x, y, κz), and latitude is the normal's.
  const double axis_distance = std::sqrt(place.x * place.x + place.y * place.y);
  const auto position = Position::from_degrees(atan2_degrees(wgs84::kappa * place.z, axis_distance),
                                               atan2_degrees(place.y, place.x));
  SKYPACT_CHECK(position.has_value());
  return *position;
}

LocalAxes local_axes(Position position) {
  const SinCos lat = of_latitude(position), lon = of_longitude(position);
  return {{-lon.sin, lon.cos, 0},
          {-lat.sin * lon.cos, -lat.sin * lon.sin, lat.cos},
          {lat.cos * lon.cos, lat.cos * lon.sin, lat.sin}};
}

// Series of 2R asin(c/2R) and 2R sin(s/2R); at 1000 km the first term left out is below 1e-8 of the whole.
double surface_length_of_chord(double chord) {
  const double q = chord / (2 * wgs84::mean_radius), z = q * q;
  return chord * (1 + z * (1.0 / 6 + z * (3.0 / 40 + z * (15.0 / 336 + z * (105.0 / 3456)))));
}

double chord_of_surface_length(double length) {
  const double q = length / (2 * wgs84::mean_radius), z = q * q;
  return length * (1 - z * (1.0 / 6 - z * (1.0 / 120 - z * (1.0 / 5040))));
}

RangeAndBearing range_and_bearing(Position from, Position to) {
  const Vec3 a = place_of(from), b = place_of(to), ab = b - a;
  const LocalAxes axes = local_axes(from);
  const double east = dot(ab, axes.east), north = dot(ab, axes.north), chord = norm(ab);
  if (chord == 0) return {};
  const double bearing = atan2_degrees(east, north);

  // Radius of curvature of the normal section at the middle (Euler), for the arc over the chord.
  const double level2 = std::max(east * east + north * north, 1e-300);
  const Vec3 middle = a + b;
  const double middle2 = dot(middle, middle);
  const double sin_lat2 = middle2 > 0 ? middle.z * middle.z / middle2 : 0;
  const double w2 = 1 - wgs84::e2 * sin_lat2;
  const double prime = wgs84::a / std::sqrt(w2), meridian = wgs84::least_radius / (w2 * std::sqrt(w2));
  const double cos2 = north * north / level2;
  const double radius = 1 / (cos2 / meridian + (1 - cos2) / prime);
  const double half = std::min(chord / (2 * radius), 1.0);
  const double range = radius * asin_degrees(half) * (2 * 3.14159265358979323846 / 180);
  return {metres(range), TrueBearing::degrees(bearing)};
}

}  // namespace skypact::geo
