#pragma once
// The error-correcting codes of 406 MHz beacons: BCH(82,61) and BCH(38,26) of the first generation (C/S T.001 annex B),
// BCH(250,202) of the second (C/S T.018 appendix B). A codeword is its bits in the order sent, parity last.
//
//     const std::optional<unsigned> wrong = correct(first_field_code, bits.span(25, 106));
//     if (!wrong) refuse("more bits are wrong than the code corrects");
//
// A word with more errors than `most_errors` is mostly refused, but may also lie near another codeword and be "corrected"
// to that: whoever acts on a corrected message looks for a second one that says the same. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace skypact::wire {

struct BchCode {
  std::string_view name;
  unsigned length;          // bits of a codeword
  unsigned parity_bits;
  std::uint64_t generator;  // the polynomial, its highest power first: parity_bits + 1 bits
  unsigned most_errors;     // corrected for certain
};

inline constexpr BchCode first_field_code{"BCH-1", 82, 21, 0b1001101101100111100011, 3};
inline constexpr BchCode second_field_code{"BCH-2", 38, 12, 0b1010100111001, 2};
inline constexpr BchCode second_generation_code{"BCH(250,202)", 250, 48, 0b1110001111110101110000101110111110011110010010111, 6};

// The remainder of the word divided by the generator: zero for a codeword. Of data bits followed by parity_bits zeros it
// is the parity.
[[nodiscard]] std::uint64_t bch_remainder(const BchCode& code, std::span<const bool> word);

// Writes the parity behind the data: word has the code's length, its first length - parity_bits bits are given.
void put_parity(const BchCode& code, std::span<bool> word);

// Corrects at most most_errors bits in place and says how many; nullopt where no codeword is that near, and then the word
// is as it was. word.size() is the code's length.
[[nodiscard]] std::optional<unsigned> correct(const BchCode& code, std::span<bool> word);

}  // namespace skypact::wire
