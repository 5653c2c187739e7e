#pragma once
// What a process has used, as Linux counts it under /proc.

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>

#include "base/time.h"

namespace skypact::bench {

struct ProcessUsage {
  Duration processor{};                          // of all threads, in user and system
  std::map<std::string, Duration> threads;       // processor time by thread name; threads of one name together
  std::size_t resident_bytes = 0, most_resident_bytes = 0;
};

// Zeros where there is no such process.
[[nodiscard]] ProcessUsage usage_of(pid_t process);

}  // namespace skypact::bench
