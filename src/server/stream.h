#pragma once
// ByteStream: a plain TCP or a TLS connection behind one type, so that what is built on top (Beast's parser and
// WebSocket) is compiled once. Only for this module's Asio units.
//
// For the thread of its executor. A deadline that passes closes the connection, and what waits on it fails.

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"

namespace skypact::server {

namespace asio = boost::asio;
using asio::awaitable;
using boost::system::error_code;
using tcp = asio::ip::tcp;

class ByteStream {
 public:
  using executor_type = asio::any_io_executor;
  using Signature = void(error_code, std::size_t);
  using Handler = asio::any_completion_handler<Signature>;

  // Takes a connected socket.
  explicit ByteStream(tcp::socket socket);
  // The same, to speak TLS over; handshake() comes first.
  ByteStream(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls);
  ~ByteStream();
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;

  // As server, or as a client that verifies the peer to be `host`. Nothing to do on a plain connection.
  awaitable<error_code> handshake_as_server();
  awaitable<error_code> handshake_as_client(std::string host);
  // The same with a peer that is known by its pin: whose certificate it is and until when, nobody asks. The caller
  // compares peer_pin() before it says anything.
  awaitable<error_code> handshake_with_pinned();
  // SHA-256 of the SubjectPublicKeyInfo of the peer's certificate (RFC 7469 §2.4), whose private key it has proved to
  // hold. nullopt on a plain connection, or where it showed none.
  [[nodiscard]] std::optional<ledger::Hash> peer_pin() const;

  executor_type get_executor();
  [[nodiscard]] tcp::socket& socket();
  [[nodiscard]] std::string peer();

  // From now on; each call replaces the one before.
  void expire_after(Duration time);
  void never_expire();
  [[nodiscard]] bool expired() const;
  void close();
  // Says goodbye (TLS close_notify, FIN), then closes.
  awaitable<void> shutdown();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, Signature>(
        [this](auto handler, asio::mutable_buffer buffer) { read(buffer, Handler(std::move(handler))); }, token,
        first_of<asio::mutable_buffer>(buffers));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, Signature>(
        [this](auto handler, asio::const_buffer buffer) { write(buffer, Handler(std::move(handler))); }, token,
        first_of<asio::const_buffer>(buffers));
  }

 private:
  // read_some and write_some may do less than asked: the first buffer that is not empty is enough.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto i = asio::buffer_sequence_begin(buffers); i != asio::buffer_sequence_end(buffers); ++i) {
      const Buffer buffer(*i);
      if (buffer.size() > 0) return buffer;
    }
    return {};
  }
  void read(asio::mutable_buffer buffer, Handler handler);
  void write(asio::const_buffer buffer, Handler handler);

  struct State;
  std::shared_ptr<State> state_;
};

// What Beast's WebSocket asks of a transport when a session ends.
void beast_close_socket(ByteStream& stream);
void teardown(boost::beast::role_type role, ByteStream& stream, error_code& error);
template <class Handler>
void async_teardown(boost::beast::role_type, ByteStream& stream, Handler&& handler) {
  stream.close();
  asio::post(stream.get_executor(), [handler = std::move(handler)]() mutable { handler(error_code()); });
}

// TLS 1.2 and newer. Errors name the file.
Result<std::shared_ptr<asio::ssl::context>> tls_for_server(const std::string& certificate, const std::string& key);
// Between nodes: TLS 1.3, each side shows a certificate, and any certificate passes: the pin decides, which is compared
// after the handshake. As server and as client. Sessions are not resumed, so that a pin taken away ends at the next
// connection.
enum class LinkSide : std::uint8_t { server, client };
Result<std::shared_ptr<asio::ssl::context>> tls_for_link(LinkSide side, const std::string& certificate, const std::string& key);
// Verifies the peer against the system's certificates, or those of the file SSL_CERT_FILE names.
Result<std::shared_ptr<asio::ssl::context>> tls_for_client();

// Connects to the first address that answers within the time; error_code on failure.
awaitable<Result<tcp::socket>> connect(std::string host, std::uint16_t port, Duration time);

}  // namespace skypact::server
