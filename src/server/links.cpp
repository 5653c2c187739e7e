#include "server/links.h"

#include <openssl/rand.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <array>
#include <map>
#include <mutex>
#include <thread>

#include "json/document.h"
#include "node/api_names.h"
#include "node/feed_decoder.h"
#include "node/shared_tracks.h"
#include "server/http_exchange.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

constexpr auto tuple_awaitable = asio::as_tuple(asio::use_awaitable);

link::BootId random_id() {
  link::BootId id = 0;
  SKYPACT_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&id), sizeof id) == 1);
  return id;
}

// Whether the peer would learn something it acts on. A prediction moves with every tick; it goes along when something
// else changes.
bool says_the_same(const link::SharedAlert& a, const link::SharedAlert& b) {
  return a.state == b.state && a.severity == b.severity && a.changed_at == b.changed_at && a.answers == b.answers && a.subjects == b.subjects;
}

// What an answer that is no 200 says, where it says something.
std::string why_refused(const ClientResponse& response) {
  std::string why = "answers with status " + std::to_string(response.status);
  if (const auto document = json::parse(response.body, {.bytes = 64 * 1024})) {
    if (const auto message = document->root()["error"]["message"].as_string()) why += ": " + std::string(*message);
  }
  return why;
}

}  // namespace

struct Links::State {
  struct Peer {
    Peer(asio::io_context& io, PartyId p, link::BootId boot, std::uint64_t seed, SourceId f, const node::FeedConfig& feed_config, const Rules& rules)
        : party(p), feed(f), session(boot, seed), heard{p, false, {}}, live_wake(io), notes_wake{asio::steady_timer(io), asio::steady_timer(io)}, decoder(f, feed_config, rules) {}

    const PartyId party;
    const SourceId feed;
    std::shared_ptr<const Pinned> pinned;                  // for the io thread; another one when pins or files change
    mutable std::mutex mutex;                              // of what follows, but for the timers
    link::Session session;
    std::map<std::string, link::SharedAlert> told;         // by key; alerts of ours that it knows
    node::HearPeer heard;                                  // what the engine has not taken yet
    asio::steady_timer live_wake;                          // for the io thread
    std::array<asio::steady_timer, link::lanes> notes_wake;  // likewise
    bool live_due = false;
    std::array<bool, link::lanes> notes_due{};
    std::mutex heard_mutex;                                // one thread at a time gives the engine what was heard
    std::mutex feed_mutex;                                 // of what follows
    node::FeedDecoder decoder;
    std::optional<bool> feed_up;                           // empty: not known since this node's start
  };

  State(Watch& w, NodeClock& c, Options o) : watch(w), clock(c), options(std::move(o)) {
    const auto config = options.config();
    const link::BootId boot = random_id();
    for (std::size_t i = 0; i < config->feeds.size(); ++i) {
      const auto* from = std::get_if<node::FromPeer>(&config->feeds[i].transport);
      if (from == nullptr) continue;
      peers.push_back(std::make_unique<Peer>(io, from->party, boot, random_id(), SourceId{static_cast<std::uint16_t>(i)}, config->feeds[i], config->rules));
    }
  }

  awaitable<void> run_live(Peer& peer);
  awaitable<void> run_notes(Peer& peer, link::Lane lane);
  awaitable<void> wait(asio::steady_timer& timer, bool& due, Duration longest);
  ClientRequest request_to(Peer& peer, const node::Config& config, const node::PeerConfig& to, std::string_view path, std::string body);
  void failed(Peer& peer, std::string why);
  Result<void> take_live(Peer& peer, const link::LiveMessage& message, const Result<ClientResponse>& response);
  void tell_anew(Peer& peer, const node::Config& config, const node::PeerConfig& to, const node::Picture& picture);
  bool tell(Peer& peer, const node::Config& config, const node::PeerConfig& to, const link::SharingPolicy& policy, const Alert& alert);
  [[nodiscard]] node::SharingBothWays sharing(const node::Picture& picture, const node::Config& config, const node::PeerConfig& peer) const;
  void take_tracks(Peer& peer, const std::vector<link::SharedTrack>& tracks);
  template <class Message>
  Result<link::Session::Received> receive(Peer& peer, const Message& message, Time at);
  void pass_on(Peer& peer);
  void notice_silence(Peer& peer);
  void wake_live(Peer& peer);
  void wake_notes(Peer& peer, link::Lane lane);
  [[nodiscard]] Peer* find(PartyId party);

