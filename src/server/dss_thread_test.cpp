// A DSS on a real disk: answered when durable, refused while the disk fails, and the same after it.

#include "server/dss_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "ledger/test_storage.h"
#include "plan/test_dss.h"
#include "server/log.h"

namespace skypact::server {
namespace {

using ledger::test::Fault;
using plan::test::entity;
using plan::test::noon;
using plan::test::uss;

class DssThreadTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    folder_ = std::filesystem::path(testing::TempDir()) / ("dss_thread_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] DssThreadOptions options() {
    DssThreadOptions o{.folder = folder_, .now = [] { return noon - std::chrono::hours(1); }, .retry_after = milliseconds(20)};
    o.store.wal_file_bytes = 20'000, o.store.part_bytes = 10'000, o.store.kept = 50, o.store.fold_after = 100;
    o.through = [fault = fault_](ledger::Storage& files) { return std::make_unique<ledger::test::Faulty>(files, *fault); };
    return o;
  }

  static plan::Request put(unsigned n, std::optional<std::string_view> ovn = {}) {
    const plan::test::Box box{.lng = 7 + 0.02 * (n % 100), .lower = 10.0 * (n / 100), .upper = 10.0 * (n / 100) + 9};
    return *plan::read_put_intent(plan::test::id(n), ovn, plan::test::json_of({.extents = {box}}));
  }

  // Asks until the DSS takes it, and waits for the answer.
  static DssAnswer ask(DssThread& dss, const plan::Request& request) {
    for (;;) {
      auto promise = std::make_shared<std::promise<DssAnswer>>();
      auto answer = promise->get_future();
      if (dss.ask(plan::PlanAsked{request, uss("one")}, 100, [promise](DssAnswer given) { promise->set_value(std::move(given)); })) return answer.get();
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  static std::string ovn_in(const DssAnswer& answer) {
    const auto& decided = std::get<Result<plan::Answered>>(answer);
    return decided ? std::get<plan::ReferenceChanged>(std::get<plan::Response>(*decided)).reference.ovn : decided.error().message;
  }
  static std::string ovn_of(DssThread& dss, unsigned n) {
    const auto answer = std::get<Result<plan::Answered>>(ask(dss, plan::Get{plan::Kind::operational_intent, entity(n)}));
    return answer ? std::get<plan::ReferenceGot>(std::get<plan::Response>(*answer)).reference.ovn : "";
  }
  // Polls, because the thread reaches it in its own time.
  static bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 60'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }

  std::filesystem::path folder_;
  std::shared_ptr<ledger::test::FaultSwitch> fault_ = std::make_shared<ledger::test::FaultSwitch>();   // a thread may outlive the test
};

TEST_F(DssThreadTest, AnswersManyAtOnceWithFewSyncsAndKnowsAllOfThemAfterARestart) {
  constexpr unsigned clients = 8, each = 100;
  std::vector<std::map<unsigned, std::string>> told(clients);
  {
    DssThread dss(options());
    ASSERT_TRUE(until([&] { return dss.status().state == DssStatus::State::on; }));
    std::vector<std::thread> threads;
    for (unsigned c = 0; c < clients; ++c) {
      threads.emplace_back([&, c] {
        for (unsigned n = c * each; n < (c + 1) * each; ++n) {
          const std::string first = ovn_in(ask(dss, put(n)));
          told[c][n] = ovn_in(ask(dss, put(n, first)));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    const DssStatus status = dss.status();
    EXPECT_EQ(status.intents, clients * each);
    EXPECT_EQ(status.changes, 2 * clients * each);
    EXPECT_LE(status.commits, status.changes);
    EXPECT_TRUE(until([&] { return std::filesystem::exists(folder_ / "snapshot"); })) << "it folds";
  }
  DssThread again(options());
  for (const auto& of_client : told) {
    for (const auto& [n, ovn] : of_client) ASSERT_EQ(ovn_of(again, n), ovn) << n;
  }
}

TEST_F(DssThreadTest, RefusesWhileTheDiskFailsAndThenSaysWhatWasKept) {
  for (const Fault fault : {Fault::sync_fails, Fault::full}) {
    DssThread dss(options());
    const unsigned first = fault == Fault::full ? 100 : 0;
    const std::string before = ovn_in(ask(dss, put(first)));
    fault_->set(fault);
    const DssAnswer refused = ask(dss, put(first + 1));
    ASSERT_TRUE(std::holds_alternative<NotDurable>(refused));
    EXPECT_FALSE(std::get<NotDurable>(refused).why.empty());
    ASSERT_TRUE(until([&] { return dss.status().state == DssStatus::State::failing; }));
    const auto not_taken = dss.ask(plan::PlanAsked{put(first + 2), uss("one")}, 0, [](const DssAnswer&) { ADD_FAILURE(); });
    ASSERT_FALSE(not_taken);
    EXPECT_EQ(not_taken.error().code, ErrorCode::unreachable);
    fault_->set(Fault::none);
    ASSERT_TRUE(until([&] { return dss.status().state == DssStatus::State::on; }));
    EXPECT_EQ(ovn_of(dss, first), before) << "what was acknowledged is there";
    // Whether the refused one was kept or not, its client repeats it and has it.
    const std::string repeated = ovn_in(ask(dss, put(first + 1)));
    EXPECT_EQ(ovn_of(dss, first + 1), repeated);
  }
}

TEST_F(DssThreadTest, ADiskThatHangsHoldsNobodyButTheDss) {
  auto dss = std::make_unique<DssThread>(options());
  ASSERT_TRUE(until([&] { return dss->status().state == DssStatus::State::on; }));
  fault_->set(Fault::hangs);
  std::atomic<int> answered{0};
  std::size_t taken = 0;
  Result<void> refused;
  while (taken <= 2 * DssThreadLimits::waiting) {
    refused = dss->ask(plan::PlanAsked{put(static_cast<unsigned>(taken)), uss("one")}, 0, [&](const DssAnswer&) { ++answered; });
    if (!refused) break;
    ++taken;
  }
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit) << "what waits is bounded";
  EXPECT_GE(taken, DssThreadLimits::waiting);
  EXPECT_EQ(answered, 0);
  const std::size_t in_hand = taken;
  dss.reset();
  EXPECT_EQ(answered, 0) << "it was left alone with its disk";
  fault_->set(Fault::none);
  EXPECT_TRUE(until([&] { return static_cast<std::size_t>(answered) == in_hand; })) << "it ends when the disk answers";
}

TEST_F(DssThreadTest, TwoNeverWriteIntoOneFolder) {
  DssThread one(options());
  ASSERT_TRUE(until([&] { return one.status().state == DssStatus::State::on; }));
  DssThread two(options());
  EXPECT_TRUE(until([&] { return two.status().state == DssStatus::State::failing; }));
  EXPECT_FALSE(two.status().message.empty());
}

TEST_F(DssThreadTest, HasANameThatStaysTheSame) {
  std::string id;
  {
    DssThread dss(options());
    ASSERT_TRUE(until([&] { return !dss.status().id.empty(); }));
    id = dss.status().id;
  }
  DssThread again(options());
  ASSERT_TRUE(until([&] { return !again.status().id.empty(); }));
  EXPECT_EQ(again.status().id, id);
}

}  // namespace
}  // namespace skypact::server
