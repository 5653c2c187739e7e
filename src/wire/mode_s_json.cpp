#include "wire/mode_s_json.h"

#include "wire/comm_b.h"
#include "wire/observation_json.h"

namespace skypact::wire {
namespace {

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

template <class T>
void present(json::Writer& out, std::string_view name, const std::optional<T>& value) {
  if (value) out.field(name, *value);
}
void present(json::Writer& out, std::string_view name, const std::optional<double>& value, int decimals) {
  if (value) out.field(name, *value, decimals);
}

std::string_view to_string(SurveillanceStatus status) {
  switch (status) {
    case SurveillanceStatus::none: return "none";
    case SurveillanceStatus::permanent_alert: return "permanent_alert";
    case SurveillanceStatus::temporary_alert: return "temporary_alert";
    case SurveillanceStatus::special_position: return "special_position";
  }
  return "none";
}

std::string_view to_string(TargetStateV1::Source source) {
  switch (source) {
    case TargetStateV1::Source::none: return "none";
    case TargetStateV1::Source::mcp: return "mcp";
    case TargetStateV1::Source::holding: return "holding";
    case TargetStateV1::Source::fms: return "fms";
  }
  return "none";
}

void write(const CprPosition& cpr, json::Writer& out) {
  out.field("cpr_odd", cpr.odd);
  out.field("cpr_lat", cpr.lat);
  out.field("cpr_lon", cpr.lon);
  if (cpr.bits != 17) out.field("cpr_bits", cpr.bits);
}

void write_altitude(const AltitudeCode& altitude, std::string_view name, json::Writer& out) {
  if (!altitude.feet) return;
  out.field(name, *altitude.feet);
  out.field("altitude_step_ft", altitude.in_25ft ? 25 : 100);
}

// Each writes the members of its content; the object is open.
struct ContentWriter {
  json::Writer& out;

