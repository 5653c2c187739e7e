#include "guard/conflict_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::guard {
namespace {

constexpr double pi = 3.14159265358979323846;

// Tiles are placed by angles good to 1e-7 rad; every neighbourhood is widened by forty times that, 26 m.
constexpr double angle_margin = 4e-6;
// Half the depth of what counts as level traffic.
constexpr double level_half_depth = 60;  // metres
constexpr unsigned level_bits = 10;
constexpr double most_levels = (1 << level_bits) - 1;
// No tile is shorter, so that all tile ids of a grid fit 32 bits: 4πR²/(500 m)² = 2.04e9.
constexpr double least_tile = 500;  // metres
// An aircraft whose reach is below a third of its grid's goes to a grid with smaller tiles.
constexpr double grid_ratio = 1.0 / 3;
constexpr int most_grids = 4;
constexpr std::uint32_t piece_items = 2048;
// Neighbouring tiles with fewer aircraft each, on average, are swept in one go: ordering them by height would save
// less than starting anew in each of them costs.
constexpr std::uint32_t sparse_tile = 24;

// arctan of [0, 1] within 1e-7: Taylor series about 0 and, by arctan t = π/4 + arctan((t-1)/(t+1)), about 1.
// For choosing tiles only.
double rough_arctangent(double t) {
  const bool upper = t > 0.41421356;
  const double u = upper ? (t - 1) / (t + 1) : t, z = u * u;
  const double series =
      u * (1 + z * (-1.0 / 3 + z * (1.0 / 5 + z * (-1.0 / 7 + z * (1.0 / 9 + z * (-1.0 / 11 + z * (1.0 / 13 - z / 15)))))));
  return upper ? pi / 4 + series : series;
}

double rough_angle(double y, double x) {  // radians, [-π, π]
  const double ay = std::fabs(y), ax = std::fabs(x);
  if (ax == 0 && ay == 0) return 0;
  double angle = ay <= ax ? rough_arctangent(ay / ax) : pi / 2 - rough_arctangent(ax / ay);
  if (x < 0) angle = pi - angle;
  return y < 0 ? -angle : angle;
}

struct Angles {
  double latitude;  // geocentric, [-π/2, π/2]
  double turn;      // longitude, [0, 1)
};

Angles angles_of(geo::Vec3 p) {
  const double turn = rough_angle(p.y, p.x) / (2 * pi);
  const double positive = turn < 0 ? turn + 1 : turn;
  return {rough_angle(p.z, std::sqrt(p.x * p.x + p.y * p.y)), positive < 1 ? positive : 0};
}

double arcsine(double x) { return geo::asin_degrees(x) * (pi / 180); }

// Least significant digit first, skipping digits that are all alike.
template <class Key>
void radix_sort(std::vector<Key>& keys) {
  constexpr unsigned digit_bits = 11, digits = 1u << digit_bits;
  std::uint64_t all_or = 0, all_and = ~std::uint64_t{0};
  for (const Key& k : keys) all_or |= k.key, all_and &= k.key;
  const std::uint64_t differing = all_or ^ all_and;
  std::vector<Key> other(keys.size());
  std::array<std::uint32_t, digits> start;
  for (unsigned shift = 0; shift < 64; shift += digit_bits) {
    if (((differing >> shift) & (digits - 1)) == 0) continue;
    start.fill(0);
    for (const Key& k : keys) ++start[(k.key >> shift) & (digits - 1)];
    std::uint32_t sum = 0;
    for (std::uint32_t& s : start) sum += std::exchange(s, sum);
    for (const Key& k : keys) other[start[(k.key >> shift) & (digits - 1)]++] = k;
    keys.swap(other);
  }
}

// Calls body(i) for every i below `count`, many by many.
template <class Body>
void in_pieces(std::size_t count, const ParallelFor& parallel_for, const Body& body) {
  constexpr std::size_t size = 4096;
  parallel_for((count + size - 1) / size, [&](std::size_t piece) {
    for (std::size_t i = piece * size; i < std::min((piece + 1) * size, count); ++i) body(i);
  });
}

double ball_radius(const Swept& s, double half) { return geo::norm(s.velocity) * half + s.deviation; }

}  // namespace

