// How two areas are found to share a place; area.h says what that means.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
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

// The parts of a boundary that are no farther than shared_depth from another one.
struct ClosePart {
  std::uint32_t piece = 0;
  Span span;
};

// Does a boundary go deeper than shared_depth into the area whose own boundary it is close to in these parts? They are all that there are of
// each piece. Between two of them a piece is all inside or all outside. A piece without any needs no look: it is where its neighbours
// are, and where no piece is close the inner places say it.
bool enters(const Boundary& boundary, std::span<ClosePart> parts, const Area& area) {
  std::sort(parts.begin(), parts.end(), [](const ClosePart& a, const ClosePart& b) {
    return std::tie(a.piece, a.span.from, a.span.to) < std::tie(b.piece, b.span.from, b.span.to);
  });
  for (std::size_t k = 0; k < parts.size();) {
    const std::uint32_t piece = parts[k].piece;
    const PieceFrame frame(boundary.piece(piece));
    const auto open_is_inside = [&](double from, double to) { return from < to && area.contains(frame.place((from + to) / 2)); };
    double open = -frame.half();
    for (; k < parts.size() && parts[k].piece == piece; ++k) {
      if (open_is_inside(open, parts[k].span.from)) return true;
      open = std::max(open, parts[k].span.to);
    }
    if (open_is_inside(open, frame.half())) return true;
  }
  return false;
}

// Whether the boundary of either of two polygons goes deeper than shared_depth into the other.
//
// Balls around runs of pieces say which pieces may be close at all. Where these are many, they are divided: across the longest of them,
// or else along it, where the middle one lies. Pieces of one boundary do not cross, so where they are crowded and long they lie side by
// side, and are divided well by the one or the other; balls alone would compare every tooth of a comb with every tooth of the next.
class Entering {
 public:
  Entering(const Area& one, const Area& other) : one_(one.boundary()), other_(other.boundary()), other_area_(other), one_area_(one) {}

  bool found() {
    Members some = members_near(one_, other_);
    if (some.empty()) return false;
    return divide(std::move(some), members_near(other_, one_), most_divisions) || enters(one_, of_one_, other_area_) ||
           enters(other_, of_other_, one_area_);
  }

 private:
  struct Member {
    std::uint32_t piece = 0;
    bool whole = true;    // in no other part of what was divided
  };
  using Members = std::vector<Member>;
  static constexpr std::size_t few_pairs = 512;
  static constexpr int most_divisions = 40;
  static constexpr double reach = shared_depth * 1.001;   // for the scale of a piece's frame

  static Members members_near(const Boundary& of, const Boundary& to) {
    Members members;
    for (std::size_t l = 0; l < of.leaves(); ++l) {
      if (!to.is_near(of.leaf_ball(l))) continue;
      for (std::size_t k = of.leaf(l).first; k < of.leaf(l).end; ++k) members.push_back({static_cast<std::uint32_t>(k)});
    }
    return members;
  }

  bool divide(Members some, Members others, int divisions) {
    if (some.empty() || others.empty()) return false;
    if (some.size() * others.size() > few_pairs && divisions > 0) {
      const Piece longest = longest_of(some, others);
      const Vec3 way = longest.to - longest.from;
      for (const Vec3 axis : {longest.normal, way * (1 / norm(way))}) {
        if (const auto found = divide_along(axis, some, others, divisions)) return *found;
      }
    }
    return compare(some, others);
  }

