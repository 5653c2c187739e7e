#pragma once
// TestSocket: a blocking TCP client for tests that says exactly the bytes it is told to. Reads give up after five
// seconds and return what came. TestListener: where such a connection comes in.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace skypact::server {

class TestSocket {
 public:
  explicit TestSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    const timeval time{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestSocket() { ::close(fd_); }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
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
  // Without waiting: how many of the bytes the kernel took.
  std::size_t send_what_fits(std::string_view bytes) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
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
  // So many bytes, or what came until the end.
  std::string read_exactly(std::size_t size) {
    while (pending_.size() < size && read_more()) {
    }
    std::string out = pending_.substr(0, size);
    pending_.erase(0, size);
    return out;
  }
  std::string read_all() {
    while (read_more()) {
    }
    return std::exchange(pending_, {});
  }

 private:
  friend class TestListener;
  struct Accepted {
    int fd;
  };
  explicit TestSocket(Accepted accepted) : fd_(accepted.fd), connected_(accepted.fd >= 0) {}

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

class TestListener {
 public:
  TestListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = TestSocket::loopback(0);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_, any, size) == 0 && ::listen(fd_, 16) == 0 && ::getsockname(fd_, any, &size) == 0) port_ = ntohs(address.sin_port);
  }
  ~TestListener() { ::close(fd_); }
  TestListener(const TestListener&) = delete;
  TestListener& operator=(const TestListener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Waits for the next connection.
  [[nodiscard]] std::unique_ptr<TestSocket> accept() const {
    return std::unique_ptr<TestSocket>(new TestSocket(TestSocket::Accepted{::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)}));
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace skypact::server
