#include "base/text.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace skypact {
namespace {

template <class T, class... Format>
std::optional<T> parse_whole(std::string_view text, Format... format) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, format...);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// Splits "12.5nm" into its number and its unit.
std::optional<double> leading_number(std::string_view text, std::string_view& unit) {
  const std::size_t split = text.find_first_not_of("0123456789.-+");
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  unit = text.substr(split);
  return parse_number(text.substr(0, split));
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const auto value = parse_whole<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) { return parse_whole<std::int64_t>(text); }

std::optional<std::uint32_t> parse_hex(std::string_view text) { return parse_whole<std::uint32_t>(text, 16); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::optional<std::string_view> next_field(std::string_view& rest, char separator) {
  if (rest.data() == nullptr) return std::nullopt;
  const std::size_t end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return field;
}

Result<Length> parse_length(std::string_view text) {
  std::string_view unit;
  const auto number = leading_number(text, unit);
  if (number && *number >= 0) {
    if (unit == "nm" || unit == "NM") return nautical_miles(*number);
    if (unit == "ft") return feet(*number);
    if (unit == "km") return kilometres(*number);
    if (unit == "m") return metres(*number);
  }
  return bad_input(quoted(text) + " is not a distance; write for example 5nm, 9.26km, 50m or 1000ft");
}

Result<Height> parse_height(std::string_view text) {
  std::string_view unit;
  const auto number = leading_number(text, unit);
  if (number && *number >= 0 && *number <= 200'000) {
    if (unit == "ft") return feet_of_height(*number);
    if (unit == "m") return metres_of_height(*number);
  }
  return bad_input(quoted(text) + " is not a vertical distance; write for example 1000ft or 300m");
}

std::string quoted(std::string_view text, std::size_t longest) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == longest) return out + "…\"";
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7f) {
      out += text[i];
    } else {
      out += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return out + '"';
}

}  // namespace skypact
