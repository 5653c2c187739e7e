#pragma once
// Beast binary framing: 0x1a, a type ('1' Mode A/C, '2' short, '3' long, '4' receiver status), 6 bytes of time,
// 1 byte of signal level, 2, 7 or 14 bytes; every 0x1a after the type is doubled. Format: docs/wire.md.
//
//     BeastFramer framer;
//     framer.push(bytes_from_the_socket, [&](const ModeSFrame& frame) { … });
//
// Bytes come in arbitrary pieces. After garbage the next unescaped 0x1a starts a frame again. Memory is one
// frame. Not thread-safe: one framer per connection.

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "wire/error_counts.h"
#include "wire/mode_s_frame.h"

namespace skypact::wire {

class BeastFramer {
 public:
  // Calls sink(const ModeSFrame&) for each whole frame, in order.
  template <class Sink>
  void push(std::span<const std::uint8_t> bytes, Sink&& sink) {
    const std::uint8_t* at = bytes.data();
    const std::uint8_t* const end = at + bytes.size();
    while (at != end) {
      // The usual case in one step: a whole frame lies ahead and nothing in it is escaped.
      if (state_ == State::outside && end - at >= 2 && at[0] == escape && at[1] != escape) {
        const std::size_t length = body_length(at[1]);
        if (length != 0 && static_cast<std::size_t>(end - at) >= 2 + length && std::memchr(at + 2, escape, length) == nullptr) {
          outside_counted_ = false;
          sink(make(at[1], at + 2));
          at += 2 + length;
          continue;
        }
      }
      if (step(*at++)) sink(make(type_, body_.data()));
    }
  }

  // The connection ended: what is half read is counted as cut, and the next push starts afresh.
  void finish() {
    if (state_ == State::inside || state_ == State::inside_escape) errors_.count(DecodeError::cut_frame);
    state_ = State::outside;
    outside_counted_ = false;
  }

  // garbage, unknown_frame_type, cut_frame.
  [[nodiscard]] const ErrorCounts& errors() const { return errors_; }

 private:
  static constexpr std::uint8_t escape = 0x1a;
  static constexpr std::size_t head = 7;  // time stamp and signal level
  enum class State : std::uint8_t { outside, outside_escape, inside, inside_escape };

  // Bytes after the type, unescaped; 0 for a type that is none of ours.
  static constexpr std::size_t body_length(std::uint8_t type) {
    switch (type) {
      case '1': return head + 2;
      case '2': return head + 7;
      case '3': return head + 14;
      case '4': return head + 14;
      default: return 0;
    }
  }
  // `body` is body_length(type) bytes.
  static ModeSFrame make(std::uint8_t type, const std::uint8_t* body);
  // Takes one byte; true when body_ holds a whole frame of type_.
  bool step(std::uint8_t byte);
  void begin(std::uint8_t type);
  void count_garbage();

  State state_ = State::outside;
  bool outside_counted_ = false;  // this stretch between frames has been counted
  std::uint8_t type_ = 0;
  std::size_t have_ = 0;
  std::size_t want_ = 0;
  std::array<std::uint8_t, head + 14> body_{};
  ErrorCounts errors_;
};

// Appends the frame as Beast bytes, with escapes. A frame without a time stamp gets 0.
void append_beast(const ModeSFrame& frame, std::vector<std::uint8_t>& out);

}  // namespace skypact::wire