  Watch& watch;
  NodeClock& clock;
  const Options options;
  asio::io_context io{1};
  std::vector<std::unique_ptr<Peer>> peers;
  std::thread thread;
  const Time started_at = clock.now();
  const std::uint64_t secret = random_id();                // for names in the place of addresses
  bool stopping = false;                                   // for the io thread
};

Links::State::Peer* Links::State::find(PartyId party) {
  for (const auto& peer : peers) {
    if (peer->party == party) return peer.get();
  }
  return nullptr;
}

void Links::State::wake_live(Peer& peer) {
  asio::post(io, [&peer] {
    peer.live_due = true;
    peer.live_wake.cancel();
  });
}

void Links::State::wake_notes(Peer& peer, link::Lane lane) {
  asio::post(io, [&peer, lane = static_cast<std::size_t>(lane)] {
    peer.notes_due[lane] = true;
    peer.notes_wake[lane].cancel();
  });
}

awaitable<void> Links::State::wait(asio::steady_timer& timer, bool& due, Duration longest) {
  if (!due) {
    timer.expires_after(longest);
    co_await timer.async_wait(tuple_awaitable);
  }
  due = false;
}

ClientRequest Links::State::request_to(Peer& peer, const node::Config& config, const node::PeerConfig& to, std::string_view path, std::string body) {
  ClientRequest request;
  request.url = to.url + std::string(path);
  request.method = "POST";
  request.body = std::move(body);
  request.time = std::max<Duration>(LinkLimits::answer_time, config.link->interval * 3);
  request.longest_answer = link::MessageLimits::bytes;
  request.repeatable = true;   // numbers tell what came twice
  if (config.link->tls) {
    const std::string certificate = config.link->tls->certificate.string(), key = config.link->tls->key.string();
    const std::vector<ledger::Hash> pins = options.pins ? options.pins(config, to) : to.pins;
    if (!peer.pinned || peer.pinned->pins != pins || peer.pinned->certificate != certificate || peer.pinned->key != key) {
      peer.pinned = std::make_shared<const Pinned>(Pinned{certificate, key, pins});
    }
    request.pinned = peer.pinned;
  } else {
    request.party = std::string(node::party_name(config.party, config.rules.parties));
  }
  return request;
}

void Links::State::failed(Peer& peer, std::string why) {
  const auto config = options.config();
  const std::lock_guard lock(peer.mutex);
  if (peer.session.status(clock.now()).last_error != why) {
    log::warn("link broken", {{"peer", std::string(node::party_name(peer.party, config->rules.parties))}, {"why", why}});
  }
  peer.session.failed(std::move(why));
}

// At this moment by our clock, so that what is agreed changes at its instant.
node::SharingBothWays Links::State::sharing(const node::Picture& picture, const node::Config& config, const node::PeerConfig& peer) const {
  const bool pact_possible = peer.root_key && peer.record_key;
  return node::sharing_with(picture, config, peer, clock.now(), !pact_possible || !options.acts_are_known || options.acts_are_known());
}

bool Links::State::tell(Peer& peer, const node::Config& config, const node::PeerConfig& to, const link::SharingPolicy& policy, const Alert& alert) {
  const Parties& parties = config.rules.parties;
  link::SharedAlert shared = link::as_allowed(policy, node::shared_alert(alert, parties));
  const auto before = peer.told.find(shared.key);
  // What it was told of it hears the end of, though the parties of the aircraft turned out to be others.
  const bool may = before != peer.told.end() || link::may_know(policy, shared, node::party_name(config.party, parties), node::party_name(to.party, parties));
  if (!may || (before != peer.told.end() && says_the_same(before->second, shared))) return false;
  if (alert.state == AlertState::ended) {
    if (before == peer.told.end()) return false;   // it never knew
    peer.told.erase(before);
  } else {
    peer.told.insert_or_assign(shared.key, shared);
  }
  return peer.session.tell(std::move(shared));
}

