#include "distress/act_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::noon;
using ::testing::HasSubstr;

TEST(ActJson, ReadsEveryActAsItWasWritten) {
  const Addressee north{AddresseeKind::party, "north"};
  const std::vector<ActBody> all{DeclarePhase{Phase::detresfa, "r"}, TakeLead{"south", "duty", "x"}, Assign{"w", "t"}, FinishAssignment{3}, AddRemark{"r"}, Identify{"north", AircraftClass::state, "r"},
                                 ReleaseExact{}, MarkFalseAlarm{"r"}, MarkDuplicate{CaseId{2}, "r"}, UndoMark{}, Merge{CaseId{2}, "r"}, Unmerge{"r"}, KeepApart{CaseId{2}, "r"}, Tell{north, "duty", true},
                                 Delivered{north}, Answered{north, Depth::crew, "t"}, ProposeKeepClear{tests::at(34, 36), kilometres(20), {noon, noon + minutes(5)}}, AnswerKeepClear{1, true},
                                 Close{CloseReason::search_ended, "t"}, Reopen{"r"}};
  ASSERT_EQ(all.size(), std::variant_size_v<ActBody>);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i].index(), i);
    const std::string text = to_json(Act{tests::south_officer, noon, CaseId{1}, all[i]});
    const auto act = read_act(text);
    ASSERT_TRUE(act) << text << act.error().message;
    EXPECT_EQ(act->body.index(), i);
    EXPECT_EQ(act->by, tests::south_officer);
    EXPECT_EQ(to_json(*act), text);
  }
}

TEST(ActJson, RefusesWhatIsWrongAndSaysWhere) {
  const auto refusal = [](std::string_view rest) {
    return read_act(R"({"case":1,"at":"2026-11-27T12:00:00Z","by":{"party":"south","account":"a"},)" + std::string(rest) + "}").error().message;
  };
  EXPECT_THAT(refusal(R"("act":"shoot")"), HasSubstr("act: \"shoot\" is not one of declare_phase"));
  EXPECT_THAT(refusal(R"("act":"declare_phase","phase":"none")"), HasSubstr("phase: must be one of INCERFA"));
  EXPECT_THAT(refusal(R"("act":"undo_mark","reason":"x")"), HasSubstr("not a known field"));
  EXPECT_THAT(refusal(R"("act":"delivered","to":{"kind":"party"})"), HasSubstr("to: id: is missing"));
  EXPECT_THAT(refusal(R"("act":"identify","class":"balloon","reason":"x")"), HasSubstr("class: \"balloon\""));
  EXPECT_THAT(read_act("{}").error().message, HasSubstr("act: is missing"));
}

}  // namespace
}  // namespace skypact::distress
