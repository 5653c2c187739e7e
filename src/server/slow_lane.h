#pragma once
// SlowLane: a few threads of low priority for answers that take long, with a bounded queue. What is not taken is
// refused at once, so that a crowd of logins costs the watch nothing.
//
//     SlowLane lane(2, 32);
//     if (!lane.add([=] { … })) refuse();
//
// Thread-safe. stop() and the destructor finish what was taken.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace skypact::server {

class SlowLane {
 public:
  SlowLane(unsigned threads, std::size_t most_waiting);
  ~SlowLane() { stop(); }
  SlowLane(const SlowLane&) = delete;
  SlowLane& operator=(const SlowLane&) = delete;

  [[nodiscard]] bool add(std::function<void()> work);
  void stop();

 private:
  void run();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace skypact::server
