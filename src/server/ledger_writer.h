#pragma once
// LedgerWriter: a node's record, written from a thread of its own, so that a slow, full or hung disk costs the record and
// never the watch.
//
//     LedgerWriter writer({.folder = "data/record", .key_file = "record.key", .origin = "north.example/record"});
//     writer.add(entry);          // never waits
//     writer.status();            // how far the record lags
//
// When the disk fails, or the files contradict their own signature, nothing more is written; it is said, and tried
// again. What waits meanwhile is kept up to a bound, in order; what does not fit is not recorded, counted, and shown.
// An entry whose writing failed half-way may be there twice after the next opening. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
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
};

struct LedgerWriterOptions {
  std::filesystem::path folder;
  std::filesystem::path key_file;
  std::string origin;                    // the key's name
  // Called before anything is signed, each time the files are opened; an error is a reason not to sign (server/own_record.h).
  std::function<Result<void>(ledger::Storage&, const ledger::SigningKey&)> before_signing{};
  std::function<void()> published{};     // after each new checkpoint, by a thread of the log
  Duration publish_every = seconds(1);
  Duration retry_after = seconds(5);
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
