#pragma once
// Sharing alerts: what another party shared is missing. The alert has the area in which the aircraft may be that only that party
// told of: the picture is incomplete there, and no conflict with them is found.
//
//     SharingWatch watch;                              // kept from step to step
//     judge_sharing(step, sources, watch, book);
//
// It is raised once for each loss, at the first step at which nothing has come for a while though there is a reason. It stays
// until tracks of that party come again; once acknowledged it goes half an hour later as what is unobserved does, since what was
// lost by an agreement's end never comes again.

#include <map>
#include <span>
#include <vector>

#include "base/time.h"
#include "guard/alert_book.h"
#include "guard/shared_source.h"
#include "guard/traffic.h"

namespace skypact::guard {

struct SharingLimits {
  static constexpr Duration ceased_after = seconds(15);       // without a track
  static constexpr std::size_t area_vertices = 200;           // beyond it the area is a circle's outline around all
  static constexpr Length farthest = kilometres(4'000);       // from the middle of the aircraft; beyond it no area is given
};

struct SharingWatch {
  struct Loss {
    Time since;                        // the last track's
    std::size_t aircraft = 0;          // that only this party told of
    std::vector<geo::Position> area;
    bool told = false;                 // an alert was raised
    bool done = false;                 // and has ended
  };
  std::map<SourceId, Loss> losses;
};

void judge_sharing(const Step& step, std::span<const SharedSource> sources, SharingWatch& watch, AlertBook& book);
// Once tracks come again the alert says so.
void write_sharing(AlertRecord& r, const Rules& rules);

// Where the aircraft may be at `now`: each around its last known place, as far as it may have flown since; the hull of all.
// Empty where they are too far apart for one.
struct LastSeen {
  geo::Position position;
  Length accuracy;
  Time at;
  std::optional<GroundVelocity> velocity;
};
[[nodiscard]] std::vector<geo::Position> area_of(std::span<const LastSeen> aircraft, Time now);

}  // namespace skypact::guard
