#include "node/distress_triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "geo/ellipsoid.h"
#include "guard/distress.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

constexpr std::string_view no_feed = "watch";

std::string feed_name(const Picture& picture, SourceId source) {
  for (const FeedStatus& feed : picture.feeds) {
    if (feed.id == source) return feed.name;
  }
  return std::string(no_feed);
}

bool says(const Alert& alert, ReasonCode code) {
  return std::any_of(alert.reasons.begin(), alert.reasons.end(), [&](const Reason& reason) { return reason.code == code; });
}

std::optional<Height> altitude_of(const Track& t, Datum& datum) {
  if (t.pressure_altitude) return datum = Datum::pressure, t.pressure_altitude->value.above_datum();
  if (t.sea_level_altitude) return datum = Datum::mean_sea_level, t.sea_level_altitude->value.above_datum();
  if (t.ellipsoid_altitude) return datum = Datum::ellipsoid, t.ellipsoid_altitude->value.above_datum();
  return std::nullopt;
}

distress::Place place_of(const Track& t, Length least) {
  distress::Place place;
  place.position = t.position->value;
  place.uncertainty = std::max(t.accuracy.value_or(metres(500)), least);
  place.altitude = altitude_of(t, place.altitude_datum);
  if (t.velocity) place.velocity = t.velocity->value;
  if (t.on_ground) place.airborne = !t.on_ground->value;
  return place;
}

bool lives(const Track& t) { return t.life == Life::live || t.life == Life::coasting; }

// So low and so near to an airfield that it lands. The track is located.
bool is_landing(const Track& t, const line::Gazetteer& airfields, Length near, Height below) {
  Datum datum{};
  const auto height = altitude_of(t, datum);
  if (height && *height > below) return false;
  return !airfields.nearest(t.position->value, {.within = near, .count = 1, .airfields_only = true, .least_runway = {}}).empty();
}

// Of the time that has begun last by then.
Time end_of(const line::Notice& notice, Time at) {
  Time end = notice.spans.front().to;
  for (const Interval<Time>& span : notice.spans) {
    if (span.from <= at) end = span.to;
  }
  return end;
}

}  // namespace

void describe(distress::Trigger& trigger, const Track& track, const Picture& picture) {
  if (track.address.kind == AddressKind::icao) trigger.subject.address = track.address;
  if (track.callsign) trigger.subject.callsign = std::string(track.callsign->value.view());
  if (track.registration) trigger.subject.registration = std::string(track.registration->view());
  if (track.party_basis != PartyBasis::callsign && track.party_basis != PartyBasis::none) trigger.party = std::string(party_name(track.party, picture.rules->parties));
  trigger.aircraft_class = track.aircraft_class;
}

std::optional<distress::Trigger> trigger_of(const Alert& alert, const Picture& picture) {
  if (alert.kind != AlertKind::distress || alert.subjects.empty()) return std::nullopt;
  if (says(alert, ReasonCode::ended_acknowledged) || says(alert, ReasonCode::ended_in_time) || says(alert, ReasonCode::left_out)) return std::nullopt;
  if (alert.state == AlertState::unobserved) return std::nullopt;
  const AlertSubject& subject = alert.subjects.front();
  const Track* track = nullptr;
  if (const PictureTrack* shown = find_track(picture, subject.key())) track = &shown->track;

  const Emergency by_squawk = guard::emergency_of_squawk(alert.squawk);
  const bool squawks = by_squawk != Emergency::none && by_squawk == alert.emergency;
  distress::Trigger t;
  t.kind = squawks ? distress::TriggerKind::squawk : distress::TriggerKind::emergency_state;
  const auto word = distress::word_of(alert.emergency);
  if (!word) return std::nullopt;
  t.emergency = *word;
  t.heard_at = alert.judged_at - std::min<Duration>(subject.position_age, minutes(1));
  t.received_at = alert.judged_at;
  t.cancellation = says(alert, ReasonCode::signalled);
  if (subject.address.kind == AddressKind::icao) t.subject.address = subject.address;
  t.subject.callsign = std::string(subject.callsign.view());
  t.aircraft_class = subject.aircraft_class;
  if (subject.party_basis != PartyBasis::callsign && subject.party_basis != PartyBasis::none) t.party = std::string(party_name(subject.party, picture.rules->parties));
  t.source = std::string(no_feed);
  if (track != nullptr) {
    if (track->registration) t.subject.registration = std::string(track->registration->view());
    if (squawks && track->squawk) t.source = feed_name(picture, track->squawk->source);
    else if (track->emergency) t.source = feed_name(picture, track->emergency->source);
    if (track->position) t.place = place_of(*track, subject.uncertainty);
  }
  if (alert.squawk != 0) t.remark = "squawk " + squawk_text(alert.squawk);
  return t;
}

