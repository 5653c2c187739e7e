#pragma once
// Bit fields numbered as the documents number them: bit 1 is the first sent, ranges include both ends.

#include <cstdint>
#include <span>

namespace skypact::wire {

// Bits first..last of a 56-bit field (ME, MB, MV) held in the low bits of `word`. 1 <= first <= last <= 56.
[[nodiscard]] constexpr std::uint32_t bits(std::uint64_t word, int first, int last) {
  return static_cast<std::uint32_t>((word >> (56 - last)) & ((std::uint64_t{1} << (last - first + 1)) - 1));
}
[[nodiscard]] constexpr bool bit(std::uint64_t word, int n) { return ((word >> (56 - n)) & 1) != 0; }

// The first `count` bytes, most significant first; count <= 8 and <= bytes.size().
[[nodiscard]] constexpr std::uint64_t big_endian(std::span<const std::uint8_t> bytes, std::size_t count) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) word = word << 8 | bytes[i];
  return word;
}

// The opposite of bits(): `value` at bits first..last of an otherwise zero 56-bit field.
[[nodiscard]] constexpr std::uint64_t at_bits(std::uint64_t value, int first, int last) {
  return (value & ((std::uint64_t{1} << (last - first + 1)) - 1)) << (56 - last);
}

}  // namespace skypact::wire
