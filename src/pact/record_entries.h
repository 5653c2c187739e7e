#pragma once
// The entries of a record that carry a pact: what the party states, what it received, and texts of terms in parts.
//
//     std::string entry = to_entry({"north.example/record", "north", now, StatementEntry{ledger::to_text(note)}});
//     auto read = parse_record_entry(entry);      // of anybody's record; types of other modules come out as OtherEntry
//
// The envelope is that of every entry (docs/formats/ledger.md). Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace skypact::pact {

// A piece of a text of terms. All parts together, in order, are the text whose hash names them.
struct TermsPart {
  std::string terms;           // hash of the whole text
  unsigned part = 0, of = 0;   // 0-based
  std::string text;
  friend bool operator==(const TermsPart&, const TermsPart&) = default;
};

struct TermsPartLimits {
  static constexpr std::size_t text_bytes = std::size_t{1} << 20;  // of the whole
  // Of a part as it stands inside the JSON of an entry, so that the entry keeps to 65,535 bytes in whichever record.
  static constexpr std::size_t escaped_bytes = 60'000;
  static constexpr unsigned parts = 40;
};

struct StatementEntry {
  std::string note;
  friend bool operator==(const StatementEntry&, const StatementEntry&) = default;
};
// What this node took from another's record: which entry, of when, and what it said.
struct ReceivedEntry {
  std::string origin;
  std::uint64_t index = 0;
  Time at;                                     // never earlier than an entry before it in that record
  std::variant<StatementEntry, TermsPart> what;
  friend bool operator==(const ReceivedEntry&, const ReceivedEntry&) = default;
};
// An entry that is none of the pact's: an alert, a stretch of traffic.
struct OtherEntry {
  std::string type;
  friend bool operator==(const OtherEntry&, const OtherEntry&) = default;
};

struct RecordEntry {
  static constexpr int version = 1;
  std::string origin, party;
  Time at;
  std::variant<StatementEntry, ReceivedEntry, TermsPart, OtherEntry> what;
  friend bool operator==(const RecordEntry&, const RecordEntry&) = default;
};

// The entry's line with its newline, at most ledger::longest_entry bytes where notes and parts keep their bounds. Not for
// OtherEntry.
[[nodiscard]] std::string to_entry(const RecordEntry& entry);
// Errors: bad_input with the field, over_limit. Of a type of the pact only the canonical text is read.
Result<RecordEntry> parse_record_entry(std::string_view entry);

// A text of terms cut for the record. Errors: over_limit.
Result<std::vector<TermsPart>> parts_of(std::string_view terms_text);

}  // namespace skypact::pact
