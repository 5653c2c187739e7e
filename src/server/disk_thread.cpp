#include "server/disk_thread.h"

#include "base/time.h"

namespace skypact::server {

void end_disk_thread(DiskThreadState& state, std::thread& thread) {
  std::unique_lock lock(state.mutex);
  state.stopping = true;
  state.changed.notify_all();
  const bool finished = state.changed.wait_for(lock, seconds(2), [&] { return state.finished; });
  lock.unlock();
  // A thread that has finished is seen to its very end: what it still frees must not meet the end of the process.
  finished ? thread.join() : thread.detach();
}

}  // namespace skypact::server
