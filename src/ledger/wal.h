#pragma once
// Wal: the write-ahead log of a ledger, or of another machine whose state follows from its entries. An entry is done when it is here and
// durable; tiles and checkpoint follow.
//
//     auto wal = Wal::open(storage, size);            // entries from `size` on that the tiles do not have yet
//     std::uint64_t index = wal->add(entry);          // not done
//     if (auto done = wal->commit(); done) …          // all that was added is done: one write, one sync
//
// Files wal/<first index>, sixteen hexadecimal digits, of records:
//
//     "SWL1" | u32 length | u64 index | u64 durable | u32 CRC-32C of all before it and of the entry | entry
//
// all big-endian. `durable` is the number of entries that were done when the record was written: so a damaged record
// that a later one calls done is damage, and not the torn end of a write that nobody was told of.
//
// After an error of commit nothing more is taken: what the device holds is known by opening anew. One thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/storage.h"
#include "ledger/tile.h"

namespace skypact::ledger {

class Wal {
 public:
  struct Limits {
    std::size_t file_bytes = std::size_t{4} << 20;   // a new file is begun at the first commit after one has grown beyond
    std::size_t entry_bytes = longest_entry;         // below 4 GiB
  };

  // Reads what is there, makes it durable, and begins a new file. `from`: the entries below are in the tiles. Errors:
  // bad_input where entries are missing or damaged that were done; what storage gives.
  static Result<Wal> open(Storage& storage, std::uint64_t from, Limits limits);
  static Result<Wal> open(Storage& storage, std::uint64_t from) { return open(storage, from, Limits{}); }

  // Tells the entries from `from` to below `to`, which are done, in order, until `tell` gives an error. May be called from another thread
  // than the rest.
  static Result<void> read(Storage& storage, std::uint64_t from, std::uint64_t to, const Limits& limits, const std::function<Result<void>(std::string_view)>& tell);

  // The entries from `from` on that open() found. Taken once.
  [[nodiscard]] std::vector<std::string> take_recovered() { return std::move(recovered_); }

  // Returns its index. At most Limits::entry_bytes.
  std::uint64_t add(std::string_view entry);
  Result<void> commit();

  [[nodiscard]] std::uint64_t size() const { return next_; }        // of the log, with what is not done
  [[nodiscard]] std::uint64_t durable() const { return durable_; }  // entries that are done

  // Removes files whose entries are all below `size`, which tiles hold durably. May be called from another thread than
  // the rest: the file being written is not touched.
  static Result<void> remove_before(Storage& storage, std::uint64_t size);

 private:
  Wal(Storage& storage, std::uint64_t next, Limits limits) : storage_(&storage), limits_(limits), next_(next), durable_(next) {}
  Result<void> begin_file(std::uint64_t first);

  Storage* storage_;
  Limits limits_;
  std::uint64_t next_ = 0, durable_ = 0;
  std::string path_;
  std::size_t file_size_ = 0;
  std::string pending_;
  std::optional<Error> failure_;
  std::vector<std::string> recovered_;
};

}  // namespace skypact::ledger
