#include "guard/guard.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "guard/alert_text.h"
#include "guard/body.h"
#include "guard/conflict.h"
#include "guard/distress.h"
#include "guard/encounter.h"
#include "guard/groups.h"
#include "guard/life_cycle.h"
#include "guard/minima.h"
#include "guard/zones.h"

namespace skypact::guard {
namespace {

constexpr Duration sweep_period = seconds(5);     // of the search for advisories; warnings are searched every step
constexpr Duration repeat_after = seconds(5);     // an open alert is returned at least this often
constexpr Duration lower_after = seconds(5);      // a severity falls only when it was lower for this long
constexpr Duration interference_over = seconds(60);
constexpr std::size_t most_episodes = 50'000;     // keys whose episodes are counted
constexpr std::size_t chunk = 32;                 // pairs or aircraft that one thread takes at once

// One side of a pair: an aircraft by its address, or a group by its id.
struct SideKey {
  Address address;
  std::string group;  // empty: an aircraft
  friend auto operator<=>(const SideKey&, const SideKey&) = default;
  [[nodiscard]] std::string text() const { return group.empty() ? to_string(address) : "group:" + group; }
};

struct Record {
  Alert alert;
  Episode episode;
  std::array<SideKey, 2> sides;              // of a conflict; [0] of zone and distress
  std::uint32_t zone = 0;                    // index into Rules::zones while the rules stay
  Sight sight;
  std::optional<Encounter> encounter;        // of this step
  std::optional<ZoneEncounter> zone_encounter;
  DistressSignal signal;
  Severity found_severity = Severity::advisory;
  std::optional<Time> lower_since;
  std::optional<Prediction> returned;        // as the caller last had it
  Time returned_at;
  bool seen_this_step = false;
  bool changed = false;
};

// Sorts before what is less urgent.
auto urgency(const Alert& a) {
  return std::tuple(-static_cast<int>(a.severity), a.state == AlertState::unobserved || a.state == AlertState::clearing,
                    a.prediction ? a.prediction->infringed_from : a.raised_at, a.id);
}

AlertSubject subject_of(const Track& track, const track::MotionState& state, Time now) {
  AlertSubject s;
  s.track = track.id;
  s.address = track.address;
  if (track.callsign) s.callsign = track.callsign->value;
  s.party = track.party;
  s.party_basis = track.party_basis;
  s.aircraft_class = track.aircraft_class;
  s.position = state.position;
  if (state.pressure_altitude) {
    s.altitude = state.pressure_altitude->above_datum(), s.altitude_datum = Datum::pressure;
  } else if (state.ellipsoid_altitude) {
    s.altitude = state.ellipsoid_altitude->above_datum(), s.altitude_datum = Datum::ellipsoid;
  } else if (state.sea_level_altitude) {
    s.altitude = state.sea_level_altitude->above_datum(), s.altitude_datum = Datum::mean_sea_level;
  }
  if (state.velocity_known) s.velocity = state.velocity;
  if (state.vertical_rate_known) s.vertical_rate = state.vertical_rate;
  s.uncertainty = state.uncertainty;
  s.position_age = state.position_age;
  s.altitude_age = state.altitude_age;
  s.velocity_age = state.velocity_age;
  if (track.position) s.position_source = track.position->kind;
  s.suspect = track.suspect;
  if (track.selected_altitude) {
    s.selected_altitude = track.selected_altitude->value;
    s.selected_altitude_age = std::max(Duration{}, now - track.selected_altitude->measured_at);
  }
  return s;
}

bool notable(const Prediction& before, const Prediction& now) {
  const auto moved = [](Time a, Time b) { return std::max(a, b) - std::min(a, b) > seconds(3); };
  const auto far = [](Length a, Length b) { return std::max(a, b) - std::min(a, b) > nautical_miles(0.2); };
  const auto vertical = [](const std::optional<Height>& a, const std::optional<Height>& b) {
    return a.has_value() != b.has_value() || (a && abs(*a - *b) > feet_of_height(100));
  };
  return before.minima != now.minima || before.minima_source != now.minima_source || moved(before.closest_at, now.closest_at) ||
         moved(before.infringed_from, now.infringed_from) || far(before.horizontal_at_closest, now.horizontal_at_closest) ||
         vertical(before.vertical_at_closest, now.vertical_at_closest) || before.by_turn_hypothesis != now.by_turn_hypothesis;
}

void in_chunks(std::size_t count, const ParallelFor& parallel_for, const std::function<void(std::size_t)>& body) {
  parallel_for((count + chunk - 1) / chunk, [&](std::size_t c) {
    for (std::size_t i = c * chunk; i < std::min(count, (c + 1) * chunk); ++i) body(i);
  });
}

}  // namespace

struct Guard::State {
  // ---- what lasts from step to step
  Time now;
  std::shared_ptr<const Rules> rules;
  std::optional<MinimaTable> minima;
  std::optional<ZoneTable> zones;
  std::map<std::string, Record> records;           // by key without episode
  std::map<std::string, std::pair<std::uint32_t, Time>> episodes;
  DistressWatch distress;
  std::uint32_t next_id = 1;
  std::optional<Time> last_sweep;
  std::vector<Alert> open, ended;
  GuardCounts counts;

