#pragma once
// What the life cycle needs to know of terms, taken from the terms.
//
//     PactSetup setup{.pact = "corridor", .own_party = "north", .members = members, .read_terms = read_terms_facts};
//
// Pure; any thread.

#include <string_view>

#include "pact/terms.h"
#include "pact/version.h"

namespace skypact::pact {

[[nodiscard]] TermsFacts facts_of(const Terms& terms);
// From the canonical text; another form of the same terms is refused, because it would have another hash. Errors: bad_input.
Result<TermsFacts> read_terms_facts(std::string_view canonical_text);

}  // namespace skypact::pact
