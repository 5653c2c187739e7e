#include "demo_parties.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/text.h"
#include "json/document.h"
#include "json/writer.h"
#include "ledger/key_file.h"
#include "ledger/storage.h"
#include "ledger/tree.h"
#include "loopback.h"
#include "node/config.h"
#include "pact/statement.h"
#include "pact/terms.h"
#include "server/http_client.h"
#include "server/node_server.h"
#include "tls_key.h"

namespace skypact::app {
namespace {

constexpr const char* pact_id = "demo";
constexpr Duration first_answer = minutes(1);     // the second version is proposed so long after the start
constexpr Duration usual_lead = seconds(20);      // from a proposal to its effect
constexpr int most_tries = 4;                     // of a negotiation that a slow machine does not finish in time

Result<void> write_file(const std::filesystem::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  ::chmod(file.c_str(), 0600);
  out << text;
  out.close();
  if (!out) return Error{ErrorCode::unreachable, "cannot write " + file.string()};
  return {};
}

struct Party {
  std::string id, name, badge, language;
  std::filesystem::path folder;
  std::uint16_t link_port = 0;
  ledger::VerifierKey root, record, cosigner;
  std::string pin;
  std::vector<ledger::SigningKey> signatories;
  std::unique_ptr<server::NodeServer> node;
};

// The private half into the folder, the public half for the others.
Result<ledger::VerifierKey> make_key(const Party& party, const std::string& role, ledger::KeyType type) {
  const auto key = ledger::SigningKey::generate(party.id + ".example/" + role, type);
  if (auto written = ledger::write_key_file(party.folder / (role + ".key"), key); !written) return std::move(written).error();
  return key.verifier();
}

// A record of no entries, signed, as `skypact ledger init` makes it: a node does not begin one by itself while nobody can say
// whether there was one before.
Result<void> begin_record(const Party& party) {
  const auto key = ledger::read_key_file(party.folder / "record.key");
  if (!key) return key.error();
  ledger::FileStorage storage(party.folder / "data" / "record");
  if (auto locked = storage.lock(); !locked) return locked;
  auto tree = ledger::Tree::open(storage, *key);
  if (!tree) return std::move(tree).error();
  const auto head = tree->publish();
  return head ? Result<void>() : head.error();
}

Result<void> make_keys(Party& party) {
  auto root = make_key(party, "root", ledger::KeyType::ed25519);
  if (!root) return std::move(root).error();
  auto record = make_key(party, "record", ledger::KeyType::ed25519);
  if (!record) return std::move(record).error();
  auto cosigner = make_key(party, "cosigner", ledger::KeyType::cosignature);
  if (!cosigner) return std::move(cosigner).error();
  party.root = *root, party.record = *record, party.cosigner = *cosigner;
  for (const char* who : {"commander", "chief-of-safety"}) {
    party.signatories.push_back(ledger::SigningKey::generate(party.id + ".example/" + who, ledger::KeyType::ed25519));
  }
  auto tls = make_tls_key("ed25519", {"127.0.0.1"}, 30);
  if (!tls) return std::move(tls).error();
  party.pin = tls->pin;
  if (auto written = write_file(party.folder / "link.key", tls->private_key_pem); !written) return written;
  return write_file(party.folder / "link.crt", tls->certificate_pem);
}

std::string peer_table(const Party& party) {
  return fmt::format("[[peer]]\nparty = \"{}\"\nurl = \"https://127.0.0.1:{}\"\npins = [\"{}\"]\nroot_key = \"{}\"\nrecord_key = \"{}\"\ncosigner_key = \"{}\"\n", party.id,
                     party.link_port, party.pin, to_string(party.root), to_string(party.record), to_string(party.cosigner));
}

std::string configuration_of(const Party& party, const std::vector<Party>& all, const sim::Scenario& scenario, const DemoPartiesOptions& o, std::uint16_t port) {
  std::string text = fmt::format(R"([node]
name = "Demo, {}"
party = "{}"
data_dir = "data"
position = [{:.6f}, {:.6f}]
[server]
listen = "127.0.0.1:{}"
{}
[[feed]]
name = "receiver"
format = "beast"
connect = "127.0.0.1:{}"
position = [{:.6f}, {:.6f}]
[[feed]]
name = "trackers"
format = "report"
connect = "127.0.0.1:{}"
[record]
enabled = true
name = "{}"
key_file = "record.key"
cosigner_key_file = "cosigner.key"
root_key = "{}"
[link]
listen = "127.0.0.1:{}"
certificate = "link.crt"
key = "link.key"
)",
                                 party.name, party.id, scenario.centre.lat_degrees(), scenario.centre.lon_degrees(), port, scenario.configuration, o.receiver,
                                 scenario.centre.lat_degrees(), scenario.centre.lon_degrees(), o.trackers, party.record.name, to_string(party.root), party.link_port);
  for (const Party& other : all) {
    if (other.id != party.id) text += peer_table(other);
  }
  return text;
}

std::string terms_of_party(const Party& party) {
  std::string text = fmt::format(R"([[party]]
id = "{}"
name = "{}"
badge = "{}"
languages = ["{}"]
root_key = "{}"
record_key = "{}"
cosigner_key = "{}"
tls_pins = ["{}"]
quorum = 2
[[party.desk]]
id = "duty"
name = "Duty desk"
languages = ["{}"]
contact = "VHF 130.500 MHz, call sign {} CONTROL"
)",
                                 party.id, party.name, party.badge, party.language, to_string(party.root), to_string(party.record), to_string(party.cosigner), party.pin,
                                 party.language, party.name);
  for (const ledger::SigningKey& key : party.signatories) {
    const std::string id = key.verifier().name.substr(key.verifier().name.find('/') + 1);
    text += fmt::format("[[party.signatory]]\nid = \"{}\"\nname = \"{}, {}\"\nkey = \"{}\"\n", id, party.name, id, to_string(key.verifier()));
  }
  return text;
}

