#include "distress/case_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "distress/intake.h"
#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::act;
using tests::burst;
using tests::has;
using tests::kinds;
using tests::noon;
using tests::north_officer;
using tests::place_at;
using tests::south_officer;
using tests::squawk;
using tests::trigger;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr CaseId first{1}, second{2};

Result<std::vector<Event>> attempt(CaseBook& book, CaseId id, ActBody body, Time now = noon, const Officer& by = south_officer) {
  return book.apply({by, now, id, std::move(body)}, now);
}

// ---- Taking triggers ------------------------------------------------------------------------------------------

TEST(CaseBook, ShowsASingleBurstAtOnceAndRelaysACorrectedOneAfterASecond) {
  CaseBook book;
  EXPECT_THAT(kinds(book.take(burst(noon, 2), noon)), ElementsAre(EventKind::opened, EventKind::phase_proposed));
  EXPECT_EQ(book.find(first)->number, "D-0001/26");
  EXPECT_FALSE(has(book.take(burst(noon + seconds(2), 2), noon + seconds(2)), EventKind::may_relay));   // the same burst, another station
  EXPECT_FALSE(has(book.take(burst(noon + minutes(11), 2), noon + minutes(11)), EventKind::may_relay)); // too late
  EXPECT_TRUE(has(book.take(burst(noon + minutes(12), 1), noon + minutes(12)), EventKind::may_relay));
  EXPECT_TRUE(has(book.take(burst(noon, 0, tests::other_beacon_id), noon), EventKind::may_relay));
}

TEST(CaseBook, ListsATestAsHeardAndOpensNothing) {
  CaseBook book;
  for (const TriggerMark mark : {TriggerMark::test, TriggerMark::self_test}) {
    Trigger t = burst(noon);
    t.mark = mark;
    EXPECT_THAT(kinds(book.take(t, noon)), ElementsAre(EventKind::heard));
  }
  EXPECT_EQ(book.find(first), nullptr);
  EXPECT_EQ(book.heard().count, 2u);
  EXPECT_EQ(book.heard().newest[1].why, "self_test");
}

TEST(CaseBook, RefusesWhatIsNoTriggerAndSaysSo) {
  CaseBook book;
  Trigger t = burst(noon);
  t.source = "";
  const auto events = book.take(t, noon);
  ASSERT_THAT(kinds(events), ElementsAre(EventKind::refused));
  EXPECT_THAT(events[0].text, HasSubstr("source"));
  EXPECT_EQ(book.refused(), 1u);
}

TEST(CaseBook, ClosesNothingOnACancellation) {
  CaseBook book;
  book.take(burst(noon), noon);
  Trigger over = burst(noon + minutes(1));
  over.cancellation = true;
  EXPECT_TRUE(has(book.take(over, noon + minutes(1)), EventKind::cancellation));
  EXPECT_TRUE(book.find(first)->open());
  EXPECT_TRUE(book.find(first)->evidence[0].cancelled());
  Trigger of_nothing = burst(noon, 0, tests::other_beacon_id);
  of_nothing.cancellation = true;
  EXPECT_THAT(kinds(book.take(of_nothing, noon)), ElementsAre(EventKind::heard));
  EXPECT_EQ(book.find(second), nullptr);
}

TEST(CaseBook, MergesTwoCasesWhenABeaconCarriesTheAircraftsAddress) {
  CaseBook book;
  book.take(squawk(0x4D2023, noon), noon);
  book.take(burst(noon), noon);
  ASSERT_NE(book.find(second), nullptr);
  Trigger both = burst(noon + seconds(50));
  both.subject.address = icao_address(0x4D2023);
  const auto events = book.take(both, noon + seconds(50));
  EXPECT_TRUE(has(events, EventKind::merged));
  EXPECT_EQ(book.root_of(second), first);
  EXPECT_TRUE(book.find(second)->merged->by_system);
  const Case view = book.view(second, noon);
  EXPECT_EQ(view.number, "D-0001/26");
  EXPECT_EQ(view.evidence.size(), 2u);
  EXPECT_THAT(book.board(noon), ElementsAre(first));
}

