#pragma once
// Clearance book: every request for a clearance as it stands, made from acts in the order in which the own record has them.
//
//     ClearanceBook book("north");
//     auto act = book.ask(request, by, now);                  // a person's word, as an act; nothing has changed
//     …it becomes durable in the record…
//     book.apply("north", *act, now);                         // and only then counts
//     for (const ClearanceAct& duty : book.duties(now)) …     // what the own node has to say by itself; likewise
//     for (const auto& s : book.standing(now)) match(s);      // what flights are held against
//
// What holds. A request holds once all parties of its route have approved the same revision and who asks has said so (`cleared`): its record is then
// the one place where it stands that all have, and each of the others knows it from there. While an amendment is asked, and where it is refused, the revision
// that was cleared last holds, whole and unchanged; nothing of the new one does. Revisions are never mixed.
// A revocation ends that party's part alone, at the time it names: who is under way elsewhere keeps what the others gave. A withdrawal ends all. Both are final.
//
// Invariants: a request is known by party and number, its revision rises by one. An approval is not changed: it is revoked. The number that a
// party gave stays through amendments and names nothing else. Of two records it does not matter in which order the acts of the one come between those of
// the other: an act either counts the same, or speaks of a revision that is not the latest any more and does not count.
//
// Bounded by ClearanceBookLimits; what is over makes room first. Deterministic: no clock, no file. One thread at a time.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/clearance.h"

namespace skypact::plan {

struct ClearanceBookLimits {
  static constexpr std::size_t parties = 64;
  static constexpr std::size_t requests = 500;             // of one party
  static constexpr std::size_t talk = 40;                  // questions, replies and refusals of one request
  static constexpr Duration acknowledged_within = seconds(60), escalated_after = seconds(120);   // of a revocation, a withdrawal
};

enum class AskedStage : std::uint8_t { waiting, asked_back, approved, unable };
[[nodiscard]] std::string_view to_string(AskedStage stage);

// What one asked party makes of one revision.
struct AskedPart {
  AskedStage stage = AskedStage::waiting;
  Time asked_at, due;                              // of the timer that runs while it is waiting
  OverdueStage overdue = OverdueStage::none;
  std::optional<Time> answered_at{};
  ClearanceAuthor by{};
  std::optional<ClearanceNumber> number{};         // of an approval
  ClearanceConditions conditions{};
  std::string text{};                              // what it asked, or why it is unable
  std::string answer{};                            // id of the act; empty: not heard from itself, who asks says so
  friend bool operator==(const AskedPart&, const AskedPart&) = default;
};

struct ClearanceRevision {
  std::uint32_t revision = 1;
  Time at;
  ClearanceAuthor by{};
  ClearanceRequest request;
  std::map<std::string, AskedPart> parts;          // by party
  std::optional<Time> cleared_at{};
  friend bool operator==(const ClearanceRevision&, const ClearanceRevision&) = default;
};

struct Acknowledged {
  ClearanceDepth depth = ClearanceDepth::desk;
  Time at;
  ClearanceAuthor by{};
  friend bool operator==(const Acknowledged&, const Acknowledged&) = default;
};
struct Revoked {
  Time at, from;
  std::string reason;
  ClearanceAuthor by{};
  std::optional<Acknowledged> acknowledged{};      // by who had asked
  OverdueStage overdue = OverdueStage::none;
  friend bool operator==(const Revoked&, const Revoked&) = default;
};
struct Withdrawn {
  Time at;
  std::string reason;
  ClearanceAuthor by{};
  std::map<std::string, Acknowledged> acknowledged{};   // by asked party
  std::map<std::string, OverdueStage> overdue{};
  friend bool operator==(const Withdrawn&, const Withdrawn&) = default;
};
// A question, a reply, a refusal.
struct ClearanceTalk {
  std::uint32_t revision = 1;
  std::string from, to, kind, text;                // kind: "ask", "reply", "unable"
  ClearanceAuthor by{};
  Time at;
  friend bool operator==(const ClearanceTalk&, const ClearanceTalk&) = default;
};

struct ClearanceRecord {
  std::string party;                               // who asks
  ClearanceNumber number;
  ClearanceRevision latest;
  std::optional<ClearanceRevision> held{};         // the last that was cleared, where that is not the latest
  std::set<std::string> asked{};                   // every party that some revision asked
  std::map<std::string, ClearanceNumber> numbers{};   // that the asked parties gave
  std::map<std::string, Revoked> revoked{};        // by party
  std::optional<Withdrawn> withdrawn{};
  std::vector<ClearanceTalk> talk{};
  friend bool operator==(const ClearanceRecord&, const ClearanceRecord&) = default;

