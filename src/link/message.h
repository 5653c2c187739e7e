#pragma once
// What nodes say to each other live, as values and as JSON (docs/formats/link.md).
//
//     std::string body = to_json(live);                       // POST /link/v1/live
//     auto live = read_live(body);                            // strict: an unknown member is an error
//
// Everything is bounded by MessageLimits; what does not fit is refused with the member's name. Values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/observation.h"
#include "base/result.h"
#include "guard/alert.h"
#include "json/document.h"
#include "json/writer.h"
#include "ledger/hash.h"

namespace skypact::link {

struct MessageLimits {
  static constexpr std::size_t bytes = std::size_t{2} << 20;
  static constexpr std::size_t tracks = 2'000;
  static constexpr std::size_t items = 200;             // of one reliable class in one message
  static constexpr std::size_t checkpoints = 64;
  static constexpr std::size_t subjects = 50;
  static constexpr std::size_t answers = 32;
  static constexpr std::size_t note_bytes = 65'535;     // as an entry of a record
  static constexpr std::size_t text_bytes = 400;
};

// A node's run: drawn at random at its start. Sequence numbers belong to it.
using BootId = std::uint64_t;

// An aircraft as the sender may tell of it; `accuracy` holds what sharing added.
struct SharedTrack {
  Address address;
  std::string party;                                   // id; empty: not told or not known
  Time measured_at;                                    // by the sender's clock, of the position
  geo::Position position;
  Length accuracy;                                     // horizontal, 95 %
  std::optional<Height> altitude;                      // above `datum`
  Datum datum = Datum::pressure;
  std::optional<Height> altitude_accuracy;             // 95 %
  std::optional<GroundVelocity> velocity;
  std::optional<VerticalRate> vertical_rate;
  std::optional<bool> on_ground;
  std::optional<FixedString<8>> callsign;
  std::optional<std::uint16_t> squawk;
  AircraftClass aircraft_class = AircraftClass::unknown;
  friend bool operator==(const SharedTrack&, const SharedTrack&) = default;
};

struct SharedSubject {
  Address address;
  std::string party;
  friend bool operator==(const SharedSubject&, const SharedSubject&) = default;
};

// What a party's desk answered to its own node's alert.
struct SharedAnswer {
  std::string party, by;
  Intention intention = Intention::seen;
  std::string how;
  Time at;
  friend bool operator==(const SharedAnswer&, const SharedAnswer&) = default;
};

// The sender's alert as it is now; a later one of the same key replaces it.
struct SharedAlert {
  std::uint32_t id = 0;                                // the sender's number
  std::string key;                                     // the sender's key, with the episode
  AlertKind kind = AlertKind::conflict;
  AlertState state = AlertState::predicted;
  Severity severity = Severity::advisory;
  Time raised_at, changed_at;
  std::vector<SharedSubject> subjects;
  std::string minima_source;                           // the clause, of conflicts
  std::optional<Time> closest_at;
  std::optional<Length> horizontal_at_closest;
  std::optional<Height> vertical_at_closest;
  std::vector<SharedAnswer> answers;
  friend bool operator==(const SharedAlert&, const SharedAlert&) = default;
};

// Of the duty line: a signed note, whatever its text says, and what travels beside it for the receiver alone.
struct LineNote {
  std::string note;
  std::string sealed{};
  friend bool operator==(const LineNote&, const LineNote&) = default;
};

// Notes travel on two connections of their own, so that a STOP waits for nothing else.
enum class Lane : std::uint8_t { urgent, calm };
inline constexpr std::size_t lanes = 2;

struct SeenCheckpoint {
  std::string origin;
  std::uint64_t size = 0;
  ledger::Hash root;
  friend bool operator==(const SeenCheckpoint&, const SeenCheckpoint&) = default;
};

// Items of one reliable class: the first has the number `first`, the next one more. What is below `first` the receiver
// has acknowledged.
template <class T>
struct Stretch {
  std::uint64_t first = 1;
  std::vector<T> items;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

struct LiveMessage {
  BootId boot = 0;
  BootId to = 0;                                       // the receiver's run; 0 where it is not known yet
  std::uint64_t number = 0;                            // counts this run's messages; of two the higher is the newer
  Time sent_at;
  std::vector<SeenCheckpoint> checkpoints;             // newest known of every origin
  std::vector<SharedTrack> tracks;                     // that are new since the last message that was answered
  Stretch<SharedAlert> alerts;
  friend bool operator==(const LiveMessage&, const LiveMessage&) = default;
};

struct NotesMessage {
  Lane lane = Lane::urgent;                            // not in the text: the path says it
  BootId boot = 0;
  BootId to = 0;
  Time sent_at;
  Stretch<LineNote> notes;
  friend bool operator==(const NotesMessage&, const NotesMessage&) = default;
};

struct Answer {
  BootId boot = 0;                                     // the receiver's
  Time sent_at;                                        // of the message that is answered, by its sender's clock
  Time received_at, answered_at;                       // by the receiver's clock
  bool greeting = false;                               // the message was to another run: nothing of it was taken
  std::uint64_t taken = 0;                             // all items up to this number
  std::vector<SeenCheckpoint> checkpoints;
  friend bool operator==(const Answer&, const Answer&) = default;
};

[[nodiscard]] std::string to_json(const LiveMessage& message);
[[nodiscard]] std::string to_json(const NotesMessage& message);
[[nodiscard]] std::string to_json(const Answer& answer);
// Also the form in which a node records what it received.
void append(json::Writer& out, const SharedAlert& alert);

// Errors: bad_input, or over_limit; they name the member.
Result<LiveMessage> read_live(std::string_view text);
Result<NotesMessage> read_notes(std::string_view text, Lane lane);
Result<Answer> read_answer(std::string_view text);
Result<SharedAlert> read_alert(json::Value value);

}  // namespace skypact::link
