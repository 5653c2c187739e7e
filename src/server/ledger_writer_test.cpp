// A node's record on a real disk: written, kept over a restart, and waiting for a disk that comes back.

#include "server/ledger_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "ledger/prune.h"
#include "server/log.h"

namespace skypact::server {
namespace {

class LedgerWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    root_ = std::filesystem::path(testing::TempDir()) / ("ledger_writer_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    options_ = {.folder = root_ / "record", .key_file = root_ / "record.key", .origin = "north.example/record", .publish_every = milliseconds(20), .retry_after = milliseconds(20)};
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void make_key() { ASSERT_TRUE(ledger::write_key_file(options_.key_file, ledger::SigningKey::generate(options_.origin, ledger::KeyType::ed25519))); }
  [[nodiscard]] Result<ledger::AuditReport> audit() const {
    return ledger::audit(ledger::files_in(options_.folder), ledger::policy_of(ledger::read_key_file(options_.key_file)->verifier()));
  }
  // Polls, because the writer reaches it in its own time. Gives up after a minute.
  static bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 60'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }

  std::filesystem::path root_;
  LedgerWriterOptions options_;
};

TEST_F(LedgerWriterTest, WritesInOrderAndGoesOnAfterARestart) {
  make_key();
  for (int run = 0; run < 2; ++run) {
    LedgerWriter writer(options_);
    for (int i = 0; i < 100; ++i) writer.add("run " + std::to_string(run) + " entry " + std::to_string(i) + "\n");
    EXPECT_TRUE(until([&] { return writer.status().published == static_cast<std::uint64_t>(100 * (run + 1)); }));
    EXPECT_EQ(writer.status().state, LedgerWriter::State::on);
    EXPECT_EQ(writer.status().waiting, 0u);
  }
  const auto report = audit();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->entries, 200u);
  const auto bundle = ledger::read_bundle(ledger::files_in(options_.folder), 0, 200).value();
  EXPECT_EQ(ledger::parse_bundle(bundle, 200)->at(107), "run 1 entry 7\n");
}

// Who reads the record as soon as it is on would take it for empty, and forget every pact.
TEST_F(LedgerWriterTest, IsOnOnlyWithAllThatIsThere) {
  make_key();
  {
    LedgerWriter writer(options_);
    for (int i = 0; i < 50; ++i) writer.add("entry\n");
  }
  options_.publish_every = seconds(30);   // it looks no sooner by itself
  LedgerWriter writer(options_);
  ASSERT_TRUE(until([&] { return writer.status().state == LedgerWriter::State::on; }));
  EXPECT_EQ(writer.status().durable, 50u);
  EXPECT_EQ(writer.status().published, 50u);
}

TEST_F(LedgerWriterTest, EndsWithEverythingThatWasTakenPublished) {
  make_key();
  {
    LedgerWriter writer(options_);
    for (int i = 0; i < 50; ++i) writer.add("entry\n");
  }
  EXPECT_EQ(audit()->entries, 50u);
}

TEST_F(LedgerWriterTest, SaysThatThereIsNoKeyAndGoesOnWhenThereIsOne) {
  LedgerWriter writer(options_);
  writer.add("first\n");
  ASSERT_TRUE(until([&] { return writer.status().state == LedgerWriter::State::failing; }));
  EXPECT_NE(writer.status().message.find("skypact key generate"), std::string::npos) << writer.status().message;
  EXPECT_EQ(writer.status().waiting, 1u);
  make_key();
  EXPECT_TRUE(until([&] { return writer.status().published == 1; }));
  EXPECT_EQ(writer.status().state, LedgerWriter::State::on);
}

TEST_F(LedgerWriterTest, KeepsWhatWaitsUpToItsBoundAndCountsTheRest) {
  LedgerWriter writer(options_);
  const std::string entry(60'000, 'x');
  const std::size_t fit = LedgerLimits::waiting_bytes / entry.size();
  for (std::size_t i = 0; i < fit + 10; ++i) writer.add(entry);
  EXPECT_EQ(writer.status().dropped, 10u);
  EXPECT_EQ(writer.status().waiting, fit);
  make_key();
  EXPECT_TRUE(until([&] { return writer.status().published == fit; }));
}

TEST_F(LedgerWriterTest, DoesNotWriteOnWhatContradictsItsSignature) {
  make_key();
  {
    LedgerWriter writer(options_);
    for (int i = 0; i < 5; ++i) writer.add("entry " + std::to_string(i) + "\n");
  }
  {
    std::fstream tile(options_.folder / "tile/0/000.p/5", std::ios::in | std::ios::out | std::ios::binary);
    tile.put('x');
  }
  LedgerWriter writer(options_);
  writer.add("one more\n");
  ASSERT_TRUE(until([&] { return writer.status().state == LedgerWriter::State::failing; }));
  EXPECT_NE(writer.status().message.find("nothing more is signed"), std::string::npos) << writer.status().message;
}

TEST_F(LedgerWriterTest, IsKeptOutByAnotherWriterOfTheSameFolder) {
  make_key();
  LedgerWriter first(options_);
  ASSERT_TRUE(until([&] { return first.status().state == LedgerWriter::State::on; }));
  LedgerWriter second(options_);
  ASSERT_TRUE(until([&] { return second.status().state == LedgerWriter::State::failing; }));
  EXPECT_NE(second.status().message.find("another process"), std::string::npos) << second.status().message;
}

TEST_F(LedgerWriterTest, PrunesWhatIsOldAndAnchoredAndNothingElse) {
  make_key();
  const Time now = *parse_rfc3339("2026-11-26T12:00:00Z");
  std::atomic<std::uint64_t> anchored = 0, looked = 0;
  options_.retention = Retention{.keep = std::chrono::hours(1), .now = [&] { return now; }, .anchored = [&] { return ++looked, anchored.load(); }, .look_every = milliseconds(1)};
  const auto entry = [](Time at) { return "{\"at\":\"" + to_rfc3339(at) + "\",\"v\":1}\n"; };
  const auto pruned = [&] { return ledger::read_pruned(ledger::files_in(options_.folder))->minimum; };
  const auto looks_again = [&] {
    const std::uint64_t before = looked;
    return until([&] { return looked > before + 2; });
  };
  {
    LedgerWriter writer(options_);
    for (int i = 0; i < 1000; ++i) writer.add(entry(now - std::chrono::hours(2)));
    for (int i = 0; i < 600; ++i) writer.add(entry(now - minutes(30)));
    for (int i = 0; i < 600; ++i) writer.add(entry(now - std::chrono::hours(2)));   // the clock was set back: they stay with the younger
    ASSERT_TRUE(until([&] { return writer.status().published == 2200; }));
    ASSERT_TRUE(looks_again());
    EXPECT_EQ(pruned(), 0u) << "nothing is anchored";
    anchored = 700;
    ASSERT_TRUE(until([&] { return pruned() == 512; }));
    ASSERT_TRUE(looks_again());
    EXPECT_EQ(pruned(), 512u) << "no more is anchored";
  }
  anchored = 2200;
  LedgerWriter writer(options_);
  ASSERT_TRUE(until([&] { return pruned() == 768; }));
  ASSERT_TRUE(looks_again());
  EXPECT_EQ(pruned(), 768u) << "a bundle goes whole or not at all";
  writer.add(entry(now));
  ASSERT_TRUE(until([&] { return writer.status().published == 2201; }));
  const auto report = audit();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->pruned, 768u);
}

TEST_F(LedgerWriterTest, PrunesManyInPiecesBetweenWhichItWrites) {
  make_key();
  const Time now = *parse_rfc3339("2026-11-26T12:00:00Z");
  const std::uint64_t entries = (2 * LedgerLimits::bundles_at_once + 10) * ledger::tile_width;
  options_.retention = Retention{.keep = std::chrono::hours(1), .now = [&] { return now; }, .anchored = [&] { return entries; }, .look_every = std::chrono::hours(1)};
  {
    LedgerWriterOptions plain = options_;
    plain.retention.reset();
    LedgerWriter writer(plain);
    for (std::uint64_t i = 0; i < entries; ++i) writer.add("{\"at\":\"2026-11-26T10:00:00.000Z\",\"v\":1}\n");
    ASSERT_TRUE(until([&] { return writer.status().published == entries; }));
  }
  LedgerWriter writer(options_);
  EXPECT_TRUE(until([&] { return ledger::read_pruned(ledger::files_in(options_.folder))->minimum == entries; }));
}

TEST(LedgerWriterOff, TakesNothing) {
  LedgerWriter off;
  off.add("entry");
  EXPECT_EQ(off.status().state, LedgerWriter::State::off);
  EXPECT_EQ(off.status().waiting, 0u);
}

}  // namespace
}  // namespace skypact::server
