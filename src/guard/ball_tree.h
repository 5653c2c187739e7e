#pragma once
// BallTree: which of many balls a moving ball may meet.
//
//     BallTree tree(balls);
//     tree.meet(from, to, metres_around, found);     // appends indices, in no order; once each
//
// Exact up to rounding for a straight way: ball i is met when it is nowhere farther from the way than both radii
// together. A tree of boxes, built once; a query looks at a few dozen boxes among thousands of balls. Places are
// Earth-centred, so that poles, antimeridian and balls larger than the Earth are nothing special.
//
// Pure after construction; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/vector.h"

namespace skypact::guard {

struct Ball {
  geo::Vec3 middle;
  double radius = 0;   // metres, not negative; may be infinite: met by everything
};

class BallTree {
 public:
  BallTree() = default;
  explicit BallTree(std::span<const Ball> balls);

  void meet(geo::Vec3 from, geo::Vec3 to, double radius, std::vector<std::uint32_t>& found) const;

 private:
  struct Node {
    std::array<double, 3> low{}, high{};   // a box around all balls below
    std::uint32_t begin = 0, end = 0;      // of these in balls_
    std::uint32_t second = 0;              // the first child follows its parent, this is the other; 0: a leaf
  };
  struct Entry {
    Ball ball;
    std::uint32_t index = 0;
  };
  static constexpr std::size_t leaf = 6;

  void build(std::uint32_t begin, std::uint32_t end);

  std::vector<Entry> balls_;
  std::vector<Node> nodes_;
};

}  // namespace skypact::guard
