#pragma once
// Compact Position Reporting (DO-260B §A.1.7, ICAO Doc 9871 §C.2.6): 17-bit (TIS-B coarse: 12-bit)
// latitude and longitude inside a zone; an even and an odd message together, or one message and a
// position not far away, give the place.
//
// Zone indices are integer arithmetic, latitudes and longitudes one division and a few exact steps in
// double, rounded once into geo::Position: the same on every machine. Pure; any thread.

#include <cstdint>
#include <optional>

#include "geo/position.h"

namespace skypact::wire {

struct CprPosition {
  std::uint32_t lat = 0;  // YZ, below 2^bits
  std::uint32_t lon = 0;  // XZ, below 2^bits
  bool odd = false;
  std::uint8_t bits = 17;
  friend bool operator==(const CprPosition&, const CprPosition&) = default;
};

enum class CprScope : std::uint8_t { airborne, surface };  // zones of 6 or of 1.5 degrees

// NL: the number of longitude zones at a latitude, 1 to 59 (DO-260B §A.1.7.2 d).
[[nodiscard]] int cpr_longitude_zones(double lat_degrees);

// One even and one odd position, in either order of arrival; the result is that of `latest`. Right while
// the aircraft moved less than about 3 NM between the two. nullopt: they straddle a change of NL, or give
// no latitude on the Earth, or are of one parity. A surface pair leaves four longitudes and two
// hemispheres: the one nearest to `reference` is taken, which must be less than 45 degrees away; nullopt without it.
[[nodiscard]] std::optional<geo::Position> cpr_global(const CprPosition& earlier, const CprPosition& latest, CprScope scope,
                                                      std::optional<geo::Position> reference = {});

// One position relative to a place within half a zone: 180 NM airborne, 45 NM on the surface. nullopt where
// the result is no latitude on the Earth.
[[nodiscard]] std::optional<geo::Position> cpr_local(const CprPosition& position, CprScope scope, geo::Position reference);

// The sender's side (DO-260B §A.1.7.3, §A.1.7.4). lat in [-90, 90], lon any finite value.
[[nodiscard]] CprPosition cpr_encode(double lat_degrees, double lon_degrees, bool odd, CprScope scope, int bits = 17);

}  // namespace skypact::wire
