#pragma once
// Notice book: every party's notices as they stand, who has acknowledged them and how far down they got.
//
//     NoticeBook book;
//     auto applied = book.apply("north", notice, {.at = now, .message = id});   // as a message of north brought it
//     if (!applied) return applied.error();                    // the book is as it was, but remembers a contradiction
//     book.acknowledge("south", acknowledgement);              // an answer of south's to that message
//     for (const NoticeRecord* r : book.active(now)) show(*r);
//     const auto next = book.next_number("north", 2026);       // 0013/26
//
// Invariants: a notice is known by party and number. Its revision only rises. Whatever was applied once may come again and
// changes nothing. A revision that is here already with another content, and anything after a cancellation, is a contradiction: it is
// refused, and remembered with the notice, because two texts under one number are what nobody may pass over. An older revision that never came is taken as
// history; a newer one is taken though one before it is missing (the newest warning counts) and the gap is told until it is filled.
// Cancelled is final. Of each acknowledging party the depth only grows within a revision; a new revision has to go down again. The
// records of two parties reach a node in any order: an acknowledgement of what is not here yet waits for it.
//
// Bounded by NoticeBookLimits. Where a party's notices are full, those that are over go first, the longest over before others; where
// none is over the new one is refused. A number is never given twice, also not after its notice has gone.
//
// Deterministic: a function of what was applied, in order; no clock, no file. For one thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "airspace/rules.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "line/message.h"
#include "line/notice.h"
#include "line/notice_check.h"

namespace skypact::line {

struct NoticeBookLimits {
  static constexpr std::size_t parties = 64;
  static constexpr std::size_t notices = 1'000;          // of one party
  static constexpr std::size_t contradictions = 16;      // of one notice are kept; more are counted
  static constexpr std::size_t waiting = 200;            // acknowledgements of one party; the oldest makes room
  static constexpr std::size_t zones = 1'000;            // that the watch is given; those that begin first
  static constexpr std::size_t zones_of_party = 250;
};

// How a revision came here.
struct NoticeSource {
  Time at;                                               // by this node's clock
  std::string message{};                                 // the id of the line's message
  Time submitted_at{};                                   // as its sender signed it
  std::vector<std::string> to{};                         // parties that were told, in order
  friend bool operator==(const NoticeSource&, const NoticeSource&) = default;
};

// What another party's person said of a revision: the line's answer to the message that carried it.
struct NoticeAcknowledgement {
  std::string party;                                     // whose notice
  NoticeNumber number;
  std::uint32_t revision = 1;
  Depth depth = Depth::desk;
  AnswerWord word = AnswerWord::seen;
  Author by{};
  Time at{};                                             // by this node's clock
  friend bool operator==(const NoticeAcknowledgement&, const NoticeAcknowledgement&) = default;
};

// What another party's people have confirmed.
struct NoticeConfirmation {
  AnswerWord word = AnswerWord::seen;
  Depth depth = Depth::desk;
  Author by;
  Time at;
  friend bool operator==(const NoticeConfirmation&, const NoticeConfirmation&) = default;
};
struct PartyAcknowledgement {
  std::uint32_t revision = 0;                            // the newest it has acknowledged
  Depth depth = Depth::desk;                             // the deepest of that revision
  std::array<std::optional<NoticeConfirmation>, depth_count> confirmed;   // each depth when it was said; one left out was not said by itself
  std::optional<NoticeConfirmation> cannot;              // of that revision, the first time it was said
  friend bool operator==(const PartyAcknowledgement&, const PartyAcknowledgement&) = default;
};

struct NoticeContradiction {
  std::uint32_t revision = 0;
  ledger::Hash content;                                  // SHA-256 of the canonical text that was refused
  Time at;
  friend bool operator==(const NoticeContradiction&, const NoticeContradiction&) = default;
};

struct NoticeRevision {
  ledger::Hash content;                                  // SHA-256 of its canonical text
  NoticeSource source;
  friend bool operator==(const NoticeRevision&, const NoticeRevision&) = default;
};

struct NoticeRecord {
  std::string party;
  Notice notice;                                         // the newest revision
  std::map<std::uint32_t, NoticeRevision> revisions;     // that came
  std::map<std::string, PartyAcknowledgement> acknowledgements;   // by party
  std::vector<NoticeContradiction> contradictions;       // the first ones
  std::size_t contradiction_count = 0;

