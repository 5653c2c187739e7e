#include "distress/visible_text.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"
#include "base/utf8.h"

namespace skypact::distress {
namespace {

std::uint32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i])); };
  switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

// Unicode general categories Cc, Cf, Zl and Zp as far as they occur in text: they have no shape of their own.
bool is_invisible(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

std::string visible_text(std::string_view text, std::size_t longest) {
  constexpr std::string_view cut = "…";
  std::string out;
  std::size_t room_for_cut = 0;   // how much of `out` stays if it is cut
  for (std::string_view rest = trim(text); !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    std::string one;
    if (length == 0) {
      one = "\uFFFD";
      rest.remove_prefix(1);
    } else {
      const std::uint32_t c = code_point(rest.substr(0, length));
      one = is_invisible(c) ? fmt::format("<U+{:04X}>", c) : std::string(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    if (out.size() + one.size() > longest) return out.substr(0, room_for_cut) + std::string(cut);
    out += one;
    if (out.size() + cut.size() <= longest) room_for_cut = out.size();
  }
  return out;
}

}  // namespace skypact::distress
