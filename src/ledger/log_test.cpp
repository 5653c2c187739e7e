// The log on a real disk: many writers, one lock, a disk that fails or hangs.

#include "ledger/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "ledger/audit.h"
#include "ledger/test_storage.h"
#include "ledger/tree.h"

namespace skypact::ledger {
namespace {

using test::Fault;
using test::Faulty;
using test::FaultSwitch;

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("ledger_log_test_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The same key again, as a restarted node has it.
  [[nodiscard]] SigningKey key() const { return SigningKey::parse(secret_).value(); }
  [[nodiscard]] Policy policy() const { return policy_of(key().verifier()); }

  std::filesystem::path folder_;
  std::string secret_ = SigningKey::generate("log.example", KeyType::ed25519).secret_text();
};

TEST_F(LogTest, KeepsWhatManyWroteAtOnceAndGoesOnAfterARestart) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  constexpr unsigned writers = 8, each = 400;
  std::vector<std::string> by_index(writers * each);
  std::uint64_t published = 0;
  {
    auto log = Log::open(disk, key(), {.publish_every = milliseconds(5), .wal_file_bytes = 4096}, [&](const Note& head) {
      const std::uint64_t size = parse_checkpoint(head.text)->size;
      EXPECT_GE(size, published);
      published = size;
    });
    ASSERT_TRUE(log) << log.error().message;
    std::vector<std::thread> threads;
    for (unsigned w = 0; w < writers; ++w) {
      threads.emplace_back([&, w] {
        for (unsigned i = 0; i < each; ++i) {
          const std::string entry = "writer " + std::to_string(w) + " entry " + std::to_string(i);
          const auto index = (*log)->append(entry);
          ASSERT_TRUE(index) << index.error().message;
          ASSERT_LT(*index, by_index.size());
          by_index[*index] = entry;  // no two have the same
        }
      });
    }
    for (auto& thread : threads) thread.join();
    const auto head = (*log)->publish();
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(parse_checkpoint(head->text)->size, by_index.size());
    EXPECT_EQ((*log)->status().durable, by_index.size());
  }
  EXPECT_EQ(published, by_index.size());
  {
    auto log = Log::open(disk, key(), {});
    ASSERT_TRUE(log) << log.error().message;
    EXPECT_EQ(*(*log)->append("after the restart"), by_index.size());
  }
  by_index.emplace_back("after the restart");
  const auto report = audit(files_in(folder_), policy());
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->entries, by_index.size()) << "the end publishes what was done";
  for (std::uint64_t i = 0; i < by_index.size(); ++i) {
    const TileId tile = tile_at(0, i, report->entries);
    const auto bundle = read_bundle(files_in(folder_), tile.index, tile.width).value();
    ASSERT_EQ(parse_bundle(bundle, tile.width)->at(i % tile_width), by_index[i]) << i;
  }
  EXPECT_EQ(disk.list("wal")->size(), 1u) << "what the tiles hold is not kept twice";
  EXPECT_TRUE(disk.list("tile/0/000.p")->empty()) << "nor partial tiles of full ones";
}

TEST_F(LogTest, SignsTheEmptyLogToo) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  auto log = Log::open(disk, key(), {.publish_every = std::chrono::hours(1)});
  ASSERT_TRUE(log);
  const auto head = (*log)->publish();
  ASSERT_TRUE(head);
  EXPECT_EQ(parse_checkpoint(head->text)->root, empty_root());
  EXPECT_TRUE(audit(files_in(folder_), policy()));
}

TEST_F(LogTest, PublishesWhatSomebodyWasToldIsDone) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  auto log = Log::open(disk, key(), {.publish_every = std::chrono::hours(1)}).value();
  for (int round = 0; round < 100; ++round) {
    const auto index = log->append("entry");
    ASSERT_TRUE(index);
    const auto head = log->publish();
    ASSERT_TRUE(head);
    ASSERT_EQ(parse_checkpoint(head->text)->size, *index + 1);
  }
}

TEST_F(LogTest, HasOneWriter) {
  FileStorage first(folder_), second(folder_);
  ASSERT_TRUE(first.lock());
  const auto locked = second.lock();
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::conflict);
  EXPECT_NE(locked.error().message.find("another process"), std::string::npos);
}

