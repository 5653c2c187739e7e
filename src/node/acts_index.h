#pragma once
// Index of acts: which entries of the own record change a pact. Nearly all are a machine's; so that a start does not read years of
// them, a small file beside the record says which ones to read, up to a size of the record that it names with its root.
//
//     auto ready = read_acts(setup, files, size, index_text);        // at the start: the acts of the index, then the tail
//     …ready->acts is the machine; later, now and then…
//     auto grown = extend(ready->index, files, size);
//     ledger::replace(storage, acts_index_file, to_text(*grown, setup));
//
// It is derived from the record and can be thrown away at any time. Where it is missing, damaged, of another record or of other
// parties, or where the record's tiles have another root at its size, it is made anew from the whole record. What it names is read
// from the record and compared with its hash; so a wrong index starts nothing that the record does not say.
// It also holds how far others' records were heard, which nothing else does (docs/formats/ledger.md). Pure but for what ReadFile
// does; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "ledger/tile.h"
#include "node/acts.h"

namespace skypact::node {

inline constexpr const char* acts_index_file = "acts";   // in the record's folder

struct ActsIndexLimits {
  static constexpr std::size_t bytes = std::size_t{16} << 20;   // of the file: a million acts
};

struct ActsIndex {
  std::uint64_t size = 0;                // entries of the record that were looked at
  ledger::Hash root = ledger::empty_root();   // of these
  Time latest = Time::min();             // the greatest time in them
  std::vector<std::uint64_t> acts;       // ascending
  std::vector<Acts::HeardTo> heard;      // by origin; every entry that was received for it is below `size`
  friend bool operator==(const ActsIndex&, const ActsIndex&) = default;
};

// The record and the parties that it is made for stand in the text.
[[nodiscard]] std::string to_text(const ActsIndex& index, const ActsSetup& setup);
// Errors: bad_input with the line; conflict where it is of another record, other parties or other types of acts.
Result<ActsIndex> parse_acts_index(std::string_view text, const ActsSetup& setup);

// With the entries up to `size` of the record, whose files these are. `each` gets every one of them, in order.
// Errors: bad_input where an entry does not have its hash, what reading gives.
using EachEntry = std::function<void(std::uint64_t index, std::string_view entry)>;
Result<ActsIndex> extend(ActsIndex index, const ledger::ReadFile& files, std::uint64_t size, const EachEntry& each = nullptr);

struct ReadActs {
  Acts acts;
  ActsIndex index;                       // up to the size that was asked for
  std::uint64_t from_index = 0;          // entries of the record that were not read, thanks to it
  std::string made_anew;                 // why the index that was given did not serve; empty where it did
};
// The machine of the record's first `size` entries. Errors: as of extend().
Result<ReadActs> read_acts(const ActsSetup& setup, const ledger::ReadFile& files, std::uint64_t size, std::string_view index_text);

}  // namespace skypact::node
