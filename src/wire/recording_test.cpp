// The recording: what is written is read; what a crash or a bad disk does to it costs only what it hit.

#include "wire/recording.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>


namespace skypact::wire {
namespace {

const Time start = *parse_rfc3339("2026-11-23T19:53:45.123456789Z");
const std::vector<RecordedSource> sources{{SourceId{0}, "roof", "beast"}, {SourceId{7}, "dérive", "report"}};

struct Written {
  std::string text;
  std::vector<std::size_t> ends;  // of the header and of each record
};

Written write_some() {
  Written w;
  RecordingWriter writer(w.text, sources, start);
  const auto done = [&] { w.ends.push_back(w.text.size()); };
  done();
  writer.connected(SourceId{0}, start + seconds(1), "127.0.0.1:30005"), done();
  writer.bytes(SourceId{0}, start + seconds(2), std::string_view("\x1a\x33\xA7\x5C\x01\0\0\0", 8)), done();
  writer.tick(start + seconds(3)), done();
  writer.command(start + seconds(4), R"({"type":"acknowledge","alert":"c-1"})"), done();
  writer.bytes(SourceId{7}, start + seconds(5), ""), done();
  writer.disconnected(SourceId{0}, start + seconds(6), "closed by the peer"), done();
  return w;
}

std::string describe(RecordingReader& reader) {
  std::string text;
  while (const auto r = reader.next()) {
    text += std::string(to_string(r->type)) + ' ' + std::to_string(r->source.value) + ' ' +
            std::to_string((r->received_at - start) / seconds(1)) + ' ' + std::to_string(r->payload.size()) + '\n';
  }
  return text;
}

TEST(Recording, ReadsBackWhatWasWritten) {
  const Written w = write_some();
  auto reader = RecordingReader::open(w.text);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->sources(), sources);
  EXPECT_EQ(reader->started_at(), start);
  EXPECT_EQ(describe(*reader), "connected 0 1 15\nfeed_bytes 0 2 8\ntick 65535 3 0\ncommand 65535 4 36\nfeed_bytes 7 5 0\ndisconnected 0 6 18\n");
  EXPECT_EQ(reader->damaged_stretches(), 0u);
  EXPECT_FALSE(reader->next());
}

TEST(Recording, CutAtAnyByteGivesEveryRecordBeforeTheCut) {
  const Written w = write_some();
  for (std::size_t cut = 0; cut <= w.text.size(); ++cut) {
    auto reader = RecordingReader::open(std::string_view(w.text).substr(0, cut));
    ASSERT_EQ(reader.has_value(), cut >= w.ends[0]) << cut;
    if (!reader) continue;
    std::size_t read = 0;
    while (reader->next()) ++read;
    std::size_t whole = 0;
    while (whole + 1 < w.ends.size() && w.ends[whole + 1] <= cut) ++whole;
    EXPECT_EQ(read, whole) << cut;
    EXPECT_EQ(reader->skipped_bytes(), cut - w.ends[whole]) << cut;
    EXPECT_EQ(reader->damaged_stretches(), cut == w.ends[whole] ? 0u : 1u) << cut;
  }
}

TEST(Recording, DamageAtAnyByteCostsOnlyTheRecordItHit) {
  const Written w = write_some();
  for (std::size_t at = 0; at < w.text.size(); ++at) {
    std::string text = w.text;
    text[at] = static_cast<char>(text[at] ^ 0x55);
    auto reader = RecordingReader::open(text);
    ASSERT_EQ(reader.has_value(), at >= w.ends[0]) << at;
    if (!reader) continue;
    std::size_t read = 0;
    while (reader->next()) ++read;
    EXPECT_EQ(read, w.ends.size() - 2) << at;
    EXPECT_EQ(reader->damaged_stretches(), 1u) << at;
  }
}

TEST(Recording, DoesNotTakeBytesInsideADamagedRecordForARecord) {
  std::string other, text;
  RecordingWriter forger(other, sources, start + Duration(1));  // all is known but the nanosecond of the start
  const std::size_t header = other.size();
  forger.command(start, "{}");
  RecordingWriter writer(text, sources, start);
  const std::size_t begin = text.size();
  writer.bytes(SourceId{0}, start, other.substr(header));
  writer.tick(start);
  text[begin + 2] = 9;
  auto reader = RecordingReader::open(text);
  ASSERT_TRUE(reader);
  EXPECT_EQ(describe(*reader), "tick 65535 0 0\n");
}

TEST(Recording, RefusesWhatIsNoRecordingOfThisVersion) {
  EXPECT_EQ(RecordingReader::open("MSG,3,1").error().message, "this is no skypact recording");
  std::string text = write_some().text;
  text[6] = 2;
  EXPECT_EQ(RecordingReader::open(text).error().message, "this recording is of a version that this program does not read");
}

TEST(Recording, SplitsFeedBytesBeyondTheLimit) {
  std::string text;
  RecordingWriter writer(text, {}, start);
  const std::string much(RecordingLimits::payload + 1, 'x');
  writer.bytes(SourceId{0}, start, much);
  auto reader = RecordingReader::open(text);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->next()->payload.size(), RecordingLimits::payload);
  EXPECT_EQ(reader->next()->payload.size(), 1u);
  EXPECT_FALSE(reader->next());
}

