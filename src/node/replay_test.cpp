// Replay: what a node recorded brings it back; a recording off the air gives what docs/recordings.md says.

#include "node/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "node/api_json.h"
#include "node/command.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"
#include "tests/paths.h"
#include "wire/recording.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
constexpr int length_s = 90;

Config demo_config(const sim::Scenario& scenario) {
  Config config = parse_config(scenario.configuration, "demo.toml").value();
  FeedConfig receiver;
  receiver.name = "receiver";
  receiver.receiver = scenario.centre;
  config.feeds = {receiver};
  return config;
}

const Alert* distress_of(const Engine& engine) {
  const auto& alerts = engine.picture()->alerts;
  static std::map<const Engine*, Alert> kept;
  const auto at = std::find_if(alerts.begin(), alerts.end(), [](const Alert& a) { return a.kind == AlertKind::distress; });
  return at == alerts.end() ? nullptr : &(kept[&engine] = *at);
}

std::set<std::string> open_keys(const Engine& engine) {
  std::set<std::string> keys;
  for (const Alert& alert : engine.picture()->alerts) keys.insert(alert.key + ' ' + std::string(to_string(alert.state)));
  return keys;
}

// A node on the demo's sky that records what it does, as a server would; a zone is drawn and the emergency
// acknowledged on the way.
class RecordedNode : public testing::Test {
 protected:
  RecordedNode() : scenario_(sim::demo_scenario(1)), config_(demo_config(scenario_)), node_(config_) {
    sim::World world(scenario_.flights, start);
    sim::Transmitter transmitter(world, 1);
    FeedDecoder decoder(SourceId{0}, config_.feeds[0], config_.rules);
    wire::RecordingWriter writer(recording_, {{SourceId{0}, "receiver", "beast"}}, start);
    const auto command = [&](const Command& given, Time at) {
      writer.command(at, to_json(given, node_.picture()->rules->parties));
      ASSERT_TRUE(node_.apply(given, at));
    };
    bool acknowledged = false;
    for (int s = 1; s <= length_s; ++s) {
      const Time now = start + seconds(s);
      std::vector<std::uint8_t> bytes;
      sim::append_beast(transmitter.advance_to(now).frames, start, bytes);
      writer.bytes(SourceId{0}, now, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      decoder.push(bytes, now);
      node_.observe(decoder.take());
      node_.tick(now);
      writer.tick(now);
      const Alert* distress = distress_of(node_);
      if (s == 30) {
        Zone zone;
        zone.id = "drawn";
        zone.centre = scenario_.centre;
        zone.radius = nautical_miles(1);
        command(AddZones{{zone}}, now);
      }
      if (distress != nullptr && !acknowledged) {
        command(Acknowledge{distress->key, PartyId{1}, "duty", Intention::seen, ""}, now);
        acknowledged = true;
      }
    }
    EXPECT_TRUE(acknowledged);
    folder_ = std::filesystem::path(testing::TempDir()) / ("replay_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
    std::ofstream(wire::RecordingFolder(folder_).segment_path(start), std::ios::binary) << recording_;
  }
  ~RecordedNode() override { std::filesystem::remove_all(folder_); }

  std::vector<wire::Segment> segments() const { return wire::RecordingFolder(folder_).segments().value(); }

  sim::Scenario scenario_;
  Config config_;
  Engine node_;
  std::string recording_;
  std::filesystem::path folder_;
};

TEST_F(RecordedNode, ComesBackWithItsAlertsItsAcknowledgementsAndItsZones) {
  Engine again(config_for_recording(segments(), config_));
  const auto totals = replay_recording(again, segments(), {Time::min(), Time::max()}, [](const auto&) { return true; });
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->ticks, static_cast<std::uint64_t>(length_s));
  EXPECT_EQ(totals->commands, 2u);
  EXPECT_EQ(totals->commands_refused, 0u);
  EXPECT_EQ(totals->damaged_stretches, 0u);
  EXPECT_EQ(open_keys(again), open_keys(node_));
  EXPECT_EQ(again.picture()->tracks->size(), node_.picture()->tracks->size());

  const Alert* distress = distress_of(again);
  ASSERT_NE(distress, nullptr);
  ASSERT_EQ(distress->acknowledgements.size(), 1u);
  EXPECT_EQ(distress->acknowledgements[0].by, "duty");
  EXPECT_EQ(distress->acknowledgements[0].at, distress_of(node_)->acknowledgements[0].at);
  const auto& zones = again.picture()->rules->zones;
  EXPECT_TRUE(std::any_of(zones.begin(), zones.end(), [](const Zone& z) { return z.id == "drawn"; }));
}

TEST_F(RecordedNode, IsReplayedOnlyInTheSpanThatIsAskedFor) {
  Engine again(config_for_recording(segments(), config_));
  const Interval<Time> span{start + seconds(60), start + seconds(80)};
  const auto totals = replay_recording(again, segments(), span, [](const auto&) { return true; });
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->from, span.from);
  EXPECT_EQ(totals->to, span.to - seconds(1));
}

TEST_F(RecordedNode, TornAtItsEndGivesWhatCameBefore) {
  const auto path = segments().front().path;
  std::filesystem::resize_file(path, recording_.size() * 2 / 3);
  Engine again(config_for_recording(segments(), config_));
  const auto totals = replay_recording(again, segments(), {Time::min(), Time::max()}, [](const auto&) { return true; });
  ASSERT_TRUE(totals);
  EXPECT_GT(totals->ticks, 30u);
  EXPECT_LT(totals->ticks, static_cast<std::uint64_t>(length_s));
}

TEST(Replay, OfTheSharedSbsRecordingIsTheSameTwiceAndAsDocumented) {
  const auto path = tests::shared_data() / "sbs/stratux-35min.log.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  std::string printed[2];
  for (std::string& out : printed) {
    Engine engine(config_for_file(FeedFormat::sbs, {}));
    auto file = InputFile::open(path).value();
    std::map<AlertKind, std::set<AlertId>> alerts;
    const auto totals = replay_file(engine, file, {}, [&](const std::vector<Event>& events) {
      for (const Event& event : events) {
        if (const Alert* alert = std::get_if<Alert>(&event.what)) {
          out += event_json(event, *engine.picture()) + '\n';
          alerts[alert->kind].insert(alert->id);
        }
      }
      return true;
    });
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->messages, 44'481u);
    EXPECT_EQ(totals->positions, 2'104u);
    EXPECT_EQ(engine.picture()->aircraft_seen, 246u);
    EXPECT_EQ(alerts[AlertKind::conflict].size(), 1u);
    EXPECT_EQ(alerts[AlertKind::interference].size(), 1u);
  }
  EXPECT_FALSE(printed[0].empty());
  EXPECT_EQ(printed[0], printed[1]);
}

}  // namespace
}  // namespace skypact::node
