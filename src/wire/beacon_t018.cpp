#include "wire/beacon_t018.h"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/baudot.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_bits.h"
#include "wire/beacon_hex.h"
#include "wire/maritime_digits.h"

namespace skypact::wire {
namespace {

using Bits = BeaconBits<1, 250>;
constexpr unsigned information_bits = 202;

constexpr std::uint64_t no_latitude = 0b1111111'000001111100000;
constexpr std::uint64_t no_longitude = 0b11111111'111110000011111;
constexpr std::uint64_t no_ais = 0b10101010101010;
constexpr std::uint32_t no_mmsi = 111'111;
constexpr unsigned cancellation_field = 15;
constexpr std::uint64_t all_of_42 = (std::uint64_t{1} << 42) - 1;

ReadBeacon refuse(DecodeError error, std::string why) { return {std::nullopt, error, std::move(why)}; }

std::uint32_t number(const Bits& bits, unsigned first, unsigned width) { return static_cast<std::uint32_t>(bits.field(first, width)); }

// The spare bits and the rotating field are as the specification has them: what tells one padding from the other.
bool looks_right(const Bits& bits) {
  const unsigned field = number(bits, 155, 4);
  return field == cancellation_field ? bits.all(141, 154, false) : field <= 4 && bits.all(141, 154, true);
}

// One way to read the digits.
struct Reading {
  Bits bits;
  unsigned corrected = 0;
  bool looks_right = false;
};

// Two bits more than the message: zeros in front of it or behind. nullopt where those are no zeros, or the parity refuses.
std::optional<Reading> read_as(const std::string& digits, bool padding_in_front) {
  const unsigned message_bits = 4 * static_cast<unsigned>(digits.size()) - 2;
  const auto sent = [&](unsigned i) { return (hex_value(digits[i / 4]) >> (3 - i % 4) & 1) != 0; };
  const unsigned skipped = padding_in_front ? 0 : message_bits;
  if (sent(skipped) || sent(skipped + 1)) return std::nullopt;
  Reading reading;
  for (unsigned i = 0; i < message_bits; ++i) reading.bits.put(i + 1, sent(padding_in_front ? i + 2 : i));
  if (message_bits == 250) {
    const auto corrected = correct(second_generation_code, reading.bits.span(1, 250));
    if (!corrected) return std::nullopt;
    reading.corrected = *corrected;
  }
  reading.looks_right = looks_right(reading.bits);
  return reading;
}

std::string read_text(const Bits& bits, unsigned first, unsigned count, BeaconMessage& out) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    const auto character = baudot_character(number(bits, first + 6 * i, 6));
    if (!character) add_doubt(out, BeaconDoubt::text_unreadable);
    text += character.value_or('?');
  }
  return std::string(trim(text));
}

std::string read_operator(const Bits& bits, unsigned first, BeaconMessage& out) {
  std::string text;
  for (unsigned i = 0; i < 3; ++i) {
    const auto character = baudot_character(0b100000u | number(bits, first + 5 * i, 5));
    const bool is_letter = character && *character >= 'A' && *character <= 'Z';
    if (!is_letter) add_doubt(out, BeaconDoubt::text_unreadable);
    text += is_letter ? *character : '?';
  }
  return text;
}