TEST(SegmentPolicy, FillsBySizeAndByAge) {
  const SegmentPolicy policy{.segment_size_bytes = 100, .segment_age = minutes(10), .max_size_bytes = 0, .max_age = {}};
  EXPECT_FALSE(segment_is_full(policy, 99, start, start + minutes(10) - Duration(1)));
  EXPECT_TRUE(segment_is_full(policy, 100, start, start));
  EXPECT_TRUE(segment_is_full(policy, 0, start, start + minutes(10)));
}

std::vector<Segment> five_segments() {
  std::vector<Segment> segments;
  for (int i = 0; i < 5; ++i) segments.push_back({std::to_string(i), start + minutes(10 * i), 100});
  return segments;
}
std::string names(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& s : segments) text += s.path.string();
  return text;
}

TEST(SegmentPolicy, DeletesTheOldestUntilBothBoundsHoldAndNeverTheNewest) {
  const Time now = start + minutes(45);
  const auto deleted = [&](std::uint64_t size, Duration age) {
    return names(segments_to_delete({.segment_size_bytes = 1, .segment_age = {}, .max_size_bytes = size, .max_age = age}, five_segments(), now));
  };
  EXPECT_EQ(deleted(500, std::chrono::hours(1)), "");
  EXPECT_EQ(deleted(499, std::chrono::hours(1)), "0");
  EXPECT_EQ(deleted(250, std::chrono::hours(1)), "012");
  EXPECT_EQ(deleted(0, Duration(0)), "0123");
  EXPECT_EQ(deleted(500, minutes(35)), "") << "the first one ends exactly 35 min ago";
  EXPECT_EQ(deleted(500, minutes(35) - Duration(1)), "0");
  EXPECT_EQ(names(segments_to_delete({}, {}, now)), "");
}

TEST(SegmentPolicy, FindsTheSegmentsOfASpan) {
  const auto covering = [&](int from_min, int to_min) {
    return names(segments_covering(five_segments(), {start + minutes(from_min), start + minutes(to_min)}));
  };
  EXPECT_EQ(covering(0, 10), "0");
  EXPECT_EQ(covering(10, 11), "1");
  EXPECT_EQ(covering(9, 31), "0123");
  EXPECT_EQ(covering(100, 200), "4");
  EXPECT_EQ(covering(-5, 0), "");
  EXPECT_EQ(covering(-5, 1), "0");
  EXPECT_EQ(covering(5, 5), "");
}

TEST(RecordingFolder, NamesListsAndDeletesItsSegmentsAndNothingElse) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "recording_folder_test";
  std::filesystem::remove_all(path);
  const RecordingFolder folder(path);
  EXPECT_EQ(folder.segments().error().code, ErrorCode::unreachable);
  std::filesystem::create_directories(path);
  EXPECT_EQ(folder.segment_path(start).filename(), "20261123T195345.123Z.skyrec");
  const auto add = [&](Time at, std::size_t size) { std::ofstream(folder.segment_path(at)) << std::string(size, 'x'); };
  add(start + minutes(10), 50);
  add(start, 100);
  add(start, 30);  // the same millisecond: the next free name
  std::ofstream(path / "notes.skyrec") << "not ours";
  std::ofstream(path / "20261123T195345.123Z.txt") << "not ours";
  auto segments = folder.segments();
  ASSERT_TRUE(segments);
  ASSERT_EQ(segments->size(), 3u);
  EXPECT_EQ((*segments)[0].size_bytes, 100u);
  EXPECT_EQ((*segments)[1].path.filename(), "20261123T195345.124Z.skyrec");
  EXPECT_EQ((*segments)[2].started_at, std::chrono::floor<milliseconds>(start) + minutes(10));
  EXPECT_EQ(*folder.delete_oldest({.segment_size_bytes = 1, .segment_age = {}, .max_size_bytes = 100, .max_age = std::chrono::hours(1)}, start), 100u);
  EXPECT_EQ(folder.segments()->size(), 2u);
  EXPECT_TRUE(std::filesystem::exists(path / "notes.skyrec"));
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace skypact::wire
