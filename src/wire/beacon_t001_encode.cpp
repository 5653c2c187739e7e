#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/baudot.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_t001.h"
#include "wire/beacon_t001_layout.h"

namespace skypact::wire {
namespace {

using namespace t001;

// Fills fields and keeps the first thing that does not fit.
class Fields {
 public:
  explicit Fields(Bits& bits) : bits_(bits) {}

  void number(unsigned first, unsigned width, std::uint64_t value, std::string_view what) {
    if (value >> width != 0) return refuse(fmt::format("{} {} does not fit into {} bits", what, value, width));
    bits_.set(first, width, value);
  }
  void text(unsigned first, unsigned count, std::string text, bool to_the_right, std::string_view what) {
    if (text.size() > count) return refuse(fmt::format("{} {} has more than {} characters", what, quoted(text), count));
    text.insert(to_the_right ? 0 : text.size(), count - text.size(), ' ');
    for (unsigned i = 0; i < count; ++i) {
      const auto code = baudot_code(text[i]);
      if (!code) return refuse(fmt::format("{} {} holds a character that the code does not have", what, quoted(text)));
      bits_.set(first + 6 * i, 6, *code);
    }
  }
  void letters(unsigned first, std::string_view letters) {
    if (letters.size() != 3 || !std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      return refuse("aircraft operator " + quoted(letters) + " is not three letters");
    }
    for (unsigned i = 0; i < 3; ++i) bits_.set(first + 5 * i, 5, *baudot_code(letters[i]) & 0b11111u);
  }
  // Right-justified in from…to; nothing where there is no text.
  void hexadecimal(unsigned from, unsigned to, std::string_view text) {
    if (text.empty()) return;
    const auto digits = read_hex_digits(text, 16);
    std::uint64_t value = 0;
    if (digits) {
      for (const char digit : *digits) value = value << 4 | hex_value(digit);
    }
    if (!digits || value >> (to - from + 1) != 0) return refuse(fmt::format("national data {} do not fit into {} bits", quoted(text), to - from + 1));
    bits_.set(from, to - from + 1, value);
  }
  void number_on_board(unsigned first, unsigned width, std::string_view text) {
    const auto value = text.empty() ? 0 : parse_integer(text).value_or(-1);
    if (value < 0) return refuse("number on board " + quoted(text) + " is no number");
    number(first, width, static_cast<std::uint64_t>(value), "number on board");
  }
  void refuse(std::string why) {
    if (!error_) error_ = bad_input(std::move(why));
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  Bits& bits_;
  std::optional<Error> error_;
};

void put_last_six(Fields& fields, unsigned first, const BeaconMessage& message) {
  const std::uint32_t mmsi = message.identity.mmsi.value_or(0);
  if (message.identity.mmsi && mmsi / 1'000'000 != message.country) {
    return fields.refuse(fmt::format("MMSI {:09} does not begin with the country {}, and only its last six digits are sent", mmsi, message.country));
  }
  fields.number(first, 20, mmsi % 1'000'000, "MMSI");
}

void put_radio_call_sign(Bits& bits, Fields& fields, std::string sign) {
  if (sign.size() > 7) return fields.refuse("radio call sign " + quoted(sign) + " has more than 7 characters");
  sign.resize(7, ' ');
  fields.text(40, 4, sign.substr(0, 4), false, "radio call sign");
  for (unsigned i = 4; i < 7; ++i) {
    if (sign[i] != ' ' && (sign[i] < '0' || sign[i] > '9')) return fields.refuse("radio call sign " + quoted(sign) + ": its last three are digits");
    bits.set(64 + 4 * (i - 4), 4, sign[i] == ' ' ? 10u : static_cast<unsigned>(sign[i] - '0'));
  }
}

void put_serial_identity(Bits& bits, Fields& fields, const BeaconMessage& message) {
  const BeaconIdentity& identity = message.identity;
  bits.put(43, identity.type_approval.has_value());
  if (message.protocol == BeaconProtocol::serial_aircraft_address) {
    fields.number(44, 24, identity.aircraft_address.value_or(0), "aircraft address");
    fields.number_on_board(68, 6, identity.number_on_board);
  } else if (message.protocol == BeaconProtocol::serial_operator) {
    fields.text(44, 3, identity.aircraft_operator, true, "aircraft operator");
    fields.number(62, 12, identity.operator_serial.value_or(0), "the operator's serial number");
  } else {
    fields.number(44, 20, identity.serial.value_or(0), "serial number");
    fields.hexadecimal(64, identity.type_approval ? 73 : 83, identity.national);
  }
  if (identity.type_approval) {
    fields.number(74, 10, *identity.type_approval, "type approval");
  } else if (!identity.serial) {
    fields.hexadecimal(74, 83, identity.national);
  }
}

void put_return_link_identity(Bits& bits, Fields& fields, const BeaconMessage& message) {
  const BeaconIdentity& identity = message.identity;
  if (identity.mmsi) {
    bits.set(41, 2, message.mode == BeaconMode::test ? 3 : identity.number_on_board == "2" ? 1 : 0);
    bits.set(43, 4, 0b1111);
    return put_last_six(fields, 47, message);
  }
  const unsigned type = message.mode == BeaconMode::test ? 3 : message.type == BeaconType::elt ? 0 : message.type == BeaconType::epirb ? 1 : 2;
  const std::uint32_t approval = identity.type_approval.value_or(0);
  bits.set(41, 2, type);
  if (approval < return_link_thousands[type] || approval - return_link_thousands[type] > 949) {
    return fields.refuse(fmt::format("type approval {} is not of this kind of return link beacon", approval));
  }
  bits.set(43, 10, approval - return_link_thousands[type]);
  fields.number(53, 14, identity.serial.value_or(0), "serial number");
}

void put_elt_dt_identity(Bits& bits, Fields& fields, const BeaconMessage& message) {
  const BeaconIdentity& identity = message.identity;
  if (message.mode == BeaconMode::test) return;
  if (identity.aircraft_address) return fields.number(43, 24, *identity.aircraft_address, "aircraft address");
  if (identity.operator_serial) {
    bits.set(41, 2, 1);
    fields.letters(43, identity.aircraft_operator);
    return fields.number(58, 9, *identity.operator_serial, "the operator's serial number");
  }
  bits.set(41, 2, 2);
  fields.number(43, 10, identity.type_approval.value_or(0), "type approval");
  fields.number(53, 14, identity.serial.value_or(0), "serial number");
}

void put_identity(Bits& bits, Fields& fields, const BeaconMessage& message) {
  const BeaconIdentity& identity = message.identity;
  switch (message.protocol) {
    case BeaconProtocol::orbitography:
    case BeaconProtocol::national_user:
    case BeaconProtocol::test_user: return fields.hexadecimal(40, 85, identity.national);
    case BeaconProtocol::aviation_user:
      fields.text(40, 7, identity.registration, true, "registration");
      return fields.number_on_board(82, 2, identity.number_on_board);
    case BeaconProtocol::maritime_user:
      if (identity.mmsi && *identity.mmsi / 1'000'000 != message.country) return put_last_six(fields, 41, message);  // says why not
      fields.text(40, 6, identity.mmsi ? fmt::format("{:06}", *identity.mmsi % 1'000'000) : identity.radio_call_sign, true, "radio call sign");
      return fields.text(76, 1, identity.number_on_board, true, "number on board");
    case BeaconProtocol::radio_call_sign_user:
      put_radio_call_sign(bits, fields, identity.radio_call_sign);
      return fields.text(76, 1, identity.number_on_board, true, "number on board");
    case BeaconProtocol::serial_elt:
    case BeaconProtocol::serial_operator:
    case BeaconProtocol::serial_float_free_epirb:
    case BeaconProtocol::serial_aircraft_address:
    case BeaconProtocol::serial_non_float_free_epirb:
    case BeaconProtocol::serial_plb: return put_serial_identity(bits, fields, message);
    case BeaconProtocol::standard_epirb_mmsi:
      put_last_six(fields, 41, message);
      return fields.number_on_board(61, 4, identity.number_on_board);
    case BeaconProtocol::standard_ship_security: return put_last_six(fields, 41, message);
    case BeaconProtocol::standard_elt_aircraft_address: return fields.number(41, 24, identity.aircraft_address.value_or(0), "aircraft address");
    case BeaconProtocol::standard_elt_operator:
      fields.letters(41, identity.aircraft_operator);
      return fields.number(56, 9, identity.operator_serial.value_or(0), "the operator's serial number");
    case BeaconProtocol::standard_elt_serial:
    case BeaconProtocol::standard_epirb_serial:
    case BeaconProtocol::standard_plb_serial:
      fields.number(41, 10, identity.type_approval.value_or(0), "type approval");
      return fields.number(51, 14, identity.serial.value_or(0), "serial number");
    case BeaconProtocol::standard_test: return fields.hexadecimal(41, 64, identity.national);
    case BeaconProtocol::national_elt:
    case BeaconProtocol::national_epirb:
    case BeaconProtocol::national_plb:
    case BeaconProtocol::national_test: return fields.number(41, 18, identity.serial.value_or(0), "serial number");
    case BeaconProtocol::return_link: return put_return_link_identity(bits, fields, message);
    case BeaconProtocol::elt_dt: return put_elt_dt_identity(bits, fields, message);
    case BeaconProtocol::unknown:
    case BeaconProtocol::second_generation: return fields.refuse("the protocol is none of the first generation");
  }
}

void put_protocol(Bits& bits, BeaconProtocol protocol) {
  bits.put(26, is_user(protocol));
  for (unsigned code = 0; code < 16; ++code) {
    if (!is_user(protocol) && location_protocols[code] == protocol) bits.set(37, 4, code);
  }
  for (unsigned code = 0; code < 8; ++code) {
    if (is_user(protocol) && user_protocols[code] == protocol) bits.set(37, 3, code);
    if (is_user(protocol) && serial_protocols[code] == protocol) bits.set(37, 6, serial_user << 3 | code);
  }
}

// One axis: the coarse step nearest to the place, and in the second field what is left, to four seconds.
void put_coordinate(Bits& bits, const PositionLayout& layout, unsigned first, unsigned degree_bits, unsigned offset_first, double degrees, bool has_offset) {
  const int step = static_cast<int>(layout.step_minutes) * 60;
  const int unit = layout.offset_first == 0 ? step : 4;
  const int seconds = static_cast<int>(std::lround(std::abs(degrees) * 3600 / unit)) * unit;
  const int steps = (seconds + step / 2) / step;
  const int per_degree = 3600 / step;
  bits.put(first, degrees < 0 && seconds > 0);
  bits.set(first + 1, degree_bits, static_cast<std::uint64_t>(steps / per_degree));
  bits.set(first + 1 + degree_bits, layout.step_bits, static_cast<std::uint64_t>(steps % per_degree));
  if (offset_first == 0 || !has_offset) return;
  const int rest = seconds - steps * step;
  bits.put(offset_first, rest >= 0);
  bits.set(offset_first + 1, layout.offset_minute_bits, static_cast<std::uint64_t>(std::abs(rest) / 60));
  bits.set(offset_first + 1 + layout.offset_minute_bits, 4, static_cast<std::uint64_t>(std::abs(rest) % 60 / 4));
}

void put_default_offset(Bits& bits, const PositionLayout& layout, unsigned first) {
  bits.put(first, true);
  bits.set(first + 1, layout.offset_minute_bits + 4, 0b1111);
}

void put_position(Bits& bits, const PositionLayout& layout, const BeaconMessage& message, bool offset_has_room) {
  const unsigned lon_first = layout.first + latitude_bits(layout);
  const unsigned east_first = layout.offset_first == 0 ? 0 : layout.offset_first + 5 + layout.offset_minute_bits;
  const bool is_fine = offset_has_room && message.position && message.position_status == PositionStatus::fine;
  if (layout.offset_first != 0 && offset_has_room && !is_fine) {
    put_default_offset(bits, layout, layout.offset_first);
    put_default_offset(bits, layout, east_first);
  }
  if (!message.position) {
    bits.set(layout.first, latitude_bits(layout), default_coordinate(layout, 7));
    bits.set(lon_first, longitude_bits(layout), default_coordinate(layout, 8));
    return;
  }
  const geo::Position p = message.position->position;
  put_coordinate(bits, layout, layout.first, 7, layout.offset_first, p.lat_degrees(), is_fine);
  put_coordinate(bits, layout, lon_first, 8, east_first, p.lon_degrees(), is_fine);
}

void put_return_link(Bits& bits, const BeaconMessage& message) {
  const ReturnLink link = message.return_link.value_or(ReturnLink{.provider = ReturnLink::Provider::galileo, .accepts_automatic = true});
  bits.put(107, message.position_source == PositionSource::internal);
  bits.put(108, message.homing == HomingSignal::mhz_121_5);
  bits.put(109, link.accepts_automatic);
  bits.put(110, link.accepts_manual);
  bits.put(111, link.received_automatic);
  bits.put(112, link.received_manual);
  bits.set(113, 2, static_cast<std::uint64_t>(link.provider));
}

// True where the offset follows, false where the operator's letters take its place.
bool put_elt_dt(Bits& bits, Fields& fields, const BeaconMessage& message) {
  bits.set(107, 2, message.activation == BeaconActivation::g_switch ? 1 : message.activation == BeaconActivation::external ? 2 : 0);
  std::uint64_t band = 15;
  if (message.altitude) {
    band = 14;
    for (unsigned i = 0; i < altitude_band_tops_m.size(); ++i) {
      if (message.altitude->to == metres_of_height(altitude_band_tops_m[i])) band = i;
    }
  }
  bits.set(109, 4, band);
  if (!message.location_age && message.identity.operator_serial == std::nullopt) {
    fields.letters(118, message.identity.aircraft_operator.empty() ? "ZGA" : std::string_view(message.identity.aircraft_operator));
    return false;
  }
  const Duration age = message.location_age ? message.location_age->at_least : seconds(60);
  bits.set(113, 2, age >= seconds(60) ? 1 : age >= seconds(2) ? 2 : 3);
  return true;
}

void put_unprotected(Bits& bits, const BeaconMessage& message) {
  if (!may_have_user_location(message.protocol) || message.protocol == BeaconProtocol::test_user) return;
  bits.put(108, message.activation == BeaconActivation::manual_or_automatic);
}

}  // namespace

Result<std::string> encode_t001(const BeaconMessage& message) {
  Bits bits;
  Fields fields(bits);
  bits.set(1, 15, 0x7FFF);
  bits.set(16, 9, message.mode == BeaconMode::self_test ? self_test_frame_sync : normal_frame_sync);
  const PositionLayout* coarse = coarse_layout(message.protocol);
  const bool has_user_location = may_have_user_location(message.protocol) && message.position_status != PositionStatus::not_carried;
  const bool is_long = coarse != nullptr || has_user_location;
  bits.put(25, is_long);
  fields.number(27, 10, message.country, "country");
  put_protocol(bits, message.protocol);
  put_identity(bits, fields, message);
  if (may_have_user_location(message.protocol) && message.protocol != BeaconProtocol::test_user) {
    bits.set(84, 2, message.homing == HomingSignal::mhz_121_5           ? 1
                    : message.homing == HomingSignal::radar_transponder ? 2
                    : message.homing == HomingSignal::other             ? 3
                                                                        : 0);
  }
  if (message.kind == BeaconMessageKind::cancellation) {
    if (message.protocol != BeaconProtocol::elt_dt) return bad_input("of the first generation only ELT(DT) has a cancellation");
    bits.set(67, 19, cancelled_first);
    bits.set(107, 26, cancelled_second);
  } else if (message.protocol == BeaconProtocol::elt_dt) {
    const bool offset_has_room = put_elt_dt(bits, fields, message);
    put_position(bits, *coarse, message, offset_has_room);
  } else if (message.protocol == BeaconProtocol::return_link) {
    put_return_link(bits, message);
    put_position(bits, *coarse, message, true);
  } else if (coarse != nullptr) {
    bits.set(107, 4, 0b1101);
    bits.put(111, message.position_source == PositionSource::internal);
    bits.put(112, message.homing == HomingSignal::mhz_121_5);
    put_position(bits, *coarse, message, true);
  } else if (has_user_location) {
    bits.put(107, message.position_source == PositionSource::internal);
    put_position(bits, user_layout, message, false);
  } else {
    put_unprotected(bits, message);
  }
  if (fields.error()) return *fields.error();
  put_parity(first_field_code, bits.span(25, 106));
  if (is_long) put_parity(second_field_code, bits.span(107, 144));
  return bits.hex(1, is_long ? 144 : 112);
}

}  // namespace skypact::wire
