#pragma once
// ModeSFrame: what a receiver hands over for one reply or squitter, whatever the framing was.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace skypact::wire {

// The 48-bit time stamps that mlat-client and UAT converters put in place of a time, to say that a frame was
// made by them and heard by no antenna.
inline constexpr std::uint64_t mlat_timestamp = 0xFF004D4C4154;  // "MLAT"
inline constexpr std::uint64_t uat_timestamp = 0xFF004D4C4155;

enum class FrameKind : std::uint8_t { mode_ac, mode_s_short, mode_s_long, status };

struct ModeSFrame {
  static constexpr std::size_t capacity = 14;

  FrameKind kind = FrameKind::mode_s_short;
  std::uint8_t size = 0;                      // of bytes: 2, 7 or 14
  std::uint8_t signal = 0;                    // 0 where the framing has none; 255 is full scale
  std::array<std::uint8_t, capacity> bytes{};
  std::optional<std::uint64_t> timestamp{};     // 48 bits as received, see TimestampFormat

  [[nodiscard]] std::span<const std::uint8_t> payload() const { return {bytes.data(), size}; }
};

// A frame of 7 or 14 bytes; an empty frame (size 0) for any other length.
[[nodiscard]] inline ModeSFrame make_frame(std::span<const std::uint8_t> bytes, std::optional<std::uint64_t> timestamp = {}) {
  ModeSFrame frame;
  if (bytes.size() != 7 && bytes.size() != 14) return frame;
  frame.kind = bytes.size() == 7 ? FrameKind::mode_s_short : FrameKind::mode_s_long;
  frame.size = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), frame.bytes.begin());
  frame.timestamp = timestamp;
  return frame;
}

}  // namespace skypact::wire
