#include "server/dss_thread.h"

#include <optional>
#include <utility>
#include <vector>

#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

struct Waiting {
  plan::Asked asked;
  DssThread::Done done;
};

// What a fold is asked for and says. Its thread waits for work.
struct Folding : DiskThreadState {
  std::optional<std::uint64_t> wanted{};
  std::optional<std::uint64_t> done{};
};

// The same as long as the folder is: its salt is made once, and nobody can guess it from this.
std::string id_of(const std::string& salt) {
  return ledger::to_hex(ledger::sha256(ledger::as_bytes("skypact airspace representation\n" + salt))).substr(0, 32);
}

}  // namespace

struct DssThread::Shared : DiskThreadState {
  explicit Shared(DssThreadOptions o) : options(std::move(o)), files(options.folder, ledger::Readers::owner) {
    if (options.through) between = options.through(files);
  }

  void run();
  void fold();
  ledger::Storage& storage() { return between ? *between : files; }
  Result<plan::DssStore> open();
  void fail(const std::string& why, std::vector<Waiting> batch);
  // False: the disk failed, and the store is of no more use.
  [[nodiscard]] bool answer(plan::DssStore& store, std::vector<Waiting>& batch);
  void look_at_folding(plan::DssStore& store);
  void tell(const plan::DssStore& store);

  const DssThreadOptions options;
  ledger::FileStorage files;
  std::unique_ptr<ledger::Storage> between;
  const std::shared_ptr<Folding> folding = std::make_shared<Folding>();
  bool locked = false;                   // of the thread

  std::vector<Waiting> waiting;
  std::size_t waiting_bytes = 0;
  DssStatus status;
};

Result<plan::DssStore> DssThread::Shared::open() {
  if (!locked) {
    if (auto done = files.lock(); !done) return std::move(done).error();
    locked = true;
  }
  auto store = plan::DssStore::open(storage(), options.store);
  if (!store) return store;
  auto salt = storage().read("salt");
  if (!salt) return std::move(salt).error();
  const std::lock_guard lock(mutex);
  if (status.state == DssStatus::State::failing) log::info("the DSS goes on", {{"folder", options.folder.string()}});
  status.state = DssStatus::State::on;
  status.message.clear();
  status.id = id_of(*salt);
  return store;
}

// Refuses the batch and all that waits.
void DssThread::Shared::fail(const std::string& why, std::vector<Waiting> batch) {
  {
    const std::lock_guard lock(mutex);
    if (status.state != DssStatus::State::failing || status.message != why) log::error("the DSS cannot write", {{"folder", options.folder.string()}, {"why", why}});
    status.state = DssStatus::State::failing;
    status.message = why;
    for (Waiting& one : std::exchange(waiting, {})) batch.push_back(std::move(one));
    waiting_bytes = 0;
  }
  for (const Waiting& one : batch) one.done(NotDurable{why});
}

bool DssThread::Shared::answer(plan::DssStore& store, std::vector<Waiting>& batch) {
  std::vector<Result<plan::Answered>> answers;
  answers.reserve(batch.size());
  for (const Waiting& one : batch) answers.push_back(store.take(one.asked, options.now()));
  if (store.is_ahead()) {
    if (auto done = store.commit(); !done) {
      fail(done.error().message, std::move(batch));
      return false;
    }
    const std::lock_guard lock(mutex);
    ++status.commits;
  }
  tell(store);
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(answers[i]));
  return true;
}

void DssThread::Shared::tell(const plan::DssStore& store) {
  const std::lock_guard lock(mutex);
  const plan::DssStore::Both& both = store.both();
  status.intents = both.plans.intents();
  status.constraints = both.plans.constraints();
  status.subscriptions = both.plans.subscriptions();
  status.service_areas = both.remote_id.areas();
  status.remote_id_subscriptions = both.remote_id.subscriptions();
  status.changes = store.changes();
}

void DssThread::Shared::look_at_folding(plan::DssStore& store) {
  const std::lock_guard lock(folding->mutex);
  if (folding->done) store.folded(*std::exchange(folding->done, std::nullopt));
  if (folding->wanted) return;
  folding->wanted = store.fold_to();
  if (folding->wanted) folding->changed.notify_all();
}

void DssThread::Shared::run() {
  name_thread("dss");
  std::optional<plan::DssStore> store;
  std::unique_lock lock(mutex);
  while (!stopping) {
    if (!store) {
      lock.unlock();
      auto opened = open();
      if (opened) {
        store = *std::move(opened);
        tell(*store);
      } else {
        fail(opened.error().message, {});
      }
      lock.lock();
      if (!store) changed.wait_for(lock, options.retry_after, [&] { return stopping; });
      continue;
    }
    changed.wait(lock, [&] { return stopping || !waiting.empty(); });
    if (waiting.empty()) continue;
    std::vector<Waiting> batch = std::exchange(waiting, {});
    waiting_bytes = 0;
    lock.unlock();
    if (!answer(*store, batch)) {
      store.reset();
    } else {
      look_at_folding(*store);
    }
    lock.lock();
  }
  std::vector<Waiting> left = std::exchange(waiting, {});
  lock.unlock();
  for (const Waiting& one : left) one.done(NotDurable{"the node is stopping"});
  store.reset();
  lock.lock();
  finished = true;
  changed.notify_all();
}

void DssThread::Shared::fold() {
  name_thread("dss-fold");
  Folding& f = *folding;
  std::unique_lock lock(f.mutex);
  while (!f.stopping) {
    f.changed.wait(lock, [&] { return f.stopping || f.wanted; });
    if (f.stopping) break;
    const std::uint64_t to = *f.wanted;
    lock.unlock();
    const auto go_on = [&f] {
      const std::lock_guard still(f.mutex);
      return !f.stopping;
    };
    const auto folded = plan::DssStore::fold(storage(), options.store, to, go_on);
    lock.lock();
    if (folded) f.done = to;
    // Without snapshots the log grows, and nothing is lost.
    if (!folded && !f.stopping) log::warn("the DSS's log is not folded; it is tried again later", {{"folder", options.folder.string()}, {"why", folded.error().message}});
    if (!folded) f.changed.wait_for(lock, options.retry_after, [&] { return f.stopping; });
    f.wanted.reset();
  }
  f.finished = true;
  f.changed.notify_all();
}

DssThread::DssThread(DssThreadOptions options) : state_(std::make_shared<Shared>(std::move(options))) {
  thread_ = std::thread([state = state_] { state->run(); });
  folding_ = std::thread([state = state_] { state->fold(); });
}

DssThread::~DssThread() {
  end_disk_thread(*state_, thread_);
  end_disk_thread(*state_->folding, folding_);
}

Result<void> DssThread::ask(plan::Asked asked, std::size_t bytes, Done done) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopping) return Error{ErrorCode::unreachable, "the node is stopping"};
  if (state_->status.state == DssStatus::State::failing) return Error{ErrorCode::unreachable, "nothing can be written now: " + state_->status.message};
  if (state_->waiting.size() >= DssThreadLimits::waiting || state_->waiting_bytes + bytes > DssThreadLimits::waiting_bytes) {
    return Error{ErrorCode::over_limit, "too many requests wait already; try again in a second"};
  }
  state_->waiting_bytes += bytes;
  state_->waiting.push_back({std::move(asked), std::move(done)});
  state_->changed.notify_all();
  return {};
}

DssStatus DssThread::status() const {
  const std::lock_guard lock(state_->mutex);
  DssStatus status = state_->status;
  status.waiting = state_->waiting.size();
  return status;
}

}  // namespace skypact::server
