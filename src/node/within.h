#pragma once
// Within: who was nearer than a distance to an aircraft or a place, in a time, by what a replay shows.
//
//     Within within({.aircraft = "3C6444"}, nautical_miles(5), {from, to});
//     within.step(*engine.picture());                         // after every tick
//     for (const WithinReport::Near& near : within.report().near) …
//
// Judged at each tick from where the tracks then were, each known to its uncertainty: certainly within where both errors are
// counted against it, perhaps where they are counted for it. Horizontal distance alone; stale and lost tracks are not looked at.
// Deterministic; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "airspace/identity.h"
#include "base/time.h"
#include "node/picture.h"

namespace skypact::node {

// One of the two.
struct WithinOf {
  std::string aircraft{};                    // its key or address: "4D2023~2"
  std::optional<geo::Position> place{};
};

struct WithinReport {
  struct Near {
    TrackKey key;
    std::string callsign, party;             // the last known; party's id
    bool certain = false;                    // at some moment
    Time first, last;                        // ticks at which it was within, perhaps or certainly
    Length nearest, error;                   // at that moment
    Time nearest_at;
    std::optional<Height> vertical;          // then, of two altitudes of one datum; not negative
  };
  std::vector<Near> near;                    // by nearest, then key
  std::uint64_t ticks = 0;                   // of the span
  std::uint64_t ticks_seen = 0;              // at which the aircraft asked about was located; of a place all
};

class Within {
 public:
  Within(WithinOf of, Length distance, Interval<Time> span) : of_(std::move(of)), distance_(distance), span_(span) {}
  void step(const Picture& picture);
  [[nodiscard]] WithinReport report() const;

 private:
  WithinOf of_;
  Length distance_;
  Interval<Time> span_;
  std::map<TrackKey, WithinReport::Near> near_;
  std::uint64_t ticks_ = 0, seen_ = 0;
  std::uint64_t last_tick_ = 0;
};

}  // namespace skypact::node
