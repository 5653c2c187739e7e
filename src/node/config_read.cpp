// Configuration: from the file's tables to Config.

#include <algorithm>
#include <set>

#include "airspace/parse_address.h"
#include "base/input_file.h"
#include "base/text.h"
#include "guard/region.h"
#include "guard/zone_files.h"
#include "node/api_names.h"
#include "node/command.h"
#include "node/config.h"
#include "ledger/key.h"
#include "node/config_link.h"
#include "node/config_section.h"
#include "node/config_utm.h"
#include "pact/units.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_text = 400;
const Length widest = nautical_miles(100);
const Height tallest = feet_of_height(20'000);

// std::quoted would be found for a std::string.
std::string in_quotes(std::string_view text) { return quoted(text); }

bool is_word(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
  });
}

class Reader {
 public:
  Reader(const TomlValue& root, const std::filesystem::path& file) : root_(root, "", errors_), folder_(file.parent_path()) { config_.file = file; }

  Result<Config> read() {
    // Parties first: everything else names them.
    root_.tables("party", ConfigLimits::parties, [this](ConfigSection& s) { read_party(s); });
    check_addresses();
    root_.table("node", [this](ConfigSection& s) { read_node(s); });
    config_.data_dir = in_folder(config_.data_dir);
    root_.table("server", [this](ConfigSection& s) { read_server(s); });
    root_.tables("feed", ConfigLimits::feeds, [this](ConfigSection& s) { read_feed(s); });
    root_.table("minima", [this](ConfigSection& s) { read_minima(s); });
    root_.table("altimetry", [this](ConfigSection& s) { read_altimetry(s); });
    root_.table("zones", [this](ConfigSection& s) { read_zone_files(s); });
    root_.tables("zone", ConfigLimits::zones, [this](ConfigSection& s) { read_zone(s); });
    root_.tables("group", ConfigLimits::groups, [this](ConfigSection& s) { read_group(s); });
    root_.tables("inhibition", ConfigLimits::inhibitions, [this](ConfigSection& s) { read_inhibition(s); });
    config_.recording.folder = config_.data_dir / "recording";
    root_.table("recording", [this](ConfigSection& s) { read_recording(s); });
    config_.record.folder = config_.data_dir / "record";
    root_.table("record", [this](ConfigSection& s) { read_record(s); });
    root_.table("journal", [this](ConfigSection& s) { read_journal(s); });
    read_link_sections(root_, folder_, config_);
    root_.table("distress", [this](ConfigSection& section) { read_distress(section); });
    root_.table("witnessing", [this](ConfigSection& s) { read_witnessing(s); });
    read_utm_sections(root_, folder_, config_);
    root_.finish();
    if (errors_.empty()) return std::move(config_);
    return all_errors();
  }

 private:
  Error all_errors() {
    std::stable_sort(errors_.begin(), errors_.end(), [](const ConfigError& a, const ConfigError& b) { return a.line < b.line; });
    const std::string file = config_.file.string();
    std::string text;
    for (std::size_t i = 0; i < errors_.size() && i < ConfigLimits::errors_shown; ++i) {
      text += (i == 0 ? "" : "\n") + file + ':' + std::to_string(errors_[i].line) + ": " + errors_[i].message;
    }
    if (errors_.size() > ConfigLimits::errors_shown) {
      text += "\n" + file + ": and " + std::to_string(errors_.size() - ConfigLimits::errors_shown) + " more errors";
    }
    return bad_input(std::move(text));
  }

  void read_distress(ConfigSection& s) {
    DistressConfig& d = config_.distress;
    s.texts("search_regions", ConfigLimits::search_region_files, [&](const std::string& text, const std::string& place, unsigned line) {
      if (auto path = existing_file(s, text, place, line, folder_)) d.search_regions.push_back(*std::move(path));
    });
    d.airfields = existing_file(s, "airfields", folder_);
    d.vanished = s.boolean("vanished").value_or(d.vanished);
    d.release_own = s.boolean("release_own").value_or(d.release_own);
    s.finish();
  }

