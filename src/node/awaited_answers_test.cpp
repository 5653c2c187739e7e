// Whose answer is awaited, from when on it is late, and whom the ladder names: by what was agreed, and never longer than the
// shortest time that holds.

#include "node/awaited_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/peer_alerts.h"

namespace skypact::node {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using Stage = AwaitedAnswer::Stage;

const Time start = *parse_rfc3339("2026-11-26T12:00:00Z");
const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "N"}, {"south", "South", "S"}, {"relief", "Relief", "R"}, {"airlift", "Airlift", "A"}};
constexpr PartyId north{1}, south{2}, relief{3}, airlift{4};

// North and South; Airlift is a member under South.
AgreedAnswers corridor() {
  const Desk north_desk{"duty", "North duty", {"en"}, "+1"}, south_desk{"duty", "South duty", {"ar"}, "HF 5680"};
  return {seconds(30), seconds(60), seconds(120), {{seconds(90), "the other desk's telephone"}, {seconds(150), "the commander of the day"}},
          {{north, north, {north_desk}}, {south, south, {south_desk}}, {airlift, south, {south_desk}}}};
}

Alert conflict(PartyId one, PartyId other) {
  Alert a;
  a.id = AlertId{7};
  a.state = AlertState::predicted;
  a.severity = Severity::warning;
  a.raised_at = start - seconds(300);
  a.grave_since = start;
  a.subjects.resize(2);
  a.subjects[0].address = icao_address(0x3B0001);
  a.subjects[0].party = one;
  a.subjects[1].address = icao_address(0x710001);
  a.subjects[1].party = other;
  return a;
}

PeerAlert told_by(PartyId party, const Alert& alert) { return {party, shared_alert(alert, parties), start}; }

std::vector<AwaitedAnswer> asked(const Alert& alert, Duration after, const std::vector<PeerAlert>& theirs = {}, const std::vector<AgreedAnswers>& agreed = {corridor()}, PartyId own = north) {
  std::vector<const PeerAlert*> pointers;
  for (const PeerAlert& a : theirs) pointers.push_back(&a);
  return awaited_answers(alert, own, pointers, agreed, parties, start + after);
}

const AwaitedAnswer& of(const std::vector<AwaitedAnswer>& all, PartyId party) {
  for (const AwaitedAnswer& a : all) {
    if (a.party == party) return a;
  }
  static const AwaitedAnswer none;
  ADD_FAILURE() << "nothing is awaited of " << party.value;
  return none;
}

TEST(AwaitedAnswers, AreThoseOfBothDesksFromWhenItIsMoreThanAnAdvisory) {
  EXPECT_THAT(asked(conflict(north, south), {}), ElementsAre(Field(&AwaitedAnswer::party, north), Field(&AwaitedAnswer::party, south)));
  Alert advisory = conflict(north, south);
  advisory.grave_since.reset();
  EXPECT_THAT(asked(advisory, seconds(500)), IsEmpty());
  Alert over = conflict(north, south);
  over.state = AlertState::clearing;
  EXPECT_THAT(asked(over, seconds(500)), IsEmpty()) << "nobody needs to answer what is ending";
}

TEST(AwaitedAnswers, ClimbTheLadderAtTheAgreedInstantsAndNotBefore) {
  const std::vector<PeerAlert> known{told_by(south, conflict(north, south))};
  struct Expected {
    Duration after;
    Stage stage;
    std::string call;
    std::optional<Duration> next;
  };
  const std::vector<Expected> table{
      {{}, Stage::waiting, "", seconds(60)},
      {seconds(60) - milliseconds(1), Stage::waiting, "", seconds(60)},
      {seconds(60), Stage::late, "", seconds(90)},
      {seconds(90) - milliseconds(1), Stage::late, "", seconds(90)},
      {seconds(90), Stage::escalated, "the other desk's telephone", seconds(120)},
      {seconds(120), Stage::escalated, "the other desk's telephone", seconds(150)},
      {seconds(150), Stage::escalated, "the commander of the day", std::nullopt},
      {std::chrono::hours(3), Stage::escalated, "the commander of the day", std::nullopt},
  };
  for (const Expected& e : table) {
    const auto all = asked(conflict(north, south), e.after, known);
    for (const PartyId party : {north, south}) {
      const AwaitedAnswer& a = of(all, party);
      EXPECT_EQ(a.stage, e.stage) << to_seconds(e.after);
      EXPECT_EQ(a.call, e.call) << to_seconds(e.after);
      EXPECT_EQ(a.next_at, e.next ? std::optional(start + *e.next) : std::nullopt) << to_seconds(e.after);
    }
    EXPECT_EQ(of(all, south).desks.front().contact, "HF 5680") << "how it is reached stands beside it";
  }
}

