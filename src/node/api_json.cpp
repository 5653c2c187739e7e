#include "node/api_json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "guard/alert_text.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

constexpr int degree_decimals = 7, feet_decimals = 1, second_decimals = 1;

void position_value(json::Writer& out, geo::Position p) {
  out.begin_array();
  out.value(p.lat_degrees(), degree_decimals);
  out.value(p.lon_degrees(), degree_decimals);
  out.end_array();
}

void position_field(json::Writer& out, std::string_view name, geo::Position p) {
  out.key(name);
  position_value(out, p);
}

void ring_field(json::Writer& out, std::string_view name, const std::vector<geo::Position>& ring) {
  out.key(name);
  out.begin_array();
  for (const geo::Position p : ring) position_value(out, p);
  out.end_array();
}

void velocity_fields(json::Writer& out, const GroundVelocity& velocity) {
  out.field("ground_speed_kt", velocity.speed.in(knots), 1);
  out.field("track_deg", velocity.track.in_degrees(), 1);
}

void suspect_field(json::Writer& out, std::uint8_t suspect) {
  if (suspect == 0) return;
  out.key("suspect");
  out.begin_array();
  for (const Suspicion s : {Suspicion::position_jump, Suspicion::impossible_speed, Suspicion::frozen_position, Suspicion::interference,
                            Suspicion::duplicate_address}) {
    if ((suspect & static_cast<unsigned>(s)) != 0) out.value(name(s));
  }
  out.end_array();
}

std::string_view feed_name(SourceId id, const Picture& picture) {
  return id.value < picture.feeds.size() ? std::string_view(picture.feeds[id.value].name) : std::string_view();
}

void age_field(json::Writer& out, std::string_view name, Time measured_at, SourceId source, SourceKind kind, const Picture& picture) {
  out.key(name);
  out.begin_object();
  out.field("age_s", to_seconds(picture.now - measured_at), second_decimals);
  out.field("source", to_string(kind));
  if (const auto feed = feed_name(source, picture); !feed.empty()) out.field("feed", feed);
  out.end_object();
}

template <class T>
void age_field(json::Writer& out, std::string_view name, const Known<T>& known, const Picture& picture) {
  if (known) age_field(out, name, known->measured_at, known->source, known->kind, picture);
}

void ages_field(json::Writer& out, const Track& t, const Picture& picture) {
  out.key("ages");
  out.begin_object();
  age_field(out, "position", t.position, picture);
  if (t.pressure_altitude) {
    age_field(out, "altitude", t.pressure_altitude, picture);
  } else if (t.ellipsoid_altitude) {
    age_field(out, "altitude", t.ellipsoid_altitude, picture);
  } else {
    age_field(out, "altitude", t.sea_level_altitude, picture);
  }
  age_field(out, "velocity", t.velocity, picture);
  age_field(out, "vertical_rate", t.vertical_rate, picture);
  age_field(out, "callsign", t.callsign, picture);
  age_field(out, "squawk", t.squawk, picture);
  age_field(out, "selected_altitude", t.selected_altitude, picture);
  out.end_object();
}

void sources_field(json::Writer& out, const Track& t, const Picture& picture) {
  out.key("sources");
  out.begin_array();
  for (std::size_t i = 0; i < t.contribution_count && i < Track::max_contributions; ++i) {
    const Track::Contribution& c = t.contributions[i];
    out.begin_object();
    out.field("feed", feed_name(c.source, picture));
    out.field("kind", to_string(c.kind));
    out.field("age_s", to_seconds(picture.now - c.last_seen), second_decimals);
    out.field("reports", c.reports);
    out.end_object();
  }
  out.end_array();
}

void minima_field(json::Writer& out, std::string_view name, const Minima& minima) {
  out.key(name);
  out.begin_object();
  out.field("horizontal_nm", minima.horizontal.in(nautical_miles), 3);
  out.field("vertical_ft", minima.vertical.in_feet(), feet_decimals);
  out.end_object();
}

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

void prediction_field(json::Writer& out, const Prediction& p) {
  out.key("prediction");
  out.begin_object();
  minima_field(out, "minima", p.minima);
  out.field("minima_source", p.minima_source);
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
  if (!r.name.empty()) out.field("name", r.name);
  out.field("text", guard::reason_text(r, alert, rules));
  out.end_object();
}

void limit_field(json::Writer& out, std::string_view name_of_limit, const VerticalLimit& limit) {
  using Reference = VerticalLimit::Reference;
  out.key(name_of_limit);
  out.begin_object();
  out.field("reference", name(limit.reference));
  if (limit.reference != Reference::surface && limit.reference != Reference::unlimited) {
    out.field("height_ft", limit.height.in_feet(), feet_decimals);
  }
  out.end_object();
}

