#pragma once
// Body: one aircraft, or a declared group taken as one, as the guard judges it at one moment.

#include <optional>

#include "airspace/rules.h"
#include "geo/motion.h"
#include "guard/minima.h"
#include "track/altitude.h"
#include "track/prediction.h"
#include "track/track.h"

namespace skypact::guard {

// Vertical rates come in steps of 64 ft/min and wobble by one or two of them in level flight. Up to this
// rate an aircraft is level, and its rate counts as zero.
inline constexpr VerticalRate level_rate = VerticalRate::of_tenth_mm_per_minute(150 * 3048);

// A broadcast selected altitude older than this says nothing about what the crew has dialled now.
inline constexpr Duration selected_altitude_valid = seconds(30);

struct Body {
  const Track* track = nullptr;        // of a group: the member its envelope is drawn around
  track::MotionState state;
  geo::GroundMotion ground;
  track::VerticalPosition vertical;
  MinimaSide side;
  bool level = false;                  // its vertical rate is known and within level_rate
  Length extent;                       // of a group's envelope around the member, else 0
  Height vertical_extent;
  int group = -1;                      // index into Rules::groups

  [[nodiscard]] VerticalRate rate() const { return level ? VerticalRate{} : state.vertical_rate; }
  [[nodiscard]] Length uncertainty() const { return state.uncertainty + extent; }
};

// nullopt where it takes no part: not located, on the ground, stale or lost.
[[nodiscard]] std::optional<Body> body_of(const Track& track, Time now);

// The level the crew has selected, as pressure altitude. nullopt without the baro setting it was dialled
// against, or where it is too old.
struct SelectedLevel {
  PressureAltitude level;
  Duration age{};
};
[[nodiscard]] std::optional<SelectedLevel> selected_level(const Track& track, Time now);

}  // namespace skypact::guard
