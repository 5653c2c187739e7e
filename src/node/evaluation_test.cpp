// Evaluation: encounters made by hand, and alerts as a watch might have given them.

#include "node/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");

// An aircraft on the equator of its own little world: miles east of 0° at `t` seconds, on its latitude.
struct Actor {
  double lat_deg = 0;
  std::function<double(double)> east_nm;
  std::optional<double> altitude_ft = 30'000.0;
  std::uint16_t party = 0;
  std::vector<TrackId> possibly_same = {};
};
TrackId id_of(std::size_t i) { return TrackId{static_cast<std::uint32_t>(i + 1)}; }
Address address_of(std::size_t i) { return icao_address(static_cast<std::uint32_t>(0x100 + i)); }

struct Said {   // an alert from..to seconds, for actors one and other
  std::size_t one, other;
  int from, to;
  Severity severity = Severity::warning;
};

class Stage {
 public:
  Rules rules;
  std::vector<Actor> actors;
  std::vector<Said> alerts;

  EvaluationReport play(int length_s) {
    Evaluation evaluation;
    const auto shared = std::make_shared<const Rules>(rules);
    for (int t = 0; t <= length_s; ++t) {
      const Time now = start + seconds(t);
      auto tracks = std::make_shared<std::vector<PictureTrack>>();
      for (std::size_t i = 0; i < actors.size(); ++i) tracks->push_back(picture_track(i, t, now));
      Picture picture;
      picture.now = now;
      picture.tracks = std::move(tracks);
      picture.rules = shared;
      std::vector<Event> events;
      for (std::size_t i = 0; i < alerts.size(); ++i) {
        const Said& said = alerts[i];
        if (t != said.from && t != said.to) continue;
        Alert alert;
        alert.id = AlertId{static_cast<std::uint32_t>(i + 1)};
        alert.severity = said.severity;
        alert.raised_at = start + seconds(said.from);
        alert.state = t == said.to ? AlertState::ended : AlertState::predicted;
        alert.subjects.resize(2);
        alert.subjects[0].track = id_of(said.one), alert.subjects[0].address = address_of(said.one);
        alert.subjects[1].track = id_of(said.other), alert.subjects[1].address = address_of(said.other);
        events.push_back({0, now, alert});
      }
      evaluation.step(picture, events);
    }
    return evaluation.finish();
  }

 private:
  PictureTrack picture_track(std::size_t i, double t, Time now) const {
    const Actor& actor = actors[i];
    PictureTrack p{.track = {}, .position = {}, .uncertainty = {}, .altitude = {}, .altitude_datum = {}, .worst_alert = {}, .history = {}};
    Track& track = p.track;
    track.id = id_of(i);
    track.address = address_of(i);
    track.party = PartyId{actor.party};
    track.party_basis = actor.party == 0 ? PartyBasis::none : PartyBasis::address;
    track.possibly_same = actor.possibly_same;
    track.position.emplace(*geo::Position::from_degrees(actor.lat_deg, actor.east_nm(t) / 60), now, SourceId{0}, SourceKind::adsb);
    if (actor.altitude_ft) track.pressure_altitude.emplace(PressureAltitude(feet_of_height(*actor.altitude_ft)), now, SourceId{0}, SourceKind::adsb);
    track.vertical_rate.emplace(VerticalRate{}, now, SourceId{0}, SourceKind::adsb);
    return p;
  }
};

// 450 kt one towards the other, 20 NM apart at first: 5 NM are lost after 60 s.
constexpr double speed_nm_s = 0.125;
std::function<double(double)> eastward() { return [](double t) { return speed_nm_s * t; }; }
std::function<double(double)> westward() { return [](double t) { return 20 - speed_nm_s * t; }; }

std::vector<Verdict> verdicts(const EvaluationReport& report) {
  std::vector<Verdict> all;
  for (const EvaluationCase& c : report.cases) all.push_back(c.verdict);
  std::sort(all.begin(), all.end());
  return all;
}

TEST(Evaluation, TellsAWarnedLossFromAMissedOneAndFromANuisance) {
  Stage stage;
  stage.rules.same_party_pairs = true;
  stage.actors = {{.lat_deg = 0, .east_nm = eastward()},  {.lat_deg = 0, .east_nm = westward()},             // alerted
                  {.lat_deg = 10, .east_nm = eastward()}, {.lat_deg = 10, .east_nm = westward()},            // nobody said anything
                  {.lat_deg = 20, .east_nm = eastward()}, {.lat_deg = 20.0 + 8.0 / 60, .east_nm = eastward()}};  // 8 NM apart, side by side
  stage.alerts = {{0, 1, 20, 110}, {4, 5, 20, 60}};
  const EvaluationReport report = stage.play(120);

  EXPECT_EQ(report.losses, 2u);
  EXPECT_EQ(report.warned, 1u);
  ASSERT_EQ(report.warning_times.size(), 1u);
  EXPECT_NEAR(to_seconds(report.warning_times[0]), 40, 1.01);
  EXPECT_EQ(report.missed, 1u);
  EXPECT_EQ(report.missed_sudden, 0u);
  EXPECT_EQ(report.missed_alerted_late, 0u);
  EXPECT_EQ(report.warnings, 2u);
  EXPECT_EQ(report.warnings_true, 1u);
  EXPECT_EQ(report.nuisance, 1u);
  EXPECT_EQ(verdicts(report), (std::vector{Verdict::warned, Verdict::missed, Verdict::nuisance}));
  EXPECT_NEAR(report.flight_hours, 6 * 120.0 / 3600, 6 * 1.5 / 3600);
  EXPECT_EQ(report.alerts.at(AlertKind::conflict).alerts, 2u);
  EXPECT_EQ(report.left_out, 0u);
}

