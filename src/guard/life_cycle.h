#pragma once
// Life cycle of an alert: predicted → infringed → clearing → ended, and unobserved while a track it stands
// on is stale. One Episode is advanced once per step by what that step found.
//
//     switch (advance(episode, {.observed = true, .found = true, .lost = e.lost_now, .to_infringement = e.t_in}, now)) …
//
// A finding must be seen in 3 of the last 5 steps before it is raised, unless the minima are lost already
// or fewer than 45 s remain. An alert that is no longer found is clearing for 15 s before it ends; found
// again, it goes on. (That it is judged against enlarged minima while open is the other half of the
// hysteresis, see encounter.h.)
//
// Unobserved, it ends in one of two ways (docs/decisions/0011). An episode that was ever grave, which is
// everything but a loss predicted beyond the warning look-ahead, only after 30 minutes and if somebody acknowledged
// it. One that never was, by itself when the look-ahead it was last judged over has passed: what was predicted
// would be over. A latched alert (distress) waits for an acknowledgement in any case.
//
// Plain values; time is an argument.

#include <cstdint>

#include "base/time.h"
#include "guard/alert.h"

namespace skypact::guard {

inline constexpr unsigned confirm_of = 5;
inline constexpr unsigned confirm_hits = 3;
inline constexpr Duration confirm_at_once = seconds(45);
inline constexpr Duration clearing_time = seconds(15);
inline constexpr Duration unobserved_limit = minutes(30);

struct Sight {
  bool observed = true;            // every track it stands on is live or coasting
  bool found = false;
  bool lost = false;               // found, and the minima are lost now
  Duration to_infringement{};      // of a finding that is not lost
  bool certain = false;            // needs no confirmation by repetition
  bool grave = false;              // found, and to be let go unseen by nobody: see grave()
  Duration look_ahead{};           // how far ahead it was judged
};

struct Episode {
  bool raised = false;             // before that it only gathers confirmation
  AlertState state = AlertState::predicted;
  std::uint8_t history = 0;        // one bit per step, the newest lowest
  Time clearing_since, unobserved_since;
  Time judged_until;               // by the last step in which it was observed
  bool grave = false;              // ever since it was raised
  bool acknowledged = false;
  bool latched = false;
};

enum class Change : std::uint8_t {
  none,
  raised,
  state,       // went from one state to another
  ended,
  forgotten,   // was never raised, and is not found any more
};

// Whether a finding of this severity is grave: all above an advisory, since that alone lies beyond the warning
// look-ahead (or is of a caution zone that nobody has entered yet).
[[nodiscard]] constexpr bool grave(Severity severity) { return severity > Severity::advisory; }

[[nodiscard]] Change advance(Episode& episode, const Sight& sight, Time now);

}  // namespace skypact::guard
