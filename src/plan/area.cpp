#include "plan/area.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include <GeographicLib/PolygonArea.hpp>
#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "geo/trigonometry.h"
#include "plan/ring.h"

namespace skypact::plan {
namespace {

using geo::Vec3;

Vec3 unit(Vec3 v) { return v * (1 / norm(v)); }
Vec3 place_of(LatLng p) { return geo::place_of_degrees(p.lat_deg, p.lon_deg); }

Error over_limit(std::string message) { return {ErrorCode::over_limit, std::move(message)}; }

// What is wrong with the numbers themselves.
std::optional<std::string> fault_of(LatLng p) {
  if (!(p.lat_deg >= -90 && p.lat_deg <= 90)) return fmt::format("the latitude {} is not within -90 and 90 degrees", p.lat_deg);
  if (!(p.lon_deg >= -180 && p.lon_deg <= 180)) return fmt::format("the longitude {} is not within -180 and 180 degrees", p.lon_deg);
  return std::nullopt;
}

std::string vertex_text(std::span<const LatLng> vertices, std::size_t k) {
  return fmt::format("vertex {} ({:.7f}, {:.7f})", k + 1, vertices[k].lat_deg, vertices[k].lon_deg);
}

std::string edge_text(std::span<const LatLng> vertices, std::size_t k) {
  return fmt::format("the edge from {} to {}", vertex_text(vertices, k), vertex_text(vertices, (k + 1) % vertices.size()));
}

bool comes_before(Vec3 a, Vec3 b) { return a.x != b.x ? a.x < b.x : a.y != b.y ? a.y < b.y : a.z < b.z; }

Result<std::vector<Vec3>> places_of(std::span<const LatLng> vertices) {
  if (vertices.size() > AreaLimits::vertices) {
    return over_limit(fmt::format("the polygon has {} vertices; at most {} are taken", vertices.size(), AreaLimits::vertices));
  }
  if (vertices.size() < 3) return bad_input(fmt::format("a polygon needs three vertices or more; this one has {}", vertices.size()));
  std::vector<Vec3> places;
  for (std::size_t k = 0; k < vertices.size(); ++k) {
    if (const auto fault = fault_of(vertices[k])) return bad_input(fmt::format("vertex {}: {}", k + 1, *fault));
    places.push_back(place_of(vertices[k]));
  }
  // Places, not numbers: a pole has every longitude, and the antimeridian has two.
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return places[a] == places[b] ? a < b : comes_before(places[a], places[b]);
  });
  for (std::size_t k = 0; k + 1 < order.size(); ++k) {
    if (places[order[k]] == places[order[k + 1]]) {
      return bad_input(fmt::format("{} and vertex {} are the same place; a vertex may not be repeated, at the end neither",
                                   vertex_text(vertices, order[k]), order[k + 1] + 1));
    }
  }
  return places;
}

// The ring in pieces, and to which edge each belongs.
struct LaidOut {
  std::vector<Vec3> places;
  std::vector<std::size_t> edge;
};

Result<LaidOut> lay_out(std::span<const LatLng> vertices, const std::vector<Vec3>& corners) {
  LaidOut out;
  for (std::size_t k = 0; k < corners.size(); ++k) {
    const Vec3 a = corners[k], b = corners[(k + 1) % corners.size()];
    if (geo::degrees_between(a, b) > AreaLimits::edge_degrees) {
      return over_limit(fmt::format("{} is longer than {} degrees (1,110 km); put a vertex between them", edge_text(vertices, k),
                                    AreaLimits::edge_degrees));
    }
    const auto places = geo::geodesic_places(a, b, Boundary::longest_piece);
    out.places.insert(out.places.end(), places.begin(), places.end() - 1);
    out.edge.insert(out.edge.end(), places.size() - 1, k);
    if (out.places.size() > AreaLimits::pieces) {
      return over_limit(fmt::format("the boundary is longer than {:.0f} km", AreaLimits::pieces * Boundary::longest_piece / 1000));
    }
  }
  return out;
}

