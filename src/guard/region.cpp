#include "guard/region.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "geo/trigonometry.h"

namespace skypact::guard {
namespace {

using geo::Vec3;

#include "geo/taylor.inc"

constexpr double longest_piece = 25'000;  // metres

// A geodesic in stretches of at most geo::longest_step, each with the series of its places.
class Geodesic {
 public:
  Geodesic(const geo::GroundMotion& motion, double horizon) : motion_(motion) {
    const double speed = norm(motion.velocity);
    const unsigned count = geo::steps_for(speed * horizon);
    stretch_ = speed > 0 ? geo::longest_step / speed : std::numeric_limits<double>::infinity();
    for (unsigned k = 0; k < count; ++k) {
      const geo::GroundMotion m = k == 0 ? motion : geo::after(motion, stretch_ * k);
      Series<double, 6> s;
      s.x[0] = m.place.x, s.y[0] = m.place.y, s.z[0] = m.place.z;
      s.x[1] = m.velocity.x, s.y[1] = m.velocity.y, s.z[1] = m.velocity.z;
      extend_geodesic(s, [](double c) { return c; });
      series_.push_back(s);
    }
  }

  Vec3 operator()(double t) const {
    const double k = t <= stretch_ ? 0 : std::floor(t / stretch_);
    if (!(k < static_cast<double>(series_.size()))) return geo::after(motion_, t).place;
    const Series<double, 6>& s = series_[static_cast<std::size_t>(k)];
    const double since = k == 0 ? t : t - stretch_ * k;
    return {value(s.x, since), value(s.y, since), value(s.z, since)};
  }

 private:
  static double value(const std::array<double, 7>& c, double t) {
    double sum = c[6];
    for (std::size_t k = 6; k-- > 0;) sum = sum * t + c[k];
    return sum;
  }

  geo::GroundMotion motion_;
  double stretch_ = 0;   // seconds
  std::vector<Series<double, 6>> series_;
};

Vec3 unit(Vec3 v) { return v * (1 / norm(v)); }

// Do the arcs a–b and c–d (each shorter than half the Earth) cross?
bool arcs_cross(Vec3 a, Vec3 b, Vec3 c, Vec3 d) {
  const Vec3 ab = cross(a, b), cd = cross(c, d);
  const bool acb = dot(ab, c) < 0, bda = dot(ab, d) >= 0;
  if (acb != bda) return false;
  const bool cbd = dot(cd, b) < 0, dac = dot(cd, a) >= 0;
  return cbd == dac && acb == cbd;
}

// A vertex with its number in the ring as it was given, from 1.
struct Vertex {
  geo::Position position;
  std::size_t number = 0;
};

std::string edge_text(const Vertex& from, const Vertex& to) {
  const auto written = [](const Vertex& v) {
    return fmt::format("vertex {} ({:.5f}, {:.5f})", v.number, v.position.lat_degrees(), v.position.lon_degrees());
  };
  return fmt::format("the edge from {} to {}", written(from), written(to));
}

}  // namespace

Result<Region> Region::circle(geo::Position centre, Length radius) {
  if (!(radius > metres(0))) return bad_input("the radius must be greater than zero");
  if (radius > RegionLimits::circle) {
    return Error{ErrorCode::over_limit, fmt::format("the radius is {:.0f} NM; at most {:.0f} NM are taken",
                                                    radius.in(nautical_miles), RegionLimits::circle.in(nautical_miles))};
  }
  Region region;
  region.middle_ = geo::place_of(centre);
  region.circle_radius_ = radius.in(metres);
  // The surface length is at least the straight line.
  region.radius_ = region.circle_radius_;
  return region;
}

Result<Region> Region::polygon(std::span<const geo::Position> given) {
  if (given.size() > RegionLimits::vertices + 1) {
    return Error{ErrorCode::over_limit, fmt::format("the ring has {} vertices; at most {} are taken", given.size(), RegionLimits::vertices)};
  }
  std::vector<Vertex> vertices;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (vertices.empty() || !(vertices.back().position == given[i])) vertices.push_back({given[i], i + 1});
  }
  while (vertices.size() > 1 && vertices.back().position == vertices.front().position) vertices.pop_back();
  if (vertices.size() < 3) {
    return bad_input(fmt::format("a polygon needs three different vertices or more; this ring has {}", vertices.size()));
  }

