#include "plan/area.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <GeographicLib/PolygonArea.hpp>
#include <cmath>
#include <limits>

#include "geo/ellipsoid.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;
using ::testing::HasSubstr;

std::string refusal(const Outline& outline) {
  const auto area = Area::polygon(outline);
  return area ? "taken" : area.error().message;
}

TEST(LatLng, OfAPlaceIsWhatThePlaceWasMadeOf) {
  Random random(61);
  for (int n = 0; n < 10'000; ++n) {
    const LatLng p{random.uniform(-89, 89), random.uniform(-180, 180)}, q = lat_lng_of(geo::place_of_degrees(p.lat_deg, p.lon_deg));
    ASSERT_NEAR(q.lat_deg, p.lat_deg, 1e-12) << n;
    ASSERT_NEAR(q.lon_deg, p.lon_deg, 1e-12) << n;
  }
  EXPECT_EQ(lat_lng_of(geo::place_of_degrees(90, 77)).lat_deg, 90);
  EXPECT_EQ(lat_lng_of(geo::place_of_degrees(0, -90)).lon_deg, -90);
}

TEST(Area, RefusesWhatIsNoPolygonAndSaysWhy) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(refusal({}), HasSubstr("needs three vertices or more; this one has 0"));
  EXPECT_THAT(refusal({{0, 0}, {1, 1}}), HasSubstr("this one has 2"));
  EXPECT_THAT(refusal({{0, 0}, {nan, 1}, {1, 0}}), HasSubstr("vertex 2: the latitude nan"));
  EXPECT_THAT(refusal({{0, 0}, {1, 1}, {90.0001, 0}}), HasSubstr("vertex 3: the latitude 90.0001"));
  EXPECT_THAT(refusal({{0, -180.5}, {1, 1}, {0, 1}}), HasSubstr("vertex 1: the longitude -180.5"));
  EXPECT_THAT(refusal({{0, 0}, {0, std::numeric_limits<double>::infinity()}, {1, 0}}), HasSubstr("vertex 2: the longitude inf"));
  EXPECT_THAT(refusal({{0, 0}, {0, 1}, {1, 1}, {0, 0}}), HasSubstr("vertex 1 (0.0000000, 0.0000000) and vertex 4 are the same place"));
  EXPECT_THAT(refusal({{0, 0}, {0, 0}, {1, 1}}), HasSubstr("and vertex 2 are the same place"));
  EXPECT_THAT(refusal({{0, 180}, {1, 179}, {0, -180}, {-1, 179}}), HasSubstr("and vertex 3 are the same place"));
  EXPECT_THAT(refusal({{90, 0}, {89, 0}, {90, 70}, {89, 20}}), HasSubstr("and vertex 3 are the same place"));
}

TEST(Area, RefusesAPolygonThatCrossesOrTouchesItselfAndNamesTheEdges) {
  EXPECT_THAT(refusal({{0, 0}, {0.1, 0.1}, {0, 0.1}, {0.1, 0}}),
              HasSubstr("the edge from vertex 1 (0.0000000, 0.0000000) to vertex 2 (0.1000000, 0.1000000) meets the edge from vertex 3"));
  const LatLng a{48, 11}, b{48, 11.5};
  EXPECT_THAT(refusal({a, b, {47.9, 11.4}, on_the_way(a, b, 0.3).place, {47.9, 11.1}}), HasSubstr("crosses or touches itself")) << "a vertex on an edge";
  EXPECT_THAT(refusal({a, b, on_the_way(a, b, 0.3).place}), HasSubstr("crosses or touches itself")) << "back over itself";
  EXPECT_EQ(refusal({a, b, {47.9, 11.4}, away(on_the_way(a, b, 0.3).place, 180, 0.02), {47.9, 11.1}}), "taken") << "2 cm apart";
  // An edge across the antimeridian, above the sweep's threshold.
  Random random(1);
  Outline outline = star(random, {10, 180}, 100, 8'000, 10'000);
  std::swap(outline[10], outline[20]);
  EXPECT_THAT(refusal(outline), HasSubstr("meets"));
}

TEST(Area, RefusesWhatIsTooLarge) {
  Random random(2);
  EXPECT_TRUE(Area::polygon(star(random, {50, 10}, AreaLimits::vertices, 20'000, 20'010)));
  const auto many = Area::polygon(star(random, {50, 10}, AreaLimits::vertices + 1, 20'000, 20'010));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, ErrorCode::over_limit);
  EXPECT_THAT(many.error().message, HasSubstr("10001 vertices; at most 10000"));
  EXPECT_EQ(refusal({{0, 0}, {0, 9.99}, {1, 5}}), "taken");
  EXPECT_THAT(refusal({{0, 0}, {0, 10.01}, {1, 5}}),
              HasSubstr("the edge from vertex 1 (0.0000000, 0.0000000) to vertex 2 (0.0000000, 10.0100000) is longer than 10 degrees"));
  Outline belt;
  for (int lon = -180; lon < 180; lon += 5) belt.push_back({0.1 * (lon % 2), static_cast<double>(lon)});
  EXPECT_THAT(refusal(belt), HasSubstr("reaches farther than 30 degrees"));
  Outline strip;
  for (int lon = 0; lon <= 61; ++lon) strip.push_back({0, static_cast<double>(lon)});
  for (int lon = 61; lon >= 0; --lon) strip.push_back({1, static_cast<double>(lon)});
  EXPECT_THAT(refusal(strip), HasSubstr("reaches farther than 30 degrees"));
  Outline comb;
  for (int k = 0; k < 80; ++k) comb.insert(comb.end(), {{0, 0.001 * (4 * k)}, {9, 0.001 * (4 * k + 1)}, {9, 0.001 * (4 * k + 2)}, {0, 0.001 * (4 * k + 3)}});
  comb.push_back({-1, 0.1});
  EXPECT_THAT(refusal(comb), HasSubstr("the boundary is longer than 75000 km"));
}

