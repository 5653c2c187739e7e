#pragma once
// Acts: what this node's own record makes of its pacts, and of clearances between their parties. Decides what a person of the own party may
// state, takes over what other parties' records say, and tells the watch which terms to carry out.
//
//     Acts acts({.party = "north", .origin = "north.example/record", .members = members});
//     for (…) acts.apply(index, entry);                       // at the start: all entries of the own record
//     auto decision = acts.decide(note, terms_text, now);     // a person's statement
//     …decision->entries become durable, in this order…
//     acts.apply(index, entry);                               // and only then count
//     watch.apply(SetAgreed{acts.agreed(now)});
//
// The state is made from the own record alone; replaying it gives the same, and so does replaying its acts alone
// (node/acts_index.h). Only `heard` is not recorded: it narrows what cannot be known yet, and without it the stricter holds. Reads
// no clock and no file; one thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "base/result.h"
#include "base/time.h"
#include "json/writer.h"
#include "node/arrangements.h"
#include "pact/life_cycle.h"
#include "pact/terms.h"
#include "plan/clearance_book.h"
#include "plan/clearance_entries.h"

namespace skypact::node {

struct ActsLimits {
  static constexpr std::size_t pacts = 16;
  static constexpr std::size_t terms_bytes_per_record = std::size_t{64} << 20;   // of texts, from one record
};

// The types of entries that change a pact or a clearance. All others are a machine's.
inline constexpr std::array<std::string_view, 5> act_types{"statement", "received", "terms", plan::clearance_entry_types[0], plan::clearance_entry_types[1]};
// Of a canonical entry: whether it is of one of these types, and when it was recorded.
[[nodiscard]] bool is_act(std::string_view entry);
[[nodiscard]] std::optional<Time> time_of(std::string_view entry);

struct ActsSetup {
  std::string party;                     // the own one
  std::string origin;                    // of the own record
  std::vector<pact::Member> members;     // all whose root key is pinned, the own one among them
  pact::ReadTerms read_terms = nullptr;
};

// By which keys a party's node is known beside what the configuration says: those that the terms which may hold list and those
// that it rotated in, and those that it ended.
struct PartyKeys {
  std::string party;
  std::vector<ledger::Hash> pins, ended_pins;
  std::vector<ledger::VerifierKey> cosigners, ended_cosigners;
};

class Acts {
 public:
  explicit Acts(ActsSetup setup);

  // The next entry of the own record. What is no act of a pact changes nothing, and neither does what the life cycle passes over.
  void apply(std::uint64_t index, std::string_view entry);
  // Entries of the own record below `size` that were not applied are no acts; `latest` is the greatest time of all below it.
  void pass(std::uint64_t size, Time latest);
  // Of the own record; everything below was applied.
  [[nodiscard]] std::uint64_t next() const { return next_; }

  struct Decision {
    std::string id;                      // of the statement
    std::string pact;
    std::vector<std::string> entries;    // to record, in this order
    bool complete = true;
    std::string waits;                   // for whose signature
  };
  // Errors: bad_input, refused, conflict, not_found, over_limit, each with what to do.
  [[nodiscard]] Result<Decision> decide(std::string_view note, std::string_view terms_text, Time now) const;

  // The entry of an act of the own party about a clearance, which clearances() made at time_of_act(). It counts once it is applied.
  [[nodiscard]] std::string entry_of(const plan::ClearanceAct& act, Time now) const;
  // Whom it asks read this record. Error: bad_input.
  [[nodiscard]] Result<void> reaches_whom_it_asks(const plan::ClearanceAct& act) const;
  [[nodiscard]] const plan::ClearanceBook& clearances() const { return clearances_; }
  // `now`, or the greatest time of the own record: it does not go back. Whole milliseconds, as an entry has it.
  [[nodiscard]] Time time_of_act(Time now) const;

  // Entries of another party's record, the first with this index. What of them is to be recorded here as received.
  struct Received {
    std::vector<std::string> entries;
    std::vector<std::string> passed_over;   // sentences: what looked like an act and is not taken
  };
  [[nodiscard]] Received receive(std::string_view origin, std::uint64_t first, std::span<const std::string> entries, Time now) const;
  // Of another's record: entries below were taken over. Of a record of no member nothing is wanted: the greatest number.
  [[nodiscard]] std::uint64_t position(std::string_view origin) const;
  // What receive() made of these is recorded and applied: what that record says before the last one's time is known.
  void heard(std::string_view origin, std::uint64_t first, std::span<const std::string> entries);
  // How far that is, of each other member's record that was heard; by origin.
  struct HeardTo {
    std::string origin;
    std::uint64_t position = 0;          // entries below
    Time at;                             // the greatest time in them
    friend bool operator==(const HeardTo&, const HeardTo&) = default;
  };
  [[nodiscard]] std::vector<HeardTo> heard_to() const;
  void heard(const HeardTo& to);

