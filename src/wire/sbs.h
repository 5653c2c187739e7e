#pragma once
// SBS-1 (BaseStation) lines: "MSG,3,1,1,4D2023,1,2026/11/23,19:53:45.123,…": one message a line, 22 fields.
// Format: docs/formats/sbs.md.
//
//     SbsReader reader({.source = SourceId{2}});
//     reader.push(bytes_from_the_socket, now, [&](const Observation& o) { … });
//     reader.finish(now, sink);   // the connection ended
//
// A line with any bad field is refused whole and counted: a damaged line cannot be trusted in its other
// fields. Only a callsign may be unreadable, as it often is on the air: it is left empty and counted. A line may carry a receive time in nanoseconds before it ("2936535519,MSG,…"), as some recorders
// write; it is recognised by itself, and believed only where the options say that this is a recording.
// Not thread-safe: one reader per connection.

#include <cstdint>
#include <optional>
#include <string_view>

#include "airspace/observation.h"
#include "wire/error_counts.h"
#include "wire/lines.h"

namespace skypact::wire {

struct SbsOptions {
  SourceId source;
  // The prefix is the receive time: nanoseconds after the last "START,<date>" line, or after the first
  // received_at given where there is none. Where it goes back without a START line it is counted
  // (clock_went_back) and time goes on from the last line. A line without a prefix is of the time of the one
  // before; one before any time is known, of the received_at given.
  bool is_recording = false;
};

class SbsReader {
 public:
  static constexpr std::size_t longest_line = 512;

  explicit SbsReader(const SbsOptions& options) : options_(options) {}

  // Calls sink(const Observation&) for each message that says something about an aircraft.
  template <class Sink>
  void push(std::string_view bytes, Time received_at, Sink&& sink) {
    lines_.push(bytes, [&](std::string_view line) {
      if (const auto observation = read_line(line, received_at)) sink(*observation);
    });
  }
  template <class Sink>
  void finish(Time received_at, Sink&& sink) {
    lines_.finish([&](std::string_view line) {
      if (const auto observation = read_line(line, received_at)) sink(*observation);
    });
  }

  // One line without its end.
  [[nodiscard]] std::optional<Observation> read_line(std::string_view line, Time received_at);

  [[nodiscard]] std::uint64_t lines() const { return line_count_ + lines_.too_long(); }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  // bad_line, line_too_long, missing_field, bad_field, out_of_range, zero_address, bad_callsign,
  // unknown_record, clock_went_back.
  [[nodiscard]] ErrorCounts errors() const;

 private:
  Time recorded_time(std::int64_t nanoseconds, Time received_at);
  void start_section(std::string_view date);

  SbsOptions options_;
  LineSplitter lines_{longest_line};
  ErrorCounts errors_;
  std::uint64_t line_count_ = 0;
  std::uint64_t accepted_ = 0;
  std::optional<Time> base_;   // of the receive times in a recording
  std::optional<Time> last_;   // receive time of the last recorded line
};

}  // namespace skypact::wire
