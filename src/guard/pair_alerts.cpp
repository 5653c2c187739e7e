#include "guard/pair_alerts.h"

#include <algorithm>
#include <compare>
#include <utility>

#include <fmt/format.h>

#include "guard/alert_text.h"
#include "guard/conflict.h"

namespace skypact::guard {
namespace {

struct Pair {
  std::uint32_t a = 0, b = 0;  // units
  bool far = false;            // to be judged over the advisory look-ahead
  bool hold = false;           // its alert is open
  auto operator<=>(const Pair&) const = default;
};

struct LookAheads {
  Duration warning{}, advisory{};
};
LookAheads look_aheads(const Rules& rules) {
  const Duration warning = std::min(rules.warning_look_ahead, longest_look_ahead);
  return {warning, std::clamp(rules.advisory_look_ahead, warning, longest_look_ahead)};
}

// What can come near, and what has a record; each pair once.
std::vector<Pair> pairs_to_judge(const Step& step, const LookAheads& ahead, AlertBook& book) {
  const Units& units = step.traffic.units;
  std::vector<Pair> pairs;
  const auto search = [&](Duration look_ahead, bool far) {
    std::vector<Reach> reaches(units.bodies.size());
    in_chunks(reaches.size(), step.parallel_for, [&](std::size_t i) { reaches[i] = reach_of(*units.bodies[i], look_ahead, !far); });
    for (const auto& [a, b] : candidate_pairs(reaches, step.judge.minima.greatest(), look_ahead, step.parallel_for)) pairs.push_back({a, b, far, false});
  };
  search(ahead.warning, false);
  if (step.sweep && ahead.advisory > ahead.warning) search(ahead.advisory, true);
  for (const auto& [key, r] : book.records()) {
    if (r.alert.kind != AlertKind::conflict) continue;
    const auto a = step.traffic.unit_of(r.sides[0]), b = step.traffic.unit_of(r.sides[1]);
    if (a && b) {
      pairs.push_back({static_cast<std::uint32_t>(std::min(*a, *b)), static_cast<std::uint32_t>(std::max(*a, *b)), true, r.episode.raised});
    }
  }
  // The last of equal pairs knows most about it.
  std::sort(pairs.begin(), pairs.end());
  std::vector<Pair> once;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const bool last = i + 1 == pairs.size() || pairs[i].a != pairs[i + 1].a || pairs[i].b != pairs[i + 1].b;
    if (last && may_conflict(units, pairs[i].a, pairs[i].b, step.judge.rules)) once.push_back(pairs[i]);
  }
  return once;
}

}  // namespace

PairCounts judge_pairs(const Step& step, AlertBook& book) {
  const Traffic& traffic = step.traffic;
  const Units& units = traffic.units;
  const LookAheads look_ahead = look_aheads(step.judge.rules);
  const std::vector<Pair> pairs = pairs_to_judge(step, look_ahead, book);

  std::vector<std::optional<Encounter>> found(pairs.size());
  std::vector<std::uint8_t> held(pairs.size());  // found by the enlarged minima of an open alert only
  in_chunks(pairs.size(), step.parallel_for, [&](std::size_t i) {
    const Body* a = units.bodies[pairs[i].a];
    const Body* b = units.bodies[pairs[i].b];
    if (traffic.side_of(pairs[i].b) < traffic.side_of(pairs[i].a)) std::swap(a, b);
    const Duration ahead = pairs[i].far ? look_ahead.advisory : look_ahead.warning;
    found[i] = judge(*a, *b, step.judge, {.look_ahead = ahead, .hold = false});
    if (!found[i] && pairs[i].hold) {
      found[i] = judge(*a, *b, step.judge, {.look_ahead = ahead, .hold = true});
      held[i] = 1;
    }
  });

  const InhibitionTable inhibitions(step.judge.rules, step.judge.now);
  PairCounts counts{.candidates = pairs.size(), .inhibitions_active = inhibitions.active()};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!found[i]) continue;
    if (inhibitions.withholds(*units.bodies[pairs[i].a], *units.bodies[pairs[i].b])) {
      ++counts.inhibited;
      continue;
    }
    SideKey one = traffic.side_of(pairs[i].a), other = traffic.side_of(pairs[i].b);
    if (other < one) std::swap(one, other);
    AlertRecord* r = book.record(fmt::format("conflict:{}:{}", one.text(), other.text()), AlertKind::conflict);
    if (!r) continue;
    r->sides = {one, other};
    // Enlarged minima keep an infringement up, they do not make one.
    Encounter& e = *found[i];
    if (held[i] && r->episode.state != AlertState::infringed && e.lost_now) {
      e.lost_now = false;
      e.severity = std::min(e.severity, Severity::warning);
    }
    r->encounter = e;
    // What the crew has selected may lower the severity, not whether it may go unseen.
    const Severity by_time = severity_by_time(e.lost_now, e.t_in, step.judge.rules.warning_look_ahead);
    r->found({.observed = true,
              .found = true,
              .lost = e.lost_now,
              .to_infringement = e.t_in,
              .grave = grave(std::max(e.severity, by_time)),
              .look_ahead = look_ahead.advisory},
             e.severity);
  }
  return counts;
}

