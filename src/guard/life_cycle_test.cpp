#include "guard/life_cycle.h"

#include <gtest/gtest.h>

namespace skypact::guard {
namespace {

constexpr Time start{};
Time second(int s) { return start + seconds(s); }
constexpr Sight far_ahead{.found = true, .to_infringement = seconds(100)};
constexpr Sight nothing{};

TEST(LifeCycle, RaisesAfterThreeOfFive) {
  Episode e;
  EXPECT_EQ(advance(e, far_ahead, second(0)), Change::none);
  EXPECT_EQ(advance(e, nothing, second(1)), Change::none);
  EXPECT_EQ(advance(e, far_ahead, second(2)), Change::none);
  EXPECT_EQ(advance(e, nothing, second(3)), Change::none);
  EXPECT_EQ(advance(e, far_ahead, second(4)), Change::raised);
}

TEST(LifeCycle, ForgetsWhatWasSeenTooSeldom) {
  Episode e;
  (void)advance(e, far_ahead, second(0));
  (void)advance(e, far_ahead, second(1));
  for (int s = 2; s < 6; ++s) EXPECT_EQ(advance(e, nothing, second(s)), Change::none) << s;
  EXPECT_EQ(advance(e, nothing, second(6)), Change::forgotten);
}

TEST(LifeCycle, SkipsTheConfirmationWhenMinimaAreLostOrLessThan45SecondsRemain) {
  Episode lost, soon, later;
  EXPECT_EQ(advance(lost, {.found = true, .lost = true}, start), Change::raised);
  EXPECT_EQ(lost.state, AlertState::infringed);
  EXPECT_EQ(advance(soon, {.found = true, .to_infringement = seconds(45) - Duration(1)}, start), Change::raised);
  EXPECT_EQ(soon.state, AlertState::predicted);
  EXPECT_EQ(advance(later, {.found = true, .to_infringement = seconds(45)}, start), Change::none);
}

TEST(LifeCycle, ClearsForFifteenSecondsBeforeItEnds) {
  Episode e;
  (void)advance(e, {.found = true, .lost = true}, second(0));
  EXPECT_EQ(advance(e, nothing, second(1)), Change::state);
  EXPECT_EQ(e.state, AlertState::clearing);
  EXPECT_EQ(advance(e, nothing, second(15)), Change::none);
  EXPECT_EQ(advance(e, nothing, second(16)), Change::ended);
}

TEST(LifeCycle, GoesOnWhenTheFindingComesBackWhileClearing) {
  Episode e;
  (void)advance(e, {.found = true, .lost = true}, second(0));
  (void)advance(e, nothing, second(1));
  EXPECT_EQ(advance(e, far_ahead, second(10)), Change::state);
  EXPECT_EQ(e.state, AlertState::predicted);
  (void)advance(e, nothing, second(11));
  EXPECT_EQ(advance(e, nothing, second(17)), Change::none) << "the time to clear begins anew";
}

TEST(LifeCycle, IsUnobservedAndNeverEndedWhileATrackIsStale) {
  Episode e;
  (void)advance(e, {.found = true, .lost = true}, second(0));
  EXPECT_EQ(advance(e, {.observed = false}, second(1)), Change::state);
  EXPECT_EQ(e.state, AlertState::unobserved);
  EXPECT_EQ(advance(e, {.observed = false}, second(100'000)), Change::none);
  EXPECT_EQ(advance(e, nothing, second(100'001)), Change::state);
  EXPECT_EQ(e.state, AlertState::clearing);
}

TEST(LifeCycle, EndsUnobservedOnlyAfterHalfAnHourAndAnAcknowledgement) {
  Episode e;
  (void)advance(e, {.found = true, .lost = true}, second(0));
  (void)advance(e, {.observed = false}, second(1));
  e.acknowledged = true;
  EXPECT_EQ(advance(e, {.observed = false}, second(1800)), Change::none);
  EXPECT_EQ(advance(e, {.observed = false}, second(1801)), Change::ended);
}

TEST(LifeCycle, HoldsALatchedAlertUntilItIsAcknowledged) {
  Episode e;
  (void)advance(e, {.found = true, .lost = true}, second(0));
  e.latched = true;
  (void)advance(e, nothing, second(1));
  EXPECT_EQ(advance(e, nothing, second(1000)), Change::none);
  e.latched = false;
  EXPECT_EQ(advance(e, nothing, second(1001)), Change::ended);
}

}  // namespace
}  // namespace skypact::guard
