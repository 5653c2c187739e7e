#include "server/feeds.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <thread>

#include "node/feed_decoder.h"
#include "server/frame_cut.h"
#include "server/http_exchange.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/stream.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

constexpr auto tuple_awaitable = asio::as_tuple(asio::use_awaitable);

// A peer whose machine or network went away is noticed within about a minute, though nobody closes the connection.
void notice_dead_peers(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const int fd = socket.native_handle(), idle = 20, interval = 10, probes = 4;
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

Duration next_pause(Duration pause) { return std::min<Duration>(pause * 2, FeedLimits::longest_retry); }

}  // namespace

struct Feeds::State {
  // One configured feed: its decoder and what is connected to it.
  struct Feed {
    Feed(SourceId i, const node::FeedConfig& c, const Rules& rules) : id(i), config(c), decoder(i, c, rules) {}
    SourceId id;
    node::FeedConfig config;
    node::FeedDecoder decoder;
    std::optional<tcp::acceptor> acceptor;
    unsigned connections = 0;
    // What the engine's queue had no room for yet, in the order in which it was decoded. One piece for each connection
    // at most, because who waits here reads no more; the end of a connection adds two.
    std::deque<FeedInput> waiting;
  };

  State(const node::Config& config, Watch& w, NodeClock& c, Bursts b) : watch(w), clock(c), bursts(std::move(b)), room(io) {
    for (std::size_t i = 0; i < config.feeds.size(); ++i) {
      feeds.push_back(std::make_unique<Feed>(SourceId{static_cast<std::uint16_t>(i)}, config.feeds[i], config.rules));
    }
    room.expires_at(std::chrono::steady_clock::time_point::max());
  }

  Result<void> listen(Feed& feed, const node::ListenOn& where);
  awaitable<void> run_client(Feed& feed, node::ConnectTo where);
  awaitable<void> run_listener(Feed& feed, unsigned most);
  awaitable<void> run_accepted(Feed& feed, std::shared_ptr<tcp::socket> socket);
  awaitable<void> run_poll(Feed& feed, node::Poll where);
  awaitable<void> run_file(Feed& feed, node::ReadFile where);
  awaitable<void> read_regular(Feed& feed, std::string path);
  awaitable<void> read_pipe(Feed& feed, std::string path);
  awaitable<void> follow_document(Feed& feed, std::string path);

  awaitable<void> hand_over(Feed& feed, std::string raw, Time at);
  awaitable<void> until_taken(Feed& feed);
  awaitable<void> pause(Duration time);
  void offer_waiting(Feed& feed);
  void hand_over_bursts(Feed& feed);
  void connected(Feed& feed, std::string peer);
  awaitable<void> disconnected(Feed& feed, node::FeedState state, std::string why);

  Watch& watch;
  NodeClock& clock;
  const Bursts bursts;
  asio::io_context io{1};
  asio::steady_timer room;                       // never fires; cancelled when the queue has room again
  std::vector<std::unique_ptr<Feed>> feeds;
  std::thread thread;
  bool stopping = false;                         // for the io thread
};

awaitable<void> Feeds::State::pause(Duration time) {
  asio::steady_timer timer(io, time);
  co_await timer.async_wait(tuple_awaitable);
}

void Feeds::State::connected(Feed& feed, std::string peer) {
  log::info("feed connected", {{"feed", feed.config.name}, {"peer", peer}});
  feed.waiting.emplace_back(FeedConnected{feed.id, clock.now(), std::move(peer)});
  offer_waiting(feed);   // what is left behind others, they take along
}

// A call for help waits for no queue.
void Feeds::State::hand_over_bursts(Feed& feed) {
  auto heard = feed.decoder.take_bursts();
  if (!heard.empty() && bursts) bursts(feed.config.name, std::move(heard));
}

void Feeds::State::offer_waiting(Feed& feed) {
  while (!feed.waiting.empty() && watch.offer(std::move(feed.waiting.front()))) feed.waiting.pop_front();
}

// The end of a stream may complete a report (a last line without its end) and counts what was torn: that waits for
// room like everything before it.
awaitable<void> Feeds::State::disconnected(Feed& feed, node::FeedState state, std::string why) {
  const Time now = clock.now();
  feed.decoder.end_of_stream(now);
  hand_over_bursts(feed);
  feed.waiting.emplace_back(FeedBytes{feed.decoder.take(), {}});
  feed.waiting.emplace_back(FeedDisconnected{feed.id, now, state, std::move(why)});
  co_await until_taken(feed);
}

