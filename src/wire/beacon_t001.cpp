#include "wire/beacon_t001.h"

#include <bit>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/baudot.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_t001_layout.h"
#include "wire/maritime_digits.h"

namespace skypact::wire {
namespace {

using namespace t001;

// What arrived: which of the bits, and whether the second protected field is among them.
struct Received {
  Bits bits;
  bool has_sync = false;
  bool has_second_field = false;  // bits 113 to 144 were sent along
};

ReadBeacon refuse(DecodeError error, std::string why) { return {std::nullopt, error, std::move(why)}; }

Received place_digits(const std::string& digits) {
  Received received;
  received.has_sync = digits.size() == 36 || digits.size() == 28;
  received.has_second_field = digits.size() == 36 || digits.size() == 30;
  const unsigned first = received.has_sync ? 1 : 25;
  for (std::size_t i = 0; i < digits.size(); ++i) received.bits.set(first + 4 * static_cast<unsigned>(i), 4, hex_value(digits[i]));
  return received;
}

// Characters of six bits each. What stands for nothing is "?" and a doubt.
std::string read_text(const Bits& bits, unsigned first, unsigned count, BeaconMessage& out) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    const auto character = baudot_character(static_cast<unsigned>(bits.field(first + 6 * i, 6)));
    if (!character) add_doubt(out, BeaconDoubt::text_unreadable);
    text += character.value_or('?');
  }
  return text;
}

// Three letters of five bits each: the first of the six is always 1.
std::string read_operator(const Bits& bits, unsigned first, BeaconMessage& out) {
  std::string text;
  for (unsigned i = 0; i < 3; ++i) {
    const auto character = baudot_character(0b100000u | static_cast<unsigned>(bits.field(first + 5 * i, 5)));
    const bool is_letter = character && *character >= 'A' && *character <= 'Z';
    if (!is_letter) add_doubt(out, BeaconDoubt::text_unreadable);
    text += is_letter ? *character : '?';
  }
  return text;
}

std::uint32_t number(const Bits& bits, unsigned first, unsigned width) { return static_cast<std::uint32_t>(bits.field(first, width)); }

void read_address(const Bits& bits, unsigned first, BeaconMessage& out) {
  out.identity.aircraft_address = number(bits, first, 24);
  if (*out.identity.aircraft_address == 0 || *out.identity.aircraft_address == 0xFFFFFF) add_doubt(out, BeaconDoubt::aircraft_address_impossible);
}