  Region region;
  std::vector<std::size_t> side;  // of each piece: which edge of the ring it belongs to
  Vec3 sum;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const std::size_t j = (i + 1) % vertices.size();
    const Vec3 a = geo::place_of(vertices[i].position), b = geo::place_of(vertices[j].position);
    if (geo::degrees_between(a, b) > RegionLimits::edge_degrees) {
      return bad_input(fmt::format("{} is longer than {:.0f} degrees; put a vertex between them", edge_text(vertices[i], vertices[j]),
                                   RegionLimits::edge_degrees));
    }
    const auto places = geo::geodesic_places(a, b, longest_piece);
    for (std::size_t k = 0; k + 1 < places.size(); ++k) {
      const Vec3 normal = unit(cross(places[k], places[k + 1]));
      region.edges_.push_back({places[k], places[k + 1], normal, cross(normal, places[k]), cross(places[k + 1], normal)});
      side.push_back(i);
      // Weighted by length, so that many vertices on one side do not pull the middle to it.
      sum = sum + (unit(places[k]) + unit(places[k + 1])) * norm(places[k + 1] - places[k]);
    }
  }
  if (!(norm(sum) > 1)) return bad_input("the ring goes around the whole Earth; it has no smaller part");
  const Vec3 up = unit(sum);
  double widest = 0;
  for (const Edge& e : region.edges_) widest = std::max(widest, geo::degrees_between(up, e.from));
  if (widest > RegionLimits::radius_degrees) {
    return bad_input(fmt::format("the ring reaches {:.0f} degrees from its middle; a polygon must be smaller than a hemisphere "
                                 "(at most {:.0f} degrees)", widest, RegionLimits::radius_degrees));
  }
  // A cap around `up` of less than 90° holds all edges, so every place beyond it is outside. The one taken
  // is far enough from the antipode of every place near the region for a well-conditioned arc to it.
  const auto turn = geo::sincos_degrees(widest + (180 - widest) / 2);
  const Vec3 across = unit(std::abs(up.z) < 0.7 ? cross(up, Vec3{0.1, 0.2, 1}) : cross(up, Vec3{1, 0.2, 0.1}));
  region.outside_ = (up * turn.cos + across * turn.sin) * geo::wgs84::mean_radius;
  region.middle_ = up * geo::wgs84::mean_radius;

  // Which edges cross or touch: a sweep over the pieces' extents along one axis leaves few to compare.
  const auto& edges = region.edges_;
  std::vector<std::size_t> order(edges.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  // Along the axis in which the ring is widest. An arc bulges out of its chord by at most 13 m.
  const auto along = [](Vec3 v, int axis) { return axis == 0 ? v.x : axis == 1 ? v.y : v.z; };
  int axis = 0;
  double extent = -1;
  for (int candidate = 0; candidate < 3; ++candidate) {
    const auto [low, high] = std::minmax_element(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) {
      return along(a.from, candidate) < along(b.from, candidate);
    });
    const double range = along(high->from, candidate) - along(low->from, candidate);
    if (range > extent) extent = range, axis = candidate;
  }
  const auto low = [&](const Edge& e) { return std::min(along(e.from, axis), along(e.to, axis)) - 15; };
  const auto high = [&](const Edge& e) { return std::max(along(e.from, axis), along(e.to, axis)) + 15; };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double x = low(edges[a]), y = low(edges[b]);
    return x != y ? x < y : a < b;
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Edge& a = edges[order[i]];
    for (std::size_t j = i + 1; j < order.size() && low(edges[order[j]]) <= high(a); ++j) {
      const Edge& b = edges[order[j]];
      const bool share = a.to == b.from || b.to == a.from || a.from == b.from || a.to == b.to;
      const std::size_t n = vertices.size();
      const std::size_t s = side[order[i]], t = side[order[j]];
      const bool neighbours = s == t || (s + 1) % n == t || (t + 1) % n == s;
      bool wrong = false;
      if (share) {
        // Neighbours meet in their common vertex; others may not. Neighbours that fold back over each other
        // enclose nothing there.
        wrong = !neighbours || (s != t && dot(a.normal, b.normal) < -1 + 1e-14);
      } else {
        wrong = arcs_cross(a.from, a.to, b.from, b.to);
      }
      if (wrong) {
        const std::size_t one = std::min(s, t), other = std::max(s, t);
        return bad_input(fmt::format("the ring crosses itself: {} meets {}", edge_text(vertices[one], vertices[(one + 1) % n]),
                                     edge_text(vertices[other], vertices[(other + 1) % n])));
      }
    }
  }

  for (std::size_t i = 0; i < edges.size(); i += block_edges) {
    const std::size_t end = std::min(i + block_edges, edges.size());
    Vec3 middle;
    for (std::size_t k = i; k < end; ++k) middle = middle + edges[k].from + edges[k].to;
    middle = middle * (0.5 / static_cast<double>(end - i));
    double radius = 0;
    for (std::size_t k = i; k < end; ++k) radius = std::max({radius, norm(edges[k].from - middle), norm(edges[k].to - middle)});
    region.blocks_.push_back({middle, radius + 15});
  }
  for (const Edge& e : edges) region.radius_ = std::max(region.radius_, norm(e.from - region.middle_));
  region.radius_ += 15;
  return region;
}

