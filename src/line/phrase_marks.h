#pragma once
// The {slot} marks of a phrase's text. Internal to the phrasebook.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skypact::line {

// The names in order of the text; nullopt where a brace has no partner.
[[nodiscard]] inline std::optional<std::vector<std::string_view>> marks_of(std::string_view text) {
  std::vector<std::string_view> marks;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '}') return std::nullopt;
    if (text[i] != '{') {
      ++i;
      continue;
    }
    const std::size_t end = text.find_first_of("{}", i + 1);
    if (end == std::string_view::npos || text[end] == '{') return std::nullopt;
    marks.push_back(text.substr(i + 1, end - i - 1));
    i = end + 1;
  }
  return marks;
}

// The text with each mark replaced by what `value` gives for its name. The braces are sound.
template <class Value>
[[nodiscard]] std::string filled(std::string_view text, const Value& value) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    out += value(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace skypact::line
