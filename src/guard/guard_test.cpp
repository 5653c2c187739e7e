#include "guard/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(Guard, TellsAHeadOnConflictAndItsLifeUntilTheEnd) {
  Sky sky;
  const auto flights = head_on(100);
  sky.fly(flights, 0, 3);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->state, AlertState::predicted);
  EXPECT_EQ(alert->key, "conflict:100001:200002#1");
  ASSERT_TRUE(alert->prediction);
  EXPECT_EQ(alert->prediction->minima_source, "minima.default");
  EXPECT_LT(alert->prediction->horizontal_at_closest, nautical_miles(0.1));
  EXPECT_NEAR(to_seconds(alert->prediction->closest_at - start), 100, 2);
  EXPECT_THAT(alert->text, HasSubstr("100001 (NRTH) and 200002 (SOUT) will pass"));
  EXPECT_THAT(alert->text, HasSubstr("agreed 5 NM or 1000 ft (minima.default)"));
  const AlertId id = alert->id;
  sky.fly(flights, 4, 85);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::infringed);
  EXPECT_EQ(sky.only(AlertKind::conflict)->severity, Severity::conflict);
  sky.fly(flights, 86, 130);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::clearing);
  EXPECT_EQ(sky.only(AlertKind::conflict)->id, id) << "one episode, one id";
  sky.fly(flights, 131, 160);
  EXPECT_EQ(sky.only(AlertKind::conflict), nullptr);
  ASSERT_EQ(sky.guard.ended().size(), 1u);
  EXPECT_EQ(sky.guard.ended()[0].id, id);
  EXPECT_EQ(sky.guard.ended()[0].state, AlertState::ended);
}

TEST(Guard, NumbersTheNextEpisodeOfThePair) {
  Sky sky;
  sky.fly(head_on(60), 0, 120);
  sky.fly({}, 121, 121);
  sky.fly({{.address = 0x100001, .party = north, .position = at(10, 10), .speed_kt = 100},
           {.address = 0x200002, .party = south, .position = at(20, 10), .speed_kt = 100}}, 122, 160);
  ASSERT_EQ(sky.open(AlertKind::conflict), 0u);
  auto again = head_on(60);
  for (Flight& f : again) f.position = beside(f.position, f.track_deg == 90 ? -420 * 161.0 / 3600 : 420 * 161.0 / 3600, 0);
  sky.fly(again, 161, 165);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(sky.only(AlertKind::conflict)->key, "conflict:100001:200002#2");
}

TEST(Guard, AdvisesUpToTwentyMinutesAheadAndNotBeyond) {
  Sky near;
  near.fly(head_on(1100), 0, 8);
  ASSERT_NE(near.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(near.only(AlertKind::conflict)->severity, Severity::advisory);
  Sky far;
  far.fly(head_on(1300), 0, 8);
  EXPECT_EQ(far.only(AlertKind::conflict), nullptr);
}

TEST(Guard, RaisesSeverityAsTheInfringementComesNearer) {
  Sky sky;
  const auto flights = head_on(300);
  std::vector<Severity> seen;
  std::optional<Time> first_caution;
  for (int s = 0; s <= 300; ++s) {
    sky.fly(flights, s, s);
    const Alert* now = sky.only(AlertKind::conflict);
    if (now && now->severity > Severity::advisory && !first_caution) first_caution = now->judged_at;
    if (now) { EXPECT_EQ(now->grave_since, first_caution) << "since when desks are to answer"; }
    if (const Alert* a = sky.only(AlertKind::conflict); a && (seen.empty() || seen.back() != a->severity)) seen.push_back(a->severity);
  }
  EXPECT_EQ(seen, (std::vector{Severity::advisory, Severity::caution, Severity::warning, Severity::conflict}));
}

TEST(Guard, SaysNothingOfAircraftOnTheGround) {
  Sky sky;
  sky.fly(head_on(60), 0, 5, [](std::vector<Track>& tracks, double s) {
    tracks[0].on_ground = Sourced<bool>{true, start + from_seconds(s), {}, SourceKind::adsb};
  });
  EXPECT_EQ(sky.open(AlertKind::conflict), 0u);
}

TEST(Guard, SaysNothingOfOnePartysOwnPairUnlessTheRulesWantIt) {
  auto flights = head_on(60);
  flights[1].party = north;
  Sky off;
  off.fly(flights, 0, 5);
  EXPECT_EQ(off.open(AlertKind::conflict), 0u);
  Sky on;
  on.rules->same_party_pairs = true;
  on.fly(flights, 0, 5);
  EXPECT_EQ(on.open(AlertKind::conflict), 1u);
}

TEST(Guard, DoesNotTakeACallsignsWordThatThePairIsOnePartys) {
  auto flights = head_on(60);
  flights[1].party = north;
  flights[1].basis = PartyBasis::callsign;
  Sky sky;
  sky.fly(flights, 0, 5);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u);
}

