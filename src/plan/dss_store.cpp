#include "plan/dss_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger/random_bytes.h"
#include "plan/dss_changes.h"

namespace skypact::plan {
namespace {

constexpr const char* salt_file = "salt";
constexpr std::size_t things_in_a_record = 200;

// A record says first of which interface it is.
constexpr std::string_view plans_mark = "f3548 ", remote_id_mark = "f3411 ";

std::string record_of(const Change& change) { return std::string(plans_mark) + to_json(change); }
std::string record_of(const RidChange& change) { return std::string(remote_id_mark) + to_json(change); }

template <class Read, class Machine>
Result<void> apply_change(const Read& read, std::string_view text, Machine& machine) {
  const auto change = read(text);
  if (!change) return change.error();
  machine.apply(*change);
  return {};
}

Result<void> apply_record(DssStore::Both& both, std::string_view record) {
  if (record.starts_with(plans_mark)) return apply_change(read_change, record.substr(plans_mark.size()), both.plans);
  if (record.starts_with(remote_id_mark)) return apply_change(read_rid_change, record.substr(remote_id_mark.size()), both.remote_id);
  return bad_input("is no record of version 1");
}

ledger::Wal::Limits limits_of(const DssStoreOptions& options) { return {options.wal_file_bytes, ChangeLimits::bytes + plans_mark.size()}; }

Result<std::string> salt_of(ledger::Storage& storage) {
  auto salt = storage.read(salt_file);
  if (salt && salt->size() >= 32) return salt;
  if (salt) return bad_input(fmt::format("{}: is shorter than 32 bytes; remove it, and another one is made", salt_file));
  if (salt.error().code != ErrorCode::not_found) return std::move(salt).error();
  const auto random = ledger::random_bytes<32>();
  std::string made = ledger::to_base64(ledger::Hash{random});
  if (auto written = ledger::replace(storage, salt_file, made); !written) return std::move(written).error();
  return made;
}

// What the newest snapshot says; returns how many changes made it.
Result<std::uint64_t> read_newest_snapshot(ledger::Storage& storage, const std::function<Result<void>(std::string_view)>& tell) {
  const auto newest = newest_snapshot(storage);
  if (!newest) return newest.error();
  if (!*newest) return std::uint64_t{0};
  const auto read = read_snapshot(storage, **newest, tell);
  if (!read) return read.error();
  return (*newest)->changes;
}

}  // namespace

Result<DssStore> DssStore::open(ledger::Storage& storage, DssStoreOptions options) {
  auto salt = salt_of(storage);
  if (!salt) return std::move(salt).error();
  options.plans.salt = options.remote_id.salt = *salt;
  auto both = std::make_unique<Both>(Both{Dss(options.plans), RidDss(options.remote_id)});
  const auto folded = read_newest_snapshot(storage, [&](std::string_view record) { return apply_record(*both, record); });
  if (!folded) return folded.error();
  auto wal = ledger::Wal::open(storage, *folded, limits_of(options));
  if (!wal) return std::move(wal).error();
  std::uint64_t index = *folded;
  for (const std::string& record : wal->take_recovered()) {
    if (auto applied = apply_record(*both, record); !applied) return std::move(applied).error().within(fmt::format("change {}", index));
    ++index;
  }
  return DssStore(options, std::move(both), *std::move(wal), *folded);
}

Result<Answered> DssStore::take(const Asked& asked, Time now) {
  const auto take_of = [&](auto& machine, const auto& of) -> Result<Answered> {
    auto decision = machine.decide(of.request, of.caller, now);
    if (!decision) return std::move(decision).error();
    if (decision->change) {
      wal_.add(record_of(*decision->change));
      machine.apply(*decision->change);
    }
    return Answered(std::move(decision->response));
  };
  if (const auto* plan = std::get_if<PlanAsked>(&asked)) return take_of(both_->plans, *plan);
  return take_of(both_->remote_id, std::get<RidAsked>(asked));
}

Result<void> DssStore::commit() { return wal_.commit(); }

std::optional<std::uint64_t> DssStore::fold_to() const {
  if (wal_.durable() < folded_ + options_.kept + std::max(options_.fold_after, both_->held())) return std::nullopt;
  return wal_.durable() - options_.kept;
}

Result<void> DssStore::fold(ledger::Storage& storage, const DssStoreOptions& options, std::uint64_t to, const std::function<bool()>& go_on) {
  Both both{Dss(options.plans), RidDss(options.remote_id)};
  const auto stopped = [] { return Error{ErrorCode::refused, "the fold was stopped"}; };
  const auto take = [&](std::string_view record) -> Result<void> { return go_on() ? apply_record(both, record) : stopped(); };
  const auto from = read_newest_snapshot(storage, take);
  if (!from) return from.error();
  if (*from > to) return bad_input(fmt::format("there is a snapshot of {} changes already", *from));
  if (auto read = ledger::Wal::read(storage, *from, to, limits_of(options), take); !read) return read;
  SnapshotWriter writer(storage, to, options.part_bytes);
  Result<void> written;
  const auto write = [&](const auto& piece) {
    if (written) written = go_on() ? writer.add(record_of(piece)) : stopped();
  };
  both.plans.whole(things_in_a_record, write);
  both.remote_id.whole(things_in_a_record, write);
  if (!written) return written;
  if (auto finished = writer.finish(); !finished) return finished;
  if (auto removed = remove_snapshots_before(storage, to); !removed) return removed;
  return ledger::Wal::remove_before(storage, to);
}

}  // namespace skypact::plan
