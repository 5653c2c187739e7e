#include "guard/zone_alerts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "guard/alert_text.h"

namespace skypact::guard {
namespace {

// Every track that has the address a zone moves with: where two use it, nobody knows which is meant.
Carriers carriers_of(const Step& step, const ZoneTable& table, Duration look_ahead) {
  const Rules& rules = step.judge.rules;
  std::vector<Carrier> carriers;
  for (const std::uint32_t z : table.moving()) {
    for (const Track* t : step.traffic.of_address(*rules.zones[z].moves_with)) {
      if (!t->position || t->life == Life::stale || t->life == Life::lost) continue;
      const auto state = track::motion_at(*t, step.judge.now);
      if (!state.located) continue;
      const Speed speed = std::clamp(state.velocity.speed, knots(0), geo::max_ground_speed);
      carriers.push_back({z, t->id, geo::ground_motion(state.position, speed, state.velocity.track)});
    }
  }
  return table.carriers(std::move(carriers), look_ahead);
}

void take(AlertRecord& r, const ZoneEncounter& e, const Rules& rules) {
  r.zone_encounter = e;
  r.found({.observed = true,
           .found = true,
           .lost = e.lost_now,
           .to_infringement = e.t_in,
           .grave = grave(e.severity),
           .look_ahead = rules.advisory_look_ahead},
          e.severity);
}

}  // namespace

void judge_zones(const Step& step, const ZoneTable& table, AlertBook& book) {
  const Rules& rules = step.judge.rules;
  const Traffic& traffic = step.traffic;
  if (rules.zones.empty()) return;
  const Duration ahead = step.sweep ? rules.advisory_look_ahead : rules.warning_look_ahead;
  const Carriers carriers = carriers_of(step, table, ahead);
  std::vector<std::vector<std::pair<std::uint32_t, ZoneEncounter>>> found(traffic.bodies.size());
  in_chunks(found.size(), step.parallel_for, [&](std::size_t i) {
    const auto& body = traffic.bodies[i];
    if (!body) return;
    for (const std::uint32_t z : table.near(*body, carriers, ahead)) {
      if (const auto e = table.judge(z, *body, carriers, step.judge, {.look_ahead = ahead})) found[i].emplace_back(z, *e);
    }
  });
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [z, e] : found[i]) {
      const Zone& zone = rules.zones[z];
      const TrackKey key = traffic.tracks[i]->key();
      AlertRecord* r = book.record(fmt::format("zone:{}:{}", zone.id, to_string(key)), AlertKind::zone);
      if (!r) continue;
      r->sides[0] = {key, {}};
      r->zone = z;
      r->alert.zone_id = zone.id;
      if (!r->episode.raised) take(*r, e, rules);
    }
  }
  // What is open or waits for its confirmation is judged far ahead at every step, and held if it is open.
  for (auto& entry : book.records()) {
    AlertRecord& r = entry.second;  // not a structured binding: Clang 14 captures none
    if (r.alert.kind != AlertKind::zone || r.seen_this_step || r.zone >= rules.zones.size()) continue;
    const Body* body = traffic.body(r.sides[0].aircraft);
    if (!body) continue;
    if (rules.zones[r.zone].moves_with && carriers.of(r.zone).empty()) {
      r.sight = {.observed = false};
      r.zone_encounter.reset();
      r.seen_this_step = true;
      continue;
    }
    const auto judge_it = [&](bool hold) {
      return table.judge(r.zone, *body, carriers, step.judge, {.look_ahead = rules.advisory_look_ahead, .hold = hold});
    };
    auto e = judge_it(false);
    if (!e && r.episode.raised) {
      e = judge_it(true);
      if (e && !e->leaving && r.episode.state != AlertState::infringed && e->lost_now) {
        e->lost_now = false;
        e->severity = std::min(e->severity, Severity::warning);
      }
    }
    if (e) take(r, *e, rules);
  }
}

void write_zone(AlertRecord& r, const Step& step) {
  Alert& alert = r.alert;
  const Rules& rules = step.judge.rules;
  const Time now = step.judge.now;
  const Body* body = step.traffic.body(r.sides[0].aircraft);
  if (body && r.sight.observed) {
    put_subject(alert, 0, subject_of(*body->track, body->state, now));
    alert.reasons = present_reasons(alert);
    if (r.zone < rules.zones.size()) alert.reasons.insert(alert.reasons.begin(), {.code = ReasonCode::zone_rule, .rule = rules.zones[r.zone].rule});
    say_who_assists(alert, rules);
    r.described_at = now;
  } else {
    date_reasons(r);
  }
  if (!alert.prediction) alert.prediction.emplace();
  if (r.zone >= rules.zones.size()) {
    if (!alert.subjects.empty()) alert.text = zone_text(alert, rules, alert.zone_id, false, ClearanceBreach::none);
    return;
  }
  const Zone& zone = rules.zones[r.zone];
  if (r.zone_encounter) {
    const ZoneEncounter& e = *r.zone_encounter;
    Prediction& p = *alert.prediction;
    p.minima = {zone.buffer, {}};
    p.minima_source = "zone " + zone.id;
    p.infringed_from = r.lost_since ? *r.lost_since : now + e.t_in;  // so that a timer counts on
    p.infringed_to = now + e.t_out;
    p.closest_at = p.infringed_from;
    p.horizontal_now = e.distance_now;
    alert.reasons = zone_reasons(alert, e, zone);
    say_who_assists(alert, rules);
  }
  alert.text = zone_text(alert, rules, zone.name.empty() ? zone.id : zone.name, zone.rule == ZoneRule::corridor,
                         r.zone_encounter ? r.zone_encounter->breach : ClearanceBreach::none);
}

void renumber_zones(AlertBook& book, const Rules& rules) {
  for (auto& [key, r] : book.records()) {
    if (r.alert.kind != AlertKind::zone) continue;
    r.zone = static_cast<std::uint32_t>(rules.zones.size());  // gone, unless found again
    for (std::uint32_t z = 0; z < rules.zones.size(); ++z) {
      if (rules.zones[z].id == r.alert.zone_id) r.zone = z;
    }
  }
}

}  // namespace skypact::guard
