#include "line/notice_area.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"
#include "geo/vector.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

using geo::Vec3;
using guard::Region;

Error over(std::string message) { return Error{ErrorCode::over_limit, std::move(message)}; }

// --- box ---

constexpr double box_piece = 0.5;   // degrees of longitude

// The edge from one meridian to another along a parallel, without its last place. A geodesic between two places of one latitude
// lies nearer to the pole than the parallel. On the side of the box that faces the pole it is outside of it by itself; on the other
// side its ends are moved towards the equator until its middle is on the parallel. On a sphere tan of the middle's latitude is tan of
// the ends' over the cosine of half the longitudes between; a tenth more is far beyond what the flattening changes.
void add_parallel(Ring& ring, double latitude, double from, double to, bool faces_pole) {
  const auto pieces = static_cast<int>(std::ceil(std::abs(to - from) / box_piece));
  const auto sides = geo::sincos_degrees(latitude);
  const double half = geo::sincos_degrees((to - from) / pieces / 2).cos;
  const double bulge = geo::atan2_degrees(std::abs(sides.sin), sides.cos * half) - std::abs(latitude);
  const double moved = faces_pole ? latitude : latitude - (latitude < 0 ? -1 : 1) * (bulge * 1.1 + 3e-7);
  for (int k = 0; k < pieces; ++k) {
    double longitude = from + (to - from) * k / pieces;
    if (longitude > 180) longitude -= 360;
    ring.push_back(*geo::Position::from_degrees(moved, longitude));
  }
}

Result<Ring> outline_of(const NoticeBox& box) {
  const double south = box.south_west.lat_degrees(), north = box.north_east.lat_degrees();
  const double west = box.south_west.lon_degrees();
  double east = box.north_east.lon_degrees();
  if (east < west) east += 360;
  if (!(south < north)) return bad_input("south_west: its latitude must be below that of north_east");
  if (south < -NoticeLimits::box_latitude || north > NoticeLimits::box_latitude) {
    return bad_input(fmt::format("a box reaches from {} to {} degrees of latitude; nearer to a pole draw a circle or a polygon",
                                 -NoticeLimits::box_latitude, NoticeLimits::box_latitude));
  }
  if (!(west < east) || east - west > NoticeLimits::box_width) {
    return bad_input(fmt::format("a box goes eastward from south_west to north_east, over more than 0 and at most {} degrees of longitude; this one over {}",
                                 NoticeLimits::box_width, east - west));
  }
  Ring ring;
  add_parallel(ring, south, west, east, south < 0);
  ring.push_back(*geo::Position::from_degrees(ring.front().lat_degrees(), east > 180 ? east - 360 : east));
  const std::size_t northern = ring.size();
  add_parallel(ring, north, east, west, north > 0);
  ring.push_back(*geo::Position::from_degrees(ring[northern].lat_degrees(), west));
  return ring;
}

// --- corridor ---

constexpr double arc_step = 15;                // degrees between the tangents of a bend
constexpr double sharpest_inner_bend = 135;    // beyond, the meeting of two inner sides lies far behind
// Of the boundary beyond the half width: what it is drawn with, and what it must be proved to have. Distances from a region's
// boundary are within 0.1 %.
double drawn(double half_width) { return half_width * 1.01 + 10; }
double proved(double half_width) { return half_width * 1.002 + 1; }

struct Bend {
  geo::Position position;
  geo::LocalAxes axes;
  Vec3 place;
};

std::vector<Bend> bends_of(const std::vector<geo::Position>& line) {
  std::vector<Bend> bends;
  for (const geo::Position p : line) bends.push_back({p, geo::local_axes(p), geo::place_of(p)});
  return bends;
}

// The direction at `at` towards a place, a unit vector of its tangent plane.
Vec3 towards(const Bend& at, Vec3 place) {
  const Vec3 way = place - at.place;
  const Vec3 flat = way - at.axes.up * dot(way, at.axes.up);
  return flat * (1 / norm(flat));
}

