#pragma once
// Checkpoint: the head of a log at one size, the text of the note that the log signs (C2SP tlog-checkpoint).
//
//     auto note = parse_note(file);
//     auto head = parse_checkpoint(note->text);      // true only once verify(*note, keys) succeeded
//
// Plain values; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"

namespace skypact::ledger {

// Sizes and indices of logs; larger ones are refused where they are read.
inline constexpr std::uint64_t most_entries = std::uint64_t{1} << 62;

struct Checkpoint {
  std::string origin;                   // the log's name: "north.example/record"
  std::uint64_t size = 0;               // entries
  Hash root = empty_root();
  std::vector<std::string> extensions;  // lines of foreign logs; we write none, no monitor can check them
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Errors: bad_input with the line.
Result<Checkpoint> parse_checkpoint(std::string_view text);
[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);

// A number as these formats write it: decimal digits, no leading zeros, at most most_entries.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

}  // namespace skypact::ledger
