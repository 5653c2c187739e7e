#include "node/ring_check.h"

#include <cmath>
#include <vector>

namespace skypact::node {
namespace {

struct Direction {
  double x, y, z;
};
Direction cross(Direction a, Direction b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
double dot(Direction a, Direction b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

Direction direction_of(geo::Position p) {
  constexpr double radians = 3.14159265358979323846 / 180;
  const double lat = p.lat_degrees() * radians, lon = p.lon_degrees() * radians;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

// Do the shorter arcs a–b and c–d cross in their interiors? Touching within about 1 mm is no crossing.
bool cross_each_other(Direction a, Direction b, Direction c, Direction d) {
  constexpr double touch = 1e-10;
  const Direction ab = cross(a, b), cd = cross(c, d);
  const double c_side = dot(ab, c), d_side = dot(ab, d), a_side = dot(cd, a), b_side = dot(cd, b);
  const auto opposite = [](double p, double q) { return (p > touch && q < -touch) || (p < -touch && q > touch); };
  // Arcs whose planes separate the other's ends may still lie on opposite sides of the Earth.
  return opposite(c_side, d_side) && opposite(a_side, b_side) && (c_side > 0) == (b_side > 0);
}

}  // namespace

std::optional<std::string> ring_defect(const Ring& ring) {
  const std::size_t n = ring.size();
  if (n == 0) return std::nullopt;
  if (n < 3) return "needs at least three vertices";
  std::vector<Direction> at;
  at.reserve(n);
  for (const geo::Position p : ring) at.push_back(direction_of(p));
  for (std::size_t i = 0; i < n; ++i) {
    if (ring[i] == ring[(i + 1) % n]) return "vertices " + std::to_string(i + 1) + " and " + std::to_string((i + 1) % n + 1) + " are the same";
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 2; j < n; ++j) {
      if (i == 0 && j == n - 1) continue;  // neighbours share a vertex
      if (cross_each_other(at[i], at[i + 1], at[j], at[(j + 1) % n])) {
        return "crosses itself: the edge from vertex " + std::to_string(i + 1) + " meets the edge from vertex " + std::to_string(j + 1);
      }
    }
  }
  return std::nullopt;
}

}  // namespace skypact::node
