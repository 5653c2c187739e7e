#pragma once
// Boundary: the closed line around an area, in short pieces, asked what it encloses and which of its pieces are near.
//
// A piece is the arc between two places in the plane through them and the Earth's centre. Seen from the centre every piece is a part
// of a great circle, so what crosses what and what lies on which side needs no projection and has no exception at the poles or the
// antimeridian. Sixteen pieces make a leaf with a ball around it, sixteen leaves the next ball, and so on. A plain value after it is
// made; any thread may read it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "geo/vector.h"

namespace skypact::plan {

struct Ball {
  geo::Vec3 middle;
  double radius = 0;   // metres, straight
};
[[nodiscard]] bool near(const Ball& a, const Ball& b);

struct Piece {
  geo::Vec3 from, to;
  geo::Vec3 normal;    // unit, of the plane; to the left of the way
};

class Boundary {
 public:
  static constexpr double longest_piece = 3'000;   // metres: geo::arc_deviation() is 0.6 mm
  static constexpr double rise = 0.25;             // and above its chord a piece rises by less: s² / 8r is 0.18 m
  static constexpr std::size_t fan = 16;           // pieces in a leaf, and balls in a greater one

  Boundary() = default;
  // Places in order, the first follows the last; at least three. `outside` is a place that is not enclosed, no more than 150 degrees
  // from any that will be asked about.
  Boundary(std::vector<geo::Vec3> places, geo::Vec3 outside);

  [[nodiscard]] std::size_t pieces() const { return normals_.size(); }
  [[nodiscard]] Piece piece(std::size_t k) const { return {places_[k], places_[k + 1], normals_[k]}; }
  [[nodiscard]] const Ball& ball() const { return levels_.back()[0]; }

  // Is the place, or what lies above or below it, within? Within rounding of the line itself either may be said.
  [[nodiscard]] bool encloses(geo::Vec3 place) const;

  struct Leaf {
    std::size_t first = 0, end = 0;   // pieces
  };
  [[nodiscard]] std::size_t leaves() const { return levels_[0].size(); }
  [[nodiscard]] Leaf leaf(std::size_t k) const;
  [[nodiscard]] const Ball& leaf_ball(std::size_t k) const { return levels_[0][k]; }
  [[nodiscard]] bool is_near(const Ball& ball) const;
  // The leaves whose balls are near to the one given, in order.
  void leaves_near(const Ball& ball, std::vector<std::uint32_t>& leaves) const;

 private:
  // Tells `look` of leaves near the ball, in order, until it returns true.
  template <class Look>
  bool any_leaf_near(const Ball& ball, std::size_t level, std::size_t node, const Look& look) const;

  std::vector<geo::Vec3> places_;            // the first once more at the end
  std::vector<geo::Vec3> normals_;
  std::vector<std::vector<Ball>> levels_;    // of the leaves first, one ball at last
  geo::Vec3 outside_;
};

}  // namespace skypact::plan
