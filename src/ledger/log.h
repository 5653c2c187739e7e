#pragma once
// Log: a ledger that is written. Entries of many callers become durable together, then tiles and a signed checkpoint.
//
//     auto log = Log::open(storage, std::move(key), {});
//     (*log)->append(entry, [](const Result<std::uint64_t>& index) { … });   // called once it is durable, or refused
//
// Two threads: one commits (a write and a sync for all that waits), one publishes; a slow publication delays no
// commit until LogOptions::most_waiting_bytes lie between them. When a disk fails, everything after is refused with
// the reason, and status() says so; the caller goes on without the ledger, and opens it anew when it may work again.
//
// All functions may be called from any thread, but not the destructor beside others. It commits and publishes
// what was taken before.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ledger/note.h"
#include "ledger/storage.h"

namespace skypact::ledger {

struct LogOptions {
  Duration publish_every = seconds(1);
  std::size_t most_waiting_bytes = std::size_t{64} << 20;  // taken and not durable, and as much again not published
  std::size_t wal_file_bytes = std::size_t{4} << 20;
};

struct LogStatus {
  std::uint64_t durable = 0;             // entries that are done
  std::uint64_t published = 0;           // … and under a signed checkpoint
  std::uint64_t waiting = 0;             // taken, not done
  std::optional<std::string> failure{};  // nothing more is taken or signed
};

class Log {
 public:
  using Done = std::function<void(const Result<std::uint64_t>& index)>;
  using Published = std::function<void(const Note& checkpoint)>;

  // `storage` outlives the log and is locked by the caller. `published` is called by a thread of the log, for each new
  // checkpoint; so is Done. Neither may call the log and wait. Errors as of Tree::open and Wal::open.
  static Result<std::unique_ptr<Log>> open(Storage& storage, SigningKey key, LogOptions options, Published published = nullptr);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Errors: over_limit for an entry beyond longest_entry or when too much waits; the failure that stopped the log.
  // `done` is called only where this succeeds.
  Result<void> append(std::string entry, Done done);
  // The same, and waits.
  Result<std::uint64_t> append(std::string entry);
  // Signs a checkpoint of at least what was durable when called, and waits for it.
  Result<Note> publish();

  // Others' signatures of a checkpoint of ours, verified by the caller: the file `checkpoint` shows them soon, while it is still
  // the newest. Does not wait.
  void add_signatures(Note head);

  [[nodiscard]] LogStatus status() const;
  [[nodiscard]] Note head() const;  // the last signed; an empty one before the first

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace skypact::ledger
