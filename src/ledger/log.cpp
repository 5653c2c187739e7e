#include "ledger/log.h"

#include <fmt/format.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/tile.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::ledger {

struct Log::State {
  State(Storage& s, SigningKey k, const LogOptions& o, Published p) : storage(s), key(std::move(k)), options(o), published(std::move(p)) {}

  struct Waiting {
    std::string entry;
    Done done;
  };

  void commit_all();
  void publish_all();
  void fail(const Error& error);

  Storage& storage;
  const SigningKey key;
  const LogOptions options;
  const Published published;
  std::optional<Wal> wal;    // of the committing thread
  std::optional<Tree> tree;  // of the publishing thread

  mutable std::mutex mutex;
  std::condition_variable to_commit, to_publish, room, head_changed;
  std::vector<Waiting> taken;           // not yet durable
  std::size_t taken_bytes = 0;
  std::vector<std::string> committed;   // durable, not yet in the tree
  std::size_t committed_bytes = 0;
  std::uint64_t durable = 0, head_size = 0, in_commit = 0;
  bool asked = false;                   // to publish at once
  std::vector<Note> cosigned;           // by others, to be shown
  Note head;
  std::optional<Error> failure;
  bool closing = false, committer_done = false;
  std::thread committer, publisher;
};

// With the mutex held.
void Log::State::fail(const Error& error) {
  if (!failure) failure = error;
  for (auto* waiting : {&to_commit, &to_publish, &room, &head_changed}) waiting->notify_all();
}

void Log::State::commit_all() {
  std::unique_lock lock(mutex);
  for (;;) {
    to_commit.wait(lock, [&] { return !taken.empty() || closing; });
    room.wait(lock, [&] { return committed_bytes <= options.most_waiting_bytes || failure; });
    std::vector<Waiting> group = std::exchange(taken, {});
    taken_bytes = 0;
    in_commit = group.size();
    if (group.empty()) {
      if (!closing) continue;
      committer_done = true;
      to_publish.notify_all();
      return;
    }
    std::optional<Error> refused = failure;
    lock.unlock();
    const std::uint64_t first = wal->size();
    if (!refused) {
      for (const Waiting& w : group) wal->add(w.entry);
      if (auto done = wal->commit(); !done) refused = std::move(done).error();
    }
    lock.lock();
    in_commit = 0;
    if (refused) {
      fail(*refused);
    } else {
      for (Waiting& w : group) {
        committed_bytes += w.entry.size();
        committed.push_back(std::move(w.entry));
      }
      durable += group.size();
      to_publish.notify_all();
    }
    lock.unlock();
    // After it is counted: who is told that his entry is done finds it so.
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (!group[i].done) continue;
      refused ? group[i].done(Result<std::uint64_t>(*refused)) : group[i].done(Result<std::uint64_t>(first + i));
    }
    lock.lock();
  }
}

void Log::State::publish_all() {
  std::unique_lock lock(mutex);
  for (;;) {
    const auto due = [&] { return committer_done || failure || asked || committed_bytes > options.most_waiting_bytes / 2; };
    if (head_size == durable && !head.text.empty()) {
      to_publish.wait(lock, [&] { return durable > head_size || !cosigned.empty() || due(); });
    }
    if (!cosigned.empty() && !failure) {
      const std::vector<Note> notes = std::exchange(cosigned, {});
      lock.unlock();
      Result<void> shown;
      for (const Note& note : notes) {
        if (shown) shown = tree->add_signatures(note);
      }
      lock.lock();
      if (!shown) {
        fail(shown.error());
        return;
      }
      head = tree->head();
      continue;
    }
    to_publish.wait_for(lock, options.publish_every, due);
    if (failure || (committer_done && head_size == durable && !head.text.empty())) return;
    const std::vector<std::string> entries = std::exchange(committed, {});
    committed_bytes = 0;
    asked = false;
    room.notify_all();
    lock.unlock();
    for (const std::string& entry : entries) tree->add(entry);
    auto signed_head = tree->publish();
    Result<void> cleaned = signed_head ? Wal::remove_before(storage, tree->published()) : Result<void>();
    if (signed_head && published) published(*signed_head);
    lock.lock();
    if (!signed_head || !cleaned) {
      fail(signed_head ? cleaned.error() : signed_head.error());
      return;
    }
    head = std::move(*signed_head);
    head_size = tree->published();
    head_changed.notify_all();
  }
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Log>> Log::open(Storage& storage, SigningKey key, LogOptions options, Published published) {
  auto state = std::make_unique<State>(storage, std::move(key), options, std::move(published));
  auto tree = Tree::open(storage, state->key);
  if (!tree) return std::move(tree).error();
  auto wal = Wal::open(storage, tree->size(), {.file_bytes = options.wal_file_bytes});
  if (!wal) return std::move(wal).error();
  state->head = tree->head();
  state->head_size = tree->published();
  state->committed = wal->take_recovered();
  state->durable = wal->durable();
  state->tree = std::move(*tree);
  state->wal = std::move(*wal);
  State* const s = state.get();
  s->committer = std::thread([s] { s->commit_all(); });
  s->publisher = std::thread([s] { s->publish_all(); });
  return std::unique_ptr<Log>(new Log(std::move(state)));
}

Log::~Log() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
    state_->to_commit.notify_all();
  }
  state_->committer.join();
  state_->publisher.join();
}

Result<void> Log::append(std::string entry, Done done) {
  if (entry.size() > longest_entry) {
    return Error{ErrorCode::over_limit, fmt::format("an entry has at most {} bytes, and this one has {}", longest_entry, entry.size())};
  }
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  if (s.failure) return *s.failure;
  if (s.taken_bytes > s.options.most_waiting_bytes) return Error{ErrorCode::over_limit, "the ledger's disk is too slow: too much waits to be written; try again"};
  s.taken_bytes += entry.size();
  s.taken.push_back({std::move(entry), std::move(done)});
  s.to_commit.notify_one();
  return {};
}

Result<std::uint64_t> Log::append(std::string entry) {
  auto answer = std::make_shared<std::promise<Result<std::uint64_t>>>();
  auto done = answer->get_future();
  if (auto taken = append(std::move(entry), [answer](const Result<std::uint64_t>& index) { answer->set_value(index); }); !taken) {
    return std::move(taken).error();
  }
  return done.get();
}

Result<Note> Log::publish() {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  const std::uint64_t size = s.durable;
  s.asked = true;
  s.to_publish.notify_all();
  s.head_changed.wait(lock, [&] { return s.failure || (s.head_size >= size && !s.head.text.empty()); });
  if (s.failure) return *s.failure;
  return s.head;
}

void Log::add_signatures(Note head) {
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  constexpr std::size_t most = 64;  // that wait: a disk so slow shows the next ones
  if (s.cosigned.size() >= most) return;
  s.cosigned.push_back(std::move(head));
  s.to_publish.notify_all();
}

LogStatus Log::status() const {
  const std::lock_guard lock(state_->mutex);
  LogStatus status{state_->durable, state_->head_size, state_->taken.size() + state_->in_commit, {}};
  if (state_->failure) status.failure = state_->failure->message;
  return status;
}

Note Log::head() const {
  const std::lock_guard lock(state_->mutex);
  return state_->head;
}

}  // namespace skypact::ledger
