#include "guard/ball_tree.h"

#include <algorithm>
#include <limits>

namespace skypact::guard {
namespace {

using geo::Vec3;

std::array<double, 3> axes_of(Vec3 v) { return {v.x, v.y, v.z}; }

double distance_to_segment(Vec3 middle, Vec3 from, Vec3 way, double length_squared) {
  const Vec3 to_middle = middle - from;
  const double share = length_squared > 0 ? std::clamp(dot(to_middle, way) / length_squared, 0.0, 1.0) : 0;
  return norm(to_middle - way * share);
}

}  // namespace

BallTree::BallTree(std::span<const Ball> balls) {
  balls_.reserve(balls.size());
  for (std::size_t i = 0; i < balls.size(); ++i) balls_.push_back({balls[i], static_cast<std::uint32_t>(i)});
  if (!balls_.empty()) build(0, static_cast<std::uint32_t>(balls_.size()));
}

void BallTree::build(std::uint32_t begin, std::uint32_t end) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::size_t self = nodes_.size();
  Node node{.begin = begin, .end = end};
  node.low.fill(infinity);
  node.high.fill(-infinity);
  std::array<double, 3> least = node.low, greatest = node.high;  // of the middles
  for (std::uint32_t i = begin; i < end; ++i) {
    const auto middle = axes_of(balls_[i].ball.middle);
    for (std::size_t k = 0; k < 3; ++k) {
      node.low[k] = std::min(node.low[k], middle[k] - balls_[i].ball.radius);
      node.high[k] = std::max(node.high[k], middle[k] + balls_[i].ball.radius);
      least[k] = std::min(least[k], middle[k]);
      greatest[k] = std::max(greatest[k], middle[k]);
    }
  }
  nodes_.push_back(node);
  if (end - begin <= leaf) return;
  std::size_t widest = 0;
  for (std::size_t k = 1; k < 3; ++k) {
    if (greatest[k] - least[k] > greatest[widest] - least[widest]) widest = k;
  }
  const std::uint32_t half = begin + (end - begin) / 2;
  std::nth_element(balls_.begin() + begin, balls_.begin() + half, balls_.begin() + end, [&](const Entry& a, const Entry& b) {
    const double x = axes_of(a.ball.middle)[widest], y = axes_of(b.ball.middle)[widest];
    return x != y ? x < y : a.index < b.index;
  });
  build(begin, half);
  nodes_[self].second = static_cast<std::uint32_t>(nodes_.size());
  build(half, end);
}

void BallTree::meet(Vec3 from, Vec3 to, double radius, std::vector<std::uint32_t>& found) const {
  if (nodes_.empty()) return;
  const Vec3 way = to - from;
  const double length_squared = dot(way, way);
  const auto a = axes_of(from), b = axes_of(to);
  std::array<double, 3> low{}, high{};
  for (std::size_t k = 0; k < 3; ++k) low[k] = std::min(a[k], b[k]) - radius, high[k] = std::max(a[k], b[k]) + radius;
  // Halving 2^32 balls goes 32 deep; each level leaves one node to come back to.
  std::array<std::uint32_t, 40> waiting{};
  std::size_t count = 0;
  waiting[count++] = 0;
  while (count > 0) {
    const std::uint32_t at = waiting[--count];
    const Node& node = nodes_[at];
    bool apart = false;
    for (std::size_t k = 0; k < 3; ++k) apart = apart || node.low[k] > high[k] || node.high[k] < low[k];
    if (apart) continue;
    if (node.second != 0) {
      waiting[count++] = node.second;
      waiting[count++] = at + 1;
      continue;
    }
    for (std::uint32_t i = node.begin; i < node.end; ++i) {
      const Ball& ball = balls_[i].ball;
      if (distance_to_segment(ball.middle, from, way, length_squared) <= ball.radius + radius) found.push_back(balls_[i].index);
    }
  }
}

}  // namespace skypact::guard