  // Where the middle of the middle piece lies; nothing is done where that saves less than a quarter of the pairs.
  std::optional<bool> divide_along(Vec3 axis, const Members& some, const Members& others, int divisions) {
    std::vector<double> middles;
    for (const Member& m : some) middles.push_back(middle_along(axis, one_.piece(m.piece)));
    for (const Member& m : others) middles.push_back(middle_along(axis, other_.piece(m.piece)));
    const auto median = middles.begin() + static_cast<std::ptrdiff_t>(middles.size() / 2);
    std::nth_element(middles.begin(), median, middles.end());
    auto [some_below, some_above] = parted(one_, some, axis, *median);
    auto [others_below, others_above] = parted(other_, others, axis, *median);
    const auto pairs = [](const Members& a, const Members& b) { return static_cast<double>(a.size()) * static_cast<double>(b.size()); };
    if (pairs(some_below, others_below) + pairs(some_above, others_above) > pairs(some, others) * 0.75) return std::nullopt;
    return divide(std::move(some_below), std::move(others_below), divisions - 1) ||
           divide(std::move(some_above), std::move(others_above), divisions - 1);
  }

  static double middle_along(Vec3 axis, const Piece& piece) { return (dot(axis, piece.from) + dot(axis, piece.to)) / 2; }

  // Those that reach below the bound and those that reach above it; some do both.
  static std::pair<Members, Members> parted(const Boundary& boundary, const Members& members, Vec3 axis, double bound) {
    std::pair<Members, Members> parts;
    for (const Member& m : members) {
      const Piece piece = boundary.piece(m.piece);
      const double from = dot(axis, piece.from), to = dot(axis, piece.to);
      const bool below = std::min(from, to) - Boundary::rise <= bound, above = std::max(from, to) + Boundary::rise >= bound;
      const Member member{m.piece, m.whole && !(below && above)};
      if (below) parts.first.push_back(member);
      if (above) parts.second.push_back(member);
    }
    return parts;
  }

  Piece longest_of(const Members& some, const Members& others) const {
    Piece longest = one_.piece(some.front().piece);
    const auto look_at = [&longest](const Piece& piece) {
      const Vec3 way = piece.to - piece.from, most = longest.to - longest.from;
      if (dot(way, way) > dot(most, most)) longest = piece;
    };
    for (const Member& m : some) look_at(one_.piece(m.piece));
    for (const Member& m : others) look_at(other_.piece(m.piece));
    return longest;
  }

  // What is whole is judged at once, so that areas that overlap are soon seen to; the rest when all parts of it are known.
  bool compare(const Members& some, const Members& others) {
    for (const Member& m : some) {
      const std::size_t known = of_one_.size();
      for (const Member& other : others) compare(m.piece, other.piece);
      if (!m.whole || of_one_.size() == known) continue;
      if (enters(one_, std::span(of_one_).subspan(known), other_area_)) return true;
      of_one_.resize(known);
    }
    return false;
  }

  void compare(std::uint32_t one, std::uint32_t other) {
    const Piece a = one_.piece(one), b = other_.piece(other);
    if (is_aside(a, b) || is_aside(b, a)) return;
    add_close_part(a, b, one, of_one_);
    add_close_part(b, a, other, of_other_);
  }

  // All of the other on one side of the line through the piece, and not close to it.
  static bool is_aside(const Piece& piece, const Piece& other) {
    const double from = dot(piece.normal, other.from), to = dot(piece.normal, other.to);
    return (from > reach && to > reach) || (from < -reach && to < -reach);
  }

  static void add_close_part(const Piece& piece, const Piece& other, std::uint32_t number, std::vector<ClosePart>& parts) {
    const PieceFrame frame(piece);
    if (frame.beyond_an_end(other.from, other.to)) return;
    const Span span = shadow(frame.project(other.from), frame.project(other.to), shared_depth);
    const Span part{std::max(span.from, -frame.half()), std::min(span.to, frame.half())};
    if (part.from <= part.to) parts.push_back({number, part});
  }

  const Boundary &one_, &other_;
  const Area &other_area_, &one_area_;
  std::vector<ClosePart> of_one_, of_other_;
};

// Some place of A is deeper in B than shared_depth when A's boundary goes so deep, or when A holds all that is so deep in B, and with
// it B's inner place; and the other way round.
bool polygons_overlap(const Area& a, const Area& b) {
  return a.contains(b.inner()) || b.contains(a.inner()) || Entering(a, b).found();
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
