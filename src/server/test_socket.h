#pragma once
// TestSocket: a blocking TCP client for tests that says exactly the bytes it is told to. Reads give up after five
// seconds and return what came.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace skypact::server {

class TestSocket {
 public:
  explicit TestSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval time{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestSocket() { ::close(fd_); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Everything up to and with the mark, or what came until the end.
  std::string read_until(std::string_view mark) {
    for (;;) {
      const std::size_t at = pending_.find(mark);
      if (at != std::string::npos) {
        std::string out = pending_.substr(0, at + mark.size());
        pending_.erase(0, at + mark.size());
        return out;
      }
      if (!read_more()) return std::exchange(pending_, {});
    }
  }
  std::string read_all() {
    while (read_more()) {
    }
    return std::exchange(pending_, {});
  }

 private:
  bool read_more() {
    std::array<char, 16384> bytes{};
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    pending_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string pending_;
};

}  // namespace skypact::server