geo::Position displaced(const Bend& from, Vec3 direction, double length) {
  const auto bearing = TrueBearing::degrees(geo::atan2_degrees(dot(direction, from.axes.east), dot(direction, from.axes.north)));
  constexpr double time = 3'600;
  return geo::position_after(geo::ground_motion(from.position, metres_per_second(length / time), bearing), from_seconds(time));
}

Vec3 turned_right(const Bend& at, Vec3 direction, double degrees) {
  const auto turn = geo::sincos_degrees(degrees);
  return direction * turn.cos + cross(direction, at.axes.up) * turn.sin;
}

// The ring on the left of the way along the line and back: around both ends, and around the outside of each bend, it is made of
// tangents of the circle with this radius; inside of a bend the two sides meet. Empty where they do so too far away.
Ring ring_around(const std::vector<Bend>& bends, double radius) {
  Ring ring;
  const std::size_t count = bends.size(), walk = 2 * (count - 1);
  const auto at = [&](std::size_t k) -> const Bend& { return bends[k % walk < count ? k % walk : walk - k % walk]; };
  for (std::size_t k = 0; k < walk; ++k) {
    const Bend& bend = at(k);
    const Vec3 in = -towards(bend, at(k + walk - 1).place), out = towards(bend, at(k + 1).place);
    const bool end = k == 0 || k == count - 1;
    // To the right; at an end all the way round.
    const double turn = end ? 180 : -geo::atan2_degrees(dot(cross(in, out), bend.axes.up), dot(in, out));
    const Vec3 left = cross(bend.axes.up, in);
    if (turn < -sharpest_inner_bend) return {};
    const int tangents = turn > 0 ? std::max(1, static_cast<int>(std::ceil(turn / arc_step))) : 1;
    const double step = turn / tangents;
    const double corner = radius / geo::sincos_degrees(step / 2).cos;
    for (int t = 0; t < tangents; ++t) ring.push_back(displaced(bend, turned_right(bend, left, (t + 0.5) * step), corner));
  }
  return ring;
}

