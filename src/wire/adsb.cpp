#include "wire/adsb.h"

#include <cmath>

#include "wire/mode_s_bits.h"
#include "wire/mode_s_geometry.h"

namespace skypact::wire {
namespace {

CprPosition read_cpr(std::uint64_t me) { return {.lat = bits(me, 23, 39), .lon = bits(me, 40, 56), .odd = bit(me, 22)}; }

// §2.2.3.2.5. Type code 4 is set A, 1 is set D.
DecodedMe read_identification(std::uint64_t me, std::uint32_t type_code) {
  Identification id{.category_set = static_cast<char>('A' + 4 - type_code), .category = static_cast<std::uint8_t>(bits(me, 6, 8))};
  const auto callsign = decode_callsign(me & 0xFFFFFFFFFFFF);
  if (callsign) id.callsign = *callsign;
  return {.content = id, .defect = callsign ? DecodeError::none : DecodeError::bad_callsign};
}

// §2.2.3.2.3. In TIS-B and ADS-R bit 8 is the IMF (§2.2.17, §2.2.18).
DecodedMe read_airborne_position(std::uint64_t me, std::uint32_t type_code, Squitter squitter) {
  AirbornePosition p{.type_code = static_cast<std::uint8_t>(type_code),
                     .surveillance = static_cast<SurveillanceStatus>(bits(me, 6, 7)),
                     .nic_supplement_b = squitter == Squitter::adsb && bit(me, 8),
                     .utc_synchronised = bit(me, 21),
                     .gnss_height = type_code >= 20,
                     .altitude = decode_altitude12(bits(me, 9, 20)),
                     .cpr = {}};
  if (type_code != 0) p.cpr = read_cpr(me);
  return {.content = p, .defect = p.altitude.defect, .other_address = squitter != Squitter::adsb && bit(me, 8)};
}

// The movement code's lower bound (DO-260A §2.2.3.2.4.2; version 2 differs by less than 0.1 kt, below 1 kt).
std::optional<double> movement_kt(std::uint32_t code) {
  if (code == 0 || code > 124) return std::nullopt;
  if (code == 1) return 0.0;
  if (code < 9) return 0.125 + 0.125 * (code - 2);
  if (code < 13) return 1.0 + 0.25 * (code - 9);
  if (code < 39) return 2.0 + 0.5 * (code - 13);
  if (code < 94) return 15.0 + (code - 39);
  if (code < 109) return 70.0 + 2.0 * (code - 94);
  if (code < 124) return 100.0 + 5.0 * (code - 109);
  return 175.0;
}

// §2.2.3.2.4; bit 21 is the IMF in TIS-B and ADS-R.
DecodedMe read_surface_position(std::uint64_t me, std::uint32_t type_code, Squitter squitter) {
  SurfacePosition p{.type_code = static_cast<std::uint8_t>(type_code),
                    .ground_speed_kt = movement_kt(bits(me, 6, 12)),
                    .track_deg = {},
                    .utc_synchronised = squitter == Squitter::adsb && bit(me, 21),
                    .cpr = read_cpr(me)};
  if (bit(me, 13)) p.track_deg = bits(me, 14, 20) * (360.0 / 128);
  return {.content = p, .other_address = squitter != Squitter::adsb && bit(me, 21)};
}

// §2.2.3.2.6. Magnitudes are sent plus one; 0 means no information.
DecodedMe read_velocity(std::uint64_t me, Squitter squitter) {
  const std::uint32_t subtype = bits(me, 6, 8);
  if (subtype < 1 || subtype > 4) return {.defect = DecodeError::unsupported_type};
  Velocity v{.subtype = static_cast<std::uint8_t>(subtype)};
  const std::int32_t step = subtype == 2 || subtype == 4 ? 4 : 1;
  const auto magnitude = [me](int first, int last) { return static_cast<std::int32_t>(bits(me, first, last)) - 1; };

  if (subtype <= 2) {
    const std::int32_t east = magnitude(15, 24), north = magnitude(26, 35);
    if (east >= 0 && north >= 0) {
      v.east_kt = (bit(me, 14) ? -east : east) * step;
      v.north_kt = (bit(me, 25) ? -north : north) * step;
    }
  } else {
    if (bit(me, 14)) v.heading_deg = bits(me, 15, 24) * (360.0 / 1024);
    v.true_airspeed = bit(me, 25);
    if (magnitude(26, 35) >= 0) v.airspeed_kt = magnitude(26, 35) * step;
  }
  if (const std::int32_t rate = magnitude(38, 46); rate >= 0) v.vertical_rate_fpm = (bit(me, 37) ? -rate : rate) * 64;

  // TIS-B has an address flag, NACp and a GEO flag in place of the rest (§2.2.17).
  if (squitter == Squitter::tisb) return {.content = v, .other_address = bit(me, 9)};
  v.intent_change = squitter == Squitter::adsb && bit(me, 9);
  v.nac_v = static_cast<std::uint8_t>(bits(me, 11, 13));
  v.vertical_rate_source = bit(me, 36) ? VerticalRateSource::barometric : VerticalRateSource::gnss;
  if (const std::int32_t difference = magnitude(50, 56); difference >= 0) {
    v.gnss_minus_baro_ft = (bit(me, 49) ? -difference : difference) * 25;
  }
  return {.content = v, .other_address = squitter == Squitter::adsr && bit(me, 9)};
}

// §2.2.3.2.7.8. Bit 56 is the IMF in ADS-R (subtype 1).
DecodedMe read_aircraft_status(std::uint64_t me, Squitter squitter) {
  switch (bits(me, 6, 8)) {
    case 1: {
      EmergencyStatus s{.emergency = static_cast<Emergency>(bits(me, 9, 11)), .squawk = {}};
      if (bits(me, 12, 24) != 0) s.squawk = decode_identity(bits(me, 12, 24));
      return {.content = s, .other_address = squitter != Squitter::adsb && bit(me, 56)};
    }
    case 2:
      return {.content = ResolutionAdvisory{.advisory = static_cast<std::uint16_t>(bits(me, 9, 22)),
                                            .complement = static_cast<std::uint8_t>(bits(me, 23, 26)),
                                            .terminated = bit(me, 27),
                                            .multiple_threats = bit(me, 28),
                                            .threat_type = static_cast<std::uint8_t>(bits(me, 29, 30)),
                                            .threat = bits(me, 31, 56)}};
    default:
      return {.defect = DecodeError::unsupported_type};
  }
}

// Subtype 0, version 1 (DO-260A §2.2.3.2.7.1).
TargetStateV1 read_target_state_v1(std::uint64_t me) {
  TargetStateV1 t{.altitude_source = static_cast<TargetStateV1::Source>(bits(me, 8, 9)),
                  .altitude_is_msl = bit(me, 10),
                  .target_is_track = bit(me, 37),
                  .nac_p = static_cast<std::uint8_t>(bits(me, 40, 43)),
                  .sil = static_cast<std::uint8_t>(bits(me, 45, 46)),
                  .nic_baro = bit(me, 44),
                  .acas_operational = (bits(me, 52, 53) & 2) == 0,
                  .acas_resolution_advisory = bit(me, 53),
                  .emergency = static_cast<Emergency>(bits(me, 54, 56))};
  const std::uint32_t altitude = bits(me, 16, 25);
  if (t.altitude_source != TargetStateV1::Source::none && altitude <= 1010) t.target_altitude_ft = static_cast<std::int32_t>(altitude) * 100 - 1000;
  if (bits(me, 26, 27) != 0 && bits(me, 28, 36) < 360) t.target_heading_deg = bits(me, 28, 36);
  return t;
}

// Subtype 1, version 2 (§2.2.3.2.7.1.3).
TargetState read_target_state(std::uint64_t me) {
  TargetState t{.selected_altitude_from_fms = bit(me, 9),
                .nac_p = static_cast<std::uint8_t>(bits(me, 40, 43)),
                .sil = static_cast<std::uint8_t>(bits(me, 45, 46)),
                .nic_baro = bit(me, 44),
                .sil_per_sample = bit(me, 8),
                .acas_operational = bit(me, 53),
                .modes_known = bit(me, 47)};
  if (const std::uint32_t n = bits(me, 10, 20); n != 0) t.selected_altitude_ft = (static_cast<std::int32_t>(n) - 1) * 32;
  if (const std::uint32_t n = bits(me, 21, 29); n != 0) t.baro_setting_hpa = 800.0 + (n - 1) * 0.8;
  if (bit(me, 30)) t.selected_heading_deg = bits(me, 31, 39) * (180.0 / 256);
  if (t.modes_known) {
    t.autopilot = bit(me, 48);
    t.vnav = bit(me, 49);
    t.altitude_hold = bit(me, 50);
    t.approach = bit(me, 52);
    t.lnav = bit(me, 54);
  }
  return t;
}

DecodedMe read_target(std::uint64_t me, Squitter squitter) {
  const bool imf = squitter != Squitter::adsb && bit(me, 51);
  switch (bits(me, 6, 7)) {
    case 0: return {.content = read_target_state_v1(me), .other_address = imf};
    case 1: return {.content = read_target_state(me), .other_address = imf};
    default: return {.defect = DecodeError::unsupported_type};
  }
}

// §2.2.3.2.7.2. Version 3 (DO-260C) keeps what is read here where version 2 has it.
DecodedMe read_operational_status(std::uint64_t me, Squitter squitter) {
  const std::uint32_t subtype = bits(me, 6, 8);
  if (subtype > 1) return {.defect = DecodeError::unsupported_type};
  OperationalStatus s;
  s.version = static_cast<std::uint8_t>(bits(me, 41, 43));
  s.surface = subtype == 1;
  const DecodedMe only_version{.content = s, .defect = s.version > 3 ? DecodeError::unsupported_type : DecodeError::none};
  if (s.version == 0 || s.version > 3) return only_version;

  const auto number = [me](int first, int last) { return static_cast<std::uint8_t>(bits(me, first, last)); };
  s.nic_supplement_a = bit(me, 44);
  s.nac_p = number(45, 48);
  s.sil = number(51, 52);
  s.heading_is_magnetic = bit(me, 54);
  const bool modes_known = bits(me, 25, 26) == 0;  // operational mode subfield format 0
  if (modes_known) {
    s.acas_resolution_advisory = bit(me, 27);
    s.ident_active = bit(me, 28);
  }
  const bool capability_known = bits(me, 9, 10) == 0;
  if (s.surface) {
    s.surface_track_is_heading = bit(me, 53);
    s.length_width_code = number(21, 24);
  } else {
    s.nic_baro = bit(me, 53);
    // Bit 11 says "not TCAS" in version 1 and "TCAS operational" from version 2 on.
    if (capability_known) s.acas_operational = bit(me, 11) == (s.version >= 2);
  }
  if (s.version >= 2) {
    s.sil_per_sample = bit(me, 55);
    if (modes_known) {
      s.single_antenna = bit(me, 30);
      s.system_design_assurance = number(31, 32);
    }
    if (!s.surface) s.gva = number(49, 50);
    if (s.surface && capability_known) {
      s.nac_v = number(17, 19);
      s.nic_supplement_c = bit(me, 20);
    }
  }
  return {.content = s, .other_address = squitter != Squitter::adsb && bit(me, 56)};
}

// DF18 CF 3 (§2.2.17). Ground speed n >= 2 stands for 32 kt around (n-1)*32; 1 for below 16 kt.
DecodedMe read_tisb_coarse(std::uint64_t me) {
  TisbCoarsePosition p{.surveillance = static_cast<SurveillanceStatus>(bits(me, 2, 3)),
                       .service_volume = static_cast<std::uint8_t>(bits(me, 4, 7)),
                       .altitude = decode_altitude12(bits(me, 8, 19)),
                       .track_deg = {},
                       .ground_speed_kt = {},
                       .cpr = {.lat = bits(me, 33, 44), .lon = bits(me, 45, 56), .odd = bit(me, 32), .bits = 12}};
  if (bit(me, 20)) p.track_deg = bits(me, 21, 25) * 11.25;
  if (const std::uint32_t n = bits(me, 26, 31); n != 0) p.ground_speed_kt = (n - 1) * 32.0;
  return {.content = p, .defect = p.altitude.defect, .other_address = bit(me, 1)};
}

}  // namespace

DecodedMe decode_me(std::uint64_t me, Squitter squitter) {
  if (squitter == Squitter::tisb_coarse) return read_tisb_coarse(me);
  const std::uint32_t type_code = bits(me, 1, 5);
  switch (type_code) {
    case 1: case 2: case 3: case 4:
      return read_identification(me, type_code);
    case 5: case 6: case 7: case 8:
      return read_surface_position(me, type_code, squitter);
    case 0:
    case 9: case 10: case 11: case 12: case 13: case 14: case 15: case 16: case 17: case 18:
    case 20: case 21: case 22:
      return read_airborne_position(me, type_code, squitter);
    case 19:
      return read_velocity(me, squitter);
    case 23:
      if (squitter != Squitter::adsb || bits(me, 6, 8) != 7 || bits(me, 9, 21) == 0) return {.defect = DecodeError::unsupported_type};
      return {.content = TestSquawk{decode_identity(bits(me, 9, 21))}};
    case 28:
      return read_aircraft_status(me, squitter);
    case 29:
      return read_target(me, squitter);
    case 31:
      return read_operational_status(me, squitter);
    default:
      return {.defect = DecodeError::unsupported_type};
  }
}

std::optional<GroundVelocity> ground_velocity(const Velocity& velocity) {
  if (!velocity.east_kt || !velocity.north_kt) return std::nullopt;
  const double east = *velocity.east_kt, north = *velocity.north_kt;
  return GroundVelocity{knots(std::sqrt(east * east + north * north)), direction_of(east, north)};
}

}  // namespace skypact::wire
