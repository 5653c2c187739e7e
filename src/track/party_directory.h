#pragma once
// PartyDirectory: which party an aircraft belongs to, and on what grounds. Made from the configuration.
//
//     directory.addresses.push_back({icao_address(0x3C6444), PartyId{1}, AircraftClass::state});
//     TrackTable table({}, directory);
//
// A stronger basis always stands over a weaker one: address, then feed, then what the report says, then the
// callsign, which anybody can type. Where two bases name different parties the track says so. Plain values.

#include <cstdint>
#include <string>
#include <vector>

#include "airspace/identity.h"

namespace skypact::track {

struct PartyDirectory {
  struct OneAddress {
    Address address;
    PartyId party;
    AircraftClass aircraft_class = AircraftClass::unknown;
  };
  // ICAO 24-bit addresses, both ends included; holds for what carries an ICAO address, whoever relays it.
  // Ranges do not overlap; a configuration that says otherwise is refused there.
  struct AddressRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    PartyId party;
    AircraftClass aircraft_class = AircraftClass::unknown;
  };
  // The longest prefix that fits stands.
  struct CallsignPrefix {
    std::string prefix;
    PartyId party;
    AircraftClass aircraft_class = AircraftClass::unknown;
  };
  // Everything this feed reports is the party's, unless a stronger basis says otherwise.
  struct FeedDefault {
    SourceId source;
    PartyId party;
    AircraftClass aircraft_class = AircraftClass::unknown;
  };

  std::vector<OneAddress> addresses;
  std::vector<AddressRange> ranges;
  std::vector<CallsignPrefix> callsigns;
  std::vector<FeedDefault> feeds;
};

// What one basis says.
struct PartyClaim {
  PartyId party = unknown_party;
  AircraftClass aircraft_class = AircraftClass::unknown;
};

// Bound of each list; normalise() keeps the first so many.
inline constexpr std::size_t max_directory_entries = 1'000'000;

// Sorts the lists so that the lookups below are quick and do not depend on the order of the configuration.
void normalise(PartyDirectory& directory);

// On a normalised directory.
[[nodiscard]] PartyClaim claim_by_address(const PartyDirectory& directory, const Address& address);
[[nodiscard]] PartyClaim claim_by_callsign(const PartyDirectory& directory, std::string_view callsign);
[[nodiscard]] PartyClaim claim_by_feed(const PartyDirectory& directory, SourceId source);

// Lays `stronger` over `directory`: where both speak of an address or a callsign prefix, `stronger` stands. A class that
// it does not state stays the other's where the party is the same, so that nothing known is forgotten. Returns where the
// two name different parties, in words, at most max_differences: "3C0000 to 3C0FFF", "callsigns NAF…".
inline constexpr std::size_t max_differences = 100;
struct Difference {
  std::string what;
  PartyId was, is;
};
std::vector<Difference> overlay(PartyDirectory& directory, PartyDirectory stronger);

struct PartyVerdict {
  PartyId party = unknown_party;
  PartyBasis basis = PartyBasis::none;
  bool conflict = false;
};
// The strongest claim that names a party; conflict when any two name different ones.
[[nodiscard]] PartyVerdict decide_party(PartyId by_address, PartyId by_feed, PartyId by_report, PartyId by_callsign);

}  // namespace skypact::track
