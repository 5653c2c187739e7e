#pragma once
// Plausibility: can one aircraft have got from there to here in that time?
//
// A position is believed when it lies within the way that the aircraft can have flown since the last one:
//
//     way = v · (t + e) + a₁ + a₂
//
// t is the time between the two measurements, e how far both time stamps together may be off (a receiver's
// queue, a radar's latency), a₁ and a₂ their 95 % accuracies. v is the class limit below; where the aircraft
// reports its speed, it is that speed, a margin for the error of the report, and what its class can gain in t.
// The gate says too little rather than too much: a real aircraft must not be refused, and a jump of less than
// the gate is no farther than the accuracy and age that the guard already counts. Pure functions.

#include <optional>

#include "airspace/identity.h"
#include "base/quantity.h"
#include "base/time.h"

namespace skypact::track {

// Over ground, in the strongest wind. Civil: 830 mph was flown in a 250 mph jet stream (371 m/s). Unmanned:
// jet-powered ones reach 250 m/s. State: Mach 3 and its wind. Unknown may be state.
[[nodiscard]] Speed greatest_speed(AircraftClass aircraft_class);

struct Step {
  Duration elapsed{};             // between the two measurements; its sign does not matter
  Duration time_error{};          // of both together
  Length accuracy_sum;            // of both, 95 %
  std::optional<Speed> reported;  // fresh
  AircraftClass aircraft_class = AircraftClass::unknown;
};
[[nodiscard]] Length possible_way(const Step& step);

// True when a reported speed and that of the positions cannot both be so. `way` was flown in `elapsed`.
[[nodiscard]] bool speeds_disagree(Speed reported, Length way, const Step& step);

}  // namespace skypact::track
