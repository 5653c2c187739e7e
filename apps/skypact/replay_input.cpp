#include "replay_input.h"

#include <CLI/CLI.hpp>

#include <filesystem>

#include "base/text.h"
#include "node/rules_files.h"
#include "wire/recording.h"

namespace skypact::app {
namespace {

Result<std::optional<node::Config>> config_of(const ReplayInput& input) {
  if (input.config.empty()) return std::optional<node::Config>();
  auto config = node::read_config(input.config);
  if (!config) return std::move(config).error();
  if (const auto notes = node::read_zone_files(*config); !notes) return notes.error();
  return std::optional<node::Config>(std::move(*config));
}

// The segments of a folder, or the one file.
Result<std::vector<wire::Segment>> segments_of(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return wire::RecordingFolder(path).segments();
  const auto content = read_whole(path, std::size_t{1} << 31);
  if (!content) return content.error();
  auto reader = wire::RecordingReader::open(*content);
  if (!reader) return std::move(reader).error().within(path);
  return std::vector<wire::Segment>{{path, reader->started_at(), content->size()}};
}

// The time of the newest intact record.
std::optional<Time> end_of(const std::vector<wire::Segment>& segments) {
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    const auto content = read_whole(segment->path.string(), std::size_t{1} << 31);
    if (!content) continue;
    auto reader = wire::RecordingReader::open(*content);
    if (!reader) continue;
    std::optional<Time> last;
    while (const auto record = reader->next()) last = std::max(last.value_or(record->received_at), record->received_at);
    if (last) return last;
  }
  return std::nullopt;
}

// Nothing comes any more, and time goes on.
void tick_on(node::Engine& engine, const node::ReplayTotals& totals, const ReplayInput& input, const ReplayStep& each) {
  if (!totals.to) return;
  for (Duration after = seconds(1); after <= input.settle; after += seconds(1)) {
    if (!each(engine, engine.tick(*totals.to + after))) return;
  }
}

Result<ReplayRun> run_recording(const ReplayInput& input, Interval<Time> span, const std::optional<node::Config>& config, const ReplayStep& each, const Agreed* agreed) {
  auto segments = segments_of(input.path);
  if (!segments) return std::move(segments).error();
  if (segments->empty()) return Error{ErrorCode::not_found, input.path + ": holds no recording (*.skyrec)"};
  if (!input.last.empty()) {
    auto length = parse_duration(input.last);
    if (!length) return Error{ErrorCode::usage, "--last: " + length.error().message};
    if (const auto end = end_of(*segments)) span.from = *end - *length;
  }
  if (span.from != Time::min() || span.to != Time::max()) *segments = wire::segments_covering(*segments, span);
  node::Engine engine(node::config_for_recording(*segments, config));
  if (agreed != nullptr) {
    if (const auto fixed = engine.fix_agreed(*agreed, Time{}); !fixed) return fixed.error();
  }
  const auto totals = node::replay_recording(engine, *segments, span, [&](const auto& events) { return each(engine, events); });
  if (!totals) return totals.error();
  tick_on(engine, *totals, input, each);
  return ReplayRun{*totals, engine.picture()->aircraft_seen, std::nullopt};
}

Result<ReplayRun> run_file(const ReplayInput& input, Interval<Time> span, const std::optional<node::Config>& config, const ReplayStep& each, const Agreed* agreed) {
  if (!input.last.empty()) return Error{ErrorCode::usage, "--last is for a node's recording; use --from and --to"};
  const auto format = node::feed_format(input.format);
  if (!format) return Error{ErrorCode::usage, "--format: " + skypact::quoted(input.format) + " is not a format"};
  node::FileReplayOptions options;
  options.span = span;
  options.decoder.frame_interval = from_seconds(input.frame_interval_s);
  auto start = parse_rfc3339(input.start);
  if (!start) return Error{ErrorCode::usage, "--start: " + start.error().message};
  options.decoder.start = *start;
  auto file = InputFile::open(input.path);
  if (!file) return std::move(file).error();
  node::Config settings = node::config_for_file(*format, config);
  const auto timestamps = node::timestamp_format(input.timestamps);
  if (!timestamps) return Error{ErrorCode::usage, "--timestamps: must be 12mhz, gps or none, found " + skypact::quoted(input.timestamps)};
  settings.feeds[0].timestamps = *timestamps;
  node::Engine engine(settings);
  if (agreed != nullptr) {
    if (const auto fixed = engine.fix_agreed(*agreed, Time{}); !fixed) return fixed.error();
  }
  node::FileReplay replay(engine, options, [&](const auto& events) { return each(engine, events); });
  std::optional<Error> damaged;
  while (true) {
    const auto bytes = file->read();
    if (!bytes) damaged = bytes.error();
    if (!bytes || bytes->empty() || !replay.push({reinterpret_cast<const char*>(bytes->data()), bytes->size()})) break;
  }
  replay.finish();
  tick_on(engine, replay.totals(), input, each);
  return ReplayRun{replay.totals(), engine.picture()->aircraft_seen, damaged};
}

}  // namespace