Search::Search(std::span<const Swept> aircraft, const SearchOptions& options, const ParallelFor& parallel_for)
    : options_(options) {
  SKYPACT_CHECK(aircraft.size() <= most_aircraft);
  std::vector<float> reach(aircraft.size());
  double greatest = 0, lowest = unknown_high, highest = unknown_low;
  for (std::size_t i = 0; i < aircraft.size(); ++i) {
    const Swept& s = aircraft[i];
    // Rounded to single precision and up again: only for sorting into grids, whose reach is taken from it.
    reach[i] = static_cast<float>((ball_radius(s, options.half) + options.horizontal / 2) * (1 + 1e-6) + 1);
    greatest = std::max(greatest, static_cast<double>(reach[i]));
    if (s.high - s.low <= 2 * level_half_depth) {
      const double middle = (s.low + s.high) / 2;
      lowest = std::min(lowest, middle), highest = std::max(highest, middle);
    }
  }
  height_origin_ = lowest;
  height_step_ = std::max(1.0, (highest - lowest) / (most_levels - 1));
  const double window = std::ceil((options.vertical + 2 * level_half_depth + 1) / height_step_) + 1;
  level_window_ = static_cast<std::uint16_t>(std::min(window, most_levels + 1));

  index_.reserve(aircraft.size());
  const std::size_t padded = aircraft.size() + FilterColumns::padding;
  for (auto* column : {&columns_.x, &columns_.y, &columns_.z, &columns_.vx, &columns_.vy, &columns_.vz,
                       &columns_.deviation, &columns_.low, &columns_.high}) {
    column->resize(padded);
  }
  for (auto* column : {&columns_.level, &columns_.level_from, &columns_.level_to}) column->resize(padded);

  std::vector<std::uint32_t> members(aircraft.size());
  std::iota(members.begin(), members.end(), 0u);
  double upper = greatest;
  for (int grid = 0; !members.empty(); ++grid) {
    const double bound = grid + 1 == most_grids ? -1 : upper * grid_ratio;
    const auto rest = std::stable_partition(members.begin(), members.end(), [&](std::uint32_t i) { return static_cast<double>(reach[i]) > bound; });
    if (rest != members.begin()) {
      build_grid(aircraft, {members.begin(), rest}, upper, parallel_for);
    }
    members.erase(members.begin(), rest);
    upper = 0;
    for (const std::uint32_t i : members) upper = std::max(upper, static_cast<double>(reach[i]));
  }

  for (std::uint32_t g = 0; g < grids_.size(); ++g) {
    const auto& tiles = grids_[g].tiles;
    std::uint32_t from = 0, items = 0;
    for (std::uint32_t t = 0; t < tiles.size(); ++t) {
      items += tiles[t].end - tiles[t].begin;
      if (items < piece_items && t + 1 < tiles.size()) continue;
      pieces_.push_back({g, from, t + 1});
      from = t + 1, items = 0;
    }
  }
}

Search::Grid Search::empty_grid(double reach) const {
  Grid grid;
  grid.reach = reach;
  const double tile = std::max(least_tile, 2 * reach * options_.tile_scale);
  grid.rows = static_cast<std::uint32_t>(std::max(1.0, std::floor(pi * geo::wgs84::b / tile)));
  std::uint64_t next = 0;
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    // The edge nearer to a pole, where the row is shortest. Any place of geocentric latitude φ is at least
    // b cos φ away from the axis.
    const double degrees = 180.0 / grid.rows;
    const double south = row * degrees - 90, north = (row + 1) * degrees - 90;
    const double farthest = std::min(90.0, std::max(std::fabs(south), std::fabs(north)) + angle_margin * (180 / pi));
    grid.axis_distance.push_back(std::max(0.0, geo::wgs84::b * geo::sincos_degrees(farthest).cos - 1));
    grid.row_start.push_back(static_cast<std::uint32_t>(next));
    next += static_cast<std::uint64_t>(std::max(1.0, std::floor(2 * pi * grid.axis_distance.back() / tile)));
    SKYPACT_CHECK(next < std::uint64_t{1} << 32);
  }
  grid.row_start.push_back(static_cast<std::uint32_t>(next));
  return grid;
}

