#pragma once
// Replay: recordings through the very same decoders and engine as what is received now.
//
//     Engine engine(*config_for_file(FeedFormat::sbs, {}));
//     auto totals = replay_file(engine, file, SourceId{0}, {}, [&](const std::vector<Event>& events) { … return true; });
//
// The time is that of the data. A file of one format is ticked at every whole period of its own time; a node's
// recording at the moments at which the node ticked. Deterministic: two replays give the same events. One thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/result.h"
#include "base/time.h"
#include "node/config.h"
#include "node/engine.h"
#include "node/feed_decoder.h"
#include "wire/error_counts.h"
#include "wire/recording.h"

namespace skypact::node {

struct ReplayTotals {
  std::uint64_t bytes = 0, messages = 0, observations = 0, positions = 0, ticks = 0;
  std::uint64_t commands = 0, commands_refused = 0;
  std::uint64_t damaged_stretches = 0, skipped_bytes = 0;   // of a node's recording
  wire::ErrorCounts errors;
  std::optional<Time> from, to;                             // of the first and last tick
};

// After every tick, and after every command, with what it brought; false ends the replay.
using TickSink = std::function<bool(const std::vector<Event>& events)>;

// The configuration of a replay of one file: one feed, SourceId{0}, that is never missed when it is silent. Where
// no parties are known every aircraft is of the unknown party, and all pairs are judged.
[[nodiscard]] Config config_for_file(FeedFormat format, const std::optional<Config>& given);

struct FileReplayOptions {
  FeedDecoderOptions decoder{.is_recording = true, .start = {}};
  Duration tick_period = seconds(1);
  Interval<Time> span{Time::min(), Time::max()};   // what lies outside is not looked at
  // A silence longer than this is ticked through so far and then passed over.
  Duration longest_gap = minutes(15);
};
// Error: a damaged .gz, a disk error; what came before it has been replayed.
Result<ReplayTotals> replay_file(Engine& engine, InputFile& file, const FileReplayOptions& options, const TickSink& sink);

// The same, in pieces as they come; replay_file is this over a file.
class FileReplay {
 public:
  FileReplay(Engine& engine, const FileReplayOptions& options, TickSink sink);
  ~FileReplay();
  // False when the sink wants no more, or the span has been passed.
  bool push(std::string_view bytes);
  // The end of the file: what is left, and a last tick.
  void finish();
  [[nodiscard]] const ReplayTotals& totals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- A node's own recording (docs/formats/recording.md) -------------------------------------------------

// Feeds for every source that the segments name, in the order in which they appear; the rest as `given`, whose
// feeds of the same name and format keep their settings. Segments that cannot be read are passed over.
[[nodiscard]] Config config_for_recording(std::span<const wire::Segment> segments, const std::optional<Config>& given);

// Records of [span.from, span.to). Where the recording holds no ticks they are made as for a file.
Result<ReplayTotals> replay_recording(Engine& engine, std::span<const wire::Segment> segments, Interval<Time> span, const TickSink& sink);

}  // namespace skypact::node