Result<Interval<Time>> span_of(const ReplayInput& input) {
  Interval<Time> span{Time::min(), Time::max()};
  for (const auto& [text, name, end] : {std::tuple(&input.from, "--from", &span.from), std::tuple(&input.to, "--to", &span.to)}) {
    if (text->empty()) continue;
    auto time = parse_rfc3339(*text);
    if (!time) return Error{ErrorCode::usage, std::string(name) + ": " + time.error().message};
    *end = *time;
  }
  if (span.empty()) return Error{ErrorCode::usage, "--from must be before --to"};
  return span;
}

void ReplayInput::add_options(CLI::App& command, const std::string& file) {
  command.add_option(file, path, "The recording: a file (.gz too, - is standard input), or a node's recording folder")->required();
  command.add_option("--format", format, "beast, avr, sbs, aircraft-json, report, or recording (a node's own); default: by the name")
      ->check(CLI::IsMember({"beast", "avr", "sbs", "aircraft-json", "report", "recording"}));
  command.add_option("--config", config, "skypact.toml: parties, minima, zones; without it every pair is judged by 5 NM / 1000 ft")->type_name("FILE");
  command.add_option("--from", from, "Only from this time on (RFC 3339)");
  command.add_option("--to", to, "Only before this time (RFC 3339)");
  command.add_option("--last", last, "Only the last so much of a node's recording: 30min, 2h");
  start = "2000-01-01T00:00:00Z";
  command.add_option("--start", start, "Time of the first frame of a Beast or AVR file, whose stamps have no date")->capture_default_str();
  command.add_option("--timestamps", timestamps, "How the stamps of a Beast or AVR file read: 12mhz, gps (a Radarcape's time of day) or none")->capture_default_str();
  command.add_option("--frame-interval", frame_interval_s, "Seconds between AVR frames that carry no stamp")->capture_default_str()->check(CLI::Range(1e-6, 3600.0));
}

Result<ReplayRun> run_replay(const ReplayInput& given, const ReplayStep& each, const Agreed* agreed) {
  ReplayInput input = given;
  if (input.format.empty()) {
    std::error_code error;
    std::string name = input.path;
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    const auto ends = [&](const char* with) { return name.ends_with(with); };
    if (std::filesystem::is_directory(input.path, error) || ends(".skyrec")) input.format = "recording";
    else if (ends(".beast") || ends(".bin")) input.format = "beast";
    else if (ends(".avr")) input.format = "avr";
    else if (ends(".sbs")) input.format = "sbs";
    else if (ends("aircraft.json")) input.format = "aircraft-json";
    else if (ends(".ndjson") || ends(".jsonl")) input.format = "report";
    else return Error{ErrorCode::usage, (input.path == "-" ? "standard input" : input.path) + ": its name does not tell its format; give --format beast, avr, sbs, aircraft-json, report or recording"};
  }
  const auto span = span_of(input);
  if (!span) return span.error();
  auto config = config_of(input);
  if (!config) return std::move(config).error();
  if (input.format == "recording") return run_recording(input, *span, *config, each, agreed);
  return run_file(input, *span, *config, each, agreed);
}

}  // namespace skypact::app
