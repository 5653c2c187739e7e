#pragma once
// The parts of conflict detection that work on many pairs at once, with whatever vector instructions the
// processor has. Internal to conflict detection.
//
// The filter works in single precision and only over-reports; the decision works in double precision and
// gives the same bits as the scalar code of conflict_pair.h, because both are the same text and use only
// + − × ÷ √ and comparisons.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "geo/motion.h"
#include "guard/conflict.h"

namespace skypact::guard {

// One entry per aircraft in tile order, and `padding` more that are never reported.
struct FilterColumns {
  static constexpr std::size_t padding = 64;
  std::vector<float> x, y, z, vx, vy, vz, deviation, low, high;
  std::vector<std::uint16_t> level;              // coarse height of the middle
  std::vector<std::uint16_t> level_from, level_to;  // levels of level traffic that this one can meet
};

// Hits collect here as (first << 32 | second) until `flush` takes them and empties it.
struct HitBuffer {
  static constexpr std::size_t flush_at = 1 << 14;
  std::vector<std::uint64_t> pairs;
  std::function<void(HitBuffer&)> flush;
};

// Two tiles' worth of items: level traffic ordered by coarse height in [begin, wide), others in [wide, end).
struct SweepTile {
  std::uint32_t begin, wide, end;
};
struct SweepOptions {
  float horizontal;            // with the absolute margins
  float vertical;              // likewise
  float half;
  std::uint16_t level_window;
};

// Adds each pair of `a` and `b` (or, where they are the same tile, each pair inside it, once) that the filter lets through.
void sweep(const FilterColumns& columns, const SweepTile& a, const SweepTile& b, bool same, const SweepOptions& options,
           HitBuffer& hits);

// The states of aircraft at `time`, as geo::after gives them; each must need one step only.
struct States {
  std::vector<double> x, y, z, vx, vy, vz;
  void resize(std::size_t n);
};
void advance(std::span<const Motion> aircraft, std::size_t from, std::size_t to, double time, States& out);

// Pairs for the exact stage, in columns; a and b are the states at the middle of the look-ahead with velocities times
// its half. The results mean something where `regular` is not zero; elsewhere the scalar stage decides.
struct PairLanes {
  static constexpr std::size_t capacity = 64;
  alignas(64) double a[6][capacity], b[6][capacity];
  alignas(64) double nearest[capacity], least[capacity], enters[capacity], leaves[capacity], regular[capacity];
};
void decide(PairLanes& lanes, std::size_t count, double chord2);

}  // namespace skypact::guard
