#include "node/replay.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "node/document_splitter.h"
#include "wire/aircraft_json.h"

namespace skypact::node {
namespace {

// The whole periods of UTC at which a file is ticked.
class Ticker {
 public:
  Ticker(Engine& engine, Duration period, Duration longest_gap, TickSink sink, ReplayTotals& totals)
      : engine_(engine), period_(period), longest_gap_(longest_gap), sink_(std::move(sink)), totals_(totals) {}

  // Ticks that are due before something received at `at`. `before` runs ahead of each.
  template <class Before>
  bool advance(Time at, const Before& before) {
    if (!next_) next_ = after(at);
    if (at < *next_) return true;
    const Time resume = after(at) - period_;   // the last tick that is due
    const Time gap_end = *next_ + longest_gap_;
    before();
    for (; *next_ <= resume && *next_ <= gap_end; *next_ += period_) {
      if (!tick(*next_)) return false;
    }
    if (*next_ <= resume) next_ = resume + period_;
    return true;
  }
  bool tick(Time at) {
    ++totals_.ticks;
    if (!totals_.from) totals_.from = at;
    totals_.to = at;
    return sink_(engine_.tick(at));
  }
  // One more after the last thing received.
  void last() {
    if (next_) tick(*next_);
  }

 private:
  [[nodiscard]] Time after(Time at) const {
    const auto count = at.time_since_epoch().count(), period = period_.count();
    const auto whole = count >= 0 ? count / period : -((-count + period - 1) / period);
    return Time(Duration((whole + 1) * period));
  }

  Engine& engine_;
  Duration period_, longest_gap_;
  TickSink sink_;
  ReplayTotals& totals_;
  std::optional<Time> next_;
};

void add(ReplayTotals& totals, const FeedBatch& batch) {
  totals.bytes += batch.bytes;
  totals.messages += batch.messages;
  totals.observations += batch.observations.size();
  totals.positions += static_cast<std::uint64_t>(
      std::count_if(batch.observations.begin(), batch.observations.end(), [](const Observation& o) { return o.position.has_value(); }));
  totals.errors += batch.errors;
}

}  // namespace

Config config_for_file(FeedFormat format, const std::optional<Config>& given) {
  Config config = given.value_or(Config{});
  FeedConfig feed;
  feed.name = "file";
  feed.format = format;
  feed.transport = ReadFile{};
  feed.receiver = config.site;
  config.feeds = {feed};
  if (!given) config.rules.same_party_pairs = true;
  return config;
}

struct FileReplay::State {
  State(Engine& e, const FileReplayOptions& o, TickSink sink)
      : engine(e),
        options(o),
        decoder(SourceId{0}, e.config().feeds.at(0), e.config().rules, o.decoder),
        ticker(e, o.tick_period, o.longest_gap, std::move(sink), totals) {}

  Engine& engine;
  FileReplayOptions options;
  ReplayTotals totals{};
  FeedDecoder decoder;
  DocumentSplitter documents{wire::AircraftJsonReader::longest_document};
  FeedBatch waiting{};           // observations of the present period
  Ticker ticker;
  bool ended = false;

  void hand_over() {
    if (waiting.observations.empty() && waiting.bytes == 0) return;
    engine.observe(waiting);
    waiting = {};
  }