TEST(CaseBook, NeverMixesAnExerciseWithARealCase) {
  CaseBook book;
  Trigger exercise = squawk(1, noon);
  exercise.mark = TriggerMark::exercise;
  book.take(exercise, noon);
  EXPECT_TRUE(has(book.take(squawk(1, noon), noon), EventKind::opened));
  EXPECT_TRUE(book.find(first)->exercise);
  EXPECT_FALSE(book.find(second)->exercise);
  EXPECT_THAT(book.board(noon), ElementsAre(second, first));   // exercises last
  EXPECT_THAT(attempt(book, first, Merge{second, "same"}).error().message, HasSubstr("never one"));
}

TEST(CaseBook, OnlyProposesAMergeOfTheSameCallSign) {
  CaseBook book;
  Trigger one = squawk(1, noon), other = trigger(TriggerKind::guard_report, EmergencyWord::general, noon + minutes(5), "tower");
  one.subject.callsign = other.subject.callsign = "NORTH21";
  book.take(one, noon);
  const auto events = book.take(other, noon + minutes(5));
  EXPECT_TRUE(has(events, EventKind::opened));
  EXPECT_TRUE(has(events, EventKind::merge_proposed));
  ASSERT_EQ(book.merge_proposals().size(), 1u);
  EXPECT_THAT(book.merge_proposals()[0].why, HasSubstr("NORTH21"));
  act(book, second, KeepApart{first, "two flights"}, noon + minutes(6));
  EXPECT_TRUE(book.merge_proposals().empty());
  EXPECT_FALSE(has(book.take(other, noon + minutes(7)), EventKind::merge_proposed));
}

TEST(CaseBook, ProposesNoMergeBeyondItsBoundsOfTimePlaceAndParty) {
  const auto proposes = [](Duration later, double lon, std::string_view party) {
    CaseBook book;
    Trigger one = squawk(1, noon), other = trigger(TriggerKind::guard_report, EmergencyWord::general, noon + later, "tower");
    one.subject.callsign = other.subject.callsign = "NORTH21";
    one.party = "north";
    other.party = party;
    one.place = place_at(0, 0);
    other.place = place_at(0, lon);
    book.take(one, noon);
    return has(book.take(other, noon + later), EventKind::merge_proposed);
  };
  EXPECT_TRUE(proposes(minutes(30), 1.6, "north"));
  EXPECT_TRUE(proposes(minutes(30), 1.6, ""));
  EXPECT_FALSE(proposes(minutes(31), 1.6, "north"));
  EXPECT_FALSE(proposes(minutes(30), 1.7, "north"));
  EXPECT_FALSE(proposes(minutes(30), 1.6, "south"));
}

TEST(CaseBook, ProposesThatABeaconOfNobodyIsTheAircraftThatVanishedThere) {
  CaseBook book;
  Trigger gone = trigger(TriggerKind::vanished, EmergencyWord::vanished, noon);
  gone.subject.address = icao_address(1);
  gone.place = place_at(34, 36);
  Trigger sounding = burst(noon + minutes(4));
  sounding.place = place_at(34.05, 36);
  book.take(gone, noon);
  EXPECT_TRUE(has(book.take(sounding, noon + minutes(4)), EventKind::merge_proposed));
}

TEST(CaseBook, TakesOneReportersSameCallSignAsOneCase) {
  CaseBook book;
  Trigger t = trigger(TriggerKind::guard_report, EmergencyWord::general, noon, "tower");
  t.subject.callsign = "NORTH21";
  book.take(t, noon);
  book.take(t, noon + minutes(1));
  EXPECT_EQ(book.find(second), nullptr);
}

TEST(CaseBook, LinksAPeersCaseToItsOwnByTheNumberThatThePeerNames) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  Trigger told = trigger(TriggerKind::peer, EmergencyWord::general, noon, "north");
  told.reference = "D-0044/26";
  told.our_case = "D-0001/26";
  book.take(told, noon);
  EXPECT_EQ(book.find(second), nullptr);
  EXPECT_THAT(book.find(first)->peers, ElementsAre(PeerCase{"north", "D-0044/26"}));
  told.our_case = "";
  book.take(told, noon + minutes(1));
  EXPECT_EQ(book.find(second), nullptr);
}