void Search::build_grid(std::span<const Swept> aircraft, std::span<const std::uint32_t> members, double reach,
                        const ParallelFor& parallel_for) {
  Grid grid = empty_grid(reach);
  const auto level_of = [this](double height) {
    return static_cast<std::uint16_t>(std::clamp((height - height_origin_) / height_step_, 0.0, most_levels));
  };
  std::vector<Key> keys(members.size());
  in_pieces(keys.size(), parallel_for, [&](std::size_t k) {
    const std::uint32_t i = members[k];
    const Swept& s = aircraft[i];
    const Angles angles = angles_of(s.middle);
    const auto row = static_cast<std::uint32_t>(
        std::clamp(std::floor((angles.latitude / pi + 0.5) * grid.rows), 0.0, grid.rows - 1.0));
    const std::uint32_t columns = grid.row_start[row + 1] - grid.row_start[row];
    const auto column = static_cast<std::uint32_t>(std::min(std::floor(angles.turn * columns), columns - 1.0));
    const bool wide = s.high - s.low > 2 * level_half_depth;
    const std::uint64_t tile = grid.row_start[row] + column;
    keys[k] = {tile << (level_bits + 1) | std::uint64_t{wide} << level_bits | level_of((s.low + s.high) / 2), i};
  });
  radix_sort(keys);

  const std::size_t first = index_.size();
  index_.resize(first + keys.size());
  in_pieces(keys.size(), parallel_for, [&](std::size_t k) {
    const std::size_t at = first + k;
    const Key& key = keys[k];
    const Swept& s = aircraft[key.item];
    columns_.x[at] = static_cast<float>(s.middle.x), columns_.vx[at] = static_cast<float>(s.velocity.x);
    columns_.y[at] = static_cast<float>(s.middle.y), columns_.vy[at] = static_cast<float>(s.velocity.y);
    columns_.z[at] = static_cast<float>(s.middle.z), columns_.vz[at] = static_cast<float>(s.velocity.z);
    // Single precision moves the velocity by less than 1e-7 of itself; see also the filter.
    const double way = geo::norm(s.velocity) * options_.half;
    columns_.deviation[at] = static_cast<float>(s.deviation * (1 + 1e-6) + 4e-7 * way);
    columns_.low[at] = static_cast<float>(s.low), columns_.high[at] = static_cast<float>(s.high);
    columns_.level[at] = static_cast<std::uint16_t>(key.key & ((1u << level_bits) - 1));
    const double depth = options_.vertical + level_half_depth + 1;
    columns_.level_from[at] = level_of(s.low - depth);
    columns_.level_to[at] = level_of(s.high + depth);
    index_[at] = key.item;
  });

  std::uint32_t row = 0;
  grid.row_tiles.push_back(0);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto at = static_cast<std::uint32_t>(first + k);
    const auto id = static_cast<std::uint32_t>(keys[k].key >> (level_bits + 1));
    const bool wide = (keys[k].key >> level_bits & 1) != 0;
    if (grid.tiles.empty() || grid.tiles.back().id != id) {
      for (; id >= grid.row_start[row + 1]; ++row) grid.row_tiles.push_back(static_cast<std::uint32_t>(grid.tiles.size()));
      grid.tiles.push_back({id, at, at, at});
    }
    grid.tiles.back().end = at + 1;
    if (!wide) grid.tiles.back().wide = at + 1;
  }
  for (; row < grid.rows; ++row) grid.row_tiles.push_back(static_cast<std::uint32_t>(grid.tiles.size()));
  grids_.push_back(std::move(grid));
}

void Search::run(std::size_t piece, const std::function<void(Pairs)>& report) const {
  const Piece& p = pieces_[piece];
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  HitBuffer hits;
  hits.flush = [&](HitBuffer& full) {
    pairs.clear();
    for (const std::uint64_t hit : full.pairs) {
      pairs.emplace_back(index_[static_cast<std::uint32_t>(hit >> 32)], index_[static_cast<std::uint32_t>(hit)]);
    }
    full.pairs.clear();
    report(pairs);
  };
  const Grid& grid = grids_[p.grid];
  std::uint32_t row = 0;
  for (std::uint32_t t = p.from; t < p.to; ++t) {
    const Tile& tile = grid.tiles[t];
    row = static_cast<std::uint32_t>(std::upper_bound(grid.row_start.begin() + row, grid.row_start.end(), tile.id) -
                                     grid.row_start.begin() - 1);
    for (std::size_t g = p.grid; g < grids_.size(); ++g) sweep_tile(grid, tile, row, grids_[g], hits);
  }
  hits.flush(hits);
}

