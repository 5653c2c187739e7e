#pragma once
// FeedHealth: one source as the guard sees it.

#include <optional>
#include <string>

#include "airspace/identity.h"
#include "base/time.h"

namespace skypact::guard {

struct FeedHealth {
  SourceId source;
  std::string name;
  Time expected_since;                 // since when it ought to speak: the start of the node, or its configuration
  std::optional<Time> last_message;    // empty: none yet
  Duration silent_after = seconds(30);
  bool expected = true;                // false for a file that was read to its end, and for manual reports
};

}  // namespace skypact::guard
