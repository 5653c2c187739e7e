#pragma once
// What must hold between the fields of terms: every name exists, no clause contradicts another, none can never apply.
// Called by the readers; a Terms value from them has no defect. Pure; any thread.

#include <functional>
#include <string>
#include <string_view>

#include "pact/terms.h"

namespace skypact::pact {

// Tells each defect with the clause it is of ("zone.hospital") and a sentence.
using TellDefect = std::function<void(std::string_view clause, std::string message)>;
void check_terms(const Terms& terms, const TellDefect& tell);

}  // namespace skypact::pact
