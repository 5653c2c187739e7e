#include "server/stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "server/limits.h"

namespace skypact::server {
namespace {

constexpr auto tuple_awaitable = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct ByteStream::State : std::enable_shared_from_this<State> {
  explicit State(tcp::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}
  State(tcp::socket s, std::shared_ptr<asio::ssl::context> context)
      : socket(std::move(s)), timer(socket.get_executor()), tls_context(std::move(context)) {
    tls.emplace(socket, *tls_context);
  }

  void close() {
    timer.cancel();
    error_code ignored;
    socket.close(ignored);
  }

  tcp::socket socket;
  asio::steady_timer timer;
  std::shared_ptr<asio::ssl::context> tls_context;   // outlives tls
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
  bool expired = false;
};

ByteStream::ByteStream(tcp::socket socket) : state_(std::make_shared<State>(std::move(socket))) {}
ByteStream::ByteStream(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : state_(std::make_shared<State>(std::move(socket), std::move(tls))) {}
ByteStream::~ByteStream() {
  if (state_) state_->close();
}
ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;

ByteStream::executor_type ByteStream::get_executor() { return state_->socket.get_executor(); }
tcp::socket& ByteStream::socket() { return state_->socket; }

std::string ByteStream::peer() {
  error_code error;
  const auto endpoint = state_->socket.remote_endpoint(error);
  return error ? std::string("?") : endpoint.address().to_string();
}

awaitable<error_code> ByteStream::handshake_as_server() {
  if (!state_->tls) co_return error_code();
  const auto state = state_;
  auto [error] = co_await state->tls->async_handshake(asio::ssl::stream_base::server, tuple_awaitable);
  co_return error;
}

awaitable<error_code> ByteStream::handshake_as_client(std::string host) {
  if (!state_->tls) co_return error_code();
  const auto state = state_;
  // The server picks its certificate by this name (RFC 6066 §3); an address literal is not sent.
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(state->tls->native_handle(), host.c_str());
  state->tls->set_verify_mode(asio::ssl::verify_peer);
  state->tls->set_verify_callback(asio::ssl::host_name_verification(host));
  auto [error] = co_await state->tls->async_handshake(asio::ssl::stream_base::client, tuple_awaitable);
  co_return error;
}

awaitable<error_code> ByteStream::handshake_with_pinned() {
  const auto state = state_;
  auto [error] = co_await state->tls->async_handshake(asio::ssl::stream_base::client, tuple_awaitable);
  co_return error;
}

std::optional<ledger::Hash> ByteStream::peer_pin() const {
  if (!state_->tls) return std::nullopt;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(state_->tls->native_handle()), X509_free);
  if (!certificate) return std::nullopt;
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded);
  if (size <= 0) return std::nullopt;
  const ledger::Hash pin = ledger::sha256({encoded, static_cast<std::size_t>(size)});
  OPENSSL_free(encoded);
  return pin;
}

void ByteStream::expire_after(Duration time) {
  state_->timer.expires_after(time);
  state_->timer.async_wait([weak = state_->weak_from_this()](error_code error) {
    const auto state = weak.lock();
    if (error || !state || state->timer.expiry() > std::chrono::steady_clock::now()) return;
    state->expired = true;
    state->close();
  });
}

void ByteStream::never_expire() { state_->timer.expires_at(std::chrono::steady_clock::time_point::max()); }
bool ByteStream::expired() const { return state_->expired; }
void ByteStream::close() { state_->close(); }

awaitable<void> ByteStream::shutdown() {
  const auto state = state_;
  if (state->tls && state->socket.is_open()) {
    expire_after(seconds(2));
    co_await state->tls->async_shutdown(tuple_awaitable);
  }
  error_code ignored;
  state->socket.shutdown(tcp::socket::shutdown_send, ignored);
  state->close();
}

void ByteStream::read(asio::mutable_buffer buffer, Handler handler) {
  if (state_->tls) return state_->tls->async_read_some(buffer, std::move(handler));
  state_->socket.async_read_some(buffer, std::move(handler));
}

void ByteStream::write(asio::const_buffer buffer, Handler handler) {
  if (state_->tls) return state_->tls->async_write_some(buffer, std::move(handler));
  state_->socket.async_write_some(buffer, std::move(handler));
}

void beast_close_socket(ByteStream& stream) { stream.close(); }
void teardown(boost::beast::role_type, ByteStream& stream, error_code& error) {
  stream.close();
  error = {};
}

namespace {

Result<void> use_certificate(asio::ssl::context& context, const std::string& certificate, const std::string& key) {
  error_code error;
  if (context.use_certificate_chain_file(certificate, error); error) {
    return bad_input(certificate + ": not a PEM certificate chain that can be read (" + error.message() + ")");
  }
  if (context.use_private_key_file(key, asio::ssl::context::pem, error); error) {
    return bad_input(key + ": not the PEM private key of " + certificate + " (" + error.message() + ")");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> tls_for_server(const std::string& certificate, const std::string& key) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (auto used = use_certificate(*context, certificate, key); !used) return used.error();
  return context;
}

Result<std::shared_ptr<asio::ssl::context>> tls_for_link(LinkSide side, const std::string& certificate, const std::string& key) {
  auto context = std::make_shared<asio::ssl::context>(side == LinkSide::server ? asio::ssl::context::tls_server : asio::ssl::context::tls_client);
  SSL_CTX* const tls = context->native_handle();
  SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(tls, 0);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(
      tls,
      [](X509_STORE_CTX* chain, void*) {
        X509_STORE_CTX_set_error(chain, X509_V_OK);
        return 1;
      },
      nullptr);
  if (auto used = use_certificate(*context, certificate, key); !used) return used.error();
  return context;
}

Result<std::shared_ptr<asio::ssl::context>> tls_for_client() {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code error;
  if (context->set_default_verify_paths(error); error) {
    return Error{ErrorCode::internal, "The system's certificates cannot be read: " + error.message()};
  }
  return context;
}

awaitable<Result<tcp::socket>> connect(std::string host, std::uint16_t port, Duration time) {
  const auto executor = co_await asio::this_coro::executor;
  const std::string where = host + ":" + std::to_string(port);
  tcp::resolver resolver(executor);
  auto [resolve_error, endpoints] = co_await resolver.async_resolve(host, std::to_string(port), tuple_awaitable);
  if (resolve_error) co_return Error{ErrorCode::unreachable, where + ": " + resolve_error.message()};

  auto socket = std::make_shared<tcp::socket>(executor);
  asio::steady_timer timer(executor, time);
  auto timed_out = std::make_shared<bool>(false);
  timer.async_wait([socket, timed_out](error_code error) {
    if (error) return;
    *timed_out = true;
    error_code ignored;
    socket->close(ignored);
  });
  auto [connect_error, endpoint] = co_await asio::async_connect(*socket, endpoints, tuple_awaitable);
  timer.cancel();
  if (*timed_out) co_return Error{ErrorCode::unreachable, where + ": does not answer"};
  if (connect_error) co_return Error{ErrorCode::unreachable, where + ": " + connect_error.message()};
  error_code ignored;
  socket->set_option(tcp::no_delay(true), ignored);
  co_return std::move(*socket);
}

}  // namespace skypact::server
