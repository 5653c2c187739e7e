// skypact decode: what is in a recording or a stream, as JSON lines; distress beacons also in words.

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "wire/aircraft_json.h"
#include "wire/avr.h"
#include "wire/beacon_json.h"
#include "wire/beacon_lines.h"
#include "wire/beast.h"
#include "wire/mode_s_json.h"
#include "wire/mode_s_receiver.h"
#include "wire/observation_json.h"
#include "wire/report.h"
#include "wire/sbs.h"
#include "wire/sit185.h"

namespace skypact::app {
namespace {

struct Options {
  std::string format;
  std::string file = "-";
  bool observations = false, json = false;
  std::string position;
  std::string start = "1970-01-01T00:00:00Z";
};

// Lines to stdout, many at a time.
class Output {
 public:
  ~Output() { flush(); }
  template <class Write>
  void line(Write&& write) {
    json::Writer out(text_);
    write(out);
    end_line();
  }
  void text(std::string_view words) {
    text_ += words;
    end_line();
  }
  void flush() {
    if (std::fwrite(text_.data(), 1, text_.size(), stdout) != text_.size() || std::fflush(stdout) != 0) failed_ = true;
    text_.clear();
  }
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void end_line() {
    text_ += '\n';
    ++lines_;
    if (text_.size() >= flush_at) flush();
  }
  static constexpr std::size_t flush_at = std::size_t{64} << 10;
  std::string text_;
  std::uint64_t lines_ = 0;
  bool failed_ = false;
};

// One format: bytes in, lines out, errors at the end.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual void push(std::span<const std::uint8_t> bytes, Output& out) = 0;
  virtual Result<void> finish(Output& out) = 0;
  [[nodiscard]] virtual wire::ErrorCounts errors() const = 0;
};

template <class Framer>
class ModeSDecoder final : public Decoder {
 public:
  ModeSDecoder(bool observations, std::optional<geo::Position> antenna, Time start)
      : observations_(observations), start_(start), receiver_({.source = {}, .position = antenna}) {}

  void push(std::span<const std::uint8_t> bytes, Output& out) override {
    framer_.push(bytes, [&](const wire::ModeSFrame& frame) {
      if (frame.kind != wire::FrameKind::mode_s_short && frame.kind != wire::FrameKind::mode_s_long) return;
      if (observations_) {
        if (const auto observation = receiver_.receive(frame, time_of(frame))) {
          out.line([&](json::Writer& w) { wire::write_json(*observation, w); });
        }
        return;
      }
      const wire::ModeSMessage message = wire::decode(frame.payload());
      errors_.count(message.error != wire::DecodeError::none ? message.error : message.defect);
      if (message.error == wire::DecodeError::none) out.line([&](json::Writer& w) { wire::write_json(frame, message, w); });
    });
  }
  Result<void> finish(Output&) override {
    framer_.finish();
    return {};
  }
  [[nodiscard]] wire::ErrorCounts errors() const override {
    wire::ErrorCounts all = framer_.errors();
    all += observations_ ? receiver_.errors() : errors_;
    return all;
  }

 private:
  // A file has no receive times: they follow the receiver's counter of 12 MHz, where it runs.
  Time time_of(const wire::ModeSFrame& frame) {
    const bool counted = frame.timestamp && *frame.timestamp != wire::mlat_timestamp && *frame.timestamp != wire::uat_timestamp;
    if (!counted) return last_;
    if (!first_) first_ = *frame.timestamp;
    if (*frame.timestamp >= *first_) {
      // 1000/12 ns a tick; split so that 48 bits do not overflow.
      const std::uint64_t ticks = *frame.timestamp - *first_;
      last_ = start_ + Duration(static_cast<std::int64_t>(ticks / 12 * 1000 + ticks % 12 * 1000 / 12));
    }
    return last_;
  }

  bool observations_;
  Time start_;
  Time last_ = start_;
  std::optional<std::uint64_t> first_;
  Framer framer_;
  wire::ModeSReceiver receiver_;
  wire::ErrorCounts errors_;
};

template <class Reader>
class LineDecoder final : public Decoder {
 public:
  template <class... Arguments>
  explicit LineDecoder(Time start, Arguments&&... arguments) : start_(start), reader_(std::forward<Arguments>(arguments)...) {}

  void push(std::span<const std::uint8_t> bytes, Output& out) override { reader_.push(wire::as_text(bytes), start_, printer(out)); }
  Result<void> finish(Output& out) override {
    reader_.finish(start_, printer(out));
    return {};
  }
  [[nodiscard]] wire::ErrorCounts errors() const override { return reader_.errors(); }

 private:
  static auto printer(Output& out) {
    return [&out](const Observation& o) { out.line([&](json::Writer& w) { wire::write_json(o, w); }); };
  }
  Time start_;
  Reader reader_;
};

class AircraftJsonDecoder final : public Decoder {
 public:
  explicit AircraftJsonDecoder(std::string file) : file_(std::move(file)) {}