  // What the watch carries out: of every pact the last agreed minima, for all the time until others follow, whether it is in
  // force, suspended or over; those to come; and, while it cannot be known what holds, all that may. A suspended zone exempts
  // nobody. With it what the own party shares with each of the others, and they with it.
  [[nodiscard]] Agreed agreed(Time now) const;
  // What people go by at that instant, of the same versions.
  [[nodiscard]] Arrangements arrangements(Time now) const;
  // agreed() is the same at every time from `now` to `until` while nothing is applied; and while `certain`, whatever is heard.
  struct Stays {
    Time until;
    bool certain = true;
  };
  [[nodiscard]] Stays agreed_stays(Time now) const;
  // Counts acts that were applied, and news of how far others' records were heard.
  struct Revision {
    std::uint64_t applied = 0, heard = 0;
    friend bool operator==(const Revision&, const Revision&) = default;
  };
  [[nodiscard]] const Revision& revision() const { return revision_; }
  // Of every other party, by the terms that hold, or held last, at a clock that may be `clock_offset` away from `now`.
  [[nodiscard]] std::vector<PartyKeys> keys(Time now, Duration clock_offset) const;
  [[nodiscard]] const std::map<std::string, pact::PactState, std::less<>>& pacts() const { return pacts_; }
  [[nodiscard]] const pact::Heard& heard() const { return heard_; }
  // What became of the terms that a recorded statement speaks of: "agreed"; "done" of one about keys.
  [[nodiscard]] std::string outcome(const std::string& pact, std::string_view statement, Time now) const;
  // By hash; nullptr where it is not known.
  [[nodiscard]] const std::string* terms_text(std::string_view terms) const;
  // What the API answers (pact/pact_view.h), with the names of all pacts before it. `pact`: which; empty: the first by name.
  // Error: not_found.
  [[nodiscard]] Result<std::string> view_json(std::string_view pact, std::span<const pact::SeenHead> seen, Time now) const;
  // A statement with all signatures that were recorded; by id.
  [[nodiscard]] std::optional<ledger::Note> note(std::string_view statement) const;

 private:
  struct Part {
    std::string origin;
    std::uint64_t index = 0;
    Time at;
    pact::TermsPart part;
  };
  void apply_part(Part part);
  void hear(std::string_view origin, std::uint64_t position, Time at);
  void apply_note(const pact::PactEvent& event, std::string_view note);
  void apply_clearance(std::string_view entry);
  [[nodiscard]] Result<std::string> receive_clearance(plan::ClearanceBook& book, const pact::Member& from, std::uint64_t index, Time at, std::string_view entry, Time now) const;
  [[nodiscard]] const pact::Member* member_of(std::string_view origin) const;
  [[nodiscard]] pact::PactState fresh(const std::string& pact) const;
  [[nodiscard]] const pact::Terms* terms(const pact::PactState& state, const std::string& hash) const;
  [[nodiscard]] pact::TermsByHash by_hash(const pact::PactState& state) const;
  void add_agreed(Agreed& agreed, const pact::PactState& state, Time now) const;
  [[nodiscard]] std::set<std::string> doubtful(const pact::PactState& state, Time now) const;
  void add_sharing(Agreed& agreed, const pact::PactState& state, Time now) const;
  [[nodiscard]] const pact::PactState* state_for(const std::string& pact, std::optional<pact::PactState>& made) const;

  ActsSetup setup_;
  std::uint64_t next_ = 0;
  std::map<std::string, pact::PactState, std::less<>> pacts_;
  std::vector<Part> parts_;                                   // of texts: which pact they belong to shows later
  std::map<std::string, std::size_t, std::less<>> part_bytes_;  // by origin
  std::map<std::string, std::uint64_t, std::less<>> positions_; // by origin
  plan::ClearanceBook clearances_;
  Revision revision_;
  pact::Heard heard_;                                         // by party; the greatest time of what its record says
  Time latest_ = Time::min();                                 // of the own record
  mutable std::map<std::string, std::optional<pact::Terms>, std::less<>> terms_;   // read once; by hash
};

}  // namespace skypact::node
