// The truth is GeographicLib's, which shares nothing with the code under test.

#include "geo/geodesic.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geocentric.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::geo {
namespace {

const GeographicLib::Geodesic& earth() { return GeographicLib::Geodesic::WGS84(); }

struct Degrees {
  double lat = 0, lon = 0;
};

// Anywhere, and often at the poles and the antimeridian.
Degrees random_degrees(Random& random) {
  switch (random.below(4)) {
    case 0: return {random.uniform(89.9, 90) * (random.chance(0.5) ? 1 : -1), random.uniform(-180, 180)};
    case 1: return {random.uniform(-80, 80), random.chance(0.5) ? random.uniform(179.9, 180) : random.uniform(-180, -179.9)};
    default: return {asin_degrees(random.uniform(-1, 1)), random.uniform(-180, 180)};
  }
}

double off_the_geodesic(const GeographicLib::GeodesicLine& line, double along, Vec3 place) {
  double lat = 0, lon = 0;
  line.Position(along, lat, lon);
  return norm(place_of_degrees(lat, lon) - place);
}

TEST(Geodesic, IsLaidOutAlongTheShortestWayAtAnyLength) {
  Random random(1);
  for (int i = 0; i < 400; ++i) {
    const Degrees a = random_degrees(random);
    const double length = std::exp(random.uniform(std::log(1.0), std::log(1'000'000.0)));
    double lat = 0, lon = 0;
    earth().Direct(a.lat, a.lon, random.uniform(0, 360), length, lat, lon);
    const auto line = earth().InverseLine(a.lat, a.lon, lat, lon);
    const auto places = geodesic_places(place_of_degrees(a.lat, a.lon), place_of_degrees(lat, lon), 25'000);
    const std::size_t pieces = places.size() - 1;
    ASSERT_GE(static_cast<double>(pieces) * 25'000, length);
    for (std::size_t k = 0; k <= pieces; ++k) {
      const double along = line.Distance() * static_cast<double>(k) / static_cast<double>(pieces);
      ASSERT_LT(off_the_geodesic(line, along, places[k]), 1e-5) << a.lat << ' ' << a.lon << ' ' << length;
    }
  }
}

TEST(Geodesic, IsFollowedFarBeyondTheHorizon) {
  Random random(2);
  for (int i = 0; i < 60; ++i) {
    const Degrees a = random_degrees(random);
    double lat = 0, lon = 0;
    earth().Direct(a.lat, a.lon, random.uniform(0, 360), random.uniform(1e6, 1.6e7), lat, lon);
    const auto line = earth().InverseLine(a.lat, a.lon, lat, lon);
    const auto places = geodesic_places(place_of_degrees(a.lat, a.lon), place_of_degrees(lat, lon), 25'000);
    const double middle = line.Distance() * static_cast<double>(places.size() / 2) / static_cast<double>(places.size() - 1);
    ASSERT_LT(off_the_geodesic(line, middle, places[places.size() / 2]), 0.02) << a.lat << ' ' << a.lon;
  }
}

TEST(Geodesic, IsLeftByThePlaneThroughTheCentreByNoMoreThanItsBound) {
  Random random(3);
  double most = 0;
  for (int i = 0; i < 3000; ++i) {
    const Degrees a{random.uniform(-90, 90), random.uniform(-180, 180)};
    const double length = random.chance(0.5) ? 25'000 : 3'000;
    const double azimuth = i % 3 == 0 ? 90 : random.uniform(0, 360);
    const auto line = earth().DirectLine(a.lat, a.lon, azimuth, length);
    double lat = 0, lon = 0;
    line.Position(length, lat, lon);
    const Vec3 normal = cross(place_of_degrees(a.lat, a.lon), place_of_degrees(lat, lon));
    for (int k = 1; k < 10; ++k) {
      line.Position(length * k / 10, lat, lon);
      const double off = std::abs(dot(normal, place_of_degrees(lat, lon))) / norm(normal);
      ASSERT_LE(off, arc_deviation(length)) << a.lat << ' ' << azimuth;
      most = std::max(most, off / arc_deviation(length));
    }
  }
  EXPECT_GT(most, 0.95) << "the bound is not loose";
}

TEST(Geodesic, LengthIsWithinATenthOfAMillimetre) {
  Random random(4);
  for (int i = 0; i < 50'000; ++i) {
    const Degrees a = random_degrees(random);
    const double length = i % 2 == 0 ? random.uniform(0, 300'000) : std::exp(random.uniform(-7, 12));
    double lat = 0, lon = 0;
    earth().Direct(a.lat, a.lon, random.uniform(0, 360), length, lat, lon);
    ASSERT_NEAR(geodesic_length(place_of_degrees(a.lat, a.lon), place_of_degrees(lat, lon)), length, 1e-4) << a.lat << ' ' << a.lon;
  }
}

}  // namespace
}  // namespace skypact::geo