  // That was cleared last, whatever ended it since; nullptr: none was.
  [[nodiscard]] const ClearanceRevision* cleared() const { return latest.cleared_at ? &latest : held ? &*held : nullptr; }
  [[nodiscard]] bool asks(std::string_view party) const;   // in the latest revision or the one that holds
};

// In the order of what a person looks at first.
enum class ClearanceState : std::uint8_t { asked, amending, refused, cleared, revoked, withdrawn, expired };
[[nodiscard]] std::string_view to_string(ClearanceState state);
[[nodiscard]] ClearanceState state_of(const ClearanceRecord& record, Time now);
// Nothing can come of it any more.
[[nodiscard]] bool is_over(const ClearanceRecord& record, Time now);

class ClearanceBook {
 public:
  using Key = std::pair<std::string, ClearanceNumber>;

  explicit ClearanceBook(std::string own_party) : own_(std::move(own_party)) {}

  // An act of that party's record, of that time. check() says whether it counts; what does not changes nothing. Errors: bad_input, refused,
  // not_found, conflict, over_limit.
  [[nodiscard]] Result<void> check(std::string_view from, const ClearanceAct& act, Time at) const;
  Result<void> apply(std::string_view from, const ClearanceAct& act, Time at);

  // ---- What a person of the own party says, as an act. Errors as check().
  [[nodiscard]] Result<ClearanceAct> ask(ClearanceRequest request, ClearanceAuthor by, Time now) const;
  [[nodiscard]] Result<ClearanceAct> amend(ClearanceNumber number, ClearanceRequest request, ClearanceAuthor by, Time now) const;
  [[nodiscard]] Result<ClearanceAct> say(std::string_view party, ClearanceNumber number, ClearanceDraft draft, ClearanceAuthor by, Time now) const;
  // What the own node says by itself now: that all have approved, that somebody is late. Each once, after the one before it was applied.
  [[nodiscard]] std::vector<ClearanceAct> duties(Time now) const;

  // ---- To look at
  [[nodiscard]] const ClearanceRecord* find(std::string_view party, ClearanceNumber number) const;
  // Priority first, then in the order of parties and numbers. Not `all`: what is not over, and withdrawals that are not acknowledged by all.
  [[nodiscard]] std::vector<const ClearanceRecord*> list(Time now, bool all) const;
  // Not those of drills, nor those whose time is over.
  [[nodiscard]] std::vector<StandingClearance> standing(Time now) const;
  // The next that the own party has given to nothing in that year.
  [[nodiscard]] Result<ClearanceNumber> next_number(Time now) const;
  [[nodiscard]] const std::string& own_party() const { return own_; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const std::map<Key, ClearanceRecord>& all() const { return records_; }
  // Of acts that counted.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  friend bool operator==(const ClearanceBook&, const ClearanceBook&) = default;

 private:
  struct Check;
  struct Apply;
  Result<const ClearanceRecord*> known(std::string_view party, ClearanceNumber number) const;
  Result<void> room(std::string_view party, Time at) const;
  void make_room(const std::string& party, Time at);
  void was_given(const std::string& party, ClearanceNumber number);
  Result<ClearanceAct> checked(ClearanceAct act, Time now) const;

  std::string own_;
  std::map<Key, ClearanceRecord> records_;
  std::map<Key, Key> given_;                       // clearance numbers by who gave them: for which request
  std::map<std::string, std::map<std::uint32_t, std::uint32_t>> highest_;   // by party and year
  std::map<std::string, std::size_t> counts_;      // of a party's requests
  std::uint64_t changes_ = 0;
};

}  // namespace skypact::plan