TEST(Area, RefusesWhatIsNoCircle) {
  EXPECT_FALSE(Area::circle({0, 0}, 0));
  EXPECT_FALSE(Area::circle({0, 0}, -1));
  EXPECT_FALSE(Area::circle({0, 0}, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(Area::circle({91, 0}, 1));
  EXPECT_FALSE(Area::circle({0, std::numeric_limits<double>::quiet_NaN()}, 1));
  EXPECT_TRUE(Area::circle({0, 0}, AreaLimits::radius_m));
  const auto large = Area::circle({0, 0}, AreaLimits::radius_m * 1.000001);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::over_limit);
  EXPECT_TRUE(Area::circle({90, 180}, 1e-9));
}

TEST(Area, ContainsWhatItsPictureInThePlaneContains) {
  Random random(3);
  for (int n = 0; n < 60; ++n) {
    const LatLng middle = random_place(random);
    const Outline outline = star(random, middle, 3 + random.below(300), 2'000, 20'000);
    const Area area = polygon(outline);
    const Ring ring = flat(middle, outline);
    for (int k = 0; k < 100; ++k) {
      const LatLng p = away(middle, random.uniform(0, 360), random.uniform(0, 22'000));
      const double depth = depth_in(ring, flat(middle, {p})[0]);
      if (std::abs(depth) < 0.002) continue;
      ASSERT_EQ(area.contains(p), depth > 0) << n << ' ' << depth;
    }
    EXPECT_FALSE(area.contains(LatLng{-middle.lat_deg, middle.lon_deg > 0 ? middle.lon_deg - 180 : middle.lon_deg + 180})) << "the antipode";
  }
  const Area pole = polygon({{89.9, 0}, {89.9, 90}, {89.9, 180}, {89.9, -90}});
  EXPECT_TRUE(pole.contains(LatLng{90, 17}));
  EXPECT_FALSE(pole.contains(LatLng{-90, 17}));
  EXPECT_FALSE(pole.contains(LatLng{91, 0})) << "no place";
}

TEST(Area, HasGeodesicsForEdgesToAMillimetreUpToAThousandKilometres) {
  Random random(4);
  for (int n = 0; n < 30; ++n) {
    const LatLng a = random_place(random), b = away(a, random.uniform(0, 360), random.uniform(1'000, 1'000'000));
    const OnTheWay half = on_the_way(a, b, 0.5);
    const Area area = polygon({a, b, away(half.place, half.azimuth + 90, 20'000)});
    for (int k = 0; k < 30; ++k) {
      const OnTheWay p = on_the_way(a, b, random.uniform(0.01, 0.99));
      ASSERT_TRUE(area.contains(away(p.place, p.azimuth + 90, 0.001))) << n;
      ASSERT_FALSE(area.contains(away(p.place, p.azimuth - 90, 0.001))) << n;
    }
  }
}

TEST(Area, OfACircleContainsWhatIsNearerThanItsRadius) {
  Random random(5);
  for (int n = 0; n < 2000; ++n) {
    const LatLng centre = random_place(random);
    const double radius = std::exp(random.uniform(-2, std::log(AreaLimits::radius_m))), azimuth = random.uniform(0, 360);
    const Area area = circle(centre, radius);
    ASSERT_TRUE(area.contains(away(centre, azimuth, radius - 0.001))) << radius;
    ASSERT_FALSE(area.contains(away(centre, azimuth, radius + 0.001))) << radius;
  }
}

// The part of the ellipsoid between two parallels and two meridians, in closed form (the authalic latitude's).
double zone_km2(double south, double north, double west, double east) {
  const auto q = [](double lat) {
    const double e = std::sqrt(geo::wgs84::e2), s = std::sin(lat * 3.141592653589793 / 180);
    return s / (1 - geo::wgs84::e2 * s * s) + std::atanh(e * s) / e;
  };
  return geo::wgs84::b * geo::wgs84::b / 2 * (q(north) - q(south)) * (east - west) * 3.141592653589793 / 180 / 1e6;
}

TEST(Area, IsKnownToAMillionth) {
  for (const double south : {0.0, 45.0, 89.0, -60.0}) {
    Outline outline;
    constexpr int steps = 1000;   // a parallel is no geodesic; a polygon of so many leaves it by little
    for (int k = 0; k <= steps; ++k) outline.push_back({south, 1.0 * k / steps});
    for (int k = steps; k >= 0; --k) outline.push_back({south + 0.5, 1.0 * k / steps});
    EXPECT_NEAR(polygon(outline).area_km2() / zone_km2(south, south + 0.5, 0, 1), 1, 1e-6);
    std::reverse(outline.begin(), outline.end());
    EXPECT_NEAR(polygon(outline).area_km2() / zone_km2(south, south + 0.5, 0, 1), 1, 1e-6);
  }
  Random random(6);
  for (const double radius : {100.0, 1'000.0, 56'000.0, 100'000.0}) {
    const LatLng centre = random_place(random);
    // A polygon of n corners on a circle misses 2/3 (π/n)² of it.
    const std::size_t corners = 8'000;
    const double missing = 1 - 2.0 / 3 * std::pow(3.141592653589793 / static_cast<double>(corners), 2);
    EXPECT_NEAR(circle(centre, radius).area_km2() * missing / polygon(star(random, centre, corners, radius, radius)).area_km2(), 1, 1e-6) << radius;
  }
}

}  // namespace
}  // namespace skypact::plan
