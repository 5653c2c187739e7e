#include "node/config_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "node/api_names.h"
#include "pact/terms_words.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_key = 400;

std::string in_quotes(std::string_view text) { return quoted(text); }

class LinkReader {
 public:
  LinkReader(const std::filesystem::path& folder, Config& config) : folder_(folder), config_(config) {}

  void read_link(ConfigSection& s) {
    LinkConfig link;
    if (config_.party == unknown_party) s.refuse_at(s.line(), s.path() + ": needs [node] party, because a node speaks for its party");
    if (const auto text = s.text("listen", 1, 300, Need::required)) {
      const auto address = parse_host_port(*text);
      if (!address) s.refuse("listen", address.error().message);
      if (address) link.listen = *address;
    }
    const auto certificate = existing_file(s, "certificate", folder_);
    const auto key = existing_file(s, "key", folder_);
    if (certificate && key) link.tls = Tls{*certificate, *key};
    link.development = s.boolean("development_plain_http").value_or(false);
    if (link.development) {
      if (!link.listen.host.empty() && !is_loopback(link.listen.host)) {
        s.refuse("development_plain_http", "anybody who reaches " + to_string(link.listen) + " could speak for any party; it is for 127.0.0.1 only");
      }
      if (s.has("certificate") || s.has("key")) s.refuse("development_plain_http", "must not be given beside certificate and key");
    } else if (!s.has("certificate") || !s.has("key")) {
      s.refuse_at(s.line(), s.path() + ": needs certificate and key; docs/operations.md says how to make them");
    }
    link.interval = s.duration("interval", seconds(1), minutes(1)).value_or(link.interval);
    s.finish();
    config_.link = std::move(link);
  }

  void read_peer(ConfigSection& s) {
    PeerConfig peer;
    if (const auto id = s.text("party", 1, 24, Need::required)) {
      const auto party = party_of_name(*id, config_.rules.parties);
      if (!party || *party == unknown_party) {
        s.refuse("party", in_quotes(*id) + " is not one of the [[party]] tables");
      } else if (*party == config_.party) {
        s.refuse("party", in_quotes(*id) + " is this node's own party");
      } else if (peer_of(config_, *party) != nullptr) {
        s.refuse("party", in_quotes(*id) + " has a peer already; a party runs one node");
      } else {
        peer.party = *party;
      }
    }
    peer.url = url(s, true).value_or("");
    read_pins(s, peer);
    peer.root_key = key(s, "root_key", ledger::KeyType::ed25519);
    peer.record_key = key(s, "record_key", ledger::KeyType::ed25519);
    peer.cosigner_key = key(s, "cosigner_key", ledger::KeyType::cosignature);
    s.table("share", [&](ConfigSection& share) { read_share(share, peer.share); });
    if (!config_.link) s.refuse_at(s.line(), s.path() + ": peers need [link], because each of two nodes calls the other");
    s.finish();
    if (peer.party != unknown_party) {
      FeedConfig feed;
      feed.name = "link:" + std::string(party_name(peer.party, config_.rules.parties));
      feed.format = FeedFormat::report;
      feed.transport = FromPeer{peer.party};
      config_.feeds.push_back(std::move(feed));
    }
    config_.peers.push_back(std::move(peer));
  }

  void read_witness(ConfigSection& s) {
    WitnessConfig witness;
    witness.name = s.text("name", 1, 64, Need::required).value_or("");
    if (!witness_names_.insert(witness.name).second) s.refuse("name", in_quotes(witness.name) + " is used twice");
    witness.url = url(s, false).value_or("");
    if (const auto read = key(s, "key", ledger::KeyType::cosignature, Need::required)) witness.key = *read;
    s.finish();
    config_.witnesses.push_back(std::move(witness));
  }

  void read_line(ConfigSection& s) {
    LineConfig line;
    s.tables("desk", ConfigLimits::desks, [&](ConfigSection& d) {
      Desk desk;
      desk.id = d.text("id", 1, 24, Need::required).value_or("");
      if (desk.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos) d.refuse("id", "is a word of lower-case letters, digits, \"-\" and \"_\"");
      if (std::any_of(line.desks.begin(), line.desks.end(), [&](const Desk& other) { return other.id == desk.id; })) d.refuse("id", in_quotes(desk.id) + " is used twice");
      desk.name = d.text("name", 1, 120).value_or(desk.id);
      d.texts("languages", 8, [&](const std::string& text, const std::string&, unsigned) { desk.languages.push_back(text); });
      d.finish();
      line.desks.push_back(std::move(desk));
    });
    line.check_every = s.duration("check_every", minutes(5), std::chrono::hours(24 * 7)).value_or(line.check_every);
    line.carry_for_others = s.boolean("carry_for_others").value_or(line.carry_for_others);
    s.texts("carried_by", ConfigLimits::peers, [&](const std::string& text, const std::string& place, unsigned at) {
      const auto party = party_of_name(text, config_.rules.parties);
      if (!party || peer_of(config_, *party) == nullptr) return s.refuse_at(at, place + ": " + in_quotes(text) + " is not the party of a [[peer]]");
      line.carried_by.push_back(*party);
    });
    s.texts("reviewed", 64, [&](const std::string& text, const std::string& place, unsigned at) {
      if (auto path = existing_file(s, text, place, at, folder_)) line.reviewed.push_back(*std::move(path));
    });
    s.table("turn", [&](ConfigSection& t) {
      LineConfig::Turn turn;
      turn.url = t.text("url", 6, 300, Need::required).value_or("turn:");
      if (!(turn.url.starts_with("turn:") || turn.url.starts_with("turns:")) || turn.url.find_first_of(" \t\"'<>") != std::string::npos) {
        t.refuse("url", "is turn:HOST:PORT or turns:HOST:PORT, as of a TURN server (RFC 7065)");
      }
      turn.user = t.text("user", 1, 200, Need::required).value_or("");
      if (!t.has("credential_file")) t.refuse("credential_file", "is missing: the file whose first line is the password for the relay");
      turn.credential_file = existing_file(t, "credential_file", folder_).value_or("");
      t.finish();
      line.turn = std::move(turn);
    });
    s.finish();
    config_.line = std::move(line);
  }

