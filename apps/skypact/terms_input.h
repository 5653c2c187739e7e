#pragma once
// Terms that a command is given as a file, and carried out on a recording whenever that was made.

#include <string>

#include "airspace/agreed.h"
#include "base/result.h"
#include "base/time.h"
#include "pact/terms.h"
#include "pact/terms_rules.h"

namespace skypact::app {

// TOML or JSON; "-" is standard input.
Result<pact::Terms> read_terms_of(const std::string& file);
// In force throughout `span`, whatever its validity says; weekly hours are those of its days.
[[nodiscard]] Agreed held_throughout(const pact::Terms& terms, const Interval<Time>& span);

}  // namespace skypact::app
