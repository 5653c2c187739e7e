#include "wire/beast.h"

namespace skypact::wire {

ModeSFrame BeastFramer::make(std::uint8_t type, const std::uint8_t* body) {
  ModeSFrame frame;
  frame.kind = static_cast<FrameKind>(type - '1');
  frame.size = static_cast<std::uint8_t>(body_length(type) - head);
  frame.signal = body[6];
  std::uint64_t time = 0;
  for (int i = 0; i < 6; ++i) time = time << 8 | body[i];
  // Feeders without a clock of their own send 0.
  if (time != 0) frame.timestamp = time;
  std::memcpy(frame.bytes.data(), body + head, frame.size);
  return frame;
}

bool BeastFramer::step(std::uint8_t byte) {
  switch (state_) {
    case State::outside:
      if (byte == escape) state_ = State::outside_escape;
      else count_garbage();
      return false;
    case State::outside_escape:
      if (byte == escape) {  // an escaped 0x1a inside something whose start was missed
        count_garbage();
        state_ = State::outside;
      } else {
        begin(byte);
      }
      return false;
    case State::inside:
      if (byte == escape) {
        state_ = State::inside_escape;
        return false;
      }
      break;
    case State::inside_escape:
      if (byte != escape) {  // a new frame begins here
        errors_.count(DecodeError::cut_frame);
        begin(byte);
        return false;
      }
      state_ = State::inside;
      break;
  }
  body_[have_++] = byte;
  if (have_ < want_) return false;
  state_ = State::outside;
  return true;
}

void BeastFramer::begin(std::uint8_t type) {
  want_ = body_length(type);
  have_ = 0;
  type_ = type;
  state_ = want_ == 0 ? State::outside : State::inside;
  outside_counted_ = want_ == 0;  // the body of an unknown frame is not garbage besides
  if (want_ == 0) errors_.count(DecodeError::unknown_frame_type);
}

void BeastFramer::count_garbage() {
  if (!outside_counted_) errors_.count(DecodeError::garbage);
  outside_counted_ = true;
}

void append_beast(const ModeSFrame& frame, std::vector<std::uint8_t>& out) {
  const auto put = [&out](std::uint8_t byte) {
    out.push_back(byte);
    if (byte == 0x1a) out.push_back(byte);
  };
  out.push_back(0x1a);
  out.push_back(static_cast<std::uint8_t>('1' + static_cast<int>(frame.kind)));
  const std::uint64_t time = frame.timestamp.value_or(0);
  for (int shift = 40; shift >= 0; shift -= 8) put(static_cast<std::uint8_t>(time >> shift));
  put(frame.signal);
  for (const std::uint8_t byte : frame.payload()) put(byte);
}

}  // namespace skypact::wire