// The smallest ring without inward bends around circles at each place of the line: in the plane that touches the Earth's sphere at
// the middle of the line, onto which great circles are projected as straight lines.
Ring hull_around(const std::vector<Bend>& bends, double radius) {
  Vec3 sum;
  for (const Bend& b : bends) sum = sum + b.place * (1 / norm(b.place));
  const Vec3 up = sum * (1 / norm(sum));
  const Vec3 across = std::abs(up.z) < 0.9 ? cross(Vec3{0, 0, 1}, up) : cross(Vec3{1, 0, 0}, up);
  const Vec3 x_axis = across * (1 / norm(across)), y_axis = cross(up, x_axis);
  struct Point {
    double x, y;
    geo::Position position;
  };
  std::vector<Point> points;
  const double corner = radius / geo::sincos_degrees(arc_step / 2).cos;
  for (const Bend& bend : bends) {
    for (double angle = 0; angle < 360; angle += arc_step) {
      const geo::Position position = displaced(bend, turned_right(bend, bend.axes.north, angle), corner);
      const Vec3 place = geo::place_of(position);
      const double height = dot(place, up);
      if (!(height > 0)) return {};
      points.push_back({dot(place, x_axis) / height, dot(place, y_axis) / height, position});
    }
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  std::vector<Point> hull;
  const auto add = [&hull](const Point& p, std::size_t keep) {
    const auto left_turn = [&] {
      const Point &a = hull[hull.size() - 2], &b = hull.back();
      return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 1e-14;
    };
    while (hull.size() > keep && !left_turn()) hull.pop_back();
    hull.push_back(p);
  };
  for (const Point& p : points) add(p, 1);
  const std::size_t lower = hull.size();
  for (auto p = points.rbegin() + 1; p != points.rend(); ++p) add(*p, lower);
  hull.pop_back();
  Ring ring;
  for (const Point& p : hull) ring.push_back(p.position);
  return ring;
}

// A short part of the line, in a plane through the Earth's centre.
struct Piece {
  Vec3 from, to, normal;   // the normal is a unit vector
};

std::vector<Piece> pieces_of(const std::vector<geo::Position>& line) {
  std::vector<Piece> pieces;
  for (std::size_t leg = 1; leg < line.size(); ++leg) {
    const auto places = guard::geodesic_places(line[leg - 1], line[leg]);
    for (std::size_t k = 1; k < places.size(); ++k) {
      const Vec3 normal = cross(places[k - 1], places[k]);
      pieces.push_back({places[k - 1], places[k], normal * (1 / norm(normal))});
    }
  }
  return pieces;
}

double distance_from(const Piece& piece, Vec3 place) {
  const bool beside = dot(place, cross(piece.normal, piece.from)) >= 0 && dot(place, cross(piece.to, piece.normal)) >= 0;
  return beside ? std::abs(dot(place, piece.normal)) : std::min(norm(place - piece.from), norm(place - piece.to));
}

// Do they cross or touch? The part of the boundary is short, so that both are on the near side of the Earth.
bool cross_each_other(const Piece& piece, Vec3 from, Vec3 to) {
  const Vec3 normal = cross(from, to);
  const bool ends_apart = (dot(piece.normal, from) > 0) != (dot(piece.normal, to) > 0);
  return ends_apart && (dot(normal, piece.from) > 0) != (dot(normal, piece.to) > 0);
}

// Is all within `clearance` metres of the line inside? It is where the line is inside and its boundary nowhere so near. Of two arcs that do
// not cross, an end of the one or of the other is where they are nearest.
bool holds_line(const Region& region, const std::vector<Piece>& pieces, double clearance) {
  if (!region.contains(pieces.front().from)) return false;
  const auto clear = [&](Vec3 place) { return region.boundary_distance(place) > clearance; };
  if (!clear(pieces.front().from)) return false;
  const std::vector<Vec3> boundary = region.places();
  for (const Piece& piece : pieces) {
    if (!clear(piece.to)) return false;
    const Vec3 middle = (piece.from + piece.to) * 0.5;
    // Farther from the middle than this, by the length of both, nothing is near. 100 m for the arcs' bulges.
    const double half = norm(piece.to - piece.from) * 0.5 + clearance + 100;
    for (std::size_t k = 0; k < boundary.size(); ++k) {
      const Vec3 from = boundary[k], to = boundary[k + 1 == boundary.size() ? 0 : k + 1];
      if (norm(from - middle) > half + norm(to - from)) continue;
      if (distance_from(piece, from) <= clearance || cross_each_other(piece, from, to)) return false;
    }
  }
  return true;
}

Result<Ring> outline_of(const NoticeCorridor& corridor) {
  const auto& line = corridor.line;
  if (line.size() < 2) return bad_input("line: has fewer than two places");
  if (line.size() > NoticeLimits::line) {
    return over(fmt::format("line: has {} places; at most {} are taken", line.size(), NoticeLimits::line));
  }
  if (!(corridor.half_width >= NoticeLimits::smallest) || corridor.half_width > NoticeLimits::half_width) {
    return bad_input(fmt::format("half_width: must be from {} to {}", pact::length_text(NoticeLimits::smallest), pact::length_text(NoticeLimits::half_width)));
  }
  double length = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double leg = norm(geo::place_of(line[i]) - geo::place_of(line[i - 1]));
    if (leg < NoticeLimits::shortest_leg.in(metres)) {
      return bad_input(fmt::format("line[{}]: is less than {} from the place before it", i, pact::length_text(NoticeLimits::shortest_leg)));
    }
    length += leg;
    if (length > NoticeLimits::line_length.in(metres)) {
      return over(fmt::format("line: is longer than {:.0f} NM; give it in several notices", NoticeLimits::line_length.in(nautical_miles)));
    }
  }
  const double half_width = corridor.half_width.in(metres);
  const std::vector<Bend> bends = bends_of(line);
  const std::vector<Piece> pieces = pieces_of(line);
  const auto good = [&](const Ring& ring) {
    if (ring.empty()) return false;
    const auto region = Region::polygon(ring);
    return region && holds_line(*region, pieces, proved(half_width));
  };
  if (Ring ring = ring_around(bends, drawn(half_width)); good(ring)) return ring;
  // The flattening may take a little from a hull over a long way; then a wider one is drawn.
  for (const double wider : {1.0, 1.05, 1.25}) {
    if (Ring ring = hull_around(bends, drawn(half_width) * wider); good(ring)) return ring;
  }
  return bad_input("line: no outline could be drawn around it; give it in several notices, each with fewer bends");
}

