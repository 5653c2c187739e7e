#include "pact/life_cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pact/test_pact.h"

namespace skypact::pact {
namespace {

using std::chrono::hours;
using test::accept_all;
using test::noon;
using test::TestTerms;
using testing::ElementsAre;
using testing::HasSubstr;

// Three nodes that hear each other at once.
class LifeCycle : public testing::Test {
 protected:
  PactState& node(const std::string& party) { return nodes_.at(party); }

  // Records an own statement of a party, as its node would, and lets the others hear it.
  Result<Ready> post(const std::string& party, Time now, const std::string& note, const std::string& terms = {}) {
    auto ready = decide(node(party), note, terms, now);
    if (!ready) return ready;
    for (const TermsPart& part : ready->terms) record(party, now, part);
    record(party, now, ready->note);
    return ready;
  }
  Result<Ready> say(const std::string& party, Time now, StatementBody body, const std::vector<unsigned>& who = {0, 1}) {
    return post(party, now, test::note_of(party, now, std::move(body), who));
  }
  Result<Ready> propose(const std::string& party, Time now, const TestTerms& terms) {
    return post(party, now, test::note_of(party, now, Proposal{terms.id(), terms.from - minutes(10), "r"}, {0}), terms.text());
  }
  void record(const std::string& party, Time now, std::variant<std::string, TermsPart> what) {
    const PactEvent event{test::keys_of(party).origin(), next_[party]++, now, std::move(what)};
    for (auto& [name, state] : nodes_) state.apply(event);
  }
  void agree(const TestTerms& terms, Time now) {
    ok(propose("north", now, terms));
    ok(say("south", now, accept_all(terms.id()), {0}));
    ok(say("un", now, accept_all(terms.id()), {0}));
  }
  void sign_all(const TestTerms& terms, Time now) {
    agree(terms, now);
    for (const char* party : {"north", "south", "un"}) ok(say(party, now + minutes(1), Signing{terms.id()}));
  }
  static void ok(const Result<Ready>& done) { ASSERT_TRUE(done) << done.error().message; }
  PactStage stage(const TestTerms& terms, Time now) { return node("north").stage(*node("north").find(terms.id()), now); }
  std::string in_force(Time now) {
    const Version* version = node("south").terms_in_force(now);
    return version == nullptr ? "" : version->terms;
  }
  static std::string refusal(const Result<Ready>& done) { return done ? "done" : done.error().message; }

