#include "plan/deconflict.h"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

using Reason = Finding::Reason;

const std::initializer_list<std::string_view> reason_words{"higher_priority", "same_priority", "uss_is_down", "lower_priority", "same_priority_taken",
                                                           "conflicted_before", "off_plan", "constraint", "uss_is_down_planned"};

Finding finding_of(const Reference& reference, Reason reason) {
  Finding finding;
  finding.reason = reason;
  finding.kind = reference.kind;
  finding.with = reference.id;
  finding.manager = reference.manager;
  finding.uss_base_url = reference.uss_base_url;
  finding.state = reference.state;
  finding.time = reference.time;
  return finding;
}

Reason reason_of(const Intention& wanted, const Intention* before, const Disclosed& other, std::span<const Volume> theirs, const PlanningRules& rules) {
  if (other.reference.kind == Kind::constraint) return Reason::constraint;
  if (is_off_plan(wanted.state)) return Reason::off_plan;
  const std::int64_t mine = wanted.details.priority, its = other.details.priority;
  if (its < mine) return Reason::lower_priority;
  const bool flies = wanted.state == IntentState::activated && before != nullptr && before->state != IntentState::accepted;
  if (flies && intersects(whole_of(before->details), theirs)) return Reason::conflicted_before;
  if (its > mine) return Reason::higher_priority;
  return rules.same_priority_may_conflict ? Reason::same_priority_taken : Reason::same_priority;
}

std::string_view why(const Finding& finding) {
  switch (finding.reason) {
    case Reason::higher_priority: return "which has a higher priority";
    case Reason::same_priority: return "which has the same priority";
    case Reason::uss_is_down: return "which is in the air, and its USS is down: nobody says where it will be";
    case Reason::lower_priority: return "which has a lower priority";
    case Reason::same_priority_taken: return "which has the same priority; that is allowed here";
    case Reason::conflicted_before: return "as it did before";
    case Reason::off_plan: return "one of them is off its plan";
    case Reason::constraint: return "which must be known to whoever flies there";
    case Reason::uss_is_down_planned: return "whose USS is down; it is not in the air and goes last";
  }
  return "";
}

}  // namespace

bool bars(Reason reason) { return reason == Reason::higher_priority || reason == Reason::same_priority || reason == Reason::uss_is_down; }

bool may_be_planned(std::span<const Finding> findings) {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) { return bars(finding.reason); });
}

std::string_view to_string(Reason reason) { return reason_words.begin()[static_cast<std::size_t>(reason)]; }

std::string sentence_of(const Finding& finding) {
  const bool intent = finding.kind == Kind::operational_intent;
  return fmt::format("meets the {} {} of {} ({}, {} to {}), {}", intent ? "operational intent" : "constraint", to_string(finding.with), finding.manager,
                     intent ? fmt::format("{}, priority {}", to_string(finding.state), finding.priority) : finding.type.empty() ? "no type" : finding.type,
                     exact_time(finding.time.from), exact_time(finding.time.to), why(finding));
}

std::vector<Finding> judge(const Intention& wanted, const Intention* before, std::span<const Disclosed> others, const PlanningRules& rules) {
  const std::vector<Volume> mine = whole_of(wanted.details);
  std::vector<Finding> findings;
  for (const Disclosed& other : others) {
    const std::vector<Volume> theirs = whole_of(other.details);
    if (!intersects(mine, theirs)) continue;
    findings.push_back(finding_of(other.reference, reason_of(wanted, before, other, theirs, rules)));
    findings.back().priority = other.details.priority;
    findings.back().type = other.details.type;
  }
  return findings;
}

Finding finding_of_silent(const Reference& reference) {
  return finding_of(reference, reference.state == IntentState::accepted ? Reason::uss_is_down_planned : Reason::uss_is_down);
}

}  // namespace skypact::plan
