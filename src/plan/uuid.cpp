#include "plan/uuid.h"

#include <array>

namespace skypact::plan {
namespace {

constexpr bool hyphen_before(int digit) { return digit == 8 || digit == 12 || digit == 16 || digit == 20; }

int value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<EntityId> parse_entity_id(std::string_view text) {
  const bool hyphens = text.size() == 36;
  if (!hyphens && text.size() != 32) return std::nullopt;
  EntityId id;
  std::size_t at = 0;
  for (int digit = 0; digit < 32; ++digit) {
    if (hyphens && hyphen_before(digit) && text[at++] != '-') return std::nullopt;
    const int value = value_of(text[at++]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = digit < 16 ? id.high : id.low;
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  return id;
}

std::string to_string(EntityId id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int digit = 0; digit < 32; ++digit) {
    if (hyphen_before(digit)) text += '-';
    const std::uint64_t half = digit < 16 ? id.high : id.low;
    text += digits[half >> (60 - 4 * (digit % 16)) & 15];
  }
  return text;
}

std::optional<Time> time_of_uuid7(EntityId id) {
  const bool variant = id.low >> 62 == 2, version = (id.high >> 12 & 15) == 7;
  if (!variant || !version) return std::nullopt;
  const auto ms = static_cast<std::int64_t>(id.high >> 16);
  if (ms > Time::max().time_since_epoch() / milliseconds(1)) return std::nullopt;
  return Time(milliseconds(ms));
}

}  // namespace skypact::plan