std::vector<Vec3> Region::places() const {
  std::vector<Vec3> places;
  for (const Edge& e : edges_) places.push_back(e.from);
  return places;
}

std::vector<Vec3> geodesic_places(geo::Position from, geo::Position to) {
  return geo::geodesic_places(geo::place_of(from), geo::place_of(to), longest_piece);
}

double Region::boundary_distance(Vec3 place) const {
  if (edges_.empty()) {
    return std::abs(geo::surface_length_of_chord(norm(place - middle_)) - circle_radius_);
  }
  double best = std::numeric_limits<double>::infinity();
  // The nearest block first: what is found there rules out most of the others.
  std::size_t nearest = 0;
  double nearest_bound = std::numeric_limits<double>::infinity();
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const double bound = norm(place - blocks_[b].middle) - blocks_[b].radius;
    if (bound < nearest_bound) nearest_bound = bound, nearest = b;
  }
  const auto look_at = [&](std::size_t b) {
    const std::size_t end = std::min((b + 1) * block_edges, edges_.size());
    for (std::size_t i = b * block_edges; i < end; ++i) {
      const Edge& e = edges_[i];
      const double d = dot(place, e.after) >= 0 && dot(place, e.before) >= 0 ? std::abs(dot(place, e.normal))
                                                                             : std::min(norm(place - e.from), norm(place - e.to));
      best = std::min(best, d);
    }
  };
  look_at(nearest);
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    if (b != nearest && norm(place - blocks_[b].middle) - blocks_[b].radius < best) look_at(b);
  }
  return best;
}

bool Region::contains(Vec3 place) const {
  if (edges_.empty()) return geo::surface_length_of_chord(norm(place - middle_)) < circle_radius_;
  if (norm(place - middle_) > radius_ + 30'000) return false;  // 30 km: the Earth's radius differs from the mean
  const Vec3 m = cross(outside_, place);
  bool inside = false;
  for (const Edge& e : edges_) {
    const bool from_right = dot(m, e.from) < 0, to_right = dot(m, e.to) < 0;
    if (from_right == to_right) continue;
    const bool outside_right = dot(e.normal, outside_) < 0, place_right = dot(e.normal, place) < 0;
    if (outside_right == place_right) continue;
    // On the near side of the Earth, not at the antipode of the crossing.
    if (place_right == from_right) inside = !inside;
  }
  return inside;
}

double Region::signed_distance(Vec3 place) const {
  const double d = boundary_distance(place);
  return contains(place) ? -d : d;
}

Path path_of(const geo::GroundMotion& motion, Duration horizon) {
  return {Geodesic(motion, to_seconds(horizon)), norm(motion.velocity)};
}

namespace {

// The signed distance beyond the margin is zero between `early`, where it is f_early, and `late`: narrowed to 10 ms.
// The straight line between both ends hits it in a few tries; every third try halves, so that no curve takes long.
template <class Beyond>
void narrow(const Beyond& beyond, double& early, double f_early, double& late, double f_late) {
  constexpr double close = 0.01, aside = 0.004;   // seconds
  for (int attempt = 1; late - early > close; ++attempt) {
    const double share = attempt % 3 == 0 ? 0.5 : f_early / (f_early - f_late);
    const double guess = std::clamp(early + share * (late - early), early + aside, late - aside);
    const double f = beyond(guess);
    if ((f < 0) == (f_early < 0)) {
      early = guess, f_early = f;
    } else {
      late = guess, f_late = f;
    }
  }
}

}  // namespace

std::vector<TimeSpan> times_within(const Region& region, const Path& path, Duration horizon, Length margin) {
  const double end = to_seconds(horizon), reach = margin.in(metres);
  std::vector<TimeSpan> spans;
  const auto beyond = [&](double t) { return region.signed_distance(path.place(t)) - reach; };
  double t = 0, f = beyond(0);
  bool within = f < 0;
  if (within) spans.push_back({0, end});
  while (t < end && path.speed > 0) {
    // Nothing changes before the path has gone the distance that is left; 1 % for the distance's error.
    const double least = t < 120 ? shortest_visit : shortest_visit_later;
    const double next = std::min(end, t + std::max(least, 0.99 * std::abs(f) / path.speed));
    const double f_before = f;
    f = beyond(next);
    if ((f < 0) != within) {
      double early = t, late = next;
      narrow(beyond, early, f_before, late, f);
      within = !within;
      if (within) {
        spans.push_back({late, end});
      } else {
        spans.back().to = late;
      }
    }
    t = next;
  }
  if (!spans.empty() && !(spans.back().from < spans.back().to)) spans.pop_back();
  return spans;
}

}  // namespace skypact::guard
