#pragma once
// The raw recording of every feed: what came in, from where, when; enough to run the node again over it.
// Format: docs/formats/recording.md.
//
//     std::string segment;
//     RecordingWriter writer(segment, {{0, "roof", "beast"}}, now);
//     writer.bytes(SourceId{0}, now, received);           // appends; the caller writes `segment` to a file
//
//     auto reader = RecordingReader::open(file_content);    // or a memory-mapped file
//     while (auto record = reader->next()) replay(*record);
//     if (reader->damaged_stretches() > 0) …                 // what a crash or a bad disk cost
//
// The writer appends whole records to a string and knows no file: whoever owns the file writes the string
// out and clears it. The reader survives a torn tail and damage in the middle: it goes on at the next
// record that proves intact. Not thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/identity.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::wire {

enum class RecordType : std::uint8_t {
  feed_bytes = 1,    // payload: bytes as they came from the source
  connected = 2,     // payload: the peer, as text; may be empty
  disconnected = 3,  // payload: why, as text; may be empty
  command = 4,       // payload: JSON text (acknowledge, zone change, manual report, …); no source
  tick = 5,          // the watch stepped at received_at; payload empty; no source
};
[[nodiscard]] std::string_view to_string(RecordType type);

inline constexpr SourceId no_source{0xFFFF};

struct RecordedSource {
  SourceId id;
  std::string name;    // at most 255 bytes
  std::string format;  // "beast", "avr", "sbs", "aircraft-json", "report"
  friend bool operator==(const RecordedSource&, const RecordedSource&) = default;
};

struct Record {
  RecordType type = RecordType::feed_bytes;
  SourceId source;
  Time received_at;
  std::string_view payload;  // into the reader's text
};

struct RecordingLimits {
  static constexpr std::size_t payload = std::size_t{64} << 20;  // an aircraft.json may be large
  static constexpr std::size_t sources = 1024;
};

class RecordingWriter {
 public:
  // Appends the header to `out`, which must outlive the writer.
  RecordingWriter(std::string& out, const std::vector<RecordedSource>& sources, Time started_at);

  // Feed bytes beyond the payload limit become several records; any other payload must be within it.
  void bytes(SourceId source, Time received_at, std::string_view payload);
  void connected(SourceId source, Time at, std::string_view peer);
  void disconnected(SourceId source, Time at, std::string_view why);
  void command(Time at, std::string_view json);
  void tick(Time at);

 private:
  void record(RecordType type, SourceId source, Time at, std::string_view payload);

  std::string& out_;
  std::uint32_t header_crc_ = 0;
};

class RecordingReader {
 public:
  // `content` must outlive the reader and its records. Error: bad_input where it does not begin with a
  // header of a known version.
  static Result<RecordingReader> open(std::string_view content);

  [[nodiscard]] const std::vector<RecordedSource>& sources() const { return sources_; }
  [[nodiscard]] Time started_at() const { return started_at_; }

  // The next intact record; nullopt at the end.
  [[nodiscard]] std::optional<Record> next();

  // Stretches of bytes that were no intact record and were skipped, the torn tail included.
  [[nodiscard]] std::uint64_t damaged_stretches() const { return damaged_; }
  [[nodiscard]] std::uint64_t skipped_bytes() const { return skipped_; }

 private:
  explicit RecordingReader(std::string_view content) : content_(content) {}

  std::string_view content_;
  std::size_t at_ = 0;
  std::uint32_t header_crc_ = 0;
  std::vector<RecordedSource> sources_;
  Time started_at_;
  std::uint64_t damaged_ = 0;
  std::uint64_t skipped_ = 0;
};

// Whether a segment is full; the same for the same arguments.
struct SegmentPolicy {
  std::uint64_t segment_size_bytes = std::uint64_t{64} << 20;
  Duration segment_age = minutes(10);
  std::uint64_t max_size_bytes = std::uint64_t{2} << 30;  // of all segments
  Duration max_age = std::chrono::hours(24);
};
[[nodiscard]] bool segment_is_full(const SegmentPolicy& policy, std::uint64_t size_bytes, Time started_at, Time now);

struct Segment {
  std::filesystem::path path;
  Time started_at;
  std::uint64_t size_bytes = 0;
};
// Segments to delete, oldest first, of `segments` ordered by started_at; never the newest one. A segment
// is old when the next one began before now − max_age.
[[nodiscard]] std::vector<Segment> segments_to_delete(const SegmentPolicy& policy, const std::vector<Segment>& segments, Time now);
// Those that may hold records of [span.from, span.to): each from its own start to the next one's.
[[nodiscard]] std::vector<Segment> segments_covering(const std::vector<Segment>& segments, Interval<Time> span);

// A folder of segments named "20261123T195345.123Z.skyrec" by their start, in UTC.
class RecordingFolder {
 public:
  explicit RecordingFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  // A name not yet in use for a segment that starts now.
  [[nodiscard]] std::filesystem::path segment_path(Time started_at) const;
  // Ordered by start; files of other names are left alone. Error: unreachable where the folder cannot be read.
  [[nodiscard]] Result<std::vector<Segment>> segments() const;
  // Deletes what the policy says; returns how many bytes were freed.
  Result<std::uint64_t> delete_oldest(const SegmentPolicy& policy, Time now) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace skypact::wire