  // ---- of one step
  std::span<const Track* const> tracks;
  std::vector<std::optional<Body>> bodies;         // one per track
  std::unordered_map<Address, std::size_t> by_address;  // looked up, never gone through
  Units units;
  bool sweep = false;

  void take_rules(const std::shared_ptr<const Rules>& given);
  void take_tracks(const GuardInput& input, const ParallelFor& parallel_for);
  void judge_pairs(const GuardInput& input, const ParallelFor& parallel_for);
  void judge_zones(const GuardInput& input, const ParallelFor& parallel_for);
  void judge_distress();
  void judge_feeds(std::span<const FeedHealth> feeds);
  void judge_interference(std::span<const track::InterferenceFinding> findings);
  void look_at_unseen();
  std::vector<Alert> conclude();

  [[nodiscard]] const Track* find_track(const Address& address) const {
    const auto at = by_address.find(address);
    return at == by_address.end() ? nullptr : tracks[at->second];
  }
  [[nodiscard]] JudgeContext context(const GuardInput& input) const {
    return {*rules, *minima, {input.gnss_baro, rules->qnh, rules->geoid_undulation}, now};
  }
  // An aircraft is observed while reports of it arrive, on the ground too.
  [[nodiscard]] bool observed(const SideKey& side) const {
    if (!side.group.empty()) return true;
    const Track* t = find_track(side.address);
    return t && t->position && (t->life == Life::live || t->life == Life::coasting);
  }
  [[nodiscard]] std::optional<std::size_t> unit_of(const SideKey& side) const {
    if (!side.group.empty()) {
      for (std::size_t u = units.singles; u < units.bodies.size(); ++u) {
        if (rules->groups[static_cast<std::size_t>(units.bodies[u]->group)].id == side.group) return u;
      }
      return std::nullopt;
    }
    const auto at = by_address.find(side.address);
    return at == by_address.end() ? std::nullopt : units.of_track[at->second];
  }
  [[nodiscard]] SideKey side_of(std::size_t unit) const {
    const Body& body = *units.bodies[unit];
    if (unit < units.singles) return {body.track->address, {}};
    return {{}, rules->groups[static_cast<std::size_t>(body.group)].id};
  }
  // nullptr where the bound on unconfirmed findings is reached.
  Record* record(const std::string& key, AlertKind kind) {
    const auto at = records.find(key);
    if (at != records.end()) return &at->second;
    if (records.size() >= GuardLimits::open_alerts + GuardLimits::unconfirmed && kind != AlertKind::distress) {
      ++counts.alerts_left_out;
      return nullptr;
    }
    Record& r = records[key];
    r.alert.kind = kind;
    return &r;
  }
  void fill(const std::string& key, Record& r);
  void leave_out_the_least_urgent(std::vector<Alert>& changed);
  void end(Record& r, std::vector<Alert>& changed);
};

void Guard::State::take_rules(const std::shared_ptr<const Rules>& given) {
  if (rules == given) return;
  rules = given;
  minima.emplace(*rules);
  zones.emplace(*rules);
  counts.errors = zones->errors();
  for (auto& [key, r] : records) {
    if (r.alert.kind != AlertKind::zone) continue;
    r.zone = static_cast<std::uint32_t>(rules->zones.size());  // gone, unless found again
    for (std::uint32_t z = 0; z < rules->zones.size(); ++z) {
      if (rules->zones[z].id == r.alert.zone_id) r.zone = z;
    }
  }
}

void Guard::State::take_tracks(const GuardInput& input, const ParallelFor& parallel_for) {
  tracks = input.tracks;
  bodies.assign(tracks.size(), std::nullopt);
  in_chunks(tracks.size(), parallel_for, [&](std::size_t i) { bodies[i] = body_of(*tracks[i], now); });
  by_address.clear();
  by_address.reserve(tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) by_address.emplace(tracks[i]->address, i);
  units = make_units(*rules, now, bodies, by_address, {input.gnss_baro, rules->qnh, rules->geoid_undulation});
  counts.judged = static_cast<std::size_t>(std::count_if(bodies.begin(), bodies.end(), [](const auto& b) { return b.has_value(); }));
  counts.groups_active = units.groups_active;
}

void Guard::State::judge_pairs(const GuardInput& input, const ParallelFor& parallel_for) {
  struct Pair {
    std::uint32_t a = 0, b = 0;
    bool far = false;    // to be judged over the advisory look-ahead
    bool hold = false;
    auto operator<=>(const Pair&) const = default;
  };
  std::vector<Pair> pairs;

  const auto search = [&](Duration look_ahead, bool far) {
    std::vector<Reach> reaches(units.bodies.size());
    in_chunks(reaches.size(), parallel_for, [&](std::size_t i) { reaches[i] = reach_of(*units.bodies[i], look_ahead, !far); });
    for (const auto& [a, b] : candidate_pairs(reaches, minima->greatest(), look_ahead, parallel_for)) pairs.push_back({a, b, far, false});
  };
  const Duration warning = std::min(rules->warning_look_ahead, longest_look_ahead);
  const Duration advisory = std::clamp(rules->advisory_look_ahead, warning, longest_look_ahead);
  search(warning, false);
  if (sweep && advisory > warning) search(advisory, true);
  for (auto& [key, r] : records) {
    if (r.alert.kind != AlertKind::conflict) continue;
    const auto a = unit_of(r.sides[0]), b = unit_of(r.sides[1]);
    if (a && b) {
      pairs.push_back({static_cast<std::uint32_t>(std::min(*a, *b)), static_cast<std::uint32_t>(std::max(*a, *b)), true, r.episode.raised});
    }
  }
  // The last of equal pairs knows most about it.
  std::sort(pairs.begin(), pairs.end());
  std::vector<Pair> once;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const bool last = i + 1 == pairs.size() || pairs[i].a != pairs[i + 1].a || pairs[i].b != pairs[i + 1].b;
    if (last && may_conflict(units, pairs[i].a, pairs[i].b, *rules)) once.push_back(pairs[i]);
  }
  counts.candidates = once.size();