Result<Ring> outline_of(const Ring& ring) {
  if (ring.size() > NoticeLimits::vertices) {
    return over(fmt::format("outline: has {} vertices; at most {} are taken", ring.size(), NoticeLimits::vertices));
  }
  if (auto region = Region::polygon(ring); !region) return std::move(region).error().within("outline");
  return ring;
}

struct MakeArea {
  Result<NoticeArea> operator()(const NoticeCircle& circle) const {
    if (!(circle.radius >= NoticeLimits::smallest)) {
      return bad_input(fmt::format("radius: must be at least {}", pact::length_text(NoticeLimits::smallest)));
    }
    if (auto region = Region::circle(circle.centre, circle.radius); !region) return std::move(region).error().within("radius");
    return NoticeArea{{}, circle.centre, circle.radius};
  }
  Result<NoticeArea> operator()(const NoticeBox& box) const { return made(outline_of(box)); }
  Result<NoticeArea> operator()(const NoticeCorridor& corridor) const { return made(outline_of(corridor)); }
  Result<NoticeArea> operator()(const NoticePolygon& polygon) const { return made(outline_of(polygon.outline)); }
  Result<NoticeArea> operator()(const NoticeBlock& block) const { return made(outline_of(block.outline)); }

  static Result<NoticeArea> made(Result<Ring> ring) {
    if (!ring) return std::move(ring).error();
    const auto region = Region::polygon(*ring);
    if (!region) return region.error();
    if (region->radius() > NoticeLimits::reach.in(metres)) {
      return over(fmt::format("reaches {:.0f} NM from its middle; at most {:.0f} NM are taken", region->radius() / 1852, NoticeLimits::reach.in(nautical_miles)));
    }
    return NoticeArea{std::move(*ring), std::nullopt, {}};
  }
};

}  // namespace

Result<NoticeArea> area_of(const NoticeGeometry& geometry) { return std::visit(MakeArea{}, geometry); }

Result<Region> region_of(const NoticeArea& area) { return area.centre ? Region::circle(*area.centre, area.radius) : Region::polygon(area.outline); }

ZoneRule rule_of(NoticeKind kind) { return is_dangerous(kind) ? ZoneRule::keep_clear : ZoneRule::caution; }

std::string zone_id_of(const Notice& notice, std::string_view party) { return fmt::format("notice:{}:{}", party, to_string(notice.number)); }

Zone volume_of(const Notice& n, std::string_view party, PartyId issuer) {
  auto area = area_of(n.geometry);
  SKYPACT_CHECK(area.has_value());
  Zone zone;
  zone.id = zone_id_of(n, party);
  zone.name = fmt::format("{} {}: {} ({})", party, to_string(n.number), to_string(n.kind), n.activity);
  zone.rule = rule_of(n.kind);
  zone.outline = std::move(area->outline);
  zone.centre = area->centre;
  zone.radius = area->radius;
  zone.floor = n.floor.reference == VerticalLimit::Reference::above_ground ? VerticalLimit{VerticalLimit::Reference::surface, {}} : n.floor;
  zone.ceiling = n.ceiling;
  // Above the highest ground, said as what it is judged as.
  if (n.ceiling.reference == VerticalLimit::Reference::above_ground) zone.ceiling = {VerticalLimit::Reference::mean_sea_level, *n.highest_ground + n.ceiling.height};
  zone.active = n.spans;
  if (issuer != unknown_party) zone.exempt.push_back(issuer);
  zone.source = fmt::format("notice {} {} revision {}", party, to_string(n.number), n.revision);
  return zone;
}

std::optional<Zone> zone_of(const Notice& notice, std::string_view party, PartyId issuer) {
  if (notice.state == NoticeState::cancelled || notice.exercise) return std::nullopt;
  return volume_of(notice, party, issuer);
}

}  // namespace skypact::line