TEST(Guard, JudgesTwoUnknownPartiesAgainstEachOther) {
  auto flights = head_on(60);
  for (Flight& f : flights) f.party = unknown_party, f.basis = PartyBasis::none;
  Sky sky;
  sky.fly(flights, 0, 5);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u);
}

TEST(Guard, DoesNotAlertTwoTracksThatMayBeOneAircraft) {
  Sky sky;
  sky.fly(head_on(60), 0, 5, [](std::vector<Track>& tracks, double) { tracks[0].possibly_same = {tracks[1].id}; });
  EXPECT_EQ(sky.open(AlertKind::conflict), 0u);
}

TEST(Guard, JudgesHorizontallyWhereAnAltitudeIsUnknown) {
  auto flights = head_on(60);
  flights[1].altitude_ft.reset();
  Sky sky;
  sky.fly(flights, 0, 5);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_FALSE(alert->prediction->vertical_at_closest);
  EXPECT_THAT(alert->text, HasSubstr("vertical separation unknown"));
}

TEST(Guard, KeepsAnAlertUnobservedWhileATrackIsStaleAndTakesItUpAgain) {
  Sky sky;
  const auto flights = head_on(100);
  sky.fly(flights, 0, 5);
  const AlertId id = sky.only(AlertKind::conflict)->id;
  sky.fly(flights, 6, 60, [](std::vector<Track>& tracks, double) { tracks[1].life = Life::stale; });
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::unobserved);
  sky.fly(flights, 61, 62);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::predicted);
  EXPECT_EQ(sky.only(AlertKind::conflict)->id, id);
}

TEST(Guard, EndsALongUnobservedAlertThatWasGraveOnlyAfterAnAcknowledgement) {
  Sky sky;
  sky.fly(head_on(100), 0, 5);
  const AlertId id = sky.only(AlertKind::conflict)->id;
  for (double s = 6; s < 4000; s += 10) sky.fly({}, s, s);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::unobserved);
  ASSERT_TRUE(sky.guard.acknowledge(id, {.party = north, .by = "duty", .at = start}));
  sky.fly({}, 4000, 4001);
  EXPECT_EQ(sky.only(AlertKind::conflict), nullptr);
  EXPECT_THAT(said(sky.guard.ended().back(), *sky.rules).back(), HasSubstr("acknowledged, and not observed for 30 min"));
}

TEST(Guard, LetsAnUnobservedAdvisoryGoWhenWhatItWasJudgedForIsOver) {
  Sky sky;
  sky.fly(head_on(800), 0, 10);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  ASSERT_EQ(sky.only(AlertKind::conflict)->severity, Severity::advisory);
  sky.step(10 + 1);  // the tracks are as they were
  for (double s = 11; s < 10 + 1200; s += 10) sky.fly({}, s, s);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr) << "what was predicted may still come";
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::unobserved);
  sky.fly({}, 1220, 1220);
  EXPECT_EQ(sky.only(AlertKind::conflict), nullptr);
  ASSERT_EQ(sky.guard.ended().size(), 1u);
  EXPECT_THAT(said(sky.guard.ended().back(), *sky.rules).back(), HasSubstr("never nearer than an advisory"));
}

