#pragma once
// LedgerWriter: a node's record or journal, written from a thread of its own, so that a slow, full or hung disk costs the
// ledger and never the watch.
//
//     LedgerWriter writer({.folder = "data/record", .key_file = "record.key", .origin = "north.example/record"});
//     writer.add(entry);          // never waits
//     writer.append(entry, done); // a formal act: done once it is durable, or refused
//     writer.status();            // how far it lags
//
// When the disk fails, or the files contradict their own signature, nothing more is written; it is said, and tried
// again. What waits meanwhile is kept up to a bound, in order; what does not fit is not recorded, counted, and shown.
// An entry whose writing failed half-way may be there twice after the next opening. What is older than its retention is pruned
// (ledger/prune.h) between two writings. A formal act does not wait for a
// disk to come back: it is refused, and whoever asked decides. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "ledger/storage.h"

namespace skypact::server {

struct LedgerLimits {
  static constexpr std::size_t waiting_bytes = std::size_t{16} << 20;
  static constexpr std::size_t waiting_signatures = 64;
  static constexpr Duration prune_every = std::chrono::hours(1);
  static constexpr std::uint64_t bundles_at_once = 64;   // pruned between two writings
};

// Old entries are let go, of a ledger that nobody else follows.
struct Retention {
  Duration keep{};                       // by the times in the entries; whole bundles go, when all in them is older
  std::function<Time()> now{};
  std::function<std::uint64_t()> anchored{};   // entries whose root another ledger holds; no others go
  Duration look_every = LedgerLimits::prune_every;
};

struct LedgerWriterOptions {
  std::filesystem::path folder;
  std::filesystem::path key_file;
  std::string origin;                    // the key's name
  bool make_key = false;                 // where there is none yet
  // Called before anything is signed, each time the files are opened; an error is a reason not to sign (server/own_record.h).
  std::function<Result<void>(ledger::Storage&, const ledger::SigningKey&)> before_signing{};
  Duration publish_every = seconds(1);
  Duration retry_after = seconds(5);
  // Is called by a thread of the ledger with each new checkpoint. It does not wait.
  std::function<void(const ledger::Note& checkpoint)> published{};
  std::optional<Retention> retention{};  // none: all are kept for ever
  // For tests: a disk that fails, between the ledger and the files.
  std::function<std::unique_ptr<ledger::Storage>(ledger::Storage& files)> through{};
};

class LedgerWriter {
 public:
  enum class State : std::uint8_t { off, opening, on, failing };
  struct Status {
    State state = State::off;
    std::string message;                 // why it fails
    std::string verifier_key;            // for others, once it was read
    std::uint64_t durable = 0;           // entries that are done
    std::uint64_t published = 0;         // … and under a signed checkpoint
    std::uint64_t waiting = 0;           // entries that are not done yet
    std::uint64_t dropped = 0;           // entries that were never written
  };

  LedgerWriter();                        // off: takes nothing
  explicit LedgerWriter(const LedgerWriterOptions& options);
  // Writes what waits, for at most two seconds; a disk that hangs longer is left alone.
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  [[nodiscard]] bool is_on() const { return state_ != nullptr; }
  void add(std::string entry);
  // Errors: unreachable where the ledger is not written now, over_limit. `done` is called once, by a thread of the
  // ledger, only where this succeeds; with an error where it is not known whether the entry is durable: then the state is
  // `failing` already, and when it is `on` again `durable` counts the entry where it is. It does not wait.
  using Done = std::function<void(const Result<std::uint64_t>& index)>;
  Result<void> append(std::string entry, Done done);
  // Others' signatures of a checkpoint of ours, verified already: they are shown with it while it is the newest.
  void add_signatures(ledger::Note checkpoint);
  [[nodiscard]] Status status() const;
  // Where the files lie that anybody may read.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Shared;
  std::shared_ptr<Shared> state_;        // shared with the thread, which may outlive us on a hung disk
  std::thread thread_;
  std::filesystem::path folder_;
};

[[nodiscard]] std::string_view to_string(LedgerWriter::State state);

}  // namespace skypact::server
