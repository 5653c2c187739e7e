#include "plan/clearance_book.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/random.h"
#include "plan/test_clearance.h"

namespace skypact::plan {
namespace {

using namespace test;

const ClearanceNumber first{1, 26};
const ClearanceAuthor desk{"officer", "duty"};

ClearanceDraft approve(std::uint32_t revision, ClearanceConditions c = {}) { return {revision, ClearanceAnswer{ClearanceAnswerWord::approve, {}, std::move(c), ""}}; }
ClearanceDraft unable(std::uint32_t revision) { return {revision, ClearanceAnswer{ClearanceAnswerWord::unable, {}, {}, "The area is closed."}}; }
ClearanceDraft ask_back(std::uint32_t revision) { return {revision, ClearanceAnswer{ClearanceAnswerWord::ask, {}, {}, "Which cargo?"}}; }

// North asks South and East.
struct Parties {
  PartyNode north{"north"}, south{"south"}, east{"east"};
  Time now = asked_at;

  void spread() {
    for (bool more = true; more;) {
      more = false;
      for (PartyNode* to : {&north, &south, &east}) {
        for (const PartyNode* from : {&north, &south, &east}) {
          while (to != from && to->fetch(*from)) more = true;
        }
      }
      for (PartyNode* node : {&north, &south, &east}) more = node->do_duties(now) || more;
    }
  }
  void ask(ClearanceRequest request = example()) {
    ASSERT_TRUE(north.act(north.book.ask(std::move(request), planner, now), now));
    spread();
  }
  std::string say(PartyNode& node, ClearanceDraft draft) {
    const auto act = node.book.say("north", first, std::move(draft), desk, now);
    if (!node.act(act, now)) return act.error().message;
    spread();
    return "";
  }
  void clear() {
    ask();
    ASSERT_EQ(say(south, approve(1)), "");
    ASSERT_EQ(say(east, approve(1)), "");
  }
  const ClearanceRecord& of(const PartyNode& node) const { return *node.book.find("north", first); }
  ClearanceState state(const PartyNode& node) const { return state_of(of(node), now); }
  void all_say(ClearanceState expected) const {
    for (const PartyNode* node : {&north, &south, &east}) EXPECT_EQ(to_string(state(*node)), to_string(expected)) << node->party;
  }
};

TEST(ClearanceBook, ARouteIsClearedOnlyWhenAllHaveApproved) {
  Parties p;
  p.ask();
  p.all_say(ClearanceState::asked);
  EXPECT_EQ(p.say(p.south, approve(1, conditions())), "");
  p.all_say(ClearanceState::asked);
  EXPECT_TRUE(p.north.book.standing(p.now).empty());
  EXPECT_EQ(p.say(p.east, approve(1)), "");
  p.all_say(ClearanceState::cleared);
  for (const PartyNode* node : {&p.north, &p.south}) {
    const auto standing = node->book.standing(p.now);
    ASSERT_EQ(standing.size(), 2u);
    EXPECT_EQ(standing[0].party, "south");
    EXPECT_EQ(standing[0].clearance, "0001/26");
    EXPECT_EQ(standing[0].half_width, nautical_miles(3));
    EXPECT_EQ(standing[0].times, (Interval<Time>{utc("2026-11-28T05:50:00Z"), utc("2026-11-28T06:50:00Z")})) << "the later beginning, the earlier end";
    EXPECT_EQ(standing[0].levels.size(), 2u);
  }
}

TEST(ClearanceBook, NothingHoldsBeforeTheAskingPartysRecordSaysSo) {
  Parties p;
  p.ask();
  ASSERT_TRUE(p.south.act(p.south.book.say("north", first, approve(1), desk, p.now), p.now));
  ASSERT_TRUE(p.east.act(p.east.book.say("north", first, approve(1), desk, p.now), p.now));
  p.south.fetch(p.east);
  EXPECT_EQ(p.state(p.south), ClearanceState::asked) << "South knows of both, but North has not said that it does";
  p.spread();
  p.all_say(ClearanceState::cleared);
}

TEST(ClearanceBook, ARefusalIsNotClearedUntilItIsAmended) {
  Parties p;
  p.ask();
  EXPECT_EQ(p.say(p.south, approve(1)), "");
  EXPECT_EQ(p.say(p.east, unable(1)), "");
  p.all_say(ClearanceState::refused);
  ClearanceRequest other = example();
  other.route.pop_back();
  ASSERT_TRUE(p.north.act(p.north.book.amend(first, other, planner, p.now), p.now));
  p.spread();
  EXPECT_EQ(p.say(p.south, approve(1)), "request 0001/26 of north: its latest revision is 2, this speaks of 1");
  EXPECT_EQ(p.say(p.south, approve(2)), "");
  EXPECT_EQ(p.state(p.north), ClearanceState::cleared);
  EXPECT_EQ(p.of(p.north).numbers.at("south"), (ClearanceNumber{1, 26})) << "the number stays";
}

TEST(ClearanceBook, WhileAnAmendmentIsAskedTheLastClearedRevisionHoldsWhole) {
  Parties p;
  p.clear();
  ClearanceRequest later = example();
  for (ClearancePart& part : later.route) part.entry.at += std::chrono::hours(2), part.exit.at += std::chrono::hours(2);
  ASSERT_TRUE(p.north.act(p.north.book.amend(first, later, planner, p.now), p.now));
  p.spread();
  p.all_say(ClearanceState::amending);
  const auto before = times_of(example(), example().route[0]), after = times_of(later, later.route[0]);
  EXPECT_EQ(p.south.book.standing(p.now)[0].times, before);
  EXPECT_EQ(p.say(p.south, approve(2)), "");
  EXPECT_EQ(p.south.book.standing(p.now)[0].times, before) << "South's approval of the new one does not mix with East's of the old one";
  EXPECT_EQ(p.say(p.east, unable(2)), "");
  p.all_say(ClearanceState::amending);
  EXPECT_EQ(p.south.book.standing(p.now)[0].times, before);
  EXPECT_EQ(p.say(p.east, approve(2)), "");
  p.all_say(ClearanceState::cleared);
  EXPECT_EQ(p.south.book.standing(p.now)[0].times, after);
  EXPECT_EQ(p.south.book.standing(p.now)[0].revision, 2u);
}

TEST(ClearanceBook, ARevocationEndsThatPartysPartAndIsAcknowledged) {
  Parties p;
  p.clear();
  const Time from = p.now + minutes(5);
  EXPECT_EQ(p.say(p.south, {std::nullopt, Revocation{from, "Firing."}}), "");
  p.all_say(ClearanceState::cleared);
  p.now = from;
  for (const PartyNode* node : {&p.north, &p.south}) EXPECT_EQ(p.state(*node), ClearanceState::revoked);
  const auto standing = p.north.book.standing(p.now);
  EXPECT_EQ(standing[0].ended, StandingClearance::Ended::revoked);
  EXPECT_EQ(standing[0].ended_from, from);
  EXPECT_EQ(standing[1].ended, StandingClearance::Ended::no) << "who is under way keeps what East gave";
  EXPECT_EQ(p.say(p.south, {std::nullopt, Revocation{{}, "Again."}}), "request 0001/26 of north: south has revoked its clearance already");
  EXPECT_EQ(p.say(p.north, {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::revocation, "south", ClearanceDepth::desk}}), "");
  EXPECT_EQ(p.say(p.north, {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::revocation, "south", ClearanceDepth::desk}}),
            "request 0001/26 of north: it was acknowledged already, down to the desk");
  EXPECT_EQ(p.say(p.north, {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::revocation, "south", ClearanceDepth::crew}}), "");
  EXPECT_EQ(p.of(p.south).revoked.at("south").acknowledged->depth, ClearanceDepth::crew);
  const auto again = p.north.book.amend(first, example(), planner, p.now);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "request: route: south has revoked its clearance, which is final; leave it out, or ask anew");
}

