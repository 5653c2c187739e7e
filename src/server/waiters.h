#pragma once
// Waiters: requests that are answered when something has grown. Bounded; who comes beyond is answered at once.
//
//     waiters.add(wake);        // false: full
//     waiters.wake_all();       // each once; who wants to wait on comes again
//
// Any thread.

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "server/limits.h"

namespace skypact::server {

class Waiters {
 public:
  bool add(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= WaitLimits::waiting) return false;
    waiting_.push_back(std::move(wake));
    return true;
  }
  void wake_all() {
    std::vector<std::function<void()>> all;
    {
      const std::lock_guard lock(mutex_);
      all = std::exchange(waiting_, {});
    }
    for (const auto& wake : all) wake();
  }

 private:
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace skypact::server
