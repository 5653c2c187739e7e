#include "guard/distress_alerts.h"

#include <algorithm>

#include <fmt/format.h>

#include "guard/alert_text.h"

namespace skypact::guard {
namespace {

std::string key_of(const Track& track) { return "distress:" + to_string(track.key()); }

// One aircraft seen by several sources is one alert: that of the track that has one already.
const Track& owner_of(const Track& track, std::span<const Track* const> tracks, const AlertBook::Records& records) {
  const Track* owner = &track;
  for (const TrackId id : track.possibly_same) {
    const auto other = std::lower_bound(tracks.begin(), tracks.end(), id, [](const Track* x, TrackId y) { return x->id < y; });
    if (other == tracks.end() || (*other)->id != id) continue;
    if (records.contains(key_of(**other)) && !records.contains(key_of(track))) owner = *other;
  }
  return *owner;
}

}  // namespace

void judge_distress(const Step& step, DistressWatch& watch, AlertBook& book) {
  const auto tracks = step.traffic.tracks;
  for (const Track* t : tracks) {
    const auto signal = watch.look(*t);
    if (!signal) continue;
    const Track& owner = owner_of(*t, tracks, book.records());
    AlertRecord& r = *book.record(key_of(owner), AlertKind::distress);
    r.sides[0] = {owner.key(), {}};
    const bool fused = &owner != t && r.seen_this_step && severity_of(signal->emergency) <= severity_of(r.signal.emergency);
    if (!fused && !(r.signal == *signal)) {
      if (r.episode.raised && signal->emergency != r.signal.emergency) {
        r.episode.latched = true;  // another distress than the one that was acknowledged
        r.changed = true;
      }
      r.signal = *signal;
    }
    const bool here = t->life == Life::live || t->life == Life::coasting;
    if (!here && r.seen_this_step) continue;
    r.found({.observed = here || !r.episode.raised, .found = true, .lost = true, .certain = true, .grave = true}, severity_of(r.signal.emergency));
  }
  watch.keep(tracks);
}

void write_distress(AlertRecord& r, const Step& step) {
  Alert& alert = r.alert;
  if (const Track* t = step.traffic.find(r.sides[0].aircraft)) {
    const auto state = track::motion_at(*t, step.judge.now);
    put_subject(alert, 0, subject_of(*t, state, step.judge.now));
    if (!state.located && t->position) alert.subjects[0].position = t->position->value;
  }
  alert.emergency = r.signal.emergency;
  alert.squawk = r.signal.squawk;
  alert.latched = r.episode.latched;
  const bool now_signalled = alert.state == AlertState::predicted || alert.state == AlertState::infringed;
  alert.reasons = {{.code = now_signalled ? ReasonCode::signals : ReasonCode::signalled}};
  if (r.signal.squawk != 0) alert.reasons[0].squawk = r.signal.squawk;
  if (r.signal.state != Emergency::none) alert.reasons[0].emergency = r.signal.state;
  if (!alert.subjects.empty()) alert.text = distress_text(alert, step.judge.rules, r.signal);
}

}  // namespace skypact::guard
