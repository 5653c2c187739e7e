#include "line/gazetteer.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "line/embedded.h"

namespace skypact::line {
namespace {

constexpr std::array<std::string_view, 7> type_words{"unknown", "large_airport", "medium_airport", "small_airport", "heliport", "seaplane_base", "balloonport"};

// A total order, so that the order of the file decides nothing.
auto key_of(const Place& p) {
  static const Airfield none;
  const Airfield& a = p.airfield ? *p.airfield : none;
  return std::tuple(std::string_view(p.code), std::string_view(p.name), p.position, std::string_view(p.country), p.airfield.has_value(), a.type,
                    std::string_view(a.icao), a.elevation, a.longest_runway);
}

double along(geo::Vec3 v, int axis) { return axis == 0 ? v.x : axis == 1 ? v.y : v.z; }

double squared_distance(geo::Vec3 a, geo::Vec3 b) {
  const geo::Vec3 d = a - b;
  return dot(d, d);
}

bool fits(const Place& place, const NearestOptions& options) {
  if (options.least_runway > metres(0)) return place.airfield && place.airfield->longest_runway && *place.airfield->longest_runway >= options.least_runway;
  return !options.airfields_only || place.airfield.has_value();
}

}  // namespace

std::string_view to_string(AirfieldType type) { return type_words[static_cast<std::size_t>(type)]; }

// The best found so far, as a heap whose first is the worst.
struct Gazetteer::Search {
  const NearestOptions& options;
  geo::Vec3 at;
  std::size_t count;
  double farthest2;                                  // squared straight-line distance beyond which nothing counts
  std::vector<std::pair<double, std::uint32_t>> found{};

  [[nodiscard]] double reach2() const { return found.size() < count ? farthest2 : found.front().first; }
};

Gazetteer::Gazetteer(std::vector<Place> places) : places_(std::move(places)) {
  SKYPACT_CHECK(places_.size() <= GazetteerLimits::places);
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) { return key_of(a) < key_of(b); });
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  nodes_.reserve(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) nodes_.push_back({geo::place_of(places_[i].position), static_cast<std::uint32_t>(i), 0});
  build(0, nodes_.size());
}

void Gazetteer::build(std::size_t from, std::size_t to) {
  if (to - from < 2) return;
  geo::Vec3 low = nodes_[from].at, high = low;
  for (std::size_t i = from + 1; i < to; ++i) {
    const geo::Vec3 v = nodes_[i].at;
    low = {std::min(low.x, v.x), std::min(low.y, v.y), std::min(low.z, v.z)};
    high = {std::max(high.x, v.x), std::max(high.y, v.y), std::max(high.z, v.z)};
  }
  const geo::Vec3 size = high - low;
  const int axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2;
  const auto begin = nodes_.begin() + static_cast<std::ptrdiff_t>(from), end = nodes_.begin() + static_cast<std::ptrdiff_t>(to);
  const std::size_t middle = from + (to - from) / 2;
  std::nth_element(begin, nodes_.begin() + static_cast<std::ptrdiff_t>(middle), end,
                   [axis](const Node& a, const Node& b) { return std::pair(along(a.at, axis), a.place) < std::pair(along(b.at, axis), b.place); });
  nodes_[middle].axis = static_cast<std::uint8_t>(axis);
  build(from, middle);
  build(middle + 1, to);
}

void Gazetteer::search(Search& search, std::size_t from, std::size_t to) const {
  if (from >= to) return;
  const std::size_t middle = from + (to - from) / 2;
  const Node& node = nodes_[middle];
  if (fits(places_[node.place], search.options)) {
    const std::pair candidate(squared_distance(node.at, search.at), node.place);
    if (candidate.first <= search.farthest2 && (search.found.size() < search.count || candidate < search.found.front())) {
      if (search.found.size() == search.count) {
        std::pop_heap(search.found.begin(), search.found.end());
        search.found.pop_back();
      }
      search.found.push_back(candidate);
      std::push_heap(search.found.begin(), search.found.end());
    }
  }
  const double beyond = along(search.at, node.axis) - along(node.at, node.axis);
  const bool low_first = beyond < 0;
  if (low_first) {
    this->search(search, from, middle);
  } else {
    this->search(search, middle + 1, to);
  }
  // Equal distances are kept apart by the places' order, so the other side is left out only where it is farther.
  if (beyond * beyond > search.reach2()) return;
  if (low_first) {
    this->search(search, middle + 1, to);
  } else {
    this->search(search, from, middle);
  }
}

std::vector<NearPlace> Gazetteer::nearest(geo::Position position, const NearestOptions& options) const {
  SKYPACT_CHECK(options.count <= GazetteerLimits::answers);
  const Length within = std::min(options.within, GazetteerLimits::farthest);
  if (options.count == 0 || within < metres(0)) return {};
  // A straight line through the Earth is never longer than the way along its surface.
  Search search{options, geo::place_of(position), options.count, within.in(metres) * within.in(metres)};
  this->search(search, 0, nodes_.size());
  std::sort(search.found.begin(), search.found.end());
  std::vector<NearPlace> near;
  for (const auto& [distance2, index] : search.found) {
    const Place& place = places_[index];
    const geo::RangeAndBearing line = geo::range_and_bearing(place.position, position);
    if (line.range <= within) near.push_back({&place, line.range, line.bearing});
  }
  return near;
}

const Gazetteer& bundled_gazetteer() {
  static const Gazetteer gazetteer = [] {
    auto file = read_places_csv(airfields_csv(), "airfields.csv");
    SKYPACT_CHECK(file.has_value());
    return Gazetteer(std::move(file->places));
  }();
  return gazetteer;
}

}  // namespace skypact::line
