#include "distress/telling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "distress/case_summary.h"
#include "distress/help.h"
#include "distress/intake.h"
#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::noon;
using tests::place_at;
using tests::squawk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// By construction, not by care: no coarse recipient becomes an exact one, nobody makes an exact one but who_is_told, and a coarse summary has no place.
static_assert(!std::is_constructible_v<ExactRecipient, Addressee>);
static_assert(!std::is_default_constructible_v<ExactRecipient>);
static_assert(!std::is_constructible_v<ExactRecipient, CoarseRecipient>);
static_assert(!std::is_convertible_v<ExactSummary, CoarseSummary> && !std::is_convertible_v<CoarseSummary, ExactSummary>);
static_assert(std::is_same_v<decltype(summarise(std::declval<const Case&>(), std::declval<const CoarseRecipient&>(), std::declval<const SummaryQuery&>())), CoarseSummary>);

const TellingRules rules{"south", {{"RCC-1", "Rescue centre one", "+100"}, {"RCC-2", "Rescue centre two", "+200"}}, {{"north", "duty"}, {"south", "duty"}, {"east", "watch"}}, {{"civil", "civil flights", "south", "duty"}}, {}};

Case case_of(const std::vector<Trigger>& triggers) {
  Case c;
  c.number = "D-0001/26";
  c.opened_at = noon;
  for (const Trigger& t : triggers) absorb(c, *checked(t));
  return c;
}

Trigger of_party(std::string party, AircraftClass aircraft_class) {
  Trigger t = squawk(0x4D2023, noon);
  t.party = std::move(party);
  t.aircraft_class = aircraft_class;
  t.place = place_at(34.123456, 36.234567);
  t.subject.callsign = "NORTH21";
  return t;
}

std::vector<std::string> ids(const Telling& telling) {
  std::vector<std::string> all;
  for (const TellingLine& line : telling.lines) all.push_back(addressee_of(line.recipient).id);
  return all;
}

ContentGround ground(const Telling& telling, std::string_view id) {
  for (const TellingLine& line : telling.lines) {
    if (addressee_of(line.recipient).id != id) continue;
    EXPECT_EQ(std::holds_alternative<ExactRecipient>(line.recipient), is_exact(line.ground)) << id;
    return line.ground;
  }
  ADD_FAILURE() << id << " is not told";
  return ContentGround::state_aircraft;
}

TEST(Telling, BeginsWithTheRescueCentreThenTheOwnerAndNeverItself) {
  const Telling telling = who_is_told(case_of({of_party("north", AircraftClass::state)}), rules);
  EXPECT_THAT(ids(telling), ElementsAre("RCC-1", "RCC-2", "north", "east", "civil"));
  EXPECT_EQ(telling.lines[4].desk, "south/duty");
}

TEST(Telling, TellsACivilAircraftExactlyToEverybodyAtOnce) {
  const Telling telling = who_is_told(case_of({of_party("", AircraftClass::civil)}), rules);
  for (const TellingLine& line : telling.lines) EXPECT_EQ(line.ground, ContentGround::not_protected);
  EXPECT_TRUE(telling.may_relay);
  EXPECT_TRUE(telling.reasons.empty());
}

TEST(Telling, TellsAStateAircraftExactlyToItsOwnerOnly) {
  const Telling telling = who_is_told(case_of({of_party("north", AircraftClass::state)}), rules);
  EXPECT_EQ(ground(telling, "north"), ContentGround::owner);
  for (const char* other : {"RCC-1", "RCC-2", "east", "civil"}) EXPECT_EQ(ground(telling, other), ContentGround::state_aircraft) << other;
  EXPECT_THAT(telling.reasons.back(), HasSubstr("officer of north"));
}

TEST(Telling, TellsAllExactlyOnceTheOwnerReleasedIt) {
  Case c = case_of({of_party("north", AircraftClass::state)});
  c.released = Released{tests::north_officer, noon};
  EXPECT_EQ(ground(who_is_told(c, rules), "east"), ContentGround::released);
  // A release is the owner's; when it turns out to be another's aircraft, it counts no more.
  c.identified = Identified{"east", AircraftClass::state, tests::south_officer, noon, "markings"};
  EXPECT_EQ(ground(who_is_told(c, rules), "north"), ContentGround::state_aircraft);
}

TEST(Telling, TellsAllExactlyWhereTheOwnerAgreedBeforehand) {
  TellingRules agreed = rules;
  agreed.pre_authorised = {{.owner = "north", .everybody = true, .by = "[distress] release_own"}};
  EXPECT_EQ(ground(who_is_told(case_of({of_party("north", AircraftClass::state)}), agreed), "east"), ContentGround::pre_authorised);
  EXPECT_EQ(ground(who_is_told(case_of({of_party("east", AircraftClass::state)}), agreed), "north"), ContentGround::state_aircraft);
}

