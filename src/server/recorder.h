#pragma once
// Recorder: writes the raw recording from a thread of its own, so that a slow, full or hung disk costs recording
// and never watching. What does not fit its queue is not recorded, counted, and shown.
//
//     Recorder recorder(config.recording, sources);
//     recorder.bytes(feed, received_at, raw);      // never waits
//
// Every ten seconds, and at the end of a segment, the stretch written since the last is made durable and told with its
// hash, so that the node's record can stand for it.
//
// Format and rotation: wire/recording.h. Thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "node/api_json.h"
#include "node/config.h"
#include "node/record.h"
#include "wire/recording.h"

namespace skypact::server {

// What bytes of a feed were, as decoded.
struct Received {
  std::uint64_t messages = 0;
  std::vector<geo::Position> positions;
};

class Recorder {
 public:
  static constexpr Duration stretch_period = seconds(10);

  // `stretch`, where there is one, is called by the recorder's thread.
  using Stretch = std::function<void(Time at, const node::TrafficStretch& stretch)>;
  Recorder(const node::RecordingConfig& config, std::vector<wire::RecordedSource> sources, Stretch stretch = nullptr);
  // Writes out what waits, for at most two seconds; a disk that hangs longer is left alone.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void bytes(SourceId source, Time at, std::string payload, Received received = {});
  void connected(SourceId source, Time at, std::string peer);
  void disconnected(SourceId source, Time at, std::string why);
  void command(Time at, std::string json);
  // One that stands until the next such: written again at the head of every new segment, so that each can be replayed
  // alone, and none is lost when the oldest is deleted. Doing it again changes nothing.
  void standing_command(Time at, std::string which, std::string json);
  void tick(Time at);

  struct Status {
    node::NodeStatus::Recording state = node::NodeStatus::Recording::off;
    std::string message;               // why it fails
    std::uint64_t bytes = 0;           // of all segments
    std::uint64_t segments = 0;
    std::uint64_t dropped = 0;         // records that were not written
    std::uint64_t waiting_bytes = 0;
  };
  [[nodiscard]] Status status() const;
  // Until what was handed over before is with the operating system, or the time is over; false then.
  bool flush(Duration longest);

 private:
  struct State;
  std::shared_ptr<State> state_;       // shared with the thread, which may outlive us on a hung disk
  std::thread thread_;
};

}  // namespace skypact::server
