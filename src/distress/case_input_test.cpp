#include "distress/case_input.h"

#include <gtest/gtest.h>

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

TEST(CaseInput, OfBothOrNeitherIsRefused) {
  for (const char* text : {R"({"number":"1","now":"2026-11-27T12:00:00Z","counters":{"case":1,"item":1,"year":2026,"in_year":0}})", R"({"number":"x"})", "[]"}) {
    const auto document = json::parse(text);
    EXPECT_FALSE(read_case_input(document->root())) << text;
  }
}

}  // namespace
}  // namespace skypact::distress
