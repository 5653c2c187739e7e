#pragma once
// Suggestions: other times, levels and places for a planned flight that is in conflict, before it is submitted.
//
//     auto found = suggestions(mine, my_priority, others, {.earliest = now + minutes(5), .floor_m = 520});
//     if (!found) return found.error();
//     for (const Suggestion& s : *found) offer(to_string(s.way), s.volumes);
//
// Each moves all volumes of the flight together, so that shapes, durations and what stands between them stay, and each is free by
// plan::intersects of all that has to be avoided; the way it was found by does not count. There may be others. Nothing is suggested that
// changes two things at once: that is a new plan, and its pilot's.
//
// Deterministic; pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/volume.h"

namespace skypact::plan {

struct SuggestLimits {
  static constexpr std::size_t pairs = 1'000'000;               // of one's volume and another's
  static constexpr std::size_t vertices = 4'000'000;            // of pairs that are compared exactly; about 2 s
  static constexpr Duration time = std::chrono::hours(24);
  static constexpr int level_steps = 50;                        // 500 m, or 5,000 ft
  static constexpr double thin_m = 150;
};

// What occupies the airspace: a constraint, or a volume of another's flight.
struct Occupied {
  Volume volume;
  std::int64_t priority = 0;   // F3548-21: the higher goes first
};

struct SuggestOptions {
  Time earliest = Time::min();              // no volume begins before it: now, or when the crew can be ready
  Time latest = Time::max();                // and none ends after it
  Duration most = std::chrono::hours(2);    // earlier or later; SuggestLimits::time at most
  // What the flight must stay above and below. Where the ground is nobody else knows here: without a floor nothing lower is suggested.
  std::optional<double> floor_m{}, ceiling_m{};
};

struct Suggestion {
  enum class Way : std::uint8_t { later, earlier, higher, lower, aside };
  Way way = Way::later;
  Duration time{};          // by how much it is later or earlier
  Length distance;          // higher, lower or aside
  TrueBearing towards;      // aside: at the middle of the flight's first volume
  std::vector<Volume> volumes;
};
[[nodiscard]] std::string_view to_string(Suggestion::Way way);

// Steps in which a level is changed. A flight whose volumes are all thinner than thin_m is a drone's, which is planned in metres: 10 m.
// Others are planned in feet and flight levels: 100 ft.
[[nodiscard]] Length level_step(std::span<const Volume> own);
// Tried in this order, at each of the bearings 0, 45, … 315.
inline constexpr double distances_aside_m[] = {50, 100, 200, 300, 500, 750, 1'000, 1'500, 2'000, 3'000, 5'000, 7'500, 10'000};

// One of each way at most, in the order of the ways, each by the least whole minutes, steps or of the distances that make it free of what
// has at least the flight's own priority; where a regulator lets equals conflict, give one more. None where nothing is in conflict. A volume
// without a beginning or an end in time or altitude keeps that. What is aside has the shape of before within 1e-5 of its size for each 5 km.
// over_limit where there is too much to compare.
Result<std::vector<Suggestion>> suggestions(std::span<const Volume> own, std::int64_t priority, std::span<const Occupied> others,
                                            const SuggestOptions& options);

}  // namespace skypact::plan
