#pragma once
// Who: addresses, parties, classes of aircraft, and the sources that report them.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/fixed_string.h"
#include "base/id.h"

namespace skypact {

// What an address means. Two addresses are one aircraft's only if the kind is the same too; that the
// 24-bit number of a TIS-B target equals an ICAO address is evidence, which `track` weighs, not identity.
enum class AddressKind : std::uint8_t {
  icao,            // the ICAO 24-bit aircraft address (Mode S, ADS-B, MLAT on it)
  adsb_other,      // DF18 CF 1: anonymous, ground vehicle or fixed obstacle
  tisb_icao,       // DF18 CF 2/3 with an ICAO address
  tisb_other,      // DF18 CF 2/3/5 with a track file number
  adsr_icao,       // DF18 CF 6 with an ICAO address
  adsr_other,      // DF18 CF 6 with an anonymous address
  report,          // named by the sender of a position report
  manual,          // named by an operator who typed it in from a voice report
};

// number: the 24 bits for the Mode S kinds, 0 otherwise. name: for report and manual, empty otherwise.
struct Address {
  AddressKind kind = AddressKind::icao;
  std::uint32_t number = 0;
  FixedString<24> name;
  friend auto operator<=>(const Address&, const Address&) = default;
};

[[nodiscard]] inline Address icao_address(std::uint32_t number) { return {AddressKind::icao, number, {}}; }

// "4D2023", "~2A0451" (not ICAO, as readsb writes it), "tisb:4D2023", "report:heli-7", "manual:ALPHA1".
// One spelling per address; it is the address's name in the API, in recordings and in output.
[[nodiscard]] std::string to_string(const Address& address);
[[nodiscard]] std::string_view to_string(AddressKind kind);

// Which aircraft: its address, and which of two that use the address at once. A track keeps its key as long as it is
// known; of an address that one aircraft uses, the ordinal is nearly always 1.
struct TrackKey {
  Address address;
  std::uint8_t ordinal = 1;        // 1 or 2
  friend auto operator<=>(const TrackKey&, const TrackKey&) = default;
};
// "4D2023"; of the second "4D2023~2". No address is spelled like it.
[[nodiscard]] std::string to_string(const TrackKey& key);

// Position of a party in Parties; 0 is the unknown party.
using PartyId = Id<struct PartyTag, std::uint16_t>;
inline constexpr PartyId unknown_party{0};

struct Party {
  std::string id;     // lower-case word: "north"
  std::string name;   // "North Air Force"
  std::string badge;  // up to four letters, on the picture: "NRTH"
};

// Index 0 is always {"unknown", "Unknown", "?"}.
using Parties = std::vector<Party>;

// How the party of an aircraft became known. A callsign alone is a claim and never lowers minima.
enum class PartyBasis : std::uint8_t { none, callsign, report, feed, address };

enum class AircraftClass : std::uint8_t { unknown, civil, state, unmanned, humanitarian, ground_vehicle };

[[nodiscard]] std::string_view to_string(AircraftClass c);
[[nodiscard]] std::string_view to_string(PartyBasis basis);

using SourceId = Id<struct SourceTag, std::uint16_t>;  // position of a feed in the configuration

// How a report came about; better kinds first. R22: kinds are kept apart, never merged silently.
enum class SourceKind : std::uint8_t { adsb, adsr, mlat, tisb, report, mode_s, manual };

[[nodiscard]] std::string_view to_string(SourceKind kind);

}  // namespace skypact

template <>
struct std::hash<skypact::Address> {
  std::size_t operator()(const skypact::Address& a) const noexcept {
    const std::size_t n = (static_cast<std::size_t>(a.kind) << 32 | a.number) * 0x9E3779B97F4A7C15u;
    return a.name.empty() ? n : n ^ std::hash<skypact::FixedString<24>>{}(a.name);
  }
};
template <>
struct std::hash<skypact::TrackKey> {
  std::size_t operator()(const skypact::TrackKey& k) const noexcept { return std::hash<skypact::Address>{}(k.address) + k.ordinal; }
};