void Links::State::tell_anew(Peer& peer, const node::Config& config, const node::PeerConfig& to, const node::Picture& picture) {
  peer.told.clear();
  const link::SharingPolicy policy = sharing(picture, config, to).to_peer.policy;
  for (const Alert& alert : picture.alerts) tell(peer, config, to, policy, alert);
}

Result<void> Links::State::take_live(Peer& peer, const link::LiveMessage& message, const Result<ClientResponse>& response) {
  const Time back = clock.now();
  if (!response) return response.error();
  if (response->status != 200) return Error{ErrorCode::unreachable, why_refused(*response)};
  const auto answer = link::read_answer(response->body);
  if (!answer) return Error(answer.error()).within("its answer");
  const std::lock_guard lock(peer.mutex);
  return peer.session.answered(message, *answer, back);
}

awaitable<void> Links::State::run_live(Peer& peer) {
  HttpExchange exchange;
  while (!stopping) {
    const auto config = options.config();
    const node::PeerConfig* to = node::peer_of(*config, peer.party);
    notice_silence(peer);
    if (to == nullptr || !config->link) {   // taken out of the configuration
      exchange.close();
      co_await wait(peer.live_wake, peer.live_due, seconds(1));
      continue;
    }
    const auto picture = watch.picture();
    const std::vector<link::SharedTrack> tracks = node::tracks_for(*picture, *config, to->party, sharing(*picture, *config, *to).to_peer.policy, secret, clock.now());
    std::vector<link::SeenCheckpoint> checkpoints = options.checkpoints ? options.checkpoints() : std::vector<link::SeenCheckpoint>();
    link::LiveMessage message;
    {
      const std::lock_guard lock(peer.mutex);
      if (peer.session.told_anew()) tell_anew(peer, *config, *to, *picture);
      message = peer.session.live(clock.now(), tracks, std::move(checkpoints));
    }
    ClientRequest request = request_to(peer, *config, *to, "/link/v1/live", link::to_json(message));
    const Result<ClientResponse> response = co_await exchange.get(std::move(request));
    if (stopping) co_return;
    if (auto taken = take_live(peer, message, response); !taken) {
      failed(peer, taken.error().message);
      Duration pause{};
      {
        const std::lock_guard lock(peer.mutex);
        pause = peer.session.pause();
      }
      peer.live_due = false;   // what is new does not make an unreachable peer reachable
      co_await wait(peer.live_wake, peer.live_due, pause);
      continue;
    }
    bool again = false;
    {
      const std::lock_guard lock(peer.mutex);
      again = peer.session.missed(message) || peer.session.status(clock.now()).alerts_waiting > 0;
    }
    co_await wait(peer.live_wake, peer.live_due, again ? LinkLimits::between : config->link->interval);
  }
}

// Kept warm, so that a STOP costs no handshake.
awaitable<void> Links::State::run_notes(Peer& peer, link::Lane lane) {
  const std::string_view path = lane == link::Lane::urgent ? "/link/v1/urgent" : "/link/v1/notes";
  const auto at = static_cast<std::size_t>(lane);
  HttpExchange exchange;
  Duration pause = link::SessionLimits::first_pause;
  while (!stopping) {
    const auto config = options.config();
    const node::PeerConfig* to = node::peer_of(*config, peer.party);
    bool done = false, more = false;
    if (to != nullptr && config->link) {
      link::NotesMessage message;
      {
        const std::lock_guard lock(peer.mutex);
        message = peer.session.notes(lane, clock.now());
      }
      ClientRequest request = request_to(peer, *config, *to, path, link::to_json(message));
      const Result<ClientResponse> response = co_await exchange.get(std::move(request));
      if (stopping) co_return;
      const Time back = clock.now();
      if (response && response->status == 200) {
        if (const auto answer = link::read_answer(response->body)) {
          const std::lock_guard lock(peer.mutex);
          done = peer.session.answered(message, *answer, back).has_value();
          more = peer.session.has_notes(lane);
        }
      }
    }
    pause = done ? link::SessionLimits::first_pause : std::min<Duration>(pause * 2, LinkLimits::longest_notes_pause);
    co_await wait(peer.notes_wake[at], peer.notes_due[at], more && done ? LinkLimits::between : done ? LinkLimits::keep_warm : pause);
  }
}

