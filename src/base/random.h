#pragma once
// Seeded random numbers that are the same on every machine and compiler (std distributions are not).
// The generator is xoshiro256**, seeded by SplitMix64 (D. Blackman, S. Vigna, "Scrambled linear
// pseudorandom number generators", ACM TOMS 47, 2021). For simulation and tests; never for keys.

#include <array>
#include <bit>
#include <cstdint>

namespace skypact {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9E3779B97F4A7C15u;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
      word = z ^ (z >> 31);
    }
  }

  constexpr std::uint64_t bits() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }
  // [0, 1), 53 bits.
  constexpr double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  constexpr double uniform(double from, double to) { return from + (to - from) * uniform(); }
  // [0, count); count > 0. The bias is below count / 2^64.
  constexpr std::uint64_t below(std::uint64_t count) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(bits()) * count) >> 64);
  }
  constexpr bool chance(double probability) { return uniform() < probability; }
  // Mean 0, deviation 1, within ±6: the sum of twelve uniform numbers, which needs no libm.
  constexpr double bell() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace skypact