// An intent to level off makes an advisory of what is 100 s away; unseen, it is still 100 s away.
TEST(Guard, KeepsAnUnobservedAlertThatOnlyAnIntentMadeAnAdvisory) {
  auto flights = head_on(115, -3000);
  flights[1].rate_fpm = 2000;
  const auto select = [](std::vector<Track>& tracks, double s) {
    tracks[1].selected_altitude = Sourced<SelectedAltitude>{{feet_of_height(28'900), hectopascal(1013.25)}, start + from_seconds(s), {}, SourceKind::adsb};
  };
  Sky sky;
  sky.fly(flights, 0, 8, select);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  ASSERT_EQ(alert->severity, Severity::advisory) << alert->text;
  for (double s = 9; s < 10'000; s += 10) sky.fly({}, s, s);
  EXPECT_NE(sky.only(AlertKind::conflict), nullptr);
}

TEST(Guard, KeepsAnAlertOfAGroupWhoseMembersVanish) {
  auto flights = head_on(70);
  flights.push_back(flights[0]);
  flights.back().address = 0x100003;
  flights.back().position = beside(flights[0].position, -1, 0.5);
  Sky sky;
  sky.rules->groups = {{"lion", "formation", {icao_address(0x100001), icao_address(0x100003)}, {start - minutes(1), start + minutes(600)}}};
  sky.fly(flights, 0, 5);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  ASSERT_THAT(sky.only(AlertKind::conflict)->key, HasSubstr("group:lion"));
  for (double s = 6; s < 3000; s += 5) sky.fly({flights[1]}, s, s);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::unobserved);
}

// Random traffic that comes and goes. Whoever listens to the guard alone must find every grave alert's end explained.
TEST(Guard, NeverEndsAnUnobservedWarningWithoutAnAcknowledgement) {
  Random random(5);
  int let_go = 0, kept = 0;
  for (int run = 0; run < 30; ++run) {
    Sky sky;
    Zone zone;
    zone.id = "z";
    zone.centre = at(50, 10);
    zone.radius = nautical_miles(5);
    sky.rules->zones = {zone};
    std::vector<Flight> flights;
    for (std::uint32_t i = 1; i <= 14; ++i) {
      flights.push_back({.address = i, .party = i % 2 ? north : south, .position = beside(at(50, 10), random.uniform(-90, 90), random.uniform(-90, 90)),
                         .speed_kt = random.uniform(200, 500), .track_deg = random.uniform(0, 360)});
    }
    std::vector<double> silent_from, silent_to;
    for (std::size_t i = 0; i < flights.size(); ++i) {
      silent_from.push_back(random.uniform(10, 500));
      silent_to.push_back(random.chance(0.5) ? silent_from.back() + random.uniform(20, 1500) : 1e9);
    }
    std::map<AlertId, Severity> gravest;
    std::map<AlertId, AlertState> before;
    for (double s = 0; s <= 4500; s += s < 600 ? 1 : 20) {
      sky.tracks.clear();
      for (std::size_t i = 0; i < flights.size(); ++i) {
        if (s < silent_from[i] || s >= silent_to[i]) sky.tracks.push_back(track_of(flights[i], s));
      }
      for (const Alert& a : sky.step(s)) {
        Severity& most = gravest.try_emplace(a.id, a.severity).first->second;
        most = std::max(most, a.severity);
        if (a.state == AlertState::ended && before[a.id] == AlertState::unobserved) {
          EXPECT_LT(most, Severity::warning) << a.key << " run " << run;
          ++let_go;
        }
        before[a.id] = a.state;
      }
    }
    kept += static_cast<int>(sky.open(AlertKind::conflict) + sky.open(AlertKind::zone));
  }
  EXPECT_GT(let_go, 5);
  EXPECT_GT(kept, 5);
}

TEST(Guard, SaysWhenALossBeganAndWhenTheyWereClosestAsLongAsItLasts) {
  Sky sky;
  std::optional<Time> began;
  int seconds_lost = 0;
  for (int s = 0; s <= 130; ++s) {
    sky.fly(head_on(100), s, s);
    const Alert* alert = sky.only(AlertKind::conflict);
    if (!alert || alert->state != AlertState::infringed) continue;
    ++seconds_lost;
    if (!began) began = start + seconds(s);
    EXPECT_EQ(alert->prediction->infringed_from, *began) << "at " << s;
    EXPECT_NEAR(to_seconds(alert->prediction->closest_at - start), 100, 1.5) << "at " << s;
    EXPECT_LT(alert->prediction->horizontal_at_closest, nautical_miles(0.3)) << "at " << s;
  }
  EXPECT_GT(seconds_lost, 35);
}

TEST(Guard, GivesNoReasonOfAConflictThatIsOver) {
  Sky sky;
  sky.fly(head_on(60), 0, 5);
  ASSERT_THAT(said(*sky.only(AlertKind::conflict), *sky.rules), ::testing::Contains(HasSubstr("Both level")));
  auto parted = head_on(60);
  parted[1].altitude_ft = 25'000;
  sky.fly(parted, 6, 10, [](std::vector<Track>& tracks, double s) { tracks[1].position->measured_at = start + from_seconds(s - 3); });
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_EQ(alert->state, AlertState::clearing);
  EXPECT_THAT(said(*alert, *sky.rules), ::testing::Not(::testing::Contains(HasSubstr("Both level"))));
  EXPECT_THAT(said(*alert, *sky.rules), ::testing::Not(::testing::Contains(HasSubstr("Added to the minima"))));
  EXPECT_THAT(said(*alert, *sky.rules), ::testing::Contains(HasSubstr("200002 (SOUT): position by adsb, 3.0 s old"))) << "as it is now";
}

TEST(Guard, DatesTheReasonsOfWhatIsNotObserved) {
  Sky sky;
  sky.fly(head_on(60), 0, 5);
  sky.fly({head_on(60)[0]}, 6, 20);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_EQ(alert->state, AlertState::unobserved);
  ASSERT_GE(alert->reasons.size(), 2u);
  EXPECT_EQ(said(*alert, *sky.rules)[0], "As it was at " + to_rfc3339(start + seconds(5)));
  EXPECT_THAT(said(*alert, *sky.rules)[1], ::testing::Not(HasSubstr("As it was"))) << "once";
  // On the ground it takes no part; what is said of it is of when it did.
  Sky landed;
  landed.fly(head_on(60), 0, 5);
  landed.fly(head_on(60), 6, 8, [](std::vector<Track>& tracks, double s) {
    tracks[0].on_ground = Sourced<bool>{true, start + from_seconds(s), {}, SourceKind::adsb};
  });
  ASSERT_EQ(landed.only(AlertKind::conflict)->state, AlertState::clearing);
  EXPECT_EQ(said(*landed.only(AlertKind::conflict), *landed.rules)[0], "As it was at " + to_rfc3339(start + seconds(5)));
}

TEST(Guard, KeepsOneAcknowledgementOfEachPartyAndHidesNothing) {
  Sky sky;
  const auto flights = head_on(100);
  sky.fly(flights, 0, 5);
  const AlertId id = sky.only(AlertKind::conflict)->id;
  ASSERT_TRUE(sky.guard.acknowledge(id, {.party = north, .by = "a", .intention = Intention::seen, .at = start}));
  ASSERT_TRUE(sky.guard.acknowledge(id, {.party = south, .by = "b", .intention = Intention::you_move, .at = start}));
  ASSERT_TRUE(sky.guard.acknowledge(id, {.party = north, .by = "a", .intention = Intention::we_move, .how = "climbing FL330", .at = start}));
  sky.fly(flights, 6, 7);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  ASSERT_EQ(alert->acknowledgements.size(), 2u);
  EXPECT_EQ(alert->acknowledgements[0].intention, Intention::we_move);
  EXPECT_EQ(alert->acknowledgements[0].how, "climbing FL330");
  EXPECT_FALSE(sky.guard.acknowledge(AlertId{999}, {.party = north}));
  EXPECT_FALSE(sky.guard.acknowledge(id, {.party = north, .how = std::string(GuardLimits::acknowledgement_text + 1, 'x')}));
}

TEST(Guard, CountsAGroupAsOneAircraftAgainstAnOutsider) {
  auto flights = head_on(90);
  flights.push_back(flights[0]);
  flights.back().address = 0x100003;
  flights.back().position = beside(flights[0].position, -1, 0.5);
  flights.push_back(flights[0]);
  flights.back().address = 0x300004;
  flights.back().party = south;
  flights.back().position = beside(flights[0].position, -1, -0.5);
  Sky apart;
  apart.fly(flights, 0, 3);
  EXPECT_EQ(apart.open(AlertKind::conflict), 4u);  // two with the outsider, two within the formation
  Sky grouped;
  grouped.rules->groups = {{"lion", "refuelling", {icao_address(0x100001), icao_address(0x100003), icao_address(0x300004)},
                            {start - minutes(1), start + minutes(1)}}};
  grouped.fly(flights, 0, 3);
  const Alert* alert = grouped.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_THAT(alert->key, HasSubstr("group:lion"));
  EXPECT_THAT(alert->text, HasSubstr("Group lion"));
  EXPECT_EQ(grouped.guard.counts().groups_active, 1u);
}

TEST(Guard, EnlargesAGroupByItsEnvelope) {
  // The leader passes 6 NM south of the outsider; the member 2 NM north of the leader comes within 5 NM.
  const auto middle = at(50, 10);
  std::vector<Flight> flights{{.address = 1, .party = north, .position = beside(middle, -10, -6), .speed_kt = 400, .track_deg = 90},
                              {.address = 2, .party = north, .position = beside(middle, -10, -4.2), .speed_kt = 400, .track_deg = 90},
                              {.address = 9, .party = south, .position = beside(middle, 3, 0), .speed_kt = 0}};
  Sky sky;
  sky.rules->groups = {{"g", "formation", {icao_address(1), icao_address(2)}, {start - minutes(1), start + minutes(9)}}};
  sky.fly(flights, 0, 5);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u);
}

TEST(Guard, EndsAGroupInTime) {
  auto flights = head_on(90);
  flights[1].party = north;
  flights[1].basis = PartyBasis::callsign;
  Sky sky;
  sky.rules->groups = {{"g", "escort", {icao_address(flights[0].address), icao_address(flights[1].address)}, {start, start + seconds(10)}}};
  sky.fly(flights, 0, 9);
  EXPECT_EQ(sky.open(AlertKind::conflict), 0u);
  sky.fly(flights, 10, 14);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u);
}

TEST(Guard, WithholdsAnInhibitedPairAndCountsIt) {
  Sky sky;
  sky.rules->inhibitions = {{"i1", "planned rejoin", icao_address(0x100001), icao_address(0x200002), {}, {start, start + seconds(20)}}};
  const auto flights = head_on(100);
  sky.fly(flights, 0, 10);
  EXPECT_EQ(sky.open(AlertKind::conflict), 0u);
  EXPECT_EQ(sky.guard.counts().inhibited, 1u);
  EXPECT_EQ(sky.guard.counts().inhibitions_active, 1u);
  sky.fly(flights, 11, 25);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u) << "an inhibition expires";
}

