#pragma once
// The state of a pact as JSON: what the API answers, the console shows and `skypact pact status --json` prints
// (docs/formats/pact-statements.md). Instants, not countdowns: the reader's clock counts.
//
//     std::string body = to_json(state, heads, heard, now);
//
// Pure; the state's thread.

#include <span>
#include <string>

#include "pact/life_cycle.h"

namespace skypact::pact {

// `seen`: the newest heads of others' records, for the next statement to name.
[[nodiscard]] std::string to_json(const PactState& state, std::span<const SeenHead> seen, const Heard& heard, Time now);

}  // namespace skypact::pact
