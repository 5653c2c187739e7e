#include "guard/region.h"

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using test::at;

Region polygon(const Ring& ring) {
  auto r = Region::polygon(ring);
  EXPECT_TRUE(r) << (r ? "" : r.error().message);
  return *r;
}

TEST(Region, ContainsWhatLiesInsideAtThePolesAndAcrossTheAntimeridian) {
  const Region pole = polygon({at(80, 0), at(80, 90), at(80, 180), at(80, -90)});
  EXPECT_TRUE(pole.contains(geo::place_of(at(90, 0))));
  EXPECT_TRUE(pole.contains(geo::place_of(at(85, 45))));
  EXPECT_FALSE(pole.contains(geo::place_of(at(79, 45))));
  EXPECT_FALSE(pole.contains(geo::place_of(at(-90, 0))));
  const Region pacific = polygon({at(-5, 175), at(-5, -175), at(5, -175), at(5, 175)});
  EXPECT_TRUE(pacific.contains(geo::place_of(at(0, 180))));
  EXPECT_TRUE(pacific.contains(geo::place_of(at(1, -176))));
  EXPECT_FALSE(pacific.contains(geo::place_of(at(0, 0))));
  EXPECT_FALSE(pacific.contains(geo::place_of(at(0, 174.9))));
}

TEST(Region, IsTheSmallerPartInEitherDirectionOfTheRing) {
  Ring ring{at(0, 0), at(0, 60), at(60, 60), at(60, 0)};
  for (int turn = 0; turn < 2; ++turn) {
    const Region r = polygon(ring);
    EXPECT_TRUE(r.contains(geo::place_of(at(30, 30))));
    EXPECT_FALSE(r.contains(geo::place_of(at(-30, 30))));
    EXPECT_FALSE(r.contains(geo::place_of(at(-30, -150)))) << "the antipode";
    std::reverse(ring.begin(), ring.end());
  }
}

TEST(Region, HasGeodesicsForEdges) {
  const auto& earth = GeographicLib::Geodesic::WGS84();
  const Ring ring{at(35, -20), at(50, 40), at(20, 30)};
  const Region r = polygon(ring);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto a = ring[i], b = ring[(i + 1) % 3];
    const auto line = earth.InverseLine(a.lat_degrees(), a.lon_degrees(), b.lat_degrees(), b.lon_degrees());
    for (int k = 1; k < 50; ++k) {
      double lat = 0, lon = 0, azimuth = 0;
      line.Position(line.Distance() * k / 50, lat, lon, azimuth);
      EXPECT_LT(r.boundary_distance(geo::place_of(at(lat, lon))), 0.25) << "edge " << i << " part " << k;
      // Two metres to either side are on different sides.
      double left_lat = 0, left_lon = 0, right_lat = 0, right_lon = 0;
      earth.Direct(lat, lon, azimuth - 90, 2, left_lat, left_lon);
      earth.Direct(lat, lon, azimuth + 90, 2, right_lat, right_lon);
      EXPECT_NE(r.contains(geo::place_of(at(left_lat, left_lon))), r.contains(geo::place_of(at(right_lat, right_lon))));
    }
  }
}

TEST(Region, MeasuresDistancesLikeTheGeodesicSampler) {
  const auto& earth = GeographicLib::Geodesic::WGS84();
  const Ring ring{at(49, 9), at(49.5, 11), at(51, 10.5), at(50, 10), at(50.5, 9)};
  const Region r = polygon(ring);
  Random random(3);
  for (int n = 0; n < 60; ++n) {
    const auto p = at(random.uniform(47, 53), random.uniform(7, 13));
    double least = 1e9;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto a = ring[i], b = ring[(i + 1) % ring.size()];
      const auto line = earth.InverseLine(a.lat_degrees(), a.lon_degrees(), b.lat_degrees(), b.lon_degrees());
      for (int k = 0; k <= 2000; ++k) {
        double lat = 0, lon = 0, d = 0;
        line.Position(line.Distance() * k / 2000, lat, lon);
        earth.Inverse(p.lat_degrees(), p.lon_degrees(), lat, lon, d);
        least = std::min(least, d);
      }
    }
    EXPECT_NEAR(r.boundary_distance(geo::place_of(p)), least, 0.005 * least + 60);
  }
}

