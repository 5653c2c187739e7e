#include "wire/crc24.h"

#include <array>

#include "base/check.h"

namespace skypact::wire {
namespace {

constexpr std::uint32_t generator = 0xFFF409;
constexpr std::size_t longest = 11;  // message bytes of a long frame

// tables[d][b] is what a byte b adds to the parity when d bytes follow it. The check is linear, so a frame's
// parity is the XOR of one look-up per byte, none of which waits for another.
using Tables = std::array<std::array<std::uint32_t, 256>, longest>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b << 16;
    for (int i = 0; i < 8; ++i) crc = (crc & 0x800000) != 0 ? (crc << 1 ^ generator) & 0xFFFFFF : crc << 1;
    tables[0][b] = crc;
  }
  for (std::size_t d = 1; d < longest; ++d) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t before = tables[d - 1][b];
      tables[d][b] = (before << 8 & 0xFFFFFF) ^ tables[0][before >> 16];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

}  // namespace

std::uint32_t crc24_parity(std::span<const std::uint8_t> frame) {
  SKYPACT_CHECK(frame.size() == 7 || frame.size() == 14);
  const std::size_t n = frame.size() - 3;
  std::uint32_t parity = 0;
  for (std::size_t i = 0; i < n; ++i) parity ^= tables[n - 1 - i][frame[i]];
  return parity;
}

std::uint32_t crc24_remainder(std::span<const std::uint8_t> frame) {
  const std::uint32_t parity = crc24_parity(frame);
  const std::size_t n = frame.size();
  return parity ^ (std::uint32_t{frame[n - 3]} << 16 | std::uint32_t{frame[n - 2]} << 8 | frame[n - 1]);
}

}  // namespace skypact::wire
