// Notices between lines that are joined by hand: given, changed, cancelled, acknowledged, contradicted, and read again from a record.

#include "line/notice_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "line/test_line.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Keys;
using tests::setup_of;

const Time noon = test::utc("2026-11-20T12:00:00Z");
const Author duty{"duty-1", "duty"};
const std::vector<std::string> peers{"south", "relief"};
using Key = NoticeDesk::Key;

// A node as far as its line and its notices go, with its record in memory.
struct Node {
  Node(Keys& keys, const std::string& name, const std::vector<std::string>& others)
      : party(name), line(setup_of(keys, name, others), keys.copy(name)), desk(name) {}

  void carry_out(Step step, Time now) {
    for (const std::string& id : step.changed) {
      if (const auto taken = desk.take(*line.find(id)); !taken) refused.push_back(taken.error().message);
    }
    for (Step::Send& send : step.sends) sends.push_back(std::move(send));
    for (const Step::Entry& entry : step.entries) {
      record.push_back(entry.text);
      if (!entry.id.empty()) carry_out(line.recorded(entry.id, record.size() - 1, now), now);
    }
  }
  std::string send(const Result<Draft>& draft, Time now) {
    EXPECT_TRUE(draft) << (draft ? "" : draft.error().message);
    if (!draft) return {};
    auto sent = line.send(*draft, now);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().message);
    if (!sent) return {};
    carry_out(std::move(sent->step), now);
    return sent->id;
  }
  void acknowledge(NoticeNumber number, const std::string& of, Depth depth, AnswerWord word, Time now) {
    const auto id = desk.message_to_answer(of, number);
    ASSERT_TRUE(id) << id.error().message;
    auto sent = line.answer(*id, {.word = word, .depth = depth}, duty, now);
    ASSERT_TRUE(sent) << sent.error().message;
    carry_out(std::move(sent->step), now);
  }
  const NoticeRecord& of(const std::string& whose, std::uint32_t count = 1) const {
    const NoticeRecord* const found = desk.book().find(whose, {count, 26});
    EXPECT_NE(found, nullptr);
    static const NoticeRecord none{"none", test::example(), {{1, {}}}, {}, {}, 0};
    return found != nullptr ? *found : none;
  }

  std::string party;
  Line line;
  NoticeDesk desk;
  std::vector<std::string> record, refused;
  std::vector<Step::Send> sends;
};

struct NoticeDesks : testing::Test {
  NoticeDesks() {
    for (Node* node : all) node->desk.past_is_read(node->line);
  }
  // Until nothing is on its way.
  void deliver(Time now) {
    for (bool more = true; more;) {
      more = false;
      for (Node* from : all) {
        for (const Step::Send& send : std::exchange(from->sends, {})) {
          for (Node* to : all) {
            if (to->party != send.to) continue;
            more = true;
            auto taken = to->line.take({send.note, "link", from->party, send.sealed}, now);
            ASSERT_TRUE(taken) << taken.error().message;
            to->carry_out(std::move(*taken), now);
          }
        }
      }
    }
  }
  Keys keys;
  Node north{keys, "north", {"south", "relief"}}, south{keys, "south", {"north", "relief"}}, relief{keys, "relief", {"north", "south"}};
  std::vector<Node*> all{&north, &south, &relief};
};

TEST_F(NoticeDesks, BringANoticeToEverybodyAndItsAcknowledgementsBack) {
  const std::string id = north.send(north.desk.give(test::example(), {"south", "relief"}, duty, noon), noon);
  deliver(noon + seconds(2));
  for (const Node* node : all) {
    const NoticeRecord& r = node->of("north");
    EXPECT_EQ(r.notice.revision, 1u);
    EXPECT_EQ(r.source().message, id);
    EXPECT_EQ(r.source().submitted_at, noon);
    EXPECT_THAT(r.told(), ElementsAre("relief", "south"));
  }
  EXPECT_THAT(south.desk.changed(noon), ElementsAre(Key("north", {1, 26})));
  EXPECT_THAT(south.desk.changed(noon), IsEmpty());
  south.acknowledge({1, 26}, "north", Depth::desk, AnswerWord::seen, noon + seconds(30));
  south.acknowledge({1, 26}, "north", Depth::crew, AnswerWord::passed_on, noon + minutes(3));
  relief.acknowledge({1, 26}, "north", Depth::unit, AnswerWord::cannot, noon + minutes(4));
  deliver(noon + minutes(5));
  const auto& acknowledgements = north.of("north").acknowledgements;
  EXPECT_EQ(acknowledgements.at("south").depth, Depth::crew);
  EXPECT_EQ(acknowledgements.at("south").confirmed[2]->word, AnswerWord::passed_on);
  EXPECT_TRUE(acknowledgements.at("relief").cannot);
  EXPECT_EQ(south.of("north").acknowledgements.at("south").depth, Depth::crew) << "who said it knows it too";
  EXPECT_FALSE(north.desk.message_to_answer("north", {1, 26}));
  EXPECT_FALSE(north.desk.message_to_answer("south", {1, 26}));
}

