#pragma once
// Random bytes that nobody can guess: salts of commitments, sessions, codes. Not for what must replay; that is base/random.h.
//
//     const auto salt = random_bytes<32>();
//
// Any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace skypact::ledger {

void fill_with_random(std::span<std::uint8_t> bytes);

template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> random_bytes() {
  std::array<std::uint8_t, N> bytes;
  fill_with_random(bytes);
  return bytes;
}

}  // namespace skypact::ledger
