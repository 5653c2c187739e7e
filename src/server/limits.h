#pragma once
// Bounds of the server: what a client, a feed or a disk may take before it is refused, skipped or dropped.

#include <cstddef>

#include "base/time.h"

namespace skypact::server {

struct HttpLimits {
  static constexpr std::size_t connections = 256;
  static constexpr std::size_t header_bytes = 16 * 1024;
  static constexpr std::size_t body_bytes = std::size_t{4} << 20;
  static constexpr std::size_t incoming_message_bytes = 4 * 1024;   // of a WebSocket client; we expect none
  static constexpr Duration request_time = seconds(30);             // to send a whole request, or sit idle
  static constexpr Duration write_time = seconds(10);               // to take one answer, frame or event
  static constexpr Duration handshake_time = seconds(10);
  static constexpr Duration ping_interval = seconds(20);
  static constexpr unsigned workers = 2;                            // threads that make answers
  static constexpr unsigned slow_workers = 2;                       // threads for answers that take long: 64 MB each
  static constexpr std::size_t slow_waiting = 32;                   // answers that wait for them
  static constexpr unsigned file_workers = 2;                       // … out of the record's files: a disk that hangs holds these alone
};

struct WaitLimits {
  static constexpr std::size_t waiting = 64;                        // requests that are answered when there is news
  static constexpr Duration longest = seconds(30);
};

struct StreamLimits {
  static constexpr std::size_t picture_frames = 2;                  // waiting for one client; older ones are skipped
  static constexpr std::size_t event_messages = 4096;               // waiting for one client; then it is dropped
  static constexpr std::size_t event_bytes = std::size_t{32} << 20;
  static constexpr std::size_t clients = 128;                       // of all streams together
  static constexpr std::size_t events_kept = 4096;                  // for clients that come back
};

struct FeedLimits {
  static constexpr std::size_t read_bytes = 64 * 1024;
  static constexpr std::size_t queued_batches = 1024;               // between the feeds and the engine
  static constexpr std::size_t queued_bytes = std::size_t{32} << 20;
  static constexpr std::size_t poll_bytes = std::size_t{64} << 20;  // one aircraft.json
  static constexpr Duration connect_time = seconds(10);
  static constexpr Duration first_retry = milliseconds(500);
  static constexpr Duration longest_retry = seconds(30);
};

struct LinkLimits {
  static constexpr Duration answer_time = seconds(10);              // for a peer to answer one message
  static constexpr Duration between = milliseconds(20);             // messages, while something is left to say
  static constexpr Duration keep_warm = seconds(10);                // of the connections for notes; below HttpLimits::request_time
  static constexpr Duration longest_notes_pause = seconds(8);
};

struct RecorderLimits {
  static constexpr std::size_t queued_bytes = std::size_t{32} << 20;
};

struct ReplayLimits {
  static constexpr unsigned sessions = 4;                           // at a time; each runs an engine of its own
};

}  // namespace skypact::server
