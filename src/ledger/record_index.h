#pragma once
// What the indexes beside a record have in common: a small file that says which entries a start has to read, up to a size of the
// record that it names with its root. Each is a text:
//
//     std::string text = head;                              // what it is and whose, in lines of its own
//     text += to_text(IndexedTo{size, root});
//     …lines of its own kind…
//     ledger::replace(storage, "acts", closed(text));       // with its hash at the end
//
//     auto lines = open_index(text, {…, head, …});          // behind that head
//     auto to = read_indexed_to(*lines);                    // then the lines of its own kind
//     if (auto fits = is_of(files, published, size, *to); !fits) …   // make it anew
//     EntryReader entries(files, published);
//     entries.at(812);                                      // compared with its hash
//
// An index is derived and can be thrown away at any time. Whoever uses it reads what counts from the record. Pure but for what
// ReadFile does; any thread, an EntryReader one at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"
#include "ledger/line_reader.h"
#include "ledger/tile.h"

namespace skypact::ledger {

struct IndexedTo {
  std::uint64_t size = 0;                // entries of the record that were looked at
  Hash root = empty_root();              // of these
  friend bool operator==(const IndexedTo&, const IndexedTo&) = default;
};

struct IndexKind {
  std::string_view called;               // "an index of acts"
  std::string_view head;                 // whole lines; the first says the format, the rest whose it is
  std::string_view other;                // "it is of another record …", where these are others
  std::size_t bytes;                     // at most
};

// With its hash as the last line.
[[nodiscard]] std::string closed(std::string text);
// The lines between the head and the hash. Errors: over_limit; bad_input where it is damaged; conflict where it is somebody else's.
Result<LineReader> open_index(std::string_view text, const IndexKind& kind);

// Two lines.
[[nodiscard]] std::string to_text(const IndexedTo& to);
Result<IndexedTo> read_indexed_to(LineReader& lines);

// The root of the record's first `at` entries, whose files are at `published`.
Result<Hash> root_at(const ReadFile& files, std::uint64_t published, std::uint64_t at);
// Success: these are the first entries of this record, and none beyond `size`. Errors: conflict, what reading gives.
Result<void> is_of(const ReadFile& files, std::uint64_t published, std::uint64_t size, const IndexedTo& to);

// Single entries, of a bundle and a tile that are kept for the next one: so they are best asked for in their order.
class EntryReader {
 public:
  // `files` outlives it.
  EntryReader(const ReadFile& files, std::uint64_t published) : files_(files), size_(published) {}
  // Good until the next call. Errors: bad_input where it does not have its hash, what reading gives.
  Result<std::string_view> at(std::uint64_t index);

 private:
  const ReadFile& files_;
  std::uint64_t size_;
  std::optional<std::uint64_t> tile_;
  std::string bundle_;
  std::vector<std::string_view> entries_;
  std::vector<Hash> hashes_;
};

}  // namespace skypact::ledger
