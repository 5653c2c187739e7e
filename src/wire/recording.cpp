#include "wire/recording.h"

#include <algorithm>
#include <array>

#include "base/crc32c.h"

namespace skypact::wire {
namespace {

constexpr std::string_view magic{"SKYREC\x01\n", 8};
constexpr std::string_view marker{"\xA7\x5C", 2};
constexpr std::size_t head_size = 2 + 1 + 1 + 2 + 8 + 4;  // of a record, before its payload
constexpr std::size_t crc_size = 4;

template <class T>
void append(std::string& out, T value) {
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8) out += static_cast<char>(bits & 0xFF);
}

// Little-endian number of `width` bytes at `at`, which the caller has checked to be there.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Takes fields off the front of the header's content; a short header leaves `failed`.
struct HeaderReader {
  std::string_view rest;
  bool failed = false;

  std::uint64_t number(std::size_t width) {
    if (rest.size() < width) return failed = true, 0;
    const std::uint64_t value = number_at(rest, 0, width);
    rest.remove_prefix(width);
    return value;
  }
  std::string text() {
    const std::size_t length = number(1);
    if (rest.size() < length) return failed = true, std::string();
    std::string value(rest.substr(0, length));
    rest.remove_prefix(length);
    return value;
  }
};

std::string_view at_most_255(std::string_view text) { return text.substr(0, 255); }

// The length of the intact record that `bytes` begin with, 0 where they begin with none.
std::size_t intact_record(std::string_view bytes, std::uint32_t header_crc) {
  if (bytes.size() < head_size + crc_size || !bytes.starts_with(marker) || bytes[3] != 0) return 0;
  const std::size_t payload = number_at(bytes, head_size - 4, 4);
  if (payload > RecordingLimits::payload || payload > bytes.size() - head_size - crc_size) return 0;
  const std::size_t covered = head_size - marker.size() + payload;
  if (crc32c(bytes.substr(marker.size(), covered), header_crc) != number_at(bytes, head_size + payload, crc_size)) return 0;
  return head_size + payload + crc_size;
}

constexpr std::string_view extension = ".skyrec";

// "20261123T195345.123Z"
std::string file_stem(Time started_at) {
  std::string text = to_rfc3339(started_at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<Time> time_of_stem(std::string_view stem) {
  if (stem.size() != 20) return std::nullopt;
  std::string text(stem);
  for (const std::size_t at : {4u, 7u}) text.insert(at, 1, '-');
  for (const std::size_t at : {13u, 16u}) text.insert(at, 1, ':');
  const auto time = parse_rfc3339(text);
  return time && file_stem(*time) == stem ? std::optional<Time>(*time) : std::nullopt;
}

}  // namespace

std::string_view to_string(RecordType type) {
  switch (type) {
    case RecordType::feed_bytes: return "feed_bytes";
    case RecordType::connected: return "connected";
    case RecordType::disconnected: return "disconnected";
    case RecordType::command: return "command";
    case RecordType::tick: return "tick";
  }
  return "unknown";
}

RecordingWriter::RecordingWriter(std::string& out, const std::vector<RecordedSource>& sources, Time started_at) : out_(out) {
  SKYPACT_CHECK(sources.size() <= RecordingLimits::sources);
  std::string content;
  append(content, std::int64_t{started_at.time_since_epoch().count()});
  append(content, static_cast<std::uint16_t>(sources.size()));
  for (const RecordedSource& source : sources) {
    append(content, source.id.value);
    for (const std::string_view text : {at_most_255(source.name), at_most_255(source.format)}) {
      append(content, static_cast<std::uint8_t>(text.size()));
      content += text;
    }
  }
  std::string header(magic);
  append(header, static_cast<std::uint32_t>(content.size()));
  header += content;
  header_crc_ = crc32c(header);
  append(header, header_crc_);
  out_ += header;
}

void RecordingWriter::record(RecordType type, SourceId source, Time at, std::string_view payload) {
  SKYPACT_CHECK(payload.size() <= RecordingLimits::payload);
  const std::size_t begin = out_.size();
  out_ += marker;
  append(out_, static_cast<std::uint8_t>(type));
  append(out_, std::uint8_t{0});
  append(out_, source.value);
  append(out_, std::int64_t{at.time_since_epoch().count()});
  append(out_, static_cast<std::uint32_t>(payload.size()));
  out_ += payload;
  append(out_, crc32c(std::string_view(out_).substr(begin + marker.size()), header_crc_));
}

void RecordingWriter::bytes(SourceId source, Time received_at, std::string_view payload) {
  while (payload.size() > RecordingLimits::payload) {
    record(RecordType::feed_bytes, source, received_at, payload.substr(0, RecordingLimits::payload));
    payload.remove_prefix(RecordingLimits::payload);
  }
  record(RecordType::feed_bytes, source, received_at, payload);
}
void RecordingWriter::connected(SourceId source, Time at, std::string_view peer) { record(RecordType::connected, source, at, peer); }
void RecordingWriter::disconnected(SourceId source, Time at, std::string_view why) { record(RecordType::disconnected, source, at, why); }
void RecordingWriter::command(Time at, std::string_view json) { record(RecordType::command, no_source, at, json); }
void RecordingWriter::tick(Time at) { record(RecordType::tick, no_source, at, {}); }

Result<RecordingReader> RecordingReader::open(std::string_view content) {
  if (!content.starts_with(magic.substr(0, 6))) return bad_input("this is no skypact recording");
  if (content.size() >= magic.size() && !content.starts_with(magic)) {
    return bad_input("this recording is of a version that this program does not read");
  }
  constexpr std::string_view damaged = "the recording's header is damaged; without it the rest has no meaning";
  if (content.size() < magic.size() + 4) return bad_input(std::string(damaged));
  const std::size_t length = number_at(content, magic.size(), 4);
  const std::size_t before_crc = magic.size() + 4 + length;
  if (content.size() < before_crc + crc_size) return bad_input(std::string(damaged));

  RecordingReader reader(content);
  reader.header_crc_ = crc32c(content.substr(0, before_crc));
  if (reader.header_crc_ != number_at(content, before_crc, crc_size)) return bad_input(std::string(damaged));
  HeaderReader header{content.substr(magic.size() + 4, length)};
  reader.started_at_ = Time(Duration(static_cast<std::int64_t>(header.number(8))));
  const std::size_t sources = header.number(2);
  for (std::size_t i = 0; i < sources && !header.failed; ++i) {
    RecordedSource source;
    source.id = SourceId{static_cast<std::uint16_t>(header.number(2))};
    source.name = header.text();
    source.format = header.text();
    reader.sources_.push_back(std::move(source));
  }
  if (header.failed || !header.rest.empty() || sources > RecordingLimits::sources) return bad_input(std::string(damaged));
  reader.at_ = before_crc + crc_size;
  return reader;
}

std::optional<Record> RecordingReader::next() {
  while (at_ < content_.size()) {
    const std::string_view rest = content_.substr(at_);
    std::size_t length = intact_record(rest, header_crc_);
    if (length == 0) {
      std::size_t skip = 1;
      while (skip < rest.size()) {
        skip = std::min(rest.find(marker, skip), rest.size());
        if (intact_record(rest.substr(skip), header_crc_) != 0) break;
        ++skip;
      }
      skip = std::min(skip, rest.size());
      ++damaged_;
      skipped_ += skip;
      at_ += skip;
      continue;
    }
    at_ += length;
    const auto type = static_cast<unsigned char>(rest[2]);
    if (type < 1 || type > static_cast<unsigned char>(RecordType::tick)) continue;  // of a later version
    return Record{.type = static_cast<RecordType>(type),
                  .source = SourceId{static_cast<std::uint16_t>(number_at(rest, 4, 2))},
                  .received_at = Time(Duration(static_cast<std::int64_t>(number_at(rest, 6, 8)))),
                  .payload = rest.substr(head_size, length - head_size - crc_size)};
  }
  return std::nullopt;
}

bool segment_is_full(const SegmentPolicy& policy, std::uint64_t size_bytes, Time started_at, Time now) {
  return size_bytes >= policy.segment_size_bytes || now - started_at >= policy.segment_age;
}

std::vector<Segment> segments_to_delete(const SegmentPolicy& policy, const std::vector<Segment>& segments, Time now) {
  std::uint64_t total = 0;
  for (const Segment& segment : segments) total += segment.size_bytes;
  std::vector<Segment> out;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    const bool too_old = segments[i + 1].started_at < now - policy.max_age;
    if (total <= policy.max_size_bytes && !too_old) break;
    total -= segments[i].size_bytes;
    out.push_back(segments[i]);
  }
  return out;
}

std::vector<Segment> segments_covering(const std::vector<Segment>& segments, Interval<Time> span) {
  std::vector<Segment> out;
  if (span.empty()) return out;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool ends_before = i + 1 < segments.size() && segments[i + 1].started_at <= span.from;
    if (!ends_before && segments[i].started_at < span.to) out.push_back(segments[i]);
  }
  return out;
}