// The engine's picture says how the feed is; a peer that says nothing for a while is not connected.
void Links::State::notice_silence(Peer& peer) {
  std::optional<Duration> age;
  {
    const std::lock_guard lock(peer.mutex);
    age = peer.session.status(clock.now()).message_age;
  }
  const std::lock_guard lock(peer.feed_mutex);
  if (peer.feed_up == false || age.value_or(clock.now() - started_at) <= link::SessionLimits::degraded_within) return;
  peer.feed_up = false;
  watch.offer(FeedDisconnected{peer.feed, clock.now(), node::FeedState::connecting, "the peer says nothing"});
}

void Links::State::take_tracks(Peer& peer, const std::vector<link::SharedTrack>& tracks) {
  const auto config = options.config();
  std::optional<link::ClockOffset::Estimate> estimate;
  const Time now = clock.now();
  {
    const std::lock_guard lock(peer.mutex);
    estimate = peer.session.status(now).clock;
  }
  const std::lock_guard lock(peer.feed_mutex);
  if (peer.feed_up != true) {
    peer.feed_up = true;
    const node::PeerConfig* from = node::peer_of(*config, peer.party);
    watch.offer(FeedConnected{peer.feed, now, from == nullptr ? std::string("?") : from->url});
  }
  if (tracks.empty()) return;
  std::string lines = node::report_lines(tracks, *config, peer.party, estimate);
  peer.decoder.push(std::string_view(lines), now);
  node::FeedBatch batch = peer.decoder.take();
  const std::size_t reports = batch.observations.size();
  // The peer tells the newest again in a second; nobody waits here.
  if (!watch.offer(FeedBytes{std::move(batch), std::move(lines)})) watch.count_dropped(peer.feed, reports);
}

// What was heard is kept in the order in which the session took it, whichever thread that was.
template <class Message>
Result<link::Session::Received> Links::State::receive(Peer& peer, const Message& message, Time at) {
  const auto config = options.config();
  const std::string_view theirs = node::party_name(peer.party, config->rules.parties), own = node::party_name(config->party, config->rules.parties);
  const std::lock_guard lock(peer.mutex);
  auto got = peer.session.receive(message, at);
  if (!got) return got;
  if (got->new_run) peer.heard = {peer.party, true, {}};
  const auto estimate = peer.session.status(at).clock;
  for (link::SharedAlert& alert : got->alerts) {
    peer.heard.alerts.push_back(node::alert_from_peer(std::move(alert), theirs, own, estimate ? estimate->ahead : Duration(0)));
  }
  return got;
}

void Links::State::pass_on(Peer& peer) {
  const std::lock_guard one_at_a_time(peer.heard_mutex);
  node::HearPeer heard;
  {
    const std::lock_guard lock(peer.mutex);
    heard = std::exchange(peer.heard, {peer.party, false, {}});
  }
  if (heard.alerts.empty() && !heard.anew) return;
  if (watch.apply(heard)) return;
  // An engine that does not answer in time gets it with the next message.
  const std::lock_guard lock(peer.mutex);
  if (peer.heard.anew) return;
  heard.alerts.insert(heard.alerts.end(), peer.heard.alerts.begin(), peer.heard.alerts.end());
  peer.heard = std::move(heard);
}

Links::Links(Watch& watch, NodeClock& clock, Options options) : state_(std::make_unique<State>(watch, clock, std::move(options))) {}
Links::~Links() { stop(); }

void Links::start() {
  State& s = *state_;
  if (s.peers.empty()) return;
  for (const auto& peer : s.peers) {
    asio::co_spawn(s.io, s.run_live(*peer), asio::detached);
    asio::co_spawn(s.io, s.run_notes(*peer, link::Lane::urgent), asio::detached);
    asio::co_spawn(s.io, s.run_notes(*peer, link::Lane::calm), asio::detached);
  }
  s.thread = std::thread([state = state_.get()] {
    name_thread("links");
    const auto work = asio::make_work_guard(state->io);
    state->io.run();
  });
}