TEST(ClearanceBook, AnUnacknowledgedRevocationIsOverdueAfterOneMinuteAndEscalatesAfterTwo) {
  Parties p;
  p.clear();
  EXPECT_EQ(p.say(p.south, {std::nullopt, Revocation{{}, "Firing."}}), "");
  const auto stage = [&] { return p.of(p.north).revoked.at("south").overdue; };
  p.now += seconds(60) - milliseconds(1);
  p.spread();
  EXPECT_EQ(stage(), OverdueStage::none);
  p.now += milliseconds(1);
  p.spread();
  EXPECT_EQ(stage(), OverdueStage::late);
  p.now += seconds(60);
  p.spread();
  EXPECT_EQ(stage(), OverdueStage::escalated);
  EXPECT_TRUE(p.south.book.duties(p.now).empty());
}

TEST(ClearanceBook, EachPartysTimerRunsByItself) {
  Parties p;
  p.ask();
  EXPECT_EQ(p.say(p.south, approve(1)), "");
  p.now += std::chrono::hours(1);
  EXPECT_EQ(p.say(p.east, ask_back(1)), "");
  const Time due = example().answer_by;
  p.now = due;
  p.spread();
  EXPECT_EQ(p.of(p.north).latest.parts.at("east").overdue, OverdueStage::none) << "East waits for North";
  EXPECT_EQ(p.say(p.north, {1, ClearanceReply{"east", "", "Blankets."}}), "");
  EXPECT_EQ(p.of(p.east).latest.parts.at("east").due, due + (due - asked_at)) << "as much time as at first";
  p.now = due + (due - asked_at);
  p.spread();
  EXPECT_EQ(p.of(p.east).latest.parts.at("east").overdue, OverdueStage::late);
  p.now = example().route[1].entry.at;
  p.spread();
  EXPECT_EQ(p.of(p.east).latest.parts.at("east").overdue, OverdueStage::escalated) << "because the flight would be there by now";
  EXPECT_EQ(p.of(p.north).latest.parts.at("south").overdue, OverdueStage::none);
}

