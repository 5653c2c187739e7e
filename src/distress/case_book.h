#pragma once
// CaseBook: the machine of the distress desk. Triggers go in, officers act, events come out.
//
//     CaseBook book;
//     for (const Event& e : book.take(trigger, now)) show(e);                 // a case opened, a phase is proposed …
//     auto done = book.apply({officer, now, id, DeclarePhase{Phase::detresfa, "parachutes seen"}}, now);
//     if (!done) return done.error();
//     for (const Event& e : book.advance(now)) show(e);                       // each second: phases that time alone proposes
//
// Which triggers are together is decided by intake.h's keys: two triggers that share a key, directly or through others, are of one
// case, in whatever order they came. When one trigger links two open cases, the younger is merged into the older, visibly and with
// undo. Order matters in these places only:
//   - which number a case has, and which of merged cases is the one shown (the oldest);
//   - at the bounds: what found no room opens nothing;
//   - after a closing: a trigger heard before it goes to the closed case; so does, for `quiet_after_closing`, more of the same kind that says the
//     same; anything else opens a new case that names the closed one;
//   - after an officer unmerged two cases or said that they are apart: the system merges them no more, and what is of both goes to the older.
//
// Nothing is closed, dropped or lowered by the system. Bounds: what finds no room is kept in a list of the newest, counted, and
// told as an event; it never displaces an open case. One source can fill only a part of the board with cases
// that no officer has touched, so a flood from one receiver leaves room for the others.
//
// Deterministic: the same calls in the same order make equal books. Nothing reads a clock. For one thread.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "distress/assessment.h"
#include "distress/case.h"

namespace skypact::distress {

struct CaseBookLimits {
  std::size_t open = 400;                // cases, merged ones too
  std::size_t untouched = 200;           // of them, that no officer has acted on
  std::size_t untouched_of_source = 50;  // of those, opened by one kind of trigger from one source
  std::size_t closed = 500;              // kept here; the record has all
  std::size_t heard = 200;               // each list of triggers that opened nothing
  std::size_t proposals = 200;           // of merges
  std::size_t merged = 32;               // cases in one view
};
inline constexpr Duration quiet_after_closing = minutes(15);
inline constexpr Duration clock_tolerance = minutes(2);   // how far ahead of this node's clock an act may be dated

enum class EventKind : std::uint8_t {
  opened,               // a case, at once and for a single burst too
  evidence,             // a further trigger
  cancellation,         // a source cancelled; the case stays open
  phase_proposed,       // it rose
  may_relay,            // others may now be told by the node itself
  contradiction,        // there is one more
  merged,               // by the system; `other` is the case that went into `id`
  merge_proposed,       // `other` might be the same
  heard,                // listed, no case: a test, a self-test, a cancellation of nothing open
  heard_after_closing,  // counted on a closed case
  beyond_limit,         // listed: the board has no room
  refused,              // the trigger is no trigger: an error of whoever sent it
  act,                  // an officer's
};
struct Event {
  EventKind kind = EventKind::evidence;
  std::optional<CaseId> id{}, other{};
  std::string text{};
  friend bool operator==(const Event&, const Event&) = default;
};
[[nodiscard]] std::string_view to_string(EventKind kind);

// ---- Acts -----------------------------------------------------------------------------------------------------

struct DeclarePhase { Phase phase = Phase::none; std::string reason; };
struct TakeLead { std::string party, desk, officer; };
struct Assign { std::string who, task; };
struct FinishAssignment { std::uint32_t number = 0; };
struct AddRemark { std::string text; };
struct Identify { std::string party; AircraftClass aircraft_class = AircraftClass::unknown; std::string reason; };
struct ReleaseExact {};                                     // by an officer of the owner
struct MarkFalseAlarm { std::string reason; };
struct MarkDuplicate { CaseId of; std::string reason; };
struct UndoMark {};
struct Merge { CaseId into; std::string reason; };
struct Unmerge { std::string reason; };                     // of the case that went into another
struct KeepApart { CaseId other; std::string reason; };     // a proposed merge is not one
struct Tell { Addressee to; std::string desk; bool exact = false; };   // it was sent; the account may be empty: by the node
struct Delivered { Addressee to; };                                    // likewise
struct Answered { Addressee to; Depth depth = Depth::desk; std::string text; };   // `by` is who answered
struct ProposeKeepClear { geo::Position centre; Length radius; Interval<Time> valid; };
struct AnswerKeepClear { std::uint32_t number = 0; bool accepted = false; };
struct Close { CloseReason reason = CloseReason::other; std::string text; };
struct Reopen { std::string reason; };

using ActBody = std::variant<DeclarePhase, TakeLead, Assign, FinishAssignment, AddRemark, Identify, ReleaseExact, MarkFalseAlarm, MarkDuplicate, UndoMark, Merge,
                             Unmerge, KeepApart, Tell, Delivered, Answered, ProposeKeepClear, AnswerKeepClear, Close, Reopen>;
// `by` is who the caller has authenticated: the book believes it. What may come from another party's officer over the link is said by
// `is_for_peers`; the rest is for this node's own.
struct Act {
  Officer by;
  Time at;
  CaseId id;
  ActBody body;
};

// Release, answer, a circle and the answer to one, delivery: what concerns their own aircraft, word or machine. A circle binds nobody before
// he accepts it.
[[nodiscard]] bool is_for_peers(const ActBody& body);

// ---- The book -------------------------------------------------------------------------------------------------

struct Heard {
  Trigger trigger;
  std::string why;
  friend bool operator==(const Heard&, const Heard&) = default;
};
// The newest, and how many there ever were.
struct HeardList {
  std::deque<Heard> newest;
  std::uint64_t count = 0;
  friend bool operator==(const HeardList&, const HeardList&) = default;
};

struct MergeProposal {
  CaseId one, other;                     // the older first
  std::string why;
  Time at;
  friend bool operator==(const MergeProposal&, const MergeProposal&) = default;
};

// What the next case and the next numbered item will be called. A replay that does not have all of the past (it was pruned) sets
// them before each call to what they were then, so that cases keep their ids and numbers.
struct BookCounters {
  std::uint32_t next_id = 1, next_item = 1;
  int year = 0;
  std::uint32_t number_in_year = 0;
  friend bool operator==(const BookCounters&, const BookCounters&) = default;
};

class CaseBook {
 public:
  explicit CaseBook(CaseBookLimits limits = {});

