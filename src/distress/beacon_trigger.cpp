#include "distress/beacon_trigger.h"

#include <fmt/format.h>

#include <algorithm>

namespace skypact::distress {
namespace {

constexpr Duration tolerance = minutes(2);   // between a station's clock and ours

Time heard_at(const std::optional<Time>& said, Time now, std::string& remark) {
  if (!said) return now;
  if (*said <= now + tolerance && is_plausible_time(*said)) return std::min(*said, now);
  remark += "the time it came with is not believed; ";
  return now;
}

void identify(Trigger& t, const wire::BeaconMessage& m) {
  t.subject.beacon = m.id;
  if (m.identity.aircraft_address && *m.identity.aircraft_address != 0) t.subject.address = icao_address(*m.identity.aircraft_address);
  if (m.identity.mmsi && *m.identity.mmsi != 0) t.subject.mmsi = fmt::format("{:09}", *m.identity.mmsi);
  t.subject.registration = m.identity.registration;
  t.subject.callsign = m.identity.radio_call_sign;
}

TriggerMark mark_of(wire::BeaconMode mode, bool exercise) {
  switch (mode) {
    case wire::BeaconMode::self_test: return TriggerMark::self_test;
    case wire::BeaconMode::test:
    case wire::BeaconMode::system: return TriggerMark::test;
    case wire::BeaconMode::live: break;
  }
  return exercise ? TriggerMark::exercise : TriggerMark::real;
}

std::string about(const wire::BeaconMessage& m) {
  std::string text = fmt::format("{}, {}", wire::words(m.protocol), wire::country_words(m.country));
  if (const std::string who = wire::words(m.identity); !who.empty()) text += ", " + who;
  if (m.mode == wire::BeaconMode::system) text += "; a beacon of the satellite system itself";
  for (const wire::BeaconDoubt doubt : m.doubts) text += fmt::format("; {}", wire::sentence(doubt));
  return text;
}

}  // namespace

Trigger trigger_of(const wire::BeaconBurst& burst, const BeaconHeardBy& by) {
  const wire::BeaconMessage& m = burst.message;
  Trigger t;
  t.kind = TriggerKind::beacon;
  t.emergency = EmergencyWord::beacon;
  t.received_at = by.now;
  t.heard_at = heard_at(burst.received_at, by.now, t.remark);
  t.source = burst.station.empty() ? by.station : burst.station;
  identify(t, m);
  t.mark = mark_of(m.mode, by.exercise);
  t.cancellation = m.kind == wire::BeaconMessageKind::cancellation;
  t.corrected_bits = m.corrected_first + m.corrected_second;
  t.words = m.emergency;
  t.remark += about(m);
  if (m.position) {
    Place place;
    place.position = m.position->position;
    place.uncertainty = m.position->uncertainty;
    if (m.altitude && (m.altitude->from || m.altitude->to)) {
      place.altitude = m.altitude->from ? m.altitude->from : m.altitude->to;
      place.altitude_datum = Datum::mean_sea_level;
    }
    // A beacon that is triggered in flight sends while the aircraft still flies.
    if (m.type == wire::BeaconType::elt_dt && !t.cancellation) place.airborne = true;
    t.place = place;
  }
  return t;
}

std::vector<Trigger> triggers_of(const wire::Sit185Message& m, const BeaconHeardBy& by) {
  Trigger t;
  t.kind = TriggerKind::sit185;
  t.emergency = EmergencyWord::beacon;
  t.received_at = by.now;
  t.heard_at = heard_at(m.detected_at, by.now, t.remark);
  t.source = by.station;
  t.reference = m.message_number;
  if (m.beacon) identify(t, *m.beacon);
  if (!m.id.empty()) t.subject.beacon = m.id;
  t.mark = m.is_test || by.exercise ? TriggerMark::exercise : m.beacon ? mark_of(m.beacon->mode, false) : TriggerMark::real;
  t.cancellation = m.kind == wire::Sit185Kind::cancellation;
  t.may_be_spoken = !m.is_ship_security;
  t.words = m.emergency;
  t.remark += m.title;
  for (const std::string* text : {&m.user_class, &m.remarks}) {
    if (!text->empty()) t.remark += "; " + *text;
  }
  for (const std::string& doubt : m.doubts) t.remark += "; " + doubt;

  const bool confirmed = std::any_of(m.positions.begin(), m.positions.end(), [](const auto& p) { return p.kind == wire::Sit185PositionKind::confirmed; });
  std::vector<Trigger> all;
  for (const wire::Sit185Position& p : m.positions) {
    if (confirmed && p.kind != wire::Sit185PositionKind::confirmed) continue;
    Trigger one = t;
    one.place = Place{};
    one.place->position = p.position;
    one.place->uncertainty = p.accuracy.value_or(position_of_a_centre);
    if (p.altitude) {
      one.place->altitude = p.altitude;
      one.place->altitude_datum = Datum::mean_sea_level;
    }
    one.remark = fmt::format("{} position{}; {}", wire::name(p.kind), p.probability_percent ? fmt::format(", {} %", *p.probability_percent) : std::string(), t.remark);
    all.push_back(std::move(one));
  }
  if (all.empty()) all.push_back(std::move(t));
  return all;
}

}  // namespace skypact::distress
