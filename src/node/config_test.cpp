// The configuration: the example reads as it says, every defect is told with its line and what to write instead.

#include "node/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <algorithm>

#include "tests/paths.h"

namespace skypact::node {
namespace {

Result<Config> read(const std::string& text) { return parse_config(text, "skypact.toml"); }
std::string error_of(const std::string& text) {
  const auto config = read(text);
  return config ? "no error" : config.error().message;
}

TEST(Config, ReadsTheExampleAsItsCommentsSay) {
  const auto config = read_config(tests::source_dir() / "config/skypact.example.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "Harbour");
  EXPECT_EQ(config->rules.parties.size(), 4u);
  EXPECT_EQ(config->rules.parties[1].name, "North Air Force");
  EXPECT_EQ(config->party, PartyId{3});
  EXPECT_EQ(config->data_dir, tests::source_dir() / "config/data");
  EXPECT_EQ(config->server.listen, (HostPort{"127.0.0.1", 8480}));
  ASSERT_EQ(config->feeds.size(), 3u);
  EXPECT_EQ(to_string(config->feeds[0].transport), "connect 127.0.0.1:30005");
  EXPECT_EQ(config->feeds[0].receiver, (geo::Position{523080000, 47640000}));
  EXPECT_EQ(config->feeds[1].receiver, config->site) << "the node's own place where the feed gives none";
  EXPECT_EQ(std::get<Poll>(config->feeds[1].transport).interval, seconds(1));
  EXPECT_EQ(config->feeds[2].format, FeedFormat::report);
  EXPECT_EQ(config->feeds[2].party, PartyId{3});
  EXPECT_EQ(config->feeds[2].silent_after, minutes(5));
  const Rules& rules = config->rules;
  EXPECT_EQ(rules.fallback, Minima());
  ASSERT_EQ(rules.minima.size(), 2u);
  EXPECT_EQ(rules.minima[0].one.party, PartyId{1});
  EXPECT_EQ(rules.minima[0].other.party, PartyId{2});
  EXPECT_EQ(rules.minima[0].minima, (Minima{nautical_miles(10), feet_of_height(2000)}));
  EXPECT_EQ(rules.minima[1].one.aircraft_class, AircraftClass::unmanned);
  EXPECT_FALSE(rules.minima[1].other.aircraft_class || rules.minima[1].one.party);
  EXPECT_EQ(rules.minima[1].area.size(), 4u);
  ASSERT_EQ(rules.zones.size(), 1u);
  EXPECT_EQ(rules.zones[0].rule, ZoneRule::protected_site);
  EXPECT_EQ(rules.zones[0].ceiling.height, feet_of_height(2000));
  EXPECT_EQ(rules.zones[0].exempt, std::vector<PartyId>{PartyId{3}});
  EXPECT_TRUE(rules.zones[0].source.starts_with("skypact.example.toml:"));
  ASSERT_EQ(rules.groups.size(), 1u);
  EXPECT_EQ(rules.groups[0].members.size(), 2u);
  EXPECT_EQ(rules.groups[0].valid.to, *parse_rfc3339("2026-11-23T12:00:00Z"));
  ASSERT_EQ(rules.inhibitions.size(), 1u);
  EXPECT_EQ(config->transition_altitude, feet_of_height(3000));
  EXPECT_EQ(config->recording.max_size_bytes, 2'000'000'000u);
  EXPECT_EQ(config->recording.folder, config->data_dir / "recording");
  EXPECT_NE(describe(*config).find("10 NM / 2000 ft between north (state) and south (state) (minima.state)"), std::string::npos) << describe(*config);
}

// What is commented out must be right too: each "#key = value" line is an example or a default.
TEST(Config, TheExamplesCommentedLinesAreValid) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "config_example_test";
  fs::create_directories(folder / "tls");
  fs::create_directories(folder / "zones");
  fs::create_directories(folder / "reviews");
  fs::create_directories(folder / "secrets");
  for (const auto* name : {"tls/node.pem", "tls/node.key", "tls/link.pem", "tls/link.key", "token", "zones/port.geojson", "zones/airspace.openair", "zones/hospital.kml", "reviews/fr.note", "airports.csv", "sar.geojson", "tls/utm.pem", "tls/utm.key", "auth.pem", "secrets/utm"}) {
    std::ofstream(folder / name) << "x";
  }
  std::ifstream file(tests::source_dir() / "config/skypact.example.toml");
  std::string text;
  int opened = 0;
  for (std::string line; std::getline(file, line);) {
    const bool is_example = line.size() > 1 && line[0] == '#' && ((line[1] >= 'a' && line[1] <= 'z') || line[1] == '[');
    opened += is_example;
    text += (is_example ? line.substr(1) : line) + '\n';
  }
  EXPECT_GE(opened, 7);
  const auto config = parse_config(text, folder / "skypact.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->server.tls && config->server.token_file);
  EXPECT_EQ(config->zone_files.size(), 3u);
  EXPECT_EQ(config->rules.zones[0].active.size(), 1u);
  EXPECT_EQ(config->rules.geoid_undulation, metres_of_height(43.2));
  ASSERT_TRUE(config->link && config->link->tls);
  EXPECT_EQ(to_string(config->link->listen), "127.0.0.1:8481");
  ASSERT_EQ(config->peers.size(), 1u);
  EXPECT_EQ(config->peers[0].party, PartyId{2});
  EXPECT_EQ(config->peers[0].record_key->name, "south.example/record");
  EXPECT_EQ(peer_with_pin(*config, config->peers[0].pins[0]), &config->peers[0]);
  EXPECT_EQ(peer_with_pin(*config, ledger::Hash()), nullptr);
  ASSERT_EQ(config->witnesses.size(), 1u);
  ASSERT_EQ(config->line.desks.size(), 1u);
  EXPECT_EQ(config->line.desks[0].languages, (std::vector<std::string>{"en", "ar"}));
  EXPECT_EQ(config->line.check_every, std::chrono::hours(6));
  EXPECT_EQ(config->line.carried_by, std::vector{PartyId{2}});
  ASSERT_TRUE(config->utm && config->utm->tls);
  EXPECT_EQ(config->utm->audiences, std::vector<std::string>{"dss.relief.example"});
  EXPECT_EQ(config->utm->locality, "relief");
  EXPECT_NE(describe(*config).find("utm         on 127.0.0.1:8482, TLS; tokens for dss.relief.example, by the keys of https://auth.example/.well-known/jwks.json; conflicts are exact\n"), std::string::npos);
  ASSERT_TRUE(config->uss);
  EXPECT_EQ(config->uss->client_secret, folder / "secrets/utm");
  EXPECT_NE(describe(*config).find("uss         relief at https://dss.relief.example, by the DSS https://dss.relief.example; tokens of https://auth.example/oauth/token; flights of one priority do not meet\n"), std::string::npos) << describe(*config);
  EXPECT_NE(describe(*config).find("south at https://link.south.example:8481, 1 pin; its record south.example/record is mirrored\n"), std::string::npos) << describe(*config);
  fs::remove_all(folder);
}

TEST(Config, IsCompleteWithNothingInTheFile) {
  const auto config = read("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(to_string(config->server.listen), "127.0.0.1:8480");
  EXPECT_EQ(config->data_dir, "data");
  EXPECT_EQ(config->party, unknown_party);
}

TEST(Config, ReadsHowAReceiversTimeStampsRead) {
  const std::string feed = "[[feed]]\nname = \"a\"\nformat = \"beast\"\nconnect = \"h:1\"\n";
  EXPECT_EQ(read(feed)->feeds[0].timestamps, wire::TimestampFormat::mhz12);
  for (const auto& [word, format] : {std::pair("12mhz", wire::TimestampFormat::mhz12), std::pair("gps", wire::TimestampFormat::gps), std::pair("none", wire::TimestampFormat::none)}) {
    const auto config = read(feed + "timestamps = \"" + word + "\"");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->feeds[0].timestamps, format);
    EXPECT_EQ(to_string(format), word);
  }
  EXPECT_NE(describe(*read(feed + "timestamps = \"gps\"")).find("beast (time stamps: gps), connect h:1"), std::string::npos);
}

TEST(Config, SaysEachErrorWithItsLineAndWhatToWrite) {
  const std::string feed = "[[feed]]\nname = \"a\"\nformat = \"beast\"\nconnect = \"h:1\"\n";
  const std::vector<std::pair<std::string, std::string>> table{
      {feed + "[[feed]]\nname = \"b\"\nformat = \"foo\"\nconnect = \"h:1\"", "7: feed[2].format: \"foo\" is not a format; one of beast, avr, sbs, aircraft-json, report"},
      {feed + "[[feed]]\nname = \"a\"\nformat = \"avr\"\nconnect = \"h:1\"", "6: feed[2].name: \"a\" is used twice"},
      {feed + "silent = \"3s\"", "5: feed[1].silent: is not a known key; known here are name, format, connect, max_connections, listen, interval, url, file, position, party, silent_after, timestamps"},
      {feed + "silent_aftr = \"3s\"", "5: feed[1].silent_aftr: is not a known key; did you mean silent_after?"},
      {feed + "silent_after = 3", "5: feed[1].silent_after: must be a duration such as \"30s\" or \"20min\""},
      {feed + "silent_after = \"100ms\"", "5: feed[1].silent_after: must be from 1s to 24h"},
      {feed + "timestamps = \"1mhz\"", "5: feed[1].timestamps: \"1mhz\" is no kind of time stamp; one of 12mhz, gps, none"},
      {"[[feed]]\nname = \"a\"\nformat = \"sbs\"\nconnect = \"h:1\"\ntimestamps = \"gps\"", "5: feed[1].timestamps: belongs to feeds of beast and avr"},
      {feed + "url = \"http://x\"", "5: feed[1].url: must not be given beside connect; a feed has one source"},
      {feed + "position = [91, 4]", "5: feed[1].position: [91, 4] is no place on the Earth; latitude comes first, from -90 to 90, then longitude, from -180 to 180"},
      {feed + "position = [nan, 4]", "5: feed[1].position: [nan, 4] is no place on the Earth"},
      {feed + "party = \"x\"", "5: feed[1].party: \"x\" is not a party; no [[party]] is given"},
      {"[[feed]]\nname = \"a\"\nformat = \"beast\"", "1: feed[1]: has no source; give connect, listen, url or file"},
      {"[[feed]]\nformat = \"beast\"\nconnect = \"h:1\"", "1: feed[1].name: is missing"},
      {"[[feed]]\nname = \"a\"\nformat = \"beast\"\nurl = \"http://h\"", "4: feed[1].url: only aircraft-json is polled; give connect, listen or file"},
      {"[[feed]]\nname = \"a\"\nformat = \"aircraft-json\"\nurl = \"ftp://h\"", "4: feed[1].url: \"ftp://h\" must begin with http:// or https://"},
      {"[[feed]]\nname = \"a\"\nformat = \"sbs\"\nconnect = \"h\"", "4: feed[1].connect: \"h\" is not an address; write HOST:PORT, for example 127.0.0.1:30005 or [::1]:30005"},
      {"[[feed]]\nname = \"a\"\nformat = \"sbs\"\nfile = \"absent\"", "4: feed[1].file: there is no file absent"},
      {"feed = 3", "1: feed: must be written as [[feed]], once for each"},
      {"node = 3", "1: node: must be a table, is a whole number"},
      {"[nod]", "1: nod: is not a known key; did you mean node?"},
      {"[node]\nname = 3", "2: node.name: must be a text of 1 to 64 bytes in quotes"},
      {"[node]\nname = \"x", "2: "},
      {"[\x1e]", "1: "},
      {"[node]\nname = \"x\"\nname = \"y\"", "3: "},
      {"[server]\nlisten = \"0.0.0.0:8480\"", "2: server.listen: 0.0.0.0:8480 can be reached from other machines; that needs tls_certificate, tls_key and token_file. Or listen on 127.0.0.1"},
      {"[server]\nlisten = \"[::]:8480\"", "2: server.listen: [::]:8480 can be reached from other machines"},
      {"[server]\nlisten = \"127.0.0.1.example.org:8480\"", "2: server.listen: 127.0.0.1.example.org:8480 can be reached from other machines"},
      {"[server]\ntoken_file = \"absent\"", "2: server.token_file: there is no file absent"},
      {"[server]\ntls_key = \"/dev/null\"", "2: server.tls_key: tls_certificate and tls_key belong together"},
      {"[[minima.clause]]\nhorizontal = \"3nm\"\nvertical = \"200ft\"", "3: minima.clause[1].vertical: must be above level_tolerance"},
      {"[[party]]\nid = \"North\"", "2: party[1].id: \"North\" must be of lower-case letters, digits, \"-\" and \"_\""},
      {"[[party]]\nid = \"unknown\"", "2: party[1].id: \"unknown\" is taken"},
      {"[[party]]\nid = \"a\"\naircraft = [\"4D202\"]", "3: party[1].aircraft[1]: \"4D202\" is not an ICAO address such as \"4D2023\" or a range such as \"3B0000-3BFFFF\""},
      {"[[party]]\nid = \"a\"\naircraft = [\"3B0000-3B00FF\"]\n[[party]]\nid = \"b\"\naircraft = [\"3B00FF\"]", "6: party[2].aircraft[1]: overlaps party[1].aircraft[1] (line 3)"},
      {"[minima]\nhorizontal = \"5\"", "2: minima.horizontal: \"5\" is not a distance; write for example 5nm, 9.26km, 50m or 1000ft"},
      {"[minima]\nhorizontal = \"0nm\"", "2: minima.horizontal: must be above 0 and at most 100nm"},
      {"[minima]\nvertical = \"0ft\"", "2: minima.vertical: must be above 0"},
      {"[minima]\nlevel_tolerance = \"1000ft\"", "2: minima.level_tolerance: must be below the vertical minimum"},
      {"[[minima.clause]]\nhorizontal = \"3nm\"", "1: minima.clause[1].vertical: is missing"},
      {"[[minima.clause]]\nhorizontal = \"3nm\"\nvertical = \"1000ft\"\nclasses = [\"jet\"]", "4: minima.clause[1].classes[1]: \"jet\" is not a class"},
      {"[[zone]]\nrule = \"keep_clear\"\noutline = [[0, 0], [1, 1], [0, 1], [1, 0]]", "3: zone[1].outline: the ring crosses itself: the edge from vertex 1 (0.00000, 0.00000) to vertex 2 (1.00000, 1.00000) meets the edge from vertex 3"},
      {"[[zone]]\nrule = \"keep_clear\"\noutline = [[0, 0], [1, 1]]", "3: zone[1].outline: must be an array of 3 to 1000 positions [latitude, longitude]"},
      {"[[zone]]\nrule = \"keep_clear\"", "1: zone[1]: needs either outline, or centre and radius"},
      {"[[zone]]\nrule = \"keep_clear\"\ncentre = [1, 1]\nradius = \"1nm\"\nfloor = \"FL95\"\nceiling = \"FL60\"", "5: zone[1].floor: must lie below the ceiling"},
      {"[[zone]]\nrule = \"keep_clear\"\ncentre = [1, 1]\nradius = \"1nm\"\nfloor = \"5000\"", "5: zone[1].floor: \"5000\" is not a limit; write surface, unlimited, FL95, \"3000ft amsl\""},
      {"[zones]\nfiles = [\"a.shp\"]", "2: zones.files[1]: \"a.shp\" is of no known kind"},
      {"[[inhibition]]\none = \"4D2023\"\nother = \"4D2024\"\nto = 2026-11-23T00:00:00Z", "1: inhibition[1].reason: is missing"},
      {"[[inhibition]]\nreason = \"x\"\none = \"4D2023\"\nother = \"4D2024\"", "1: inhibition[1].to: is missing"},
      {"[[inhibition]]\nreason = \"x\"\none = \"4D2023\"\nto = 2026-11-23T00:00:00Z", "1: inhibition[1]: needs either the pair one and other, or an area"},
      {"[[group]]\nreason = \"x\"\nmembers = [\"4D2023\"]\nto = 2026-11-23T00:00:00Z", "3: group[1].members: a group has at least two"},
      {"[[group]]\nreason = \"x\"\nmembers = [\"4D2023\", \"4D2024\"]\nto = 2026-11-23T00:00:00", "4: group[1].to: must be a time with its offset, for example 2026-11-23T19:53:45Z"},
      {"[witnessing]\nkey_file = \"w.key\"", "1: witnessing.logs: is missing"},
      {"[record]\ncosigner_key_file = \"w.key\"\n[witnessing]\nkey_file = \"w.key\"\nlogs = []", "4: witnessing.key_file: is the record's cosigner key"},
      {"[witnessing]\nkey_file = \"w.key\"\nlogs = [\"x+y\"]", "3: witnessing.logs"},
      {"[journal]\nkeep = \"700h\"", "2: journal.keep: must be from "},
      {"[journal]\nkept = \"8784h\"", "2: journal.kept"},
      {"[recording]\nmax_size = \"2\"", "2: recording.max_size: must be a size such as \"64MB\" or \"2GB\""},
      {"[recording]\nmax_size = \"10MB\"\nsegment_size = \"20MB\"", "3: recording.segment_size: must not be above max_size"},
      {"[altimetry]\nqnh_hpa = 29.92", "2: altimetry.qnh_hpa: must be a number from 850 to 1100"},
  };
  for (const auto& [text, expected] : table) {
    const std::string error = error_of(text);
    EXPECT_EQ(error.substr(0, 13 + expected.size()), "skypact.toml:" + expected) << text;
    EXPECT_EQ(error.find('\n'), std::string::npos) << "one defect, one error:\n" << text << '\n' << error;
  }
}

constexpr std::string_view a_pin = "oKH2V5lIw4YyoPc/B3ALUnra3All0LM2ijHye3KDR6k=";
constexpr std::string_view a_record_key = "south.example/record+dfbe6d3a+AQLvPpEYcdW6sGrZlsl9RALMgoACQybYG5NT6qyIqWms";
constexpr std::string_view a_cosigner_key = "south.example/cosigner+dabe290f+BCMOpGlnDznXfA225JyUzBEOH+luduTWGy6jd86D565E";

TEST(ConfigOfTheLink, SaysWhatIsWrongWithAPeer) {
  const std::string parties = "[[party]]\nid = \"north\"\n[[party]]\nid = \"south\"\n[node]\nparty = \"north\"\n";
  const std::string tls = parties + "[link]\nlisten = \"0.0.0.0:1\"\ncertificate = \"/dev/null\"\nkey = \"/dev/null\"\n";
  const std::string plain = parties + "[link]\nlisten = \"127.0.0.2:1\"\ndevelopment_plain_http = true\n";
  const std::string pins = "pins = [\"" + std::string(a_pin) + "\"]\n";
  const std::string peer = "[[peer]]\nparty = \"south\"\nurl = \"https://s:1\"\n";
  const auto key = [](const char* name, std::string_view text) { return std::string(name) + " = \"" + std::string(text) + "\"\n"; };
  ASSERT_TRUE(read(tls + peer + pins)) << error_of(tls + peer + pins);
  ASSERT_TRUE(read(plain + "[[peer]]\nparty = \"south\"\nurl = \"http://127.0.0.3:1/\"\n"));
  EXPECT_EQ(read(plain + "[[peer]]\nparty = \"south\"\nurl = \"http://[::1]:1/\"\n")->peers[0].url, "http://[::1]:1");
  const std::vector<std::pair<std::string, std::string>> table{
      {"[link]\nlisten = \"127.0.0.1:1\"\ndevelopment_plain_http = true", "1: link: needs [node] party"},
      {parties + "[link]\nlisten = \"h:1\"", "7: link: needs certificate and key"},
      {parties + "[link]\nlisten = \"0.0.0.0:1\"\ndevelopment_plain_http = true", "9: link.development_plain_http: anybody who reaches 0.0.0.0:1 could speak for any party"},
      {plain + "certificate = \"/dev/null\"", "9: link.development_plain_http: must not be given beside certificate and key"},
      {parties + peer + pins, "7: peer[1]: peers need [link]"},
      {tls + peer, "11: peer[1].pins: is missing"},
      {tls + peer + "pins = [\"AAAA\"]", "14: peer[1].pins[1]: \"AAAA\" is not the base 64 of a SHA-256"},
      {tls + peer + "pins = [\"" + std::string(a_pin) + "\", \"" + std::string(a_pin) + "\"]", "14: peer[1].pins[2]: is peer[1].pins[1] too"},
      {tls + "[[peer]]\nparty = \"north\"\nurl = \"https://s:1\"\n" + pins, "12: peer[1].party: \"north\" is this node's own party"},
      {tls + "[[peer]]\nparty = \"east\"\nurl = \"https://s:1\"\n" + pins, "12: peer[1].party: \"east\" is not one of the [[party]] tables"},
      {tls + "[[peer]]\nparty = \"unknown\"\nurl = \"https://s:1\"\n" + pins, "12: peer[1].party: \"unknown\" is not one of"},
      {tls + "[[peer]]\nparty = \"south\"\nurl = \"s:1\"\n" + pins, "13: peer[1].url: \"s:1\" is not an address"},
      {tls + "[[peer]]\nparty = \"south\"\nurl = \"http://127.0.0.1:1\"\n" + pins, "13: peer[1].url: must begin with https://"},
      {plain + "[[peer]]\nparty = \"south\"\nurl = \"http://s:1\"", "12: peer[1].url: plain http is for this machine only"},
      {tls + peer + pins + key("record_key", a_cosigner_key), "15: peer[1].record_key: is a cosigner's key"},
      {tls + peer + pins + key("cosigner_key", a_record_key), "15: peer[1].cosigner_key: is not a cosigner's key"},
      {tls + peer + pins + key("record_key", a_record_key) + key("root_key", a_record_key), "15: peer[1].record_key: is the same key as peer[1].root_key"},
      {tls + peer + pins + key("record_key", "x+y"), "15: peer[1].record_key: a key is written name+id+base64"},
      {tls + "[[witness]]\nname = \"w\"\nurl = \"http://w\"", "11: witness[1].key: is missing"},
  };
  for (const auto& [text, expected] : table) {
    const std::string error = error_of(text);
    EXPECT_EQ(error.substr(0, 13 + expected.size()), "skypact.toml:" + expected) << text;
    EXPECT_EQ(error.find('\n'), std::string::npos) << "one defect, one error:\n" << text << '\n' << error;
  }
}

TEST(ConfigOfTheLink, KnowsAPartyOnce) {
  const std::string text = "[[party]]\nid = \"north\"\n[[party]]\nid = \"south\"\n[node]\nparty = \"north\"\n"
                           "[link]\nlisten = \"127.0.0.1:1\"\ndevelopment_plain_http = true\n";
  const std::string peer = "[[peer]]\nparty = \"south\"\nurl = \"http://127.0.0.1:2\"\n";
  EXPECT_EQ(error_of(text + peer + peer), "skypact.toml:14: peer[2].party: \"south\" has a peer already; a party runs one node");
}

TEST(Config, ShowsAllErrorsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(error_of("[[feed]]\nname = \"a\"\nformat = \"foo\"\nconnect = \"h:1\"\nx = 1\n[node]\nparty = \"p\"\n"),
            "skypact.toml:3: feed[1].format: \"foo\" is not a format; one of beast, avr, sbs, aircraft-json, report, beacon\n"
            "skypact.toml:5: feed[1].x: is not a known key; known here are name, format, connect, max_connections, listen, interval, url, file, position, party, silent_after, timestamps\n"
            "skypact.toml:7: node.party: \"p\" is not a party; no [[party]] is given");
  std::string many = "[node]\n";
  for (int i = 0; i < 100; ++i) many += "k" + std::to_string(i) + " = 1\n";
  const std::string errors = error_of(many);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 50);
  EXPECT_TRUE(errors.ends_with("skypact.toml: and 50 more errors"));
}

TEST(Config, ReadsAFileThatIsNotThereAsNotFound) {
  EXPECT_EQ(read_config("/nonexistent/skypact.toml").error().code, ErrorCode::not_found);
}

TEST(PartyOf, TakesTheAddressBeforeTheCallsignAndTheLongestBeginning) {
  const auto config = read("[[party]]\nid = \"north\"\naircraft = [\"3B0100-3B01FF\", \"3B0000\"]\ncallsigns = [\"NA\"]\nclass = \"state\"\n"
                           "[[party]]\nid = \"south\"\ncallsigns = [\"NAVY\"]\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto party = [&](const Address& address, std::string_view callsign) {
    const PartyMatch m = party_of(*config, address, callsign);
    return std::to_string(m.party.value) + ' ' + std::string(to_string(m.basis));
  };
  EXPECT_EQ(party(icao_address(0x3B0100), ""), "1 address");
  EXPECT_EQ(party(icao_address(0x3B01FF), "NAVY1"), "1 address");
  EXPECT_EQ(party(icao_address(0x3B0200), ""), "0 none");
  EXPECT_EQ(party(icao_address(0x3B00FF), ""), "0 none");
  EXPECT_EQ(party(icao_address(0x3B0000), ""), "1 address");
  EXPECT_EQ(party(icao_address(0x100000), "NAVY1"), "2 callsign");
  EXPECT_EQ(party(icao_address(0x100000), "NAF1"), "1 callsign");
  EXPECT_EQ(party({AddressKind::adsb_other, 0x3B0100, {}}, ""), "0 none") << "the same number of another kind is nobody's";
  EXPECT_EQ(party_of(*config, icao_address(0x3B0100), "").aircraft_class, AircraftClass::state);
}

TEST(HostPort, ReadsNamesAndAddressesAndKnowsLoopback) {
  for (const auto* text : {"127.0.0.1:8480", "[::1]:8480", "localhost:1"}) {
    const auto address = parse_host_port(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
    EXPECT_TRUE(is_loopback(address->host)) << text;
  }
  for (const auto* text : {"", ":80", "h", "h:", "h:65536", "h:-1", "a b:1", "::1:80", "h:1x", "[]:1"}) EXPECT_FALSE(parse_host_port(text)) << text;
  for (const auto* host : {"0.0.0.0", "::", "128.0.0.1", "127.0.0", "127.0.0.1.2", "127.0.0.256", "example.org", ""}) EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace skypact::node
