#include "guard/distress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guard/alert_text.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

Flight alone(std::uint32_t address = 0x4D2023) { return {.address = address, .party = north, .position = at(50, 10), .speed_kt = 400, .track_deg = 90}; }
Sourced<std::uint16_t> squawk(std::uint16_t code, double t) { return {code, start + from_seconds(t), {}, SourceKind::mode_s}; }

TEST(Distress, KnowsExactlyThreeSquawks) {
  for (std::uint16_t code = 0; code <= 7777; ++code) {
    EXPECT_EQ(emergency_of_squawk(code) != Emergency::none, code == 7500 || code == 7600 || code == 7700) << code;
  }
}

TEST(Distress, WantsASquawkTwiceAtLeastASecondApart) {
  Sky sky;
  sky.tracks = {track_of(alone(), 0)};
  sky.tracks[0].squawk = squawk(7700, 0);
  for (int s = 0; s < 10; ++s) sky.step(s);  // the same reception, looked at ten times
  EXPECT_EQ(sky.open(AlertKind::distress), 0u);
  sky.tracks[0].squawk = squawk(7700, 0.9);
  sky.step(10);
  EXPECT_EQ(sky.open(AlertKind::distress), 0u);
  sky.tracks[0].squawk = squawk(7700, 1.0);
  sky.step(11);
  ASSERT_NE(sky.only(AlertKind::distress), nullptr);
  EXPECT_EQ(sky.only(AlertKind::distress)->severity, Severity::distress);
  EXPECT_EQ(sky.only(AlertKind::distress)->squawk, 7700);
  EXPECT_TRUE(sky.only(AlertKind::distress)->latched);
}

TEST(Distress, DoesNotAlertOnOneGarbledCodeAmongOthers) {
  Sky sky;
  for (int s = 0; s < 20; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(s % 4 == 1 ? 7500 : s % 4 == 3 ? 7501 : 1200, s);
    sky.step(s);
  }
  EXPECT_EQ(sky.open(AlertKind::distress), 0u);
}

TEST(Distress, IsNeverClearedByItself) {
  Sky sky;
  for (int s = 0; s < 3; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(7600, s);
    sky.step(s);
  }
  const Alert* alert = sky.only(AlertKind::distress);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->emergency, Emergency::no_communications);
  const AlertId id = alert->id;
  for (int s = 3; s < 200; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(1200, s);
    sky.step(s);
  }
  ASSERT_NE(sky.only(AlertKind::distress), nullptr);
  EXPECT_THAT(said(*sky.only(AlertKind::distress), *sky.rules).front(), HasSubstr("Signalled radio failure"));
  ASSERT_TRUE(sky.guard.acknowledge(id, {.party = north, .by = "duty"}));
  sky.step(201);
  EXPECT_EQ(sky.only(AlertKind::distress), nullptr);
}

TEST(Distress, StaysWhenAcknowledgedWhileItIsSignalledAndLatchesAgainWhenItChanges) {
  Sky sky;
  const auto signal = [&](std::uint16_t code, int from, int to) {
    for (int s = from; s < to; ++s) {
      sky.tracks = {track_of(alone(), s)};
      sky.tracks[0].squawk = squawk(code, s);
      sky.step(s);
    }
  };
  signal(7600, 0, 5);
  ASSERT_TRUE(sky.guard.acknowledge(sky.only(AlertKind::distress)->id, {.party = north}));
  signal(7600, 5, 60);
  ASSERT_NE(sky.only(AlertKind::distress), nullptr);
  EXPECT_FALSE(sky.only(AlertKind::distress)->latched);
  signal(7700, 60, 65);
  EXPECT_TRUE(sky.only(AlertKind::distress)->latched);
  EXPECT_EQ(sky.only(AlertKind::distress)->emergency, Emergency::general);
}

TEST(Distress, StaysUnobservedWhenTheTrackIsLost) {
  Sky sky;
  for (int s = 0; s < 3; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(7700, s);
    sky.step(s);
  }
  sky.tracks.clear();
  sky.step(10);
  ASSERT_NE(sky.only(AlertKind::distress), nullptr);
  EXPECT_EQ(sky.only(AlertKind::distress)->state, AlertState::unobserved);
}

TEST(Distress, FusesSquawkAndStateAndTheSourcesOfOneAircraft) {
  Sky sky;
  for (int s = 0; s < 3; ++s) {
    sky.tracks = {track_of(alone(), s), track_of(alone(0x4D2024), s)};
    sky.tracks[0].squawk = squawk(7700, s);
    sky.tracks[0].emergency = Sourced<Emergency>{Emergency::general, start + seconds(s), {}, SourceKind::adsb};
    sky.tracks[1].squawk = squawk(7700, s);
    sky.tracks[0].possibly_same = {sky.tracks[1].id};
    sky.tracks[1].possibly_same = {sky.tracks[0].id};
    sky.step(s);
  }
  const Alert* alert = sky.only(AlertKind::distress);
  ASSERT_NE(alert, nullptr);
  EXPECT_THAT(alert->text, HasSubstr("squawk 7700, ADS-B emergency state"));
}

TEST(Distress, TakesAnEmergencyStateAtOnceAndTellsPriorityApart) {
  const auto severity = [](Emergency e) -> std::optional<Severity> {
    Sky sky;
    sky.tracks = {track_of(alone(), 0)};
    sky.tracks[0].emergency = Sourced<Emergency>{e, start, {}, SourceKind::adsb};
    sky.step(0);
    return sky.guard.open().empty() ? std::nullopt : std::optional(sky.guard.open()[0].severity);
  };
  EXPECT_EQ(severity(Emergency::none), std::nullopt);
  EXPECT_EQ(severity(Emergency::general), Severity::distress);
  EXPECT_EQ(severity(Emergency::medical), Severity::caution);
  EXPECT_EQ(severity(Emergency::minimum_fuel), Severity::warning);
  EXPECT_EQ(severity(Emergency::no_communications), Severity::distress);
  EXPECT_EQ(severity(Emergency::unlawful_interference), Severity::distress);
  EXPECT_EQ(severity(Emergency::downed), Severity::distress);
  EXPECT_EQ(severity(Emergency::reserved), std::nullopt);
}

TEST(Distress, OffersNothingToSayOnTheRadioForUnlawfulInterference) {
  Sky sky;
  for (int s = 0; s < 3; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(7500, s);
    sky.step(s);
  }
  const Alert* alert = sky.only(AlertKind::distress);
  ASSERT_NE(alert, nullptr);
  std::string all = alert->text;
  for (const Reason& reason : alert->reasons) all += reason_text(reason, *alert, *sky.rules);
  EXPECT_EQ(alert->text, "4D2023 (NRTH) signals unlawful interference (squawk 7500).");
  for (const char* word : {"radio", "call", "121.5", "243", "contact", "frequency", "ask"}) EXPECT_THAT(all, Not(HasSubstr(word)));
}

TEST(Distress, IsNeverInhibited) {
  Sky sky;
  sky.rules->inhibitions = {{"i", "exercise", icao_address(0x4D2023), {}, {}, {start, start + minutes(10)}}};
  for (int s = 0; s < 3; ++s) {
    sky.tracks = {track_of(alone(), s)};
    sky.tracks[0].squawk = squawk(7700, s);
    sky.step(s);
  }
  EXPECT_EQ(sky.open(AlertKind::distress), 1u);
}

}  // namespace
}  // namespace skypact::guard
