#include "server/acts_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/audit.h"
#include "ledger/tile.h"
#include "node/command.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

// Every entry of a log of this size, in order.
Result<void> each_entry(const ledger::ReadFile& read, std::uint64_t size, const std::function<void(std::uint64_t index, std::string_view entry)>& take) {
  for (std::uint64_t index = 0; index < size;) {
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(ledger::tile_width, size - index));
    const auto bundle = ledger::read_bundle(read, index / ledger::tile_width, width);
    if (!bundle) return bundle.error();
    const auto entries = ledger::parse_bundle(*bundle, width);
    if (!entries) return entries.error();
    for (const std::string_view entry : *entries) take(index++, entry);
  }
  return {};
}

// Rounded up in wide steps, so that what is measured anew each second does not give the watch other rules each second.
Duration in_steps(Duration offset) {
  for (const Duration step : {Duration(milliseconds(250)), Duration(seconds(1)), Duration(seconds(5)), Duration(seconds(30))}) {
    if (offset <= step) return step;
  }
  return minutes(2);
}

// Answers of the record to several entries, for one who waits for all.
struct Answers {
  std::mutex mutex;
  std::condition_variable all;
  std::size_t open = 0;
  std::vector<std::uint64_t> indices;
  std::optional<Error> failed;
};

}  // namespace

struct ActsThread::State : DiskThreadState {
  State(ActsThreadOptions o, std::shared_ptr<LedgerWriter> r, std::shared_ptr<NodeClock> c)
      : options(std::move(o)), record(std::move(r)), clock(std::move(c)), setup(options.setup) {}

  void run();
  // What the record holds, once it is open and all of it is readable.
  [[nodiscard]] std::optional<node::Acts> load();
  void tell();
  // Durable, and applied. `acting` is held.
  Result<std::vector<std::uint64_t>> record_all(const std::vector<std::string>& entries);

  const ActsThreadOptions options;
  const std::shared_ptr<LedgerWriter> record;
  const std::shared_ptr<NodeClock> clock;
  const node::ActsSetup setup;
  std::timed_mutex acting;               // one act at a time, from the decision to its effect
  std::mutex telling;
  std::string told;                      // under `telling`
  std::thread thread;
  // Under `mutex`:
  std::optional<node::Acts> acts;        // empty: not ready
  std::string why = "the record is being read";
};

std::optional<node::Acts> ActsThread::State::load() {
  const LedgerWriter::Status status = record->status();
  const auto not_yet = [&](std::string reason) -> std::optional<node::Acts> {
    const std::lock_guard lock(mutex);
    why = std::move(reason);
    return std::nullopt;
  };
  if (status.state != LedgerWriter::State::on) {
    return not_yet(status.message.empty() ? "the record is being opened" : "the record is not written: " + status.message);
  }
  if (status.published < status.durable) return not_yet("the record is being read");
  node::Acts made(setup);
  const auto read = each_entry(ledger::files_in(record->folder()), status.published, [&](std::uint64_t index, std::string_view entry) { made.apply(index, entry); });
  if (!read) return not_yet("the record cannot be read: " + read.error().message);
  return made;
}

void ActsThread::State::tell() {
  const std::lock_guard in_order(telling);
  const Duration clock_offset = options.clock_offset ? in_steps(options.clock_offset()) : Duration(0);
  Agreed agreed;
  std::vector<node::PartyKeys> keys;
  {
    const std::lock_guard lock(mutex);
    if (!acts || stopping) return;   // a thread that a disk held may come here after its owner is gone
    const Time now = clock->now();
    agreed = acts->agreed(now);
    if (options.keys) keys = acts->keys(now, clock_offset);
  }
  if (options.keys) options.keys(std::move(keys));
  if (!agreed.versions.empty()) agreed.clock_offset = clock_offset;
  std::string name = node::to_json(node::SetAgreed{agreed}, {});
  if (name == told || !options.agreed || !options.agreed(agreed)) return;
  told = std::move(name);
}

void ActsThread::State::run() {
  name_thread("acts");
  std::unique_lock lock(mutex);
  while (!stopping) {
    const bool ready = acts.has_value();
    lock.unlock();
    if (!ready) {
      // Nobody acts meanwhile: without a machine every act is refused.
      if (auto made = load()) {
        const std::lock_guard again(mutex);
        acts = std::move(made);
        why.clear();
      }
    }
    tell();
    lock.lock();
    changed.wait_for(lock, acts ? options.look_every : Duration(milliseconds(100)), [&] { return stopping; });
  }
  finished = true;
  changed.notify_all();
}