  std::map<std::string, PactState> nodes_{{"north", PactState(test::setup_of("north"))}, {"south", PactState(test::setup_of("south"))}, {"un", PactState(test::setup_of("un"))}};
  std::map<std::string, std::uint64_t> next_;
  const TestTerms first_{};
};

TEST_F(LifeCycle, GoesFromProposalToInForceAndIsReplaced) {
  ok(propose("north", noon, first_));
  EXPECT_EQ(stage(first_, noon), PactStage::proposed);
  ok(say("south", noon, accept_all(first_.id()), {2}));
  EXPECT_EQ(stage(first_, noon), PactStage::proposed);
  ok(say("un", noon, accept_all(first_.id()), {0}));
  EXPECT_EQ(stage(first_, noon), PactStage::agreed);
  for (const char* party : {"north", "south", "un"}) ok(say(party, noon + minutes(1), Signing{first_.id()}, {0, 2}));
  EXPECT_EQ(stage(first_, noon + minutes(2)), PactStage::signed_by_all);
  EXPECT_EQ(in_force(first_.from - milliseconds(1)), "");
  EXPECT_EQ(in_force(first_.from), first_.id());

  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .remark = "second"};
  sign_all(second, noon + hours(2));
  EXPECT_EQ(in_force(second.from - milliseconds(1)), first_.id());
  EXPECT_EQ(in_force(second.from), second.id());
  EXPECT_EQ(stage(first_, second.from), PactStage::superseded);
  EXPECT_EQ(node("un").newest()->terms, second.id());
}

TEST_F(LifeCycle, TakesSilenceForLapsedNeverForConsent) {
  ok(propose("north", noon, first_));
  ok(say("south", noon, accept_all(first_.id()), {0}));
  EXPECT_EQ(stage(first_, first_.from - minutes(10) - milliseconds(1)), PactStage::proposed);
  EXPECT_EQ(stage(first_, first_.from - minutes(10)), PactStage::lapsed);
  EXPECT_THAT(refusal(say("un", first_.from - minutes(10), accept_all(first_.id()), {0})), HasSubstr("lapsed"));
  EXPECT_EQ(in_force(first_.from + hours(1)), "");
}

TEST_F(LifeCycle, LapsesWhereOneQuorumIsNotCompleteBeforeTheTermsHold) {
  agree(first_, noon);
  ok(say("north", noon, Signing{first_.id()}));
  ok(say("south", noon, Signing{first_.id()}));
  const auto half = say("un", noon, Signing{first_.id()}, {1});
  ok(half);
  EXPECT_FALSE(half->complete);
  EXPECT_THAT(half->waits, testing::AllOf(HasSubstr("1 of 2"), HasSubstr("un.example/ada"), HasSubstr("un.example/cyd"), testing::Not(HasSubstr("un.example/ben"))));
  EXPECT_EQ(stage(first_, first_.from), PactStage::lapsed);
  EXPECT_THAT(node("north").find(first_.id())->dead, HasSubstr("un"));
  EXPECT_THAT(refusal(say("un", first_.from, Signing{first_.id()}, {0})), HasSubstr("lapsed"));
  // Recorded in time it completes, though it is another text of the same: what is signed is the same.
  ok(say("un", first_.from - milliseconds(1), Signing{first_.id()}, {0}));
  EXPECT_EQ(in_force(first_.from), first_.id());
}

TEST_F(LifeCycle, TakesNoSignatureThatStandsInTheRecordTooLate) {
  agree(first_, noon);
  ok(say("north", noon, Signing{first_.id()}));
  ok(say("south", noon, Signing{first_.id()}));
  record("un", first_.from, test::note_of("un", noon, Signing{first_.id()}, {0, 1}));   // a node that does not refuse it
  EXPECT_EQ(in_force(first_.from), "");
  EXPECT_THAT(node("north").judgements().back().no_effect, HasSubstr("at or after"));
}

TEST_F(LifeCycle, LetsNoRecordGoBackInTime) {
  agree(first_, noon);
  ok(say("north", noon, Signing{first_.id()}));
  ok(say("south", noon, Signing{first_.id()}));
  record("un", first_.from + hours(1), test::note_of("un", first_.from, Withdrawal{first_.id(), "x"}, {0}));
  record("un", noon, test::note_of("un", noon, Signing{first_.id()}, {0, 1}));   // claims to be of noon
  EXPECT_EQ(in_force(first_.from + hours(2)), "");
}

TEST_F(LifeCycle, AnswersClauseByClause) {
  ok(propose("north", noon, first_));
  EXPECT_THAT(refusal(say("south", noon, Response{first_.id(), {{"minima.stat", {}}}, ClauseAnswer{}}, {0})), HasSubstr("did you mean minima.state?"));
  EXPECT_THAT(refusal(say("south", noon, Response{first_.id(), {{"minima.state", {}}}, {}}, {0})), HasSubstr("says nothing of the other clauses"));
  ok(say("south", noon, Response{first_.id(), {{"minima.state", {Answer::counter, "3 NM"}}}, ClauseAnswer{}}, {0}));
  EXPECT_EQ(stage(first_, noon), PactStage::answered);
  EXPECT_THAT(refusal(say("north", noon, Signing{first_.id()})), testing::AllOf(HasSubstr("south does not accept"), HasSubstr("un has not answered")));
  EXPECT_THAT(refusal(say("south", noon, Signing{first_.id()})), HasSubstr("not agreed"));
  // The newest answer counts.
  ok(say("south", noon + minutes(1), accept_all(first_.id()), {0}));
  ok(say("un", noon + minutes(1), accept_all(first_.id()), {0}));
  EXPECT_EQ(stage(first_, noon + minutes(1)), PactStage::agreed);
  ok(say("south", noon + minutes(2), Response{first_.id(), {}, ClauseAnswer{Answer::reject, "no"}}, {0}));
  EXPECT_EQ(stage(first_, noon + minutes(2)), PactStage::answered);
}

TEST_F(LifeCycle, DoesNotCountAPersonsSignatureOfTermsThatThePartyThenRejected) {
  agree(first_, noon);
  ok(say("south", noon, Signing{first_.id()}, {0}));
  ok(say("south", noon + minutes(1), Response{first_.id(), {}, ClauseAnswer{Answer::reject, "no"}}, {0}));
  ok(say("south", noon + minutes(2), accept_all(first_.id()), {0}));
  const auto second = say("south", noon + minutes(3), Signing{first_.id()}, {1});
  ok(second);
  EXPECT_FALSE(second->complete);
}

TEST_F(LifeCycle, WithdrawsUntilTheProposerHasSigned) {
  agree(first_, noon);
  EXPECT_THAT(refusal(say("south", noon, Withdrawal{first_.id(), "x"}, {0})), HasSubstr("only north"));
  ok(say("north", noon, Withdrawal{first_.id(), "x"}, {0}));
  EXPECT_EQ(stage(first_, noon), PactStage::withdrawn);
  EXPECT_THAT(refusal(say("south", noon, Signing{first_.id()})), HasSubstr("withdrawn"));
  const TestTerms again{.remark = "again"};
  agree(again, noon + minutes(1));
  ok(say("north", noon + minutes(2), Signing{again.id()}));
  EXPECT_THAT(refusal(say("north", noon + minutes(3), Withdrawal{again.id(), "x"}, {0})), HasSubstr("has signed"));
}

TEST_F(LifeCycle, RefusesAProposalForAnOutdatedVersionAndNamesTheNewest) {
  sign_all(first_, noon);
  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .remark = "second"};
  sign_all(second, noon + hours(2));
  const TestTerms late{.replaces = first_.id(), .from = noon + hours(9), .remark = "late"};
  EXPECT_THAT(refusal(propose("south", noon + hours(3), late)), testing::AllOf(HasSubstr("outdated"), HasSubstr(second.id())));
  const TestTerms none{.from = noon + hours(9), .remark = "none"};
  EXPECT_THAT(refusal(propose("south", noon + hours(3), none)), HasSubstr(second.id()));
  const TestTerms ahead{.replaces = std::string(64, '7'), .from = noon + hours(9), .remark = "ahead"};
  EXPECT_THAT(refusal(propose("south", noon + hours(3), ahead)), HasSubstr(second.id()));
}

