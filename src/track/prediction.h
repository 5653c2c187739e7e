#pragma once
// Prediction: where every aircraft is at one common time, and how sure that is.
//
//     const MotionState state = motion_at(track, now, options);
//     if (state.located) …
//
// The horizontal uncertainty is a 95 % radius. It grows with the age of the position t:
//
//     accuracy + speed error · t + speed · turn allowance · t · (½ · t + l), the last at most 2 · speed · t
//
// The second term is the error of the broadcast velocity; the third how far a turn that began right after
// the velocity was measured, l before the position, leads away from the straight line (½ · v · ω · t² + v · ω · l · t
// at most; no turn leads farther away than the whole way back). Pure functions; any thread.

#include <optional>

#include "track/options.h"
#include "track/track.h"

namespace skypact::track {

struct PredictionOptions {
  Speed speed_error = metres_per_second(10);             // NACv 1: < 10 m/s, 95 %
  TurnRate turn_allowance = degrees_per_second(1.5);     // half a standard-rate turn, beyond which coasting shows
  Speed unknown_speed = metres_per_second(250);          // taken for growth where no velocity is known; more where it was
  Height vertical_growth_per_second = feet_of_height(25);// 1500 ft/min, of an altitude whose rate is not known
  Height vertical_rate_error_per_second = feet_of_height(5);  // 300 ft/min, of one whose rate is
  Duration longest = seconds(120);                       // extrapolated no farther than this; uncertainty still grows
};

// One aircraft at one moment. Where `located` is false only the identity fields and altitudes mean anything.
struct MotionState {
  TrackId id;
  bool located = false;
  geo::Position position;            // at `now`
  GroundVelocity velocity;           // at `now`: the track angle has turned along the geodesic
  bool velocity_known = false;       // false: velocity is zero
  std::optional<TurnRate> turn_rate; // observed and still fresh
  bool on_ground = false;

  // Each altitude at `now`, moved by the vertical rate; `altitude_uncertainty` bounds the moving of each. One that
  // is stale is left out where another is not.
  std::optional<PressureAltitude> pressure_altitude;
  std::optional<EllipsoidAltitude> ellipsoid_altitude;
  std::optional<MeanSeaLevelAltitude> sea_level_altitude;
  Height altitude_uncertainty;
  VerticalRate vertical_rate;
  bool vertical_rate_known = false;  // false: vertical_rate is zero

  Length uncertainty;                // horizontal, 95 %
  Duration position_age{};           // what was measured how long before `now`; never negative
  Duration velocity_age{};
  Duration altitude_age{};           // of the freshest altitude
};

[[nodiscard]] MotionState motion_at(const Track& track, Time now, const TrackOptions& options = {},
                                    const PredictionOptions& prediction = {});

// 95 % of the track's position as it was measured: what it said, else what its kind of source is worth.
[[nodiscard]] Length position_accuracy(const Track& track, const TrackOptions& options = {});

}  // namespace skypact::track
