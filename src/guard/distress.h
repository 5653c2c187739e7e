#pragma once
// Distress triggers: the squawks 7500, 7600 and 7700, and the ADS-B emergency states.
//
// A squawk counts when it is exactly one of the three and was received twice, at least a second apart,
// with no other code between: one garbled reply never alerts. An emergency state stands in a squitter with
// 24 bits of parity and counts at once. Both of one aircraft are one finding; the graver names it.
//
// One DistressWatch sees every track at every step. Plain values, bounded by the tracks; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "airspace/observation.h"
#include "base/time.h"
#include "guard/alert.h"
#include "track/track.h"

namespace skypact::guard {

inline constexpr Duration squawk_confirmed_after = seconds(1);

// What a squawk says by itself: exactly 7500, 7600 or 7700.
[[nodiscard]] Emergency emergency_of_squawk(std::uint16_t squawk);

struct DistressSignal {
  Emergency emergency = Emergency::none;   // the graver of squawk and state
  std::uint16_t squawk = 0;                // confirmed, 0 where none
  Emergency state = Emergency::none;       // broadcast
  friend bool operator==(const DistressSignal&, const DistressSignal&) = default;
};

// Unlawful interference, downed, general and no communications are distress; minimum fuel and medical
// priority are told as a warning and a caution: they ask for way, not for help.
[[nodiscard]] Severity severity_of(Emergency emergency);
// "unlawful interference (squawk 7500)".
[[nodiscard]] std::string describe(const DistressSignal& signal);

class DistressWatch {
 public:
  // What the track signals now; nullopt: nothing, or not confirmed yet.
  std::optional<DistressSignal> look(const Track& track);
  // Forgets tracks that are not among these (sorted by id).
  void keep(std::span<const Track* const> tracks);

 private:
  struct Candidate {
    std::uint16_t squawk = 0;
    Time first;              // measured
    bool confirmed = false;
  };
  std::map<TrackId, Candidate> candidates_;
};

}  // namespace skypact::guard