TEST(Guard, WithholdsOnlyPairsWithBothInsideAnInhibitedArea) {
  const auto flights = head_on(60);
  const auto box = [](double west, double east) { return Ring{at(49, west), at(49, east), at(51, east), at(51, west)}; };
  Sky both;
  both.rules->inhibitions = {{"i", "exercise", {}, {}, box(9, 11), {start, start + minutes(5)}}};
  both.fly(flights, 0, 5);
  EXPECT_EQ(both.open(AlertKind::conflict), 0u);
  Sky one;
  one.rules->inhibitions = {{"i", "exercise", {}, {}, box(10, 11), {start, start + minutes(5)}}};
  one.fly(flights, 0, 5);
  EXPECT_EQ(one.open(AlertKind::conflict), 1u);
}

TEST(Guard, TakesNoInhibitionWithoutAReason) {
  Sky sky;
  sky.rules->inhibitions = {{"i1", "", icao_address(0x100001), icao_address(0x200002), {}, {start, start + minutes(5)}}};
  sky.fly(head_on(100), 0, 5);
  EXPECT_EQ(sky.open(AlertKind::conflict), 1u);
}

TEST(Guard, TellsASilentFeedAndThatItSpeaksAgain) {
  Sky sky;
  sky.feeds = {{.source = SourceId{0}, .name = "east", .expected_since = start, .last_message = start, .silent_after = seconds(30)}};
  sky.step(29);
  EXPECT_EQ(sky.open(AlertKind::feed), 0u);
  sky.step(30);
  ASSERT_NE(sky.only(AlertKind::feed), nullptr);
  EXPECT_EQ(sky.only(AlertKind::feed)->feed, "east");
  EXPECT_THAT(sky.only(AlertKind::feed)->text, HasSubstr("has been silent for 30 s"));
  sky.feeds[0].last_message = start + seconds(31);
  sky.step(32);
  EXPECT_EQ(sky.only(AlertKind::feed)->text, "Feed east speaks again.");
  sky.step(50);
  EXPECT_EQ(sky.open(AlertKind::feed), 0u);
  sky.feeds[0].expected = false;
  sky.step(500);
  EXPECT_EQ(sky.open(AlertKind::feed), 0u);
}