std::vector<distress::Trigger> VanishedWatch::look(const Picture& picture, const line::Gazetteer& airfields, const std::set<SourceId>& shared) {
  const std::vector<PictureTrack>& tracks = *picture.tracks;
  std::erase_if(told_, [&](TrackId id) {
    const PictureTrack* shown = find_track(picture, id);
    return shown == nullptr || lives(shown->track);   // heard again: its next end is another one
  });

  // Does the source hear another aircraft there, as low?
  const auto covers = [&](const Track& gone) {
    Datum datum{};
    const auto height = altitude_of(gone, datum);
    return std::any_of(tracks.begin(), tracks.end(), [&](const PictureTrack& other) {
      const Track& t = other.track;
      if (t.life != Life::live || t.id == gone.id || !t.position || t.position->source != gone.position->source || !other.position) return false;
      if (geo::range_and_bearing(*other.position, gone.position->value).range > rule_.heard_near) return false;
      Datum of_other{};
      const auto other_height = altitude_of(t, of_other);
      return !height || !other_height || *other_height - *height <= rule_.heard_above;
    });
  };
  const auto landed = [&](const Track& t) { return is_landing(t, airfields, rule_.airfield_near, rule_.landing_below); };
  const auto broke_off = [&](const PictureTrack& shown) {
    if (!shown.history) return false;
    const auto points = shown.history->points();
    const Time last = shown.track.position->measured_at;
    return std::count_if(points.begin(), points.end(), [&](const HistoryPoint& p) { return p.at > last - minutes(1); }) >= static_cast<std::ptrdiff_t>(rule_.points_in_last_minute);
  };

  std::map<SourceId, std::vector<const PictureTrack*>> ended;
  for (const PictureTrack& shown : tracks) {
    const Track& t = shown.track;
    if (lives(t) || !t.position || told_.contains(t.id) || shared.contains(t.position->source)) continue;
    if (picture.now - t.last_seen < rule_.silent_for || t.last_seen - t.first_seen < rule_.tracked_for) continue;
    if (t.suspect != 0 || t.aircraft_class == AircraftClass::ground_vehicle || t.address.kind == AddressKind::manual) continue;
    const bool on_ground = t.on_ground && t.on_ground->value;
    const bool moved = t.velocity && t.velocity->value.speed >= rule_.least_speed;
    if (on_ground || (!moved && !t.pressure_altitude) || (!t.on_ground && !moved)) continue;
    const bool still_seen = std::any_of(t.possibly_same.begin(), t.possibly_same.end(), [&](TrackId id) {
      const PictureTrack* other = find_track(picture, id);
      return other != nullptr && lives(other->track);
    });
    if (still_seen || !broke_off(shown)) continue;
    ended[t.position->source].push_back(&shown);
  }

  std::vector<distress::Trigger> found;
  for (const auto& [source, all] : ended) {
    for (const PictureTrack* shown : all) told_.insert(shown->track.id);
    if (all.size() > rule_.at_once) continue;
    for (const PictureTrack* shown : all) {
      const Track& t = shown->track;
      if (!covers(t) || landed(t)) continue;
      distress::Trigger trigger;
      trigger.kind = distress::TriggerKind::vanished;
      trigger.emergency = distress::EmergencyWord::vanished;
      trigger.heard_at = t.position->measured_at;
      trigger.received_at = picture.now;
      trigger.source = feed_name(picture, source);
      describe(trigger, t, picture);
      trigger.place = place_of(t, {});
      trigger.place->airborne = true;
      trigger.remark = fmt::format("not heard for {} s, while {} hears others there", std::chrono::floor<seconds>(picture.now - t.last_seen).count(), trigger.source);
      found.push_back(std::move(trigger));
    }
  }
  return found;
}

