#pragma once
// CellIndex: points on the Earth by cubes of space, so that neighbours are found without comparing all pairs.
//
// Cubes of Earth-centred coordinates know no pole and no antimeridian. The order of everything it yields
// depends only on the points. Immutable after construction; any thread.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/vector.h"

namespace skypact::track {

class CellIndex {
 public:
  // `side` of a cube in metres, at least 10.
  CellIndex(std::span<const geo::Vec3> points, double side) : side_(side) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
    keyed.reserve(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i) keyed.emplace_back(key_of(points[i]), i);
    std::sort(keyed.begin(), keyed.end());
    members_.reserve(keyed.size());
    for (const auto& [key, index] : keyed) {
      if (cells_.empty() || cells_.back().key != key) cells_.push_back({key, static_cast<std::uint32_t>(members_.size()), 0});
      members_.push_back(index);
      ++cells_.back().count;
    }
  }

  template <class Body>  // body(members)
  void for_each_cell(Body body) const {
    for (const auto& cell : cells_) body(members(cell));
  }

  // Every pair of different cells at most `reach` apart in each coordinate, once: body(members, members).
  template <class Body>
  void for_each_neighbouring_cells(int reach, Body body) const {
    for (const auto& cell : cells_) {
      for_each_around(cell.key, reach, [&](const Cell& other) {
        if (other.key > cell.key) body(members(cell), members(other));
      });
    }
  }

  // Members of the point's own cube and those around it: body(index).
  template <class Body>
  void for_each_near(geo::Vec3 point, Body body) const {
    for_each_around(key_of(point), 1, [&](const Cell& cell) {
      for (const auto m : members(cell)) body(m);
    });
  }

 private:
  struct Cell {
    std::uint64_t key;
    std::uint32_t first, count;
  };
  // 21 bits for each coordinate: cubes of 10 m still fit (±6400 km / 10 m < 2^20).
  static constexpr std::int64_t bias = std::int64_t{1} << 20;
  static constexpr std::uint64_t mask = (std::uint64_t{1} << 21) - 1;

  [[nodiscard]] std::uint64_t key_of(geo::Vec3 p) const {
    const auto part = [&](double x) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::floor(x / side_)) + bias) & mask; };
    return part(p.x) << 42 | part(p.y) << 21 | part(p.z);
  }
  [[nodiscard]] std::span<const std::uint32_t> members(const Cell& cell) const {
    return std::span(members_).subspan(cell.first, cell.count);
  }
  template <class Body>
  void for_each_around(std::uint64_t key, int reach, Body body) const {
    for (int dx = -reach; dx <= reach; ++dx) {
      for (int dy = -reach; dy <= reach; ++dy) {
        // Cubes along z have consecutive keys: one search finds the row.
        const auto x = static_cast<std::uint64_t>(static_cast<std::int64_t>(key >> 42) + dx) & mask;
        const auto y = static_cast<std::uint64_t>(static_cast<std::int64_t>(key >> 21 & mask) + dy) & mask;
        const std::uint64_t z = key & mask;
        const std::uint64_t row = x << 42 | y << 21;
        const std::uint64_t from = row | (z - static_cast<std::uint64_t>(reach));
        const std::uint64_t to = row | (z + static_cast<std::uint64_t>(reach));
        auto cell = std::lower_bound(cells_.begin(), cells_.end(), from, [](const Cell& c, std::uint64_t k) { return c.key < k; });
        for (; cell != cells_.end() && cell->key <= to; ++cell) body(*cell);
      }
    }
  }

  double side_;
  std::vector<std::uint32_t> members_;
  std::vector<Cell> cells_;
};

}  // namespace skypact::track
