// A feed decoder gives the same observations in pieces of any size, and is never ended by bad bytes.

#include "node/feed_decoder.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/document_splitter.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"
#include "wire/adsb_encode.h"
#include "wire/beast.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-11-23T20:00:00Z");

Rules rules_of_the_demo() {
  Rules rules;
  rules.parties = {{"unknown", "Unknown", "?"}, {"north", "North", "N"}, {"south", "South", "S"}, {"relief", "Relief", "R"}};
  return rules;
}

struct Bytes {
  std::string beast, reports;
};
Bytes ten_seconds_of_the_demo() {
  sim::World world(sim::demo_scenario(5).flights, start);
  sim::Transmitter transmitter(world, 5);
  const sim::Sent sent = transmitter.advance_to(start + seconds(10));
  std::vector<std::uint8_t> beast;
  sim::append_beast(sent.frames, start, beast);
  Bytes bytes{{beast.begin(), beast.end()}, {}};
  for (const auto& report : sent.reports) bytes.reports += report.line;
  return bytes;
}

FeedConfig feed(FeedFormat format) {
  FeedConfig config;
  config.name = "test";
  config.format = format;
  return config;
}

// A text of what matters in a list of observations, so that two lists compare.
std::string summary(const std::vector<Observation>& observations) {
  std::string text;
  for (const Observation& o : observations) {
    text += to_string(o.address) + ' ' + to_rfc3339(o.received_at) + ' ' + to_rfc3339(o.measured_at);
    if (o.position) text += ' ' + std::to_string(o.position->lat_e7) + ' ' + std::to_string(o.position->lon_e7);
    if (o.pressure_altitude) text += ' ' + std::to_string(o.pressure_altitude->in_feet());
    if (o.callsign) text += ' ' + std::string(o.callsign->view());
    text += '\n';
  }
  return text;
}

std::string decoded(FeedFormat format, const std::string& bytes, std::uint64_t seed, std::size_t longest) {
  FeedDecoder decoder(SourceId{3}, feed(format), rules_of_the_demo(), {.is_recording = true, .start = start});
  Random random(seed);
  std::vector<Observation> all;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(longest), bytes.size() - at);
    decoder.push(std::string_view(bytes).substr(at, size), start);
    at += size;
    if (random.chance(0.5)) {
      const FeedBatch batch = decoder.take();
      EXPECT_EQ(batch.feed, SourceId{3});
      all.insert(all.end(), batch.observations.begin(), batch.observations.end());
    }
  }
  decoder.end_of_stream(start);
  const FeedBatch rest = decoder.take();
  all.insert(all.end(), rest.observations.begin(), rest.observations.end());
  return summary(all);
}

TEST(FeedDecoder, GivesTheSameObservationsInPiecesOfAnySize) {
  const Bytes bytes = ten_seconds_of_the_demo();
  for (const auto& [format, text] : {std::pair(FeedFormat::beast, bytes.beast), std::pair(FeedFormat::report, bytes.reports)}) {
    const std::string whole = decoded(format, text, 1, text.size());
    EXPECT_GT(whole.size(), 1000u);
    for (const std::uint64_t seed : {2u, 3u, 4u}) EXPECT_EQ(decoded(format, text, seed, seed == 2 ? 1 : 700), whole) << "seed " << seed;
  }
}

TEST(FeedDecoder, TakesTheTimeOfARecordingFromItsStamps) {
  const Bytes bytes = ten_seconds_of_the_demo();
  FeedDecoder decoder(SourceId{0}, feed(FeedFormat::beast), rules_of_the_demo(), {.is_recording = true, .start = start});
  decoder.push(bytes.beast, Time{});
  const auto observations = decoder.take().observations;
  ASSERT_GT(observations.size(), 1000u);
  EXPECT_GE(observations.front().received_at, start);
  EXPECT_LE(observations.front().received_at, start + milliseconds(100));
  EXPECT_NEAR(to_seconds(observations.back().received_at - observations.front().received_at), 10, 0.1);
}

// Frames at the given times of day, as a Radarcape stamps them.
std::string gps_stamped(const std::vector<Duration>& times_of_day) {
  std::vector<std::uint8_t> beast;
  for (const Duration t : times_of_day) {
    const auto second = static_cast<std::uint64_t>(t / seconds(1)), rest = static_cast<std::uint64_t>((t % seconds(1)).count());
    const auto frame = wire::encode_identification(0x4D2023, "GPS", "A3");
    wire::append_beast(wire::make_frame({frame.data(), frame.size()}, second << 30 | rest), beast);
  }
  return {beast.begin(), beast.end()};
}

