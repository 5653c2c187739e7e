#pragma once
// LinePast, NoticesPast: which entries of the own record make the line and its notices what they are. A start that knows them reads these
// and no others (node/line_index.h).
//
//     LinePast past = replayed.past();                       // of a line that was only replayed
//     Line again(setup);
//     again.restore(past, entry_of);                         // the same line
//
// They hold numbers of entries, and the ids of notes that were seen, because no note counts twice. What the entries say is read from the
// record. Each list is in the order in which its entries counted. Pure; any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"
#include "ledger/line_reader.h"

namespace skypact::line {

struct LineEntry;
// An entry of the line by its number. Nullptr: it is none, or was not read.
using LineEntryAt = std::function<const LineEntry*(std::uint64_t index)>;

struct LinePast {
  struct Kept {
    std::uint64_t entry = 0;                          // the message
    std::optional<std::uint64_t> officer{};           // of a signal and of minutes: the announcement of the key that it was held against
    std::vector<std::uint64_t> changed_by{};          // receipts, answers, events, replies
    friend bool operator==(const Kept&, const Kept&) = default;
  };
  std::optional<std::uint64_t> number{};              // the own message that has the highest number
  std::map<std::string, std::uint64_t, std::less<>> checked{}, missed{};   // by peer: the last answer to a line check; that one is unanswered
  std::vector<std::uint64_t> officers{};
  std::vector<std::vector<std::uint64_t>> calls{};    // by voice and video: of each what belongs to it, the offer first
  std::vector<Kept> messages{};
  std::vector<ledger::Hash> ids{};                    // of notes that were seen, the newest last
  friend bool operator==(const LinePast&, const LinePast&) = default;
};

struct NoticesPast {
  std::uint64_t dropped = 0;                          // NoticeBook::dropped()
  std::vector<std::uint64_t> highest{};               // messages that carry the highest number of a party and a year
  std::vector<std::vector<std::uint64_t>> notices{};  // of each the messages that carry it, and answers to them
  friend bool operator==(const NoticesPast&, const NoticesPast&) = default;
};

// Every entry that is named, ascending, each once.
[[nodiscard]] std::vector<std::uint64_t> entries_of(const LinePast& line, const NoticesPast& notices);

struct PastBounds {
  std::uint64_t size = 0;                             // of the record: every entry is below
  std::size_t messages = 0, ids = 0;
};
// Lines, one text for one past.
[[nodiscard]] std::string to_text(const LinePast& line, const NoticesPast& notices);
struct Pasts {
  LinePast line;
  NoticesPast notices;
};
// Up to the end. Errors: bad_input with the line.
Result<Pasts> read_pasts(ledger::LineReader& lines, const PastBounds& bounds);

}  // namespace skypact::line
