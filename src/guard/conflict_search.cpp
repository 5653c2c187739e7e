#include "guard/conflict_search.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace skypact::guard {
namespace {

// No tile is smaller, so that three numbers along the axes fit into a key.
constexpr double least_tile = 500;  // metres
// An aircraft whose reach is below a third of its grid's goes to a grid with smaller tiles.
constexpr double grid_ratio = 1.0 / 3;
constexpr std::size_t most_grids = 4;
constexpr unsigned grid_shift = 62;          // of the grid's number in a key
constexpr std::uint32_t piece_items = 2048;  // a piece of work has so many aircraft, and the rest of a tile
// No two places are farther apart, so no deviation needs to be greater.
constexpr double greatest_deviation = 1.3e7;  // metres
// Of boxes in single precision: all that goes into comparing two is below 2^25 m, so each of eleven roundings is off by
// at most a metre.
constexpr double box_margin = 16;  // metres

// Least significant digit first, skipping digits that are all alike.
template <class Key>
void radix_sort(Array<Key>& keys) {
  constexpr unsigned digit_bits = 11, digits = 1u << digit_bits;
  std::uint64_t all_or = 0, all_and = ~std::uint64_t{0};
  const auto each = [&keys](const auto& body) {
    for (std::size_t i = 0; i < keys.size(); ++i) body(keys[i]);
  };
  each([&](const Key& k) { all_or |= k.key, all_and &= k.key; });
  const std::uint64_t differing = all_or ^ all_and;
  Array<Key> other(keys.size());
  std::array<std::uint32_t, digits> start;
  for (unsigned shift = 0; shift < 64; shift += digit_bits) {
    if (((differing >> shift) & (digits - 1)) == 0) continue;
    start.fill(0);
    each([&](const Key& k) { ++start[(k.key >> shift) & (digits - 1)]; });
    std::uint32_t sum = 0;
    for (std::uint32_t& s : start) sum += std::exchange(s, sum);
    each([&](const Key& k) { other[start[(k.key >> shift) & (digits - 1)]++] = k; });
    std::swap(keys, other);
  }
}

}  // namespace

Search::Search(const SearchInput& aircraft, const SearchOptions& options, const ParallelFor& parallel_for) : options_(options) {
  SKYPACT_CHECK(aircraft.count <= most_aircraft);
  if (aircraft.count == 0) return;
  Array<std::uint32_t> order_array(aircraft.count);
  const std::span order(order_array.data(), order_array.size());
  {
    Array<Ball> ball_array(aircraft.count);
    const std::span balls(ball_array.data(), ball_array.size());
    in_pieces(aircraft.count, parallel_for, [&](std::size_t from, std::size_t to) {
      aircraft.balls(from, balls.subspan(from, to - from));
    });
    make_grids(balls);
    sort_into_tiles(balls, parallel_for, order);
  }
  fill_columns(aircraft, order, parallel_for);
  set_shelves(parallel_for);

  sweep_options_.horizontal = static_cast<float>(options.horizontal + 2);
  for (std::uint32_t g = 0; g < grids_.size(); ++g) {
    const std::vector<Tile>& tiles = grids_[g].tiles;
    std::uint32_t from = 0, items = 0;
    for (std::uint32_t t = 0; t < tiles.size(); ++t) {
      items += tiles[t].end - tiles[t].begin;
      if (items < piece_items && t + 1 < tiles.size()) continue;
      pieces_.push_back({g, from, t + 1});
      from = t + 1, items = 0;
    }
  }
}

