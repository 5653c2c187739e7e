#pragma once
// Alert: a finding that a desk must see, with its life cycle and everything it was decided from.
//
// Values only; `Guard` (guard/guard.h) makes and changes them. An alert explains itself: the minima and
// where they come from, the prediction, and the inputs with source and age.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "airspace/clearance.h"
#include "airspace/rules.h"
#include "base/id.h"
#include "base/time.h"
#include "geo/position.h"
#include "track/altitude.h"
#include "track/track.h"

namespace skypact {

using AlertId = Id<struct AlertTag>;  // stable for a pair (or subject) and episode

enum class AlertKind : std::uint8_t {
  conflict,        // two aircraft, minima predicted lost or lost
  zone,            // an aircraft predicted to enter, or inside, a volume against its rule
  distress,        // squawk 7500/7600/7700 or an ADS-B emergency state
  interference,    // many aircraft jumped together: GNSS interference, with its area
  feed,            // a source fell silent
  sharing,         // what another party shared is missing, with the area in which it is
  contradiction,   // what an aircraft broadcasts contradicts the telemetry of its operator
};

// predicted → infringed → clearing → ended; unobserved while a track it stands on is stale.
enum class AlertState : std::uint8_t { predicted, infringed, clearing, unobserved, ended };

// Of what a desk must do, not of who is right. advisory < caution < warning < conflict < distress.
enum class Severity : std::uint8_t { advisory, caution, warning, conflict, distress };

// What an acknowledging party says it will do.
enum class Intention : std::uint8_t { we_move, you_move, no_factor, seen };

struct Acknowledgement {
  PartyId party;
  std::string by{};     // desk or person, as logged in
  Intention intention = Intention::seen;
  std::string how{};    // free text: "climbing FL230"
  Time at{};
};

// One aircraft as the alert judged it, at `Alert::judged_at`.
struct AlertSubject {
  TrackId track;
  Address address;
  std::uint8_t ordinal = 1;                // of two aircraft under one address
  FixedString<8> callsign;
  PartyId party;
  PartyBasis party_basis = PartyBasis::none;
  AircraftClass aircraft_class = AircraftClass::unknown;
  geo::Position position;
  std::optional<Height> altitude;          // above `altitude_datum`
  Datum altitude_datum = Datum::pressure;
  Height altitude_error;                   // bound of a conversion between datums, 0 where none was made
  std::optional<GroundVelocity> velocity;  // empty: not known, judged as standing still
  std::optional<VerticalRate> vertical_rate;  // empty: not known, judged as level
  Length uncertainty;                      // horizontal, grown with age
  Duration position_age{}, altitude_age{}, velocity_age{};
  SourceKind position_source = SourceKind::adsb;
  std::uint8_t suspect = 0;
  std::optional<SelectedAltitude> selected_altitude;
  Duration selected_altitude_age{};

