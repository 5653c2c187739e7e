#include "node/bounding_box.h"

#include <array>
#include <cmath>

#include "base/text.h"

namespace skypact::node {

bool BoundingBox::contains(geo::Position p) const {
  const double lat = p.lat_degrees(), lon = p.lon_degrees();
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}

Result<BoundingBox> parse_bounding_box(std::string_view text) {
  std::array<double, 4> edges{};
  std::string_view rest = text;
  for (double& edge : edges) {
    const auto field = next_field(rest, ',');
    const auto number = field ? parse_number(trim(*field)) : std::nullopt;
    if (!number) return bad_input("bbox: must be SOUTH,WEST,NORTH,EAST in degrees, found " + quoted(text));
    edge = *number;
  }
  const BoundingBox box{edges[0], edges[1], edges[2], edges[3]};
  const bool latitudes = box.south >= -90 && box.north <= 90 && box.south <= box.north;
  const bool longitudes = std::abs(box.west) <= 180 && std::abs(box.east) <= 180;
  if (rest.data() != nullptr || !latitudes || !longitudes) {
    return bad_input("bbox: must be SOUTH,WEST,NORTH,EAST in degrees with south at most north, found " + quoted(text));
  }
  return box;
}

}  // namespace skypact::node