// The greatest ball makes the first grid, and what has a reach below a third of its is left to the next.
void Search::make_grids(std::span<const Ball> balls) {
  std::array<float, 3> lowest{balls[0].x, balls[0].y, balls[0].z}, highest = lowest;
  for (const Ball& ball : balls) {
    SKYPACT_CHECK(std::isfinite(ball.x + ball.y + ball.z + ball.radius));
    lowest = {std::min(lowest[0], ball.x), std::min(lowest[1], ball.y), std::min(lowest[2], ball.z)};
    highest = {std::max(highest[0], ball.x), std::max(highest[1], ball.y), std::max(highest[2], ball.z)};
  }
  for (std::size_t axis = 0; axis < 3; ++axis) origin_[axis] = static_cast<double>(lowest[axis]);

  const double half_minimum = options_.horizontal / 2 + 1;
  for (float bound = HUGE_VALF; grids_.size() < most_grids;) {
    float greatest = -1;
    for (const Ball& ball : balls) {
      if (ball.radius < bound && ball.radius > greatest) greatest = ball.radius;
    }
    if (greatest < 0) break;
    const double reach = static_cast<double>(greatest) + half_minimum;
    bound = grids_.size() + 1 == most_grids ? 0 : static_cast<float>(reach * grid_ratio - half_minimum);
    Grid& grid = grids_.emplace_back();
    grid.greatest_ball = static_cast<double>(greatest);
    grid.least_ball = bound;
    grid.per_metre = 1 / std::max(least_tile, 2 * reach * options_.tile_scale);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      grid.last[axis] = static_cast<std::uint32_t>((static_cast<double>(highest[axis]) - origin_[axis]) * grid.per_metre);
    }
    grid.y_shift = static_cast<unsigned>(std::bit_width(grid.last[2]));
    grid.x_shift = grid.y_shift + static_cast<unsigned>(std::bit_width(grid.last[1]));
    SKYPACT_CHECK(grid.x_shift + static_cast<unsigned>(std::bit_width(grid.last[0])) < grid_shift);
  }
}

void Search::sort_into_tiles(std::span<const Ball> balls, const ParallelFor& parallel_for, std::span<std::uint32_t> order) {
  Array<Key> keys(balls.size());
  in_pieces(keys.size(), parallel_for, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const Ball& ball = balls[i];
      std::size_t g = 0;
      while (g + 1 < grids_.size() && ball.radius < grids_[g].least_ball) ++g;
      const Grid& grid = grids_[g];
      const std::uint64_t x = number_along(grid, 0, static_cast<double>(ball.x));
      const std::uint64_t y = number_along(grid, 1, static_cast<double>(ball.y));
      const std::uint64_t z = number_along(grid, 2, static_cast<double>(ball.z));
      keys[i] = {std::uint64_t{g} << grid_shift | x << grid.x_shift | y << grid.y_shift | z, static_cast<std::uint32_t>(i)};
    }
  });
  radix_sort(keys);
  for (std::uint32_t at = 0; at < keys.size(); ++at) {
    order[at] = keys[at].item;
    const std::uint64_t key = keys[at].key & ((std::uint64_t{1} << grid_shift) - 1);
    Grid& grid = grids_[keys[at].key >> grid_shift];
    if (grid.tiles.empty() || grid.tiles.back().key != key) {
      for (std::uint64_t x = grid.slabs.size(); x <= key >> grid.x_shift; ++x) grid.slabs.push_back(static_cast<std::uint32_t>(grid.tiles.size()));
      grid.tiles.push_back({key, at, at});
    }
    grid.tiles.back().end = at + 1;
  }
  for (Grid& grid : grids_) grid.slabs.resize(grid.last[0] + 2, static_cast<std::uint32_t>(grid.tiles.size()));
}

void Search::fill_columns(const SearchInput& aircraft, std::span<const std::uint32_t> order, const ParallelFor& parallel_for) {
  columns_ = Columns(order.size());
  in_pieces(order.size(), parallel_for, [&](std::size_t piece_from, std::size_t piece_to) {
    std::array<Swept, 1024> described;
    for (std::size_t from = piece_from; from < piece_to; from += described.size()) {
      const std::size_t count = std::min(described.size(), piece_to - from);
      aircraft.describe(order.subspan(from, count), from, std::span(described).first(count));
      for (std::size_t k = 0; k < count; ++k) {
        const Swept& s = described[k];
        const std::size_t at = from + k;
        columns_.x[at] = static_cast<float>(s.middle.x), columns_.way_x[at] = static_cast<float>(s.way.x);
        columns_.y[at] = static_cast<float>(s.middle.y), columns_.way_y[at] = static_cast<float>(s.way.y);
        columns_.z[at] = static_cast<float>(s.middle.z), columns_.way_z[at] = static_cast<float>(s.way.z);
        // Single precision moves the way by less than 1e-7 of itself; see also the filter.
        const double way = std::fabs(s.way.x) + std::fabs(s.way.y) + std::fabs(s.way.z);
        columns_.deviation[at] = static_cast<float>(std::min(s.deviation, greatest_deviation) * (1 + 1e-6) + 4e-7 * way);
        columns_.low[at] = s.low, columns_.high[at] = s.high;
        columns_.height[at] = s.height, columns_.climb[at] = s.climb;
      }
    }
  });
}