  [[nodiscard]] BookCounters counters() const { return {next_id_, next_item_, year_, number_in_year_}; }
  // Never backwards: what is lower than it is now changes nothing.
  void set_counters(const BookCounters& to);

  std::vector<Event> take(Trigger trigger, Time now);
  // Error: not_found, conflict (what to do first), refused (who may), bad_input, over_limit. Nothing is changed then.
  Result<std::vector<Event>> apply(const Act& act, Time now);
  std::vector<Event> advance(Time now);

  [[nodiscard]] const Case* find(CaseId id) const;
  [[nodiscard]] const Case* find(std::string_view number) const;
  // The case that it was merged into in the end, or itself.
  [[nodiscard]] CaseId root_of(CaseId id) const;
  // What all that were merged know together, under the root's number. The id must exist.
  [[nodiscard]] Case view(CaseId id, Time now) const;
  // Open ones that are merged into no other: the gravest phase first (declared, else proposed), exercises last, then the oldest.
  [[nodiscard]] std::vector<CaseId> board(Time now) const;
  // Closed ones that are merged into no other, the newest closing first.
  [[nodiscard]] std::vector<CaseId> closed() const;
  [[nodiscard]] std::vector<CaseId> members_of(CaseId root) const;   // by id, with the root

  [[nodiscard]] const HeardList& heard() const { return heard_; }
  [[nodiscard]] const HeardList& beyond() const { return beyond_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] const std::vector<MergeProposal>& merge_proposals() const { return proposals_; }
  [[nodiscard]] std::uint64_t proposals_beyond() const { return proposals_beyond_; }
  [[nodiscard]] std::uint64_t closed_forgotten() const { return closed_forgotten_; }
  [[nodiscard]] bool kept_apart(CaseId one, CaseId other) const;

  friend bool operator==(const CaseBook& a, const CaseBook& b);

 private:
  struct Announced {                     // of a root, as the last event said
    Phase phase = Phase::none;
    bool may_relay = false;
    std::size_t contradictions = 0;
    friend bool operator==(const Announced&, const Announced&) = default;
  };
  struct Doer;                           // carries out one act

  [[nodiscard]] bool is_open(CaseId id) const { return cases_.at(root_of(id)).open(); }
  [[nodiscard]] std::optional<std::string> no_room_for(const Trigger& trigger) const;
  [[nodiscard]] Announced announcement(const Case& view) const;
  CaseId open_case(const Trigger& trigger, std::optional<CaseId> follows, Time now);
  void keep(HeardList& list, Trigger trigger, std::string why) const;
  void merge_roots(const std::vector<CaseId>& members, const Trigger& why, Time now, std::vector<Event>& events);
  void look(CaseId id, Time now, std::vector<Event>& events);
  void propose_merges(CaseId id, Time now, std::vector<Event>& events);
  void propose_merge(CaseId one, CaseId other, std::string why, Time now, std::vector<Event>& events);
  void drop_settled_proposals();
  void forget_oldest_closed();
  [[nodiscard]] std::string number_for(Time now);

  CaseBookLimits limits_;
  std::map<CaseId, Case> cases_;
  std::map<std::string, CaseId, std::less<>> keys_;        // the case that a trigger with the key goes to
  std::map<CaseId, Announced> announced_;
  std::set<std::pair<CaseId, CaseId>> apart_;              // by officers
  std::vector<MergeProposal> proposals_;                   // by the pair
  HeardList heard_, beyond_;
  std::uint64_t refused_ = 0, proposals_beyond_ = 0, closed_forgotten_ = 0;
  std::uint32_t next_id_ = 1, next_item_ = 1;              // cases; assignments and keep-clear circles
  int year_ = 0;
  std::uint32_t number_in_year_ = 0;
};

}  // namespace skypact::distress
