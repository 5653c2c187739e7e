#include "guard/geojson_position.h"

#include <fmt/format.h>

namespace skypact::guard {

Result<geo::Position> read_geojson_position(json::Value value) {
  double numbers[2] = {0, 0};
  std::size_t n = 0;
  for (json::Value element : value.elements()) {
    const auto number = element.as_number();
    if (!number) return bad_input("a position is [longitude, latitude] in degrees");
    if (n < 2) numbers[n] = *number;
    ++n;
  }
  if (n < 2) return bad_input("a position is [longitude, latitude] in degrees");
  const auto p = geo::Position::from_degrees(numbers[1], numbers[0]);
  if (!p) return bad_input(fmt::format("[{}, {}] is no position; longitude comes first, latitude is from -90 to 90", numbers[0], numbers[1]));
  return *p;
}

}  // namespace skypact::guard
