#include "node/within.h"

#include <algorithm>
#include <tuple>

#include "geo/ellipsoid.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

bool is_seen(const PictureTrack& t) { return t.position && (t.track.life == Life::live || t.track.life == Life::coasting); }

}  // namespace

void Within::step(const Picture& picture) {
  if (picture.tick == last_tick_ || !span_.contains(picture.now)) return;   // a command is no moment of its own
  last_tick_ = picture.tick;
  ++ticks_;
  const PictureTrack* subject = nullptr;
  for (const PictureTrack& t : *picture.tracks) {
    if (!of_.place && is_seen(t) && (to_string(t.track.key()) == of_.aircraft || to_string(t.track.address) == of_.aircraft)) {
      subject = &t;
      break;
    }
  }
  if (!of_.place && subject == nullptr) return;
  ++seen_;
  const geo::Vec3 from = geo::place_of(of_.place ? *of_.place : *subject->position);
  for (const PictureTrack& t : *picture.tracks) {
    if (&t == subject || !is_seen(t)) continue;
    const double apart = geo::surface_length_of_chord(std::min(geo::norm(geo::place_of(*t.position) - from), 1e6));
    const double error = (t.uncertainty + (subject != nullptr ? subject->uncertainty : metres(0))).in(metres);
    if (apart - error >= distance_.in(metres)) continue;
    const auto [at, is_new] = near_.try_emplace(t.track.key());
    WithinReport::Near& near = at->second;
    if (is_new) near.key = t.track.key(), near.first = picture.now;
    near.last = picture.now;
    near.certain = near.certain || apart + error < distance_.in(metres);
    near.party = party_name(t.track.party, picture.rules->parties);
    if (t.track.callsign) near.callsign = t.track.callsign->value.view();
    if (!is_new && metres(apart) >= near.nearest) continue;
    near.nearest = metres(apart);
    near.error = metres(error);
    near.nearest_at = picture.now;
    near.vertical.reset();
    if (subject != nullptr && subject->altitude && t.altitude && subject->altitude_datum == t.altitude_datum) near.vertical = abs(*subject->altitude - *t.altitude);
  }
}

WithinReport Within::report() const {
  WithinReport report{{}, ticks_, seen_};
  for (const auto& [key, near] : near_) report.near.push_back(near);
  std::stable_sort(report.near.begin(), report.near.end(), [](const auto& a, const auto& b) { return a.nearest < b.nearest; });
  return report;
}

}  // namespace skypact::node
