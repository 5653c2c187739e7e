#pragma once
// Base 64 of RFC 4648: section 4 with padding, section 5 (for URLs) without. One text for one value.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skypact {

[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> bytes);

// nullopt for any text that to_base64 would not write: other characters, missing padding, bits set behind the
// last byte. So a signature or hash has one form, and a changed text is a changed value.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// '-' and '_' in place of '+' and '/', and no padding, as RFC 7515, section 2 has it. Read as strictly.
[[nodiscard]] std::string to_base64url(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace skypact
