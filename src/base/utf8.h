#pragma once
// Is it UTF-8? For text that comes from outside and goes out again as UTF-8.

#include <cstddef>
#include <string_view>

namespace skypact {

// Bytes of the well-formed UTF-8 sequence at the front of `text`, 0 where there is none; 1 for empty text.
// (Unicode 15, table 3-7.)
[[nodiscard]] std::size_t utf8_length(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// The longest beginning of at most so many bytes that cuts no character in two.
[[nodiscard]] std::string_view utf8_beginning(std::string_view text, std::size_t most_bytes);

// What is wrong with a text that others read, for a sentence after its name; nullptr where nothing is: bytes that are no UTF-8, control
// characters but line feeds where these are let through, and marks that turn the direction of writing.
enum class LineFeeds : bool { refused, allowed };
[[nodiscard]] const char* text_defect(std::string_view text, LineFeeds line_feeds = LineFeeds::refused);

}  // namespace skypact