TEST_F(LogTest, RefusesAnEntryThatIsOneByteTooLong) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  auto log = Log::open(disk, key(), {}).value();
  EXPECT_TRUE(log->append(std::string(longest_entry, 'x')));
  const auto refused = log->append(std::string(longest_entry + 1, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit);
  EXPECT_TRUE(log->append("the next one"));
}

TEST_F(LogTest, SaysWhatFailedTakesNothingMoreAndLosesNothingThatWasDone) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  {
    FaultSwitch fault;
    Faulty faulty(disk, fault);
    auto log = Log::open(faulty, key(), {.publish_every = milliseconds(5)}).value();
    ASSERT_EQ(*log->append("done"), 0u);
    ASSERT_TRUE(log->publish());
    fault.set(Fault::sync_fails);
    const auto refused = log->append("not done");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("Input/output error"), std::string::npos) << refused.error().message;
    fault.set(Fault::none);
    EXPECT_FALSE(log->append("neither")) << "what the disk holds is not known before it is read again";
    EXPECT_FALSE(log->publish());
    EXPECT_TRUE(log->status().failure);
  }
  auto log = Log::open(disk, key(), {}).value();
  const auto next = log->append("again");
  ASSERT_TRUE(next);
  EXPECT_GE(*next, 1u);
}

TEST_F(LogTest, OfADiskThatHangsBoundsWhatWaits) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  FaultSwitch fault;
  Faulty faulty(disk, fault);
  std::atomic<int> answered = 0;
  int taken = 0;
  {
    auto log = Log::open(faulty, key(), {.publish_every = milliseconds(5), .most_waiting_bytes = 10'000}).value();
    ASSERT_TRUE(log->append("first"));
    fault.set(Fault::hangs);
    std::optional<Error> refused;
    while (!refused && taken < 10'000) {
      auto result = log->append(std::string(100, 'x'), [&](const Result<std::uint64_t>& index) { answered += index ? 1 : 0; });
      result ? (void)++taken : (void)(refused = result.error());
    }
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, ErrorCode::over_limit);
    EXPECT_LE(taken, 400);
    EXPECT_GT(log->status().waiting, 0u);
    fault.set(Fault::none);
    // It takes again as soon as what waited has gone out.
    while (!log->append("last", nullptr)) std::this_thread::yield();
  }
  EXPECT_EQ(answered, taken) << "each that was taken was answered";
}

TEST_F(LogTest, ShowsOthersSignaturesOfItsNewestCheckpointAndKeepsThemOverARestart) {
  FileStorage disk(folder_);
  ASSERT_TRUE(disk.lock());
  const SigningKey south = SigningKey::generate("south.example/cosigner", KeyType::cosignature);
  const auto shown = [&] { return parse_note(disk.read("checkpoint").value()).value(); };
  const auto until = [&](const auto& condition) {
    for (int i = 0; i < 60'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
  };
  Note old;
  {
    auto log = Log::open(disk, key(), {.publish_every = milliseconds(5)}).value();
    ASSERT_TRUE(log->append("first"));
    old = log->publish().value();
    ASSERT_TRUE(log->append("second"));
    Note head = log->publish().value();
    old.signatures.push_back(cosign(old.text, south, Time(seconds(1'800'000'000))));
    log->add_signatures(old);  // too late: another is the newest
    head.signatures.push_back(cosign(head.text, south, Time(seconds(1'800'000'000))));
    log->add_signatures(head);
    log->add_signatures(head);
    ASSERT_TRUE(until([&] { return shown().signatures.size() == 2; }));
    EXPECT_EQ(shown(), head);
  }
  auto log = Log::open(disk, key(), {.publish_every = milliseconds(5)}).value();
  EXPECT_EQ(shown().signatures.size(), 2u);
  EXPECT_EQ(log->head().signatures.size(), 2u);
  ASSERT_TRUE(log->append("third"));
  ASSERT_TRUE(log->publish());
  EXPECT_EQ(shown().signatures.size(), 1u) << "nobody has cosigned this one";
}

}  // namespace
}  // namespace skypact::ledger
