#include "json/canonical.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"

namespace skypact::json {
namespace {

constexpr std::int64_t greatest_exact = std::int64_t{1} << 53;

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default:
        if (byte >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += hex[byte >> 4];
          out += hex[byte & 15];
        }
    }
  }
  out += '"';
}

// A document's strings are UTF-8.
std::u16string utf16(std::string_view text) {
  std::u16string units;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    SKYPACT_CHECK(length > 0);
    constexpr unsigned lead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned point = static_cast<unsigned char>(text[0]) & lead[length];
    for (std::size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    if (point >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      units += static_cast<char16_t>(point);
    }
    text.remove_prefix(length);
  }
  return units;
}

struct SortedMember {
  std::u16string order;
  Member member;
};

Result<void> append(std::string& out, Value value) {
  switch (value.kind()) {
    case Kind::missing:
    case Kind::null: out += "null"; return {};
    case Kind::boolean: out += *value.as_boolean() ? "true" : "false"; return {};
    case Kind::integer: {
      const std::int64_t integer = *value.as_integer();
      if (integer > greatest_exact || integer < -greatest_exact) {
        return bad_input("the number " + std::to_string(integer) + " is beyond 2^53: not every reader keeps it; write it as a text");
      }
      out += std::to_string(integer);
      return {};
    }
    case Kind::number: {
      // Also integers written with an exponent, or beyond 64 bits: those are no longer what was written.
      const double number = *value.as_number();
      if (std::fabs(number) > static_cast<double>(greatest_exact) && std::floor(number) == number && std::fabs(number) < 1e21) {
        return bad_input("the number " + canonical_number(number) + " is beyond 2^53: not every reader keeps it; write it as a text");
      }
      out += canonical_number(number);
      return {};
    }
    case Kind::string: append_text(out, *value.as_string()); return {};
    case Kind::array: {
      out += '[';
      bool first = true;
      for (const Value element : value.elements()) {
        if (!std::exchange(first, false)) out += ',';
        if (auto done = append(out, element); !done) return done;
      }
      out += ']';
      return {};
    }
    case Kind::object: {
      std::vector<SortedMember> members;
      for (const Member member : value.members()) members.push_back({utf16(member.name), member});
      std::sort(members.begin(), members.end(), [](const SortedMember& a, const SortedMember& b) { return a.order < b.order; });
      out += '{';
      bool first = true;
      for (const SortedMember& m : members) {
        if (!std::exchange(first, false)) out += ',';
        append_text(out, m.member.name);
        out += ':';
        if (auto done = append(out, m.member.value); !done) return done;
      }
      out += '}';
      return {};
    }
  }
  return {};
}

}  // namespace

std::string canonical_number(double number) {
  SKYPACT_CHECK(std::isfinite(number));
  if (number == 0) return "0";
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  SKYPACT_CHECK(written.ec == std::errc{});
  // [-]d[.ddd]e±xx, the shortest digits that read back.
  std::string_view rest(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
  std::string sign;
  if (rest.front() == '-') sign = "-", rest.remove_prefix(1);
  const auto e = rest.find('e');
  std::string digits(rest.substr(0, 1));
  if (e > 1) digits += rest.substr(2, e - 2);
  const std::string_view power = rest.substr(e + 1);
  int exponent = 0;
  std::from_chars(power.data() + 1, power.data() + power.size(), exponent);
  if (power.front() == '-') exponent = -exponent;

  // ECMA-262, Number::toString: the value is 0.digits · 10^point.
  const int count = static_cast<int>(digits.size()), point = exponent + 1;
  const auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '0'); };
  if (count <= point && point <= 21) return sign + digits + zeros(point - count);
  if (0 < point && point <= 21) return sign + digits.insert(static_cast<std::size_t>(point), ".");
  if (-6 < point && point <= 0) return sign + "0." + zeros(-point) + digits;
  if (count > 1) digits.insert(1, ".");
  return sign + digits + (point > 0 ? "e+" : "e-") + std::to_string(std::abs(point - 1));
}

Result<std::string> canonical(Value value) {
  std::string out;
  if (auto done = append(out, value); !done) return std::move(done).error();
  return out;
}

}  // namespace skypact::json
