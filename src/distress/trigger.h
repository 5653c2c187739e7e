#pragma once
// Trigger: one piece of evidence that somebody may need help, from one source.
//
//     auto trigger = read_trigger(text);           // strict JSON, docs/formats/distress.md
//     if (!trigger) return trigger.error();
//     for (const Event& event : book.take(*trigger, now)) show(event);
//
// A decoder, the guard, an operator or another party's node fills what it knows and leaves the rest empty. Who it is about
// is said by any of address, beacon, call sign, registration and MMSI; all that is said of one trigger is of one subject. A
// beacon that carries an aircraft's 24-bit address (C/S T.001 protocol 3) is given with both.
//
// A trigger that was read, and one that `checked` returned, keeps every bound of TriggerLimits, has its text made visible
// (visible_text.h), its times cut to the millisecond and its numbers rounded as they are written: written and read again it is equal, so
// what was recorded replays. Plain value; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "airspace/identity.h"
#include "airspace/observation.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::distress {

struct TriggerLimits {
  static constexpr std::size_t bytes = 16 * 1024;     // of the text that is read
  static constexpr std::size_t source = 64;           // bytes of the names of stations, parties, references
  static constexpr std::size_t callsign = 24;
  static constexpr std::size_t registration = 16;
  static constexpr std::size_t words = 800;           // as heard on the radio
  static constexpr std::size_t language = 16;
  static constexpr std::size_t remark = 400;
  static constexpr Length uncertainty = kilometres(20'100);   // half of the Earth's circumference
};

// Where the evidence comes from.
enum class TriggerKind : std::uint8_t {
  squawk,            // 7500, 7600, 7700, confirmed by the guard
  emergency_state,   // ADS-B emergency state
  beacon,            // a 406 MHz burst
  sit185,            // a message of a Cospas-Sarsat mission control centre
  guard_report,      // somebody heard it on a guard or distress frequency
  remote_id,         // emergency state of an unmanned aircraft's remote identification
  lost_link,         // an unmanned aircraft's command link
  overdue,           // against a notice or plan
  vanished,          // a track that ended in flight
  peer,              // another party told it
  manual,            // typed in by an officer: telephone, somebody at the door
};
inline constexpr std::size_t trigger_kinds = 11;

// What it says is wrong.
enum class EmergencyWord : std::uint8_t {
  general, unlawful_interference, radio_failure, downed, medical, minimum_fuel, lost_link, overdue, vanished, beacon
};
inline constexpr std::size_t emergency_words = 10;

// exercise: a case is opened, marked, and never meets a real one. test, self_test: listed as heard, no case.
enum class TriggerMark : std::uint8_t { real, exercise, test, self_test };

// ICAO Annex 11 chapter 5: uncertainty, alert, distress phase.
enum class Phase : std::uint8_t { none, incerfa, alerfa, detresfa };

struct Subject {
  std::optional<Address> address;
  std::string beacon;              // 15 or 23 hexadecimal digits, upper case (C/S T.001 and T.018: the identity without position)
  std::string callsign;            // upper case
  std::string registration;        // upper case: "D-ABCD"
  std::string mmsi;                // nine digits
  [[nodiscard]] bool empty() const { return !address && beacon.empty() && callsign.empty() && registration.empty() && mmsi.empty(); }
  friend bool operator==(const Subject&, const Subject&) = default;
};

// Where it was, at the trigger's heard_at.
struct Place {
  geo::Position position;
  Length uncertainty;                          // radius that holds it with 95 %; whole metres
  std::optional<Height> altitude;
  Datum altitude_datum = Datum::pressure;
  std::optional<GroundVelocity> velocity;
  std::optional<bool> airborne;                // empty: not said
  bool coarse = false;                         // an area that another party told instead of the place; `uncertainty` covers it
  friend bool operator==(const Place&, const Place&) = default;
};

struct Trigger {
  TriggerKind kind = TriggerKind::manual;
  Time heard_at;                               // when the source heard or measured it; not after received_at, else it is set to that
  Time received_at;                            // when this node had it, by its own clock
  std::string source;                          // station, feed, operator's desk, party; never empty
  std::string reference;                       // the source's own number for what it reports: a peer's case, a log number
  std::string our_case;                        // of a peer: the number of this node's case that it speaks of
  Subject subject;
  EmergencyWord emergency = EmergencyWord::general;
  std::optional<Place> place;
  std::string party;                           // of the subject; empty: not known
  AircraftClass aircraft_class = AircraftClass::unknown;
  TriggerMark mark = TriggerMark::real;
  bool cancellation = false;                   // "it is over": a beacon's cancellation message, a squawk changed back
  unsigned corrected_bits = 0;                 // of a beacon: how many its error correction changed
  std::optional<Phase> declared;               // of a peer: what its officer declared
  bool may_be_spoken = true;                   // of a peer: it says whether this may go over the radio
  std::string words;                           // of a guard report
  std::string language;
  std::optional<std::uint32_t> khz;            // on which it was heard
  std::optional<TrueBearing> bearing;          // in which it was heard, from the station
  std::string remark;
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

// Names as they stand in JSON: "emergency_state", "unlawful_interference", "self_test", "DETRESFA".
[[nodiscard]] std::string_view to_string(TriggerKind kind);
[[nodiscard]] std::string_view to_string(EmergencyWord word);
[[nodiscard]] std::string_view to_string(TriggerMark mark);
[[nodiscard]] std::string_view to_string(Phase phase);
// "unlawful interference", "minimum fuel": for people.
[[nodiscard]] std::string describe(EmergencyWord word);
// What a squawk or an ADS-B emergency state says; nullopt for none and reserved.
[[nodiscard]] std::optional<EmergencyWord> word_of(Emergency emergency);

// The same trigger as it is kept; see above. Error: bad_input naming the field.
Result<Trigger> checked(Trigger trigger);

// Error: bad_input or over_limit, naming the field and what to write.
Result<Trigger> read_trigger(std::string_view text);
Result<Trigger> read_trigger(json::Value value);
void append(json::Writer& out, const Trigger& trigger);
[[nodiscard]] std::string to_json(const Trigger& trigger);

// A place, as it stands in triggers, cases and summaries; `prefix` members go into the object that is open.
void append_place(json::Writer& out, const Place& place);
Result<Place> read_place(json::Value value);

// The range of times that is taken: the years 2000 to 2199.
[[nodiscard]] bool is_plausible_time(Time time);

}  // namespace skypact::distress
