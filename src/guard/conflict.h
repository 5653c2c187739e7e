#pragma once
// Conflict detection: which pairs of aircraft will come closer than their minima.
//
//     std::vector<Motion> sky = …;
//     Result<std::vector<Conflict>> found = detect(sky, {.minima = {nautical_miles(5), feet_of_height(1000)}}, serial);
//
// The rule (docs/safety.md): two aircraft conflict when there is a moment in [0, look-ahead] at which
// their horizontal distance on WGS-84 and their vertical distance are both strictly smaller than the
// minima. Each moves along its geodesic at constant ground speed and changes height at a constant rate.
// Heights are integers, so a pair exactly at the vertical minimum never conflicts. The horizontal verdict
// is right for every pair that passes farther than 0.01 % (and 1 mm) from the minimum.
//
// The same input gives the same bytes on every machine, with any number of threads and any instruction
// set. All functions are pure and may be called from any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "airspace/observation.h"
#include "airspace/rules.h"
#include "base/parallel.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/motion.h"

namespace skypact::guard {

// The bounds within which the rule is exact. Callers refuse input beyond them; here they are checked.
inline constexpr Duration longest_look_ahead = std::chrono::hours(1);
inline constexpr Length greatest_horizontal_minimum = nautical_miles(500);
inline constexpr std::size_t most_aircraft = 16'000'000;

// One aircraft at time 0. Speeds up to geo::max_ground_speed.
struct Motion {
  geo::GroundMotion ground;
  Height altitude;  // above one datum that all share
  VerticalRate vertical_rate;
};
[[nodiscard]] Motion make_motion(geo::Position position, GroundVelocity velocity, Height altitude, VerticalRate rate);

// Times are from time 0, within [0, look-ahead]. The least horizontal distance is that of the whole
// look-ahead, whether or not the vertical minimum is lost then; the earliest where it recurs.
struct Conflict {
  std::uint32_t a = 0, b = 0;  // positions in the span, a < b; 0 and 1 from pair_conflict
  Duration t_in{};             // the first moment at which both minima are lost …
  Duration t_out{};            // … and the end of that first period
  Duration t_cpa{};            // of the least horizontal distance
  Length horizontal_at_cpa;
  Height vertical_at_cpa;      // the vertical distance at that moment, not negative
  friend bool operator==(const Conflict&, const Conflict&) = default;
};

// Does one pair conflict, and when. The same verdict and bytes as `detect`.
[[nodiscard]] std::optional<Conflict> pair_conflict(const Motion& a, const Motion& b, const Minima& minima,
                                                    Duration look_ahead);

struct DetectOptions {
  Minima minima{};
  Duration look_ahead = seconds(300);
  bool brute_force = false;                  // every pair is decided; the twin of the fast search
  std::size_t most_conflicts = 20'000'000;   // more are refused with Error over_limit, never cut off
  double tile_scale = 1;                     // size of the search's tiles, as a multiple of the reach: for tests
};

// All conflicts, ordered by (a, b).
Result<std::vector<Conflict>> detect(std::span<const Motion> aircraft, const DetectOptions& options,
                                     const ParallelFor& parallel_for);

// ---- For the watch, which judges pairs by their own minima ------------------------------------------

// Where one aircraft can be during the look-ahead.
struct Reach {
  geo::GroundMotion ground;
  Length margin;                // the true place may be this far from the predicted one, at any moment
  bool any_direction = false;   // it may turn: anywhere within speed × time of where it is
  // Lowest and highest during the look-ahead, margins included; nullopt: unknown, so anywhere.
  std::optional<std::pair<Height, Height>> heights;
};

// Every pair (i < j, ordered) that can come within both of `largest` during the look-ahead, and some that
// cannot: a superset, to be decided one by one.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> candidate_pairs(
    std::span<const Reach> aircraft, const Minima& largest, Duration look_ahead, const ParallelFor& parallel_for);

// When the two are horizontally closer than `horizontal`, and their least distance, over [0, look_ahead].
struct HorizontalForecast {
  std::vector<Interval<Duration>> closer;  // in order; [from, to) within [0, look_ahead]
  Duration t_cpa{};
  Length least;
};
[[nodiscard]] HorizontalForecast horizontal_forecast(const geo::GroundMotion& a, const geo::GroundMotion& b,
                                                     Length horizontal, Duration look_ahead);
// The horizontal distance at one moment.
[[nodiscard]] Length horizontal_distance(const geo::GroundMotion& a, const geo::GroundMotion& b, Duration at);

// When |difference + rate · t| < vertical within [0, look_ahead]; nullopt: never. Exact but for the
// rounding of its ends to a nanosecond.
[[nodiscard]] std::optional<Interval<Duration>> vertical_forecast(Height difference, VerticalRate rate, Height vertical,
                                                                  Duration look_ahead);
// difference + rate · t, rounded to 0.1 mm.
[[nodiscard]] Height vertical_difference(Height difference, VerticalRate rate, Duration at);

}  // namespace skypact::guard