void interval_fields(json::Writer& out, const Interval<Time>& valid) {
  out.field("from", to_rfc3339(valid.from));
  out.field("to", to_rfc3339(valid.to));
}

template <class Body>
std::string object_text(const Body& body) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  body(out);
  out.end_object();
  return text;
}

template <class List, class Each>
void list_field(json::Writer& out, std::string_view name_of_list, const List& list, const Each& each) {
  out.key(name_of_list);
  out.begin_array();
  for (const auto& item : list) each(item);
  out.end_array();
}

std::string_view name(NodeStatus::Recording recording) {
  switch (recording) {
    case NodeStatus::Recording::off: return "off";
    case NodeStatus::Recording::on: return "on";
    case NodeStatus::Recording::failing: return "failing";
  }
  return "failing";
}

}  // namespace

bool BoundingBox::contains(geo::Position p) const {
  const double lat = p.lat_degrees(), lon = p.lon_degrees();
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}

Result<BoundingBox> parse_bounding_box(std::string_view text) {
  std::array<double, 4> edges{};
  std::string_view rest = text;
  for (double& edge : edges) {
    const auto field = next_field(rest, ',');
    const auto number = field ? parse_number(trim(*field)) : std::nullopt;
    if (!number) return bad_input("bbox: must be SOUTH,WEST,NORTH,EAST in degrees, found " + quoted(text));
    edge = *number;
  }
  const BoundingBox box{edges[0], edges[1], edges[2], edges[3]};
  const bool latitudes = box.south >= -90 && box.north <= 90 && box.south <= box.north;
  const bool longitudes = std::abs(box.west) <= 180 && std::abs(box.east) <= 180;
  if (rest.data() != nullptr || !latitudes || !longitudes) {
    return bad_input("bbox: must be SOUTH,WEST,NORTH,EAST in degrees with south at most north, found " + quoted(text));
  }
  return box;
}

void append_track(json::Writer& out, const PictureTrack& p, const Picture& picture) {
  const Track& t = p.track;
  const Parties& parties = picture.rules->parties;
  out.begin_object();
  out.field("id", t.id.value);
  out.field("address", to_string(t.address));
  out.field("key", to_string(t.key()));
  out.field("address_kind", to_string(t.address.kind));
  out.field("life", name(t.life));
  suspect_field(out, t.suspect);
  out.field("party", party_name(t.party, parties));
  out.field("party_basis", to_string(t.party_basis));
  out.field("class", to_string(t.aircraft_class));
  if (t.callsign) out.field("callsign", t.callsign->value.view());
  if (t.registration) out.field("registration", t.registration->view());
  if (t.type_designator) out.field("type_designator", t.type_designator->view());
  if (p.position) {
    position_field(out, "position", *p.position);
    out.field("accuracy_m", p.uncertainty.in(metres), 1);
  }
  if (t.containment) out.field("containment_m", t.containment->in(metres), 1);
  if (t.nic) out.field("nic", *t.nic);
  if (t.nac_p) out.field("nac_p", *t.nac_p);
  if (t.sil) out.field("sil", *t.sil);
  if (t.pressure_altitude) out.field("pressure_altitude_ft", t.pressure_altitude->value.in_feet(), feet_decimals);
  if (t.ellipsoid_altitude) out.field("ellipsoid_altitude_ft", t.ellipsoid_altitude->value.in_feet(), feet_decimals);
  if (t.sea_level_altitude) out.field("sea_level_altitude_ft", t.sea_level_altitude->value.in_feet(), feet_decimals);
  if (t.gnss_minus_pressure) out.field("gnss_minus_pressure_ft", t.gnss_minus_pressure->value.in_feet(), feet_decimals);
  if (t.velocity) velocity_fields(out, t.velocity->value);
  if (t.vertical_rate) out.field("vertical_rate_fpm", t.vertical_rate->value.in_feet_per_minute(), 0);
  if (t.turn_rate) out.field("turn_rate_deg_s", t.turn_rate->value.in(degrees_per_second), 2);
  if (t.heading) out.field("heading_deg", t.heading->value.in_degrees(), 1);
  if (t.on_ground) out.field("on_ground", t.on_ground->value);
  if (t.squawk) out.field("squawk", squawk_text(t.squawk->value));
  if (t.emergency && t.emergency->value != Emergency::none) out.field("emergency", name(t.emergency->value));
  if (t.selected_altitude) {
    const SelectedAltitude& selected = t.selected_altitude->value;
    out.field("selected_altitude_ft", selected.value.in_feet(), 0);
    if (selected.baro_setting) out.field("baro_setting_hpa", selected.baro_setting->in(hectopascal), 1);
  }
  if (!t.possibly_same.empty()) list_field(out, "possibly_same", t.possibly_same, [&](TrackId id) { out.value(id.value); });
  ages_field(out, t, picture);
  out.field("last_seen_s", to_seconds(picture.now - t.last_seen), second_decimals);
  sources_field(out, t, picture);
  out.end_object();
}

