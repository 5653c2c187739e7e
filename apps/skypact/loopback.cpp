#include "loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace skypact::app {
namespace {

Error failed(const char* what) { return {ErrorCode::internal, std::string(what) + " on 127.0.0.1: " + std::strerror(errno)}; }

sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

struct Listening {
  Socket socket;
  std::uint16_t port = 0;
};
Result<Listening> listen_anywhere() {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return failed("opening a socket");
  sockaddr_in address = loopback_address(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.fd(), any, size) != 0 || ::listen(socket.fd(), 16) != 0 || ::getsockname(socket.fd(), any, &size) != 0) {
    return failed("listening");
  }
  return Listening{std::move(socket), ntohs(address.sin_port)};
}

void set_nonblocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::uint16_t> free_port() {
  auto listening = listen_anywhere();
  if (!listening) return std::move(listening).error();
  return listening->port;
}

Result<Broadcaster> Broadcaster::open() {
  auto listening = listen_anywhere();
  if (!listening) return std::move(listening).error();
  set_nonblocking(listening->socket.fd());
  return Broadcaster(std::move(listening->socket), listening->port);
}

void Broadcaster::send(std::string_view bytes) {
  while (clients_.size() < most_clients) {
    Socket client(::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client.fd() < 0) break;
    clients_.push_back({std::move(client), {}});
  }
  std::erase_if(clients_, [&](Client& client) {
    client.unsent += bytes;
    while (!client.unsent.empty()) {
      const ssize_t sent = ::send(client.socket.fd(), client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (sent < 0) return !would_block() || client.unsent.size() > most_unsent;
      client.unsent.erase(0, static_cast<std::size_t>(sent));
    }
    return false;
  });
}

Result<TcpLoop> TcpLoop::open() {
  auto listening = listen_anywhere();
  if (!listening) return std::move(listening).error();
  Socket near(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback_address(listening->port);
  if (near.fd() < 0 || ::connect(near.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed("connecting");
  Socket far(::accept4(listening->socket.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  if (far.fd() < 0) return failed("accepting");
  set_nonblocking(near.fd());
  set_nonblocking(far.fd());
  const int yes = 1;
  ::setsockopt(near.fd(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return TcpLoop(std::move(near), std::move(far));
}

Result<std::string> TcpLoop::carry(std::string_view bytes) {
  std::string arrived;
  const std::size_t all = bytes.size();
  std::array<char, 65536> buffer{};
  while (arrived.size() < all) {
    std::array<pollfd, 2> ends{pollfd{near_.fd(), static_cast<short>(bytes.empty() ? 0 : POLLOUT), 0}, pollfd{far_.fd(), POLLIN, 0}};
    if (::poll(ends.data(), ends.size(), 10'000) <= 0) return failed("waiting for bytes");
    if ((ends[0].revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(near_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && !would_block()) return failed("sending");
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    if ((ends[1].revents & (POLLIN | POLLHUP)) != 0) {
      const ssize_t received = ::recv(far_.fd(), buffer.data(), buffer.size(), 0);
      if (received == 0 || (received < 0 && !would_block())) return failed("receiving");
      if (received > 0) arrived.append(buffer.data(), static_cast<std::size_t>(received));
    }
  }
  return arrived;
}

}  // namespace skypact::app
