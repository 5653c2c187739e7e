#include "wire/observation_json.h"

namespace skypact::wire {
namespace {

void altitude(json::Writer& out, std::string_view name, Height height) { out.field(name, height.in_feet(), 1); }

}  // namespace

std::string squawk_text(std::uint16_t squawk) {
  const std::string digits = std::to_string(squawk);
  return digits.size() < 4 ? std::string(4 - digits.size(), '0') + digits : digits;
}

std::string_view to_string(Emergency emergency) {
  switch (emergency) {
    case Emergency::none: return "none";
    case Emergency::general: return "general";
    case Emergency::medical: return "medical";
    case Emergency::minimum_fuel: return "minimum_fuel";
    case Emergency::no_communications: return "no_communications";
    case Emergency::unlawful_interference: return "unlawful_interference";
    case Emergency::downed: return "downed";
    case Emergency::reserved: return "reserved";
  }
  return "reserved";
}

void write_members(const Observation& o, json::Writer& out) {
  out.field("address", to_string(o.address));
  out.field("kind", skypact::to_string(o.kind));
  out.field("received_at", to_rfc3339(o.received_at));
  out.field("measured_at", to_rfc3339(o.measured_at));
  if (o.position) {
    out.field("lat_deg", o.position->lat_degrees(), 7);
    out.field("lon_deg", o.position->lon_degrees(), 7);
  }
  if (o.accuracy) out.field("accuracy_m", o.accuracy->in(metres), 1);
  if (o.containment) out.field("containment_m", o.containment->in(metres), 1);
  if (o.nic) out.field("nic", *o.nic);
  if (o.nac_p) out.field("nac_p", *o.nac_p);
  if (o.sil) out.field("sil", *o.sil);
  if (o.adsb_version) out.field("adsb_version", *o.adsb_version);
  if (o.pressure_altitude) altitude(out, "pressure_altitude_ft", o.pressure_altitude->above_datum());
  if (o.ellipsoid_altitude) altitude(out, "ellipsoid_altitude_ft", o.ellipsoid_altitude->above_datum());
  if (o.sea_level_altitude) altitude(out, "sea_level_altitude_ft", o.sea_level_altitude->above_datum());
  if (o.altitude_accuracy) altitude(out, "altitude_accuracy_ft", *o.altitude_accuracy);
  if (o.gnss_minus_pressure) altitude(out, "gnss_minus_pressure_ft", *o.gnss_minus_pressure);
  if (o.velocity) {
    out.field("ground_speed_kt", o.velocity->speed.in(knots), 1);
    out.field("track_deg", o.velocity->track.in_degrees(), 2);
  }
  if (o.vertical_rate) out.field("vertical_rate_fpm", o.vertical_rate->in_feet_per_minute(), 0);
  if (o.heading) out.field("heading_deg", o.heading->in_degrees(), 2);
  if (o.on_ground) out.field("on_ground", *o.on_ground);
  if (o.callsign) out.field("callsign", o.callsign->view());
  if (o.squawk) out.field("squawk", squawk_text(*o.squawk));
  if (o.emergency) out.field("emergency", to_string(*o.emergency));
  if (o.selected_altitude) {
    altitude(out, "selected_altitude_ft", o.selected_altitude->value);
    if (o.selected_altitude->baro_setting) out.field("baro_setting_hpa", o.selected_altitude->baro_setting->in(hectopascal), 1);
    out.field("selected_altitude_from", o.selected_altitude->from_fms ? "fms" : "mcp");
  }
  if (o.aircraft_class) out.field("class", skypact::to_string(*o.aircraft_class));
  if (o.registration) out.field("registration", o.registration->view());
  if (o.type_designator) out.field("type_designator", o.type_designator->view());
  if (o.acas_resolution_advisory) out.field("acas_resolution_advisory", true);
  if (o.special_position_identification) out.field("special_position_identification", true);
}

void write_json(const Observation& observation, json::Writer& out) {
  out.begin_object();
  write_members(observation, out);
  out.end_object();
}

}  // namespace skypact::wire