  [[nodiscard]] TrackKey key() const { return {address, ordinal}; }
};

// Which clause of which table asks for a distance.
struct MinimaOrigin {
  std::string clause;                      // "minima.default"
  std::string version;                     // "config", or of what was agreed: "corridor v3 5f2a91c0b3d4"
  friend bool operator==(const MinimaOrigin&, const MinimaOrigin&) = default;
};

struct Prediction {
  Minima minima;
  std::string minima_source;               // both in words: "minima.default", "separation.2 of corridor v3 5f2a91c0b3d4"
  MinimaOrigin horizontal_from, vertical_from;  // of a conflict: each distance's own
  Time infringed_from, infringed_to;       // the predicted simultaneous loss; of a present one from when it began
  Time closest_at;                         // of the loss: ahead, or when it was
  Length horizontal_at_closest;
  std::optional<Height> vertical_at_closest;  // empty: vertical unknown
  Length horizontal_now;
  std::optional<Height> vertical_now;
  bool by_turn_hypothesis = false;         // raised by the turn-rate hypothesis, not by the straight line
};

// Why an alert is as it is: each code with the values of its own, so that a desk reads it in its own language
// and units. The values are named where they stand; a code carries no other.
enum class ReasonCode : std::uint8_t {
  strictest_minima,         // an aircraft's party, altitude or position is not certain
  vertical_unknown,         // judged horizontally
  turn,                     // raised by the observed turn rate, not by the straight line
  level_tolerance,          // both level: tolerance
  position_uncertainty,     // added to the horizontal minimum: uncertainty
  altitude_error,           // added to the vertical minimum, or counted as inside: altitude_error
  datum_conversion,         // altitudes of different datums compared by: method
  levels_off,               // severity lowered, a selected level keeps the minima: track, selected_altitude, age
  busts_level,              // severity raised, it has left its selected level: track, selected_altitude, age
  group,                    // one side is a group enlarged by its envelope: name
  position,                 // what a position was judged from: track, source, age, uncertainty
  party_unknown,            // track
  party_by_callsign,        // known by a claim only: track
  suspect,                  // its reports are: track
  altitude_unknown,         // track
  zone_rule,                // what the zone forbids: rule
  zone_source,              // where the zone comes from: name
  zone_buffer,              // kept beyond the outline: buffer
  zone_altitude_unknown,    // judged horizontally: the altitude does not compare with the zone's limits
  signals,                  // distress: squawk and emergency as broadcast, where there are
  feed_silent,              // its last message came: since
  feed_never_heard,         // it has sent nothing: since
  interference,             // aircraft lost positions together: aircraft, jumped, lost_integrity, radius, since
  left_out,                 // ended because more urgent alerts fill the bound: limit
  as_of,                    // what follows was so then, and is not known since: since
  signalled,                // distress that is not broadcast any more: squawk and emergency as they were
  ended_acknowledged,       // ended unobserved, acknowledged, not seen for: age
  ended_in_time,            // ended unobserved, never more than an advisory; the time it was judged for ended: since
  sharing_missing,          // tracks that only one party told of, how many and since when: aircraft, since
  sharing_link_down,        // its node is not heard: since
  sharing_suspended,        // the clauses by which it shared are suspended: name, since
  sharing_not_agreed,       // no clause in force lets it share: name of the version, since
  sharing_over,             // the pact is over: name of the version, since
  assists,                  // it assists in a distress case and has priority: track, name of the case
  clearance,                // what it does against a clearance: breach, and the clearance's number as name where it has one
  contradicted,             // its broadcast and its operator's telemetry: distance between them, uncertainty that explains some, name of the flight
};
inline constexpr std::size_t reason_codes = static_cast<std::size_t>(ReasonCode::contradicted) + 1;

struct Reason {
  ReasonCode code = ReasonCode::vertical_unknown;
  std::optional<TrackId> track{};            // of the alert's subjects
  std::optional<Height> tolerance{}, altitude_error{};
  std::optional<Height> selected_altitude{}; // pressure altitude
  std::optional<Length> uncertainty{}, buffer{}, radius{}, distance{};
  std::optional<Duration> age{};
  std::optional<Time> since{};
  std::optional<SourceKind> source{};
  std::optional<track::VerticalMethod> method{};
  std::optional<ZoneRule> rule{};
  std::optional<std::uint16_t> squawk{};
  std::optional<Emergency> emergency{};
  std::optional<std::uint32_t> aircraft{}, jumped{}, lost_integrity{}, limit{};
  std::optional<ClearanceBreach> breach{};
  std::string name{};
};

struct Alert {
  AlertId id;
  std::string key;                         // subjects and episode: "conflict:3C6444:4D2023~2#1"
  AlertKind kind = AlertKind::conflict;
  AlertState state = AlertState::predicted;
  Severity severity = Severity::advisory;
  Time raised_at, changed_at, judged_at;
  std::optional<Time> grave_since;         // more than an advisory, since when: then desks are to answer
  std::optional<Time> ended_at;

  std::vector<AlertSubject> subjects;      // two for a conflict, one for zone, distress and contradiction, none else
  std::optional<Prediction> prediction;    // conflict and zone
  std::string zone_id;                     // zone
  Emergency emergency = Emergency::none;   // distress
  std::uint16_t squawk = 0;                // distress, 0 where none
  std::vector<geo::Position> area;         // interference and sharing; empty: everywhere, or too far apart for one
  std::string feed;                        // feed
  PartyId party;                           // sharing: whose tracks are missing
  std::string text;                        // one sentence in English; the console phrases its own
  std::vector<Reason> reasons;             // what raised or lowered severity, and what it was judged from; of now, or the first says as of when
  std::vector<Acknowledgement> acknowledgements;
  bool latched = false;                    // waits for an acknowledgement before it may end
};

// Names as they stand in the API: "predicted", "we_move", …
[[nodiscard]] std::string_view to_string(AlertKind kind);
[[nodiscard]] std::string_view to_string(AlertState state);
[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::string_view to_string(Intention intention);
[[nodiscard]] std::string_view to_string(ReasonCode code);

}  // namespace skypact