// Returns when the engine's queue has taken it. Until then the caller reads no more, and its sender waits.
awaitable<void> Feeds::State::hand_over(Feed& feed, std::string raw, Time at) {
  feed.decoder.push(std::string_view(raw), at);
  hand_over_bursts(feed);
  feed.waiting.emplace_back(FeedBytes{feed.decoder.take(), std::move(raw)});
  co_await until_taken(feed);
}

// Several connections of one feed may wait here. Whoever wakes first offers the oldest piece, so that the recording has
// the order in which the one decoder saw the bytes.
awaitable<void> Feeds::State::until_taken(Feed& feed) {
  for (;;) {
    offer_waiting(feed);
    if (feed.waiting.empty() || stopping) co_return;
    // A refusal promises a call of on_room(), which reaches this thread after this wait has begun.
    co_await room.async_wait(tuple_awaitable);
  }
}

awaitable<void> Feeds::State::run_client(Feed& feed, node::ConnectTo where) {
  Duration retry = FeedLimits::first_retry;
  std::string told;
  while (!stopping) {
    Result<tcp::socket> socket = co_await connect(where.peer.host, where.peer.port, FeedLimits::connect_time);
    std::string why;
    if (socket) {
      notice_dead_peers(*socket);
      connected(feed, node::to_string(where.peer));
      told.clear();
      for (;;) {
        std::string bytes(FeedLimits::read_bytes, '\0');
        auto [error, size] = co_await socket->async_read_some(asio::buffer(bytes), tuple_awaitable);
        if (error) {
          why = error == asio::error::eof ? std::string("the peer closed the connection") : error.message();
          break;
        }
        retry = FeedLimits::first_retry;   // it speaks: the next break is a new one
        bytes.resize(size);
        co_await hand_over(feed, std::move(bytes), clock.now());
      }
    } else {
      why = socket.error().message;
    }
    if (stopping) co_return;
    why += "; tried again in " + std::to_string(retry.count() / 1'000'000'000) + "." +
           std::to_string(retry.count() / 100'000'000 % 10) + " s";
    if (told.empty()) log::warn("feed broken", {{"feed", feed.config.name}, {"why", why}});
    told = why;
    co_await disconnected(feed, node::FeedState::connecting, why);
    co_await pause(retry);
    retry = next_pause(retry);
  }
}

Result<void> Feeds::State::listen(Feed& feed, const node::ListenOn& where) {
  error_code error;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(where.address.host, std::to_string(where.address.port), tcp::resolver::passive, error);
  feed.acceptor.emplace(io);
  if (!error && !found.empty()) {
    const tcp::endpoint endpoint = found.begin()->endpoint();
    feed.acceptor->open(endpoint.protocol(), error);
    if (!error) feed.acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) feed.acceptor->bind(endpoint, error);
    if (!error) feed.acceptor->listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return Error{ErrorCode::refused, "feed " + feed.config.name + ": listen " + node::to_string(where.address) + ": " + error.message()};
  }
  return {};
}

awaitable<void> Feeds::State::run_listener(Feed& feed, unsigned most) {
  co_await disconnected(feed, node::FeedState::connecting, "waits for a sender");
  while (!stopping) {
    auto [error, accepted] = co_await feed.acceptor->async_accept(tuple_awaitable);
    if (error == asio::error::operation_aborted || stopping) co_return;
    if (error) {
      co_await pause(milliseconds(100));
      continue;
    }
    if (feed.connections >= most) {
      log::warn("feed refuses a sender", {{"feed", feed.config.name}, {"why", "max_connections reached"}});
      continue;   // closes it
    }
    ++feed.connections;
    asio::co_spawn(io, run_accepted(feed, std::make_shared<tcp::socket>(std::move(accepted))), asio::detached);
  }
}

