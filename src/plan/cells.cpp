#include "plan/cells.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <s2/s2cap.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>

#include "geo/ellipsoid.h"
#include "geo/motion.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

// Cells are of the sphere that has the Earth's latitudes and longitudes, and there a place is the direction of the ground's normal.
//
// A piece of a boundary, at most 3 km long, is an arc of a great circle there and a geodesic here. On that sphere a geodesic that goes east at
// latitude φ bends by e'² sin φ cos φ / R, for the two radii of curvature differ by e'² cos² φ of themselves; in other directions it
// bends less. So the two keep within e'² s² / 16R = 0.6 mm of each other (cells_test.cpp measures it). With that, with shared_depth and
// with the arcs that overlaps() decides by, 5 cm are more than enough, and add a cell to hardly any area.
constexpr double margin_m = 0.05;

constexpr double margin = margin_m / geo::wgs84::least_radius;   // radians

S2Point on_sphere(Vec3 place) { return S2Point(place.x, place.y, geo::wgs84::kappa * place.z).Normalize(); }
Vec3 on_ground(const S2Point& p) { return geo::on_surface({p.x(), p.y(), p.z() / geo::wgs84::kappa}); }

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

// From greater cells to smaller ones, each with the edges that may be near to it. A cell that no edge is near to is all inside or all
// outside, and all of its parts with it.
class Covering {
 public:
  Covering(const Area& area, std::span<const Vec3> corners) : area_(area) {
    const S2Point first = on_sphere(corners.back());
    S2Point from = first;
    for (const Vec3& corner : corners) {
      const S2Point to = on_sphere(corner), middle = (from + to) * 0.5;
      edges_.push_back({from, to, middle, (to - middle).Norm()});
      from = to;
    }
  }

  // False where there are too many.
  bool find() {
    std::vector<std::uint32_t> all(edges_.size());
    for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<std::uint32_t>(k);
    for (const S2CellId root : roots()) {
      if (!visit(root, all)) return false;
    }
    return true;
  }

  std::vector<std::uint64_t> ids;   // ascending

 private:
  struct Edge {
    S2Point from, to, middle;
    double radius = 0;   // straight
  };

  // A few cells that hold the area, in order and apart from each other.
  std::vector<S2CellId> roots() const {
    const S2Point centre = on_sphere(area_.ball().middle);
    double farthest = 0;
    for (const Edge& e : edges_) farthest = std::max(farthest, (e.to - centre).Norm2());
    const double radius = std::sqrt(farthest) + margin;
    std::vector<S2CellId> roots;
    S2Cap(centre, S1ChordAngle::FromLength2(radius * radius * 1.000001)).GetCellUnionBound(&roots);
    for (S2CellId& root : roots) root = root.parent(std::min(root.level(), CellLimits::level));
    std::sort(roots.begin(), roots.end());
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
    return roots;
  }

  bool visit(S2CellId id, const std::vector<std::uint32_t>& candidates) {
    const S2Cell cell(id);
    const std::vector<std::uint32_t> near = near_to(cell, candidates);
    if (id.level() < CellLimits::level && !near.empty()) {
      for (S2CellId child = id.child_begin(); child != id.child_end(); child = child.next()) {
        if (!visit(child, near)) return false;
      }
      return true;
    }
    if (touches(cell, near) || area_.contains(on_ground(cell.GetCenter()))) return add(id);
    return true;
  }

  // By the spheres around both.
  std::vector<std::uint32_t> near_to(const S2Cell& cell, const std::vector<std::uint32_t>& candidates) const {
    const S2Point centre = cell.GetCenter();
    double farthest = 0;
    for (int k = 0; k < 4; ++k) farthest = std::max(farthest, (cell.GetVertex(k) - centre).Norm2());
    // Two places on the sphere within a cell or on an edge and nearer than the margin; a cell's corners are its farthest places.
    const double reach = std::sqrt(farthest) * 1.000001 + margin;
    std::vector<std::uint32_t> near;
    for (const std::uint32_t k : candidates) {
      const Edge& edge = edges_[k];
      const double both = reach + edge.radius * 1.000001 + rise;
      if ((edge.middle - centre).Norm2() <= both * both) near.push_back(k);
    }
    return near;
  }

  bool touches(const S2Cell& cell, const std::vector<std::uint32_t>& edges) const {
    const auto begins_within = [&](std::uint32_t k) { return cell.Contains(edges_[k].from); };
    const auto comes_near = [&](std::uint32_t k) { return cell.GetDistance(edges_[k].from, edges_[k].to) <= reach_; };
    return std::any_of(edges.begin(), edges.end(), begins_within) || std::any_of(edges.begin(), edges.end(), comes_near);
  }

  bool add(S2CellId id) {
    const std::size_t parts = std::size_t{1} << (2 * (CellLimits::level - id.level()));
    if (ids.size() + parts > CellLimits::cells) return false;
    for (S2CellId part = id.child_begin(CellLimits::level); part != id.child_end(CellLimits::level); part = part.next()) ids.push_back(part.id());
    return true;
  }

  // The middle of an edge's chord lies below the sphere by less: 3 km are 0.0005 of the radius, squared and by 8.
  static constexpr double rise = 1e-7;

  const Area& area_;
  std::vector<Edge> edges_;
  S1ChordAngle reach_{S1Angle::Radians(margin)};
};

}  // namespace

Result<std::vector<std::uint64_t>> cells_of(const Area& area) {
  const std::vector<Vec3> corners = area.is_circle() ? corners_around(area) : corners_of(area.boundary());
  Covering covering(area, corners);
  if (!covering.find()) {
    return Error{ErrorCode::over_limit, fmt::format("the area touches more than {} cells of about 1 km²", CellLimits::cells)};
  }
  return std::move(covering.ids);
}

bool share_a_cell(std::span<const std::uint64_t> some, std::span<const std::uint64_t> others) {
  for (std::size_t i = 0, j = 0; i < some.size() && j < others.size();) {
    if (some[i] == others[j]) return true;
    some[i] < others[j] ? ++i : ++j;
  }
  return false;
}

}  // namespace skypact::plan
