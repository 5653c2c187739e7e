#pragma once
// Outbox: what waits to be sent to one client of a stream. Bounded, so that a client that does not read costs
// at most its bound and nobody else's time.
//
//     outbox->offer({text, Message::Form::text});    // from any thread; false once the client is gone
//
// When it is full, a stream of pictures lets the oldest waiting frame go, because the next one is whole; a
// stream of events ends, because a hole in it would be a lie: the client comes back and asks for what it missed.
// Thread-safe.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace skypact::server {

struct Message {
  enum class Form : std::uint8_t { text, binary };
  std::shared_ptr<const std::string> content;
  Form form = Form::text;
  std::uint64_t sequence = 0;       // becomes the id of a server-sent event; 0 is none
};

struct OutboxPolicy {
  enum class WhenFull : std::uint8_t { skip_oldest, end_stream };
  std::size_t messages = 1;
  std::size_t bytes = SIZE_MAX;
  WhenFull when_full = WhenFull::end_stream;
  bool wait_for_room = false;       // offer() is refused when full and changes nothing: for a producer that can wait
};

class Outbox {
 public:
  explicit Outbox(const OutboxPolicy& policy) : policy_(policy) {}

  // False when the client is gone, or when full and the policy ends the stream (or waits for room).
  bool offer(Message message);
  // No more comes; what waits is still sent.
  void finish();
  // Ends at once, what waits is dropped.
  void close();

  [[nodiscard]] bool closed() const;
  [[nodiscard]] bool overflowed() const;
  [[nodiscard]] std::uint64_t skipped() const;
  [[nodiscard]] std::size_t waiting() const;

  // For the one that sends. `wake` is called, without a lock, when there is something to take or the end came.
  void on_change(std::function<void()> wake);
  enum class State : std::uint8_t { open, finished, closed };
  // The next message; `state` tells what an empty answer means.
  std::optional<Message> take(State& state);

 private:
  const OutboxPolicy policy_;
  mutable std::mutex mutex_;
  std::deque<Message> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t skipped_ = 0;
  State state_ = State::open;
  bool overflowed_ = false;
  std::function<void()> wake_;
};

}  // namespace skypact::server
