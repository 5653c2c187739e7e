#include "server/waiters.h"

#include <gtest/gtest.h>

namespace skypact::server {
namespace {

TEST(Waiters, AreWokenOnceEach) {
  Waiters waiters;
  int woken = 0;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(waiters.add([&] { ++woken; }, seconds(0), seconds(25)));
  waiters.wake_all();
  waiters.wake_all();
  EXPECT_EQ(woken, 3);
}

TEST(Waiters, AreBoundedAndWhoWasAnsweredMeanwhileTakesNoPlace) {
  Waiters waiters;
  for (std::size_t i = 0; i < WaitLimits::waiting; ++i) EXPECT_TRUE(waiters.add([] {}, seconds(0), seconds(25)));
  EXPECT_FALSE(waiters.add([] {}, seconds(24), seconds(25)));
  EXPECT_TRUE(waiters.add([] {}, seconds(25), seconds(25)));
}

}  // namespace
}  // namespace skypact::server
