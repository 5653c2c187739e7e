// The USS's log on a real disk: what a slow, full or hung one costs, and that it is said.

#include "server/uss_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "json/document.h"
#include "ledger/test_storage.h"
#include "plan/test_uss.h"
#include "server/log.h"

namespace skypact::server {
namespace {

using ledger::test::Fault;
using plan::test::entity;
using plan::test::noon;

class UssLogTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    folder_ = std::filesystem::path(testing::TempDir()) / ("uss_log_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  UssLogOptions options() {
    UssLogOptions made;
    made.folder = folder_ / "uss/log";
    made.now = [clock = clock_] { return Time(Duration(clock->load())); };
    made.retry_after = milliseconds(20);
    made.through = [fault = fault_](ledger::Storage& files) { return std::make_unique<ledger::test::Faulty>(files, *fault); };
    return made;
  }
  void at(Time time) { *clock_ = time.time_since_epoch().count(); }
  static void note(UssLog& log, unsigned n) { log.note(plan::input_item(noon, entity(n), "OPIN0040", "Activated")); }

  struct Set {
    std::size_t inputs = 0;
    std::string incomplete;
  };
  static Set set_of(const UssLog& log, Time from = noon, Time until = noon + std::chrono::hours(1)) {
    const auto text = log.set({from, until});
    EXPECT_TRUE(text) << text.error().message;
    Set set;
    if (!text) return set;
    const auto document = json::parse(*text, {std::size_t{64} << 20, 32});
    EXPECT_TRUE(document) << *text;
    set.inputs = document->root()["operator_inputs"].size();
    for (const json::Value gap : document->root()["incomplete"].elements()) {
      const auto lost = gap["lost"].as_integer();
      set.incomplete += (lost ? std::to_string(*lost) : "?") + " " + std::string(*gap["why"].as_string()) + ";";
    }
    return set;
  }
  static bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 30'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }

  std::filesystem::path folder_;
  // A thread may outlive the test.
  std::shared_ptr<ledger::test::FaultSwitch> fault_ = std::make_shared<ledger::test::FaultSwitch>();
  std::shared_ptr<std::atomic<std::int64_t>> clock_ = std::make_shared<std::atomic<std::int64_t>>(noon.time_since_epoch().count());
};

TEST_F(UssLogTest, WhatWasNotedIsInTheSetAtOnceAndAfterAStart) {
  {
    UssLog log(options());
    for (unsigned n = 0; n < 100; ++n) note(log, n);
    EXPECT_EQ(set_of(log).inputs, 100u);
    EXPECT_EQ(set_of(log).incomplete, "");
  }
  EXPECT_EQ(std::filesystem::status(folder_ / "uss").permissions(), std::filesystem::perms::owner_all);
  UssLog log(options());
  note(log, 100);
  const Set set = set_of(log);
  EXPECT_EQ(set.inputs, 101u);
  EXPECT_EQ(set.incomplete, "") << "it ended in order";
  EXPECT_EQ(log.status().lost, 0u);
}

TEST_F(UssLogTest, AnEndWithoutOrderIsSaid) {
  // As a kill leaves it: without the end.
  UssLog first(options());
  note(first, 1);
  EXPECT_EQ(set_of(first).inputs, 1u);
  std::filesystem::create_directories(folder_ / "killed");
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "uss/log")) std::filesystem::copy(file, folder_ / "killed");
  UssLogOptions again = options();
  again.folder = folder_ / "killed";
  UssLog second(std::move(again));
  const Set set = set_of(second);   // also at once
  EXPECT_EQ(set.inputs, 1u);
  EXPECT_EQ(set.incomplete, "? the node ended without closing its log; what it noted last may be missing;");
}

TEST_F(UssLogTest, ADiskThatFailsLosesNothingThatTheQueueHolds) {
  for (const Fault fault : {Fault::full, Fault::sync_fails}) {
    fault_->set(Fault::none);
    std::filesystem::remove_all(folder_ / "uss");
    UssLog log(options());
    note(log, 1);
    EXPECT_EQ(set_of(log).inputs, 1u);
    fault_->set(fault);
    note(log, 2);
    ASSERT_TRUE(until([&] { return !log.status().failing.empty(); }));
    note(log, 3);
    EXPECT_NE(set_of(log).incomplete.find("not all is written"), std::string::npos);
    fault_->set(Fault::none);
    ASSERT_TRUE(until([&] { return log.status().failing.empty() && set_of(log).incomplete.empty(); }));
    const Set set = set_of(log);
    EXPECT_EQ(set.inputs, 3u) << "none is missing, and none is there twice";
    EXPECT_EQ(set.incomplete, "");
    EXPECT_EQ(log.status().lost, 0u);
  }
}

