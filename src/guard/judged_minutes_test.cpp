// Which pairs are judged after each minute, and that it follows from the reports alone.

#include "guard/judged_minutes.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/random.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;

std::shared_ptr<const Agreed> agreed(double nm = 5, double ft = 1000) {
  Agreed a{.parties = parties(), .versions = {AgreedVersion{}}};
  a.versions[0].minima = {.version = "corridor v3", .valid = always, .clauses = {}, .fallback = Minima{nautical_miles(nm), feet_of_height(ft)}};
  return std::make_shared<const Agreed>(a);
}

struct Seen {
  std::vector<Flight> flights;
  double from = 0, to = 200;             // seconds after the start
  double every = 0.5;
  std::vector<Alert> open{};
  std::function<bool(const Flight& f, double t)> heard = [](const Flight&, double) { return true; };
  std::function<void(Track&, double)> change = [](Track&, double) {};
  double offset_of_ticks = 0;
};

std::vector<JudgedPair> judge_all(const Seen& run, const std::shared_ptr<const Agreed>& by = agreed()) {
  JudgedMinutes minutes;
  std::vector<JudgedPair> all;
  double next_tick = run.from + run.offset_of_ticks;
  for (double t = run.from; t <= run.to; t += run.every) {
    for (const Flight& f : run.flights) {
      if (!run.heard(f, t)) continue;
      Track track = track_of(f, t);
      run.change(track, t);
      minutes.see(track);
    }
    if (t < next_tick) continue;
    next_tick += 1;
    minutes.see(run.open, start + from_seconds(t));
    for (JudgedPair& j : minutes.step(start + from_seconds(t), parties(), by)) all.push_back(std::move(j));
  }
  return all;
}

std::vector<Flight> abreast(double apart_nm, double apart_ft = 0) {
  return {{.address = 0x100001, .party = north, .position = at(50, 10), .speed_kt = 420, .track_deg = 0},
          {.address = 0x200002, .party = south, .position = beside(at(50, 10), apart_nm, 0), .speed_kt = 420, .track_deg = 0, .altitude_ft = 30'000 + apart_ft}};
}

Alert alert_of(const std::vector<Flight>& flights, Severity severity) {
  Alert alert;
  alert.id = AlertId{17};
  alert.severity = severity;
  for (const Flight& f : flights) {
    AlertSubject subject;
    subject.address = icao_address(f.address);
    alert.subjects.push_back(subject);
  }
  return alert;
}

TEST(JudgedMinutes, FindEachWholeMinuteOfAPairThatLostTheMinimaLost) {
  const auto judged = judge_all({.flights = abreast(4)});
  ASSERT_EQ(judged.size(), 3u);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const JudgedPair& j = judged[i];
    EXPECT_EQ(j.verdict.finding, Finding::lost);
    EXPECT_EQ(j.input.span.from, start + minutes(static_cast<int>(i)));
    EXPECT_EQ(j.input.span.to - j.input.span.from, minutes(1));
    EXPECT_FALSE(j.alert);
    EXPECT_EQ(j.verdict.horizontal_from.version, "corridor v3");
  }
}

TEST(JudgedMinutes, SayNothingOfWhatWasKeptUnlessItWasAlerted) {
  EXPECT_TRUE(judge_all({.flights = abreast(5.2)}).empty());
  EXPECT_TRUE(judge_all({.flights = abreast(4, 3000)}).empty());
  const auto flights = abreast(5.2);
  EXPECT_TRUE(judge_all({.flights = flights, .open = {alert_of(flights, Severity::advisory)}}).empty());
  const auto judged = judge_all({.flights = flights, .open = {alert_of(flights, Severity::warning)}});
  ASSERT_EQ(judged.size(), 3u);
  EXPECT_EQ(judged[1].verdict.finding, Finding::kept);
  EXPECT_EQ(judged[1].alert, AlertId{17});
}

// The same reports, ticks at other moments, tracks in another order: the same inputs, to the sample.
TEST(JudgedMinutes, FollowFromTheReportsAndNotFromTheTicks) {
  const auto flights = abreast(4);
  Seen one{.flights = flights}, other{.flights = {flights[1], flights[0]}, .offset_of_ticks = 0.5};
  const auto a = judge_all(one), b = judge_all(other);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t side = 0; side < 2; ++side) {
      const auto &x = a[i].input.flights[side], &y = b[i].input.flights[side];
      EXPECT_EQ(x.key, y.key);
      ASSERT_EQ(x.samples.size(), y.samples.size());
      for (std::size_t s = 0; s < x.samples.size(); ++s) {
        EXPECT_EQ(x.samples[s].at, y.samples[s].at);
        EXPECT_EQ(x.samples[s].position, y.samples[s].position);
      }
    }
  }
  // Every two seconds one, and the first of the next minute.
  EXPECT_EQ(a[1].input.flights[0].samples.size(), 31u);
}

