#pragma once
// Distress triggers: what the watch knows that is evidence for a distress case: what the guard found, and tracks that ended in
// flight.
//
//     if (const auto trigger = trigger_of(alert, picture)) desk.take(*trigger);
//     VanishedWatch vanished;
//     for (const distress::Trigger& t : vanished.look(picture, airfields)) desk.take(t);
//
// Deterministic: nothing reads a clock; the same pictures in the same order give the same triggers. For one thread.

#include <optional>
#include <set>
#include <vector>

#include "distress/trigger.h"
#include "line/gazetteer.h"
#include "node/picture.h"

namespace skypact::node {

// Of an alert of kind distress: what the aircraft signals, and a cancellation once it is heard without it. nullopt: an alert of
// another kind, or one that says nothing of itself any more (its track ended). A party that is known by a callsign alone is left out:
// whose an aircraft is decides who learns its place.
[[nodiscard]] std::optional<distress::Trigger> trigger_of(const Alert& alert, const Picture& picture);

// The subject, party and class of a track, as evidence names them.
void describe(distress::Trigger& trigger, const Track& track, const Picture& picture);

// When a track ended in flight and not at the edge of what the receivers hear:
//   - nothing was heard of it for `silent_for`, while its source goes on;
//   - before that it was tracked for `tracked_for`, and in its last minute at least `points_in_last_minute` times: an aircraft that
//     leaves the coverage fades, it does not break off;
//   - the source hears another aircraft within `heard_near`, no more than `heard_above` higher;
//   - it was in the air, was no ground vehicle, and its position was believed;
//   - it was not within `airfield_near` of an airfield below `landing_below`: that one landed;
//   - no other track is possibly the same aircraft and lives.
// When more than `at_once` ends of one source come together, it is the source. Tracks that another party shares are its own to watch.
struct VanishedRule {
  Duration silent_for = minutes(3);
  Duration tracked_for = minutes(5);
  std::size_t points_in_last_minute = 6;
  Length heard_near = nautical_miles(30);
  Height heard_above = feet_of_height(5'000);
  Length airfield_near = nautical_miles(6);
  Height landing_below = feet_of_height(6'000);
  std::size_t at_once = 2;
  Speed least_speed = knots(30);
};

class VanishedWatch {
 public:
  explicit VanishedWatch(VanishedRule rule = {}) : rule_(rule) {}
  // `shared`: sources that are other parties' nodes.
  std::vector<distress::Trigger> look(const Picture& picture, const line::Gazetteer& airfields, const std::set<SourceId>& shared);

 private:
  VanishedRule rule_;
  std::set<TrackId> told_;               // bounded by the tracks
};

}  // namespace skypact::node
