#pragma once
// Hub: hands pictures and events to the clients of the streams, and keeps the last events for those that come back.
//
//     hub.publish(events, picture, last_tick);     // the engine's thread, after each step
//     hub.join_events(outbox, since);              // a client
//
// Nobody is waited for: each client has a bounded Outbox. Thread-safe.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "node/engine.h"
#include "server/outbox.h"

namespace skypact::server {

class Hub {
 public:
  // `hello` makes the text of the hello event for a client that joins.
  explicit Hub(std::function<std::string(const node::Picture&)> hello) : hello_(std::move(hello)) {}

  // After a tick, `frame` is true: a picture frame and the tick event go out too.
  void publish(const std::vector<node::Event>& events, const std::shared_ptr<const node::Picture>& picture, Duration last_tick,
               bool frame);

  // To all who follow the events now; it is not kept, and has no number: what it speaks of can be asked for.
  void tell(std::string text);

  // hello first; then what was missed since that number, or a snapshot where that is not known any more.
  void join_events(const std::shared_ptr<Outbox>& outbox, std::optional<std::uint64_t> since);
  void join_picture(const std::shared_ptr<Outbox>& outbox);

  [[nodiscard]] std::size_t clients() const;
  [[nodiscard]] std::size_t event_clients() const;

 private:
  struct Kept {
    std::uint64_t sequence;
    std::shared_ptr<const std::string> text;
  };
  static void send(std::vector<std::shared_ptr<Outbox>>& clients, const Message& message);

  const std::function<std::string(const node::Picture&)> hello_;
  mutable std::mutex mutex_;
  std::shared_ptr<const node::Picture> picture_;
  std::shared_ptr<const std::string> frame_;         // of picture_, made for the first client that needs it
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::vector<std::shared_ptr<Outbox>> event_clients_, picture_clients_;
};

}  // namespace skypact::server
