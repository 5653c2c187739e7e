#include "guard/life_cycle.h"

#include <gtest/gtest.h>

#include "base/random.h"

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

constexpr Sight grave_loss{.found = true, .lost = true, .grave = true, .look_ahead = minutes(20)};
constexpr Sight advisory{.found = true, .to_infringement = minutes(15), .certain = true, .look_ahead = minutes(20)};
constexpr Sight unseen{.observed = false};

TEST(LifeCycle, IsUnobservedAndNeverEndedByItselfWhileATrackOfAGraveOneIsStale) {
  Episode e;
  (void)advance(e, grave_loss, second(0));
  EXPECT_EQ(advance(e, unseen, second(1)), Change::state);
  EXPECT_EQ(e.state, AlertState::unobserved);
  EXPECT_EQ(advance(e, unseen, second(100'000)), Change::none);
  EXPECT_EQ(advance(e, nothing, second(100'001)), Change::state);
  EXPECT_EQ(e.state, AlertState::clearing);
}

TEST(LifeCycle, EndsAGraveOneUnobservedOnlyAfterHalfAnHourAndAnAcknowledgement) {
  Episode e;
  (void)advance(e, grave_loss, second(0));
  (void)advance(e, unseen, second(1));
  e.acknowledged = true;
  EXPECT_EQ(advance(e, unseen, second(1800)), Change::none);
  EXPECT_EQ(advance(e, unseen, second(1801)), Change::ended);
}

TEST(LifeCycle, EndsAnUnobservedAdvisoryByItselfWhenItsLookAheadHasPassedAndNotBefore) {
  Episode e;
  ASSERT_EQ(advance(e, advisory, second(0)), Change::raised);
  (void)advance(e, advisory, second(10));
  EXPECT_EQ(advance(e, unseen, second(11)), Change::state);
  EXPECT_EQ(e.state, AlertState::unobserved);
  EXPECT_EQ(advance(e, unseen, second(10 + 1200 - 1)), Change::none);
  EXPECT_EQ(advance(e, unseen, second(10 + 1200)), Change::ended);
}

TEST(LifeCycle, StaysGraveWhenItIsAnAdvisoryAgain) {
  Episode e;
  (void)advance(e, grave_loss, second(0));
  (void)advance(e, advisory, second(1));
  (void)advance(e, unseen, second(2));
  EXPECT_EQ(advance(e, unseen, second(100'000)), Change::none);
}

// Whatever it sees, in whatever order: once grave, it ends observed or acknowledged; once latched, acknowledged.
TEST(LifeCycle, NeverEndsAGraveOrLatchedOneUnobservedWithoutAnAcknowledgement) {
  Random random(77);
  int ended_alone = 0, ended_acknowledged = 0, ended_clear = 0;
  for (int run = 0; run < 20'000; ++run) {
    Episode e;
    bool was_grave = false;
    const bool distress = random.chance(0.2);
    Time now = start;
    for (int n = 0; n < 60; ++n) {
      now += random.chance(0.1) ? from_seconds(random.uniform(0, 2500)) : seconds(1);
      Sight sight{.observed = random.chance(0.6), .look_ahead = minutes(20)};
      sight.found = random.chance(0.7);
      sight.lost = sight.found && random.chance(0.1);
      sight.grave = sight.found && (distress || sight.lost || random.chance(0.1));
      sight.to_infringement = from_seconds(sight.grave ? random.uniform(0, 120) : random.uniform(120, 1200));
      const Change change = advance(e, sight, now);
      if (change == Change::forgotten) break;
      if (change == Change::raised) e.latched = distress;
      if (e.raised && sight.observed && sight.grave) was_grave = true;
      if (change == Change::ended) {
        if (!sight.observed) {
          EXPECT_TRUE(e.acknowledged || !was_grave) << "run " << run;
          ++(e.acknowledged ? ended_acknowledged : ended_alone);
        } else {
          ++ended_clear;
        }
        EXPECT_TRUE(e.acknowledged || !distress) << "run " << run;
        break;
      }
      if (e.raised && random.chance(0.05)) e.acknowledged = true, e.latched = false;
    }
  }
  EXPECT_GT(ended_alone, 100);
  EXPECT_GT(ended_acknowledged, 100);
  EXPECT_GT(ended_clear, 100);
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