TEST(ClearanceBook, AWithdrawalIsFinalAndIsAcknowledgedByEachAskedParty) {
  Parties p;
  p.clear();
  EXPECT_EQ(p.say(p.north, {std::nullopt, Withdrawal{"Not needed."}}), "");
  p.all_say(ClearanceState::withdrawn);
  EXPECT_EQ(p.south.book.standing(p.now)[0].ended, StandingClearance::Ended::withdrawn);
  EXPECT_EQ(p.say(p.south, {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::withdrawal, "north", ClearanceDepth::unit}}), "");
  p.now += seconds(60);
  p.spread();
  EXPECT_EQ(p.of(p.south).withdrawn->overdue, (std::map<std::string, OverdueStage>{{"east", OverdueStage::late}}));
  EXPECT_EQ(p.say(p.south, approve(1)), "request 0001/26 of north was withdrawn, which is final; ask anew");
  EXPECT_EQ(p.south.book.list(p.now, false).size(), 1u) << "East has not acknowledged it";
  EXPECT_EQ(p.say(p.east, {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::withdrawal, "north", ClearanceDepth::desk}}), "");
  EXPECT_TRUE(p.south.book.list(p.now, false).empty());
  EXPECT_EQ(p.south.book.list(p.now, true).size(), 1u);
}

TEST(ClearanceBook, AReplyAnswersTheQuestionThatItWasMadeToAndNoLaterOne) {
  Parties p;
  p.ask();
  EXPECT_EQ(p.say(p.south, ask_back(1)), "");
  ASSERT_TRUE(p.north.act(p.north.book.say("north", first, {1, ClearanceReply{"south", "", "Blankets."}}, planner, p.now), p.now));
  ASSERT_TRUE(p.south.act(p.south.book.say("north", first, {1, ClearanceAnswer{ClearanceAnswerWord::ask, {}, {}, "Of whom?"}}, desk, p.now), p.now));
  p.spread();
  for (const PartyNode* node : {&p.north, &p.south}) EXPECT_EQ(p.of(*node).latest.parts.at("south").stage, AskedStage::asked_back) << node->party;
  EXPECT_EQ(p.say(p.north, {1, ClearanceReply{"south", "", "Of the relief agency."}}), "");
  for (const PartyNode* node : {&p.north, &p.south}) EXPECT_EQ(p.of(*node).latest.parts.at("south").stage, AskedStage::waiting) << node->party;
}

