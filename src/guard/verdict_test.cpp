// The verdict on a pair: never sure where it cannot be, the same from the same reports.

#include "guard/verdict.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>

#include "base/random.h"
#include "geo/motion.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;

Time after(double s) { return start + from_seconds(s); }
constexpr Minima minima(double nm, double ft) { return {nautical_miles(nm), Height::of_tenth_mm(static_cast<std::int64_t>(ft) * 3048)}; }

Agreed agreed(Minima fallback) {
  Agreed a{.parties = parties(), .versions = {AgreedVersion{}}};
  a.versions[0].minima = {.version = "corridor v3", .valid = always, .clauses = {}, .fallback = fallback};
  return a;
}

// Reports every second from 0 to `to`.
VerdictFlight flight(std::uint32_t address, PartyId party, geo::Position from, double speed_kt, double track, double altitude_ft, double rate_fpm = 0,
                     double accuracy_m = 10, double to = 60) {
  VerdictFlight f;
  f.key = {icao_address(address), 1};
  f.party = party;
  f.aircraft_class = AircraftClass::state;
  const auto motion = geo::ground_motion(from, knots(speed_kt), TrueBearing::degrees(track));
  for (double s = 0; s <= to; s += 1) {
    VerdictSample v;
    v.at = after(s);
    v.position = geo::position_after(motion, from_seconds(s));
    v.accuracy_mm = static_cast<std::int32_t>(accuracy_m * 1000);
    v.pressure = PressureAltitude(feet_of_height(altitude_ft + rate_fpm * s / 60));
    v.altitude_error = feet_of_height(25);
    f.samples.push_back(v);
  }
  return f;
}

VerdictInput abreast(double apart_nm, double apart_ft, double accuracy_m = 10) {
  return {agreed(minima(5, 1000)), {after(0), after(60)},
          {flight(1, north, at(50, 10), 420, 0, 30'000, 0, accuracy_m), flight(2, south, beside(at(50, 10), apart_nm, 0), 420, 0, 30'000 + apart_ft, 0, accuracy_m)}};
}

bool has(const Verdict& v, Doubt doubt) { return std::find(v.doubts.begin(), v.doubts.end(), doubt) != v.doubts.end(); }

TEST(Verdict, IsLostKeptOrCannotBeToldByDistanceAndStatedAccuracy) {
  EXPECT_EQ(judge(abreast(4.9, 0))->finding, Finding::lost);
  EXPECT_EQ(judge(abreast(5.1, 0))->finding, Finding::kept);
  EXPECT_EQ(judge(abreast(4.9, 2000))->finding, Finding::kept);
  const auto border = judge(abreast(4.999, 0));
  EXPECT_EQ(border->finding, Finding::cannot_be_told);
  EXPECT_TRUE(has(*border, Doubt::accuracy));
  EXPECT_EQ(judge(abreast(4.9, 0, 200))->finding, Finding::cannot_be_told) << "4.9 NM known to 400 m";
  EXPECT_EQ(judge(abreast(5.1, 0, 200))->finding, Finding::cannot_be_told);
}

TEST(Verdict, NamesClauseVersionMomentAndDistances) {
  const auto v = judge(abreast(4, 0));
  EXPECT_EQ(v->horizontal_from, (MinimaOrigin{"minima.default", "corridor v3"}));
  EXPECT_EQ(v->minima, minima(5, 1000));
  EXPECT_NEAR(v->horizontal->in(nautical_miles), 4, 0.01);
  EXPECT_EQ(v->vertical, Height{});
  EXPECT_LT(v->at, after(1));
}

TEST(Verdict, CountsTheLevelToleranceAndTheAltitudeErrorFromBothSides) {
  // Level: 1000 ft less 200 ft tolerance; each altitude within 25 ft, and what a second may hide.
  EXPECT_EQ(judge(abreast(1, 900))->finding, Finding::kept);
  EXPECT_EQ(judge(abreast(1, 700))->finding, Finding::lost);
  EXPECT_EQ(judge(abreast(1, 810))->finding, Finding::cannot_be_told);
}

TEST(Verdict, CannotBeToldWithoutAltitudesThatCompare) {
  VerdictInput in = abreast(4, 0);
  for (VerdictSample& s : in.flights[1].samples) s.ellipsoid = EllipsoidAltitude(s.pressure->above_datum()), s.pressure.reset();
  const auto v = judge(in);
  EXPECT_EQ(v->finding, Finding::cannot_be_told);
  EXPECT_TRUE(has(*v, Doubt::altitude_unknown));
  in = abreast(6, 0);
  for (VerdictSample& s : in.flights[1].samples) s.pressure.reset();
  EXPECT_EQ(judge(in)->finding, Finding::kept) << "far enough apart whatever the altitude";
}