  std::filesystem::path in_folder(const std::filesystem::path& path) const { return path.is_absolute() ? path : folder_ / path; }

  // A value's own id, which must be new among its kind.
  std::string unique_id(ConfigSection& s, std::set<std::string>& taken, const std::string& fallback) {
    const std::string id = s.text("id", 1, longest_name).value_or(fallback);
    if (!taken.insert(id).second) s.refuse("id", in_quotes(id) + " is used twice");
    return id;
  }

  std::optional<PartyId> party(ConfigSection& s, std::string_view key) {
    const auto id = s.text(key, 1, longest_name);
    if (!id) return std::nullopt;
    const auto found = party_of_name(*id, config_.rules.parties);
    if (!found) s.refuse(key, unknown_party_text(*id));
    return found;
  }
  std::string unknown_party_text(const std::string& id) const {
    std::string known;
    for (std::size_t i = 1; i < config_.rules.parties.size(); ++i) known += (i == 1 ? "" : ", ") + config_.rules.parties[i].id;
    return in_quotes(id) + " is not a party; " + (known.empty() ? "no [[party]] is given" : "there are " + known);
  }
  std::optional<AircraftClass> class_of(ConfigSection& s, std::string_view key) {
    const auto word = s.text(key, 1, longest_name);
    if (!word) return std::nullopt;
    const auto found = aircraft_class_of(*word);
    if (!found) s.refuse(key, in_quotes(*word) + " is not a class; one of civil, state, unmanned, humanitarian, ground_vehicle");
    return found;
  }
  std::optional<Address> address(ConfigSection& s, std::string_view key) {
    const auto text = s.text(key, 1, longest_name);
    if (!text) return std::nullopt;
    const auto parsed = parse_address(*text);
    if (parsed) return *parsed;
    s.refuse(key, parsed.error().message);
    return std::nullopt;
  }
  std::optional<HostPort> host_port(ConfigSection& s, std::string_view key) {
    const auto text = s.text(key, 1, 300);
    if (!text) return std::nullopt;
    const auto parsed = parse_host_port(*text);
    if (parsed) return *parsed;
    s.refuse(key, parsed.error().message);
    return std::nullopt;
  }