awaitable<void> Feeds::State::run_accepted(Feed& feed, std::shared_ptr<tcp::socket> socket) {
  error_code ignored;
  const auto endpoint = socket->remote_endpoint(ignored);
  notice_dead_peers(*socket);
  connected(feed, endpoint.address().to_string());
  std::string pending;
  std::string why;
  for (;;) {
    const std::size_t kept = pending.size();
    pending.resize(kept + FeedLimits::read_bytes);
    auto [error, size] = co_await socket->async_read_some(asio::buffer(pending.data() + kept, FeedLimits::read_bytes), tuple_awaitable);
    pending.resize(kept + size);
    if (error || stopping) {
      why = error == asio::error::eof ? std::string("the sender closed the connection") : error.message();
      break;
    }
    const std::size_t whole = complete_prefix(feed.config.format, pending);
    if (whole == 0) continue;
    std::string bytes = pending.substr(0, whole);
    pending.erase(0, whole);
    co_await hand_over(feed, std::move(bytes), clock.now());
  }
  // What the last sender left unfinished goes along, to be counted; between others' messages it would tear theirs.
  --feed.connections;
  if (stopping) co_return;
  if (feed.connections > 0) {
    log::info("feed lost a sender", {{"feed", feed.config.name}, {"why", why}});
    co_return;
  }
  if (!pending.empty()) co_await hand_over(feed, std::move(pending), clock.now());
  if (stopping || feed.connections > 0) co_return;   // somebody came while that waited
  log::info("feed has no sender", {{"feed", feed.config.name}, {"why", why}});
  co_await disconnected(feed, node::FeedState::connecting, why + "; waits for a sender");
}

awaitable<void> Feeds::State::run_poll(Feed& feed, node::Poll where) {
  HttpExchange exchange;
  bool up = false;
  std::string told;
  Duration retry = std::max<Duration>(where.interval, FeedLimits::first_retry);
  while (!stopping) {
    const Duration began = monotonic_now();
    ClientRequest request;
    request.url = where.url;
    request.longest_answer = FeedLimits::poll_bytes;
    Result<ClientResponse> answer = co_await exchange.get(request);
    if (stopping) co_return;
    std::string why;
    if (!answer) {
      why = answer.error().message;
    } else if (answer->status != 200) {
      why = "answers with status " + std::to_string(answer->status);
    }
    Duration wait = where.interval;
    if (why.empty()) {
      if (!up) connected(feed, where.url);
      up = true;
      told.clear();
      retry = std::max<Duration>(where.interval, FeedLimits::first_retry);
      co_await hand_over(feed, std::move(answer->body), clock.now());
      wait = std::max<Duration>(where.interval - (monotonic_now() - began), Duration(0));
    } else {
      if (told.empty()) log::warn("feed broken", {{"feed", feed.config.name}, {"why", why}});
      told = why;
      up = false;
      co_await disconnected(feed, node::FeedState::connecting, why);
      wait = retry;
      retry = next_pause(retry);
    }
    co_await pause(wait);
  }
}

awaitable<void> Feeds::State::run_file(Feed& feed, node::ReadFile where) {
  const std::string path = where.path.string();
  struct ::stat about {};
  while (::stat(path.c_str(), &about) != 0) {
    if (stopping) co_return;
    co_await disconnected(feed, node::FeedState::connecting, path + ": " + std::strerror(errno) + "; looked for again every 2 s");
    co_await pause(seconds(2));
  }
  if (S_ISFIFO(about.st_mode)) {
    co_await read_pipe(feed, path);
  } else if (feed.config.format == node::FeedFormat::aircraft_json) {
    co_await follow_document(feed, path);
  } else {
    co_await read_regular(feed, path);
  }
}

// From beginning to end, as fast as the engine takes it; then the feed is finished.
awaitable<void> Feeds::State::read_regular(Feed& feed, std::string path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(::gzopen(path.c_str(), "rb"), ::gzclose);
  if (!file) {
    co_await disconnected(feed, node::FeedState::failed, path + ": " + std::strerror(errno));
    co_return;
  }
  connected(feed, path);
  for (;;) {
    std::string bytes(FeedLimits::read_bytes, '\0');
    const int size = ::gzread(file.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
    if (size < 0) {
      int number = 0;
      co_await disconnected(feed, node::FeedState::failed, path + ": " + ::gzerror(file.get(), &number));
      co_return;
    }
    if (size == 0 || stopping) break;
    bytes.resize(static_cast<std::size_t>(size));
    co_await hand_over(feed, std::move(bytes), clock.now());
    co_await asio::post(io, tuple_awaitable);   // the other feeds' turn
  }
  co_await disconnected(feed, node::FeedState::finished, "read to the end");
}

// A named pipe: goes on when one writer ends and another comes.
awaitable<void> Feeds::State::read_pipe(Feed& feed, std::string path) {
  // Opened for writing too, so that the pipe does not end with each writer.
  const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    co_await disconnected(feed, node::FeedState::failed, path + ": " + std::strerror(errno));
    co_return;
  }
  asio::posix::stream_descriptor pipe(io, fd);
  connected(feed, path);
  while (!stopping) {
    std::string bytes(FeedLimits::read_bytes, '\0');
    auto [error, size] = co_await pipe.async_read_some(asio::buffer(bytes), tuple_awaitable);
    if (error) {
      co_await disconnected(feed, node::FeedState::failed, path + ": " + error.message());
      co_return;
    }
    bytes.resize(size);
    co_await hand_over(feed, std::move(bytes), clock.now());
  }
}

