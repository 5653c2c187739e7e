#pragma once
// Text from outside, made safe to show: what a reader cannot see, or what turns the text around, becomes visible.
//
//     visible_text("NORTH\u202E12", 24)     // "NORTH<U+202E>12"
//
// Two call signs that differ by a mark nobody sees must look different, and must not be taken for one. Nothing is left out
// in silence: a byte that is no UTF-8 becomes U+FFFD, and what is cut ends in "…". Doing it twice changes nothing. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace skypact::distress {

// At most `longest` bytes, at least 3. Control characters, line ends too, become "<U+000A>"; so do the marks of direction and of zero width.
// White space at both ends goes.
[[nodiscard]] std::string visible_text(std::string_view text, std::size_t longest);

}  // namespace skypact::distress
