// readsb's aircraft.json and receiver.json, field names and units as its README-json.md says; a field that
// is not known is absent.

#include <algorithm>
#include <string>

#include "node/api_json.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

// readsb lists an aircraft while its position is no older, or while it was heard at all within the shorter time.
constexpr Duration position_lifetime = seconds(60), silence_lifetime = seconds(30);

std::string_view readsb_type(const Track& t) {
  switch (t.address.kind) {
    case AddressKind::adsb_other: return "adsb_other";
    case AddressKind::tisb_icao: return "tisb_icao";
    case AddressKind::tisb_other: return "tisb_other";
    case AddressKind::adsr_icao: return "adsr_icao";
    case AddressKind::adsr_other: return "adsr_other";
    case AddressKind::report:
    case AddressKind::manual: return "other";
    case AddressKind::icao: break;
  }
  if (!t.position) return "mode_s";
  switch (t.position->kind) {
    case SourceKind::adsb: return "adsb_icao";
    case SourceKind::adsr: return "adsr_icao";
    case SourceKind::mlat: return "mlat";
    case SourceKind::tisb: return "tisb_icao";
    case SourceKind::mode_s: return "mode_s";
    case SourceKind::report:
    case SourceKind::manual: return "other";
  }
  return "unknown";
}

std::string_view readsb_emergency(Emergency e) {
  switch (e) {
    case Emergency::none: return "none";
    case Emergency::general: return "general";
    case Emergency::medical: return "lifeguard";
    case Emergency::minimum_fuel: return "minfuel";
    case Emergency::no_communications: return "nordo";
    case Emergency::unlawful_interference: return "unlawful";
    case Emergency::downed: return "downed";
    case Emergency::reserved: return "reserved";
  }
  return "none";
}

// Aircraft without an address of 24 bits get one out of the non-ICAO range, from their track. Readers tell aircraft apart by this
// alone, so the second under one address goes by the non-ICAO spelling of it.
std::string hex_of(const Track& t) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool named = t.address.kind == AddressKind::report || t.address.kind == AddressKind::manual;
  const bool other = named || t.address.kind == AddressKind::adsb_other || t.address.kind == AddressKind::tisb_other ||
                     t.address.kind == AddressKind::adsr_other || t.ordinal != 1;
  const std::uint32_t number = named ? t.id.value : t.address.number;
  std::string text = other ? "~" : "";
  for (int shift = 20; shift >= 0; shift -= 4) text += digits[(number >> shift) & 0xF];
  return text;
}

double age_s(Time at, Time now) { return std::max(0.0, to_seconds(now - at)); }

bool has_position(const Track& t, Time now) { return t.position && now - t.position->measured_at <= position_lifetime; }

// The place as it was measured, `seen_pos` ago: who reads it carries it on in time himself, and would do so twice from ours.
void append_position(json::Writer& out, const Track& t, Time now) {
  out.field("lat", t.position->value.lat_degrees(), 6);
  out.field("lon", t.position->value.lon_degrees(), 6);
  if (t.nic) out.field("nic", *t.nic);
  if (t.containment) out.field("rc", t.containment->in(metres), 0);
  out.field("seen_pos", age_s(t.position->measured_at, now), 3);
}

// Which fields come from such a source.
void append_source_fields(json::Writer& out, std::string_view name_of_list, const Track& t, SourceKind kind) {
  out.key(name_of_list);
  out.begin_array();
  if (t.position && t.position->kind == kind) {
    out.value("lat");
    out.value("lon");
  }
  out.end_array();
}

void append_aircraft(json::Writer& out, const PictureTrack& p, Time now) {
  const Track& t = p.track;
  out.begin_object();
  out.field("hex", hex_of(t));
  out.field("type", readsb_type(t));
  if (t.callsign) {
    std::string flight(t.callsign->value.view());
    flight.resize(8, ' ');
    out.field("flight", flight);
  }
  if (t.registration) out.field("r", t.registration->view());
  if (t.type_designator) out.field("t", t.type_designator->view());
  if (t.on_ground && t.on_ground->value) {
    out.field("alt_baro", "ground");
  } else if (t.pressure_altitude) {
    out.field("alt_baro", t.pressure_altitude->value.in_feet(), 0);
  }
  if (t.ellipsoid_altitude) {
    out.field("alt_geom", t.ellipsoid_altitude->value.in_feet(), 0);
  } else if (t.pressure_altitude && t.gnss_minus_pressure) {
    out.field("alt_geom", (t.pressure_altitude->value.above_datum() + t.gnss_minus_pressure->value).in_feet(), 0);
  }
  if (t.velocity) {
    out.field("gs", t.velocity->value.speed.in(knots), 1);
    out.field("track", t.velocity->value.track.in_degrees(), 2);
  }
  if (t.turn_rate) out.field("track_rate", t.turn_rate->value.in(degrees_per_second), 2);
  if (t.heading) out.field("true_heading", t.heading->value.in_degrees(), 2);
  if (t.vertical_rate) out.field("baro_rate", t.vertical_rate->value.in_feet_per_minute(), 0);
  if (t.squawk) out.field("squawk", squawk_text(t.squawk->value));
  if (t.emergency) out.field("emergency", readsb_emergency(t.emergency->value));
  if (t.selected_altitude) {
    const SelectedAltitude& selected = t.selected_altitude->value;
    out.field(selected.from_fms ? "nav_altitude_fms" : "nav_altitude_mcp", selected.value.in_feet(), 0);
    if (selected.baro_setting) out.field("nav_qnh", selected.baro_setting->in(hectopascal), 1);
  }
  if (has_position(t, now)) {
    append_position(out, t, now);
  } else if (t.position) {
    out.key("lastPosition");
    out.begin_object();
    append_position(out, t, now);
    out.end_object();
  }
  if (t.nac_p) out.field("nac_p", *t.nac_p);
  if (t.sil) out.field("sil", *t.sil);
  std::uint64_t messages = 0;
  for (std::size_t i = 0; i < t.contribution_count && i < Track::max_contributions; ++i) messages += t.contributions[i].reports;
  append_source_fields(out, "mlat", t, SourceKind::mlat);
  append_source_fields(out, "tisb", t, SourceKind::tisb);
  out.field("messages", messages);
  out.field("seen", age_s(t.last_seen, now), 3);
  out.end_object();
}

}  // namespace

std::string aircraft_json(const Picture& picture) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("now", to_seconds(picture.now.time_since_epoch()), 3);
  std::uint64_t messages = 0;
  for (const FeedStatus& feed : picture.feeds) messages += feed.messages;
  out.field("messages", messages);
  out.key("aircraft");
  out.begin_array();
  if (picture.tracks) {
    for (const PictureTrack& t : *picture.tracks) {
      const bool heard = picture.now - t.track.last_seen <= silence_lifetime;
      if (heard || has_position(t.track, picture.now)) append_aircraft(out, t, picture.now);
    }
  }
  out.end_array();
  out.end_object();
  return text;
}

std::string receiver_json(const Config& config, std::string_view version) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("version", "skypact " + std::string(version));
  out.field("refresh", 1000);
  out.field("history", 0);
  if (config.site) {
    out.field("lat", config.site->lat_degrees(), 6);
    out.field("lon", config.site->lon_degrees(), 6);
  }
  out.end_object();
  return text;
}

}  // namespace skypact::node
