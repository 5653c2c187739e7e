#pragma once
// Rules made of terms: what the watch carries out by itself, in the words of airspace.
//
//     Agreed agreed{.parties = parties_of(terms), .versions = {agreed_version(terms, terms.validity.valid)}};
//
// Minima hold inside the area of the pact, at every height (a band would have to be judged by altitudes of one datum; without it
// the pact asks for more, never for less). A clause that names a party is one for it and for every member under its lead. A zone that follows an itinerary becomes
// circles that each hold it for a while: they are larger than it, never smaller. Contact rings become caution areas and
// no-entry-without-contact rings become kept-clear zones, because no machine hears whether the call was answered. An altitude
// block becomes a kept-clear zone that its parties may enter. The level tolerance is the smallest of all clauses.
// Who does not answer is called by the escalation clause; a lead answers for its members.
// Registrations are not among what identifies an aircraft here: no receiver reports one that was not looked up from its address.
// Pure; any thread.

#include "airspace/agreed.h"
#include "base/time.h"
#include "pact/terms.h"

namespace skypact::pact {

// Index 0 is the unknown party; then the parties in the order of the terms.
[[nodiscard]] Parties parties_of(const Terms& terms);

// For the time in which they are in force, cut at their validity. The parties are those of parties_of().
[[nodiscard]] AgreedVersion agreed_version(const Terms& terms, const Interval<Time>& in_force);

// "corridor v3 5f2a91c0b3d4": how people tell versions apart; the last are the first digits of the id.
[[nodiscard]] std::string version_text(const Terms& terms);

}  // namespace skypact::pact
