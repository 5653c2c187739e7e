#include "wire/beacon_bch.h"

#include <array>
#include <vector>

#include "base/check.h"

namespace skypact::wire {
namespace {

// The short codes: the pattern of errors is looked for among all of them. Three of 82 bits are 88 560, a fraction of a
// millisecond, and a search that tries everything has no case that it forgot.
std::optional<unsigned> correct_by_search(const BchCode& code, std::span<bool> word) {
  const std::uint64_t wanted = bch_remainder(code, word);
  if (wanted == 0) return 0;
  // What each bit alone adds to the remainder.
  std::vector<std::uint64_t> alone(code.length);
  std::uint64_t power = 1;
  for (unsigned i = code.length; i-- > 0;) {
    alone[i] = power;
    power <<= 1;
    if ((power >> code.parity_bits & 1) != 0) power ^= code.generator;
  }
  const auto flip = [&](unsigned i) { word[i] = !word[i]; };
  for (unsigned i = 0; i < code.length; ++i) {
    if (alone[i] == wanted) return flip(i), 1;
  }
  for (unsigned i = 0; i < code.length; ++i) {
    for (unsigned j = i + 1; j < code.length; ++j) {
      if ((alone[i] ^ alone[j]) == wanted) return flip(i), flip(j), 2;
    }
  }
  if (code.most_errors < 3) return std::nullopt;
  for (unsigned i = 0; i < code.length; ++i) {
    for (unsigned j = i + 1; j < code.length; ++j) {
      for (unsigned k = j + 1; k < code.length; ++k) {
        if ((alone[i] ^ alone[j] ^ alone[k]) == wanted) return flip(i), flip(j), flip(k), 3;
      }
    }
  }
  return std::nullopt;
}

// GF(2^8) by x^8 + x^4 + x^3 + x^2 + 1, the minimal polynomial m1 of C/S T.018 appendix B.
struct Field {
  std::array<std::uint8_t, 510> power{};  // twice around, so that a sum of two logarithms needs no modulo
  std::array<std::uint8_t, 256> logarithm{};

  constexpr Field() {
    unsigned value = 1;
    for (unsigned i = 0; i < 255; ++i) {
      power[i] = power[i + 255] = static_cast<std::uint8_t>(value);
      logarithm[value] = static_cast<std::uint8_t>(i);
      value <<= 1;
      if (value > 255) value ^= 0b1'0001'1101;
    }
  }
  [[nodiscard]] constexpr std::uint8_t times(std::uint8_t a, std::uint8_t b) const {
    return a == 0 || b == 0 ? std::uint8_t{0} : power[logarithm[a] + logarithm[b]];
  }
  // b is not zero.
  [[nodiscard]] constexpr std::uint8_t divided(std::uint8_t a, std::uint8_t b) const {
    return a == 0 ? std::uint8_t{0} : power[logarithm[a] + 255 - logarithm[b]];
  }
};
constexpr Field gf;

constexpr unsigned syndromes_of_six = 12;
using Polynomial = std::array<std::uint8_t, syndromes_of_six + 2>;  // the coefficient of x^i at [i]

// The word at α^1 … α^12: all zero for a codeword. The last bit of the word is the coefficient of x^0.
std::array<std::uint8_t, syndromes_of_six> syndromes(std::span<const bool> word) {
  std::array<std::uint8_t, syndromes_of_six> all{};
  for (unsigned j = 0; j < syndromes_of_six; ++j) {
    std::uint8_t value = 0;
    for (const bool bit : word) value = gf.times(value, gf.power[j + 1]) ^ static_cast<std::uint8_t>(bit);
    all[j] = value;
  }
  return all;
}

// Berlekamp and Massey: the shortest shift register that makes the syndromes; its connection polynomial has the inverses
// of the errors' places as roots. (R. Blahut, "Algebraic Codes for Data Transmission", 2003, chapter 7.)
struct Locator {
  Polynomial coefficients{};
  unsigned errors = 0;
};
Locator find_locator(const std::array<std::uint8_t, syndromes_of_six>& syndrome) {
  Locator now;
  now.coefficients[0] = 1;
  Polynomial before{};
  before[0] = 1;
  std::uint8_t discrepancy_before = 1;
  unsigned shift = 1;
  for (unsigned n = 0; n < syndromes_of_six; ++n) {
    std::uint8_t discrepancy = syndrome[n];
    for (unsigned i = 1; i <= now.errors && i <= n; ++i) discrepancy ^= gf.times(now.coefficients[i], syndrome[n - i]);
    if (discrepancy == 0) {
      ++shift;
      continue;
    }
    const Polynomial kept = now.coefficients;
    const std::uint8_t factor = gf.divided(discrepancy, discrepancy_before);
    for (unsigned i = 0; i + shift < before.size(); ++i) now.coefficients[i + shift] ^= gf.times(factor, before[i]);
    if (2 * now.errors <= n) {
      now.errors = n + 1 - now.errors;
      before = kept;
      discrepancy_before = discrepancy;
      shift = 1;
    } else {
      ++shift;
    }
  }
  return now;
}

std::optional<unsigned> correct_second_generation(std::span<bool> word) {
  const auto syndrome = syndromes(word);
  bool is_codeword = true;
  for (const std::uint8_t s : syndrome) is_codeword = is_codeword && s == 0;
  if (is_codeword) return 0;
  const Locator locator = find_locator(syndrome);
  if (locator.errors == 0 || locator.errors > second_generation_code.most_errors) return std::nullopt;

  // Every place is tried (Chien's search without its shortcut). A root outside the 250 places of the shortened code is an
  // error where nothing was sent: then there were more errors than can be told.
  std::vector<unsigned> wrong;
  for (unsigned place = 0; place < second_generation_code.length; ++place) {
    std::uint8_t value = 0;
    for (unsigned i = locator.errors + 1; i-- > 0;) value = gf.times(value, gf.power[(255 - place) % 255]) ^ locator.coefficients[i];
    if (value == 0) wrong.push_back(second_generation_code.length - 1 - place);
  }
  if (wrong.size() != locator.errors) return std::nullopt;
  for (const unsigned i : wrong) word[i] = !word[i];
  if (bch_remainder(second_generation_code, word) == 0) return locator.errors;
  for (const unsigned i : wrong) word[i] = !word[i];
  return std::nullopt;
}

}  // namespace

std::uint64_t bch_remainder(const BchCode& code, std::span<const bool> word) {
  std::uint64_t remainder = 0;
  for (const bool bit : word) {
    remainder = remainder << 1 | static_cast<std::uint64_t>(bit);
    if ((remainder >> code.parity_bits & 1) != 0) remainder ^= code.generator;
  }
  return remainder;
}

void put_parity(const BchCode& code, std::span<bool> word) {
  SKYPACT_CHECK(word.size() == code.length);
  const std::span<bool> parity = word.last(code.parity_bits);
  for (bool& bit : parity) bit = false;
  const std::uint64_t value = bch_remainder(code, word);
  for (unsigned i = 0; i < code.parity_bits; ++i) parity[i] = (value >> (code.parity_bits - 1 - i) & 1) != 0;
}

std::optional<unsigned> correct(const BchCode& code, std::span<bool> word) {
  SKYPACT_CHECK(word.size() == code.length);
  return code.most_errors > 3 ? correct_second_generation(word) : correct_by_search(code, word);
}

}  // namespace skypact::wire
