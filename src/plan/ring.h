#pragma once
// A ring: a closed line of straight segments in a plane, and whether it crosses or touches itself.
//
// Segment k goes from point k to the next, the last to the first. Neighbours meet in their common point; they touch where they fold
// back over each other. Pure; any thread.

#include <cstddef>
#include <optional>
#include <span>

namespace skypact::plan {

struct Point {
  double x = 0, y = 0;
  friend constexpr bool operator==(Point, Point) = default;
};
[[nodiscard]] constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
[[nodiscard]] constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
[[nodiscard]] constexpr Point operator*(Point a, double k) { return {a.x * k, a.y * k}; }
[[nodiscard]] constexpr double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
// Positive where b points to the left of a.
[[nodiscard]] constexpr double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }

[[nodiscard]] double distance_to_segment(Point p, Point from, Point to);
// Positive for a ring that goes counter-clockwise.
[[nodiscard]] double signed_area(std::span<const Point> ring);

// Segments that come this near to each other touch, in the unit of the points. Rounding is a thousandth of it.
inline constexpr double touching = 1e-6;

struct Touch {
  std::size_t one = 0, other = 0;   // segments, one < other
};
// Some pair of segments that cross or touch, at least three points. Up to `few_segments` every pair is looked at; above it a line
// sweeps over the ring (M. I. Shamos, D. Hoey, "Geometric intersection problems", FOCS 1976) in n log n steps whatever the ring.
inline constexpr std::size_t few_segments = 32;
[[nodiscard]] std::optional<Touch> self_touch(std::span<const Point> ring);
// The same by looking at every pair, at any size: the tests' twin.
[[nodiscard]] std::optional<Touch> self_touch_of_all_pairs(std::span<const Point> ring);

}  // namespace skypact::plan
