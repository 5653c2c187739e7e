#pragma once
// UssLogFiles: what a USS logs, in files of an hour, and sets of it. Format: docs/formats/uss-log.md.
//
//     auto files = UssLogFiles::open(storage, options, now);
//     if (auto done = files->write(records, now); !done) …    // with the operating system; open() anew, and see which came through
//     files->sync();                                          // durable
//     auto set = read_log_set(storage, {from, until}, {});    // a USSLogSet; from another thread if one likes
//
// Records are numbered without a gap, so what is missing shows. The end of a file may be torn; nothing is ever written behind it. For one
// thread at a time.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/storage.h"
#include "plan/uss_log_item.h"

namespace skypact::plan {

struct UssLogLimits {
  static constexpr std::size_t item_bytes = std::size_t{8} << 20;
  static constexpr std::size_t set_bytes = std::size_t{32} << 20;
  static constexpr std::size_t gaps = 1'000;                   // that a set tells one by one
};

struct UssLogRecord {
  std::uint64_t number = 0;
  Time at{};
  UssLogItem item;
  friend bool operator==(const UssLogRecord&, const UssLogRecord&) = default;
};
void append_record(std::string& out, const UssLogRecord& record);
// Tells the whole records of a file's bytes in their order. What is damaged is passed over.
void read_records(std::string_view bytes, const std::function<void(const UssLogRecord&)>& tell);

class UssLogFiles {
 public:
  struct Options {
    std::chrono::days kept{45};
    std::uint64_t max_bytes = 4'000'000'000;                   // of all files; the oldest goes before its time where they have more
    std::size_t file_bytes = std::size_t{16} << 20;            // a new one is begun beyond
  };
  // Errors: what storage gives.
  static Result<UssLogFiles> open(ledger::Storage& storage, const Options& options, Time now);

  struct Newest {
    std::uint64_t number = 0;
    UssLogPart part = UssLogPart::ended;
  };
  // The last whole record that open() found; none: there is nothing.
  [[nodiscard]] const std::optional<Newest>& newest() const { return newest_; }

  // Numbers ascend. After an error nothing more may be asked of this object.
  Result<void> write(std::span<const UssLogRecord> records, Time now);
  Result<void> sync();
  // Lets go what is older than it is kept.
  Result<void> tidy(Time now);

  [[nodiscard]] std::uint64_t bytes() const { return end_ - (files_.empty() ? end_ : files_.front().offset); }
  [[nodiscard]] std::uint64_t removed_early() const { return removed_early_; }   // files that went for lack of room

 private:
  struct File {
    std::string path;
    std::uint64_t offset = 0;
    Time begun{};
  };
  UssLogFiles(ledger::Storage& storage, const Options& options) : storage_(&storage), options_(options) {}
  Result<void> begin_file(Time now);
  Result<void> remove_oldest();

  ledger::Storage* storage_;
  Options options_;
  std::vector<File> files_;              // the oldest first
  bool is_open_ = false;                 // the last is being written
  bool is_synced_ = true;
  std::uint64_t end_ = 0;                // bytes of all files that there ever were
  Time written_at_{};                    // the last record
  std::optional<Newest> newest_;
  std::uint64_t removed_early_ = 0;
};

// A stretch of which not all is there.
struct UssLogGap {
  Time from{}, until{};
  std::optional<std::uint64_t> lost;     // records; none: nobody knows
  std::string why;
};
// The USSLogSet of what was noted in [from, until), with what is known to be missing as "incomplete". `gaps`: that the files do not know of. Errors: bad_input for an
// empty stretch, over_limit where the set would be larger than `most_bytes`, with what to do; what storage gives.
Result<std::string> read_log_set(ledger::Storage& storage, Interval<Time> stretch, std::vector<UssLogGap> gaps, std::size_t most_bytes = UssLogLimits::set_bytes);

}  // namespace skypact::plan