 private:
  std::optional<link::ShareWhen> when(ConfigSection& s, std::string_view name) {
    const auto word = s.text(name, 1, 24);
    if (!word) return std::nullopt;
    const auto found = link::share_when_of(*word);
    if (!found) s.refuse(name, in_quotes(*word) + " is not one of never, near_conflict, always");
    return found;
  }

  void read_share(ConfigSection& s, link::SharingPolicy& share) {
    using enum SharedField;
    const link::ShareWhen tracks = when(s, "tracks").value_or(link::ShareWhen::near_conflict);
    share.alerts = when(s, "alerts").value_or(share.alerts);
    ShareDetail detail;
    if (s.has("fields")) {
      bool heights = false, velocities = false, names = false;
      s.texts("fields", 3, [&](const std::string& text, const std::string& place, unsigned line) {
        if (text == "altitude") heights = true;
        else if (text == "velocity") velocities = true;
        else if (text == "identity") names = true;
        else s.refuse_at(line, place + ": " + in_quotes(text) + " is not one of altitude, velocity, identity");
      });
      detail.fields = {position, address, party, accuracy};
      if (heights) detail.fields.add(altitude);
      if (velocities) detail.fields.add(velocity);
      if (heights && velocities) detail.fields.add(vertical_rate);
      if (names) detail.fields = detail.fields | SharedFields{callsign, squawk, aircraft_class};
    }
    s.any("fields");
    detail.position_step = s.length("position_precision", nautical_miles(20)).value_or(detail.position_step);
    detail.altitude_step = s.height("altitude_precision", feet_of_height(10'000)).value_or(detail.altitude_step);
    detail.delay = s.duration("delay", seconds(0), minutes(15)).value_or(detail.delay);
    const bool full_near_conflict = s.boolean("full_near_conflict").value_or(true);
    share.tracks = {};
    if (tracks == link::ShareWhen::always) share.tracks.always = detail;
    if (tracks != link::ShareWhen::never) share.tracks.near_conflict = full_near_conflict ? ShareDetail{} : detail;
    s.finish();
  }

  // A witness may be on plain http: what it answers is signed.
  std::optional<std::string> url(ConfigSection& s, bool peer) {
    auto text = s.text("url", 1, longest_url, Need::required);
    if (!text) return std::nullopt;
    while (text->ends_with('/')) text->pop_back();
    const bool plain = text->starts_with("http://");
    if (host_of(*text).empty() || (!plain && !text->starts_with("https://"))) {
      s.refuse("url", in_quotes(*text) + " is not an address; write for example https://link.south.example:8481");
      return std::nullopt;
    }
    const bool development = config_.link && config_.link->development;
    if (peer && plain != development) {
      s.refuse("url", development ? "must begin with http:// where [link] has development_plain_http" : "must begin with https://; the pins are checked in TLS");
    } else if (peer && plain && !is_loopback(host_of(*text))) {
      s.refuse("url", "plain http is for this machine only, not for " + in_quotes(host_of(*text)));
    }
    return text;
  }

  void read_pins(ConfigSection& s, PeerConfig& peer) {
    s.texts("pins", ConfigLimits::pins_per_peer, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto pin = ledger::hash_from_base64(text);
      if (!pin) return s.refuse_at(line, place + ": " + in_quotes(text) + " is not the base 64 of a SHA-256; docs/operations.md says how to read it from a certificate");
      const auto [taken, fresh] = pins_.emplace(*pin, place);
      if (!fresh) return s.refuse_at(line, place + ": is " + taken->second + " too; one key is one party's");
      peer.pins.push_back(*pin);
    });
    const bool development = config_.link && config_.link->development;
    const TomlValue* given = s.any("pins");
    if (!development && (given == nullptr || given->elements.empty())) s.refuse("pins", "is missing: by the pins this party's node is known");
  }

  std::optional<ledger::VerifierKey> key(ConfigSection& s, std::string_view name, ledger::KeyType type, Need need = Need::optional) {
    const auto text = s.text(name, 1, longest_key, need);
    if (!text) return std::nullopt;
    const auto parsed = ledger::parse_verifier_key(*text);
    if (!parsed) {
      s.refuse(name, parsed.error().message);
      return std::nullopt;
    }
    if (parsed->type != type) {
      s.refuse(name, type == ledger::KeyType::cosignature ? "is not a cosigner's key; `skypact key generate --type cosigner` makes one" : "is a cosigner's key; here the key of signed notes belongs");
      return std::nullopt;
    }
    // A cosignature of version 1 does not say who made it, and a key with two roles could be made to speak in the wrong one.
    const std::string place = s.path() + '.' + std::string(name);
    const auto [taken, fresh] = keys_.emplace(parsed->public_key, place);
    if (!fresh) s.refuse(name, "is the same key as " + taken->second + "; each role has a key of its own");
    return *parsed;
  }

  const std::filesystem::path& folder_;
  Config& config_;
  std::map<ledger::Hash, std::string> pins_;
  std::map<std::array<std::uint8_t, 32>, std::string> keys_;
  std::set<std::string> witness_names_;
};

std::string describe(const ShareDetail& detail) {
  if (detail == ShareDetail{}) return "everything as measured and at once";
  std::string text;
  for (std::size_t i = 0; i < shared_fields; ++i) {
    if (detail.fields.has(static_cast<SharedField>(i))) text += (text.empty() ? "" : " ") + std::string(pact::shared_field_words[i]);
  }
  if (detail.position_step > Length()) text += fmt::format(", positions to {:g} NM", detail.position_step.in(nautical_miles));
  if (detail.altitude_step > Height()) text += fmt::format(", altitudes to {:g} ft", detail.altitude_step.in_feet());
  if (detail.delay > Duration(0)) text += fmt::format(", {:g} s late", to_seconds(detail.delay));
  return text;
}

std::string describe(const TracksShared& tracks) {
  std::string text = tracks.always ? "tracks always: " + describe(*tracks.always) : std::string();
  if (tracks.near_conflict && tracks.near_conflict != tracks.always) text += (text.empty() ? "tracks" : ";") + std::string(" near a conflict: ") + describe(*tracks.near_conflict);
  return text.empty() ? "no tracks" : text;
}

}  // namespace

