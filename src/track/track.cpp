#include "track/track.h"

namespace skypact {

std::string_view to_string(Life life) {
  switch (life) {
    case Life::live: return "live";
    case Life::coasting: return "coasting";
    case Life::stale: return "stale";
    case Life::lost: return "lost";
  }
  return "lost";
}

std::string_view to_string(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::position_jump: return "position_jump";
    case Suspicion::impossible_speed: return "impossible_speed";
    case Suspicion::frozen_position: return "frozen_position";
    case Suspicion::interference: return "interference";
    case Suspicion::duplicate_address: return "duplicate_address";
  }
  return "unknown";
}

}  // namespace skypact
