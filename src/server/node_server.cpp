#include "server/node_server.h"

#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "ledger/storage.h"
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
  std::unique_ptr<People> people;
  std::unique_ptr<NodeContext> context;
  std::optional<Router> router;
  std::optional<Feeds> feeds;
  std::unique_ptr<HttpServer> http;
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
  auto people = People::start({.data_dir = c.data_dir,
                               .issuer = c.name,
                               .token_roles = c.server.token_roles,
                               .cost = {},
                               .now = [&s] { return s.clock.now(); },
                               .journal = [](const std::string& type, const std::string& body) { log::info("journal", {{"type", type}, {"body", body}}); }});
  if (!people) return people.error();
  s.people = std::move(*people);
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
    watch_options.told = [&s](const std::vector<node::Event>& events, const node::Picture& picture) {
      for (const node::Event& event : events) {
        if (auto entry = s.record->entry(event, picture)) s.ledger->add(std::move(*entry));
      }
    };
    // The recorder's thread may outlive the node, on a disk that hangs.
    stretch = [ledger = s.ledger, keeper = *s.record](Time at, const node::TrafficStretch& told) { ledger->add(keeper.traffic(at, told)); };
  }
  s.recorder.emplace(c.recording, sources_of(c, *engine), std::move(stretch));
  s.watch.emplace(std::move(engine), std::move(watch_options), s.clock, *s.recorder, s.hub);
  s.watch->start();
  s.context.reset(new NodeContext{.watch = *s.watch,
                                .hub = s.hub,
                                .recorder = *s.recorder,
                                .ledger = *s.ledger,
                                .clock = s.clock,
                                .files = s.files,
                                .access = s.access,
                                .people = *s.people,
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
  log::info("listening", {{"url", node->url()}, {"feeds", std::to_string(c.feeds.size())}, {"console", std::to_string(s.files.size()) + " files"}});
  return node;
}

std::uint16_t NodeServer::port() const { return state_->http->port(); }

std::string NodeServer::url() const {
  const node::ServerConfig& server = state_->current_config()->server;
  return (server.tls ? "https://" : "http://") + node::to_string(node::HostPort{server.listen.host, port()}) + "/";
}

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
                    read->server.token_file != before->server.token_file || read->server.token_roles != before->server.token_roles,
                "server");
  needs_restart(read->recording.folder != before->recording.folder || read->recording.enabled != before->recording.enabled, "recording");
  needs_restart(read->record != before->record, "record");
  if (auto tls = s.http->reload_tls(); !tls) log::error("certificate stays as it was", {{"why", tls.error().message}});
  // What cannot change now keeps its present value, so that what the node says of itself stays true.
  read->feeds = before->feeds;
  read->server = before->server;
  read->recording = before->recording;
  read->record = before->record;
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
  if (s.http) s.http->stop();
  // Replays end at their next message; a disk that hangs under one is left alone with it after a while.
  for (int i = 0; s.context && s.context->replays > 0 && i < 100; ++i) std::this_thread::sleep_for(milliseconds(20));
  if (s.watch) s.watch->stop();
  log::info("stopped");
}

}  // namespace skypact::server
