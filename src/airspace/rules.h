#pragma once
// Rules: everything the guard is told about what must be kept apart from what. Made from the configuration and
// from what parties have agreed (airspace/agreed.h); the guard knows neither.
//
// Minima come in tables: the node's own, which always holds, and any number that was agreed, each with the time in
// which it holds. For every pair and moment the stricter of those that hold counts, component by component; the
// smallest of their level tolerances. Within `clock_offset` of a change what held before and what holds after both do.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/clearance.h"
#include "airspace/identity.h"
#include "airspace/vertical_limit.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact {

// Required separation of a pair: lost when both distances are strictly smaller.
struct Minima {
  Length horizontal = nautical_miles(5);
  Height vertical = feet_of_height(1000);
  friend bool operator==(const Minima&, const Minima&) = default;
};

// One side of a pair that a clause speaks of; an empty member means any.
struct SideSelector {
  std::optional<PartyId> party;
  std::optional<AircraftClass> aircraft_class;
  std::vector<PartyId> none_of{};  // not of these parties: who is outside the pact
  friend bool operator==(const SideSelector&, const SideSelector&) = default;
};

// A closed ring without repeating the first vertex, edges are geodesics, the inside is the smaller part.
using Ring = std::vector<geo::Position>;

struct MinimaClause {
  std::string id;      // shown with the alert: "minima.state-drone"
  SideSelector one, other;
  Ring area;           // empty: everywhere
  Minima minima;
  std::vector<Interval<Time>> active{};  // empty: as long as its table holds
  friend bool operator==(const MinimaClause&, const MinimaClause&) = default;
};

// All time; for what has no beginning or no end.
inline constexpr Interval<Time> always{Time::min(), Time::max()};

// A table of minima that parties have agreed.
struct AgreedMinima {
  std::string version;               // for people, with every alert: "corridor v3 5f2a91c0b3d4"
  Interval<Time> valid = always;     // in force
  std::vector<MinimaClause> clauses; // the first that matches a pair, a place and the time applies there
  std::optional<Minima> fallback;    // where none does; empty: this table asks nothing of such a pair
  std::string fallback_id = "minima.default";
  Height level_tolerance = feet_of_height(200);
  friend bool operator==(const AgreedMinima&, const AgreedMinima&) = default;
};
// How an alert names the node's own table, in the place of a version.
inline constexpr std::string_view own_minima = "config";

enum class ZoneRule : std::uint8_t {
  keep_clear,
  caution,
  protected_site,
  corridor,
  clearance,       // whoever enters needs a clearance of `party` (Rules::clearances)
  flight_plan,     // the volume of a planned flight that is under way: whoever is not `flight` is told of
};

// By what the aircraft of a flight is known. Where its address was said nobody else's call sign counts.
struct FlightName {
  std::optional<Address> address;
  std::string call_sign;                      // upper case, without blanks
  friend bool operator==(const FlightName&, const FlightName&) = default;
};

// A 4-D volume with a rule. Either `outline` (three or more vertices) or `centre` with `radius`.
struct Zone {
  std::string id;
  std::string name;
  ZoneRule rule = ZoneRule::keep_clear;
  Ring outline;
  std::optional<geo::Position> centre;
  Length radius;
  Length buffer;                              // added all around, for protected sites
  VerticalLimit floor{VerticalLimit::Reference::surface, {}};
  VerticalLimit ceiling{VerticalLimit::Reference::unlimited, {}};
  Height ground_elevation;                    // above mean sea level, for limits above ground
  std::vector<Interval<Time>> active;         // empty: always
  std::vector<PartyId> exempt;                // parties that may be inside
  std::optional<PartyId> party;               // of a rule `clearance`: whose clearance; its own aircraft need none
  FlightName flight;                          // of a rule `flight_plan`
  std::string rescue;                         // a distress case's number: aircraft that assist in it may be inside; empty: none
  std::optional<Address> moves_with;          // the outline or centre is relative to `anchor` and follows it
  std::optional<geo::Position> anchor;
  std::string source;                         // where it came from: "zones/syria.geojson#7", "console:duty-north"
  friend bool operator==(const Zone&, const Zone&) = default;
};

// Declared, timed: a formation, refuelling or escort. Members do not alert against each other; against
// outsiders the group counts as one aircraft enlarged by its envelope.
struct Group {
  std::string id;
  std::string reason;
  std::vector<Address> members;
  Interval<Time> valid;
};

// Alerts that are withheld: for a pair, or for pairs with both aircraft inside an area. Never for distress.
struct Inhibition {
  std::string id;
  std::string reason;             // never empty
  std::optional<Address> one, other;
  Ring area;
  Interval<Time> valid;           // always ends
};

// An aircraft that assists in a distress case: it has priority, which its alerts say, and may be inside the case's circles.
struct AssistingFlight {
  Address aircraft;
  std::string rescue;             // the case's number: "D-0003/26"
  friend bool operator==(const AssistingFlight&, const AssistingFlight&) = default;
};

struct Rules {
  Parties parties{{"unknown", "Unknown", "?"}};
  std::vector<MinimaClause> minima;   // the node's own: the first that matches a pair and a place applies there
  Minima fallback;                    // where none does; its id is "minima.default"
  std::vector<AgreedMinima> agreed;   // beside them, each in its time
  Duration clock_offset{};            // how far the clocks of those who agreed may be apart; not negative
  bool same_party_pairs = false;      // judge pairs of one party too
  Height level_tolerance = feet_of_height(200);
  Duration warning_look_ahead = seconds(120);
  Duration advisory_look_ahead = minutes(20);
  std::vector<Zone> zones;
  std::vector<Group> groups;
  std::vector<Inhibition> inhibitions;
  std::vector<AssistingFlight> assisting;
  std::vector<StandingClearance> clearances;
  // Altimetry of the region, for pairs and zones of different datums.
  std::optional<Pressure> qnh;
  std::optional<Height> geoid_undulation;   // ellipsoid minus mean sea level here
};

}  // namespace skypact
