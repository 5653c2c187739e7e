#pragma once
// Is a text only what it shows? For call signs and names that come from outside and are read aloud, compared by eye and
// put into sentences of another script: a character that nobody sees or that turns the direction of writing makes one
// name look like another. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace skypact::line {

// The first thing in it that is not plain: "U+202E, which turns the direction of writing". Refused are what is not UTF-8,
// control characters (line ends too), marks that turn the direction of writing, characters without a shape of their own
// (zero width, fillers, variation selectors, tags), private ones and those that are no characters. nullopt: it is plain.
[[nodiscard]] std::optional<std::string> not_plain(std::string_view text);

// The text without them: unseen characters are dropped, control characters become blanks. For public lists of thousands of names,
// of which a few have a soft hyphen. Bytes that are no UTF-8 stay.
[[nodiscard]] std::string made_plain(std::string_view text);

// Has a letter of a script that is written from right to left.
[[nodiscard]] bool has_right_to_left(std::string_view text);

// U+2068 text U+2069: it keeps its own direction inside a sentence of another one.
[[nodiscard]] std::string isolated(std::string_view text);

}  // namespace skypact::line
