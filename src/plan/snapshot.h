#pragma once
// Snapshot: what the first changes of a machine have made, as records that make it again, in files of bounded size.
//
//     SnapshotWriter writer(storage, changes);
//     writer.add(record); …  writer.finish();                   // there, whole and durable, or not at all
//     const auto newest = newest_snapshot(storage);
//     read_snapshot(storage, **newest, [&](std::string_view record) { return apply(record); });
//
// The form is docs/formats/dss-journal.md. For one thread each; while one writes, another may read an older one.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hash.h"
#include "ledger/storage.h"

namespace skypact::plan {

struct SnapshotLimits {
  static constexpr std::size_t usual_part_bytes = std::size_t{16} << 20;
};

struct Snapshot {
  std::uint64_t changes = 0;              // how many changes made it
  std::vector<ledger::Hash> parts;        // SHA-256 of each file
};

// nullopt where there is none. Errors: bad_input for a damaged one, what storage gives.
Result<std::optional<Snapshot>> newest_snapshot(ledger::Storage& storage);

// Its files' paths, the end last.
[[nodiscard]] std::vector<std::string> files_of(const Snapshot& snapshot);

// Until `tell` gives an error. Errors: that one, bad_input where a part is missing or damaged, what storage gives.
Result<void> read_snapshot(ledger::Storage& storage, const Snapshot& snapshot, const std::function<Result<void>(std::string_view record)>& tell);

// Also what a writer left that did not finish.
Result<void> remove_snapshots_before(ledger::Storage& storage, std::uint64_t changes);

class SnapshotWriter {
 public:
  // A part is ended by the record that reaches `part_bytes`.
  SnapshotWriter(ledger::Storage& storage, std::uint64_t changes, std::size_t part_bytes = SnapshotLimits::usual_part_bytes)
      : storage_(storage), snapshot_{changes, {}}, part_bytes_(part_bytes) {}

  Result<void> add(std::string_view record);   // without a line feed in it
  Result<void> finish();

 private:
  Result<void> end_part();

  ledger::Storage& storage_;
  Snapshot snapshot_;
  std::size_t part_bytes_;
  std::string part_;
};

}  // namespace skypact::plan