// A node that hears more of the same reports than every two seconds takes the same of them.
TEST(JudgedMinutes, TakeTheFirstReportOfEveryTwoSeconds) {
  const auto often = judge_all({.flights = abreast(4), .every = 0.25}), seldom = judge_all({.flights = abreast(4), .every = 1});
  ASSERT_EQ(often.size(), seldom.size());
  EXPECT_EQ(often[0].input.flights[0].samples.size(), seldom[0].input.flights[0].samples.size());
}

TEST(JudgedMinutes, JudgeNoPairOfOnePartyNoneOfStrangersAndNothingOnTheGround) {
  auto flights = abreast(2);
  flights[1].party = north;
  EXPECT_TRUE(judge_all({.flights = flights}).empty());
  flights[1].basis = PartyBasis::callsign;   // a claim
  EXPECT_FALSE(judge_all({.flights = flights}).empty());
  for (Flight& f : flights) f.party = unknown_party, f.basis = PartyBasis::none;
  EXPECT_TRUE(judge_all({.flights = flights}).empty());
  EXPECT_TRUE(judge_all({.flights = abreast(2), .change = [](Track& t, double) { t.on_ground = Sourced<bool>{true, t.position->measured_at, {}, SourceKind::adsb}; }}).empty());
  EXPECT_TRUE(judge_all({.flights = abreast(0.1), .change = [](Track& t, double) { t.possibly_same = {TrackId{0x100001}, TrackId{0x200002}}; }}).empty());
}

TEST(JudgedMinutes, LeaveOpenWhatAGapHidesAndASuspectNeverLoses) {
  const auto gap = judge_all({.flights = abreast(4.999), .heard = [](const Flight&, double t) { return t < 10 || t > 30; }});
  ASSERT_FALSE(gap.empty());
  EXPECT_EQ(gap[0].verdict.finding, Finding::cannot_be_told);
  EXPECT_EQ(gap[0].verdict.doubts.front(), Doubt::not_observed);
  const auto suspect = judge_all({.flights = abreast(4), .change = [](Track& t, double at) { t.suspect = at < 30 ? 1 : 0; }});
  ASSERT_EQ(suspect.size(), 3u);
  EXPECT_EQ(suspect[0].verdict.finding, Finding::cannot_be_told);
  EXPECT_EQ(suspect[1].verdict.finding, Finding::lost);
}

TEST(JudgedMinutes, FindNothingWhereNothingIsAgreedAndAcrossTheAntimeridianWhatIsThere) {
  EXPECT_TRUE(judge_all({.flights = abreast(1)}, std::make_shared<const Agreed>()).empty());
  std::vector<Flight> far{{.address = 0x100001, .party = north, .position = at(10, 179.99), .speed_kt = 0},
                          {.address = 0x200002, .party = south, .position = at(10, -179.99), .speed_kt = 0}};
  EXPECT_EQ(judge_all({.flights = far}).size(), 3u);
}

// Every pair that is lost by judging all of them is among those that the search found.
TEST(JudgedMinutes, MissNoPairThatWasLost) {
  Random random(7);
  std::vector<Flight> flights;
  for (std::uint32_t i = 0; i < 60; ++i) {
    flights.push_back({.address = 0x100000 + i, .party = i % 2 == 0 ? north : south, .position = beside(at(60, 179.9), random.uniform(-22, 22), random.uniform(-22, 22)),
                       .speed_kt = random.uniform(0, 500), .track_deg = random.uniform(0, 360), .altitude_ft = random.uniform(28'000, 31'000)});
  }
  std::set<std::pair<TrackKey, TrackKey>> found, expected;
  for (const JudgedPair& j : judge_all({.flights = flights, .to = 80})) {
    if (j.verdict.finding == Finding::lost) found.emplace(j.input.flights[0].key, j.input.flights[1].key);
  }
  const auto sampled = [](const Flight& f) {
    VerdictFlight flight;
    flight.key = {icao_address(f.address), 1};
    flight.party = f.party;
    flight.aircraft_class = f.aircraft_class;
    for (double t = 0; t <= 60; t += 2) {
      const Track track = track_of(f, t);
      VerdictSample s;
      s.at = track.position->measured_at;
      s.position = track.position->value;
      s.accuracy_mm = 10'000;
      s.pressure = track.pressure_altitude->value;
      s.altitude_error = feet_of_height(100);
      flight.samples.push_back(s);
    }
    return flight;
  };
  for (std::size_t i = 0; i < flights.size(); ++i) {
    for (std::size_t j = i + 1; j < flights.size(); ++j) {
      if (flights[i].party == flights[j].party) continue;
      const auto v = judge({*agreed(), {start, start + minutes(1)}, {sampled(flights[i]), sampled(flights[j])}});
      if (v->finding == Finding::lost) expected.emplace(TrackKey{icao_address(flights[i].address), 1}, TrackKey{icao_address(flights[j].address), 1});
    }
  }
  EXPECT_GT(expected.size(), 5u);
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace skypact::guard