  [[nodiscard]] bool cancelled() const { return notice.state == NoticeState::cancelled; }
  // Revisions before the newest that have not come.
  [[nodiscard]] std::size_t missing() const { return notice.revision - revisions.size(); }
  [[nodiscard]] const NoticeSource& source() const { return revisions.at(notice.revision).source; }
  // All parties that any revision was sent to, in order.
  [[nodiscard]] std::vector<std::string> told() const;
  friend bool operator==(const NoticeRecord&, const NoticeRecord&) = default;
};

// How it stands: `over` where all of its spans are behind, `upcoming` between two of them too.
enum class NoticePhase : std::uint8_t { upcoming, active, over, cancelled };
[[nodiscard]] std::string_view to_string(NoticePhase phase);
[[nodiscard]] NoticePhase phase_of(const Notice& notice, Time now);
// When that is something else by time alone; Time::max(): never.
[[nodiscard]] Time next_phase(const Notice& notice, Time now);

// What the watch carries out of notices; the zones' parties are numbered by this list, whose first is the unknown one.
struct NoticeZones {
  Parties parties{{"unknown", "Unknown", "?"}};
  std::vector<Zone> zones;
  std::size_t left_out = 0;                              // beyond the bounds; those that begin last
};

// What applying did.
enum class Applied : std::uint8_t { added, changed, cancelled, older, known };
[[nodiscard]] std::string_view to_string(Applied applied);

// What acknowledging did. known: it said nothing new. waiting: for a notice or a revision that is not here.
enum class Acknowledged : std::uint8_t { counted, known, waiting };
[[nodiscard]] std::string_view to_string(Acknowledged acknowledged);

class NoticeBook {
 public:
  // Errors: bad_input (check_notice), conflict (a contradiction, or a change of what
  // is cancelled), over_limit. After an error all but the contradictions is as it was.
  Result<Applied> apply(std::string_view party, const Notice& notice, const NoticeSource& source);

  // Errors: bad_input (no such party can be); refused (one's own notice); over_limit (one party too many).
  Result<Acknowledged> acknowledge(std::string_view party, const NoticeAcknowledgement& acknowledgement);

  // Of a book that is made again: a number that was given, though its notice has gone, and how many were dropped.
  void was_given(std::string_view party, NoticeNumber number);
  void were_dropped(std::size_t count) { dropped_ = count; }

  // The next that the party has not used in that year (all four digits). Errors: over_limit.
  [[nodiscard]] Result<NoticeNumber> next_number(std::string_view party, int year) const;

  [[nodiscard]] const NoticeRecord* find(std::string_view party, NoticeNumber number) const;
  // Each of the three is in the order of parties and numbers, and every notice is in one of them.
  [[nodiscard]] std::vector<const NoticeRecord*> active(Time now) const;     // not cancelled, inside one of its spans
  [[nodiscard]] std::vector<const NoticeRecord*> upcoming(Time now) const;   // not cancelled, one of its spans is ahead
  [[nodiscard]] std::vector<const NoticeRecord*> over(Time now) const;       // cancelled, or all of its spans are behind
  // What speaks against a new notice may be among these: all that is not over.
  [[nodiscard]] std::vector<PartyNotice> standing(Time now) const;
  // What the watch is given: the zones of all that is not over, in the order of parties and numbers.
  [[nodiscard]] NoticeZones zones(Time now) const;
  // In the order of parties and numbers.
  [[nodiscard]] const std::map<std::pair<std::string, NoticeNumber>, NoticeRecord>& all() const { return records_; }

  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }             // because the book was full, since it was made
  [[nodiscard]] std::size_t waiting() const;
  friend bool operator==(const NoticeBook&, const NoticeBook&) = default;

 private:
  using Key = std::pair<std::string, NoticeNumber>;
  template <class Fits>
  [[nodiscard]] std::vector<const NoticeRecord*> those(Time now, const Fits& fits) const;
  Result<void> make_room(std::string_view party, Time at);
  static bool count(NoticeRecord& record, const std::string& party, const NoticeAcknowledgement& acknowledgement);
  void count_waiting(NoticeRecord& record, std::uint32_t revision);

  std::map<Key, NoticeRecord> records_;
  std::map<std::string, std::map<std::uint32_t, std::uint32_t>> highest_;   // by party and year's last two digits: the highest number that came
  std::map<std::string, std::size_t> counts_;                               // of a party's records
  std::map<std::string, std::vector<NoticeAcknowledgement>> waiting_;       // by who acknowledges, in the order they came
  std::size_t dropped_ = 0;
};

}  // namespace skypact::line
