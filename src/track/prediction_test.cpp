// Prediction: positions against GeographicLib (C. F. F. Karney, doi:10.1007/s00190-012-0578-z), the uncertainty
// against aircraft that turn as hard as it allows for.

#include "track/prediction.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>
#include <cmath>

#include "base/random.h"

namespace skypact::track {
namespace {

const Time start = Time{} + std::chrono::hours(24 * 20'000);
Time at(double s) { return start + from_seconds(s); }
const GeographicLib::Geodesic& earth() { return GeographicLib::Geodesic::WGS84(); }

double apart(geo::Position a, double lat, double lon) {
  double metres = 0;
  earth().Inverse(a.lat_degrees(), a.lon_degrees(), lat, lon, metres);
  return metres;
}

// Measured at `start`.
Track flying(geo::Position from, double metres_a_second, double degrees) {
  Track t;
  t.id = TrackId{1};
  t.position.emplace(from, start, SourceId{1}, SourceKind::adsb);
  t.velocity.emplace(GroundVelocity{metres_per_second(metres_a_second), TrueBearing::degrees(degrees)}, start, SourceId{1}, SourceKind::adsb);
  t.accuracy = metres(50);
  return t;
}
Track anywhere(Random& random) {
  const double lat = random.chance(0.2) ? std::copysign(89.99, random.uniform(-1, 1)) : random.uniform(-90, 90);
  const double lon = random.chance(0.2) ? 179.999 : random.uniform(-180, 180);
  return flying(*geo::Position::from_degrees(lat, lon), random.uniform(1, 700), random.uniform(0, 360));
}

TEST(Prediction, IsWhereGeographicLibSaysToACentimetre) {
  Random random(11);
  for (int i = 0; i < 5000; ++i) {
    const Track track = anywhere(random);
    const double t = random.uniform(0, 20);
    const MotionState state = motion_at(track, at(t));
    const auto from = track.position->value;
    double lat = 0, lon = 0, azimuth = 0;
    earth().Direct(from.lat_degrees(), from.lon_degrees(), track.velocity->value.track.in_degrees(),
                   track.velocity->value.speed.in(metres_per_second) * t, lat, lon, azimuth);
    EXPECT_LT(apart(state.position, lat, lon), 0.02) << i;  // a position is rounded to 1e-7 degree, 1.1 cm
    if (std::abs(lat) < 89.9) {
      EXPECT_NEAR(std::remainder(state.velocity.track.in_degrees() - azimuth, 360), 0, 1e-3) << i;
    }
  }
}

// Turns at the rate allowed for, from the moment its velocity was measured, in steps of a tenth of a second.
TEST(Prediction, KeepsAnAircraftThatTurnsWithinItsUncertainty) {
  Random random(12);
  double nearest_to_the_bound = 0;
  for (int i = 0; i < 300; ++i) {
    const double speed = random.uniform(5, 300), turn = random.chance(0.5) ? 1.5 : -1.5, lag = random.chance(0.5) ? 0 : random.uniform(0, 10);
    double lat = random.uniform(-60, 60), lon = random.uniform(-180, 180), degrees = random.uniform(0, 360);
    Track track = flying(*geo::Position::from_degrees(lat, lon), speed, degrees);
    track.velocity->measured_at = at(-lag);
    degrees += turn * lag;
    double error = 0;
    for (double t = 0.1; t < 20 - lag; t += 0.1) {
      degrees += turn * 0.05;
      earth().Direct(lat, lon, degrees, speed * 0.1, lat, lon, degrees);
      degrees += turn * 0.05;
      const MotionState state = motion_at(track, at(t));
      error = apart(state.position, lat, lon);
      ASSERT_LE(error, state.uncertainty.in(metres)) << speed << " m/s, lag " << lag << ", t " << t;
      nearest_to_the_bound = std::max(nearest_to_the_bound, error / state.uncertainty.in(metres));
    }
  }
  EXPECT_GT(nearest_to_the_bound, 0.8) << "a bound this loose says nothing";
}

TEST(Prediction, NeverBecomesSurerWithAge) {
  Random random(13);
  for (int i = 0; i < 200; ++i) {
    Track track = anywhere(random);
    if (random.chance(0.3)) track.velocity.reset();
    Length before = metres(0);
    for (double t = 0; t < 600; t += 0.5) {
      const MotionState state = motion_at(track, at(t));
      EXPECT_GE(state.uncertainty, before) << t;
      before = state.uncertainty;
    }
  }
}

TEST(Prediction, KeepsAFastAircraftWhoseVelocityIsStaleWithinItsUncertainty) {
  const Track track = flying(*geo::Position::from_degrees(10, 10), 600, 90);
  double lat = 0, lon = 0, azimuth = 0;
  for (const double t : {21.0, 60.0, 300.0}) {
    const MotionState state = motion_at(track, at(t));
    EXPECT_FALSE(state.velocity_known);
    earth().Direct(10, 10, 90, 600 * t, lat, lon, azimuth);
    EXPECT_LE(apart(state.position, lat, lon), state.uncertainty.in(metres)) << t;
  }
}

TEST(Prediction, CountsTheAgeOfEachAltitudeItGivesAndLeavesOutAStaleOne) {
  Track track = flying(*geo::Position::from_degrees(10, 10), 200, 90);
  track.pressure_altitude.emplace(PressureAltitude(feet_of_height(30'000)), start, SourceId{1}, SourceKind::adsb);
  track.ellipsoid_altitude.emplace(EllipsoidAltitude(feet_of_height(30'500)), at(10), SourceId{1}, SourceKind::adsb);
  MotionState state = motion_at(track, at(10));
  ASSERT_TRUE(state.pressure_altitude && state.ellipsoid_altitude);
  EXPECT_EQ(state.altitude_age, seconds(0));
  EXPECT_EQ(state.altitude_uncertainty, feet_of_height(250)) << "the pressure altitude is 10 s old, its rate not known";
  track.ellipsoid_altitude->measured_at = at(30);
  state = motion_at(track, at(30));
  EXPECT_FALSE(state.pressure_altitude);
  EXPECT_EQ(state.altitude_uncertainty, Height());
  track.ellipsoid_altitude.reset();
  state = motion_at(track, at(30));
  ASSERT_TRUE(state.pressure_altitude) << "old, and all there is";
  EXPECT_EQ(state.altitude_uncertainty, feet_of_height(750));
}

TEST(Prediction, MovesAnAltitudeByItsRateExactly) {
  Track track = flying(*geo::Position::from_degrees(10, 10), 200, 90);
  track.pressure_altitude.emplace(PressureAltitude(feet_of_height(30'000)), start, SourceId{1}, SourceKind::adsb);
  track.vertical_rate.emplace(VerticalRate::of_tenth_mm_per_minute(-1500 * 3048), start, SourceId{1}, SourceKind::adsb);
  const MotionState state = motion_at(track, at(10));
  EXPECT_EQ(state.pressure_altitude->above_datum(), feet_of_height(29'750));
  EXPECT_EQ(state.altitude_uncertainty, feet_of_height(50));
}

}  // namespace
}  // namespace skypact::track
