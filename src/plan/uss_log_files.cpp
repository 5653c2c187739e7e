#include "plan/uss_log_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/text.h"
#include "json/writer.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

constexpr std::string_view magic = "SUL1";
constexpr std::size_t header_size = 29, crc_at = 25;
constexpr std::size_t id_size = 36;
constexpr std::string_view suffix = ".log";
// A clock that is set back a little, and records that waited, lie in a file beside the one that is looked for.
constexpr Duration slack = minutes(2);

void put(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xFF);
}
std::uint64_t get(std::string_view bytes, std::size_t at, unsigned size) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// nullopt where no whole record begins.
std::optional<UssLogRecord> record_at(std::string_view bytes, std::size_t& size) {
  if (bytes.size() < header_size || !bytes.starts_with(magic)) return std::nullopt;
  const std::size_t length = get(bytes, 4, 4);
  if (length > UssLogLimits::item_bytes || bytes.size() - header_size < length) return std::nullopt;
  const std::string_view text = bytes.substr(header_size, length);
  if (crc32c(text, crc32c(bytes.substr(0, crc_at))) != get(bytes, crc_at, 4)) return std::nullopt;
  const std::uint64_t part = get(bytes, 24, 1);
  if (part == 0 || part > uss_log_parts) return std::nullopt;
  size = header_size + length;
  return UssLogRecord{get(bytes, 8, 8), Time(Duration(static_cast<Duration::rep>(get(bytes, 16, 8)))), {static_cast<UssLogPart>(part), std::string(text)}};
}

// "0000000000a3f210-20261128T005841Z.log": where it begins in all that was ever written, and when.
std::string name_of(std::uint64_t offset, Time begun) {
  std::string time = to_rfc3339(begun).substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{:016x}-{}Z{}", offset, time, suffix);
}

struct Named {
  std::string name;
  std::uint64_t offset = 0;
  Time begun{};
};

std::optional<Named> named(const std::string& name) {
  if (name.size() != 16 + 1 + 16 + suffix.size() || !name.ends_with(suffix) || name[16] != '-') return std::nullopt;
  const std::string_view hex = std::string_view(name).substr(0, 16), t = std::string_view(name).substr(17, 16);
  if (!std::all_of(hex.begin(), hex.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); })) return std::nullopt;
  const auto time = parse_rfc3339(fmt::format("{}-{}-{}:{}:{}", t.substr(0, 4), t.substr(4, 2), t.substr(6, 5), t.substr(11, 2), t.substr(13)));
  if (!time) return std::nullopt;
  return Named{name, std::stoull(std::string(hex), nullptr, 16), *time};
}

Result<std::vector<Named>> files_of(ledger::Storage& storage) {
  const auto names = storage.list("");
  if (!names) return names.error();
  std::vector<Named> files;
  for (const std::string& name : *names) {
    if (auto file = named(name)) files.push_back(*std::move(file));
  }
  return files;   // names in their order are in the order of what was written
}

// A set while it is gathered.
class LogSet {
 public:
  LogSet(Interval<Time> stretch, std::size_t most_bytes) : stretch_(stretch), most_bytes_(most_bytes) {}

  void take(const UssLogRecord& record) {
    if (last_ && record.number != last_->number + 1) {
      add_gap({last_->at, record.at, record.number > last_->number ? std::optional(record.number - last_->number - 1) : std::nullopt, "records were not written, or are damaged"});
    }
    if (record.item.part == UssLogPart::started && !record.item.text.empty()) add_gap({last_ ? last_->at : record.at, record.at, std::nullopt, record.item.text});
    if (!first_at_) first_at_ = record.at;
    last_ = Last{record.number, record.at};
    if (!stretch_.contains(record.at) || record.item.part >= UssLogPart::started || too_large_at_) return;
    bytes_ += record.item.text.size() + 1;
    if (bytes_ > most_bytes_) too_large_at_ = record.at;
    else add(record.item);
  }
  void add_gap(UssLogGap gap) {
    if (gap.from < stretch_.to && gap.until >= stretch_.from && gaps_.size() < UssLogLimits::gaps) gaps_.push_back(std::move(gap));
  }
  // That what is before the first record is not there.
  void nothing_before(const std::string& why) {
    const Time until = first_at_.value_or(stretch_.to);
    if (until > stretch_.from) add_gap({stretch_.from, std::min(until, stretch_.to), std::nullopt, why});
  }
  [[nodiscard]] bool is_past() const { return last_ && last_->at >= stretch_.to + slack; }