  const JudgeContext judge_context = context(input);
  std::vector<std::optional<Encounter>> found(once.size());
  std::vector<std::uint8_t> held(once.size());  // found by the enlarged minima of an open alert only
  in_chunks(once.size(), parallel_for, [&](std::size_t i) {
    const Body* a = units.bodies[once[i].a];
    const Body* b = units.bodies[once[i].b];
    if (side_of(once[i].b) < side_of(once[i].a)) std::swap(a, b);
    const Duration ahead = once[i].far ? advisory : warning;
    found[i] = judge(*a, *b, judge_context, {.look_ahead = ahead, .hold = false});
    if (!found[i] && once[i].hold) {
      found[i] = judge(*a, *b, judge_context, {.look_ahead = ahead, .hold = true});
      held[i] = 1;
    }
  });

  const InhibitionTable inhibitions(*rules, now);
  counts.inhibited = 0;
  counts.inhibitions_active = inhibitions.active();
  for (std::size_t i = 0; i < once.size(); ++i) {
    if (!found[i]) continue;
    const Body& a = *units.bodies[once[i].a];
    const Body& b = *units.bodies[once[i].b];
    if (inhibitions.withholds(a, b)) {
      ++counts.inhibited;
      continue;
    }
    SideKey one = side_of(once[i].a), other = side_of(once[i].b);
    if (other < one) std::swap(one, other);
    Record* r = record(fmt::format("conflict:{}:{}", one.text(), other.text()), AlertKind::conflict);
    if (!r) continue;
    r->sides = {one, other};
    // Enlarged minima keep an infringement up, they do not make one.
    Encounter& e = *found[i];
    if (held[i] && r->episode.state != AlertState::infringed && e.lost_now) {
      e.lost_now = false;
      e.severity = std::min(e.severity, Severity::warning);
    }
    r->encounter = e;
    r->found_severity = e.severity;
    r->sight = {.observed = true, .found = true, .lost = e.lost_now, .to_infringement = e.t_in};
    r->seen_this_step = true;
  }
}

