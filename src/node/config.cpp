#include "node/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "node/api_names.h"
#include "node/config_link.h"
#include "node/config_utm.h"
#include "pact/units.h"

namespace skypact::node {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

constexpr std::array<std::string_view, 6> format_names{"beast", "avr", "sbs", "aircraft-json", "report", "beacon"};
constexpr std::array<std::string_view, 3> timestamp_names{"12mhz", "gps", "none"};

template <class E, std::size_t N>
std::optional<E> of_name(std::string_view name, const std::array<std::string_view, N>& names) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

std::string position_text(geo::Position p) { return fmt::format("[{:.4f}, {:.4f}]", p.lat_degrees(), p.lon_degrees()); }

std::string side_text(const SideSelector& side, const Parties& parties) {
  const std::string_view party = side.party ? party_name(*side.party, parties) : "any party";
  return side.aircraft_class ? fmt::format("{} ({})", party, to_string(*side.aircraft_class)) : std::string(party);
}

std::string minima_text(const Minima& minima) {
  return fmt::format("{:g} NM / {:g} ft", minima.horizontal.in(nautical_miles), minima.vertical.in_feet());
}

std::string plural(std::size_t count, std::string_view what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

bool is_address(const Address& address) {
  return address.kind == AddressKind::icao || address.kind == AddressKind::tisb_icao || address.kind == AddressKind::adsr_icao;
}

}  // namespace

std::string_view to_string(FeedFormat format) { return format_names[static_cast<std::size_t>(format)]; }

std::optional<FeedFormat> feed_format(std::string_view name) { return of_name<FeedFormat>(name, format_names); }

std::string_view to_string(wire::TimestampFormat format) { return timestamp_names[static_cast<std::size_t>(format)]; }

std::optional<wire::TimestampFormat> timestamp_format(std::string_view name) { return of_name<wire::TimestampFormat>(name, timestamp_names); }

Result<HostPort> parse_host_port(std::string_view text) {
  const auto fail = [&] { return bad_input(quoted(text) + " is not an address; write HOST:PORT, for example 127.0.0.1:30005 or [::1]:30005"); };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return fail();
  std::string_view host = text.substr(0, colon);
  const auto port = parse_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return fail();
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto allowed = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_' || (bracketed && (c == ':' || c == '%'));
  };
  if (host.empty() || host.size() > 255 || !std::all_of(host.begin(), host.end(), allowed)) return fail();
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_string(const HostPort& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

std::string_view host_of(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == url.npos) return {};
  const std::string_view rest = url.substr(begin + 3, url.find('/', begin + 3) - begin - 3);
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') == rest.npos ? 0 : rest.find(']') - 1);
  return rest.substr(0, rest.find(':'));
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  // Four numbers, the first 127; "127.example.org" is somebody's name.
  int numbers = 0;
  bool first_is_127 = false;
  for (std::string_view rest = host; const auto part = next_field(rest, '.');) {
    const auto number = parse_integer(*part);
    if (!number || *number < 0 || *number > 255) return false;
    if (numbers++ == 0) first_is_127 = *number == 127;
  }
  return numbers == 4 && first_is_127;
}

std::string to_string(const Transport& transport) {
  return std::visit(Overloaded{
                        [](const ConnectTo& t) { return "connect " + to_string(t.peer); },
                        [](const ListenOn& t) { return "listen " + to_string(t.address); },
                        [](const Poll& t) { return "poll " + t.url; },
                        [](const ReadFile& t) { return "file " + t.path.string(); },
                        [](const FromPeer&) { return std::string("its node shares them over the link"); },
                    },
                    transport);
}

PartyMatch party_of(const Config& config, const Address& address, std::string_view callsign) {
  PartyMatch match;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < config.aircraft.size(); ++i) {
    const PartyAircraft& party = config.aircraft[i];
    const PartyId id{static_cast<std::uint16_t>(i + 1)};
    const auto after = std::upper_bound(party.addresses.begin(), party.addresses.end(), address.number,
                                        [](std::uint32_t number, const AddressRange& range) { return number < range.first; });
    if (is_address(address) && after != party.addresses.begin() && address.number <= std::prev(after)->last) {
      return {id, PartyBasis::address, party.aircraft_class};
    }
    for (const std::string& prefix : party.callsigns) {
      if (prefix.size() <= longest || !callsign.starts_with(prefix)) continue;
      longest = prefix.size();
      match = {id, PartyBasis::callsign, {}};
    }
  }
  return match;
}

const PeerConfig* peer_with_pin(const Config& config, const ledger::Hash& pin) {
  for (const PeerConfig& peer : config.peers) {
    if (std::find(peer.pins.begin(), peer.pins.end(), pin) != peer.pins.end()) return &peer;
  }
  return nullptr;
}

