#pragma once
// Watch: the engine's thread. Takes what the feeds decoded and what people ask, ticks at its period on the monotonic
// clock, and hands on pictures and events.
//
//     Watch watch(std::move(engine), options);
//     watch.start();
//     if (!watch.offer(input)) wait_for_room();      // a feed's thread
//     auto alert = watch.apply(Acknowledge{…});      // a request's thread; waits for the engine, not for a disk
//     watch.picture();                               // any thread
//
// The queue in front of it is bounded by FeedLimits. Everything reaches the engine and the recording in one order,
// so that a replay of the recording gives the same events. Thread-safe.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "node/engine.h"
#include "server/hub.h"
#include "server/node_clock.h"
#include "server/recorder.h"

namespace skypact::server {

// What a feed hands over: decoded reports with the bytes they came from, or a change of its state.
struct FeedBytes {
  node::FeedBatch batch;
  std::string raw;
};
struct FeedConnected {
  SourceId feed;
  Time at;
  std::string peer;
};
struct FeedDisconnected {
  SourceId feed;
  Time at;
  node::FeedState state = node::FeedState::connecting;
  std::string why;
};
using FeedInput = std::variant<FeedBytes, FeedConnected, FeedDisconnected>;

struct WatchOptions {
  Duration tick_period = seconds(1);
  // Is called, on the engine's thread, with what every step and command told. It does not wait.
  std::function<void(const std::vector<node::Event>& events, const node::Picture& picture)> told{};
};

struct WatchStatus {
  Duration last_tick{};                       // how long it took
  Duration since_tick{};                      // since the last one began
  std::uint64_t ticks = 0, late_ticks = 0;    // late: more than half a period
  std::size_t queued_batches = 0, queued_bytes = 0;
  std::uint64_t refused_batches = 0;          // offers that found the queue full
  // Seconds a tick took, by upper bound, cumulative, as Prometheus wants it.
  static constexpr std::array<double, 10> bounds_s{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0};
  std::array<std::uint64_t, 11> buckets{};
  double total_tick_s = 0;
};

class Watch {
 public:
  Watch(std::unique_ptr<node::Engine> engine, WatchOptions options, NodeClock& clock, Recorder& recorder, Hub& hub);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void start();
  void stop();

  // False, and nothing taken, when the queue is full. State changes always fit.
  bool offer(FeedInput&& input);
  // Reports that were thrown away because offer() refused them and their sender could not wait. Shown from the next
  // tick on.
  void count_dropped(SourceId feed, std::uint64_t reports);
  // Is called, on the engine's thread, when a full queue has room again.
  void on_room(std::function<void()> room);

  Result<std::vector<node::Event>> apply(node::Command command);
  // Runs `change` on the engine's thread, at the node's time, and waits for it.
  void with_engine(const std::function<std::vector<node::Event>(node::Engine&, Time)>& change);

  [[nodiscard]] std::shared_ptr<const node::Picture> picture() const;
  [[nodiscard]] WatchStatus status() const;
  [[nodiscard]] Duration tick_period() const;
  // The engine ticked within three periods.
  [[nodiscard]] bool healthy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
