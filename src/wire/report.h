#pragma once
// Position reports: skypact's own door for whatever carries no ADS-B, one JSON object a line.
// Format: docs/formats/reports.md.
//
//     ReportReader reader({.source = SourceId{5}}, parties);
//     reader.push(bytes_from_the_socket, now, [&](const Observation& o) { … });
//
//     for each line of a POST: auto report = reader.read_line(line, now);
//     if (!report.observation) answer(line_number, report.message);
//
// Not thread-safe: one reader per connection. `parties` must outlive the reader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "airspace/identity.h"
#include "airspace/observation.h"
#include "wire/error_counts.h"
#include "wire/lines.h"

namespace skypact::wire {

struct ReportOptions {
  SourceId source;
  bool is_recording = false;  // measured_at is the receive time too: nothing is too old or in the future
  Duration oldest = std::chrono::hours(1);       // a report measured longer ago is refused
  Duration clock_tolerance = seconds(5);         // a report measured up to this far ahead counts as measured now
  bool any_party = false;                        // a party that is not in the list is left out and no error
  std::size_t most_remembered = 65'536;          // addresses, to tell repeated reports
};

struct ReadReport {
  std::optional<Observation> observation;
  DecodeError error = DecodeError::none;
  std::string message;  // where there is an error: "ground_speed_kt: must be a number from 0 to 4000"
};

class ReportReader {
 public:
  static constexpr std::size_t longest_line = 4096;

  ReportReader(const ReportOptions& options, const Parties& parties) : options_(options), parties_(parties) {}

  // Calls sink(const Observation&) for each good report; the rest is counted.
  template <class Sink>
  void push(std::string_view bytes, Time received_at, Sink&& sink) {
    lines_.push(bytes, [&](std::string_view line) {
      if (const ReadReport read = read_line(line, received_at); read.observation) sink(*read.observation);
    });
  }
  template <class Sink>
  void finish(Time received_at, Sink&& sink) {
    lines_.finish([&](std::string_view line) {
      if (const ReadReport read = read_line(line, received_at); read.observation) sink(*read.observation);
    });
  }

  // One line; what is wrong is in the result and counted too.
  ReadReport read_line(std::string_view line, Time received_at);

  [[nodiscard]] std::uint64_t lines() const { return line_count_ + lines_.too_long(); }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  // line_too_long, bad_json, missing_field, bad_field, out_of_range, unknown_record, duplicate.
  [[nodiscard]] ErrorCounts errors() const;

 private:
  ReadReport read(std::string_view line, Time received_at);

  ReportOptions options_;
  const Parties& parties_;
  LineSplitter lines_{longest_line};
  ErrorCounts errors_;
  std::unordered_map<Address, Time> last_;  // measured_at of each address's newest report
  std::uint64_t line_count_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace skypact::wire
