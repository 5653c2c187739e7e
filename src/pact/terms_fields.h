#pragma once
// The names of the fields that the reader asks for when it reads these terms, as "zone[].outline": what the published schema is
// compared with. Pure; any thread.

#include <set>
#include <string>

#include "pact/terms.h"

namespace skypact::pact {

[[nodiscard]] std::set<std::string> terms_fields(const Terms& terms);

}  // namespace skypact::pact
