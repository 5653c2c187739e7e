#include "plan/measured_position.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using In = Contradiction::In;

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + std::chrono::hours(12);
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const Performance drone{metres_per_second(20), metres_per_second(5)};

MeasuredPosition at(LatLng place, double altitude = 500, Duration after_noon = {}) {
  MeasuredPosition p{noon + after_noon, place, altitude, metres(10), metres(10), std::nullopt, std::nullopt};
  return p;
}

TEST(MeasuredPosition, NumbersThatNoAircraftHasAreNamed) {
  const auto error = [](const std::function<void(MeasuredPosition&)>& change) {
    MeasuredPosition p = at({46, 7});
    change(p);
    const auto fault = fault_of(p);
    return fault ? fault->message : std::string("none");
  };
  EXPECT_EQ(error([](MeasuredPosition&) {}), "none");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.altitude_m.reset(); }), "none");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.place.lat_deg = 90.5; }), "lat: 90.5 degrees is not within -90 and 90");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.place.lat_deg = nan; }), "lat: nan degrees is not within -90 and 90");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.place.lon_deg = -181; }), "lng: -181 degrees is not within -180 and 180");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.altitude_m = std::numeric_limits<double>::infinity(); }), "altitude: inf m is not within -8000 and 100000");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.accuracy = metres(-1); }), "accuracy: -1 m is not within 0 and 100000");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.altitude_accuracy = metres(nan); }), "altitude_accuracy: nan m is not within 0 and 100000");
  EXPECT_NE(error([](MeasuredPosition& p) { p.ground_speed = knots(4101); }), "none");
  EXPECT_EQ(error([](MeasuredPosition& p) { p.ground_speed = knots(4100); }), "none");
}

TEST(Contradicts, WhereTheyAreFartherApartThanAccuraciesAndTimeExplain) {
  const LatLng place{46, 7};
  const auto apart = [&](double metres_apart, Duration later) { return contradicts(at(place), at(test::away(place, 77, metres_apart), 500, later), drone); };
  EXPECT_FALSE(apart(19.99, {}));
  ASSERT_TRUE(apart(20.01, {}));
  EXPECT_EQ(apart(20.01, {})->in, In::place);
  EXPECT_NEAR(apart(20.01, {})->apart.in(metres), 20.01, 1e-3);
  EXPECT_DOUBLE_EQ(apart(20.01, {})->explained.in(metres), 20);
  EXPECT_FALSE(apart(59.99, seconds(2)));
  EXPECT_TRUE(apart(60.01, seconds(2)));
  EXPECT_FALSE(apart(59.99, -seconds(2))) << "earlier as well as later";
  EXPECT_TRUE(apart(60.01, -seconds(2)));
  EXPECT_FALSE(apart(20'000, std::chrono::hours(1)));
}

TEST(Contradicts, InAltitudeWhereBothHaveOne) {
  const LatLng place{46, 7};
  EXPECT_FALSE(contradicts(at(place), at(place, 519.9), drone));
  const auto found = contradicts(at(place), at(place, 479.9), drone);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->in, In::altitude);
  EXPECT_NEAR(found->apart.in(metres), 20.1, 1e-9);
  EXPECT_DOUBLE_EQ(found->explained.in(metres), 20);
  EXPECT_FALSE(contradicts(at(place), at(place, 529, seconds(2)), drone));
  EXPECT_TRUE(contradicts(at(place), at(place, 531, seconds(2)), drone));
  MeasuredPosition none = at(place);
  none.altitude_m.reset();
  EXPECT_FALSE(contradicts(at(place, 5'000), none, drone));
}

TEST(Contradicts, WhatSaysNoAccuracyIsTakenForAsGoodAsIsUsual) {
  const LatLng place{46, 7};
  MeasuredPosition broadcast = at(test::away(place, 10, 102));
  broadcast.accuracy.reset();
  EXPECT_FALSE(contradicts(at(place), broadcast, drone)) << "92.6 m and 10 m";
  broadcast.place = test::away(place, 10, 103);
  EXPECT_TRUE(contradicts(at(place), broadcast, drone));
}

TEST(Contradicts, NothingByWhatCannotBe) {
  MeasuredPosition broadcast = at({46, 8});
  ASSERT_TRUE(contradicts(at({46, 7}), broadcast, drone));
  broadcast.place.lat_deg = nan;
  EXPECT_FALSE(contradicts(at({46, 7}), broadcast, drone));
  broadcast.place.lat_deg = 46;
  broadcast.measured_at = Time::min();
  EXPECT_FALSE(contradicts(at({46, 7}), broadcast, drone)) << "centuries explain it";
}

TEST(Contradicts, AtTheOtherSideOfTheEarthToo) { EXPECT_TRUE(contradicts(at({46, 7}), at({-46, -173}), drone)); }

// An aircraft that flies as it can, measured twice with errors as they are stated, never contradicts itself.
RC_GTEST_PROP(ContradictsProperty, IsNeverFoundOfOneAircraft, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const Performance can{metres_per_second(random.uniform(0, 300)), metres_per_second(random.uniform(0, 50))};
  const LatLng start = test::random_place(random);
  const double time = random.uniform(-30, 30);
  const LatLng there = test::away(start, random.uniform(0, 360), std::abs(time) * random.uniform(0, 1) * can.fastest.in(metres_per_second));
  const auto measured = [&](LatLng place, double altitude, double when) {
    MeasuredPosition p;
    const double error = random.uniform(0, 50), vertical = random.uniform(0, 50);
    p.measured_at = noon + from_seconds(when);
    p.place = test::away(place, random.uniform(0, 360), random.uniform(0, error * 0.999));
    p.altitude_m = altitude + random.uniform(-vertical, vertical);
    p.accuracy = metres(error + 1e-3), p.altitude_accuracy = metres(vertical + 1e-3);
    return p;
  };
  const double climbed = time * random.uniform(-1, 1) * can.steepest.in(metres_per_second);
  RC_ASSERT(!contradicts(measured(start, 1'000, 0), measured(there, 1'000 + climbed, time), can));
}

}  // namespace
}  // namespace skypact::plan
