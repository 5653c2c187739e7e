#include "plan/ring.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <set>
#include <vector>

namespace skypact::plan {
namespace {

Point end_of(std::span<const Point> ring, std::size_t segment) { return ring[segment + 1 < ring.size() ? segment + 1 : 0]; }

bool opposite(double a, double b) { return (a < 0) != (b < 0); }

bool segments_touch(std::span<const Point> ring, std::size_t i, std::size_t j) {
  const std::size_t n = ring.size();
  const Point a = ring[i], b = end_of(ring, i), c = ring[j], d = end_of(ring, j);
  if ((i + 1) % n == j) return distance_to_segment(a, c, d) <= touching || distance_to_segment(d, a, b) <= touching;
  if ((j + 1) % n == i) return distance_to_segment(c, a, b) <= touching || distance_to_segment(b, c, d) <= touching;
  const double margin = touching;
  if (std::max(a.x, b.x) + margin < std::min(c.x, d.x) || std::max(c.x, d.x) + margin < std::min(a.x, b.x) ||
      std::max(a.y, b.y) + margin < std::min(c.y, d.y) || std::max(c.y, d.y) + margin < std::min(a.y, b.y)) {
    return false;
  }
  if (opposite(cross(b - a, c - a), cross(b - a, d - a)) && opposite(cross(d - c, a - c), cross(d - c, b - c))) return true;
  return std::min({distance_to_segment(a, c, d), distance_to_segment(b, c, d), distance_to_segment(c, a, b),
                   distance_to_segment(d, a, b)}) <= touching;
}

Touch in_order(std::size_t i, std::size_t j) { return {std::min(i, j), std::max(i, j)}; }

bool before(Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; }

// The line sweeps to the right, over x and, where that is the same, over y. `status_` holds the segments that it cuts, from below to
// above; two that touch have been neighbours in it before, and neighbours are looked at whenever two become so.
//
// As long as no two touch, no comparison is of places nearer than `touching`, which rounding cannot confuse; where two do, they are
// found as neighbours, in whatever order they stand.
class Sweep {
 public:
  explicit Sweep(std::span<const Point> ring) : ring_(ring), status_(Below{this}) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point a = ring[i], b = end_of(ring, i);
      segments_.push_back(before(a, b) ? Segment{a, b} : Segment{b, a});
    }
  }

  std::optional<Touch> run() {
    std::vector<std::set<std::size_t, Below>::iterator> places(segments_.size());
    for (const Event& event : events()) {
      if (event.begins) {
        places[event.segment] = status_.insert(event.segment).first;
        if (auto touch = with_neighbours(places[event.segment])) return touch;
      } else {
        const auto after = status_.erase(places[event.segment]);
        if (after == status_.begin() || after == status_.end()) continue;
        if (auto touch = of(*std::prev(after), *after)) return touch;
      }
    }
    return std::nullopt;
  }

 private:
  struct Segment {
    Point left, right;
  };
  struct Event {
    Point at;
    bool begins = false;
    std::size_t segment = 0;
  };
  struct Below {
    const Sweep* sweep;
    bool operator()(std::size_t a, std::size_t b) const { return sweep->below(a, b); }
  };

  // Segments end a little late, so that one that begins where another ends, or beside it, meets it.
  std::vector<Event> events() const {
    std::vector<Event> events;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      events.push_back({segments_[i].left, true, i});
      events.push_back({{segments_[i].right.x + 2 * touching, segments_[i].right.y}, false, i});
    }
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      return a.at == b.at ? a.segment < b.segment : before(a.at, b.at);
    });
    return events;
  }

  bool below(std::size_t a, std::size_t b) const {
    if (a == b) return false;
    const Point la = segments_[a].left, lb = segments_[b].left;
    if (la == lb ? b < a : before(lb, la)) return !earlier_is_below(b, a);
    return earlier_is_below(a, b);
  }

  // Of two that the line cuts, `a` began first: is it below the place where b begins?
  bool earlier_is_below(std::size_t a, std::size_t b) const {
    const Segment &s = segments_[a], &t = segments_[b];
    if (t.left.x >= s.right.x && !(t.left == s.right)) return s.right.y < t.left.y;   // s has ended
    const Point way = s.right - s.left;
    const double side = cross(way, t.left - s.left);
    return (side != 0 ? side : cross(way, t.right - s.left)) > 0;
  }

  std::optional<Touch> of(std::size_t a, std::size_t b) const {
    return segments_touch(ring_, a, b) ? std::optional(in_order(a, b)) : std::nullopt;
  }

  std::optional<Touch> with_neighbours(std::set<std::size_t, Below>::iterator place) const {
    if (place != status_.begin()) {
      if (auto touch = of(*std::prev(place), *place)) return touch;
    }
    const auto above = std::next(place);
    return above != status_.end() ? of(*place, *above) : std::nullopt;
  }

  std::span<const Point> ring_;
  std::vector<Segment> segments_;
  std::set<std::size_t, Below> status_;
};

}  // namespace

double distance_to_segment(Point p, Point from, Point to) {
  const Point way = to - from, off = p - from;
  const double squared = dot(way, way);
  const double share = squared > 0 ? std::clamp(dot(off, way) / squared, 0.0, 1.0) : 0;
  const Point left = off - way * share;
  return std::sqrt(dot(left, left));
}

double signed_area(std::span<const Point> ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) twice += cross(ring[i] - ring[0], end_of(ring, i) - ring[0]);
  return twice / 2;
}

std::optional<Touch> self_touch_of_all_pairs(std::span<const Point> ring) {
  for (std::size_t i = 0; i < ring.size(); ++i) {
    for (std::size_t j = i + 1; j < ring.size(); ++j) {
      if (segments_touch(ring, i, j)) return Touch{i, j};
    }
  }
  return std::nullopt;
}

std::optional<Touch> self_touch(std::span<const Point> ring) {
  return ring.size() <= few_segments ? self_touch_of_all_pairs(ring) : Sweep(ring).run();
}

}  // namespace skypact::plan
