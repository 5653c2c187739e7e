#pragma once
// Alert text: the one sentence an alert says in English, its reasons, and a sentence for each. The console
// phrases its own in its reader's language from the same values.
//
//     "RCH123 (NRTH) and GAF456 (SOUT) will pass 1.2 NM and 300 ft apart in 1 min 35 s; agreed 5 NM or 1000 ft (minima.default)."
//
// Of unlawful interference only the fact is told: nothing in it is for saying on the radio. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "guard/alert.h"
#include "guard/distress.h"
#include "guard/encounter.h"
#include "guard/zones.h"

namespace skypact::guard {

// "1 min 35 s", "12 min", "8 s". Negative counts as 0.
[[nodiscard]] std::string spoken(Duration duration);
// "RCH123 (NRTH)"; without a callsign the address stands for it. Of the second under one address "RCH123~2 (NRTH)".
[[nodiscard]] std::string name_of(const AlertSubject& subject, const Rules& rules);

// From the alert's state, subjects and prediction. `group` is the id of a group that one side stands for.
[[nodiscard]] std::string conflict_text(const Alert& alert, const Rules& rules, std::string_view group);
// `breach`: what it does against its clearance there; none where no clearance is asked for.
[[nodiscard]] std::string zone_text(const Alert& alert, const Rules& rules, std::string_view zone_name, bool leaving, ClearanceBreach breach);
[[nodiscard]] std::string distress_text(const Alert& alert, const Rules& rules, const DistressSignal& signal);

// Of what is not found any more: how its subjects are known now.
[[nodiscard]] std::vector<Reason> present_reasons(const Alert& alert);
// Before all other reasons of the alert: which of its aircraft have priority.
void say_who_assists(Alert& alert, const Rules& rules);
[[nodiscard]] std::vector<Reason> conflict_reasons(const Alert& alert, const Encounter& e);
[[nodiscard]] std::vector<Reason> zone_reasons(const Alert& alert, const ZoneEncounter& e, const Zone& zone);
// One sentence in English, without a full stop. Aircraft are named as the alert's subjects are.
[[nodiscard]] std::string reason_text(const Reason& reason, const Alert& alert, const Rules& rules);

}  // namespace skypact::guard
