#pragma once
// The 24-bit cyclic redundancy check of Mode S (ICAO Annex 10 Vol. IV §3.1.2.3.3): generator
// x^24+x^23+…+x^12+x^10+x^3+1 (0xFFF409). Pure; any thread.

#include <cstdint>
#include <span>

namespace skypact::wire {

// Parity of a frame without its last three bytes, that is what DF17 carries in its PI field.
// frame.size() must be 7 or 14; only the first size-3 bytes are read.
[[nodiscard]] std::uint32_t crc24_parity(std::span<const std::uint8_t> frame);

// Parity XOR the last three bytes: 0 for an intact DF17/18; the interrogator code for an intact DF11; the
// aircraft's address for an intact DF 0, 4, 5, 16, 20, 21. frame.size() must be 7 or 14.
[[nodiscard]] std::uint32_t crc24_remainder(std::span<const std::uint8_t> frame);

}  // namespace skypact::wire