Result<std::vector<std::uint64_t>> ActsThread::State::record_all(const std::vector<std::string>& entries) {
  const auto answers = std::make_shared<Answers>();
  std::optional<Error> refused;
  for (const std::string& entry : entries) {
    {
      const std::lock_guard lock(answers->mutex);
      ++answers->open;
    }
    const auto done = [answers](const Result<std::uint64_t>& index) {
      const std::lock_guard lock(answers->mutex);
      if (index) {
        answers->indices.push_back(*index);
      } else {
        answers->failed = index.error();
      }
      if (--answers->open == 0) answers->all.notify_all();
    };
    if (auto taken = record->append(entry, done); !taken) {
      refused = std::move(taken).error();
      const std::lock_guard lock(answers->mutex);
      --answers->open;
      break;
    }
  }
  bool known = false;
  {
    std::unique_lock lock(answers->mutex);
    known = answers->all.wait_for(lock, ActsLimits::wait_for_disk, [&] { return answers->open == 0; });
    if (known && !answers->failed && !refused) {
      const std::lock_guard machine(mutex);
      if (!acts) return Error{ErrorCode::unreachable, why};
      for (std::size_t i = 0; i < entries.size(); ++i) acts->apply(answers->indices[i], entries[i]);
      return answers->indices;
    }
    // Nothing was written only where the record took nothing: of what it took and answered with an error nobody knows.
    if (known && refused && !answers->failed && answers->indices.empty()) return *refused;
  }
  // Some of it may be durable and some not. The record knows: the machine is made anew from it.
  {
    const std::lock_guard machine(mutex);
    acts.reset();
    why = "the record's disk did not answer; what is in the record counts, and is read again";
  }
  changed.notify_all();
  return Error{ErrorCode::unreachable,
               "it is not known whether this was recorded" + (refused ? ": " + refused->message : std::string()) + ". Look at the status before you do it again"};
}

ActsThread::ActsThread(ActsThreadOptions options, std::shared_ptr<LedgerWriter> record, std::shared_ptr<NodeClock> clock)
    : state_(std::make_shared<State>(std::move(options), std::move(record), std::move(clock))) {
  state_->thread = std::thread([state = state_] { state->run(); });
}

ActsThread::~ActsThread() { end_disk_thread(*state_, state_->thread); }

Result<ActsThread::Stated> ActsThread::state(std::string_view note, std::string_view terms_text) {
  std::unique_lock acting(state_->acting, std::defer_lock);
  if (!acting.try_lock_for(ActsLimits::wait_for_turn)) {
    return Error{ErrorCode::unreachable, "another act still waits for the record's disk. Nothing was done; try again"};
  }
  node::Acts::Decision decision;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->acts) return Error{ErrorCode::unreachable, "formal acts are not taken now: " + state_->why};
    auto decided = state_->acts->decide(note, terms_text, state_->clock->now());
    if (!decided) return std::move(decided).error();
    decision = std::move(*decided);
  }
  const auto indices = state_->record_all(decision.entries);
  if (!indices) return indices.error();
  acting.unlock();
  state_->tell();
  log::info("stated", {{"pact", decision.pact}, {"statement", decision.id}, {"entry", std::to_string(indices->back())}});
  const std::lock_guard lock(state_->mutex);
  const std::string outcome = state_->acts ? state_->acts->outcome(decision.pact, decision.id, state_->clock->now()) : "done";
  return Stated{decision.id, decision.pact, indices->back(), outcome, decision.complete ? std::string() : decision.waits};
}

std::optional<std::uint64_t> ActsThread::position(std::string_view origin) const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->acts) return std::nullopt;
  return state_->acts->position(origin);
}

Result<void> ActsThread::receive(std::string_view origin, std::uint64_t first, std::span<const std::string> entries) {
  std::unique_lock acting(state_->acting, std::defer_lock);
  if (!acting.try_lock_for(ActsLimits::wait_for_disk)) return Error{ErrorCode::unreachable, "another act still waits for the record's disk"};
  node::Acts::Received received;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->acts) return Error{ErrorCode::unreachable, state_->why};
    received = state_->acts->receive(origin, first, entries, state_->clock->now());
  }
  for (const std::string& why : received.passed_over) log::warn("not taken over", {{"from", std::string(origin)}, {"why", why}});
  if (!received.entries.empty()) {
    if (const auto indices = state_->record_all(received.entries); !indices) return indices.error();
  }
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->acts) state_->acts->heard(origin, entries);
  }
  acting.unlock();
  state_->tell();
  return {};
}

Result<void> ActsThread::look(const std::function<void(const node::Acts& acts)>& at) const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->acts) return Error{ErrorCode::unreachable, "the pacts are not known now: " + state_->why};
  at(*state_->acts);
  return {};
}

}  // namespace skypact::server
