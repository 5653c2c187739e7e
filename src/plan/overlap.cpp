// How two areas are found to share a place; area.h says what that means.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "plan/area.h"
#include "plan/ring.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

// A part of a piece, in metres from its middle.
struct Span {
  double from = 0, to = 0;
};

// The plane that touches the ground in the middle of a piece, seen from the Earth's centre: the piece lies on its x axis. Near the piece
// lengths in it are true to 1e-5.
class PieceFrame {
 public:
  explicit PieceFrame(const Piece& piece)
      : normal_(piece.normal), up_((piece.from + piece.to) * (1 / norm(piece.from + piece.to))), along_(cross(normal_, up_)),
        height_(dot(up_, piece.to)), half_(dot(along_, piece.to)) {}

  [[nodiscard]] double half() const { return half_; }
  // Whether the segment between two places stays beside the piece, at either end of it. A quick look; some metres too careful.
  [[nodiscard]] bool beyond_an_end(Vec3 a, Vec3 b) const {
    const double reach = half_ + 5, x = dot(along_, a), y = dot(along_, b);
    return (x > reach && y > reach) || (x < -reach && y < -reach);
  }
  [[nodiscard]] Point project(Vec3 place) const {
    const double scale = height_ / dot(up_, place);
    return {dot(along_, place) * scale, dot(normal_, place) * scale};
  }
  // The place on the ground at so many metres from the middle of the piece.
  [[nodiscard]] Vec3 place(double x) const { return geo::on_surface(up_ * height_ + along_ * x); }

 private:
  Vec3 normal_, up_, along_;
  double height_, half_;
};

// Where on the x axis the distance to the segment from a to b is at most `reach`; from > to for nowhere. That is where the axis cuts the
// two half circles and the two straight sides around the segment, all of them together being convex.
Span shadow(Point a, Point b, double reach) {
  Span span{1, -1};
  const auto add = [&span](double from, double to) { span = span.from > span.to ? Span{from, to} : Span{std::min(span.from, from), std::max(span.to, to)}; };
  for (const Point end : {a, b}) {
    if (std::abs(end.y) >= reach) continue;
    const double half = std::sqrt(reach * reach - end.y * end.y);
    add(end.x - half, end.x + half);
  }
  const Point way = b - a;
  const Point aside = Point{-way.y, way.x} * (reach / std::sqrt(dot(way, way)));
  for (const Point side : {aside, Point{} - aside}) {
    const Point from = a + side, to = b + side;
    if ((from.y < 0) == (to.y < 0)) continue;
    const double x = from.x + (to.x - from.x) * (from.y / (from.y - to.y));
    add(x, x);
  }
  return span;
}

// Does the boundary of one polygon go deeper than shared_depth into the other?
class Entering {
 public:
  Entering(const Area& one, const Area& other) : one_(one.boundary()), other_(other.boundary()), other_area_(other) {}

  bool found() {
    for (std::size_t l = 0; l < one_.leaves(); ++l) {
      near_.clear();
      other_.leaves_near(one_.leaf_ball(l), near_);
      if (near_.empty()) continue;
      const Boundary::Leaf leaf = one_.leaf(l);
      for (std::size_t k = leaf.first; k < leaf.end; ++k) {
        if (enters(one_.piece(k))) return true;
      }
    }
    return false;
  }

 private:
  // What of the piece is not close to the other's boundary is all inside or all outside between two parts that are. A piece that is
  // nowhere close needs no look: it is where its neighbours are, and where no piece is close the inner places say it.
  bool enters(const Piece& piece) {
    std::optional<PieceFrame> frame;
    close_.clear();
    for (const std::uint32_t l : near_) collect(piece, other_.leaf(l), frame);
    if (close_.empty()) return false;
    std::sort(close_.begin(), close_.end(), [](Span a, Span b) { return a.from != b.from ? a.from < b.from : a.to < b.to; });
    close_.push_back({frame->half(), frame->half()});
    double open = -frame->half();
    for (const Span& span : close_) {
      if (open < span.from && other_area_.contains(frame->place((open + span.from) / 2))) return true;
      open = std::max(open, span.to);
    }
    return false;
  }