TEST_F(LifeCycle, BringsOneOfTwoRivalsIntoForce) {
  sign_all(first_, noon);
  const TestTerms one{.replaces = first_.id(), .from = noon + hours(5), .remark = "one"}, two{.replaces = first_.id(), .from = noon + hours(6), .remark = "two"};
  agree(one, noon + hours(2));
  agree(two, noon + hours(2));
  for (const char* party : {"north", "south", "un"}) ok(say(party, noon + hours(3), Signing{one.id()}));
  EXPECT_THAT(refusal(say("north", noon + hours(3), Signing{two.id()})), HasSubstr("outdated"));
  for (const char* party : {"north", "south", "un"}) record(party, noon + hours(3), test::note_of(party, noon + hours(3), Signing{two.id()}, {0, 1}));
  EXPECT_EQ(in_force(noon + hours(7)), one.id());
  EXPECT_EQ(stage(two, noon + hours(7)), PactStage::lapsed);
  EXPECT_THAT(node("north").find(two.id())->dead, HasSubstr("newest"));
}

TEST_F(LifeCycle, SuspendsClausesButNeverTheSafetyFloor) {
  sign_all(first_, noon);
  const Time now = first_.from + hours(1);
  EXPECT_THAT(refusal(say("south", now, Suspension{first_.id(), {{"escalation"}}, "why", {}})), HasSubstr("safety floor"));
  EXPECT_THAT(refusal(say("south", now, Suspension{first_.id(), {{"escalation", "minima.state"}}, "why", {}})), HasSubstr("safety floor"));
  EXPECT_THAT(refusal(say("south", now, Suspension{first_.id(), {{"minima.x"}}, "why", {}})), HasSubstr("no clause"));
  EXPECT_THAT(refusal(say("south", now, Suspension{first_.id(), {{"minima.state"}}, "why", now - milliseconds(1)})), HasSubstr("past"));
  record("south", now, test::note_of("south", now, Suspension{first_.id(), {{"escalation", "minima.state"}}, "a node without conscience", {}}, {0, 1}));
  EXPECT_TRUE(node("north").suspended(*node("north").find(first_.id()), now).empty());

  const auto suspended = say("south", now, Suspension{first_.id(), {{"minima.state"}}, "why", now + minutes(5)});
  ok(suspended);
  const auto of = [&](Time when) { return node("un").suspended(*node("un").find(first_.id()), when); };
  EXPECT_TRUE(of(now + minutes(5) - milliseconds(1)).empty());
  EXPECT_THAT(of(now + minutes(5)), ElementsAre("minima.state"));
  ok(say("north", now, Suspension{first_.id(), {}, "all", {}}));
  EXPECT_THAT(of(now + minutes(5)), ElementsAre("minima.default", "minima.state", "zone.hospital"));
  EXPECT_EQ(in_force(now), first_.id());

  EXPECT_THAT(refusal(say("north", now, Resumption{suspended->id, {}})), HasSubstr("south"));
  ok(say("south", now + minutes(8), Resumption{suspended->id, now + minutes(9)}));
  EXPECT_THAT(refusal(say("south", now + minutes(10), Resumption{suspended->id, {}})), HasSubstr("resumed"));
  EXPECT_THAT(refusal(say("south", now, Resumption{std::string(64, '0'), {}})), HasSubstr("no suspension"));
}

