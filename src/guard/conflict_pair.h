#pragma once
// The exact stage of conflict detection, pair by pair, in scalar arithmetic; conflict_lanes.h does the
// common case of it for several pairs at once with the same bits. Internal to conflict detection.

#include <optional>
#include <vector>

#include "base/quantity.h"
#include "base/time.h"
#include "geo/motion.h"
#include "guard/conflict.h"

namespace skypact::guard {

// Greatest vertical rate of a Motion: the difference of two still fits.
inline constexpr std::int32_t greatest_vertical_rate = 350'000 * 3048;  // 0.1 mm/min

// Seconds from time 0, from < to.
struct Span {
  double from = 0, to = 0;
};

// How one of a pair is above the other at time 0, and how fast that grows.
struct VerticalOffset {
  std::int64_t difference = 0;  // 0.1 mm
  std::int64_t rate = 0;        // 0.1 mm/min
};
// The moments in [0, look_ahead] at which |difference + rate · t| < vertical. Whether there are any is
// decided in integers. With a look-ahead of zero the span of a vertical loss is [0, 0].
[[nodiscard]] std::optional<Span> vertical_span(VerticalOffset offset, std::int64_t vertical, Duration look_ahead);

// The look-ahead is cut into this many equal segments for a pair, so that neither aircraft goes farther
// than geo::longest_step from the middle of a segment. `speeds` in metres per second.
[[nodiscard]] unsigned segments_for(double speed_a, double speed_b, double look_ahead_seconds);

struct HorizontalApproach {
  std::vector<Span> closer;
  double nearest = 0;          // seconds
  double least_chord2 = 0;     // metres squared
};
// `chord`: the minimum as a straight line. look_ahead > 0.
[[nodiscard]] HorizontalApproach horizontal_approach(const geo::GroundMotion& a, const geo::GroundMotion& b, double chord,
                                                     double look_ahead_seconds);

// A conflict out of its parts; shared by the scalar and the vector way. Indices are left 0.
[[nodiscard]] Conflict make_conflict(VerticalOffset vertical, Span both_lost, double nearest, double chord2);

}  // namespace skypact::guard
