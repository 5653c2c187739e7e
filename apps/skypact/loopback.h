#pragma once
// Loopback TCP for the demo: what a receiver is to a node, on this machine. POSIX sockets on 127.0.0.1 only.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace skypact::app {

// A socket that closes itself.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket();
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// A port that nobody listens on now. Another program may take it before it is used.
Result<std::uint16_t> free_port();

// A port that programs connect to and that sends everyone the same bytes, like a receiver's output port. A client
// that does not keep up is dropped. One thread.
class Broadcaster {
 public:
  static constexpr std::size_t most_clients = 16;
  static constexpr std::size_t most_unsent = std::size_t{4} << 20;  // bytes of one client

  static Result<Broadcaster> open();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Takes new clients and sends; never waits.
  void send(std::string_view bytes);

 private:
  struct Client {
    Socket socket;
    std::string unsent;
  };
  Broadcaster(Socket listener, std::uint16_t port) : listener_(std::move(listener)), port_(port) {}

  Socket listener_;
  std::uint16_t port_;
  std::vector<Client> clients_;
};

// Both ends of one TCP connection in one thread: what goes in comes out, having been through the network stack.
class TcpLoop {
 public:
  static Result<TcpLoop> open();
  Result<std::string> carry(std::string_view bytes);

 private:
  TcpLoop(Socket near, Socket far) : near_(std::move(near)), far_(std::move(far)) {}
  Socket near_, far_;
};

}  // namespace skypact::app