TEST(Telling, TellsExactlyThoseAloneWhomTheOwnerAgreedOn) {
  TellingRules agreed = rules;
  agreed.pre_authorised = {{.owner = "east", .parties = {"north"}, .rescue_centres = true, .by = "distress.crews, far v1"},
                           {.owner = "north", .parties = {"east"}, .by = "distress.crews, corridor v3"}};
  const Telling of_north = who_is_told(case_of({of_party("north", AircraftClass::state)}), agreed);
  for (const TellingLine& line : of_north.lines) {
    const std::string& to = addressee_of(line.recipient).id;
    const ContentGround wanted = to == "north" ? ContentGround::owner : to == "east" ? ContentGround::pre_authorised : ContentGround::state_aircraft;
    EXPECT_EQ(line.ground, wanted) << to;
    EXPECT_EQ(line.agreed_by, to == "east" ? "distress.crews, corridor v3" : "") << to;
  }
  const Telling of_east = who_is_told(case_of({of_party("east", AircraftClass::state)}), agreed);
  for (const char* centre : {"RCC-1", "RCC-2"}) EXPECT_EQ(ground(of_east, centre), ContentGround::pre_authorised);
  EXPECT_EQ(ground(of_east, "civil"), ContentGround::state_aircraft) << "whoever speaks to outsiders was not named";
  // Nobody's word about another's aircraft counts, nor any word while it is not certain whose it is.
  Trigger word = of_party("north", AircraftClass::state);
  word.kind = TriggerKind::peer;
  word.source = "north";
  for (const TellingLine& line : who_is_told(case_of({word}), agreed).lines) EXPECT_EQ(line.ground, ContentGround::owner_uncertain);
}

TEST(Telling, TellsNobodyExactlyWhileItIsOnlySaidWhoseItIs) {
  Trigger word = of_party("north", AircraftClass::state);
  word.kind = TriggerKind::peer;
  word.source = "north";
  const Telling telling = who_is_told(case_of({word}), rules);
  for (const TellingLine& line : telling.lines) EXPECT_EQ(line.ground, ContentGround::owner_uncertain);
}

TEST(Telling, SaysThatNothingOf7500IsSpoken) {
  Trigger t = of_party("", AircraftClass::civil);
  t.emergency = EmergencyWord::unlawful_interference;
  const Telling telling = who_is_told(case_of({t}), rules);
  EXPECT_FALSE(telling.may_be_spoken);
  EXPECT_THAT(telling.reasons.back(), HasSubstr("unlawful interference"));
  EXPECT_FALSE(summarise(case_of({t}), telling.own, {noon, {}}).head.may_be_spoken);
}

TEST(Telling, WaitsForASecondBurstOfACorrectedBeacon) {
  EXPECT_FALSE(who_is_told(case_of({tests::burst(noon, 1)}), rules).may_relay);
  EXPECT_TRUE(who_is_told(case_of({tests::burst(noon, 1), tests::burst(noon + seconds(50), 1)}), rules).may_relay);
}

TEST(Telling, IsDueAgainWhenMoreMayBeToldThanWas) {
  Case c = case_of({of_party("north", AircraftClass::state)});
  Told told;
  told.to = {AddresseeKind::party, "east"};
  c.told.push_back(told);
  const auto due = [&](std::string_view id) {
    for (const TellingLine& line : who_is_told(c, rules).lines) {
      if (addressee_of(line.recipient).id == id) return line.due;
    }
    return false;
  };
  EXPECT_FALSE(due("east"));
  EXPECT_TRUE(due("north"));
  c.released = Released{tests::north_officer, noon};
  EXPECT_TRUE(due("east"));
}

TEST(Telling, DrawsTheKeepClearCircleAroundTheAreaWhileOneMayNotKnowThePlace) {
  Case c = case_of({of_party("north", AircraftClass::state)});
  const auto coarse = keep_clear_circle(c, who_is_told(c, rules), noon);
  ASSERT_TRUE(coarse);
  EXPECT_TRUE(coarse->coarse);
  EXPECT_EQ(coarse->centre, centre_of(cell_of(tests::at(34.123456, 36.234567))));
  c.released = Released{tests::north_officer, noon};
  const auto exact = keep_clear_circle(c, who_is_told(c, rules), noon);
  ASSERT_TRUE(exact);
  EXPECT_FALSE(exact->coarse);
  EXPECT_EQ(exact->centre, tests::at(34.123456, 36.234567));
  EXPECT_EQ(exact->radius, nautical_miles(6));   // 100 m and 5 NM, in whole miles
}

}  // namespace
}  // namespace skypact::distress
