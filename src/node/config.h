#pragma once
// Config: what skypact.toml says, checked and in our own types. Nothing is read later: what is refused is
// refused at start, with every error of the file at once.
//
//     auto config = node::read_config("skypact.toml");
//     if (!config) return fail("serve", config.error());   // one line per error: "skypact.toml:12: feed[2].format: …"
//
// config/skypact.example.toml shows every key with its meaning and default. Relative paths in the file
// are relative to the file's folder; here they are ready to open. A plain value; for any thread.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "accounts/role.h"
#include "airspace/agreed.h"
#include "airspace/identity.h"
#include "airspace/rules.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "ledger/hash.h"
#include "ledger/key.h"
#include "link/sharing.h"
#include "wire/mode_s_clock.h"

namespace skypact::node {

struct ConfigLimits {
  static constexpr std::size_t bytes = std::size_t{4} << 20;
  static constexpr std::size_t feeds = 256;
  static constexpr std::size_t parties = 64;
  static constexpr std::size_t addresses_per_party = 10'000;
  static constexpr std::size_t callsigns_per_party = 1'000;
  static constexpr std::size_t minima_clauses = 1'000;
  static constexpr std::size_t zones = 10'000;       // in the file itself
  static constexpr std::size_t zone_files = 100;
  static constexpr std::size_t groups = 1'000;
  static constexpr std::size_t group_members = 50;
  static constexpr std::size_t inhibitions = 1'000;
  static constexpr std::size_t ring_vertices = 1'000;
  static constexpr std::size_t peers = 16;
  static constexpr std::size_t desks = 16;
  static constexpr std::size_t pins_per_peer = 8;
  static constexpr std::size_t witnesses = 16;
  static constexpr std::size_t search_region_files = 32;
  static constexpr std::size_t witnessed_logs = 64;
  static constexpr std::size_t errors_shown = 50;
};

enum class FeedFormat : std::uint8_t { beast, avr, sbs, aircraft_json, report, beacon };
// "beast", "avr", "sbs", "aircraft-json", "report", "beacon".
[[nodiscard]] std::string_view to_string(FeedFormat format);
[[nodiscard]] std::optional<FeedFormat> feed_format(std::string_view name);

// "12mhz", "gps", "none".
[[nodiscard]] std::string_view to_string(wire::TimestampFormat format);
[[nodiscard]] std::optional<wire::TimestampFormat> timestamp_format(std::string_view name);

struct HostPort {
  std::string host;  // a name or an address; an IPv6 address without its brackets
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};
// "receiver.local:30005", "127.0.0.1:8480", "[::1]:8480".
Result<HostPort> parse_host_port(std::string_view text);
[[nodiscard]] std::string to_string(const HostPort& address);
// The host of "https://host:port/path"; empty where there is none.
[[nodiscard]] std::string_view host_of(std::string_view url);
// 127.0.0.0/8, ::1 or "localhost": nobody outside this machine reaches it.
[[nodiscard]] bool is_loopback(std::string_view host);

// How a feed's bytes come in.
struct ConnectTo {
  HostPort peer;
  friend bool operator==(const ConnectTo&, const ConnectTo&) = default;
};
struct ListenOn {
  HostPort address;
  unsigned max_connections = 8;
  friend bool operator==(const ListenOn&, const ListenOn&) = default;
};
struct Poll {
  std::string url;  // http:// or https://
  Duration interval = seconds(1);
  friend bool operator==(const Poll&, const Poll&) = default;
};
struct ReadFile {
  std::filesystem::path path;  // a regular file, .gz too, or a named pipe
  friend bool operator==(const ReadFile&, const ReadFile&) = default;
};
// What another party's node shares over the link, as reports. The configuration adds one for each [[peer]], behind the
// feeds of the file.
struct FromPeer {
  PartyId party;
  friend bool operator==(const FromPeer&, const FromPeer&) = default;
};
using Transport = std::variant<ConnectTo, ListenOn, Poll, ReadFile, FromPeer>;
// "connect 127.0.0.1:30005", "listen 0.0.0.0:30004", "poll http://…": for the log and the feed list.
[[nodiscard]] std::string to_string(const Transport& transport);

struct FeedConfig {
  std::string name;                        // unique; SourceId{i} is feeds[i]
  FeedFormat format = FeedFormat::beast;
  Transport transport;
  std::optional<geo::Position> receiver;   // where the antenna stands: reference for local CPR decoding
  std::optional<PartyId> party;            // whose aircraft this feed reports (PartyBasis::feed)
  Duration silent_after = seconds(30);     // without a message for this long the feed is an alert
  wire::TimestampFormat timestamps = wire::TimestampFormat::mhz12;  // of Beast and AVR
  friend bool operator==(const FeedConfig&, const FeedConfig&) = default;
};

// How aircraft are known to be a party's. Index i belongs to Rules::parties[i + 1].
struct AddressRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // inclusive
};
struct PartyAircraft {
  std::vector<AddressRange> addresses;     // ICAO 24-bit, ordered, not overlapping with any party's
  std::vector<std::string> callsigns;      // prefixes, upper case; a claim that never lowers minima
  std::optional<AircraftClass> aircraft_class;  // of the aircraft with these addresses
};

