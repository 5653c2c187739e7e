#include "distress/case_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::burst;
using tests::noon;
using tests::south_officer;

struct Journalled {
  CaseBook book;
  std::vector<CaseInput> inputs;

  void take(const Trigger& given, Time now) {
    CaseInput input;
    input.number = inputs.size() + 1;
    input.at = now;
    input.counters = book.counters();
    input.what = checked(given).value();
    for (const Event& event : book.take(given, now)) {
      if (event.id) input.id = event.id;
      input.opened = input.opened || event.kind == EventKind::opened;
    }
    inputs.push_back(input);
  }
  void act(CaseId id, ActBody body, Time now) {
    CaseInput input;
    input.number = inputs.size() + 1;
    input.at = now;
    input.counters = book.counters();
    input.what = Act{south_officer, now, id, std::move(body)};
    ASSERT_TRUE(book.apply(std::get<Act>(input.what), now));
    inputs.push_back(input);
  }
};

Journalled story() {
  Journalled j;
  j.take(burst(noon), noon);
  j.act(CaseId{1}, AddRemark{"called the centre"}, noon + seconds(5));
  j.take(tests::squawk(0x4D2023, noon + seconds(9)), noon + seconds(9));
  j.act(CaseId{2}, Assign{"heli-7", "search"}, noon + seconds(11));
  j.take(burst(noon + seconds(50)), noon + seconds(50));
  j.act(CaseId{1}, Close{CloseReason::rescued, "found"}, noon + minutes(5));
  j.take(burst(noon + minutes(6), 0, tests::other_beacon_id), noon + minutes(6));
  j.act(CaseId{3}, Assign{"heli-7", "search"}, noon + minutes(7));
  return j;
}

TEST(CaseInput, ReadsBackEqualAndReplaysToAnEqualBook) {
  const Journalled j = story();
  CaseBook again;
  for (const CaseInput& input : j.inputs) {
    const auto document = json::parse(to_json(input));
    const auto read = read_case_input(document->root());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, input);
    EXPECT_TRUE(replay(again, *read));
  }
  EXPECT_EQ(again, j.book);
}

TEST(CaseInput, KeepsIdsNumbersAndWhatIsOverWhenThePastIsPruned) {
  const Journalled j = story();
  CaseBook again;
  std::size_t unknown = 0;
  for (const CaseInput& input : j.inputs) {
    if (input.number > 1) unknown += !replay(again, input);   // the first case's opening is gone
  }
  EXPECT_EQ(unknown, 3u) << "its remark, its second burst and its closing";
  EXPECT_EQ(again.find(CaseId{1}), nullptr);
  ASSERT_NE(again.find(CaseId{2}), nullptr);
  ASSERT_NE(again.find(CaseId{3}), nullptr);
  EXPECT_EQ(again.find(CaseId{3})->number, j.book.find(CaseId{3})->number);
  EXPECT_EQ(again.find(CaseId{3})->assignments, j.book.find(CaseId{3})->assignments);
  EXPECT_EQ(again.board(noon).size(), 2u);
}

// What a run wrote that began at 1, as every release before has written it.
TEST(CaseInput, OfTheFirstFormIsReadForEver) {
  const std::string text = R"({"number":"1","now":"2026-11-27T12:00:00.000Z","counters":{"case":1,"item":1,"year":0,"in_year":0},"to":1,"opened":true,)"
                           R"("trigger":{"kind":"guard_report","source":"tower","emergency":"general","heard_at":"2026-11-27T12:00:00.000Z","received_at":"2026-11-27T12:00:00.000Z","callsign":"MERCY4"}})";
  const auto document = json::parse(text);
  const auto read = read_case_input(document->root());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->number, 1u);
  CaseBook book;
  EXPECT_TRUE(replay(book, *read));
  ASSERT_NE(book.find(CaseId{1}), nullptr);
  EXPECT_EQ(book.find(CaseId{1})->number, "D-0001/26");
}