void Links::stop() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->io, [state = state_.get()] {
    state->stopping = true;
    state->io.stop();   // ends every wait; the sockets close with their coroutines
  });
  state_->thread.join();
}

void Links::told(const std::vector<node::Event>& events, const node::Picture& picture) {
  State& s = *state_;
  if (s.peers.empty()) return;
  std::shared_ptr<const node::Config> config;
  for (const node::Event& event : events) {
    const auto* alert = std::get_if<Alert>(&event.what);
    if (alert == nullptr) continue;
    if (!config) config = s.options.config();
    for (const auto& peer : s.peers) {
      const node::PeerConfig* to = node::peer_of(*config, peer->party);
      if (to == nullptr) continue;
      bool fresh = false;
      {
        const std::lock_guard lock(peer->mutex);
        fresh = s.tell(*peer, *config, *to, s.sharing(picture, *config, *to).to_peer.policy, *alert);
      }
      if (fresh) s.wake_live(*peer);
    }
  }
}

bool Links::send(PartyId to, link::LineNote note, link::Lane lane, std::string key) {
  State::Peer* const peer = state_->find(to);
  if (peer == nullptr) return false;
  bool taken = false;
  {
    const std::lock_guard lock(peer->mutex);
    taken = peer->session.tell(std::move(note), lane, std::move(key));
  }
  if (taken) state_->wake_notes(*peer, lane);
  return taken;
}

Response Links::live(PartyId from, const std::string& body) {
  State& s = *state_;
  const Time received_at = s.clock.now();
  State::Peer* const peer = s.find(from);
  if (peer == nullptr) return error_response(403, "refused", "This node has no link with your party; it needs a restart.");
  const auto message = link::read_live(body);
  if (!message) return error_response(message.error());
  auto got = s.receive(*peer, *message, received_at);
  if (!got) return error_response(got.error());
  if (!got->greeting) {
    s.take_tracks(*peer, got->tracks);
    s.pass_on(*peer);
  }
  if (s.options.checkpoints) got->answer.checkpoints = s.options.checkpoints();
  got->answer.answered_at = s.clock.now();
  return json_response(link::to_json(got->answer));
}

Response Links::notes(PartyId from, link::Lane lane, const std::string& body) {
  State& s = *state_;
  const Time received_at = s.clock.now();
  State::Peer* const peer = s.find(from);
  if (peer == nullptr) return error_response(403, "refused", "This node has no link with your party; it needs a restart.");
  const auto message = link::read_notes(body, lane);
  if (!message) return error_response(message.error());
  auto got = s.receive(*peer, *message, received_at);
  if (!got) return error_response(got.error());
  // Before what may wait for the watch.
  for (const link::LineNote& note : got->notes) {
    if (s.options.note) s.options.note(from, lane, note);
  }
  s.pass_on(*peer);
  got->answer.answered_at = s.clock.now();
  return json_response(link::to_json(got->answer));
}

std::vector<node::LinkView> Links::status() const {
  const State& s = *state_;
  const auto config = s.options.config();
  const Time now = s.clock.now();
  const auto picture = s.watch.picture();
  std::vector<node::LinkView> all;
  for (const auto& peer : s.peers) {
    const node::PeerConfig* to = node::peer_of(*config, peer->party);
    const std::lock_guard lock(peer->mutex);
    all.push_back({peer->party, to == nullptr ? std::string() : to->url, peer->session.status(now), to == nullptr ? node::SharingBothWays() : s.sharing(*picture, *config, *to)});
  }
  return all;
}

std::vector<PartyId> Links::up() const {
  const Time now = state_->clock.now();
  std::vector<PartyId> up;
  for (const auto& peer : state_->peers) {
    const std::lock_guard lock(peer->mutex);
    if (peer->session.status(now).state == link::LinkState::up) up.push_back(peer->party);
  }
  return up;
}

}  // namespace skypact::server