  void operator()(std::monostate) const {}
  void operator()(const Identification& m) const {
    out.field("content", "identification");
    out.field("callsign", m.callsign.view());
    if (m.category_set != 0) out.field("category", std::string(1, m.category_set) + std::to_string(m.category));
  }
  void operator()(const AirbornePosition& m) const {
    out.field("content", "airborne_position");
    out.field("surveillance_status", to_string(m.surveillance));
    out.field("nic_supplement_b", m.nic_supplement_b);
    out.field("utc_synchronised", m.utc_synchronised);
    write_altitude(m.altitude, m.gnss_height ? "ellipsoid_altitude_ft" : "altitude_ft", out);
    if (m.cpr) write(*m.cpr, out);
  }
  void operator()(const SurfacePosition& m) const {
    out.field("content", "surface_position");
    present(out, "ground_speed_kt", m.ground_speed_kt, 3);
    present(out, "track_deg", m.track_deg, 4);
    out.field("utc_synchronised", m.utc_synchronised);
    write(m.cpr, out);
  }
  void operator()(const Velocity& m) const {
    out.field("content", "velocity");
    out.field("subtype", m.subtype);
    present(out, "east_kt", m.east_kt);
    present(out, "north_kt", m.north_kt);
    if (const auto velocity = ground_velocity(m)) {
      out.field("ground_speed_kt", velocity->speed.in(knots), 2);
      out.field("track_deg", velocity->track.in_degrees(), 3);
    }
    present(out, "heading_deg", m.heading_deg, 4);
    if (m.airspeed_kt) out.field(m.true_airspeed ? "true_airspeed_kt" : "indicated_airspeed_kt", *m.airspeed_kt);
    present(out, "vertical_rate_fpm", m.vertical_rate_fpm);
    if (m.vertical_rate_fpm) out.field("vertical_rate_source", m.vertical_rate_source == VerticalRateSource::gnss ? "gnss" : "barometric");
    present(out, "gnss_minus_baro_ft", m.gnss_minus_baro_ft);
    out.field("nac_v", m.nac_v);
    out.field("intent_change", m.intent_change);
  }
  void operator()(const TargetState& m) const {
    out.field("content", "target_state");
    present(out, "selected_altitude_ft", m.selected_altitude_ft);
    if (m.selected_altitude_ft) out.field("selected_altitude_from", m.selected_altitude_from_fms ? "fms" : "mcp");
    present(out, "baro_setting_hpa", m.baro_setting_hpa, 1);
    present(out, "selected_heading_deg", m.selected_heading_deg, 4);
    out.field("nac_p", m.nac_p);
    out.field("sil", m.sil);
    out.field("sil_per", m.sil_per_sample ? "sample" : "flight_hour");
    out.field("nic_baro", m.nic_baro);
    out.field("acas_operational", m.acas_operational);
    if (m.modes_known) {
      out.field("autopilot", m.autopilot);
      out.field("vnav", m.vnav);
      out.field("altitude_hold", m.altitude_hold);
      out.field("approach", m.approach);
      out.field("lnav", m.lnav);
    }
  }
  void operator()(const TargetStateV1& m) const {
    out.field("content", "target_state_v1");
    present(out, "target_altitude_ft", m.target_altitude_ft);
    out.field("target_altitude_from", to_string(m.altitude_source));
    if (m.target_altitude_ft) out.field("target_altitude_datum", m.altitude_is_msl ? "mean_sea_level" : "pressure");
    present(out, m.target_is_track ? "target_track_deg" : "target_heading_deg", m.target_heading_deg, 1);
    out.field("nac_p", m.nac_p);
    out.field("sil", m.sil);
    out.field("nic_baro", m.nic_baro);
    out.field("acas_operational", m.acas_operational);
    out.field("acas_resolution_advisory", m.acas_resolution_advisory);
    out.field("emergency", wire::to_string(m.emergency));
  }
  void operator()(const OperationalStatus& m) const {
    out.field("content", "operational_status");
    out.field("adsb_version", m.version);
    out.field("surface", m.surface);
    present(out, "nic_supplement_a", m.nic_supplement_a);
    present(out, "nic_supplement_c", m.nic_supplement_c);
    present(out, "nac_p", m.nac_p);
    present(out, "nac_v", m.nac_v);
    present(out, "sil", m.sil);
    if (m.sil_per_sample) out.field("sil_per", *m.sil_per_sample ? "sample" : "flight_hour");
    present(out, "gva", m.gva);
    present(out, "nic_baro", m.nic_baro);
    present(out, "system_design_assurance", m.system_design_assurance);
    if (m.heading_is_magnetic) out.field("heading_reference", *m.heading_is_magnetic ? "magnetic" : "true");
    present(out, "surface_track_is_heading", m.surface_track_is_heading);
    present(out, "acas_operational", m.acas_operational);
    present(out, "acas_resolution_advisory", m.acas_resolution_advisory);
    present(out, "ident_active", m.ident_active);
    present(out, "single_antenna", m.single_antenna);
    present(out, "length_width_code", m.length_width_code);
  }
  void operator()(const EmergencyStatus& m) const {
    out.field("content", "emergency_status");
    out.field("emergency", wire::to_string(m.emergency));
    if (m.squawk) out.field("squawk", squawk_text(*m.squawk));
  }
  void operator()(const ResolutionAdvisory& m) const {
    out.field("content", "resolution_advisory");
    out.field("active", m.active());
    out.field("advisory_bits", m.advisory);
    out.field("complement_bits", m.complement);
    out.field("terminated", m.terminated);
    out.field("multiple_threats", m.multiple_threats);
    out.field("threat_type", m.threat_type);
    out.field("threat_bits", m.threat);
  }
  void operator()(const TestSquawk& m) const {
    out.field("content", "test_squawk");
    out.field("squawk", squawk_text(m.squawk));
  }
  void operator()(const TisbCoarsePosition& m) const {
    out.field("content", "tisb_coarse_position");
    out.field("surveillance_status", to_string(m.surveillance));
    out.field("service_volume", m.service_volume);
    write_altitude(m.altitude, "altitude_ft", out);
    present(out, "track_deg", m.track_deg, 2);
    present(out, "ground_speed_kt", m.ground_speed_kt, 0);
    write(m.cpr, out);
  }
  void operator()(const CommB& m) const {
    out.field("content", "comm_b");
    std::string mb;
    for (int byte = 6; byte >= 0; --byte) {
      const auto value = static_cast<std::uint8_t>(m.mb >> (8 * byte));
      mb += hex_of({&value, 1});
    }
    out.field("mb", mb);
    std::visit(RegisterWriter{out}, infer_comm_b(m.mb));
  }