TEST(CaseInput, OfARunWithoutItsPastStandsBehindAllOfItWithNumbersOfItsOwn) {
  const Journalled before = story();
  // The disk was away at the start: the book is empty, and its officer closes its first case.
  const Time later = noon + minutes(30);
  const Beginning begin = beginning_without_past(later, 0x0123456789ABCDEF);
  Journalled run;
  run.book.set_counters(begin.counters);
  run.take(tests::squawk(0x3B0007, later), later);
  const CaseId id = *run.inputs[0].id;
  run.act(id, ProposeKeepClear{tests::at(52, 4), nautical_miles(5), {later, later + minutes(30)}}, later + seconds(1));
  const std::uint32_t circle = run.book.find(id)->keep_clear.at(0).number;
  run.act(id, AnswerKeepClear{circle, true}, later + seconds(2));
  run.act(id, Close{CloseReason::safe, "landed"}, later + seconds(3));
  for (std::size_t i = 0; i < run.inputs.size(); ++i) run.inputs[i].number = begin.number + i;

  // In whatever order they stand in the journal, as pruning and writing again leave them.
  for (const bool turned : {false, true}) {
    std::vector<CaseInput> all = before.inputs;
    all.insert(all.end(), run.inputs.begin(), run.inputs.end());
    all.insert(all.end(), before.inputs.begin(), before.inputs.end());   // written again
    if (turned) std::reverse(all.begin(), all.end());
    InputLog log;
    for (const CaseInput& input : all) EXPECT_TRUE(log.add(input));
    ASSERT_EQ(log.inputs().size(), before.inputs.size() + run.inputs.size()) << "none took another's place";
    CaseBook again;
    for (const auto& [number, input] : log.inputs()) EXPECT_TRUE(replay(again, input)) << number;
    ASSERT_NE(again.find(id), nullptr);
    EXPECT_EQ(again.find(id)->number, run.book.find(id)->number);
    EXPECT_FALSE(again.find(id)->open());
    ASSERT_EQ(again.find(id)->keep_clear.size(), 1u);
    EXPECT_EQ(again.find(id)->keep_clear[0].answers.size(), 1u);
    for (const CaseId old : {CaseId{1}, CaseId{2}, CaseId{3}}) {
      ASSERT_NE(again.find(old), nullptr);
      EXPECT_EQ(again.find(old)->number, before.book.find(old)->number);
      EXPECT_EQ(again.find(old)->open(), before.book.find(old)->open());
    }
    // And a run that knows all of it goes on behind both.
    const BookCounters counters = again.counters();
    EXPECT_GT(counters.next_id, id.value);
    EXPECT_GT(counters.number_in_year, begin.counters.number_in_year);
  }
}

TEST(CaseInput, OfRunsWithoutAPastNeverHaveNumbersInCommon) {
  std::set<std::uint64_t> numbers;
  std::set<std::uint32_t> in_year;
  for (int i = 0; i < 1000; ++i) {
    const Beginning begin = beginning_without_past(noon + seconds(15) * i, 7);   // as soon after each other as a node gives its past up
    EXPECT_LT(begin.number, std::uint64_t{1} << 63) << "it is read as a signed number";
    EXPECT_TRUE(numbers.insert(begin.number).second);
    EXPECT_TRUE(in_year.insert(begin.counters.number_in_year).second);
    EXPECT_GE(*numbers.rbegin(), begin.number);
    EXPECT_EQ(*numbers.rbegin(), begin.number) << "in the order of the runs";
  }
  EXPECT_NE(beginning_without_past(noon, 1u << 20).counters.next_id, beginning_without_past(noon, 2u << 20).counters.next_id);
  EXPECT_EQ(beginning_without_past(Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) + seconds(25), 0).counters.number_in_year, 2u);
}

TEST(CaseInput, UnderANumberThatAnotherOneHasIsRefusedAndTheFirstIsKept) {
  const Journalled j = story();
  InputLog log;
  EXPECT_TRUE(log.add(j.inputs[0]));
  EXPECT_TRUE(log.add(j.inputs[0])) << "the same again";
  CaseInput other = j.inputs[2];
  other.number = j.inputs[0].number;
  EXPECT_FALSE(log.add(other));
  EXPECT_EQ(log.inputs().at(other.number), j.inputs[0]);
}

TEST(CaseInput, OfBothOrNeitherIsRefused) {
  for (const char* text : {R"({"number":"1","now":"2026-11-27T12:00:00Z","counters":{"case":1,"item":1,"year":2026,"in_year":0}})", R"({"number":"x"})", "[]"}) {
    const auto document = json::parse(text);
    EXPECT_FALSE(read_case_input(document->root())) << text;
  }
}

}  // namespace
}  // namespace skypact::distress
