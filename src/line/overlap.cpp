#include "line/overlap.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "geo/ellipsoid.h"
#include "geo/vector.h"

namespace skypact::line {
namespace {

using geo::Vec3;
using guard::Region;
using Reference = VerticalLimit::Reference;

// A place in the area is no farther from the ball's middle than this: the ball holds the edges, and the ground within them is higher or
// lower than they are by less than 0.8 % of its radius (guard/zones.cpp).
double reach_of(const Region& region) { return region.radius() * 1.01 + 50; }

// Distances from a boundary are within 0.1 %.
constexpr double distance_error = 1.002;

// A floor or ceiling as an aircraft's altitude, to be compared with another limit.
track::VerticalPosition as_altitude(const VerticalLimit& limit, Height ground, geo::Position place) {
  track::VerticalPosition v;
  v.place = place;
  switch (limit.reference) {
    case Reference::surface:
    case Reference::unlimited: break;
    case Reference::above_ground: v.sea_level = MeanSeaLevelAltitude(ground + limit.height); break;
    case Reference::mean_sea_level: v.sea_level = MeanSeaLevelAltitude(limit.height); break;
    case Reference::ellipsoid: v.ellipsoid = EllipsoidAltitude(limit.height); break;
    case Reference::pressure: v.pressure = PressureAltitude(limit.height); break;
  }
  return v;
}

enum class Heights : std::uint8_t { apart, meet, unknown };

// Of a zone whose ceiling may be below the floor of another. A ceiling is not part of the zone, a floor is.
Heights below(const Zone& lower, const Zone& upper, geo::Position place, const track::VerticalReference& reference) {
  if (lower.ceiling.reference == Reference::unlimited || upper.floor.reference == Reference::surface) return Heights::meet;
  const auto ceiling = as_altitude(lower.ceiling, lower.ground_elevation, place);
  const auto d = track::vertical_difference(ceiling, upper.floor, upper.ground_elevation, reference);
  if (!d) return Heights::unknown;
  return d->value + d->error_bound <= Height{} ? Heights::apart : Heights::meet;
}

}  // namespace

std::optional<Volume> volume(const Zone& zone) {
  auto region = zone.centre ? Region::circle(*zone.centre, zone.radius) : Region::polygon(zone.outline);
  if (!region) return std::nullopt;
  return Volume{&zone, std::move(*region)};
}

bool areas_meet(const Region& one, const Region& other, Length margin_given) {
  const double margin = (margin_given + touching).in(metres) * distance_error;
  if (norm(one.middle() - other.middle()) > reach_of(one) + reach_of(other) + margin) return false;
  // The one with fewer places is asked about the other, so that the answer does not depend on which was named first.
  std::vector<Vec3> way = one.places(), others_places = other.places();
  const auto key = [](const Region& r, const std::vector<Vec3>& places) { return std::tuple(places.size(), r.radius(), r.middle().x, r.middle().y, r.middle().z); };
  const bool swap = key(other, others_places) < key(one, way);
  if (swap) std::swap(way, others_places);
  const Region &mine = swap ? other : one, &theirs = swap ? one : other;
  // Of a circle, all is said by the distance of its middle.
  if (way.empty()) return theirs.signed_distance(mine.middle()) <= (mine.radius() + margin) * distance_error;
  if (theirs.contains(way.front()) || mine.contains(others_places.front())) return true;
  // Neither's first place is in the other. Then they meet only where their boundaries do: of the way along one of them, as much is
  // passed at once as the other is away.
  for (std::size_t k = 0; k < way.size(); ++k) {
    const Vec3 a = way[k], b = way[(k + 1) % way.size()];
    const double length = norm(b - a);
    for (double s = 0; s < length;) {
      const double part = s / length;
      const Vec3 chord = a + (b - a) * part;
      const Vec3 place = chord * ((norm(a) + (norm(b) - norm(a)) * part) / norm(chord));
      const double left = theirs.boundary_distance(place) - margin;
      if (left <= 0) return true;
      // The last 25 m need not be found to the millimetre.
      s += std::max(left, touching.in(metres) / 2) * 0.99;
    }
  }
  return false;
}

std::optional<Interval<Time>> common_time(const std::vector<Interval<Time>>& one, const std::vector<Interval<Time>>& other, Time now) {
  static const std::vector<Interval<Time>> ever{always};
  std::optional<Interval<Time>> first;
  for (const auto& a : one.empty() ? ever : one) {
    for (const auto& b : other.empty() ? ever : other) {
      const Interval<Time> common{std::max({a.from, b.from, now}), std::min(a.to, b.to)};
      if (!common.empty() && (!first || common.from < first->from)) first = common;
    }
  }
  return first;
}

std::optional<Overlap> overlap(const Volume& one, const Volume& other, Time now, const track::VerticalReference& reference) {
  const auto common = common_time(one.zone->active, other.zone->active, now);
  if (!common) return std::nullopt;
  const geo::Position place = geo::position_of(one.region.middle());
  const std::array heights{below(*one.zone, *other.zone, place, reference), below(*other.zone, *one.zone, place, reference)};
  if (std::find(heights.begin(), heights.end(), Heights::apart) != heights.end()) return std::nullopt;
  if (!areas_meet(one.region, other.region, one.zone->buffer + other.zone->buffer)) return std::nullopt;
  return Overlap{*common, std::find(heights.begin(), heights.end(), Heights::unknown) != heights.end()};
}

}  // namespace skypact::line
