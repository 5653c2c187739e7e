#include "plan/conformance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;
using Flight = Conformity::Flight;
using enum IntentState;

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + std::chrono::hours(12);
constexpr LatLng middle{46, 7};

Time after(double seconds_after_noon) { return noon + from_seconds(seconds_after_noon); }

// 1,000 m around the middle, 400 to 600 m high, from noon for an hour.
std::vector<Volume> plan_of_an_hour() { return {{circle(middle, 1'000), 400, 600, {noon, after(3'600)}}}; }

struct Measured {
  double second = 0, away_m = 0, altitude_m = 500;
  std::optional<double> accuracy_m{}, altitude_accuracy_m{};
  std::optional<bool> airborne{};
};
MeasuredPosition position(const Measured& m) {
  MeasuredPosition p;
  p.measured_at = after(m.second);
  p.place = away(middle, 33, m.away_m);
  p.altitude_m = m.altitude_m;
  if (m.accuracy_m) p.accuracy = metres(*m.accuracy_m);
  if (m.altitude_accuracy_m) p.altitude_accuracy = metres(*m.altitude_accuracy_m);
  p.airborne = m.airborne;
  return p;
}

// A flight whose telemetry comes when it is measured.
class Flown {
 public:
  explicit Flown(IntentState state = activated) { set(state, 0); }
  void set(IntentState state, double second) { monitor.set_flight(plan_of_an_hour(), state, after(second)); }
  void take(const Measured& m) {
    const auto taken = monitor.take(position(m), after(m.second));
    EXPECT_TRUE(taken) << taken.error().message;
  }
  // Every second from the one to the other, both included.
  void take_each_second(double from, double to, double away_m) {
    for (double second = from; second <= to; ++second) take({.second = second, .away_m = away_m});
  }
  [[nodiscard]] Conformity conformity(double second) const { return monitor.conformity(after(second)); }
  [[nodiscard]] std::string wanted(double second) const {
    const Conformity found = conformity(second);
    return found.wanted ? std::string(to_string(*found.wanted)) : "";
  }

  ConformanceMonitor monitor;
};

constexpr double inside = 500, outside = 1'500;   // metres from the middle

// Where a position is.