// What the second version changes is the distance between North and South.
std::string terms_text(const std::vector<Party>& all, unsigned version, const std::string& replaces, unsigned miles, Time from) {
  std::string text = fmt::format(R"(format = 1
pact = "{}"
version = {}
{}title = "Demo over an empty sea"
valid = {{ from = {}, to = {} }}
termination_notice = "24h"
[area]
outlines = [[[37.0, 25.0], [37.0, 34.0], [31.0, 34.0], [31.0, 25.0]]]
floor = "surface"
ceiling = "unlimited"
)",
                                 pact_id, version, replaces.empty() ? "" : "supersedes = \"" + replaces + "\"\n", to_rfc3339(from), to_rfc3339(from + std::chrono::hours(24 * 365)));
  for (const Party& party : all) text += terms_of_party(party);
  text += fmt::format(R"([minima]
horizontal = "3nm"
vertical = "1000ft"
level_tolerance = "200ft"
[[minima.clause]]
id = "north-south"
parties = ["north", "south"]
horizontal = "{}nm"
vertical = "1000ft"
[[frequency]]
id = "guard"
use = "guard"
channel = "121.5MHz"
call_sign = "GUARD"
remark = "every crew listens"
[escalation]
received_within = "30s"
answered_within = "60s"
escalated_within = "120s"
stop_climbs_from = "15s"
step = [{{ after = "75s", call = "the other desk by VHF" }}, {{ after = "120s", call = "the watch commander of the day" }}]
)",
                      miles);
  for (const Party& giver : all) {
    for (const Party& receiver : all) {
      if (giver.id == receiver.id) continue;
      text += fmt::format(R"([[sharing]]
id = "{0}-{1}"
from = "{0}"
to = "{1}"
when = "near_conflict"
fields = ["position", "altitude", "velocity", "vertical_rate", "address", "callsign", "party", "aircraft_class", "accuracy"]
near = "20nm"
)",
                          giver.id, receiver.id);
    }
  }
  return text;
}

}  // namespace