void write_conflict(AlertRecord& r, const Step& step) {
  Alert& alert = r.alert;
  const Traffic& traffic = step.traffic;
  const Rules& rules = step.judge.rules;
  const Time now = step.judge.now;
  const auto a = traffic.unit_of(r.sides[0]), b = traffic.unit_of(r.sides[1]);
  if (a && b) {
    const Body &one = *traffic.units.bodies[*a], &other = *traffic.units.bodies[*b];
    put_subject(alert, 0, subject_of(*one.track, one.state, now));
    put_subject(alert, 1, subject_of(*other.track, other.state, now));
    if (!alert.prediction) alert.prediction.emplace();
    Prediction& p = *alert.prediction;
    p.horizontal_now = horizontal_distance(one.ground, other.ground, Duration{});
    const auto vertical = track::vertical_difference(one.vertical, other.vertical, step.judge.vertical);
    p.vertical_now.reset();
    if (vertical) {
      p.vertical_now = abs(vertical->value);
      // The conversion was made for the pair; the bound is shown with the one whose datum is not pressure.
      AlertSubject& converted = alert.subjects[alert.subjects[0].altitude_datum != Datum::pressure ? 0 : 1];
      converted.altitude_error = vertical->error_bound;
    }
    if (r.encounter) {
      const Encounter& e = *r.encounter;
      p.minima = e.required.minima;
      p.horizontal_from = step.judge.minima.horizontal_origin(e.required);
      p.vertical_from = step.judge.minima.vertical_origin(e.required);
      p.minima_source = text_of(p.horizontal_from, p.vertical_from);
      // What began and what has passed stays when it was, so that a timer counts on.
      const bool passed = r.lost_since && *r.lost_since < now && e.t_closest == Duration{} && p.horizontal_at_closest <= e.horizontal_at_closest;
      p.infringed_from = r.lost_since ? *r.lost_since : now + e.t_in;
      p.infringed_to = now + e.t_out;
      if (!passed) {
        p.closest_at = now + e.t_closest;
        p.horizontal_at_closest = e.horizontal_at_closest;
        p.vertical_at_closest = e.vertical_at_closest;
      }
      p.by_turn_hypothesis = e.by_turn;
    }
    alert.reasons = r.encounter ? conflict_reasons(alert, *r.encounter) : present_reasons(alert);
    for (const SideKey& side : r.sides) {
      if (!side.group.empty()) alert.reasons.push_back({.code = ReasonCode::group, .name = side.group});
    }
    say_who_assists(alert, step.judge.rules);
    r.described_at = now;
  } else {
    date_reasons(r);
  }
  if (alert.subjects.size() != 2 || !alert.prediction) return;
  // The group's side comes first in the sentence.
  const bool first = !r.sides[0].group.empty(), second = !r.sides[1].group.empty();
  if (second && !first) {
    Alert turned = alert;
    std::swap(turned.subjects[0], turned.subjects[1]);
    alert.text = conflict_text(turned, rules, r.sides[1].group);
  } else {
    alert.text = conflict_text(alert, rules, r.sides[0].group);
  }
}

}  // namespace skypact::guard
