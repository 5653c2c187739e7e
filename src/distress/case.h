#pragma once
// Case: one subject that may need help: what is known of it, what an officer decided, who has been told.
//
// Values only. `CaseBook` (case_book.h) makes and changes them; assessment.h derives from them what is shown: the proposed
// phase, the places now, what contradicts itself. The system proposes and counts; phases are declared, exact positions
// released, cases closed by officers alone. A case that was merged keeps all that is its own, so that the merge can be undone; what is shown is
// the view of all that are merged (CaseBook::view).
//
// Every list is bounded by CaseLimits; what a bound kept out is counted in `beyond`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "distress/coarse_area.h"
#include "distress/trigger.h"

namespace skypact::distress {

using CaseId = Id<struct CaseTag>;

struct CaseLimits {
  static constexpr std::size_t sources = 8;          // per kind of trigger, so that no flood of one kind keeps out another
  static constexpr std::size_t identities = 16;      // addresses, beacons, call signs, …: of each
  static constexpr std::size_t claims = 16;
  static constexpr std::size_t places = 16;
  static constexpr std::size_t bursts = 16;          // of one beacon; the newest
  static constexpr std::size_t peers = 32;
  static constexpr std::size_t told = 128;
  static constexpr std::size_t answers = 8;          // of one addressee
  static constexpr std::size_t assignments = 64;
  static constexpr std::size_t keep_clear = 16;
  static constexpr std::size_t log = 1'000;          // remarks stop `log_reserve` before it; closing is always taken
  static constexpr std::size_t log_reserve = 100;
  static constexpr std::size_t text = 400;           // bytes of a remark, a reason, a task
};

// Who acts: logged in to a desk of a party. The account is empty where a machine reports (delivery).
struct Officer {
  std::string party, account, desk;
  friend bool operator==(const Officer&, const Officer&) = default;
};

// ------------------------------------------------------------------------------------------------------- what is known

// Of one kind from one source: the newest in full, the others counted.
struct Evidence {
  Trigger newest;                              // that is no cancellation, where there was one
  std::optional<Trigger> cancellation;         // the newest
  std::uint32_t count = 0;                     // all that came, cancellations too
  std::uint16_t words = 0;                     // every EmergencyWord it ever said, a bit each
  Time first_heard;
  std::optional<Phase> declared;               // the gravest another party's officer declared
  [[nodiscard]] bool cancelled() const { return cancellation && (newest.cancellation || cancellation->heard_at >= newest.heard_at); }
  [[nodiscard]] bool said(EmergencyWord word) const { return (words >> static_cast<unsigned>(word) & 1u) != 0; }
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// All identities that one subject has; each list sorted.
struct Identities {
  std::vector<Address> addresses;
  std::vector<std::string> beacons, callsigns, registrations, mmsis;
  friend bool operator==(const Identities&, const Identities&) = default;
};

// Whose it is and what, as evidence of one kind said it.
struct Claim {
  std::string party;
  AircraftClass aircraft_class = AircraftClass::unknown;
  TriggerKind kind = TriggerKind::manual;
  friend auto operator<=>(const Claim&, const Claim&) = default;
};

// One burst may be another beacon's with wrong bits put "right": it is confirmed by a burst that needed no correction, or by a
// second one of the same identity (CaseBook says within which time).
struct BeaconHeard {
  std::string beacon;
  std::uint32_t bursts = 0;                    // transmissions; what two stations heard at once is one
  bool confirmed = false;
  bool uncorrected = false;                    // some burst needed no correction
  std::vector<Time> heard_at;                  // sorted, of the newest bursts
  friend bool operator==(const BeaconHeard&, const BeaconHeard&) = default;
};

// A place that one source said. A source whose places cannot be one aircraft's has several: the newest of each.
struct PlaceHeard {
  TriggerKind kind = TriggerKind::manual;
  std::string source;
  Time heard_at;
  EmergencyWord emergency = EmergencyWord::general;
  AircraftClass aircraft_class = AircraftClass::unknown;
  Place place;
  friend bool operator==(const PlaceHeard&, const PlaceHeard&) = default;
};

struct Beyond {                                // what the bounds kept out
  std::uint32_t evidence = 0, places = 0, identities = 0, claims = 0, peers = 0;
  [[nodiscard]] std::uint64_t all() const { return std::uint64_t{evidence} + places + identities + claims + peers; }
  friend bool operator==(const Beyond&, const Beyond&) = default;
};

// ---------------------------------------------------------------------------------------------------- what was decided

// ICAO Annex 11, 5.2.1: of INCERFA, ALERFA, DETRESFA.
struct Declared {
  Phase phase = Phase::none;
  Officer by;
  Time at;
  std::string reason;
  friend bool operator==(const Declared&, const Declared&) = default;
};

struct Lead {
  std::string party, desk, officer;
  Time since;
  friend bool operator==(const Lead&, const Lead&) = default;
};

struct Assignment {
  std::uint32_t number = 0;                    // unique in the book
  std::string who, task;
  Officer by;
  Time at;
  std::optional<Time> done_at;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

// Whose it is and what, as an officer established; stands over all claims.
struct Identified {
  std::string party;
  AircraftClass aircraft_class = AircraftClass::unknown;
  Officer by;
  Time at;
  std::string reason;
  friend bool operator==(const Identified&, const Identified&) = default;
};

struct Released {                              // the exact position of a state aircraft, by its owner; not taken back
  Officer by;
  Time at;
  friend bool operator==(const Released&, const Released&) = default;
};

enum class MarkKind : std::uint8_t { false_alarm, duplicate };
struct Mark {
  MarkKind kind = MarkKind::false_alarm;
  std::optional<CaseId> of;                    // duplicate
  Officer by;
  Time at;
  std::string reason;
  friend bool operator==(const Mark&, const Mark&) = default;
};

struct Merged {
  CaseId into;
  bool by_system = false;
  Officer by;                                  // empty where the system did
  Time at;
  std::string reason;
  friend bool operator==(const Merged&, const Merged&) = default;
};

enum class CloseReason : std::uint8_t { safe, rescued, false_alarm, duplicate, handed_over, search_ended, exercise_ended, other };
struct Closed {
  CloseReason reason = CloseReason::other;
  std::string text;
  Officer by;
  Time at;
  friend bool operator==(const Closed&, const Closed&) = default;
};

// ------------------------------------------------------------------------------------------------------- who was told

enum class AddresseeKind : std::uint8_t { rescue_centre, party, outsider };
struct Addressee {
  AddresseeKind kind = AddresseeKind::party;
  std::string id;
  friend auto operator<=>(const Addressee&, const Addressee&) = default;
};

// How far down an answer says that it got (R35).
enum class Depth : std::uint8_t { desk, unit, crew };
struct Answer {
  Officer by;
  Time at;
  Depth depth = Depth::desk;
  std::string text;
  friend bool operator==(const Answer&, const Answer&) = default;
};

struct Told {
  Addressee to;
  std::string desk;
  bool exact = false;                          // the exact position was among what was ever sent
  Time first_at, last_at;
  std::uint32_t times = 0;
  std::optional<Time> delivered_at;            // the other machine has the last one
  std::vector<Answer> answers;                 // of people, by time; the newest
  friend bool operator==(const Told&, const Told&) = default;
};

struct KeepClearAnswer {
  Officer by;
  Time at;
  bool accepted = false;
  friend bool operator==(const KeepClearAnswer&, const KeepClearAnswer&) = default;
};
// A circle that is proposed to the others to be kept clear for the rescue.
struct KeepClear {
  std::uint32_t number = 0;                    // unique in the book
  geo::Position centre;
  Length radius;
  Interval<Time> valid;
  Officer by;
  Time at;
  std::vector<KeepClearAnswer> answers;        // one a party, the newest
  friend bool operator==(const KeepClear&, const KeepClear&) = default;
};

// The same case at another party.
struct PeerCase {
  std::string party, number;
  friend auto operator<=>(const PeerCase&, const PeerCase&) = default;
};

struct LogEntry {
  Time at;
  Officer by;
  std::string text;
  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

// ------------------------------------------------------------------------------------------------------------ the case

struct Case {
  CaseId id;
  std::string number;                          // "D-0007/26"
  Time opened_at;                              // when the node opened it
  TriggerKind opened_kind = TriggerKind::manual;
  std::string opened_source;
  bool exercise = false;
  std::optional<CaseId> follows;               // a closed case of the same subject

