// The thread that reads the line's past and keeps its index, over a record on a disk: what is handed over is the record's, with the index,
// without it, and where it cannot be written.

#include "server/line_index_thread.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "line/test_past.h"
#include "server/log.h"

namespace skypact::server {
namespace {

using namespace line::tests;

// Polls, because threads reach it in their own time. Gives up after a minute.
bool until(const std::function<bool()>& condition) {
  for (int i = 0; i < 60'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

class LineIndexThreadTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    root_ = std::filesystem::path(testing::TempDir()) / ("line_index_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    ASSERT_TRUE(ledger::write_key_file(root_ / "record.key", keys_.of("north")));
    start();
  }
  void TearDown() override {
    stop();
    std::filesystem::remove_all(root_);
  }
  void start() {
    record_ = std::make_shared<LedgerWriter>(LedgerWriterOptions{.folder = root_ / "record", .key_file = root_ / "record.key", .origin = origin_of("north"), .publish_every = milliseconds(5)});
    read_.reset();
    thread_ = std::make_unique<LineIndexThread>(LineIndexThreadOptions{.setup = setup_of(keys_, "north", {"south"}), .index_every = 50, .look_every = milliseconds(5), .read = [this](node::ReadLine read) {
                                                                         const std::lock_guard lock(mutex_);
                                                                         EXPECT_FALSE(read_.has_value()) << "it is handed over once";
                                                                         read_ = std::move(read);
                                                                       }}, record_);
  }
  void stop() {
    thread_.reset();
    record_.reset();
  }
  bool is_read() {
    return until([&] {
      const std::lock_guard lock(mutex_);
      return read_.has_value();
    });
  }
  std::filesystem::path index_file() const { return root_ / "record" / node::line_index_file; }
  std::uint64_t kept() {
    const auto text = ledger::files_in(root_ / "record")(node::line_index_file);
    const auto index = text ? node::parse_line_index(*text, setup_of(keys_, "north", {"south"})) : Result<node::LineIndex>(text.error());
    return index ? index->to.size : 0;
  }
  void add(const std::vector<std::string>& entries) {
    const std::uint64_t before = record_->status().published;
    for (const std::string& entry : entries) record_->add(entry);
    ASSERT_TRUE(until([&] { return record_->status().published == before + entries.size(); }));
  }

  std::filesystem::path root_;
  Keys keys_;
  std::shared_ptr<LedgerWriter> record_;
  std::mutex mutex_;
  std::optional<node::ReadLine> read_;
  std::unique_ptr<LineIndexThread> thread_;
};

TEST_F(LineIndexThreadTest, KeepsAnIndexAndStartsFromItAndWithoutIt) {
  ASSERT_TRUE(is_read());
  EXPECT_EQ(read_->line.order().size(), 0u);
  const std::vector<std::string> entries = busy_past(100);
  add(entries);
  ASSERT_TRUE(until([&] { return kept() + 50 > entries.size(); }));
  std::optional<std::string> wanted;
  for (const std::string how : {"as it is", "damaged", "missing"}) {
    stop();
    if (how == "damaged") std::fstream(index_file(), std::ios::in | std::ios::out).seekp(60).put('?');
    if (how == "missing") std::filesystem::remove(index_file());
    start();
    ASSERT_TRUE(is_read()) << how;
    EXPECT_EQ(read_->made_anew.empty(), how == "as it is") << read_->made_anew;
    EXPECT_EQ(read_->to.size, entries.size());
    const node::LineIndex index = node::index_of(*read_);
    const std::string text = line::to_text(index.line, index.notices);
    EXPECT_EQ(text, wanted.value_or(text)) << how;
    wanted = text;
    EXPECT_TRUE(until([&] { return kept() + 50 > entries.size(); })) << "it is there again after it was " << how;
  }
}

TEST_F(LineIndexThreadTest, ThatCannotBeWrittenCostsTheNextStartTimeAndNothingElse) {
  ASSERT_TRUE(is_read());
  std::filesystem::create_directories(index_file() / "in the way");
  const std::vector<std::string> entries = busy_past(100);
  add(entries);
  stop();
  start();
  ASSERT_TRUE(is_read());
  EXPECT_NE(read_->made_anew, "");
  EXPECT_EQ(read_->to.size, entries.size());
  EXPECT_GT(read_->line.order().size(), 100u);
}

}  // namespace
}  // namespace skypact::server
