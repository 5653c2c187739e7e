// Clearances through the acts machines of three parties, that hear each other's records late, twice and in pieces.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "node/test_acts.h"
#include "plan/test_clearance.h"

namespace skypact::node {
namespace {

using namespace test;
using plan::AskedStage;
using plan::ClearanceState;

const plan::ClearanceAuthor officer{"officer", "duty"};
const plan::ClearanceNumber first{1, 26};
const Time start = plan::test::asked_at;

// North asks South and UN.
plan::ClearanceRequest request() {
  plan::ClearanceRequest r = plan::test::example();
  r.route[1].party = "un";
  return r;
}

bool say(Node& node, const Result<plan::ClearanceAct>& act, Time now) {
  if (!act) return false;
  node.record_entry(node.acts.entry_of(*act, now));
  return true;
}
bool approve(Node& node, std::uint32_t revision, Time now) {
  return say(node, node.acts.clearances().say("north", first, {revision, plan::ClearanceAnswer{plan::ClearanceAnswerWord::approve, {}, plan::test::conditions(), ""}}, officer, now), now);
}
bool amend(Node& node, const plan::ClearanceRequest& to, Time now) { return say(node, node.acts.clearances().amend(first, to, officer, now), now); }
void do_duties(Node& node, Time now) {
  for (const plan::ClearanceAct& act : node.acts.clearances().duties(now)) node.record_entry(node.acts.entry_of(act, now));
}
ClearanceState state(const Node& node, Time now) { return state_of(*node.acts.clearances().find("north", first), now); }

class ClearanceActs : public ::testing::Test {
 protected:
  Node north{"north"}, south{"south"}, un{"un"};
  Time now = start;

  void hear_all() {
    for (Node* a : {&north, &south, &un}) {
      for (const Node* b : {&north, &south, &un}) {
        if (a != b) a->hear_all(*b, now);
      }
    }
  }
  void clear() {
    ASSERT_TRUE(say(north, north.acts.clearances().ask(request(), officer, now), now));
    hear_all();
    ASSERT_TRUE(approve(south, 1, now));
    ASSERT_TRUE(approve(un, 1, now));
    hear_all();
    do_duties(north, now);
    hear_all();
  }
};

TEST_F(ClearanceActs, CarryAClearanceThroughThreeRecords) {
  clear();
  for (const Node* node : {&north, &south, &un}) {
    EXPECT_EQ(state(*node, now), ClearanceState::cleared) << node->party;
    EXPECT_EQ(node->replayed().clearances(), node->acts.clearances()) << node->party;
  }
  EXPECT_EQ(north.acts.clearances().standing(now), south.acts.clearances().standing(now));
  // In both records, as the same act.
  const std::string act = "\"act\":" + plan::canonical_json(plan::parse_clearance_entry(south.record.back())->act);
  EXPECT_NE(south.record.back().find("\"type\":\"clearance_received\""), std::string::npos);
  EXPECT_NE(north.record.back().find(act), std::string::npos) << north.record.back();
}

TEST_F(ClearanceActs, TakeWhatFollowsEachOtherInOnePiece) {
  ASSERT_TRUE(say(north, north.acts.clearances().ask(request(), officer, now), now));
  for (std::uint32_t revision = 2; revision < 5; ++revision) ASSERT_TRUE(amend(north, request(), now + minutes(revision)));
  const auto received = south.hear(north, 0, north.record.size(), now + minutes(10));
  EXPECT_TRUE(received.passed_over.empty());
  EXPECT_EQ(received.entries.size(), 4u);
  EXPECT_EQ(south.acts.clearances().find("north", first)->latest.revision, 4u);
}

TEST_F(ClearanceActs, HearNothingTwiceAndNothingOfAnother) {
  clear();
  const auto size = south.record.size();
  south.hear_all(north, now);
  EXPECT_EQ(south.record.size(), size);
  // South's own word in North's name.
  plan::ClearanceAct act{"north", {2, 26}, 1, officer, request()};
  std::vector<std::string> forged{plan::to_entry({keys_of("north").origin(), "north", now, act, {}})};
  const auto received = un.acts.receive(keys_of("south").origin(), south.record.size(), forged, now);
  EXPECT_TRUE(received.entries.empty());
  ASSERT_EQ(received.passed_over.size(), 1u);
  EXPECT_NE(received.passed_over[0].find("it names the record"), std::string::npos) << received.passed_over[0];
}

TEST_F(ClearanceActs, AnAnswerToWhatIsNotTheLatestAnyMoreIsPassedOverAndSaidSo) {
  ASSERT_TRUE(say(north, north.acts.clearances().ask(request(), officer, now), now));
  hear_all();
  ASSERT_TRUE(approve(south, 1, now));
  ASSERT_TRUE(amend(north, request(), now));
  const auto received = north.hear(south, 0, south.record.size(), now);
  ASSERT_EQ(received.passed_over.size(), 1u);
  EXPECT_NE(received.passed_over[0].find("its latest revision is 2, this speaks of 1"), std::string::npos) << received.passed_over[0];
  EXPECT_EQ(north.acts.clearances().find("north", first)->latest.parts.at("south").stage, AskedStage::waiting);
  south.hear_all(north, now);
  ASSERT_TRUE(approve(south, 2, now));
  north.hear_all(south, now);
  EXPECT_EQ(north.acts.clearances().find("north", first)->numbers.at("south"), first);
}

TEST_F(ClearanceActs, AskOnlyWhoseRecordIsRead) {
  plan::ClearanceRequest r = request();
  EXPECT_TRUE(north.acts.reaches_whom_it_asks({"north", first, 1, officer, r}));
  r.route[1].party = "east";
  const auto reaches = north.acts.reaches_whom_it_asks({"north", first, 1, officer, r});
  ASSERT_FALSE(reaches);
  EXPECT_EQ(reaches.error().message, "request: route[1].party: east is no party whose record's root key this node knows; ask it by other means");
}

TEST_F(ClearanceActs, ATimeThatWouldGoBackStaysAtTheRecords) {
  clear();
  EXPECT_EQ(north.acts.time_of_act(now - minutes(5)), std::chrono::floor<milliseconds>(now));
}

}  // namespace
}  // namespace skypact::node
