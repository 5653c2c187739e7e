#pragma once
// Intake: how a trigger goes into a case, and how merged cases become one view. Pure functions on values.
//
//     for (const std::string& key : fusion_keys(trigger)) …       // which triggers are of one subject
//     absorb(c, trigger);                                         // what the case now knows
//     join(view, member);                                         // what two merged cases know together
//
// Two triggers are of one subject when they share a key, directly or through others. The keys are exact: an address of any kind, a
// beacon's identity, a registration, an MMSI, a source's own number of an incident (for a peer: its case, and the number
// of this node's case that it names). A trigger with none of these that one source reports by the same call sign has a key of both. The same call sign
// from two sources is no key: a call sign is a claim, it may be mistyped, misheard, or copied to confuse, and two flights
// that are taken for one are a search that is called off. It only proposes a merge (resembles). Nor is nearness a key, for the same reason.
// Triggers of an exercise have keys of their own.

#include <optional>
#include <string>
#include <vector>

#include "distress/case.h"

namespace skypact::distress {

// A second burst confirms the first when it comes within this; bursts closer than `same_burst` are one, heard twice. C/S T.001
// repeats each 50 s, give or take 2.5; a beacon in flight (ELT(DT)) begins with 5 s.
inline constexpr Duration second_burst_within = minutes(10), same_burst = seconds(3);

// Sorted, without repetition; empty: nothing that another trigger could share.
[[nodiscard]] std::vector<std::string> fusion_keys(const Trigger& trigger);

// The trigger is one that `checked` returned. Counts in `beyond` what the bounds keep out.
void absorb(Case& c, const Trigger& trigger);

// Adds what a merged member knows, was told and decided. Decisions of `into` stand: lead, declared phase, identification,
// mark; a member's count where `into` has none. A member's release of the exact position does not count: it was of what the
// member knew. `into.closed` is left.
void join(Case& into, const Case& member);

// Why two cases might be one, in a sentence; nullopt: nothing points to it. Never for cases that have different addresses or
// registrations (different beacons may lie in one wreck). The same call sign, with parties that do not differ, within `resemblance_time` and, where both places are known, within
// `resemblance_distance`; or one of them of unknown identity and places within `resemblance_near` beyond their uncertainties.
inline constexpr Duration resemblance_time = minutes(30);
inline constexpr Length resemblance_distance = nautical_miles(100), resemblance_near = nautical_miles(10);
[[nodiscard]] std::optional<std::string> resembles(const Case& a, const Case& b);

}  // namespace skypact::distress