TEST(Guard, TellsInterferenceOnceWithItsArea) {
  Sky sky;
  track::InterferenceFinding finding;
  finding.episode = 4;
  finding.since = finding.last = start;
  finding.area = {at(35, 33), at(36, 33), at(36, 34)};
  finding.tracks = {TrackId{1}, TrackId{2}, TrackId{3}};
  finding.centre = at(35.5, 33.5);
  finding.radius = nautical_miles(40);
  sky.interference = {finding};
  sky.step(1);
  sky.step(2);
  ASSERT_NE(sky.only(AlertKind::interference), nullptr);
  EXPECT_EQ(sky.only(AlertKind::interference)->area.size(), 3u);
  EXPECT_THAT(sky.only(AlertKind::interference)->text, HasSubstr("3 aircraft"));
}

TEST(Guard, KeepsTheMostUrgentWhenTooManyAreOpenAndNeverLosesDistress) {
  Sky sky;
  std::vector<Flight> flights;
  // Columns of 70 hovering aircraft of unknown party, all within the minima of each other: 2415 pairs.
  for (std::uint32_t i = 0; i < 70; ++i) flights.push_back({.address = i + 1, .party = unknown_party, .position = beside(at(10, 10), 0.01 * i, 0), .basis = PartyBasis::none});
  sky.fly(flights, 0, 2, [](std::vector<Track>& tracks, double s) {
    tracks[0].squawk = Sourced<std::uint16_t>{7700, start + from_seconds(s), {}, SourceKind::adsb};
  });
  EXPECT_EQ(sky.guard.open().size(), GuardLimits::open_alerts);
  EXPECT_EQ(sky.open(AlertKind::distress), 1u);
  EXPECT_EQ(sky.guard.open().front().kind, AlertKind::distress);
  EXPECT_GT(sky.guard.counts().alerts_left_out, 0u);
}

