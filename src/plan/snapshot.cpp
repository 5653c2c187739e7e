#include "plan/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace skypact::plan {
namespace {

constexpr std::string_view folder = "snapshot";
constexpr std::string_view first_line = "skypact snapshot 1";
constexpr std::size_t digits = 16;   // of the number of changes, in hexadecimal

std::string end_of(std::uint64_t changes) { return fmt::format("{}/{:016x}.end", folder, changes); }
std::string part_of(std::uint64_t changes, std::size_t part) { return fmt::format("{}/{:016x}.{:06}", folder, changes, part); }

// The number of changes that a file's name begins with; nullopt where the file is not ours.
std::optional<std::uint64_t> changes_in(std::string_view name) {
  const auto high = name.size() > digits && name[digits] == '.' ? parse_hex(name.substr(0, digits / 2)) : std::nullopt;
  const auto low = high ? parse_hex(name.substr(digits / 2, digits / 2)) : std::nullopt;
  return low ? std::optional(std::uint64_t{*high} << 32 | *low) : std::nullopt;
}

Error damaged(const std::string& path, const std::string& what) {
  return bad_input(fmt::format("{}: {}; restore the folder from a backup", path, what));
}

Result<Snapshot> read_end(ledger::Storage& storage, std::uint64_t changes) {
  const std::string path = end_of(changes);
  const auto text = storage.read(path);
  if (!text) return text.error();
  std::string_view rest = *text;
  if (next_field(rest, '\n') != first_line || !rest.ends_with('\n')) return damaged(path, "is not the end of a snapshot of version 1");
  Snapshot snapshot{changes, {}};
  while (!rest.empty()) {
    const auto hash = ledger::hash_from_base64(next_field(rest, '\n').value_or(""));
    if (!hash) return damaged(path, "must hold a SHA-256 in each line");
    snapshot.parts.push_back(*hash);
  }
  return snapshot;
}

}  // namespace

Result<std::optional<Snapshot>> newest_snapshot(ledger::Storage& storage) {
  const auto names = storage.list(std::string(folder));
  if (!names) return names.error();
  std::optional<std::uint64_t> newest;
  for (const std::string& name : *names) {
    const auto changes = changes_in(name);
    if (changes && name.ends_with(".end")) newest = std::max(newest.value_or(0), *changes);
  }
  if (!newest) return std::optional<Snapshot>();
  auto snapshot = read_end(storage, *newest);
  if (!snapshot) return std::move(snapshot).error();
  return std::optional(*std::move(snapshot));
}

std::vector<std::string> files_of(const Snapshot& snapshot) {
  std::vector<std::string> files;
  for (std::size_t part = 0; part < snapshot.parts.size(); ++part) files.push_back(part_of(snapshot.changes, part));
  files.push_back(end_of(snapshot.changes));
  return files;
}

Result<void> read_snapshot(ledger::Storage& storage, const Snapshot& snapshot, const std::function<Result<void>(std::string_view)>& tell) {
  for (std::size_t part = 0; part < snapshot.parts.size(); ++part) {
    const std::string path = part_of(snapshot.changes, part);
    const auto bytes = storage.read(path);
    if (!bytes) return bytes.error();
    if (ledger::sha256(ledger::as_bytes(*bytes)) != snapshot.parts[part]) return damaged(path, "is not what " + end_of(snapshot.changes) + " says");
    std::string_view rest = *bytes;
    while (!rest.empty()) {
      if (auto told = tell(next_field(rest, '\n').value_or("")); !told) return std::move(told).error().within(path);
    }
  }
  return {};
}

// The end first: without it the parts are no snapshot.
Result<void> remove_snapshots_before(ledger::Storage& storage, std::uint64_t changes) {
  const auto names = storage.list(std::string(folder));
  if (!names) return names.error();
  for (const bool ends : {true, false}) {
    for (const std::string& name : *names) {
      const auto of = changes_in(name);
      if (!of || *of >= changes || name.ends_with(".end") != ends) continue;
      if (auto removed = storage.remove(std::string(folder) + '/' + name); !removed) return removed;
    }
    if (auto synced = storage.sync_folder(std::string(folder)); !synced) return synced;
  }
  return {};
}

Result<void> SnapshotWriter::add(std::string_view record) {
  SKYPACT_CHECK(record.find('\n') == record.npos);
  part_ += record;
  part_ += '\n';
  return part_.size() < part_bytes_ ? Result<void>() : end_part();
}

Result<void> SnapshotWriter::end_part() {
  if (part_.empty()) return {};
  const std::string path = part_of(snapshot_.changes, snapshot_.parts.size());
  snapshot_.parts.push_back(ledger::sha256(ledger::as_bytes(part_)));
  return ledger::replace(storage_, path, std::exchange(part_, {}));
}

Result<void> SnapshotWriter::finish() {
  if (auto ended = end_part(); !ended) return ended;
  std::string text(first_line);
  text += '\n';
  for (const ledger::Hash& part : snapshot_.parts) text += ledger::to_base64(part) + '\n';
  return ledger::replace(storage_, end_of(snapshot_.changes), std::move(text));
}

}  // namespace skypact::plan
