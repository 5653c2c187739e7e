#pragma once
// Files of entries: a stretch of a log that travels by e-mail or courier, and proves itself.
//
//     auto file = export_entries(files, checkpoint, 300, 500);
//     auto again = parse_entries_file(to_text(*file));
//     if (auto accepted = verify(*again, policy)) …        // these are entries 300 to 499 of the log
//
// It carries the roots of the subtrees before its first entry, and a proof from its last entry to a signed checkpoint. A
// mirror takes such files in place of a network (Mirror::take). Format: docs/formats/ledger.md.
//
// Plain values; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/tile.h"

namespace skypact::ledger {

struct EntriesFileLimits {
  static constexpr std::size_t bytes = std::size_t{64} << 20;
  static constexpr std::size_t entries = 65'536;
};

struct EntriesFile {
  std::uint64_t from = 0;
  std::vector<Hash> before;          // Frontier::subtrees of the entries before
  std::vector<std::string> entries;  // at least one
  std::vector<Hash> proof;           // of consistency, from the last entry to the checkpoint
  Note checkpoint;
  friend bool operator==(const EntriesFile&, const EntriesFile&) = default;
};

// Exactly one text is read to one value and back. Errors: bad_input with the line, over_limit.
Result<EntriesFile> parse_entries_file(std::string_view text);
[[nodiscard]] std::string to_text(const EntriesFile& file);

// Success: a log of the policy has these entries at these indices, under a checkpoint that the policy accepts. Errors as of
// `accept` and `verify_consistency`.
Result<Accepted> verify(const EntriesFile& file, const Policy& policy);

// Entries [from, to) of the log with these files and this checkpoint. Errors: bad_input for an empty or absent stretch,
// over_limit beyond EntriesFileLimits; what reading gives.
Result<EntriesFile> export_entries(const ReadFile& files, const Note& checkpoint, std::uint64_t from, std::uint64_t to);

}  // namespace skypact::ledger
