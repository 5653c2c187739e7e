#include "wire/beacon_hex.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace skypact::wire {

Result<std::string> read_hex_digits(std::string_view text, std::size_t most) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    const bool lower = c >= 'a' && c <= 'f';
    if (!lower && !(c >= 'A' && c <= 'F') && !(c >= '0' && c <= '9')) {
      return bad_input(fmt::format("digit {} is {}, which is no hexadecimal digit", digits.size() + 1, quoted(std::string_view(&c, 1))));
    }
    if (digits.size() == most) return bad_input(fmt::format("there are more than {} hexadecimal digits, the longest form of a beacon message", most));
    digits += lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (digits.empty()) return bad_input("there are no hexadecimal digits");
  return digits;
}

unsigned hex_value(char digit) {
  SKYPACT_CHECK((digit >= '0' && digit <= '9') || (digit >= 'A' && digit <= 'F'));
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'A' + 10);
}

}  // namespace skypact::wire
