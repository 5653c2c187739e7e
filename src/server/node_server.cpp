#include "server/node_server.h"

#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "ledger/audit.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/storage.h"
#include "node/api_names.h"
#include "node/record.h"
#include "node/rules_files.h"
#include "server/feeds.h"
#include "server/ledger_writer.h"
#include "server/log.h"
#include "server/node_context.h"
#include "server/recovery.h"
#include "server/router.h"

namespace skypact::server {
namespace {

std::vector<wire::RecordedSource> sources_of(const node::Config& config, const node::Engine& engine) {
  std::vector<wire::RecordedSource> sources;
  for (std::size_t i = 0; i < config.feeds.size(); ++i) {
    sources.push_back({SourceId{static_cast<std::uint16_t>(i)}, config.feeds[i].name, std::string(node::to_string(config.feeds[i].format))});
  }
  sources.push_back({engine.report_feed(), "api", "report"});
  return sources;
}

// Says what the files hold beyond zones.
Result<void> load_zone_files(node::Config& config) {
  const auto notes = node::read_zone_files(config);
  if (!notes) return notes.error();
  for (const std::string& note : *notes) log::warn("zones", {{"note", note}});
  return {};
}

}  // namespace

struct NodeServer::State {
  State(node::Config c, const NodeServerOptions& o, Access a)
      : options(o), access(std::move(a)), started_at(clock.now()), config(std::make_shared<const node::Config>(std::move(c))),
        hub([this](const node::Picture& picture) { return node::hello_event_json(status(), *current_config(), picture); }) {}

  [[nodiscard]] std::shared_ptr<const node::Config> current_config() const {
    const std::lock_guard lock(config_mutex);
    return config;
  }
  [[nodiscard]] node::NodeStatus status() const;
  Result<void> load_console();
  Result<void> open_link();
  [[nodiscard]] std::vector<link::SeenCheckpoint> checkpoints() const;