// The country's digits and the last six of the ship's station.
void read_mmsi(const Bits& bits, unsigned first, BeaconMessage& out) {
  const std::uint32_t last_six = number(bits, first, 20);
  if (last_six > 999'999 || out.country > 999) return add_doubt(out, BeaconDoubt::mmsi_impossible);
  out.identity.mmsi = out.country * 1'000'000u + last_six;
}

void read_type_approval(std::uint32_t value, BeaconMessage& out) {
  out.identity.type_approval = value;
  if (value == 0) add_doubt(out, BeaconDoubt::type_approval_reserved);
}

void read_maritime_identity(const Bits& bits, BeaconMessage& out) {
  const std::string text(trim(read_text(bits, 40, 6, out)));
  const auto last_six = text.size() == 6 ? parse_integer(text) : std::nullopt;
  if (last_six && *last_six >= 0 && out.country <= 999) {
    out.identity.mmsi = out.country * 1'000'000u + static_cast<std::uint32_t>(*last_six);
  } else {
    out.identity.radio_call_sign = text;
  }
  out.identity.number_on_board = trim(read_text(bits, 76, 1, out));
  if (bits.field(82, 2) != 0) add_doubt(out, BeaconDoubt::spare_bits);
}

void read_radio_call_sign(const Bits& bits, BeaconMessage& out) {
  std::string text = read_text(bits, 40, 4, out);
  for (unsigned first = 64; first < 76; first += 4) {  // three digits in binary; ten is a space
    const auto digit = static_cast<unsigned>(bits.field(first, 4));
    if (digit > 10) add_doubt(out, BeaconDoubt::text_unreadable);
    text += digit < 10 ? static_cast<char>('0' + digit) : digit == 10 ? ' ' : '?';
  }
  out.identity.radio_call_sign = trim(text);
  out.identity.number_on_board = trim(read_text(bits, 76, 1, out));
  if (bits.field(82, 2) != 0) add_doubt(out, BeaconDoubt::spare_bits);
}

void read_serial_identity(const Bits& bits, BeaconMessage& out) {
  const bool has_type_approval = bits.at(43);
  if (out.protocol == BeaconProtocol::serial_aircraft_address) {
    read_address(bits, 44, out);
    out.identity.number_on_board = std::to_string(bits.field(68, 6));
  } else if (out.protocol == BeaconProtocol::serial_operator) {
    out.identity.aircraft_operator = trim(read_text(bits, 44, 3, out));
    out.identity.operator_serial = number(bits, 62, 12);
  } else {
    out.identity.serial = number(bits, 44, 20);
    if (has_type_approval && bits.field(64, 10) != 0) out.identity.national = bits.hex(64, 73);
    if (!has_type_approval && bits.field(64, 20) != 0) out.identity.national = bits.hex(64, 83);
  }
  if (has_type_approval) {
    read_type_approval(number(bits, 74, 10), out);
  } else if (out.identity.serial == std::nullopt && bits.field(74, 10) != 0) {
    out.identity.national = bits.hex(74, 83);
  }
}

void read_return_link_identity(const Bits& bits, BeaconMessage& out) {
  const unsigned type = number(bits, 41, 2);
  if (bits.field(43, 4) == 0b1111) {
    read_mmsi(bits, 47, out);
    out.type = BeaconType::epirb;
    out.identity.number_on_board = type < 2 ? std::to_string(type + 1) : "";
    if (type == 2) add_doubt(out, BeaconDoubt::identity_reserved);
  } else {
    constexpr BeaconType types[] = {BeaconType::elt, BeaconType::epirb, BeaconType::plb, BeaconType::unknown};
    out.type = types[type];
    read_type_approval(number(bits, 43, 10), out);
    *out.identity.type_approval += return_link_thousands[type];
    out.identity.serial = number(bits, 53, 14);
  }
  if (type == 3) out.mode = BeaconMode::test;
}

void read_elt_dt_identity(const Bits& bits, BeaconMessage& out) {
  // A test message has no identity: its bits are zeros, in earlier issues behind a type of their own.
  if (bits.field(41, 2) == 3 || bits.all(41, 66, false)) {
    out.mode = BeaconMode::test;
    out.identity.national = bits.hex(41, 66);
    return;
  }
  switch (bits.field(41, 2)) {
    case 0: return read_address(bits, 43, out);
    case 1:
      out.identity.aircraft_operator = read_operator(bits, 43, out);
      out.identity.operator_serial = number(bits, 58, 9);
      return;
    default:
      read_type_approval(number(bits, 43, 10), out);
      out.identity.serial = number(bits, 53, 14);
  }
}

void read_type_approval_and_serial(const Bits& bits, BeaconMessage& out) {
  read_type_approval(number(bits, 41, 10), out);
  out.identity.serial = number(bits, 51, 14);
}

void read_identity(const Bits& bits, BeaconMessage& out) {
  switch (out.protocol) {
    case BeaconProtocol::orbitography:
      out.type = BeaconType::system;
      out.mode = BeaconMode::system;
      out.identity.national = bits.hex(40, 85);
      return;
    case BeaconProtocol::aviation_user:
      out.type = BeaconType::elt;
      out.identity.registration = trim(read_text(bits, 40, 7, out));
      out.identity.number_on_board = std::to_string(bits.field(82, 2));
      return;
    case BeaconProtocol::maritime_user: out.type = BeaconType::epirb; return read_maritime_identity(bits, out);
    case BeaconProtocol::radio_call_sign_user: out.type = BeaconType::epirb; return read_radio_call_sign(bits, out);
    case BeaconProtocol::serial_elt:
    case BeaconProtocol::serial_operator:
    case BeaconProtocol::serial_aircraft_address: out.type = BeaconType::elt; return read_serial_identity(bits, out);
    case BeaconProtocol::serial_float_free_epirb:
    case BeaconProtocol::serial_non_float_free_epirb: out.type = BeaconType::epirb; return read_serial_identity(bits, out);
    case BeaconProtocol::serial_plb: out.type = BeaconType::plb; return read_serial_identity(bits, out);
    case BeaconProtocol::national_user: out.identity.national = bits.hex(40, 85); return;
    case BeaconProtocol::test_user:
      out.mode = BeaconMode::test;
      out.identity.national = bits.hex(40, 85);
      return;
    case BeaconProtocol::standard_epirb_mmsi:
      out.type = BeaconType::epirb;
      read_mmsi(bits, 41, out);
      out.identity.number_on_board = std::to_string(bits.field(61, 4));
      return;
    case BeaconProtocol::standard_ship_security:
      out.type = BeaconType::ship_security;
      read_mmsi(bits, 41, out);
      if (bits.field(61, 4) != 0) add_doubt(out, BeaconDoubt::spare_bits);
      return;
    case BeaconProtocol::standard_elt_aircraft_address: out.type = BeaconType::elt; return read_address(bits, 41, out);
    case BeaconProtocol::standard_elt_operator:
      out.type = BeaconType::elt;
      out.identity.aircraft_operator = read_operator(bits, 41, out);
      out.identity.operator_serial = number(bits, 56, 9);
      return;
    case BeaconProtocol::standard_elt_serial: out.type = BeaconType::elt; return read_type_approval_and_serial(bits, out);
    case BeaconProtocol::standard_epirb_serial: out.type = BeaconType::epirb; return read_type_approval_and_serial(bits, out);
    case BeaconProtocol::standard_plb_serial: out.type = BeaconType::plb; return read_type_approval_and_serial(bits, out);
    case BeaconProtocol::standard_test:
      out.mode = BeaconMode::test;
      out.identity.national = bits.hex(41, 64);
      return;
    case BeaconProtocol::national_elt: out.type = BeaconType::elt; break;
    case BeaconProtocol::national_epirb: out.type = BeaconType::epirb; break;
    case BeaconProtocol::national_plb: out.type = BeaconType::plb; break;
    case BeaconProtocol::national_test: out.mode = BeaconMode::test; break;
    case BeaconProtocol::return_link: return read_return_link_identity(bits, out);
    case BeaconProtocol::elt_dt: out.type = BeaconType::elt_dt; return read_elt_dt_identity(bits, out);
    case BeaconProtocol::unknown:
    case BeaconProtocol::second_generation: add_doubt(out, BeaconDoubt::protocol_unknown); return;
  }
  out.identity.serial = number(bits, 41, 18);  // national location: a number that the country gave
}

// Bits 26 to 85 with every position bit at its default (section 3.2): one id for a beacon wherever it is.
std::string id_of(Bits bits, BeaconProtocol protocol) {
  if (const PositionLayout* layout = coarse_layout(protocol)) {
    bits.set(layout->first, latitude_bits(*layout), default_coordinate(*layout, 7));
    bits.set(layout->first + latitude_bits(*layout), longitude_bits(*layout), default_coordinate(*layout, 8));
  }
  return bits.hex(26, 85);
}

// One axis. seconds is absent for the default pattern and for what is impossible.
struct Coordinate {
  bool is_default = false;
  bool is_negative = false;
  std::optional<int> seconds;  // of arc, from the equator or the meridian, without sign
};

Coordinate read_coordinate(const Bits& bits, const PositionLayout& layout, unsigned first, unsigned degree_bits) {
  Coordinate coordinate;
  coordinate.is_default = bits.field(first, 1 + degree_bits + layout.step_bits) == default_coordinate(layout, degree_bits);
  coordinate.is_negative = bits.at(first);
  const int minutes = static_cast<int>(bits.field(first + 1 + degree_bits, layout.step_bits) * layout.step_minutes);
  const int degrees = static_cast<int>(bits.field(first + 1, degree_bits));
  const int seconds = degrees * 3600 + minutes * 60;
  const int most = degree_bits == 7 ? 90 * 3600 : 180 * 3600;
  if (!coordinate.is_default && minutes < 60 && seconds <= most) coordinate.seconds = seconds;
  return coordinate;
}

// What the second field adds to one axis.
struct Offset {
  bool is_default = false;
  std::optional<int> seconds;
};

Offset read_offset(const Bits& bits, const PositionLayout& layout, unsigned first) {
  const bool is_positive = bits.at(first);
  const int minutes = static_cast<int>(bits.field(first + 1, layout.offset_minute_bits));
  const int quarters = static_cast<int>(bits.field(first + 1 + layout.offset_minute_bits, 4));
  Offset offset;
  offset.is_default = is_positive && minutes == 0 && quarters == 15;
  if (quarters < 15 && minutes <= static_cast<int>(layout.most_offset_minutes)) {
    offset.seconds = (is_positive ? 1 : -1) * (minutes * 60 + quarters * 4);
  }
  return offset;
}

Length reach(double minutes) { return nautical_miles(minutes * std::numbers::sqrt2); }

void read_position(const Bits& bits, const PositionLayout& layout, bool has_offset, BeaconMessage& out) {
  Coordinate lat = read_coordinate(bits, layout, layout.first, 7);
  Coordinate lon = read_coordinate(bits, layout, layout.first + latitude_bits(layout), 8);
  out.position_status = PositionStatus::no_fix;
  if (lat.is_default && lon.is_default) return;

  out.position_status = PositionStatus::impossible;
  if (lat.is_default || lon.is_default) add_doubt(out, BeaconDoubt::half_a_position);
  if (!lat.is_default && !lat.seconds) add_doubt(out, BeaconDoubt::latitude_impossible);
  if (!lon.is_default && !lon.seconds) add_doubt(out, BeaconDoubt::longitude_impossible);
  if (!lat.seconds || !lon.seconds) return;

  bool is_fine = layout.offset_first == 0;
  if (has_offset && layout.offset_first != 0) {
    const Offset north = read_offset(bits, layout, layout.offset_first);
    const Offset east = read_offset(bits, layout, layout.offset_first + 5 + layout.offset_minute_bits);
    if (north.seconds && east.seconds) {
      // The offset belongs to the distance from the equator and the meridian, whatever the hemisphere (A3.3.1).
      *lat.seconds += *north.seconds;
      *lon.seconds += *east.seconds;
      if (*lat.seconds > 90 * 3600) return add_doubt(out, BeaconDoubt::latitude_impossible);
      if (*lon.seconds > 180 * 3600) return add_doubt(out, BeaconDoubt::longitude_impossible);
      is_fine = true;
    } else if (!north.is_default || !east.is_default) {
      add_doubt(out, BeaconDoubt::offset_impossible);
    }
  }
  const auto position = geo::Position::from_degrees((lat.is_negative ? -1 : 1) * *lat.seconds / 3600.0,
                                                    (lon.is_negative ? -1 : 1) * *lon.seconds / 3600.0);
  if (!position) return;
  const double fine_minutes = layout.offset_first == 0 ? layout.coarse_reach_minutes : 2.0 / 60;
  out.position_status = is_fine ? PositionStatus::fine : PositionStatus::coarse;
  out.position = BeaconPosition{*position, reach(is_fine ? fine_minutes : layout.coarse_reach_minutes)};
}

PositionSource source_of(bool bit) { return bit ? PositionSource::internal : PositionSource::external; }
HomingSignal homing_of(bool bit) { return bit ? HomingSignal::mhz_121_5 : HomingSignal::none; }

void read_return_link(const Bits& bits, BeaconMessage& out) {
  out.position_source = source_of(bits.at(107));
  out.homing = homing_of(bits.at(108));
  constexpr ReturnLink::Provider providers[] = {ReturnLink::Provider::unknown, ReturnLink::Provider::galileo, ReturnLink::Provider::glonass,
                                                ReturnLink::Provider::bds};
  out.return_link = ReturnLink{.provider = providers[bits.field(113, 2)],
                               .accepts_automatic = bits.at(109),
                               .accepts_manual = bits.at(110),
                               .received_automatic = bits.at(111),
                               .received_manual = bits.at(112)};
  const bool accepts_some = bits.at(109) || bits.at(110);
  if (!accepts_some || out.return_link->provider == ReturnLink::Provider::unknown) add_doubt(out, BeaconDoubt::return_link_impossible);
}

void read_elt_dt(const Bits& bits, BeaconMessage& out) {
  constexpr BeaconActivation activations[] = {BeaconActivation::manual, BeaconActivation::g_switch, BeaconActivation::external,
                                              BeaconActivation::unknown};
  out.activation = activations[bits.field(107, 2)];
  if (bits.field(107, 2) == 3) add_doubt(out, BeaconDoubt::spare_bits);
  if (const auto band = bits.field(109, 4); band < 15) {
    out.altitude.emplace();
    if (band > 0) out.altitude->from = metres_of_height(altitude_band_tops_m[band - 1]);
    if (band < 14) out.altitude->to = metres_of_height(altitude_band_tops_m[band]);
  }
  switch (bits.field(113, 2)) {
    case 0: {  // the operator instead of the offset
      if (bits.field(115, 3) != 0) add_doubt(out, BeaconDoubt::spare_bits);
      const std::string letters = read_operator(bits, 118, out);
      if (letters != "ZGA") out.identity.aircraft_operator = letters;  // ZGA: there is none
      return;
    }
    case 1: out.location_age = LocationAge{seconds(60), std::nullopt}; return;
    case 2: out.location_age = LocationAge{seconds(2), seconds(60)}; return;
    default: out.location_age = LocationAge{seconds(0), seconds(2)};
  }
}

std::string maritime_emergency(unsigned code) {
  constexpr std::string_view natures[] = {"unspecified distress", "fire or explosion", "flooding",  "collision",      "grounding",
                                          "listing, in danger of capsizing", "sinking", "disabled and adrift", "abandoning ship"};
  return code < std::size(natures) ? std::string(natures[code]) : fmt::format("spare emergency code {}", code);
}

std::string other_emergency(const Bits& bits) {
  std::string text;
  const auto add = [&text](bool is_so, std::string_view nature) {
    if (!is_so) return;
    if (!text.empty()) text += ", ";
    text += nature;
  };
  add(bits.at(109), "fire");
  add(bits.at(110), "medical help needed");
  add(bits.at(111), "disabled");
  return text.empty() ? "unspecified distress" : text;
}

// Bits 107 to 112 of a short message, which no code protects (A2.9).
void read_unprotected(const Bits& bits, BeaconMessage& out) {
  if (!may_have_user_location(out.protocol) || out.protocol == BeaconProtocol::test_user) return;
  out.activation = bits.at(108) ? BeaconActivation::manual_or_automatic : BeaconActivation::manual;
  if (!bits.at(107)) return;
  out.emergency = out.type == BeaconType::epirb ? maritime_emergency(static_cast<unsigned>(bits.field(109, 4))) : other_emergency(bits);
}

// Only the whole pattern, both fields, ends an alert: half of one must not.
void read_cancellation(const Bits& bits, bool has_second, BeaconMessage& out) {
  out.position.reset();
  out.position_status = PositionStatus::impossible;
  if (!has_second || bits.field(107, 26) != cancelled_second) return add_doubt(out, BeaconDoubt::cancellation_malformed);
  out.kind = BeaconMessageKind::cancellation;
  out.position_status = PositionStatus::not_carried;
}

// Bits 107 to 112 of standard and national location, where the fixed ones before them are in order: 1101, and of national
// location 110 alone, for its fourth says whether an offset follows. In a short message no code protects them.
bool read_supplement(const Bits& bits, BeaconMessage& out) {
  if (bits.field(107, 3) != 0b110 || (!is_national(out.protocol) && !bits.at(110))) return false;
  out.position_source = source_of(bits.at(111));
  out.homing = homing_of(bits.at(112));
  return true;
}

void read_second_field(const Bits& bits, bool has_second, BeaconMessage& out) {
  const PositionLayout* layout = coarse_layout(out.protocol);
  if (layout == nullptr) {
    if (!may_have_user_location(out.protocol)) return;
    if (!has_second) {
      out.position_status = PositionStatus::lost;
      return;
    }
    out.position_source = source_of(bits.at(107));
    return read_position(bits, user_layout, false, out);
  }
  if (out.protocol == BeaconProtocol::elt_dt) {
    if (bits.field(67, 19) == cancelled_first) return read_cancellation(bits, has_second, out);
    if (has_second) read_elt_dt(bits, out);
    return read_position(bits, *layout, has_second && bits.field(113, 2) != 0, out);
  }
  if (out.protocol == BeaconProtocol::return_link) {
    if (has_second) read_return_link(bits, out);
    return read_position(bits, *layout, has_second, out);
  }
  const bool is_fixed = read_supplement(bits, out);
  if (has_second && is_fixed) {
    if (is_national(out.protocol) && bits.field(127, 6) != 0) out.identity.national = bits.hex(127, 132);
    if (is_national(out.protocol) && !bits.at(110)) out.identity.national = bits.hex(113, 132);
  } else if (has_second) {
    add_doubt(out, BeaconDoubt::fixed_bits);
  }
  read_position(bits, *layout, has_second && is_fixed && bits.at(110), out);
}

BeaconProtocol protocol_of(const Bits& bits) {
  if (!bits.at(26)) return location_protocols[bits.field(37, 4)];
  return bits.field(37, 3) == serial_user ? serial_protocols[bits.field(40, 3)] : user_protocols[bits.field(37, 3)];
}

void check_country(BeaconMessage& out) {
  if (out.country < 201 || out.country > 799) {
    add_doubt(out, BeaconDoubt::country_impossible);
  } else if (country_of_digits(out.country).empty()) {
    add_doubt(out, BeaconDoubt::country_unknown);
  }
}

// Which of the two patterns the 24 bits of synchronisation are; false where they are too far from both.
bool read_sync(const Bits& bits, BeaconMessage& out) {
  int wrong = 0;
  for (unsigned i = 1; i <= 15; ++i) wrong += bits.at(i) ? 0 : 1;
  const std::uint64_t frame = bits.field(16, 9);
  const int from_normal = std::popcount(frame ^ normal_frame_sync);
  const int from_self_test = std::popcount(frame ^ self_test_frame_sync);
  // The patterns differ in eight of nine bits, so two wrong ones leave no question.
  if (wrong > 3 || (from_normal > 2 && from_self_test > 2)) return false;
  if (wrong > 0 || (from_normal > 0 && from_self_test > 0)) add_doubt(out, BeaconDoubt::frame_sync_damaged);
  if (from_self_test < from_normal) out.mode = BeaconMode::self_test;
  return true;
}

}  // namespace

