#include "server/http_client.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <mutex>

#include "base/text.h"
#include "node/config.h"
#include "server/http.h"
#include "server/http_exchange.h"

namespace skypact::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto tuple_awaitable = asio::as_tuple(asio::use_awaitable);

std::string head_of(const ClientRequest& request, const Url& url, std::string_view accept) {
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                     "\r\nUser-Agent: skypact/" SKYPACT_VERSION "\r\nAccept: " + std::string(accept) + "\r\n";
  if (!request.party.empty()) head += "Skypact-Party: " + request.party + "\r\n";
  if (!request.token.empty()) head += "Authorization: Bearer " + request.token + "\r\n";
  if (!request.body.empty() || request.method == "POST") {
    head += "Content-Type: " + request.content_type + "\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

Error unreachable(const Url& url, const std::string& why) { return {ErrorCode::unreachable, url.authority() + ": " + why}; }

}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (secure ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.secure = true;
    url.port = 443;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return bad_input(quoted(text) + ": a URL begins with http:// or https://");
  }
  const std::size_t slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos) url.target = std::string(rest.substr(slash, rest.find('#') - slash));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  for (const char c : url.target) {
    if (c <= ' ' || c > '~') return bad_input(quoted(text) + ": characters beyond ASCII must be percent-encoded");
  }
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto port = parse_integer(authority.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return bad_input(quoted(text) + ": the port must be from 1 to 65535");
    url.port = static_cast<std::uint16_t>(*port);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  if (authority.empty() || authority.find_first_of("@ \r\n\t") != std::string_view::npos) {
    return bad_input(quoted(text) + ": names no host");
  }
  url.host = std::string(authority);
  return url;
}

awaitable<Result<void>> HttpExchange::connect_to(Url url, const ClientRequest& request) {
  const std::string wanted = (url.secure ? "https://" : "http://") + url.authority();
  // Who has other pins than the connection was made with means another peer.
  if (stream_ && connected_to_ == wanted && pinned_ == request.pinned && stream_->socket().is_open()) co_return Result<void>();
  stream_.reset();
  Result<tcp::socket> socket = co_await connect(url.host, url.port, request.time);
  if (!socket) co_return socket.error();
  if (url.secure) {
    auto context = request.pinned ? tls_for_link(LinkSide::client, request.pinned->certificate, request.pinned->key) : tls_for_client();
    if (!context) co_return context.error();
    stream_ = std::make_unique<ByteStream>(std::move(*socket), std::move(*context));
  } else {
    stream_ = std::make_unique<ByteStream>(std::move(*socket));
  }
  stream_->expire_after(request.time);
  const bool pinned = url.secure && request.pinned;
  error_code error;
  if (pinned) {
    error = co_await stream_->handshake_with_pinned();
  } else {
    error = co_await stream_->handshake_as_client(url.host);
  }
  if (error) {
    stream_.reset();
    co_return unreachable(url, "TLS: " + error.message());
  }
  if (pinned) {
    const auto pin = stream_->peer_pin();
    const auto& pins = request.pinned->pins;
    if (!pin || std::find(pins.begin(), pins.end(), *pin) == pins.end()) {
      stream_.reset();
      co_return Error{ErrorCode::refused, url.authority() + ": its certificate has the pin " + (pin ? ledger::to_base64(*pin) : "?") +
                                              ", which is none of the peer's pins: another node answers there, or its key has changed"};
    }
  }
  connected_to_ = wanted;
  pinned_ = request.pinned;
  co_return Result<void>();
}

awaitable<Result<ClientResponse>> HttpExchange::get(ClientRequest request) {
  const Result<Url> url = parse_url(request.url);
  if (!url) co_return url.error();
  const bool reused = stream_ != nullptr;
  for (int attempt = 0;; ++attempt) {
    const Result<void> connected = co_await connect_to(*url, request);
    if (!connected) co_return connected.error();
    stream_->expire_after(request.time);
    const std::string head = head_of(request, *url, "*/*");
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(request.body)};
    auto [write_error, sent] = co_await asio::async_write(*stream_, parts, tuple_awaitable);
    error_code error = write_error;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(request.longest_answer);
    if (!error) {
      auto [read_error, count] = co_await http::async_read(*stream_, buffer, parser, tuple_awaitable);
      error = read_error;
    }
    if (error) {
      const bool slow = stream_->expired();
      stream_.reset();
      // A kept connection may have been closed at the other end meanwhile: once more, on a new one.
      if (reused && attempt == 0 && !slow && (request.method == "GET" || request.repeatable)) continue;
      if (error == http::error::body_limit) {
        co_return Error{ErrorCode::over_limit, url->authority() + ": answers more than " + std::to_string(request.longest_answer) + " bytes"};
      }
      co_return unreachable(*url, slow ? "does not answer in time" : error.message());
    }
    auto message = parser.release();
    if (!message.keep_alive()) {
      stream_.reset();
    } else {
      stream_->never_expire();
    }
    co_return ClientResponse{static_cast<int>(message.result_int()), std::move(message.body())};
  }
}