TEST_F(LifeCycle, CountsASuspensionFromItsQuorum) {
  sign_all(first_, noon);
  const Time now = first_.from + hours(1);
  const std::string text = test::text_of("south", now, Suspension{first_.id(), {{"minima.state"}}, "why", {}});
  const auto one = post("south", now, test::note_by(text, {&test::keys_of("south").signatories[0]}));
  ok(one);
  EXPECT_FALSE(one->complete);
  const auto of = [&](Time when) { return node("un").suspended(*node("un").find(first_.id()), when); };
  EXPECT_TRUE(of(now + hours(1)).empty());
  EXPECT_THAT(refusal(post("south", now, test::note_by(text, {&test::keys_of("south").signatories[0]}))), HasSubstr("no signature that was not recorded"));
  ok(post("south", now + minutes(3), test::note_by(text, {&test::keys_of("south").signatories[2]})));
  EXPECT_TRUE(of(now + minutes(3) - milliseconds(1)).empty());
  EXPECT_THAT(of(now + minutes(3)), ElementsAre("minima.state"));
  EXPECT_THAT(refusal(post("south", now + minutes(3), test::note_by(text, {&test::keys_of("south").signatories[1]}))), HasSubstr("recorded already"));
}

TEST_F(LifeCycle, KeepsASuspensionOverAVersionThatWasSignedBeforeItAndEndsItByANewConsent) {
  sign_all(first_, noon);
  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .remark = "second"}, third{.replaces = second.id(), .from = noon + hours(8), .remark = "third"};
  sign_all(second, noon + hours(2));
  ok(say("south", noon + hours(3), Suspension{first_.id(), {{"minima.state"}}, "why", {}}));
  sign_all(third, noon + hours(6));
  EXPECT_THAT(node("un").suspended(*node("un").find(second.id()), noon + hours(7)), ElementsAre("minima.state"));
  EXPECT_TRUE(node("un").suspended(*node("un").find(third.id()), noon + hours(9)).empty());
}

TEST_F(LifeCycle, RemindsOfAReviewUntilTermsThatReplaceThemAreProposed) {
  TestTerms terms{.from = noon + hours(1)};
  const Time review = noon + hours(24 * 60);
  terms.review = review;
  sign_all(terms, noon);
  const auto due = [&](Time now) { return node("south").review_due(now); };
  EXPECT_EQ(due(noon + minutes(30)), std::nullopt) << "not in force yet";
  EXPECT_EQ(due(noon + hours(2)), review);
  // What is proposed long before the date is no review.
  ok(propose("south", review - hours(24 * 15), {.replaces = terms.id(), .from = review + hours(24 * 90), .remark = "early"}));
  EXPECT_EQ(due(review - hours(24)), review);
  EXPECT_EQ(due(review + hours(24 * 365)), review) << "overdue stays overdue";
  ok(propose("north", review + hours(1), {.replaces = terms.id(), .from = review + hours(24 * 91), .remark = "reviewed"}));
  EXPECT_EQ(due(review + minutes(59)), review) << "at each time what was known at it";
  EXPECT_EQ(due(review + hours(2)), std::nullopt);
}

