#pragma once
// AVR text framing: one frame per line in hexadecimal digits, "*8D4840D6202CC371C32CE0576098;", or with 12
// digits of time stamp in front, "@…;" (also "%…;"), or with time stamp and two digits of signal, "<…;".
// Format: docs/wire.md.
//
//     AvrFramer framer;
//     framer.push(bytes_from_the_socket, [&](const ModeSFrame& frame) { … });
//
// Bytes come in arbitrary pieces; white space between lines is skipped; a line without an end is bounded and
// counted. Not thread-safe: one framer per connection.

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "wire/error_counts.h"
#include "wire/mode_s_frame.h"

namespace skypact::wire {

class AvrFramer {
 public:
  // The marker, 12 digits of time, 2 of signal, 28 of frame.
  static constexpr std::size_t longest_line = 1 + 12 + 2 + 28;

  // Calls sink(const ModeSFrame&) for each whole frame, in order.
  template <class Sink>
  void push(std::span<const std::uint8_t> bytes, Sink&& sink) {
    for (const std::uint8_t byte : bytes) {
      if (!step(static_cast<char>(byte))) continue;
      if (const auto frame = take_line()) sink(*frame);
    }
  }

  // The connection or file ended; a line without its semicolon is counted as cut.
  void finish();

  // garbage, bad_line, line_too_long, cut_frame.
  [[nodiscard]] const ErrorCounts& errors() const { return errors_; }

 private:
  enum class State : std::uint8_t { between, inside, skipping };
  // Takes one byte; true when line_ holds a whole line without its semicolon.
  bool step(char c);
  std::optional<ModeSFrame> take_line();

  State state_ = State::between;
  std::size_t have_ = 0;
  std::array<char, longest_line> line_{};
  ErrorCounts errors_;
};

// "*8D4840D6202CC371C32CE0576098;" or with a time stamp "@…;". Without a line end.
[[nodiscard]] std::string to_avr(const ModeSFrame& frame);

}  // namespace skypact::wire
