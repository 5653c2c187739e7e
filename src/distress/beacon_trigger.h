#pragma once
// Beacon trigger: what a burst of a 406 MHz beacon, or a message of a mission control centre, is as evidence.
//
//     for (const Trigger& t : triggers_of(burst, {.now = now, .station = "rx-north"})) book.take(t, now);
//
// Which mode of a beacon calls for help is decoded in wire/beacon.h; here a self-test, a test protocol and a beacon of the
// satellite system itself are marked as such, and the case book lists them as heard. What was doubtful about the content
// stands in the remark. A time that is ahead of this node's clock is not believed. Pure; any thread.

#include <string>
#include <vector>

#include "distress/trigger.h"
#include "wire/beacon_lines.h"
#include "wire/sit185.h"

namespace skypact::distress {

struct BeaconHeardBy {
  Time now;                  // when this node had it
  std::string station;       // who heard it, where the burst does not say
  bool exercise = false;
};

// What a centre's message says nothing of: a Doppler position is within 5 NM of the beacon in nineteen of twenty cases (C/S T.002).
inline constexpr Length position_of_a_centre = nautical_miles(5);

[[nodiscard]] Trigger trigger_of(const wire::BeaconBurst& burst, const BeaconHeardBy& by);
// One for each position that the text says, because the two sides of a Doppler position contradict each other; a confirmed one
// alone where there is one. At least one.
[[nodiscard]] std::vector<Trigger> triggers_of(const wire::Sit185Message& message, const BeaconHeardBy& by);

}  // namespace skypact::distress
