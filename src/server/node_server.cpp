#include "server/node_server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/input_file.h"
#include "distress/beacon_trigger.h"
#include "ledger/audit.h"
#include "ledger/checkpoint.h"
#include "ledger/key_file.h"
#include "ledger/note.h"
#include "ledger/random_bytes.h"
#include "ledger/storage.h"
#include "ledger/witness.h"
#include "node/api_names.h"
#include "node/command.h"
#include "node/record.h"
#include "node/rules_files.h"
#include "pact/terms_facts.h"
#include "server/agreed_keys.h"
#include "server/distress_desk.h"
#include "server/feeds.h"
#include "server/ledger_writer.h"
#include "server/line_desk.h"
#include "server/mirrors.h"
#include "server/own_record.h"
#include "server/log.h"
#include "server/node_context.h"
#include "server/notice_views.h"
#include "server/recovery.h"
#include "server/router.h"
#include "server/planned_watch.h"
#include "server/utm_services.h"

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

// What a file holds that is none, or none of this book, is said and does not count.
std::vector<line::PhraseReview> reviews_of(const node::Config& config) {
  std::vector<line::PartyKey> roots;
  if (config.record.root_key) roots.push_back({std::string(node::party_name(config.party, config.rules.parties)), *config.record.root_key});
  for (const node::PeerConfig& peer : config.peers) {
    if (peer.root_key) roots.push_back({std::string(node::party_name(peer.party, config.rules.parties)), *peer.root_key});
  }
  std::vector<line::PhraseReview> reviews;
  for (const std::filesystem::path& file : config.line.reviewed) {
    const auto text = read_bytes(file.string(), line::MessageLimits::note_bytes);
    auto review = text ? line::read_review(*text, line::phrasebook(), roots) : Result<line::PhraseReview>(text.error());
    if (review) reviews.push_back(std::move(*review));
    else log::warn("a review of phrases does not count", {{"file", file.string()}, {"why", review.error().message}});
  }
  return reviews;
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
  // Whether the watch knows what the record says is agreed; a node that makes no pacts has nothing to wait for.
  [[nodiscard]] bool acts_are_known() const {
    const auto c = current_config();
    return !c->record.enabled || !c->record.root_key || agreed_is_told;
  }
  [[nodiscard]] node::PeerConfig as_it_is_now(const node::PeerConfig& peer) const;
  void open_ledgers(const node::Config& c);
  void open_acts(const node::Config& c);
  Result<void> open_witness(const node::Config& c);
  void open_mirrors(const node::Config& c);
  void open_line(const node::Config& c);
  Result<void> open_distress(const node::Config& c);
  [[nodiscard]] line::LineTimers line_timers(std::string_view party) const;
  [[nodiscard]] std::vector<line::Presence::Desk> staffed_desks() const;
  void hear_verdicts(std::string_view origin, std::uint64_t first, std::span<const std::string> entries);
  [[nodiscard]] std::vector<pact::SeenHead> seen() const;
  Result<void> open_link();
  [[nodiscard]] std::vector<link::SeenCheckpoint> checkpoints() const;
  Result<void> open_utm();

  const NodeServerOptions options;
  const Access access;
  // Shared with threads of the ledgers, which may outlive the node on a disk that hangs.
  const std::shared_ptr<NodeClock> shared_clock = std::make_shared<NodeClock>();
  NodeClock& clock = *shared_clock;
  const Time started_at;
  mutable std::mutex config_mutex;
  std::shared_ptr<const node::Config> config;
  StaticFiles files;
  Hub hub;
  std::shared_ptr<LedgerWriter> ledger = std::make_shared<LedgerWriter>();   // the record
  std::shared_ptr<LedgerWriter> journal = std::make_shared<LedgerWriter>();
  std::shared_ptr<Waiters> ledger_waiters = std::make_shared<Waiters>();  // the record's thread may outlive us
  std::optional<Mirrors> mirrors;
  std::optional<ledger::FileStorage> witness_storage;
  std::unique_ptr<ledger::Witness> witness;
  std::optional<node::RecordKeeper> record;
  std::optional<ledger::FileStorage> recording_lock;
  std::optional<Recorder> recorder;
  std::optional<Watch> watch;
  std::optional<Links> links;
  std::unique_ptr<People> people;
  std::unique_ptr<NodeContext> context;
  AgreedKeys agreed_keys;
  std::atomic<bool> agreed_is_told{false};
  std::unique_ptr<ActsThread> acts;      // before the router, behind the watch
  std::unique_ptr<DistressDesk> distress;  // likewise; before the line, which tells it
  std::unique_ptr<LineDesk> line;        // likewise
  std::optional<Router> router;
  std::optional<Feeds> feeds;
  std::unique_ptr<HttpServer> http;
  std::unique_ptr<HttpServer> link_http;
  std::unique_ptr<UtmServices> utm;
  std::optional<PlannedWatch> planned;   // behind all that it looks at
  std::atomic<bool> is_open{false};      // acts and line are there, or will never be
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
    s.record = {std::string(to_string(l.state)), l.message, current_config()->record.name, l.verifier_key, l.durable, l.published, l.waiting, l.dropped, {}};
  }
  if (utm) {
    const DssStatus dss = utm->status().dss;
    s.dss = node::NodeStatus::Dss{std::string(to_string(dss.state)), dss.message};
    if (UssDesk* uss = utm->uss()) {
      const UssStatus desk = uss->status();
      s.uss = node::NodeStatus::Uss{std::string(to_string(desk.state)), desk.message, desk.flights, desk.constraints, desk.unsure, desk.notices_waiting, desk.notices_given_up};
    }
  }
  if (mirrors) {
    for (const auto& m : mirrors->status().mirrored) {
      if (m.forked) s.record.forked.push_back(m.origin);
    }
  }
  return s;
}