TEST(CaseBook, ProposesTheNextPhaseByTimeAlone) {
  CaseBook book;
  book.take(trigger(TriggerKind::overdue, EmergencyWord::overdue, noon), noon);
  EXPECT_TRUE(book.advance(noon + minutes(29)).empty());
  EXPECT_THAT(kinds(book.advance(noon + minutes(30))), ElementsAre(EventKind::phase_proposed));
  EXPECT_TRUE(book.advance(noon + minutes(31)).empty());
}

TEST(CaseBook, SaysThatEvidenceContradictsItself) {
  CaseBook book;
  Trigger here = burst(noon), there = burst(noon + seconds(50));
  here.place = place_at(51, 0);
  there.place = place_at(-34, 151);
  book.take(here, noon);
  EXPECT_TRUE(has(book.take(there, noon + seconds(50)), EventKind::contradiction));
}

// ---- Bounds ---------------------------------------------------------------------------------------------------

TEST(CaseBook, LetsAFloodOfOneSourceNotFillTheBoard) {
  CaseBook book({.open = 40, .untouched = 20, .untouched_of_source = 5});
  for (std::uint32_t i = 1; i <= 5; ++i) EXPECT_TRUE(has(book.take(squawk(i, noon), noon), EventKind::opened)) << i;
  for (std::uint32_t i = 6; i <= 1'000; ++i) EXPECT_THAT(kinds(book.take(squawk(i, noon), noon)), ElementsAre(EventKind::beyond_limit)) << i;
  EXPECT_EQ(book.beyond().count, 995u);
  EXPECT_EQ(book.beyond().newest.size(), 200u);
  EXPECT_TRUE(has(book.take(burst(noon), noon), EventKind::opened));                            // another kind
  EXPECT_TRUE(has(book.take(squawk(3, noon + seconds(1)), noon), EventKind::evidence));         // what is open goes on
  act(book, first, AddRemark{"looked at"}, noon);
  EXPECT_TRUE(has(book.take(squawk(6, noon), noon), EventKind::opened));                        // there is room again
}

TEST(CaseBook, NeverDisplacesAnOpenCase) {
  CaseBook book({.open = 6, .untouched = 3, .untouched_of_source = 3});
  for (std::uint32_t i = 1; i <= 6; ++i) {
    Trigger t = squawk(i, noon);
    t.source = fmt::format("site-{}", i);
    EXPECT_TRUE(has(book.take(t, noon), EventKind::opened)) << i;
    act(book, CaseId{i}, DeclarePhase{Phase::alerfa, ""}, noon);
  }
  EXPECT_THAT(kinds(book.take(squawk(7, noon), noon)), ElementsAre(EventKind::beyond_limit));
  EXPECT_EQ(book.board(noon).size(), 6u);
  Trigger by_hand = trigger(TriggerKind::manual, EmergencyWord::general, noon, "duty");
  EXPECT_THAT(kinds(book.take(by_hand, noon)), ElementsAre(EventKind::beyond_limit));
  act(book, first, Close{CloseReason::safe, ""}, noon);
  EXPECT_TRUE(has(book.take(by_hand, noon), EventKind::opened));
}

TEST(CaseBook, BoundsACasesEvidencePerKindAndCountsTheRest) {
  CaseBook book;
  for (int i = 0; i < 100; ++i) {
    Trigger t = squawk(1, noon + seconds(i));
    t.source = fmt::format("site-{:03}", i);
    book.take(t, noon);
  }
  Trigger sounding = burst(noon);
  sounding.subject.address = icao_address(1);
  book.take(sounding, noon);
  const Case& c = *book.find(first);
  EXPECT_EQ(c.evidence.size(), CaseLimits::sources + 1);
  EXPECT_EQ(c.beyond.evidence, 100 - CaseLimits::sources);
}

TEST(CaseBook, CountsRepetitionsAndKeepsTheNewestInFull) {
  CaseBook book;
  for (int i = 0; i < 10; ++i) {
    Trigger t = squawk(1, noon + seconds(i == 9 ? 3 : 10 * i));   // the last one came late
    t.remark = fmt::format("{}", i);
    book.take(t, noon);
  }
  const Evidence& e = book.find(first)->evidence.at(0);
  EXPECT_EQ(e.count, 10u);
  EXPECT_EQ(e.newest.remark, "8");
  EXPECT_EQ(e.first_heard, noon);
}

TEST(CaseBook, BoundsTheLogButNeverTheClosing) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  std::size_t remarks = 0;
  while (attempt(book, first, AddRemark{"r"})) ++remarks;
  EXPECT_EQ(remarks, CaseLimits::log - CaseLimits::log_reserve);
  std::size_t others = 0;
  while (attempt(book, first, DeclarePhase{Phase::alerfa, ""})) ++others;
  EXPECT_EQ(others, CaseLimits::log_reserve);
  EXPECT_TRUE(attempt(book, first, Close{CloseReason::safe, ""}));
}

