#include "ledger/wal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/crc32c.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view magic = "SWL1";
constexpr std::string_view folder = "wal";
constexpr std::size_t header_size = 28, crc_at = 24;

void put(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xFF);
}
std::uint64_t get(std::string_view bytes, std::size_t at, unsigned size) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Record {
  std::uint64_t index = 0, durable = 0;
  std::string_view entry;
};

// nullopt where no whole record begins.
std::optional<Record> record_at(std::string_view bytes, std::size_t longest) {
  if (bytes.size() < header_size || !bytes.starts_with(magic)) return std::nullopt;
  const std::size_t length = get(bytes, 4, 4);
  if (length > longest || bytes.size() - header_size < length) return std::nullopt;
  const std::string_view entry = bytes.substr(header_size, length);
  if (crc32c(entry, crc32c(bytes.substr(0, crc_at))) != get(bytes, crc_at, 4)) return std::nullopt;
  return Record{get(bytes, 8, 8), get(bytes, 16, 8), entry};
}

std::string path_of(std::uint64_t first) { return fmt::format("{}/{:016x}", folder, first); }

// The first indices of the files, ascending. Other files in the folder are not ours.
Result<std::vector<std::uint64_t>> files_of(Storage& storage) {
  const auto names = storage.list(std::string(folder));
  if (!names) return names.error();
  std::vector<std::uint64_t> files;
  for (const std::string& name : *names) {
    const bool ours = name.size() == 16 && std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (ours) files.push_back(std::stoull(name, nullptr, 16));
  }
  return files;
}

// The greatest `durable` of any whole record behind a damaged place.
std::uint64_t durable_behind(std::string_view bytes, std::size_t longest) {
  std::uint64_t durable = 0;
  for (std::size_t at = bytes.find(magic); at != bytes.npos; at = bytes.find(magic, at + 1)) {
    if (const auto record = record_at(bytes.substr(at), longest)) durable = std::max(durable, record->durable);
  }
  return durable;
}

// What there is to read.
struct Wanted {
  std::uint64_t from = 0, to = 0;
  std::size_t longest = 0;
  bool make_durable = false;   // what a killed process wrote may be readable and not durable
};

// Tells the entries in order, as far as they go; returns the number of the one after the last. An error of `tell` ends it.
Result<std::uint64_t> read_files(Storage& storage, const Wanted& wanted, const std::function<Result<void>(std::string_view)>& tell) {
  const auto files = files_of(storage);
  if (!files) return files.error();
  std::uint64_t next = wanted.from;
  for (std::size_t f = 0; f < files->size() && next < wanted.to; ++f) {
    const std::string path = path_of((*files)[f]);
    const bool last = f + 1 == files->size();
    const std::uint64_t end = last ? UINT64_MAX : (*files)[f + 1];  // what is above is in the next file
    if (end <= wanted.from) continue;                               // all in the tiles, only not removed yet
    if ((*files)[f] > next) {
      return bad_input(fmt::format("{}: entries {} to {} are missing, which had been done; restore them from a mirror or a backup", path, next, (*files)[f] - 1));
    }
    auto bytes = storage.read(path);
    if (!bytes) return std::move(bytes).error();
    if (wanted.make_durable) {
      if (auto synced = storage.sync(path); !synced) return std::move(synced).error();
    }
    std::string_view rest = *bytes;
    std::uint64_t expected = (*files)[f];
    while (expected < end && next < wanted.to) {
      const auto record = record_at(rest, wanted.longest);
      if (!record || record->index != expected) break;
      if (expected == next) {
        if (auto told = tell(record->entry); !told) return std::move(told).error();
        ++next;
      }
      ++expected;
      rest.remove_prefix(header_size + record->entry.size());
    }
    if (next == wanted.to) break;
    const std::uint64_t done = last ? durable_behind(rest, wanted.longest) : end;
    if (expected < done && done > wanted.from) {
      return bad_input(fmt::format("{}: entry {} is damaged, and it had been done; restore it from a mirror or a backup", path, expected));
    }
  }
  return next;
}

}  // namespace

Result<Wal> Wal::open(Storage& storage, std::uint64_t from, Limits limits) {
  if (auto made = storage.make_folder(std::string(folder)); !made) return std::move(made).error();
  Wal wal(storage, from, limits);
  const auto next = read_files(storage, {.from = from, .to = UINT64_MAX, .longest = limits.entry_bytes, .make_durable = true}, [&](std::string_view entry) -> Result<void> {
    wal.recovered_.emplace_back(entry);
    return {};
  });
  if (!next) return next.error();
  wal.next_ = wal.durable_ = *next;
  if (auto synced = storage.sync_folder(std::string(folder)); !synced) return std::move(synced).error();
  // Never behind a torn end: a new file.
  if (auto begun = wal.begin_file(wal.next_); !begun) return std::move(begun).error();
  return wal;
}

Result<void> Wal::read(Storage& storage, std::uint64_t from, std::uint64_t to, const Limits& limits, const std::function<Result<void>(std::string_view)>& tell) {
  const auto next = read_files(storage, {.from = from, .to = to, .longest = limits.entry_bytes}, tell);
  if (!next) return next.error();
  if (*next < to) return bad_input(fmt::format("{}: entries {} to {} are missing, which had been done; restore them from a mirror or a backup", folder, *next, to - 1));
  return {};
}

Result<void> Wal::begin_file(std::uint64_t first) {
  path_ = path_of(first);
  file_size_ = 0;
  if (auto written = storage_->write(path_, ""); !written) return written;
  return storage_->sync_folder(std::string(folder));
}

std::uint64_t Wal::add(std::string_view entry) {
  SKYPACT_CHECK(entry.size() <= limits_.entry_bytes);
  std::string header(magic);
  put(header, entry.size(), 4);
  put(header, next_, 8);
  put(header, durable_, 8);
  put(header, crc32c(entry, crc32c(header)), 4);
  pending_ += header;
  pending_ += entry;
  return next_++;
}

Result<void> Wal::commit() {
  if (failure_) return *failure_;
  if (pending_.empty()) return {};
  const auto all = [&]() -> Result<void> {
    if (file_size_ > limits_.file_bytes) {
      if (auto begun = begin_file(durable_); !begun) return begun;
    }
    if (auto written = storage_->append(path_, pending_); !written) return written;
    return storage_->sync(path_);
  };
  if (auto done = all(); !done) {
    failure_ = done.error();
    return done;
  }
  file_size_ += pending_.size();
  pending_.clear();
  durable_ = next_;
  return {};
}

Result<void> Wal::remove_before(Storage& storage, std::uint64_t size) {
  const auto files = files_of(storage);
  if (!files) return files.error();
  for (std::size_t f = 0; f + 1 < files->size(); ++f) {
    if ((*files)[f + 1] > size) break;
    if (auto removed = storage.remove(path_of((*files)[f])); !removed) return removed;
  }
  return {};
}

}  // namespace skypact::ledger
