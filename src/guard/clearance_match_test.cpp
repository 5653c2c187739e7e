#include "guard/clearance_match.h"

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "geo/ellipsoid.h"

namespace skypact::guard {
namespace {

geo::Position place(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }
Time utc(std::string_view text) { return *parse_rfc3339(text); }
VerticalLimit level(double hundreds) { return {VerticalLimit::Reference::pressure, feet_of_height(hundreds * 100)}; }

StandingClearance south() {
  StandingClearance s;
  s.asked_by = "north";
  s.request = "0007/26";
  s.party = "south";
  s.clearance = "0003/26";
  s.call_signs = {"NAF21", "NAF22"};
  s.route = {place(52.5, 5.5), place(52.4, 6.0), place(52.1, 6.7)};
  s.half_width = nautical_miles(5);
  s.times = {utc("2026-11-28T05:30:00Z"), utc("2026-11-28T06:50:00Z")};
  s.levels = {{level(240), level(280)}};
  return s;
}

ClearanceArea around() { return {"south", *Region::circle(place(52.3, 6.0), nautical_miles(200))}; }

ClearanceFlight flight() {
  ClearanceFlight f;
  f.id = 1;
  f.call_sign = "NAF21";
  f.position = place(52.4, 6.0);
  f.at = utc("2026-11-28T06:10:00Z");
  f.pressure = PressureAltitude(feet_of_height(26'000));
  return f;
}

ClearanceBreach breach(const StandingClearance& s, const ClearanceFlight& f) {
  const ClearanceArea area = around();
  const auto found = ClearanceMatcher({s}).match({&area, 1}, {&f, 1});
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? ClearanceBreach::none : found[0].breach;
}

TEST(ClearanceMatch, WhoKeepsToItBreachesNothing) { EXPECT_EQ(breach(south(), flight()), ClearanceBreach::none); }

TEST(ClearanceMatch, WhoHasNoneIsWithout) {
  ClearanceFlight f = flight();
  f.call_sign = "NAF23";
  EXPECT_EQ(breach(south(), f), ClearanceBreach::without);
  f.call_sign = "";
  EXPECT_EQ(breach(south(), f), ClearanceBreach::without);
  StandingClearance elsewhere = south();
  elsewhere.party = "east";
  EXPECT_EQ(breach(elsewhere, flight()), ClearanceBreach::without) << "another party's clearance is none here";
}

TEST(ClearanceMatch, IsKnownByItsAddressWhateverItCallsItself) {
  StandingClearance s = south();
  s.addresses = {"48C1A2"};
  ClearanceFlight f = flight();
  f.call_sign = "XYZ1";
  f.address = "48C1A2";
  EXPECT_EQ(breach(s, f), ClearanceBreach::none);
  f.call_sign = "NAF-2 1";
  f.address = "";
  EXPECT_EQ(breach(s, f), ClearanceBreach::none) << "blanks and hyphens do not count";
  f.address = "400000";
  EXPECT_EQ(breach(s, f), ClearanceBreach::none) << "two call signs, one address: this may be the other one";
  s.call_signs = {"NAF21"};
  EXPECT_EQ(breach(s, f), ClearanceBreach::other_address);
  f.call_sign = "48C1A2";
  f.address = "";
  EXPECT_EQ(breach(s, f), ClearanceBreach::without) << "a call sign is no address";
}

TEST(ClearanceMatch, TimesAreHalfOpen) {
  ClearanceFlight f = flight();
  const StandingClearance s = south();
  f.at = s.times.from - milliseconds(1);
  EXPECT_EQ(breach(s, f), ClearanceBreach::outside_time);
  f.at = s.times.from;
  EXPECT_EQ(breach(s, f), ClearanceBreach::none);
  f.at = s.times.to - milliseconds(1);
  EXPECT_EQ(breach(s, f), ClearanceBreach::none);
  f.at = s.times.to;
  EXPECT_EQ(breach(s, f), ClearanceBreach::outside_time);
}

TEST(ClearanceMatch, LevelsHoldToTheToleranceAndWhatIsNotKnownIsSaid) {
  ClearanceFlight f = flight();
  const auto at = [&](double feet) { return f.pressure = PressureAltitude(feet_of_height(feet)), breach(south(), f); };
  EXPECT_EQ(at(23'700), ClearanceBreach::none);
  EXPECT_EQ(at(23'699), ClearanceBreach::outside_levels);
  EXPECT_EQ(at(28'300), ClearanceBreach::none);
  EXPECT_EQ(at(28'301), ClearanceBreach::outside_levels);
  f.pressure.reset();
  f.sea_level = MeanSeaLevelAltitude(feet_of_height(1'000));
  const ClearanceArea area = around();
  const auto found = ClearanceMatcher({south()}).match({&area, 1}, {&f, 1});
  EXPECT_EQ(found[0].breach, ClearanceBreach::none);
  EXPECT_TRUE(found[0].vertical_unknown);
  StandingClearance narrowed = south();
  narrowed.levels.push_back({level(260), level(260)});
  f = flight();
  EXPECT_EQ(breach(narrowed, f), ClearanceBreach::none);
  f.pressure = PressureAltitude(feet_of_height(27'000));
  EXPECT_EQ(breach(narrowed, f), ClearanceBreach::outside_levels) << "all of them hold";
}

TEST(ClearanceMatch, TheCorridorEndsWhereTheFlightIsCertainlyOutside) {
  ClearanceFlight f = flight();
  f.position = place(52.4 + 5.5 / 60, 6.0);
  EXPECT_EQ(breach(south(), f), ClearanceBreach::outside_corridor);
  f.uncertainty = nautical_miles(1);
  EXPECT_EQ(breach(south(), f), ClearanceBreach::none);
}

TEST(ClearanceMatch, AfterARevocationItHasNoneAndBeforeItHas) {
  StandingClearance s = south();
  s.ended = StandingClearance::Ended::revoked;
  s.ended_from = flight().at;
  EXPECT_EQ(breach(s, flight()), ClearanceBreach::after_end);
  s.ended_from = flight().at + milliseconds(1);
  EXPECT_EQ(breach(s, flight()), ClearanceBreach::none);
}

TEST(ClearanceMatch, OfSeveralTheOneThatIsKeptBestCounts) {
  StandingClearance early = south(), ended = south();
  early.times.to = early.times.from + minutes(1);
  ended.ended = StandingClearance::Ended::withdrawn;
  ended.ended_from = ended.times.from;
  const ClearanceArea area = around();
  const ClearanceFlight f = flight();
  const auto one = [&](std::vector<StandingClearance> all) { return ClearanceMatcher(std::move(all)).match({&area, 1}, {&f, 1})[0]; };
  EXPECT_EQ(one({ended, early}).breach, ClearanceBreach::outside_time);
  EXPECT_EQ(one({ended, early}).clearance, 1u);
  EXPECT_EQ(one({ended, early, south()}).breach, ClearanceBreach::none);
  EXPECT_EQ(one({ended, early, south()}).clearance, 2u);
}

TEST(ClearanceMatch, WhoIsNotInTheAreaNeedsNone) {
  ClearanceFlight f = flight();
  f.call_sign = "OTHER";
  ClearanceArea area = around();
  area.floor = level(270);
  EXPECT_TRUE(ClearanceMatcher({}).match({&area, 1}, {&f, 1}).empty()) << "it is below";
  f.pressure.reset();
  EXPECT_EQ(ClearanceMatcher({}).match({&area, 1}, {&f, 1}).size(), 1u) << "it may be inside";
  f.position = place(40, 6);
  EXPECT_TRUE(ClearanceMatcher({}).match({&area, 1}, {&f, 1}).empty());
}

// ---- The twin: every clearance for every flight, distances by GeographicLib.

const GeographicLib::Geodesic& earth() { return GeographicLib::Geodesic::WGS84(); }

double apart(geo::Position a, geo::Position b) {
  double metres_apart = 0;
  earth().Inverse(a.lat_degrees(), a.lon_degrees(), b.lat_degrees(), b.lon_degrees(), metres_apart);
  return metres_apart;
}

// Of a place from the geodesic between two: sampled, then narrowed.
double truth(geo::Position from, geo::Position to, geo::Position p) {
  const auto line = earth().InverseLine(from.lat_degrees(), from.lon_degrees(), to.lat_degrees(), to.lon_degrees());
  const auto at = [&](double s) {
    double lat = 0, lon = 0, d = 0;
    line.Position(s, lat, lon);
    earth().Inverse(p.lat_degrees(), p.lon_degrees(), lat, lon, d);
    return d;
  };
  const double length = line.Distance();
  constexpr int steps = 60;
  int best = 0;
  for (int i = 1; i <= steps; ++i) {
    if (at(length * i / steps) < at(length * best / steps)) best = i;
  }
  double low = length * std::max(best - 1, 0) / steps, high = length * std::min(best + 1, steps) / steps;
  for (int i = 0; i < 100 && high - low > 1e-3; ++i) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    if (at(a) < at(b)) high = b;
    else low = a;
  }
  return at((low + high) / 2);
}

double truth(const std::vector<geo::Position>& line, geo::Position p) {
  double least = apart(line[0], p);
  for (std::size_t i = 1; i < line.size(); ++i) least = std::min(least, truth(line[i - 1], line[i], p));
  return least;
}

TEST(ClearanceMatch, TheDistanceFromTheRouteIsThatOfGeographicLib) {
  Random random(1);
  for (int k = 0; k < 300; ++k) {
    StandingClearance s = south();
    const double lat = random.uniform(-85, 85), lon = random.uniform(-180, 180), size = random.uniform(0.05, 4);
    const auto near = [&](double reach) { return *geo::Position::from_degrees(std::clamp(lat + random.uniform(-reach, reach), -89.9, 89.9), lon + random.uniform(-reach, reach)); };
    s.route = {near(size), near(size), near(size), near(size)};
    ClearanceFlight f = flight();
    f.position = near(size);
    const ClearanceArea area{"south", *Region::circle(f.position, nautical_miles(1))};
    const auto found = ClearanceMatcher({s}).match({&area, 1}, {&f, 1});
    ASSERT_EQ(found.size(), 1u);
    const double expected = truth(s.route, f.position);
    if (expected > 185'200) continue;
    EXPECT_NEAR(found[0].from_route.in(metres), expected, 1) << k;
  }
}

TEST(ClearanceMatch, FindsWhatATwinFindsThatLooksAtEveryPair) {
  Random random(2);
  std::size_t seen[clearance_breaches] = {};
  for (int round = 0; round < 40; ++round) {
    const double lat = random.uniform(-80, 80), lon = random.uniform(-180, 180);
    const auto near = [&] { return *geo::Position::from_degrees(lat + random.uniform(-0.5, 0.5), lon + random.uniform(-0.5, 0.5)); };
    const char* const parties[] = {"south", "east"};
    std::vector<StandingClearance> all;
    for (int i = 0; i < 30; ++i) {
      StandingClearance s = south();
      s.party = parties[random.below(2)];
      s.call_signs = {"NAF" + std::to_string(random.below(12))};
      if (random.chance(0.5)) s.addresses = {"48C1A" + std::to_string(random.below(10))};
      s.route = {near(), near(), near()};
      s.half_width = nautical_miles(random.uniform(1, 20));
      s.times.from = flight().at - minutes(static_cast<int>(random.below(40)) - 8);
      s.times.to = s.times.from + minutes(40);
      if (random.chance(0.2)) s.ended = StandingClearance::Ended::revoked, s.ended_from = flight().at + minutes(static_cast<int>(random.below(10)) - 5);
      all.push_back(s);
    }
    std::vector<ClearanceFlight> flights;
    for (std::uint64_t i = 0; i < 40; ++i) {
      ClearanceFlight f = flight();
      f.id = i;
      f.call_sign = "NAF" + std::to_string(random.below(14));
      if (random.chance(0.5)) f.address = "48C1A" + std::to_string(random.below(10));
      f.position = near();
      f.pressure = PressureAltitude(feet_of_height(random.uniform(22'000, 30'000)));
      if (random.chance(0.1)) f.pressure.reset();
      flights.push_back(f);
    }
    const std::vector<ClearanceArea> areas{{"south", *Region::circle(near(), nautical_miles(30))}, {"east", *Region::circle(near(), nautical_miles(30))}};
    const auto found = ClearanceMatcher(all).match(areas, flights);
    std::size_t next = 0;
    for (const ClearanceArea& area : areas) {
      for (const ClearanceFlight& f : flights) {
        if (!area.region.contains(geo::place_of(f.position))) continue;
        ASSERT_LT(next, found.size());
        const ClearanceFinding& one = found[next++];
        ASSERT_EQ(one.flight, f.id);
        ASSERT_EQ(one.party, area.party);
        ClearanceBreach best = ClearanceBreach::without;
        bool close = false;   // to a boundary, where rounding decides
        for (const StandingClearance& s : all) {
          const bool by_address = !f.address.empty() && std::find(s.addresses.begin(), s.addresses.end(), f.address) != s.addresses.end();
          if (s.party != area.party || (!by_address && s.call_signs[0] != f.call_sign)) continue;
          const double distance = truth(s.route, f.position);
          close = close || std::abs(distance - s.half_width.in(metres)) < 2;
          ClearanceBreach gravest = ClearanceBreach::none;
          if (f.at < s.times.from || f.at >= s.times.to) gravest = ClearanceBreach::outside_time;
          if (f.pressure && (f.pressure->in_feet() < 23'700 || f.pressure->in_feet() > 28'300)) gravest = ClearanceBreach::outside_levels;
          if (distance > s.half_width.in(metres)) gravest = ClearanceBreach::outside_corridor;
          if (!f.address.empty() && !s.addresses.empty() && !by_address) gravest = ClearanceBreach::other_address;
          if (s.ended_from && *s.ended_from <= f.at) gravest = ClearanceBreach::after_end;
          best = std::min(best, gravest);
        }
        if (close) continue;
        EXPECT_EQ(to_string(one.breach), to_string(best)) << round << " " << f.id;
        ++seen[static_cast<std::size_t>(best)];
      }
    }
    ASSERT_EQ(next, found.size());
  }
  for (const std::size_t count : seen) EXPECT_GT(count, 5u) << "each kind occurs";
}

}  // namespace
}  // namespace skypact::guard
