#pragma once
// Clearance match: whether who flies in a party's area was cleared to, and keeps to it.
//
//     const ClearanceMatcher matcher(rules.clearances);                     // anew when a clearance changes
//     for (const ClearanceFinding& f : matcher.match(areas, flights)) {
//       if (f.breach != ClearanceBreach::none) alert(f);                     // f.flight entered f.party's area without, outside or after one
//     }
//
// A flight is held against the clearances of the area's party that name its address or its call sign; blanks and hyphens in call signs do
// not count. Of each the gravest breach is taken, and of several clearances the one that is kept best. Without any it has none: `without`.
//
// What is not certain is no breach: a flight leaves its corridor when even the nearest place where it may be is outside, and its levels beyond the
// tolerance. A height of another datum than the limit's is not judged, and that is said. A flight of unknown height is in the area.
//
// The distance from the route is within 1 m up to 100 NM. Deterministic, without a clock; pure after it is made, any thread. tests hold it against a twin
// that looks at every pair and measures with GeographicLib.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/clearance.h"
#include "airspace/vertical_limit.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "geo/vector.h"
#include "guard/region.h"
#include "track/prediction.h"
#include "track/track.h"

namespace skypact::guard {

// As the watch has it now. What is not known is left out.
struct ClearanceFlight {
  std::uint64_t id = 0;                // the track's
  std::string call_sign{};
  std::string address{};               // 24-bit, six hexadecimal digits in capitals
  geo::Position position;
  Length uncertainty{};
  Time at;                             // of the position
  std::optional<PressureAltitude> pressure{};
  std::optional<MeanSeaLevelAltitude> sea_level{};
};
// The track as it is at the time of its motion, or will be.
[[nodiscard]] ClearanceFlight clearance_flight(const Track& track, const track::MotionState& state, Time at);

// Where a party's clearance is needed.
struct ClearanceArea {
  std::string party;
  Region region;
  VerticalLimit floor{VerticalLimit::Reference::surface, {}};
  VerticalLimit ceiling{VerticalLimit::Reference::unlimited, {}};
};

struct ClearanceFinding {
  std::uint64_t flight = 0;
  std::string party;                   // whose area
  ClearanceBreach breach = ClearanceBreach::none;
  std::optional<std::size_t> clearance{};   // place among those the matcher was made of
  Length from_route{};                 // meaningless without one
  bool vertical_unknown = false;
  friend bool operator==(const ClearanceFinding&, const ClearanceFinding&) = default;
};

class ClearanceMatcher {
 public:
  struct Options {
    Height level_tolerance = feet_of_height(300);   // what pressure altitudes are read to
  };
  explicit ClearanceMatcher(std::vector<StandingClearance> standing) : ClearanceMatcher(std::move(standing), Options{}) {}
  ClearanceMatcher(std::vector<StandingClearance> standing, Options options);

  // Of every flight inside an area, those that keep to theirs too; by area and flight in the order given.
  [[nodiscard]] std::vector<ClearanceFinding> match(std::span<const ClearanceArea> areas, std::span<const ClearanceFlight> flights) const;
  // Of a flight that is in that party's area, wherever that is.
  [[nodiscard]] ClearanceFinding judge(const std::string& party, const ClearanceFlight& flight) const;
  [[nodiscard]] const std::vector<StandingClearance>& standing() const { return standing_; }

 private:
  struct Route {
    std::vector<geo::Vec3> places;     // along the way, at most 5 km apart
    geo::Vec3 middle;
    double radius = 0;                 // of a ball that holds them
  };
  [[nodiscard]] ClearanceFinding judge(std::size_t clearance, const ClearanceFlight& flight, geo::Vec3 place) const;
  [[nodiscard]] static double distance(const Route& route, geo::Vec3 place);
  enum class Level : std::uint8_t { inside, outside, unknown };
  [[nodiscard]] Level level(const ClearanceFlight& flight, const VerticalLimit& floor, const VerticalLimit& ceiling, Height tolerance) const;

  std::vector<StandingClearance> standing_;
  Options options_;
  std::vector<Route> routes_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_name_;   // party, and address or call sign
};

}  // namespace skypact::guard