const PeerConfig* peer_of(const Config& config, PartyId party) {
  const auto at = std::find_if(config.peers.begin(), config.peers.end(), [&](const PeerConfig& peer) { return peer.party == party; });
  return at == config.peers.end() ? nullptr : &*at;
}

std::string describe(const Config& config) {
  const Rules& rules = config.rules;
  std::string out;
  const auto line = [&out](std::string_view what, const std::string& text) { out += fmt::format("{:<12}{}\n", what, text); };
  line("node", fmt::format("{}, party {}{}", config.name, party_name(config.party, rules.parties),
                           config.site ? ", at " + position_text(*config.site) : std::string()));
  line("data", config.data_dir.string());
  line("server", fmt::format("{}://{}{}", config.server.tls ? "https" : "http", to_string(config.server.listen),
                             config.server.token_file ? ", with a token" : ", without a token: this machine only"));
  for (const FeedConfig& feed : config.feeds) {
    if (std::holds_alternative<FromPeer>(feed.transport)) continue;   // told with the peer
    const auto* listening = std::get_if<ListenOn>(&feed.transport);
    line("feed", fmt::format("{}: {}{}, {}{}, silent after {:g} s{}", feed.name, to_string(feed.format),
                             feed.timestamps == wire::TimestampFormat::mhz12 ? std::string() : fmt::format(" (time stamps: {})", to_string(feed.timestamps)),
                             to_string(feed.transport),
                             feed.party ? fmt::format(", aircraft of {}", party_name(*feed.party, rules.parties)) : std::string(),
                             to_seconds(feed.silent_after),
                             listening != nullptr && !is_loopback(listening->address.host) ? "; whoever reaches this port can send traffic" : ""));
  }
  if (config.feeds.empty()) line("feed", "none: only reports posted to the server and manual tracks");
  for (std::size_t i = 1; i < rules.parties.size(); ++i) {
    const PartyAircraft& aircraft = config.aircraft[i - 1];
    line("party", fmt::format("{} \"{}\" [{}]: {}, {}{}", rules.parties[i].id, rules.parties[i].name, rules.parties[i].badge,
                              plural(aircraft.addresses.size(), "address range"), plural(aircraft.callsigns.size(), "callsign beginning"),
                              aircraft.aircraft_class ? fmt::format(", class {}", to_string(*aircraft.aircraft_class)) : std::string()));
  }
  for (const MinimaClause& clause : rules.minima) {
    line("minima", fmt::format("{} between {} and {}{} ({})", minima_text(clause.minima), side_text(clause.one, rules.parties),
                               side_text(clause.other, rules.parties), clause.area.empty() ? "" : " in an area", clause.id));
  }
  line("minima", fmt::format("{} everywhere else; level tolerance {:g} ft; warnings up to {:g} s, advisories up to {:g} s; pairs of one party {}",
                             minima_text(rules.fallback), rules.level_tolerance.in_feet(), to_seconds(rules.warning_look_ahead),
                             to_seconds(rules.advisory_look_ahead), rules.same_party_pairs ? "too" : "not"));
  if (rules.qnh) line("altimetry", fmt::format("QNH {:g} hPa", rules.qnh->in(hectopascal)));
  for (const Zone& zone : rules.zones) {
    line("zone", fmt::format("{} \"{}\": {}, {} to {}", zone.id, zone.name, name(zone.rule), pact::limit_text(zone.floor), pact::limit_text(zone.ceiling)));
  }
  for (const auto& file : config.zone_files) line("zones", "from " + file.string());
  for (const Group& group : rules.groups) line("group", fmt::format("{}: {}, {}, until {}", group.id, plural(group.members.size(), "member"), group.reason, to_rfc3339(group.valid.to)));
  for (const Inhibition& i : rules.inhibitions) line("inhibition", fmt::format("{}: {}, until {}", i.id, i.reason, to_rfc3339(i.valid.to)));
  const RecordingConfig& r = config.recording;
  line("recording", r.enabled ? fmt::format("{}, at most {:g} MB and {:g} h", r.folder.string(), static_cast<double>(r.max_size_bytes) / 1e6, to_seconds(r.max_age) / 3600)
                              : std::string("off"));
  line("record", config.record.enabled ? fmt::format("{} in {}, signed by {}", config.record.name, config.record.folder.string(), config.record.key_file.string())
                                       : std::string("off"));
  line("distress", fmt::format("{}, {} airfields; tracks that end in flight {} evidence; exact positions of the own state aircraft {}",
                               config.distress.search_regions.empty() ? "no search-and-rescue regions" : plural(config.distress.search_regions.size(), "file") + " of search-and-rescue regions",
                               config.distress.airfields ? "imported" : "the bundled", config.distress.vanished ? "are" : "are no",
                               config.distress.release_own ? "are told at once" : "wait for an officer's release"));
  return out + describe_link(config) + describe_utm(config);
}

}  // namespace skypact::node
