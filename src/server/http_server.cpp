#include "server/http_server.h"

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include "base/text.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/slow_lane.h"
#include "server/stream.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr auto tuple_awaitable = asio::as_tuple(asio::use_awaitable);

using Parser = http::request_parser<http::string_body>;

bool asks_for_websocket(const Parser& parser) { return websocket::is_upgrade(parser.get()); }

Request request_of(Parser& parser, std::string peer, bool secure) {
  auto& message = parser.get();
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.path = percent_decode(std::string_view(request.target).substr(0, request.target.find('?'))).value_or("");
  for (const auto& field : message) request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  request.body = std::move(message.body());
  request.peer = std::move(peer);
  request.secure = secure;
  request.websocket = asks_for_websocket(parser);
  return request;
}

// Lets a coroutine wait until there is something to send: the timer that never fires is cancelled to wake it.
struct Waker {
  explicit Waker(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
  bool signalled = false;
};

// The io thread as others' threads reach it, which may outlive the server: a ledger that still publishes, an outbox.
struct Doorbell {
  std::mutex mutex;
  asio::io_context* io;                  // null once the server has ended

  explicit Doorbell(asio::io_context& context) : io(&context) {}
};

std::function<void()> wake_through(const std::shared_ptr<Doorbell>& bell, const std::shared_ptr<Waker>& waker) {
  return [bell, weak = std::weak_ptr<Waker>(waker)] {
    const std::lock_guard lock(bell->mutex);
    if (bell->io == nullptr) return;
    asio::post(*bell->io, [weak] {
      if (const auto strong = weak.lock()) {
        strong->signalled = true;
        strong->timer.cancel();
      }
    });
  };
}

awaitable<void> wait_for(Waker& waker, Duration longest) {
  if (!waker.signalled) {
    waker.timer.expires_after(longest);
    co_await waker.timer.async_wait(tuple_awaitable);
  }
  waker.signalled = false;
}

Response busy() {
  Response response = error_response(503, "over_limit", "Too many logins wait already; try again in a few seconds.");
  response.headers.push_back({"Retry-After", "5"});
  return response;
}

}  // namespace

struct HttpServer::State {
  State(const HttpServerOptions& o, Responder r) : options(o), respond(std::move(r)), acceptor(io), pool(HttpLimits::workers), file_pool(HttpLimits::file_workers) {}

  Result<void> open();
  awaitable<void> accept();
  awaitable<void> serve(std::shared_ptr<ByteStream> stream);
  [[nodiscard]] bool is_link() const { return options.party_of_pin != nullptr; }
  [[nodiscard]] Result<std::shared_ptr<asio::ssl::context>> make_tls() const {
    return is_link() ? tls_for_link(LinkSide::server, options.certificate, options.key) : tls_for_server(options.certificate, options.key);
  }
  Result<PartyId> peer_party(const std::optional<ledger::Hash>& pin, const Parser& parser) const;
  awaitable<Reply> answer(Request request);
  awaitable<Reply> in_pool(asio::thread_pool& workers, const std::function<Reply()>& work);
  awaitable<Reply> answer_later(LaterReply later);
  awaitable<Response> answer_slowly(SlowReply slow);
  awaitable<bool> send(ByteStream& stream, const Response& response, bool keep_alive, bool with_body);
  awaitable<void> drain(ByteStream& stream);
  awaitable<void> serve_websocket(std::shared_ptr<ByteStream> stream, Parser& parser, StreamReply reply);
  awaitable<void> serve_events(ByteStream& stream, StreamReply reply);

  HttpServerOptions options;
  Responder respond;
  asio::io_context io{1};
  const std::shared_ptr<Doorbell> doorbell = std::make_shared<Doorbell>(io);
  tcp::acceptor acceptor;
  asio::thread_pool pool, file_pool;
  SlowLane slow_lane{HttpLimits::slow_workers, HttpLimits::slow_waiting};
  std::thread thread;
  std::uint16_t port = 0;

  std::mutex tls_mutex;
  std::shared_ptr<asio::ssl::context> tls;             // null is plain