// How the shelves are cut for these heights, and which one each aircraft is on.
void Search::set_shelves(const ParallelFor& parallel_for) {
  const std::size_t count = columns_.x.size() - padding;
  const std::int64_t vertical = options_.vertical.in_tenth_mm();
  Shelves& shelves = sweep_options_.shelves;
  shelves.shallow = vertical;
  std::int32_t lowest_low = height_limit, highest_low = -height_limit;
  float greatest_height = 0, greatest_climb = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t low = columns_.low[i];
    const std::int64_t depth = std::int64_t{columns_.high[i]} - low;
    auto& deepest = shelves.deepest[depth <= shelves.shallow ? 0 : 1];
    deepest = std::max(deepest, depth);
    if (low != -height_limit) lowest_low = std::min(lowest_low, low), highest_low = std::max(highest_low, low);
    greatest_height = std::max(greatest_height, std::fabs(columns_.height[i]));
    greatest_climb = std::max(greatest_climb, std::fabs(columns_.climb[i]));
  }
  // Steps of a minimum from a whole minimum on, so that traffic on levels a minimum apart is on shelves of its own.
  const double whole = static_cast<double>(vertical), origin = whole * std::floor(lowest_low / whole);
  shelves.origin = static_cast<float>(origin);
  shelves.per_unit = static_cast<float>(1 / std::max(whole, (highest_low - origin) / (Shelves::steps - 1.0)));
  sweep_options_.vertical = vertical;
  const double metres = whole * 1e-4;
  const double greatest = static_cast<double>(greatest_height) + static_cast<double>(greatest_climb) + metres;
  sweep_options_.straight_vertical = static_cast<float>(metres + 0.01 + 16 * 0x1p-24 * greatest);  // see keep_together

  shelf_ = Array<std::uint8_t>(count);
  in_pieces(count, parallel_for, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const std::int32_t low = columns_.low[i];
      const std::uint32_t depth = std::int64_t{columns_.high[i]} - low <= shelves.shallow ? 0 : 1;
      shelf_[i] = static_cast<std::uint8_t>(depth * Shelves::steps + shelves.step_of(low));
    }
  });
}

// Never falls as `at` rises; what lies outside counts as at the edge.
std::uint32_t Search::number_along(const Grid& grid, std::size_t axis, double at) const {
  return static_cast<std::uint32_t>(std::clamp((at - origin_[axis]) * grid.per_metre, 0.0, static_cast<double>(grid.last[axis])));
}

// Adds those of the grid, from one key on, whose boxes touch this one. The centre of such a box's ball is within its radius of
// this box.
void Search::gather(const Grid& grid, const Box& near, std::uint64_t from_key, Gathered& out) const {
  std::array<std::uint64_t, 3> low, high;
  const double around = grid.greatest_ball + box_margin;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    low[axis] = number_along(grid, axis, static_cast<double>(near.low[axis]) - around);
    high[axis] = number_along(grid, axis, static_cast<double>(near.high[axis]) + around);
  }
  for (std::uint64_t x = low[0]; x <= high[0]; ++x) {
    auto tile = grid.tiles.begin() + grid.slabs[x];
    const auto end = grid.tiles.begin() + grid.slabs[x + 1];
    for (std::uint64_t y = low[1]; y <= high[1]; ++y) {
      const std::uint64_t column = x << grid.x_shift | y << grid.y_shift;
      const std::uint64_t first = std::max(column | low[2], from_key), last = column | high[2];
      tile = std::lower_bound(tile, end, first, [](const Tile& t, std::uint64_t key) { return t.key < key; });
      if (tile == end) break;
      if (tile->key > last) {  // none here; on to where the next one is
        const std::uint64_t mask = (std::uint64_t{1} << (grid.x_shift - grid.y_shift)) - 1;
        const std::uint64_t next = tile->key >> grid.y_shift & mask;
        if (next > y) y = next - 1;
        continue;
      }
      const std::uint32_t run_begin = tile->begin;
      std::uint32_t run_end = tile->end;
      while (++tile != end && tile->key <= last) run_end = tile->end;
      out.reserve(run_end - run_begin);
      out.count += find_touching(columns_, run_begin, run_end, near, out.items.data() + out.count);
    }
  }
}

