#pragma once
// The two geometric questions that decoding asks, answered by `geo` with the same bits on every machine, since
// what follows from them is recorded and replayed. Pure; any thread.

#include "base/quantity.h"
#include "geo/position.h"

namespace skypact::wire {

// The direction in which a velocity of these components points; 0 for (0, 0).
[[nodiscard]] TrueBearing direction_of(double east, double north);

// The straight line between two places on the ellipsoid: never longer than the way along the surface, and
// shorter by less than 0.3 % up to 1700 km. For plausibility checks.
[[nodiscard]] Length straight_distance(geo::Position a, geo::Position b);

}  // namespace skypact::wire