TEST_F(NoticeDesks, KeepTheNumberThroughAChangeAndACancellationAndTellAllWhoWereTold) {
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  deliver(noon);
  south.acknowledge({1, 26}, "north", Depth::crew, AnswerWord::seen, noon);
  Notice wider = test::example();
  wider.geometry = NoticeCircle{test::at(52.31, 4.75), nautical_miles(8)};
  north.send(north.desk.change({1, 26}, wider, {"relief"}, peers, duty), noon + minutes(10));
  deliver(noon + minutes(10));
  EXPECT_EQ(south.of("north").notice.revision, 2u);
  EXPECT_EQ(south.of("north").notice.geometry, wider.geometry);
  EXPECT_EQ(south.of("north").acknowledgements.at("south").revision, 1u) << "the change has to go down again";
  EXPECT_EQ(relief.of("north").missing(), 1u) << "it never had the first";
  north.send(north.desk.cancel({1, 26}, "weather", peers, duty), noon + minutes(20));
  deliver(noon + minutes(20));
  for (const Node* node : all) {
    EXPECT_TRUE(node->of("north").cancelled());
    EXPECT_EQ(node->of("north").notice.remarks, "weather");
    EXPECT_EQ(node->of("north").notice.revision, 3u);
    EXPECT_THAT(node->desk.zones(noon).zones, IsEmpty());
  }
  EXPECT_EQ(north.desk.change({1, 26}, wider, {}, peers, duty).error().code, ErrorCode::conflict);
  EXPECT_EQ(north.desk.cancel({2, 26}, "", peers, duty).error().code, ErrorCode::not_found);
  EXPECT_EQ(*north.desk.next_number(noon), (NoticeNumber{2, 26})) << "a number is never given twice";
  Notice drill = test::example();
  drill.exercise = true;
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  EXPECT_THAT(north.desk.change({2, 26}, drill, {}, peers, duty).error().message, HasSubstr("a drill does not become real"));
}

TEST_F(NoticeDesks, TakeFromAPartyItsOwnNoticesOnlyAndShowTwoTextsUnderOneNumber) {
  north.send(north.desk.give(test::example(), {"south", "relief"}, duty, noon), noon);
  deliver(noon);
  (void)south.desk.changed(noon);
  // A second node with North's key says something else under the same number, and South's own number is another notice.
  Node other(keys, "north", {"south", "relief"});
  other.desk.past_is_read(other.line);
  Notice elsewhere = test::example();
  elsewhere.remarks = "somewhere else";
  other.send(other.desk.give(elsewhere, {"south"}, duty, noon), noon + seconds(1));
  for (int times = 0; times < 3; ++times) {
    auto taken = south.line.take({other.sends.at(0).note, "link", "north", {}}, noon + seconds(1));
    ASSERT_TRUE(taken);
    south.carry_out(std::move(*taken), noon + seconds(1));
  }
  EXPECT_THAT(south.refused, ElementsAre(HasSubstr("says something else"))) << "told once";
  EXPECT_EQ(south.of("north").notice.remarks, test::example().remarks) << "the first stands";
  EXPECT_EQ(south.of("north").contradiction_count, 1u);
  EXPECT_THAT(south.desk.changed(noon), ElementsAre(Key("north", {1, 26})));
  south.send(south.desk.give(elsewhere, {"north"}, duty, noon), noon);
  EXPECT_EQ(south.of("south").notice.remarks, "somewhere else");
  EXPECT_EQ(south.of("north").contradiction_count, 1u);
}

TEST_F(NoticeDesks, KnowAllOfItAgainFromTheRecordAndGiveNoNumberBefore) {
  north.send(north.desk.give(test::example(), {"south", "relief"}, duty, noon), noon);
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  deliver(noon);
  south.acknowledge({1, 26}, "north", Depth::unit, AnswerWord::seen, noon + seconds(30));
  north.send(north.desk.change({2, 26}, test::example(), {}, peers, duty), noon + minutes(1));
  deliver(noon + minutes(1));

  Node again(keys, "north", {"south", "relief"});
  const auto early = again.desk.give(test::example(), {"south"}, duty, noon);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::unreachable);
  for (std::uint64_t i = 0; i < north.record.size(); ++i) {
    for (const std::string& id : again.line.replay(i, north.record[i]).changed) {
      if (const MessageState* const state = again.line.find(id)) {
        EXPECT_TRUE(again.desk.take_past(*state));
      }
    }
  }
  again.desk.past_is_read(again.line);
  EXPECT_EQ(again.desk.book(), north.desk.book());
  EXPECT_EQ(*again.desk.next_number(noon), (NoticeNumber{3, 26}));
}

