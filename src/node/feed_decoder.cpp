#include "node/feed_decoder.h"

#include <memory>
#include <utility>
#include <variant>

#include "wire/aircraft_json.h"
#include "wire/avr.h"
#include "wire/beast.h"
#include "wire/lines.h"
#include "wire/mode_s_receiver.h"
#include "wire/report.h"
#include "wire/sbs.h"

namespace skypact::node {
namespace {

// Receive times of a file of frames, from the receiver's own counts.
class FrameTimes {
 public:
  FrameTimes(const FeedDecoderOptions& options, wire::TimestampFormat format) : options_(options), format_(format), now_(options.start) {}

  Time of(const wire::ModeSFrame& frame) {
    const auto count = frame.timestamp;
    const bool none = !count || *count == 0 || *count == wire::mlat_timestamp || *count == wire::uat_timestamp;
    if (none || format_ == wire::TimestampFormat::none) {
      return first_ ? now_ : now_ += options_.frame_interval;  // beside frames with a count: as the one before
    }
    if (format_ == wire::TimestampFormat::gps) return of_gps(*count);
    if (!first_) first_ = last_ = *count;
    // A receiver that was switched off counts from anew: time goes on where it was.
    constexpr std::uint64_t ticks_per_second = 12'000'000;
    const std::uint64_t step = *count - *last_;
    last_ = *count;
    if (step < 3600 * ticks_per_second) now_ += Duration(static_cast<Duration::rep>(step * 1000 / 12 + carry(step)));
    return now_;
  }

 private:
  // The next moment of that time of day. One of the last minute stands a little out of order and is taken as now.
  Time of_gps(std::uint64_t stamp) {
    const Duration of_day = seconds(stamp >> 30) + Duration(static_cast<Duration::rep>(stamp & 0x3FFFFFFF));
    Time time = std::chrono::floor<std::chrono::days>(now_) + of_day;
    if (first_ && now_ - time <= minutes(1)) {
      time = std::max(time, now_);
    } else if (time < now_) {
      time += std::chrono::hours(24);
    }
    if (!first_) first_ = stamp;
    return now_ = time;
  }
  // Twelfths of a microsecond that whole nanoseconds leave over, so that they do not add up to a drift.
  Duration::rep carry(std::uint64_t step) {
    rest_ += step * 1000 % 12;
    const auto whole = static_cast<Duration::rep>(rest_ / 12);
    rest_ %= 12;
    return whole;
  }

  FeedDecoderOptions options_;
  wire::TimestampFormat format_;
  Time now_;
  std::optional<std::uint64_t> first_, last_;
  std::uint64_t rest_ = 0;
};

wire::ReceiverOptions receiver_options(SourceId feed, const FeedConfig& config) {
  wire::ReceiverOptions options;
  options.source = feed;
  options.position = config.receiver;
  options.timestamps = config.timestamps;
  return options;
}

template <class Framer>
struct ModeSFeed {
  ModeSFeed(SourceId feed, const FeedConfig& config, const FeedDecoderOptions& options)
      : receiver(receiver_options(feed, config)), times(options, config.timestamps), is_recording(options.is_recording) {}

  template <class Sink>
  void push(std::string_view bytes, Time received_at, const Sink& sink) {
    framer.push(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), [&](const wire::ModeSFrame& frame) {
      ++messages;
      if (const auto o = receiver.receive(frame, is_recording ? times.of(frame) : received_at)) sink(*o);
    });
  }
  template <class Sink>
  void finish(Time, const Sink&) {
    framer.finish();
  }
  [[nodiscard]] wire::ErrorCounts errors() const {
    wire::ErrorCounts all = framer.errors();
    return all += receiver.errors();
  }
  [[nodiscard]] std::uint64_t message_count() const { return messages; }

  Framer framer;
  wire::ModeSReceiver receiver;
  FrameTimes times;
  bool is_recording;
  std::uint64_t messages = 0;
};

// A format of lines; its reader may need more than its options.
template <class Reader>
struct LineFeed {
  template <class... Parts>
  explicit LineFeed(Parts&&... parts) : reader(std::forward<Parts>(parts)...) {}
  template <class Sink>
  void push(std::string_view bytes, Time received_at, const Sink& sink) {
    reader.push(bytes, received_at, sink);
  }
  template <class Sink>
  void finish(Time received_at, const Sink& sink) {
    reader.finish(received_at, sink);
  }
  [[nodiscard]] wire::ErrorCounts errors() const { return reader.errors(); }
  [[nodiscard]] std::uint64_t message_count() const { return reader.lines(); }

  Reader reader;
};

struct AircraftJsonFeed {
  AircraftJsonFeed(SourceId feed, const FeedDecoderOptions& options) : reader({.source = feed, .is_recording = options.is_recording}) {}
  template <class Sink>
  void push(std::string_view document, Time received_at, const Sink& sink) {
    reader.read(document, received_at, sink);
  }
  template <class Sink>
  void finish(Time, const Sink&) {}
  [[nodiscard]] wire::ErrorCounts errors() const { return reader.errors(); }
  [[nodiscard]] std::uint64_t message_count() const { return reader.accepted(); }

