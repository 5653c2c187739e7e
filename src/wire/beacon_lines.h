#pragma once
// Beacon bursts as a feed brings them: one a line, hexadecimal, before it where it is known when and by whom it was heard.
// Format: docs/formats/beacon.md.
//
//     2026-11-27T00:15:02.250Z rx-north FFFE2F 8DB345B146 202DDF3C71 F59BAB7072
//     # a remark; empty lines are passed over too
//
//     BeaconLineReader reader({});
//     reader.push(bytes_from_the_socket, [&](const ReadBeaconLine& read) { … });
//
// Each line stands alone: a bad one is given to the sink with its number and what is wrong with it, quoting no more than 80
// bytes of it, and is counted. Memory is one line. Not thread-safe: one reader a connection.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/beacon.h"
#include "wire/error_counts.h"

namespace skypact::wire {

struct BeaconBurst {
  std::optional<Time> received_at;  // where the line says so
  std::string station;              // who heard it; empty where the line does not say
  BeaconMessage message;
};

// Which messages a line may hold: by the number of digits where either may come.
enum class BeaconForm : std::uint8_t { any, t001, t018 };

struct BeaconLinesLimits {
  static constexpr std::size_t longest_line = 512;
  static constexpr std::size_t longest_station = 24;
  static constexpr std::size_t most_quoted = 60;  // bytes of a line in a message, under the 80 that are promised
};

struct BeaconLineOptions {
  BeaconForm form = BeaconForm::any;
};

struct ReadBeaconLine {
  std::uint64_t line = 0;  // from 1
  std::optional<BeaconBurst> burst;
  DecodeError error = DecodeError::none;
  std::string message;  // where there is an error: "line 3: 35 hexadecimal digits are …"
};

class BeaconLineReader {
 public:
  explicit BeaconLineReader(const BeaconLineOptions& options) : options_(options) {}

  // Calls sink(const ReadBeaconLine&) for each line that is neither empty nor a remark.
  template <class Sink>
  void push(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      keep(bytes.substr(0, end));
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      if (const auto read = take_line()) sink(*read);
    }
  }
  // The connection or file ended: a last line without its end counts.
  template <class Sink>
  void finish(Sink&& sink) {
    if (partial_.empty() && !is_too_long_) return;
    if (const auto read = take_line()) sink(*read);
  }

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  // bad_line, line_too_long, bad_hex, uncorrectable, ambiguous_form.
  [[nodiscard]] const ErrorCounts& errors() const { return errors_; }

 private:
  void keep(std::string_view piece);
  // The kept bytes are a whole line; nullopt where it is empty or a remark.
  std::optional<ReadBeaconLine> take_line();

  BeaconLineOptions options_;
  std::string partial_;
  bool is_too_long_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t accepted_ = 0;
  ErrorCounts errors_;
};

// One line by itself: a burst, or nothing for an empty line and a remark, or what is wrong (without a line number).
struct ReadOneBurst {
  std::optional<BeaconBurst> burst;
  DecodeError error = DecodeError::none;
  std::string why;
};
[[nodiscard]] ReadOneBurst read_beacon_line(std::string_view line, const BeaconLineOptions& options);

}  // namespace skypact::wire
