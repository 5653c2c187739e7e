#pragma once
// BeaconBits<First, Last>: the bits of a beacon message under the numbers that C/S T.001 and C/S T.018 give them, so
// that code and document read alike. The first bit of a field is its most significant one.
//
//     BeaconBits<1, 250> bits;
//     bits.set(1, 16, 230);                       // TAC number, bits 1 to 16
//     const auto country = bits.field(31, 10);    // bits 31 to 40
//
// A number outside First…Last is our own bug and ends the process. A plain value; any thread.

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "base/check.h"

namespace skypact::wire {

template <unsigned First, unsigned Last>
class BeaconBits {
 public:
  static constexpr unsigned first = First;
  static constexpr unsigned last = Last;

  [[nodiscard]] bool at(unsigned number) const {
    SKYPACT_CHECK(number >= First && number <= Last);
    return bits_[number - First];
  }
  // At most 64 bits.
  [[nodiscard]] std::uint64_t field(unsigned from, unsigned width) const {
    SKYPACT_CHECK(width >= 1 && width <= 64);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) value = value << 1 | static_cast<std::uint64_t>(at(from + i));
    return value;
  }
  void put(unsigned number, bool bit) {
    SKYPACT_CHECK(number >= First && number <= Last);
    bits_[number - First] = bit;
  }
  void flip(unsigned number) { put(number, !at(number)); }
  void set(unsigned from, unsigned width, std::uint64_t value) {
    SKYPACT_CHECK(width >= 1 && width <= 64 && (width == 64 || value >> width == 0));
    for (unsigned i = 0; i < width; ++i) put(from + i, (value >> (width - 1 - i) & 1) != 0);
  }
  [[nodiscard]] bool all(unsigned from, unsigned to, bool bit) const {
    for (unsigned i = from; i <= to; ++i) {
      if (at(i) != bit) return false;
    }
    return true;
  }
  // The bits from…to, to be corrected in place.
  [[nodiscard]] std::span<bool> span(unsigned from, unsigned to) {
    SKYPACT_CHECK(from >= First && from <= to && to <= Last);
    return std::span<bool>(bits_).subspan(from - First, to - from + 1);
  }
  // The bits from…to as upper-case hexadecimal digits; where their number is no multiple of four, zeros stand in front.
  [[nodiscard]] std::string hex(unsigned from, unsigned to) const {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string text;
    unsigned value = 0;
    for (unsigned i = from; i <= to; ++i) {
      value = value << 1 | static_cast<unsigned>(at(i));
      if ((to - i) % 4 == 0) {
        text += digits[value];
        value = 0;
      }
    }
    return text;
  }
  friend bool operator==(const BeaconBits&, const BeaconBits&) = default;

 private:
  std::array<bool, Last - First + 1> bits_{};
};

}  // namespace skypact::wire
