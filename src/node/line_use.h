#pragma once
// Was the line used between two times, when, and who answered: read out of records, each fact with the entries that prove it, and how far the
// answer reaches.
//
//     std::vector<UseRecord> records{own, of_south};           // the own party's first
//     auto text = line_use_json({.span = {noon, noon + minutes(10)}}, "north", records, {.proofs = true});
//
// Of each record a stretch is read whole: from a day before the time asked about to a day after it, by the entries' own times. Others'
// cosignatures say what that is worth (ledger/time_bracket.h): what stands before the stretch was written before one time, what stands behind it
// after another. Where the time asked about lies between the two the answer is complete: nothing of that time is elsewhere in the record, so "the line
// was not used" is a statement about the entries of the stretch, which anybody can be given (skypact ledger export).
//
// Pure, but for what ReadFile does; any thread. Reads up to LineUseReadLimits::entries of each record, so it takes a second or more at its limit.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/log_files.h"
#include "ledger/policy.h"
#include "line/line_use.h"

namespace skypact::node {

// An entry of a record that line::read_line_entry() may read, by its type.
[[nodiscard]] bool is_line_entry(std::string_view entry);

struct LineUseReadLimits {
  static constexpr std::uint64_t entries = 500'000;        // of one record: some five weeks
  static constexpr std::size_t messages = 1'000;
  static constexpr std::size_t proofs = 5'000;
  static constexpr std::size_t bytes = std::size_t{32} << 20;   // of the answer
  // What a message came to is known after that (line::LineLimits::open_for), and an entry that a disk kept waiting is written.
  static constexpr Duration around = std::chrono::hours(24);
};

struct UseRecord {
  std::string party;
  ledger::LogFiles log;
  ledger::Policy policy;                 // the log, and whose cosignatures count; no quorum
};

struct LineUseOptions {
  bool proofs = false;                   // a proof file of each entry, and between which times it was written
};

// A record that cannot be read is named with the reason, and the answer is made of the others; the first one must be readable.
// Errors: bad_input, over_limit, refused; what reading gives.
Result<std::string> line_use_json(const line::UseQuestion& question, std::string_view party, std::span<const UseRecord> records, const LineUseOptions& options);

}  // namespace skypact::node