awaitable<Result<HttpExchange::Opened>> HttpExchange::open(ClientRequest request) {
  const Result<Url> url = parse_url(request.url);
  if (!url) co_return url.error();
  const Result<void> connected = co_await connect_to(*url, request);
  if (!connected) co_return connected.error();
  stream_->expire_after(request.time);
  const std::string head = head_of(request, *url, "text/event-stream");
  auto [write_error, sent] = co_await asio::async_write(*stream_, asio::buffer(head), tuple_awaitable);
  if (write_error) co_return unreachable(*url, write_error.message());
  std::string text;
  auto [error, size] = co_await asio::async_read_until(*stream_, asio::dynamic_buffer(text, 64 * 1024), "\r\n\r\n", tuple_awaitable);
  if (error) co_return unreachable(*url, error.message());
  Opened opened;
  const std::string_view line = std::string_view(text).substr(0, text.find("\r\n"));
  if (line.size() < 12 || !line.starts_with("HTTP/1.1 ")) co_return unreachable(*url, "does not speak HTTP/1.1");
  opened.status = static_cast<int>(parse_integer(line.substr(9, 3)).value_or(0));
  opened.rest = text.substr(size);
  co_return opened;
}

namespace {

awaitable<void> get_into(HttpExchange& exchange, ClientRequest request, Result<ClientResponse>& result) {
  result = co_await exchange.get(std::move(request));
  exchange.close();
}

awaitable<Result<void>> follow(HttpExchange& exchange, ClientRequest request, const std::function<bool(std::string_view)>& event) {
  Result<HttpExchange::Opened> opened = co_await exchange.open(request);
  if (!opened) co_return opened.error();
  if (opened->status == 401) co_return Error{ErrorCode::refused, "The node asks for a token: --token-file."};
  if (opened->status != 200) co_return Error{ErrorCode::unreachable, "The node answers with status " + std::to_string(opened->status) + "."};
  std::string text = std::move(opened->rest);
  for (;;) {
    for (std::size_t end = text.find("\n\n"); end != std::string::npos; end = text.find("\n\n")) {
      std::string_view rest = std::string_view(text).substr(0, end);
      while (const auto line = next_field(rest, '\n')) {
        if (line->starts_with("data: ") && !event(line->substr(6))) co_return Result<void>();
      }
      text.erase(0, end + 2);
    }
    if (text.size() > request.longest_answer) co_return Error{ErrorCode::over_limit, "The node sends an event without an end."};
    exchange.stream()->expire_after(seconds(60));   // the node sends something every twenty
    std::array<char, 16384> bytes{};
    auto [error, size] = co_await exchange.stream()->async_read_some(asio::buffer(bytes), tuple_awaitable);
    if (error) co_return Error{ErrorCode::unreachable, "The stream ended: " + error.message()};
    text.append(bytes.data(), size);
  }
}

awaitable<void> follow_into(HttpExchange& exchange, ClientRequest request, const std::function<bool(std::string_view)>& event,
                            Result<void>& result) {
  result = co_await follow(exchange, std::move(request), event);
  exchange.close();
}

}  // namespace

Result<ClientResponse> fetch(const ClientRequest& request) {
  asio::io_context io(1);
  HttpExchange exchange;
  Result<ClientResponse> result = Error{ErrorCode::internal, "The request did not run."};
  asio::co_spawn(io, get_into(exchange, request, result), asio::detached);
  io.run();
  return result;
}

struct KeptClient::State {
  asio::io_context io{1};
  HttpExchange exchange;
  std::mutex mutex;
  bool stopped = false;
};

KeptClient::KeptClient() : state_(std::make_unique<State>()) {}
KeptClient::~KeptClient() { state_->exchange.close(); }

Result<ClientResponse> KeptClient::fetch(const ClientRequest& request) {
  State& s = *state_;
  Result<ClientResponse> result = Error{ErrorCode::unreachable, "The node stops."};
  {
    const std::lock_guard lock(s.mutex);
    if (s.stopped) return result;
    s.io.restart();
  }
  asio::co_spawn(
      s.io, [&]() -> awaitable<void> { result = co_await s.exchange.get(request); }, asio::detached);
  s.io.run();
  return result;
}

void KeptClient::stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopped = true;
  state_->io.stop();
}

Result<void> follow_events(const ClientRequest& request, const std::function<bool(std::string_view data)>& event) {
  asio::io_context io(1);
  HttpExchange exchange;
  Result<void> result = Error{ErrorCode::internal, "The request did not run."};
  asio::co_spawn(io, follow_into(exchange, request, event, result), asio::detached);
  io.run();
  return result;
}

}  // namespace skypact::server
