#pragma once
// Waiters: requests that are answered when something has grown. Bounded; who comes beyond is answered at once.
//
//     waiters.add(wake, monotonic_now(), seconds(25));        // false: full
//     waiters.wake_all();       // each once; who wants to wait on comes again
//
// Any thread.

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "base/time.h"
#include "server/limits.h"

namespace skypact::server {

class Waiters {
 public:
  // `now` of a clock that never goes back. After `longest` the request has been answered without us, and its place is free.
  bool add(std::function<void()> wake, Duration now, Duration longest) {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Waiting& w) { return w.until <= now; });
    if (waiting_.size() >= WaitLimits::waiting) return false;
    waiting_.push_back({now + longest, std::move(wake)});
    return true;
  }
  void wake_all() {
    std::vector<Waiting> all;
    {
      const std::lock_guard lock(mutex_);
      all = std::exchange(waiting_, {});
    }
    for (const Waiting& w : all) w.wake();
  }

 private:
  struct Waiting {
    Duration until{};
    std::function<void()> wake;
  };
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
};

}  // namespace skypact::server
