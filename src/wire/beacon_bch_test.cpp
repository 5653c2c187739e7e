#include "wire/beacon_bch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/random.h"

namespace skypact::wire {
namespace {

constexpr std::array<const BchCode*, 3> all_codes = {&first_field_code, &second_field_code, &second_generation_code};

// std::vector<bool> has no span.
struct Bits {
  explicit Bits(std::size_t size) : size_(size) {}
  [[nodiscard]] std::span<bool> span() { return std::span<bool>(bits_).first(size_); }
  bool& operator[](std::size_t i) { return bits_[i]; }
  friend bool operator==(const Bits&, const Bits&) = default;

 private:
  std::size_t size_;
  std::array<bool, 250> bits_{};
};

Bits random_codeword(const BchCode& code, Random& random) {
  Bits word(code.length);
  for (unsigned i = 0; i < code.length - code.parity_bits; ++i) word[i] = random.chance(0.5);
  put_parity(code, word.span());
  return word;
}

std::set<unsigned> random_places(unsigned count, unsigned length, Random& random) {
  std::set<unsigned> places;
  while (places.size() < count) places.insert(static_cast<unsigned>(random.below(length)));
  return places;
}

// The twin: multiplication in GF(2^m) bit by bit, without tables, and the word as a polynomial at α^j.
unsigned multiplied(unsigned a, unsigned b, unsigned modulus, unsigned m) {
  unsigned product = 0;
  for (; b != 0; b >>= 1) {
    if ((b & 1) != 0) product ^= a;
    a <<= 1;
    if ((a >> m & 1) != 0) a ^= modulus;
  }
  return product;
}
unsigned at_power(std::span<const bool> word, unsigned j, unsigned modulus, unsigned m) {
  unsigned root = 1;
  for (unsigned i = 0; i < j; ++i) root = multiplied(root, 2, modulus, m);
  unsigned sum = 0, power = 1;
  for (std::size_t i = word.size(); i-- > 0;) {
    if (word[i]) sum ^= power;
    power = multiplied(power, root, modulus, m);
  }
  return sum;
}

TEST(BeaconBch, CodewordsVanishAtTheConsecutiveRootsOfTheirCodeAndOnlyThere) {
  // α of GF(2^7), GF(2^6) and GF(2^8), from the minimal polynomials m1 of C/S T.001 annex B and C/S T.018 appendix B.
  struct {
    const BchCode& code;
    unsigned modulus, m;
  } const cases[] = {{first_field_code, 0b10001001, 7}, {second_field_code, 0b1000011, 6}, {second_generation_code, 0b100011101, 8}};
  for (const auto& [code, modulus, m] : cases) {
    Random random(11);
    for (int run = 0; run < 50; ++run) {
      Bits word = random_codeword(code, random);
      EXPECT_EQ(bch_remainder(code, word.span()), 0u);
      for (unsigned j = 1; j <= 2 * code.most_errors; ++j) EXPECT_EQ(at_power(word.span(), j, modulus, m), 0u) << code.name << " α^" << j;
      const auto broken = static_cast<unsigned>(random.below(code.length));
      word[broken] = !word[broken];
      EXPECT_NE(at_power(word.span(), 1, modulus, m), 0u);
      EXPECT_NE(bch_remainder(code, word.span()), 0u);
    }
  }
}

TEST(BeaconBch, CorrectsUpToItsNumberOfErrorsAtAnyPlacesAndSaysHowMany) {
  for (const BchCode* code : all_codes) {
    Random random(12);
    for (unsigned errors = 0; errors <= code->most_errors; ++errors) {
      for (int run = 0; run < 200; ++run) {
        const Bits sent = random_codeword(*code, random);
        Bits heard = sent;
        for (const unsigned place : random_places(errors, code->length, random)) heard[place] = !heard[place];
        const auto corrected = correct(*code, heard.span());
        ASSERT_TRUE(corrected) << code->name << ": " << errors << " errors";
        EXPECT_EQ(*corrected, errors);
        EXPECT_TRUE(heard == sent);
      }
    }
  }
}

TEST(BeaconBch, CorrectsEveryPairOfErrorsIncludingThoseAtTheEnds) {
  for (const BchCode* code : all_codes) {
    Random random(13);
    const Bits sent = random_codeword(*code, random);
    for (unsigned i = 0; i < code->length; ++i) {
      for (unsigned j = i + 1; j < code->length; j += code->length > 100 ? 7 : 1) {
        Bits heard = sent;
        heard[i] = !heard[i];
        heard[j] = !heard[j];
        ASSERT_EQ(correct(*code, heard.span()), 2u) << code->name << " " << i << " " << j;
        ASSERT_TRUE(heard == sent);
      }
    }
  }
}

TEST(BeaconBch, RefusesMostWordsWithMoreErrorsAndNeverCallsOneWhole) {
  // So many errors that the word cannot be a codeword itself (the distance is twice the number corrected, and one), and
  // it can be near another one only by chance.
  const double most_mistaken[] = {0.10, 0.35, 0.01};
  for (std::size_t c = 0; c < all_codes.size(); ++c) {
    const BchCode& code = *all_codes[c];
    Random random(14);
    int mistaken = 0, runs = 0;
    for (unsigned errors = code.most_errors + 1; errors <= 2 * code.most_errors; ++errors) {
      for (int run = 0; run < 300; ++run, ++runs) {
        const Bits sent = random_codeword(code, random);
        Bits heard = sent;
        for (const unsigned place : random_places(errors, code.length, random)) heard[place] = !heard[place];
        const Bits before = heard;
        const auto corrected = correct(code, heard.span());
        if (!corrected) {
          EXPECT_TRUE(heard == before) << "what is refused is left as it was";
          continue;
        }
        ++mistaken;
        EXPECT_GE(*corrected, 1u);
        EXPECT_LE(*corrected, code.most_errors);
        EXPECT_EQ(bch_remainder(code, heard.span()), 0u);
        EXPECT_FALSE(heard == sent);
      }
    }
    EXPECT_LE(mistaken, most_mistaken[c] * runs) << code.name;
  }
}

TEST(BeaconBch, GivesTheParityOfTheWorkedExamples) {
  // C/S T.001 annex B, figure B2: the twelve bits of parity behind 26 bits of data.
  Bits second(38);
  constexpr std::string_view data = "10010101110000000000010111";
  for (std::size_t i = 0; i < data.size(); ++i) second[i] = data[i] == '1';
  put_parity(second_field_code, second.span());
  std::string parity;
  for (std::size_t i = 26; i < 38; ++i) parity += second[i] ? '1' : '0';
  EXPECT_EQ(parity, "000101010001");
}

}  // namespace
}  // namespace skypact::wire