  void push(std::span<const std::uint8_t> bytes, Output&) override {
    if (text_.size() <= wire::AircraftJsonReader::longest_document) text_ += wire::as_text(bytes);
  }
  Result<void> finish(Output& out) override {
    reader_.read(text_, Time(), [&](const Observation& o) { out.line([&](json::Writer& w) { wire::write_json(o, w); }); });
    if (reader_.documents() > 0) return {};
    const wire::DecodeError why = reader_.errors().seen().front();
    return bad_input(file_ + " is no aircraft.json: " + std::string(wire::sentence(why)) + " An object with now and aircraft is expected");
  }
  [[nodiscard]] wire::ErrorCounts errors() const override { return reader_.errors(); }

 private:
  std::string file_;
  std::string text_;
  wire::AircraftJsonReader reader_{{.source = {}, .is_recording = true}};
};

// Of a call for help each line counts, so the first bad ones are told apart and not only counted.
class Complaints {
 public:
  void say(std::string_view why) {
    if (++said_ <= most) std::fprintf(stderr, "skypact decode: %.*s\n", static_cast<int>(why.size()), why.data());
    if (said_ == most + 1) std::fprintf(stderr, "skypact decode: further errors are only counted\n");
  }

 private:
  static constexpr unsigned most = 20;
  unsigned said_ = 0;
};

class BeaconDecoder final : public Decoder {
 public:
  BeaconDecoder(wire::BeaconForm form, bool json) : reader_({.form = form}), json_(json) {}

  void push(std::span<const std::uint8_t> bytes, Output& out) override { reader_.push(wire::as_text(bytes), [&](const wire::ReadBeaconLine& read) { print(read, out); }); }
  Result<void> finish(Output& out) override {
    reader_.finish([&](const wire::ReadBeaconLine& read) { print(read, out); });
    return {};
  }
  [[nodiscard]] wire::ErrorCounts errors() const override { return reader_.errors(); }

 private:
  void print(const wire::ReadBeaconLine& read, Output& out) {
    if (!read.burst) return complaints_.say(read.message);
    const wire::BeaconBurst& burst = *read.burst;
    if (!json_) {
      std::string words = burst.received_at ? to_rfc3339(*burst.received_at) + " " : "";
      words += burst.station.empty() ? "" : burst.station + " ";
      return out.text(words + wire::one_line(burst.message));
    }
    out.line([&](json::Writer& w) {
      w.begin_object();
      w.field("line", read.line);
      if (burst.received_at) w.field("received_at", to_rfc3339(*burst.received_at));
      if (!burst.station.empty()) w.field("station", burst.station);
      wire::write_members(burst.message, w);
      w.end_object();
    });
  }

  wire::BeaconLineReader reader_;
  bool json_;
  Complaints complaints_;
};

class Sit185Decoder final : public Decoder {
 public:
  explicit Sit185Decoder(bool json) : json_(json) {}

  void push(std::span<const std::uint8_t> bytes, Output& out) override { reader_.push(wire::as_text(bytes), [&](const wire::ReadSit185& read) { print(read, out); }); }
  Result<void> finish(Output& out) override {
    reader_.finish([&](const wire::ReadSit185& read) { print(read, out); });
    return {};
  }
  [[nodiscard]] wire::ErrorCounts errors() const override { return reader_.errors(); }

 private:
  void print(const wire::ReadSit185& read, Output& out) {
    if (!read.message) return complaints_.say(read.why);
    if (!json_) return out.text(wire::one_line(*read.message));
    out.line([&](json::Writer& w) {
      w.begin_object();
      w.field("line", read.line);
      wire::write_members(*read.message, w);
      w.end_object();
    });
  }