// All tiles of `other` within reach of `tile`; where it is the same grid, only the tile itself and later ones,
// so that every pair of tiles is met once.
void Search::sweep_tile(const Grid& grid, const Tile& tile, std::uint32_t row, const Grid& other, HitBuffer& hits) const {
  const bool same_grid = &grid == &other;
  const double reach = grid.reach + other.reach;
  const SweepOptions options{static_cast<float>(options_.horizontal + 2), static_cast<float>(options_.vertical + 0.2),
                             static_cast<float>(options_.half), level_window_};
  // Two places at least b from the Earth's centre with an angle ψ between them are 2b sin(ψ/2) apart or more.
  const double sine = reach / (2 * geo::wgs84::b);
  const double psi = sine < 1 ? 2 * arcsine(sine) + angle_margin : pi;
  const double row_height = pi / grid.rows;
  const double rows = other.rows;
  const double south = row * row_height - psi, north = (row + 1) * row_height + psi;  // from the South Pole
  const auto row_at = [rows](double from_south) {
    return static_cast<std::uint32_t>(std::clamp(std::floor(from_south / pi * rows), 0.0, rows - 1));
  };
  const std::uint32_t last_row = row_at(north);
  const std::uint32_t columns = grid.row_start[row + 1] - grid.row_start[row];
  const std::uint32_t column = tile.id - grid.row_start[row];

  for (std::uint32_t r = same_grid ? row : row_at(south); r <= last_row; ++r) {
    const auto begin = other.tiles.begin() + other.row_tiles[r], end = other.tiles.begin() + other.row_tiles[r + 1];
    if (begin == end) continue;
    const auto visit = [&](std::uint32_t from_id, std::uint32_t to_id) {
      if (same_grid) from_id = std::max(from_id, tile.id);
      auto it = std::lower_bound(begin, end, from_id, [](const Tile& t, std::uint32_t id) { return t.id < id; });
      auto past = it;
      while (past != end && past->id <= to_id) ++past;
      if (it == past) return;
      const std::uint32_t run_begin = it->begin, run_end = (past - 1)->end;
      if (run_end - run_begin < sparse_tile * (past - it)) {
        // As if none were level: then every item of the one is tried with every item of the other.
        sweep(columns_, {tile.begin, tile.begin, tile.end}, {run_begin, run_begin, run_end}, same_grid && it->id == tile.id,
              options, hits);
        return;
      }
      for (; it != past; ++it) {
        sweep(columns_, {tile.begin, tile.wide, tile.end}, {it->begin, it->wide, it->end}, same_grid && it->id == tile.id,
              options, hits);
        if (hits.pairs.size() >= HitBuffer::flush_at) hits.flush(hits);
      }
    };
    const std::uint32_t first = other.row_start[r], count = other.row_start[r + 1] - first;
    // Places ρ1 and ρ2 from the axis with Δλ between them are 2 √(ρ1 ρ2) sin(Δλ/2) apart or more.
    const double around = 2 * std::sqrt(grid.axis_distance[row] * other.axis_distance[r]);
    const double turn = reach < around ? 2 * arcsine(reach / around) / (2 * pi) : 1;
    const double margin = angle_margin;  // more than 1e-7 rad is in turns
    const double west = static_cast<double>(column) / columns - turn - margin;
    const double east = (static_cast<double>(column) + 1) / columns + turn + margin;
    const auto from = static_cast<std::int64_t>(std::floor(west * count));
    const auto to = static_cast<std::int64_t>(std::floor(east * count));
    if (to - from + 1 >= static_cast<std::int64_t>(count)) {
      visit(first, first + count - 1);
      continue;
    }
    const auto n = static_cast<std::int64_t>(count);
    const auto from_column = static_cast<std::uint32_t>(((from % n) + n) % n);
    const auto to_column = static_cast<std::uint32_t>(((to % n) + n) % n);
    if (from_column <= to_column) {
      visit(first + from_column, first + to_column);
    } else {
      visit(first, first + to_column);
      visit(first + from_column, first + count - 1);
    }
  }
}

}  // namespace skypact::guard