std::filesystem::path RecordingFolder::segment_path(Time started_at) const {
  std::filesystem::path path;
  std::error_code error;
  do {
    path = folder_ / (file_stem(started_at) + std::string(extension));
    started_at += milliseconds(1);
  } while (std::filesystem::exists(path, error));
  return path;
}

Result<std::vector<Segment>> RecordingFolder::segments() const {
  std::vector<Segment> out;
  std::error_code error;
  std::filesystem::directory_iterator at(folder_, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::filesystem::path& path = at->path();
    const auto started_at = path.extension() == extension ? time_of_stem(path.stem().string()) : std::nullopt;
    if (!started_at) continue;
    std::error_code gone;  // deleted since it was listed
    const std::uintmax_t size = std::filesystem::file_size(path, gone);
    if (!gone) out.push_back({path, *started_at, size});
  }
  if (error) return Error{ErrorCode::unreachable, "cannot list the recording's folder " + folder_.string() + ": " + error.message()};
  std::sort(out.begin(), out.end(), [](const Segment& a, const Segment& b) { return a.started_at < b.started_at; });
  return out;
}

Result<std::uint64_t> RecordingFolder::delete_oldest(const SegmentPolicy& policy, Time now) const {
  const auto present = segments();
  if (!present) return present.error();
  std::uint64_t freed = 0;
  for (const Segment& segment : segments_to_delete(policy, *present, now)) {
    std::error_code error;
    std::filesystem::remove(segment.path, error);
    if (error) return Error{ErrorCode::unreachable, "cannot delete " + segment.path.string() + ": " + error.message()};
    freed += segment.size_bytes;
  }
  return freed;
}

}  // namespace skypact::wire
