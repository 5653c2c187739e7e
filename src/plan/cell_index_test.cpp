#include "plan/cell_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/random.h"
#include "plan/cells.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

Time at(double second) { return Time(from_seconds(second)); }

std::vector<std::uint32_t> found(const CellIndex& index, const Covering& cells, const Bounds& bounds) {
  std::vector<std::uint32_t> slots;
  index.find(cells, bounds, slots);
  std::sort(slots.begin(), slots.end());
  return slots;
}

TEST(Covering, IsTheSameCells) {
  Random random(1);
  for (int n = 0; n < 200; ++n) {
    const auto cells = *cells_of(test::circle(test::random_place(random), random.uniform(1, 8'000)));
    const Covering covering = covering_of(cells);
    EXPECT_EQ(cells_in(covering), cells.size());
    EXPECT_LE(covering.size(), cells.size());
    EXPECT_TRUE(covers(covering, covering));
  }
}

std::set<std::uint32_t> numbers(const Covering& covering) {
  std::set<std::uint32_t> cells;
  for (const CellRange& range : covering) {
    for (std::uint32_t cell = range.first; cell <= range.last; ++cell) cells.insert(cell);
  }
  return cells;
}

Covering random_covering(Random& random) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t cell = 0; cell < 30; ++cell) {
    if (random.chance(0.4)) ids.push_back((cell << 35) | (1ull << 34));
  }
  return covering_of(ids);
}

TEST(Covering, JoinsAndCoversAsSetsDo) {
  Random random(2);
  for (int n = 0; n < 2'000; ++n) {
    const Covering a = random_covering(random), b = random_covering(random);
    const auto in_a = numbers(a), in_b = numbers(b);
    auto both = in_a;
    both.insert(in_b.begin(), in_b.end());
    EXPECT_EQ(numbers(joined(a, b)), both);
    EXPECT_TRUE(covers(joined(a, b), a));
    EXPECT_EQ(covers(a, b), std::includes(in_a.begin(), in_a.end(), in_b.begin(), in_b.end()));
  }
}

TEST(CellIndex, FindsWhatMeetsToTheLastBit) {
  CellIndex index;
  const Covering cells{{5, 5}};
  const Bounds bounds{{at(100.25), at(200.75)}, 50.5, 99.25};
  index.add(7, cells, bounds);
  const std::vector<std::uint32_t> it{7};
  EXPECT_EQ(found(index, cells, {{at(0), at(100.25)}}), it);
  EXPECT_EQ(found(index, cells, {{at(200.75), at(300)}}), it);
  EXPECT_EQ(found(index, cells, {always, 99.25, 200}), it);
  EXPECT_EQ(found(index, cells, {always, 0, 50.5}), it);
  EXPECT_EQ(found(index, {{4, 4}, {6, 9}}, {}), std::vector<std::uint32_t>{});
  EXPECT_EQ(found(index, cells, {{at(0), at(98)}}), std::vector<std::uint32_t>{});
  EXPECT_EQ(found(index, cells, {always, 108, 200}), std::vector<std::uint32_t>{});
  index.remove(7, cells);
  EXPECT_EQ(found(index, cells, {}), std::vector<std::uint32_t>{});
}

TEST(CellIndex, KnowsTimesAndAltitudesBeyondWhatItCanHold) {
  CellIndex index;
  const Covering cells{{1, 3}};
  index.add(0, cells, {});
  index.add(1, cells, {{Time::min(), at(-5)}, -1e9, -5e8});
  index.add(2, cells, {{at(9e9), Time::max()}, 5e8, 1e9});
  EXPECT_EQ(found(index, cells, {{at(-100), at(-10)}, -6e8, -5.5e8}), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(found(index, cells, {{at(9.1e9), at(9.2e9)}, 6e8, 7e8}), (std::vector<std::uint32_t>{0, 2}));
}

struct Stored {
  Covering cells;
  Bounds bounds;
};

Stored random_stored(Random& random, std::uint32_t places, std::uint32_t longest) {
  const auto first = static_cast<std::uint32_t>(random.below(places));
  const double from = random.uniform(0, 1'000), lower = random.uniform(-100, 500);
  Stored stored{{{first, first + static_cast<std::uint32_t>(random.below(longest))}}, {{at(from), at(from + random.uniform(0, 300))}, lower, lower + random.uniform(0, 200)}};
  if (random.chance(0.3)) stored.cells.push_back({stored.cells[0].last + 2, stored.cells[0].last + 3});
  if (random.chance(0.1)) stored.bounds.upper_m = std::numeric_limits<double>::infinity();
  if (random.chance(0.1)) stored.bounds.time.to = Time::max();
  return stored;
}

bool share(const Covering& a, const Covering& b) {
  return std::any_of(a.begin(), a.end(), [&](CellRange x) {
    return std::any_of(b.begin(), b.end(), [&](CellRange y) { return x.first <= y.last && y.first <= x.last; });
  });
}

// Against all pairs: what it finds holds everything that shares a cell and meets, and little else.
void twin(std::uint64_t seed, std::uint32_t slots, std::uint32_t places, std::uint32_t longest, int steps) {
  SCOPED_TRACE(seed);
  Random random(seed);
  CellIndex index;
  std::map<std::uint32_t, Stored> all;
  for (int n = 0; n < steps; ++n) {
    const auto slot = static_cast<std::uint32_t>(random.below(slots));
    if (const auto old = all.find(slot); old != all.end()) {
      index.remove(slot, old->second.cells);
      all.erase(old);
    }
    if (random.chance(0.8)) {
      all[slot] = random_stored(random, places, longest);
      index.add(slot, all[slot].cells, all[slot].bounds);
    }
    if (n % 7 != 0) continue;
    const Stored asked = random_stored(random, places, longest);
    const auto slots_found = found(index, asked.cells, asked.bounds);
    ASSERT_EQ(std::adjacent_find(slots_found.begin(), slots_found.end()), slots_found.end()) << "told twice";
    Bounds widened = asked.bounds;
    widened.time = {widened.time.from - seconds(2), widened.time.to == Time::max() ? Time::max() : widened.time.to + seconds(2)};
    widened.lower_m -= 8, widened.upper_m += 8;
    for (const auto& [other, stored] : all) {
      const bool is_found = std::binary_search(slots_found.begin(), slots_found.end(), other);
      const bool shares = share(stored.cells, asked.cells);
      ASSERT_TRUE(is_found || !shares || !meet(stored.bounds, asked.bounds)) << "missed";
      ASSERT_TRUE(!is_found || (shares && meet(stored.bounds, widened)));
    }
  }
}

TEST(CellIndex, IsItsBruteForceTwinWhereItIsBusyAndWhereItIsNot) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    twin(seed, 50, 3, 3, 2'000);
    twin(seed, 3'000, 5, 10, 9'000);
    twin(seed, 3'000, 20'000, 40, 9'000);
  }
}

}  // namespace
}  // namespace skypact::plan
