#pragma once
// Volume: an area, a band of altitudes and a time, and whether two of them intersect: the exact answer that an operational intent is
// planned by.
//
//     if (intersects(mine, theirs)) …      // lists: any of the one's with any of the other's
//
// Plain values; any thread.

#include <optional>
#include <span>

#include "airspace/rules.h"
#include "base/time.h"
#include "plan/area.h"

namespace skypact::plan {

// What interfaces take, above the WGS-84 ellipsoid.
struct AltitudeLimits {
  static constexpr double lowest_m = -8'000, highest_m = 100'000;
};

// Where a bound is missing the volume has no end on that side.
struct Volume {
  Area area;
  std::optional<double> lower_m, upper_m;   // above the WGS-84 ellipsoid; lower not above upper
  Interval<Time> time = always;
};

// In space, altitude and time at once. Times are half-open: one that begins when another ends does not meet it. Altitudes that only
// touch do not meet either: what two bands share must have a height, since flights stacked at a common level are planned so on purpose
// and each keeps to its own side of it. Both are compared as they were given, to the last bit, and not to 1 cm.
[[nodiscard]] bool intersects(const Volume& a, const Volume& b);
[[nodiscard]] bool intersects(std::span<const Volume> some, std::span<const Volume> others);
// Parts of it.
[[nodiscard]] bool times_meet(const Interval<Time>& a, const Interval<Time>& b);
[[nodiscard]] bool altitudes_meet(const Volume& a, const Volume& b);

}  // namespace skypact::plan
