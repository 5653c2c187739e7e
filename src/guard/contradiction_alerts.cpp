#include "guard/contradiction_alerts.h"

#include <fmt/format.h>

#include "guard/alert_text.h"

namespace skypact::guard {
namespace {

constexpr Sight here_now{.observed = true, .found = true, .lost = true, .certain = true, .grave = true};

}  // namespace

void judge_contradictions(const Step& step, std::span<const Contradicted> contradicted, AlertBook& book) {
  for (const Contradicted& c : contradicted) {
    for (const Track* t : step.traffic.of_address(c.aircraft)) {
      if (t->life != Life::live && t->life != Life::coasting) continue;
      AlertRecord* r = book.record(fmt::format("contradiction:{}", to_string(t->key())), AlertKind::contradiction);
      if (!r) continue;
      r->sides[0] = {t->key(), {}};
      r->alert.reasons = {{.code = ReasonCode::contradicted, .uncertainty = c.explained, .distance = c.apart, .since = c.since, .name = c.flight}};
      r->found(here_now, Severity::warning);
    }
  }
}

void write_contradiction(AlertRecord& r, const Step& step) {
  Alert& alert = r.alert;
  if (const Track* t = step.traffic.find(r.sides[0].aircraft)) {
    const auto state = track::motion_at(*t, step.judge.now);
    put_subject(alert, 0, subject_of(*t, state, step.judge.now));
    if (!state.located && t->position) alert.subjects[0].position = t->position->value;
  }
  if (alert.subjects.empty()) return;
  const std::string who = name_of(alert.subjects[0], step.judge.rules);
  if (r.sight.found) {
    alert.text = fmt::format("{} broadcasts that it is elsewhere than its operator's telemetry says.", who);
    return;
  }
  alert.text = r.sight.observed ? fmt::format("{}: broadcast and telemetry agree again, or one of them is not heard.", who) : fmt::format("{}: not observed since {}.", who, to_rfc3339(alert.judged_at));
  if (r.sight.observed) alert.reasons.clear();
}

}  // namespace skypact::guard
