#pragma once
// Agreed: what parties have agreed and the watch carries out by itself, each version in its own time. Made from the
// terms of pacts; whoever carries it out needs to know no pact.
//
//     Agreed agreed{.parties = parties_of(terms), .versions = {old_version, new_version}, .clock_offset = milliseconds(300)};
//     auto events = engine.apply(SetAgreed{agreed}, now);
//
// A plain value that stands alone: its parties are numbered by its own list, and are a node's where their ids are.

#include <cstdint>
#include <string>
#include <vector>

#include "airspace/identity.h"
#include "airspace/rules.h"
#include "airspace/sharing.h"
#include "base/time.h"

namespace skypact {

// Both ends included; ICAO 24-bit addresses.
struct IcaoRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  friend bool operator==(const IcaoRange&, const IcaoRange&) = default;
};

// Aircraft that are one party's. A callsign is a claim that never lowers minima.
struct AgreedAircraft {
  PartyId party;
  AircraftClass aircraft_class = AircraftClass::unknown;  // of the addresses
  std::vector<IcaoRange> ranges;
  std::vector<Address> addresses;        // single ones, of any kind; they stand over ranges
  std::vector<std::string> callsigns;    // prefixes, upper case
};

// One version of one pact.
struct AgreedVersion {
  AgreedMinima minima;                   // its `version` and `valid` are those of all that follows
  std::vector<Zone> zones;               // `active` within `valid`: what lies outside it is cut off
  std::vector<AgreedAircraft> aircraft;
};

struct Agreed {
  Parties parties{{"unknown", "Unknown", "?"}};   // index 0 is the unknown party
  std::vector<AgreedVersion> versions;            // in any order; more than one may hold at a time
  std::vector<AgreedSharing> sharing{};           // between any two of the parties, in any order
  Duration clock_offset{};                        // see Rules::clock_offset
};

}  // namespace skypact
