#include "distress/help.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "distress/assessment.h"
#include "geo/ellipsoid.h"

namespace skypact::distress {
namespace {

double speed_of(const Helper& helper) {
  const Speed speed = helper.velocity ? std::max(helper.velocity->speed, least_helper_speed) : least_helper_speed;
  return speed.in(metres_per_second);
}

bool can_help(const Helper& helper) { return !helper.on_ground && !helper.in_distress && helper.position_age <= HelpLimits::oldest_position; }

HelperFound found_of(const Helper& helper, geo::Position place) {
  const auto [range, bearing] = geo::range_and_bearing(helper.position, place);
  double turn = 0;
  if (helper.velocity) {
    turn = std::abs(bearing.in_degrees() - helper.velocity->track.in_degrees());
    if (turn > 180) turn = 360 - turn;
  }
  const double needed = range.in(metres) / speed_of(helper) + turn / turn_rate_deg_per_s;
  return {helper, range, bearing, std::chrono::round<milliseconds>(from_seconds(needed))};
}

// Keeps the `most` smallest of what is offered; the greatest of them is on top of the heap.
template <class T>
void offer(std::vector<T>& heap, T one, std::size_t most) {
  if (heap.size() < most) {
    heap.push_back(std::move(one));
    std::push_heap(heap.begin(), heap.end());
  } else if (one < heap.front()) {
    std::pop_heap(heap.begin(), heap.end());
    heap.back() = std::move(one);
    std::push_heap(heap.begin(), heap.end());
  }
}

// No range that range_and_bearing gives is shorter: the chord is the shortest way, and the display's is off by 0.6 % at most.
double least_range_m(geo::Vec3 from, geo::Vec3 to) { return 0.99 * geo::norm(from - to); }

}  // namespace

bool operator<(const HelperFound& a, const HelperFound& b) { return std::tie(a.time, a.distance, a.helper.name) < std::tie(b.time, b.distance, b.helper.name); }
bool operator<(const AirfieldFound& a, const AirfieldFound& b) { return std::tie(a.distance, a.airfield.id) < std::tie(b.distance, b.airfield.id); }

std::vector<HelperFound> soonest_helpers(std::span<const Helper> aircraft, geo::Position place) {
  const geo::Vec3 there = geo::place_of(place);
  std::vector<HelperFound> heap;
  for (const Helper& helper : aircraft) {
    if (!can_help(helper)) continue;
    if (heap.size() == HelpLimits::helpers) {
      const double at_least = least_range_m(geo::place_of(helper.position), there) / speed_of(helper);
      if (at_least > to_seconds(heap.front().time) + 1) continue;
    }
    offer(heap, found_of(helper, place), HelpLimits::helpers);
  }
  std::sort_heap(heap.begin(), heap.end());
  return heap;
}

std::vector<AirfieldFound> nearest_airfields(std::span<const Airfield> airfields, geo::Position place, Length shortest_runway) {
  const geo::Vec3 here = geo::place_of(place);
  std::vector<AirfieldFound> heap;
  for (const Airfield& airfield : airfields) {
    if (airfield.longest_runway < shortest_runway) continue;
    if (heap.size() == HelpLimits::airfields && least_range_m(here, geo::place_of(airfield.position)) > heap.front().distance.in(metres)) continue;
    const auto [range, bearing] = geo::range_and_bearing(place, airfield.position);
    offer(heap, AirfieldFound{airfield, range, bearing}, HelpLimits::airfields);
  }
  std::sort_heap(heap.begin(), heap.end());
  return heap;
}

std::optional<KeepClearCircle> keep_clear_circle(const Case& c, const Telling& telling, Time now) {
  const PlaceHeard* last = last_known(c);
  if (last == nullptr) return std::nullopt;
  const bool all_exact = std::all_of(telling.lines.begin(), telling.lines.end(), [](const TellingLine& line) { return is_exact(line.ground); });
  KeepClearCircle circle;
  Length radius;
  if (all_exact && !last->place.coarse) {
    const PlaceNow place = place_now(*last, now);
    circle.centre = place.position;
    radius = place.uncertainty;
  } else {
    if (!c.coarse) return std::nullopt;
    const CoarseArea area = area_of(c.coarse->cell, last->place.coarse ? Length{} : last->place.uncertainty);
    circle.centre = area.centre;
    circle.coarse = true;
    radius = area.radius;
  }
  circle.radius = nautical_miles(std::ceil((radius + keep_clear_margin).in(nautical_miles)));
  if (circle.radius > largest_keep_clear) return std::nullopt;
  return circle;
}

}  // namespace skypact::distress
