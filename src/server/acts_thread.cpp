#include "server/acts_thread.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/input_file.h"
#include "ledger/audit.h"
#include "ledger/storage.h"
#include "node/acts_index.h"
#include "node/command.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

// Rounded up in wide steps, so that what is measured anew each second does not give the watch other rules each second.
Duration in_steps(Duration offset) {
  for (const Duration step : {Duration(milliseconds(250)), Duration(seconds(1)), Duration(seconds(5)), Duration(seconds(30))}) {
    if (offset <= step) return step;
  }
  return minutes(2);
}

// One act at a time. A mutex with a time limit would do, but ThreadSanitizer does not see it taken.
class Turns {
 public:
  class Turn {
   public:
    explicit Turn(Turns* of) : of_(of) {}
    ~Turn() { end(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return of_ != nullptr; }
    void end() {
      if (of_ == nullptr) return;
      const std::lock_guard lock(of_->mutex_);
      of_->taken_ = false;
      of_->free_.notify_one();
      of_ = nullptr;
    }

   private:
    Turns* of_;
  };
  // None where it was not free in this time.
  Turn take(Duration longest) {
    std::unique_lock lock(mutex_);
    if (!free_.wait_for(lock, longest, [&] { return !taken_; })) return Turn(nullptr);
    taken_ = true;
    return Turn(this);
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool taken_ = false;
};

// Answers of the record to several entries, for one who waits for all.
struct Answers {
  std::mutex mutex;
  std::condition_variable all;
  std::size_t open = 0;
  std::vector<std::uint64_t> indices;
  std::optional<Error> failed;
};

}  // namespace

struct ActsThread::State : DiskThreadState, std::enable_shared_from_this<State> {
  State(ActsThreadOptions o, std::shared_ptr<LedgerWriter> r, std::shared_ptr<NodeClock> c)
      : options(std::move(o)), record(std::move(r)), clock(std::move(c)), setup(options.setup) {}

  void run();
  // Of a thread of its own, because it waits for the record's disk: what the node says by itself of clearances.
  void run_duties();
  void do_duties();
  // What the record holds, once it is open and every act in it is readable.
  [[nodiscard]] std::optional<node::Acts> load();
  void keep_index();
  void tell();
  // Durable, and applied. It is the caller's turn.
  Result<std::vector<std::uint64_t>> record_all(const std::vector<std::string>& entries);
  void tell_clearances();

