#include "guard/encounter.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;

std::optional<Encounter> verdict(const Track& a, const Track& b, const Rules& r, JudgeOptions options = {minutes(20), false}) {
  const MinimaTable minima(r);
  const auto one = body_of(a, start), other = body_of(b, start);
  if (!one || !other) return std::nullopt;
  return judge(*one, *other, {r, minima, {nullptr, r.qnh, r.geoid_undulation}, start}, options);
}
std::optional<Encounter> verdict(const std::vector<Flight>& f, const Rules& r, JudgeOptions options = {minutes(20), false}) {
  return verdict(track_of(f[0], 0), track_of(f[1], 0), r, options);
}

TEST(Encounter, DoesNotAlertTwoLevelledAThousandFeetApartThatReportNineHundred) {
  const Rules r = *rules();
  for (const double reported : {1000.0, 975.0, 925.0, 900.0}) EXPECT_FALSE(verdict(head_on(60, reported), r)) << reported;
}

TEST(Encounter, AlertsATrueBust) {
  const Rules r = *rules();
  for (const double reported : {790.0, 700.0, 0.0, -700.0}) EXPECT_TRUE(verdict(head_on(60, reported), r)) << reported;
}

TEST(Encounter, AppliesTheLevelToleranceOnlyWhenBothAreLevel) {
  Rules r = *rules();
  auto flights = head_on(60, 900);
  flights[1].rate_fpm = 300;  // climbs away, but is not level
  flights[1].altitude_ft = *flights[0].altitude_ft + 300;
  EXPECT_TRUE(verdict(flights, r));
  auto level = head_on(60, 900);
  EXPECT_FALSE(verdict(level, r));
  r.level_tolerance = feet_of_height(0);
  EXPECT_TRUE(verdict(level, r));
}

TEST(Encounter, TakesAtMostAFifthOfASmallMinimumForTolerance) {
  EXPECT_EQ(level_tolerance(feet_of_height(1000), feet_of_height(200)), feet_of_height(200));
  EXPECT_EQ(level_tolerance(feet_of_height(150), feet_of_height(200)), feet_of_height(30));
}

TEST(Encounter, TakesTheNoiseOfLevelFlightForLevel) {
  const Rules r = *rules();
  auto flights = head_on(600, 1000);
  flights[0].rate_fpm = 64;
  flights[1].rate_fpm = -64;
  EXPECT_FALSE(verdict(flights, r));
}

TEST(Encounter, AddsThePositionUncertaintyOfBoth) {
  const Rules r = *rules();
  std::vector<Flight> flights{{.address = 1, .party = north, .position = at(50, 10)}, {.address = 2, .party = south, .position = beside(at(50, 10), 5.1, 0)}};
  Track a = track_of(flights[0], 0), b = track_of(flights[1], 0);
  EXPECT_FALSE(verdict(a, b, r));
  a.accuracy = b.accuracy = metres(150);
  EXPECT_TRUE(verdict(a, b, r));
}

