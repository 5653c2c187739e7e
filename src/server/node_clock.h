#pragma once
// NodeClock: UTC for the whole node, which never goes back. It follows the system's clock; where that jumps back
// the node's runs on at nine tenths of the speed until the system's has caught up, because tracks that grow
// younger would be wrong at once, and a clock that stands still would hide that they grow old.
//
//     NodeClock clock;
//     Time received_at = clock.now();
//
// Thread-safe.

#include <functional>
#include <mutex>

#include "base/clock.h"
#include "base/time.h"

namespace skypact::server {

class NodeClock {
 public:
  NodeClock() : NodeClock(system_now, monotonic_now) {}
  NodeClock(std::function<Time()> wall, std::function<Duration()> monotonic)
      : wall_(std::move(wall)), monotonic_(std::move(monotonic)), last_(wall_()), last_monotonic_(monotonic_()) {}

  [[nodiscard]] Time now() {
    const std::lock_guard lock(mutex_);
    const Duration monotonic = monotonic_();
    const Time wall = wall_();
    const Duration passed = monotonic - last_monotonic_;
    last_monotonic_ = monotonic;
    if (wall >= last_ + passed - milliseconds(1)) {
      last_ = wall > last_ ? wall : last_;
    } else {
      last_ += passed * 9 / 10;
    }
    ahead_ = last_ - wall;
    return last_;
  }
  // How far the node's time runs ahead of the system's; above zero after that jumped back.
  [[nodiscard]] Duration ahead() const {
    const std::lock_guard lock(mutex_);
    return ahead_;
  }

 private:
  const std::function<Time()> wall_;
  const std::function<Duration()> monotonic_;
  mutable std::mutex mutex_;
  Time last_;
  Duration last_monotonic_;
  Duration ahead_{};
};

}  // namespace skypact::server
