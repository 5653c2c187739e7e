#include "wire/field_text.h"

#include <algorithm>

#include "base/text.h"

namespace skypact::wire {
namespace {

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

template <class Allowed>
std::optional<FixedString<8>> parse_name(std::string_view text, Allowed allowed) {
  const std::string upper = to_upper(trim(text));
  if (upper.empty() || upper.size() > 8 || !std::all_of(upper.begin(), upper.end(), allowed)) return std::nullopt;
  return FixedString<8>(upper);
}

}  // namespace

std::optional<std::uint32_t> parse_address24(std::string_view text) {
  return text.size() == 6 ? parse_hex(text) : std::nullopt;
}

std::optional<std::uint16_t> parse_squawk(std::string_view text) {
  if (text.size() != 4) return std::nullopt;
  std::uint16_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    value = static_cast<std::uint16_t>(value * 10 + (c - '0'));
  }
  return value;
}

std::optional<FixedString<8>> parse_callsign(std::string_view text) { return parse_name(text, is_alphanumeric); }

std::optional<FixedString<8>> parse_registration(std::string_view text) {
  return parse_name(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace skypact::wire