void read_link_sections(ConfigSection& root, const std::filesystem::path& folder, Config& config) {
  LinkReader reader(folder, config);
  root.table("link", [&](ConfigSection& s) { reader.read_link(s); });
  root.tables("peer", ConfigLimits::peers, [&](ConfigSection& s) { reader.read_peer(s); });
  root.table("line", [&](ConfigSection& s) { reader.read_line(s); });
  root.tables("witness", ConfigLimits::witnesses, [&](ConfigSection& s) { reader.read_witness(s); });
}

std::string describe_link(const Config& config) {
  std::string out;
  const auto line = [&out](std::string_view what, const std::string& text) { out += fmt::format("{:<12}{}\n", what, text); };
  if (config.link) {
    line("link", config.link->development ? fmt::format("http://{}, DEVELOPMENT: whoever asks is believed", to_string(config.link->listen))
                                          : fmt::format("https://{}, certificate {}", to_string(config.link->listen), config.link->tls->certificate.string()));
  }
  for (const PeerConfig& peer : config.peers) {
    std::string text = fmt::format("{} at {}, {} pin{}", party_name(peer.party, config.rules.parties), peer.url, peer.pins.size(), peer.pins.size() == 1 ? "" : "s");
    text += peer.record_key ? fmt::format("; its record {} is mirrored", peer.record_key->name) : "; no record_key: its record is not mirrored";
    if (!peer.cosigner_key) text += "; no cosigner_key: its cosignatures do not count";
    if (!peer.root_key) text += "; no root_key: no pact with it";
    line("peer", text);
    line("share", fmt::format("to {} without a pact: alerts {}; {}", party_name(peer.party, config.rules.parties), to_string(peer.share.alerts), describe(peer.share.tracks)));
  }
  if (!config.peers.empty()) {
    const bool speaks = config.record.enabled && std::any_of(config.peers.begin(), config.peers.end(), [](const PeerConfig& peer) { return peer.record_key.has_value(); });
    std::string text = speaks ? "messages are signed by the record's key" : "NONE: it needs [record] and a [[peer]] with record_key";
    if (speaks && config.line.check_every > Duration(0)) text += fmt::format(", a line check every {:g} h", to_seconds(config.line.check_every) / 3600);
    for (const PartyId party : config.line.carried_by) text += fmt::format(", also by way of {}", party_name(party, config.rules.parties));
    if (!config.line.carry_for_others) text += ", carries nothing for others";
    line("line", text);
  }
  for (const WitnessConfig& witness : config.witnesses) line("witness", fmt::format("{} at {}, key {}", witness.name, witness.url, witness.key.name));
  return out;
}

}  // namespace skypact::node
