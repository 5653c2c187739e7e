#pragma once
// The modified Baudot code in which beacons carry letters and digits (C/S T.001 table A3, C/S T.018 table 3.2): six bits
// a character, or five for letters alone, whose first bit is always 1.
//
//     baudot_character(0b111000) == 'A';     baudot_code('A') == 0b111000
//
// Pure; any thread.

#include <cstdint>
#include <optional>

namespace skypact::wire {

// A to Z, 0 to 9, space, '-' and '/'; nullopt for a code that stands for nothing.
[[nodiscard]] std::optional<char> baudot_character(unsigned six_bits);
[[nodiscard]] std::optional<unsigned> baudot_code(char character);

}  // namespace skypact::wire
