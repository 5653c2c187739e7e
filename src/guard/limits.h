#pragma once
// GuardLimits: the bounds on what the guard keeps.

#include <cstddef>

namespace skypact::guard {

struct GuardLimits {
  static constexpr std::size_t open_alerts = 2000;      // of all kinds; distress is never the one left out
  static constexpr std::size_t unconfirmed = 20'000;    // findings that wait for their confirmation
  static constexpr std::size_t ended_alerts = 500;      // remembered, the newest are kept
  static constexpr std::size_t acknowledgements = 32;   // of one alert; the latest of each party is kept
  static constexpr std::size_t acknowledgement_text = 200;  // bytes of `how`, and of `by`
};

}  // namespace skypact::guard