  Result<std::string> text() const {
    if (too_large_at_) {
      return Error{ErrorCode::over_limit, fmt::format("the set has more than {} MB; ask for a shorter stretch: what was noted until {} fits", most_bytes_ / 1'000'000, exact_time(*too_large_at_))};
    }
    std::string text;
    json::Writer out(text);
    out.begin_object();
    constexpr std::array<std::string_view, 7> names{"messages", "operator_notifications", "operator_inputs", "operator_associations", "planning_attempts", "operational_intent_positions", "constraint_provider_associations"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      out.key(names[i]);
      if (static_cast<UssLogPart>(i + 1) == UssLogPart::position) write_positions(out);
      else out.raw("[" + lists_[i] + "]");
    }
    write_gaps(out);
    out.end_object();
    return text;
  }

 private:
  struct Last {
    std::uint64_t number = 0;
    Time at{};
  };

  void add(const UssLogItem& item) {
    if (item.part != UssLogPart::position) return append(lists_[static_cast<std::size_t>(item.part) - 1], item.text);
    if (item.text.size() > id_size) append(positions_[item.text.substr(0, id_size)], std::string_view(item.text).substr(id_size));
  }
  static void append(std::string& list, std::string_view item) {
    if (!list.empty()) list += ',';
    list += item;
  }
  void write_positions(json::Writer& out) const {
    out.begin_array();
    for (const auto& [id, records] : positions_) {
      out.begin_object();
      out.field("operational_intent_id", id);
      out.key("positions");
      out.raw("[" + records + "]");
      out.end_object();
    }
    out.end_array();
  }
  void write_gaps(json::Writer& out) const {
    out.key("incomplete");
    out.begin_array();
    for (const UssLogGap& gap : gaps_) {
      out.begin_object();
      out.field("from", exact_time(gap.from));
      out.field("until", exact_time(gap.until));
      out.field("lost", gap.lost);
      out.field("why", gap.why);
      out.end_object();
    }
    out.end_array();
  }

  const Interval<Time> stretch_;
  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::optional<Time> first_at_, too_large_at_;
  std::optional<Last> last_;
  std::array<std::string, 7> lists_;                 // by part; what is between the brackets
  std::map<std::string, std::string> positions_;     // by flight
  std::vector<UssLogGap> gaps_;
};

}  // namespace

void append_record(std::string& out, const UssLogRecord& record) {
  SKYPACT_CHECK(record.item.text.size() <= UssLogLimits::item_bytes);
  std::string header(magic);
  put(header, record.item.text.size(), 4);
  put(header, record.number, 8);
  put(header, static_cast<std::uint64_t>(record.at.time_since_epoch().count()), 8);
  put(header, static_cast<std::uint64_t>(record.item.part), 1);
  put(header, crc32c(record.item.text, crc32c(header)), 4);
  out += header;
  out += record.item.text;
}

void read_records(std::string_view bytes, const std::function<void(const UssLogRecord&)>& tell) {
  while (!bytes.empty()) {
    std::size_t size = 0;
    if (const auto record = record_at(bytes, size)) {
      tell(*record);
      bytes.remove_prefix(size);
      continue;
    }
    // No record's text has a zero byte, and every header has: so what begins with these letters and fits is none of a text.
    const std::size_t next = bytes.find(magic, 1);
    if (next == bytes.npos) return;
    bytes.remove_prefix(next);
  }
}

Result<UssLogFiles> UssLogFiles::open(ledger::Storage& storage, const Options& options, Time now) {
  UssLogFiles files(storage, options);
  auto found = files_of(storage);
  if (!found) return std::move(found).error();
  for (Named& file : *found) files.files_.push_back({std::move(file.name), file.offset, file.begun});
  bool is_last = true;
  for (auto file = files.files_.rbegin(); file != files.files_.rend() && !files.newest_; ++file) {
    const auto bytes = storage.read(file->path);
    if (!bytes) return bytes.error();
    if (is_last) files.end_ = file->offset + bytes->size();
    is_last = false;
    // What a killed process wrote may be readable and not durable.
    if (auto synced = storage.sync(file->path); !synced) return std::move(synced).error();
    read_records(*bytes, [&](const UssLogRecord& record) {
      files.newest_ = Newest{record.number, record.item.part};
      files.written_at_ = record.at;
    });
  }
  if (auto done = files.tidy(now); !done) return std::move(done).error();
  return files;
}