  const ActsThreadOptions options;
  const std::shared_ptr<LedgerWriter> record;
  const std::shared_ptr<NodeClock> clock;
  const node::ActsSetup setup;
  Turns turns;                           // from the decision to its effect
  // What the watch has taken, of which state of which machine, and how long that stays. Under `telling`.
  struct Told {
    std::uint64_t machine = 0;
    node::Acts::Revision of;
    node::Acts::Stays stays;
    Time at;
    Duration clock_offset{};
  };
  std::mutex telling;
  std::optional<Told> told;
  std::string told_text;
  std::thread thread, duty_thread;
  DiskThreadState duties;
  std::atomic<std::uint64_t> clearances_told{0};   // ClearanceBook::changes(), as they were when somebody was told
  // Of the thread alone:
  std::optional<std::uint64_t> wanted;   // so many entries must be readable before a machine is made
  node::ActsIndex index;                 // as far as it was read; the file may be older
  std::uint64_t index_kept = 0;          // entries that the file knows, of all records together
  Duration index_not_before{};
  // Under `mutex`:
  std::optional<node::Acts> acts;        // empty: not ready
  std::uint64_t machines = 0;            // that were made
  std::string why = "the record is being read";
  std::size_t unanswered = 0;            // entries that the record has taken and not answered
  std::uint64_t answered_to = 0;         // behind the last one that is durable by its answer
};

// Of all records together.
std::uint64_t entries_known(std::uint64_t own, const std::vector<node::Acts::HeardTo>& heard) {
  return std::accumulate(heard.begin(), heard.end(), own, [](std::uint64_t sum, const node::Acts::HeardTo& to) { return sum + to.position; });
}

std::optional<node::Acts> ActsThread::State::load() {
  const auto not_yet = [&](std::string reason) -> std::optional<node::Acts> {
    const std::lock_guard lock(mutex);
    why = std::move(reason);
    return std::nullopt;
  };
  std::uint64_t answered = 0;
  {
    const std::lock_guard lock(mutex);
    if (unanswered > 0) return std::nullopt;   // why, was said then
    answered = answered_to;
  }
  // After that: an entry that was answered with an error is counted as durable or never will be.
  const LedgerWriter::Status status = record->status();
  if (status.state != LedgerWriter::State::on) {
    wanted.reset();
    return not_yet(status.message.empty() ? "the record is being opened" : "the record is not written: " + status.message);
  }
  if (!wanted) wanted = std::max(answered, status.durable);
  if (status.published < *wanted) return not_yet("the record is being read");
  const std::filesystem::path folder = record->folder();
  const auto kept = read_bytes((folder / node::acts_index_file).string(), node::ActsIndexLimits::bytes);
  auto read = node::read_acts(setup, ledger::files_in(folder), status.published, kept ? *kept : std::string());
  if (!read) return not_yet("the record cannot be read: " + read.error().message);
  wanted.reset();
  if (!read->made_anew.empty()) {
    log::info("the index of acts is made anew", {{"why", kept || kept.error().code == ErrorCode::not_found ? read->made_anew : kept.error().message},
                                                 {"entries", std::to_string(read->index.size)}, {"acts", std::to_string(read->index.acts.size())}});
  }
  index_kept = entries_known(read->from_index, read->index.heard);
  index = std::move(read->index);
  return std::move(read->acts);
}

// Never while somebody waits for it.
void ActsThread::State::keep_index() {
  if (monotonic_now() < index_not_before) return;
  const LedgerWriter::Status status = record->status();
  std::vector<node::Acts::HeardTo> heard;
  {
    const std::lock_guard lock(mutex);
    // What was received for what was heard must be in the entries that the index is of.
    if (!acts || status.state != LedgerWriter::State::on || acts->next() > status.published) return;
    heard = acts->heard_to();
  }
  const std::uint64_t known = entries_known(status.published, heard);
  if (known < index_kept + options.index_every) return;
  const auto keep = [&]() -> Result<void> {
    auto grown = node::extend(index, ledger::files_in(record->folder()), status.published);
    if (!grown) return std::move(grown).error();
    grown->heard = std::move(heard);
    std::string text_of_index = node::to_text(*grown, setup);
    if (text_of_index.size() > node::ActsIndexLimits::bytes) return Error{ErrorCode::over_limit, "it would be too large"};
    ledger::FileStorage storage(record->folder());
    if (auto written = ledger::replace(storage, node::acts_index_file, std::move(text_of_index)); !written) return written;
    index = std::move(*grown);
    index_kept = known;
    return {};
  };
  if (const auto kept = keep(); !kept) {
    index_not_before = monotonic_now() + ActsLimits::index_retry;
    log::warn("the index of acts is not written; the next start reads more of the record", {{"why", kept.error().message}});
  }
}

// Agreed anew only where an act was applied, its time has come, or what was heard may settle a doubt.
void ActsThread::State::tell() {
  const std::lock_guard in_order(telling);
  Told now_told;
  if (options.clock_offset) now_told.clock_offset = in_steps(options.clock_offset());
  Agreed agreed;
  std::vector<node::PartyKeys> keys;
  bool anew = false;
  {
    const std::lock_guard lock(mutex);
    if (!acts || stopping) return;   // a thread that a disk held may come here after its owner is gone
    now_told.machine = machines;
    now_told.of = acts->revision();
    now_told.at = clock->now();
    if (options.keys) keys = acts->keys(now_told.at, now_told.clock_offset);
    const bool same = told && told->machine == machines && told->clock_offset == now_told.clock_offset && told->of.applied == now_told.of.applied &&
                      (told->stays.certain || told->of.heard == now_told.of.heard);
    anew = options.agreed && !(same && now_told.at >= told->at && now_told.at < told->stays.until);
    if (anew) {
      agreed = acts->agreed(now_told.at);
      now_told.stays = acts->agreed_stays(now_told.at);
    }
  }
  if (options.keys) options.keys(std::move(keys));
  tell_clearances();
  if (!anew) return;
  if (!agreed.versions.empty()) agreed.clock_offset = now_told.clock_offset;
  std::string text = node::to_json(node::SetAgreed{agreed}, {});
  if (text != told_text) {
    if (!options.agreed(agreed)) return;
    told_text = std::move(text);
  }
  told = now_told;
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
        ++machines;
        why.clear();
      }
    }
    tell();
    keep_index();
    lock.lock();
    changed.wait_for(lock, acts ? options.look_every : Duration(milliseconds(100)), [&] { return stopping; });
  }
  finished = true;
  changed.notify_all();
}

void ActsThread::State::tell_clearances() {
  std::uint64_t changes = 0;
  {
    const std::lock_guard lock(mutex);
    if (!acts || stopping) return;
    changes = acts->clearances().changes();
  }
  if (clearances_told.exchange(changes) != changes && options.clearances) options.clearances();
}

