#include "wire/baudot.h"

#include <array>
#include <string_view>

namespace skypact::wire {
namespace {

constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ -/0123456789";
constexpr std::array<std::uint8_t, 39> codes = {
    0b111000, 0b110011, 0b101110, 0b110010, 0b110000, 0b110110, 0b101011, 0b100101, 0b101100, 0b111010,  // A to J
    0b111110, 0b101001, 0b100111, 0b100110, 0b100011, 0b101101, 0b111101, 0b101010, 0b110100, 0b100001,  // K to T
    0b111100, 0b101111, 0b111001, 0b110111, 0b110101, 0b110001,                                          // U to Z
    0b100100, 0b011000, 0b010111,                                                                        // space, hyphen, slash
    0b001101, 0b011101, 0b011001, 0b010000, 0b001010, 0b000001, 0b010101, 0b011100, 0b001100, 0b000011,  // 0 to 9
};
static_assert(characters.size() == codes.size());

}  // namespace

std::optional<char> baudot_character(unsigned six_bits) {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] == six_bits) return characters[i];
  }
  return std::nullopt;
}

std::optional<unsigned> baudot_code(char character) {
  const std::size_t at = characters.find(character);
  return at == std::string_view::npos ? std::nullopt : std::optional<unsigned>(codes[at]);
}

}  // namespace skypact::wire
