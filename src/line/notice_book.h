#pragma once
// Notice book: every party's notices as they stand, who has acknowledged them and how far down they got.
//
//     NoticeBook book;
//     auto applied = book.apply("north", notice, at);          // as it came out of the record of north, at its time
//     if (!applied) return applied.error();                    // the book is as it was, but remembers a contradiction
//     book.acknowledge("south", acknowledgement);
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
#include "line/notice.h"
#include "line/notice_check.h"

namespace skypact::line {

struct NoticeBookLimits {
  static constexpr std::size_t parties = 64;
  static constexpr std::size_t notices = 1'000;          // of one party
  static constexpr std::size_t contradictions = 16;      // of one notice are kept; more are counted
  static constexpr std::size_t waiting = 200;            // acknowledgements of one party; the oldest makes room
};

// A depth that another party's people have confirmed.
struct ConfirmedDepth {
  std::string by;
  Time at;
  friend bool operator==(const ConfirmedDepth&, const ConfirmedDepth&) = default;
};
struct PartyAcknowledgement {
  std::uint32_t revision = 0;                            // the newest it has acknowledged
  NoticeDepth depth = NoticeDepth::desk;                 // the deepest of that revision
  std::array<std::optional<ConfirmedDepth>, notice_depths> confirmed;   // each depth when it was said; one left out was not said by itself
  friend bool operator==(const PartyAcknowledgement&, const PartyAcknowledgement&) = default;
};

struct NoticeContradiction {
  std::uint32_t revision = 0;
  ledger::Hash content;                                  // SHA-256 of the canonical text that was refused
  Time at;
  friend bool operator==(const NoticeContradiction&, const NoticeContradiction&) = default;
};

struct NoticeRecord {
  std::string party;
  Notice notice;                                         // the newest revision
  Time first_at, changed_at;                             // when it and its newest revision were applied
  std::map<std::uint32_t, ledger::Hash> revisions;       // of each that came, the SHA-256 of its canonical text
  std::map<std::string, PartyAcknowledgement> acknowledgements;   // by party
  std::vector<NoticeContradiction> contradictions;       // the first ones
  std::size_t contradiction_count = 0;

  [[nodiscard]] bool cancelled() const { return notice.state == NoticeState::cancelled; }
  // Revisions before the newest that have not come.
  [[nodiscard]] std::size_t missing() const { return notice.revision - revisions.size(); }
  friend bool operator==(const NoticeRecord&, const NoticeRecord&) = default;
};

// What applying did.
enum class Applied : std::uint8_t { added, changed, cancelled, older, known };
[[nodiscard]] std::string_view to_string(Applied applied);

// What acknowledging did. known: it said nothing new. waiting: for a notice or a revision that is not here.
enum class Acknowledged : std::uint8_t { counted, known, waiting };
[[nodiscard]] std::string_view to_string(Acknowledged acknowledged);

class NoticeBook {
 public:
  // `at`: when it is recorded, never before the last. Errors: bad_input (check_notice), conflict (a contradiction, or a change of what
  // is cancelled), over_limit. After an error all but the contradictions is as it was.
  Result<Applied> apply(std::string_view party, const Notice& notice, Time at);

  // Errors: bad_input; refused (one's own notice); over_limit (one party too many).
  Result<Acknowledged> acknowledge(std::string_view party, const NoticeAcknowledgement& acknowledgement);

  // The next that the party has not used in that year (all four digits). Errors: over_limit.
  [[nodiscard]] Result<NoticeNumber> next_number(std::string_view party, int year) const;

  [[nodiscard]] const NoticeRecord* find(std::string_view party, NoticeNumber number) const;
  // Each of the three is in the order of parties and numbers, and every notice is in one of them.
  [[nodiscard]] std::vector<const NoticeRecord*> active(Time now) const;     // not cancelled, inside one of its spans
  [[nodiscard]] std::vector<const NoticeRecord*> upcoming(Time now) const;   // not cancelled, one of its spans is ahead
  [[nodiscard]] std::vector<const NoticeRecord*> over(Time now) const;       // cancelled, or all of its spans are behind
  // What speaks against a new notice may be among these: all that is not over.
  [[nodiscard]] std::vector<PartyNotice> standing(Time now) const;
  // What the watch is given: the zones of all that is not over. A party that the list does not have exempts nobody.
  [[nodiscard]] std::vector<Zone> zones(Time now, const Parties& parties) const;

  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }             // because the book was full, since it was made
  [[nodiscard]] std::size_t waiting() const;
  friend bool operator==(const NoticeBook&, const NoticeBook&) = default;

 private:
  using Key = std::pair<std::string, NoticeNumber>;
  enum class Phase : std::uint8_t { active, upcoming, over };
  [[nodiscard]] static Phase phase(const NoticeRecord& record, Time now);
  [[nodiscard]] std::vector<const NoticeRecord*> in_phase(Phase phase, Time now) const;
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
