#include "line/plain_text.h"

#include <array>

#include <fmt/format.h>

#include "base/utf8.h"

namespace skypact::line {
namespace {

struct Range {
  char32_t first, last;
  std::string_view why;
};

constexpr std::string_view control = "a control character", turns = "which turns the direction of writing", unseen = "which nobody sees",
                           no_meaning = "which has no agreed meaning";

// In rising order. Unicode 15: general categories Cc, Cf, Co, Zl, Zp, and the letters without a shape (Default_Ignorable_Code_Point).
constexpr std::array ranges{
    Range{0x0000, 0x001F, control},   Range{0x007F, 0x009F, control},   Range{0x00AD, 0x00AD, unseen},    Range{0x034F, 0x034F, unseen},
    Range{0x0600, 0x0605, unseen},    Range{0x061C, 0x061C, turns},     Range{0x06DD, 0x06DD, unseen},    Range{0x070F, 0x070F, unseen},
    Range{0x0890, 0x0891, unseen},    Range{0x08E2, 0x08E2, unseen},    Range{0x115F, 0x1160, unseen},    Range{0x17B4, 0x17B5, unseen},
    Range{0x180B, 0x180F, unseen},    Range{0x200B, 0x200D, unseen},    Range{0x200E, 0x200F, turns},     Range{0x2028, 0x2029, control},
    Range{0x202A, 0x202E, turns},     Range{0x2060, 0x2065, unseen},    Range{0x2066, 0x2069, turns},     Range{0x206A, 0x206F, turns},
    Range{0x3164, 0x3164, unseen},    Range{0xE000, 0xF8FF, no_meaning}, Range{0xFDD0, 0xFDEF, no_meaning}, Range{0xFE00, 0xFE0F, unseen},
    Range{0xFEFF, 0xFEFF, unseen},    Range{0xFFA0, 0xFFA0, unseen},    Range{0xFFF0, 0xFFFB, unseen},    Range{0xFFFC, 0xFFFF, no_meaning},
    Range{0x110BD, 0x110BD, unseen},  Range{0x110CD, 0x110CD, unseen},  Range{0x13430, 0x1343F, unseen},  Range{0x1BCA0, 0x1BCA3, unseen},
    Range{0x1D173, 0x1D17A, turns},   Range{0xE0000, 0xE0FFF, unseen},  Range{0xF0000, 0x10FFFF, no_meaning},
};

// The code point at the front, which is well formed and `length` bytes long.
char32_t code_point(std::string_view text, std::size_t length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length == 1) return byte(0);
  char32_t value = byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (byte(i) & 0x3Fu);
  return value;
}

// Why the code point is not plain; nullptr: it is.
const std::string_view* defect_of(char32_t c) {
  if ((c & 0xFFFE) == 0xFFFE) return &no_meaning;
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return &range.why;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> not_plain(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return fmt::format("the byte {:#04x}, which is no UTF-8", static_cast<unsigned char>(text.front()));
    const char32_t c = code_point(text, length);
    if (const std::string_view* why = defect_of(c)) return fmt::format("U+{:04X}, {}", static_cast<std::uint32_t>(c), *why);
    text.remove_prefix(length);
  }
  return std::nullopt;
}

std::string made_plain(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view* why = length == 0 ? nullptr : defect_of(code_point(text, length));
    const std::string_view whole = text.substr(0, length == 0 ? 1 : length);
    if (why == nullptr) {
      out += whole;
    } else if (*why == control && !out.empty() && out.back() != ' ') {
      out += ' ';
    }
    text.remove_prefix(whole.size());
  }
  return out;
}

bool has_right_to_left(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      text.remove_prefix(1);
      continue;
    }
    const char32_t c = code_point(text, length);
    if ((c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC) || (c >= 0x10800 && c <= 0x10FFF) ||
        (c >= 0x1E800 && c <= 0x1EFFF)) {
      return true;
    }
    text.remove_prefix(length);
  }
  return false;
}

std::string isolated(std::string_view text) { return "\u2068" + std::string(text) + "\u2069"; }

}  // namespace skypact::line