struct DemoParties::State {
  DemoPartiesOptions options;
  std::vector<Party> parties;              // North, South, Relief
  std::atomic<bool> stopping{false};
  std::thread negotiation;

  void say(const std::string& line) const {
    if (options.say) options.say(line);
  }
  // False when it is time to stop.
  [[nodiscard]] bool wait(Duration time) const {
    for (const Duration end = monotonic_now() + time; monotonic_now() < end;) {
      if (stopping) return false;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return !stopping;
  }

  [[nodiscard]] std::string url(const Party& party, const std::string& path) const {
    std::string url = party.node->url();
    url.pop_back();
    return url + path;
  }
  // The state of these terms at a node; empty where it does not have them.
  [[nodiscard]] std::string state_at(const Party& party, const std::string& terms) const {
    server::ClientRequest question;
    question.url = url(party, "/api/v1/pact");
    const auto answer = server::fetch(question);
    if (!answer || answer->status != 200) return {};
    const auto document = json::parse(answer->body, {.bytes = std::size_t{1} << 24});
    if (!document) return {};
    for (const json::Value version : document->root()["versions"].elements()) {
      if (version["terms"].as_string() == terms) return std::string(version["state"].as_string().value_or(""));
    }
    return {};
  }
  // Until the node says one of these; false: it lapsed, or it is time to stop.
  [[nodiscard]] bool until(const Party& party, const std::string& terms, std::initializer_list<std::string_view> wanted) const {
    for (;;) {
      const std::string state = state_at(party, terms);
      if (std::find(wanted.begin(), wanted.end(), state) != wanted.end()) return true;
      if (state == "lapsed" || !wait(milliseconds(200))) return false;
    }
  }

  bool state_one(const Party& party, pact::StatementBody body, unsigned signatures, const std::string& terms = {}) const;
  // The hash of terms that are signed by all; empty where that did not come about.
  [[nodiscard]] std::string negotiate(unsigned version, const std::string& replaces, unsigned miles);
  void run();
};

bool DemoParties::State::state_one(const Party& party, pact::StatementBody body, unsigned signatures, const std::string& terms) const {
  const Time now = std::chrono::time_point_cast<Duration>(std::chrono::floor<milliseconds>(system_now()));
  ledger::Note note{pact::to_text({.at = now, .pact = pact_id, .party = party.id, .body = std::move(body)}), {}};
  for (unsigned i = 0; i < signatures; ++i) note.signatures.push_back(ledger::sign(note.text, party.signatories[i]));
  server::ClientRequest request;
  request.url = url(party, "/api/v1/pact/statements");
  request.method = "POST";
  json::Writer out(request.body);
  out.begin_object();
  out.field("note", ledger::to_text(note));
  if (!terms.empty()) out.field("terms", terms);
  out.end_object();
  // A node that has just been started reads its record first.
  for (int i = 0; i < 100; ++i) {
    const auto answer = server::fetch(request);
    if (answer && answer->status == 201) return true;
    if (answer && answer->status != 503) {
      say(party.name + "'s node refuses: " + answer->body);
      return false;
    }
    if (!wait(milliseconds(200))) return false;
  }
  return false;
}

std::string DemoParties::State::negotiate(unsigned version, const std::string& replaces, unsigned miles) {
  Party& north = parties[0];
  Duration lead = usual_lead;
  for (int i = 0; i < most_tries && !stopping; ++i, lead *= 2) {
    const Time from = std::chrono::time_point_cast<Duration>(std::chrono::floor<seconds>(system_now() + lead));
    const auto terms = pact::read_terms_toml(terms_text(parties, version, replaces, miles, from), "demo.toml");
    if (!terms) {
      say("the demo's terms are wrong: " + terms.error().message);
      return {};
    }
    const std::string id = pact::terms_id(*terms);
    const auto agreed = [&] {
      say(fmt::format("North proposes version {}: {} NM between North and South, from {} on", version, miles, to_rfc3339(from).substr(11, 8) + "Z"));
      if (!state_one(north, pact::Proposal{id, from - seconds(1), fmt::format("{} NM between us", miles)}, 1, pact::canonical_json(*terms))) return false;
      for (std::size_t p = 1; p < parties.size(); ++p) {
        if (!until(parties[p], id, {"proposed", "agreed"})) return false;
        if (!state_one(parties[p], pact::Response{id, {}, pact::ClauseAnswer{pact::Answer::accept, {}}}, 1)) return false;
        say(parties[p].name + " accepts");
      }
      for (Party& party : parties) {
        if (!until(party, id, {"agreed"})) return false;
        if (!state_one(party, pact::Signing{id}, 2)) return false;
        say(party.name + " signs, two persons");
      }
      for (Party& party : parties) {
        if (!until(party, id, {"signed", "in_force"})) return false;
      }
      return true;
    };
    if (agreed()) {
      if (!until(north, id, {"in_force"})) return {};
      say(fmt::format("Version {} is in force at all three: {} NM", version, miles));
      return id;
    }
    if (!stopping) say("not signed in time; proposed again");
  }
  return {};
}

void DemoParties::State::run() {
  const Duration began = monotonic_now();
  const std::string first = negotiate(1, {}, 3);
  if (first.empty() || !wait(first_answer - (monotonic_now() - began))) return;
  (void)negotiate(2, first, 5);
}

Result<std::unique_ptr<DemoParties>> DemoParties::start(const sim::Scenario& scenario, DemoPartiesOptions options) {
  auto state = std::make_unique<State>();
  State& s = *state;
  s.options = std::move(options);
  for (const auto& [id, name, badge, language] :
       {std::tuple{"north", "North", "NRTH", "en"}, std::tuple{"south", "South", "STH", "ru"}, std::tuple{"relief", "Relief", "RLF", "fr"}}) {
    Party& party = s.parties.emplace_back();
    party.id = id, party.name = name, party.badge = badge, party.language = language;
    party.folder = s.options.folder / id;
    std::error_code failed;
    std::filesystem::create_directories(party.folder, failed);
    if (failed) return Error{ErrorCode::unreachable, "cannot make " + party.folder.string() + ": " + failed.message()};
    if (auto made = make_keys(party); !made) return std::move(made).error();
    if (auto begun = begin_record(party); !begun) return std::move(begun).error();
    const auto port = free_port();
    if (!port) return port.error();
    party.link_port = *port;
  }
  std::unique_ptr<DemoParties> parties(new DemoParties(std::move(state)));
  for (std::size_t i = 0; i < s.parties.size(); ++i) {
    Party& party = s.parties[i];
    const auto port = static_cast<std::uint16_t>(s.options.port == 0 ? 0 : s.options.port + i);
    auto config = node::parse_config(configuration_of(party, s.parties, scenario, s.options, port), party.folder / "skypact.toml");
    if (!config) return std::move(config).error();
    server::NodeServerOptions how;
    how.demo = true;
    auto node = server::NodeServer::start(std::move(*config), how);
    if (!node) return std::move(node).error().within(party.name);
    party.node = std::move(*node);
  }
  s.negotiation = std::thread([&s] { s.run(); });
  return parties;
}

DemoParties::DemoParties(std::unique_ptr<State> state) : state_(std::move(state)) {}
DemoParties::~DemoParties() { stop(); }

std::vector<DemoParties::Console> DemoParties::consoles() const {
  std::vector<Console> consoles;
  for (const Party& party : state_->parties) consoles.push_back({party.name, party.node->url()});
  return consoles;
}

void DemoParties::stop() {
  state_->stopping = true;
  if (state_->negotiation.joinable()) state_->negotiation.join();
  for (Party& party : state_->parties) {
    if (party.node) party.node->stop();
  }
}

}  // namespace skypact::app
