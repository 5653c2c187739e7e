#include "wire/mode_s_geometry.h"

#include <cmath>

namespace skypact::wire {
namespace {
constexpr double degrees_per_radian = 57.295779513082320877;
struct Place { double x, y, z; };
Place place(geo::Position p) {
  constexpr double a = 6378137.0, e2 = 0.00669437999014;
  const double lat = p.lat_degrees() / degrees_per_radian, lon = p.lon_degrees() / degrees_per_radian;
  const double n = a / std::sqrt(1 - e2 * std::sin(lat) * std::sin(lat));
  return {n * std::cos(lat) * std::cos(lon), n * std::cos(lat) * std::sin(lon), n * (1 - e2) * std::sin(lat)};
}
}  // namespace

TrueBearing direction_of(double east, double north) { return TrueBearing::degrees(std::atan2(east, north) * degrees_per_radian); }

Length straight_distance(geo::Position a, geo::Position b) {
  const Place p = place(a), q = place(b);
  const double x = p.x - q.x, y = p.y - q.y, z = p.z - q.z;
  return metres(std::sqrt(x * x + y * y + z * z));
}

}  // namespace skypact::wire