  void read_party(ConfigSection& s) {
    Party party;
    PartyAircraft aircraft;
    party.id = s.text("id", 1, 24, Need::required).value_or("");
    if (!is_word(party.id, "-_")) s.refuse("id", in_quotes(party.id) + " must be of lower-case letters, digits, \"-\" and \"_\"");
    if (party.id == "any" || party_of_name(party.id, config_.rules.parties)) s.refuse("id", in_quotes(party.id) + " is taken");
    party.name = s.text("name", 1, longest_name).value_or(party.id);
    party.badge = s.text("badge", 1, 4).value_or(to_upper(party.id.substr(0, 4)));
    s.texts("aircraft", ConfigLimits::addresses_per_party, [&](const std::string& text, const std::string& place, unsigned line) {
      const std::size_t dash = text.find('-');
      const auto first = parse_six_hex(text.substr(0, dash));
      const auto last = dash == std::string::npos ? first : parse_six_hex(text.substr(dash + 1));
      if (!first || !last || *first == 0 || *first > *last) {
        s.refuse_at(line, place + ": " + in_quotes(text) + " is not an ICAO address such as \"4D2023\" or a range such as \"3B0000-3BFFFF\"");
      } else {
        aircraft.addresses.push_back({*first, *last});
        ranges_.push_back({*first, *last, place, line});
      }
    });
    s.texts("callsigns", ConfigLimits::callsigns_per_party, [&](const std::string& text, const std::string& place, unsigned line) {
      if (text.size() < 2 || text.size() > 8 || !std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); })) {
        s.refuse_at(line, place + ": " + in_quotes(text) + " is not a callsign's beginning; two to eight capital letters and digits");
      } else {
        aircraft.callsigns.push_back(text);
      }
    });
    aircraft.aircraft_class = class_of(s, "class");
    s.finish();
    std::sort(aircraft.addresses.begin(), aircraft.addresses.end(), [](auto a, auto b) { return a.first < b.first; });
    config_.rules.parties.push_back(std::move(party));
    config_.aircraft.push_back(std::move(aircraft));
  }

  static std::optional<std::uint32_t> parse_six_hex(std::string_view text) {
    return text.size() == 6 ? parse_hex(text) : std::nullopt;
  }

  // An address belongs to one party, or nobody could say whose aircraft it is.
  void check_addresses() {
    std::sort(ranges_.begin(), ranges_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 1; i < ranges_.size(); ++i) {
      if (ranges_[i].first > ranges_[i - 1].last) continue;
      const Range &one = ranges_[i - 1], &other = ranges_[i];
      root_.refuse_at(std::max(one.line, other.line), other.place + ": overlaps " + one.place + " (line " + std::to_string(one.line) + ")");
    }
  }

  void read_node(ConfigSection& s) {
    config_.name = s.text("name", 1, longest_name).value_or(config_.name);
    config_.party = party(s, "party").value_or(unknown_party);
    config_.data_dir = s.text("data_dir", 1, 4096).value_or(config_.data_dir.string());
    config_.site = s.position("position");
    s.finish();
  }

  void read_server(ConfigSection& s) {
    config_.server.listen = host_port(s, "listen").value_or(config_.server.listen);
    const auto certificate = existing_file(s, "tls_certificate", folder_);
    const auto key = existing_file(s, "tls_key", folder_);
    if (s.has("tls_certificate") != s.has("tls_key")) {
      s.refuse(s.has("tls_key") ? "tls_key" : "tls_certificate", "tls_certificate and tls_key belong together");
    }
    if (certificate && key) config_.server.tls = Tls{*certificate, *key};
    config_.server.token_file = existing_file(s, "token_file", folder_);
    if (s.has("token_roles")) {
      config_.server.token_roles.emplace();
      s.texts("token_roles", accounts::role_count, [&](const std::string& word, const std::string&, unsigned line) {
        const auto role = accounts::role_of(word);
        if (!role) return s.refuse_at(line, "server.token_roles: " + skypact::quoted(std::string_view(word)) + " is no role; write administrator, negotiator, signatory, watch_officer, planner or observer");
        config_.server.token_roles->add(*role);
      });
    }
    const bool guarded = s.has("tls_certificate") && s.has("tls_key") && s.has("token_file");
    if (!is_loopback(config_.server.listen.host) && !guarded) {
      s.refuse("listen", to_string(config_.server.listen) + " can be reached from other machines; that needs tls_certificate, tls_key and "
                         "token_file. Or listen on 127.0.0.1");
    }
    s.finish();
  }

  void read_feed(ConfigSection& s) {
    FeedConfig feed;
    feed.name = s.text("name", 1, longest_name, Need::required).value_or("");
    if (!feed_names_.insert(feed.name).second) s.refuse("name", in_quotes(feed.name) + " is used twice");
    if (const auto word = s.text("format", 1, longest_name, Need::required)) {
      const auto format = feed_format(*word);
      if (!format) s.refuse("format", in_quotes(*word) + " is not a format; one of beast, avr, sbs, aircraft-json, report, beacon");
      feed.format = format.value_or(feed.format);
    }
    read_transport(s, feed);
    feed.receiver = s.position("position");
    if (!feed.receiver) feed.receiver = config_.site;
    feed.party = party(s, "party");
    feed.silent_after = s.duration("silent_after", seconds(1), std::chrono::hours(24)).value_or(feed.silent_after);
    read_timestamps(s, feed);
    s.finish();
    config_.feeds.push_back(std::move(feed));
  }

  void read_timestamps(ConfigSection& s, FeedConfig& feed) {
    const auto word = s.text("timestamps", 1, longest_name);
    if (!word) return;
    const auto format = timestamp_format(*word);
    if (!format) s.refuse("timestamps", in_quotes(*word) + " is no kind of time stamp; one of 12mhz, gps, none");
    feed.timestamps = format.value_or(feed.timestamps);
    if (feed.format != FeedFormat::beast && feed.format != FeedFormat::avr) s.refuse("timestamps", "belongs to feeds of beast and avr");
  }

  void read_transport(ConfigSection& s, FeedConfig& feed) {
    const bool polls = feed.format == FeedFormat::aircraft_json && s.has("format");
    std::string given;
    for (const std::string_view key : {"connect", "listen", "url", "file"}) {
      if (!s.has(key)) continue;
      if (!given.empty()) s.refuse(key, "must not be given beside " + given + "; a feed has one source");
      if (given.empty()) given = key;
    }
    if (given.empty()) s.refuse_at(s.line(), s.path() + ": has no source; give connect, listen, url or file");
    if (const auto peer = host_port(s, "connect")) {
      if (peer->port == 0) s.refuse("connect", "port 0 is nobody's");
      feed.transport = ConnectTo{*peer};
    }
    const auto most = s.integer("max_connections", 1, 1000);
    if (most && given != "listen") s.refuse("max_connections", "belongs to feeds with listen");
    if (const auto address = host_port(s, "listen")) feed.transport = ListenOn{*address, most ? static_cast<unsigned>(*most) : 8};
    const auto interval = s.duration("interval", milliseconds(200), std::chrono::hours(1));
    if (interval && given != "url") s.refuse("interval", "belongs to feeds with url");
    if (const auto url = s.text("url", 1, 2000)) {
      if (!url->starts_with("http://") && !url->starts_with("https://")) s.refuse("url", in_quotes(*url) + " must begin with http:// or https://");
      if (!polls && given == "url") s.refuse("url", "only aircraft-json is polled; give connect, listen or file");
      feed.transport = Poll{*url, interval.value_or(seconds(1))};
    }
    if ((given == "connect" || given == "listen") && polls) s.refuse(given, "aircraft-json is polled; give url or file");
    if (const auto path = existing_file(s, "file", folder_)) feed.transport = ReadFile{*path};
  }

  Minima read_separation(ConfigSection& s, Minima otherwise, Need need) {
    Minima minima;
    minima.horizontal = s.length("horizontal", widest, need).value_or(otherwise.horizontal);
    minima.vertical = s.height("vertical", tallest, need).value_or(otherwise.vertical);
    if (minima.vertical == Height()) {
      s.refuse("vertical", "must be above 0");
      minima.vertical = otherwise.vertical;
    }
    return minima;
  }

  void read_minima(ConfigSection& s) {
    Rules& rules = config_.rules;
    rules.fallback = read_separation(s, rules.fallback, Need::optional);
    rules.level_tolerance = s.height("level_tolerance", feet_of_height(1000)).value_or(rules.level_tolerance);
    if (rules.level_tolerance >= rules.fallback.vertical) s.refuse("level_tolerance", "must be below the vertical minimum, or two level aircraft would never alert");
    rules.warning_look_ahead = s.duration("warning_look_ahead", seconds(10), minutes(10)).value_or(rules.warning_look_ahead);
    rules.advisory_look_ahead = s.duration("advisory_look_ahead", seconds(10), std::chrono::hours(1)).value_or(rules.advisory_look_ahead);
    if (rules.advisory_look_ahead < rules.warning_look_ahead) s.refuse("advisory_look_ahead", "must not be below warning_look_ahead");
    rules.same_party_pairs = s.boolean("same_party_pairs").value_or(rules.same_party_pairs);
    s.tables("clause", ConfigLimits::minima_clauses, [this](ConfigSection& clause) { read_clause(clause); });
    s.finish();
  }

  void read_clause(ConfigSection& s) {
    MinimaClause clause;
    clause.id = unique_id(s, clause_ids_, "minima." + std::to_string(config_.rules.minima.size() + 1));
    std::size_t side = 0;
    s.texts("parties", 2, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto found = party_of_name(text, config_.rules.parties);
      if (text != "any" && !found) s.refuse_at(line, place + ": " + unknown_party_text(text));
      (side++ == 0 ? clause.one : clause.other).party = found;
    });
    side = 0;
    s.texts("classes", 2, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto found = aircraft_class_of(text);
      if (text != "any" && !found) s.refuse_at(line, place + ": " + in_quotes(text) + " is not a class; one of any, civil, state, unmanned, humanitarian, ground_vehicle");
      (side++ == 0 ? clause.one : clause.other).aircraft_class = found;
    });
    clause.area = s.ring("area", ConfigLimits::ring_vertices);
    clause.minima = read_separation(s, config_.rules.fallback, Need::required);
    if (clause.minima.vertical <= config_.rules.level_tolerance) {
      s.refuse("vertical", "must be above level_tolerance, or two level aircraft would never alert");
    }
    s.finish();
    config_.rules.minima.push_back(std::move(clause));
  }

  void read_altimetry(ConfigSection& s) {
    if (const auto qnh = s.number("qnh_hpa", 850, 1100)) config_.rules.qnh = hectopascal(*qnh);
    if (const auto undulation = s.number("geoid_undulation_m", -110, 90)) config_.rules.geoid_undulation = metres_of_height(*undulation);
    config_.transition_altitude = s.height("transition_altitude", tallest);
    s.finish();
  }

  void read_zone_files(ConfigSection& s) {
    s.texts("files", ConfigLimits::zone_files, [&](const std::string& text, const std::string& place, unsigned line) {
      const std::filesystem::path path = in_folder(text);
      const std::string kind = path.extension().string();
      std::error_code error;
      if (kind != ".geojson" && kind != ".json" && kind != ".kml" && kind != ".txt" && kind != ".openair") {
        s.refuse_at(line, place + ": " + in_quotes(text) + " is of no known kind; .geojson, .json, .kml, .openair or .txt (OpenAir)");
      } else if (!std::filesystem::is_regular_file(path, error)) {
        s.refuse_at(line, place + ": there is no file " + path.string());
      } else {
        config_.zone_files.push_back(path);
      }
    });
    s.finish();
  }

  VerticalLimit read_limit(ConfigSection& s, std::string_view key, VerticalLimit otherwise) {
    const auto text = s.text(key, 1, longest_name);
    if (!text) return otherwise;
    const auto limit = pact::parse_limit(*text);
    if (limit) return *limit;
    s.refuse(key, limit.error().message);
    return otherwise;
  }

  void read_zone(ConfigSection& s) {
    const std::size_t errors_before = errors_.size();
    Zone zone;
    zone.id = unique_id(s, zone_ids_, "zone." + std::to_string(config_.rules.zones.size() + 1));
    zone.name = s.text("name", 1, longest_text).value_or(zone.id);
    if (const auto word = s.text("rule", 1, longest_name, Need::required)) {
      const auto rule = zone_rule_of(*word);
      if (!rule) s.refuse("rule", in_quotes(*word) + " is not a rule; one of keep_clear, caution, protected_site, corridor, clearance");
      zone.rule = rule.value_or(zone.rule);
    }
    zone.outline = s.ring("outline", ConfigLimits::ring_vertices);
    zone.centre = s.position("centre");
    zone.radius = s.length("radius", guard::RegionLimits::circle).value_or(Length());
    zone.buffer = s.length("buffer", widest).value_or(Length());
    if (s.has("outline") == s.has("centre")) s.refuse_at(s.line(), s.path() + ": needs either outline, or centre and radius");
    if (s.has("centre") != s.has("radius")) s.refuse_at(s.line(), s.path() + ": centre and radius belong together");
    zone.floor = read_limit(s, "floor", zone.floor);
    zone.ceiling = read_limit(s, "ceiling", zone.ceiling);
    if (zone.floor.reference == zone.ceiling.reference && zone.floor.height >= zone.ceiling.height) s.refuse("floor", "must lie below the ceiling");
    if (zone.floor.reference == VerticalLimit::Reference::unlimited || zone.ceiling.reference == VerticalLimit::Reference::surface) {
      s.refuse("floor", "must lie below the ceiling");
    }
    if (const auto feet = s.number("ground_elevation_ft", -1500, 30'000)) zone.ground_elevation = feet_of_height(*feet);
    s.tables("active", 1000, [&](ConfigSection& span) {
      const auto from = span.time("from", Need::required), to = span.time("to", Need::required);
      if (from && to && !(*from < *to)) span.refuse("to", "must be after from");
      if (from && to) zone.active.push_back({*from, *to});
      span.finish();
    });
    s.texts("exempt", ConfigLimits::parties, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto found = party_of_name(text, config_.rules.parties);
      if (!found) s.refuse_at(line, place + ": " + unknown_party_text(text));
      if (found) zone.exempt.push_back(*found);
    });
    if (const auto text = s.text("party", 1, longest_text)) {
      zone.party = party_of_name(*text, config_.rules.parties);
      if (!zone.party) s.refuse("party", unknown_party_text(*text));
    }
    zone.moves_with = address(s, "moves_with");
    zone.anchor = s.position("anchor");
    if (s.has("moves_with") != s.has("anchor")) s.refuse_at(s.line(), s.path() + ": moves_with and anchor belong together");
    zone.source = config_.file.filename().string() + ':' + std::to_string(s.line());
    // What the guard could not judge must not be taken; where something is refused already, this would say it again.
    if (const auto sound = guard::check_zone(zone); !sound && errors_.size() == errors_before) s.refuse_at(s.line(), s.path() + ": " + sound.error().message);
    s.finish();
    config_.rules.zones.push_back(std::move(zone));
  }

  Interval<Time> read_validity(ConfigSection& s) {
    const auto from = s.time("from");
    const auto to = s.time("to", Need::required);
    if (to && from && !(*from < *to)) s.refuse("to", "must be after from");
    return {from.value_or(Time()), to.value_or(Time())};
  }

  void read_group(ConfigSection& s) {
    Group group;
    group.id = unique_id(s, group_ids_, "group." + std::to_string(config_.rules.groups.size() + 1));
    group.reason = s.text("reason", 1, longest_text, Need::required).value_or("");
    s.texts("members", ConfigLimits::group_members, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto member = parse_address(text);
      if (!member) return s.refuse_at(line, place + ": " + member.error().message);
      if (std::find(group.members.begin(), group.members.end(), *member) != group.members.end()) return s.refuse_at(line, place + ": is named twice");
      group.members.push_back(*member);
    });
    if (const TomlValue* members = s.any("members", Need::required); members != nullptr && members->elements.size() < 2) {
      s.refuse("members", "a group has at least two");
    }
    group.valid = read_validity(s);
    s.finish();
    config_.rules.groups.push_back(std::move(group));
  }

  void read_inhibition(ConfigSection& s) {
    Inhibition inhibition;
    inhibition.id = unique_id(s, inhibition_ids_, "inhibition." + std::to_string(config_.rules.inhibitions.size() + 1));
    inhibition.reason = s.text("reason", 1, longest_text, Need::required).value_or("");
    inhibition.one = address(s, "one");
    inhibition.other = address(s, "other");
    inhibition.area = s.ring("area", ConfigLimits::ring_vertices);
    const bool pair = s.has("one") && s.has("other");
    if (pair == s.has("area") || s.has("one") != s.has("other")) {
      s.refuse_at(s.line(), s.path() + ": needs either the pair one and other, or an area");
    }
    inhibition.valid = read_validity(s);
    s.finish();
    config_.rules.inhibitions.push_back(std::move(inhibition));
  }

  void read_recording(ConfigSection& s) {
    RecordingConfig& r = config_.recording;
    r.enabled = s.boolean("enabled").value_or(r.enabled);
    if (const auto folder = s.text("folder", 1, 4096)) r.folder = in_folder(*folder);
    r.max_size_bytes = s.size("max_size", 1'000'000).value_or(r.max_size_bytes);
    r.max_age = s.duration("max_age", minutes(1), std::chrono::hours(24 * 3650)).value_or(r.max_age);
    r.segment_size_bytes = s.size("segment_size", 1'000'000).value_or(std::min(r.segment_size_bytes, r.max_size_bytes));
    r.segment_age = s.duration("segment_age", seconds(10), std::chrono::hours(24)).value_or(r.segment_age);
    if (r.segment_size_bytes > r.max_size_bytes) s.refuse("segment_size", "must not be above max_size");
    s.finish();
  }

  void read_record(ConfigSection& s) {
    RecordConfig& r = config_.record;
    r.enabled = s.boolean("enabled").value_or(r.enabled);
    const Need need = r.enabled ? Need::required : Need::optional;
    if (const auto name = s.text("name", 1, longest_text, need)) {
      if (!ledger::is_key_name(*name)) s.refuse("name", "a log's name has no spaces and no plus sign; write for example north.example/record");
      r.name = *name;
    }
    if (const auto file = s.text("key_file", 1, 4096, need)) r.key_file = in_folder(*file);
    if (const auto folder = s.text("folder", 1, 4096)) r.folder = in_folder(*folder);
    if (const auto text = s.text("root_key", 1, longest_text)) {
      const auto key = ledger::parse_verifier_key(*text);
      if (!key) {
        s.refuse("root_key", key.error().message);
      } else if (key->type != ledger::KeyType::ed25519) {
        s.refuse("root_key", "is a cosigner's key; a root key signs notes");
      } else {
        r.root_key = *key;
      }
    }
    r.journal_name = r.name + ".journal";
    r.journal_key_file = config_.data_dir / "journal.key";
    r.journal_folder = config_.data_dir / "journal";
    if (const auto file = s.text("cosigner_key_file", 1, 4096)) r.cosigner_key_file = in_folder(*file);
    s.finish();
  }
  // Surveillance data is kept for thirty days at least (ICAO Annex 11, 6.4.1.2).
  void read_journal(ConfigSection& s) {
    constexpr auto day = std::chrono::hours(24);
    config_.record.journal_keep = s.duration("keep", 30 * day, 36'500 * day).value_or(config_.record.journal_keep);
    s.finish();
  }
  void read_witnessing(ConfigSection& s) {
    WitnessingConfig w;
    w.folder = config_.data_dir / "witness";
    if (const auto file = s.text("key_file", 1, 4096, Need::required)) w.key_file = in_folder(*file);
    if (!w.key_file.empty() && w.key_file == config_.record.cosigner_key_file) {
      s.refuse("key_file", "is the record's cosigner key, whose cosignature says that all entries are held; a witness has a key of its own");
    }
    if (const auto folder = s.text("folder", 1, 4096)) w.folder = in_folder(*folder);
    s.texts("logs", ConfigLimits::witnessed_logs, [&](const std::string& text, const std::string& place, unsigned line) {
      const auto key = ledger::parse_verifier_key(text);
      if (!key) return s.refuse_at(line, place + ": " + key.error().message);
      if (key->type != ledger::KeyType::ed25519) return s.refuse_at(line, place + ": is a cosigner's key; a log's is of type 1");
      for (const PeerConfig& peer : config_.peers) {
        if (peer.record_key && peer.record_key->name == key->name) return s.refuse_at(line, place + ": " + skypact::quoted(key->name) + " is mirrored already, by [[peer]]");
      }
      w.logs.push_back(*key);
    });
    if (w.logs.empty() && !s.has("logs")) s.refuse("logs", "is missing: whose checkpoints are cosigned");
    s.finish();
    config_.witnessing = std::move(w);
  }

  struct Range {
    std::uint32_t first, last;
    std::string place;
    unsigned line;
  };

  ConfigErrors errors_;
  ConfigSection root_;
  std::filesystem::path folder_;
  Config config_;
  std::vector<Range> ranges_;
  std::set<std::string> feed_names_, clause_ids_, zone_ids_, group_ids_, inhibition_ids_;
};

}  // namespace

Result<Config> parse_config(std::string_view text, const std::filesystem::path& file) {
  const auto toml = json::parse_toml(text);
  if (!toml) return bad_input(file.string() + ':' + toml.error().message);
  return Reader(*toml, file).read();
}

Result<Config> read_config(const std::filesystem::path& file) {
  const auto text = read_whole(file.string(), ConfigLimits::bytes);
  if (!text) return text.error();
  return parse_config(*text, file);
}

}  // namespace skypact::node
