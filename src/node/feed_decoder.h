#pragma once
// FeedDecoder: one feed's bytes, cut anywhere, to observations. One per feed, on the feed's thread.
//
//     FeedDecoder decoder(SourceId{2}, config.feeds[2], config);
//     decoder.push(bytes, received_at);
//     if (decoder.pending() > 0) queue.push(decoder.take());
//
// Deterministic: the same bytes and receive times give the same observations, in pieces of any size. A bad
// frame is counted by reason and never ends the feed. Memory is bounded but for the observations that wait to
// be taken, which are no more than the bytes pushed. Not for two threads at once.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "airspace/identity.h"
#include "base/time.h"
#include "node/config.h"
#include "node/engine.h"
#include "wire/beacon_lines.h"

namespace skypact::node {

struct FeedDecoderOptions {
  // The bytes are a file of this format and carry their own time: receive times of SBS lines, `now` of
  // aircraft.json, measured_at of reports, 12 MHz counts of Beast and AVR, of which the first is `start`, or
  // their GPS times of day, of which the first is the next one after `start`.
  // The received_at given to push() counts only where there is none.
  bool is_recording = false;
  Time start;
  Duration frame_interval = milliseconds(10);  // between AVR frames that carry no count, in a recording
};

class FeedDecoder {
 public:
  FeedDecoder(SourceId feed, const FeedConfig& config, const Rules& rules, const FeedDecoderOptions& options = {});
  ~FeedDecoder();
  FeedDecoder(FeedDecoder&&) noexcept;
  FeedDecoder& operator=(FeedDecoder&&) noexcept;

  // Bytes as they come from the stream. For aircraft-json: one whole document (one poll, one file).
  void push(std::span<const std::uint8_t> bytes, Time received_at);
  void push(std::string_view bytes, Time received_at);
  // The stream ended or broke: what was begun is dropped and counted, the next bytes start afresh. What is
  // known about aircraft stays.
  void end_of_stream(Time at);

  [[nodiscard]] std::size_t pending() const;   // observations waiting to be taken
  // Observations and counts since the last call.
  [[nodiscard]] FeedBatch take();
  // Bursts of 406 MHz beacons since the last call, of a feed of that format: they are the distress desk's, not the watch's.
  [[nodiscard]] std::vector<wire::BeaconBurst> take_bursts();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::node