TEST(ClearanceBook, WhatAPartyAskedBeforeItApprovedUndoesNothingWhenItComesLate) {
  Parties p;
  ASSERT_TRUE(p.north.act(p.north.book.ask(example(), planner, p.now), p.now));
  for (PartyNode* node : {&p.south, &p.east}) node->fetch(p.north);
  ASSERT_TRUE(p.south.act(p.south.book.say("north", first, ask_back(1), desk, p.now), p.now));
  ASSERT_TRUE(p.south.act(p.south.book.say("north", first, approve(1, conditions()), desk, p.now), p.now));
  ASSERT_TRUE(p.east.act(p.east.book.say("north", first, approve(1), desk, p.now), p.now));
  for (PartyNode* node : {&p.south, &p.east}) {
    while (p.north.fetch(*node)) {}
  }
  p.north.do_duties(p.now);
  while (p.east.fetch(p.north)) {}
  EXPECT_EQ(p.state(p.east), ClearanceState::cleared);
  const AskedPart& south = p.of(p.east).latest.parts.at("south");
  EXPECT_EQ(south.stage, AskedStage::approved) << "by North's word";
  p.east.fetch(p.south);
  EXPECT_EQ(south.stage, AskedStage::approved);
  p.east.fetch(p.south);
  EXPECT_EQ(south.conditions, conditions());
  EXPECT_EQ(p.of(p.east).talk.size(), 1u);
}

TEST(ClearanceBook, TakesNobodysWordForAnother) {
  Parties p;
  p.ask();
  const auto error = [&](std::string_view from, ClearanceSaid said, bool by_node = false) {
    const auto good = p.north.book.check(from, {"north", first, 1, by_node ? ClearanceAuthor{} : desk, std::move(said)}, p.now);
    return good ? std::string() : good.error().message;
  };
  EXPECT_EQ(error("west", ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{1, 26}, {}, ""}), "request 0001/26 of north does not ask west");
  EXPECT_EQ(error("north", ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{1, 26}, {}, ""}), "request 0001/26 of north does not ask north");
  EXPECT_EQ(error("south", Withdrawal{"x"}), "0001/26 is of north; only it can withdraw it");
  EXPECT_EQ(error("south", example()), "0001/26 is of north; only it can amend it");
  const std::string id(64, '0');
  EXPECT_EQ(error("south", ClearanceCleared{{{"south", {1, 26}, id}, {"east", {1, 26}, id}}}, true), "0001/26 is of north; only it can say that it is cleared");
  const ClearanceAct forged{"north", first, 1, {}, ClearanceCleared{{{"south", {1, 26}, id}, {"east", {1, 26}, id}}}};
  const auto taken = p.south.book.check("north", forged, p.now);
  ASSERT_FALSE(taken) << "South knows what it approved";
  EXPECT_EQ(taken.error().message, "request 0001/26 of north: south has given no such approval");
}

TEST(ClearanceBook, AnApprovalIsNotChangedButRevoked) {
  Parties p;
  p.ask();
  EXPECT_EQ(p.say(p.south, approve(1)), "");
  EXPECT_EQ(p.say(p.south, unable(1)), "request 0001/26 of north: south has approved revision 1 already; an approval is not changed but revoked");
  EXPECT_EQ(p.say(p.east, {std::nullopt, Revocation{{}, "x"}}), "request 0001/26 of north: east has given no clearance; answer unable");
  EXPECT_EQ(p.say(p.south, {std::nullopt, Revocation{{}, "x"}}), "");
  EXPECT_EQ(p.say(p.east, approve(1)), "");
  EXPECT_FALSE(p.of(p.north).latest.cleared_at) << "one has taken it back";
}

TEST(ClearanceBook, NumbersAreGivenOnceToRequestsAndClearancesAlike) {
  Parties p;
  p.ask();
  EXPECT_EQ(*p.north.book.next_number(p.now), (ClearanceNumber{2, 26}));
  EXPECT_EQ(p.say(p.south, approve(1)), "");
  EXPECT_EQ(*p.south.book.next_number(p.now), (ClearanceNumber{2, 26}));
  EXPECT_EQ(*p.south.book.next_number(utc("2027-01-01T00:00:00Z")), (ClearanceNumber{1, 27}));
  ASSERT_TRUE(p.north.act(p.north.book.ask(example(), planner, p.now), p.now));
  p.spread();
  const ClearanceAct twice{"north", {2, 26}, 1, desk, ClearanceAnswer{ClearanceAnswerWord::approve, ClearanceNumber{1, 26}, {}, ""}};
  const auto taken = p.north.book.check("south", twice, p.now);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "clearance 0001/26 of south is of another request");
}

