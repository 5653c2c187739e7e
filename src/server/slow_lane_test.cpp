// Answers that take long: so many at a time and so many waiting, and what was taken is finished.

#include "server/slow_lane.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace skypact::server {
namespace {

TEST(SlowLane, TakesUpToItsBoundAndRefusesTheNextAtOnce) {
  SlowLane lane(2, 3);
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> running{0}, done{0};
  std::promise<void> both;
  const auto work = [&, gone] {
    if (++running == 2) both.set_value();
    gone.wait();
    ++done;
  };
  ASSERT_TRUE(lane.add(work));
  ASSERT_TRUE(lane.add(work));
  both.get_future().wait();   // two run, the queue is empty
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(lane.add(work)) << i;
  EXPECT_FALSE(lane.add(work));
  EXPECT_EQ(running, 2) << "two at a time";
  go.set_value();
  lane.stop();
  EXPECT_EQ(done, 5) << "what was taken is finished";
  EXPECT_FALSE(lane.add(work)) << "and nothing more is taken";
}

}  // namespace
}  // namespace skypact::server