  std::set<std::shared_ptr<ByteStream>> streams;       // open; for the io thread
  std::set<std::shared_ptr<Outbox>> outboxes;          // likewise
  std::set<std::shared_ptr<Waker>> waiting;            // answers that come later; likewise
  std::atomic<std::uint64_t> connections{0}, refused{0}, requests{0}, bad{0}, dropped{0}, skipped{0}, clients{0};
  std::atomic<bool> stopping{false};
};

Result<void> HttpServer::State::open() {
  if (!options.certificate.empty()) {
    auto context = make_tls();
    if (!context) return context.error();
    tls = std::move(*context);
  }
  const std::string where = options.host + ":" + std::to_string(options.port);
  error_code error;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (error || found.empty()) return Error{ErrorCode::bad_input, "listen " + where + ": " + error.message()};
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error{ErrorCode::refused, "listen " + where + ": " + error.message() + "; is another node running?"};
  port = acceptor.local_endpoint().port();
  return {};
}

awaitable<void> HttpServer::State::accept() {
  while (!stopping) {
    auto [error, socket] = co_await acceptor.async_accept(tuple_awaitable);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, most likely: wait for some to come back instead of turning in circles.
      asio::steady_timer pause(io, milliseconds(100));
      co_await pause.async_wait(tuple_awaitable);
      continue;
    }
    if (streams.size() >= HttpLimits::connections) {
      ++refused;
      continue;   // closes it
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::shared_ptr<asio::ssl::context> context;
    {
      const std::lock_guard lock(tls_mutex);
      context = tls;
    }
    std::shared_ptr<ByteStream> stream;
    if (context) {
      stream = std::make_shared<ByteStream>(std::move(socket), context);
    } else {
      stream = std::make_shared<ByteStream>(std::move(socket));
    }
    streams.insert(stream);
    connections = streams.size();
    asio::co_spawn(io, serve(stream), [this, stream](std::exception_ptr failure) {
      if (failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& e) {
          log::warn("connection ended", {{"why", e.what()}});
        }
      }
      stream->close();
      streams.erase(stream);
      connections = streams.size();
    });
  }
}

awaitable<Reply> HttpServer::State::answer(Request request) {
  const std::function<Reply()> work = [this, &request]() -> Reply {
    try {
      return respond(request);
    } catch (const std::exception& e) {
      log::error("request failed", {{"path", request.path}, {"why", e.what()}});
      return error_response(500, "internal", "The node could not answer; its log says why.");
    }
  };
  co_return co_await in_pool(pool, work);
}

