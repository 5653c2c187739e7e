#pragma once
// Is it UTF-8? For text that comes from outside and goes out again as UTF-8.

#include <cstddef>
#include <string_view>

namespace skypact {

// Bytes of the well-formed UTF-8 sequence at the front of `text`, 0 where there is none; 1 for empty text.
// (Unicode 15, table 3-7.)
[[nodiscard]] std::size_t utf8_length(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace skypact