TEST_F(LifeCycle, TerminatesWithTheNoticeThatTheTermsAskFor) {
  sign_all(first_, noon);
  const Time now = first_.from + hours(1);
  EXPECT_THAT(refusal(say("un", now, Termination{first_.id(), "why", now + hours(24) - milliseconds(1)})), HasSubstr("24 h of notice"));
  record("un", now, test::note_of("un", now, Termination{first_.id(), "why", now + hours(23)}, {0, 1}));
  EXPECT_EQ(in_force(now + hours(23)), first_.id());
  ok(say("un", now, Termination{first_.id(), "why", now + hours(24)}));
  EXPECT_EQ(in_force(now + hours(24) - milliseconds(1)), first_.id());
  EXPECT_EQ(in_force(now + hours(24)), "");
  EXPECT_EQ(stage(first_, now + hours(24)), PactStage::terminated);
  EXPECT_EQ(node("north").last_agreed(now + hours(500))->terms, first_.id());
  EXPECT_THAT(refusal(say("south", now + hours(25), Suspension{first_.id(), {}, "why", {}})), HasSubstr("terminated"));
  // A new version goes on from the one that ended, and needs all parties that it names.
  const TestTerms second{.replaces = first_.id(), .from = now + hours(50), .remark = "second"};
  sign_all(second, now + hours(30));
  EXPECT_EQ(in_force(now + hours(50)), second.id());
}

TEST_F(LifeCycle, Expires) {
  const TestTerms terms{.to = noon + hours(3)};
  sign_all(terms, noon);
  EXPECT_EQ(in_force(noon + hours(3) - milliseconds(1)), terms.id());
  EXPECT_EQ(in_force(noon + hours(3)), "");
  EXPECT_EQ(stage(terms, noon + hours(3)), PactStage::expired);
}

TEST_F(LifeCycle, LetsNoPartyBeLeftOutWithoutItsConsentWhileTheVersionBeforeHolds) {
  sign_all(first_, noon);
  const TestTerms two{.replaces = first_.id(), .from = noon + hours(5), .parties = "north,south"};
  ok(propose("north", noon + hours(2), two));
  ok(say("south", noon + hours(2), accept_all(two.id()), {0}));
  EXPECT_EQ(stage(two, noon + hours(2)), PactStage::proposed);
  record("north", noon + hours(2), test::note_of("north", noon + hours(2), Signing{two.id()}, {0, 1}));
  record("south", noon + hours(2), test::note_of("south", noon + hours(2), Signing{two.id()}, {0, 1}));
  EXPECT_EQ(in_force(noon + hours(6)), first_.id());
  ok(say("un", noon + hours(3), accept_all(two.id()), {0}));
  ok(say("un", noon + hours(3), Signing{two.id()}));
  EXPECT_EQ(in_force(noon + hours(6)), two.id());
}

TEST_F(LifeCycle, RefusesWhatIsNotThePartysOwn) {
  ok(propose("north", noon, first_));
  const std::string note = test::note_of("south", noon, accept_all(first_.id()), {0});
  EXPECT_THAT(refusal(decide(node("north"), note, "", noon)), HasSubstr("one of south"));
  const auto checked = node("un").check({test::keys_of("north").origin(), 99, noon, note});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("a statement of south stands in the record of north"));
  record("north", noon, note);
  EXPECT_FALSE(node("un").find(first_.id())->find("south")->accepted_at);
  // Signed by another party's people, in the party's own record.
  const auto& north = test::keys_of("north");
  EXPECT_THAT(refusal(post("south", noon, test::note_by(test::text_of("south", noon, accept_all(first_.id())), {&north.signatories[0], &north.root}))),
              HasSubstr("no signatory of south"));
  EXPECT_THAT(refusal(post("south", noon, test::note_by(test::text_of("south", noon, accept_all(first_.id())), {&test::keys_of("south").root}))),
              HasSubstr("no signatory of south"));
}

TEST_F(LifeCycle, RefusesReplayedAndReorderedEntries) {
  ok(propose("north", noon, first_));
  PactState& un = node("un");
  const auto again = un.check({test::keys_of("north").origin(), 1, noon, test::note_of("north", noon, Withdrawal{first_.id(), "x"}, {0})});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_FALSE(un.check({"stranger.example/record", 1, noon, test::note_of("north", noon, Signing{first_.id()})}));
  // The same note once more, as a new entry, changes nothing; the own node refuses it.
  const std::string note = test::note_of("south", noon, Response{first_.id(), {}, ClauseAnswer{Answer::reject, "no"}}, {0});
  ok(post("south", noon, note));
  ok(say("south", noon + minutes(1), accept_all(first_.id()), {0}));
  EXPECT_THAT(refusal(post("south", noon + minutes(2), note)), HasSubstr("recorded already"));
  record("south", noon + minutes(2), note);
  EXPECT_TRUE(un.find(first_.id())->find("south")->accepted_at);
}

