#pragma once
// VerticalLimit: the floor or ceiling of a volume, by the reference in which it was said.

#include <cstdint>

#include "base/quantity.h"

namespace skypact {

// Where a floor or ceiling lies. Above ground is kept apart: without terrain data it is judged as if the
// ground were at `ground_elevation` of the zone.
struct VerticalLimit {
  enum class Reference : std::uint8_t { surface, unlimited, pressure, mean_sea_level, above_ground, ellipsoid };
  Reference reference = Reference::surface;
  Height height;  // of pressure, mean_sea_level, above_ground, ellipsoid
  friend bool operator==(const VerticalLimit&, const VerticalLimit&) = default;
};

}  // namespace skypact
