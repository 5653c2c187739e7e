#include "json/writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/utf8.h"

namespace skypact::json {
namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

template <class... How>
void append_number(std::string& out, How... how) {
  std::array<char, 64> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), how...);
  SKYPACT_CHECK(error == std::errc{});
  const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
  // No minus sign before a zero: "-0.00" says nothing that "0.00" does not.
  const bool minus_zero = written.front() == '-' && written.find_first_not_of("-0.") == std::string_view::npos;
  out += minus_zero ? written.substr(1) : written;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t length = utf8_length(text);
    if (length >= 2) {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    }
    switch (const char c = text.front()) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (length == 0) {
          out += "\xEF\xBF\xBD";
        } else {
          const auto byte = static_cast<unsigned char>(c);
          out += "\\u00";
          out += hex[byte >> 4];
          out += hex[byte & 15];
        }
    }
    text.remove_prefix(1);
  }
  out += '"';
}

void Writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  const std::uint64_t level = std::uint64_t{1} << (depth_ - 1);
  SKYPACT_CHECK((objects_ & level) == 0);  // a value in an object needs its key first
  if (has_members_ & level) out_ += ',';
  has_members_ |= level;
}

void Writer::open(char bracket, bool object) {
  separate();
  SKYPACT_CHECK(depth_ < max_depth);
  const std::uint64_t level = std::uint64_t{1} << depth_++;
  objects_ = object ? objects_ | level : objects_ & ~level;
  has_members_ &= ~level;
  out_ += bracket;
}

void Writer::close(char bracket, bool object) {
  SKYPACT_CHECK(depth_ > 0 && !after_key_);
  const std::uint64_t level = std::uint64_t{1} << --depth_;
  SKYPACT_CHECK(((objects_ & level) != 0) == object);
  out_ += bracket;
}

void Writer::key(std::string_view name) {
  SKYPACT_CHECK(depth_ > 0 && !after_key_);
  const std::uint64_t level = std::uint64_t{1} << (depth_ - 1);
  SKYPACT_CHECK((objects_ & level) != 0);
  if (has_members_ & level) out_ += ',';
  has_members_ |= level;
  append_string(out_, name);
  out_ += ':';
  after_key_ = true;
}

void Writer::value(std::string_view text) {
  separate();
  append_string(out_, text);
}

void Writer::value(double number, int decimals) {
  SKYPACT_CHECK(decimals >= 0 && decimals <= 17);
  if (!std::isfinite(number)) return null();
  if (std::abs(number) >= 1e15) return shortest(number);
  separate();
  append_number(out_, number, std::chars_format::fixed, decimals);
}

void Writer::shortest(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  append_number(out_, number);
}

void Writer::raw(std::string_view json) {
  separate();
  out_ += json;
}

void Writer::write_signed(std::int64_t number) {
  separate();
  append_number(out_, number);
}

void Writer::write_unsigned(std::uint64_t number) {
  separate();
  append_number(out_, number);
}

}  // namespace skypact::json