ReadBeacon decode_t001(std::string_view text) {
  const auto digits = read_hex_digits(text, BeaconT001Limits::most_digits);
  if (!digits) return refuse(DecodeError::bad_hex, digits.error().message);
  if (digits->size() != 36 && digits->size() != 30 && digits->size() != 28 && digits->size() != 22) {
    return refuse(DecodeError::bad_hex, fmt::format("{} hexadecimal digits are no first-generation message; it has 36 or 28 with the "
                                                    "synchronisation, 30 or 22 without{}",
                                                    digits->size(), digits->size() == 15 ? " (15 are a beacon's id)" : ""));
  }
  Received received = place_digits(*digits);
  Bits& bits = received.bits;
  BeaconMessage out;
  out.generation = BeaconGeneration::first;
  if (received.has_sync && !read_sync(bits, out)) {
    return refuse(DecodeError::bad_hex, fmt::format("the synchronisation {} is neither FFFE2F (normal) nor FFFED0 (self-test)", bits.hex(1, 24)));
  }
  const bool is_self_test = out.mode == BeaconMode::self_test;

  const auto first = correct(first_field_code, bits.span(25, 106));
  if (!first) return refuse(DecodeError::uncorrectable, "BCH-1: more than 3 bits of the first protected field are wrong, so nothing in it can be believed");
  out.corrected_first = static_cast<std::uint8_t>(*first);

  const bool is_long = bits.at(25);
  bool has_second = false;
  if (received.has_second_field) {
    const bool is_filled_up = bits.all(113, 144, false) || bits.all(113, 144, true);
    if (!is_long) {
      if (!is_filled_up) add_doubt(out, BeaconDoubt::padding);
    } else if (is_filled_up && bch_remainder(second_field_code, bits.span(107, 144)) != 0) {
      add_doubt(out, BeaconDoubt::second_field_missing);
    } else if (const auto second = correct(second_field_code, bits.span(107, 144))) {
      out.corrected_second = static_cast<std::uint8_t>(*second);
      has_second = true;
    } else {
      add_doubt(out, BeaconDoubt::second_field_uncorrectable);
    }
  } else if (is_long) {
    add_doubt(out, BeaconDoubt::second_field_missing);
  }

  out.country = static_cast<std::uint16_t>(bits.field(27, 10));
  check_country(out);
  out.protocol = protocol_of(bits);
  read_identity(bits, out);
  out.id = id_of(bits, out.protocol);
  out.hex = bits.hex(25, is_long && received.has_second_field ? 144 : 112);
  if (may_have_user_location(out.protocol) && out.protocol != BeaconProtocol::test_user) {
    constexpr HomingSignal homing[] = {HomingSignal::none, HomingSignal::mhz_121_5, HomingSignal::radar_transponder, HomingSignal::other};
    out.homing = homing[bits.field(84, 2)];
  }
  if (is_long) {
    read_second_field(bits, has_second, out);
  } else if (const PositionLayout* layout = coarse_layout(out.protocol)) {
    // A location protocol cut to its first field.
    if (is_standard(out.protocol) || is_national(out.protocol)) read_supplement(bits, out);
    read_position(bits, *layout, false, out);
  } else {
    read_unprotected(bits, out);
  }
  if (is_self_test) out.mode = BeaconMode::self_test;
  return {std::move(out), DecodeError::none, {}};
}

}  // namespace skypact::wire
