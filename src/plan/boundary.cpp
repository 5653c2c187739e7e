#include "plan/boundary.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

Vec3 unit(Vec3 v) { return v * (1 / norm(v)); }

// Around some of the places.
Ball ball_around(const Vec3* first, const Vec3* end) {
  Ball ball;
  for (const Vec3* p = first; p != end; ++p) ball.middle = ball.middle + *p;
  ball.middle = ball.middle * (1.0 / static_cast<double>(end - first));
  for (const Vec3* p = first; p != end; ++p) ball.radius = std::max(ball.radius, norm(*p - ball.middle));
  ball.radius += Boundary::rise;   // and the depth at which pieces are compared
  return ball;
}

Ball ball_around(const Ball* first, const Ball* end) {
  Ball ball;
  for (const Ball* b = first; b != end; ++b) ball.middle = ball.middle + b->middle;
  ball.middle = ball.middle * (1.0 / static_cast<double>(end - first));
  for (const Ball* b = first; b != end; ++b) ball.radius = std::max(ball.radius, norm(b->middle - ball.middle) + b->radius);
  return ball;
}

}  // namespace

bool near(const Ball& a, const Ball& b) {
  const Vec3 apart = a.middle - b.middle;
  const double reach = a.radius + b.radius;
  return dot(apart, apart) <= reach * reach;
}

Boundary::Boundary(std::vector<Vec3> places, Vec3 outside) : places_(std::move(places)), outside_(outside) {
  SKYPACT_CHECK(places_.size() >= 3);
  const std::size_t count = places_.size();
  places_.push_back(places_.front());
  normals_.reserve(count);
  // The way from place to place is exact to the last bit where the product of two far vectors would not be.
  for (std::size_t k = 0; k < count; ++k) normals_.push_back(unit(cross(places_[k], places_[k + 1] - places_[k])));

  std::vector<Ball> leaves;
  for (std::size_t k = 0; k < count; k += fan) {
    leaves.push_back(ball_around(places_.data() + k, places_.data() + std::min(k + fan, count) + 1));
  }
  levels_.push_back(std::move(leaves));
  while (levels_.back().size() > 1) {
    const std::vector<Ball>& below = levels_.back();
    std::vector<Ball> level;
    for (std::size_t k = 0; k < below.size(); k += fan) {
      level.push_back(ball_around(below.data() + k, below.data() + std::min(k + fan, below.size())));
    }
    levels_.push_back(std::move(level));
  }
}

Boundary::Leaf Boundary::leaf(std::size_t k) const { return {k * fan, std::min((k + 1) * fan, pieces())}; }

// Counts the pieces that the arc from the outside crosses.
bool Boundary::encloses(Vec3 place) const {
  const Vec3 across = cross(outside_, place);
  const double length = norm(across);
  bool inside = false;
  for (std::size_t l = 0; l < leaves(); ++l) {
    const Ball& ball = levels_[0][l];
    if (std::abs(dot(across, ball.middle)) > length * ball.radius) continue;   // all on one side of the arc's plane
    const Leaf pieces = leaf(l);
    bool from_right = dot(across, places_[pieces.first]) < 0;
    for (std::size_t k = pieces.first; k < pieces.end; ++k) {
      const bool to_right = dot(across, places_[k + 1]) < 0;
      if (from_right != to_right) {
        const bool outside_right = dot(normals_[k], outside_) < 0, place_right = dot(normals_[k], place) < 0;
        // On the near side of the Earth, not at the antipode of the crossing.
        if (outside_right != place_right && place_right == from_right) inside = !inside;
      }
      from_right = to_right;
    }
  }
  return inside;
}

bool Boundary::is_near(const Ball& ball) const {
  return any_leaf_near(ball, levels_.size() - 1, 0, [](std::size_t) { return true; });
}

void Boundary::leaves_near(const Ball& ball, std::vector<std::uint32_t>& leaves) const {
  any_leaf_near(ball, levels_.size() - 1, 0, [&](std::size_t leaf) { return leaves.push_back(static_cast<std::uint32_t>(leaf)), false; });
}

template <class Look>
bool Boundary::any_leaf_near(const Ball& ball, std::size_t level, std::size_t node, const Look& look) const {
  if (!near(ball, levels_[level][node])) return false;
  if (level == 0) return look(node);
  const std::size_t end = std::min((node + 1) * fan, levels_[level - 1].size());
  for (std::size_t child = node * fan; child < end; ++child) {
    if (any_leaf_near(ball, level - 1, child, look)) return true;
  }
  return false;
}

}  // namespace skypact::plan
