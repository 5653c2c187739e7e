#include "plan/flight_corridor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "plan/dss_rules.h"
#include "plan/f3548.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;

const Time nine = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + std::chrono::hours(9);

Cruise cruise(double metres_a_second, double level_m) { return {metres_per_second(metres_a_second), CruisingLevel{Datum::pressure, metres_of_height(level_m)}}; }

RoutePoint point(LatLng place, std::optional<Cruise> change = {}) { return {"P", place, change}; }

IcaoFlightPlan flight(LatLng from, LatLng to, Duration elapsed) {
  IcaoFlightPlan plan;
  plan.departure = {"ZZZZ", from, {}}, plan.destination = {"ZZZZ", to, {}};
  plan.off_block = nine;
  plan.elapsed = elapsed;
  plan.cruise = cruise(100, 3'000);
  return plan;
}

const CorridorOptions narrow{.half_width = metres(1'000), .below = metres(300), .above = metres(200), .geoid_undulation = metres(50), .taxi = minutes(15), .tolerance = minutes(10)};

std::string error_of(const IcaoFlightPlan& plan, const CorridorOptions& options = {}) {
  const auto volumes = volumes_of(plan, options);
  return volumes ? "none" : volumes.error().message;
}

double apart(LatLng p, LatLng q) {
  double metres = 0;
  earth().Inverse(p.lat_deg, p.lon_deg, q.lat_deg, q.lon_deg, metres);
  return metres;
}

TEST(FlightCorridor, OfOneLegIsARectangleAroundIt) {
  const LatLng from{46, 7}, to = away(from, 60, 30'000);
  const auto volumes = volumes_of(flight(from, to, seconds(300)), narrow);
  ASSERT_TRUE(volumes) << volumes.error().message;
  ASSERT_EQ(volumes->size(), 1u);
  const Volume& only = volumes->front();
  EXPECT_EQ(only.time, (Interval<Time>{nine - minutes(10), nine + minutes(15) + seconds(300) + minutes(10)})) << "at 100 m/s";
  EXPECT_DOUBLE_EQ(*only.lower_m, 0 + 50 - 300);
  EXPECT_DOUBLE_EQ(*only.upper_m, 3'000 + 50 + 200);
  ASSERT_EQ(only.area.outline().size(), 4u);
  const OnTheWay start = on_the_way(away(from, 240, 1'000), from, 0), end = on_the_way(from, away(to, on_the_way(from, to, 1).azimuth, 1'000), 1);
  EXPECT_LT(apart(only.area.outline()[0], away(start.place, start.azimuth + 90, 1'000)), 0.01);
  EXPECT_LT(apart(only.area.outline()[1], away(start.place, start.azimuth - 90, 1'000)), 0.01);
  EXPECT_LT(apart(only.area.outline()[2], away(end.place, end.azimuth - 90, 1'000)), 0.01);
  EXPECT_LT(apart(only.area.outline()[3], away(end.place, end.azimuth + 90, 1'000)), 0.01);
}

TEST(FlightCorridor, ALongLegIsCutIntoPiecesThatADssTakes) {
  const LatLng from{46, 7}, to = away(from, 60, 1'000'000);
  for (const double width : {1'000.0, 9'260.0, 20'000.0}) {
    CorridorOptions options = narrow;
    options.half_width = metres(width);
    const auto volumes = volumes_of(flight(from, to, seconds(10'000)), options);
    ASSERT_TRUE(volumes) << volumes.error().message;
    EXPECT_EQ(volumes->size(), width > 10'000 ? 50u : 20u) << width;
    for (const Volume& v : *volumes) EXPECT_TRUE(extents_within({v}, 2'500, ErrorCode::bad_input)) << width;
    EXPECT_LT((*volumes)[0].time.to, volumes->back().time.from + minutes(60)) << "no piece is occupied all the time";
  }
}

TEST(FlightCorridor, TimesAreBetweenTheSpeedsAndTheFiledOne) {
  const LatLng from{46, 7}, to = away(from, 60, 90'000);   // 900 s, in two pieces
  const auto time = [&](Duration elapsed) { return volumes_of(flight(from, to, elapsed), narrow)->back().time; };
  const auto seconds_of = [](Time t) { return to_seconds(t - nine); };
  EXPECT_NEAR(seconds_of(time(seconds(1'350)).from), 450 - 600, 1e-3);
  EXPECT_NEAR(seconds_of(time(seconds(1'350)).to), 1'350 + 900 + 600, 1e-3) << "longer than by the speed: headwind";
  EXPECT_NEAR(seconds_of(time(seconds(720)).from), 360 - 600, 1e-3);
  EXPECT_NEAR(seconds_of(time(seconds(720)).to), 900 + 900 + 600, 1e-3) << "shorter: tailwind";
  EXPECT_EQ(error_of(flight(from, to, minutes(7)), narrow), "item 16: the elapsed time of 7 min is less than half of the 15 min that 90 km take at the cruising speed");
}

TEST(FlightCorridor, LevelsAreReachedAtTheLeastGradient) {
  const LatLng from{46, 7}, to = away(from, 60, 790'000);   // 16 pieces of 49,375 m
  IcaoFlightPlan plan = flight(from, to, seconds(8'000));
  plan.route = {point(on_the_way(from, to, 0.5).place, cruise(100, 4'400))};   // 1,400 m take 46,667 m
  const auto volumes = volumes_of(plan, narrow);
  ASSERT_TRUE(volumes) << volumes.error().message;
  ASSERT_EQ(volumes->size(), 16u);
  const auto expect = [&](std::size_t k, double low, double high) {
    EXPECT_NEAR(*(*volumes)[k].lower_m, low + 50 - 300, 0.1) << k;
    EXPECT_NEAR(*(*volumes)[k].upper_m, high + 50 + 200, 0.1) << k;
  };
  expect(0, 0, 3'000);
  expect(1, 1'481.25, 3'000);
  expect(2, 2'962.5, 3'000);
  expect(3, 3'000, 3'000);
  expect(7, 3'000, 3'000);
  expect(8, 3'000, 4'400);
  expect(9, 4'400, 4'400);
  expect(12, 4'400, 4'400);
  expect(13, 2'962.5, 4'400);
  expect(14, 1'481.25, 4'400);
  expect(15, 0, 4'400);
  plan.filed_in_the_air = true;
  const auto in_the_air = volumes_of(plan, narrow);
  EXPECT_NEAR(*in_the_air->front().lower_m, 3'000 + 50 - 300, 0.1) << "it is up already";
  EXPECT_EQ(in_the_air->front().time.to, (*volumes)[0].time.to - minutes(15)) << "and does not taxi";
}

TEST(FlightCorridor, OfALocalFlightIsACircle) {
  const auto volumes = volumes_of(flight({46, 7}, {46, 7}, minutes(40)), narrow);
  ASSERT_TRUE(volumes) << volumes.error().message;
  ASSERT_EQ(volumes->size(), 1u);
  EXPECT_DOUBLE_EQ(volumes->front().area.radius_m(), 1'000);
  EXPECT_EQ(volumes->front().time, (Interval<Time>{nine - minutes(10), nine + minutes(65)}));
  EXPECT_EQ(*volumes->front().lower_m, -250);
  EXPECT_EQ(*volumes_of(flight({46, 7}, {46, 7}, minutes(40)), {.below = metres(9'000)})->front().lower_m, AltitudeLimits::lowest_m);
}

TEST(FlightCorridor, SaysWhatItCannotLayOut) {
  IcaoFlightPlan plan = flight({46, 7}, {47, 7}, minutes(60));
  plan.cruise.level.reset();
  EXPECT_EQ(error_of(plan), "item 15: VFR says no level; give one, such as A045");
  plan = flight({46, 7}, {47, 7}, minutes(60));
  plan.route = {point({46.5, 7}, Cruise{metres_per_second(50), {}})};
  EXPECT_EQ(error_of(plan), "item 15: VFR says no level; give one, such as A045");
  plan = flight({46, 7}, {-40, 100}, std::chrono::hours(40));
  plan.destination.name = "LONG";
  EXPECT_EQ(error_of(plan), "item 15: the leg from ZZZZ to LONG is longer than 90 degrees; write a point between them");
  plan = flight({46, 7}, {46, 7}, std::chrono::hours(99));
  for (int k = 0; k < 13; ++k) plan.route.push_back(point({k % 2 == 0 ? 10.0 : 46.0, 7}));
  EXPECT_EQ(error_of(plan), "item 15: the route needs more than 1000 volumes of 50 km; file it in two parts, or make the corridor narrower");
  plan.route.resize(12);
  EXPECT_EQ(error_of(plan), "none") << "12 times 4,000 km";

  const IcaoFlightPlan good = flight({46, 7}, {47, 7}, minutes(60));
  EXPECT_EQ(error_of(good, {.half_width = metres(9)}), "half_width: 9 m is not within 10 and 20000 m");
  EXPECT_EQ(error_of(good, {.half_width = metres(std::nan(""))}), "half_width: nan m is not within 10 and 20000 m");
  EXPECT_EQ(error_of(good, {.below = metres(0), .above = metres(0)}), "below, above: neither may be less than 0 m, nor both together nothing or more than 10,000 m");
  EXPECT_EQ(error_of(good, {.geoid_undulation = metres(201)}), "geoid_undulation: is not within -200 and 200 m");
  EXPECT_EQ(error_of(good, {.least_gradient = 0}), "least_gradient: is not within 0.001 and 1");
  EXPECT_EQ(error_of(good, {.taxi = -minutes(1)}), "taxi, tolerance: neither may be negative or longer than 24 h");
}

// The flight itself, flown by GeographicLib at some pace between the two estimates, at some place across the corridor.
void fly(Random& random, const IcaoFlightPlan& plan, const CorridorOptions& options, const std::string& where) {
  const auto volumes = volumes_of(plan, options);
  ASSERT_TRUE(volumes) << where << ": " << volumes.error().message;
  for (const Volume& v : *volumes) ASSERT_LT(v.area.area_km2(), 2'500) << where;
  std::vector<RoutePoint> points{plan.departure};
  points.insert(points.end(), plan.route.begin(), plan.route.end());
  points.push_back(plan.destination);
  double total = 0;
  for (std::size_t k = 0; k + 1 < points.size(); ++k) total += apart(points[k].place, points[k + 1].place);
  const double by_speed = total / 100, filed = to_seconds(plan.elapsed), pace = random.uniform(std::min(by_speed, filed), std::max(by_speed, filed)) / by_speed;
  const Time take_off = nine + from_seconds(random.uniform(0, 900));
  double flown = 0;
  for (std::size_t k = 0; k + 1 < points.size(); ++k) {
    const double leg = apart(points[k].place, points[k + 1].place);
    for (int i = 0; i < 40; ++i) {
      const double share = random.uniform();
      const OnTheWay at = on_the_way(points[k].place, points[k + 1].place, share);
      const LatLng place = away(at.place, at.azimuth + (random.chance(0.5) ? 90 : -90), random.uniform(0, 0.999) * options.half_width.in(metres));
      const double way = flown + share * leg;
      const Time time = take_off + from_seconds(way / 100 * pace);
      const double level = std::min({3'000.0, way * 0.04, (total - way) * 0.04}) + 50;
      const bool held = std::any_of(volumes->begin(), volumes->end(), [&](const Volume& v) {
        return v.time.contains(time) && *v.lower_m <= level && level <= *v.upper_m && v.area.contains(place);
      });
      ASSERT_TRUE(held) << where << ", leg " << k << " at " << share << ": " << place.lat_deg << ' ' << place.lon_deg;
    }
    flown += leg;
  }
}

TEST(FlightCorridor, HoldsTheFlightWhereverItIsFlown) {
  Random random(51);
  for (int n = 0; n < 150; ++n) {
    const LatLng from = random_place(random);
    IcaoFlightPlan plan = flight(from, from, {});
    double total = 0;
    LatLng last = from;
    for (std::uint64_t k = 0, count = 1 + random.below(4); k < count; ++k) {
      const LatLng next = away(last, random.uniform(0, 360), random.chance(0.2) ? random.uniform(0, 3'000'000) : random.uniform(0, 200'000));
      total += apart(last, next);
      plan.route.push_back(point(next));
      last = next;
    }
    plan.destination = plan.route.back();
    plan.route.pop_back();
    plan.elapsed = from_seconds(std::max(60.0, total / 100 * random.uniform(0.6, 3)));
    CorridorOptions options = narrow;
    options.half_width = metres(random.uniform(10, 20'000));
    fly(random, plan, options, std::to_string(n));
    if (HasFatalFailure()) return;
  }
}

TEST(FlightCorridor, CrossesTheAntimeridianAndAPole) {
  Random random(52);
  IcaoFlightPlan plan = flight({49, 170}, {51, -170}, from_seconds(20'000));
  plan.route = {point({50, 178}), point({51, -178})};
  fly(random, plan, narrow, "antimeridian");
  plan = flight({80, 0}, {80, 180}, from_seconds(25'000));
  fly(random, plan, narrow, "over the pole");
}

}  // namespace
}  // namespace skypact::plan
