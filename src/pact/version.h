#pragma once
// What becomes of a pact, as plain values: the versions of its terms, who consents, what is suspended, and what became of every
// statement. Made by evaluate() (evaluation.h), asked for through PactState (life_cycle.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pact/key_register.h"
#include "pact/record_entries.h"
#include "pact/statement.h"

namespace skypact::pact {

// What the life cycle needs to know of terms.
struct PartyInTerms {
  std::string party;
  unsigned quorum = 2;                 // signatories that sign together
  std::vector<ListedKey> keys;
  friend bool operator==(const PartyInTerms&, const PartyInTerms&) = default;
};
struct TermsFacts {
  std::string pact;
  std::string replaces;                // hash of the version before; empty: the first
  Interval<Time> valid;
  Duration termination_notice{};
  std::vector<Time> reviews;           // in order, inside `valid`
  std::vector<PartyInTerms> parties;   // by party
  std::vector<std::string> clauses;    // ids
  std::vector<std::string> safety_floor;  // those of them that nothing suspends
  [[nodiscard]] const PartyInTerms* find(std::string_view party) const;
};
// From the canonical text; refuses terms that contradict themselves.
using ReadTerms = Result<TermsFacts> (*)(std::string_view text);

struct PactSetup {
  std::string pact;
  std::string own_party;
  std::vector<Member> members;         // every party's, the own one's too
  ReadTerms read_terms = nullptr;
};

// An entry of a party's record.
struct PactEvent {
  std::string origin;
  std::uint64_t index = 0;
  Time at;
  std::variant<std::string, TermsPart> what;   // a statement's note, or a part of terms
};

// --- what became of it ---

struct Present {
  std::string holder;                  // the signatory, by the key that terms list
  std::string key;                     // that signed
  Time at;                             // when it was recorded
  friend bool operator==(const Present&, const Present&) = default;
};

// Of every statement that was recorded.
struct Judgement {
  std::string id, party;
  Time at;                             // of the first entry that has it
  std::vector<Present> present;        // signatories whose signature counts
  std::vector<std::string> missing;    // signatories who have not signed, where more are needed
  unsigned needed = 1;
  std::optional<Time> effective_at;    // when enough had signed; it may still be without effect
  std::string no_effect;               // why it has none; empty where it has, or waits for signatures or for the terms' text
};

struct Consent {
  std::string party;
  bool proposer = false;
  std::optional<Answer> answer;        // the newest response as a whole
  std::optional<Time> answered_at;
  std::vector<NamedAnswer> clauses;    // of the newest response, what it does not just accept
  std::optional<ClauseAnswer> rest;
  std::optional<Time> accepted_at;     // proposing and signing accept too
  std::vector<Present> present;
  std::vector<std::string> missing;
  unsigned needed = 0;
  std::optional<Time> complete_at;     // consent: the quorum signed in time, having accepted
  std::uint64_t complete_index = 0;    // the entry of the party's record that completed it
  std::optional<Time> withdrawn_at;
};

struct SuspensionSpan {
  std::string statement;
  std::string party;
  std::vector<std::string> clauses;    // of this version
  std::string reason;
  Interval<Time> span;                 // to Time::max() until it is resumed
};

enum class End : std::uint8_t { none, superseded, terminated, expired };
enum class PactStage : std::uint8_t { proposed, answered, agreed, signed_by_all, in_force, superseded, terminated, expired, lapsed, withdrawn };
[[nodiscard]] std::string_view to_string(PactStage stage);  // "in_force"

struct Version {
  std::string terms;                   // hash
  TermsFacts facts;
  std::string proposer;                // of the first proposal that counts
  std::string proposal;                // its id
  Time proposed_at;
  Time respond_by;                     // the latest that was given
  std::string remark;
  std::vector<Consent> consents;       // of all whose consent is needed, by party
  std::optional<Time> agreed_at, signed_at, withdrawn_at;
  std::optional<Interval<Time>> in_force;   // once everything for it is there; from may lie ahead
  End end = End::none;                 // how in_force ends
  std::string ended_by;                // terms or statement
  std::string dead;                    // why it cannot come into force any more, or will not
  std::vector<SuspensionSpan> suspensions;
  [[nodiscard]] const Consent* find(std::string_view party) const;
};

}  // namespace skypact::pact
