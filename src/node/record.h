#pragma once
// What a node writes into its record by itself: entries as canonical JSON (RFC 8785), a line each.
//
//     RecordKeeper keeper("north.example/record", party);
//     for (const Event& e : engine.tick(now)) {
//       if (auto entry = keeper.entry(e, *engine.picture())) ledger.add(std::move(*entry));
//     }
//
// An open alert is told every five seconds; the record has it when it is raised, when its state or severity changes,
// when somebody acknowledges it, and when it ends. Format: docs/formats/ledger.md. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

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

class RecordKeeper {
 public:
  RecordKeeper(std::string origin, std::string party) : origin_(std::move(origin)), party_(std::move(party)) {}

  [[nodiscard]] std::string started(Time at, std::string_view version, const Picture& picture) const;
  // nullopt where the record has what this event says.
  [[nodiscard]] std::optional<std::string> entry(const Event& event, const Picture& picture);
  [[nodiscard]] std::string traffic(Time at, const TrafficStretch& stretch) const;
  // A checkpoint of this record, as a signed note with others' cosignatures: a later entry is younger than they are.
  [[nodiscard]] std::string cosigned(Time at, std::string_view checkpoint) const;
  // That somebody's key signed two histories, with the proof (ledger/equivocation.h).
  [[nodiscard]] std::string equivocation(Time at, std::string_view origin, std::string_view proof) const;

 private:
  struct Told {
    AlertState state = AlertState::predicted;
    Severity severity = Severity::advisory;
    std::size_t acknowledgements = 0;
    Time last_acknowledged;
    friend bool operator==(const Told&, const Told&) = default;
  };
  std::string origin_, party_;
  std::map<AlertId, Told> told_;  // of open alerts
};

}  // namespace skypact::node
