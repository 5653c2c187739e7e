#pragma once
// CellIndex: from cells to what may be in them, with times and altitudes. It finds candidates: never one too few.
//
//     CellIndex index;
//     index.add(slot, cells, bounds);
//     index.find(cells, bounds, slots);   // each that shares a cell and may meet the bounds, once, in no order
//
// Not for several threads at once, not for find() either.

#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "airspace/rules.h"
#include "base/time.h"

namespace skypact::plan {

// Cells in order, as ranges: neighbours along the S2 curve have consecutive numbers, and eight bytes hold a run of them.
struct CellRange {
  std::uint32_t first = 0, last = 0;
  friend bool operator==(CellRange, CellRange) = default;
};
using Covering = std::vector<CellRange>;

// Of S2 ids of level 13 (CellLimits::level), ascending; they may repeat.
[[nodiscard]] Covering covering_of(std::span<const std::uint64_t> ids);
[[nodiscard]] std::size_t cells_in(const Covering& covering);
// All of the other's cells.
[[nodiscard]] bool covers(const Covering& covering, const Covering& other);
[[nodiscard]] Covering joined(const Covering& a, const Covering& b);

// All of what something occupies lies between these.
struct Bounds {
  Interval<Time> time = always;
  double lower_m = -std::numeric_limits<double>::infinity(), upper_m = std::numeric_limits<double>::infinity();
  friend bool operator==(const Bounds&, const Bounds&) = default;
};
// Meeting at a common end counts, as the reference implementation counts it.
[[nodiscard]] bool meet(const Bounds& a, const Bounds& b);
[[nodiscard]] bool covers(const Bounds& bounds, const Bounds& other);
[[nodiscard]] Bounds joined(const Bounds& a, const Bounds& b);

class CellIndex {
 public:
  // A slot is a small number that the caller chose, and stands in the index once at most.
  void add(std::uint32_t slot, const Covering& cells, const Bounds& bounds);
  // The covering it was added with.
  void remove(std::uint32_t slot, const Covering& cells);
  // Appends.
  void find(const Covering& cells, const Bounds& bounds, std::vector<std::uint32_t>& slots) const;

 private:
  // Bounds rounded outwards into sixteen bytes with the slot, so that a busy cell is read straight through.
  struct Posting {
    std::uint32_t slot = 0, from_s = 0, to_s = 0;
    std::int16_t lower = 0, upper = 0;   // units of 4 m
  };
  [[nodiscard]] static Posting posting(std::uint32_t slot, const Bounds& bounds);

  std::unordered_map<std::uint32_t, std::vector<Posting>> cells_;
  // The round in which a slot was found last: it is told once, however many cells it shares.
  mutable std::vector<std::uint32_t> found_in_;
  mutable std::uint32_t round_ = 0;
};

}  // namespace skypact::plan
