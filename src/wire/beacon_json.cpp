#include "wire/beacon_json.h"

#include <cmath>

#include <fmt/format.h>

#include "wire/maritime_digits.h"

namespace skypact::wire {
namespace {

std::string_view heading(const BeaconMessage& m) {
  switch (m.mode) {
    case BeaconMode::self_test: return "SELF-TEST";
    case BeaconMode::test: return "TEST";
    case BeaconMode::system: return "SYSTEM";
    case BeaconMode::live: break;
  }
  return m.kind == BeaconMessageKind::cancellation ? "CANCELLATION" : "LIVE ALERT";
}

std::string distance(Length length) {
  const double m = length.in(metres);
  return m < 100 ? fmt::format("{:.0f} m", std::ceil(m)) : fmt::format("{:.1f} km", std::ceil(m / 100) / 10);
}

std::string position_words(const BeaconMessage& m) {
  if (m.position) {
    const geo::Position p = m.position->position;
    return fmt::format("at {:.5f} {} {:.5f} {} within {}", std::abs(p.lat_degrees()), p.lat_e7 < 0 ? 'S' : 'N', std::abs(p.lon_degrees()),
                       p.lon_e7 < 0 ? 'W' : 'E', distance(m.position->uncertainty));
  }
  switch (m.position_status) {
    case PositionStatus::no_fix: return "no position: the beacon has none";
    case PositionStatus::impossible: return "no position: what it sent is impossible";
    case PositionStatus::lost: return "no position: its field is damaged or missing";
    default: return "no position in the message";
  }
}

std::string altitude_words(const BeaconAltitude& altitude) {
  if (!altitude.from && !altitude.to) return "altitude unknown";
  if (!altitude.from) return fmt::format("altitude below {:.0f} m", altitude.to->in_metres());
  if (!altitude.to) return fmt::format("altitude above {:.0f} m", altitude.from->in_metres());
  return fmt::format("altitude {:.0f} to {:.0f} m", altitude.from->in_metres(), altitude.to->in_metres());
}

void write_identity(const BeaconIdentity& identity, json::Writer& out) {
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out.field(key, value);
  };
  out.key("identity");
  out.begin_object();
  if (identity.mmsi) out.field("mmsi", fmt::format("{:09}", *identity.mmsi));
  if (identity.ais_mmsi_last_four) out.field("ais_mmsi_last_four", fmt::format("{:04}", *identity.ais_mmsi_last_four));
  if (identity.aircraft_address) out.field("aircraft_address", fmt::format("{:06X}", *identity.aircraft_address));
  text("aircraft_operator", identity.aircraft_operator);
  if (identity.operator_serial) out.field("operator_serial", *identity.operator_serial);
  text("radio_call_sign", identity.radio_call_sign);
  text("registration", identity.registration);
  if (identity.type_approval) out.field("type_approval", *identity.type_approval);
  if (identity.serial) out.field("serial", *identity.serial);
  text("national", identity.national);
  text("number_on_board", identity.number_on_board);
  text("words", words(identity));
  out.end_object();
}

void write_position(const BeaconMessage& m, json::Writer& out) {
  out.field("position_status", name(m.position_status));
  if (m.position) {
    out.field("lat_deg", m.position->position.lat_degrees(), 7);
    out.field("lon_deg", m.position->position.lon_degrees(), 7);
    out.field("uncertainty_m", m.position->uncertainty.in(metres), 1);
  }
  if (m.position_source != PositionSource::unknown) out.field("position_source", name(m.position_source));
  if (m.altitude && m.altitude->from) out.field("altitude_from_m", m.altitude->from->in_metres(), 0);
  if (m.altitude && m.altitude->to) out.field("altitude_to_m", m.altitude->to->in_metres(), 0);
  if (m.location_age) out.field("location_age_at_least_s", std::chrono::duration_cast<seconds>(m.location_age->at_least).count());
  if (m.location_age && m.location_age->at_most) {
    out.field("location_age_at_most_s", std::chrono::duration_cast<seconds>(*m.location_age->at_most).count());
  }
  if (m.location_time_of_day) {
    const std::chrono::hh_mm_ss clock(*m.location_time_of_day);
    out.field("location_time_utc", fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count()));
  }
  if (m.fix != GnssFix::unknown) out.field("fix", name(m.fix));
  if (m.hdop_at_most) out.field("hdop_at_most", *m.hdop_at_most);
  if (m.vdop_at_most) out.field("vdop_at_most", *m.vdop_at_most);
}

}  // namespace

