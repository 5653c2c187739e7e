#pragma once
// UssStore: the changes of a Uss on disk: a write-ahead log whose beginning is folded into a snapshot now and then.
//
//     auto opened = UssStore::open(storage, {});
//     auto& [store, uss] = *opened;
//     if (auto done = store.write(change); !done) return give_up(done);   // durable
//     uss.apply(change);
//     if (store.is_long(uss)) store.fold(uss);
//
// After an error of write() nothing more is taken: what the disk has is known by opening anew. The folder is its own: wal/ and snapshot/
// (docs/formats/uss-journal.md). For one thread.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/result.h"
#include "ledger/storage.h"
#include "ledger/wal.h"
#include "plan/uss.h"

namespace skypact::plan {

struct UssStoreOptions {
  std::size_t wal_file_bytes = std::size_t{4} << 20;
  std::uint64_t fold_after = 5'000;              // changes beyond a snapshot, and not before there are four for each thing held
};

class UssStore {
 public:
  struct Opened;
  // Errors: bad_input for what is damaged, missing or of a later version, what storage gives.
  static Result<Opened> open(ledger::Storage& storage, const UssStoreOptions& options);

  Result<void> write(const UssChange& change);
  [[nodiscard]] bool is_long(const Uss& uss) const;
  // All that was written so far is in `uss`. An error leaves the log as it was, and it is tried after as many changes again.
  Result<void> fold(const Uss& uss);

 private:
  UssStore(ledger::Storage& storage, const UssStoreOptions& options, ledger::Wal wal, std::uint64_t folded)
      : storage_(&storage), options_(options), wal_(std::move(wal)), folded_(folded) {}

  ledger::Storage* storage_;
  UssStoreOptions options_;
  ledger::Wal wal_;
  std::uint64_t folded_ = 0;                     // changes that were folded, or were not for a fault
};

struct UssStore::Opened {
  UssStore store;
  Uss uss;
};

}  // namespace skypact::plan