TEST_F(LifeCycle, RefusesWhatWasWrittenLongAgoOrAheadOfTheClock) {
  ok(propose("north", noon, first_));
  const std::string note = test::note_of("south", noon, accept_all(first_.id()), {0});
  EXPECT_THAT(refusal(decide(node("south"), note, "", noon - minutes(5) - milliseconds(1))), HasSubstr("ahead of this node's clock"));
  EXPECT_THAT(refusal(decide(node("south"), note, "", noon + hours(24 * 30) + milliseconds(1))), HasSubstr("30 days"));
  const TestTerms late{.from = noon + hours(24 * 60), .remark = "late"};
  ok(propose("north", noon, late));
  ok(post("south", noon, test::note_of("south", noon, accept_all(late.id()), {0})));
  ok(say("un", noon, accept_all(late.id()), {0}));
  record("south", noon + hours(24 * 30) + milliseconds(1), test::note_of("south", noon, Signing{late.id()}, {0, 1}));
  EXPECT_FALSE(node("un").find(late.id())->find("south")->complete_at);
}

TEST_F(LifeCycle, RefusesTermsWithoutTheirTextOrOfAnotherHash) {
  const std::string note = test::note_of("north", noon, Proposal{first_.id(), noon + minutes(30), ""}, {0});
  EXPECT_THAT(refusal(post("north", noon, note)), HasSubstr("text of the terms is missing"));
  EXPECT_THAT(refusal(post("north", noon, note, first_.text() + " ")), HasSubstr("has the hash"));
  EXPECT_THAT(refusal(say("south", noon, Signing{std::string(64, '1')})), HasSubstr("is not here"));
  const std::string nonsense = "nonsense";
  EXPECT_THAT(refusal(post("north", noon, test::note_of("north", noon, Proposal{id_of(nonsense), noon + minutes(30), ""}, {0}), nonsense)), HasSubstr("cannot be used"));
  record("north", noon, TermsPart{first_.id(), 0, 1, "not the text"});
  EXPECT_EQ(node("south").terms_text(first_.id()), nullptr);
}

TEST_F(LifeCycle, RefusesTermsWhoseRootKeyIsNotThePinnedOne) {
  PactSetup setup = test::setup_of("north");
  setup.members[1].root = test::new_key("south.example/root").verifier();
  nodes_.insert_or_assign("north", PactState(setup));
  EXPECT_THAT(refusal(propose("north", noon, first_)), testing::AllOf(HasSubstr("root key of south"), HasSubstr("telephone")));
  ok(propose("south", noon, first_));
  EXPECT_THAT(refusal(say("north", noon, accept_all(first_.id()), {0})), HasSubstr("root key of south"));
  ok(say("north", noon, Response{first_.id(), {}, ClauseAnswer{Answer::reject, "a wrong key"}}, {0}));
}

TEST_F(LifeCycle, RefusesTimesThatCannotBeKept) {
  const auto propose_with = [&](Time respond_by, Time now) {
    return refusal(post("north", now, test::note_of("north", now, Proposal{first_.id(), respond_by, ""}, {0}), first_.text()));
  };
  EXPECT_THAT(propose_with(noon, noon), HasSubstr("past"));
  EXPECT_THAT(propose_with(first_.from + milliseconds(1), noon), HasSubstr("after"));
  EXPECT_THAT(propose_with(first_.from + hours(1), first_.from), HasSubstr("which is past"));
}

TEST_F(LifeCycle, JudgesASignatureByTheKeysOfItsEntry) {
  agree(first_, noon);
  ok(say("north", noon, Signing{first_.id()}));
  const auto& north = test::keys_of("north");
  const std::string ada = ledger::to_string(north.signatories[0].verifier());
  ok(post("north", noon + minutes(2), test::note_by(test::text_of("north", noon, KeyRevocation{KeyRole::signatory, ada, "lost", {}}), {&north.root})));
  ok(say("south", noon + minutes(3), Signing{first_.id()}));
  ok(say("un", noon + minutes(3), Signing{first_.id()}));
  EXPECT_EQ(in_force(first_.from), first_.id()) << "ada had signed before her key was revoked";
  EXPECT_THAT(refusal(say("north", first_.from, Suspension{first_.id(), {}, "why", {}}, {0})), HasSubstr("no signatory of north"));
  EXPECT_THAT(refusal(post("north", noon + minutes(4), test::note_by(test::text_of("north", noon, KeyRevocation{KeyRole::signatory, ada, "lost", {}}), {&north.root}))),
              HasSubstr("already"));
  EXPECT_THAT(refusal(post("north", noon + minutes(4), test::note_by(test::text_of("north", noon, KeyRevocation{KeyRole::record, ada, "lost", {}}), {&north.signatories[0]}))),
              HasSubstr("root key of north"));
}