struct Tls {
  std::filesystem::path certificate;       // PEM, the chain
  std::filesystem::path key;               // PEM
  friend bool operator==(const Tls&, const Tls&) = default;
};

struct ServerConfig {
  HostPort listen{"127.0.0.1", 8480};
  std::optional<Tls> tls;
  std::optional<std::filesystem::path> token_file;  // its first line is the bearer token
  std::optional<accounts::Roles> token_roles;       // what a program with the token may do, once there are accounts
};

struct RecordingConfig {
  bool enabled = true;
  std::filesystem::path folder;                         // default: data_dir/recording
  std::uint64_t max_size_bytes = std::uint64_t{2} << 30;  // of all segments
  Duration max_age = std::chrono::hours(24);
  std::uint64_t segment_size_bytes = std::uint64_t{64} << 20;
  Duration segment_age = minutes(10);
};

// The node's record, which others may read, and its journal, which they may not: logs signed by keys of the node's own.
struct RecordConfig {
  bool enabled = false;
  std::string name;                                     // of the log, for all time: "north.example/record"
  std::filesystem::path key_file;                       // of a private key with that name
  std::filesystem::path folder;                         // default: data_dir/record
  std::optional<ledger::VerifierKey> root_key;          // 0x01, of the own party. Without it no pacts
  std::string journal_name;                             // "north.example/record.journal"
  std::filesystem::path journal_key_file;               // data_dir/journal.key; the node makes it
  std::filesystem::path journal_folder;                 // data_dir/journal
  Duration journal_keep = std::chrono::hours(24 * 366); // older entries of the journal are pruned; never those of the record
  std::filesystem::path cosigner_key_file;              // of a private key of type 4; empty: mirrors are kept and not cosigned
  friend bool operator==(const RecordConfig&, const RecordConfig&) = default;
};

// Where other parties' nodes reach this one. A listener of its own: it serves nobody else.
struct LinkConfig {
  HostPort listen;
  std::optional<Tls> tls;                               // missing only with `development`
  // Plain HTTP, and whoever asks is believed to be whom it says. This machine only.
  bool development = false;
  Duration interval = seconds(1);                       // between messages; a longer one is for narrow lines. What is new of alerts goes at once
};

// The duty line. It needs a record, because its key signs the messages, and speaks with every [[peer]] that has a record_key.
struct LineConfig {
  std::vector<Desk> desks;                              // of the own party; empty: one, "duty"
  Duration check_every{};                               // line checks with each peer; 0: none
  bool carry_for_others = true;                         // their notes for each other, where they do not reach each other
  std::vector<PartyId> carried_by;                      // through whose nodes the own notes may travel
  std::vector<std::filesystem::path> reviewed;          // signed notes that the phrases of a language were read; they exist
  // A relay for calls between consoles that do not reach each other; told to who may speak, and to nobody else.
  struct Turn {
    std::string url, user;                              // "turn:relay.example:3478"
    std::filesystem::path credential_file;              // its first line
  };
  std::optional<Turn> turn;
};

// The distress desk. It works without this section.
struct DistressConfig {
  std::vector<std::filesystem::path> search_regions;    // GeoJSON (docs/formats/search-regions.md); they exist
  std::optional<std::filesystem::path> airfields;       // CSV (docs/formats/gazetteer.md); else the bundled list
  bool vanished = true;                                 // tracks that end in flight are evidence (node/distress_triggers.h)
  bool release_own = false;                             // the exact positions of the own party's state aircraft are told at once
  friend bool operator==(const DistressConfig&, const DistressConfig&) = default;
};

// Another party's node. It is whom it says it is when the public key of its TLS certificate is one of the pins.
struct PeerConfig {
  PartyId party = unknown_party;
  std::string url;                                      // of its [link] listen, without a slash at the end
  std::vector<ledger::Hash> pins;                       // SHA-256 of the SubjectPublicKeyInfo (RFC 7469 §2.4); during a change of keys two
  std::optional<ledger::VerifierKey> root_key;          // 0x01. Without it no pact with this party is accepted
  std::optional<ledger::VerifierKey> record_key;        // 0x01; its name is the record's. Without it the record is not mirrored
  std::optional<ledger::VerifierKey> cosigner_key;      // 0x04. Without it its cosignatures count for nothing
  link::SharingPolicy share;                            // what it may know where no pact is in force between the two
};

