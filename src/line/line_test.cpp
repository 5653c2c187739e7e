#include "line/line.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "line/test_line.h"

namespace skypact::line {
namespace {

using tests::call_to;
using tests::Keys;
using tests::setup_of;
using tests::start;

const std::set<std::string, std::less<>> all_up{"north", "south", "relief"};

// Takes what `from` sent to `to` straight there.
void deliver(Step& step, Line& to, std::string_view name, std::string_view from, Time now, Step* back = nullptr) {
  for (const Step::Send& send : step.sends) {
    if (send.to != name) continue;
    auto taken = to.take({send.note, "link", from, send.sealed}, now);
    ASSERT_TRUE(taken) << taken.error().message;
    if (back != nullptr) back->add(std::move(*taken));
  }
}

// Its disk answers.
Step record(Line& line, const Step& step, Time now, std::uint64_t& next) {
  Step after;
  for (const Step::Entry& entry : step.entries) after.add(line.recorded(entry.id, next++, now));
  return after;
}

struct Two : testing::Test {
  Keys keys;
  Line north{setup_of(keys, "north", {"south", "relief"}, "relief"), keys.copy("north")};
  Line south{setup_of(keys, "south", {"north", "relief"}, "relief"), keys.copy("south")};
  Line relief{setup_of(keys, "relief", {"north", "south"}), keys.copy("relief")};
  std::uint64_t north_next = 0, south_next = 0;
};

TEST_F(Two, AStopIsShownAndReceiptedBeforeAnyDiskAnswers) {
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_EQ(sent->step.sends.size(), 1u);
  EXPECT_TRUE(sent->step.sends[0].urgent);
  Step back;
  deliver(sent->step, south, "south", "north", start, &back);
  EXPECT_EQ(back.arrived, std::vector<std::string>{sent->id});
  ASSERT_NE(south.find(sent->id), nullptr);
  EXPECT_FALSE(south.find(sent->id)->index);
  EXPECT_TRUE(south.is_open(*south.find(sent->id), start));
  deliver(back, north, "north", "south", start);
  const Addressee& to = north.find(sent->id)->to[0];
  EXPECT_EQ(to.receipt_at, start);
  EXPECT_FALSE(to.recorded);
  // The disk answers: a second receipt says so.
  Step durable = record(south, back, start, south_next);
  deliver(durable, north, "north", "south", start);
  EXPECT_TRUE(north.find(sent->id)->to[0].recorded);
}

TEST_F(Two, WhatIsNotUrgentIsReceiptedOnlyOnceItIsDurable) {
  auto sent = north.send(call_to({"south"}, MessageClass::warn), start);
  ASSERT_TRUE(sent);
  EXPECT_FALSE(sent->step.sends[0].urgent);
  Step back;
  deliver(sent->step, south, "south", "north", start, &back);
  EXPECT_TRUE(back.sends.empty());
  Step durable = record(south, back, start, south_next);
  ASSERT_EQ(durable.sends.size(), 1u);
  deliver(durable, north, "north", "south", start);
  EXPECT_TRUE(north.find(sent->id)->to[0].recorded);
}

TEST_F(Two, TheSameNoteTwiceCountsOnceAndIsReceiptedAgain) {
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  ASSERT_TRUE(sent);
  Step first, second;
  deliver(sent->step, south, "south", "north", start, &first);
  deliver(sent->step, south, "south", "north", start + seconds(1), &second);
  EXPECT_TRUE(second.arrived.empty());
  EXPECT_EQ(second.sends.size(), 1u);
  EXPECT_EQ(std::count(south.order().begin(), south.order().end(), sent->id), 1);
  deliver(second, north, "north", "south", start + seconds(1));
  EXPECT_TRUE(north.find(sent->id)->to[0].receipt_at);
}

TEST_F(Two, AnAnswerEndsTheWaitingAndTellsWhetherThePlaceIsTheOneThatWasSent) {
  for (const double shown : {35.1, 35.2}) {
    auto sent = north.send(call_to({"south"}, MessageClass::stop, R"({"position":{"lat_deg":35.1,"lon_deg":33.75}})"), start);
    ASSERT_TRUE(sent);
    Step back;
    deliver(sent->step, south, "south", "north", start, &back);
    auto answer = south.answer(sent->id, {AnswerWord::passed_on, Depth::unit, geo::Position::from_degrees(shown, 33.75)}, {"duty-9", "duty"}, start + seconds(8));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_FALSE(south.is_open(*south.find(sent->id), start + seconds(8)));
    deliver(answer->step, north, "north", "south", start + seconds(8));
    const MessageState& state = *north.find(sent->id);
    ASSERT_EQ(state.answers.size(), 1u);
    EXPECT_EQ(state.answers[0].same_place, shown == 35.1);
    EXPECT_EQ(state.answers[0].by.account, "duty-9");
    EXPECT_EQ(state.to[0].answered_at, start + seconds(8));
    EXPECT_FALSE(north.is_open(state, start + seconds(8)));
  }
}

TEST_F(Two, WhoAsksWhereExactlyIsOpenUntilItIsSaid) {
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  Step back;
  deliver(sent->step, south, "south", "north", start, &back);
  auto answer = south.answer(sent->id, {AnswerWord::where_exactly}, {"duty-9", "duty"}, start);
  deliver(answer->step, north, "north", "south", start);
  EXPECT_TRUE(north.is_open(*north.find(sent->id), start));
  Draft more = call_to({"south"}, MessageClass::stop);
  more.reply_to = sent->id;
  ASSERT_TRUE(north.send(std::move(more), start));
  EXPECT_FALSE(north.is_open(*north.find(sent->id), start));
}

TEST_F(Two, NobodyAnswersForAThirdParty) {
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  // Relief gets hold of the note, and answers as if it were to it.
  Line impostor(setup_of(keys, "relief", {"north", "south"}), keys.copy("relief"));
  Message answer;
  answer.from = "relief";
  answer.to = {"north"};
  answer.number = 1;
  answer.at = start;
  answer.message_class = MessageClass::stop;
  answer.reply_to = sent->id;
  answer.by = {"x", "duty"};
  answer.body = Answer{AnswerWord::stopped};
  ledger::Note note{to_text(answer), {}};
  note.signatures.push_back(ledger::sign(note.text, keys.of("relief")));
  ASSERT_TRUE(north.take({ledger::to_text(note), "link", "relief", {}}, start));
  EXPECT_TRUE(north.find(sent->id)->answers.empty());
  EXPECT_TRUE(north.is_open(*north.find(sent->id), start));
}

TEST_F(Two, AStopThatNobodyAnswersClimbsTheLadderFromFifteenSecondsOn) {
  LineTimers timers;
  timers.steps = {{seconds(60), "the officer on watch"}, {seconds(120), "the duty general"}};
  north.set_timers("south", timers);
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  const auto state = [&]() -> const MessageState& { return *north.find(sent->id); };
  north.tick(start + seconds(14), all_up);
  EXPECT_TRUE(std::none_of(state().events.begin(), state().events.end(), [](const LineEvent& e) { return e.what == LineEvent::What::escalated; }));
  EXPECT_EQ(north.ladder(state(), "south", start + seconds(14)), "");
  Step at15 = north.tick(start + seconds(15), all_up);
  EXPECT_EQ(north.ladder(state(), "south", start + seconds(15)), "the officer on watch");
  EXPECT_NE(std::find_if(at15.entries.begin(), at15.entries.end(), [](const Step::Entry& e) { return e.text.find("\"escalated\"") != std::string::npos; }), at15.entries.end());
  north.tick(start + seconds(74), all_up);
  EXPECT_EQ(north.ladder(state(), "south", start + seconds(74)), "the officer on watch");
  north.tick(start + seconds(75), all_up);
  EXPECT_EQ(north.ladder(state(), "south", start + seconds(75)), "the duty general");
  const auto count = [&](LineEvent::What what) { return std::count_if(state().events.begin(), state().events.end(), [&](const LineEvent& e) { return e.what == what; }); };
  north.tick(start + seconds(76), all_up);
  EXPECT_EQ(count(LineEvent::What::escalated), 2);
  EXPECT_EQ(count(LineEvent::What::not_received), 1);
  EXPECT_EQ(count(LineEvent::What::not_answered), 1);
}

TEST_F(Two, AWarningClimbsWhenThePactSays) {
  LineTimers timers;
  timers.steps = {{seconds(60), "the officer on watch"}};
  north.set_timers("south", timers);
  auto sent = north.send(call_to({"south"}, MessageClass::warn), start);
  north.tick(start + seconds(59), all_up);
  EXPECT_EQ(north.ladder(*north.find(sent->id), "south", start + seconds(59)), "");
  EXPECT_EQ(north.ladder(*north.find(sent->id), "south", start + seconds(60)), "the officer on watch");
}

TEST_F(Two, WithoutADirectLinkAMessageAndItsReceiptTravelThroughTheNeutralNode) {
  const std::set<std::string, std::less<>> cut{"relief"};
  north.tick(start, cut);
  south.tick(start, cut);
  auto sent = north.send(call_to({"south"}, MessageClass::stop), start);
  Step step = north.tick(start + milliseconds(200), cut);
  ASSERT_TRUE(std::any_of(step.sends.begin(), step.sends.end(), [](const Step::Send& s) { return s.to == "relief" && s.urgent; }));
  EXPECT_EQ(north.find(sent->id)->to[0].carried_by, std::vector<std::string>{"relief"});
  Step carried;
  deliver(step, relief, "relief", "north", start, &carried);
  EXPECT_TRUE(carried.arrived.empty()) << "it is not relief's to show";
  EXPECT_FALSE(carried.entries.empty()) << "that it carried is in its record";
  Step back;
  deliver(carried, south, "south", "relief", start, &back);
  ASSERT_NE(south.find(sent->id), nullptr);
  EXPECT_EQ(south.find(sent->id)->via, "carried:relief");
  Step returned;
  deliver(back, relief, "relief", "south", start, &returned);
  deliver(returned, north, "north", "relief", start);
  EXPECT_TRUE(north.find(sent->id)->to[0].receipt_at);
  // And no further tries by that way once it is received.
  Step later = north.tick(start + seconds(40), cut);
  EXPECT_TRUE(std::none_of(later.sends.begin(), later.sends.end(), [](const Step::Send& s) { return s.to == "relief" && s.key.empty(); }));
}

TEST_F(Two, ANoteIsCarriedToWhomItNamesAndNotRoundInCircles) {
  auto sent = north.send(call_to({"relief", "south"}, MessageClass::stop), start);
  // Relief is named too: it takes the note for itself and sends it to nobody.
  Step taken;
  deliver(sent->step, relief, "relief", "north", start, &taken);
  EXPECT_TRUE(std::all_of(taken.sends.begin(), taken.sends.end(), [](const Step::Send& s) { return s.to == "north"; }));
  auto other = north.send(call_to({"south"}, MessageClass::stop), start);
  Step once, twice;
  for (const Step::Send& send : other->step.sends) once.add(*relief.take({send.note, "link", "north", {}}, start));
  for (const Step::Send& send : other->step.sends) twice.add(*relief.take({send.note, "link", "north", {}}, start + seconds(1)));
  EXPECT_EQ(once.sends.size(), 1u);
  EXPECT_TRUE(twice.sends.empty());
  // Nor does it go back to the one who brought it.
  EXPECT_TRUE(relief.take({other->step.sends[0].note, "link", "south", {}}, start + minutes(5))->sends.empty());
}

TEST_F(Two, AFloodIsNotCarriedAndTheRestOfTheLineGoesOn) {
  unsigned carried = 0, refused = 0;
  for (int i = 0; i < 300; ++i) {
    auto sent = north.send(call_to({"south"}, MessageClass::inform), start);
    const auto taken = relief.take({sent->step.sends[0].note, "link", "north", {}}, start);
    taken ? carried += !taken->sends.empty() : ++refused;
  }
  EXPECT_EQ(carried, LineLimits::relayed_burst);
  EXPECT_EQ(refused, 300 - LineLimits::relayed_burst);
  auto own = south.send(call_to({"relief"}, MessageClass::stop), start);
  EXPECT_EQ(relief.take({own->step.sends[0].note, "link", "south", {}}, start)->arrived.size(), 1u);
}

TEST_F(Two, AMessageIsSentAgainUntilItIsRecordedThere) {
  auto sent = north.send(call_to({"south"}, MessageClass::inform), start);
  unsigned again = 0;
  for (int s = 1; s <= 100; ++s) {
    const Step step = north.tick(start + seconds(s), all_up);
    again += static_cast<unsigned>(std::count_if(step.sends.begin(), step.sends.end(), [](const Step::Send& x) { return x.to == "south" && x.key.empty(); }));
  }
  EXPECT_EQ(again, 3u) << "after 10, 30 and 70 seconds";
}

TEST_F(Two, AMissedLineCheckAlarmsUntilOneIsAnswered) {
  LineSetup setup = setup_of(keys, "north", {"south"});
  setup.check_every = std::chrono::hours(1);
  Line checking(setup, keys.copy("north"));
  checking.tick(start + seconds(1), all_up);
  EXPECT_TRUE(checking.order().empty());
  Step due = checking.tick(start + std::chrono::hours(1), all_up);
  ASSERT_EQ(checking.order().size(), 1u);
  const std::string id = checking.order().back();
  checking.tick(start + std::chrono::hours(1) + seconds(61), all_up);
  EXPECT_TRUE(checking.peers().at("south").check_missed_at);
  EXPECT_EQ(checking.find(id)->events.back().what, LineEvent::What::check_missed);
  Step back;
  deliver(due, south, "south", "north", start, &back);
  auto answer = south.answer(id, {AnswerWord::loud_and_clear}, {"duty-9", "duty"}, start + std::chrono::hours(1) + seconds(70));
  ASSERT_TRUE(answer);
  deliver(answer->step, checking, "north", "south", start + std::chrono::hours(1) + seconds(70));
  EXPECT_FALSE(checking.peers().at("south").check_missed_at);
  EXPECT_EQ(checking.peers().at("south").checked_at, start + std::chrono::hours(1) + seconds(70));
  EXPECT_TRUE(south.peers().at("north").checked_at);
}

TEST_F(Two, AHandoverIsAcceptedByTheOfficerWhomItNames) {
  Draft draft;
  draft.by = {"duty-1", "duty"};
  draft.body = Handover{"duty", "duty-2", {}, ""};
  auto offered = north.send(std::move(draft), start);
  ASSERT_TRUE(offered) << offered.error().message;
  EXPECT_TRUE(offered->step.sends.empty());
  EXPECT_TRUE(north.is_open(*north.find(offered->id), start));
  EXPECT_FALSE(north.answer(offered->id, {AnswerWord::seen}, {"duty-3", "duty"}, start));
  ASSERT_TRUE(north.answer(offered->id, {AnswerWord::seen}, {"duty-2", "duty"}, start));
  EXPECT_FALSE(north.is_open(*north.find(offered->id), start));
}

TEST_F(Two, WhatIsSealedIsTakenOnlyWhereTheNoteSaysItsHash) {
  for (const bool right : {true, false}) {
    Draft draft = call_to({"south"}, MessageClass::distress);
    const std::string sealed = R"({"lat_deg":35.1})";
    draft.body = CaseMessage{R"({"id":"d"})", ledger::sha256(ledger::as_bytes(sealed))};
    draft.sealed = sealed;
    auto sent = north.send(std::move(draft), start);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(sent->step.entries[0].text.find("lat_deg"), std::string::npos) << "the record must not show it";
    ASSERT_TRUE(south.take({sent->step.sends[0].note, "link", "north", right ? sealed : R"({"lat_deg":36.1})"}, start));
    EXPECT_EQ(south.find(sent->id)->sealed, right ? sealed : "");
  }
}

TEST_F(Two, WhatIsSealedIsTakenAlsoAfterTheNoteCameByAWayThatCarriesItAlone) {
  Draft draft = call_to({"south"}, MessageClass::distress);
  const std::string sealed = R"({"lat_deg":35.1})";
  draft.body = CaseMessage{R"({"id":"d"})", ledger::sha256(ledger::as_bytes(sealed))};
  draft.sealed = sealed;
  auto sent = north.send(std::move(draft), start);
  ASSERT_TRUE(sent) << sent.error().message;
  const std::string note = sent->step.sends[0].note;
  ASSERT_TRUE(south.take({note, "link", "relief", {}}, start));
  EXPECT_EQ(south.find(sent->id)->sealed, "");
  const auto again = south.take({note, "link", "north", sealed}, start + seconds(3));
  ASSERT_TRUE(again);
  EXPECT_EQ(south.find(sent->id)->sealed, sealed);
  EXPECT_EQ(again->changed, std::vector{sent->id});
  EXPECT_EQ(again->sealed.size(), 1u);
  EXPECT_TRUE(south.take({note, "link", "north", sealed}, start + seconds(4))->changed.empty());
}

TEST_F(Two, PresenceIsBelievedOnlyFromTheNodeItself) {
  const Step told = north.set_presence({{"duty", "North duty desk", {"en"}, 2}}, start);
  ASSERT_FALSE(told.sends.empty());
  EXPECT_TRUE(told.entries.empty());
  ASSERT_TRUE(south.take({told.sends[0].note, "link", "relief", {}}, start));
  EXPECT_FALSE(south.peers().at("north").present_at);
  ASSERT_TRUE(south.take({told.sends[0].note, "link", "north", {}}, start));
  EXPECT_EQ(south.peers().at("north").desks[0].officers, 2u);
  south.tick(start + LineLimits::presence_holds, all_up);
  EXPECT_FALSE(south.peers().at("north").present_at) << "who says nothing is not there";
}

TEST_F(Two, TheOldestThatNobodyWaitsForMakeRoomAndAWaitingStopStays) {
  auto stop = north.send(call_to({"south"}, MessageClass::stop), start);
  ASSERT_TRUE(south.take({stop->step.sends[0].note, "link", "north", {}}, start));
  for (std::size_t i = 0; i < LineLimits::messages + 10; ++i) {
    auto sent = north.send(call_to({"south"}, MessageClass::warn), start);
    ASSERT_TRUE(sent);
    ASSERT_TRUE(south.take({sent->step.sends[0].note, "link", "north", {}}, start));
  }
  EXPECT_EQ(south.order().size(), LineLimits::messages);
  EXPECT_NE(south.find(stop->id), nullptr);
}

// Who a start lets go is whom the line let go, also where most messages are others' and nobody waits for them.
TEST_F(Two, AStartKeepsTheMessagesThatTheNodeKept) {
  LineSetup setup = setup_of(keys, "north", {"relief", "south"}, "relief");
  setup.messages = 20;
  Line small(setup, keys.copy("north"));
  std::vector<std::string> record;
  Time now = start;
  const auto keep = [&](const Step& step) {
    for (const Step::Entry& entry : step.entries) {
      record.push_back(entry.text);
      if (!entry.id.empty()) (void)small.recorded(entry.id, record.size() - 1, now);
    }
  };
  const std::string stop = [&] {
    const auto sent = small.send(call_to({"south"}, MessageClass::stop), now);
    keep(sent->step);
    return sent->id;
  }();
  for (int i = 0; i < 60; ++i) {
    now += minutes(1);
    (void)small.tick(now, all_up);
    const auto sent = south.send(call_to({"north"}, i % 7 == 0 ? MessageClass::warn : MessageClass::inform), now);
    const auto taken = small.take({sent->step.sends[0].note, "link", "south", {}}, now);
    ASSERT_TRUE(taken);
    keep(*taken);
  }
  ASSERT_EQ(small.order().size(), 20u);
  ASSERT_NE(small.find(stop), nullptr);
  Line again(setup);
  for (std::size_t i = 0; i < record.size(); ++i) again.replay(i, record[i]);
  EXPECT_EQ(again.order(), small.order());
}

TEST_F(Two, WhatComesWhileThePastIsReadFollowsIt) {
  std::vector<std::string> record;
  const auto keep = [&](Line& line, const Step& step, Time now) {
    for (const Step::Entry& entry : step.entries) {
      record.push_back(entry.text);
      if (!entry.id.empty()) (void)line.recorded(entry.id, record.size() - 1, now);
    }
  };
  const auto old = north.send(call_to({"south"}, MessageClass::warn), start);
  keep(north, old->step, start);
  const auto theirs = south.send(call_to({"north"}, MessageClass::inform), start);
  keep(north, *north.take({theirs->step.sends[0].note, "link", "south", {}}, start), start);
  ASSERT_TRUE(south.take({old->step.sends[0].note, "link", "north", {}}, start));

  // The node is there again, and its past is not read yet: an answer to what was asked comes, and a message that it has already. What it
  // records meanwhile is read with the past, or is not.
  const Time now = start + minutes(2);
  const std::vector<std::string> before = record;
  const auto answer = south.answer(old->id, {AnswerWord::where_exactly}, {"duty-9", "duty"}, now);
  for (const bool is_recorded : {false, true}) {
    SCOPED_TRACE(is_recorded);
    record = before;
    Line line(setup_of(keys, "north", {"relief", "south"}, "relief"), keys.copy("north"));
    keep(line, *line.take({answer->step.sends[0].note, "link", "south", {}}, now), now);
    keep(line, *line.take({theirs->step.sends[0].note, "link", "south", {}}, now), now);
    const auto fresh = line.send(call_to({"south"}, MessageClass::stop), now);
    ASSERT_TRUE(fresh);
    if (is_recorded) keep(line, fresh->step, now);
    Line past(line.setup());
    for (std::size_t i = 0; i < (is_recorded ? record.size() : before.size()); ++i) past.replay(i, record[i]);
    const Step told = line.take_past(std::move(past), now);
    EXPECT_EQ(told.changed, is_recorded ? std::vector<std::string>() : std::vector{old->id});

    EXPECT_EQ(line.order(), (std::deque<std::string>{old->id, theirs->id, answer->id, fresh->id}));
    ASSERT_EQ(line.find(old->id)->answers.size(), 1u);
    EXPECT_EQ(line.find(old->id)->to[0].answered_at, now);
    EXPECT_TRUE(line.find(old->id)->asked_back);
    EXPECT_EQ(line.find(theirs->id)->taken_at, start) << "when it came first";
    EXPECT_EQ(line.find(fresh->id)->to[0].times_sent, 1u);
    // What is in the record twice counts where it stands first, here as at the next start.
    if (!is_recorded) keep(line, fresh->step, now);
    Line next(line.setup());
    for (std::size_t i = 0; i < record.size(); ++i) next.replay(i, record[i]);
    EXPECT_EQ(next.order(), line.order());
    for (const std::string& id : line.order()) EXPECT_EQ(next.find(id)->index, line.find(id)->index);
    EXPECT_EQ(next.find(old->id)->answers.size(), 1u);
    const auto after = line.send(call_to({"south"}, MessageClass::inform), now);
    EXPECT_GT(line.find(after->id)->message.number, line.find(old->id)->message.number);
  }
}

// Whatever the network and the disks do, and whoever is killed: what was sent is in both records, receipted and answered, once.
TEST(Line, LosesNothingOverABadNetworkWithNodesThatAreKilled) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Keys keys;
    Random random(seed);
    const std::vector<std::string> names{"north", "relief", "south"};
    struct Node {
      std::unique_ptr<Line> line;
      std::vector<std::string> record;                       // durable entries
      std::vector<Step::Entry> waiting;                      // for the disk
      std::set<std::string> ids;                             // of entries that are durable
    };
    std::map<std::string, Node> nodes;
    struct Flying {
      Time at;
      std::string from;
      Step::Send send;
    };
    std::vector<Flying> flying;
    std::map<std::string, std::string> asked;                // id, sender
    Time now = start;
    const auto make = [&](const std::string& name) {
      std::vector<std::string> others;
      for (const std::string& n : names) {
        if (n != name) others.push_back(n);
      }
      return std::make_unique<Line>(setup_of(keys, name, others, "relief"), keys.copy(name));
    };
    bool calm = false;
    const auto run = [&](const std::string& name, Step step) {
      for (Step::Send& send : step.sends) {
        if (!calm && random.below(100) < 30) continue;
        const unsigned copies = !calm && random.below(10) == 0 ? 2 : 1;
        for (unsigned c = 0; c < copies; ++c) flying.push_back({now + milliseconds(calm ? 10 : random.below(8000)), name, send});
      }
      for (Step::Entry& entry : step.entries) nodes[name].waiting.push_back(std::move(entry));
    };
    for (const std::string& name : names) nodes[name].line = make(name);
    const auto disk = [&](const std::string& name) {
      Node& node = nodes[name];
      if (!calm && random.below(3) != 0) return;
      for (Step::Entry& entry : std::exchange(node.waiting, {})) {
        node.record.push_back(entry.text);
        if (!entry.id.empty()) node.ids.insert(entry.id);
        run(name, node.line->recorded(entry.id, node.record.size() - 1, now));
      }
    };
    for (int s = 0; s < 400; ++s) {
      calm = s > 150;
      now += seconds(calm ? 5 : 1);
      const bool cut = !calm && (s / 20) % 2 == 0;           // north and south do not reach each other
      for (const std::string& name : names) {
        Node& node = nodes[name];
        std::set<std::string, std::less<>> up;
        for (const std::string& other : names) {
          const bool apart = cut && name != "relief" && other != "relief";
          if (other != name && !apart) up.insert(other);
        }
        run(name, node.line->tick(now, up));
        if (s < 100 && random.below(4) == 0) {
          const std::string to = names[random.below(3)];
          if (to != name) {
            auto one = node.line->send(call_to({to}, static_cast<MessageClass>(random.below(3))), now);
            ASSERT_TRUE(one) << one.error().message;
            asked[one->id] = name;
            run(name, std::move(one->step));
          }
        }
        for (const std::string& id : std::vector<std::string>(node.line->order().begin(), node.line->order().end())) {
          const MessageState& state = *node.line->find(id);
          if (!state.own && wants_answer(state.message) && !state.answered_by(name) && random.below(10) == 0) {
            auto answer = node.line->answer(id, {AnswerWord::seen}, {"duty-1", "duty"}, now);
            ASSERT_TRUE(answer) << answer.error().message;
            run(name, std::move(answer->step));
          }
        }
        disk(name);
        if (!calm && random.below(40) == 0) {                // killed: what was not durable is gone
          node.waiting.clear();
          node.line = make(name);
          for (std::size_t i = 0; i < node.record.size(); ++i) node.line->replay(i, node.record[i]);
          run(name, node.line->resume(now));
        }
      }
      std::vector<Flying> due;
      for (auto at = flying.begin(); at != flying.end();) {
        if (at->at <= now) {
          due.push_back(std::move(*at));
          at = flying.erase(at);
        } else {
          ++at;
        }
      }
      for (Flying& one : due) {
        const bool apart = cut && one.from != "relief" && one.send.to != "relief";
        if (apart) continue;
        auto taken = nodes[one.send.to].line->take({one.send.note, "link", one.from, {}}, now);
        if (taken) run(one.send.to, std::move(*taken));
      }
    }
    // What was durable at its sender is durable at its addressee, received and answered.
    unsigned checked = 0;
    for (const auto& [id, sender] : asked) {
      if (nodes[sender].ids.count(id) == 0) continue;        // the sender was killed before it was durable
      const MessageState* state = nodes[sender].line->find(id);
      ASSERT_NE(state, nullptr);
      ASSERT_EQ(state->to.size(), 1u);
      EXPECT_TRUE(state->to[0].recorded);
      EXPECT_TRUE(state->to[0].answered_at);
      EXPECT_EQ(nodes[state->to[0].party].ids.count(id), 1u);
      ++checked;
    }
    EXPECT_GT(checked, 20u);
    // A node that starts from its record now knows the same.
    for (const std::string& name : names) {
      auto again = make(name);
      for (std::size_t i = 0; i < nodes[name].record.size(); ++i) again->replay(i, nodes[name].record[i]);
      for (const std::string& id : again->order()) {
        const MessageState *one = again->find(id), *other = nodes[name].line->find(id);
        ASSERT_NE(other, nullptr);
        EXPECT_EQ(one->message, other->message);
        EXPECT_EQ(one->answers.size(), other->answers.size());
        for (std::size_t i = 0; i < one->to.size(); ++i) EXPECT_EQ(one->to[i].recorded, other->to[i].recorded);
      }
    }
  }
}

}  // namespace
}  // namespace skypact::line