TEST_F(LifeCycle, CountsAPersonWithTwoKeysOnce) {
  agree(first_, noon);
  const auto& north = test::keys_of("north");
  const auto fresh = test::new_key("north.example/ada2");
  const std::string text = test::text_of("north", noon, KeyRotation{KeyRole::signatory, ledger::to_string(north.signatories[0].verifier()), ledger::to_string(fresh.verifier()), {}});
  ok(post("north", noon, test::note_by(text, {&north.root, &north.signatories[0]})));
  const auto signed_twice = post("north", noon + minutes(1), test::note_by(test::text_of("north", noon, Signing{first_.id()}), {&north.signatories[0], &fresh}));
  ok(signed_twice);
  EXPECT_FALSE(signed_twice->complete);
  EXPECT_TRUE(say("north", noon + minutes(2), Signing{first_.id()}, {1})->complete);
}

TEST_F(LifeCycle, KnowsThatItCannotKnowUntilTheOtherRecordsWereHeardBeyondTheBeginning) {
  sign_all(first_, noon);
  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .remark = "second"};
  agree(second, noon + hours(2));
  ok(say("north", noon + hours(3), Signing{second.id()}));
  ok(say("south", noon + hours(3), Signing{second.id()}));
  const PactState& north = node("north");
  const Time before = second.from - minutes(1);
  const auto doubt = [&](Time heard, Time now) { return north.unsettled({{"south", now}, {"un", heard}}, now); };
  EXPECT_THAT(doubt(noon + hours(3), before).alternatives, ElementsAre(first_.id()));
  const Unsettled unsettled = doubt(before, second.from + minutes(1));
  EXPECT_THAT(unsettled.alternatives, testing::UnorderedElementsAre(first_.id(), second.id()));
  EXPECT_THAT(unsettled.waits_for, ElementsAre("un"));
  EXPECT_EQ(unsettled.suspensions_known_to, before);
  EXPECT_THAT(doubt(second.from, second.from + minutes(1)).alternatives, ElementsAre(first_.id()));
  // A party that was silent longer than the notice may have terminated.
  EXPECT_THAT(doubt(noon + hours(6), noon + hours(30)).alternatives, ElementsAre("", first_.id()));
  // What the own party did not sign cannot be in force.
  EXPECT_TRUE(node("un").unsettled({{"north", second.from - hours(1)}, {"south", second.from - hours(1)}}, second.from + minutes(1)).certain());
}

// --- every state, every type of statement, every kind of signers ---

enum class Signers { nobody, strangers, others, root, one, quorum };

struct Row {
  const char* state;
  const char* proposer;   // what a quorum of the proposer may: proposal, response, withdrawal, signature, suspension, resumption, termination
  const char* other;      // what a quorum of another party may
};

class Table : public LifeCycle, public testing::WithParamInterface<Row> {
 protected:
  // Brings the pact into the state, and says what time it is then.
  Time reach(std::string_view state) {
    if (state == "unknown") return noon;
    ok(propose("north", noon, first_));
    if (state == "proposed") return noon;
    if (state == "lapsed_unanswered") return first_.from - minutes(10);
    if (state == "withdrawn") return ok(say("north", noon, Withdrawal{first_.id(), "x"})), noon;
    ok(say("south", noon, accept_all(first_.id())));
    if (state == "answered") return ok(say("un", noon, Response{first_.id(), {}, ClauseAnswer{Answer::reject, "no"}})), noon;
    ok(say("un", noon, accept_all(first_.id())));
    if (state == "agreed") return noon;
    if (state == "lapsed_unsigned") return first_.from;
    for (const char* party : {"north", "south"}) ok(say(party, noon, Signing{first_.id()}));
    if (state == "own_signed") return noon;
    ok(say("un", noon, Signing{first_.id()}));
    if (state == "signed") return noon;
    if (state == "suspended") {
      for (const char* party : {"north", "south"}) {
        const auto suspended = say(party, first_.from, Suspension{first_.id(), {{"minima.state"}}, "why", {}});
        ok(suspended);
        suspension_[party] = suspended->id;
      }
    }
    if (state == "superseded") {
      sign_all({.replaces = first_.id(), .from = noon + hours(5)}, noon + hours(2));
      return noon + hours(5);
    }
    if (state == "terminated") {
      ok(say("un", first_.from, Termination{first_.id(), "why", first_.from + first_.notice}));
      return first_.from + first_.notice;
    }
    return first_.from;
  }

