#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "plan/area.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;

bool both_ways(const Area& a, const Area& b) {
  const bool one = overlaps(a, b);
  EXPECT_EQ(overlaps(b, a), one);
  return one;
}

// What the plane says of two outlines: whether they overlap; nothing where that is a matter of less than a centimetre.
std::optional<bool> in_the_plane(LatLng middle, const Outline& a, const Outline& b, int places_an_edge) {
  const Ring ra = flat(middle, a), rb = flat(middle, b);
  const double depth = std::max(sampled_depth(ra, rb, places_an_edge), sampled_depth(rb, ra, places_an_edge));
  if (std::abs(depth) < 0.01) return std::nullopt;
  return depth > 0;
}

// Places along the boundary may miss the tip of a corner; so the distances are such that this is rare, and the tip is looked at too.
void compare_stars(Random& random, int pairs, std::size_t most_corners, double size, int places_an_edge) {
  int overlapping = 0, apart = 0;
  for (int n = 0; n < pairs; ++n) {
    const LatLng middle = random_place(random), beside = away(middle, random.uniform(0, 360), random.uniform(0, 2.2 * size));
    const Outline a = star(random, middle, 3 + random.below(most_corners - 2), size * 0.6, size);
    const Outline b = star(random, beside, 3 + random.below(most_corners - 2), size * random.uniform(0.05, 0.6), size);
    const auto truth = in_the_plane(middle, a, b, places_an_edge);
    if (!truth) continue;
    *truth ? ++overlapping : ++apart;
    ASSERT_EQ(both_ways(polygon(a), polygon(b)), *truth) << n << " at " << middle.lat_deg << ' ' << middle.lon_deg;
  }
  EXPECT_GT(overlapping, pairs / 5);
  EXPECT_GT(apart, pairs / 10);
}