TEST(Fit, IsInPlaceAltitudeAndTimeAtOnce) {
  const auto volumes = plan_of_an_hour();
  EXPECT_EQ(fit_of(position({.second = 0}), volumes), Fit::inside);
  EXPECT_EQ(fit_of(position({.second = 3'599.999}), volumes), Fit::inside);
  EXPECT_EQ(fit_of(position({.second = 3'600}), volumes), Fit::outside_time);
  EXPECT_EQ(fit_of(position({.second = -0.001}), volumes), Fit::outside_time);
  EXPECT_EQ(fit_of(position({.altitude_m = 400}), volumes), Fit::inside);
  EXPECT_EQ(fit_of(position({.altitude_m = 600}), volumes), Fit::inside);
  EXPECT_EQ(fit_of(position({.altitude_m = 600.1}), volumes), Fit::outside_altitude);
  EXPECT_EQ(fit_of(position({.altitude_m = 399.9}), volumes), Fit::outside_altitude);
  EXPECT_EQ(fit_of(position({.away_m = 1'000.1}), volumes), Fit::outside_area);
  EXPECT_EQ(fit_of(position({.away_m = 1'000.1, .altitude_m = 700}), volumes), Fit::outside_area);
  EXPECT_EQ(fit_of(position({}), {}), Fit::outside_time);
}

TEST(Fit, IsDoubtfulWithinTheAccuracyUpToTheUsualOne) {
  const auto volumes = plan_of_an_hour();
  EXPECT_EQ(fit_of(position({.away_m = 1'009, .accuracy_m = 10}), volumes), Fit::doubtful);
  EXPECT_EQ(fit_of(position({.away_m = 1'011, .accuracy_m = 10}), volumes), Fit::outside_area);
  EXPECT_EQ(fit_of(position({.away_m = 991, .accuracy_m = 10}), volumes), Fit::inside) << "what may be inside is";
  EXPECT_EQ(fit_of(position({.away_m = 1'092, .accuracy_m = 5'000}), volumes), Fit::doubtful);
  EXPECT_EQ(fit_of(position({.away_m = 1'094, .accuracy_m = 5'000}), volumes), Fit::outside_area);
  EXPECT_EQ(fit_of(position({.altitude_m = 609, .altitude_accuracy_m = 10}), volumes), Fit::doubtful);
  EXPECT_EQ(fit_of(position({.altitude_m = 611, .altitude_accuracy_m = 10}), volumes), Fit::outside_altitude);
  EXPECT_EQ(fit_of(position({.altitude_m = 646, .altitude_accuracy_m = 500}), volumes), Fit::outside_altitude);
  EXPECT_EQ(fit_of(position({.away_m = 1'009, .altitude_m = 609, .accuracy_m = 10, .altitude_accuracy_m = 10}), volumes), Fit::doubtful);
  EXPECT_EQ(fit_of(position({.away_m = 1'009, .altitude_m = 609, .accuracy_m = 10}), volumes), Fit::outside_altitude);
}

TEST(Fit, IsTheBestOfAllVolumesAndNotOfTheirParts) {
  std::vector<Volume> volumes = plan_of_an_hour();
  volumes.push_back({circle(away(middle, 33, 5'000), 1'000), 700, 800, {noon, after(3'600)}});
  volumes.push_back({circle(away(middle, 33, 9'000), 1'000), std::nullopt, std::nullopt, {after(3'600), after(7'200)}});
  EXPECT_EQ(fit_of(position({.away_m = 5'000, .altitude_m = 750}), volumes), Fit::inside);
  EXPECT_EQ(fit_of(position({.away_m = 5'000, .altitude_m = 500}), volumes), Fit::outside_altitude);
  EXPECT_EQ(fit_of(position({.second = 3'700, .away_m = 9'000, .altitude_m = 90'000}), volumes), Fit::inside) << "no bounds";
  EXPECT_EQ(fit_of(position({.second = 3'700, .away_m = 5'000}), volumes), Fit::outside_area);
  MeasuredPosition p = position({.second = 3'700, .away_m = 9'000});
  p.altitude_m.reset();
  EXPECT_EQ(fit_of(p, volumes), Fit::inside);
  p.measured_at = noon, p.place = middle;
  EXPECT_EQ(fit_of(p, volumes), Fit::outside_altitude);
}

// In the plane of GeographicLib's gnomonic projection, volume by volume.
TEST(Fit, AgreesWithThePlane) {
  Random random(31);
  std::vector<int> seen(5);
  for (int n = 0; n < 3'000; ++n) {
    const LatLng around = random_place(random);
    std::vector<Volume> volumes;
    std::vector<Ring> rings;
    for (std::size_t k = 0, count = 1 + random.below(4); k < count; ++k) {
      const Outline outline = star(random, away(around, random.uniform(0, 360), random.uniform(0, 800)), 3 + random.below(8), 200, 700);
      const double low = random.uniform(0, 300), from = random.uniform(0, 100);
      volumes.push_back({polygon(outline), low, low + random.uniform(10, 300), {after(from), after(from + random.uniform(10, 100))}});
      rings.push_back(flat(around, outline));
    }
    const LatLng place = away(around, random.uniform(0, 360), random.uniform(0, 1'200));
    MeasuredPosition p;
    p.measured_at = after(random.uniform(0, 150));
    p.place = place, p.altitude_m = random.uniform(0, 400);
    if (random.chance(0.7)) p.accuracy = metres(random.uniform(0, 150));
    if (random.chance(0.7)) p.altitude_accuracy = metres(random.uniform(0, 80));
    const double allowed = p.accuracy ? std::min(p.accuracy->in(metres), 92.6) : 0, high = p.altitude_accuracy ? std::min(p.altitude_accuracy->in(metres), 45.0) : 0;

    const Point q = flat(around, {place})[0];
    Fit truth = Fit::outside_time;
    bool near = false;
    for (std::size_t k = 0; k < volumes.size(); ++k) {
      const Volume& v = volumes[k];
      if (!(v.time.from <= p.measured_at && p.measured_at < v.time.to)) continue;
      const double depth = depth_in(rings[k], q), over = std::max(*v.lower_m - *p.altitude_m, *p.altitude_m - *v.upper_m);
      near |= std::abs(depth) < 0.01 || std::abs(depth + allowed) < 0.01;
      const Fit fit = depth < -allowed ? Fit::outside_area : over > high ? Fit::outside_altitude : depth < 0 || over > 0 ? Fit::doubtful : Fit::inside;
      truth = std::min(truth, fit);
    }
    if (near) continue;
    ++seen[static_cast<std::size_t>(truth)];
    ASSERT_EQ(to_string(fit_of(p, volumes)), to_string(truth)) << n;
  }
  for (const int count : seen) EXPECT_GT(count, 50);
}

// What is wanted, and when.

TEST(Conformance, NothingIsWantedOfAFlightThatStaysInside) {
  Flown flown;
  EXPECT_EQ(flown.conformity(0).flight, Flight::not_heard);
  flown.take_each_second(0, 100, inside);
  EXPECT_EQ(flown.conformity(100).flight, Flight::heard);
  EXPECT_EQ(flown.conformity(100).fit, Fit::inside);
  EXPECT_EQ(flown.conformity(100).last_heard, after(100));
  EXPECT_EQ(flown.wanted(100), "");
}

TEST(Conformance, TheFirstPositionOutsideMakesItNonconforming) {
  Flown flown;
  flown.take_each_second(0, 9, inside);
  flown.take({.second = 10, .away_m = outside});
  const Conformity found = flown.conformity(10);
  EXPECT_EQ(found.wanted, nonconforming);
  EXPECT_EQ(found.wanted_since, after(10));
  EXPECT_EQ(found.outside_since, after(10));
  EXPECT_EQ(found.fit, Fit::outside_area);
  flown.take({.second = 11, .away_m = outside});
  EXPECT_EQ(flown.conformity(11).wanted_since, after(10)) << "the five seconds do not begin anew";
}

TEST(Conformance, ADoubtfulPositionNeitherBeginsAnExcursionNorEndsOne) {
  Flown flown;
  flown.take({.second = 0, .away_m = inside});
  flown.take({.second = 1, .away_m = 1'005, .accuracy_m = 10});
  EXPECT_EQ(flown.wanted(1), "");
  EXPECT_EQ(flown.conformity(1).fit, Fit::doubtful);
  flown.take({.second = 2, .away_m = outside});
  flown.set(nonconforming, 3);
  flown.take({.second = 4, .away_m = 1'005, .accuracy_m = 10});
  EXPECT_EQ(flown.wanted(4), "") << "not back";
  EXPECT_EQ(flown.conformity(4).outside_since, after(2));
  flown.take({.second = 5, .away_m = 995, .accuracy_m = 10});
  EXPECT_EQ(flown.wanted(5), "Activated");
}

TEST(Conformance, BackInsideItIsActivatedAgain) {
  Flown flown;
  flown.take({.second = 0, .away_m = outside});
  flown.set(nonconforming, 1);
  EXPECT_EQ(flown.wanted(1), "");
  flown.take({.second = 2, .away_m = inside});
  EXPECT_EQ(flown.conformity(2).wanted, activated);
  EXPECT_EQ(flown.conformity(2).wanted_since, after(2));
  EXPECT_EQ(flown.conformity(2).outside_since, std::nullopt);
  flown.set(activated, 3);
  EXPECT_EQ(flown.wanted(3), "");
}

TEST(Conformance, IsContingentAfterSixtySeconds) {
  Flown flown;
  flown.take({.second = 10, .away_m = outside});
  flown.set(nonconforming, 12);
  flown.take_each_second(13, 69, outside);
  EXPECT_EQ(flown.wanted(69.9), "");
  EXPECT_EQ(flown.wanted(69.999999999), "");
  EXPECT_EQ(flown.wanted(70), "Contingent") << "from the first position outside, not from when the DSS knew";
  EXPECT_EQ(flown.conformity(75).wanted_since, after(70));
}

TEST(Conformance, IsContingentAfterSixtySecondsThoughTheDssTookNothing) {
  Flown flown;
  flown.take({.second = 10, .away_m = outside});
  EXPECT_EQ(flown.wanted(69.9), "Nonconforming");
  EXPECT_EQ(flown.wanted(70), "Contingent");
}

TEST(Conformance, TheSixtySecondsAreOfTheStateAndNotOfOneExcursion) {
  Flown flown;
  flown.take({.second = 0, .away_m = outside});
  flown.set(nonconforming, 1);
  flown.take({.second = 30, .away_m = inside});
  flown.take({.second = 31, .away_m = outside});
  EXPECT_EQ(flown.wanted(59.9), "");
  EXPECT_EQ(flown.wanted(60), "Contingent");
  flown.take({.second = 61, .away_m = inside});
  EXPECT_EQ(flown.wanted(61), "Activated") << "while it is inside the way back is open";
  EXPECT_EQ(flown.wanted(71), "Contingent") << "not heard any more";
}

TEST(Conformance, TheSixtySecondsBeginAnewWhenItWasActivatedBetween) {
  Flown flown;
  flown.take({.second = 0, .away_m = outside});
  flown.set(nonconforming, 1);
  flown.take({.second = 30, .away_m = inside});
  flown.set(activated, 31);
  flown.take({.second = 32, .away_m = outside});
  flown.set(nonconforming, 33);
  EXPECT_EQ(flown.wanted(91.9), "");
  EXPECT_EQ(flown.wanted(92), "Contingent");
}

TEST(Conformance, NothingFollowsContingent) {
  Flown flown(contingent);
  flown.take_each_second(0, 100, outside);
  EXPECT_EQ(flown.wanted(100), "");
  flown.take({.second = 101, .away_m = inside});
  EXPECT_EQ(flown.wanted(101), "");
  flown.monitor.declare_contingent(after(102));
  EXPECT_EQ(flown.wanted(102), "");
}

TEST(Conformance, IsContingentOnCommandInAnyState) {
  for (const IntentState state : {accepted, activated, nonconforming}) {
    Flown flown(state);
    flown.take({.second = 1, .away_m = inside});
    flown.monitor.declare_contingent(after(2));
    flown.monitor.declare_contingent(after(3));
    EXPECT_EQ(flown.conformity(4).wanted, contingent);
    EXPECT_EQ(flown.conformity(4).wanted_since, after(2));
  }
}

TEST(Conformance, AfterAStartANonconformingFlightHasSixtySecondsAgain) {
  Flown flown(nonconforming);
  EXPECT_EQ(flown.wanted(59.9), "");
  EXPECT_EQ(flown.wanted(60), "Contingent");
  flown.take({.second = 50, .away_m = inside});
  EXPECT_EQ(flown.conformity(50).wanted_since, after(50));
  EXPECT_EQ(flown.wanted(50), "Activated");
}

TEST(Conformance, AStateThatWasPutThoughTheFlightIsInsideIsToBeUndoneFromThenOn) {
  Flown flown;
  flown.take_each_second(0, 9, inside);
  flown.set(nonconforming, 10);
  EXPECT_EQ(flown.conformity(11).wanted, activated);
  EXPECT_EQ(flown.conformity(11).wanted_since, after(10));
}

TEST(Conformance, LostLinkIsSaidAfterTenSecondsAndChangesNoState) {
  Flown flown;
  flown.take({.second = 0, .away_m = inside});
  EXPECT_EQ(flown.conformity(9.999).flight, Flight::heard);
  EXPECT_EQ(flown.conformity(10).flight, Flight::lost);
  EXPECT_EQ(flown.wanted(1'000), "");
  flown.take({.second = 1'001, .away_m = inside});
  EXPECT_EQ(flown.conformity(1'001).flight, Flight::heard);
}

TEST(Conformance, AFlightThatIsLostOutsideStaysOutside) {
  Flown flown;
  flown.take({.second = 0, .away_m = outside});
  EXPECT_EQ(flown.conformity(20).flight, Flight::lost);
  EXPECT_EQ(flown.wanted(20), "Nonconforming");
  EXPECT_EQ(flown.wanted(60), "Contingent");
}

TEST(Conformance, OnceThePlanIsOverWhatFliesIsOutsideOfIt) {
  Flown flown;
  flown.take({.second = 3'599, .away_m = inside});
  EXPECT_EQ(flown.wanted(3'599.999), "");
  const Conformity over = flown.conformity(3'600);
  EXPECT_EQ(over.wanted, nonconforming);
  EXPECT_EQ(over.wanted_since, after(3'600));
  EXPECT_EQ(over.outside_since, after(3'600));
  EXPECT_EQ(over.fit, Fit::outside_time);
  flown.take({.second = 3'600.5, .away_m = inside});
  EXPECT_EQ(flown.conformity(3'601).wanted_since, after(3'600));
  flown.set(nonconforming, 3'602);
  EXPECT_EQ(flown.wanted(3'659.9), "");
  EXPECT_EQ(flown.wanted(3'660), "Contingent");
}

TEST(Conformance, ThePlanIsOverForALostFlightToo) {
  Flown flown;
  flown.take({.second = 1'000, .away_m = inside});
  EXPECT_EQ(flown.wanted(3'599), "");
  EXPECT_EQ(flown.wanted(3'600), "Nonconforming");
  EXPECT_EQ(flown.conformity(3'600).flight, Flight::lost);
}

TEST(Conformance, WhatHasLandedIsNeitherOutsideNorLost) {
  Flown flown;
  flown.take({.second = 0, .away_m = outside});
  flown.take({.second = 5, .away_m = outside, .airborne = false});
  const Conformity landed = flown.conformity(10'000);
  EXPECT_EQ(landed.flight, Flight::not_flying);
  EXPECT_EQ(landed.wanted, std::nullopt);
  EXPECT_EQ(landed.outside_since, std::nullopt);
  flown.set(nonconforming, 10'001);
  EXPECT_EQ(flown.wanted(20'000), "") << "the intent is to be ended";
}

TEST(Conformance, BeforeItsActivationAFlightMaySendFromAnywhereOnTheGround) {
  Flown flown(accepted);
  flown.take({.second = 0, .away_m = outside});
  EXPECT_EQ(flown.conformity(1).flight, Flight::not_flying);
  EXPECT_EQ(flown.wanted(100), "");
  flown.set(activated, 100);
  EXPECT_EQ(flown.conformity(100).flight, Flight::not_heard) << "what came before was not judged";
  EXPECT_EQ(flown.wanted(200), "");
}

TEST(Conformance, AFlightThatSaysThatItFliesIsToBeActivatedOrNonconforming) {
  Flown flown(accepted);
  flown.take({.second = 1, .away_m = inside, .airborne = true});
  EXPECT_EQ(flown.wanted(1), "Activated");
  flown.take({.second = 2, .away_m = outside, .airborne = true});
  EXPECT_EQ(flown.wanted(2), "Nonconforming");
  flown.set(nonconforming, 3);
  EXPECT_EQ(flown.wanted(61.9), "");
  EXPECT_EQ(flown.wanted(62), "Contingent");
}

TEST(Conformance, ANewPlanJudgesThePositionsThatFollowIt) {
  Flown flown;
  flown.take({.second = 10, .away_m = outside});
  std::vector<Volume> wider{{circle(middle, 3'000), 400, 600, {after(11), after(3'600)}}};
  flown.monitor.set_flight(wider, activated, after(11));
  EXPECT_EQ(flown.wanted(11), "Nonconforming");
  flown.take({.second = 12, .away_m = outside});
  EXPECT_EQ(flown.wanted(12), "");
  flown.monitor.set_flight({}, activated, after(13));
  EXPECT_EQ(flown.wanted(13), "Nonconforming") << "without volumes every plan is over";
  EXPECT_EQ(flown.wanted(72.9), "Nonconforming");
  EXPECT_EQ(flown.wanted(73), "Contingent");
}

// What the machine wants the DSS takes: "from, to" as in Dss.StatesFollowEachOtherAsTheStandardHasIt.
TEST(Conformance, WantsOnlyWhatTheDssTakes) {
  const std::vector<std::string> allowed{"1111", "1111", "0111", "0001"};
  Random random(32);
  std::vector<int> asked(4);
  for (int n = 0; n < 2'000; ++n) {
    IntentState state = accepted;
    ConformanceMonitor monitor;
    monitor.set_flight(plan_of_an_hour(), state, noon);
    for (double second = 3'500; second < 3'700; second += random.uniform(0.1, 15)) {
      if (random.chance(0.7)) {
        (void)monitor.take(position({.second = second, .away_m = random.uniform(800, 1'200), .accuracy_m = 50,
                                     .airborne = random.chance(0.3) ? std::nullopt : std::optional(random.chance(0.9))}),
                           after(second + 0.05));
      }
      if (random.chance(0.01)) monitor.declare_contingent(after(second));
      const Conformity found = monitor.conformity(after(second));
      if (found.wanted) {
        ASSERT_LE(found.wanted_since, after(second + 0.05));
        ASSERT_NE(*found.wanted, state);
        ASSERT_EQ(allowed[static_cast<std::size_t>(state)][static_cast<std::size_t>(*found.wanted)], '1');
        ++asked[static_cast<std::size_t>(*found.wanted)];
        if (random.chance(0.3)) monitor.set_flight(plan_of_an_hour(), state = *found.wanted, after(second));
      } else if (state == accepted && random.chance(0.3)) {
        monitor.set_flight(plan_of_an_hour(), state = activated, after(second));
      }
    }
  }
  EXPECT_EQ(asked[0], 0);
  for (std::size_t k = 1; k < 4; ++k) EXPECT_GT(asked[k], 200);
}

// Telemetry that is not as it should be.

TEST(Conformance, DuplicatesAndWhatIsLateAreRefusedAndCounted) {
  Flown flown;
  flown.take({.second = 10, .away_m = inside});
  const auto again = flown.monitor.take(position({.second = 10, .away_m = outside}), after(10));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "time_measured: a position of this time was taken before");
  const auto late = flown.monitor.take(position({.second = 9, .away_m = outside}), after(10));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "time_measured: a later position was taken before");
  const auto old = flown.monitor.take(position({.second = -3'591}), after(10));
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().message, "time_measured: 2026-12-01T11:00:09.000Z is more than an hour ago");
  EXPECT_EQ(flown.wanted(10), "");
  EXPECT_EQ(flown.monitor.counts().duplicate, 1u);
  EXPECT_EQ(flown.monitor.counts().late, 2u);
  EXPECT_EQ(flown.monitor.counts().positions, 1u);
}

TEST(Conformance, AClockMayBeFiveSecondsFastAndItsTimesCountAsNow) {
  Flown flown;
  const auto early = flown.monitor.take(position({.second = 5.1}), after(0));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().message, "time_measured: 2026-12-01T12:00:05.100Z is more than 5 s in the future; set the clock");
  EXPECT_EQ(flown.monitor.counts().early, 1u);
  ASSERT_TRUE(flown.monitor.take(position({.second = 5, .away_m = outside}), after(0)));
  EXPECT_EQ(flown.conformity(0).outside_since, after(0));
  EXPECT_EQ(flown.conformity(10).flight, Flight::lost) << "ten seconds after it came";
  EXPECT_EQ(flown.wanted(60), "Contingent");
  EXPECT_FALSE(flown.monitor.take(position({.second = 4.9, .away_m = inside}), after(1))) << "in the order of their own times";
}

TEST(Conformance, WhatCannotBeIsRefusedAndJudgesNothing) {
  Flown flown;
  flown.take({.second = 0, .away_m = inside});
  std::vector<MeasuredPosition> absurd(6, position({.second = 1, .away_m = outside}));
  absurd[0].place.lat_deg = std::numeric_limits<double>::quiet_NaN();
  absurd[1].place.lon_deg = 540;
  absurd[2].altitude_m = 1e9;
  absurd[3].altitude_m.reset();
  absurd[4].accuracy = metres(std::numeric_limits<double>::infinity());
  absurd[5].ground_speed = metres_per_second(-1);
  for (const MeasuredPosition& p : absurd) EXPECT_FALSE(flown.monitor.take(p, after(1)));
  EXPECT_EQ(flown.monitor.take(absurd[3], after(1)).error().message, "altitude: is missing; without it nobody knows whether the flight is in its volumes");
  EXPECT_EQ(flown.monitor.counts().absurd, 7u);
  EXPECT_EQ(flown.wanted(1), "");
  EXPECT_EQ(flown.conformity(1).last_heard, after(0));
  MeasuredPosition ages = position({});
  ages.measured_at = Time::min();
  EXPECT_FALSE(flown.monitor.take(ages, after(1)));
  ages.measured_at = Time::max();
  EXPECT_FALSE(flown.monitor.take(ages, after(1)));
}

TEST(Conformance, ATickThatGoesBackChangesNothing) {
  Flown flown;
  flown.take({.second = 10, .away_m = inside});
  flown.take({.second = 20, .away_m = inside});
  EXPECT_EQ(flown.conformity(5).last_heard, after(20));
  EXPECT_EQ(flown.conformity(5).flight, Flight::heard);
}

// Counts.

TEST(Conformance, CountsTimesAndExcursions) {
  Flown flown;
  flown.take_each_second(0, 100, inside);
  flown.take_each_second(101, 110, outside);   // ten seconds to the first position back inside
  flown.take_each_second(111, 120, inside);
  flown.take_each_second(121, 131, outside);   // eleven
  flown.take_each_second(132, 200, inside);
  const ConformanceCounts& counts = flown.monitor.counts();
  EXPECT_EQ(counts.flown, seconds(200));
  EXPECT_EQ(counts.inside, seconds(179));
  EXPECT_EQ(counts.unheard, Duration{});
  EXPECT_EQ(counts.excursions, 2u);
  EXPECT_EQ(counts.long_excursions, 1u);
  EXPECT_EQ(counts.longest_excursion, seconds(11));
  EXPECT_EQ(counts.positions, 201u);
  EXPECT_DOUBLE_EQ(share_inside(counts), 179.0 / 200);
  EXPECT_DOUBLE_EQ(excursions_per_hour(counts), 2) << "of an hour at least";
  EXPECT_FALSE(within_standard(counts));
}

TEST(Conformance, WhatWasNotHeardCountsForTenSeconds) {
  Flown flown;
  flown.take({.second = 0, .away_m = inside});
  flown.take({.second = 100, .away_m = outside});
  flown.take({.second = 150, .away_m = outside, .airborne = false});
  flown.take({.second = 500, .away_m = outside, .airborne = false});
  EXPECT_EQ(flown.monitor.counts().flown, seconds(20));
  EXPECT_EQ(flown.monitor.counts().inside, seconds(10));
  EXPECT_EQ(flown.monitor.counts().unheard, seconds(130));
  EXPECT_EQ(flown.monitor.counts().longest_excursion, seconds(50));
}

TEST(Conformance, TheStandardsLimitsAreOfFlightsAddedUp) {
  ConformanceCounts one{.flown = std::chrono::hours(1), .inside = minutes(57), .longest_excursion = seconds(10), .excursions = 18};
  EXPECT_TRUE(within_standard(one));
  ConformanceCounts bad = one;
  bad.inside -= seconds(1);
  EXPECT_FALSE(within_standard(bad));
  bad = one, bad.excursions = 19;
  EXPECT_FALSE(within_standard(bad));
  bad += ConformanceCounts{.flown = std::chrono::hours(1), .inside = std::chrono::hours(1), .longest_excursion = seconds(3), .excursions = 17};
  EXPECT_TRUE(within_standard(bad));
  EXPECT_EQ(bad.longest_excursion, seconds(10));
  EXPECT_EQ(bad.flown, std::chrono::hours(2));
  EXPECT_TRUE(within_standard({}));
}

// The counts by looking at all positions again, and what is wanted by looking at what they say.
TEST(Conformance, CountsAsOneWhoLooksAtAllPositionsAgain) {
  Random random(33);
  for (int n = 0; n < 300; ++n) {
    Flown flown;
    std::vector<std::pair<double, Fit>> track;
    for (double second = 0; second < 300; second += random.chance(0.05) ? random.uniform(5, 30) : random.uniform(0.5, 1.5)) {
      const Measured m{.second = std::round(second * 1'000) / 1'000, .away_m = random.chance(0.8) ? inside : random.uniform(950, 1'050), .accuracy_m = 20};
      flown.take(m);
      track.push_back({m.second, m.away_m < 1'000 ? Fit::inside : m.away_m < 1'020 ? Fit::doubtful : Fit::outside_area});
    }
    double total = 0, within = 0, longest = 0, began = -1;
    std::uint64_t excursions = 0, longer = 0;
    for (std::size_t k = 0; k < track.size(); ++k) {
      const auto [second, fit] = track[k];
      if (began >= 0) longest = std::max(longest, second - began);
      const bool ends = fit == Fit::inside && began >= 0;
      if (began >= 0 && (ends || k + 1 == track.size()) && second - began > 10) ++longer;
      if (ends) began = -1;
      if (is_outside(fit) && began < 0) began = second, ++excursions;
      if (k + 1 == track.size()) break;
      const double known = std::min(10.0, track[k + 1].first - second);
      total += known;
      if (began < 0) within += known;
    }
    const ConformanceCounts& counts = flown.monitor.counts();
    ASSERT_NEAR(to_seconds(counts.flown), total, 1e-6) << n;
    ASSERT_NEAR(to_seconds(counts.inside), within, 1e-6) << n;
    ASSERT_NEAR(to_seconds(counts.longest_excursion), longest, 1e-6) << n;
    ASSERT_EQ(counts.excursions, excursions) << n;
    ASSERT_EQ(counts.long_excursions, longer) << n;
    ASSERT_EQ(flown.wanted(track.back().first), began < 0 ? "" : track.back().first - began < 60 ? "Nonconforming" : "Contingent") << n;
  }
}

}  // namespace
}  // namespace skypact::plan
