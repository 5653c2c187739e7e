#include "node/api_json.h"

#include <algorithm>
#include <array>

#include "node/api_fields.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

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

void interval_fields(json::Writer& out, const Interval<Time>& valid) {
  out.field("from", to_rfc3339(valid.from));
  out.field("to", to_rfc3339(valid.to));
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
  if (z.party) out.field("party", party_name(*z.party, parties));
  if (z.flight != FlightName{}) {
    out.key("flight");
    out.begin_object();
    if (z.flight.address) out.field("address", to_string(*z.flight.address));
    if (!z.flight.call_sign.empty()) out.field("call_sign", z.flight.call_sign);
    out.end_object();
  }
  if (!z.rescue.empty()) out.field("rescue", z.rescue);
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
  list_field(out, "agreed", picture.agreed->versions, [&](const AgreedStatus::Version& v) {
    out.begin_object();
    out.field("version", v.version);
    if (v.valid.from != Time::min()) out.field("from", to_rfc3339(v.valid.from));
    if (v.valid.to != Time::max()) out.field("to", to_rfc3339(v.valid.to));
    out.field("holds", v.holds);
    out.end_object();
  });
  list_field(out, "agreed_notes", picture.agreed->notes, [&](const std::string& note) { out.value(note); });
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
  out.key("record");
  out.begin_object();
  out.field("state", s.record.state);
  if (s.record.state != "off") {
    out.field("name", s.record.name);
    if (!s.record.message.empty()) out.field("message", s.record.message);
    if (!s.record.verifier_key.empty()) out.field("verifier_key", s.record.verifier_key);
    out.field("entries", s.record.entries);
    out.field("published", s.record.published);
    out.field("waiting", s.record.waiting);
    out.field("dropped", s.record.dropped);
  }
  if (!s.record.forked.empty()) {
    out.key("forked");
    out.begin_array();
    for (const std::string& origin : s.record.forked) out.value(origin);
    out.end_array();
  }
  out.end_object();
  if (s.dss) {
    out.key("dss");
    out.begin_object();
    out.field("state", s.dss->state);
    if (!s.dss->message.empty()) out.field("message", s.dss->message);
    out.end_object();
  }
  if (s.uss) {
    out.key("uss");
    out.begin_object();
    out.field("state", s.uss->state);
    if (!s.uss->message.empty()) out.field("message", s.uss->message);
    out.field("flights", s.uss->flights);
    out.field("constraints", s.uss->constraints);
    out.field("unsure", s.uss->unsure);
    out.field("notices_waiting", s.uss->notices_waiting);
    out.field("notices_given_up", s.uss->notices_given_up);
    out.end_object();
  }
  out.end_object();
}

std::string node_json(const NodeStatus& status, const Config& config, const Picture& picture) {
  std::string text;
  json::Writer out(text);
  append_node(out, status, config, picture);
  return text;
}

std::string plan_note_event_json(std::uint64_t number, std::string_view plan, std::string_view text) {
  std::string event;
  json::Writer out(event);
  out.begin_object();
  out.field("type", "plan_note");
  out.field("number", number);
  out.field("plan", plan);
  out.field("text", text);
  out.end_object();
  return event;
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

}  // namespace skypact::node