// Copies them in the order of their shelves. The tile's own are those before `own_end`: all others come later.
void Search::order_by_height(const Gathered& gathered, std::uint32_t own_end, Neighbourhood& out) const {
  const std::size_t count = gathered.count;
  if (out.item.size() < count + padding) {
    out.columns = Columns(2 * count);
    out.item = Array<std::uint32_t>(2 * count + padding);
    out.own = Array<std::uint32_t>(2 * count + padding);
  }
  out.shelf.fill(0);
  for (std::size_t k = 0; k < count; ++k) ++out.shelf[shelf_[gathered.items[k]] + 1u];
  for (std::size_t s = 1; s < out.shelf.size(); ++s) out.shelf[s] += out.shelf[s - 1];
  auto next = out.shelf;
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t item = gathered.items[k];
    out.item[next[shelf_[item]]++] = item;
  }
  const auto copy = [count, items = out.item.data()](const auto& from, auto& to) {
    const auto* const source = from.data();
    auto* const target = to.data();
    for (std::size_t k = 0; k < count; ++k) target[k] = source[items[k]];
  };
  copy(columns_.x, out.columns.x), copy(columns_.y, out.columns.y), copy(columns_.z, out.columns.z);
  copy(columns_.way_x, out.columns.way_x), copy(columns_.way_y, out.columns.way_y), copy(columns_.way_z, out.columns.way_z);
  copy(columns_.deviation, out.columns.deviation);
  copy(columns_.low, out.columns.low), copy(columns_.high, out.columns.high);
  out.own_count = 0;
  for (std::uint32_t k = 0; k < count; ++k) {
    out.own[out.own_count] = k;
    out.own_count += out.item[k] < own_end ? 1 : 0;
  }
}

void Search::run(std::size_t piece, const std::function<void(std::span<const Pair>)>& report) const {
  const Piece& p = pieces_[piece];
  const Grid& grid = grids_[p.grid];
  Gathered gathered;
  Neighbourhood neighbourhood;
  PairBuffer found;
  std::vector<Pair> pairs;
  const auto flush = [&] {
    if (options_.heights_are_straight) keep_together(columns_, sweep_options_, found);
    pairs.clear();
    for (std::size_t k = 0; k < found.count; ++k) pairs.emplace_back(found.first[k], found.second[k]);
    found.count = 0;
    report(pairs);
  };
  for (std::uint32_t t = p.from; t < p.to; ++t) {
    const Tile& tile = grid.tiles[t];
    Box near = box_about(columns_, tile.begin, tile.end);
    const auto wider = static_cast<float>(options_.horizontal + box_margin);
    for (float& low : near.low) low -= wider;
    for (float& high : near.high) high += wider;
    gathered.count = 0;
    gathered.reserve(tile.end - tile.begin);
    for (std::uint32_t i = tile.begin; i < tile.end; ++i) gathered.items[gathered.count++] = i;
    gather(grid, near, tile.key + 1, gathered);
    for (std::size_t other = p.grid + 1; other < grids_.size(); ++other) gather(grids_[other], near, 0, gathered);
    order_by_height(gathered, tile.end, neighbourhood);
    for (std::size_t own = 0; own < neighbourhood.own_count;) {
      own = sweep(neighbourhood, own, sweep_options_, found);
      if (found.count >= PairBuffer::enough) flush();
    }
  }
  flush();
}

}  // namespace skypact::guard