void Guard::State::judge_zones(const GuardInput& input, const ParallelFor& parallel_for) {
  if (rules->zones.empty()) return;
  const JudgeContext judge_context = context(input);
  Carriers carriers(rules->zones.size());
  for (const std::uint32_t z : zones->moving()) {
    const Track* t = find_track(*rules->zones[z].moves_with);
    if (!t || !t->position || t->life == Life::stale || t->life == Life::lost) continue;
    const auto state = track::motion_at(*t, now);
    if (state.located) {
      carriers[z] = geo::ground_motion(state.position, std::clamp(state.velocity.speed, knots(0), geo::max_ground_speed), state.velocity.track);
    }
  }
  const Duration ahead = sweep ? rules->advisory_look_ahead : rules->warning_look_ahead;
  std::vector<std::vector<std::pair<std::uint32_t, ZoneEncounter>>> found(bodies.size());
  in_chunks(bodies.size(), parallel_for, [&](std::size_t i) {
    if (!bodies[i]) return;
    for (const std::uint32_t z : zones->near(*bodies[i], ahead)) {
      if (const auto e = zones->judge(z, *bodies[i], carriers, judge_context, {.look_ahead = ahead})) found[i].emplace_back(z, *e);
    }
  });
  const auto take = [&](Record& r, const ZoneEncounter& e) {
    r.zone_encounter = e;
    r.found_severity = e.severity;
    r.sight = {.observed = true, .found = true, .lost = e.lost_now, .to_infringement = e.t_in};
    r.seen_this_step = true;
  };
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [z, e] : found[i]) {
      const Zone& zone = rules->zones[z];
      Record* r = record(fmt::format("zone:{}:{}", zone.id, to_string(tracks[i]->address)), AlertKind::zone);
      if (!r) continue;
      r->sides[0] = {tracks[i]->address, {}};
      r->zone = z;
      r->alert.zone_id = zone.id;
      if (!r->episode.raised) take(*r, e);
    }
  }
  // What is open or waits for its confirmation is judged far ahead at every step, and held if it is open.
  for (auto& entry : records) {
    Record& r = entry.second;
    if (r.alert.kind != AlertKind::zone || r.seen_this_step || r.zone >= rules->zones.size()) continue;
    const auto at = by_address.find(r.sides[0].address);
    if (at == by_address.end() || !bodies[at->second]) continue;
    if (rules->zones[r.zone].moves_with && !carriers[r.zone]) {
      r.sight = {.observed = false};
      r.seen_this_step = true;
      continue;
    }
    const auto judge_it = [&](bool hold) {
      return zones->judge(r.zone, *bodies[at->second], carriers, judge_context, {.look_ahead = rules->advisory_look_ahead, .hold = hold});
    };
    auto e = judge_it(false);
    if (!e && r.episode.raised) {
      e = judge_it(true);
      if (e && !e->leaving && r.episode.state != AlertState::infringed && e->lost_now) {
        e->lost_now = false;
        e->severity = std::min(e->severity, Severity::warning);
      }
    }
    if (e) take(r, *e);
  }
}

