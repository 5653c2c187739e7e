#pragma once
// Base 64 of RFC 4648, section 4: with padding, and one text for one value.

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

}  // namespace skypact
