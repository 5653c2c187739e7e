#pragma once
// FixedString<N>: up to N bytes of text held in place: callsigns, registrations, short identifiers.
// Unused bytes are zero, so equal texts are equal bytes.

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <string_view>

namespace skypact {

template <std::size_t N>
class FixedString {
  static_assert(N >= 1 && N <= 255);

 public:
  static constexpr std::size_t capacity = N;

  constexpr FixedString() = default;
  // Takes the first N bytes; where cutting would be wrong, compare size() with the source's first.
  constexpr FixedString(std::string_view text) {  // NOLINT: implicit on purpose
    std::copy_n(text.begin(), std::min(text.size(), N), bytes_.begin());
  }
  [[nodiscard]] constexpr std::string_view view() const {
    return {bytes_.data(), static_cast<std::size_t>(std::find(bytes_.begin(), bytes_.end(), '\0') - bytes_.begin())};
  }
  [[nodiscard]] constexpr bool empty() const { return bytes_[0] == '\0'; }
  friend constexpr auto operator<=>(const FixedString&, const FixedString&) = default;

 private:
  std::array<char, N> bytes_{};
};

}  // namespace skypact

template <std::size_t N>
struct std::hash<skypact::FixedString<N>> {
  std::size_t operator()(const skypact::FixedString<N>& s) const noexcept { return std::hash<std::string_view>{}(s.view()); }
};
