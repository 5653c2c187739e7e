#pragma once
// Overlap: do two volumes share a place, a height and a time?
//
//     if (auto o = overlap(one, other, now, reference)) …       // o->common: the first time in which they do
//
// Never misses, and may report what only touches: areas nearer than `touching`; heights that cannot be compared, which are said to
// be unknown. A fixed volume only: of a zone that moves with a track nothing is known ahead of time.
// Pure; any thread.

#include <optional>
#include <vector>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "guard/region.h"
#include "track/altitude.h"

namespace skypact::line {

inline constexpr Length touching = metres(25);

// A zone made ready; it refers to it. nullopt where its outline is no area.
struct Volume {
  const Zone* zone = nullptr;
  guard::Region region;
};
[[nodiscard]] std::optional<Volume> volume(const Zone& zone);

struct Overlap {
  Interval<Time> common;            // the first that is not over
  bool vertical_unknown = false;    // floor and ceiling of the one cannot be compared with those of the other
};
// Beginning with `now`; an empty schedule holds always.
[[nodiscard]] std::optional<Overlap> overlap(const Volume& one, const Volume& other, Time now, const track::VerticalReference& reference);

// Is some place of the one less than `margin` away from some place of the other?
[[nodiscard]] bool areas_meet(const guard::Region& one, const guard::Region& other, Length margin);
// The first common part at or after `now`; nullopt where there is none.
[[nodiscard]] std::optional<Interval<Time>> common_time(const std::vector<Interval<Time>>& one, const std::vector<Interval<Time>>& other, Time now);

}  // namespace skypact::line
