#pragma once
// ParallelFor: how a pure function is given more than one thread without knowing about threads.
//
//     detect(aircraft, options, serial);             // on the caller's thread
//     ThreadPool pool(2);
//     detect(aircraft, options, pool.parallel_for()); // shared with the pool's workers
//
// The work must not depend on which thread runs which index, nor on their order.

#include <cstddef>
#include <functional>
#include <memory>

namespace skypact {

// Calls body(i) once for every i in [0, count) and returns when all are done.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& body)>;

void serial(std::size_t count, const std::function<void(std::size_t)>& body);

// A fixed number of workers. parallel_for() may be called from one thread at a time; the caller works too.
class ThreadPool {
 public:
  explicit ThreadPool(unsigned threads);  // in all, the caller included; at least 1
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] ParallelFor parallel_for();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact
