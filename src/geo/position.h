#pragma once
// A position on the WGS-84 ellipsoid, rounded once at ingest to 1e-7 degree (about 1 cm).
//
// What is recorded, hashed and decided upon is this integer, so that every machine sees the same input.

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>

namespace skypact::geo {

// Invariant of every Position made by from_degrees: |lat_e7| <= 900000000, -1800000000 <= lon_e7 < 1800000000.
struct Position {
  std::int32_t lat_e7 = 0;  // degrees north times 1e7
  std::int32_t lon_e7 = 0;  // degrees east times 1e7

  [[nodiscard]] constexpr double lat_degrees() const { return lat_e7 / 1e7; }
  [[nodiscard]] constexpr double lon_degrees() const { return lon_e7 / 1e7; }
  friend constexpr auto operator<=>(Position, Position) = default;

  // Latitude in [-90, 90] and longitude in [-360, 360], both finite; nullopt otherwise. Longitude is
  // brought into [-180, 180).
  [[nodiscard]] static std::optional<Position> from_degrees(double lat, double lon) {
    if (!(lat >= -90.0 && lat <= 90.0) || !(lon >= -360.0 && lon <= 360.0)) return std::nullopt;
    std::int64_t lon_e7 = std::llround(lon * 1e7);
    constexpr std::int64_t turn = 3'600'000'000;
    if (lon_e7 >= turn / 2) lon_e7 -= turn;
    if (lon_e7 < -turn / 2) lon_e7 += turn;
    if (lon_e7 >= turn / 2) lon_e7 -= turn;
    return Position{static_cast<std::int32_t>(std::llround(lat * 1e7)), static_cast<std::int32_t>(lon_e7)};
  }
};

}  // namespace skypact::geo
