#pragma once
// A WebSocket's client side (RFC 6455), as far as a benchmark needs it: it asks for a stream and reads messages, on the
// caller's thread. Loopback only.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace skypact::bench {

// A connected TCP socket to 127.0.0.1. Error: unreachable.
Result<int> connect_to(std::uint16_t port);

class WebSocket {
 public:
  static Result<WebSocket> open(std::uint16_t port, const std::string& target);
  ~WebSocket();
  WebSocket(WebSocket&& other) noexcept;
  WebSocket& operator=(WebSocket&&) = delete;

  // The next text or binary message; nullopt once the stream has ended.
  std::optional<std::string> next();
  // Ends a next() that waits on another thread.
  void shut();

 private:
  explicit WebSocket(int fd) : fd_(fd) {}
  bool take(std::size_t size, std::string& out);

  int fd_;
  std::string pending_;
};

}  // namespace skypact::bench
