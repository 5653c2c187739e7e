#include "plan/cells.h"

#include <cmath>
#include <limits>
#include <memory>

#include <fmt/format.h>
#include <s2/mutable_s2shape_index.h>
#include <s2/s2cell_union.h>
#include <s2/s2lax_polygon_shape.h>
#include <s2/s2region_coverer.h>
#include <s2/s2shape_index_buffered_region.h>

#include "geo/ellipsoid.h"
#include "geo/motion.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

// Cells are of the sphere that has the Earth's latitudes and longitudes, and there a place is the direction of the ground's normal.
//
// A piece of a boundary, at most 3 km long, is an arc of a great circle there and a geodesic here. Between the same ends the two keep
// within 1.4 mm of each other (measured against GeographicLib: cells_test.cpp; by the theory e'² s² / 8R times a factor below 1.5,
// since a geodesic on the ellipsoid bends on that sphere by its difference of the two radii of curvature, e'² cos² φ, over R).
// With shared_depth and the arcs that overlaps() decides by, 5 cm cover it all many times over and add a cell to hardly any area.
constexpr double margin_m = 0.05;

// The greatest cell of level 13 has 2.64 / 4^13 of a sphere of radius 1, and the greatest radius is 6,400 km.
constexpr double greatest_cell_km2 = 2.64 / 67'108'864 * 6'400 * 6'400;

S2Point on_sphere(Vec3 place) { return S2Point(place.x, place.y, geo::wgs84::kappa * place.z).Normalize(); }

std::vector<Vec3> corners_of(const Boundary& boundary) {
  std::vector<Vec3> corners;
  for (std::size_t k = 0; k < boundary.pieces(); ++k) corners.push_back(boundary.piece(k).from);
  return corners;
}

// A polygon around a circle, its corners at most 5 m outside. Corners at r / cos(π/n) would touch the circle in a plane; where the
// ground is curved like a ball, as everywhere on an ellipsoid, the edge passes farther from the centre still (Toponogov's theorem).
std::vector<Vec3> corners_around(const Area& circle) {
  constexpr double pi = 3.141592653589793, outside_m = 5;
  const double r = circle.radius_m();
  // cos(1/k) is about 1 − 1/2k²; sixteen and more keep that near enough.
  const double count = std::max(16.0, std::ceil(pi * std::sqrt(r / (2 * outside_m))));
  const Vec3 centre = circle.ball().middle, up{centre.x, centre.y, geo::wgs84::kappa * centre.z};
  const Vec3 across = cross(up, std::abs(up.z) < norm(up) / 2 ? Vec3{0, 0, 1} : Vec3{1, 0, 0});
  const geo::GroundMotion motion{centre, across * (r / std::cos(pi / count) / norm(across))};
  std::vector<Vec3> corners;
  for (double k = 0; k < count; ++k) corners.push_back(geo::after(geo::turned(motion, -360 * k / count), 1.0).place);
  return corners;
}

// The area of the shadow that the corners cast on a plane: not more than what they enclose.
double least_area_km2(const std::vector<Vec3>& corners) {
  Vec3 twice;
  for (std::size_t k = 1; k + 1 < corners.size(); ++k) twice = twice + cross(corners[k] - corners[0], corners[k + 1] - corners[0]);
  return norm(twice) / 2e6;
}

Error too_many() { return {ErrorCode::over_limit, fmt::format("the area touches more than {} cells of about 1 km²", CellLimits::cells)}; }

}  // namespace

Result<std::vector<std::uint64_t>> cells_of(const Area& area) {
  const std::vector<Vec3> corners = area.is_circle() ? corners_around(area) : corners_of(area.boundary());
  if (least_area_km2(corners) > greatest_cell_km2 * static_cast<double>(CellLimits::cells)) return too_many();

  std::vector<S2Point> loop;
  for (const Vec3& corner : corners) loop.push_back(on_sphere(corner));
  MutableS2ShapeIndex index;
  index.Add(std::make_unique<S2LaxPolygonShape>(std::vector<std::vector<S2Point>>{loop}));
  const S2ShapeIndexBufferedRegion region(&index, S1ChordAngle(S1Angle::Radians(margin_m / geo::wgs84::least_radius)));

  // What lies within as greater cells, whose parts need no look.
  S2RegionCoverer::Options options;
  options.set_max_level(CellLimits::level);
  options.set_max_cells(std::numeric_limits<int>::max());
  S2RegionCoverer coverer(options);
  std::vector<S2CellId> found;
  coverer.GetCovering(region, &found);
  std::vector<S2CellId> cells;
  S2CellUnion::FromVerbatim(std::move(found)).Denormalize(CellLimits::level, 1, &cells);
  if (cells.size() > CellLimits::cells) return too_many();

  std::vector<std::uint64_t> ids;
  for (const S2CellId cell : cells) ids.push_back(cell.id());
  return ids;
}

bool share_a_cell(std::span<const std::uint64_t> some, std::span<const std::uint64_t> others) {
  for (std::size_t i = 0, j = 0; i < some.size() && j < others.size();) {
    if (some[i] == others[j]) return true;
    some[i] < others[j] ? ++i : ++j;
  }
  return false;
}

}  // namespace skypact::plan
