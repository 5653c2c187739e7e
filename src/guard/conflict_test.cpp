#include "guard/conflict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace skypact::guard {
namespace {

Motion flying(double lat, double lon, double altitude_ft, double speed_kt, double track, double fpm = 0) {
  return make_motion(geo::Position::from_degrees(lat, lon).value(), {knots(speed_kt), TrueBearing::degrees(track)},
                     feet_of_height(altitude_ft), feet_per_minute(fpm));
}

const Minima en_route{nautical_miles(5), feet_of_height(1000)};

TEST(PairConflict, IsFoundHeadOn) {
  // 60 NM apart on a meridian, closing at 960 kt: 5 NM are lost after 55/960 h, regained after 65/960 h.
  const auto c = pair_conflict(flying(50, 10, 35000, 480, 0), flying(51, 10, 35000, 480, 180), en_route, seconds(300));
  ASSERT_TRUE(c);
  // One degree of latitude there is 60.07 NM.
  EXPECT_NEAR(to_seconds(c->t_in), 55.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(to_seconds(c->t_out), 65.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(to_seconds(c->t_cpa), 60.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(c->horizontal_at_cpa.in(metres), 0, 0.01);
  EXPECT_EQ(c->vertical_at_cpa, Height());
}

std::optional<Conflict> en_route_conflict(const Motion& a, const Motion& b, Duration ahead = seconds(300)) {
  const auto one = pair_conflict(a, b, en_route, ahead), other = pair_conflict(b, a, en_route, ahead);
  EXPECT_EQ(one.has_value(), other.has_value()) << "the order of a pair must not matter";
  return one;
}

TEST(PairConflict, NeverIsAtExactlyTheVerticalMinimum) {
  for (const double fpm : {0.0, 1500.0, -700.0}) {
    const Motion a = flying(0, 0, 30000, 450, 90, fpm);
    EXPECT_FALSE(en_route_conflict(a, flying(0, 0.1, 31000, 450, 270, fpm)));
    EXPECT_FALSE(en_route_conflict(a, flying(0, 0.1, 29000, 450, 270, fpm)));
    Motion nearer = flying(0, 0.1, 31000, 450, 270, fpm);
    nearer.altitude = nearer.altitude - Height::of_tenth_mm(1);
    EXPECT_TRUE(en_route_conflict(a, nearer));
  }
}

TEST(PairConflict, EndsWhereAClimbOnlyReachesTheMinimumAtTheLastMoment) {
  // 2500 ft apart, closing at 300 ft/min: exactly 1000 ft apart after 300 s.
  const Motion level = flying(10, 10, 20000, 0, 0);
  EXPECT_FALSE(en_route_conflict(level, flying(10, 10, 22500, 0, 0, -300)));
  EXPECT_TRUE(en_route_conflict(level, flying(10, 10, 22500, 0, 0, -301)));
}

TEST(PairConflict, IsFoundWhenBothPassThroughTheSameLevel) {
  const auto c = en_route_conflict(flying(50, 10, 20000, 300, 0, 2000), flying(50.05, 10, 26000, 300, 0, -2000));
  ASSERT_TRUE(c);
  EXPECT_NEAR(to_seconds(c->t_in), 75, 1e-6);   // 5000 ft at 4000 ft/min
  EXPECT_NEAR(to_seconds(c->t_out), 105, 1e-6);
}

TEST(PairConflict, IsFoundWhenOvertaking) {
  // 8 NM behind, 60 kt faster: 3 NM to gain take 180 s.
  const double eight_miles = 8.0 / 60.0 * 1852 / 1855.325;  // degrees of longitude on the equator
  const auto c = en_route_conflict(flying(0, 0, 35000, 480, 90), flying(0, eight_miles, 35000, 420, 90));
  ASSERT_TRUE(c);
  EXPECT_NEAR(to_seconds(c->t_in), 180, 0.1);
  EXPECT_EQ(c->t_out, seconds(300));
}

TEST(PairConflict, IsFoundForAHoveringDroneBesideAJet) {
  const Motion drone = flying(47, 8, 400, 0, 0);
  EXPECT_TRUE(en_route_conflict(drone, flying(46.6, 8, 1200, 250, 0)));
  EXPECT_FALSE(en_route_conflict(drone, flying(46.6, 8, 1400, 250, 0)));
  EXPECT_FALSE(en_route_conflict(drone, flying(46.6, 8, 1200, 250, 180)));
}

TEST(PairConflict, LastsThroughoutForIdenticalPlaces) {
  const Motion m = flying(12, 34, 10000, 333, 44, 100);
  const auto c = en_route_conflict(m, m);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->t_in, Duration::zero());
  EXPECT_EQ(c->t_out, seconds(300));
  EXPECT_EQ(c->t_cpa, Duration::zero());
  EXPECT_EQ(c->horizontal_at_cpa, metres(0));
}

TEST(PairConflict, WithoutLookAheadIsTheStateNow) {
  const Motion a = flying(50, 10, 35000, 480, 0);
  EXPECT_TRUE(en_route_conflict(a, flying(50.08, 10, 35500, 480, 180), seconds(0)));
  EXPECT_FALSE(en_route_conflict(a, flying(50.09, 10, 35500, 480, 180), seconds(0)));
  EXPECT_FALSE(en_route_conflict(a, flying(50.08, 10, 36000, 480, 180), seconds(0)));
}

TEST(PairConflict, IsFoundWhereParallelTracksConverge) {
  // Side by side, due north, 5.05 NM apart: meridians converge, so the minimum is lost on the way. Nearly co-moving
  // all the time.
  const double width = 5.05 / 60 / 0.7071;  // about 5.05 NM at 45° N
  const auto c = pair_conflict(flying(45, 0, 35000, 480, 0), flying(45, width * 0.9965, 35000, 480, 0), en_route, minutes(20));
  ASSERT_TRUE(c);
  EXPECT_GT(c->t_in, seconds(10));
  EXPECT_EQ(c->t_out, minutes(20));
  EXPECT_EQ(c->t_cpa, minutes(20));
}

TEST(PairConflict, IsFoundOverThePoleAndAcrossTheAntimeridian) {
  EXPECT_TRUE(en_route_conflict(flying(89.7, 20, 35000, 480, 0), flying(89.7, -160, 35000, 480, 0)));
  EXPECT_TRUE(en_route_conflict(flying(0, 179.9, 35000, 480, 90), flying(0, -179.7, 35000, 480, 270)));
  EXPECT_FALSE(en_route_conflict(flying(0, 179.9, 35000, 480, 270), flying(0, -179.9, 35000, 480, 90)));
}

TEST(HorizontalForecast, TellsTwoPassesApart) {
  // A great circle and a slow aircraft on it: once closer. With a minimum below the least distance: never.
  const auto a = flying(0, 0, 0, 600, 90).ground, b = flying(0.02, 0.3, 0, 0, 0).ground;
  const auto forecast = horizontal_forecast(a, b, nautical_miles(5), seconds(300));
  ASSERT_EQ(forecast.closer.size(), 1u);
  EXPECT_LT(forecast.closer[0].from, forecast.t_cpa);
  EXPECT_GT(forecast.closer[0].to, forecast.t_cpa);
  EXPECT_NEAR(forecast.least.in(metres), 2211, 5);
  EXPECT_NEAR(horizontal_distance(a, b, forecast.t_cpa).in(metres), forecast.least.in(metres), 1e-3);
  EXPECT_TRUE(horizontal_forecast(a, b, nautical_miles(1), seconds(300)).closer.empty());
}

// Two that keep beside each other for the whole look-ahead: their distance hardly changes, so the search for the least
// one has next to nothing to go by. It once halved its way through millions of parts here; the time limit of the test sees that.
TEST(HorizontalForecast, IsQuickAndRightForPairsThatNearlyKeepTheirDistance) {
  for (const double lat : {0.0, 47.0, -89.9}) {
    for (const double apart : {0.0, 1e-7, 1e-6, 1e-4, 0.01, 0.05, 0.09}) {  // degrees
      for (const double faster : {0.0, 1e-9, 1e-6, 1e-3, 0.1, 1.0}) {    // knots
        for (const double turned : {0.0, 1e-7, 1e-4, 0.01}) {            // degrees
          for (const Duration ahead : {Duration(seconds(300)), Duration(minutes(20)), longest_look_ahead}) {
            const auto a = flying(lat, 8, 0, 480, 60).ground, b = flying(lat + apart, 8 + apart, 0, 480 + faster, 60 + turned).ground;
            const auto forecast = horizontal_forecast(a, b, nautical_miles(5), ahead);
            double least = HUGE_VAL;
            for (int k = 0; k <= 64; ++k) {
              const Duration at = ahead / 64 * k;
              const double distance = horizontal_distance(a, b, at).in(metres);
              least = std::min(least, distance);
              const bool closer = std::any_of(forecast.closer.begin(), forecast.closer.end(), [at](const auto& span) { return span.from <= at && at <= span.to; });
              const bool certain = std::fabs(distance / nautical_miles(5).in(metres) - 1) > 1e-4;
              EXPECT_TRUE(!certain || closer == (distance < nautical_miles(5).in(metres)));
            }
            EXPECT_LE(forecast.least.in(metres), least + 1e-3);
            EXPECT_NEAR(forecast.least.in(metres), horizontal_distance(a, b, forecast.t_cpa).in(metres), 5e-3)
                << "at " << lat << " by " << apart << "° and " << faster << " kt, turned " << turned << "°";
          }
        }
      }
    }
  }
}

TEST(VerticalForecast, IsExactAtItsEnds) {
  const auto span = vertical_forecast(feet_of_height(3000), feet_per_minute(-1000), feet_of_height(1000), minutes(10));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->from, minutes(2));
  EXPECT_EQ(span->to, minutes(4));
  EXPECT_FALSE(vertical_forecast(feet_of_height(3000), feet_per_minute(-1000), feet_of_height(1000), minutes(2)));
  EXPECT_TRUE(vertical_forecast(feet_of_height(3000), feet_per_minute(-1000), feet_of_height(1000), minutes(2) + Duration(1)));
}

}  // namespace
}  // namespace skypact::guard