  Identities subject;
  std::vector<Claim> claims;                   // sorted
  bool said_state = false;                     // some evidence ever said that it is a state aircraft
  std::vector<Evidence> evidence;              // by kind and source
  std::vector<BeaconHeard> beacons;            // by identity
  std::vector<PlaceHeard> places;              // by kind, source and time
  std::optional<CoarseKept> coarse;            // what is told instead of the place
  std::vector<PeerCase> peers;                 // sorted
  bool must_not_be_spoken = false;             // unlawful interference, ever
  Beyond beyond;
  std::uint32_t heard_after_closing = 0;

  Phase proposed = Phase::none;                // by its own evidence, as of the last look; only ever rises
  std::optional<Declared> declared;
  std::optional<Lead> lead;
  std::optional<Identified> identified;
  std::optional<Released> released;
  std::vector<Assignment> assignments;
  std::vector<KeepClear> keep_clear;
  std::vector<Told> told;                      // by addressee
  std::vector<LogEntry> log;
  std::optional<Mark> mark;
  std::optional<Merged> merged;
  std::optional<Closed> closed;
  [[nodiscard]] bool open() const { return !closed; }
  friend bool operator==(const Case&, const Case&) = default;
};

[[nodiscard]] std::string_view to_string(MarkKind kind);
[[nodiscard]] std::string_view to_string(CloseReason reason);
[[nodiscard]] std::string_view to_string(AddresseeKind kind);
[[nodiscard]] std::string_view to_string(Depth depth);
[[nodiscard]] std::optional<CloseReason> close_reason_of(std::string_view word);
[[nodiscard]] std::optional<AddresseeKind> addressee_kind_of(std::string_view word);
[[nodiscard]] std::optional<Depth> depth_of(std::string_view word);

}  // namespace skypact::distress