  bool take() {
    FeedBatch batch = decoder.take();
    add(totals, batch);
    // Counts belong to no moment; they go along with what is handed over next.
    waiting.bytes += batch.bytes;
    waiting.messages += batch.messages;
    waiting.errors += batch.errors;
    for (Observation& o : batch.observations) {
      if (o.received_at < options.span.from) continue;
      if (o.received_at >= options.span.to) return ended = true, false;
      if (!ticker.advance(o.received_at, [&] { hand_over(); })) return ended = true, false;
      waiting.received_at = std::max(waiting.received_at, o.received_at);
      waiting.observations.push_back(std::move(o));
    }
    return true;
  }
};

FileReplay::FileReplay(Engine& engine, const FileReplayOptions& options, TickSink sink)
    : state_(std::make_unique<State>(engine, options, std::move(sink))) {}
FileReplay::~FileReplay() = default;

bool FileReplay::push(std::string_view bytes) {
  State& s = *state_;
  if (s.ended) return false;
  const bool whole_documents = s.engine.config().feeds.at(0).format == FeedFormat::aircraft_json;
  if (!whole_documents) {
    s.decoder.push(bytes, s.options.decoder.start);
    return s.take();
  }
  bool more = true;
  s.documents.push(bytes, [&](std::string_view document) {
    if (!more) return;
    s.decoder.push(document, s.options.decoder.start);
    more = s.take();
  });
  return more;
}

void FileReplay::finish() {
  State& s = *state_;
  if (s.ended) return;
  s.documents.finish([&](std::string_view rest) { s.decoder.push(rest, s.options.decoder.start); });
  s.decoder.end_of_stream(s.options.decoder.start);
  if (!s.take()) return;
  s.hand_over();
  s.ticker.last();
}

const ReplayTotals& FileReplay::totals() const { return state_->totals; }

Result<ReplayTotals> replay_file(Engine& engine, InputFile& file, const FileReplayOptions& options, const TickSink& sink) {
  FileReplay replay(engine, options, sink);
  while (true) {
    const auto bytes = file.read();
    if (!bytes) {
      replay.finish();
      return bytes.error();
    }
    if (bytes->empty() || !replay.push({reinterpret_cast<const char*>(bytes->data()), bytes->size()})) break;
  }
  replay.finish();
  return replay.totals();
}

namespace {

constexpr std::size_t largest_segment = std::size_t{1} << 31;

Result<std::string> content_of(const wire::Segment& segment) { return read_whole(segment.path.string(), largest_segment); }

// Feeds decoded as they were: one decoder for each source of the recording, found by name and format.
class RecordedFeeds {
 public:
  explicit RecordedFeeds(const Engine& engine) : engine_(engine) {}

  // A new segment's table of sources.
  void name_sources(const std::vector<wire::RecordedSource>& sources) {
    by_source_.clear();
    const auto& feeds = engine_.config().feeds;
    for (const wire::RecordedSource& source : sources) {
      for (std::size_t i = 0; i < feeds.size(); ++i) {
        if (feeds[i].name == source.name && to_string(feeds[i].format) == source.format) by_source_[source.id] = i;
      }
      if (source.id == engine_.report_feed() || source.name == "api") by_source_.try_emplace(source.id, feeds.size());
    }
  }
  // nullptr: a source that the engine does not have.
  FeedDecoder* find(SourceId source) {
    const auto at = by_source_.find(source);
    if (at == by_source_.end()) return nullptr;
    const auto known = decoders_.find(at->second);
    if (known != decoders_.end()) return &known->second;
    const auto& feeds = engine_.config().feeds;
    FeedConfig reports;
    reports.format = FeedFormat::report;
    const FeedConfig& config = at->second < feeds.size() ? feeds[at->second] : reports;
    const SourceId id{static_cast<std::uint16_t>(at->second)};
    return &decoders_.emplace(at->second, FeedDecoder(id, config, engine_.config().rules)).first->second;
  }

 private:
  const Engine& engine_;
  std::unordered_map<SourceId, std::size_t> by_source_;
  std::map<std::size_t, FeedDecoder> decoders_;
};

class RecordingReplay {
 public:
  RecordingReplay(Engine& engine, Interval<Time> span, const TickSink& sink)
      : engine_(engine), span_(span), sink_(sink), feeds_(engine), ticker_(engine, seconds(1), minutes(15), sink, totals_) {}