// Bits 91 to 137: the vessel or aircraft.
void read_vessel(const Bits& bits, BeaconMessage& out) {
  switch (number(bits, 91, 3)) {
    case 0:
      if (bits.field(94, 44) != 0) out.identity.national = bits.hex(94, 137);
      return;
    case 1: {
      const std::uint32_t mmsi = number(bits, 94, 30);
      if (mmsi > 999'999'999) {
        add_doubt(out, BeaconDoubt::mmsi_impossible);
      } else if (mmsi != no_mmsi) {
        out.identity.mmsi = mmsi;
      }
      const std::uint32_t ais = number(bits, 124, 14);
      if (ais <= 9999) out.identity.ais_mmsi_last_four = ais;
      if (ais > 9999 && ais != no_ais) add_doubt(out, BeaconDoubt::mmsi_impossible);
      return;
    }
    case 2:
      out.identity.radio_call_sign = read_text(bits, 94, 7, out);
      if (bits.field(136, 2) != 0) add_doubt(out, BeaconDoubt::spare_bits);
      return;
    case 3:
      out.identity.registration = read_text(bits, 94, 7, out);
      if (bits.field(136, 2) != 0) add_doubt(out, BeaconDoubt::spare_bits);
      return;
    case 4: {
      out.identity.aircraft_address = number(bits, 94, 24);
      if (*out.identity.aircraft_address == 0 || *out.identity.aircraft_address == 0xFFFFFF) add_doubt(out, BeaconDoubt::aircraft_address_impossible);
      if (bits.field(118, 15) != 0) {  // zeros: no operator is coded; ZGA: there is none
        const std::string letters = read_operator(bits, 118, out);
        if (letters != "ZGA") out.identity.aircraft_operator = letters;
      }
      if (bits.field(133, 5) != 0) add_doubt(out, BeaconDoubt::spare_bits);
      return;
    }
    case 5:
      out.identity.aircraft_operator = read_operator(bits, 94, out);
      out.identity.operator_serial = number(bits, 109, 12);
      if (!bits.all(121, 137, true)) add_doubt(out, BeaconDoubt::spare_bits);
      return;
    default:
      out.identity.national = bits.hex(94, 137);
      if (out.mode != BeaconMode::test) add_doubt(out, BeaconDoubt::identity_reserved);
  }
}

std::string id_of(const Bits& bits) {
  BeaconBits<1, 92> id;
  const auto copy = [&](unsigned to, unsigned from, unsigned width) { id.set(to, width, bits.field(from, width)); };
  id.put(1, true);
  copy(2, 31, 10);
  id.set(12, 3, 0b101);
  copy(15, 1, 16);
  copy(31, 17, 14);
  copy(45, 43, 1);
  copy(46, 91, 3);
  copy(49, 94, 44);
  return id.hex(1, 92);
}

void read_position(const Bits& bits, BeaconMessage& out) {
  const std::uint64_t lat = bits.field(45, 22), lon = bits.field(68, 23);
  if (lat == no_latitude && lon == no_longitude) {
    // The flags are ones where the beacon has no means to know its position at all.
    out.position_status = bits.at(44) && bits.at(67) ? PositionStatus::not_carried : PositionStatus::no_fix;
    return;
  }
  out.position_status = PositionStatus::impossible;
  if (lat == no_latitude || lon == no_longitude) return add_doubt(out, BeaconDoubt::half_a_position);
  constexpr double part = 1.0 / 32768;
  const double lat_deg = static_cast<double>(lat) * part, lon_deg = static_cast<double>(lon) * part;
  if (lat_deg > 90) add_doubt(out, BeaconDoubt::latitude_impossible);
  if (lon_deg > 180) add_doubt(out, BeaconDoubt::longitude_impossible);
  if (lat_deg > 90 || lon_deg > 180) return;
  const auto position = geo::Position::from_degrees(bits.at(44) ? -lat_deg : lat_deg, bits.at(67) ? -lon_deg : lon_deg);
  if (!position) return;
  out.position_status = PositionStatus::fine;
  out.position = BeaconPosition{*position, nautical_miles(60 * part / 2 * std::numbers::sqrt2)};
}

// Steps of 16 m from -400 m; the ends are open.
void read_altitude(const Bits& bits, BeaconMessage& out) {
  const int step = static_cast<int>(bits.field(176, 10));
  if (step == 1023) return;
  out.altitude.emplace();
  if (step > 0) out.altitude->from = metres_of_height(-400 + 16 * step - 8);
  if (step < 1022) out.altitude->to = metres_of_height(-400 + 16 * step + 8);
}

GnssFix fix_of(unsigned code) {
  constexpr GnssFix fixes[] = {GnssFix::none, GnssFix::flat, GnssFix::full, GnssFix::unknown};
  return fixes[code];
}

std::optional<std::uint8_t> dilution_of(unsigned code) {
  constexpr std::array<std::uint8_t, 14> at_most = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50};
  return code < at_most.size() ? std::optional(at_most[code]) : std::nullopt;
}

