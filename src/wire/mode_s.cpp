#include "wire/mode_s.h"

#include "wire/crc24.h"
#include "wire/mode_s_bits.h"

namespace skypact::wire {
namespace {

// Annex 10 Vol. IV §3.1.2.6.5.1.
void read_flight_status(std::uint32_t fs, ModeSMessage& m) {
  m.capability = static_cast<std::uint8_t>(fs);
  if (fs == 0 || fs == 2) m.on_ground = false;
  if (fs == 1 || fs == 3) m.on_ground = true;
  m.alert = fs >= 2 && fs <= 4;
  m.special_position_identification = fs == 4 || fs == 5;
}

// Annex 10 Vol. IV §3.1.2.5.2.2.1. A transponder of level 1 (0) and one with an alert (7) leave it open.
void read_capability(std::uint32_t ca, ModeSMessage& m) {
  m.capability = static_cast<std::uint8_t>(ca);
  if (ca == 4) m.on_ground = true;
  if (ca == 5) m.on_ground = false;
}

void take(const DecodedMe& decoded, ModeSMessage& m) {
  m.content = decoded.content;
  m.defect = decoded.defect;
}

// DO-260B §2.2.3.2.1.2, the CF field.
void read_df18(std::uint32_t cf, std::uint64_t me, ModeSMessage& m) {
  m.capability = static_cast<std::uint8_t>(cf);
  switch (cf) {
    case 0:
      take(decode_me(me, Squitter::adsb), m);
      return;
    case 1:
      m.address_kind = AddressKind::adsb_other;
      take(decode_me(me, Squitter::adsb), m);
      return;
    case 2:
    case 3:
    case 5: {
      const auto decoded = decode_me(me, cf == 3 ? Squitter::tisb_coarse : Squitter::tisb);
      m.address_kind = cf == 5 || decoded.other_address ? AddressKind::tisb_other : AddressKind::tisb_icao;
      take(decoded, m);
      return;
    }
    case 6: {
      const auto decoded = decode_me(me, Squitter::adsr);
      m.address_kind = decoded.other_address ? AddressKind::adsr_other : AddressKind::adsr_icao;
      take(decoded, m);
      return;
    }
    default:  // 4: TIS-B and ADS-R management, which names no aircraft; 7: reserved.
      m.error = DecodeError::unsupported_type;
  }
}

// MV of DF16 is a resolution advisory where its first byte is 0x30 (Annex 10 Vol. IV §4.3.8.4.2).
void read_mv(std::uint64_t mv, ModeSMessage& m) {
  if (bits(mv, 1, 8) != 0x30) return;
  m.content = ResolutionAdvisory{.advisory = static_cast<std::uint16_t>(bits(mv, 9, 22)),
                                 .complement = static_cast<std::uint8_t>(bits(mv, 23, 26)),
                                 .terminated = bit(mv, 27),
                                 .multiple_threats = bit(mv, 28)};
}

}  // namespace

ModeSMessage decode(std::span<const std::uint8_t> frame) {
  ModeSMessage m;
  if (frame.size() != 7 && frame.size() != 14) {
    m.error = DecodeError::wrong_length;
    return m;
  }
  m.format = static_cast<std::uint8_t>(frame[0] >> 3);
  switch (m.format) {
    case 0: case 4: case 5: case 11: case 16: case 17: case 18: case 20: case 21: break;
    default: m.error = DecodeError::unsupported_format; return m;
  }
  if (frame.size() != (m.format < 16 ? 7u : 14u)) {
    m.error = DecodeError::wrong_length;
    return m;
  }

  const std::uint32_t remainder = crc24_remainder(frame);
  if (m.format == 17 || m.format == 18) {
    if (remainder != 0) m.error = DecodeError::bad_crc;
  } else if (m.format == 11) {
    // The parity is overlaid with CL (3 bits) and IC (4 bits), §3.1.2.5.2.1.3: 0 to 79.
    m.interrogator = static_cast<std::uint8_t>(remainder & 0x7F);
    if (remainder >= 80) m.error = DecodeError::bad_crc;
  } else {
    m.address_from_parity = true;
    m.address = remainder;
  }
  if (m.error != DecodeError::none) return m;
  if (!m.address_from_parity) m.address = static_cast<std::uint32_t>(big_endian(frame.subspan(1), 3));
  if (m.address == 0) {
    m.error = DecodeError::zero_address;
    return m;
  }

  const std::uint32_t code13 = static_cast<std::uint32_t>(big_endian(frame.subspan(2), 2)) & 0x1FFF;  // AC or ID
  switch (m.format) {
    case 0:
    case 16:
      m.on_ground = (frame[0] & 4) != 0;  // VS
      m.altitude = decode_altitude13(code13);
      if (m.format == 16) read_mv(big_endian(frame.subspan(4), 7), m);
      break;
    case 4:
    case 20:
      read_flight_status(frame[0] & 7, m);
      m.altitude = decode_altitude13(code13);
      break;
    case 5:
    case 21:
      read_flight_status(frame[0] & 7, m);
      m.squawk = decode_identity(code13);
      break;
    case 11:
      read_capability(frame[0] & 7, m);
      break;
    case 17:
      read_capability(frame[0] & 7, m);
      take(decode_me(big_endian(frame.subspan(4), 7), Squitter::adsb), m);
      break;
    case 18:
      read_df18(frame[0] & 7, big_endian(frame.subspan(4), 7), m);
      break;
  }
  if (m.format == 20 || m.format == 21) m.content = CommB{big_endian(frame.subspan(4), 7)};
  if (m.defect == DecodeError::none) m.defect = m.altitude.defect;
  return m;
}

}  // namespace skypact::wire
