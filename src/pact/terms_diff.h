#pragma once
// What two versions of terms differ in, clause by clause. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include "pact/terms.h"

namespace skypact::pact {

// Before and after as canonical JSON; absent where the clause was added or removed.
struct ClauseChange {
  std::string clause;
  std::optional<std::string> before, after;
  friend bool operator==(const ClauseChange&, const ClauseChange&) = default;
};

// In the order of the clauses of `before`, then what `after` added in its order. The order of minima decides which applies, so
// "minima" is a change where the clauses that both have stand in another order; its JSON is the list of ids.
[[nodiscard]] std::vector<ClauseChange> diff(const Terms& before, const Terms& after);

}  // namespace skypact::pact
