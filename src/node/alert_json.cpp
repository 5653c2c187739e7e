// Alerts, as openapi.yaml's Alert.

#include <algorithm>

#include "guard/alert_text.h"
#include "node/api_fields.h"
#include "node/api_json.h"
#include "node/api_names.h"
#include "node/awaited_answers.h"

namespace skypact::node {
namespace {

void subject_value(json::Writer& out, const AlertSubject& s, const Parties& parties) {
  out.begin_object();
  out.field("track", s.track.value);
  out.field("address", to_string(s.address));
  out.field("key", to_string(s.key()));
  if (!s.callsign.empty()) out.field("callsign", s.callsign.view());
  out.field("party", party_name(s.party, parties));
  out.field("party_basis", to_string(s.party_basis));
  out.field("class", to_string(s.aircraft_class));
  position_field(out, "position", s.position);
  if (s.altitude) {
    out.field("altitude_ft", s.altitude->in_feet(), feet_decimals);
    out.field("altitude_datum", name(s.altitude_datum));
    if (s.altitude_error > Height()) out.field("altitude_error_ft", s.altitude_error.in_feet(), feet_decimals);
  }
  if (s.velocity) velocity_fields(out, *s.velocity);
  if (s.vertical_rate) out.field("vertical_rate_fpm", s.vertical_rate->in_feet_per_minute(), 0);
  out.field("uncertainty_m", s.uncertainty.in(metres), 1);
  out.field("position_age_s", to_seconds(s.position_age), second_decimals);
  if (s.altitude) out.field("altitude_age_s", to_seconds(s.altitude_age), second_decimals);
  if (s.velocity) out.field("velocity_age_s", to_seconds(s.velocity_age), second_decimals);
  out.field("position_source", to_string(s.position_source));
  suspect_field(out, s.suspect);
  if (s.selected_altitude) {
    out.field("selected_altitude_ft", s.selected_altitude->value.in_feet(), 0);
    out.field("selected_altitude_age_s", to_seconds(s.selected_altitude_age), second_decimals);
  }
  out.end_object();
}

void origin_field(json::Writer& out, std::string_view name_of_distance, const MinimaOrigin& origin) {
  out.key(name_of_distance);
  out.begin_object();
  out.field("clause", origin.clause);
  out.field("version", origin.version);
  out.end_object();
}

void prediction_field(json::Writer& out, const Prediction& p) {
  out.key("prediction");
  out.begin_object();
  minima_field(out, "minima", p.minima);
  out.field("minima_source", p.minima_source);
  if (!p.horizontal_from.clause.empty()) {
    out.key("minima_origin");
    out.begin_object();
    origin_field(out, "horizontal", p.horizontal_from);
    origin_field(out, "vertical", p.vertical_from);
    out.end_object();
  }
  out.field("infringed_from", to_rfc3339(p.infringed_from));
  out.field("infringed_to", to_rfc3339(p.infringed_to));
  out.field("closest_at", to_rfc3339(p.closest_at));
  out.field("horizontal_at_closest_nm", p.horizontal_at_closest.in(nautical_miles), 3);
  if (p.vertical_at_closest) out.field("vertical_at_closest_ft", p.vertical_at_closest->in_feet(), feet_decimals);
  out.field("horizontal_now_nm", p.horizontal_now.in(nautical_miles), 3);
  if (p.vertical_now) out.field("vertical_now_ft", p.vertical_now->in_feet(), feet_decimals);
  if (p.by_turn_hypothesis) out.field("by_turn_hypothesis", true);
  out.end_object();
}

void acknowledgements_field(json::Writer& out, const std::vector<Acknowledgement>& acknowledgements, const Parties& parties) {
  out.key("acknowledgements");
  out.begin_array();
  for (const Acknowledgement& a : acknowledgements) {
    out.begin_object();
    out.field("party", party_name(a.party, parties));
    out.field("by", a.by);
    out.field("intention", to_string(a.intention));
    if (!a.how.empty()) out.field("how", a.how);
    out.field("at", to_rfc3339(a.at));
    out.end_object();
  }
  out.end_array();
}

void reason_value(json::Writer& out, const Reason& r, const Alert& alert, const Rules& rules) {
  out.begin_object();
  out.field("code", to_string(r.code));
  if (r.track) out.field("track", r.track->value);
  if (r.tolerance) out.field("tolerance_ft", r.tolerance->in_feet(), feet_decimals);
  if (r.altitude_error) out.field("altitude_error_ft", r.altitude_error->in_feet(), feet_decimals);
  if (r.selected_altitude) out.field("selected_altitude_ft", r.selected_altitude->in_feet(), 0);
  if (r.uncertainty) out.field("uncertainty_m", r.uncertainty->in(metres), 1);
  if (r.buffer) out.field("buffer_nm", r.buffer->in(nautical_miles), 4);
  if (r.radius) out.field("radius_nm", r.radius->in(nautical_miles), 1);
  if (r.age) out.field("age_s", to_seconds(*r.age), second_decimals);
  if (r.since) out.field("since", to_rfc3339(*r.since));
  if (r.source) out.field("source", to_string(*r.source));
  if (r.method) out.field("method", track::to_string(*r.method));
  if (r.rule) out.field("rule", name(*r.rule));
  if (r.squawk) out.field("squawk", squawk_text(*r.squawk));
  if (r.emergency) out.field("emergency", name(*r.emergency));
  if (r.aircraft) out.field("aircraft", *r.aircraft);
  if (r.jumped) out.field("jumped", *r.jumped);
  if (r.lost_integrity) out.field("lost_integrity", *r.lost_integrity);
  if (r.limit) out.field("limit", *r.limit);
  if (r.breach) out.field("breach", to_string(*r.breach));
  if (r.distance) out.field("distance_m", r.distance->in(metres), 0);
  if (!r.name.empty()) out.field("name", r.name);
  out.field("text", guard::reason_text(r, alert, rules));
  out.end_object();
}

}  // namespace

namespace {

void alert_members(json::Writer& out, const Alert& a, const Rules& rules) {
  out.field("id", a.id.value);
  out.field("key", a.key);
  out.field("kind", to_string(a.kind));
  out.field("state", to_string(a.state));
  out.field("severity", to_string(a.severity));
  out.field("raised_at", to_rfc3339(a.raised_at));
  out.field("changed_at", to_rfc3339(a.changed_at));
  out.field("judged_at", to_rfc3339(a.judged_at));
  if (a.grave_since) out.field("grave_since", to_rfc3339(*a.grave_since));
  if (a.ended_at) out.field("ended_at", to_rfc3339(*a.ended_at));
  list_field(out, "subjects", a.subjects, [&](const AlertSubject& s) { subject_value(out, s, rules.parties); });
  if (a.prediction) prediction_field(out, *a.prediction);
  if (!a.zone_id.empty()) {
    out.field("zone", a.zone_id);
    const auto zone = std::find_if(rules.zones.begin(), rules.zones.end(), [&](const Zone& z) { return z.id == a.zone_id; });
    if (zone != rules.zones.end() && !zone->name.empty()) out.field("zone_name", zone->name);
  }
  if (a.emergency != Emergency::none) out.field("emergency", name(a.emergency));
  if (a.squawk != 0) out.field("squawk", squawk_text(a.squawk));
  if (!a.area.empty()) ring_field(out, "area", a.area);
  if (!a.feed.empty()) out.field("feed", a.feed);
  if (a.party != unknown_party) out.field("party", party_name(a.party, rules.parties));
  out.field("text", a.text);
  list_field(out, "reasons", a.reasons, [&](const Reason& reason) { reason_value(out, reason, a, rules); });
  acknowledgements_field(out, a.acknowledgements, rules.parties);
  out.field("latched", a.latched);
}

void awaited_value(json::Writer& out, const AwaitedAnswer& a, const Parties& parties) {
  out.begin_object();
  out.field("party", party_name(a.party, parties));
  out.field("since", to_rfc3339(a.since));
  out.field("received", a.received);
  out.field("stage", to_string(a.stage));
  if (!a.call.empty()) out.field("call", a.call);
  if (a.next_at) out.field("next_at", to_rfc3339(*a.next_at));
  list_field(out, "desks", a.desks, [&](const Desk& desk) { desk_value(out, desk); });
  out.end_object();
}

void peer_alert_value(json::Writer& out, const PeerAlert& theirs, const Picture& picture) {
  const link::SharedAlert& a = theirs.alert;
  out.begin_object();
  out.field("party", party_name(theirs.party, picture.rules->parties));
  out.field("id", a.id);
  out.field("state", to_string(a.state));
  out.field("severity", to_string(a.severity));
  out.field("raised_at", to_rfc3339(a.raised_at));
  out.field("changed_at", to_rfc3339(a.changed_at));
  out.field("heard_at", to_rfc3339(theirs.heard_at));
  if (!a.minima_source.empty()) out.field("minima_source", a.minima_source);
  if (a.closest_at) out.field("closest_at", to_rfc3339(*a.closest_at));
  if (a.horizontal_at_closest) out.field("horizontal_at_closest_nm", a.horizontal_at_closest->in(nautical_miles), 3);
  if (a.vertical_at_closest) out.field("vertical_at_closest_ft", a.vertical_at_closest->in_feet(), feet_decimals);
  list_field(out, "acknowledgements", a.answers, [&](const link::SharedAnswer& answer) {
    out.begin_object();
    out.field("party", answer.party);
    out.field("by", answer.by);
    out.field("intention", to_string(answer.intention));
    if (!answer.how.empty()) out.field("how", answer.how);
    out.field("at", to_rfc3339(answer.at));
    out.end_object();
  });
  out.end_object();
}

}  // namespace

void append_alert(json::Writer& out, const Alert& alert, const Rules& rules) {
  out.begin_object();
  alert_members(out, alert, rules);
  out.end_object();
}

void append_alert(json::Writer& out, const Alert& alert, const Picture& picture) {
  out.begin_object();
  alert_members(out, alert, *picture.rules);
  const auto verdicts = picture.verdicts->of(alert);
  if (!verdicts.empty()) list_field(out, "verdicts", verdicts, [&](const PairVerdict* v) { append_verdict(out, *v, picture.verdicts->compared(*v)); });
  const auto theirs = picture.peer_alerts ? picture.peer_alerts->of(alert) : std::vector<const PeerAlert*>();
  if (!theirs.empty()) {
    list_field(out, "peer_alerts", theirs, [&](const PeerAlert* a) { peer_alert_value(out, *a, picture); });
    if (const auto wrong = contradiction(alert, picture.own_party, theirs, picture.rules->parties, picture.now)) {
      out.key("contradiction");
      out.begin_object();
      out.field("code", to_string(wrong->code));
      out.field("party", party_name(wrong->other, picture.rules->parties));
      out.field("text", wrong->text);
      out.end_object();
    }
  }
  if (const auto awaited = awaited_answers(alert, theirs, picture); !awaited.empty()) {
    list_field(out, "awaited", awaited, [&](const AwaitedAnswer& a) { awaited_value(out, a, picture.rules->parties); });
  }
  out.end_object();
}

std::string alerts_json(const Picture& picture, bool ended) {
  return object_text([&](json::Writer& out) {
    out.field("now", to_rfc3339(picture.now));
    out.key("alerts");
    out.begin_array();
    for (const Alert& alert : picture.alerts) append_alert(out, alert, picture);
    if (ended && picture.ended) {
      for (const Alert& alert : *picture.ended) append_alert(out, alert, picture);
    }
    out.end_array();
  });
}

std::string alert_json(const Alert& alert, const Picture& picture) {
  std::string text;
  json::Writer out(text);
  append_alert(out, alert, picture);
  return text;
}

}  // namespace skypact::node