  StatementBody body(unsigned column, const std::string& party, Time now) {
    const std::string id = first_.id();
    switch (column) {
      case 0: return Proposal{id, std::min(now + minutes(5), first_.from), ""};
      case 1: return accept_all(id);
      case 2: return Withdrawal{id, "why"};
      case 3: return Signing{id};
      case 4: return Suspension{id, {{"zone.hospital"}}, "why", {}};
      case 5: return Resumption{suspension_.contains(party) ? suspension_[party] : std::string(64, '5'), {}};
      case 6: return Termination{id, "why", now + first_.notice};
      case 7: return KeyRotation{KeyRole::signatory, {}, fresh_key_, {}};
      default: return KeyRevocation{KeyRole::record, ledger::to_string(test::keys_of(party).record.verifier()), "lost", {}};
    }
  }

  static std::string note(const std::string& party, const std::string& text, Signers who) {
    const auto& own = test::keys_of(party);
    const auto& others = test::keys_of(party == "north" ? "south" : "north");
    switch (who) {
      case Signers::strangers: {
        const auto a = test::new_key(party + ".example/ada"), b = test::new_key(party + ".example/ben");
        return test::note_by(text, {&a, &b});
      }
      case Signers::others: return test::note_by(text, {&others.signatories[0], &others.signatories[1], &others.root});
      case Signers::root: return test::note_by(text, {&own.root});
      case Signers::one: return test::note_by(text, {&own.signatories[2]});
      case Signers::quorum: return test::note_by(text, {&own.signatories[0], &own.signatories[1]});
      default: return text;
    }
  }

  std::map<std::string, std::string> suspension_;
  const std::string fresh_key_ = ledger::to_string(test::new_key("north.example/fresh").verifier());
};

TEST_P(Table, HasAVerdictForEveryStatementAndEveryKindOfSigners) {
  const Row& row = GetParam();
  const Time now = reach(row.state);
  constexpr unsigned columns = 9, keys_from = 7;
  for (const std::string party : {"north", "south"}) {
    const std::string_view allowed = party == "north" ? row.proposer : row.other;
    for (unsigned column = 0; column < columns; ++column) {
      const bool needs_quorum = column >= 3 && column < keys_from;
      for (const Signers who : {Signers::nobody, Signers::strangers, Signers::others, Signers::root, Signers::one, Signers::quorum}) {
        const std::string text = test::text_of(party, now + milliseconds(1), body(column, party, now));   // nothing recorded before
        const auto done = decide(node(party), note(party, text, who), first_.text(), now);
        const bool may_sign = column >= keys_from ? who == Signers::root : who == Signers::one || who == Signers::quorum;
        const bool expected = may_sign && (column >= keys_from || allowed[column] == 'y');
        EXPECT_EQ(done.has_value(), expected) << row.state << ' ' << party << ' ' << text << " signers " << static_cast<int>(who) << ": " << refusal(done);
        if (done) {
          EXPECT_EQ(done->complete, !needs_quorum || who == Signers::quorum) << text;
        } else {
          EXPECT_GT(done.error().message.size(), 20u) << "a refusal says why: " << done.error().message;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LifeCycle, Table,
                         testing::Values(Row{"unknown", "y......", "y......"}, Row{"proposed", "..y....", ".y....."}, Row{"answered", "..y....", ".y....."},
                                         Row{"agreed", "..yy...", ".y.y..."}, Row{"own_signed", ".......", "......."}, Row{"signed", "....y.y", "....y.y"},
                                         Row{"in_force", "....y.y", "....y.y"}, Row{"suspended", "....yyy", "....yyy"}, Row{"superseded", ".......", "......."},
                                         Row{"terminated", ".......", "......."}, Row{"lapsed_unanswered", "y......", "y......"},
                                         Row{"lapsed_unsigned", ".......", "......."}, Row{"withdrawn", ".......", "......."}),
                         [](const auto& row) { return std::string(row.param.state); });

}  // namespace
}  // namespace skypact::pact