  const NodeServerOptions options;
  const Access access;
  NodeClock clock;
  const Time started_at;
  mutable std::mutex config_mutex;
  std::shared_ptr<const node::Config> config;
  StaticFiles files;
  Hub hub;
  std::shared_ptr<LedgerWriter> ledger = std::make_shared<LedgerWriter>();
  std::optional<node::RecordKeeper> record;
  std::optional<ledger::FileStorage> recording_lock;
  std::optional<Recorder> recorder;
  std::optional<Watch> watch;
  std::optional<Links> links;
  std::unique_ptr<NodeContext> context;
  std::optional<Router> router;
  std::optional<Feeds> feeds;
  std::unique_ptr<HttpServer> http;
  std::unique_ptr<HttpServer> link_http;
  bool stopped = false;
};

node::NodeStatus NodeServer::State::status() const {
  node::NodeStatus s;
  s.version = SKYPACT_VERSION;
  s.started_at = started_at;
  s.demo = options.demo;
  if (watch) s.last_tick = watch->status().last_tick;
  s.tick_period = options.tick_period;
  if (recorder) {
    const Recorder::Status r = recorder->status();
    s.recording = r.state;
    s.recording_message = r.message;
    s.recording_bytes = r.bytes;
  }
  if (ledger->is_on()) {
    const LedgerWriter::Status l = ledger->status();
    s.record = {std::string(to_string(l.state)), l.message, current_config()->record.name, l.verifier_key, l.durable, l.published, l.waiting, l.dropped};
  }
  return s;
}

// The newest of our own record.
std::vector<link::SeenCheckpoint> NodeServer::State::checkpoints() const {
  if (!ledger->is_on()) return {};
  const auto text = ledger::files_in(ledger->folder())("checkpoint");
  if (!text) return {};
  const auto note = ledger::parse_note(*text);
  const auto checkpoint = note ? ledger::parse_checkpoint(note->text) : Result<ledger::Checkpoint>(note.error());
  if (!checkpoint) return {};
  return {{checkpoint->origin, checkpoint->size, checkpoint->root}};
}

// Where other parties' nodes reach this one, and where this one begins to reach them.
Result<void> NodeServer::State::open_link() {
  const auto c = current_config();
  if (!c->link) return {};
  HttpServerOptions http_options;
  http_options.host = c->link->listen.host;
  http_options.port = c->link->listen.port;
  if (c->link->tls) {
    http_options.certificate = c->link->tls->certificate.string();
    http_options.key = c->link->tls->key.string();
  }
  http_options.party_of_pin = [this](const ledger::Hash& pin) -> std::optional<PartyId> {
    const auto now = current_config();
    const node::PeerConfig* peer = node::peer_with_pin(*now, pin);
    return peer == nullptr ? std::nullopt : std::optional(peer->party);
  };
  http_options.party_of_name = [this](std::string_view name) -> std::optional<PartyId> {
    const auto now = current_config();
    const auto party = node::party_of_name(name, now->rules.parties);
    return party && node::peer_of(*now, *party) != nullptr ? party : std::nullopt;
  };
  auto server = HttpServer::start(http_options, [this](const Request& request) { return router->answer_link(request); });
  if (!server) return std::move(server).error().within("link");
  link_http = std::move(*server);
  links->start();
  log::info("link listening", {{"port", std::to_string(link_http->port())}, {"peers", std::to_string(c->peers.size())}});
  return {};
}

Result<void> NodeServer::State::load_console() {
  const auto folder = find_console(options.console);
  if (!folder) {
    log::warn("no console", {{"why", "it has not been built; the API works without it"}});
    return {};
  }
  auto loaded = StaticFiles::load(*folder);
  if (!loaded) return loaded.error();
  files = std::move(*loaded);
  return {};
}

NodeServer::NodeServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeServer::~NodeServer() { stop(); }

Result<std::unique_ptr<NodeServer>> NodeServer::start(node::Config config, const NodeServerOptions& options) {
  auto access = Access::make(config.server);
  if (!access) return access.error();
  if (auto zones = load_zone_files(config); !zones) return zones.error();
  auto state = std::make_unique<State>(std::move(config), options, std::move(*access));
  State& s = *state;
  if (auto loaded = s.load_console(); !loaded) return loaded.error();

  const node::Config& c = *s.config;
  if (c.recording.enabled) {
    // Two nodes that record into one folder would each take up the other's sky. A disk that refuses is the recorder's to say.
    s.recording_lock.emplace(c.recording.folder);
    if (auto locked = s.recording_lock->lock(); !locked && locked.error().code == ErrorCode::conflict) return std::move(locked).error();
  }
  node::EngineOptions engine_options;
  engine_options.tick_period = options.tick_period;
  auto engine = std::make_unique<node::Engine>(c, engine_options);
  recover(*engine, c.recording, s.clock.now());
  const SourceId report_feed = engine->report_feed();
  WatchOptions watch_options{options.tick_period};
  Recorder::Stretch stretch;
  if (c.record.enabled) {
    s.record.emplace(c.record.name, c.party.value < c.rules.parties.size() ? c.rules.parties[c.party.value].id : "unknown");
    s.ledger = std::make_shared<LedgerWriter>(LedgerWriterOptions{.folder = c.record.folder, .key_file = c.record.key_file, .origin = c.record.name});
    s.ledger->add(s.record->started(s.clock.now(), SKYPACT_VERSION, *engine->picture()));
    // The recorder's thread may outlive the node, on a disk that hangs.
    stretch = [ledger = s.ledger, keeper = *s.record](Time at, const node::TrafficStretch& told) { ledger->add(keeper.traffic(at, told)); };
  }
  watch_options.told = [&s](const std::vector<node::Event>& events, const node::Picture& picture) {
    if (s.links) s.links->told(events, picture);   // safety first: the record waits for nothing here, and is not waited for
    for (const node::Event& event : events) {
      if (!s.record) break;
      if (auto entry = s.record->entry(event, picture)) s.ledger->add(std::move(*entry));
    }
  };
  s.recorder.emplace(c.recording, sources_of(c, *engine), std::move(stretch));
  s.watch.emplace(std::move(engine), std::move(watch_options), s.clock, *s.recorder, s.hub);
  s.links.emplace(*s.watch, s.clock, Links::Options{.config = [&s] { return s.current_config(); }, .checkpoints = [&s] { return s.checkpoints(); }, .urgent = {}});
  s.watch->start();
  s.context.reset(new NodeContext{.watch = *s.watch,
                                .hub = s.hub,
                                .recorder = *s.recorder,
                                .ledger = *s.ledger,
                                .links = *s.links,
                                .clock = s.clock,
                                .files = s.files,
                                .access = s.access,
                                .config = [&s] { return s.current_config(); },
                                .status = [&s] { return s.status(); },
                                .counts = [&s] { return s.http ? s.http->counts() : HttpCounts{}; },
                                .report_feed = report_feed});
  s.router.emplace(*s.context);

  std::unique_ptr<NodeServer> node(new NodeServer(std::move(state)));
  s.feeds.emplace(c, *s.watch, s.clock);
  if (auto started = s.feeds->start(); !started) return started.error();
  HttpServerOptions http;
  http.host = c.server.listen.host;
  http.port = c.server.listen.port;
  if (c.server.tls) {
    http.certificate = c.server.tls->certificate.string();
    http.key = c.server.tls->key.string();
  }
  auto server = HttpServer::start(http, [&s](const Request& request) { return s.router->answer(request); });
  if (!server) return server.error();
  s.http = std::move(*server);
  if (auto opened = s.open_link(); !opened) return opened.error();
  log::info("listening", {{"url", node->url()}, {"feeds", std::to_string(c.feeds.size())}, {"console", std::to_string(s.files.size()) + " files"}});
  return node;
}

std::uint16_t NodeServer::port() const { return state_->http->port(); }

std::string NodeServer::url() const {
  const node::ServerConfig& server = state_->current_config()->server;
  return (server.tls ? "https://" : "http://") + node::to_string(node::HostPort{server.listen.host, port()}) + "/";
}

std::optional<std::uint16_t> NodeServer::link_port() const { return state_->link_http ? std::optional(state_->link_http->port()) : std::nullopt; }

std::vector<std::uint16_t> NodeServer::feed_ports() const { return state_->feeds->ports(); }

Result<void> NodeServer::reload() {
  State& s = *state_;
  const auto before = s.current_config();
  auto read = node::read_config(before->file);
  if (!read) return read.error();
  if (auto zones = load_zone_files(*read); !zones) return zones.error();
  std::string stays;
  const auto needs_restart = [&](bool changed, const char* what) {
    if (changed) stays += (stays.empty() ? "" : ", ") + std::string(what);
  };
  needs_restart(read->feeds != before->feeds, "feeds");
  needs_restart(!(read->server.listen == before->server.listen) || read->server.tls.has_value() != before->server.tls.has_value() ||
                    read->server.token_file != before->server.token_file,
                "server");
  needs_restart(read->recording.folder != before->recording.folder || read->recording.enabled != before->recording.enabled, "recording");
  needs_restart(read->record != before->record, "record");
  needs_restart(read->link.has_value() != before->link.has_value() ||
                    (read->link && before->link && (!(read->link->listen == before->link->listen) || read->link->tls.has_value() != before->link->tls.has_value())),
                "link");
  if (s.link_http) {
    if (auto tls = s.link_http->reload_tls(); !tls) log::error("the link's certificate stays as it was", {{"why", tls.error().message}});
  }
  if (auto tls = s.http->reload_tls(); !tls) log::error("certificate stays as it was", {{"why", tls.error().message}});
  // What cannot change now keeps its present value, so that what the node says of itself stays true.
  read->feeds = before->feeds;
  read->server = before->server;
  read->recording = before->recording;
  read->record = before->record;
  read->link = before->link;   // pins, addresses and what is shared of [[peer]] change; which peers there are, are feeds
  s.watch->with_engine([&](node::Engine& engine, Time now) { return engine.reload(*read, now); });
  {
    const std::lock_guard lock(s.config_mutex);
    s.config = std::make_shared<const node::Config>(std::move(*read));
  }
  log::info("configuration reloaded", {{"file", before->file.string()}});
  if (!stays.empty()) log::warn("needs a restart to change", {{"what", stays}});
  return {};
}

void NodeServer::stop() {
  if (!state_ || state_->stopped) return;
  State& s = *state_;
  s.stopped = true;
  if (s.context) s.context->stopping = true;
  if (s.feeds) s.feeds->stop();
  if (s.links) s.links->stop();
  if (s.http) s.http->stop();
  if (s.link_http) s.link_http->stop();
  // Replays end at their next message; a disk that hangs under one is left alone with it after a while.
  for (int i = 0; s.context && s.context->replays > 0 && i < 100; ++i) std::this_thread::sleep_for(milliseconds(20));
  if (s.watch) s.watch->stop();
  log::info("stopped");
}

}  // namespace skypact::server
