#include "base/parallel.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"

namespace skypact {

void serial(std::size_t count, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < count; ++i) body(i);
}

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable work_ready;
  std::condition_variable work_done;
  std::vector<std::thread> workers;
  const std::function<void(std::size_t)>* body = nullptr;
  std::size_t count = 0;
  std::atomic<std::size_t> next{0};
  std::size_t busy = 0;          // workers inside the present job
  std::uint64_t generation = 0;  // counts jobs, so that a worker takes part in each once
  bool stopping = false;

  void take_part() {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) (*body)(i);
  }

  void worker() {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      work_ready.wait(lock, [&] { return stopping || generation != seen; });
      if (stopping) return;
      seen = generation;
      lock.unlock();
      take_part();
      lock.lock();
      if (--busy == 0) work_done.notify_one();
    }
  }

  void run(std::size_t job_count, const std::function<void(std::size_t)>& job_body) {
    {
      std::lock_guard lock(mutex);
      body = &job_body;
      count = job_count;
      next = 0;
      busy = workers.size();
      ++generation;
    }
    work_ready.notify_all();
    take_part();
    std::unique_lock lock(mutex);
    work_done.wait(lock, [&] { return busy == 0; });
  }
};

ThreadPool::ThreadPool(unsigned threads) : state_(std::make_unique<State>()) {
  SKYPACT_CHECK(threads >= 1);
  for (unsigned i = 1; i < threads; ++i) state_->workers.emplace_back([state = state_.get()] { state->worker(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work_ready.notify_all();
  for (auto& worker : state_->workers) worker.join();
}

ParallelFor ThreadPool::parallel_for() {
  return [state = state_.get()](std::size_t count, const std::function<void(std::size_t)>& body) {
    state->run(count, body);
  };
}

}  // namespace skypact
