#pragma once
// Index of the line: which entries of the own record make the line what it is. A record grows for years, and of its entries few are the
// line's and fewer still matter: the newest messages, those that somebody waits for, notices, officers' keys. So that a start does not
// read the rest, a file beside the record names them, up to a size of the record that it names with its root.
//
//     auto read = read_line(setup, files, published, size, index_text);   // at the start: these, then the tail
//     desk.take_past(std::move(read->line), …);
//     ledger::replace(storage, line_index_file, to_text(index_of(*read), setup));   // now and then, of one that was read anew
//
// It is derived from the record and can be thrown away at any time. Where it is missing, damaged, of another record, of other parties or
// bounds, or where the record's tiles have another root at its size, the whole record is read. What it names is read from the record and
// compared with its hash. Two things stand in it alone: the ids of notes that were seen, and how many notices were dropped. Pure but for
// what ReadFile does; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/record_index.h"
#include "line/line.h"
#include "line/notice_desk.h"

namespace skypact::node {

inline constexpr const char* line_index_file = "line";   // in the record's folder

struct LineIndexLimits {
  static constexpr std::size_t bytes = std::size_t{128} << 20;   // of the file: a million ids and what else a line keeps
};

struct LineIndex {
  ledger::IndexedTo to;
  line::LinePast line;
  line::NoticesPast notices;
  friend bool operator==(const LineIndex&, const LineIndex&) = default;
};

// The record, the parties and the bounds that it is made for stand in the text.
[[nodiscard]] std::string to_text(const LineIndex& index, const line::LineSetup& setup);
// Errors: bad_input with the line; conflict where it is of another record, other parties, other bounds or other types.
Result<LineIndex> parse_line_index(std::string_view text, const line::LineSetup& setup);

struct ReadLine {
  line::Line line;                       // without a key; for Line::take_past
  line::NoticeDesk notices;              // for NoticeDesk::take_past
  ledger::IndexedTo to{};                // what was asked for
  std::uint64_t from_index = 0;          // entries of the record that were not looked at one by one, thanks to it
  std::string made_anew{};               // why the index that was given did not serve; empty where it did
};
// The line and the notices of the record's first `size` entries, whose files are at `published`. Errors: bad_input where an entry does not
// have its hash, what reading gives.
Result<ReadLine> read_line(const line::LineSetup& setup, const ledger::ReadFile& files, std::uint64_t published, std::uint64_t size, std::string_view index_text);

[[nodiscard]] LineIndex index_of(const ReadLine& read);

}  // namespace skypact::node