// Which peers there are stays as the node began; what is known of each does not. One that was taken out meanwhile is as it was.
node::PeerConfig NodeServer::State::as_it_is_now(const node::PeerConfig& peer) const {
  const auto now = current_config();
  const node::PeerConfig* known = node::peer_of(*now, peer.party);
  return known == nullptr ? peer : *known;
}

// Our own record's newest, and those that we hold of others'.
std::vector<link::SeenCheckpoint> NodeServer::State::checkpoints() const {
  std::vector<link::SeenCheckpoint> heads;
  if (ledger->is_on()) {
    const auto text = ledger::files_in(ledger->folder())("checkpoint");
    const auto note = text ? ledger::parse_note(*text) : Result<ledger::Note>(text.error());
    if (const auto own = note ? ledger::parse_checkpoint(note->text) : Result<ledger::Checkpoint>(note.error())) heads.push_back({own->origin, own->size, own->root});
  }
  for (const pact::SeenHead& head : seen()) heads.push_back({head.origin, head.size, head.root});
  return heads;
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
    return agreed_keys.party_of_pin(*current_config(), pin);
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

Result<void> NodeServer::State::open_utm() {
  const auto c = current_config();
  if (!c->utm) return {};
  auto services = UtmServices::start(*c, [clock = shared_clock] { return clock->now(); }, [this](const UserNote& note) { hub.tell(node::plan_note_event_json(note.number, to_string(note.flight), note.text)); });
  if (!services) return std::move(services).error().within("utm");
  utm = std::move(*services);
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

// The journal's root is anchored in the record, at most once a minute.
void NodeServer::State::open_ledgers(const node::Config& c) {
  static constexpr Duration anchor_every = minutes(1);
  std::vector<PeerAddress> peers;
  for (const node::PeerConfig& peer : c.peers) peers.push_back(address_of(peer, c));
  ledger = std::make_shared<LedgerWriter>(LedgerWriterOptions{.folder = c.record.folder,
                                                              .key_file = c.record.key_file,
                                                              .origin = c.record.name,
                                                              .before_signing = ask_mirrors(std::move(peers)),
                                                              .published = [waiters = ledger_waiters](const ledger::Note&) { waiters->wake_all(); }});
  // Entries whose root is durable in the record, by an anchor of this run. An anchor that the record does not take now is not kept
  // for later: the next one says more.
  const auto anchored = std::make_shared<std::atomic<std::uint64_t>>(0);
  const auto anchor = [clock = shared_clock, to = ledger, keeper = *record, anchored, last = Time{}](const ledger::Note& note) mutable {
    const Time now = clock->now();
    const auto head = ledger::parse_checkpoint(note.text);
    if (!head || now < last + anchor_every) return;
    const auto done = [anchored, size = head->size](const Result<std::uint64_t>& index) {
      if (index) *anchored = size;
    };
    if (to->append(keeper.journal_head(now, *head), done)) last = now;
  };
  journal = std::make_shared<LedgerWriter>(LedgerWriterOptions{
      .folder = c.record.journal_folder,
      .key_file = c.record.journal_key_file,
      .origin = c.record.journal_name,
      .make_key = true,
      .published = anchor,
      .retention = Retention{.keep = c.record.journal_keep, .now = [clock = shared_clock] { return clock->now(); }, .anchored = [anchored] { return anchored->load(); }}});
}

// Pacts are made with those whose root key somebody got by hand.
void NodeServer::State::open_acts(const node::Config& c) {
  if (!c.record.enabled || !c.record.root_key) return;
  const auto id_of = [&](PartyId party) { return c.rules.parties[party.value].id; };
  ActsThreadOptions o;
  o.setup = {.party = id_of(c.party), .origin = c.record.name, .members = {{id_of(c.party), c.record.name, *c.record.root_key}}, .read_terms = pact::read_terms_facts};
  for (const node::PeerConfig& peer : c.peers) {
    if (peer.root_key && peer.record_key) o.setup.members.push_back({id_of(peer.party), peer.record_key->name, *peer.root_key});
  }
  o.clock_offset = [this] {
    Duration greatest{};
    for (const node::LinkView& link : links->status()) {
      if (const auto& clocks = link.status.clock) greatest = std::max(greatest, std::chrono::abs(clocks->ahead) + clocks->bound);
    }
    return greatest;
  };
  o.agreed = [this](const Agreed& agreed) {
    const auto done = watch->apply(node::SetAgreed{agreed});
    if (!done) log::error("what was agreed is not carried out", {{"why", done.error().message}});
    if (done) agreed_is_told = true;
    return done.has_value();
  };
  o.keys = [this](std::vector<node::PartyKeys> keys) { agreed_keys.set(std::move(keys)); };
  o.clearances = [this] { hub.tell("{\"type\":\"clearances_changed\"}"); };
  acts = std::make_unique<ActsThread>(std::move(o), ledger, shared_clock);
}

Result<void> NodeServer::State::open_witness(const node::Config& c) {
  if (!c.witnessing) return {};
  auto key = ledger::read_key_file(c.witnessing->key_file);
  if (!key) return std::move(key).error().within("witnessing");
  if (key->verifier().type != ledger::KeyType::cosignature) return bad_input(c.witnessing->key_file.string() + ": this is no cosigner's key; skypact key generate --type cosigner makes one");
  witness_storage.emplace(c.witnessing->folder);
  if (auto locked = witness_storage->lock(); !locked) return locked;
  auto opened = ledger::Witness::open(*witness_storage, std::move(*key), c.witnessing->logs);
  if (!opened) return std::move(opened).error().within("witnessing: " + c.witnessing->folder.string());
  witness = std::move(*opened);
  return {};
}

void NodeServer::State::open_mirrors(const node::Config& c) {
  if (c.peers.empty() && c.witnesses.empty()) return;
  MirrorsOptions mirroring;
  mirroring.folder = c.data_dir / "mirrors";
  mirroring.cosigner_key_file = c.record.cosigner_key_file;
  for (const node::PeerConfig& peer : c.peers) mirroring.peers.push_back({address_of(peer, c), peer.record_key, peer.cosigner_key});
  for (const node::WitnessConfig& one : c.witnesses) mirroring.witnesses.push_back({one.name, one.url, one.key});
  mirroring.own = ledger.get();
  mirroring.now = [this] { return clock.now(); };
  mirroring.address = [this, peers = c.peers](std::size_t p) { return agreed_keys.address(*current_config(), as_it_is_now(peers[p])); };
  mirroring.cosigners = [this, peers = c.peers](std::size_t p) { return agreed_keys.cosigners(*current_config(), as_it_is_now(peers[p])); };
  if (record) {
    const auto keeper = std::make_shared<const node::RecordKeeper>(*record);
    mirroring.cosigned = [this, keeper](const ledger::Note& checkpoint) { ledger->add(keeper->cosigned(clock.now(), ledger::to_text(checkpoint))); };
    mirroring.forked = [this, keeper](std::string_view origin, const std::string& proof) { ledger->add(keeper->equivocation(clock.now(), origin, proof)); };
  }
  if (acts) {
    mirroring.from = [this](std::string_view origin) { return acts->position(origin); };
    mirroring.take = [this](std::string_view origin, std::uint64_t first, std::span<const std::string> entries) {
      if (!acts->receive(origin, first, entries)) return false;
      hear_verdicts(origin, first, entries);
      return true;
    };
  }
  mirrors.emplace(std::move(mirroring));
}

// As the pact that holds says, or as is usual.
line::LineTimers NodeServer::State::line_timers(std::string_view party) const {
  line::LineTimers timers;
  const auto picture = watch->picture();
  const auto id = node::party_of_name(party, picture->rules->parties);
  if (!id || !picture->agreed) return timers;
  for (const AgreedAnswers& agreed : picture->agreed->answers) {
    const auto side = std::find_if(agreed.sides.begin(), agreed.sides.end(), [&](const AgreedAnswers::Side& s) { return s.party == *id || s.answered_by == *id; });
    if (side == agreed.sides.end()) continue;
    return {agreed.received_within, agreed.answered_within, agreed.stop_climbs_from, agreed.steps};
  }
  return timers;
}

std::vector<line::Presence::Desk> NodeServer::State::staffed_desks() const {
  std::vector<line::Presence::Desk> desks;
  for (const Desk& desk : current_config()->line.desks) desks.push_back({desk.id, desk.name, desk.languages, 0});
  if (desks.empty()) desks.push_back({"duty", std::string(node::party_name(current_config()->party, current_config()->rules.parties)), {"en"}, 0});
  // A node without accounts knows its people by their consoles alone.
  if (!people->has_accounts()) desks.front().officers = static_cast<unsigned>(hub.event_clients());
  for (const std::vector<std::string>& works_at : people->on_watch()) {
    for (line::Presence::Desk& desk : desks) {
      if (works_at.empty() || std::find(works_at.begin(), works_at.end(), desk.id) != works_at.end()) ++desk.officers;
    }
  }
  return desks;
}

void NodeServer::State::open_line(const node::Config& c) {
  LineDeskOptions o;
  const auto name_of = [&](PartyId party) { return std::string(node::party_name(party, c.rules.parties)); };
  for (const node::PeerConfig& peer : c.peers) {
    const bool carries = std::find(c.line.carried_by.begin(), c.line.carried_by.end(), peer.party) != c.line.carried_by.end();
    if (peer.record_key) o.setup.peers.push_back({name_of(peer.party), *peer.record_key, carries});
  }
  if (!c.record.enabled || o.setup.peers.empty()) return;
  o.setup.party = name_of(c.party);
  o.setup.origin = c.record.name;
  o.setup.desks = staffed_desks();
  o.setup.check_every = c.line.check_every;
  o.setup.carries = c.line.carry_for_others;
  o.key_file = c.record.key_file;
  o.gazetteer = &line::bundled_gazetteer();
  o.send = [this](const std::string& party, link::LineNote note, link::Lane lane, std::string key) {
    const auto to = node::party_of_name(party, current_config()->rules.parties);
    return to && links->send(*to, std::move(note), lane, std::move(key));
  };
  o.up = [this] {
    std::set<std::string, std::less<>> up;
    const auto now = current_config();
    for (const PartyId party : links->up()) up.insert(std::string(node::party_name(party, now->rules.parties)));
    return up;
  };
  o.tell = [this](std::string text) { hub.tell(std::move(text)); };
  o.timers = [this](const std::string& party) { return line_timers(party); };
  o.presence = [this] { return staffed_desks(); };
  o.journal = [this](const std::string& type, const std::string& body) { journal->add(record->of_person(clock.now(), type, body)); };
  for (const Zone& zone : watch->picture()->rules->zones) {
    if (zone.id.starts_with(node::notice_zone_prefix)) o.zones_before.zones.push_back(zone);
  }
  o.zones_before.parties = watch->picture()->rules->parties;
  o.zones = [this](const line::NoticeZones& zones) {
    const auto done = watch->apply(node::SetNoticeZones{zones.parties, zones.zones});
    if (!done) log::error("the watch does not have the zones of the notices", {{"why", done.error().message}});
    return done.has_value();
  };
  o.notice = [this, party = o.setup.party](const NoticeSeen& seen) { return notice_json(seen, party, *watch->picture(), acts.get()); };
  o.changed = [this](const line::MessageState& message) { distress->hear_line(message); };
  auto started = LineDesk::start(std::move(o), ledger, shared_clock);
  if (!started) {
    // The watch goes on; what is wrong with the key the record says too.
    log::error("there is no duty line", {{"why", started.error().message}});
    return;
  }
  line = std::move(*started);
}

// Without a record it works too, and knows nothing after a restart.
Result<void> NodeServer::State::open_distress(const node::Config& c) {
  DistressDeskOptions o;
  const auto name_of = [&](PartyId party) { return std::string(node::party_name(party, c.rules.parties)); };
  o.party = name_of(c.party);
  o.vanished = c.distress.vanished;
  o.release_own = c.distress.release_own;
  if (!c.distress.search_regions.empty()) {
    auto regions = std::make_shared<distress::SearchRegions>();
    for (const std::filesystem::path& file : c.distress.search_regions) {
      const auto text = read_whole(file.string(), distress::SearchRegionLimits::bytes);
      if (!text) return Error(text.error()).within("distress.search_regions");
      auto read = distress::read_search_regions(*text, file.string());
      if (!read) return std::move(read).error().within("distress.search_regions");
      for (const std::string& note : read->notes) log::warn("search-and-rescue regions", {{"note", note}});
      regions->regions.insert(regions->regions.end(), std::make_move_iterator(read->regions.begin()), std::make_move_iterator(read->regions.end()));
    }
    o.regions = std::move(regions);
  }
  if (c.distress.airfields) {
    const auto text = read_whole(c.distress.airfields->string(), line::GazetteerLimits::bytes);
    if (!text) return Error(text.error()).within("distress.airfields");
    auto read = line::read_places_csv(*text, c.distress.airfields->string());
    if (!read) return std::move(read).error().within("distress.airfields");
    for (const std::string& note : read->notes) log::warn("airfields", {{"note", note}});
    o.airfields = std::make_shared<const line::Gazetteer>(std::move(read->places));
  }
  for (std::size_t i = 0; i < c.feeds.size(); ++i) {
    if (std::holds_alternative<node::FromPeer>(c.feeds[i].transport)) o.shared.insert(SourceId{static_cast<std::uint16_t>(i)});
  }
  o.picture = [this] { return watch->picture(); };
  o.party_of = [this](const Address& address) -> std::pair<std::string, AircraftClass> {
    const auto now = current_config();
    const node::PartyMatch match = node::party_of(*now, address, {});
    if (match.basis != PartyBasis::address) return {};
    return {std::string(node::party_name(match.party, now->rules.parties)), match.aircraft_class.value_or(AircraftClass::unknown)};
  };
  o.arrangements = [this] {
    node::Arrangements held;
    if (is_open && acts) static_cast<void>(acts->look([&](const node::Acts& a) { held = a.arrangements(clock.now()); }));
    return held;
  };
  o.notices = [this] {
    std::vector<line::PartyNotice> all;
    if (!is_open || !line) return all;
    for (NoticeSeen& seen : line->notices(true)) all.push_back({std::move(seen.record.party), std::move(seen.record.notice)});
    return all;
  };
  o.tell = [this](std::string text) { hub.tell(std::move(text)); };
  o.watch = [this](node::Command command) -> Result<void> {
    auto done = watch->apply(std::move(command));
    if (!done) return std::move(done).error();
    return {};
  };
  if (c.record.enabled) {
    for (const node::PeerConfig& peer : c.peers) {
      if (peer.record_key) o.line_parties.push_back(name_of(peer.party));
    }
  }
  if (!o.line_parties.empty()) {
    o.send = [this](line::Draft draft) {
      if (!is_open || !line) return Result<std::string>(Error{ErrorCode::unreachable, "the duty line is not there yet, or the record's key is wrong; the log says which"});
      return line->send(std::move(draft));
    };
    o.up = [this] { return is_open && line ? line->up() : std::set<std::string, std::less<>>(); };
  }
  if (record) {
    o.journal = [this](const std::string& type, const std::string& body) { journal->add(record->of_person(clock.now(), type, body)); };
    o.record = [this](const CaseFact& fact) {
      node::MachineEntries entries = record->distress_case(clock.now(), {fact.number, fact.what, distress::to_string(fact.proposed), fact.declared ? distress::to_string(*fact.declared) : std::string_view(),
                                                                         fact.exercise, fact.open, fact.whole}, ledger::random_bytes<32>());
      journal->add(std::move(*entries.journal));
      ledger->add(std::move(*entries.record));
    };
    o.journal_folder = c.record.journal_folder;
    o.journal_status = [this] { return journal->status(); };
    o.journal_keep = c.record.journal_keep;
  }
  distress = std::make_unique<DistressDesk>(std::move(o), shared_clock);
  return {};
}

// Of another party's record: its verdicts, to be held against our own. Old ones have nothing left to be compared with.
void NodeServer::State::hear_verdicts(std::string_view origin, std::uint64_t first, std::span<const std::string> entries) {
  static constexpr Duration longest_ago = minutes(30);
  const auto c = current_config();
  const auto peer = std::find_if(c->peers.begin(), c->peers.end(), [&](const node::PeerConfig& p) { return p.record_key && p.record_key->name == origin; });
  if (peer == c->peers.end()) return;
  node::HearVerdicts heard;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto verdict = node::read_peer_verdict(c->rules.parties[peer->party.value].id, first + i, entries[i]);
    if (!verdict) log::warn("a peer's verdict cannot be read", {{"record", std::string(origin)}, {"entry", std::to_string(first + i)}, {"why", verdict.error().message}});
    else if (*verdict && (*verdict)->span.to > clock.now() - longest_ago) heard.verdicts.push_back(std::move(**verdict));
  }
  if (heard.verdicts.empty()) return;
  if (const auto done = watch->apply(std::move(heard)); !done) log::warn("a peer's verdicts are not compared", {{"record", std::string(origin)}, {"why", done.error().message}});
}

// What a statement says its signer's node had seen.
std::vector<pact::SeenHead> NodeServer::State::seen() const {
  std::vector<pact::SeenHead> heads;
  if (!mirrors) return heads;
  for (const MirrorStatus::Mirrored& mirrored : mirrors->status().mirrored) {
    const auto mirror = mirrors->mirror(mirrored.origin);
    if (const auto head = mirror ? mirror->checkpoint() : std::nullopt) heads.push_back({head->origin, head->size, head->root});
  }
  std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return a.origin < b.origin; });
  return heads;
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
                               .journal = [&s](const std::string& type, const std::string& body) {
                                 log::info("journal", {{"type", type}, {"body", body}});
                                 if (s.record) s.journal->add(s.record->of_person(s.clock.now(), type, body));
                               }});
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
    s.record.emplace(c.record.name, c.record.journal_name, c.party.value < c.rules.parties.size() ? c.rules.parties[c.party.value].id : "unknown");
    s.open_ledgers(c);
    auto started_entries = s.record->started(s.clock.now(), SKYPACT_VERSION, *engine->picture());
    s.ledger->add(std::move(*started_entries.record));
    s.journal->add(std::move(*started_entries.journal));
    // The recorder's thread may outlive the node, on a disk that hangs.
    stretch = [ledger = s.ledger, keeper = *s.record](Time at, const node::TrafficStretch& told) { ledger->add(keeper.traffic(at, told)); };
  }
  watch_options.told = [&s](const std::vector<node::Event>& events, const node::Picture& picture) {
    if (s.distress) s.distress->hear(events, picture);
    if (s.links) s.links->told(events, picture);   // safety first: the record waits for nothing here, and is not waited for
    for (const node::Event& event : events) {
      if (!s.record) break;
      node::MachineEntries entries = s.record->entries(event, picture, ledger::random_bytes<32>());
      for (std::string& part : entries.evidence) s.journal->add(std::move(part));
      if (entries.journal) s.journal->add(std::move(*entries.journal));
      if (entries.record) s.ledger->add(std::move(*entries.record));
    }
  };
  if (auto witnessing = s.open_witness(c); !witnessing) return witnessing.error();
  s.recorder.emplace(c.recording, sources_of(c, *engine), std::move(stretch));
  s.watch.emplace(std::move(engine), std::move(watch_options), s.clock, *s.recorder, s.hub);
  Links::Options links;
  links.config = [&s] { return s.current_config(); };
  links.pins = [&s](const node::Config& config_now, const node::PeerConfig& peer) { return s.agreed_keys.pins(config_now, peer); };
  links.checkpoints = [&s] { return s.checkpoints(); };
  links.acts_are_known = [&s] { return s.acts_are_known(); };
  links.note = [&s](PartyId from, link::Lane, const link::LineNote& note) {
    if (s.line) s.line->take(std::string(node::party_name(from, s.current_config()->rules.parties)), note);
  };
  s.links.emplace(*s.watch, s.clock, std::move(links));
  if (auto opened = s.open_distress(c); !opened) return opened.error();
  s.watch->start();
  s.open_acts(c);
  s.open_mirrors(c);
  s.open_line(c);
  s.is_open = true;
  s.context.reset(new NodeContext{.watch = *s.watch,
                                .hub = s.hub,
                                .recorder = *s.recorder,
                                .ledger = *s.ledger,
                                .acts = s.acts.get(),
                                .links = *s.links,
                                .line = s.line.get(),
                                .distress = *s.distress,
                                .clock = s.clock,
                                .files = s.files,
                                .access = s.access,
                                .people = *s.people,
                                .config = [&s] { return s.current_config(); },
                                .status = [&s] { return s.status(); },
                                .counts = [&s] { return s.http ? s.http->counts() : HttpCounts{}; },
                                .seen = [&s] { return s.seen(); },
                                .reviews = [&s] { return reviews_of(*s.current_config()); },
                                .utm = [&s] { return s.utm ? std::optional(s.utm->status()) : std::nullopt; },
                                .uss = [&s] { return s.utm ? s.utm->uss() : nullptr; },
                                .report_feed = report_feed});
  s.context->ledger_waiters = s.ledger_waiters.get();
  s.context->mirrors = s.mirrors ? &*s.mirrors : nullptr;
  s.context->witness = s.witness.get();
  s.router.emplace(*s.context);

  if (auto opened = s.open_utm(); !opened) return opened.error();
  s.planned.emplace(PlannedWatchOptions{.acts = s.acts.get(), .uss = s.utm ? s.utm->uss() : nullptr, .publishes_zones = c.uss && c.uss->publishes_zones, .watch = *s.watch});
  std::unique_ptr<NodeServer> node(new NodeServer(std::move(state)));
  s.feeds.emplace(c, *s.watch, s.clock, [&s](const std::string& feed, std::vector<wire::BeaconBurst> bursts) {
    std::vector<distress::Trigger> triggers;
    for (const wire::BeaconBurst& burst : bursts) triggers.push_back(distress::trigger_of(burst, {s.clock.now(), feed, false}));
    s.distress->hear(std::move(triggers));
  });
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
  if (s.mirrors) s.mirrors->start();
  log::info("listening", {{"url", node->url()}, {"feeds", std::to_string(c.feeds.size())}, {"console", std::to_string(s.files.size()) + " files"}});
  return node;
}

