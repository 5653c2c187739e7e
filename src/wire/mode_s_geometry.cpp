#include "wire/mode_s_geometry.h"

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::wire {

TrueBearing direction_of(double east, double north) { return TrueBearing::degrees(geo::atan2_degrees(east, north)); }

Length straight_distance(geo::Position a, geo::Position b) { return metres(geo::norm(geo::place_of(a) - geo::place_of(b))); }

}  // namespace skypact::wire