// Who cosigns the record's checkpoints beside the peers.
struct WitnessConfig {
  std::string name;
  std::string url;                                      // where /add-checkpoint is, without a slash at the end
  ledger::VerifierKey key;                              // 0x04
};

// Whose checkpoints this node cosigns without holding their entries, for whoever asks (C2SP tlog-witness).
struct WitnessingConfig {
  std::filesystem::path key_file;                       // of a private key of type 4, not the record's cosigner key
  std::filesystem::path folder;                         // default: data_dir/witness
  std::vector<ledger::VerifierKey> logs;                // none that a peer's record_key mirrors
  friend bool operator==(const WitnessingConfig&, const WitnessingConfig&) = default;
};

// The services of ASTM F3548-21 for USSs, on a listener of its own: who asks there shows a token of an authorization server.
struct UtmConfig {
  enum class Conflicts : std::uint8_t { exact, by_cells };

  HostPort listen;
  std::optional<Tls> tls;                               // missing only on this machine's own addresses
  std::vector<std::string> audiences;                   // that a token may be for; one at least
  std::vector<std::filesystem::path> token_keys;        // PEM files; they exist
  std::string jwks;                                     // URL of a key set; empty: none
  std::filesystem::path folder;                         // default: data_dir/dss
  std::string locality;                                 // of this instance; default: the node's name
  Conflicts conflicts = Conflicts::exact;
  bool http_urls = false;                               // base URLs of USSs may be plain http: development
  double area_km2 = 2'500, constraint_area_km2 = 10'000;
  friend bool operator==(const UtmConfig&, const UtmConfig&) = default;
};

// This node as a USS: it plans flights by a DSS, which may be its own, and answers peers on the listener of UtmConfig.
struct UssConfig {
  std::string manager;                                  // who it is for the DSS and for peers: "sub" of its tokens
  std::string base_url;                                 // where peers reach the listener
  std::string dss;                                      // URL, without /dss/v1
  std::filesystem::path signing_key;                    // of its tokens; empty: an authorization server gives them
  std::string token_url;
  std::filesystem::path client_secret;                  // file; empty: the server asks for none
  bool same_priority_may_conflict = false;
  bool constraints = true;                              // are processed
  bool publishes_zones = false;                         // of agreements and notices, as constraints of its own
  std::filesystem::path folder;                         // default: data_dir/uss
  std::chrono::days log_kept{45};                       // what is logged of exchanges and plans (docs/formats/uss-log.md)
  std::uint64_t log_max_bytes = 4'000'000'000;   // of it; the oldest goes first
  std::optional<HostPort> test_interface;               // where outside test directors plan flights; none: nowhere. TLS as UtmConfig's
  friend bool operator==(const UssConfig&, const UssConfig&) = default;
};

struct Config {
  std::filesystem::path file;
  std::string name = "skypact";             // of the node
  PartyId party = unknown_party;            // whose node this is
  std::filesystem::path data_dir = "data";
  std::optional<geo::Position> site;        // the console's first view and the default receiver position
  ServerConfig server;
  std::vector<FeedConfig> feeds;
  std::vector<PartyAircraft> aircraft;      // one per party after the unknown one
  Rules rules;                              // parties, minima, zones of the file itself, groups, inhibitions, altimetry
  std::vector<std::filesystem::path> zone_files;  // .geojson/.json, .kml, .txt/.openair; they exist
  std::optional<Height> transition_altitude;      // above mean sea level; the console writes levels as FL above it
  RecordingConfig recording;
  RecordConfig record;
  std::optional<LinkConfig> link;
  LineConfig line;
  DistressConfig distress;
  std::vector<PeerConfig> peers;            // one at most for each party
  std::vector<WitnessConfig> witnesses;
  std::optional<WitnessingConfig> witnessing;
  std::optional<UtmConfig> utm;
  std::optional<UssConfig> uss;             // needs utm
};

// nullptr where there is none.
[[nodiscard]] const PeerConfig* peer_with_pin(const Config& config, const ledger::Hash& pin);
[[nodiscard]] const PeerConfig* peer_of(const Config& config, PartyId party);

// Error: bad_input (not_found where the file cannot be opened); its message has one line for each error.
Result<Config> read_config(const std::filesystem::path& file);
// The same from text; `file` is the name in errors and gives the folder that paths are relative to.
Result<Config> parse_config(std::string_view text, const std::filesystem::path& file);

// The party that an ICAO address belongs to by the ranges, else the one whose callsign prefix is the longest
// that fits; and the class stated for these addresses.
struct PartyMatch {
  PartyId party = unknown_party;
  PartyBasis basis = PartyBasis::none;
  std::optional<AircraftClass> aircraft_class;
};
[[nodiscard]] PartyMatch party_of(const Config& config, const Address& address, std::string_view callsign);

// What the node would do, for a person: `skypact config check` prints it.
[[nodiscard]] std::string describe(const Config& config);

}  // namespace skypact::node
