#include "server/line_index_thread.h"

#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/input_file.h"
#include "ledger/audit.h"
#include "ledger/storage.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {

struct LineIndexThread::State : DiskThreadState {
  State(LineIndexThreadOptions o, std::shared_ptr<LedgerWriter> r) : options(std::move(o)), record(std::move(r)) {}

  void run();
  // False: not yet.
  bool read_past();
  void keep_index();
  [[nodiscard]] Result<node::ReadLine> read(std::uint64_t published, std::uint64_t size);
  Result<void> write(const node::ReadLine& read);

  const LineIndexThreadOptions options;
  const std::shared_ptr<LedgerWriter> record;
  // Of the thread alone:
  std::optional<std::uint64_t> past_size;   // entries of the record when it was opened
  std::uint64_t index_kept = 0;             // entries that the file knows
  Duration index_not_before{};
  bool warned = false;                      // that the past cannot be read
};

Result<node::ReadLine> LineIndexThread::State::read(std::uint64_t published, std::uint64_t size) {
  const std::filesystem::path folder = record->folder();
  const auto kept = read_bytes((folder / node::line_index_file).string(), node::LineIndexLimits::bytes);
  auto read = node::read_line(options.setup, ledger::files_in(folder), published, size, kept ? *kept : std::string());
  if (read && !read->made_anew.empty() && !kept && kept.error().code != ErrorCode::not_found) read->made_anew = kept.error().message;
  return read;
}

bool LineIndexThread::State::read_past() {
  const LedgerWriter::Status status = record->status();
  if (status.state != LedgerWriter::State::on) return false;
  if (!past_size) past_size = status.durable;
  if (status.published < *past_size) return false;
  auto past = read(status.published, *past_size);
  if (!past) {
    if (!std::exchange(warned, true)) log::warn("the line's past cannot be read; it is tried again", {{"why", past.error().message}});
    return false;
  }
  if (!past->made_anew.empty()) log::info("the index of the line is made anew", {{"why", past->made_anew}, {"entries", std::to_string(past->to.size)}});
  index_kept = past->from_index;
  // The whole record was read for it: that is worth keeping at once.
  if (!past->made_anew.empty() && past->to.size > 0) {
    if (const auto written = write(*past); !written) log::warn("the index of the line is not written; the next start reads more of the record", {{"why", written.error().message}});
  }
  options.read(std::move(*past));
  return true;
}

Result<void> LineIndexThread::State::write(const node::ReadLine& read) {
  std::string text = node::to_text(node::index_of(read), options.setup);
  if (text.size() > node::LineIndexLimits::bytes) return Error{ErrorCode::over_limit, "it would be too large"};
  ledger::FileStorage storage(record->folder());
  if (auto written = ledger::replace(storage, node::line_index_file, std::move(text)); !written) return written;
  index_kept = read.to.size;
  return {};
}

void LineIndexThread::State::keep_index() {
  if (monotonic_now() < index_not_before) return;
  const LedgerWriter::Status status = record->status();
  if (status.state != LedgerWriter::State::on || status.published < index_kept + options.index_every) return;
  const auto keep = [&]() -> Result<void> {
    const auto now_read = read(status.published, status.published);
    if (!now_read) return now_read.error();
    return write(*now_read);
  };
  if (const auto kept = keep(); !kept) {
    index_not_before = monotonic_now() + LineIndexThreadLimits::index_retry;
    log::warn("the index of the line is not written; the next start reads more of the record", {{"why", kept.error().message}});
  }
}

void LineIndexThread::State::run() {
  name_thread("line-index");
  std::unique_lock lock(mutex);
  bool past_is_read = false;
  while (!stopping) {
    lock.unlock();
    if (past_is_read) {
      keep_index();
    } else {
      past_is_read = read_past();
    }
    lock.lock();
    changed.wait_for(lock, past_is_read ? options.look_every : LineIndexThreadLimits::look_again, [&] { return stopping; });
  }
  finished = true;
  changed.notify_all();
}

LineIndexThread::LineIndexThread(LineIndexThreadOptions options, std::shared_ptr<LedgerWriter> record)
    : state_(std::make_shared<State>(std::move(options), std::move(record))) {
  thread_ = std::thread([state = state_] { state->run(); });
}

LineIndexThread::~LineIndexThread() { end_disk_thread(*state_, thread_); }

}  // namespace skypact::server
