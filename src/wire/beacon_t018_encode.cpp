#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/baudot.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_bits.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_t018.h"

namespace skypact::wire {
namespace {

using Bits = BeaconBits<1, 250>;

constexpr unsigned cancellation_field = 15;

Result<void> put_number(Bits& bits, unsigned first, unsigned width, std::uint64_t value, std::string_view what) {
  if (value >> width != 0) return bad_input(fmt::format("{} {} does not fit into {} bits", what, value, width));
  bits.set(first, width, value);
  return {};
}

Result<void> put_text(Bits& bits, unsigned first, unsigned count, std::string text, bool to_the_right, std::string_view what) {
  if (text.size() > count) return bad_input(fmt::format("{} {} has more than {} characters", what, quoted(text), count));
  text.insert(to_the_right ? 0 : text.size(), count - text.size(), ' ');
  for (unsigned i = 0; i < count; ++i) {
    const auto code = baudot_code(text[i]);
    if (!code) return bad_input(fmt::format("{} {} holds a character that the code does not have", what, quoted(text)));
    bits.set(first + 6 * i, 6, *code);
  }
  return {};
}

Result<void> put_operator(Bits& bits, unsigned first, std::string_view letters) {
  if (letters.size() != 3 || !std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return bad_input("aircraft operator " + quoted(letters) + " is not three letters");
  }
  for (unsigned i = 0; i < 3; ++i) bits.set(first + 5 * i, 5, *baudot_code(letters[i]) & 0b11111u);
  return {};
}

Result<void> put_vessel(Bits& bits, const BeaconIdentity& identity) {
  if (identity.mmsi || identity.ais_mmsi_last_four) {
    bits.set(91, 3, 1);
    if (const auto put = put_number(bits, 94, 30, identity.mmsi.value_or(111'111), "MMSI"); !put) return put;
    return put_number(bits, 124, 14, identity.ais_mmsi_last_four.value_or(10'922), "AIS MMSI");
  }
  if (!identity.radio_call_sign.empty()) {
    bits.set(91, 3, 2);
    return put_text(bits, 94, 7, identity.radio_call_sign, false, "radio call sign");
  }
  if (!identity.registration.empty()) {
    bits.set(91, 3, 3);
    return put_text(bits, 94, 7, identity.registration, true, "registration");
  }
  if (identity.aircraft_address) {
    bits.set(91, 3, 4);
    if (const auto put = put_number(bits, 94, 24, *identity.aircraft_address, "aircraft address"); !put) return put;
    return put_operator(bits, 118, identity.aircraft_operator.empty() ? "ZGA" : std::string_view(identity.aircraft_operator));
  }
  if (!identity.aircraft_operator.empty()) {
    bits.set(91, 3, 5);
    if (const auto put = put_operator(bits, 94, identity.aircraft_operator); !put) return put;
    bits.set(121, 17, 0x1FFFF);
    return put_number(bits, 109, 12, identity.operator_serial.value_or(0), "the operator's serial number");
  }
  if (identity.national.empty()) return {};
  const auto digits = read_hex_digits(identity.national, 11);
  if (!digits || digits->size() != 11) return bad_input("national data " + quoted(identity.national) + " are not 11 hexadecimal digits");
  for (unsigned i = 0; i < 11; ++i) bits.set(94 + 4 * i, 4, hex_value((*digits)[i]));
  return {};
}

void put_position(Bits& bits, const BeaconMessage& message) {
  if (!message.position) {
    const bool cannot_know = message.position_status == PositionStatus::not_carried;
    bits.put(44, cannot_know);
    bits.set(45, 22, 0b1111111'000001111100000);
    bits.put(67, cannot_know);
    bits.set(68, 23, 0b11111111'111110000011111);
    return;
  }
  const geo::Position p = message.position->position;
  const auto north = static_cast<std::uint64_t>(std::llround(std::abs(p.lat_degrees()) * 32768));
  const auto east = static_cast<std::uint64_t>(std::llround(std::abs(p.lon_degrees()) * 32768));
  bits.put(44, p.lat_e7 < 0 && north > 0);
  bits.set(45, 22, north);
  bits.put(67, p.lon_e7 < 0 && east > 0);
  bits.set(68, 23, east);
}

void put_altitude(Bits& bits, const BeaconMessage& message) {
  std::uint64_t step = 1023;
  if (message.altitude) {
    // The middle of its 16 m, or the open end.
    const double middle = message.altitude->from ? message.altitude->from->in_metres() + 8 : message.altitude->to ? message.altitude->to->in_metres() - 8 : -400;
    step = static_cast<std::uint64_t>(std::clamp(std::llround((middle + 400) / 16), 0LL, 1022LL));
  }
  bits.set(176, 10, step);
}

unsigned dilution_code(std::optional<std::uint8_t> at_most) {
  constexpr unsigned tops[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50};
  if (!at_most) return 15;
  for (unsigned i = 0; i < std::size(tops); ++i) {
    if (*at_most <= tops[i]) return i;
  }
  return 14;
}

unsigned fix_code(GnssFix fix) { return fix == GnssFix::full ? 2 : fix == GnssFix::flat ? 1 : 0; }

void put_objectives(Bits& bits, const BeaconMessage& message) {
  bits.set(159, 6, std::min<unsigned>(message.hours_since_activation.value_or(0), 63));
  std::uint64_t age = 2047;
  if (message.location_age) age = static_cast<std::uint64_t>(std::clamp<Duration::rep>(message.location_age->at_least / minutes(1), 0, 2046));
  bits.set(165, 11, age);
  put_altitude(bits, message);
  bits.set(186, 4, dilution_code(message.hdop_at_most));
  bits.set(190, 4, dilution_code(message.vdop_at_most));
  bits.set(194, 2, message.activation == BeaconActivation::automatic ? 1 : message.activation == BeaconActivation::external ? 2 : 0);
  constexpr unsigned battery[] = {5, 10, 25, 50, 75};
  unsigned code = 7;
  if (message.battery_percent_at_least) {
    code = 0;
    for (const unsigned from : battery) code += *message.battery_percent_at_least >= from ? 1 : 0;
  }
  bits.set(196, 3, code);
  bits.set(199, 2, fix_code(message.fix));
}

void put_in_flight(Bits& bits, const BeaconMessage& message) {
  std::uint64_t time = 0x1FFFF;
  if (message.location_time_of_day) time = static_cast<std::uint64_t>(std::clamp<std::int64_t>(message.location_time_of_day->count(), 0, 86'399));
  bits.set(159, 17, time);
  put_altitude(bits, message);
  bits.set(186, 4, message.activation == BeaconActivation::g_switch ? 0b0100 : message.activation == BeaconActivation::external ? 0b1000 : 0b0001);
  bits.set(190, 2, fix_code(message.fix));
  const auto battery = message.battery_percent_at_least;
  bits.set(192, 2, !battery ? 3 : *battery >= 66 ? 2 : *battery >= 33 ? 1 : 0);
}

void put_return_link(Bits& bits, const BeaconMessage& message) {
  const ReturnLink link = message.return_link.value_or(ReturnLink{.provider = ReturnLink::Provider::galileo, .accepts_automatic = true});
  bits.put(161, link.accepts_automatic);
  bits.put(162, link.accepts_manual);
  bits.set(167, 3, static_cast<std::uint64_t>(link.provider));
  bits.put(170, link.received_automatic);
  bits.put(171, link.received_manual);
}

}  // namespace

Result<std::string> encode_t018(const BeaconMessage& message) {
  Bits bits;
  if (const auto put = put_number(bits, 1, 16, message.identity.type_approval.value_or(0), "type approval"); !put) return put.error();
  if (const auto put = put_number(bits, 17, 14, message.identity.serial.value_or(0), "serial number"); !put) return put.error();
  if (const auto put = put_number(bits, 31, 10, message.country, "country"); !put) return put.error();
  bits.put(41, message.homing != HomingSignal::none && message.homing != HomingSignal::unknown);
  const bool is_cancellation = message.kind == BeaconMessageKind::cancellation;
  const unsigned field = is_cancellation ? cancellation_field : message.rotating_field.value_or(0);
  if (field > 14 && !is_cancellation) return bad_input(fmt::format("rotating field {} is none of 0 to 14", field));
  bits.put(42, field == 2);
  bits.put(43, message.mode == BeaconMode::test);
  put_position(bits, message);
  if (const auto put = put_vessel(bits, message.identity); !put) return put.error();
  constexpr unsigned spare_type = 4;
  unsigned type = spare_type;
  switch (message.type) {
    case BeaconType::elt: type = 0; break;
    case BeaconType::epirb: type = 1; break;
    case BeaconType::plb: type = 2; break;
    case BeaconType::elt_dt: type = 3; break;
    case BeaconType::system: type = 7; break;
    case BeaconType::unknown: break;
    case BeaconType::ship_security: return bad_input("a ship security beacon has no code in the second generation");
  }
  bits.set(138, 3, type);
  bits.set(141, 14, is_cancellation ? 0 : 0x3FFF);
  bits.set(155, 4, field);
  if (field == 0) put_objectives(bits, message);
  if (field == 1) put_in_flight(bits, message);
  if (field == 2) put_return_link(bits, message);
  if (is_cancellation) {
    bits.set(159, 42, (std::uint64_t{1} << 42) - 1);
    bits.set(201, 2, message.deactivation == BeaconDeactivation::external ? 1 : 2);
  }
  put_parity(second_generation_code, bits.span(1, 250));
  return bits.hex(1, 250);
}

}  // namespace skypact::wire
