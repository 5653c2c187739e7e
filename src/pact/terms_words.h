#pragma once
// The words of a document of terms for values of a fixed choice, in the order of the enums. Pure; any thread.

#include <array>
#include <string_view>

#include "pact/terms.h"

namespace skypact::pact {

// The index is the enum's value.
inline constexpr std::array<std::string_view, 6> class_words{"unknown", "civil", "state", "unmanned", "humanitarian", "ground_vehicle"};
inline constexpr std::array<std::string_view, 7> zone_rule_words{"keep_clear", "caution", "protected_site", "corridor", "altitude_block", "contact", "no_entry_without_contact"};
inline constexpr std::array<std::string_view, 3> frequency_use_words{"working", "guard", "distress"};
inline constexpr std::array<std::string_view, 3> share_when_words{"always", "near_conflict", "never"};
inline constexpr std::array<std::string_view, 13> shared_field_words{"position", "altitude", "velocity", "vertical_rate", "address", "callsign", "registration",
                                                                     "type", "party", "aircraft_class", "squawk", "accuracy", "source"};
inline constexpr std::array<std::string_view, 2> content_words{"coarse", "exact"};
inline constexpr std::array<std::string_view, 2> text_status_words{"unreviewed", "signed"};
inline constexpr std::array<std::string_view, 7> day_words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
// Of a pair's sides, beside the ids of parties; no party is called so.
inline constexpr std::string_view any_word = "any", none_word = "none";

template <class Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view word_of(const std::array<std::string_view, N>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

}  // namespace skypact::pact