std::uint16_t NodeServer::port() const { return state_->http->port(); }

std::string NodeServer::url() const {
  const node::ServerConfig& server = state_->current_config()->server;
  return (server.tls ? "https://" : "http://") + node::to_string(node::HostPort{server.listen.host, port()}) + "/";
}

std::optional<std::uint16_t> NodeServer::link_port() const { return state_->link_http ? std::optional(state_->link_http->port()) : std::nullopt; }

std::optional<std::uint16_t> NodeServer::utm_testing_port() const { return state_->utm ? state_->utm->testing_port() : std::nullopt; }
std::optional<std::uint16_t> NodeServer::utm_port() const { return state_->utm ? std::optional(state_->utm->port()) : std::nullopt; }

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
  needs_restart(read->link.has_value() != before->link.has_value() ||
                    (read->link && before->link && (!(read->link->listen == before->link->listen) || read->link->tls.has_value() != before->link->tls.has_value())),
                "link");
  if (s.link_http) {
    if (auto tls = s.link_http->reload_tls(); !tls) log::error("the link's certificate stays as it was", {{"why", tls.error().message}});
  }
  needs_restart(read->utm != before->utm, "utm");
  needs_restart(read->uss != before->uss, "uss");
  if (s.utm) s.utm->reload();
  if (auto tls = s.http->reload_tls(); !tls) log::error("certificate stays as it was", {{"why", tls.error().message}});
  // What cannot change now keeps its present value, so that what the node says of itself stays true.
  read->feeds = before->feeds;
  read->server = before->server;
  read->recording = before->recording;
  read->record = before->record;
  read->utm = before->utm;
  read->uss = before->uss;
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
  if (s.mirrors) s.mirrors->stop();
  s.planned.reset();
  if (s.links) s.links->stop();
  if (s.utm) s.utm->stop();
  if (s.http) s.http->stop();
  if (s.link_http) s.link_http->stop();
  // Replays end at their next message; a disk that hangs under one is left alone with it after a while.
  for (int i = 0; s.context && s.context->replays > 0 && i < 100; ++i) std::this_thread::sleep_for(milliseconds(20));
  if (s.distress) s.distress->stop();   // it outlives the watch and the line, which tell it
  s.line.reset();
  s.acts.reset();
  if (s.watch) s.watch->stop();
  log::info("stopped");
}

}  // namespace skypact::server
