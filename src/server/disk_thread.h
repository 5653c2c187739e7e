#pragma once
// What a thread that writes to a disk shares with its owner. The disk may hang, and then the thread outlives the owner:
// so the state is held by both.

#include <condition_variable>
#include <mutex>
#include <thread>

namespace skypact::server {

struct DiskThreadState {
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;                 // set by the owner
  bool finished = false;                 // set by the thread, last of all
};

// Asks the thread to end, gives it two seconds, and leaves it to itself if the disk still holds it.
void end_disk_thread(DiskThreadState& state, std::thread& thread);

}  // namespace skypact::server