TEST(FeedDecoder, DatesByTheGpsTimeOfTheReceiverWhereTheFeedSaysSo) {
  const std::string bytes = gps_stamped({std::chrono::hours(20) - milliseconds(700)});
  const auto measured = [&](wire::TimestampFormat format) {
    FeedConfig config = feed(FeedFormat::beast);
    config.timestamps = format;
    FeedDecoder decoder(SourceId{0}, config, rules_of_the_demo());
    decoder.push(bytes, start);
    const FeedBatch batch = decoder.take();
    EXPECT_EQ(batch.errors.total(), 0u);
    return batch.observations.at(0).measured_at;
  };
  EXPECT_EQ(measured(wire::TimestampFormat::gps), start - milliseconds(700));
  EXPECT_EQ(measured(wire::TimestampFormat::mhz12), start);
  EXPECT_EQ(measured(wire::TimestampFormat::none), start);
}

TEST(FeedDecoder, CountsGpsTimesThatReceiptContradicts) {
  FeedConfig config = feed(FeedFormat::beast);
  config.timestamps = wire::TimestampFormat::gps;
  FeedDecoder decoder(SourceId{0}, config, rules_of_the_demo());
  decoder.push(gps_stamped({std::chrono::hours(3), std::chrono::hours(20)}), start);
  const FeedBatch batch = decoder.take();
  EXPECT_EQ(batch.observations.at(0).measured_at, start);
  EXPECT_EQ(batch.errors[wire::DecodeError::time_contradicted], 1u);
}

TEST(FeedDecoder, TakesTheTimeOfARecordingFromItsGpsStampsAcrossMidnight) {
  FeedConfig config = feed(FeedFormat::beast);
  config.timestamps = wire::TimestampFormat::gps;
  FeedDecoder decoder(SourceId{0}, config, rules_of_the_demo(), {.is_recording = true, .start = start});
  const Duration day = std::chrono::hours(24);
  decoder.push(gps_stamped({std::chrono::hours(21), day - seconds(1), day - seconds(2), seconds(1)}), Time{});
  const FeedBatch batch = decoder.take();
  ASSERT_EQ(batch.observations.size(), 4u);
  const Time midnight = std::chrono::floor<std::chrono::days>(start) + day;
  EXPECT_EQ(batch.observations[0].received_at, midnight - std::chrono::hours(3));
  EXPECT_EQ(batch.observations[1].received_at, midnight - seconds(1));
  EXPECT_EQ(batch.observations[2].received_at, midnight - seconds(1));   // a second out of order
  EXPECT_EQ(batch.observations[3].received_at, midnight + seconds(1));
  EXPECT_EQ(batch.errors.total(), 0u);
}

TEST(FeedDecoder, CountsGarbageByReasonAndGoesOn) {
  const Bytes bytes = ten_seconds_of_the_demo();
  FeedDecoder decoder(SourceId{0}, feed(FeedFormat::beast), rules_of_the_demo());
  Random random(9);
  std::string garbage;
  for (int i = 0; i < 5000; ++i) garbage += static_cast<char>(random.below(256));
  decoder.push(garbage, start);
  decoder.end_of_stream(start);
  decoder.push(bytes.beast, start + seconds(1));
  const FeedBatch batch = decoder.take();
  EXPECT_GT(batch.errors.total(), 0u);
  EXPECT_GT(batch.observations.size(), 1000u);
  EXPECT_EQ(batch.bytes, garbage.size() + bytes.beast.size());
  const FeedBatch nothing = decoder.take();
  EXPECT_EQ(nothing.errors.total(), 0u);
  EXPECT_EQ(nothing.messages, 0u);
  EXPECT_TRUE(nothing.observations.empty());
}

TEST(DocumentSplitter, CutsAStreamOfObjectsWhereverThePiecesEnd) {
  const std::string text = R"( {"a":"}{\"\\"} {"b":[{},{"c":1}]}
x{"d":2}{"torn":)";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    DocumentSplitter splitter(1000);
    std::vector<std::string> found;
    const auto keep = [&](std::string_view document) { found.emplace_back(document); };
    for (std::size_t at = 0; at < text.size(); at += piece) splitter.push(std::string_view(text).substr(at, piece), keep);
    splitter.finish(keep);
    EXPECT_EQ(found, (std::vector<std::string>{R"({"a":"}{\"\\"})", R"({"b":[{},{"c":1}]})", R"({"d":2})", R"({"torn":)"})) << piece;
  }
}

TEST(DocumentSplitter, DropsAnObjectBeyondItsBoundAndGoesOn) {
  DocumentSplitter splitter(8);
  std::vector<std::string> found;
  splitter.push(R"({"a":"much too long"}{"b":1})", [&](std::string_view document) { found.emplace_back(document); });
  EXPECT_EQ(found, (std::vector<std::string>{R"({"b":1})"}));
}

}  // namespace
}  // namespace skypact::node
