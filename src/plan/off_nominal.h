#pragma once
// Off-nominal volumes: where an aircraft that has left its plan may be during the next minutes.
//
//     auto volumes = off_nominal_volumes(last_position, now, {.fastest = metres_per_second(25), .steepest = metres_per_second(5)}, minutes(5));
//     if (!volumes) return volumes.error();   // it may be anywhere
//
// It may turn at any moment, so they are circles around its last position that grow with the time since then, one after the other. No
// ground is assumed below it. Pure; any thread.

#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/measured_position.h"
#include "plan/volume.h"

namespace skypact::plan {

struct OffNominalLimits {
  static constexpr Duration slice = seconds(60);              // of one volume, or less
  static constexpr Duration farthest_ahead = minutes(30);
  static constexpr Duration least_ahead = seconds(10);
  static constexpr double radius_m = 28'000;                  // 2,463 km²: a DSS takes 2,500 km²
};

// From `now` on for `ahead`, or as long as a circle is no larger than a DSS takes: the last volume's end says how long. The aircraft
// is taken for as fast as it was, if that is more than its performance. bad_input for a position or performance that cannot be,
// over_limit where the aircraft may be farther away than radius_m before least_ahead is over.
Result<std::vector<Volume>> off_nominal_volumes(const MeasuredPosition& last, Time now, const Performance& performance, Duration ahead);

}  // namespace skypact::plan
