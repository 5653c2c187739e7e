#include "track/interference.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "geo/ellipsoid.h"
#include "track/cells.h"

namespace skypact::track {
namespace {

class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  // The smaller index becomes the root, so that the result does not depend on the order of joining.
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

double distance(geo::Vec3 a, geo::Vec3 b) { return geo::norm(a - b); }

// Reduces a finding's evidence to its area: centre, circle and hull.
void outline(InterferenceFinding& finding, const std::vector<geo::Position>& places) {
  geo::Vec3 middle;
  std::vector<geo::Vec3> points;
  points.reserve(places.size());
  for (const auto place : places) {
    points.push_back(geo::place_of(place));
    middle = middle + points.back() * (1.0 / static_cast<double>(places.size()));
  }
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (distance(points[i], middle) < distance(points[nearest], middle)) nearest = i;
  }
  finding.centre = places[nearest];
  double radius = 0;
  for (const auto& point : points) radius = std::max(radius, distance(point, points[nearest]));
  finding.radius = metres(radius);
  finding.area = convex_hull(places, finding.centre);
}

}  // namespace

std::vector<std::vector<std::size_t>> group_evidence(std::span<const Evidence> evidence, Length reach) {
  std::vector<geo::Vec3> places;
  places.reserve(evidence.size());
  for (const auto& e : evidence) places.push_back(geo::place_of(e.place));

  Groups groups(evidence.size());
  // Cells whose diagonal is the reach: what shares a cell is one group without comparing, so a crowd costs no
  // more than a line of aircraft.
  const double r = reach.in(metres);
  const double cell = r / std::sqrt(3.0);
  const CellIndex index(places, cell);
  index.for_each_cell([&](std::span<const std::uint32_t> members) {
    for (const auto m : members) groups.join(members.front(), m);
  });
  index.for_each_neighbouring_cells(2, [&](std::span<const std::uint32_t> one, std::span<const std::uint32_t> other) {
    if (groups.root(one.front()) == groups.root(other.front())) return;
    for (const auto i : one) {
      for (const auto j : other) {
        if (distance(places[i], places[j]) <= r) {
          groups.join(i, j);
          return;  // the cells are one group now
        }
      }
    }
  });

  std::vector<std::vector<std::size_t>> result;
  std::vector<std::size_t> position_of_root(evidence.size(), evidence.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const std::size_t root = groups.root(i);
    if (position_of_root[root] == evidence.size()) {
      position_of_root[root] = result.size();
      result.emplace_back();
    }
    result[position_of_root[root]].push_back(i);
  }
  return result;
}

std::vector<geo::Position> convex_hull(std::span<const geo::Position> places, geo::Position centre) {
  struct Point {
    double x, y;
    geo::Position place;
  };
  const geo::LocalAxes axes = geo::local_axes(centre);
  const geo::Vec3 origin = geo::place_of(centre);
  std::vector<Point> points;
  points.reserve(places.size());
  for (const auto place : places) {
    const geo::Vec3 d = geo::place_of(place) - origin;
    points.push_back({geo::dot(d, axes.east), geo::dot(d, axes.north), place});
  }
  const auto before = [](const Point& a, const Point& b) { return std::tie(a.x, a.y, a.place) < std::tie(b.x, b.y, b.place); };
  std::sort(points.begin(), points.end(), before);
  points.erase(std::unique(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }),
               points.end());
  if (points.size() < 3) {
    std::vector<geo::Position> few;
    for (const auto& p : points) few.push_back(p.place);
    return few;
  }
  // Monotone chain (A. M. Andrew, Information Processing Letters 9, 1979).
  const auto left_turn = [](const Point& o, const Point& a, const Point& b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x) > 0;
  };
  std::vector<Point> hull;
  const auto add = [&](const Point& p, std::size_t floor) {
    while (hull.size() >= floor + 2 && !left_turn(hull[hull.size() - 2], hull.back(), p)) hull.pop_back();
    hull.push_back(p);
  };
  for (const auto& p : points) add(p, 0);
  const std::size_t lower = hull.size() - 1;
  for (auto p = points.rbegin() + 1; p != points.rend(); ++p) add(*p, lower);
  hull.pop_back();  // the first point again

  std::vector<geo::Position> vertices;
  for (const auto& p : hull) vertices.push_back(p.place);
  return vertices;
}

void InterferenceWatch::add(const Evidence& evidence) {
  if (evidence_.size() >= max_evidence) evidence_.erase(evidence_.begin(), evidence_.begin() + max_evidence / 4);
  evidence_.push_back(evidence);
}

void InterferenceWatch::shift(Duration step) {
  for (auto& e : evidence_) e.at += step;
  for (auto& f : findings_) {
    f.since += step;
    f.last += step;
  }
}

void InterferenceWatch::advance(Time now, std::span<const geo::Position> located, const TrackOptions& options) {
  std::erase_if(evidence_, [&](const Evidence& e) { return now - e.at > options.interference_window; });
  if (evidence_.empty()) {
    findings_.clear();
    return;
  }

  std::vector<InterferenceFinding> found;
  std::vector<geo::Vec3> located_places;  // made when first needed
  for (const auto& group : group_evidence(evidence_, options.interference_reach)) {
    InterferenceFinding finding;
    std::vector<geo::Position> places;
    std::vector<TrackId> jumped, collapsed;
    finding.since = finding.last = evidence_[group.front()].at;
    for (const auto i : group) {
      const Evidence& e = evidence_[i];
      places.push_back(e.place);
      finding.since = std::min(finding.since, e.at);
      finding.last = std::max(finding.last, e.at);
      (e.kind == EvidenceKind::position_jump ? jumped : collapsed).push_back(e.track);
      finding.tracks.push_back(e.track);
    }
    const auto distinct = [](std::vector<TrackId>& ids) {
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      return ids.size();
    };
    finding.jumped = distinct(jumped);
    finding.collapsed = distinct(collapsed);
    const std::size_t affected = distinct(finding.tracks);
    if (affected < options.interference_least) continue;
    outline(finding, places);
    if (affected < options.interference_tracks) {
      if (located_places.empty()) {
        for (const auto p : located) located_places.push_back(geo::place_of(p));
      }
      const geo::Vec3 centre = geo::place_of(finding.centre);
      const double around = std::max(finding.radius, (1.0 / 3) * options.interference_reach).in(metres);
      const auto inside = static_cast<std::size_t>(
          std::count_if(located_places.begin(), located_places.end(), [&](const auto& p) { return distance(p, centre) <= around; }));
      if (inside < options.interference_tracks) continue;
      if (static_cast<double>(affected) < options.interference_share * static_cast<double>(inside)) continue;
    }
    found.push_back(std::move(finding));
  }

  // An episode goes on in the finding that shares a track with it or overlaps its circle; the older one first.
  std::vector<bool> taken(findings_.size(), false);
  for (auto& finding : found) {
    for (std::size_t i = 0; i < findings_.size() && finding.episode == 0; ++i) {
      const auto& old = findings_[i];
      if (taken[i]) continue;
      const double apart = distance(geo::place_of(old.centre), geo::place_of(finding.centre));
      if (apart <= (old.radius + finding.radius + options.interference_reach).in(metres)) {
        taken[i] = true;
        finding.episode = old.episode;
        finding.since = std::min(finding.since, old.since);
      }
    }
    if (finding.episode == 0) finding.episode = next_episode_++;
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.episode < b.episode; });
  findings_ = std::move(found);
}

}  // namespace skypact::track
