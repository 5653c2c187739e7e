#pragma once
// What a node writes by itself: entries as canonical JSON (RFC 8785), a line each. The record is read by every party of
// the pact, the journal by this node alone: where aircraft are stands in the journal, and the record commits to it.
//
//     RecordKeeper keeper("north.example/record", "north.example/journal", party);
//     for (const Event& e : engine.tick(now)) {
//       MachineEntries entries = keeper.entries(e, *engine.picture(), salt());
//       if (entries.journal) journal.add(std::move(*entries.journal));
//       if (entries.record) record.add(std::move(*entries.record));
//     }
//
// A verdict stands in the record by its finding, clause and evidence hash; the pair and the evidence in the journal alone.
//
// An open alert is told every five seconds; it is written when it is raised, when its state or severity changes,
// when somebody acknowledges it, when an answer is overdue, and when it ends. Format: docs/formats/ledger.md. One thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "node/awaited_answers.h"
#include "node/engine.h"
#include "node/picture.h"

namespace skypact::node {

// A stretch of the raw recording, so that what was received can be proven later: the bytes [from, to) of a segment.
struct TrafficStretch {
  struct Source {
    std::string name;
    std::uint64_t bytes = 0, messages = 0, positions = 0;
    // Of the positions, degrees; meaningless where there are none.
    double south = 90, west = 180, north = -90, east = -180;
  };
  std::string segment;                  // file name
  std::uint64_t from = 0, to = 0;       // bytes of the file
  std::string sha256;                   // of these bytes, base 64
  Time since, until;                    // of receipt
  std::vector<Source> sources;          // that sent something
};

struct MachineEntries {
  std::optional<std::string> record, journal;  // empty where that log has what the event says, or has no part in it
  std::vector<std::string> evidence{};         // of a verdict, for the journal, before the entry that names it
};

// Hides what is committed to from whoever guesses it: 32 random bytes, new for every entry.
using Salt = std::array<std::uint8_t, 32>;

// SHA-256(salt ‖ canonical JSON).
[[nodiscard]] ledger::Hash commitment(const Salt& salt, std::string_view canonical);

// What an entry of the journal says that the record only commits to: an alert, a verdict, or a distress case. Errors: bad_input.
struct Opened {
  std::string type;   // "alert", "verdict", "case"
  std::string what;   // canonical JSON
  ledger::Hash commitment;
};
Result<Opened> open_entry(std::string_view journal_entry);

class RecordKeeper {
 public:
  RecordKeeper(std::string record, std::string journal, std::string party)
      : record_(std::move(record)), journal_(std::move(journal)), party_(std::move(party)) {}

  [[nodiscard]] MachineEntries started(Time at, std::string_view version, const Picture& picture) const;
  [[nodiscard]] MachineEntries entries(const Event& event, const Picture& picture, const Salt& salt);
  // That there is a distress case, what was done, and a commitment to what is known of it: `whole`, canonical JSON. Never a place, an identity or
  // what was said. `phase` and `declared` are words, `declared` empty where nobody declared.
  struct CaseSaid {
    std::string_view number, what, phase, declared;
    bool exercise = false, open = true;
    std::string_view whole;
  };
  [[nodiscard]] MachineEntries distress_case(Time at, const CaseSaid& said, const Salt& salt) const;
  // Of the record.
  [[nodiscard]] std::string traffic(Time at, const TrafficStretch& stretch) const;
  [[nodiscard]] std::string journal_head(Time at, const ledger::Checkpoint& head) const;
  // A checkpoint of this record, as a signed note with others' cosignatures: a later entry is younger than they are.
  [[nodiscard]] std::string cosigned(Time at, std::string_view checkpoint) const;
  // That somebody's key signed two histories, with the proof (ledger/equivocation.h).
  [[nodiscard]] std::string equivocation(Time at, std::string_view origin, std::string_view proof) const;

  // Of the journal: what a person did or was refused (docs/formats/accounts.md). `body` is canonical JSON.
  [[nodiscard]] std::string of_person(Time at, std::string_view type, std::string_view body) const;

 private:
  struct Told {
    AlertState state = AlertState::predicted;
    Severity severity = Severity::advisory;
    std::size_t acknowledgements = 0;
    Time last_acknowledged;
    std::vector<AwaitedAnswer> overdue;
    friend bool operator==(const Told&, const Told&) = default;
  };
  [[nodiscard]] MachineEntries verdict(Time at, const PairVerdict& verdict, const Salt& salt) const;
  [[nodiscard]] MachineEntries compared(Time at, const VerdictComparison& comparison) const;

  std::string record_, journal_, party_;
  std::map<AlertId, Told> told_;  // of open alerts
};

}  // namespace skypact::node