// The plane that touches the Earth at `up`, seen from the Earth's centre, in metres. Pieces are straight in it, and the part within the
// ring is the smaller one as long as the ring stays within AreaLimits::reach_degrees.
class Plane {
 public:
  explicit Plane(Vec3 up) : up_(up), x_(unit(cross(up, std::abs(up.z) < 0.7 ? Vec3{0.1, 0.2, 1} : Vec3{1, 0.2, 0.1}))), y_(cross(up, x_)) {}

  [[nodiscard]] Point project(Vec3 place) const {
    const double scale = geo::wgs84::mean_radius / dot(up_, place);
    return {dot(x_, place) * scale, dot(y_, place) * scale};
  }
  // On the ground.
  [[nodiscard]] Vec3 place(Point p) const { return geo::on_surface(up_ * geo::wgs84::mean_radius + x_ * p.x + y_ * p.y); }
  // A place so many degrees away from the middle.
  [[nodiscard]] Vec3 aside(double degrees) const {
    const auto turn = geo::sincos_degrees(degrees);
    return (up_ * turn.cos + x_ * turn.sin) * geo::wgs84::mean_radius;
  }

 private:
  Vec3 up_, x_, y_;
};

// The direction of the middle of the ring, weighted by length, so that many vertices on one side do not pull it there. nullopt for a
// ring that reaches too far from it.
std::optional<Vec3> middle_of(const std::vector<Vec3>& ring) {
  Vec3 sum;
  double total = 0;
  for (std::size_t k = 0; k < ring.size(); ++k) {
    const Vec3 a = ring[k], b = ring[(k + 1) % ring.size()];
    const double length = norm(b - a);
    sum = sum + (unit(a) + unit(b)) * (length / 2);
    total += length;
  }
  if (!(norm(sum) > total / 2)) return std::nullopt;
  const Vec3 up = unit(sum);
  for (const Vec3& p : ring) {
    if (geo::degrees_between(up, p) > AreaLimits::reach_degrees) return std::nullopt;
  }
  return up;
}

double distance_to_ring(Point p, std::span<const Point> ring) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < ring.size(); ++k) least = std::min(least, distance_to_segment(p, ring[k], ring[(k + 1) % ring.size()]));
  return least;
}

// Half way from the middle of a segment of a counter-clockwise ring to what lies opposite.
std::optional<Point> half_way_across(std::span<const Point> ring, std::size_t segment) {
  const Point a = ring[segment], b = ring[(segment + 1) % ring.size()], start = (a + b) * 0.5, way = b - a;
  const Point inward{-way.y, way.x};
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < ring.size(); ++k) {
    if (k == segment) continue;
    const Point from = ring[k] - start, to = ring[(k + 1) % ring.size()] - start;
    const double left = cross(inward, from), right = cross(inward, to);
    if ((left < 0) == (right < 0)) continue;
    const double ahead = cross(from, to - from) / cross(inward, to - from);
    if (ahead > 0) least = std::min(least, ahead);
  }
  if (least == std::numeric_limits<double>::infinity()) return std::nullopt;
  return start + inward * (least / 2);
}

// A place well inside a counter-clockwise ring: across from its longest segments, the first that is a metre deep or else the deepest.
Point inner_of(std::span<const Point> ring) {
  constexpr std::size_t attempts = 32;
  constexpr double enough = 1;
  std::vector<std::pair<double, std::size_t>> longest;
  for (std::size_t k = 0; k < ring.size(); ++k) {
    const Point way = ring[(k + 1) % ring.size()] - ring[k];
    longest.push_back({-dot(way, way), k});
  }
  const std::size_t count = std::min(attempts, longest.size());
  std::partial_sort(longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(count), longest.end());
  Point best = ring[0];
  double deepest = 0;
  for (std::size_t k = 0; k < count && deepest < enough; ++k) {
    const auto p = half_way_across(ring, longest[k].second);
    const double depth = p ? distance_to_ring(*p, ring) : 0;
    if (depth > deepest) deepest = depth, best = *p;
  }
  return best;
}

// The boundary lies within the farthest of its places; the ground within may be higher or lower than there. At an angle from the
// middle no greater than theirs a place's distance from it squared is at most their own times the ratio of the radii, 1.0034, and the
// square of the difference in height, which is below 0.0034 of the way.
Ball ball_of(Vec3 middle, const std::vector<Vec3>& ring) {
  Ball ball{middle, 0};
  for (const Vec3& p : ring) ball.radius = std::max(ball.radius, norm(p - middle));
  ball.radius = ball.radius * 1.002 + 0.25;
  return ball;
}

}  // namespace