TEST_F(UssLogTest, ADiskThatFailsFromTheBeginningIsSaid) {
  fault_->set(Fault::full);
  UssLog log(options());
  ASSERT_TRUE(until([&] { return !log.status().failing.empty(); }));
  EXPECT_NE(set_of(log).incomplete.find("not all is written"), std::string::npos);
  fault_->set(Fault::none);
  note(log, 1);
  ASSERT_TRUE(until([&] { return set_of(log).inputs == 1; }));
  EXPECT_EQ(set_of(log).incomplete, "");
}

TEST_F(UssLogTest, WhatTheQueueDoesNotHoldIsCountedAndTheSetSaysSo) {
  UssLogOptions small = options();
  const std::size_t one = plan::input_item(noon, entity(1), "OPIN0040", "Activated").text.size() + sizeof(plan::UssLogRecord);
  small.queue_bytes = 10 * one;
  UssLog log(std::move(small));
  EXPECT_EQ(set_of(log).inputs, 0u);
  fault_->set(Fault::full);
  note(log, 0);
  ASSERT_TRUE(until([&] { return !log.status().failing.empty(); }));
  for (unsigned n = 1; n < 10; ++n) note(log, n);
  EXPECT_EQ(log.status().lost, 0u) << "ten fit";
  note(log, 10);
  note(log, 11);
  EXPECT_EQ(log.status().lost, 2u);
  fault_->set(Fault::none);
  ASSERT_TRUE(until([&] { return set_of(log).incomplete == "2 records were not written, or are damaged;"; })) << set_of(log).incomplete;
  EXPECT_EQ(set_of(log).inputs, 10u);
  // A record that is larger than any may be is lost alone.
  log.note({plan::UssLogPart::message, std::string(plan::UssLogLimits::item_bytes + 1, 'x')});
  EXPECT_EQ(log.status().lost, 3u);
}

TEST_F(UssLogTest, AHungDiskHoldsNobody) {
  auto log = std::make_unique<UssLog>(options());
  note(*log, 1);
  EXPECT_EQ(set_of(*log).inputs, 1u);
  fault_->set(Fault::hangs);
  // What comes until it is asked to make something durable is written.
  ASSERT_TRUE(until([&] {
    note(*log, 2);
    return set_of(*log).incomplete.find("the disk is slow") != std::string::npos;
  }));
  const auto began = std::chrono::steady_clock::now();
  for (unsigned n = 0; n < 10'000; ++n) note(*log, n);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2)) << "nobody waits for it";
  log.reset();
  fault_->set(Fault::none);
}

TEST_F(UssLogTest, ASetIsGivenToWhomItIsReleasedAndToNobodyElse) {
  UssLog log(options());
  at(noon + minutes(10));
  const Interval<Time> stretch{noon, noon + minutes(10)};
  const auto for_all = log.release(stretch, ""), for_south = log.release(stretch, "south");
  ASSERT_TRUE(for_all && for_south);
  EXPECT_NE(for_all->id, for_south->id);
  EXPECT_EQ(log.released(for_all->id, "east"), stretch);
  EXPECT_EQ(log.released(for_south->id, "south"), stretch);
  EXPECT_FALSE(log.released(for_south->id, "east"));
  EXPECT_FALSE(log.released("", "south"));
  EXPECT_FALSE(log.released(plan::to_string(entity(1)), "south"));
  at(for_all->expires_at - Duration(1));
  EXPECT_TRUE(log.released(for_all->id, "east"));
  at(for_all->expires_at);
  EXPECT_FALSE(log.released(for_all->id, "east"));
}

TEST_F(UssLogTest, WhatIsYetToComeIsNotReleasedNorMoreThanMayBe) {
  UssLog log(options());
  at(noon + minutes(10));
  const auto early = log.release({noon, noon + minutes(11)}, "");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::bad_input);
  EXPECT_EQ(log.release({noon, noon}, "").error().code, ErrorCode::bad_input);
  for (std::size_t i = 0; i < UssLogQueueLimits::released; ++i) ASSERT_TRUE(log.release({noon, noon + minutes(1)}, ""));
  EXPECT_EQ(log.release({noon, noon + minutes(1)}, "").error().code, ErrorCode::over_limit);
  at(noon + minutes(10) + UssLogQueueLimits::released_for);
  EXPECT_TRUE(log.release({noon, noon + minutes(1)}, "")) << "the others have expired";
}

}  // namespace
}  // namespace skypact::server