void append_alert(json::Writer& out, const Alert& a, const Rules& rules) {
  out.begin_object();
  out.field("id", a.id.value);
  out.field("key", a.key);
  out.field("kind", to_string(a.kind));
  out.field("state", to_string(a.state));
  out.field("severity", to_string(a.severity));
  out.field("raised_at", to_rfc3339(a.raised_at));
  out.field("changed_at", to_rfc3339(a.changed_at));
  out.field("judged_at", to_rfc3339(a.judged_at));
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
  out.field("text", a.text);
  list_field(out, "reasons", a.reasons, [&](const Reason& reason) { reason_value(out, reason, a, rules); });
  acknowledgements_field(out, a.acknowledgements, rules.parties);
  out.field("latched", a.latched);
  out.end_object();
}

void append_zone(json::Writer& out, const Zone& z, const Parties& parties) {
  out.begin_object();
  out.field("id", z.id);
  if (!z.name.empty()) out.field("name", z.name);
  out.field("rule", name(z.rule));
  if (!z.outline.empty()) ring_field(out, "outline", z.outline);
  if (z.centre) {
    position_field(out, "centre", *z.centre);
    out.field("radius_nm", z.radius.in(nautical_miles), 4);
  }
  if (z.buffer > Length()) out.field("buffer_nm", z.buffer.in(nautical_miles), 4);
  limit_field(out, "floor", z.floor);
  limit_field(out, "ceiling", z.ceiling);
  if (!z.active.empty()) {
    list_field(out, "active", z.active, [&](const Interval<Time>& span) {
      out.begin_object();
      interval_fields(out, span);
      out.end_object();
    });
  }
  if (!z.exempt.empty()) list_field(out, "exempt", z.exempt, [&](PartyId id) { out.value(party_name(id, parties)); });
  if (z.ground_elevation != Height()) out.field("ground_elevation_ft", z.ground_elevation.in_feet(), feet_decimals);
  if (z.moves_with) out.field("moves_with", to_string(*z.moves_with));
  if (z.anchor) position_field(out, "anchor", *z.anchor);
  if (!z.source.empty()) out.field("source", z.source);
  out.end_object();
}

void append_inhibition(json::Writer& out, const Inhibition& i) {
  out.begin_object();
  out.field("id", i.id);
  out.field("reason", i.reason);
  if (i.one) out.field("one", to_string(*i.one));
  if (i.other) out.field("other", to_string(*i.other));
  if (!i.area.empty()) ring_field(out, "area", i.area);
  interval_fields(out, i.valid);
  out.end_object();
}

void append_group(json::Writer& out, const Group& g) {
  out.begin_object();
  out.field("id", g.id);
  out.field("reason", g.reason);
  list_field(out, "members", g.members, [&](const Address& member) { out.value(to_string(member)); });
  interval_fields(out, g.valid);
  out.end_object();
}

void append_feed(json::Writer& out, const FeedStatus& f, Time now) {
  out.begin_object();
  out.field("id", f.id.value);
  out.field("name", f.name);
  out.field("format", f.format);
  if (!f.address.empty()) out.field("address", f.address);
  out.field("state", to_string(f.state));
  if (!f.message.empty()) out.field("message", f.message);
  if (f.last_message_at) out.field("last_message_age_s", std::max(0.0, to_seconds(now - *f.last_message_at)), second_decimals);
  out.field("messages", f.messages);
  out.field("messages_per_s", f.messages_per_s, 1);
  out.field("bytes", f.bytes);
  out.field("positions", f.positions);
  out.field("aircraft", f.aircraft);
  out.key("errors");
  out.begin_object();
  for (const wire::DecodeError error : f.errors.seen()) out.field(wire::name(error), f.errors[error]);
  out.end_object();
  out.field("dropped", f.dropped);
  out.end_object();
}

