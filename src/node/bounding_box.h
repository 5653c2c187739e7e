#pragma once
// An area that a question names by its edges. Pure; any thread.

#include <string_view>

#include "base/result.h"
#include "geo/position.h"

namespace skypact::node {

// South, west, north, east in degrees; west > east crosses the antimeridian.
struct BoundingBox {
  double south = -90, west = -180, north = 90, east = 180;
  [[nodiscard]] bool contains(geo::Position p) const;
};
// "SOUTH,WEST,NORTH,EAST".
Result<BoundingBox> parse_bounding_box(std::string_view text);

}  // namespace skypact::node
