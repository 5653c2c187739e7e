// The truth here is GeographicLib (C. F. F. Karney, "Algorithms for geodesics", J. Geod. 87, 2013,
// doi:10.1007/s00190-012-0578-z), which shares nothing with the code under test.

#include "geo/motion.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geocentric.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <cmath>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::geo {
namespace {

Position at(double lat, double lon) { return Position::from_degrees(lat, lon).value(); }

Vec3 true_place(double lat, double lon) {
  Vec3 p;
  GeographicLib::Geocentric::WGS84().Forward(lat, lon, 0, p.x, p.y, p.z);
  return p;
}

struct Start {
  Position position;
  double track;
};

// Anywhere, and often where formulas in latitude and longitude go wrong.
Start random_start(Random& random) {
  const double track = random.chance(0.2) ? 90.0 * static_cast<double>(random.below(4)) : random.uniform(0, 360);
  switch (random.below(4)) {
    case 0: return {at(random.uniform(89.9, 90) * (random.chance(0.5) ? 1 : -1), random.uniform(-180, 180)), track};
    case 1: return {at(random.uniform(-80, 80), 180 + random.uniform(-0.1, 0.1)), track};
    case 2: return {at(random.chance(0.5) ? 90 : -90, random.uniform(-180, 180)), track};
    default: return {at(asin_degrees(random.uniform(-1, 1)), random.uniform(-180, 180)), track};
  }
}

TEST(Ellipsoid, PlacesAgreeWithGeographicLib) {
  Random random(1);
  for (int i = 0; i < 100'000; ++i) {
    const Position p = random_start(random).position;
    ASSERT_LT(norm(place_of(p) - true_place(p.lat_degrees(), p.lon_degrees())), 5e-9) << p.lat_e7 << ' ' << p.lon_e7;
  }
}

TEST(Ellipsoid, APlaceLeadsBackToItsPosition) {
  Random random(2);
  for (int i = 0; i < 100'000; ++i) {
    Position p = random_start(random).position;
    if (std::abs(p.lat_e7) == 900'000'000) p.lon_e7 = 0;
    const Position back = position_of(place_of(p));
    ASSERT_EQ(back.lat_e7, p.lat_e7);
    // Very near a pole a nanometre is more than 1e-7 degree of longitude.
    if (std::abs(p.lat_e7) < 899'999'000) {
      ASSERT_EQ(back.lon_e7, p.lon_e7) << p.lat_e7;
    }
  }
}

TEST(Ellipsoid, ChordsAndSurfaceLengthsBelongTogether) {
  Random random(3);
  const GeographicLib::Geodesic& truth = GeographicLib::Geodesic::WGS84();
  for (const double length : {30.0, 9260.0, 18520.0, 185200.0, 926000.0}) {
    const double allowed = length <= 9260 ? 1.1e-9 : length <= 18520 ? 4.4e-9 : length <= 185200 ? 5e-7 : 1.2e-5;
    for (int i = 0; i < 2000; ++i) {
      const Start start = random_start(random);
      double lat = 0, lon = 0;
      truth.Direct(start.position.lat_degrees(), start.position.lon_degrees(), start.track, length, lat, lon);
      const double chord = norm(true_place(lat, lon) - place_of(start.position));
      // The chord itself is known to some 2 nm.
      ASSERT_NEAR(surface_length_of_chord(chord), length, length * allowed + 1e-8);
      ASSERT_NEAR(chord_of_surface_length(length), chord, length * allowed + 1e-8);
    }
  }
}

TEST(Ellipsoid, RangeAndBearingAreGoodEnoughToShow) {
  Random random(4);
  const GeographicLib::Geodesic& truth = GeographicLib::Geodesic::WGS84();
  for (int i = 0; i < 20'000; ++i) {
    const Start start = random_start(random);
    const double length = random.uniform(100, 500'000);
    double lat = 0, lon = 0, range = 0, azimuth = 0, arrival = 0;
    truth.Direct(start.position.lat_degrees(), start.position.lon_degrees(), start.track, length, lat, lon);
    const Position to = at(lat, lon);
    truth.Inverse(start.position.lat_degrees(), start.position.lon_degrees(), to.lat_degrees(), to.lon_degrees(), range,
                  azimuth, arrival);
    const auto shown = range_and_bearing(start.position, to);
    ASSERT_NEAR(shown.range.in(metres), range, range * 1e-4);
    ASSERT_LT(std::fabs(std::remainder(shown.bearing.in_degrees() - azimuth, 360.0)), 0.01);
  }
  EXPECT_EQ(range_and_bearing(at(1, 2), at(1, 2)).range, metres(0));
  EXPECT_NEAR(range_and_bearing(at(0, 0), at(0, 179)).range.in(kilometres), 19926.2, 20);
}

TEST(Motion, FollowsTheGeodesicWithinItsBound) {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    const Start start = random_start(random);
    const double speed = random.uniform(0, max_ground_speed.in(metres_per_second));
    const double time = random.uniform(-3600, 3600), way = speed * time;
    const GroundMotion m = after(ground_motion(start.position, metres_per_second(speed), TrueBearing::degrees(start.track)), time);
    double lat = 0, lon = 0;
    GeographicLib::Geodesic::WGS84().Direct(start.position.lat_degrees(), start.position.lon_degrees(), start.track, way,
                                            lat, lon);
    // GeographicLib's own places are good to 15 nm.
    ASSERT_LT(norm(m.place - true_place(lat, lon)), 4e-18 * way * way + 3e-8)
        << start.position.lat_e7 << ' ' << start.position.lon_e7 << ' ' << start.track << ' ' << way;
    ASSERT_NEAR(norm(m.velocity), speed, 4e-11 * speed + 1e-12);
    ASSERT_NEAR(dot(m.velocity, {m.place.x, m.place.y, wgs84::kappa * m.place.z}) / wgs84::a, 0, 4e-11 * speed + 1e-12);
  }
}

TEST(Motion, PassesOverThePoleStraightOn) {
  const GroundMotion m = ground_motion(at(89.9, 30), knots(480), TrueBearing::degrees(0));
  const Position beyond = position_after(m, seconds(120));
  EXPECT_NEAR(beyond.lon_degrees(), -150, 1e-6);
  EXPECT_NEAR(range_and_bearing(at(89.9, 30), beyond).range.in(nautical_miles), 16, 1e-3);
}

TEST(Motion, HoversWhereItIs) {
  const GroundMotion m = ground_motion(at(12.3456789, 98.7654321), knots(0), TrueBearing::degrees(77));
  EXPECT_EQ(after(m, seconds(3600)), m);
}

TEST(Motion, TurnsToTheRight) {
  const GroundMotion north = ground_motion(at(48, 11), knots(300), TrueBearing::degrees(0));
  const GroundMotion east = ground_motion(at(48, 11), knots(300), TrueBearing::degrees(90));
  EXPECT_LT(norm(turned(north, 90).velocity - east.velocity), 1e-9);
  EXPECT_LT(norm(turned(east, -90).velocity - north.velocity), 1e-9);
}

}  // namespace
}  // namespace skypact::geo
