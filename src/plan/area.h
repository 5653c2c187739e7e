#pragma once
// Area: a polygon or a circle on the ground as ASTM F3548-21 has them, made ready to be compared.
//
//     Result<Area> area = Area::polygon(vertices);
//     if (!area) return area.error();
//     if (overlaps(*area, other)) …
//
// A polygon's edges are geodesics, the shortest ways between its vertices; of the two parts of the Earth that they divide the area is
// the smaller one. A circle holds what is less than its radius away along the surface. Poles and the antimeridian are places like any
// other. What is decided here is the same on every machine. A plain value after it is made; any thread may read it.

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "geo/vector.h"
#include "plan/boundary.h"

namespace skypact::plan {

// On WGS-84, as JSON gave it: rounding to 1e-7 degree would be 1.1 cm.
struct LatLng {
  double lat_deg = 0, lon_deg = 0;
};

// Of a place on the ground; within 1e-12 of a degree, but for the longitude at a pole.
[[nodiscard]] LatLng lat_lng_of(geo::Vec3 place);

struct AreaLimits {
  static constexpr std::size_t vertices = 10'000;      // F3548-21: OiMaxVertices
  static constexpr double edge_degrees = 10;           // 1,110 km
  static constexpr double reach_degrees = 30;          // of a polygon, from its middle: 3,300 km
  static constexpr std::size_t pieces = 25'000;        // of a boundary; Boundary::longest_piece
  static constexpr double radius_m = 100'000;          // a circle of three times the area that a constraint may have
};

// The depth at which two areas count as sharing a place, in metres. The standard asks for 1 cm; pieces leave their geodesics by up to
// 0.6 mm, in both areas, and the rest of it keeps neighbours with a common edge apart.
inline constexpr double shared_depth = 0.003;

class Area {
 public:
  // At least three vertices in either direction, none of them twice; no edge may cross or touch another. The error names the vertex or
  // the edges, counted from 1.
  static Result<Area> polygon(std::span<const LatLng> vertices);
  static Result<Area> circle(LatLng centre, double radius_m);

  // Is the place inside? Within 1 mm of the boundary either may be said.
  [[nodiscard]] bool contains(LatLng place) const;
  [[nodiscard]] bool contains(geo::Vec3 place) const;
  // On the ellipsoid, within 1e-6 of itself from 100 m² up. Worked out anew by GeographicLib at each call, 1.5 µs for each vertex, since only the
  // refusal of too great an area asks for it; it is no part of what is decided between areas.
  [[nodiscard]] double area_km2() const;

  // A ball that holds the area; its middle lies on the ground, and is a circle's centre.
  [[nodiscard]] const Ball& ball() const { return ball_; }
  [[nodiscard]] bool is_circle() const { return radius_m_ > 0; }
  // What it was made of, which makes it again to the last bit: a polygon's vertices, or a circle's centre.
  [[nodiscard]] std::span<const LatLng> outline() const { return outline_; }
  // Of a circle, along the surface.
  [[nodiscard]] double radius_m() const { return radius_m_; }
  // Of a polygon: counter-clockwise, the area to its left.
  [[nodiscard]] const Boundary& boundary() const { return boundary_; }
  // Of a polygon: a place well inside.
  [[nodiscard]] geo::Vec3 inner() const { return inner_; }

 private:
  std::vector<LatLng> outline_;
  Boundary boundary_;
  Ball ball_;
  geo::Vec3 inner_;
  double radius_m_ = 0;
};

// Do the insides of both share a place, to 1 cm? True where some place of the one is deeper than shared_depth in the other, so always
// where it is 1 cm deep; false where they only touch, and always where they are 1 cm apart. A circle smaller than shared_depth counts
// by its centre. What holds two parts of a polygon together by less than twice shared_depth may be taken for nothing.
[[nodiscard]] bool overlaps(const Area& a, const Area& b);

}  // namespace skypact::plan