  // False when nothing more is wanted.
  bool segment(std::string_view content) {
    auto reader = wire::RecordingReader::open(content);
    if (!reader) return ++totals_.damaged_stretches, totals_.skipped_bytes += content.size(), true;
    feeds_.name_sources(reader->sources());
    bool more = true;
    while (more) {
      const auto record = reader->next();
      if (!record) break;
      if (record->received_at < span_.from) continue;
      more = record->received_at < span_.to && take(*record);
    }
    totals_.damaged_stretches += reader->damaged_stretches();
    totals_.skipped_bytes += reader->skipped_bytes();
    return more;
  }
  void finish() {
    if (!ticks_recorded_) ticker_.last();
  }
  [[nodiscard]] const ReplayTotals& totals() const { return totals_; }

 private:
  bool take(const wire::Record& record) {
    using Type = wire::RecordType;
    if (record.type == Type::tick) {
      ticks_recorded_ = true;
      return ticker_.tick(record.received_at);
    }
    // A recording of a feed without a node has no ticks; one with a node has one within the first seconds.
    if (!ticks_recorded_ && !ticker_.advance(record.received_at, [] {})) return false;
    switch (record.type) {
      case Type::feed_bytes: return decode(record), true;
      case Type::connected: return change(record, FeedState::connected), true;
      case Type::disconnected: return change(record, FeedState::connecting), true;
      case Type::command: return command(record);
      case Type::tick: break;
    }
    return true;
  }

  void decode(const wire::Record& record) {
    FeedDecoder* decoder = feeds_.find(record.source);
    if (decoder == nullptr) return;
    decoder->push(record.payload, record.received_at);
    const FeedBatch batch = decoder->take();
    add(totals_, batch);
    engine_.observe(batch);
  }

  void change(const wire::Record& record, FeedState state) {
    FeedDecoder* decoder = feeds_.find(record.source);
    if (decoder == nullptr) return;
    if (state != FeedState::connected) decoder->end_of_stream(record.received_at);
    const FeedBatch batch = decoder->take();
    add(totals_, batch);
    engine_.observe(batch);
    engine_.feed_changed({batch.feed, state, std::string(record.payload)}, record.received_at);
  }

  bool command(const wire::Record& record) {
    ++totals_.commands;
    const auto command = read_command(record.payload, engine_.picture()->rules->parties);
    if (!command) return ++totals_.commands_refused, true;
    const auto events = engine_.apply(*command, record.received_at);
    if (!events) return ++totals_.commands_refused, true;
    return sink_(*events);
  }

  Engine& engine_;
  Interval<Time> span_;
  TickSink sink_;
  ReplayTotals totals_;
  RecordedFeeds feeds_;
  Ticker ticker_;
  bool ticks_recorded_ = false;
};

}  // namespace

Config config_for_recording(std::span<const wire::Segment> segments, const std::optional<Config>& given) {
  Config config = given.value_or(Config{});
  if (!given) config.rules.same_party_pairs = true;
  const std::vector<FeedConfig> known = std::exchange(config.feeds, {});
  for (const wire::Segment& segment : segments) {
    const auto content = content_of(segment);
    if (!content) continue;
    const auto reader = wire::RecordingReader::open(*content);
    if (!reader) continue;
    for (const wire::RecordedSource& source : reader->sources()) {
      const auto format = feed_format(source.format);
      const auto same = [&](const FeedConfig& f) { return f.name == source.name && to_string(f.format) == source.format; };
      if (!format || source.name == "api" || std::any_of(config.feeds.begin(), config.feeds.end(), same)) continue;
      const auto settings = std::find_if(known.begin(), known.end(), same);
      FeedConfig feed = settings != known.end() ? *settings : FeedConfig{};
      feed.name = source.name;
      feed.format = *format;
      if (config.feeds.size() < ConfigLimits::feeds) config.feeds.push_back(std::move(feed));
    }
  }
  return config;
}

Result<ReplayTotals> replay_recording(Engine& engine, std::span<const wire::Segment> segments, Interval<Time> span, const TickSink& sink) {
  RecordingReplay replay(engine, span, sink);
  for (const wire::Segment& segment : segments) {
    const auto content = content_of(segment);
    if (!content) return content.error();
    if (!replay.segment(*content)) break;
  }
  replay.finish();
  return replay.totals();
}

}  // namespace skypact::node
