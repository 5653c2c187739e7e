// A feed faster than the engine, over real sockets, with the real engine held: it waits, and loses nothing.

#include "server/feeds.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include "server/limits.h"
#include "server/log.h"
#include "server/test_socket.h"

namespace skypact::server {
namespace {

// A node's feeds, queue and engine; the engine can be held, as by work that takes it too long.
class SlowNode : public testing::Test {
 protected:
  SlowNode() : recorder_(recording(), {}), hub_([](const node::Picture&) { return std::string("{}"); }) {
    log::set_level("off");
    for (const char* name : {"one", "other"}) {
      node::FeedConfig feed;
      feed.name = name;
      feed.format = node::FeedFormat::sbs;
      feed.transport = node::ListenOn{{"127.0.0.1", 0}, 1};
      config_.feeds.push_back(feed);
    }
    node::FeedConfig calls = config_.feeds[0];
    calls.name = "tower";
    calls.transport = node::ConnectTo{{"127.0.0.1", tower_.port()}};
    config_.feeds.push_back(calls);
    watch_.emplace(std::make_unique<node::Engine>(config_), WatchOptions{milliseconds(20)}, clock_, recorder_, hub_);
    watch_->start();
    feeds_.emplace(config_, *watch_, clock_);
    const auto started = feeds_->start();
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
  }
  ~SlowNode() override {
    release();
    feeds_->stop();
    watch_->stop();
  }

  static node::RecordingConfig recording() {
    node::RecordingConfig off;
    off.enabled = false;
    return off;
  }

  void hold() {
    auto held = std::make_shared<std::promise<void>>();
    auto reached = held->get_future();
    holder_ = std::thread([this, held, gate = gate_.get_future().share()] {
      watch_->with_engine([held, gate](node::Engine&, Time) {
        held->set_value();
        gate.wait();
        return std::vector<node::Event>();
      });
    });
    reached.wait();
  }
  void release() {
    if (!holder_.joinable()) return;
    gate_.set_value();
    holder_.join();
  }

  // Polls, because what other threads reach in their own time has no other sign. Gives up after a minute.
  static bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 60'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }
  [[nodiscard]] node::FeedStatus status(std::size_t feed) const { return watch_->picture()->feeds[feed]; }
  [[nodiscard]] bool has(const std::string& callsign) const {
    const auto picture = watch_->picture();  // keeps its tracks
    for (const node::PictureTrack& t : *picture->tracks) {
      if (t.track.callsign && t.track.callsign->value.view() == callsign) return true;
    }
    return false;
  }

  // One identification message.
  static std::string line(const std::string& address, const std::string& callsign) {
    return "MSG,1,1,1," + address + ",1,2026/01/01,00:00:00.000,2026/01/01,00:00:00.000," + callsign + ",,,,,,,,,,,";
  }
  // Whole lines of many aircraft, about 64 kB.
  struct Chunk {
    std::string text;
    std::size_t lines = 0;
  };
  static Chunk make_chunk() {
    Chunk chunk;
    for (; chunk.text.size() < 60'000; ++chunk.lines) {
      char address[7];
      std::snprintf(address, sizeof address, "%06zX", 0x400000 + chunk.lines);
      chunk.text += line(address, "FLOOD") + "\r\n";
    }
    return chunk;
  }