  // What the register is inferred to be; nothing where that is not safe.
  struct RegisterWriter {
    json::Writer& out;

    void operator()(std::monostate) const {}
    void operator()(const DataLinkCapability& m) const {
      out.field("register", "1,0");
      out.field("acas_operational", m.acas_operational);
      out.field("acas_resolution_advisory", m.acas_resolution_advisory);
      out.field("subnetwork_version", m.subnetwork_version);
      out.field("identification_capable", m.identification_capable);
      out.field("squitter_capable", m.squitter_capable);
      out.field("surveillance_identifier_capable", m.surveillance_identifier_capable);
    }
    void operator()(const ServedRegisters& m) const {
      out.field("register", "1,7");
      out.field("served_bits", m.flags);
    }
    void operator()(const Identification& m) const {
      out.field("register", "2,0");
      out.field("callsign", m.callsign.view());
    }
    void operator()(const ResolutionAdvisory& m) const {
      out.field("register", "3,0");
      out.field("active", m.active());
      out.field("advisory_bits", m.advisory);
      out.field("threat_type", m.threat_type);
      out.field("threat_bits", m.threat);
    }
    void operator()(const SelectedVerticalIntention& m) const {
      out.field("register", "4,0");
      present(out, "mcp_altitude_ft", m.mcp_altitude_ft);
      present(out, "fms_altitude_ft", m.fms_altitude_ft);
      present(out, "baro_setting_hpa", m.baro_setting_hpa, 1);
      if (m.modes_known) {
        out.field("vnav", m.vnav);
        out.field("altitude_hold", m.altitude_hold);
        out.field("approach", m.approach);
      }
      present(out, "target_source", m.target_source);
    }
    void operator()(const TrackAndTurn& m) const {
      out.field("register", "5,0");
      present(out, "roll_deg", m.roll_deg, 2);
      present(out, "track_deg", m.true_track_deg, 3);
      present(out, "ground_speed_kt", m.ground_speed_kt, 0);
      present(out, "track_rate_deg_s", m.track_rate_deg_s, 3);
      present(out, "true_airspeed_kt", m.true_airspeed_kt, 0);
    }
    void operator()(const HeadingAndSpeed& m) const {
      out.field("register", "6,0");
      present(out, "magnetic_heading_deg", m.magnetic_heading_deg, 3);
      present(out, "indicated_airspeed_kt", m.indicated_airspeed_kt, 0);
      present(out, "mach", m.mach, 3);
      present(out, "baro_rate_fpm", m.baro_rate_fpm);
      present(out, "inertial_rate_fpm", m.inertial_rate_fpm);
    }
  };
};

}  // namespace

void write_json(const ModeSFrame& frame, const ModeSMessage& m, json::Writer& out) {
  out.begin_object();
  out.field("frame", hex_of(frame.payload()));
  if (frame.timestamp) out.field("timestamp", *frame.timestamp);
  if (frame.signal != 0) out.field("signal", frame.signal);
  out.field("df", m.format);
  out.field("address", skypact::to_string(address_of(m)));
  out.field("crc", m.address_from_parity ? "unconfirmed" : "valid");
  switch (m.format) {
    case 11: out.field("interrogator", m.interrogator); [[fallthrough]];
    case 17: out.field("capability", m.capability); break;
    case 18: out.field("control_field", m.capability); break;
    case 4: case 5: case 20: case 21: out.field("flight_status", m.capability); break;
    default: break;
  }
  if (m.alert) out.field("alert", true);
  if (m.special_position_identification) out.field("special_position_identification", true);
  if (m.on_ground) out.field("on_ground", *m.on_ground);
  if (m.squawk) out.field("squawk", squawk_text(*m.squawk));
  write_altitude(m.altitude, "altitude_ft", out);
  if (m.format == 17 || m.format == 18) out.field("typecode", frame.bytes[4] >> 3);
  std::visit(ContentWriter{out}, m.content);
  if (m.defect != DecodeError::none) out.field("defect", name(m.defect));
  out.end_object();
}

}  // namespace skypact::wire