TEST(Encounter, CountsTheErrorBoundOfAConversionAgainstTheSeparation) {
  Rules r = *rules();
  r.qnh = hectopascal(1013.25);
  auto flights = head_on(60, 1000);
  Track a = track_of(flights[0], 0), b = track_of(flights[1], 0);
  b.sea_level_altitude = Sourced<MeanSeaLevelAltitude>{MeanSeaLevelAltitude(feet_of_height(31'000)), start, {}, SourceKind::report};
  b.pressure_altitude.reset();
  const auto e = verdict(a, b, r);
  ASSERT_TRUE(e) << "1000 ft nominally, less the bound";
  EXPECT_GT(e->vertical_error, feet_of_height(0));
  r.qnh.reset();
  const auto unknown = verdict(a, b, r);
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(unknown->vertical_now) << "without QNH the vertical separation is unknown";
}

TEST(Encounter, IsRaisedByTheTurnAlone) {
  const Rules r = *rules();
  // Two abreast at 8 NM on parallel tracks; the southern one turns left, towards the other.
  std::vector<Flight> flights{{.address = 1, .party = north, .position = at(50, 10), .speed_kt = 400, .track_deg = 90},
                              {.address = 2, .party = south, .position = beside(at(50, 10), 0, -8), .speed_kt = 400, .track_deg = 90}};
  EXPECT_FALSE(verdict(flights, r, {seconds(120), false}));
  flights[1].turn_deg_s = -1.5;
  const auto e = verdict(flights, r, {seconds(120), false});
  ASSERT_TRUE(e);
  EXPECT_TRUE(e->by_turn);
  flights[1].turn_deg_s = 1.5;
  EXPECT_FALSE(verdict(flights, r, {seconds(120), false})) << "away from the other";
}

TEST(Encounter, StillJudgesTheStraightLineOfAnAircraftThatTurns) {
  const Rules r = *rules();
  auto flights = head_on(80);
  flights[0].turn_deg_s = 3;
  EXPECT_TRUE(verdict(flights, r, {seconds(120), false}));
}

Sourced<SelectedAltitude> selected(double ft, std::optional<double> qnh) {
  SelectedAltitude s;
  s.value = feet_of_height(ft);
  if (qnh) s.baro_setting = hectopascal(*qnh);
  return {s, start - seconds(3), {}, SourceKind::adsb};
}

// Climbs 1500 ft/min through the other's level, which is 4000 ft higher: lost from about 120 s on.
std::vector<Flight> climbing(double meet_s) {
  auto f = head_on(meet_s, 0);
  f[0].altitude_ft = 26'000;
  f[0].rate_fpm = 1500;
  return f;
}

TEST(Encounter, IsLoweredWhereTheClimbWillStopAtTheSelectedLevel) {
  Rules r = *rules();
  r.warning_look_ahead = seconds(300);
  const auto flights = climbing(200);
  Track a = track_of(flights[0], 0), b = track_of(flights[1], 0);
  const auto plain = verdict(a, b, r);
  ASSERT_TRUE(plain);
  ASSERT_GT(plain->t_in, warning_time);
  EXPECT_EQ(plain->severity, Severity::caution);
  a.selected_altitude = selected(29'000, 1013.25);
  const auto lowered = verdict(a, b, r);
  ASSERT_TRUE(lowered) << "lowered, not hidden";
  EXPECT_EQ(lowered->severity, Severity::advisory);
  EXPECT_EQ(lowered->intent, LevelIntent::levels_off);
  a.selected_altitude = selected(29'000, std::nullopt);
  EXPECT_EQ(verdict(a, b, r)->severity, Severity::caution) << "not used without the baro setting";
  a.selected_altitude = selected(30'000, 1013.25);
  EXPECT_EQ(verdict(a, b, r)->severity, Severity::caution) << "levelling off there does not help";
  a.selected_altitude = selected(29'000, 1040);
  EXPECT_EQ(verdict(a, b, r)->severity, Severity::advisory) << "1040 hPa puts that level lower still";
  a.selected_altitude = selected(29'000, 980);
  EXPECT_EQ(verdict(a, b, r)->severity, Severity::caution) << "980 hPa puts it 900 ft higher, into the other's minima";
  a.selected_altitude = selected(29'000, 1013.25);
  a.selected_altitude->measured_at = start - selected_altitude_valid - seconds(1);
  EXPECT_EQ(verdict(a, b, r)->severity, Severity::caution) << "too old";
}

TEST(Encounter, IsNotMovedByASelectedLevelWithinSixtySeconds) {
  const Rules r = *rules();
  auto flights = climbing(70);
  flights[0].altitude_ft = 28'500;
  Track a = track_of(flights[0], 0), b = track_of(flights[1], 0);
  const auto plain = verdict(a, b, r);
  ASSERT_TRUE(plain);
  ASSERT_LE(plain->t_in, warning_time);
  a.selected_altitude = selected(29'000, 1013.25);
  EXPECT_EQ(verdict(a, b, r)->severity, plain->severity);
  a.selected_altitude = selected(28'000, 1013.25);
  EXPECT_EQ(verdict(a, b, r)->severity, plain->severity);
}

TEST(Encounter, IsRaisedForAnAircraftThatBustsItsSelectedLevel) {
  Rules r = *rules();
  r.warning_look_ahead = seconds(300);
  const auto flights = climbing(200);
  Track a = track_of(flights[0], 0), b = track_of(flights[1], 0);
  a.selected_altitude = selected(25'000, 1013.25);  // a thousand feet below it, and it climbs on
  const auto e = verdict(a, b, r);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->intent, LevelIntent::busts);
  EXPECT_EQ(e->severity, Severity::warning);
}

TEST(Encounter, IsHeldByLargerMinimaWhileItsAlertIsOpen) {
  const Rules r = *rules();
  const std::vector<Flight> flights{{.address = 1, .party = north, .position = at(50, 10)}, {.address = 2, .party = south, .position = beside(at(50, 10), 5.3, 0)}};
  EXPECT_FALSE(verdict(flights, r, {seconds(120), false}));
  EXPECT_TRUE(verdict(flights, r, {seconds(120), true}));
}

TEST(Encounter, AgreesWithSamplingTheStraightLine) {
  Rules r = *rules();
  r.minima = {{"box", {}, {}, {at(49.9, 9.8), at(49.9, 10.1), at(50.2, 10.1), at(50.2, 9.8)}, {nautical_miles(8), feet_of_height(2000)}}};
  const MinimaTable minima(r);
  Random random(21);
  int found = 0, clear = 0;
  for (int n = 0; n < 1500; ++n) {
    std::vector<Flight> f;
    for (std::uint32_t i = 0; i < 2; ++i) {
      f.push_back({.address = i + 1, .party = i == 0 ? north : south, .position = at(random.uniform(49.5, 50.5), random.uniform(9.3, 10.7)), .speed_kt = random.uniform(0, 550),
                   .track_deg = random.uniform(0, 360), .altitude_ft = random.uniform(20'000, 23'000), .rate_fpm = random.chance(0.5) ? 0 : random.uniform(-3000, 3000)});
    }
    const auto a = *body_of(track_of(f[0], 0), start), b = *body_of(track_of(f[1], 0), start);
    const auto pair = minima.of(a.side, b.side);
    double first = -1;
    bool near_miss = false;
    for (double t = 0; t < 300; t += 0.25) {
      const auto pa = geo::after(a.ground, t).place, pb = geo::after(b.ground, t).place;
      const Required q = minima.at(pair, pa, pb);
      const double horizontal = geo::surface_length_of_chord(norm(pa - pb)) - a.uncertainty().in(metres) - b.uncertainty().in(metres);
      const double rate = a.rate().in_feet_per_minute() - b.rate().in_feet_per_minute();
      const double vertical = std::abs(*f[0].altitude_ft - *f[1].altitude_ft + rate * t / 60);
      double limit = q.minima.vertical.in_feet() + (a.state.altitude_uncertainty + b.state.altitude_uncertainty).in_feet();
      if (a.level && b.level) limit -= 200;
      const double dh = horizontal - q.minima.horizontal.in(metres), dv = vertical - limit;
      if (dh < 0 && dv < 0 && first < 0) first = t;
      if ((std::abs(dh) < 200 && dv < 20) || (std::abs(dv) < 20 && dh < 200)) near_miss = near_miss || first < 0;
    }
    const auto e = verdict(f, r, {seconds(300), false});
    if (first >= 0) {
      if (e) {
        EXPECT_NEAR(to_seconds(e->t_in), first, 0.8) << n;
      }
      EXPECT_TRUE(e || near_miss) << n;
      ++found;
    } else {
      EXPECT_TRUE(!e || near_miss) << n;
      ++clear;
    }
  }
  EXPECT_GT(found, 25);
  EXPECT_GT(clear, 50);
}

}  // namespace
}  // namespace skypact::guard