TEST_F(NoticeDesks, PutWhatWasRecordedBeforeWhatCameWhileItWasRead) {
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  deliver(noon);
  // South's node starts anew. Before it has read its record another text under that number comes, and a notice that it did not have.
  Node again(keys, "south", {"north", "relief"});
  Node other(keys, "north", {"south", "relief"});
  other.desk.past_is_read(other.line);
  Notice elsewhere = test::example();
  elsewhere.remarks = "somewhere else";
  other.send(other.desk.give(elsewhere, {"south"}, duty, noon), noon + seconds(1));
  other.send(other.desk.give(elsewhere, {"south"}, duty, noon), noon + seconds(1));
  for (const Step::Send& send : other.sends) {
    if (send.to != "south") continue;
    auto taken = again.line.take({send.note, "link", "north", {}}, noon + seconds(1));
    ASSERT_TRUE(taken);
    again.carry_out(std::move(*taken), noon + seconds(1));
  }
  EXPECT_EQ(again.of("north", 2).notice.remarks, "somewhere else") << "shown at once";
  for (std::uint64_t i = 0; i < south.record.size(); ++i) {
    for (const std::string& id : again.line.replay(i, south.record[i]).changed) {
      if (const MessageState* const state = again.line.find(id)) (void)again.desk.take_past(*state);
    }
  }
  again.desk.past_is_read(again.line);
  EXPECT_EQ(again.of("north", 1).notice.remarks, test::example().remarks) << "what was recorded first stands";
  EXPECT_EQ(again.of("north", 1).contradiction_count, 1u);
  EXPECT_EQ(again.of("north", 2).notice.remarks, "somewhere else");
}

TEST_F(NoticeDesks, KeepTheZonesOfBeforeTheStartUntilTheRecordIsRead) {
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  deliver(noon);
  const NoticeZones before = south.desk.zones(noon);
  ASSERT_EQ(before.zones.size(), 2u);
  NoticeDesk again("south", before);
  // A cancellation of the first comes at once; what it cancels is not known yet.
  const std::string id = north.send(north.desk.cancel({1, 26}, "", peers, duty), noon + minutes(1));
  ASSERT_TRUE(again.take(*north.line.find(id)));
  const NoticeZones now = again.zones(noon + minutes(1));
  ASSERT_EQ(now.zones.size(), 1u);
  EXPECT_EQ(now.zones[0].id, "notice:north:0002/26");
  EXPECT_EQ(now.parties.at(now.zones[0].exempt.at(0).value).id, "north");
  Line line(setup_of(keys, "south", {"north"}), keys.copy("south"));
  again.past_is_read(line);
  EXPECT_THAT(again.zones(noon + minutes(1)).zones, IsEmpty()) << "the record does not have them";
}

TEST_F(NoticeDesks, CancelThoughOneWhoWasToldIsNoPeerAnyMore) {
  north.send(north.desk.give(test::example(), {"south", "relief"}, duty, noon), noon);
  const auto cancelled = north.desk.cancel({1, 26}, "", {"south"}, duty);
  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_THAT(cancelled->to, ElementsAre("south"));
}

TEST_F(NoticeDesks, TellWhenASpanBeginsAndEnds) {
  const Time begins = test::example().spans[0].from;
  north.send(north.desk.give(test::example(), {"south"}, duty, noon), noon);
  EXPECT_THAT(north.desk.changed(noon), ElementsAre(Key("north", {1, 26})));
  EXPECT_THAT(north.desk.changed(begins - seconds(1)), IsEmpty());
  EXPECT_THAT(north.desk.changed(begins), ElementsAre(Key("north", {1, 26})));
  EXPECT_THAT(north.desk.changed(begins + hours(1)), IsEmpty());
  EXPECT_THAT(north.desk.changed(begins + hours(3)), ElementsAre(Key("north", {1, 26})));
  EXPECT_THAT(north.desk.changed(begins + hours(50)), ElementsAre(Key("north", {1, 26}))) << "over, after a pause of the program";
  EXPECT_THAT(north.desk.changed(begins + hours(60)), IsEmpty());
}

TEST_F(NoticeDesks, RefuseWhatAMessageCannotCarryAndWhatIsNoNotice) {
  Notice large = test::example();
  Ring ring;
  for (int i = 0; i < 390; ++i) ring.push_back(test::vincenty::direct(test::at(52.123456, 4.123456), i * 360.0 / 390, 40'000));
  large.geometry = NoticePolygon{ring};
  large.spans.clear();
  for (int i = 0; i < 50; ++i) large.spans.push_back({test::morning + hours(i), test::morning + hours(i) + minutes(30)});
  const auto refused = north.desk.give(large, {"south"}, duty, noon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit);
  EXPECT_THAT(refused.error().message, HasSubstr("fewer places"));
  EXPECT_EQ(north.desk.give(test::example(), {}, duty, noon).error().message, "to: names the parties that are told");
  // What another program sends as a notice and is none.
  Draft draft{.to = {"south"}, .by = duty, .body = NoticeMessage{"{\"number\":\"0012/26\"}"}};
  auto sent = north.line.send(draft, noon);
  ASSERT_TRUE(sent);
  EXPECT_THAT(south.desk.take(*north.line.find(sent->id)).error().message, HasSubstr("a notice of north"));
  EXPECT_EQ(south.desk.book().size(), 0u);
}

}  // namespace
}  // namespace skypact::line