// The newest that is heard of each aircraft that the notice names.
void OverdueWatch::hear(const Picture& picture, const line::PartyNotice& given, const line::Gazetteer& airfields) {
  const line::Notice& notice = given.notice;
  for (const PictureTrack& shown : *picture.tracks) {
    const Track& t = shown.track;
    if (!t.callsign || !t.position) continue;
    const std::string_view call_sign = trim(t.callsign->value.view());
    if (std::find(notice.call_signs.begin(), notice.call_signs.end(), call_sign) == notice.call_signs.end()) continue;
    const bool in_time = std::any_of(notice.spans.begin(), notice.spans.end(), [&](const Interval<Time>& span) { return t.last_seen >= span.from && t.first_seen < span.to; });
    const Key key{given.party, to_string(notice.number), std::string(call_sign)};
    const auto known = heard_.find(key);
    if (known == heard_.end() && (!in_time || heard_.size() >= rule_.aircraft)) continue;
    if (known != heard_.end() && t.last_seen <= known->second.at) continue;
    Heard now;
    now.at = t.last_seen;
    now.over = end_of(notice, t.last_seen);
    const bool on_ground = t.on_ground && t.on_ground->value;
    now.in_flight = !on_ground && (t.pressure_altitude || t.velocity) && !is_landing(t, airfields, rule_.airfield_near, rule_.landing_below);
    describe(now.last, t, picture);
    if (!now.last.party.empty() && now.last.party != given.party) continue;   // a call sign alone makes nobody another's
    now.last.place = place_of(t, {});
    heard_.insert_or_assign(key, std::move(now));
  }
}

std::vector<distress::Trigger> OverdueWatch::look(const Picture& picture, const std::vector<line::PartyNotice>& notices, const line::Gazetteer& airfields) {
  std::erase_if(heard_, [&](const auto& one) { return picture.now - one.second.over > rule_.not_after; });
  std::set<std::pair<std::string, std::string>> stand;
  for (const line::PartyNotice& given : notices) {
    const line::Notice& notice = given.notice;
    if (notice.state == line::NoticeState::cancelled || notice.exercise || notice.call_signs.empty()) continue;
    if (picture.now < notice.spans.front().from || picture.now - notice.spans.back().to > rule_.not_after) continue;
    const std::string number = to_string(notice.number);
    stand.emplace(given.party, number);
    hear(picture, given, airfields);
    for (const std::string& call_sign : notice.call_signs) {
      const auto known = heard_.find({given.party, number, call_sign});
      if (known != heard_.end()) known->second.over = end_of(notice, known->second.at);   // the notice may have been changed
    }
  }
  std::vector<distress::Trigger> found;
  for (auto& one : heard_) {
    const std::string &party = std::get<0>(one.first), &number = std::get<1>(one.first), &call_sign = std::get<2>(one.first);
    Heard& heard = one.second;
    if (heard.told || !heard.in_flight || !stand.contains({party, number}) || picture.now - heard.over < rule_.after) continue;
    const bool is_heard = std::any_of(picture.tracks->begin(), picture.tracks->end(), [&](const PictureTrack& shown) {
      const Track& t = shown.track;
      return lives(t) && ((t.callsign && trim(t.callsign->value.view()) == call_sign) || (heard.last.subject.address && t.address == *heard.last.subject.address));
    });
    if (is_heard) continue;
    heard.told = true;
    distress::Trigger trigger = heard.last;
    trigger.kind = distress::TriggerKind::overdue;
    trigger.emergency = distress::EmergencyWord::overdue;
    // It is overdue from now on; where it may be has grown since it was last heard.
    trigger.heard_at = trigger.received_at = picture.now;
    const double silent_s = to_seconds(picture.now - heard.at);
    trigger.place->uncertainty = std::min(distress::TriggerLimits::uncertainty, trigger.place->uncertainty + metres(rule_.cruise.in(metres_per_second) * silent_s));
    trigger.place->velocity.reset();
    trigger.source = fmt::format("notice {} {}", party, number);
    trigger.remark = fmt::format("the notice ended at {}; last heard, in flight, at {}", to_rfc3339(heard.over), to_rfc3339(heard.at));
    found.push_back(std::move(trigger));
  }
  return found;
}

}  // namespace skypact::node