void append_node(json::Writer& out, const NodeStatus& s, const Config& config, const Picture& picture) {
  const Rules& rules = *picture.rules;
  out.begin_object();
  out.field("name", config.name);
  out.field("version", s.version);
  out.field("party", party_name(config.party, rules.parties));
  out.field("now", to_rfc3339(picture.now));
  out.field("started_at", to_rfc3339(s.started_at));
  if (config.site) position_field(out, "site", *config.site);
  if (s.demo) out.field("demo", true);
  list_field(out, "parties", rules.parties, [&](const Party& p) {
    out.begin_object();
    out.field("id", p.id);
    out.field("name", p.name);
    out.field("badge", p.badge);
    out.end_object();
  });
  minima_field(out, "minima_default", rules.fallback);
  list_field(out, "minima_clauses", rules.minima, [&](const MinimaClause& c) {
    out.begin_object();
    out.field("id", c.id);
    out.field("horizontal_nm", c.minima.horizontal.in(nautical_miles), 3);
    out.field("vertical_ft", c.minima.vertical.in_feet(), feet_decimals);
    const std::array sides{c.one, c.other};
    list_field(out, "parties", sides, [&](const SideSelector& side) {
      side.party ? out.value(party_name(*side.party, rules.parties)) : out.value("any");
    });
    list_field(out, "classes", sides, [&](const SideSelector& side) {
      side.aircraft_class ? out.value(to_string(*side.aircraft_class)) : out.value("any");
    });
    if (!c.area.empty()) ring_field(out, "area", c.area);
    out.end_object();
  });
  out.field("level_tolerance_ft", rules.level_tolerance.in_feet(), feet_decimals);
  out.field("warning_look_ahead_s", to_seconds(rules.warning_look_ahead), 0);
  out.field("advisory_look_ahead_s", to_seconds(rules.advisory_look_ahead), 0);
  if (config.transition_altitude) out.field("transition_altitude_ft", config.transition_altitude->in_feet(), feet_decimals);
  out.field("tick_period_s", to_seconds(s.tick_period), 3);
  out.field("last_tick_ms", to_seconds(s.last_tick) * 1e3, 3);
  out.field("inhibitions_active", picture.inhibitions_active);
  out.key("recording");
  out.begin_object();
  out.field("state", name(s.recording));
  if (!s.recording_message.empty()) out.field("message", s.recording_message);
  out.field("bytes", s.recording_bytes);
  out.end_object();
  out.end_object();
}

std::string node_json(const NodeStatus& status, const Config& config, const Picture& picture) {
  std::string text;
  json::Writer out(text);
  append_node(out, status, config, picture);
  return text;
}

std::string tracks_json(const Picture& picture, const std::optional<BoundingBox>& box) {
  return object_text([&](json::Writer& out) {
    out.field("now", to_rfc3339(picture.now));
    out.key("tracks");
    out.begin_array();
    if (picture.tracks) {
      for (const PictureTrack& t : *picture.tracks) {
        if (!box || (t.position && box->contains(*t.position))) append_track(out, t, picture);
      }
    }
    out.end_array();
  });
}

std::string track_json(const PictureTrack& track, const Picture& picture) {
  std::string text;
  json::Writer out(text);
  append_track(out, track, picture);
  return text;
}

std::string history_json(const PictureTrack& track) {
  const auto points = track.history ? track.history->points() : std::vector<HistoryPoint>();
  return object_text([&](json::Writer& out) {
    out.field("id", track.track.id.value);
    list_field(out, "points", points, [&](const HistoryPoint& p) {
      out.begin_object();
      out.field("at", to_rfc3339(p.at));
      position_field(out, "position", p.position);
      if (p.altitude) {
        out.field("altitude_ft", p.altitude->in_feet(), feet_decimals);
        out.field("datum", name(p.datum));
      }
      if (p.velocity) velocity_fields(out, *p.velocity);
      out.end_object();
    });
  });
}

std::string alerts_json(const Picture& picture, bool ended) {
  return object_text([&](json::Writer& out) {
    out.field("now", to_rfc3339(picture.now));
    out.key("alerts");
    out.begin_array();
    for (const Alert& alert : picture.alerts) append_alert(out, alert, *picture.rules);
    if (ended && picture.ended) {
      for (const Alert& alert : *picture.ended) append_alert(out, alert, *picture.rules);
    }
    out.end_array();
  });
}

std::string alert_json(const Alert& alert, const Picture& picture) {
  std::string text;
  json::Writer out(text);
  append_alert(out, alert, *picture.rules);
  return text;
}

std::string zones_json(std::span<const Zone> zones, const Parties& parties) {
  return object_text([&](json::Writer& out) {
    list_field(out, "zones", zones, [&](const Zone& zone) { append_zone(out, zone, parties); });
  });
}

