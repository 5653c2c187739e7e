#include "plan/cells.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2edge_distances.h>
#include <s2/s2latlng.h>

#include <algorithm>
#include <cmath>

#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;

S2Point point(LatLng p) { return S2LatLng::FromDegrees(p.lat_deg, p.lon_deg).ToPoint(); }
std::uint64_t cell_at(LatLng p) { return S2CellId(point(p)).parent(CellLimits::level).id(); }

std::vector<std::uint64_t> cells(const Area& area) {
  auto found = cells_of(area);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  EXPECT_TRUE(std::is_sorted(found->begin(), found->end()));
  EXPECT_EQ(std::adjacent_find(found->begin(), found->end()), found->end());
  return *found;
}

bool has(const std::vector<std::uint64_t>& cells, LatLng p) { return std::binary_search(cells.begin(), cells.end(), cell_at(p)); }

TEST(Cells, AGeodesicOfOnePieceLeavesTheGreatCircleByNoMoreThanTheMarginCounts) {
  Random random(1);
  double most = 0;
  for (int n = 0; n < 20'000; ++n) {
    const LatLng a = random_place(random), b = away(a, random.chance(0.1) ? 90 : random.uniform(0, 360), Boundary::longest_piece);
    const LatLng half = on_the_way(a, b, random.uniform(0.3, 0.7)).place;
    most = std::max(most, S2::GetDistance(point(half), point(a), point(b)).radians() * 6.4e6);
  }
  EXPECT_LT(most, 0.0006);
  EXPECT_GT(most, 0.00055);
}

