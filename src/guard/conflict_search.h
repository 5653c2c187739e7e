#pragma once
// The broad phase of conflict detection: which pairs can come near each other at all. It may report too
// much, never too little; the exact stage decides. Internal to conflict detection.
//
// Every aircraft is taken to be within `deviation` of a straight line through `middle` at all times of the
// look-ahead, so it never leaves the ball of radius |velocity| · half + deviation about `middle`. The Earth is cut
// into tiles (rows of latitude, each cut by longitude); aircraft whose balls can touch are in tiles that lie
// close together. Aircraft whose reach differs much (a hovering drone, a jet) get grids of their own, with
// tiles of their own size. Within a tile they are ordered by height, so that traffic on other levels is
// passed over. What is left meets a filter in single precision (conflict_lanes.h).

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "geo/vector.h"
#include "guard/conflict_lanes.h"

namespace skypact::guard {

// Metres, metres per second; heights in metres above the common datum.
struct Swept {
  geo::Vec3 middle, velocity;
  double deviation = 0;
  double low = 0, high = 0;
};
inline constexpr double unknown_low = -1e6, unknown_high = 1e6;

struct SearchOptions {
  double horizontal = 0;  // metres, chord
  double vertical = 0;    // metres
  double half = 0;        // half the look-ahead, seconds
  double tile_scale = 1;
};

class Search {
 public:
  Search(std::span<const Swept> aircraft, const SearchOptions& options, const ParallelFor& parallel_for);

  // The work in pieces that may run side by side; how it is cut does not depend on threads.
  [[nodiscard]] std::size_t pieces() const { return pieces_.size(); }
  // Calls `report` with pairs of positions in `aircraft`, in no useful order, each pair in one piece and once.
  using Pairs = std::span<const std::pair<std::uint32_t, std::uint32_t>>;
  void run(std::size_t piece, const std::function<void(Pairs)>& report) const;

 private:
  struct Tile {
    std::uint32_t id;                  // row_start[row] + column
    std::uint32_t begin, wide, end;    // level traffic in [begin, wide), the rest in [wide, end)
  };
  struct Grid {
    double reach = 0;                      // greatest radius, with half the horizontal minimum, of its members
    std::uint32_t rows = 1;
    std::vector<std::uint32_t> row_start;  // first tile id of each row, and one past the last
    std::vector<double> axis_distance;     // of each row, a lower bound in metres
    std::vector<Tile> tiles;               // those with aircraft, by id
    std::vector<std::uint32_t> row_tiles;  // first of `tiles` in each row, and one past the last
  };
  struct Piece {
    std::uint32_t grid, from, to;  // tiles
  };
  struct Key {
    std::uint64_t key;
    std::uint32_t item;
  };

  void build_grid(std::span<const Swept> aircraft, std::span<const std::uint32_t> members, double reach,
                  const ParallelFor& parallel_for);
  [[nodiscard]] Grid empty_grid(double reach) const;
  void sweep_tile(const Grid& grid, const Tile& tile, std::uint32_t row, const Grid& other, HitBuffer& hits) const;

  SearchOptions options_;
  double height_origin_ = 0, height_step_ = 1;  // of the coarse height that orders a tile
  std::uint16_t level_window_ = 0;              // in such steps: level aircraft farther apart cannot conflict
  std::vector<Grid> grids_;                     // fastest first
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> index_;            // original position of each item, in tile order
  FilterColumns columns_;
};

}  // namespace skypact::guard