void Guard::State::judge_distress() {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Track& t = *tracks[i];
    const auto signal = distress.look(t);
    if (!signal) continue;
    // One aircraft seen by several sources is one alert: that of the track that has one already.
    const Track* owner = &t;
    for (const TrackId id : t.possibly_same) {
      const auto other = std::lower_bound(tracks.begin(), tracks.end(), id, [](const Track* x, TrackId y) { return x->id < y; });
      if (other == tracks.end() || (*other)->id != id) continue;
      if (records.contains("distress:" + to_string((*other)->address)) && !records.contains("distress:" + to_string(t.address))) owner = *other;
    }
    Record* r = record("distress:" + to_string(owner->address), AlertKind::distress);
    r->sides[0] = {owner->address, {}};
    const bool fused = owner != &t && r->seen_this_step && severity_of(signal->emergency) <= severity_of(r->signal.emergency);
    if (!fused && !(r->signal == *signal)) {
      if (r->episode.raised && signal->emergency != r->signal.emergency) {
        r->episode.latched = true;  // another distress than the one that was acknowledged
        r->changed = true;
      }
      r->signal = *signal;
    }
    const bool here = t.life == Life::live || t.life == Life::coasting;
    if (!here && r->seen_this_step) continue;
    r->sight = {.observed = here || !r->episode.raised, .found = true, .lost = true, .certain = true};
    r->found_severity = severity_of(r->signal.emergency);
    r->seen_this_step = true;
  }
  distress.keep(tracks);
}

void Guard::State::judge_feeds(std::span<const FeedHealth> feeds) {
  for (const FeedHealth& feed : feeds) {
    if (!feed.expected) continue;
    const Time since = feed.last_message ? std::max(*feed.last_message, feed.expected_since) : feed.expected_since;
    if (now - since < feed.silent_after) continue;
    Record* r = record(fmt::format("feed:{}:{}", feed.source.value, feed.name), AlertKind::feed);
    if (!r) continue;
    r->alert.feed = feed.name;
    r->alert.reasons = {feed.last_message ? fmt::format("Its last message came at {}", to_rfc3339(*feed.last_message))
                                          : fmt::format("It has sent nothing since {}", to_rfc3339(feed.expected_since))};
    r->alert.text = fmt::format("Feed {} has been silent for {}: aircraft that only it sees are not shown where they are.", feed.name, spoken(now - since));
    r->sight = {.observed = true, .found = true, .lost = true, .certain = true};
    r->found_severity = Severity::warning;
    r->seen_this_step = true;
  }
}

void Guard::State::judge_interference(std::span<const track::InterferenceFinding> findings) {
  for (const track::InterferenceFinding& finding : findings) {
    if (now - finding.last > interference_over) continue;
    Record* r = record(fmt::format("interference:{}", finding.episode), AlertKind::interference);
    if (!r) continue;
    r->alert.area = finding.area;
    if (finding.area.size() < 3) r->alert.area.assign(1, finding.centre);
    r->alert.text = fmt::format("GNSS interference around {:.2f}, {:.2f}: {} aircraft within {:.0f} NM lost their positions together.",
                                finding.centre.lat_degrees(), finding.centre.lon_degrees(), finding.tracks.size(),
                                std::max(1.0, finding.radius.in(nautical_miles)));
    r->alert.reasons = {fmt::format("{} aircraft jumped, {} lost their integrity, since {}", finding.jumped, finding.collapsed, to_rfc3339(finding.since))};
    r->sight = {.observed = true, .found = true, .lost = true, .certain = true};
    r->found_severity = Severity::warning;
    r->seen_this_step = true;
  }
}

