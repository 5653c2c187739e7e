#include "server/uss_log.h"

#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/new_uuid.h"
#include "server/thread_name.h"

namespace skypact::server {

struct UssLog::State : DiskThreadState {
  explicit State(UssLogOptions o) : options(std::move(o)), disk(options.folder, ledger::Readers::owner) {
    if (options.through) between = options.through(disk);
    waiting_since = options.now();
  }

  void run();
  Result<void> open();
  Result<void> write_out(bool is_last);
  void fail(const std::string& why);
  [[nodiscard]] ledger::Storage& storage() { return between ? *between : static_cast<ledger::Storage&>(disk); }

  const UssLogOptions options;
  ledger::FileStorage disk;
  std::unique_ptr<ledger::Storage> between;

  std::deque<plan::UssLogRecord> queue;            // numbered from the beginning of this run
  std::size_t queued_bytes = 0;                    // with what the thread holds
  std::uint64_t noted = 1, handled = 0;            // records, written or lost; the first says that the run began
  bool mark_loss = false;                          // the newest that were noted are lost
  std::optional<Time> waiting_since;               // not all that was noted then and later is written
  UssStatus::Log status;

  // For the thread only.
  bool locked = false;
  std::optional<plan::UssLogFiles> files;
  std::optional<std::uint64_t> first;              // number of this run's first record
  std::vector<plan::UssLogRecord> unwritten;       // numbered as in the files, but for a run that has not begun
  Duration retry_at{}, sync_at{}, tidy_at{};
  std::uint64_t removed_early = 0;
};

void UssLog::State::fail(const std::string& why) {
  files.reset();
  retry_at = monotonic_now() + options.retry_after;
  const std::lock_guard lock(mutex);
  if (status.failing != why) log::error("the USS's log is not written", {{"folder", options.folder.string()}, {"why", why}});
  status.failing = why;
}

// The folder above may be the USS's, which is its owner's alone.
Result<void> UssLog::State::open() {
  if (!locked) {
    std::error_code error;
    const std::filesystem::path above = std::filesystem::absolute(options.folder).parent_path();
    std::filesystem::create_directories(above.parent_path(), error);
    (void)::mkdir(above.c_str(), 0700);              // what is wrong with it shows below
    if (auto done = disk.lock(); !done) return done;
    locked = true;
  }
  auto opened = plan::UssLogFiles::open(storage(), options.files, options.now());
  if (!opened) return std::move(opened).error();
  files = *std::move(opened);
  const auto& newest = files->newest();
  if (!first) {
    first = newest ? newest->number + 1 : 0;
    const bool in_order = !newest || newest->part == plan::UssLogPart::ended;
    plan::UssLogRecord begins{*first, options.now(), {plan::UssLogPart::started, in_order ? "" : "the node ended without closing its log; what it noted last may be missing"}};
    for (plan::UssLogRecord& record : unwritten) record.number += *first;
    unwritten.insert(unwritten.begin(), std::move(begins));
  } else if (newest) {
    // What came through in spite of the error.
    std::erase_if(unwritten, [&](const plan::UssLogRecord& record) { return record.number <= newest->number; });
  }
  const std::lock_guard lock(mutex);
  if (!status.failing.empty()) log::info("the USS's log goes on", {{"folder", options.folder.string()}});
  status.failing.clear();
  return {};
}

// What waits; durable once a second, and where it is the last of this run.
Result<void> UssLog::State::write_out(bool is_last) {
  const Duration now = monotonic_now();
  if (!files) {
    if (auto opened = open(); !opened) return opened;
  }
  if (auto written = files->write(unwritten, options.now()); !written) return written;
  {
    const std::lock_guard lock(mutex);
    status.written += unwritten.size();
  }
  unwritten.clear();
  if (now >= sync_at || is_last) {
    sync_at = now + UssLogQueueLimits::sync_every;
    if (auto synced = files->sync(); !synced) return synced;
  }
  if (now >= tidy_at) {
    tidy_at = now + UssLogQueueLimits::tidy_every;
    if (auto tidied = files->tidy(options.now()); !tidied) return tidied;
  }
  if (files->removed_early() > removed_early) log::warn("the USS's log is full; its oldest files are gone before their time", {{"files", std::to_string(files->removed_early() - removed_early)}});
  removed_early = files->removed_early();
  return {};
}

void UssLog::State::run() {
  name_thread("uss-log");
  std::unique_lock lock(mutex);
  bool is_last = false;
  for (Duration longest{}; !is_last; longest = UssLogQueueLimits::sync_every) {
    changed.wait_for(lock, longest, [&] { return stopping || (!queue.empty() && monotonic_now() >= retry_at); });
    is_last = stopping;
    if (files && std::exchange(mark_loss, false)) queue.push_back({noted++, options.now(), {plan::UssLogPart::mark, {}}});
    if (is_last) queue.push_back({noted++, options.now(), {plan::UssLogPart::ended, {}}});
    for (plan::UssLogRecord& record : queue) {
      record.number += first.value_or(0);
      unwritten.push_back(std::move(record));
    }
    queue.clear();
    const std::uint64_t taken = noted;
    lock.unlock();
    if (monotonic_now() >= retry_at || is_last) {
      if (auto done = write_out(is_last); !done) fail(done.error().message);
    }
    lock.lock();
    if (files && unwritten.empty()) {
      handled = taken;
      queued_bytes = 0;
      for (const plan::UssLogRecord& record : queue) queued_bytes += record.item.text.size() + sizeof record;
      waiting_since = handled == noted ? std::nullopt : std::optional(queue.empty() ? options.now() : queue.front().at);
    }
    if (files) status.bytes = files->bytes();
    changed.notify_all();
  }
  finished = true;
  changed.notify_all();
}

UssLog::UssLog(UssLogOptions options) : state_(std::make_shared<State>(std::move(options))), thread_([state = state_] { state->run(); }) {}

void UssLog::stop() {
  if (thread_.joinable()) end_disk_thread(*state_, thread_);
}

void UssLog::note(plan::UssLogItem item) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopping) return;
  const std::size_t size = item.text.size() + sizeof(plan::UssLogRecord);
  const std::uint64_t number = state_->noted++;
  const Time now = state_->options.now();
  if (!state_->waiting_since) state_->waiting_since = now;
  if (item.text.size() > plan::UssLogLimits::item_bytes || state_->queued_bytes + size > state_->options.queue_bytes) {
    ++state_->status.lost;
    state_->mark_loss = true;
    return;
  }
  state_->queued_bytes += size;
  state_->queue.push_back({number, now, std::move(item)});
  if (state_->queue.size() == 1) state_->changed.notify_all();
}

