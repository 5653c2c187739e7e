#pragma once
// What a mistyped word was probably meant to be: "did you mean silent_after?".

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skypact {

// The candidate at most two single-letter changes away, and no more than half the word's letters: nobody who typed
// "fly" meant "key". The first of equals; nullopt where none is so near.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates);

}  // namespace skypact