Result<void> UssLogFiles::begin_file(Time now) {
  // An empty one that a start left would have the same beginning.
  if (!files_.empty() && files_.back().offset == end_) {
    if (auto removed = storage_->remove(files_.back().path); !removed) return removed;
    files_.pop_back();
  }
  File file{name_of(end_, now), end_, now};
  if (auto written = storage_->write(file.path, ""); !written) return written;
  if (auto synced = storage_->sync_folder(""); !synced) return synced;
  files_.push_back(std::move(file));
  is_open_ = true;
  return {};
}

Result<void> UssLogFiles::write(std::span<const UssLogRecord> records, Time now) {
  if (records.empty()) return {};
  const auto hour = [](Time at) { return std::chrono::floor<std::chrono::hours>(at); };
  if (!is_open_ || end_ - files_.back().offset > options_.file_bytes || hour(files_.back().begun) != hour(now)) {
    if (is_open_) {
      if (auto synced = sync(); !synced) return synced;
    }
    if (auto begun = begin_file(now); !begun) return begun;
  }
  std::string bytes;
  for (const UssLogRecord& record : records) append_record(bytes, record);
  if (auto appended = storage_->append(files_.back().path, bytes); !appended) return appended;
  is_synced_ = false;
  end_ += bytes.size();
  written_at_ = std::max(written_at_, records.back().at);
  return tidy(now);
}

Result<void> UssLogFiles::sync() {
  if (is_synced_) return {};
  is_synced_ = true;
  return storage_->sync(files_.back().path);
}

Result<void> UssLogFiles::remove_oldest() {
  if (auto removed = storage_->remove(files_.front().path); !removed) return removed;
  files_.erase(files_.begin());
  return {};
}

// A file is as old as its newest record, which is no newer than the next file's beginning.
Result<void> UssLogFiles::tidy(Time now) {
  const Time oldest = now - options_.kept;
  if (!files_.empty() && end_ > files_.back().offset && written_at_ < oldest && files_.back().begun < oldest) {
    if (auto begun = begin_file(now); !begun) return begun;
    while (files_.size() > 1) {
      if (auto removed = remove_oldest(); !removed) return removed;
    }
  }
  while (files_.size() > 1 && files_[1].begun <= oldest) {
    if (auto removed = remove_oldest(); !removed) return removed;
  }
  while (files_.size() > 1 && bytes() > options_.max_bytes) {
    if (auto removed = remove_oldest(); !removed) return removed;
    ++removed_early_;
  }
  return {};
}

Result<std::string> read_log_set(ledger::Storage& storage, Interval<Time> stretch, std::vector<UssLogGap> gaps, std::size_t most_bytes) {
  if (stretch.empty()) return bad_input("until: must be after from");
  const auto files = files_of(storage);
  if (!files) return files.error();
  LogSet set(stretch, most_bytes);
  // From one before the file that the stretch begins in, for what is missing at its beginning shows by the record before.
  const auto begins = std::partition_point(files->begin(), files->end(), [&](const Named& file) { return file.begun <= stretch.from - slack; });
  const std::size_t first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(begins - files->begin() - 2, 0));
  for (std::size_t f = first; f < files->size() && !set.is_past(); ++f) {
    const auto bytes = storage.read((*files)[f].name);
    if (!bytes && bytes.error().code == ErrorCode::not_found) continue;   // its time has come
    if (!bytes) return bytes.error();
    read_records(*bytes, [&](const UssLogRecord& record) { set.take(record); });
  }
  if (first == 0) {
    set.nothing_before(files->empty() ? "nothing is logged" : files->front().offset == 0 ? "the log begins then" : "what was logged before is not kept any more: it was too old, or there was no room");
  }
  for (UssLogGap& gap : gaps) set.add_gap(std::move(gap));
  return set.text();
}

}  // namespace skypact::plan