// One after the other: what the second says may hang on the first.
void ActsThread::State::do_duties() {
  for (;;) {
    Turns::Turn turn = turns.take(options.wait_for_disk);
    if (!turn) return;
    std::vector<std::string> entries;
    {
      const std::lock_guard lock(mutex);
      if (!acts || stopping) return;
      const Time now = acts->time_of_act(clock->now());
      for (const plan::ClearanceAct& act : acts->clearances().duties(now)) {
        if (acts->clearances().check(setup.party, act, now)) entries.push_back(acts->entry_of(act, now));
      }
    }
    if (entries.empty() || !record_all(entries)) return;
    turn.end();
    tell_clearances();
  }
}

void ActsThread::State::run_duties() {
  name_thread("clearances");
  std::unique_lock lock(duties.mutex);
  while (!duties.stopping) {
    lock.unlock();
    do_duties();
    lock.lock();
    duties.changed.wait_for(lock, options.look_every, [&] { return duties.stopping; });
  }
  duties.finished = true;
  duties.changed.notify_all();
}

Result<std::vector<std::uint64_t>> ActsThread::State::record_all(const std::vector<std::string>& entries) {
  const auto answers = std::make_shared<Answers>();
  std::optional<Error> refused;
  for (const std::string& entry : entries) {
    {
      const std::lock_guard lock(answers->mutex);
      ++answers->open;
    }
    {
      const std::lock_guard machine_lock(mutex);
      ++unanswered;
    }
    const auto done = [answers, weak = weak_from_this()](const Result<std::uint64_t>& at) {
      if (const auto self = weak.lock()) {
        const std::lock_guard machine_lock(self->mutex);
        --self->unanswered;
        if (at) self->answered_to = std::max(self->answered_to, *at + 1);
      }
      const std::lock_guard lock(answers->mutex);
      if (at) {
        answers->indices.push_back(*at);
      } else {
        answers->failed = at.error();
      }
      if (--answers->open == 0) answers->all.notify_all();
    };
    if (auto taken = record->append(entry, done); !taken) {
      refused = std::move(taken).error();
      {
        const std::lock_guard machine_lock(mutex);
        --unanswered;
      }
      const std::lock_guard lock(answers->mutex);
      --answers->open;
      break;
    }
  }
  bool known = false;
  {
    std::unique_lock lock(answers->mutex);
    known = answers->all.wait_for(lock, options.wait_for_disk, [&] { return answers->open == 0; });
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
  state_->duty_thread = std::thread([state = state_] { state->run_duties(); });
}

ActsThread::~ActsThread() {
  end_disk_thread(state_->duties, state_->duty_thread);
  end_disk_thread(*state_, state_->thread);
}

Result<ActsThread::Stated> ActsThread::state(std::string_view note, std::string_view terms_text) {
  Turns::Turn turn = state_->turns.take(ActsLimits::wait_for_turn);
  if (!turn) {
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
  turn.end();
  state_->tell();
  log::info("stated", {{"pact", decision.pact}, {"statement", decision.id}, {"entry", std::to_string(indices->back())}});
  const std::lock_guard lock(state_->mutex);
  const std::string outcome = state_->acts ? state_->acts->outcome(decision.pact, decision.id, state_->clock->now()) : "done";
  return Stated{decision.id, decision.pact, indices->back(), outcome, decision.complete ? std::string() : decision.waits};
}

Result<plan::ClearanceAct> ActsThread::say(const MakeClearanceAct& make) {
  Turns::Turn turn = state_->turns.take(ActsLimits::wait_for_turn);
  if (!turn) return Error{ErrorCode::unreachable, "another act still waits for the record's disk. Nothing was done; try again"};
  std::vector<std::string> entries;
  std::optional<plan::ClearanceAct> said;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->acts) return Error{ErrorCode::unreachable, "formal acts are not taken now: " + state_->why};
    const Time now = state_->acts->time_of_act(state_->clock->now());
    auto act = make(state_->acts->clearances(), now);
    if (!act) return std::move(act).error();
    if (auto reaches = state_->acts->reaches_whom_it_asks(*act); !reaches) return std::move(reaches).error();
    entries.push_back(state_->acts->entry_of(*act, now));
    said = std::move(*act);
  }
  const auto indices = state_->record_all(entries);
  if (!indices) return indices.error();
  turn.end();
  state_->tell();
  log::info("a clearance", {{"act", std::string(plan::kind_of(said->said))}, {"request", said->party + " " + plan::to_string(said->number)}, {"entry", std::to_string(indices->back())}});
  return std::move(*said);
}

std::optional<std::uint64_t> ActsThread::position(std::string_view origin) const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->acts) return std::nullopt;
  return state_->acts->position(origin);
}

Result<void> ActsThread::receive(std::string_view origin, std::uint64_t first, std::span<const std::string> entries) {
  Turns::Turn turn = state_->turns.take(state_->options.wait_for_disk);
  if (!turn) return Error{ErrorCode::unreachable, "another act still waits for the record's disk"};
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
    if (state_->acts) state_->acts->heard(origin, first, entries);
  }
  turn.end();
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