// An aircraft.json that its writer replaces again and again: read whenever it is another.
awaitable<void> Feeds::State::follow_document(Feed& feed, std::string path) {
  struct ::timespec seen {};
  bool up = false;
  while (!stopping) {
    struct ::stat about {};
    std::string why;
    if (::stat(path.c_str(), &about) != 0) {
      why = std::strerror(errno);
    } else if (static_cast<std::uint64_t>(about.st_size) > FeedLimits::poll_bytes) {
      why = "is larger than 64 MB";
    } else if (!up || about.st_mtim.tv_sec != seen.tv_sec || about.st_mtim.tv_nsec != seen.tv_nsec) {
      seen = about.st_mtim;
      std::string content;
      if (const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(::gzopen(path.c_str(), "rb"), ::gzclose); file) {
        std::array<char, 65536> bytes{};
        int size = 0;
        while (content.size() <= FeedLimits::poll_bytes && (size = ::gzread(file.get(), bytes.data(), bytes.size())) > 0) {
          content.append(bytes.data(), static_cast<std::size_t>(size));
        }
      }
      if (!up) connected(feed, path);
      up = true;
      co_await hand_over(feed, std::move(content), clock.now());
    }
    if (!why.empty() && up) co_await disconnected(feed, node::FeedState::connecting, path + ": " + why);
    if (!why.empty()) up = false;
    co_await pause(milliseconds(500));
  }
}

Feeds::Feeds(const node::Config& config, Watch& watch, NodeClock& clock, Bursts bursts) : state_(std::make_unique<State>(config, watch, clock, std::move(bursts))) {}

Feeds::~Feeds() { stop(); }

Result<void> Feeds::start() {
  State& s = *state_;
  for (const auto& feed : s.feeds) {
    if (const auto* where = std::get_if<node::ListenOn>(&feed->config.transport)) {
      if (auto listening = s.listen(*feed, *where); !listening) return listening.error();
    }
  }
  for (const auto& feed : s.feeds) {
    const node::Transport& transport = feed->config.transport;
    if (const auto* client = std::get_if<node::ConnectTo>(&transport)) {
      asio::co_spawn(s.io, s.run_client(*feed, *client), asio::detached);
    } else if (const auto* listener = std::get_if<node::ListenOn>(&transport)) {
      asio::co_spawn(s.io, s.run_listener(*feed, listener->max_connections), asio::detached);
    } else if (const auto* poll = std::get_if<node::Poll>(&transport)) {
      asio::co_spawn(s.io, s.run_poll(*feed, *poll), asio::detached);
    } else if (const auto* file = std::get_if<node::ReadFile>(&transport)) {
      asio::co_spawn(s.io, s.run_file(*feed, *file), asio::detached);
    }
  }
  s.watch.on_room([state = state_.get()] { asio::post(state->io, [state] { state->room.cancel(); }); });
  s.thread = std::thread([state = state_.get()] {
    name_thread("feeds");
    const auto work = asio::make_work_guard(state->io);
    state->io.run();
  });
  return {};
}

void Feeds::stop() {
  if (!state_->thread.joinable()) return;
  state_->watch.on_room(nullptr);
  asio::post(state_->io, [state = state_.get()] {
    state->stopping = true;
    state->io.stop();   // ends every wait; the sockets close with their coroutines
  });
  state_->thread.join();
}

std::vector<std::uint16_t> Feeds::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& feed : state_->feeds) {
    error_code error;
    ports.push_back(feed->acceptor ? feed->acceptor->local_endpoint(error).port() : std::uint16_t{0});
  }
  return ports;
}

}  // namespace skypact::server