LatLng lat_lng_of(Vec3 place) {
  // The normal of the surface is (x, y, κz), and latitude is the normal's.
  const double axis_distance = std::sqrt(place.x * place.x + place.y * place.y);
  return {geo::atan2_degrees(geo::wgs84::kappa * place.z, axis_distance), geo::atan2_degrees(place.y, place.x)};
}

Result<Area> Area::polygon(std::span<const LatLng> vertices) {
  const auto corners = places_of(vertices);
  if (!corners) return corners.error();
  auto laid_out = lay_out(vertices, *corners);
  if (!laid_out) return laid_out.error();
  std::vector<Vec3>& places = laid_out->places;
  const auto up = middle_of(places);
  if (!up) return over_limit(fmt::format("the polygon reaches farther than {} degrees (3,300 km) from its middle", AreaLimits::reach_degrees));

  const Plane plane(*up);
  std::vector<Point> ring;
  for (const Vec3& p : places) ring.push_back(plane.project(p));
  if (const auto touch = self_touch(ring)) {
    return bad_input(fmt::format("the polygon crosses or touches itself: {} meets {}", edge_text(vertices, laid_out->edge[touch->one]),
                                 edge_text(vertices, laid_out->edge[touch->other])));
  }
  if (signed_area(ring) < 0) {
    std::reverse(places.begin(), places.end());
    std::reverse(ring.begin(), ring.end());
  }

  Area area;
  area.outline_.assign(vertices.begin(), vertices.end());
  area.ball_ = ball_of(geo::on_surface(*up), places);
  area.inner_ = plane.place(inner_of(ring));
  // All of the ring is less than 30 degrees from the middle, so a place at 90 degrees lies outside, and not opposite of anything near.
  area.boundary_ = Boundary(std::move(places), plane.aside(90));
  return area;
}

Result<Area> Area::circle(LatLng centre, double radius_m) {
  if (const auto fault = fault_of(centre)) return bad_input(fmt::format("the centre: {}", *fault));
  if (!(radius_m > 0)) return bad_input(fmt::format("the radius is {} m; it must be greater than zero", radius_m));
  if (radius_m > AreaLimits::radius_m) {
    return over_limit(fmt::format("the radius is {:.0f} m; at most {:.0f} m are taken", radius_m, AreaLimits::radius_m));
  }
  Area area;
  area.outline_ = {centre};
  area.radius_m_ = radius_m;
  area.ball_ = {place_of(centre), radius_m};   // no way along the surface is shorter than the straight one
  return area;
}

bool Area::contains(LatLng place) const { return !fault_of(place) && contains(place_of(place)); }

bool Area::contains(Vec3 place) const {
  if (norm(place - ball_.middle) > ball_.radius) return false;
  return is_circle() ? geo::geodesic_length(ball_.middle, place) < radius_m_ : boundary_.encloses(place);
}

double Area::area_km2() const {
  if (is_circle()) {
    // A disc of radius r where the Gaussian curvature is K: π r² (1 − K r² / 12 + K² r⁴ / 360). K varies too little over 100 km.
    using namespace geo::wgs84;
    const Vec3 p = ball_.middle;
    const double normal2 = (p.x * p.x + p.y * p.y) / (a * a * a * a) + p.z * p.z / (b * b * b * b);
    const double bend = radius_m_ * radius_m_ / (a * a * a * a * b * b * normal2 * normal2);
    return 3.141592653589793 * radius_m_ * radius_m_ * (1 - bend / 12 + bend * bend / 360) / 1e6;
  }
  GeographicLib::PolygonArea polygon(GeographicLib::Geodesic::WGS84());
  for (const LatLng& v : outline_) polygon.AddPoint(v.lat_deg, v.lon_deg);
  double perimeter = 0, square_metres = 0;
  polygon.Compute(false, true, perimeter, square_metres);
  return std::abs(square_metres) / 1e6;
}

}  // namespace skypact::plan
