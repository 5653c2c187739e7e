#include "wire/beacon.h"

#include <algorithm>

#include <fmt/format.h>

#include "wire/maritime_digits.h"

namespace skypact::wire {
namespace {

struct Text {
  std::string_view name;
  std::string_view words;
};

Text text_of(BeaconProtocol protocol) {
  switch (protocol) {
    case BeaconProtocol::unknown: return {"unknown", "a protocol that the specification does not define"};
    case BeaconProtocol::orbitography: return {"orbitography", "orbitography"};
    case BeaconProtocol::aviation_user: return {"aviation_user", "aviation user"};
    case BeaconProtocol::maritime_user: return {"maritime_user", "maritime user"};
    case BeaconProtocol::serial_elt: return {"serial_elt", "serial user, ELT"};
    case BeaconProtocol::serial_operator: return {"serial_operator", "serial user, ELT with aircraft operator"};
    case BeaconProtocol::serial_float_free_epirb: return {"serial_float_free_epirb", "serial user, float-free EPIRB"};
    case BeaconProtocol::serial_aircraft_address: return {"serial_aircraft_address", "serial user, ELT with aircraft address"};
    case BeaconProtocol::serial_non_float_free_epirb: return {"serial_non_float_free_epirb", "serial user, EPIRB that does not float free"};
    case BeaconProtocol::serial_plb: return {"serial_plb", "serial user, PLB"};
    case BeaconProtocol::national_user: return {"national_user", "national user"};
    case BeaconProtocol::radio_call_sign_user: return {"radio_call_sign_user", "radio call sign user"};
    case BeaconProtocol::test_user: return {"test_user", "test user"};
    case BeaconProtocol::standard_epirb_mmsi: return {"standard_epirb_mmsi", "standard location, EPIRB with MMSI"};
    case BeaconProtocol::standard_elt_aircraft_address: return {"standard_elt_aircraft_address", "standard location, ELT with aircraft address"};
    case BeaconProtocol::standard_elt_serial: return {"standard_elt_serial", "standard location, ELT with serial number"};
    case BeaconProtocol::standard_elt_operator: return {"standard_elt_operator", "standard location, ELT with aircraft operator"};
    case BeaconProtocol::standard_epirb_serial: return {"standard_epirb_serial", "standard location, EPIRB with serial number"};
    case BeaconProtocol::standard_plb_serial: return {"standard_plb_serial", "standard location, PLB with serial number"};
    case BeaconProtocol::standard_ship_security: return {"standard_ship_security", "standard location, ship security alert"};
    case BeaconProtocol::standard_test: return {"standard_test", "standard location, test"};
    case BeaconProtocol::national_elt: return {"national_elt", "national location, ELT"};
    case BeaconProtocol::national_epirb: return {"national_epirb", "national location, EPIRB"};
    case BeaconProtocol::national_plb: return {"national_plb", "national location, PLB"};
    case BeaconProtocol::national_test: return {"national_test", "national location, test"};
    case BeaconProtocol::return_link: return {"return_link", "return link location"};
    case BeaconProtocol::elt_dt: return {"elt_dt", "ELT(DT) location"};
    case BeaconProtocol::second_generation: return {"second_generation", "second generation"};
  }
  return {"unknown", "unknown"};
}

Text text_of(BeaconDoubt doubt) {
  switch (doubt) {
    case BeaconDoubt::frame_sync_damaged: return {"frame_sync_damaged", "Bits of the synchronisation are wrong; the nearer of the two patterns was taken."};
    case BeaconDoubt::second_field_missing: return {"second_field_missing", "The second protected field is missing; what it would say is left open."};
    case BeaconDoubt::second_field_uncorrectable: return {"second_field_uncorrectable", "More bits of the second protected field are wrong than its code corrects; it was left out."};
    case BeaconDoubt::not_checked: return {"not_checked", "The message came without its parity, so nothing shows that it is whole."};
    case BeaconDoubt::padding: return {"padding", "What stands behind the message is neither all zeros nor all ones."};
    case BeaconDoubt::country_impossible: return {"country_impossible", "The country number is no maritime identification digits: those are 201 to 799."};
    case BeaconDoubt::country_unknown: return {"country_unknown", "The country number is not in the table of maritime identification digits."};
    case BeaconDoubt::protocol_unknown: return {"protocol_unknown", "The protocol code is spare: neither identity nor position can be told from the rest."};
    case BeaconDoubt::beacon_type_unknown: return {"beacon_type_unknown", "The code of the beacon's type is spare."};
    case BeaconDoubt::mmsi_impossible: return {"mmsi_impossible", "The MMSI has more digits than an MMSI has; it was left out."};
    case BeaconDoubt::aircraft_address_impossible: return {"aircraft_address_impossible", "The aircraft address is 000000 or FFFFFF, which is nobody's."};
    case BeaconDoubt::text_unreadable: return {"text_unreadable", "A character has a code that stands for nothing; it is shown as \"?\"."};
    case BeaconDoubt::type_approval_reserved: return {"type_approval_reserved", "The type approval number is zero or reserved for beacons of the system."};
    case BeaconDoubt::identity_reserved: return {"identity_reserved", "The kind of identity is spare or reserved; its bits are shown as they are."};
    case BeaconDoubt::latitude_impossible: return {"latitude_impossible", "The latitude lies beyond a pole or has sixty minutes or more."};
    case BeaconDoubt::longitude_impossible: return {"longitude_impossible", "The longitude lies beyond 180 degrees or has sixty minutes or more."};
    case BeaconDoubt::half_a_position: return {"half_a_position", "One coordinate is given and the other is at its default."};
    case BeaconDoubt::offset_impossible: return {"offset_impossible", "The offset of the position is out of its range; the coarse position stands alone."};
    case BeaconDoubt::fixed_bits: return {"fixed_bits", "Bits that are fixed have other values; what follows them was left out."};
    case BeaconDoubt::spare_bits: return {"spare_bits", "Bits that are spare do not have the values that they should."};
    case BeaconDoubt::rotating_field_unknown: return {"rotating_field_unknown", "The rotating field is of a kind that is spare; it was left out."};
    case BeaconDoubt::cancellation_malformed: return {"cancellation_malformed", "Some of the pattern of a cancellation is there and some is not; it is not taken as one."};
    case BeaconDoubt::return_link_impossible: return {"return_link_impossible", "What is said of the return link contradicts itself or names no provider."};
    case BeaconDoubt::time_impossible: return {"time_impossible", "The time of the position is no time of a day; it was left out."};
  }
  return {"unknown", "An unknown doubt."};
}

}  // namespace

bool has(const BeaconMessage& message, BeaconDoubt doubt) {
  return std::find(message.doubts.begin(), message.doubts.end(), doubt) != message.doubts.end();
}

void add_doubt(BeaconMessage& message, BeaconDoubt doubt) {
  const auto at = std::lower_bound(message.doubts.begin(), message.doubts.end(), doubt);
  if (at == message.doubts.end() || *at != doubt) message.doubts.insert(at, doubt);
}

std::string_view name(BeaconGeneration generation) { return generation == BeaconGeneration::first ? "first" : "second"; }

std::string_view name(BeaconMode mode) {
  switch (mode) {
    case BeaconMode::live: return "live";
    case BeaconMode::self_test: return "self_test";
    case BeaconMode::test: return "test";
    case BeaconMode::system: return "system";
  }
  return "unknown";
}

std::string_view name(BeaconMessageKind kind) { return kind == BeaconMessageKind::alert ? "alert" : "cancellation"; }

std::string_view name(BeaconType type) {
  switch (type) {
    case BeaconType::unknown: return "unknown";
    case BeaconType::elt: return "elt";
    case BeaconType::elt_dt: return "elt_dt";
    case BeaconType::epirb: return "epirb";
    case BeaconType::plb: return "plb";
    case BeaconType::ship_security: return "ship_security";
    case BeaconType::system: return "system";
  }
  return "unknown";
}

std::string_view words(BeaconType type) {
  switch (type) {
    case BeaconType::unknown: return "beacon";
    case BeaconType::elt: return "ELT";
    case BeaconType::elt_dt: return "ELT(DT)";
    case BeaconType::epirb: return "EPIRB";
    case BeaconType::plb: return "PLB";
    case BeaconType::ship_security: return "ship security beacon";
    case BeaconType::system: return "system beacon";
  }
  return "beacon";
}

std::string_view name(BeaconProtocol protocol) { return text_of(protocol).name; }
std::string_view words(BeaconProtocol protocol) { return text_of(protocol).words; }
std::string_view name(BeaconDoubt doubt) { return text_of(doubt).name; }
std::string_view sentence(BeaconDoubt doubt) { return text_of(doubt).words; }

std::string_view name(PositionStatus status) {
  switch (status) {
    case PositionStatus::not_carried: return "not_carried";
    case PositionStatus::no_fix: return "no_fix";
    case PositionStatus::fine: return "fine";
    case PositionStatus::coarse: return "coarse";
    case PositionStatus::impossible: return "impossible";
    case PositionStatus::lost: return "lost";
  }
  return "unknown";
}

std::string_view name(PositionSource source) {
  switch (source) {
    case PositionSource::unknown: return "unknown";
    case PositionSource::internal: return "internal";
    case PositionSource::external: return "external";
  }
  return "unknown";
}

std::string_view name(HomingSignal homing) {
  switch (homing) {
    case HomingSignal::unknown: return "unknown";
    case HomingSignal::none: return "none";
    case HomingSignal::mhz_121_5: return "121.5_mhz";
    case HomingSignal::radar_transponder: return "radar_transponder";
    case HomingSignal::other: return "other";
  }
  return "unknown";
}

std::string_view name(BeaconActivation activation) {
  switch (activation) {
    case BeaconActivation::unknown: return "unknown";
    case BeaconActivation::manual: return "manual";
    case BeaconActivation::automatic: return "automatic";
    case BeaconActivation::g_switch: return "g_switch";
    case BeaconActivation::external: return "external";
    case BeaconActivation::manual_or_automatic: return "manual_or_automatic";
  }
  return "unknown";
}

std::string_view name(BeaconDeactivation deactivation) {
  switch (deactivation) {
    case BeaconDeactivation::unknown: return "unknown";
    case BeaconDeactivation::manual: return "manual";
    case BeaconDeactivation::external: return "external";
  }
  return "unknown";
}

std::string_view name(GnssFix fix) {
  switch (fix) {
    case GnssFix::unknown: return "unknown";
    case GnssFix::none: return "none";
    case GnssFix::flat: return "2d";
    case GnssFix::full: return "3d";
  }
  return "unknown";
}

std::string_view name(ReturnLink::Provider provider) {
  switch (provider) {
    case ReturnLink::Provider::unknown: return "unknown";
    case ReturnLink::Provider::galileo: return "galileo";
    case ReturnLink::Provider::glonass: return "glonass";
    case ReturnLink::Provider::bds: return "bds";
  }
  return "unknown";
}

std::string words(const BeaconIdentity& identity) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (identity.mmsi) add(fmt::format("MMSI {:09}", *identity.mmsi));
  if (identity.ais_mmsi_last_four) add(fmt::format("AIS MMSI ending in {:04}", *identity.ais_mmsi_last_four));
  if (identity.aircraft_address) add(fmt::format("aircraft address {:06X}", *identity.aircraft_address));
  if (!identity.aircraft_operator.empty()) add("aircraft operator " + identity.aircraft_operator);
  if (identity.operator_serial) add(fmt::format("operator's serial number {}", *identity.operator_serial));
  if (!identity.radio_call_sign.empty()) add("radio call sign " + identity.radio_call_sign);
  if (!identity.registration.empty()) add("registration " + identity.registration);
  if (identity.type_approval) add(fmt::format("type approval {}", *identity.type_approval));
  if (identity.serial) add(fmt::format("serial number {}", *identity.serial));
  if (!identity.national.empty()) add("national data " + identity.national);
  if (!identity.number_on_board.empty()) add("beacon " + identity.number_on_board);
  return text;
}

std::string country_words(std::uint16_t country) {
  const std::string_view known = country_of_digits(country);
  return known.empty() ? fmt::format("({:03})", country) : fmt::format("{} ({:03})", known, country);
}

}  // namespace skypact::wire
