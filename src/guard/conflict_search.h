#pragma once
// The broad phase of conflict detection: which pairs of aircraft can come near each other at all. It may report too
// much, never too little; the exact stage decides. Internal to conflict detection.
//
// Every aircraft is taken to be within `deviation` of a straight line through its middle at all times of the look-ahead,
// so it never leaves its box: the smallest about that line along the axes, with the deviation on all sides. Space is cut
// into cubes, the tiles, and the aircraft are put in the order of the tile that their middle is in. Then, tile by tile:
//
//   gather   all aircraft whose boxes come near those of the tile's own. They are in tiles near by.
//   order    them by height, so that each of the tile's own has to be tried with two runs of them only.
//   sweep    them with the filter (conflict_lanes.h), many at once.
//
// A pair is reported by the tile of the one that comes first in the order. Cubes know no pole and no antimeridian: who is
// nearer than d is nearer than d along each axis. Aircraft whose reach differs much (a hovering drone, a jet) are
// put into grids of their own, with tiles of their own size.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "guard/conflict_lanes.h"

namespace skypact::guard {

struct SearchOptions {
  double horizontal = 0;              // metres, chord
  Height vertical;                    // above zero
  double tile_scale = 1;              // size of the tiles, as a multiple of the reach
  bool heights_are_straight = false;  // see Swept
};

// A ball that holds the aircraft's line, as far as it flies, with its deviation on all sides. Metres.
struct Ball {
  float x = 0, y = 0, z = 0, radius = 0;
};

// What the search asks of the aircraft, many by many and from several threads at once.
struct SearchInput {
  std::size_t count = 0;
  // The balls of those from `first` on.
  std::function<void(std::size_t first, std::span<Ball> out)> balls;
  // These in full. They come to lie from `place` on in tile order; each is asked for once, after all balls.
  std::function<void(std::span<const std::uint32_t> items, std::size_t place, std::span<Swept> out)> describe;
};

// Calls body(from, to) for pieces of [0, count).
template <class Body>
void in_pieces(std::size_t count, const ParallelFor& parallel_for, const Body& body) {
  constexpr std::size_t size = 4096;
  parallel_for((count + size - 1) / size, [&](std::size_t piece) { body(piece * size, std::min((piece + 1) * size, count)); });
}

class Search {
 public:
  Search(const SearchInput& aircraft, const SearchOptions& options, const ParallelFor& parallel_for);

  // The work in pieces that may run side by side; how it is cut does not depend on threads.
  [[nodiscard]] std::size_t pieces() const { return pieces_.size(); }
  // Calls `report` with pairs of places in tile order, each pair in one piece and once. The pairs of one call lie near
  // each other there.
  void run(std::size_t piece, const std::function<void(std::span<const Pair>)>& report) const;

 private:
  struct Tile {
    std::uint64_t key;
    std::uint32_t begin, end;  // in the columns
  };
  // Tiles are numbered along each axis from the origin, and the three numbers packed to a key, x first. Tiles in the
  // order of their keys are therefore consecutive along z.
  struct Grid {
    double greatest_ball = 0;             // radius, of its members
    float least_ball = 0;                 // what is smaller belongs to a later grid
    double per_metre = 0;                 // tiles
    std::array<std::uint32_t, 3> last{};  // greatest number along each axis
    unsigned y_shift = 0, x_shift = 0;    // of the numbers in a key
    std::vector<Tile> tiles;              // those with aircraft, by key
    std::vector<std::uint32_t> slabs;     // first of `tiles` with each number along x or a greater, and one past the last
  };
  struct Piece {
    std::uint32_t grid, from, to;  // tiles
  };
  struct Key {
    std::uint64_t key;
    std::uint32_t item;
  };

  // Positions in tile order, in the first `count` of `items`.
  struct Gathered {
    std::vector<std::uint32_t> items;
    std::size_t count = 0;
    void reserve(std::size_t more) {
      if (items.size() < count + more + padding) items.resize(2 * (count + more) + padding);
    }
  };

  [[nodiscard]] std::uint32_t number_along(const Grid& grid, std::size_t axis, double at) const;
  void make_grids(std::span<const Ball> balls);
  void sort_into_tiles(std::span<const Ball> balls, const ParallelFor& parallel_for, std::span<std::uint32_t> order);
  void fill_columns(const SearchInput& aircraft, std::span<const std::uint32_t> order, const ParallelFor& parallel_for);
  void set_shelves(const ParallelFor& parallel_for);
  void gather(const Grid& grid, const Box& near, std::uint64_t from_key, Gathered& out) const;
  void order_by_height(const Gathered& gathered, std::uint32_t own_end, Neighbourhood& out) const;

  SearchOptions options_;
  SweepOptions sweep_options_;
  std::array<double, 3> origin_{};
  std::vector<Grid> grids_;  // of the greatest reach first
  std::vector<Piece> pieces_;
  Columns columns_;            // in tile order
  Array<std::uint8_t> shelf_;  // likewise
};

}  // namespace skypact::guard