TEST(CaseBook, ForgetsTheOldestClosedAndCountsThem) {
  CaseBook book({.closed = 3});
  for (std::uint32_t i = 1; i <= 5; ++i) {
    book.take(squawk(i, noon), noon);
    act(book, CaseId{i}, Close{CloseReason::safe, ""}, noon + seconds(i));
  }
  EXPECT_THAT(book.closed(), ElementsAre(CaseId{5}, CaseId{4}, CaseId{3}));
  EXPECT_EQ(book.closed_forgotten(), 2u);
  EXPECT_EQ(book.find(first), nullptr);
}

TEST(CaseBook, BeginsTheNumbersAnewWithTheYear) {
  CaseBook book;
  const Time new_year = Time(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));
  book.take(squawk(1, noon), noon);
  book.take(squawk(2, new_year), new_year);
  book.take(squawk(3, noon), noon);   // a clock put back gives no number twice
  EXPECT_EQ(book.find(second)->number, "D-0001/27");
  EXPECT_EQ(book.find(CaseId{3})->number, "D-0002/27");
}

// ---- Acts -----------------------------------------------------------------------------------------------------

TEST(CaseBook, TakesActsOfPersonsOnly) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  EXPECT_EQ(attempt(book, first, DeclarePhase{Phase::alerfa, ""}, noon, {"south", "", "duty"}).error().code, ErrorCode::refused);
  EXPECT_EQ(attempt(book, CaseId{9}, UndoMark{}).error().code, ErrorCode::not_found);
  EXPECT_THAT(book.apply({south_officer, noon + minutes(3), first, AddRemark{"x"}}, noon).error().message, HasSubstr("ahead"));
  EXPECT_EQ(attempt(book, first, AddRemark{std::string(401, 'x')}).error().code, ErrorCode::over_limit);
  EXPECT_TRUE(attempt(book, first, AddRemark{std::string(400, 'x')}));
}

TEST(CaseBook, ClosesForAReasonAndAPersonAndReopens) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  const Case before = *book.find(first);
  EXPECT_THAT(attempt(book, first, Close{CloseReason::other, ""}).error().message, HasSubstr("text"));
  act(book, first, Close{CloseReason::rescued, "all aboard"}, noon);
  EXPECT_EQ(book.find(first)->closed->by, south_officer);
  EXPECT_TRUE(book.board(noon).empty());
  EXPECT_EQ(attempt(book, first, DeclarePhase{Phase::alerfa, ""}).error().code, ErrorCode::conflict);
  act(book, first, Reopen{"one is missing"}, noon);
  Case after = *book.find(first);
  EXPECT_EQ(after.log.size(), 2u);
  after.log.clear();
  EXPECT_EQ(after, before);
}

TEST(CaseBook, HearsAfterAClosingWhatGoesOnAndOpensANewCaseForWhatIsNew) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  act(book, first, Close{CloseReason::safe, ""}, noon + minutes(1));
  EXPECT_THAT(kinds(book.take(squawk(1, noon + minutes(2)), noon + minutes(2))), ElementsAre(EventKind::heard_after_closing));
  EXPECT_EQ(book.find(first)->heard_after_closing, 1u);
  // Another word is new.
  EXPECT_TRUE(has(book.take(squawk(1, noon + minutes(3), EmergencyWord::downed), noon + minutes(3)), EventKind::opened));
  EXPECT_EQ(book.find(second)->follows, first);
  // Late news of before the closing belong to the new one, which is open.
  EXPECT_THAT(kinds(book.take(squawk(1, noon), noon + minutes(4))), Contains(EventKind::evidence));
  EXPECT_TRUE(has(act(book, first, Reopen{"the same"}, noon + minutes(5)), EventKind::merge_proposed));
}

