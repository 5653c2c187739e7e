#pragma once
// Strategic deconfliction: what a plan of a flight meets, and whether it may be flown so.
//
//     const std::vector<Finding> findings = judge({details, IntentState::accepted}, nullptr, others, rules);
//     if (!may_be_planned(findings)) tell(findings);
//
// A flight may be planned over one of lower priority, never over one of a higher, and over one of its own priority only where the
// regulator allows it. Constraints do not bar it: they say what there is, and whoever flies must know it. Who is in the air already may
// change its plan within a conflict that there was before, since refusing the change would not end the conflict. Who is off plan is
// heard in any case. Pure; any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/f3548_details.h"

namespace skypact::plan {

struct PlanningRules {
  bool same_priority_may_conflict = false;   // as the regulator says
};

// What is wanted of an own intent, or holds.
struct Intention {
  Details details;
  IntentState state = IntentState::accepted;
};

struct Finding {
  enum class Reason : std::uint8_t {
    higher_priority,      // bars
    same_priority,        // bars
    uss_is_down,          // bars: in the air, and nobody says how high or until when
    lower_priority,       // its manager is told
    same_priority_taken,  // as the regulator allows
    conflicted_before,    // both know it, one flies
    off_plan,             // it, or we
    constraint,
    uss_is_down_planned,  // not in the air yet, and nobody says where: goes last
  };
  Reason reason = Reason::constraint;
  Kind kind = Kind::operational_intent;
  EntityId with;
  std::string manager, uss_base_url;
  std::int64_t priority = 0;                 // of an intent whose details are known
  IntentState state = IntentState::accepted; // of an intent
  std::string type;                          // of a constraint
  Interval<Time> time;                       // of its reference
};
[[nodiscard]] bool bars(Finding::Reason reason);
[[nodiscard]] bool may_be_planned(std::span<const Finding> findings);
// As messages name it: "higher_priority".
[[nodiscard]] std::string_view to_string(Finding::Reason reason);
// For people: "goes over the operational intent 2f83… of south, which has a higher priority (10)".
[[nodiscard]] std::string sentence_of(const Finding& finding);

// What the wanted intent meets of the others, in their order. `before`: what holds of it; null where it is new.
[[nodiscard]] std::vector<Finding> judge(const Intention& wanted, const Intention* before, std::span<const Disclosed> others, const PlanningRules& rules);

// Of an intent whose USS is marked Down and does not disclose it.
[[nodiscard]] Finding finding_of_silent(const Reference& reference);

}  // namespace skypact::plan
