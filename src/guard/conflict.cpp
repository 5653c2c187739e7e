#include "guard/conflict.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "guard/conflict_pair.h"

namespace skypact::guard {

Motion make_motion(geo::Position position, GroundVelocity velocity, Height altitude, VerticalRate rate) {
  return {geo::ground_motion(position, velocity.speed, velocity.track), altitude, rate};
}

Result<std::vector<Conflict>> detect(std::span<const Motion> aircraft, const DetectOptions& options, const ParallelFor&) {
  SKYPACT_CHECK(aircraft.size() <= most_aircraft);
  std::vector<Conflict> found;
  for (std::uint32_t i = 0; i < aircraft.size(); ++i) {
    for (std::uint32_t j = i + 1; j < aircraft.size(); ++j) {
      auto conflict = pair_conflict(aircraft[i], aircraft[j], options.minima, options.look_ahead);
      if (!conflict) continue;
      if (found.size() == options.most_conflicts) {
        return Error{ErrorCode::over_limit, "more than " + std::to_string(options.most_conflicts) + " conflicts"};
      }
      conflict->a = i, conflict->b = j;
      found.push_back(*conflict);
    }
  }
  return found;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> candidate_pairs(std::span<const Reach> aircraft, const Minima& largest,
                                                                    Duration look_ahead, const ParallelFor&) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  const double seconds_ahead = to_seconds(look_ahead);
  for (std::uint32_t i = 0; i < aircraft.size(); ++i) {
    for (std::uint32_t j = i + 1; j < aircraft.size(); ++j) {
      const Reach &a = aircraft[i], &b = aircraft[j];
      if (a.heights && b.heights &&
          (a.heights->first - b.heights->second >= largest.vertical || b.heights->first - a.heights->second >= largest.vertical)) {
        continue;
      }
      const double reach = (geo::norm(a.ground.velocity) + geo::norm(b.ground.velocity)) * seconds_ahead +
                           (a.margin + b.margin + largest.horizontal).in(metres) + 1;
      if (geo::norm(a.ground.place - b.ground.place) <= reach) pairs.emplace_back(i, j);
    }
  }
  return pairs;
}

}  // namespace skypact::guard