TEST(ClearanceBook, IsBoundedAndWhatIsOverMakesRoom) {
  ClearanceBook book("north");
  ClearanceRequest r = example();
  for (std::size_t i = 0; i < ClearanceBookLimits::requests; ++i) {
    const auto act = book.ask(r, planner, asked_at);
    ASSERT_TRUE(act);
    ASSERT_TRUE(book.apply("north", *act, asked_at));
  }
  const auto full = book.ask(r, planner, asked_at);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message, "north has 500 requests that are not over; withdraw some of them first");
  ASSERT_TRUE(book.apply("north", {"north", {3, 26}, 1, planner, Withdrawal{"x"}}, asked_at));
  const auto next = book.ask(r, planner, asked_at);
  ASSERT_TRUE(next);
  ASSERT_TRUE(book.apply("north", *next, asked_at));
  EXPECT_EQ(book.size(), ClearanceBookLimits::requests);
  EXPECT_EQ(book.find("north", {3, 26}), nullptr);
  EXPECT_NE(book.find("north", {501, 26}), nullptr);
}

TEST(ClearanceBook, PriorityStandsFirst) {
  ClearanceBook book("north");
  for (const ClearancePurpose purpose : {ClearancePurpose::cargo, ClearancePurpose::rescue}) {
    ClearanceRequest r = example();
    r.purpose = purpose;
    ASSERT_TRUE(book.apply("north", *book.ask(r, planner, asked_at), asked_at));
  }
  const auto list = book.list(asked_at, false);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]->latest.request.purpose, ClearancePurpose::rescue);
}

// What holds, said in the plainest way from the acts of all records: a revision that its asker's record calls cleared is approved by every asked party's
// record for that very revision, and that is the last one so called.
struct Plain {
  std::map<ClearanceNumber, std::uint32_t> cleared;
  std::map<std::pair<ClearanceNumber, std::uint32_t>, std::set<std::string>> approved, asked;
  std::map<ClearanceNumber, std::set<std::string>> revoked;
  std::set<ClearanceNumber> withdrawn;

  explicit Plain(const std::vector<const PartyNode*>& nodes) {
    for (const PartyNode* node : nodes) {
      for (const auto& [from, act, at] : node->own) {
        if (const auto* request = std::get_if<ClearanceRequest>(&act.said)) {
          for (const ClearancePart& part : request->route) asked[{act.number, act.revision}].insert(part.party);
        }
        if (const auto* answer = std::get_if<ClearanceAnswer>(&act.said); answer && answer->word == ClearanceAnswerWord::approve) approved[{act.number, act.revision}].insert(from);
        if (std::holds_alternative<ClearanceCleared>(act.said)) cleared[act.number] = act.revision;
        if (std::holds_alternative<Revocation>(act.said)) revoked[act.number].insert(from);
        if (std::holds_alternative<Withdrawal>(act.said)) withdrawn.insert(act.number);
      }
    }
  }
};

