#pragma once
// DssThread: the node's DSS on a thread of its own, with its disk. What waits together is decided one after the other, made durable by one
// write, and then answered; so a busy hour costs one sync for many.
//
//     DssThread dss({.folder = "data/dss", .now = now});
//     dss.ask(plan::PlanAsked{request, caller}, bytes, [](DssAnswer answer) { … });    // never waits
//
// Where the disk fails nothing is answered that it may not have: what waits is refused, and the DSS is read anew from what the disk has.
// Another thread folds the log (plan/dss_store.h). Thread-safe.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "ledger/storage.h"
#include "plan/dss_store.h"
#include "server/utm_status.h"

namespace skypact::server {

struct DssThreadLimits {
  static constexpr std::size_t waiting = 4096;                              // requests
  static constexpr std::size_t waiting_bytes = std::size_t{256} << 20;      // of all bodies that they came with
};

struct DssThreadOptions {
  std::filesystem::path folder;
  plan::DssStoreOptions store{};
  std::function<Time()> now;
  Duration retry_after = seconds(5);
  // For tests: a disk that fails, between the DSS and the files.
  std::function<std::unique_ptr<ledger::Storage>(ledger::Storage& files)> through{};
};

// Why there is no answer: the disk failed, and whether a change is kept will be known when it is back.
struct NotDurable {
  std::string why;
};
using DssAnswer = std::variant<Result<plan::Answered>, NotDurable>;

class DssThread {
 public:
  explicit DssThread(DssThreadOptions options);
  // What waits is refused; a disk that hangs for two seconds is left alone.
  ~DssThread();
  DssThread(const DssThread&) = delete;
  DssThread& operator=(const DssThread&) = delete;

  // `done` is called once, by the thread, only where this succeeds; it does not wait. `bytes`: of the request's body. Errors: over_limit
  // where too much waits, unreachable while the disk does not do it.
  using Done = std::function<void(DssAnswer answer)>;
  Result<void> ask(plan::Asked asked, std::size_t bytes, Done done);
  [[nodiscard]] DssStatus status() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> state_;        // shared with the threads, which may outlive us on a hung disk
  std::thread thread_, folding_;
};

}  // namespace skypact::server
