#pragma once
// When a clause holds: its schedule inside the validity, as spans of time. Pure; any thread.

#include <vector>

#include "pact/terms.h"

namespace skypact::pact {

// Whether the two ever hold at once inside `within`.
[[nodiscard]] bool overlap(const Schedule& one, const Schedule& other, const Interval<Time>& within);

[[nodiscard]] bool holds_at(const Schedule& when, Time at);

// The spans inside `within`, in order, apart, adjoining ones joined. `within` for an unlimited schedule.
[[nodiscard]] std::vector<Interval<Time>> spans_of(const Schedule& when, const Interval<Time>& within);

}  // namespace skypact::pact
