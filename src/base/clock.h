#pragma once
// The one seam to the system's clock. Everything below `server` gets the time as an argument.

#include "base/time.h"

namespace skypact {

// UTC now, of the system's real-time clock.
[[nodiscard]] Time system_now();
// Time since some fixed moment; never goes back. For measuring and for periods, not for records.
[[nodiscard]] Duration monotonic_now();

}  // namespace skypact
