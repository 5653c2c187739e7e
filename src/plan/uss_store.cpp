#include "plan/uss_store.h"

#include <fmt/format.h>

#include "plan/dss_changes.h"
#include "plan/snapshot.h"

namespace skypact::plan {
namespace {

ledger::Wal::Limits limits_of(const UssStoreOptions& options) { return {options.wal_file_bytes, ChangeLimits::bytes}; }

Result<void> apply_record(Uss& uss, std::string_view record) {
  const auto change = read_uss_change(record);
  if (!change) return change.error();
  uss.apply(*change);
  return {};
}

}  // namespace

Result<UssStore::Opened> UssStore::open(ledger::Storage& storage, const UssStoreOptions& options) {
  Uss uss;
  const auto newest = newest_snapshot(storage);
  if (!newest) return newest.error();
  std::uint64_t index = *newest ? (*newest)->changes : 0;
  if (*newest) {
    if (auto read = read_snapshot(storage, **newest, [&](std::string_view record) { return apply_record(uss, record); }); !read) return std::move(read).error();
  }
  auto wal = ledger::Wal::open(storage, index, limits_of(options));
  if (!wal) return std::move(wal).error();
  const std::uint64_t folded = index;
  for (const std::string& record : wal->take_recovered()) {
    if (auto applied = apply_record(uss, record); !applied) return std::move(applied).error().within(fmt::format("change {}", index));
    ++index;
  }
  return Opened{UssStore(storage, options, *std::move(wal), folded), std::move(uss)};
}

Result<void> UssStore::write(const UssChange& change) {
  const std::string record = to_json(change);
  if (record.size() > ChangeLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("the change has {} bytes; at most {} can be kept", record.size(), ChangeLimits::bytes)};
  wal_.add(record);
  return wal_.commit();
}

bool UssStore::is_long(const Uss& uss) const {
  const std::uint64_t held = uss.entities().size() + uss.outgoing().size();
  return wal_.durable() >= folded_ + options_.fold_after && wal_.durable() - folded_ >= 4 * held;
}

Result<void> UssStore::fold(const Uss& uss) {
  const std::uint64_t to = wal_.durable();
  folded_ = to;
  SnapshotWriter writer(*storage_, to);
  Result<void> added;
  uss.whole([&](const UssChange& piece) {
    if (added) added = writer.add(to_json(piece));
  });
  if (!added) return added;
  if (auto done = writer.finish(); !done) return done;
  if (auto removed = ledger::Wal::remove_before(*storage_, to); !removed) return removed;
  return remove_snapshots_before(*storage_, to);
}

}  // namespace skypact::plan