TEST(Verdict, CannotBeToldOverAGapButALossBesideItStands) {
  VerdictInput in = abreast(6, 0);
  std::erase_if(in.flights[0].samples, [](const VerdictSample& s) { return s.at > after(20) && s.at < after(40); });
  const auto v = judge(in);
  EXPECT_EQ(v->finding, Finding::cannot_be_told);
  EXPECT_EQ(v->doubts, std::vector{Doubt::not_observed});
  VerdictInput lost = abreast(4, 0);
  std::erase_if(lost.flights[0].samples, [](const VerdictSample& s) { return s.at > after(20) && s.at < after(40); });
  EXPECT_EQ(judge(lost)->finding, Finding::lost);
}

TEST(Verdict, IsNeverLostOfASuspectAndOnlyByWhatWouldApplyToAnybodyOfAnUnknown) {
  VerdictInput in = abreast(4, 0);
  in.flights[0].suspect = true;
  EXPECT_EQ(judge(in)->doubts, std::vector{Doubt::suspect});
  in = abreast(4, 0);
  in.agreed.versions[0].minima.clauses = {{"close", {north, {}}, {south, {}}, {}, minima(1, 500)}};
  EXPECT_EQ(judge(in)->finding, Finding::kept);
  in.flights[0].party_known = false;
  const auto v = judge(in);
  EXPECT_EQ(v->finding, Finding::cannot_be_told);
  EXPECT_TRUE(has(*v, Doubt::who));
}

TEST(Verdict, CannotBeToldWhereNothingIsAgreed) {
  VerdictInput in = abreast(0.1, 0);
  in.agreed.versions[0].minima.fallback.reset();
  EXPECT_EQ(judge(in)->doubts, std::vector{Doubt::nothing_agreed});
}

TEST(Verdict, IsByTheVersionInForceThenAndWithinTheClockOffsetByBoth) {
  VerdictInput in = abreast(4, 0);
  AgreedVersion old = in.agreed.versions[0];
  old.minima.version = "corridor v2";
  old.minima.fallback = minima(3, 1000);
  old.minima.valid = {Time::min(), after(30)};
  in.agreed.versions[0].minima.valid = {after(30), Time::max()};
  in.agreed.versions.push_back(old);
  const auto v = judge(in);
  EXPECT_EQ(v->finding, Finding::lost);
  EXPECT_GE(v->at, after(30));
  EXPECT_LT(v->at, after(30.3));
  in.span = {after(0), after(30)};
  EXPECT_EQ(judge(in)->finding, Finding::kept);
  in.agreed.clock_offset = seconds(2);
  const auto near = judge(in);
  EXPECT_EQ(near->finding, Finding::cannot_be_told);
  EXPECT_TRUE(has(*near, Doubt::clocks));
  in.span = {after(0), after(27)};
  EXPECT_EQ(judge(in)->finding, Finding::kept);
}

TEST(Verdict, DoesNotKnowWhichSideOfAnEdgeAnAircraftWas) {
  VerdictInput in = abreast(4, 0, 500);
  // The edge runs along the first aircraft's way.
  in.agreed.versions[0].minima.fallback = minima(1, 1000);
  in.agreed.versions[0].minima.clauses = {{"box", {}, {}, {at(45, 5), at(45, 10), at(55, 10), at(55, 5)}, minima(9, 1000)}};
  const auto v = judge(in);
  EXPECT_EQ(v->finding, Finding::cannot_be_told);
  EXPECT_TRUE(has(*v, Doubt::who));
}

TEST(Verdict, DoesNotDependOnTheOrderOfFlightsSamplesAndTablesNorOnWhatLiesOutside) {
  Random random(7);
  for (const double apart : {4.0, 4.98, 6.0}) {
    const VerdictInput in = abreast(apart, 0);
    const Verdict v = *judge(in);
    VerdictInput other = in;
    std::swap(other.flights[0], other.flights[1]);
    for (VerdictFlight& f : other.flights) {
      for (std::size_t i = f.samples.size(); i > 1; --i) std::swap(f.samples[i - 1], f.samples[random.below(i)]);
      VerdictSample worse = f.samples[3], outside = f.samples[4];
      worse.accuracy_mm += 5000;
      worse.position = at(0, 0);
      outside.at = after(300);
      f.samples.push_back(worse);
      f.samples.push_back(outside);
    }
    AgreedVersion ended = in.agreed.versions[0];
    ended.minima.valid = {Time::min(), after(-100)};
    other.agreed.versions.push_back(ended);
    const Verdict w = *judge(other);
    EXPECT_EQ(v.finding, w.finding);
    EXPECT_EQ(v.at, w.at);
    EXPECT_EQ(v.horizontal, w.horizontal);
    EXPECT_EQ(v.doubts, w.doubts);
  }
}