// Winding in the plane of the gnomonic projection about the middle: another way to the same answer.
bool inside_by_winding(const Ring& ring, geo::Position middle, geo::Position p) {
  const auto axes = geo::local_axes(middle);
  const auto project = [&](geo::Position q) {
    const auto v = geo::place_of(q);
    const double up = dot(v, axes.up);
    return std::pair(dot(v, axes.east) / up, dot(v, axes.north) / up);
  };
  const auto [x, y] = project(p);
  double angle = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto [ax, ay] = project(ring[i]);
    const auto [bx, by] = project(ring[(i + 1) % ring.size()]);
    angle += std::atan2((ax - x) * (by - y) - (ay - y) * (bx - x), (ax - x) * (bx - x) + (ay - y) * (by - y));
  }
  return std::abs(angle) > 3;
}

TEST(Region, AgreesWithWindingForRandomStarsAnywhereOnEarth) {
  Random random(11);
  for (int n = 0; n < 60; ++n) {
    const auto middle = at(n % 5 == 0 ? random.uniform(86, 90) : random.uniform(-90, 90), n % 7 == 0 ? random.uniform(178, 182) : random.uniform(-180, 180));
    Ring ring;
    const int corners = 3 + static_cast<int>(random.below(60));
    for (int k = 0; k < corners; ++k) {
      const double radius = random.uniform(2'000, 30'000);
      ring.push_back(geo::position_after(geo::ground_motion(middle, metres_per_second(radius / 100), TrueBearing::degrees(360.0 * k / corners)), seconds(100)));
    }
    const Region r = polygon(ring);
    for (int k = 0; k < 200; ++k) {
      const auto p = geo::position_after(geo::ground_motion(middle, metres_per_second(random.uniform(0, 400)), TrueBearing::degrees(random.uniform(0, 360))), seconds(100));
      const auto place = geo::place_of(p);
      if (r.boundary_distance(place) < 5) continue;  // the projection is of the sphere's normal, not the ellipsoid's
      EXPECT_EQ(r.contains(place), inside_by_winding(ring, middle, p)) << "star " << n << " at " << middle.lat_degrees() << " " << middle.lon_degrees();
    }
  }
}

TEST(Region, RefusesWhatIsNoPolygonAndNamesTheCrossing) {
  const auto error = [](const Ring& ring) {
    auto r = Region::polygon(ring);
    return r ? std::string() : r.error().message;
  };
  using ::testing::HasSubstr;
  EXPECT_THAT(error({at(0, 0), at(1, 1)}), HasSubstr("three different vertices"));
  EXPECT_THAT(error({at(0, 0), at(1, 1), at(0, 0), at(0, 0)}), HasSubstr("three different vertices"));
  EXPECT_THAT(error({at(0, 0), at(1, 1), at(0, 1), at(1, 0)}), HasSubstr("the edge from vertex 1 (0.00000, 0.00000) to vertex 2 (1.00000, 1.00000) meets the edge from vertex 3 (0.00000, 1.00000) to vertex 4 (1.00000, 0.00000)"));
  EXPECT_THAT(error({at(0, 0), at(0, 120), at(0, -120)}), HasSubstr("whole Earth"));
  EXPECT_THAT(error({at(-2, 0), at(-2, 120), at(-2, -120)}), HasSubstr("hemisphere"));
  EXPECT_EQ(error({at(0, 0), at(1, 0), at(1, 1), at(0, 0)}), "") << "a ring that repeats its first vertex is closed already";
  Ring long_ring;
  for (std::size_t i = 0; i < RegionLimits::vertices + 2; ++i) long_ring.push_back(at(0, 0));
  EXPECT_THAT(error(long_ring), HasSubstr("at most"));
}

