#pragma once
// Distress triggers: what the watch knows that is evidence for a distress case: what the guard found, tracks that ended in
// flight, and aircraft that a notice names and that are not heard of after its end.
//
//     if (const auto trigger = trigger_of(alert, picture)) desk.take(*trigger);
//     VanishedWatch vanished;
//     for (const distress::Trigger& t : vanished.look(picture, airfields)) desk.take(t);
//     OverdueWatch overdue;
//     for (const distress::Trigger& t : overdue.look(picture, notices, airfields)) desk.take(t);
//
// Deterministic: nothing reads a clock; the same pictures in the same order give the same triggers. For one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "distress/trigger.h"
#include "line/gazetteer.h"
#include "line/notice_check.h"
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

// When an aircraft is overdue against an activity notice, own or another party's:
//   - the notice names its call sign, and the time in which it was last heard ended `after` ago (the Annex's time without a word);
//   - it was heard in one of these times, by the call sign, and is not known to be of a party other than the notice's;
//   - it was in the air when it was last heard, and not low near an airfield as one that lands;
//   - neither its call sign nor its address has been heard since.
// Who was never heard is not overdue: he may fly where nobody hears him, or have stayed at home. Who is still heard is late, and in no need of
// a search. Drills and cancelled notices count for nothing. What was heard before this node's start is not known.
struct OverdueRule {
  Duration after = minutes(30);
  Duration not_after = std::chrono::hours(12);     // a notice that ended longer ago is let go
  Speed cruise = knots(500);                       // it may have flown on so fast since it was last heard
  Length airfield_near = nautical_miles(6);        // as VanishedRule
  Height landing_below = feet_of_height(6'000);
  std::size_t aircraft = 10'000;                   // remembered; further ones are not watched for
};

class OverdueWatch {
 public:
  explicit OverdueWatch(OverdueRule rule = {}) : rule_(rule) {}
  std::vector<distress::Trigger> look(const Picture& picture, const std::vector<line::PartyNotice>& notices, const line::Gazetteer& airfields);

 private:
  struct Heard {
    distress::Trigger last;              // who it is and where it was
    Time at;
    Time over;                           // when the notice's time ended in which it was heard
    bool in_flight = false;
    bool told = false;
  };
  using Key = std::tuple<std::string, std::string, std::string>;   // party, number, call sign
  void hear(const Picture& picture, const line::PartyNotice& given, const line::Gazetteer& airfields);

  OverdueRule rule_;
  std::map<Key, Heard> heard_;
};

}  // namespace skypact::node
