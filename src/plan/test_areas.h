#pragma once
// Areas for the tests, built with GeographicLib, and a second way to the answers: the plane of its gnomonic projection, in which
// geodesics near the middle are straight to some micrometres at 10 km (C. F. F. Karney, doi:10.1007/s00190-012-0578-z, section 8).

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/Gnomonic.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "base/random.h"
#include "geo/trigonometry.h"
#include "plan/area.h"
#include "plan/ring.h"

namespace skypact::plan::test {

using Outline = std::vector<LatLng>;

inline const GeographicLib::Geodesic& earth() { return GeographicLib::Geodesic::WGS84(); }

inline LatLng away(LatLng from, double azimuth, double metres) {
  LatLng p;
  earth().Direct(from.lat_deg, from.lon_deg, azimuth, metres, p.lat_deg, p.lon_deg);
  return p;
}

// Somewhere along the way between two places, and the direction there.
struct OnTheWay {
  LatLng place;
  double azimuth = 0;
};
inline OnTheWay on_the_way(LatLng from, LatLng to, double share) {
  const auto line = earth().InverseLine(from.lat_deg, from.lon_deg, to.lat_deg, to.lon_deg);
  OnTheWay p;
  line.Position(line.Distance() * share, p.place.lat_deg, p.place.lon_deg, p.azimuth);
  return p;
}

// Anywhere, and often at the poles and the antimeridian.
inline LatLng random_place(Random& random) {
  switch (random.below(5)) {
    case 0: return {random.uniform(89.99, 90) * (random.chance(0.5) ? 1 : -1), random.uniform(-180, 180)};
    case 1: return {random.uniform(-80, 80), random.chance(0.5) ? random.uniform(179.99, 180) : random.uniform(-180, -179.99)};
    default: return {geo::asin_degrees(random.uniform(-1, 1)), random.uniform(-180, 180)};
  }
}

// Corners around a place, each in a direction of its own: never crosses itself.
inline Outline star(Random& random, LatLng middle, std::size_t corners, double least_m, double most_m) {
  Outline outline;
  for (std::size_t k = 0; k < corners; ++k) {
    outline.push_back(away(middle, -360.0 * static_cast<double>(k) / static_cast<double>(corners), random.uniform(least_m, most_m)));
  }
  return outline;
}

// A box along a geodesic.
inline Outline corridor(LatLng from, double azimuth, double length_m, double half_width_m) {
  double lat = 0, lon = 0, there = 0;
  earth().Direct(from.lat_deg, from.lon_deg, azimuth, length_m, lat, lon, there);
  const LatLng to{lat, lon};
  return {away(from, azimuth + 90, half_width_m), away(to, there + 90, half_width_m), away(to, there - 90, half_width_m),
          away(from, azimuth - 90, half_width_m)};
}

inline Area taken(Result<Area> area) {
  if (!area) std::fprintf(stderr, "%s\n", area.error().message.c_str());
  return *std::move(area);
}
inline Area polygon(const Outline& outline) { return taken(Area::polygon(outline)); }
inline Area circle(LatLng centre, double radius_m) { return taken(Area::circle(centre, radius_m)); }

using Ring = std::vector<Point>;

inline Ring flat(LatLng middle, const Outline& outline) {
  const GeographicLib::Gnomonic projection(earth());
  Ring ring;
  for (const LatLng& p : outline) {
    Point q;
    projection.Forward(middle.lat_deg, middle.lon_deg, p.lat_deg, p.lon_deg, q.x, q.y);
    ring.push_back(q);
  }
  return ring;
}

// Negative outside.
inline double depth_in(const Ring& ring, Point p) {
  bool inside = false;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < ring.size(); ++k) {
    const Point a = ring[k], b = ring[(k + 1) % ring.size()];
    least = std::min(least, distance_to_segment(p, a, b));
    if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y)) inside = !inside;
  }
  return inside ? least : -least;
}

// How deep the boundary of the one goes into the other, by places along it; negative for the distance between them.
inline double sampled_depth(const Ring& one, const Ring& other, int places_an_edge) {
  double deepest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < one.size(); ++k) {
    const Point a = one[k], way = one[(k + 1) % one.size()] - a;
    for (int i = 0; i < places_an_edge; ++i) deepest = std::max(deepest, depth_in(other, a + way * (static_cast<double>(i) / places_an_edge)));
  }
  return deepest;
}

}  // namespace skypact::plan::test
