#include "base/clock.h"

namespace skypact {

Time system_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

Duration monotonic_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace skypact
