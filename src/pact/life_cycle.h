#pragma once
// Life cycle of a pact: what the records of its parties make of it.
//
//     PactState state(setup);
//     auto ready = decide(state, note_text, terms_text, now);          // own party: what to record, or why not
//     …the entries become durable…
//     state.apply({own_origin, index, at, note_text});                 // own record, and what was received of others'
//     const Version* in_force = state.terms_in_force(now);
//     Unsettled doubt = state.unsettled(heard, now);                   // what cannot be known yet
//
// The state is a function of the *set* of what stands in the records, each party's in its own order: in which order the
// records came here changes nothing, so all nodes that heard the same have the same state. A party's consent to terms depends on
// its own record alone and, once complete, is not undone by anything recorded later. Times are those of the stating party's
// record. Nothing here reads a clock; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pact/evaluation.h"
#include "pact/version.h"

namespace skypact::pact {

// What an entry of the own record tells: its own statements, and what was received of others'. nullopt: nothing of the pact.
[[nodiscard]] std::optional<PactEvent> event_of(const RecordEntry& entry, std::uint64_t index);

struct Unsettled {
  // Terms that may be in force; an empty hash: that none are. One element: it is certain.
  std::vector<std::string> alternatives;
  std::vector<std::string> waits_for;  // parties whose record was not heard far enough
  // Up to here every suspension that was recorded is known.
  Time suspensions_known_to;
  [[nodiscard]] bool certain() const { return alternatives.size() == 1; }
};
// How far each other party's record was heard: every entry recorded before this is here. A party not named was not heard.
using Heard = std::map<std::string, Time, std::less<>>;

class PactState {
 public:
  explicit PactState(PactSetup setup);

  // What `apply` would pass over, said: unknown record, not in order, no statement of the record's party, another pact, a bound.
  [[nodiscard]] Result<void> check(const PactEvent& event) const;
  // An event that check refuses changes nothing.
  void apply(const PactEvent& event);

  [[nodiscard]] const PactSetup& setup() const { return setup_; }
  [[nodiscard]] const std::string& own_origin() const;
  // By valid.from and hash.
  [[nodiscard]] const std::vector<Version>& versions() const { return evaluation().versions; }
  [[nodiscard]] const Version* find(std::string_view terms) const;
  [[nodiscard]] const Judgement* judgement_of(std::string_view statement) const;
  // In the order of the records, party by party.
  [[nodiscard]] const std::vector<Judgement>& judgements() const { return evaluation().judgements; }
  // With the signature lines of all entries that have its text.
  [[nodiscard]] const Said* said(std::string_view id) const;
  // nullptr until all parts are here.
  [[nodiscard]] const TermsText* terms_text(std::string_view terms) const;
  [[nodiscard]] const KeyRegister& keys() const { return evaluation().keys; }

  [[nodiscard]] PactStage stage(const Version& version, Time now) const;
  [[nodiscard]] const Version* terms_in_force(Time at) const;
  // The newest version that was in force at some time up to `at`; what the watch does not fall below.
  [[nodiscard]] const Version* last_agreed(Time at) const;
  // The newest that all have signed, in force or about to be: what a new version must replace.
  [[nodiscard]] const Version* newest() const;
  // Of the terms in force: the first date of a review that nobody has done, ahead or past. It is done once terms that replace them are
  // proposed, no earlier than remind_before it.
  [[nodiscard]] std::optional<Time> review_due(Time now) const;
  // Clauses of a version that are suspended at that instant, by id.
  [[nodiscard]] std::vector<std::string> suspended(const Version& version, Time at) const;
  [[nodiscard]] Unsettled unsettled(const Heard& heard, Time now) const;
  // The next instant after `now` at which any of the above may say another thing by time alone (but for suspensions_known_to);
  // Time::max(): none.
  [[nodiscard]] Time next_change(const Heard& heard, Time now) const;
  // The terms whose keys and quorum judge what the party says of these terms: the version they replace where it lists the party.
  [[nodiscard]] const PartyInTerms* anchor(const TermsFacts& terms, std::string_view party) const;
  // Index of the newest entry heard of a record; nullopt: none.
  [[nodiscard]] std::optional<std::uint64_t> heard_index(std::string_view origin) const;

 private:
  [[nodiscard]] const Evaluation& evaluation() const;

  PactSetup setup_;
  Facts facts_;
  mutable std::optional<Evaluation> evaluation_;   // made when asked for
  mutable SignatureCache signatures_;
};

// --- own party's acts ---

struct Ready {
  std::string id;                      // of the statement
  std::vector<TermsPart> terms;        // to record first, in this order; none where the text is recorded already
  std::string note;                    // to record then
  bool complete = true;
  std::string waits;                   // "1 of 2 signatures; any of … is still needed"
};
// May the own party record this now? `terms_text` goes with a proposal. Errors say what to do: bad_input, refused, conflict,
// not_found.
Result<Ready> decide(const PactState& state, std::string_view note, std::string_view terms_text, Time recorded_at);

}  // namespace skypact::pact
