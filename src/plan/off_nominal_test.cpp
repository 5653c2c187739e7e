#include "plan/off_nominal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plan/dss_rules.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + std::chrono::hours(12);
const Performance drone{metres_per_second(25), metres_per_second(5)};

MeasuredPosition at(LatLng place) {
  MeasuredPosition p;
  p.measured_at = noon;
  p.place = place;
  p.altitude_m = 600;
  p.accuracy = metres(10), p.altitude_accuracy = metres(5);
  return p;
}

TEST(OffNominalVolumes, AreCirclesThatGrowMinuteByMinute) {
  const auto volumes = off_nominal_volumes(at({46, 7}), noon + seconds(10), drone, seconds(150));
  ASSERT_TRUE(volumes);
  ASSERT_EQ(volumes->size(), 3u);
  const Volume &first = volumes->front(), &last = volumes->back();
  EXPECT_EQ(first.time, (Interval<Time>{noon + seconds(10), noon + seconds(70)}));
  EXPECT_EQ((*volumes)[1].time, (Interval<Time>{noon + seconds(70), noon + seconds(130)}));
  EXPECT_EQ(last.time, (Interval<Time>{noon + seconds(130), noon + seconds(160)}));
  EXPECT_DOUBLE_EQ(first.area.radius_m(), 10 + 70 * 25);
  EXPECT_DOUBLE_EQ(last.area.radius_m(), 10 + 160 * 25);
  EXPECT_DOUBLE_EQ(*first.lower_m, 600 - 6 - 70 * 5);
  EXPECT_DOUBLE_EQ(*first.upper_m, 600 + 6 + 70 * 5);
  EXPECT_EQ(first.area.outline()[0].lat_deg, 46);
}

TEST(OffNominalVolumes, OfAnAircraftThatIsFasterThanItShouldBeAreByItsSpeed) {
  MeasuredPosition p = at({46, 7});
  p.ground_speed = metres_per_second(40);
  EXPECT_DOUBLE_EQ(off_nominal_volumes(p, noon, drone, seconds(60))->front().area.radius_m(), 10 + 60 * 40);
  p.accuracy.reset();
  EXPECT_DOUBLE_EQ(off_nominal_volumes(p, noon, drone, seconds(60))->front().area.radius_m(), 92.6 + 60 * 40);
}

TEST(OffNominalVolumes, OfAJetEndWhereADssTakesNoMore) {
  const Performance jet{metres_per_second(250), metres_per_second(30)};
  const auto volumes = off_nominal_volumes(at({46, 7}), noon, jet, minutes(5));
  ASSERT_TRUE(volumes);
  ASSERT_EQ(volumes->size(), 2u);
  EXPECT_NEAR(to_seconds(volumes->back().time.to - noon), (28'000 - 10) / 250.0, 1e-6);
  EXPECT_NEAR(volumes->back().area.radius_m(), 28'000, 1e-3);
  EXPECT_LE(volumes->back().area.area_km2(), 2'500);
  const auto late = off_nominal_volumes(at({46, 7}), noon + seconds(103), jet, minutes(5));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::over_limit);
  EXPECT_EQ(late.error().message, "the aircraft was measured 103 s ago and may be 25.8 km from there, and soon more than the 28 km that a DSS takes; close the airspace by a constraint");
  EXPECT_TRUE(off_nominal_volumes(at({46, 7}), noon + seconds(101), jet, minutes(5)));
}

TEST(OffNominalVolumes, AreBoundedAndRefuseWhatCannotBe) {
  const auto hover = off_nominal_volumes(at({46, 7}), noon, {}, std::chrono::hours(100));
  ASSERT_TRUE(hover);
  EXPECT_EQ(hover->size(), 30u);
  EXPECT_EQ(off_nominal_volumes(at({46, 7}), noon, drone, -minutes(5))->front().time.to, noon + seconds(10));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto error = [](const MeasuredPosition& p, Time now, const Performance& performance) { return off_nominal_volumes(p, now, performance, minutes(5)).error().message; };
  EXPECT_EQ(error(at({46, nan}), noon, drone), "lng: nan degrees is not within -180 and 180");
  EXPECT_EQ(error(at({46, 7}), noon, {metres_per_second(nan), metres_per_second(5)}),
            "the performance: nan m/s over ground and 5 m/s up or down; both must be within 0 and 2109 m/s");
  EXPECT_EQ(error(at({46, 7}), noon - seconds(6), drone), "time_measured: is in the future; set the clock");
  EXPECT_EQ(error(at({46, 7}), noon + std::chrono::hours(25), drone), "time_measured: is more than a day ago");
  MeasuredPosition p = at({46, 7});
  p.altitude_m.reset();
  EXPECT_EQ(error(p, noon, drone), "altitude: is missing; without it the aircraft may be at any");
  p = at({46, 7});
  p.accuracy = kilometres(99);
  EXPECT_EQ(off_nominal_volumes(p, noon, {}, minutes(5)).error().code, ErrorCode::over_limit);
  EXPECT_EQ(off_nominal_volumes(p, noon, {metres_per_second(1e-300), {}}, minutes(5)).error().code, ErrorCode::over_limit);
}

// Wherever an aircraft turns, and up or down, some volume has it; and the DSS takes them.
TEST(OffNominalVolumes, HoldTheAircraftWhereverItFlies) {
  Random random(21);
  for (int n = 0; n < 300; ++n) {
    const Performance can{metres_per_second(random.uniform(1, 300)), metres_per_second(random.uniform(0, 40))};
    MeasuredPosition p = at(random_place(random));
    p.altitude_m = random.uniform(0, 12'000);
    const Duration age = from_seconds(random.uniform(-4, 30));
    const auto volumes = off_nominal_volumes(p, noon + age, can, minutes(4));
    ASSERT_TRUE(volumes) << n << ": " << volumes.error().message;
    ASSERT_TRUE(extents_within(*volumes, 2'500, ErrorCode::bad_input)) << n;
    // Where it truly was, and then by steps of a second at full speed.
    LatLng place = away(p.place, random.uniform(0, 360), 9.9);
    double altitude = *p.altitude_m + random.uniform(-5, 5), course = random.uniform(0, 360);
    const double turn = random.uniform(-5, 5), climb = random.uniform(-1, 1) * can.steepest.in(metres_per_second);
    for (Time time = noon; time < volumes->back().time.to; time += seconds(1)) {
      if (time >= noon + age) {
        const bool held = std::any_of(volumes->begin(), volumes->end(), [&](const Volume& v) {
          return v.time.contains(time) && v.area.contains(place) && *v.lower_m <= altitude && altitude <= *v.upper_m;
        });
        ASSERT_TRUE(held) << n << " after " << to_seconds(time - noon) << " s";
      }
      place = away(place, course, can.fastest.in(metres_per_second));
      course += turn, altitude += climb;
    }
  }
}

}  // namespace
}  // namespace skypact::plan