  TestListener tower_;   // the third feed calls it
  node::Config config_;
  NodeClock clock_;
  Recorder recorder_;
  Hub hub_;
  std::optional<Watch> watch_;
  std::optional<Feeds> feeds_;
  std::promise<void> gate_;
  std::thread holder_;
};

// Sends until TCP takes no more, at least once after the node refused something: from then on it reads no more of this
// sender. Returns how many bytes went.
std::size_t fill(TestSocket& sender, std::string_view text, const std::function<bool()>& refused, std::size_t most) {
  std::size_t sent = 0;
  for (bool last = false; sent < most;) {
    const std::size_t size = sender.send_what_fits(text.substr(sent % text.size()));
    sent += size;
    if (size == 0 && last) break;
    last = refused();
    if (size == 0 && !last) std::this_thread::yield();
  }
  return sent;
}

constexpr std::size_t more_than_is_held = std::size_t{200} << 20;

TEST_F(SlowNode, HoldsItsSenderBackAndLosesNothing) {
  const Chunk chunk = make_chunk();
  hold();
  TestSocket sender(feeds_->ports()[0]);
  ASSERT_TRUE(sender.connected());
  const std::size_t sent = fill(sender, chunk.text, [&] { return watch_->status().refused_batches > 0; }, more_than_is_held);
  EXPECT_LT(sent, more_than_is_held);
  EXPECT_LE(watch_->status().queued_bytes, FeedLimits::queued_bytes);
  EXPECT_LE(watch_->status().queued_batches, FeedLimits::queued_batches);
  release();
  ASSERT_TRUE(sender.send(std::string_view(chunk.text).substr(sent % chunk.text.size())));
  const std::size_t all = (sent / chunk.text.size() + 1) * chunk.lines;
  EXPECT_TRUE(until([&] { return status(0).messages == all; })) << status(0).messages << " of " << all;
  EXPECT_EQ(status(0).dropped, 0u);
  EXPECT_EQ(status(0).errors.total(), 0u);
}

TEST_F(SlowNode, ServesOthersOnceItCanAndEachOfTheFullFeedsHasWaitedQuietly) {
  const Chunk chunk = make_chunk();
  hold();
  TestSocket one(feeds_->ports()[0]), other(feeds_->ports()[1]);
  const std::size_t sent = fill(one, chunk.text, [&] { return watch_->status().refused_batches > 0; }, more_than_is_held);
  // As large as what was refused: a small batch might still fit.
  ASSERT_TRUE(other.send(line("4B0001", "OTHER") + "\r\n"));
  fill(other, chunk.text, [&] { return watch_->status().refused_batches > 1; }, more_than_is_held);
  // Turned away by the feeds' thread, which therefore does not turn in circles.
  TestSocket beyond(feeds_->ports()[1]);
  EXPECT_EQ(beyond.read_all(), "");
  EXPECT_EQ(watch_->status().refused_batches, 2u);
  release();
  EXPECT_TRUE(until([&] { return has("OTHER"); }));
  ASSERT_TRUE(one.send(std::string_view(chunk.text).substr(sent % chunk.text.size())));
  EXPECT_TRUE(until([&] { return status(0).messages == (sent / chunk.text.size() + 1) * chunk.lines; }));
}

TEST_F(SlowNode, KeepsTheReportThatTheEndOfAStreamCompletes) {
  auto tower = tower_.accept();
  const std::string last = line("4B0002", "LAST");   // without its end
  ASSERT_TRUE(tower->send(last));
  ASSERT_TRUE(until([&] { return status(2).bytes == last.size(); }));
  hold();
  // Batch after batch, so that there is no room for the smallest one.
  TestSocket sender(feeds_->ports()[0]);
  while (watch_->status().refused_batches == 0) {
    const std::size_t before = watch_->status().queued_batches;
    ASSERT_TRUE(sender.send(line("400000", "FLOOD") + "\r\n"));
    ASSERT_TRUE(until([&] { return watch_->status().queued_batches > before || watch_->status().refused_batches > 0; }));
  }
  EXPECT_EQ(watch_->status().queued_batches, FeedLimits::queued_batches);
  tower.reset();
  ASSERT_TRUE(until([&] { return watch_->status().refused_batches > 1; }));
  release();
  EXPECT_TRUE(until([&] { return has("LAST"); }));
  EXPECT_TRUE(until([&] { return status(2).state == node::FeedState::connecting; }));
}

TEST_F(SlowNode, ShowsWhatWasDroppedBecauseItsSenderCouldNotWait) {
  watch_->count_dropped(SourceId{1}, 3);
  EXPECT_TRUE(until([&] { return status(1).dropped == 3; }));
}

}  // namespace
}  // namespace skypact::server
