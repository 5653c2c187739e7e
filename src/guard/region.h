#pragma once
// Region: an area of the Earth's surface, asked where a place lies and when a moving one is inside.
//
//     Result<Region> region = Region::polygon(zone.outline);
//     double d = region->signed_distance(geo::place_of(p));    // metres to the boundary, negative inside
//     auto spans = times_within(*region, motion, seconds(120), nautical_miles(2));
//
// Edges are geodesics. They are laid out once in pieces of at most 25 km; between the ends of a piece the
// edge is taken in the plane through the Earth's centre, which leaves the geodesic by less than 0.05 m.
// Whether a place is inside is decided by counting edges between it and a place known to be outside, in
// Earth-centred coordinates: the poles and the antimeridian are places like any other. Distances are
// within 0.1 % below 1000 km. A plain value after it is made; any thread may read it.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/motion.h"
#include "geo/position.h"
#include "geo/vector.h"

namespace skypact::guard {

struct RegionLimits {
  static constexpr std::size_t vertices = 5'000;
  static constexpr double radius_degrees = 85;      // around the middle of its vertices: below a hemisphere
  static constexpr double edge_degrees = 150;       // the shortest way between farther places is not well defined
  static constexpr Length circle = nautical_miles(500);
};

class Region {
 public:
  // At least three different vertices in either direction; no edge may cross or touch another. The error
  // names the crossing. A last vertex equal to the first, and repeated ones, are dropped.
  static Result<Region> polygon(std::span<const geo::Position> vertices);
  static Result<Region> circle(geo::Position centre, Length radius);

  // Metres from the boundary, negative inside.
  [[nodiscard]] double signed_distance(geo::Vec3 place) const;
  // Inside, the boundary itself excluded up to rounding.
  [[nodiscard]] bool contains(geo::Vec3 place) const;
  // Metres from the boundary, not negative. Cheaper than the signed distance.
  [[nodiscard]] double boundary_distance(geo::Vec3 place) const;

  // A ball that holds the region: middle on the surface, straight-line radius in metres.
  [[nodiscard]] geo::Vec3 middle() const { return middle_; }
  [[nodiscard]] double radius() const { return radius_; }
  // Along the boundary in order, at most 25 km apart; the first follows the last. None of a circle.
  [[nodiscard]] std::vector<geo::Vec3> places() const;

 private:
  struct Edge {
    geo::Vec3 from, to;          // places
    geo::Vec3 normal;            // unit, of the plane through both and the Earth's centre
    geo::Vec3 after, before;     // the edge is where both are not negative
  };
  struct Block {                 // a run of edges and a ball around it
    geo::Vec3 middle;
    double radius = 0;
  };
  static constexpr std::size_t block_edges = 16;

  std::vector<Edge> edges_;      // none: a circle
  std::vector<Block> blocks_;
  geo::Vec3 middle_, outside_;
  double radius_ = 0;
  double circle_radius_ = 0;     // along the surface
};

// Places along the geodesic from the one to the other, both included, at most 25 km apart; for ways up to RegionLimits::edge_degrees.
[[nodiscard]] std::vector<geo::Vec3> geodesic_places(geo::Position from, geo::Position to);

// A place as a function of seconds from now, never faster than `speed` metres per second.
struct Path {
  std::function<geo::Vec3(double)> place;
  double speed = 0;
};
// Along the geodesic over [0, horizon], and as far beyond as geo::after goes. Its series are made once; a place costs a polynomial.
[[nodiscard]] Path path_of(const geo::GroundMotion& motion, Duration horizon);

// Seconds from now, from < to.
struct TimeSpan {
  double from = 0, to = 0;
};

// When the path is inside the region or closer to it than `margin`, within [0, horizon]; in order. A visit
// shorter than `shortest_visit` may go unseen; ends are within 10 ms. It advances by the distance that is
// left, so a path far from the boundary costs one step.
inline constexpr double shortest_visit = 0.5;       // seconds, in the first two minutes
inline constexpr double shortest_visit_later = 2;   // seconds, after that
[[nodiscard]] std::vector<TimeSpan> times_within(const Region& region, const Path& path, Duration horizon, Length margin);

}  // namespace skypact::guard