void read_objectives(const Bits& bits, BeaconMessage& out) {
  out.hours_since_activation = static_cast<std::uint8_t>(bits.field(159, 6));
  const auto age = static_cast<int>(bits.field(165, 11));
  if (age == 2046) out.location_age = LocationAge{minutes(2046), std::nullopt};
  if (age < 2046) out.location_age = LocationAge{minutes(age), minutes(age + 1)};
  read_altitude(bits, out);
  out.hdop_at_most = dilution_of(number(bits, 186, 4));
  out.vdop_at_most = dilution_of(number(bits, 190, 4));
  constexpr BeaconActivation activations[] = {BeaconActivation::manual, BeaconActivation::automatic, BeaconActivation::external,
                                              BeaconActivation::unknown};
  out.activation = activations[bits.field(194, 2)];
  constexpr std::array<std::uint8_t, 6> battery = {0, 5, 10, 25, 50, 75};
  if (const auto code = bits.field(196, 3); code < battery.size()) out.battery_percent_at_least = battery[code];
  out.fix = fix_of(number(bits, 199, 2));
  if (bits.field(194, 2) == 3 || bits.field(196, 3) == 6 || bits.field(199, 2) == 3 || bits.field(201, 2) != 0) {
    add_doubt(out, BeaconDoubt::spare_bits);
  }
}

void read_in_flight(const Bits& bits, BeaconMessage& out) {
  const auto time = static_cast<int>(bits.field(159, 17));
  constexpr int day = 86'400, unknown_time = (1 << 17) - 1;
  if (time < day) out.location_time_of_day = std::chrono::seconds(time);
  if (time >= day && time != unknown_time) add_doubt(out, BeaconDoubt::time_impossible);
  read_altitude(bits, out);
  switch (bits.field(186, 4)) {
    case 0b0001: out.activation = BeaconActivation::manual; break;
    case 0b0100: out.activation = BeaconActivation::g_switch; break;
    case 0b1000: out.activation = BeaconActivation::external; break;
    default: add_doubt(out, BeaconDoubt::spare_bits);
  }
  out.fix = fix_of(number(bits, 190, 2));
  constexpr std::array<std::uint8_t, 3> battery = {0, 33, 66};
  if (const auto code = bits.field(192, 2); code < battery.size()) out.battery_percent_at_least = battery[code];
  if (bits.field(190, 2) == 3 || bits.field(194, 9) != 0) add_doubt(out, BeaconDoubt::spare_bits);
}

void read_return_link(const Bits& bits, BeaconMessage& out) {
  ReturnLink link;
  link.accepts_automatic = bits.at(161);
  link.accepts_manual = bits.at(162);
  constexpr ReturnLink::Provider providers[] = {ReturnLink::Provider::unknown, ReturnLink::Provider::galileo, ReturnLink::Provider::glonass,
                                                ReturnLink::Provider::bds,     ReturnLink::Provider::unknown, ReturnLink::Provider::unknown,
                                                ReturnLink::Provider::unknown, ReturnLink::Provider::unknown};
  link.provider = providers[bits.field(167, 3)];
  link.received_automatic = bits.at(170);
  link.received_manual = bits.at(171);
  const bool accepts_some = link.accepts_automatic || link.accepts_manual;
  if (!accepts_some || link.provider == ReturnLink::Provider::unknown || link.received_manual) add_doubt(out, BeaconDoubt::return_link_impossible);
  if (bits.field(159, 2) != 0 || bits.field(163, 4) != 0 || bits.field(192, 11) != 0) add_doubt(out, BeaconDoubt::spare_bits);
  out.return_link = link;
}

// Only the whole pattern ends an alert: spare bits and all that the field fixes.
void read_cancellation(const Bits& bits, BeaconMessage& out) {
  if (!bits.all(141, 154, false) || bits.field(159, 42) != all_of_42) return add_doubt(out, BeaconDoubt::cancellation_malformed);
  out.kind = BeaconMessageKind::cancellation;
  constexpr BeaconDeactivation methods[] = {BeaconDeactivation::unknown, BeaconDeactivation::external, BeaconDeactivation::manual,
                                            BeaconDeactivation::unknown};
  out.deactivation = methods[bits.field(201, 2)];
  if (out.deactivation == BeaconDeactivation::unknown) add_doubt(out, BeaconDoubt::spare_bits);
}

void read_rotating(const Bits& bits, BeaconMessage& out) {
  const unsigned field = number(bits, 155, 4);
  out.rotating_field = static_cast<std::uint8_t>(field);
  if (field != cancellation_field && !bits.all(141, 154, true)) add_doubt(out, BeaconDoubt::spare_bits);
  switch (field) {
    case 0: return read_objectives(bits, out);
    case 1: return read_in_flight(bits, out);
    case 2: return read_return_link(bits, out);
    case 3:
    case 4: return;  // national use; two-way messages, whose data set is not published
    case cancellation_field: return read_cancellation(bits, out);
    default: add_doubt(out, BeaconDoubt::rotating_field_unknown);
  }
}

