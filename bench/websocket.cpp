#include "bench/websocket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace skypact::bench {

Result<int> connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return Error{ErrorCode::unreachable, "127.0.0.1:" + std::to_string(port) + ": " + why};
  }
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

Result<WebSocket> WebSocket::open(std::uint16_t port, const std::string& target) {
  const auto fd = connect_to(port);
  if (!fd) return fd.error();
  WebSocket socket(*fd);
  const std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  std::string head;
  bool sent = ::send(*fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
  while (sent && head.find("\r\n\r\n") == std::string::npos) sent = socket.take(1, head);
  if (!sent || head.find(" 101 ") == std::string::npos) return Error{ErrorCode::unreachable, target + ": " + head.substr(0, head.find('\r'))};
  return socket;
}

WebSocket::~WebSocket() {
  if (fd_ >= 0) ::close(fd_);
}

WebSocket::WebSocket(WebSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), pending_(std::move(other.pending_)) {}

void WebSocket::shut() { ::shutdown(fd_, SHUT_RDWR); }

// Appends so many bytes to `out`.
bool WebSocket::take(std::size_t size, std::string& out) {
  while (pending_.size() < size) {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    pending_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  out.append(pending_, 0, size);
  pending_.erase(0, size);
  return true;
}

std::optional<std::string> WebSocket::next() {
  for (;;) {
    std::string head;
    if (!take(2, head)) return std::nullopt;
    const unsigned opcode = static_cast<unsigned char>(head[0]) & 15U;
    std::size_t size = static_cast<unsigned char>(head[1]) & 127U;
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    std::string length, content;
    if (!take(more, length)) return std::nullopt;
    if (more > 0) size = 0;
    for (const char c : length) size = size << 8 | static_cast<unsigned char>(c);
    if (!take(size, content)) return std::nullopt;
    if (opcode == 1 || opcode == 2) return content;
    if (opcode == 8) return std::nullopt;
    if (opcode == 9) {
      // A pong, masked with zeros; a ping has at most 125 bytes.
      const std::string pong = std::string("\x8A") + static_cast<char>(0x80U | size) + std::string(4, '\0') + content;
      if (::send(fd_, pong.data(), pong.size(), MSG_NOSIGNAL) < 0) return std::nullopt;
    }
  }
}

}  // namespace skypact::bench