// Records that no finding touched in this step: gone, or only not observed?
void Guard::State::look_at_unseen() {
  for (auto& [key, r] : records) {
    if (r.seen_this_step) continue;
    r.encounter.reset();
    r.zone_encounter.reset();
    r.sight = {};
    switch (r.alert.kind) {
      case AlertKind::conflict: r.sight.observed = observed(r.sides[0]) && observed(r.sides[1]); break;
      case AlertKind::zone: r.sight.observed = observed(r.sides[0]); break;
      case AlertKind::distress: {
        const Track* t = find_track(r.sides[0].address);
        r.sight.observed = t && (t->life == Life::live || t->life == Life::coasting);
        break;
      }
      case AlertKind::interference:
      case AlertKind::feed: break;
    }
  }
}

// Writes what was found in this step into the alert.
void Guard::State::fill(const std::string& key, Record& r) {
  Alert& alert = r.alert;
  const auto put_subject = [&](std::size_t i, const Track& t, const track::MotionState& state) {
    if (alert.subjects.size() <= i) alert.subjects.resize(i + 1);
    alert.subjects[i] = subject_of(t, state, now);
  };
  if (r.sight.observed) alert.judged_at = now;
  if (alert.kind == AlertKind::conflict) {
    const auto a = unit_of(r.sides[0]), b = unit_of(r.sides[1]);
    if (a && b) {
      put_subject(0, *units.bodies[*a]->track, units.bodies[*a]->state);
      put_subject(1, *units.bodies[*b]->track, units.bodies[*b]->state);
      if (!alert.prediction) alert.prediction.emplace();
      Prediction& p = *alert.prediction;
      p.horizontal_now = horizontal_distance(units.bodies[*a]->ground, units.bodies[*b]->ground, Duration{});
      const auto vertical = track::vertical_difference(units.bodies[*a]->vertical, units.bodies[*b]->vertical, units.reference);
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
        p.minima_source = minima->name(e.required);
        p.infringed_from = now + e.t_in;
        p.infringed_to = now + e.t_out;
        p.closest_at = now + e.t_closest;
        p.horizontal_at_closest = e.horizontal_at_closest;
        p.vertical_at_closest = e.vertical_at_closest;
        p.by_turn_hypothesis = e.by_turn;
        alert.reasons = conflict_reasons(alert, e, *rules);
        for (const SideKey& side : r.sides) {
          if (!side.group.empty()) alert.reasons.push_back(fmt::format("Group {} counts as one aircraft, enlarged by its envelope", side.group));
        }
      }
    }
    if (alert.subjects.size() == 2 && alert.prediction) {
      // The group's side comes first in the sentence.
      const bool first = !r.sides[0].group.empty(), second = !r.sides[1].group.empty();
      if (second && !first) {
        Alert turned = alert;
        std::swap(turned.subjects[0], turned.subjects[1]);
        alert.text = conflict_text(turned, *rules, r.sides[1].group);
      } else {
        alert.text = conflict_text(alert, *rules, r.sides[0].group);
      }
    }
  } else if (alert.kind == AlertKind::zone) {
    const auto at = by_address.find(r.sides[0].address);
    if (at != by_address.end() && bodies[at->second]) put_subject(0, *tracks[at->second], bodies[at->second]->state);
    if (!alert.prediction) alert.prediction.emplace();
    Prediction& p = *alert.prediction;
    if (r.zone < rules->zones.size()) {
      const Zone& zone = rules->zones[r.zone];
      if (r.zone_encounter) {
        const ZoneEncounter& e = *r.zone_encounter;
        p.minima = {zone.buffer, {}};
        p.minima_source = "zone " + zone.id;
        p.infringed_from = now + e.t_in;
        p.infringed_to = now + e.t_out;
        p.closest_at = p.infringed_from;
        p.horizontal_now = e.distance_now;
        alert.reasons = zone_reasons(alert, e, zone, *rules);
      }
      alert.text = zone_text(alert, *rules, zone.name.empty() ? zone.id : zone.name, zone.rule == ZoneRule::corridor);
    } else if (!alert.subjects.empty()) {
      alert.text = zone_text(alert, *rules, alert.zone_id, false);
    }
  } else if (alert.kind == AlertKind::distress) {
    if (const Track* t = find_track(r.sides[0].address)) {
      const auto state = track::motion_at(*t, now);
      put_subject(0, *t, state);
      if (!state.located && t->position) alert.subjects[0].position = t->position->value;
    }
    alert.emergency = r.signal.emergency;
    alert.squawk = r.signal.squawk;
    alert.latched = r.episode.latched;
    alert.reasons = {fmt::format("Signals {}", describe(r.signal))};
    if (!alert.subjects.empty()) alert.text = distress_text(alert, *rules, r.signal);
  }
  (void)key;
}

