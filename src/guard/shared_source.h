#pragma once
// SharedSource: what another party's node shares, as the guard sees it.

#include <optional>
#include <string>

#include "airspace/identity.h"
#include "base/time.h"
#include "guard/alert.h"

namespace skypact::guard {

struct SharedSource {
  SourceId source;
  PartyId party;                       // whose node it is
  std::optional<Time> last_track{};    // received; empty: none yet
  // Why nothing may come any more. Without a reason nothing is missing: whose aircraft are gone has none to share.
  struct Stop {
    ReasonCode code = ReasonCode::sharing_link_down;   // or one of its neighbours
    std::string name{};                // the version, and the clauses where they are suspended
    std::optional<Time> since{};       // where it is not the last track's time
  };
  std::optional<Stop> stop{};
};

}  // namespace skypact::guard
