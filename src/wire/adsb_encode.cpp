#include "wire/adsb_encode.h"

#include <algorithm>
#include <cmath>

#include "wire/crc24.h"
#include "wire/mode_s_bits.h"

namespace skypact::wire {
namespace {

void put_big_endian(std::uint64_t value, std::span<std::uint8_t> bytes) {
  for (std::size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<std::uint8_t>(value);
}

// Sets the last three bytes to the parity, overlaid with an address or an interrogator code.
template <std::size_t N>
void seal(std::array<std::uint8_t, N>& frame, std::uint32_t overlay) {
  put_big_endian(crc24_parity(frame) ^ overlay, std::span(frame).last(3));
}

LongFrame squitter(std::uint8_t first, std::uint32_t address, std::uint64_t me) {
  LongFrame frame{first};
  put_big_endian(address, std::span(frame).subspan(1, 3));
  put_big_endian(me, std::span(frame).subspan(4, 7));
  seal(frame, 0);
  return frame;
}

ShortFrame reply(std::uint8_t format, std::uint8_t flight_status, std::uint32_t code13, std::uint32_t address) {
  ShortFrame frame{static_cast<std::uint8_t>(format << 3 | (flight_status & 7))};
  put_big_endian(code13, std::span(frame).subspan(2, 2));
  seal(frame, address & 0xFFFFFF);
  return frame;
}

std::uint64_t cpr_bits(const CprPosition& p) { return at_bits(p.odd, 22, 22) | at_bits(p.lat, 23, 39) | at_bits(p.lon, 40, 56); }

// value in units of `step`, to the nearest, within ±most; a field of sign and magnitude plus one.
std::uint64_t signed_field(std::int32_t value, std::int32_t step, std::int32_t most, int sign_bit, int first, int last) {
  const std::int32_t magnitude = std::min((std::abs(value) + step / 2) / step, most);
  return at_bits(value < 0, sign_bit, sign_bit) | at_bits(static_cast<std::uint64_t>(magnitude) + 1, first, last);
}

// An angle in steps of 360/2^(last-first+1).
std::uint64_t angle_field(double degrees, int first, int last) {
  const double steps = static_cast<double>(1 << (last - first + 1));
  return at_bits(static_cast<std::uint64_t>(std::llround(TrueBearing::degrees(degrees).in_degrees() / 360.0 * steps)), first, last);
}

// The rest of type code 19, the same in all subtypes.
template <class Sent>
std::uint64_t rates(const Sent& v) {
  std::uint64_t me = at_bits(v.nac_v, 11, 13) | at_bits(v.vertical_rate_source == VerticalRateSource::barometric, 36, 36);
  if (v.vertical_rate_fpm) me |= signed_field(*v.vertical_rate_fpm, 64, 510, 37, 38, 46);
  if (v.gnss_minus_baro_ft) me |= signed_field(*v.gnss_minus_baro_ft, 25, 126, 49, 50, 56);
  return me;
}

// The highest movement code whose interval begins at or below the speed (adsb.cpp reads that beginning).
std::uint64_t movement_code(double kt) {
  struct Row { double from_kt; int first_code; double step_kt; };
  constexpr Row rows[] = {{175, 124, 1e9}, {100, 109, 5}, {70, 94, 2}, {15, 39, 1}, {2, 13, 0.5}, {1, 9, 0.25}, {0.125, 2, 0.125}};
  for (const auto& row : rows) {
    if (kt >= row.from_kt) return static_cast<std::uint64_t>(row.first_code + static_cast<int>((kt - row.from_kt) / row.step_kt));
  }
  return 1;
}

}  // namespace

LongFrame encode_df17(std::uint32_t address, std::uint64_t me, bool on_ground) {
  return squitter(static_cast<std::uint8_t>(17 << 3 | (on_ground ? 4 : 5)), address, me);
}

LongFrame encode_df18(std::uint8_t control, std::uint32_t address, std::uint64_t me) {
  return squitter(static_cast<std::uint8_t>(18 << 3 | (control & 7)), address, me);
}

LongFrame encode_identification(std::uint32_t address, std::string_view callsign, std::string_view category) {
  std::uint64_t type_code = 4, number = 0;
  if (category.size() == 2 && category[0] >= 'A' && category[0] <= 'D' && category[1] >= '0' && category[1] <= '7') {
    type_code = static_cast<std::uint64_t>(4 - (category[0] - 'A'));
    number = static_cast<std::uint64_t>(category[1] - '0');
  }
  return encode_df17(address, at_bits(type_code, 1, 5) | at_bits(number, 6, 8) | encode_callsign(callsign));
}

LongFrame encode_airborne_position(std::uint32_t address, const AirbornePositionToSend& p) {
  const auto cpr = cpr_encode(p.position.lat_degrees(), p.position.lon_degrees(), p.odd, CprScope::airborne);
  const std::uint32_t altitude = p.altitude_ft ? encode_altitude12(*p.altitude_ft) : 0;
  return encode_df17(address, at_bits(p.type_code, 1, 5) | at_bits(static_cast<std::uint64_t>(p.surveillance), 6, 7) |
                                  at_bits(p.nic_supplement_b, 8, 8) | at_bits(altitude, 9, 20) | cpr_bits(cpr));
}

LongFrame encode_surface_position(std::uint32_t address, const SurfacePositionToSend& p) {
  std::uint64_t me = at_bits(p.type_code, 1, 5) | cpr_bits(cpr_encode(p.position.lat_degrees(), p.position.lon_degrees(), p.odd, CprScope::surface));
  if (p.ground_speed_kt) me |= at_bits(movement_code(*p.ground_speed_kt), 6, 12);
  if (p.track_deg) me |= at_bits(1, 13, 13) | angle_field(*p.track_deg, 14, 20);
  return encode_df17(address, me, true);
}

LongFrame encode_velocity(std::uint32_t address, const VelocityToSend& v) {
  const bool supersonic = std::max(std::abs(v.east_kt), std::abs(v.north_kt)) > 1021;
  const std::int32_t step = supersonic ? 4 : 1;
  return encode_df17(address, at_bits(19, 1, 5) | at_bits(supersonic ? 2 : 1, 6, 8) | signed_field(v.east_kt, step, 1022, 14, 15, 24) |
                                  signed_field(v.north_kt, step, 1022, 25, 26, 35) | rates(v));
}

LongFrame encode_airspeed(std::uint32_t address, const AirspeedToSend& v) {
  const bool supersonic = v.airspeed_kt.value_or(0) > 1021;
  std::uint64_t me = at_bits(19, 1, 5) | at_bits(supersonic ? 4 : 3, 6, 8) | rates(v);
  if (v.heading_deg) me |= at_bits(1, 14, 14) | angle_field(*v.heading_deg, 15, 24);
  if (v.airspeed_kt) me |= signed_field(std::max(*v.airspeed_kt, 0), supersonic ? 4 : 1, 1022, 25, 26, 35);
  me |= at_bits(v.true_airspeed, 25, 25);
  return encode_df17(address, me);
}

LongFrame encode_operational_status(std::uint32_t address, const OperationalStatusToSend& s) {
  std::uint64_t me = at_bits(31, 1, 5) | at_bits(s.surface, 6, 8) | at_bits(s.version, 41, 43);
  if (s.version > 0) {
    me |= at_bits(s.nic_supplement_a, 44, 44) | at_bits(s.nac_p, 45, 48) | at_bits(s.sil, 51, 52) | at_bits(s.heading_is_magnetic, 54, 54);
    if (!s.surface) me |= at_bits(s.nic_baro, 53, 53) | at_bits(s.acas_operational == (s.version >= 2), 11, 11);
    if (!s.surface && s.version >= 2) me |= at_bits(s.gva, 49, 50);
    if (s.surface && s.version >= 2) me |= at_bits(s.nic_supplement_c, 20, 20);
  }
  return encode_df17(address, me, s.surface);
}

LongFrame encode_emergency(std::uint32_t address, Emergency emergency, std::uint16_t squawk) {
  return encode_df17(address, at_bits(28, 1, 5) | at_bits(1, 6, 8) | at_bits(static_cast<std::uint64_t>(emergency), 9, 11) |
                                  at_bits(encode_identity(squawk), 12, 24));
}

LongFrame encode_resolution_advisory(std::uint32_t address, const ResolutionAdvisory& r) {
  return encode_df17(address, at_bits(28, 1, 5) | at_bits(2, 6, 8) | at_bits(r.advisory, 9, 22) | at_bits(r.complement, 23, 26) |
                                  at_bits(r.terminated, 27, 27) | at_bits(r.multiple_threats, 28, 28) | at_bits(r.threat_type, 29, 30) |
                                  at_bits(r.threat, 31, 56));
}

LongFrame encode_target_state(std::uint32_t address, const TargetState& t) {
  std::uint64_t me = at_bits(29, 1, 5) | at_bits(1, 6, 7) | at_bits(t.sil_per_sample, 8, 8) | at_bits(t.selected_altitude_from_fms, 9, 9) |
                     at_bits(t.nac_p, 40, 43) | at_bits(t.nic_baro, 44, 44) | at_bits(t.sil, 45, 46) | at_bits(t.acas_operational, 53, 53);
  if (t.selected_altitude_ft) me |= at_bits(static_cast<std::uint64_t>(std::clamp((*t.selected_altitude_ft + 16) / 32, 0, 2046)) + 1, 10, 20);
  if (t.baro_setting_hpa) me |= at_bits(static_cast<std::uint64_t>(std::llround(std::clamp((*t.baro_setting_hpa - 800.0) / 0.8, 0.0, 510.0))) + 1, 21, 29);
  if (t.selected_heading_deg) me |= at_bits(1, 30, 30) | angle_field(*t.selected_heading_deg, 31, 39);
  if (t.modes_known) {
    me |= at_bits(1, 47, 47) | at_bits(t.autopilot, 48, 48) | at_bits(t.vnav, 49, 49) | at_bits(t.altitude_hold, 50, 50) |
          at_bits(t.approach, 52, 52) | at_bits(t.lnav, 54, 54);
  }
  return encode_df17(address, me);
}

ShortFrame encode_all_call(std::uint32_t address, bool on_ground, std::uint8_t interrogator) {
  ShortFrame frame{static_cast<std::uint8_t>(11 << 3 | (on_ground ? 4 : 5))};
  put_big_endian(address, std::span(frame).subspan(1, 3));
  seal(frame, interrogator & 0x7Fu);
  return frame;
}

ShortFrame encode_altitude_reply(std::uint32_t address, std::optional<std::int32_t> altitude_ft, std::uint8_t flight_status) {
  return reply(4, flight_status, altitude_ft ? encode_altitude13(*altitude_ft) : 0, address);
}

ShortFrame encode_identity_reply(std::uint32_t address, std::uint16_t squawk, std::uint8_t flight_status) {
  return reply(5, flight_status, encode_identity(squawk), address);
}

}  // namespace skypact::wire
