// The stretches of a recording that its node's record stands for: every byte of every segment is in one, with its hash.

#include "server/recorder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/input_file.h"
#include "ledger/hash.h"
#include "server/log.h"

namespace skypact::server {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
geo::Position place(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

TEST(Recorder, TellsEveryByteOfItsSegmentsInStretchesWithTheirHash) {
  log::set_level("off");
  const auto folder = std::filesystem::path(testing::TempDir()) / "recorder_test";
  std::filesystem::remove_all(folder);
  node::RecordingConfig config;
  config.folder = folder;
  config.segment_size_bytes = 20'000;
  std::vector<node::TrafficStretch> told;
  {
    Recorder recorder(config, {{SourceId{0}, "roof", "beast"}, {SourceId{1}, "tower", "sbs"}},
                      [&](Time, const node::TrafficStretch& stretch) { told.push_back(stretch); });
    for (int s = 0; s < 65; ++s) {
      const Time now = start + seconds(s);
      recorder.bytes(SourceId{0}, now, std::string(500, static_cast<char>('a' + s % 26)), {3, {place(52, 4 + s / 100.0), place(51, 5)}});
      if (s == 7) recorder.bytes(SourceId{1}, now, "MSG", {1, {}});
      recorder.tick(now);
      ASSERT_TRUE(recorder.flush(minutes(1)));
    }
  }
  std::map<std::string, std::uint64_t> reached;
  std::uint64_t messages = 0;
  for (const auto& stretch : told) {
    EXPECT_EQ(stretch.from, reached[stretch.segment]) << "no byte between two stretches";
    reached[stretch.segment] = stretch.to;
    const std::string bytes = read_bytes(folder / stretch.segment, 1 << 20).value();
    ASSERT_LE(stretch.to, bytes.size());
    EXPECT_EQ(ledger::to_base64(ledger::sha256(ledger::as_bytes(std::string_view(bytes).substr(stretch.from, stretch.to - stretch.from)))), stretch.sha256);
    EXPECT_LE(stretch.until - stretch.since, Recorder::stretch_period + seconds(1));
    ASSERT_FALSE(stretch.sources.empty());
    EXPECT_EQ(stretch.sources[0].name, "roof");
    EXPECT_EQ(stretch.sources[0].south, 51);
    EXPECT_EQ(stretch.sources[0].north, 52);
    EXPECT_EQ(stretch.sources[0].east, 5);
    for (const auto& source : stretch.sources) messages += source.messages;
  }
  EXPECT_GE(reached.size(), 2u) << "segments";
  for (const auto& [segment, to] : reached) EXPECT_EQ(to, std::filesystem::file_size(folder / segment)) << segment;
  EXPECT_EQ(messages, 65 * 3 + 1u);
  EXPECT_GE(told.size(), 6u);
  std::filesystem::remove_all(folder);
}

TEST(Recorder, BeginsEverySegmentWithTheCommandThatStands) {
  log::set_level("off");
  const auto folder = std::filesystem::path(testing::TempDir()) / "recorder_standing_test";
  std::filesystem::remove_all(folder);
  node::RecordingConfig config;
  config.folder = folder;
  config.segment_size_bytes = 5'000;
  {
    Recorder recorder(config, {{SourceId{0}, "roof", "beast"}}, {});
    recorder.standing_command(start, "agreed", "{\"old\":1}");
    recorder.standing_command(start, "agreed", "{\"command\":\"set_agreed\"}");
    recorder.standing_command(start, "notices", "{\"command\":\"set_notice_zones\"}");
    recorder.command(start, "{\"once\":1}");
    for (int s = 0; s < 40; ++s) {
      recorder.bytes(SourceId{0}, start + seconds(s), std::string(500, 'a'), {});
      ASSERT_TRUE(recorder.flush(minutes(1)));
    }
  }
  std::size_t segments = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string content = read_bytes(entry.path(), 1 << 20).value();
    auto reader = wire::RecordingReader::open(content).value();
    std::vector<std::string> commands;
    while (const auto record = reader.next()) {
      if (record->type == wire::RecordType::command) commands.emplace_back(record->payload);
    }
    ASSERT_FALSE(commands.empty()) << entry.path();
    if (commands.size() == 2) {
      EXPECT_EQ(commands[0], "{\"command\":\"set_agreed\"}");
      EXPECT_EQ(commands[1], "{\"command\":\"set_notice_zones\"}");
      ++segments;
    }
  }
  EXPECT_GE(segments, 2u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace skypact::server