  wire::AircraftJsonReader reader;
};

// Holds no observations: what it reads is no aircraft of the watch.
struct BeaconFeed {
  template <class Sink>
  void push(std::string_view bytes, Time, const Sink&) {
    reader.push(bytes, [this](const wire::ReadBeaconLine& read) { take(read); });
  }
  template <class Sink>
  void finish(Time, const Sink&) {
    reader.finish([this](const wire::ReadBeaconLine& read) { take(read); });
  }
  [[nodiscard]] wire::ErrorCounts errors() const { return reader.errors(); }
  [[nodiscard]] std::uint64_t message_count() const { return reader.accepted(); }
  void take(const wire::ReadBeaconLine& read) {
    if (read.burst) bursts.push_back(*read.burst);
  }

  wire::BeaconLineReader reader{wire::BeaconLineOptions{}};
  std::vector<wire::BeaconBurst> bursts{};
};

using SbsFeed = LineFeed<wire::SbsReader>;
using ReportFeed = LineFeed<wire::ReportReader>;
using Format = std::variant<ModeSFeed<wire::BeastFramer>, ModeSFeed<wire::AvrFramer>, SbsFeed, ReportFeed, AircraftJsonFeed, BeaconFeed>;

// `parties` outlives the format: the reader of reports refers to it.
Format make_format(SourceId feed, const FeedConfig& config, const Parties& parties, const FeedDecoderOptions& options) {
  switch (config.format) {
    case FeedFormat::beast: return ModeSFeed<wire::BeastFramer>(feed, config, options);
    case FeedFormat::avr: return ModeSFeed<wire::AvrFramer>(feed, config, options);
    case FeedFormat::sbs: break;
    case FeedFormat::report: return ReportFeed(wire::ReportOptions{.source = feed, .is_recording = options.is_recording}, parties);
    case FeedFormat::aircraft_json: return AircraftJsonFeed(feed, options);
    case FeedFormat::beacon: return BeaconFeed();
  }
  return SbsFeed(wire::SbsOptions{.source = feed, .is_recording = options.is_recording});
}

// What was counted since `before`.
wire::ErrorCounts since(const wire::ErrorCounts& now, const wire::ErrorCounts& before) {
  wire::ErrorCounts difference;
  for (const wire::DecodeError error : now.seen()) difference.count(error, now[error] - before[error]);
  return difference;
}

}  // namespace

struct FeedDecoder::State {
  State(SourceId f, const FeedConfig& config, const Rules& rules, const FeedDecoderOptions& options)
      : feed(f), parties(rules.parties), format(make_format(f, config, parties, options)) {}

  SourceId feed;
  Parties parties;
  Format format;
  FeedBatch batch{};
  wire::ErrorCounts errors_taken{};
  std::uint64_t messages_taken = 0;

  [[nodiscard]] auto sink() {
    return [this](const Observation& o) { batch.observations.push_back(o); };
  }
};

FeedDecoder::FeedDecoder(SourceId feed, const FeedConfig& config, const Rules& rules, const FeedDecoderOptions& options)
    : state_(new State(feed, config, rules, options)) {}
FeedDecoder::~FeedDecoder() = default;
FeedDecoder::FeedDecoder(FeedDecoder&&) noexcept = default;
FeedDecoder& FeedDecoder::operator=(FeedDecoder&&) noexcept = default;

void FeedDecoder::push(std::string_view bytes, Time received_at) {
  state_->batch.received_at = received_at;
  state_->batch.bytes += bytes.size();
  std::visit([&](auto& format) { format.push(bytes, received_at, state_->sink()); }, state_->format);
}

void FeedDecoder::push(std::span<const std::uint8_t> bytes, Time received_at) { push(wire::as_text(bytes), received_at); }

void FeedDecoder::end_of_stream(Time at) {
  std::visit([&](auto& format) { format.finish(at, state_->sink()); }, state_->format);
}

std::size_t FeedDecoder::pending() const { return state_->batch.observations.size(); }

std::vector<wire::BeaconBurst> FeedDecoder::take_bursts() {
  auto* beacons = std::get_if<BeaconFeed>(&state_->format);
  return beacons == nullptr ? std::vector<wire::BeaconBurst>() : std::exchange(beacons->bursts, {});
}

FeedBatch FeedDecoder::take() {
  State& s = *state_;
  const auto [errors, messages] = std::visit([](auto& format) { return std::pair(format.errors(), format.message_count()); }, s.format);
  FeedBatch batch = std::exchange(s.batch, {});
  s.batch.received_at = batch.received_at;
  batch.feed = s.feed;
  batch.errors = since(errors, std::exchange(s.errors_taken, errors));
  batch.messages = messages - std::exchange(s.messages_taken, messages);
  return batch;
}

}  // namespace skypact::node
