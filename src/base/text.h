#pragma once
// Reading numbers and fields from text without locale, allocation or exceptions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/quantity.h"
#include "base/result.h"

namespace skypact {

// The whole text must be one number; no leading plus, no spaces. nullopt otherwise, or when out of range.
// parse_number refuses infinities and NaN.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint32_t> parse_hex(std::string_view text);  // at most eight digits

[[nodiscard]] std::string_view trim(std::string_view text);  // spaces, tabs, CR, LF at both ends
[[nodiscard]] std::string to_upper(std::string_view text);   // ASCII

// Takes the text up to the separator off the front of `rest`; the last field leaves `rest` without data.
//     for (std::string_view rest = line; auto field = next_field(rest, ',');) …
[[nodiscard]] std::optional<std::string_view> next_field(std::string_view& rest, char separator);

// "5nm", "1000ft", "9.26km", "50m": a non-negative number and its unit.
Result<Length> parse_length(std::string_view text);
// The same units for a vertical distance.
Result<Height> parse_height(std::string_view text);

// Only printable ASCII; anything else becomes \xNN, and long text is cut with "…". For error messages
// and logs that quote what came from outside.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t longest = 60);

}  // namespace skypact
