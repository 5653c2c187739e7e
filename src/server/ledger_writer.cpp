#include "server/ledger_writer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "ledger/key_file.h"
#include "ledger/log.h"
#include "ledger/prune.h"
#include "ledger/tile.h"
#include "ledger/tile_writer.h"
#include "node/acts.h"
#include "server/disk_thread.h"
#include "server/log.h"

namespace skypact::server {

struct LedgerWriter::Shared : DiskThreadState {
  explicit Shared(LedgerWriterOptions o) : options(std::move(o)) {}

  // The files, and what a test puts before them.
  struct Disk {
    explicit Disk(const LedgerWriterOptions& options) : files(options.folder), through(options.through ? options.through(files) : nullptr) {}
    [[nodiscard]] ledger::Storage& storage() { return through ? *through : static_cast<ledger::Storage&>(files); }
    ledger::FileStorage files;
    const std::unique_ptr<ledger::Storage> through;
  };

  void run();
  Result<std::unique_ptr<ledger::Log>> open(std::optional<Disk>& disk);
  void write(ledger::Log& log);
  void fail(const std::string& why);
  void refuse_acts(const std::string& why);
  Result<bool> prune(Disk& disk, std::uint64_t published);
  [[nodiscard]] std::uint64_t waiting() const { return entries.size() + in_hand; }