void Guard::State::end(Record& r, std::vector<Alert>& changed) {
  r.alert.state = AlertState::ended;
  r.alert.ended_at = now;
  r.alert.changed_at = now;
  r.alert.latched = false;
  ended.push_back(r.alert);
  if (ended.size() > GuardLimits::ended_alerts) ended.erase(ended.begin());
  changed.push_back(r.alert);
}

// Keeps the most urgent GuardLimits::open_alerts; the rest ends, if anybody has seen it yet.
void Guard::State::leave_out_the_least_urgent(std::vector<Alert>& changed) {
  std::vector<std::map<std::string, Record>::iterator> raised;
  for (auto at = records.begin(); at != records.end(); ++at) {
    if (at->second.episode.raised) raised.push_back(at);
  }
  if (raised.size() <= GuardLimits::open_alerts) return;
  std::sort(raised.begin(), raised.end(), [](auto a, auto b) {
    const bool x = a->second.alert.kind == AlertKind::distress, y = b->second.alert.kind == AlertKind::distress;
    return x != y ? x : urgency(a->second.alert) < urgency(b->second.alert);
  });
  for (std::size_t i = GuardLimits::open_alerts; i < raised.size(); ++i) {
    Record& r = raised[i]->second;
    ++counts.alerts_left_out;
    if (r.returned_at != Time{}) {
      r.alert.reasons.push_back(fmt::format("Left out: more than {} alerts are open, all of them more urgent", GuardLimits::open_alerts));
      end(r, changed);
    }
    records.erase(raised[i]);
  }
}

std::vector<Alert> Guard::State::conclude() {
  std::vector<Alert> changed;
  std::size_t count_raised = 0;
  for (auto at = records.begin(); at != records.end();) {
    const std::string& key = at->first;
    Record& r = at->second;
    Alert& alert = r.alert;
    const Change change = advance(r.episode, r.sight, now);
    if (change == Change::forgotten) {
      at = records.erase(at);
      continue;
    }
    if (change == Change::raised) {
      auto& [episode, last] = episodes[key];
      last = now;
      alert.key = fmt::format("{}#{}", key, ++episode);
      alert.id = AlertId{next_id++};
      alert.raised_at = alert.changed_at = alert.judged_at = now;
      alert.severity = r.found_severity;
      if (alert.kind == AlertKind::distress) r.episode.latched = alert.latched = true;
      r.changed = true;
    }
    if (change == Change::state) r.changed = true;
    if (r.episode.raised) {
      alert.state = r.episode.state;
      const Severity before = alert.severity;
      Severity wanted = before;
      if (alert.state == AlertState::predicted || alert.state == AlertState::infringed) wanted = r.found_severity;
      if (alert.state == AlertState::clearing && alert.kind != AlertKind::distress) wanted = std::min(before, Severity::caution);
      if (wanted >= before) {
        alert.severity = wanted;
        r.lower_since.reset();
      } else {
        if (!r.lower_since) r.lower_since = now;
        if (alert.state == AlertState::clearing || now - *r.lower_since >= lower_after) alert.severity = wanted, r.lower_since.reset();
      }
      if (alert.severity != before) r.changed = true;
      if (r.changed) alert.changed_at = now;
      fill(key, r);
      if (change == Change::ended) {
        episodes[key].second = now;
        end(r, changed);
        at = records.erase(at);
        continue;
      }
      ++count_raised;
    }
    ++at;
  }
  if (count_raised > GuardLimits::open_alerts) leave_out_the_least_urgent(changed);
  open.clear();
  for (auto& [key, r] : records) {
    const bool first_look = r.seen_this_step;
    r.seen_this_step = false;
    if (!r.episode.raised) continue;
    const bool moved = first_look && r.alert.prediction && r.returned && notable(*r.returned, *r.alert.prediction);
    if (r.changed || moved || now - r.returned_at >= repeat_after) {
      changed.push_back(r.alert);
      r.returned = r.alert.prediction;
      r.returned_at = now;
    }
    r.changed = false;
    open.push_back(r.alert);
  }
  std::sort(open.begin(), open.end(), [](const Alert& a, const Alert& b) { return urgency(a) < urgency(b); });
  std::sort(changed.begin(), changed.end(), [](const Alert& a, const Alert& b) { return a.id < b.id; });
  if (episodes.size() > most_episodes) {
    // Forgets the older half of what is not open: its numbers begin anew.
    std::vector<Time> times;
    for (const auto& [key, e] : episodes) times.push_back(e.second);
    const auto half = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), half, times.end());
    std::erase_if(episodes, [&](const auto& entry) { return entry.second.second <= *half && !records.contains(entry.first); });
  }
  return changed;
}

