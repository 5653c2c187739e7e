#pragma once
// Feeds: the sockets and files that the configuration names, read and decoded on one thread of their own.
//
//     Feeds feeds(config, watch, clock);
//     feeds.start();
//
// A feed that breaks is tried again, with a pause that doubles up to FeedLimits::longest_retry. When the engine's
// queue is full a feed stops reading its socket, so that the sender waits and nothing is lost here. start(), stop()
// and ports() are for one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/config.h"
#include "server/node_clock.h"
#include "server/watch.h"
#include "wire/beacon_lines.h"

namespace skypact::server {

class Feeds {
 public:
  // `bursts` is called, on the feeds' thread, with what a feed of beacons heard; it does not wait.
  using Bursts = std::function<void(const std::string& feed, std::vector<wire::BeaconBurst> bursts)>;
  Feeds(const node::Config& config, Watch& watch, NodeClock& clock, Bursts bursts = {});
  ~Feeds();
  Feeds(const Feeds&) = delete;
  Feeds& operator=(const Feeds&) = delete;

  // Error: a port that cannot be listened on; then nothing runs.
  Result<void> start();
  void stop();

  // The port a listening feed got, 0 for the others; by feed.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
