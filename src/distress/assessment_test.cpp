#include "distress/assessment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "distress/intake.h"
#include "distress/test_cases.h"
#include "geo/ellipsoid.h"

namespace skypact::distress {
namespace {

using tests::at;
using tests::burst;
using tests::noon;
using tests::place_at;
using tests::squawk;
using tests::trigger;
using ::testing::HasSubstr;

Case case_of(const std::vector<Trigger>& triggers) {
  Case c;
  for (const Trigger& t : triggers) absorb(c, *checked(t));
  return c;
}

Phase proposed(const std::vector<Trigger>& triggers, Time now = noon) { return propose(case_of(triggers), now).phase; }

TEST(Phases, AreProposedAsTheTableSays) {
  using W = EmergencyWord;
  const auto phase = [](W word, Duration later) { return proposed({squawk(1, noon, word)}, noon + later); };
  for (const PhaseRule& rule : phase_rules) {
    EXPECT_EQ(phase(rule.word, seconds(0)), rule.at_once) << to_string(rule.word);
    EXPECT_EQ(phase(rule.word, rule.after), rule.later) << to_string(rule.word);
    EXPECT_EQ(phase(rule.word, std::chrono::hours(5)), rule.later) << to_string(rule.word);
    if (rule.after == Duration::zero()) continue;
    EXPECT_EQ(phase(rule.word, rule.after - milliseconds(1)), rule.at_once) << to_string(rule.word);
  }
}

TEST(Phases, OfABeaconDependOnHowSurelyItWasHeard) {
  EXPECT_EQ(proposed({burst(noon, 1)}), Phase::incerfa);
  EXPECT_EQ(proposed({burst(noon)}), Phase::alerfa);
  EXPECT_EQ(proposed({burst(noon, 1), burst(noon + seconds(50), 2)}), Phase::detresfa);
  EXPECT_EQ(proposed({burst(noon), burst(noon + seconds(50))}), Phase::detresfa);
  EXPECT_EQ(proposed({trigger(TriggerKind::sit185, EmergencyWord::beacon, noon)}), Phase::detresfa);
}

TEST(Phases, RiseWhenTroubleIsFollowedBySilence) {
  EXPECT_EQ(proposed({squawk(1, noon), trigger(TriggerKind::vanished, EmergencyWord::vanished, noon + minutes(1))}), Phase::detresfa);
  EXPECT_EQ(proposed({squawk(1, noon, EmergencyWord::medical), trigger(TriggerKind::vanished, EmergencyWord::vanished, noon)}), Phase::incerfa);
}

TEST(Phases, AreNotLoweredByACancellationOrByMilderWords) {
  Trigger over = squawk(1, noon + minutes(1));
  over.cancellation = true;
  const Case c = case_of({squawk(1, noon, EmergencyWord::downed), squawk(1, noon + seconds(30), EmergencyWord::medical), over});
  const Proposal proposal = propose(c, noon + minutes(2));
  EXPECT_EQ(proposal.phase, Phase::detresfa);
  EXPECT_EQ(proposal.reasons.back().ground, PhaseGround::cancelled);
}

TEST(Phases, FollowAnotherPartysOfficer) {
  Trigger told = trigger(TriggerKind::peer, EmergencyWord::medical, noon, "north");
  told.declared = Phase::detresfa;
  EXPECT_EQ(proposed({told}), Phase::detresfa);
}

PlaceHeard heard(TriggerKind kind, EmergencyWord word, const Place& place) { return {kind, "s", noon, word, AircraftClass::unknown, place}; }

TEST(Places, MoveAndGrowAsTheTableSays) {
  Place flying = place_at(34, 36);
  flying.velocity = GroundVelocity{knots(300), TrueBearing::degrees(0)};
  flying.airborne = true;
  const PlaceNow soon = place_now(heard(TriggerKind::squawk, EmergencyWord::general, flying), noon + minutes(10));
  EXPECT_EQ(soon.movement, Movement::flying);
  EXPECT_NEAR(geo::range_and_bearing(at(34, 36), soon.position).range.in(nautical_miles), 50, 0.1);
  EXPECT_NEAR(soon.uncertainty.in(nautical_miles), 25.05, 0.1);
  const PlaceNow later = place_now(heard(TriggerKind::squawk, EmergencyWord::general, flying), noon + minutes(20));
  EXPECT_EQ(later.position, soon.position);
  EXPECT_NEAR(later.uncertainty.in(nautical_miles), 75.05, 0.1);

  const PlaceNow roaming = place_now(heard(TriggerKind::guard_report, EmergencyWord::general, place_at(34, 36)), noon + minutes(6));
  EXPECT_EQ(roaming.movement, Movement::roaming);
  EXPECT_NEAR(roaming.uncertainty.in(nautical_miles), 50.05, 0.1);

  const PlaceNow down = place_now(heard(TriggerKind::beacon, EmergencyWord::beacon, place_at(34, 36)), noon + std::chrono::hours(1));
  EXPECT_EQ(down.movement, Movement::on_surface);
  EXPECT_NEAR(down.uncertainty.in(metres), 100 + 1.4 * 3600, 2);

  const PlaceNow vanished = place_now(heard(TriggerKind::vanished, EmergencyWord::vanished, flying), noon + std::chrono::hours(2));
  EXPECT_EQ(vanished.movement, Movement::coming_down);
  EXPECT_NEAR(vanished.uncertainty.in(nautical_miles), 75 + 4.8, 0.2);

  EXPECT_EQ(movement_of(heard(TriggerKind::beacon, EmergencyWord::beacon, flying)), Movement::flying);   // ELT(DT): in flight
  EXPECT_EQ(movement_of(heard(TriggerKind::emergency_state, EmergencyWord::downed, flying)), Movement::on_surface);
}

RC_GTEST_PROP(Places, NeverGetSurerByTimeAlone, ()) {
  using rc::gen::inRange;
  Place place = place_at(*inRange(-90, 91), *inRange(-180, 180), *inRange(0, 50'000));
  if (*rc::gen::arbitrary<bool>()) place.velocity = GroundVelocity{knots(*inRange(0, 4'100)), TrueBearing::degrees(*inRange(0, 360))};
  if (*rc::gen::arbitrary<bool>()) place.airborne = *rc::gen::arbitrary<bool>();
  PlaceHeard h = heard(static_cast<TriggerKind>(*inRange(0, static_cast<int>(trigger_kinds))), static_cast<EmergencyWord>(*inRange(0, static_cast<int>(emergency_words))), place);
  const Duration first = milliseconds(*inRange(-10'000, 40'000'000)), second = first + milliseconds(*inRange(0, 40'000'000));
  const PlaceNow a = place_now(h, noon + first), b = place_now(h, noon + second);
  RC_ASSERT(b.uncertainty >= a.uncertainty);
  RC_ASSERT(a.uncertainty >= place.uncertainty);
}

// Whoever flies on, with a turn of 30 degrees at once, is within the circle.
TEST(Places, HoldAnAircraftThatTurnsByThirtyDegrees) {
  Place flying = place_at(60, 10, 200);
  flying.velocity = GroundVelocity{knots(450), TrueBearing::degrees(90)};
  for (int minute = 0; minute <= 10; ++minute) {
    const PlaceNow now = place_now(heard(TriggerKind::squawk, EmergencyWord::general, flying), noon + minutes(minute));
    Place turned = flying;
    turned.velocity->track = TrueBearing::degrees(120);
    const geo::Position there = place_now(heard(TriggerKind::squawk, EmergencyWord::general, turned), noon + minutes(minute)).position;
    EXPECT_LE(geo::range_and_bearing(now.position, there).range.in(metres), now.uncertainty.in(metres) * 1.04) << minute;
  }
}

TEST(Contradictions, KeepBothContinentsOfABeacon) {
  Trigger here = burst(noon), there = burst(noon + seconds(50));
  here.place = place_at(51, 0);
  there.place = place_at(-33.9, 151.2);
  Trigger again = burst(noon + seconds(100));
  again.place = place_at(51, 0);
  const Case c = case_of({here, there, again});
  ASSERT_EQ(c.places.size(), 2u);
  EXPECT_EQ(c.places[0].place.position, at(-33.9, 151.2));
  EXPECT_EQ(c.places[1].place.position, at(51, 0));
  EXPECT_EQ(c.places[1].heard_at, noon + seconds(100));
  const auto found = contradictions(c);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, ContradictionKind::place);
  EXPECT_THAT(found[0].text, HasSubstr("both are kept"));
}

TEST(Contradictions, AreNoneWhereOneAircraftFlewOn) {
  Trigger here = squawk(1, noon), there = squawk(1, noon + minutes(10));
  here.place = place_at(34, 36);
  there.place = place_at(35, 36);
  const Case c = case_of({here, there});
  EXPECT_EQ(c.places.size(), 1u);
  EXPECT_TRUE(contradictions(c).empty());
}

TEST(Contradictions, NameTwoPartiesAndTwoAircraft) {
  Trigger one = squawk(1, noon), other = burst(noon);
  one.party = "north";
  other.party = "south";
  other.subject.address = icao_address(2);
  const auto found = contradictions(case_of({one, other}));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, ContradictionKind::party);
  EXPECT_EQ(found[1].kind, ContradictionKind::two_aircraft);
}

TEST(Owner, IsProtectedWhereverAnybodySaysState) {
  Trigger civil = squawk(1, noon), state = trigger(TriggerKind::guard_report, EmergencyWord::general, noon);
  civil.aircraft_class = AircraftClass::civil;
  state.aircraft_class = AircraftClass::state;
  EXPECT_FALSE(owner_of(case_of({civil})).protect);
  EXPECT_TRUE(owner_of(case_of({civil, state})).protect);
}

TEST(Owner, IsNotSureBySomebodysWord) {
  Trigger word = trigger(TriggerKind::peer, EmergencyWord::general, noon, "north");
  word.party = "north";
  word.aircraft_class = AircraftClass::state;
  EXPECT_EQ(owner_of(case_of({word})).party, "north");
  EXPECT_FALSE(owner_of(case_of({word})).certain);
  Trigger seen = squawk(1, noon);
  seen.party = "south";
  const Owner owner = owner_of(case_of({word, seen}));
  EXPECT_EQ(owner.party, "south");
  EXPECT_TRUE(owner.certain);
}

TEST(Owner, OfNobodyKnownIsNotProtectedAndOfADisputedPartyIs) {
  EXPECT_FALSE(owner_of(case_of({burst(noon)})).protect);
  Trigger one = squawk(1, noon), other = trigger(TriggerKind::vanished, EmergencyWord::vanished, noon);
  one.party = "north";
  other.party = "south";
  const Owner owner = owner_of(case_of({one, other}));
  EXPECT_TRUE(owner.protect);
  EXPECT_FALSE(owner.certain);
}

TEST(Known, ListsTheNewestFirstAndWhatDiffers) {
  Trigger a = squawk(1, noon), b = trigger(TriggerKind::guard_report, EmergencyWord::general, noon + minutes(1));
  a.subject.callsign = "NORTH21";
  b.subject.callsign = "NORTH12";
  b.khz = 121'500;
  std::vector<std::string> callsigns, items;
  for (const KnownItem& item : known(case_of({a, b}))) {
    items.push_back(item.item);
    if (item.item == "callsign") callsigns.push_back(item.text);
  }
  EXPECT_THAT(callsigns, ::testing::ElementsAre("NORTH12", "NORTH21"));
  EXPECT_THAT(items, ::testing::Contains("frequency"));
}

}  // namespace
}  // namespace skypact::distress