std::string zone_json(const Zone& zone, const Parties& parties) {
  std::string text;
  json::Writer out(text);
  append_zone(out, zone, parties);
  return text;
}

std::string inhibitions_json(const Picture& picture) {
  return object_text([&](json::Writer& out) {
    list_field(out, "inhibitions", picture.rules->inhibitions, [&](const Inhibition& i) { append_inhibition(out, i); });
  });
}

std::string inhibition_json(const Inhibition& inhibition) {
  std::string text;
  json::Writer out(text);
  append_inhibition(out, inhibition);
  return text;
}

std::string groups_json(const Picture& picture) {
  return object_text([&](json::Writer& out) {
    list_field(out, "groups", picture.rules->groups, [&](const Group& g) { append_group(out, g); });
  });
}

std::string group_json(const Group& group) {
  std::string text;
  json::Writer out(text);
  append_group(out, group);
  return text;
}

std::string feeds_json(const Picture& picture) {
  return object_text([&](json::Writer& out) {
    list_field(out, "feeds", picture.feeds, [&](const FeedStatus& f) { append_feed(out, f, picture.now); });
  });
}

namespace {

// The member of an event that its type calls for.
struct EventBody {
  json::Writer& out;
  const Event& event;
  const Picture& picture;

  void type(std::string_view name_of_type) const { out.field("type", name_of_type); }
  void operator()(const Alert& alert) const {
    type("alert");
    out.key("alert");
    append_alert(out, alert, *picture.rules);
  }
  void operator()(const Zone& zone) const {
    type("zone");
    out.key("zone");
    append_zone(out, zone, picture.rules->parties);
  }
  void operator()(const ZoneRemoved& removed) const {
    type("zone_removed");
    out.field("id", removed.id);
  }
  void operator()(const Inhibition& inhibition) const {
    type("inhibition");
    out.key("inhibition");
    append_inhibition(out, inhibition);
  }
  void operator()(const InhibitionRemoved& removed) const {
    type("inhibition_removed");
    out.field("id", removed.id);
  }
  void operator()(const Group& group) const {
    type("group");
    out.key("group");
    append_group(out, group);
  }
  void operator()(const GroupRemoved& removed) const {
    type("group_removed");
    out.field("id", removed.id);
  }
  void operator()(const FeedStatus& feed) const {
    type("feed");
    out.key("feed");
    append_feed(out, feed, event.at);
  }
};

void uncounted_head(json::Writer& out, const Picture& picture, std::string_view type) {
  out.field("seq", picture.last_sequence);
  out.field("at", to_rfc3339(picture.now));
  out.field("type", type);
}

}  // namespace

std::string event_json(const Event& event, const Picture& picture) {
  return object_text([&](json::Writer& out) {
    out.field("seq", event.seq);
    out.field("at", to_rfc3339(event.at));
    std::visit(EventBody{out, event, picture}, event.what);
  });
}

std::string snapshot_event_json(const Picture& picture) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "snapshot");
    list_field(out, "alerts", picture.alerts, [&](const Alert& a) { append_alert(out, a, *picture.rules); });
    list_field(out, "zones", picture.rules->zones, [&](const Zone& z) { append_zone(out, z, picture.rules->parties); });
    list_field(out, "feeds", picture.feeds, [&](const FeedStatus& f) { append_feed(out, f, picture.now); });
  });
}

std::string hello_event_json(const NodeStatus& status, const Config& config, const Picture& picture) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "hello");
    out.key("node");
    append_node(out, status, config, picture);
  });
}

std::string tick_event_json(const Picture& picture, Duration last_tick) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "tick");
    out.key("tick");
    out.begin_object();
    out.field("now", to_rfc3339(picture.now));
    out.field("tracks", picture.tracks ? picture.tracks->size() : 0);
    out.field("live", picture.live);
    out.field("located", picture.located);
    out.field("suspect", picture.suspect);
    out.field("alerts", picture.alerts.size());
    out.field("inhibitions_active", picture.inhibitions_active);
    out.field("last_tick_ms", to_seconds(last_tick) * 1e3, 3);
    list_field(out, "feeds", picture.feeds, [&](const FeedStatus& f) {
      out.begin_object();
      out.field("id", f.id.value);
      out.field("state", to_string(f.state));
      if (f.last_message_at) out.field("last_message_age_s", std::max(0.0, to_seconds(picture.now - *f.last_message_at)), second_decimals);
      out.field("messages_per_s", f.messages_per_s, 1);
      out.end_object();
    });
    out.end_object();
  });
}

}  // namespace skypact::node