TEST(Region, FindsAllCrossingsThatComparingEveryTwoEdgesFinds) {
  Random random(5);
  int crossed = 0;
  for (int n = 0; n < 300; ++n) {
    Ring ring;
    for (int k = 0; k < 6; ++k) ring.push_back(at(random.uniform(40, 41), random.uniform(-1, 1)));
    // In a plane this small, straight lines in degrees cross where geodesics do, but for near misses.
    bool plane = false, doubtful = false;
    for (std::size_t i = 0; i < 6; ++i) {
      for (std::size_t j = i + 2; j < 6; ++j) {
        if (i == 0 && j == 5) continue;
        const auto side = [&](geo::Position a, geo::Position b, geo::Position c) {
          return (b.lon_degrees() - a.lon_degrees()) * (c.lat_degrees() - a.lat_degrees()) - (b.lat_degrees() - a.lat_degrees()) * (c.lon_degrees() - a.lon_degrees());
        };
        const double s1 = side(ring[i], ring[i + 1], ring[j]), s2 = side(ring[i], ring[i + 1], ring[(j + 1) % 6]);
        const double s3 = side(ring[j], ring[(j + 1) % 6], ring[i]), s4 = side(ring[j], ring[(j + 1) % 6], ring[i + 1]);
        if ((s1 > 0) != (s2 > 0) && (s3 > 0) != (s4 > 0)) plane = true;
        for (const double s : {s1, s2, s3, s4}) doubtful = doubtful || std::abs(s) < 0.02;
      }
    }
    if (doubtful) continue;
    crossed += plane;
    EXPECT_EQ(!Region::polygon(ring), plane) << n;
  }
  EXPECT_GT(crossed, 20);
}

TEST(Region, FindsTheTimesInsideThatSamplingFinds) {
  Random random(9);
  const Region r = polygon({at(49, 9), at(49.5, 11), at(51, 10.5), at(50, 10), at(50.5, 9)});
  int visits = 0;
  for (int n = 0; n < 80; ++n) {
    const auto motion = geo::ground_motion(at(random.uniform(48, 52), random.uniform(8, 12)), knots(random.uniform(50, 600)), TrueBearing::degrees(random.uniform(0, 360)));
    const auto spans = times_within(r, path_of(motion, minutes(10)), minutes(10), nautical_miles(n % 3));
    visits += !spans.empty();
    const double margin = nautical_miles(n % 3).in(metres);
    for (double t = 0.25; t < 600; t += 0.5) {
      const double d = r.signed_distance(geo::after(motion, t).place) - margin;
      if (std::abs(d) < 5 || (t > 119 && std::abs(d) < 700)) continue;
      const bool within = std::any_of(spans.begin(), spans.end(), [&](const TimeSpan& s) { return s.from <= t && t < s.to; });
      EXPECT_EQ(within, d < 0) << "path " << n << " at " << t;
    }
  }
  EXPECT_GT(visits, 10);
}

TEST(Region, FollowsTheGeodesicOverAllStretchesOfAPathAndBeyond) {
  Random random(19);
  for (const double speed : {0.0, 60.0, 480.0, 4000.0}) {
    for (const Duration horizon : {seconds(0), seconds(120), seconds(1200)}) {
      const auto motion = geo::ground_motion(at(random.uniform(-90, 90), random.uniform(-180, 180)), knots(speed), TrueBearing::degrees(random.uniform(0, 360)));
      const Path path = path_of(motion, horizon);
      for (double t = 0; t <= 1300; t += 6.5) EXPECT_LT(norm(path.place(t) - geo::after(motion, t).place), 1e-4) << speed << " kt at " << t;
    }
  }
}

TEST(Region, KeepsACircleRound) {
  const auto centre = at(60, 20);
  auto circle = Region::circle(centre, nautical_miles(10));
  ASSERT_TRUE(circle);
  for (int bearing = 0; bearing < 360; bearing += 15) {
    const auto edge = geo::ground_motion(centre, metres_per_second(185.2), TrueBearing::degrees(bearing));
    EXPECT_NEAR(circle->signed_distance(geo::after(edge, 100.0).place), 0, 1);
    EXPECT_TRUE(circle->contains(geo::after(edge, 99.0).place));
    EXPECT_FALSE(circle->contains(geo::after(edge, 101.0).place));
  }
  EXPECT_FALSE(Region::circle(centre, metres(0)));
  EXPECT_TRUE(Region::circle(centre, RegionLimits::circle));
  EXPECT_FALSE(Region::circle(centre, RegionLimits::circle + metres(1)));
}

}  // namespace
}  // namespace skypact::guard