BeaconMessage read_message(const Bits& bits) {
  BeaconMessage out;
  out.generation = BeaconGeneration::second;
  out.protocol = BeaconProtocol::second_generation;
  constexpr BeaconType types[] = {BeaconType::elt,     BeaconType::epirb,   BeaconType::plb,     BeaconType::elt_dt,
                                  BeaconType::unknown, BeaconType::unknown, BeaconType::unknown, BeaconType::system};
  out.type = types[bits.field(138, 3)];
  if (out.type == BeaconType::unknown) add_doubt(out, BeaconDoubt::beacon_type_unknown);
  if (out.type == BeaconType::system) out.mode = BeaconMode::system;
  if (bits.at(43)) out.mode = BeaconMode::test;

  out.identity.type_approval = number(bits, 1, 16);
  out.identity.serial = number(bits, 17, 14);
  const bool is_of_the_system = *out.identity.type_approval > 65'520;
  if (*out.identity.type_approval == 0 || (is_of_the_system && out.type != BeaconType::system)) add_doubt(out, BeaconDoubt::type_approval_reserved);
  out.country = static_cast<std::uint16_t>(bits.field(31, 10));
  if (out.country < 201 || out.country > 799) {
    add_doubt(out, BeaconDoubt::country_impossible);
  } else if (country_of_digits(out.country).empty()) {
    add_doubt(out, BeaconDoubt::country_unknown);
  }
  out.homing = bits.at(41) ? HomingSignal::other : HomingSignal::none;
  read_vessel(bits, out);
  read_position(bits, out);
  read_rotating(bits, out);
  out.id = id_of(bits);
  return out;
}

// "front" and "behind" as the two forms, for the message of a refusal.
std::string type_approvals(const std::string& digits) {
  const auto of = [&](bool in_front) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 5; ++i) value = value << 4 | hex_value(digits[i]);
    return in_front ? value >> 2 & 0xFFFF : value >> 4;
  };
  return fmt::format("type approval {} with the two zero bits in front, {} with them behind", of(true), of(false));
}

}  // namespace

ReadBeacon decode_t018(std::string_view text) {
  const auto digits = read_hex_digits(text, BeaconT018Limits::most_digits);
  if (!digits) return refuse(DecodeError::bad_hex, digits.error().message);
  if (digits->size() != 63 && digits->size() != 51) {
    return refuse(DecodeError::bad_hex, fmt::format("{} hexadecimal digits are no second-generation message; it has 63 with its parity, 51 without{}",
                                                    digits->size(), digits->size() == 23 ? " (23 are a beacon's id)" : ""));
  }
  const bool has_parity = digits->size() == 63;
  const auto in_front = read_as(*digits, true), behind = read_as(*digits, false);
  if (has_parity && !in_front && !behind) {
    return refuse(DecodeError::uncorrectable, "BCH(250,202): more than 6 of the 250 bits are wrong, with the two zero bits in front of them as with "
                                              "them behind");
  }
  const Reading* chosen = nullptr;
  if (in_front && in_front->looks_right) chosen = &*in_front;
  if (behind && behind->looks_right) {
    if (chosen != nullptr) {
      return refuse(DecodeError::ambiguous_form, "the digits can be read in two ways, " + type_approvals(*digits) + "; ask the sender which he means");
    }
    chosen = &*behind;
  }
  // Parity vouches for one reading alone: then its spare bits are a doubt and no reason to refuse a call for help.
  if (chosen == nullptr && has_parity && (!in_front || !behind)) chosen = in_front ? &*in_front : &*behind;
  if (chosen == nullptr) {
    return refuse(DecodeError::ambiguous_form, "the spare bits and the rotating field fit neither way to read the digits, " + type_approvals(*digits));
  }
  BeaconMessage message = read_message(chosen->bits);
  message.corrected_first = static_cast<std::uint8_t>(chosen->corrected);
  if (!has_parity) add_doubt(message, BeaconDoubt::not_checked);
  message.hex = chosen->bits.hex(1, has_parity ? 250 : information_bits);
  return {std::move(message), DecodeError::none, {}};
}

}  // namespace skypact::wire
