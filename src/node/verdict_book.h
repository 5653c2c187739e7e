#pragma once
// Verdicts beside each other: this node's own, what other parties' records say of the same, and whether the two agree.
//
//     for (const VerdictComparison& c : book.add(ours)) record(c);
//     for (const VerdictComparison& c : book.hear(theirs, peer_alerts)) record(c);
//     for (const PairVerdict* v : book.of(alert)) show(*v, book.compared(*v));
//
// A record says of a verdict what was found, by which clause, and the hash of its evidence; not which aircraft, since every party
// reads it. Two verdicts are of the same pair where the evidence is the same, or where the other party told this node over the
// link of the alert that its verdict names by number. Both are of one whole minute (guard/judged_minutes.h), so they are of the
// same time or not at all. Values; one thread, const for any.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "airspace/identity.h"
#include "guard/alert.h"
#include "guard/judged_minutes.h"
#include "guard/verdict.h"
#include "json/document.h"
#include "json/writer.h"
#include "node/peer_alerts.h"

namespace skypact::node {

struct VerdictBookLimits {
  static constexpr std::size_t own = 1'000;              // the newest
  static constexpr std::size_t of_peers = 1'000;         // likewise, and comparisons too
};

// What this node found.
struct PairVerdict {
  std::array<TrackKey, 2> pair;          // the lesser first
  std::array<std::string, 2> parties;    // ids, of the same; "unknown"
  Interval<Time> span;
  guard::Verdict verdict;
  std::string evidence;                  // its hash, 64 hexadecimal digits
  std::shared_ptr<const std::string> evidence_text;
  std::optional<AlertId> alert;          // of this node, of the pair at that time
};
[[nodiscard]] PairVerdict pair_verdict(const guard::JudgedPair& judged);
// As PairVerdict::pair; nullopt for an alert that is of no pair.
[[nodiscard]] std::optional<std::array<TrackKey, 2>> pair_of(const Alert& alert);

// What another party's record says.
struct PeerVerdict {
  std::string party;
  std::uint64_t index = 0;               // of the entry in its record
  Interval<Time> span;
  guard::Finding finding = guard::Finding::cannot_be_told;
  std::string evidence;
  std::optional<AlertId> alert;          // by its numbers
  friend bool operator==(const PeerVerdict&, const PeerVerdict&) = default;
};

struct VerdictComparison {
  std::array<TrackKey, 2> pair;
  Interval<Time> span;
  guard::Finding ours = guard::Finding::cannot_be_told;
  std::string our_evidence;
  PeerVerdict theirs;
  [[nodiscard]] bool same_finding() const { return ours == theirs.finding; }
  [[nodiscard]] bool same_evidence() const { return our_evidence == theirs.evidence; }
};

class VerdictBook {
 public:
  // Each with those of the other parties' verdicts that are of the same pair and time.
  std::vector<VerdictComparison> add(PairVerdict ours);
  // `parties` names whose alerts those of `told` are. What was heard before changes nothing.
  std::vector<VerdictComparison> hear(PeerVerdict theirs, const PeerAlertBook& told, const Parties& parties);

  // Of the alert's pair, from a minute before it was raised to its end, by time.
  [[nodiscard]] std::vector<const PairVerdict*> of(const Alert& alert) const;
  [[nodiscard]] std::vector<const VerdictComparison*> compared(const PairVerdict& ours) const;
  [[nodiscard]] bool empty() const { return own_.empty() && heard_.empty(); }

 private:
  struct Heard {
    PeerVerdict verdict;
    std::array<Address, 2> about;        // sorted; both empty where the alert is not known here
    bool known = false;
  };
  [[nodiscard]] std::optional<VerdictComparison> match(const PairVerdict& ours, const Heard& theirs) const;
  void keep(const VerdictComparison& comparison);

  std::vector<PairVerdict> own_;
  std::vector<Heard> heard_;
  std::vector<VerdictComparison> compared_;
};

// ---- As another party's record has it -----------------------------------------------------------------------

// The members of a body, written and read: of the record's entry, and of the recording's command.
void append_peer_finding(json::Writer& out, const PeerVerdict& verdict);
Result<PeerVerdict> read_peer_finding(std::string_view party, std::uint64_t index, json::Value body);
// Of an entry of type "verdict" in another's record; nullopt for any other entry. Error: bad_input.
Result<std::optional<PeerVerdict>> read_peer_verdict(std::string_view party, std::uint64_t index, std::string_view entry);

}  // namespace skypact::node