TEST(Cells, HoldEveryPlaceOfTheArea) {
  Random random(2);
  for (int n = 0; n < 150; ++n) {
    const LatLng middle = random_place(random);
    const double size = std::exp(random.uniform(0, std::log(20'000.0)));
    const Outline outline = star(random, middle, 3 + random.below(60), size * 0.4, size);
    const auto found = cells(polygon(outline));
    for (int k = 0; k < 100; ++k) {
      const std::size_t edge = random.below(outline.size());
      const LatLng on_edge = on_the_way(outline[edge], outline[(edge + 1) % outline.size()], random.uniform()).place;
      ASSERT_TRUE(has(found, on_edge)) << n;
      ASSERT_TRUE(has(found, on_the_way(middle, on_edge, random.uniform()).place)) << n;
    }
  }
}

TEST(Cells, HoldEveryPlaceOfACircle) {
  Random random(3);
  for (int n = 0; n < 60; ++n) {
    const LatLng centre = random_place(random);
    const double radius = std::exp(random.uniform(0, std::log(n % 10 == 0 ? 56'000.0 : 8'000.0)));
    const auto found = cells(circle(centre, radius));
    for (int k = 0; k < 300; ++k) ASSERT_TRUE(has(found, away(centre, random.uniform(0, 360), k % 2 == 0 ? radius : radius * std::sqrt(random.uniform())))) << n;
  }
}

Outline outline_of(std::uint64_t id) {
  Outline outline;
  for (int k = 0; k < 4; ++k) {
    const S2LatLng corner(S2Cell(S2CellId(id)).GetVertex(k));
    outline.push_back({corner.lat().degrees(), corner.lng().degrees()});
  }
  return outline;
}

// Each cell found shares ground with the area, but for the margin; none beside them does.
void compare_with_overlaps(const Area& area, int& found_too_many) {
  const auto found = cells(area);
  for (const std::uint64_t id : found) {
    found_too_many += !overlaps(area, polygon(outline_of(id)));
    std::vector<S2CellId> around;
    S2CellId(id).AppendAllNeighbors(CellLimits::level, &around);
    for (const S2CellId cell : around) {
      if (std::binary_search(found.begin(), found.end(), cell.id())) continue;
      ASSERT_FALSE(overlaps(area, polygon(outline_of(cell.id()))));
    }
  }
}

TEST(Cells, AreThoseThatOverlapTheArea) {
  Random random(4);
  int too_many = 0;
  for (int n = 0; n < 60; ++n) {
    const LatLng middle = random_place(random);
    compare_with_overlaps(polygon(star(random, middle, 3 + random.below(30), 1'000, 6'000)), too_many);
    compare_with_overlaps(polygon(corridor(middle, random.uniform(0, 360), random.uniform(100, 50'000), random.uniform(1, 100))), too_many);
  }
  EXPECT_LT(too_many, 2);
  for (int n = 0; n < 60; ++n) compare_with_overlaps(circle(random_place(random), random.uniform(1, 8'000)), too_many);
  EXPECT_LT(too_many, 20);
  EXPECT_EQ(cells(circle({46.95, 7.45}, 0.5)).size(), 1u);
}

TEST(Cells, OfAnAreaThatTouchesTheNextCellsAreAllOfThem) {
  Random random(5);
  for (int n = 0; n < 200; ++n) {
    const std::uint64_t id = cell_at(random_place(random));
    std::vector<S2CellId> around;
    S2CellId(id).AppendAllNeighbors(CellLimits::level, &around);
    const auto found = cells(polygon(outline_of(id)));
    for (const S2CellId cell : around) ASSERT_TRUE(std::binary_search(found.begin(), found.end(), cell.id())) << n;
    ASSERT_EQ(found.size(), around.size() + 1) << n;
  }
}

TEST(Cells, AreBounded) {
  EXPECT_TRUE(cells_of(circle({0.1, 45}, 56'418))) << "10,000 km²";
  EXPECT_TRUE(cells_of(polygon(corridor({50, 0}, 70, 1'000'000, 100))));
  const auto large = cells_of(polygon({{0, 0}, {0, 5}, {5, 5}, {5, 0}}));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::over_limit);
  // Teeth 2.7 km wide and 1,000 km long, 6.2 km apart: an area that might be covered by so many cells, but is not.
  Outline comb;
  for (int k = 0; k < 20; ++k) comb.insert(comb.end(), {{0, 0.04 * (2 * k)}, {9, 0.04 * (2 * k)}, {9, 0.04 * (2 * k) + 0.024}, {0, 0.04 * (2 * k) + 0.024}});
  comb.insert(comb.end(), {{0, 1.6}, {-0.01, 1.6}, {-0.01, 0}});
  const auto thin = cells_of(polygon(comb));
  ASSERT_FALSE(thin);
  EXPECT_EQ(thin.error().code, ErrorCode::over_limit);
}

TEST(Cells, AreSharedWhereSomeIdIsInBoth) {
  const std::vector<std::uint64_t> a{1, 5, 9}, b{2, 5}, c{2, 6, 10};
  EXPECT_TRUE(share_a_cell(a, b));
  EXPECT_FALSE(share_a_cell(a, c));
  EXPECT_FALSE(share_a_cell(a, {}));
}

TEST(Cells, CallConflictsThatAreNone) {
  const Area one = circle({46.95, 7.45}, 100), beside = circle(away({46.95, 7.45}, 90, 210), 100);
  EXPECT_TRUE(share_a_cell(cells(one), cells(beside)));
  EXPECT_FALSE(overlaps(one, beside));
}

RC_GTEST_PROP(CellsProperty, AreasThatOverlapShareACell, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const LatLng middle = random_place(random);
  const double size = std::exp(random.uniform(std::log(1.0), std::log(5'000.0)));
  const auto some = [&](LatLng where) {
    return random.chance(0.3) ? circle(where, random.uniform(0.2, 1) * size) : polygon(star(random, where, 3 + random.below(12), size * 0.3, size));
  };
  const Area a = some(middle), b = some(away(middle, random.uniform(0, 360), random.uniform(0.5, 2) * size));
  if (overlaps(a, b)) RC_ASSERT(share_a_cell(cells(a), cells(b)));
}

}  // namespace
}  // namespace skypact::plan