  wire::Sit185Reader reader_;
  bool json_;
  Complaints complaints_;
};

Result<std::unique_ptr<Decoder>> make_decoder(const Options& options, const Parties& nobody) {
  const auto start = parse_rfc3339(options.start);
  if (!start) return Error{ErrorCode::usage, "--start: " + start.error().message};
  std::optional<geo::Position> antenna;
  if (!options.position.empty()) {
    std::string_view rest = options.position;
    const auto lat = parse_number(trim(*next_field(rest, ',')));
    const auto lon = rest.data() == nullptr ? std::nullopt : parse_number(trim(rest));
    if (lat && lon) antenna = geo::Position::from_degrees(*lat, *lon);
    if (!antenna) return Error{ErrorCode::usage, "--position: write LAT,LON in degrees, for example 52.31,4.76"};
  }
  if (options.format == "beast") return std::unique_ptr<Decoder>(new ModeSDecoder<wire::BeastFramer>(options.observations, antenna, *start));
  if (options.format == "avr") return std::unique_ptr<Decoder>(new ModeSDecoder<wire::AvrFramer>(options.observations, antenna, *start));
  if (options.format == "aircraft-json") return std::unique_ptr<Decoder>(new AircraftJsonDecoder(options.file == "-" ? "standard input" : options.file));
  if (options.format == "sbs") {
    return std::unique_ptr<Decoder>(new LineDecoder<wire::SbsReader>(*start, wire::SbsOptions{.source = {}, .is_recording = true}));
  }
  if (options.format == "t001") return std::unique_ptr<Decoder>(new BeaconDecoder(wire::BeaconForm::t001, options.json));
  if (options.format == "t018") return std::unique_ptr<Decoder>(new BeaconDecoder(wire::BeaconForm::t018, options.json));
  if (options.format == "sit185") return std::unique_ptr<Decoder>(new Sit185Decoder(options.json));
  wire::ReportOptions reports;
  reports.is_recording = true;
  reports.any_party = true;
  return std::unique_ptr<Decoder>(new LineDecoder<wire::ReportReader>(*start, reports, nobody));
}

// Says on a terminal how far it is, when the lines themselves go elsewhere.
class Progress {
 public:
  Progress() : shown_(isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0) {}
  ~Progress() {
    if (shown_ && last_ != Duration()) std::fprintf(stderr, "\r\033[K");
  }
  void update(std::uint64_t bytes, std::uint64_t lines) {
    if (!shown_ || monotonic_now() - last_ < milliseconds(500)) return;
    last_ = monotonic_now();
    std::fprintf(stderr, "\r%.1f MB read, %llu messages", static_cast<double>(bytes) / 1e6, static_cast<unsigned long long>(lines));
  }

 private:
  bool shown_;
  Duration last_{};
};

void print_summary_json(std::uint64_t lines, const wire::ErrorCounts& errors) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("messages", lines);
  out.key("errors");
  out.begin_object();
  for (const wire::DecodeError reason : errors.seen()) out.field(wire::name(reason), errors[reason]);
  out.end_object();
  out.end_object();
  std::fprintf(stderr, "%s\n", text.c_str());
}

void print_summary(std::uint64_t lines, const wire::ErrorCounts& errors) {
  std::fprintf(stderr, "%llu message%s, %llu error%s\n", static_cast<unsigned long long>(lines), lines == 1 ? "" : "s",
               static_cast<unsigned long long>(errors.total()), errors.total() == 1 ? "" : "s");
  for (const wire::DecodeError reason : errors.seen()) {
    const std::string_view name = wire::name(reason), sentence = wire::sentence(reason);
    std::fprintf(stderr, "%10llu %-22.*s %.*s\n", static_cast<unsigned long long>(errors[reason]), static_cast<int>(name.size()), name.data(),
                 static_cast<int>(sentence.size()), sentence.data());
  }
}

int run(const Options& options) {
  const Parties nobody{{"unknown", "Unknown", "?"}};
  const auto decoder = make_decoder(options, nobody);
  if (!decoder) return fail("decode", decoder.error());
  auto file = InputFile::open(options.file);
  if (!file) return fail("decode", file.error());

  Output out;
  std::optional<Error> failure;
  {
    Progress progress;
    std::uint64_t bytes_read = 0;
    for (;;) {
      const auto bytes = file->read();
      if (!bytes) failure = bytes.error();
      if (!bytes || bytes->empty()) break;
      (*decoder)->push(*bytes, out);
      // What comes through a pipe is shown as it comes.
      if (options.file == "-") out.flush();
      progress.update(bytes_read += bytes->size(), out.lines());
      if (out.failed()) break;
    }
  }
  const auto finished = (*decoder)->finish(out);
  out.flush();
  if (!finished && !failure) failure = finished.error();
  options.json ? print_summary_json(out.lines(), (*decoder)->errors()) : print_summary(out.lines(), (*decoder)->errors());
  if (failure) return fail("decode", *failure);
  if (out.failed()) return fail("decode", output_failed());
  return Exit::done;
}

}  // namespace

void add_decode(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("decode", "Print what a recording or a stream holds, one line a message");
  command->add_option("--format", options->format, "beast, avr, sbs, aircraft-json or report; of distress beacons t001, t018 or sit185")
      ->required()
      ->check(CLI::IsMember({"beast", "avr", "sbs", "aircraft-json", "report", "t001", "t018", "sit185"}));
  command->add_option("FILE", options->file, "The file, compressed with gzip or not; \"-\" or nothing: standard input")->capture_default_str();
  command->add_flag("--observations", options->observations,
                    "For beast and avr: print what the frames say of aircraft, with positions, instead of each frame");
  command->add_option("--position", options->position, "Where the receiver stands, LAT,LON in degrees: for positions on the ground");
  command->add_option("--start", options->start, "When the file begins, for files without receive times")->capture_default_str();
  command->add_flag("--json", options->json, "The summary on stderr as one JSON object; of t001, t018 and sit185 the messages too, which else are in words");
  command->footer("Errors are counted by reason on stderr; they do not change the exit status.\n"
                  "Example: skypact decode --format sbs recording.log.gz | head\n"
                  "         echo FFFE2F56E6804002202009655250 | skypact decode --format t001");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
