#include "plan/volume.h"

#include <algorithm>

namespace skypact::plan {
namespace {

bool starts_below_the_top(const Volume& a, const Volume& b) { return !a.lower_m || !b.upper_m || *a.lower_m < *b.upper_m; }

}  // namespace

bool times_meet(const Interval<Time>& a, const Interval<Time>& b) {
  return !Interval<Time>{std::max(a.from, b.from), std::min(a.to, b.to)}.empty();
}

bool altitudes_meet(const Volume& a, const Volume& b) { return starts_below_the_top(a, b) && starts_below_the_top(b, a); }

bool intersects(const Volume& a, const Volume& b) { return times_meet(a.time, b.time) && altitudes_meet(a, b) && overlaps(a.area, b.area); }

bool intersects(std::span<const Volume> some, std::span<const Volume> others) {
  return std::any_of(some.begin(), some.end(), [&](const Volume& a) {
    return std::any_of(others.begin(), others.end(), [&](const Volume& b) { return intersects(a, b); });
  });
}

}  // namespace skypact::plan
