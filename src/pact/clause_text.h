#pragma once
// A clause in words: generated from the machine clause in English, French, Russian and Arabic, and the check that words which
// people wrote name every quantity that the clause names, so that the two cannot disagree.
//
//     clause_text(terms, "minima.state", "en");
//     // "Between aircraft of North Air Force (state) and aircraft of South Aviation Authority (any class): at least 10 NM
//     //  horizontally or 2000 ft vertically. Tolerance of two level aircraft: 200 ft."
//     missing_quantities(terms, "minima.state", "Au moins 9 NM ou 2000 ft.");     // {"10 NM", "200 ft"}
//
// What is generated is machine-made: it is shown as unreviewed until persons have signed it as a text of the terms. Quantities
// have the same form in every language (10 NM, 2000 ft, 121.500 MHz); in Arabic each stands isolated (U+2068 … U+2069), so
// that the direction of writing cannot turn it. Pure; any thread.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "pact/terms.h"

namespace skypact::pact {

inline constexpr std::array<std::string_view, 4> generated_languages{"en", "fr", "ru", "ar"};
[[nodiscard]] bool is_generated(std::string_view language);

// Empty for a clause that does not exist, or a language that is not generated.
[[nodiscard]] std::string clause_text(const Terms& terms, std::string_view clause, std::string_view language);

// "10 NM", "2000 ft", "FL95", "121.500 MHz", "2026-12-01 00:00 UTC": every quantity of the clause, once, in order.
[[nodiscard]] std::vector<std::string> clause_quantities(const Terms& terms, std::string_view clause);

// Which of them the text does not say. Numbers may be written with a decimal comma and in Arabic-Indic digits, units in the
// words of any of the four languages; the number stands before its unit and has no separators of thousands. Of a date and time, both must be there.
[[nodiscard]] std::vector<std::string> missing_quantities(const Terms& terms, std::string_view clause, std::string_view text);

// What people read: the text that the terms carry in this language, else the generated one; `status` is unreviewed for it.
struct ShownText {
  std::string text;
  TextStatus status = TextStatus::unreviewed;
};
[[nodiscard]] ShownText shown_text(const Terms& terms, std::string_view clause, std::string_view language);

// A quantity of the document as people read it: "5nm" is "5 NM", "121.500MHz" is "121.500 MHz"; others stay.
[[nodiscard]] std::string shown_quantity(std::string_view text);
[[nodiscard]] std::string shown_time(Time time);   // "2026-12-01 00:00 UTC", with seconds where there are any

}  // namespace skypact::pact
