#include "airspace/identity.h"

#include <fmt/format.h>

namespace skypact {

std::string_view to_string(AddressKind kind) {
  switch (kind) {
    case AddressKind::icao: return "icao";
    case AddressKind::adsb_other: return "adsb_other";
    case AddressKind::tisb_icao: return "tisb_icao";
    case AddressKind::tisb_other: return "tisb_other";
    case AddressKind::adsr_icao: return "adsr_icao";
    case AddressKind::adsr_other: return "adsr_other";
    case AddressKind::report: return "report";
    case AddressKind::manual: return "manual";
  }
  return "unknown";
}

std::string to_string(const Address& address) {
  switch (address.kind) {
    case AddressKind::icao: return fmt::format("{:06X}", address.number);
    case AddressKind::adsb_other: return fmt::format("~{:06X}", address.number);
    case AddressKind::tisb_icao: return fmt::format("tisb:{:06X}", address.number);
    case AddressKind::tisb_other: return fmt::format("tisb:~{:06X}", address.number);
    case AddressKind::adsr_icao: return fmt::format("adsr:{:06X}", address.number);
    case AddressKind::adsr_other: return fmt::format("adsr:~{:06X}", address.number);
    case AddressKind::report: return fmt::format("report:{}", address.name.view());
    case AddressKind::manual: return fmt::format("manual:{}", address.name.view());
  }
  return {};
}

std::string to_string(const TrackKey& key) {
  std::string text = to_string(key.address);
  if (key.ordinal != 1) text += fmt::format("~{}", key.ordinal);
  return text;
}

std::string_view to_string(AircraftClass c) {
  switch (c) {
    case AircraftClass::unknown: return "unknown";
    case AircraftClass::civil: return "civil";
    case AircraftClass::state: return "state";
    case AircraftClass::unmanned: return "unmanned";
    case AircraftClass::humanitarian: return "humanitarian";
    case AircraftClass::ground_vehicle: return "ground_vehicle";
  }
  return "unknown";
}

std::string_view to_string(PartyBasis basis) {
  switch (basis) {
    case PartyBasis::none: return "none";
    case PartyBasis::callsign: return "callsign";
    case PartyBasis::report: return "report";
    case PartyBasis::feed: return "feed";
    case PartyBasis::address: return "address";
  }
  return "none";
}

std::string_view to_string(SourceKind kind) {
  switch (kind) {
    case SourceKind::adsb: return "adsb";
    case SourceKind::adsr: return "adsr";
    case SourceKind::mlat: return "mlat";
    case SourceKind::tisb: return "tisb";
    case SourceKind::report: return "report";
    case SourceKind::mode_s: return "mode_s";
    case SourceKind::manual: return "manual";
  }
  return "unknown";
}

}  // namespace skypact
