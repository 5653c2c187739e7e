// What of a node's events becomes entries of its record.

#include "node/record.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "json/canonical.h"
#include "ledger/tile.h"
#include "node/feed_decoder.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");

json::Document read(const std::string& entry, std::string_view origin = "relief.example/record") {
  EXPECT_TRUE(entry.ends_with('\n'));
  EXPECT_LE(entry.size(), ledger::longest_entry);
  auto document = json::parse(entry);
  EXPECT_TRUE(document) << entry;
  EXPECT_EQ(json::canonical(document->root()).value() + '\n', entry) << "canonical";
  const json::Value root = document->root();
  EXPECT_EQ(root["v"].as_integer(), 1);
  EXPECT_EQ(root["origin"].as_string(), origin);
  EXPECT_TRUE(parse_rfc3339(root["at"].as_string().value()));
  return std::move(*document);
}

TEST(Record, HasEachChangeOfAnAlertOnceAndNotItsRepetitions) {
  const sim::Scenario scenario = sim::demo_scenario(1);
  Config config = parse_config(scenario.configuration, "demo.toml").value();
  FeedConfig receiver;
  receiver.name = "receiver";
  receiver.receiver = scenario.centre;
  config.feeds = {receiver};
  Engine engine(config);
  RecordKeeper keeper("relief.example/record", "relief.example/journal", "relief");
  sim::World world(scenario.flights, start);
  sim::Transmitter transmitter(world, 1);
  FeedDecoder decoder(SourceId{0}, engine.config().feeds[0], engine.config().rules);

  std::size_t told = 0;
  std::vector<std::string> changes;  // "key state severity acknowledgements"
  std::set<std::string> raised, ended;
  const auto take = [&](const std::vector<Event>& events) {
    for (const Event& event : events) {
      const bool is_alert = std::holds_alternative<Alert>(event.what);
      told += is_alert ? 1 : 0;
      Salt salt{};
      salt[0] = static_cast<std::uint8_t>(told);
      const MachineEntries entries = keeper.entries(event, *engine.picture(), salt);
      EXPECT_TRUE(entries.journal || is_alert);
      EXPECT_EQ(entries.record.has_value(), entries.journal && is_alert) << "only alerts are committed to";
      if (!entries.record) continue;
      const auto document = read(*entries.journal, "relief.example/journal");
      const json::Value alert = document.root()["body"]["alert"];
      const auto opened = open_entry(*entries.journal);
      ASSERT_TRUE(opened);
      const auto committed = read(*entries.record);
      EXPECT_EQ(committed.root()["body"]["commitment"].as_string(), ledger::to_base64(opened->commitment));
      EXPECT_EQ(entries.record->find("position"), std::string::npos) << "where an aircraft is stands in the journal alone";
      const std::string key(alert["key"].as_string().value()), state(alert["state"].as_string().value());
      changes.push_back(key + ' ' + state + ' ' + std::string(alert["severity"].as_string().value()) + ' ' +
                        std::to_string(alert["acknowledgements"].size()));
      raised.insert(key);
      if (state == "ended") ended.insert(key);
    }
  };
  for (int s = 1; s <= 120; ++s) {
    const Time now = start + seconds(s);
    std::vector<std::uint8_t> bytes;
    sim::append_beast(transmitter.advance_to(now).frames, start, bytes);
    decoder.push(std::span(bytes), now);
    engine.observe(decoder.take());
    take(engine.tick(now));
    if (s == 100) {
      ASSERT_FALSE(engine.picture()->alerts.empty());
      const auto events = engine.apply(Acknowledge{engine.picture()->alerts[0].key, PartyId{1}, "duty", Intention::we_move, "climbing"}, now);
      ASSERT_TRUE(events);
      take(*events);
    }
  }
  EXPECT_GT(raised.size(), 2u);
  EXPECT_FALSE(ended.empty());
  EXPECT_LT(changes.size(), told / 2) << "an open alert is told every five seconds";
  std::map<std::string, std::string> last;
  bool acknowledged = false;
  for (const std::string& change : changes) {
    const std::string key = change.substr(0, change.find(' '));
    EXPECT_NE(last[key], change) << "twice the same";
    last[key] = change;
    acknowledged = acknowledged || change.ends_with(" 1");
  }
  EXPECT_TRUE(acknowledged);
}

TEST(Record, SaysWhatStretchOfTheRecordingItStandsFor) {
  const RecordKeeper keeper("relief.example/record", "relief.example/journal", "relief");
  TrafficStretch stretch;
  stretch.segment = "20260101T120000.000Z.skyrec";
  stretch.from = 120;
  stretch.to = 70'000;
  stretch.sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  stretch.since = start;
  stretch.until = start + seconds(10);
  stretch.sources = {{"roof", 60'000, 2000, 900, 50, 3, 53, 8}, {"tower", 100, 1, 0}};
  const auto document = read(keeper.traffic(start + seconds(10), stretch));
  const json::Value body = document.root()["body"];
  EXPECT_EQ(document.root()["type"].as_string(), "traffic");
  EXPECT_EQ(body["to_byte"].as_integer(), 70'000);
  std::size_t n = 0;
  for (const json::Value source : body["sources"].elements()) {
    EXPECT_EQ(source["area"].exists(), n == 0);
    ++n;
  }
  EXPECT_EQ(n, 2u);
}

}  // namespace
}  // namespace skypact::node