Result<std::string> UssLog::set(Interval<Time> stretch) const {
  std::vector<plan::UssLogGap> gaps;
  {
    std::unique_lock lock(state_->mutex);
    const std::uint64_t noted = state_->noted;
    const bool all = state_->changed.wait_for(lock, UssLogQueueLimits::set_waits, [&] { return state_->handled >= noted || state_->finished || !state_->status.failing.empty(); }) && state_->handled >= noted;
    if (!all && state_->waiting_since) {
      gaps.push_back({*state_->waiting_since, state_->options.now(), std::nullopt, "not all is written: " + (state_->status.failing.empty() ? "the disk is slow" : state_->status.failing)});
    }
  }
  return plan::read_log_set(state_->storage(), stretch, std::move(gaps));
}

Result<UssLog::Released> UssLog::release(Interval<Time> stretch, const std::string& only_for) {
  const Time now = state_->options.now();
  if (stretch.to > now) return bad_input("until: is yet to come, and what will be noted then nobody has seen; release what was");
  if (auto whole = set(stretch); !whole) return std::move(whole).error();
  const std::lock_guard lock(releases_mutex_);
  std::erase_if(releases_, [&](const auto& one) { return one.second.expires_at <= now; });
  if (releases_.size() >= UssLogQueueLimits::released) return Error{ErrorCode::over_limit, fmt::format("{} sets are released already; one goes after a week", releases_.size())};
  Released made{plan::to_string(new_uuid()), now + UssLogQueueLimits::released_for};
  releases_.emplace(made.id, Release{stretch, only_for, made.expires_at});
  return made;
}

std::optional<Interval<Time>> UssLog::released(const std::string& id, const std::string& manager) const {
  const std::lock_guard lock(releases_mutex_);
  const auto found = releases_.find(id);
  if (found == releases_.end()) return std::nullopt;
  const Release& release = found->second;
  if (release.expires_at <= state_->options.now() || (!release.only_for.empty() && release.only_for != manager)) return std::nullopt;
  return release.stretch;
}

UssStatus::Log UssLog::status() const {
  const std::lock_guard lock(state_->mutex);
  return state_->status;
}

}  // namespace skypact::server
