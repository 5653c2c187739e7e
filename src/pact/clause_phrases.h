#pragma once
// The sentences that clauses are said in, by language, and the words people use for units. Only clause_text.cpp uses them.
// Each sentence has the same places {0}, {1} … in every language; a test proves it. Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "airspace/identity.h"

namespace skypact::pact {

// The orders of days, zone rules and uses of a frequency are those of day_words, TermsZoneRule and FrequencyUse.
enum class Phrase : std::uint8_t {
  pact, supersedes, validity, review, termination, area, surface, unlimited, pressure, mean_sea_level, above_ground, ellipsoid,
  party, member, desk, fleet, addresses, registrations, callsigns,
  side_any, side_none, side_party, class_any, class_unknown, class_civil, class_state, class_unmanned, class_humanitarian, class_ground_vehicle,
  minima, minima_default, in_ring, span, weekly, monday, tuesday, wednesday, thursday, friday, saturday, sunday,
  zone_keep_clear, zone_caution, zone_protected_site, zone_corridor, zone_altitude_block, zone_contact, zone_no_entry_without_contact,
  nobody, circle, ring, buffer, band, moves_with, itinerary, call_frequency, call_desk,
  frequency_working, frequency_guard, frequency_distress, watched_by, notice, escalation, step, outsider,
  share_always, share_near, share_alert, share_never, position_step, altitude_step, delay, release, rescue_centres, safety_floor,
  count_
};

// Index as in generated_languages.
[[nodiscard]] std::string_view words_of(Phrase phrase, std::size_t language);
[[nodiscard]] Phrase class_phrase(AircraftClass aircraft_class);
// A unit, and the ways to write it in any of the languages, its symbol first. Units of one kind convert by `factor`: 60 s is 1 min.
struct Unit {
  enum class Kind : std::uint8_t { nautical_miles, metres, feet, time, megahertz, kilohertz };
  Kind kind;
  double factor;
  std::array<std::string_view, 16> words;   // empty ones at the end
};
[[nodiscard]] std::span<const Unit> text_units();

}  // namespace skypact::pact