void write_members(const BeaconMessage& m, json::Writer& out) {
  out.field("generation", name(m.generation));
  out.field("mode", name(m.mode));
  out.field("kind", name(m.kind));
  out.field("may_alert", may_alert(m));
  out.field("protocol", name(m.protocol));
  out.field("type", name(m.type));
  out.field("id", m.id);
  out.field("hex", m.hex);
  out.field("country", m.country);
  if (const auto country = country_of_digits(m.country); !country.empty()) out.field("country_name", country);
  write_identity(m.identity, out);
  write_position(m, out);
  if (m.homing != HomingSignal::unknown) out.field("homing", name(m.homing));
  if (m.activation != BeaconActivation::unknown) out.field("activation", name(m.activation));
  if (m.deactivation != BeaconDeactivation::unknown) out.field("deactivation", name(m.deactivation));
  if (!m.emergency.empty()) out.field("emergency", m.emergency);
  if (m.return_link) {
    out.key("return_link");
    out.begin_object();
    out.field("provider", name(m.return_link->provider));
    out.field("accepts_automatic", m.return_link->accepts_automatic);
    out.field("accepts_manual", m.return_link->accepts_manual);
    out.field("received_automatic", m.return_link->received_automatic);
    out.field("received_manual", m.return_link->received_manual);
    out.end_object();
  }
  if (m.hours_since_activation) out.field("hours_since_activation", *m.hours_since_activation);
  if (m.battery_percent_at_least) out.field("battery_percent_at_least", *m.battery_percent_at_least);
  if (m.rotating_field) out.field("rotating_field", *m.rotating_field);
  out.field("corrected_first", m.corrected_first);
  out.field("corrected_second", m.corrected_second);
  if (m.doubts.empty()) return;
  out.key("doubts");
  out.begin_array();
  for (const BeaconDoubt doubt : m.doubts) out.value(name(doubt));
  out.end_array();
}

std::string one_line(const BeaconMessage& m) {
  std::string text = fmt::format("{} {} {} {}", heading(m), words(m.type), m.id, country_words(m.country));
  const auto add = [&text](std::string_view part) {
    text += ", ";
    text += part;
  };
  if (const std::string identity = words(m.identity); !identity.empty()) add(identity);
  add(position_words(m));
  if (m.altitude) add(altitude_words(*m.altitude));
  if (m.location_time_of_day) {
    const std::chrono::hh_mm_ss clock(*m.location_time_of_day);
    add(fmt::format("position of {:02}:{:02}:{:02} UTC", clock.hours().count(), clock.minutes().count(), clock.seconds().count()));
  }
  if (!m.emergency.empty()) add(m.emergency);
  switch (m.activation) {
    case BeaconActivation::unknown: break;
    case BeaconActivation::manual: add("activated by hand"); break;
    case BeaconActivation::automatic: add("activated by itself"); break;
    case BeaconActivation::g_switch: add("activated by impact"); break;
    case BeaconActivation::external: add("activated by the aircraft's systems"); break;
    case BeaconActivation::manual_or_automatic: add("activated by hand or by itself"); break;
  }
  if (m.deactivation == BeaconDeactivation::manual) add("switched off by hand");
  if (m.deactivation == BeaconDeactivation::external) add("switched off by external means");
  if (m.homing == HomingSignal::mhz_121_5) add("homing on 121.5 MHz");
  if (m.homing == HomingSignal::radar_transponder) add("radar transponder");
  if (m.homing == HomingSignal::other) add("another homing signal");
  add(words(m.protocol));
  if (is_corrected(m)) add(fmt::format("{} bits corrected", m.corrected_first + m.corrected_second));
  for (const BeaconDoubt doubt : m.doubts) {
    text += doubt == m.doubts.front() ? "; doubts: " : ", ";
    text += name(doubt);
  }
  return text;
}

}  // namespace skypact::wire