TEST(Overlap, AgreesWithThePlaneForSmallAreas) {
  Random random(1);
  compare_stars(random, 4'000, 8, 500, 100);
}
TEST(Overlap, AgreesWithThePlaneWhereEdgesHaveManyPieces) {
  Random random(2);
  compare_stars(random, 1'000, 8, 30'000, 200);
}
TEST(Overlap, AgreesWithThePlaneWhereBoundariesHaveManyLeaves) {
  Random random(3);
  compare_stars(random, 25, 600, 10'000, 4);
}

TEST(Overlap, AgreesWithThePlaneForThinCorridors) {
  Random random(4);
  int overlapping = 0;
  for (int n = 0; n < 5'000; ++n) {
    const LatLng middle = random_place(random);
    const Outline a = corridor(away(middle, random.uniform(0, 360), 4'000), random.uniform(0, 360), random.uniform(5'000, 15'000), random.uniform(0.5, 20));
    const Outline b = corridor(away(middle, random.uniform(0, 360), 4'000), random.uniform(0, 360), random.uniform(5'000, 15'000), random.uniform(0.5, 20));
    const Ring ra = flat(middle, a), rb = flat(middle, b);
    bool cross = false;
    for (std::size_t i = 0; i < 4 && !cross; ++i) {
      for (std::size_t j = 0; j < 4 && !cross; ++j) {
        const Ring four{ra[i], ra[(i + 1) % 4], rb[j], rb[(j + 1) % 4]};
        const auto side = [](Point p, Point q, Point r) { return plan::cross(q - p, r - p) > 0; };
        cross = side(four[0], four[1], four[2]) != side(four[0], four[1], four[3]) && side(four[2], four[3], four[0]) != side(four[2], four[3], four[1]);
      }
    }
    overlapping += cross;
    ASSERT_EQ(both_ways(polygon(a), polygon(b)), cross) << n;
  }
  EXPECT_GT(overlapping, 250);
}

// Edges as long as may be, compared with a narrow area across or beside their middle.
TEST(Overlap, IsExactToACentimetreBesideAnEdgeOfAnyLength) {
  Random random(5);
  for (int n = 0; n < 1'000; ++n) {
    const LatLng a = random_place(random), b = away(a, random.uniform(0, 360), std::exp(random.uniform(std::log(1.0), std::log(1e6))));
    const OnTheWay half = on_the_way(a, b, 0.5), at = on_the_way(a, b, random.uniform(0.05, 0.95));
    double length = 0;
    earth().Inverse(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg, length);
    const Area left = polygon({a, b, away(half.place, half.azimuth - 90, std::min(5'000.0, length))});
    for (const double gap : {0.01, 0.011, 0.015, 0.02, 0.1, 10.0}) {
      for (const bool inside : {false, true}) {
        const LatLng tip = away(at.place, at.azimuth + (inside ? -90 : 90), gap);
        const Area corner = polygon({tip, away(tip, at.azimuth + 60, 200), away(tip, at.azimuth + 120, 200)});
        if (!inside || left.contains(tip)) {
          ASSERT_EQ(both_ways(left, corner), inside) << n << " corner " << gap;
        }
        if (inside) continue;
        for (const double radius : {0.05, 30.0, 5'000.0, 90'000.0}) {
          const Area beside = circle(away(at.place, at.azimuth + 90, radius + gap), radius);
          ASSERT_FALSE(both_ways(left, beside)) << n << " circle " << radius << ' ' << gap << ' ' << length;
          if (gap >= std::min(radius, 0.05) || gap >= length / 50) continue;
          const Area over = circle(away(at.place, at.azimuth + 90, radius - gap), radius);
          ASSERT_TRUE(both_ways(left, over)) << n << " circle " << radius << ' ' << gap << ' ' << length;
        }
      }
    }
  }
}

TEST(Overlap, IsExactToACentimetreBetweenParallelEdges) {
  Random random(6);
  for (int n = 0; n < 1'000; ++n) {
    const LatLng a = random_place(random);
    const double azimuth = random.uniform(0, 360), length = random.uniform(10, 20'000);
    const Outline base = corridor(a, azimuth, length, 50);
    // Beside the first edge, the one to the right of the way.
    const auto beside = [&](double gap) {
      const OnTheWay from = on_the_way(base[0], base[1], 0.2), to = on_the_way(base[0], base[1], 0.8);
      return polygon({away(from.place, from.azimuth + 90, gap), away(to.place, to.azimuth + 90, gap), away(to.place, to.azimuth + 90, 80), away(from.place, from.azimuth + 90, 80)});
    };
    const Area area = polygon(base);
    for (const double gap : {0.01, 0.012, 0.02, 1.0}) {
      ASSERT_FALSE(both_ways(area, beside(gap))) << n << ' ' << gap;
      ASSERT_TRUE(both_ways(area, beside(-gap))) << n << ' ' << gap;
    }
    ASSERT_FALSE(both_ways(area, beside(0))) << n;
  }
}

TEST(Overlap, OfCirclesIsByTheDistanceAlongTheGround) {
  Random random(7);
  for (int n = 0; n < 3000; ++n) {
    const LatLng centre = random_place(random);
    const double one = std::exp(random.uniform(-1, std::log(AreaLimits::radius_m))), other = std::exp(random.uniform(-1, std::log(AreaLimits::radius_m)));
    const double azimuth = random.uniform(0, 360);
    const Area a = circle(centre, one);
    for (const double gap : {0.01, 0.02, 0.3}) {
      ASSERT_FALSE(both_ways(a, circle(away(centre, azimuth, one + other + gap), other)));
      ASSERT_TRUE(both_ways(a, circle(away(centre, azimuth, one + other - gap), other)));
    }
    ASSERT_TRUE(both_ways(a, circle(centre, other)));
    ASSERT_TRUE(both_ways(a, circle(away(centre, azimuth, one * 0.3), one * 0.4))) << "one inside the other";
  }
  EXPECT_TRUE(both_ways(circle({1, 2}, 0.001), circle({1, 2}, 0.001)));
  EXPECT_TRUE(both_ways(circle({1, 2}, 0.001), circle({1, 2}, 5'000)));
}

TEST(Overlap, OfACircleAndACornerIsExactToACentimetre) {
  Random random(8);
  for (int n = 0; n < 10'000; ++n) {
    const LatLng corner = random_place(random);
    const double azimuth = random.uniform(0, 360), radius = std::exp(random.uniform(0, std::log(AreaLimits::radius_m)));
    const Area wedge = polygon({corner, away(corner, azimuth + 30, 7'000), away(corner, azimuth - 30, 7'000)});
    for (const double gap : {0.01, 0.02}) {
      ASSERT_FALSE(both_ways(wedge, circle(away(corner, azimuth + 180, radius + gap), radius))) << n << ' ' << radius;
      ASSERT_TRUE(both_ways(wedge, circle(away(corner, azimuth + 180, radius - gap), radius))) << n << ' ' << radius;
    }
  }
}

TEST(Overlap, IsFoundWhereOneHoldsTheOtherAndNoEdgesCross) {
  Random random(9);
  for (int n = 0; n < 300; ++n) {
    const LatLng middle = random_place(random);
    const std::size_t corners = 3 + random.below(n % 10 == 0 ? 500 : 30);
    const double size = std::exp(random.uniform(std::log(10.0), std::log(100'000.0)));
    const Outline outer = star(random, middle, corners, size * 0.9, size), inner = star(random, middle, 3 + random.below(30), size * 0.01, size * 0.3);
    // A triangle's edges come as near to its middle as half its radius.
    ASSERT_TRUE(both_ways(polygon(outer), polygon(inner))) << n;
    ASSERT_TRUE(both_ways(polygon(outer), circle(middle, size * 0.2))) << n;
    ASSERT_TRUE(both_ways(polygon(inner), circle(middle, size))) << n;
  }
}

TEST(Overlap, IsOfEqualAreasAndOfOnesWithACommonCornerWithin) {
  Random random(10);
  for (int n = 0; n < 300; ++n) {
    const LatLng middle = random_place(random);
    Outline outline = star(random, middle, 3 + random.below(n % 20 == 0 ? 2'000 : 40), 300, 3'000);
    const Area area = polygon(outline);
    ASSERT_TRUE(both_ways(area, area)) << n;
    std::rotate(outline.begin(), outline.begin() + static_cast<std::ptrdiff_t>(random.below(outline.size())), outline.end());
    if (random.chance(0.5)) std::reverse(outline.begin(), outline.end());
    ASSERT_TRUE(both_ways(area, polygon(outline))) << n;
    // With one of its triangles, of which two corners are the polygon's.
    ASSERT_TRUE(both_ways(area, polygon({outline[0], outline[1], middle}))) << n;
  }
}

// Neighbours in a net of triangles and boxes share edges, parts of edges or corners, and no ground.
TEST(Overlap, IsNotOfNeighboursThatShareAnEdge) {
  Random random(11);
  for (int n = 0; n < 300; ++n) {
    const LatLng middle = random_place(random);
    const double size = n % 3 == 0 ? 60'000 : 1'500;
    const std::size_t corners = 5 + random.below(n % 30 == 0 ? 400 : 20);
    const Outline rim = star(random, middle, corners, size * 0.5, size);
    const auto part = [&](std::size_t k) { return polygon({middle, rim[k % corners], rim[(k + 1) % corners]}); };
    for (std::size_t k = 0; k < std::min<std::size_t>(corners, 8); ++k) {
      ASSERT_FALSE(both_ways(part(k), part(k + 1))) << n << " share an edge";
      ASSERT_FALSE(both_ways(part(k), part(k + 2))) << n << " share a corner";
    }
    // Parts of the edge from the middle to the first corner, by GeographicLib's places on it; the neighbour on the far side.
    const OnTheWay from = on_the_way(middle, rim[0], 0.25), to = on_the_way(middle, rim[0], 0.7);
    const Outline beside{from.place, to.place, away(to.place, to.azimuth + 90, size * 0.01)};
    ASSERT_NE(both_ways(part(0), polygon(beside)), both_ways(part(corners - 1), polygon(beside))) << n << " shares a part of an edge with both, ground with one";
  }
}

// In a frame that is turned to the left of east, in metres.
LatLng in_frame(LatLng origin, double turn, double x, double y) {
  return away(origin, 90 - turn - std::atan2(y, x) * 180 / 3.141592653589793, std::hypot(x, y));
}

// One comb's teeth stand between the other's, `gap` metres from them on one side. Some thousand pieces, nearly all of them near to nearly all
// of the others in any direction but one.
bool combs_overlap(LatLng origin, double turn, int teeth, double step, double length, double gap) {
  Outline up, down;
  const auto add = [&](Outline& comb, double x, double y) { comb.push_back(in_frame(origin, turn, x, y)); };
  for (int k = 0; k < teeth; ++k) {
    const double x = 4 * step * k, shifted = x + step + gap;
    for (const auto& [dx, y] : {std::pair{0.0, 0.0}, std::pair{0.0, length}, std::pair{step, length}, std::pair{step, 0.0}}) add(up, x + dx, y);
    for (const auto& [dx, y] : {std::pair{0.0, length + 50}, std::pair{0.0, 50.0}, std::pair{step, 50.0}, std::pair{step, length + 50}}) add(down, shifted + dx, y);
  }
  add(up, 4 * step * teeth, -100), add(up, 0, -100);
  add(down, 4 * step * teeth, length + 100), add(down, 0, length + 100);
  return both_ways(polygon(up), polygon(down));
}

TEST(Overlap, IsNotOfCombsWhoseTeethStandBetweenEachOther) {
  Random random(13);
  for (const LatLng origin : {LatLng{46, 7}, LatLng{-89.99, 20}, LatLng{10, 179.99}}) {
    for (int n = 0; n < 4; ++n) {
      const double turn = random.uniform(0, 360);
      for (const double gap : {0.02, 0.5}) {
        ASSERT_FALSE(combs_overlap(origin, turn, 100, 2, 5'000, gap)) << turn << ' ' << gap;
        ASSERT_TRUE(combs_overlap(origin, turn, 100, 2, 5'000, -gap)) << turn << ' ' << gap;
      }
    }
  }
}

// Rays outwards, and rays inwards between them, that all point to one place.
TEST(Overlap, IsNotOfRaysThatPassBetweenEachOther) {
  constexpr int rays = 400;
  for (const double deep : {0.5, 0.02}) {
    const LatLng middle{64, -20};
    Outline star, ring;
    const auto at = [&](double turn, double radius) { return away(middle, -360.0 * turn / rays, radius); };
    for (int k = 0; k < rays; ++k) star.push_back(at(k, 12'000)), star.push_back(at(k + 0.5, 1'000));
    for (int k = 0; k < rays - 2; ++k) ring.push_back(at(k + 0.5, 1'100)), ring.push_back(at(k + 1, 12'050));
    for (int k = rays - 2; k >= 0; --k) ring.push_back(at(k, 13'000));
    EXPECT_FALSE(both_ways(polygon(star), polygon(ring)));
    star[100] = at(50, 12'050 + deep);   // past the corner that it points to
    EXPECT_TRUE(both_ways(polygon(star), polygon(ring)));
  }
}

TEST(Overlap, OfTenThousandVerticesIsSeenAtOneVertex) {
  const LatLng middle{60, 179.99};
  Outline inner, ring;
  // A ring road around a disc, open at one place, 2 m from it.
  constexpr std::size_t half = AreaLimits::vertices / 2;
  for (std::size_t k = 0; k < half; ++k) inner.push_back(away(middle, -360.0 * static_cast<double>(k) / half, 10'000));
  for (std::size_t k = 0; k < half; ++k) ring.push_back(away(middle, -359.0 * static_cast<double>(k) / half, 10'002));
  for (std::size_t k = half; k-- > 0;) ring.push_back(away(middle, -359.0 * static_cast<double>(k) / half, 10'010));
  EXPECT_FALSE(both_ways(polygon(inner), polygon(ring)));
  inner[1234] = away(middle, -360.0 * 1234 / half, 10'001.97);
  EXPECT_FALSE(both_ways(polygon(inner), polygon(ring)));
  inner[1234] = away(middle, -360.0 * 1234 / half, 10'002.02);
  EXPECT_TRUE(both_ways(polygon(inner), polygon(ring)));
}

RC_GTEST_PROP(OverlapProperty, DoesNotDependOnOrderWindingOrFirstVertex, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const LatLng middle = random_place(random);
  const double size = std::exp(random.uniform(std::log(5.0), std::log(50'000.0)));
  Outline a = star(random, middle, 3 + random.below(40), size * 0.4, size);
  const Area b = random.chance(0.7) ? polygon(star(random, away(middle, random.uniform(0, 360), random.uniform(0.5, 2) * size), 3 + random.below(40), size * 0.4, size))
                                    : circle(away(middle, random.uniform(0, 360), random.uniform(0.5, 2) * size), random.uniform(0.1, 1) * size);
  const bool before = overlaps(polygon(a), b);
  RC_ASSERT(overlaps(b, polygon(a)) == before);
  std::rotate(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(random.below(a.size())), a.end());
  if (random.chance(0.5)) std::reverse(a.begin(), a.end());
  RC_ASSERT(overlaps(polygon(a), b) == before);
}

}  // namespace
}  // namespace skypact::plan
