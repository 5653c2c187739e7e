#pragma once
// UssLog: what this node logs as a USS, on disk, and the sets of it that a person asks for or releases to a peer.
//
//     UssLog log({.folder = "data/uss/log", .now = now});
//     log.note(plan::input_item(now, id, "OPIN0040", "Activated"));     // never waits
//     auto set = log.set({from, until});                                // waits for the disk
//     auto released = log.release({from, until}, "south");              // whose id is for a peer: log.released(id, "south")
//
// A thread of its own writes, so that a slow, full or hung disk costs nobody an answer. What does not fit the queue is lost, counted, and
// said by each set that it is missing in. Format: docs/formats/uss-log.md. Thread-safe.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "ledger/storage.h"
#include "plan/uss_log_files.h"
#include "server/utm_status.h"

namespace skypact::server {

struct UssLogQueueLimits {
  static constexpr std::size_t bytes = std::size_t{32} << 20;     // that wait for the disk
  static constexpr Duration sync_every = seconds(1);              // what a power cut may cost; a kill costs only what waits
  static constexpr Duration retry_after = seconds(5);             // a disk that refused is asked again
  static constexpr Duration tidy_every = minutes(10);
  static constexpr Duration set_waits = seconds(2);               // for what was noted before
  static constexpr std::size_t released = 100;                    // sets, at once
  static constexpr std::chrono::days released_for{7};
};

struct UssLogOptions {
  std::filesystem::path folder;                                   // of the log alone
  std::function<Time()> now;
  plan::UssLogFiles::Options files{};
  std::size_t queue_bytes = UssLogQueueLimits::bytes;
  Duration retry_after = UssLogQueueLimits::retry_after;
  // For tests: a disk that fails, between the log and the files.
  std::function<std::unique_ptr<ledger::Storage>(ledger::Storage& files)> through{};
};

class UssLog {
 public:
  explicit UssLog(UssLogOptions options);
  ~UssLog() { stop(); }
  UssLog(const UssLog&) = delete;
  UssLog& operator=(const UssLog&) = delete;

  void note(plan::UssLogItem item);
  // Writes out what waits, for at most two seconds; a disk that hangs longer is left alone. What is noted later is lost.
  void stop();

  // A USSLogSet (plan::read_log_set). Errors: bad_input, over_limit, unreachable.
  Result<std::string> set(Interval<Time> stretch) const;

  struct Released {
    std::string id;                   // that nobody can guess
    Time expires_at{};
  };
  // A peer that knows the id may read the set until then, or until the node is started anew; `only_for`: the manager who may; empty: whoever knows it. A
  // set of what is yet to come is bad_input; else errors as set()'s, and over_limit where as many are released as may be.
  Result<Released> release(Interval<Time> stretch, const std::string& only_for);
  // nullopt where there is no such set for this manager.
  [[nodiscard]] std::optional<Interval<Time>> released(const std::string& id, const std::string& manager) const;

  [[nodiscard]] UssStatus::Log status() const;

 private:
  struct State;
  struct Release {
    Interval<Time> stretch;
    std::string only_for;
    Time expires_at{};
  };
  std::shared_ptr<State> state_;      // shared with the thread, which may outlive us on a hung disk
  std::thread thread_;
  mutable std::mutex releases_mutex_;
  std::map<std::string, Release> releases_;
};

}  // namespace skypact::server