TEST(CaseBook, OpensANewCaseForTheSameSignalWhenItGoesOnTooLong) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  act(book, first, Close{CloseReason::false_alarm, ""}, noon);
  const Time quiet = noon + quiet_after_closing;
  EXPECT_FALSE(has(book.take(squawk(1, quiet - seconds(1)), quiet - seconds(1)), EventKind::opened));
  EXPECT_TRUE(has(book.take(squawk(1, quiet), quiet), EventKind::opened));
}

TEST(CaseBook, UndoesAMarkExactly) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  book.take(squawk(2, noon), noon);
  for (const ActBody& mark : std::vector<ActBody>{MarkFalseAlarm{"seen landing"}, MarkDuplicate{second, "same"}}) {
    Case before = *book.find(first);
    act(book, first, mark, noon);
    ASSERT_TRUE(book.find(first)->mark);
    EXPECT_TRUE(book.find(first)->open());
    EXPECT_EQ(attempt(book, first, MarkFalseAlarm{"again"}).error().code, ErrorCode::conflict);
    act(book, first, UndoMark{}, noon);
    Case after = *book.find(first);
    before.log.clear();
    after.log.clear();
    EXPECT_EQ(after, before);
  }
  EXPECT_EQ(attempt(book, first, UndoMark{}).error().code, ErrorCode::conflict);
}

TEST(CaseBook, UndoesAMergeExactly) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  Trigger sounding = burst(noon);
  sounding.place = place_at(34, 36);
  book.take(sounding, noon);
  act(book, second, TakeLead{"south", "duty", "duty-s"}, noon);
  act(book, second, Tell{{AddresseeKind::rescue_centre, "rcc"}, "", true}, noon);
  const Case one = *book.find(first), other = *book.find(second);
  const Case view_before = book.view(first, noon), other_view_before = book.view(second, noon);

  act(book, second, Merge{first, "the same wreck"}, noon);
  const Case merged = book.view(first, noon);
  EXPECT_EQ(merged.evidence.size(), 2u);
  EXPECT_EQ(merged.lead->desk, "duty");
  EXPECT_EQ(merged.told.size(), 1u);
  EXPECT_THAT(attempt(book, second, AddRemark{"x"}).error().message, HasSubstr("merged into D-0001/26"));

  act(book, second, Unmerge{"two wrecks"}, noon);
  const auto without_log = [](Case c) {
    c.log.clear();
    return c;
  };
  EXPECT_EQ(without_log(*book.find(first)), without_log(one));
  EXPECT_EQ(without_log(*book.find(second)), without_log(other));
  EXPECT_EQ(without_log(book.view(first, noon)), without_log(view_before));
  EXPECT_EQ(without_log(book.view(second, noon)), without_log(other_view_before));
  EXPECT_EQ(book.board(noon).size(), 2u);
}

TEST(CaseBook, DoesNotMergeAgainWhatAnOfficerTookApart) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  book.take(burst(noon), noon);
  Trigger both = burst(noon + seconds(50));
  both.subject.address = icao_address(1);
  book.take(both, noon);
  act(book, second, Unmerge{"a stolen beacon"}, noon);
  EXPECT_FALSE(has(book.take(both, noon + minutes(1)), EventKind::merged));
  EXPECT_EQ(book.board(noon).size(), 2u);
  act(book, second, Merge{first, "it is his"}, noon);   // but an officer may
  EXPECT_EQ(book.board(noon).size(), 1u);
}

TEST(CaseBook, RefusesAMergeInARing) {
  CaseBook book;
  for (std::uint32_t i = 1; i <= 3; ++i) book.take(squawk(i, noon), noon);
  act(book, second, Merge{first, "x"}, noon);
  act(book, CaseId{3}, Merge{second, "x"}, noon);
  EXPECT_EQ(book.root_of(CaseId{3}), first);
  EXPECT_EQ(attempt(book, first, Merge{CaseId{3}, "x"}).error().code, ErrorCode::conflict);
}