TEST(Verdict, RefusesASpanThatIsEmptyOrTooLongAndTooManySamples) {
  VerdictInput in = abreast(4, 0);
  in.span = {after(1), after(1)};
  EXPECT_EQ(judge(in).error().code, ErrorCode::bad_input);
  in.span = {after(0), after(0) + VerdictLimits::span + Duration(1)};
  EXPECT_EQ(judge(in).error().code, ErrorCode::over_limit);
  in.span = {after(0), after(1)};
  in.flights[0].samples.resize(VerdictLimits::samples + 1);
  EXPECT_EQ(judge(in).error().code, ErrorCode::over_limit);
}

// ---- The truth by another: flights along geodesics and through turns, sampled finely with GeographicLib; reports with an error within what they
// state. A sure verdict must be true of the truth.

struct Path3 {
  double lat, lon, track, speed_m_s, turn_deg_s, altitude_m, climb_m_s;
};

TEST(Verdict, IsNeverContradictedByTheTrueFlightsAnywhereOnEarth) {
  const auto& earth = GeographicLib::Geodesic::WGS84();
  int sure = 0, lost_count = 0, kept_count = 0;
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    Random random(seed);
    const double places[][2] = {{50, 10}, {89.95, 0}, {-89.97, 77}, {0, 179.98}, {60, -179.99}, {0, 0}};
    const auto& base = places[random.below(6)];
    const double own_accuracy = random.chance(0.3) ? 200 : 15;
    std::array<std::vector<Path3>, 2> truth;   // each 0.05 s
    std::array<VerdictFlight, 2> flights;
    for (std::size_t i = 0; i < 2; ++i) {
      Path3 p{base[0], base[1], random.uniform(0, 360), random.uniform(50, 300), random.chance(0.4) ? random.uniform(-3, 3) : 0, 9000 + (i == 0 ? 0.0 : random.uniform(-500, 500)), random.chance(0.5) ? random.uniform(-10, 10) : 0};
      if (i == 1) {
        double lat, lon;
        earth.Direct(base[0], base[1], random.uniform(0, 360), random.uniform(0, 20'000), lat, lon);
        p.lat = lat, p.lon = lon;
      }
      for (int k = 0; k <= 20 * 40; ++k) {
        truth[i].push_back(p);
        double lat, lon, azimuth;
        earth.Direct(p.lat, p.lon, p.track, p.speed_m_s * 0.05, lat, lon, azimuth);
        p.lat = lat, p.lon = lon, p.track = azimuth + p.turn_deg_s * 0.05, p.altitude_m += p.climb_m_s * 0.05;
      }
      VerdictFlight& f = flights[i];
      f.key = {icao_address(static_cast<std::uint32_t>(i + 1)), 1};
      f.party = i == 0 ? north : south;
      const std::size_t every = 20 * (1 + random.below(3));
      for (std::size_t k = 0; k < truth[i].size(); k += every) {
        double lat, lon;
        earth.Direct(truth[i][k].lat, truth[i][k].lon, random.uniform(0, 360), random.uniform(0, own_accuracy * 0.95), lat, lon);
        VerdictSample s;
        s.at = after(0.05 * static_cast<double>(k));
        s.position = *geo::Position::from_degrees(lat, lon);
        s.accuracy_mm = static_cast<std::int32_t>(own_accuracy * 1000);
        s.pressure = PressureAltitude(metres_of_height(truth[i][k].altitude_m + random.uniform(-7, 7)));
        s.altitude_error = metres_of_height(7.5);
        f.samples.push_back(s);
      }
    }
    Agreed terms = agreed(minima(3, 1000));
    terms.versions[0].minima.level_tolerance = Height{};
    const auto v = judge({terms, {after(0), after(36)}, flights});
    ASSERT_TRUE(v);
    bool lost = false;
    for (std::size_t k = 0; k < 20 * 36; ++k) {
      double distance;
      earth.Inverse(truth[0][k].lat, truth[0][k].lon, truth[1][k].lat, truth[1][k].lon, distance);
      lost = lost || (distance < 3 * 1852 && std::abs(truth[0][k].altitude_m - truth[1][k].altitude_m) < 304.8);
    }
    EXPECT_TRUE(lost || v->finding != Finding::lost) << "seed " << seed;
    EXPECT_TRUE(!lost || v->finding != Finding::kept) << "seed " << seed;
    sure += v->finding != Finding::cannot_be_told;
    lost_count += v->finding == Finding::lost;
    kept_count += v->finding == Finding::kept;
  }
  EXPECT_GT(sure, 150) << "a judge who never says anything is never wrong";
  EXPECT_GT(lost_count, 20);
  EXPECT_GT(kept_count, 20);
}

}  // namespace
}  // namespace skypact::guard
