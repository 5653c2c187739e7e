#pragma once
// Assessment: what a case's evidence amounts to, at a time. Pure functions of a case (or the view of merged ones).
//
//     const Proposal p = propose(view, now);                   // DETRESFA, because …
//     for (const PlaceNow& place : places_now(view, now)) draw(place.position, place.uncertainty);
//
// Nothing here is an average: places that contradict each other stand beside each other.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "distress/case.h"

namespace skypact::distress {

// ------------------------------------------------------------------------------------------------------------- phases

// ICAO Annex 11, 5.2.1.1, in short:
//   INCERFA  no communication within 30 minutes of when it was due or first tried, or not arrived within 30 minutes of
//            the last notified time of arrival, unless there is no doubt about safety.
//   ALERFA   further attempts and inquiries failed; or cleared to land and not landed within five minutes and silent; or its
//            operating efficiency is impaired, but not so far that a forced landing is likely; or it is known or believed to
//            be subject of unlawful interference.
//   DETRESFA widespread inquiries point to distress; or fuel is exhausted or does not reach safety; or a forced
//            landing is likely; or it is about to make or has made one.
// Which of them evidence proposes is the table `phase_rules`; docs/distress.md shows it. A proposal only rises, also by
// time alone; an officer declares, and lowers.
struct PhaseRule {
  EmergencyWord word;
  Phase at_once;
  Phase later;              // the same where time alone changes nothing
  Duration after;
};
inline constexpr std::array<PhaseRule, emergency_words> phase_rules{{
    {EmergencyWord::general, Phase::alerfa, Phase::alerfa, {}},
    {EmergencyWord::unlawful_interference, Phase::alerfa, Phase::alerfa, {}},
    {EmergencyWord::radio_failure, Phase::incerfa, Phase::alerfa, minutes(30)},
    {EmergencyWord::downed, Phase::detresfa, Phase::detresfa, {}},
    {EmergencyWord::medical, Phase::incerfa, Phase::incerfa, {}},
    {EmergencyWord::minimum_fuel, Phase::incerfa, Phase::incerfa, {}},
    {EmergencyWord::lost_link, Phase::incerfa, Phase::alerfa, minutes(30)},
    {EmergencyWord::overdue, Phase::incerfa, Phase::alerfa, minutes(30)},
    {EmergencyWord::vanished, Phase::incerfa, Phase::alerfa, minutes(10)},
    {EmergencyWord::beacon, Phase::alerfa, Phase::alerfa, {}},     // see PhaseGround
}};

// Why a phase is proposed.
enum class PhaseGround : std::uint8_t {
  word,                     // the rule of `phase_rules`, at once
  word_and_time,            // the rule of `phase_rules`, later
  beacon_unconfirmed,       // only one burst with corrected bits: INCERFA
  beacon_confirmed,         // two bursts, or a message of a mission control centre: DETRESFA
  two_signs,                // trouble was reported (general, minimum fuel, radio failure, lost link), and then it vanished or a beacon sounds: DETRESFA
  declared_elsewhere,       // by another party's officer
  cancelled,                // every source that reported has cancelled: lowers nothing, somebody asks
};
struct PhaseReason {
  PhaseGround ground = PhaseGround::word;
  Phase phase = Phase::none;
  EmergencyWord word = EmergencyWord::general;
  TriggerKind kind = TriggerKind::manual;
  std::string source;
  friend bool operator==(const PhaseReason&, const PhaseReason&) = default;
};
struct Proposal {
  Phase phase = Phase::none;
  std::vector<PhaseReason> reasons;          // the gravest first
};
[[nodiscard]] Proposal propose(const Case& c, Time now);
[[nodiscard]] std::string describe(const PhaseReason& reason);
// The declared phase where an officer declared one, else the proposed.
[[nodiscard]] Phase phase_of(const Case& c);

// ------------------------------------------------------------------------------------------------------------- places

// How a place's uncertainty grows after it was heard. Neither wind nor the drift of the sea is modelled: who searches
// computes those with the weather of the place. Rates are of the radius.
enum class Movement : std::uint8_t {
  // Flies on along its last velocity for `prediction_horizon`. The radius grows with half its speed (it may have turned by 30° either
  // way: 2 sin 15° = 0.52), at least 30 kt; after that the centre stays, and it grows with its whole speed, at least 60 kt.
  flying,
  // In the air, velocity not known: with `cruise` (500 kt, what a jet cruises at), an unmanned one with 120 kt.
  roaming,
  // Its track ended in flight: as far as it flies or glides in 15 minutes (from FL400 at a glide of 15 to 1, 100 NM), then on the
  // surface.
  coming_down,
  // On the surface: people walk 5 km/h, and a raft drifts no faster.
  on_surface,
};
inline constexpr Duration prediction_horizon = minutes(10);
inline constexpr Duration descent_time = minutes(15);
inline constexpr Speed cruise = knots(500), unmanned_cruise = knots(120), surface_pace = metres_per_second(1.4);

[[nodiscard]] std::string_view to_string(Movement movement);
[[nodiscard]] Movement movement_of(const PlaceHeard& heard);

struct PlaceNow {
  PlaceHeard heard;
  Movement movement = Movement::on_surface;
  geo::Position position;              // predicted
  Length uncertainty;                  // grown; never less than it was before
  Duration age{};
};
[[nodiscard]] PlaceNow place_now(const PlaceHeard& heard, Time now);
// Every place, the newest first; exact ones before coarse ones of the same time.
[[nodiscard]] std::vector<PlaceNow> places_now(const Case& c, Time now);
// The newest that is exact, else the newest.
[[nodiscard]] const PlaceHeard* last_known(const Case& c);

// Could one aircraft have been at both, at these times? At 1 500 kt, with both uncertainties and 2 km.
[[nodiscard]] bool reachable(const PlaceHeard& a, const PlaceHeard& b);
inline constexpr Speed fastest = knots(1'500);
inline constexpr Length reach_slack = kilometres(2);

// -------------------------------------------------------------------------------------------------------- contradictions

enum class ContradictionKind : std::uint8_t { place, party, aircraft_class, two_aircraft };
struct Contradiction {
  ContradictionKind kind = ContradictionKind::place;
  std::string text;                    // "beacon of … at … and at …, 16 900 km apart, 50 s: one of them is false"
};
[[nodiscard]] std::vector<Contradiction> contradictions(const Case& c);

// -------------------------------------------------------------------------------------------------------------- owner

struct Owner {
  std::string party;                   // empty: not known
  AircraftClass aircraft_class = AircraftClass::unknown;
  // By an officer, or by evidence that is more than somebody's word; only then its party is given the exact position.
  bool certain = false;
  // The exact position is for the owner alone until he releases it: a state aircraft by anybody's word; or no civil or
  // humanitarian one and of a known party. What nobody knows is told exactly: help is worth more.
  bool protect = false;
};
[[nodiscard]] Owner owner_of(const Case& c);

// ---------------------------------------------------------------------------------------------------- relaying and what is known

// May the node tell others by itself? Not while all it has is one burst of a beacon with corrected bits.
[[nodiscard]] bool may_relay(const Case& c);

struct KnownItem {
  std::string item;                    // "callsign", "place", "emergency": names of docs/formats/distress.md
  std::string text;
  TriggerKind kind = TriggerKind::manual;
  std::string source;
  Time heard_at;
};
// Each item's newest, and after it each other value that another source says; by item, then newest first.
[[nodiscard]] std::vector<KnownItem> known(const Case& c);

[[nodiscard]] std::string position_text(geo::Position position);   // "34.1250N 036.5000E"

}  // namespace skypact::distress