TEST(Evaluation, CallsAWarningAvertedWhereStraightOnWouldHaveLost) {
  Stage stage;
  stage.rules.same_party_pairs = true;
  // They turn back at 10 NM.
  const auto turning = [](double t) { return speed_nm_s * (t < 40 ? t : 80 - t); };
  stage.actors = {{.lat_deg = 0, .east_nm = turning}, {.lat_deg = 0, .east_nm = [turning](double t) { return 20 - turning(t); }}};
  stage.alerts = {{0, 1, 15, 70}};
  EXPECT_EQ(verdicts(stage.play(120)), std::vector{Verdict::averted});
}

TEST(Evaluation, CallsALossAlertedLateOrSuddenMissedAllTheSame) {
  Stage stage;
  stage.rules.same_party_pairs = true;
  stage.actors = {{.lat_deg = 0, .east_nm = eastward()}, {.lat_deg = 0, .east_nm = westward()}};
  stage.alerts = {{0, 1, 70, 115}};
  EvaluationReport report = stage.play(120);
  EXPECT_EQ(std::pair(report.missed, report.missed_alerted_late), std::pair(std::uint64_t{1}, std::uint64_t{1}));
  EXPECT_EQ(report.missed_sudden, 0u);
  EXPECT_EQ(report.warnings_true, 1u);

  stage.alerts.clear();
  stage.actors[1].east_nm = [](double t) { return speed_nm_s * t + 3; };   // inside from the beginning
  report = stage.play(60);
  EXPECT_EQ(std::pair(report.missed, report.missed_sudden), std::pair(std::uint64_t{1}, std::uint64_t{1}));
}

TEST(Evaluation, HoldsAltitudeToTheMinimumLessTheLevelTolerance) {
  Stage stage;
  stage.rules.same_party_pairs = true;
  stage.actors = {{.lat_deg = 0, .east_nm = eastward()}, {.lat_deg = 0, .east_nm = westward(), .altitude_ft = 30'900.0}};
  EXPECT_EQ(stage.play(120).losses, 0u);
  stage.actors[1].altitude_ft = 30'700.0;
  EXPECT_EQ(stage.play(120).losses, 1u);
}

TEST(Evaluation, LeavesOutPairsThatAreNotToBeKeptApartOrCannotBeCompared) {
  Stage stage;
  stage.rules.parties.push_back({"north", "North", "N"});
  stage.actors = {{.lat_deg = 0, .east_nm = eastward(), .party = 1}, {.lat_deg = 0, .east_nm = westward(), .party = 1}};
  EXPECT_EQ(stage.play(120).losses, 0u);   // of one party
  stage.rules.same_party_pairs = true;
  EXPECT_EQ(stage.play(120).losses, 1u);
  // Two tracks of one aircraft.
  stage.actors[0].possibly_same = {id_of(1)};
  stage.actors[1].possibly_same = {id_of(0)};
  const EvaluationReport same = stage.play(120);
  EXPECT_EQ(same.losses, 0u);
  EXPECT_NEAR(same.flight_hours, 120.0 / 3600, 1.5 / 3600);

  stage.actors[0].possibly_same.clear();
  stage.actors[1].possibly_same.clear();
  stage.actors[1].altitude_ft.reset();
  stage.alerts = {{0, 1, 20, 110}};
  EXPECT_EQ(verdicts(stage.play(120)), std::vector{Verdict::undecided});
}

TEST(Evaluation, TakesTheNearestRankForShares) {
  EvaluationReport report;
  EXPECT_FALSE(report.warning_time(0.5));
  for (int i = 1; i <= 10; ++i) report.warning_times.push_back(seconds(i));
  EXPECT_EQ(report.warning_time(0.1), seconds(1));
  EXPECT_EQ(report.warning_time(0.5), seconds(5));
  EXPECT_EQ(report.warning_time(0.9), seconds(9));
  EXPECT_EQ(report.warning_time(1.0), seconds(10));
}

}  // namespace
}  // namespace skypact::node