TEST(Guard, KeepsAnObservedWarningBeforeWhatIsNotObservedAnyMore) {
  Sky sky;
  std::vector<Flight> flights;
  for (std::uint32_t i = 0; i < 70; ++i) flights.push_back({.address = i + 1, .party = unknown_party, .position = beside(at(10, 10), 0.01 * i, 0), .basis = PartyBasis::none});
  sky.fly(flights, 0, 2);
  ASSERT_EQ(sky.guard.open().size(), GuardLimits::open_alerts);
  sky.fly(head_on(70), 3, 6);
  ASSERT_EQ(sky.guard.open().size(), GuardLimits::open_alerts);
  const auto seen = std::count_if(sky.guard.open().begin(), sky.guard.open().end(), [](const Alert& a) { return a.state != AlertState::unobserved; });
  EXPECT_EQ(seen, 1) << "the warning of two that are here outranks any conflict of two that are not";
}

TEST(Guard, GivesTheSameAlertsWithOneThreadAndTwo) {
  const auto run = [](const ParallelFor& parallel_for) {
    std::string all;
    Guard guard;
    const auto r = rules();
    Random random(7);
    std::vector<Flight> flights;
    for (std::uint32_t i = 1; i <= 40; ++i) {
      flights.push_back({.address = i, .party = PartyId{static_cast<std::uint16_t>(i % 3)}, .position = at(random.uniform(48, 51), random.uniform(8, 13)),
                         .speed_kt = random.uniform(100, 500), .track_deg = random.uniform(0, 360), .altitude_ft = random.uniform(20'000, 24'000),
                         .turn_deg_s = i % 5 == 0 ? 1.5 : 0.0});
    }
    for (int s = 0; s < 8; ++s) {
      std::vector<Track> tracks;
      std::vector<const Track*> pointers;
      for (const Flight& f : flights) tracks.push_back(track_of(f, s));
      for (const Track& t : tracks) pointers.push_back(&t);
      for (const Alert& a : guard.step({.now = start + seconds(s), .tracks = pointers, .rules = r}, parallel_for)) all += a.key + a.text + "\n";
    }
    return all;
  };
  ThreadPool pool(2);
  const std::string one = run(serial);
  EXPECT_GT(one.size(), 1000u);
  EXPECT_EQ(one, run(pool.parallel_for()));
}

}  // namespace
}  // namespace skypact::guard
