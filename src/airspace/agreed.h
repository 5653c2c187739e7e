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

// A duty position of a party that is always staffed.
struct Desk {
  std::string id;                        // a word, unique in the party: "duty"
  std::string name;
  std::vector<std::string> languages;    // "en"
  std::string contact;                   // telephone, radio: how it is reached when every screen is dark
  friend bool operator==(const Desk&, const Desk&) = default;
};

// One step up from who does not answer.
struct LadderStep {
  Duration after{};                      // since it was told, without an answer
  std::string call;                      // whom: "the officer on watch of the other party"
  friend bool operator==(const LadderStep&, const LadderStep&) = default;
};

// How long parties wait for each other's answers, and what then; strictly increasing.
struct AgreedAnswers {
  Duration received_within{};            // by the other machine
  Duration answered_within{};            // by a person
  Duration escalated_within{};
  std::vector<LadderStep> steps;         // in order of time
  struct Side {
    PartyId party;
    PartyId answered_by;                 // itself, or its lead
    std::vector<Desk> desks;             // of who answers
    friend bool operator==(const Side&, const Side&) = default;
  };
  std::vector<Side> sides;               // empty: nothing is agreed about answers
  Duration stop_climbs_from = seconds(15);  // the first step of a STOP that nobody answered; the others keep their distances
  friend bool operator==(const AgreedAnswers&, const AgreedAnswers&) = default;
};

// One version of one pact.
struct AgreedVersion {
  AgreedMinima minima;                   // its `version` and `valid` are those of all that follows
  std::vector<Zone> zones;               // `active` within `valid`: what lies outside it is cut off
  std::vector<AgreedAircraft> aircraft;
  AgreedAnswers answers;
};

struct Agreed {
  Parties parties{{"unknown", "Unknown", "?"}};   // index 0 is the unknown party
  std::vector<AgreedVersion> versions;            // in any order; more than one may hold at a time
  std::vector<AgreedSharing> sharing{};           // between any two of the parties, in any order
  Duration clock_offset{};                        // see Rules::clock_offset
};

}  // namespace skypact