RC_GTEST_PROP(ClearanceBook, WhateverTheOrderAllPartiesComeToTheSame, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  PartyNode north{"north"}, south{"south"}, east{"east"};
  const std::vector<PartyNode*> nodes{&north, &south, &east};
  Time now = asked_at;
  const auto random_request = [&] {
    ClearanceRequest r = example();
    if (random.chance(0.4)) r.route.erase(r.route.begin() + static_cast<std::ptrdiff_t>(random.below(2)));
    r.persons = static_cast<std::uint32_t>(1 + random.below(50));
    r.answer_by = std::chrono::floor<seconds>(now) + minutes(1 + random.below(60));
    return r;
  };
  const auto draft = [&](std::uint32_t revision) -> ClearanceDraft {
    switch (random.below(9)) {
      case 0: return unable(revision);
      case 1: return ask_back(revision);
      case 2: return {std::nullopt, Revocation{random.chance(0.5) ? std::optional<Time>() : std::chrono::ceil<seconds>(now) + minutes(10), "x"}};
      case 3: return {std::nullopt, Withdrawal{"x"}};
      case 4: return {revision, ClearanceReply{random.chance(0.5) ? "south" : "east", "", "x"}};
      case 5: return {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::revocation, random.chance(0.5) ? "south" : "east", static_cast<ClearanceDepth>(random.below(3))}};
      case 6: return {std::nullopt, ClearanceAcknowledgement{ClearanceAcknowledgement::Of::withdrawal, "north", static_cast<ClearanceDepth>(random.below(3))}};
      default: return approve(revision);
    }
  };
  const auto nothing_ungranted_holds = [&] {
    const Plain plain({&north, &south, &east});
    for (const PartyNode* node : nodes) {
      for (const StandingClearance& s : node->book.standing(now)) {
        const ClearanceNumber request = *parse_clearance_number(s.request);
        const auto approved = plain.approved.find({request, s.revision});
        RC_ASSERT(approved != plain.approved.end());
        const auto& wanted = plain.asked.at({request, s.revision});
        RC_ASSERT(std::includes(approved->second.begin(), approved->second.end(), wanted.begin(), wanted.end()));
        // Who took it back knows at once.
        const auto revoked = plain.revoked.find(request);
        if (s.party == node->party && revoked != plain.revoked.end() && revoked->second.contains(s.party)) RC_ASSERT(s.ended == StandingClearance::Ended::revoked || s.ended == StandingClearance::Ended::withdrawn);
      }
    }
  };
  for (int step = 0; step < 120; ++step) {
    now += milliseconds(random.below(120'000));
    PartyNode& node = *nodes[random.below(3)];
    const PartyNode& other = *nodes[random.below(3)];
    const std::uint64_t what = random.below(10);
    if (what == 0) node.do_duties(now);
    else if (what < 5 && &node != &other) node.fetch(other);
    else if (what == 5) north.act(north.book.size() < 3 ? north.book.ask(random_request(), planner, now) : north.book.amend({static_cast<std::uint32_t>(1 + random.below(3)), 26}, random_request(), planner, now), now);
    else {
      const ClearanceNumber number{static_cast<std::uint32_t>(1 + random.below(3)), 26};
      const ClearanceRecord* const known = node.book.find("north", number);
      const std::uint32_t revision = known == nullptr ? 1 : known->latest.revision;
      node.act(node.book.say("north", number, draft(revision), desk, now), now);
    }
    nothing_ungranted_holds();
  }
  for (bool more = true; more;) {
    more = false;
    for (PartyNode* to : nodes) {
      for (const PartyNode* from : nodes) {
        while (to != from && to->fetch(*from)) more = true;
      }
      more = to->do_duties(now) || more;
    }
  }
  nothing_ungranted_holds();
  const Plain plain({&north, &south, &east});
  for (const auto& [key, record] : north.book.all()) {
    const auto cleared = plain.cleared.find(key.second);
    RC_ASSERT((record.cleared() != nullptr) == (cleared != plain.cleared.end()));
    if (record.cleared() != nullptr) RC_ASSERT(record.cleared()->revision == cleared->second);
    RC_ASSERT(record.withdrawn.has_value() == plain.withdrawn.contains(key.second));
    for (PartyNode* node : {&south, &east}) {
      const ClearanceRecord* const theirs = node->book.find("north", key.second);
      RC_ASSERT(theirs != nullptr);
      RC_ASSERT(theirs->latest.revision == record.latest.revision);
      RC_ASSERT(theirs->latest.cleared_at == record.latest.cleared_at);
      RC_ASSERT((theirs->cleared() == nullptr) == (record.cleared() == nullptr));
      RC_ASSERT(theirs->revoked.contains(node->party) == record.revoked.contains(node->party));
      if (theirs->revoked.contains(node->party)) RC_ASSERT(theirs->revoked.at(node->party) == record.revoked.at(node->party));
      if (theirs->withdrawn) RC_ASSERT(theirs->withdrawn->at == record.withdrawn->at);
      if (record.withdrawn || !record.latest.parts.contains(node->party)) continue;
      const AskedPart &mine = theirs->latest.parts.at(node->party), &heard = record.latest.parts.at(node->party);
      RC_ASSERT(mine.stage == heard.stage);
      RC_ASSERT(mine.number == heard.number);
      RC_ASSERT(mine.conditions == heard.conditions);
      RC_ASSERT(mine.answer == heard.answer);
      if (mine.stage == AskedStage::waiting) RC_ASSERT(mine.due == heard.due);
    }
  }
  // A restart makes the same book from the record.
  for (const PartyNode* node : nodes) {
    ClearanceBook again(node->party);
    for (const auto& [from, act, at] : node->all) RC_ASSERT(again.apply(from, act, at).has_value());
    RC_ASSERT(again == node->book);
  }
}

}  // namespace
}  // namespace skypact::plan