Guard::Guard() : state_(std::make_unique<State>()) {}
Guard::~Guard() = default;
Guard::Guard(Guard&&) noexcept = default;
Guard& Guard::operator=(Guard&&) noexcept = default;

std::vector<Alert> Guard::step(const GuardInput& input, const ParallelFor& parallel_for) {
  SKYPACT_CHECK(input.rules != nullptr);
  State& s = *state_;
  s.now = std::max(s.now, input.now);
  s.take_rules(input.rules);
  s.sweep = !s.last_sweep || s.now - *s.last_sweep >= sweep_period;
  if (s.sweep) s.last_sweep = s.now;
  s.take_tracks(input, parallel_for);
  s.judge_pairs(input, parallel_for);
  s.judge_zones(input, parallel_for);
  s.judge_distress();
  s.judge_feeds(input.feeds);
  s.judge_interference(input.interference);
  s.look_at_unseen();
  auto changed = s.conclude();
  // What pointed at the caller's tracks.
  s.tracks = {};
  s.units = {};
  s.bodies.clear();
  s.by_address.clear();
  return changed;
}

Result<Alert> Guard::acknowledge(AlertId id, const Acknowledgement& acknowledgement) {
  if (acknowledgement.how.size() > GuardLimits::acknowledgement_text || acknowledgement.by.size() > GuardLimits::acknowledgement_text) {
    return Error{ErrorCode::over_limit, fmt::format("an acknowledgement's text has at most {} bytes", GuardLimits::acknowledgement_text)};
  }
  for (auto& [key, r] : state_->records) {
    if (!r.episode.raised || r.alert.id != id) continue;
    auto& all = r.alert.acknowledgements;
    const auto same = std::find_if(all.begin(), all.end(), [&](const Acknowledgement& a) { return a.party == acknowledgement.party; });
    if (same != all.end()) {
      *same = acknowledgement;
    } else if (all.size() < GuardLimits::acknowledgements) {
      all.push_back(acknowledgement);
    } else {
      return Error{ErrorCode::over_limit, fmt::format("at most {} parties can acknowledge one alert", GuardLimits::acknowledgements)};
    }
    r.episode.acknowledged = true;
    r.episode.latched = false;
    r.alert.latched = false;
    for (Alert& shown : state_->open) {
      if (shown.id == id) shown = r.alert;
    }
    return r.alert;
  }
  return Error{ErrorCode::not_found, fmt::format("no open alert has the number {}", id.value)};
}

const std::vector<Alert>& Guard::open() const { return state_->open; }
const std::vector<Alert>& Guard::ended() const { return state_->ended; }
const GuardCounts& Guard::counts() const { return state_->counts; }

const Alert* Guard::find(AlertId id) const {
  for (const auto* list : {&state_->open, &state_->ended}) {
    for (const Alert& a : *list) {
      if (a.id == id) return &a;
    }
  }
  return nullptr;
}

const Alert* Guard::find(std::string_view key) const {
  for (const auto* list : {&state_->open, &state_->ended}) {
    for (const Alert& a : *list) {
      if (a.key == key) return &a;
    }
  }
  return nullptr;
}

}  // namespace skypact::guard
