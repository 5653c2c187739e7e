#pragma once
// What a mistyped word was probably meant to be: "did you mean silent_after?".

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skypact {

// The candidate at most two single-letter changes away, and fewer than the word has letters. The first of equals; nullopt
// where none is so near.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates);

}  // namespace skypact
