#pragma once
// The card: one page for when every screen is dark. Minima, zones, frequencies, desks and timers, in up to two languages, as
// plain text of at most 72 columns or as one printable page of HTML. Pure; any thread.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pact/terms.h"

namespace skypact::pact {

inline constexpr std::size_t card_columns = 72;
inline constexpr std::size_t card_languages = 2;

// Errors: usage, where no language, more than two, or one that is neither generated nor written in the terms is asked for.
Result<std::string> card_text(const Terms& terms, std::span<const std::string> languages);
Result<std::string> card_html(const Terms& terms, std::span<const std::string> languages);

}  // namespace skypact::pact