  // The parts of the piece that are close to one of a leaf's pieces.
  void collect(const Piece& piece, Boundary::Leaf leaf, std::optional<PieceFrame>& frame) {
    constexpr double reach = shared_depth * 1.001;   // for the frame's scale
    double from_side = dot(piece.normal, other_.piece(leaf.first).from);
    for (std::size_t k = leaf.first; k < leaf.end; ++k) {
      const Piece& other = other_.piece(k);
      const double to_side = dot(piece.normal, other.to);
      const bool aside = (from_side > reach && to_side > reach) || (from_side < -reach && to_side < -reach);
      from_side = to_side;
      if (aside) continue;
      if (!frame) frame.emplace(piece);
      if (frame->beyond_an_end(other.from, other.to)) continue;
      const Span span = shadow(frame->project(other.from), frame->project(other.to), shared_depth);
      const Span part{std::max(span.from, -frame->half()), std::min(span.to, frame->half())};
      if (part.from <= part.to) close_.push_back(part);
    }
  }

  const Boundary &one_, &other_;
  const Area& other_area_;
  std::vector<std::uint32_t> near_;
  std::vector<Span> close_;
};

// Some place of A is deeper in B than shared_depth when A's boundary goes so deep, or when A holds all that is so deep in B, and with
// it B's inner place; and the other way round.
bool polygons_overlap(const Area& a, const Area& b) {
  return a.contains(b.inner()) || b.contains(a.inner()) || Entering(a, b).found() || Entering(b, a).found();
}

double depth_for(double radius) { return std::min(shared_depth, radius); }

bool circles_overlap(const Area& a, const Area& b) {
  const double depth = depth_for(std::min(a.radius_m(), b.radius_m()));
  return geo::geodesic_length(a.ball().middle, b.ball().middle) < a.radius_m() + b.radius_m() - depth;
}

// The place of a piece that is nearest to another one. The foot is taken on the sphere of directions from the Earth's centre, whose scale
// changes by 0.0034 of the way h in Earth's radii: at 100 km the foot is 3 m beside the true one, and 3² / 2h, 0.05 mm, too far.
Vec3 nearest_place(const Piece& piece, Vec3 from) {
  if (dot(from, cross(piece.normal, piece.from)) <= 0) return piece.from;
  if (dot(from, cross(piece.to, piece.normal)) <= 0) return piece.to;
  return geo::on_surface(from - piece.normal * dot(piece.normal, from));
}

// Where the centre is not in the polygon, the polygon comes as deep into the circle as its boundary does.
bool circle_overlaps(const Area& circle, const Area& polygon) {
  const Vec3 centre = circle.ball().middle;
  if (polygon.contains(centre)) return true;
  const double reach = circle.radius_m() - depth_for(circle.radius_m());
  std::vector<std::uint32_t> near;
  polygon.boundary().leaves_near(circle.ball(), near);
  for (const std::uint32_t l : near) {
    const Boundary::Leaf leaf = polygon.boundary().leaf(l);
    for (std::size_t k = leaf.first; k < leaf.end; ++k) {
      const Piece& piece = polygon.boundary().piece(k);
      // No nearer than the plane that the piece lies in.
      if (std::abs(dot(piece.normal, centre)) > circle.radius_m()) continue;
      if (geo::geodesic_length(centre, nearest_place(piece, centre)) < reach) return true;
    }
  }
  return false;
}

}  // namespace

bool overlaps(const Area& a, const Area& b) {
  if (!near(a.ball(), b.ball())) return false;
  if (a.is_circle()) return b.is_circle() ? circles_overlap(a, b) : circle_overlaps(a, b);
  return b.is_circle() ? circle_overlaps(b, a) : polygons_overlap(a, b);
}

}  // namespace skypact::plan
