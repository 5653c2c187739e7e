#include "wire/avr.h"

#include <fmt/format.h>

namespace skypact::wire {
namespace {

bool is_marker(char c) { return c == '*' || c == '@' || c == '%' || c == '<'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// -1 where c is no hexadecimal digit.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool AvrFramer::step(char c) {
  switch (state_) {
    case State::between:
      if (is_marker(c)) {
        line_[0] = c;
        have_ = 1;
        state_ = State::inside;
      } else if (!is_space(c)) {
        errors_.count(DecodeError::garbage);
        state_ = State::skipping;
      }
      return false;
    case State::inside:
      if (c == ';') {
        state_ = State::between;
        return true;
      }
      if (c == '\n' || c == '\r' || is_marker(c)) {  // no semicolon: the line was cut
        errors_.count(DecodeError::cut_frame);
        state_ = State::between;
        return is_marker(c) ? step(c) : false;
      }
      if (have_ == longest_line) {
        errors_.count(DecodeError::line_too_long);
        state_ = State::skipping;
        return false;
      }
      line_[have_++] = c;
      return false;
    case State::skipping:
      if (c == ';' || c == '\n') state_ = State::between;
      return false;
  }
  return false;
}

std::optional<ModeSFrame> AvrFramer::take_line() {
  const auto refuse = [this]() -> std::optional<ModeSFrame> {
    errors_.count(DecodeError::bad_line);
    return std::nullopt;
  };
  const std::size_t time_digits = line_[0] == '*' ? 0 : 12;
  const std::size_t head = 1 + time_digits + (line_[0] == '<' ? 2 : 0);
  if (have_ < head) return refuse();
  for (std::size_t i = 1; i < have_; ++i) {
    if (digit(line_[i]) < 0) return refuse();
  }

  ModeSFrame frame;
  switch (have_ - head) {
    case 4: frame.kind = FrameKind::mode_ac; break;
    case 14: frame.kind = FrameKind::mode_s_short; break;
    case 28: frame.kind = FrameKind::mode_s_long; break;
    default: return refuse();
  }
  const auto byte_at = [this](std::size_t i) { return static_cast<std::uint8_t>(digit(line_[i]) << 4 | digit(line_[i + 1])); };
  std::uint64_t time = 0;
  for (std::size_t i = 1; i < 1 + time_digits; i += 2) time = time << 8 | byte_at(i);
  if (time != 0) frame.timestamp = time;
  if (line_[0] == '<') frame.signal = byte_at(head - 2);
  frame.size = static_cast<std::uint8_t>((have_ - head) / 2);
  for (std::size_t i = 0; i < frame.size; ++i) frame.bytes[i] = byte_at(head + 2 * i);
  return frame;
}

void AvrFramer::finish() {
  if (state_ == State::inside) errors_.count(DecodeError::cut_frame);
  state_ = State::between;
}

std::string to_avr(const ModeSFrame& frame) {
  std::string text = frame.timestamp ? fmt::format("@{:012X}", *frame.timestamp) : "*";
  for (const std::uint8_t byte : frame.payload()) fmt::format_to(std::back_inserter(text), "{:02X}", byte);
  return text + ";";
}

}  // namespace skypact::wire