TEST(AwaitedAnswers, SayWhereTheOtherMachineHasNotTakenItIn) {
  EXPECT_EQ(of(asked(conflict(north, south), seconds(29)), south).stage, Stage::waiting);
  EXPECT_EQ(of(asked(conflict(north, south), seconds(30)), south).stage, Stage::not_received);
  EXPECT_FALSE(of(asked(conflict(north, south), seconds(30)), south).received);
  EXPECT_EQ(of(asked(conflict(north, south), seconds(30)), north).stage, Stage::waiting) << "ours knows";
  EXPECT_EQ(of(asked(conflict(north, south), seconds(30), {told_by(south, conflict(north, south))}), south).stage, Stage::waiting);
  EXPECT_EQ(of(asked(conflict(north, south), seconds(30), {told_by(relief, conflict(north, south))}), south).stage, Stage::not_received) << "that a third knows does not help";
}

TEST(AwaitedAnswers, EndWithAnyAnswerOfThatDeskAndNoOther) {
  Alert alert = conflict(north, south);
  alert.acknowledgements.push_back({north, "duty", Intention::seen, {}, start + seconds(5)});
  EXPECT_THAT(asked(alert, seconds(200)), ElementsAre(Field(&AwaitedAnswer::party, south)));

  Alert at_south = conflict(north, south);
  at_south.acknowledgements.push_back({north, "not theirs to say", Intention::we_move, {}, start});
  EXPECT_THAT(asked(alert, seconds(200), {told_by(south, at_south)}), ElementsAre(Field(&AwaitedAnswer::party, south)));
  at_south.acknowledgements.push_back({south, "duty", Intention::no_factor, {}, start});
  EXPECT_THAT(asked(alert, seconds(200), {told_by(relief, at_south)}), ElementsAre(Field(&AwaitedAnswer::party, south))) << "nor a third's word";
  EXPECT_THAT(asked(alert, seconds(200), {told_by(south, at_south)}), IsEmpty());

  alert.acknowledgements.push_back({south, "duty, heard by radio", Intention::you_move, {}, start});
  EXPECT_THAT(asked(alert, seconds(200)), IsEmpty()) << "told by voice and written down here";
}

TEST(AwaitedAnswers, OfAMemberComeFromItsLead) {
  EXPECT_THAT(asked(conflict(north, airlift), {}), ElementsAre(Field(&AwaitedAnswer::party, north), Field(&AwaitedAnswer::party, south)));
  EXPECT_THAT(asked(conflict(south, airlift), {}), IsEmpty()) << "none of ours is in it";
  EXPECT_THAT(asked(conflict(airlift, north), seconds(61), {}, {corridor()}, airlift), ElementsAre(Field(&AwaitedAnswer::party, north), Field(&AwaitedAnswer::party, south)))
      << "a node of the member's own waits for its lead's desk";
}

TEST(AwaitedAnswers, OfZonesAndDistressAreOurOwnDesksAlone) {
  for (const AlertKind kind : {AlertKind::zone, AlertKind::distress}) {
    Alert alert = conflict(north, south);
    alert.kind = kind;
    alert.subjects.pop_back();
    EXPECT_THAT(asked(alert, {}), ElementsAre(Field(&AwaitedAnswer::party, north)));
    alert.subjects[0].party = south;
    EXPECT_THAT(asked(alert, {}), IsEmpty());
  }
  for (const AlertKind kind : {AlertKind::feed, AlertKind::interference}) {
    Alert alert = conflict(north, south);
    alert.kind = kind;
    EXPECT_THAT(asked(alert, seconds(500)), IsEmpty());
  }
}

TEST(AwaitedAnswers, AreOfNobodyWithWhomNothingIsAgreed) {
  EXPECT_THAT(asked(conflict(north, relief), seconds(500)), ElementsAre(Field(&AwaitedAnswer::party, north)));
  EXPECT_THAT(asked(conflict(north, unknown_party), seconds(500)), ElementsAre(Field(&AwaitedAnswer::party, north)));
  EXPECT_THAT(asked(conflict(north, south), seconds(500), {}, {}), IsEmpty());
  AgreedAnswers others = corridor();
  others.sides = {{south, south, {}}, {relief, relief, {}}};
  EXPECT_THAT(asked(conflict(north, south), seconds(500), {}, {others}), IsEmpty()) << "an agreement that is not ours";
}

TEST(AwaitedAnswers, OfTwoAgreementsTheShorterTimeHolds) {
  AgreedAnswers quick = corridor();
  quick.received_within = seconds(5);
  quick.answered_within = seconds(40);
  quick.escalated_within = seconds(300);
  quick.steps = {{seconds(45), "the watch supervisor"}};
  for (const auto& agreed : {std::vector{corridor(), quick}, std::vector{quick, corridor()}}) {
    EXPECT_EQ(of(asked(conflict(north, south), seconds(5), {}, agreed), south).stage, Stage::not_received);
    EXPECT_EQ(of(asked(conflict(north, south), seconds(40), {}, agreed), south).stage, Stage::late);
    EXPECT_EQ(of(asked(conflict(north, south), seconds(45), {}, agreed), south).call, "the watch supervisor");
    EXPECT_EQ(of(asked(conflict(north, south), seconds(90), {}, agreed), south).call, "the other desk's telephone");
    EXPECT_EQ(of(asked(conflict(north, south), seconds(45), {}, agreed), south).desks.size(), 1u);
  }
}

}  // namespace
}  // namespace skypact::node
