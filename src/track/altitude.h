#pragma once
// Altitude: the vertical distance of two aircraft, or of an aircraft and a limit, whatever datum each has.
//
//     VerticalReference reference{&table.gnss_baro(), rules.qnh, rules.geoid_undulation};
//     if (auto d = vertical_difference(one, other, reference))
//       separated = abs(d->value) - d->error_bound >= minima.vertical;
//
// Pressure with pressure, ellipsoid with ellipsoid and sea level with sea level are compared as they are,
// exactly, with an error bound of zero. A mixed pair is converted, and the bound of that conversion counts
// against the separation. Where no conversion is possible the answer is nullopt: vertical unknown, the pair
// is judged horizontally. A bound holds the true difference in 95 of 100 atmospheres at least; below -30 °C at
// sea level and in geostrophic wind beyond 100 kt (50 kt below 10,000 ft) it may not. What each stands on is said
// in altitude.cpp.

#include <cstdint>
#include <optional>
#include <vector>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "track/prediction.h"

namespace skypact::track {

// What the difference of two altitudes was found by, in order of preference.
enum class VerticalMethod : std::uint8_t {
  same_datum,       // no conversion
  own_gnss_baro,    // the difference that the aircraft itself broadcasts
  local_gnss_baro,  // that of aircraft near it and near its level
  geoid,            // ellipsoid and sea level, by the region's undulation
  qnh,              // pressure and sea level, by the region's QNH
  qnh_and_geoid,    // pressure and ellipsoid, by both
};
[[nodiscard]] std::string_view to_string(VerticalMethod method);

struct VerticalDifference {
  Height value;        // first minus second
  Height error_bound;  // of the conversion; 0 where none was made
  VerticalMethod method = VerticalMethod::same_datum;
};

// What aircraft near a place broadcast as "GNSS height minus pressure altitude": cells of about 100 km and
// 2500 ft, each over the last 5 to 10 minutes. Deterministic; one thread writes, between writes any may read.
class GnssBaroField {
 public:
  static constexpr std::size_t max_cells = 50'000;
  struct Estimate {
    Height value;        // ellipsoid minus pressure altitude
    Height error_bound;
  };

  void add(TrackId track, geo::Position position, PressureAltitude at, Height gnss_minus_pressure, Time measured_at);
  // Drops what is too old.
  void advance(Time now);
  void shift(Duration step);  // the clock was set back
  // nullopt where too few aircraft said anything near.
  [[nodiscard]] std::optional<Estimate> near(geo::Position position, PressureAltitude at) const;
  [[nodiscard]] std::size_t cells() const { return cells_.size(); }

 private:
  struct Window {
    Time from;
    std::int32_t least = 0, greatest = 0;   // what was said, tenths of a millimetre
    std::int32_t lowest = 0, highest = 0;   // pressure altitudes where it was said, likewise
    std::uint32_t count = 0;
    TrackId seen[3];                        // the first three different aircraft
    std::uint8_t aircraft = 0;
  };
  struct Cell {
    std::uint64_t key = 0;
    Window current, previous;
  };
  [[nodiscard]] const Cell* find(std::uint64_t key) const;
  std::vector<Cell> cells_;  // sorted by key
};

struct VerticalReference {
  const GnssBaroField* field = nullptr;
  std::optional<Pressure> qnh;
  std::optional<Height> geoid_undulation;  // ellipsoid minus mean sea level
};

// An aircraft's altitudes at one moment, as MotionState has them, and what converts them.
struct VerticalPosition {
  std::optional<PressureAltitude> pressure;
  std::optional<EllipsoidAltitude> ellipsoid;
  std::optional<MeanSeaLevelAltitude> sea_level;
  std::optional<Height> own_gnss_minus_pressure;  // broadcast by this aircraft and fresh
  geo::Position place;
};
[[nodiscard]] VerticalPosition vertical_position(const Track& track, const MotionState& state);

[[nodiscard]] std::optional<VerticalDifference> vertical_difference(const VerticalPosition& a, const VerticalPosition& b,
                                                                    const VerticalReference& reference);

// The aircraft minus a floor or ceiling of a zone. Limits above ground are made limits above mean sea level
// by `ground_elevation`. Surface is the ground; unlimited has no answer.
[[nodiscard]] std::optional<VerticalDifference> vertical_difference(const VerticalPosition& aircraft, const VerticalLimit& limit,
                                                                    Height ground_elevation, const VerticalReference& reference);

// Height above mean sea level, in the standard atmosphere, of the level with this QNH's 1013.25 hPa:
// sea level altitude is pressure altitude plus this. ICAO Doc 7488, 0.190263 = R L / g.
[[nodiscard]] Height sea_level_minus_pressure(Pressure qnh);

}  // namespace skypact::track