awaitable<Reply> HttpServer::State::in_pool(asio::thread_pool& workers, const std::function<Reply()>& work) {
  // The work happens in the pool; this coroutine goes on where it was. The lambda holds plain pointers only: GCC 12
  // destroys what a lambda inside a co_await expression owns twice.
  struct Asked {
    const std::function<Reply()>& work;
    Reply reply;
  };
  Asked asked{work, Response{}};
  Asked* const at = &asked;   // stays in this coroutine's frame until the handler resumes it
  asio::thread_pool* const where = &workers;
  const auto begin = [this, at, where](auto handler) {
    asio::post(*where, [this, at, handler = std::move(handler)]() mutable {
      at->reply = at->work();
      asio::post(io, [handler = std::move(handler)]() mutable { std::move(handler)(); });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
  co_return std::move(asked.reply);
}

// Whose node asks on the link's listener; each request anew, because pins change while connections stay.
Result<PartyId> HttpServer::State::peer_party(const std::optional<ledger::Hash>& pin, const Parser& parser) const {
  if (options.certificate.empty()) {
    const auto field = parser.get()["Skypact-Party"];
    const std::string_view name(field.data(), field.size());
    if (const auto party = options.party_of_name(name)) return *party;
    return Error{ErrorCode::refused, quoted(name) + " is no [[peer]] of this node."};
  }
  if (!pin) return Error{ErrorCode::refused, "This listener asks for a certificate."};
  if (const auto party = options.party_of_pin(*pin)) return *party;
  return Error{ErrorCode::refused, "The pin of your certificate is " + ledger::to_base64(*pin) + "; no [[peer]] of this node has it, and no terms in force name it."};
}

awaitable<Reply> HttpServer::State::answer_later(LaterReply later) {
  asio::thread_pool& workers = later.work == LaterReply::Work::with_files ? file_pool : pool;
  if (later.start) {
    auto waker = std::make_shared<Waker>(io);
    waiting.insert(waker);
    const std::function<Reply()> begin = [this, &later, &waker]() -> Reply {
      later.start(wake_through(doorbell, waker));
      return Response{};
    };
    if (later.work == LaterReply::Work::in_memory) {
      (void)begin();
    } else {
      (void)co_await in_pool(workers, begin);
    }
    if (!stopping) co_await wait_for(*waker, later.longest);
    waiting.erase(waker);
  }
  if (stopping) co_return error_response(503, "stopping", "The node stops.");
  const std::function<Reply()> work = [&later]() -> Reply {
    try {
      return later.answer();
    } catch (const std::exception& e) {
      log::error("request failed", {{"why", e.what()}});
      return error_response(500, "internal", "The node could not answer; its log says why.");
    }
  };
  co_return co_await in_pool(workers, work);
}

awaitable<Response> HttpServer::State::answer_slowly(SlowReply slow) {
  struct Asked {
    SlowReply slow;
    Response response;
  };
  Asked asked{std::move(slow), busy()};
  Asked* const at = &asked;   // as above
  const auto begin = [this, at](auto handler) {
    auto held = std::make_shared<decltype(handler)>(std::move(handler));
    const auto resume = [this, held] { asio::post(io, [held] { std::move(*held)(); }); };
    const bool taken = slow_lane.add([at, resume] {
      try {
        at->response = at->slow.work();
      } catch (const std::exception& e) {
        log::error("request failed", {{"why", e.what()}});
        at->response = error_response(500, "internal", "The node could not answer; its log says why.");
      }
      resume();
    });
    if (!taken) resume();
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
  co_return std::move(asked.response);
}

awaitable<bool> HttpServer::State::send(ByteStream& stream, const Response& response, bool keep_alive, bool with_body) {
  const std::string head = head_of(response, keep_alive);
  std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::const_buffer()};
  if (with_body && response.body) parts[1] = asio::buffer(*response.body);
  stream.expire_after(HttpLimits::write_time + milliseconds(parts[1].size() / 100));   // at least 100 kB/s
  auto [error, sent] = co_await asio::async_write(stream, parts, tuple_awaitable);
  co_return !error;
}

// Takes what the client is still sending, for a moment: a connection closed with bytes unread is reset, and the
// client would never see why it was refused.
awaitable<void> HttpServer::State::drain(ByteStream& stream) {
  error_code not_connected;
  stream.socket().shutdown(tcp::socket::shutdown_send, not_connected);
  stream.expire_after(seconds(2));
  std::array<char, 65536> ignored{};
  for (std::size_t total = 0; total < 4 * HttpLimits::body_bytes;) {
    auto [error, size] = co_await stream.async_read_some(asio::buffer(ignored), tuple_awaitable);
    if (error) co_return;
    total += size;
  }
}

awaitable<void> HttpServer::State::serve(std::shared_ptr<ByteStream> stream) {
  const bool secure = tls != nullptr;
  stream->expire_after(HttpLimits::handshake_time);
  const error_code handshake_error = co_await stream->handshake_as_server();
  if (handshake_error) {
    ++bad;
    co_return;
  }
  const std::string peer = stream->peer();
  const std::optional<ledger::Hash> pin = is_link() ? stream->peer_pin() : std::nullopt;
  beast::flat_buffer buffer(HttpLimits::header_bytes + HttpLimits::body_bytes);
  for (bool keep_alive = true; keep_alive && !stopping;) {
    Parser parser;
    parser.header_limit(HttpLimits::header_bytes);
    parser.body_limit(HttpLimits::body_bytes);
    stream->expire_after(HttpLimits::request_time);
    auto [error, count] = co_await http::async_read_header(*stream, buffer, parser, tuple_awaitable);
    std::optional<PartyId> party;
    if (!error && is_link()) {
      const Result<PartyId> known = peer_party(pin, parser);
      if (!known) {
        ++bad;
        log::warn("link refuses a visitor", {{"address", peer}, {"why", known.error().message}});
        if (co_await send(*stream, error_response(known.error()), false, true)) co_await drain(*stream);
        break;
      }
      party = *known;
    }
    if (!error && equal_ignoring_case(std::string_view(parser.get()[http::field::expect].data(), parser.get()[http::field::expect].size()), "100-continue")) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      auto [write_error, sent] = co_await asio::async_write(*stream, asio::buffer(go_on), tuple_awaitable);
      error = write_error;
    }
    if (!error && !parser.is_done()) {
      auto [body_error, body_count] = co_await http::async_read(*stream, buffer, parser, tuple_awaitable);
      error = body_error;
    }
    if (error) {
      if (error == http::error::end_of_stream || stream->expired() || error == asio::error::operation_aborted) break;
      if (error.category() != http::make_error_code(http::error::bad_method).category()) break;
      ++bad;
      Response refusal = error_response(400, "bad_request", "This is not an HTTP/1.1 request: " + error.message() + ".");
      if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        refusal = error_response(431, "over_limit", "The header is larger than 16 kB.");
      } else if (error == http::error::body_limit) {
        refusal = error_response(413, "over_limit", "The body is larger than 4 MB; send it in parts.");
      }
      if (co_await send(*stream, refusal, false, true)) co_await drain(*stream);
      break;
    }
    ++requests;
    keep_alive = parser.get().keep_alive();
    const bool head_only = parser.get().method() == http::verb::head;
    stream->never_expire();
    Request request = request_of(parser, peer, secure);
    request.peer_party = party;
    Reply reply = co_await answer(std::move(request));
    if (LaterReply* later = std::get_if<LaterReply>(&reply)) reply = co_await answer_later(std::move(*later));
    if (SlowReply* slow = std::get_if<SlowReply>(&reply)) reply = co_await answer_slowly(std::move(*slow));
    if (Response* response = std::get_if<Response>(&reply)) {
      const bool sent = co_await send(*stream, *response, keep_alive, !head_only);
      if (!sent) break;
      continue;
    }
    StreamReply& streaming = std::get<StreamReply>(reply);
    if (streaming.form == StreamReply::Form::websocket) {
      co_await serve_websocket(stream, parser, std::move(streaming));
    } else {
      co_await serve_events(*stream, std::move(streaming));
    }
    co_return;
  }
  co_await stream->shutdown();
}

awaitable<void> HttpServer::State::serve_websocket(std::shared_ptr<ByteStream> stream, Parser& parser, StreamReply reply) {
  stream->never_expire();
  auto socket = std::make_shared<websocket::stream<ByteStream&>>(*stream);
  websocket::stream_base::timeout times;
  times.handshake_timeout = HttpLimits::handshake_time;
  times.idle_timeout = HttpLimits::ping_interval * 2;
  times.keep_alive_pings = true;
  socket->set_option(times);
  socket->read_message_max(HttpLimits::incoming_message_bytes);
  auto [accept_error] = co_await socket->async_accept(parser.get(), tuple_awaitable);
  if (accept_error) co_return;

  auto outbox = std::make_shared<Outbox>(reply.policy);
  auto waker = std::make_shared<Waker>(io);
  outbox->on_change(wake_through(doorbell, waker));
  outboxes.insert(outbox);
  clients = outboxes.size();

  // A second coroutine reads: pings, the client's close, and nothing else that we want.
  asio::co_spawn(io, [](std::shared_ptr<websocket::stream<ByteStream&>> ws, std::shared_ptr<ByteStream> keep, std::shared_ptr<Outbox> box) -> awaitable<void> {
    beast::flat_buffer incoming;
    for (;;) {
      auto [error, size] = co_await ws->async_read(incoming, tuple_awaitable);
      if (error) break;
      incoming.consume(incoming.size());
    }
    box->close();
    (void)keep;
  }(socket, stream, outbox), asio::detached);

  reply.start(outbox);
  std::uint64_t skipped_before = 0;
  for (;;) {
    Outbox::State state{};
    std::optional<Message> message = outbox->take(state);
    skipped += outbox->skipped() - skipped_before;
    skipped_before = outbox->skipped();
    if (!message) {
      if (state != Outbox::State::open || stopping) break;
      co_await wait_for(*waker, seconds(3600));
      continue;
    }
    socket->binary(message->form == Message::Form::binary);
    stream->expire_after(HttpLimits::write_time);
    auto [error, sent] = co_await socket->async_write(asio::buffer(*message->content), tuple_awaitable);
    if (stream->expired()) ++dropped;
    if (error) break;
    stream->never_expire();
  }
  if (outbox->overflowed()) ++dropped;
  outbox->on_change(nullptr);
  outbox->close();
  outboxes.erase(outbox);
  clients = outboxes.size();
  if (stream->socket().is_open()) {
    stream->expire_after(seconds(2));
    const auto code = outbox->overflowed() ? websocket::close_code::policy_error
                      : stopping           ? websocket::close_code::going_away
                                           : websocket::close_code::normal;
    co_await socket->async_close(websocket::close_reason(code), tuple_awaitable);
  }
  stream->close();
}

awaitable<void> HttpServer::State::serve_events(ByteStream& stream, StreamReply reply) {
  Response head;
  head.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  std::string text = head_of(head, false, false);

  auto outbox = std::make_shared<Outbox>(reply.policy);
  auto waker = std::make_shared<Waker>(io);
  outbox->on_change(wake_through(doorbell, waker));
  outboxes.insert(outbox);
  clients = outboxes.size();
  reply.start(outbox);
  for (;;) {
    if (!text.empty()) {
      stream.expire_after(HttpLimits::write_time);
      auto [error, sent] = co_await asio::async_write(stream, asio::buffer(text), tuple_awaitable);
      if (stream.expired()) ++dropped;
      if (error) break;
      stream.never_expire();
      text.clear();
    }
    Outbox::State state{};
    std::optional<Message> message = outbox->take(state);
    if (message) {
      if (message->sequence != 0) text += "id: " + reply.id_prefix + std::to_string(message->sequence) + "\n";
      text += "data: " + *message->content + "\n\n";
      continue;
    }
    if (state != Outbox::State::open || stopping) break;
    co_await wait_for(*waker, HttpLimits::ping_interval);
    if (outbox->waiting() == 0) text = ": here\n\n";   // notices a client that is gone
  }
  if (outbox->overflowed()) ++dropped;
  outbox->on_change(nullptr);
  outbox->close();
  outboxes.erase(outbox);
  clients = outboxes.size();
  co_await stream.shutdown();
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options, Responder respond) {
  auto state = std::make_unique<State>(options, std::move(respond));
  if (auto opened = state->open(); !opened) return opened.error();
  State* raw = state.get();
  asio::co_spawn(raw->io, raw->accept(), asio::detached);
  state->thread = std::thread([raw] {
    name_thread("http");
    raw->io.run();
  });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const { return state_->port; }

HttpCounts HttpServer::counts() const {
  return {state_->connections, state_->refused, state_->requests, state_->bad, state_->dropped, state_->skipped, state_->clients};
}

Result<void> HttpServer::reload_tls() {
  if (state_->options.certificate.empty()) return {};
  auto context = state_->make_tls();
  if (!context) return context.error();
  const std::lock_guard lock(state_->tls_mutex);
  state_->tls = std::move(*context);
  return {};
}

void HttpServer::stop() {
  if (state_->stopping.exchange(true)) return;
  asio::post(state_->io, [state = state_.get()] {
    error_code ignored;
    state->acceptor.close(ignored);
    for (const auto& waker : state->waiting) waker->timer.cancel();
    // Streams get a moment to say goodbye; who is idle between requests is closed at once.
    for (const auto& outbox : std::set<std::shared_ptr<Outbox>>(state->outboxes)) outbox->close();
    if (state->outboxes.empty()) {
      for (const auto& stream : state->streams) stream->close();
    } else {
      for (const auto& stream : state->streams) stream->expire_after(milliseconds(500));
    }
  });
  // The pools last: a coroutine that is just handing over to one would wait for ever.
  if (state_->thread.joinable()) state_->thread.join();
  state_->pool.join();
  state_->file_pool.join();
  state_->slow_lane.stop();
  const std::lock_guard lock(state_->doorbell->mutex);
  state_->doorbell->io = nullptr;
}

}  // namespace skypact::server