  struct Waiting {
    std::string entry;
    Done done;                           // of a formal act
  };
  const LedgerWriterOptions options;
  std::deque<Waiting> entries;
  std::size_t entry_bytes = 0;
  std::uint64_t in_hand = 0;             // given to the log, not answered
  std::vector<ledger::Note> cosigned;    // to be shown
  Status status{.state = State::opening, .message = {}, .verifier_key = {}};
};

std::string_view to_string(LedgerWriter::State state) {
  switch (state) {
    case LedgerWriter::State::off: return "off";
    case LedgerWriter::State::opening: return "opening";
    case LedgerWriter::State::on: return "on";
    case LedgerWriter::State::failing: return "failing";
  }
  return "off";
}

Result<std::unique_ptr<ledger::Log>> LedgerWriter::Shared::open(std::optional<Disk>& disk) {
  auto key = ledger::read_key_file(options.key_file);
  if (!key && key.error().code == ErrorCode::not_found && options.make_key) {
    const auto made = ledger::SigningKey::generate(options.origin, ledger::KeyType::ed25519);
    if (auto written = ledger::write_key_file(options.key_file, made); !written) return std::move(written).error();
    key = ledger::read_key_file(options.key_file);
  }
  if (!key) {
    Error error = std::move(key).error();
    if (error.code == ErrorCode::not_found) error.message += "; make one with: skypact key generate " + options.key_file.string() + " --name " + options.origin;
    return error;
  }
  if (key->verifier().name != options.origin) {
    return bad_input(options.key_file.string() + ": the key is called " + key->verifier().name + ", and the ledger " + options.origin);
  }
  const std::string verifier = ledger::to_string(key->verifier());
  disk.emplace(options);
  if (auto locked = disk->files.lock(); !locked) return std::move(locked).error();
  {
    const std::lock_guard lock(mutex);
    status.verifier_key = verifier;
  }
  if (options.before_signing) {
    if (auto may = options.before_signing(disk->storage(), *key); !may) return std::move(may).error();
  }
  return ledger::Log::open(disk->storage(), std::move(*key), {.publish_every = options.publish_every}, options.published);
}

void LedgerWriter::Shared::fail(const std::string& why) {
  const std::lock_guard lock(mutex);
  if (status.state != State::failing || status.message != why) log::error("the record fails; watching goes on", {{"why", why}});
  status.state = State::failing;
  status.message = why;
}

// Hands over what waits and waits for the answers; what was refused stays, in order, but for formal acts.
void LedgerWriter::Shared::write(ledger::Log& log) {
  struct Answers {
    std::mutex mutex;
    std::condition_variable all;
    std::size_t open = 0;
    std::vector<std::size_t> refused;
  };
  std::deque<Waiting> group;
  {
    const std::lock_guard lock(mutex);
    group = std::exchange(entries, {});
    entry_bytes = 0;
    in_hand = group.size();
  }
  const auto answers = std::make_shared<Answers>();
  for (std::size_t i = 0; i < group.size(); ++i) {
    {
      const std::lock_guard lock(answers->mutex);
      ++answers->open;
    }
    const auto answered = [this, &log, answers, i, done = group[i].done](const Result<std::uint64_t>& index) {
      // Whoever is told that it is not known must not find the ledger on, as if its numbers counted.
      if (const auto failure = index ? std::nullopt : log.status().failure) fail(*failure);
      if (done) done(index);
      const std::lock_guard lock(answers->mutex);
      if (!index && !done) answers->refused.push_back(i);
      if (--answers->open == 0) answers->all.notify_all();
    };
    if (auto taken = log.append(group[i].entry, answered); !taken) answered(taken.error());
  }
  std::vector<std::size_t> refused;
  {
    std::unique_lock lock(answers->mutex);
    answers->all.wait(lock, [&] { return answers->open == 0; });
    refused = std::move(answers->refused);
  }
  std::sort(refused.begin(), refused.end());
  const ledger::LogStatus log_status = log.status();
  const std::lock_guard lock(mutex);
  for (auto at = refused.rbegin(); at != refused.rend(); ++at) {
    entry_bytes += group[*at].entry.size();
    entries.push_front(std::move(group[*at]));
  }
  in_hand = 0;
  status.durable = log_status.durable;
  status.published = log_status.published;
  changed.notify_all();
}

// Formal acts that wait are refused with the reason.
void LedgerWriter::Shared::refuse_acts(const std::string& why) {
  std::vector<Done> refused;
  {
    const std::lock_guard lock(mutex);
    std::erase_if(entries, [&](Waiting& waiting) {
      if (!waiting.done) return false;
      entry_bytes -= waiting.entry.size();
      refused.push_back(std::move(waiting.done));
      return true;
    });
  }
  for (const Done& done : refused) done(Error{ErrorCode::unreachable, why});
}

// True where there may be more to prune.
Result<bool> LedgerWriter::Shared::prune(Disk& disk, std::uint64_t published) {
  const Retention& retention = *options.retention;
  const ledger::ReadFile files = ledger::files_of(disk.storage());
  const auto before = ledger::read_pruned(files);
  if (!before) return before.error();
  const Time oldest = retention.now() - retention.keep;
  const std::uint64_t most = std::min({retention.anchored(), published, before->minimum + LedgerLimits::bundles_at_once * ledger::tile_width});
  std::uint64_t below = before->minimum;
  for (; below + ledger::tile_width <= most; below += ledger::tile_width) {
    const auto bundle = ledger::read_bundle(files, below / ledger::tile_width, ledger::tile_width);
    if (!bundle) return bundle.error();
    const auto in_bundle = ledger::parse_bundle(*bundle, ledger::tile_width);
    if (!in_bundle) return Error(in_bundle.error()).within(ledger::bundle_path(below / ledger::tile_width, ledger::tile_width));
    // One that says no time is kept, and so is all after it.
    const bool old = std::all_of(in_bundle->begin(), in_bundle->end(), [&](std::string_view entry) {
      const auto at = node::time_of(entry);
      return at && *at < oldest;
    });
    if (!old) break;
  }
  if (below == before->minimum && before->removed == before->minimum) return false;
  const auto pruned = ledger::prune(disk.storage(), below);
  if (!pruned) return pruned.error();
  log::info("old entries are pruned", {{"folder", options.folder.string()}, {"below", std::to_string(pruned->minimum)}});
  return below == before->minimum + LedgerLimits::bundles_at_once * ledger::tile_width;
}

void LedgerWriter::Shared::run() {
  std::optional<Disk> disk;
  std::unique_ptr<ledger::Log> log;
  bool failed_to_open = false;
  Duration prune_at{};
  std::unique_lock lock(mutex);
  for (;;) {
    if (!log) {
      if (stopping && (entries.empty() || failed_to_open)) break;
      lock.unlock();
      auto opened = open(disk);
      if (!opened) fail(opened.error().message);
      lock.lock();
      failed_to_open = !opened;
      if (!opened) {
        disk.reset();
        changed.wait_for(lock, options.retry_after, [&] { return stopping; });
        continue;
      }
      log = std::move(*opened);
      if (status.state == State::failing) log::info("the record goes on", {{"folder", options.folder.string()}});
      // With what is there: who reads the record when it is on must not take it for empty.
      const ledger::LogStatus found = log->status();
      status.durable = found.durable, status.published = found.published;
      status.state = State::on;
      status.message.clear();
    }
    // Looks again now and then: the log may fail in publishing too.
    changed.wait_for(lock, options.publish_every, [&] { return stopping || !entries.empty() || !cosigned.empty(); });
    for (ledger::Note& note : std::exchange(cosigned, {})) log->add_signatures(std::move(note));
    if (entries.empty() && stopping) break;
    lock.unlock();
    write(*log);
    if (options.retention && !log->status().failure && monotonic_now() >= prune_at) {
      const auto more = prune(*disk, log->status().published);
      if (!more) log::warn("old entries are not pruned; it is tried again", {{"folder", options.folder.string()}, {"why", more.error().message}});
      if (!more || !*more) prune_at = monotonic_now() + options.retention->look_every;
    }
    const ledger::LogStatus now = log->status();
    if (now.failure) {
      log.reset();
      disk.reset();
      fail(*now.failure);
      refuse_acts(*now.failure);
    }
    lock.lock();
    if (!now.failure) status.durable = now.durable, status.published = now.published;
  }
  lock.unlock();
  refuse_acts("the node is stopping");
  log.reset();      // publishes what is done
  disk.reset();
  lock.lock();
  finished = true;
  changed.notify_all();
}

LedgerWriter::LedgerWriter() = default;

LedgerWriter::LedgerWriter(const LedgerWriterOptions& options) : state_(std::make_shared<Shared>(options)), folder_(options.folder) {
  thread_ = std::thread([state = state_] { state->run(); });
}

LedgerWriter::~LedgerWriter() {
  if (!state_) return;
  end_disk_thread(*state_, thread_);
}

void LedgerWriter::add(std::string entry) {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  if (state_->stopping || entry.size() > ledger::longest_entry || state_->entry_bytes + entry.size() > LedgerLimits::waiting_bytes) {
    ++state_->status.dropped;
    return;
  }
  state_->entry_bytes += entry.size();
  state_->entries.push_back({std::move(entry), nullptr});
  state_->changed.notify_all();
}

Result<void> LedgerWriter::append(std::string entry, Done done) {
  if (!state_) return Error{ErrorCode::unreachable, "this node keeps no record, so it takes no formal acts; [record] in its configuration"};
  const std::lock_guard lock(state_->mutex);
  if (entry.size() > ledger::longest_entry) return Error{ErrorCode::over_limit, "an entry has at most 65,535 bytes"};
  if (state_->stopping) return Error{ErrorCode::unreachable, "the node is stopping"};
  if (state_->status.state != State::on) {
    return Error{ErrorCode::unreachable, "the record is not written now" + (state_->status.message.empty() ? std::string() : ": " + state_->status.message)};
  }
  if (state_->entry_bytes + entry.size() > LedgerLimits::waiting_bytes) return Error{ErrorCode::over_limit, "too much waits for the record's disk; try again later"};
  state_->entry_bytes += entry.size();
  state_->entries.push_back({std::move(entry), std::move(done)});
  state_->changed.notify_all();
  return {};
}

void LedgerWriter::add_signatures(ledger::Note checkpoint) {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  if (state_->status.state != State::on || state_->cosigned.size() >= LedgerLimits::waiting_signatures) return;
  state_->cosigned.push_back(std::move(checkpoint));
  state_->changed.notify_all();
}

LedgerWriter::Status LedgerWriter::status() const {
  if (!state_) return {};
  const std::lock_guard lock(state_->mutex);
  Status status = state_->status;
  status.waiting = state_->waiting();
  return status;
}

}  // namespace skypact::server