TEST(CaseBook, FollowsWhoWasToldHowFarDown) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  const Addressee north{AddresseeKind::party, "north"};
  EXPECT_EQ(attempt(book, first, Delivered{north}).error().code, ErrorCode::not_found);
  act(book, first, Tell{north, "duty", false}, noon, {"south", "", ""});
  act(book, first, Delivered{north}, noon + seconds(1), {"north", "", ""});
  act(book, first, Answered{north, Depth::desk, "taken"}, noon + seconds(20), north_officer);
  act(book, first, Answered{north, Depth::crew, ""}, noon + seconds(90), north_officer);
  const Told& told = book.find(first)->told.at(0);
  EXPECT_EQ(told.delivered_at, noon + seconds(1));
  ASSERT_EQ(told.answers.size(), 2u);
  EXPECT_EQ(told.answers[1].depth, Depth::crew);
  // Told anew, it is to be delivered anew; the answers stay.
  act(book, first, Tell{north, "duty", true}, noon + minutes(2));
  EXPECT_FALSE(book.find(first)->told[0].delivered_at);
  EXPECT_EQ(book.find(first)->told[0].times, 2u);
  EXPECT_TRUE(book.find(first)->told[0].exact);
}

TEST(CaseBook, LetsOnlyTheOwnerReleaseTheExactPosition) {
  CaseBook book;
  Trigger t = squawk(1, noon);
  t.party = "north";
  t.aircraft_class = AircraftClass::state;
  book.take(t, noon);
  EXPECT_EQ(attempt(book, first, ReleaseExact{}).error().code, ErrorCode::refused);
  // Nor does saying that it is a civil one after all help others.
  EXPECT_EQ(attempt(book, first, Identify{"", AircraftClass::civil, "looks so"}).error().code, ErrorCode::refused);
  EXPECT_TRUE(attempt(book, first, ReleaseExact{}, noon, north_officer));
  EXPECT_EQ(attempt(book, first, ReleaseExact{}, noon, north_officer).error().code, ErrorCode::conflict);
}

TEST(CaseBook, TakesAnswersToAKeepClearCircle) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  act(book, first, ProposeKeepClear{tests::at(34, 36), nautical_miles(10), {noon, noon + std::chrono::hours(2)}}, noon);
  act(book, first, AnswerKeepClear{1, false}, noon, north_officer);
  act(book, first, AnswerKeepClear{1, true}, noon, north_officer);
  ASSERT_EQ(book.find(first)->keep_clear.at(0).answers.size(), 1u);
  EXPECT_TRUE(book.find(first)->keep_clear[0].answers[0].accepted);
  EXPECT_EQ(attempt(book, first, AnswerKeepClear{7, true}).error().code, ErrorCode::not_found);
  EXPECT_EQ(attempt(book, first, AnswerKeepClear{1, true}, noon + std::chrono::hours(2)).error().code, ErrorCode::conflict);
  EXPECT_EQ(attempt(book, first, ProposeKeepClear{tests::at(34, 36), nautical_miles(501), {noon, noon + minutes(1)}}).error().code, ErrorCode::bad_input);
}

TEST(CaseBook, KeepsAssignmentsUntilTheyAreFinished) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  act(book, first, Assign{"RESCUE 1", "search north of the river"}, noon);
  act(book, first, FinishAssignment{1}, noon + minutes(5));
  EXPECT_EQ(book.find(first)->assignments[0].done_at, noon + minutes(5));
  EXPECT_EQ(attempt(book, first, FinishAssignment{1}).error().code, ErrorCode::conflict);
}

TEST(CaseBook, ChangesNothingByAnActThatFails) {
  CaseBook book;
  book.take(squawk(1, noon), noon);
  book.take(squawk(2, noon), noon);
  act(book, second, Close{CloseReason::safe, ""}, noon);
  const CaseBook before = book;
  const Officer other{"south", "x", ""};
  for (const ActBody& body : std::vector<ActBody>{DeclarePhase{}, TakeLead{}, Assign{"", "x"}, FinishAssignment{4}, AddRemark{}, Identify{}, ReleaseExact{}, MarkFalseAlarm{}, MarkDuplicate{first, "x"},
                                                  UndoMark{}, Merge{first, "self"}, Merge{second, "closed"}, Unmerge{"x"}, KeepApart{first, "self"}, Tell{}, Delivered{}, Answered{},
                                                  ProposeKeepClear{}, AnswerKeepClear{}, Close{CloseReason::other, ""}, Reopen{"x"}}) {
    EXPECT_FALSE(book.apply({other, noon, first, body}, noon)) << body.index();
    EXPECT_TRUE(book == before) << body.index();
  }
}

}  // namespace
}  // namespace skypact::distress
