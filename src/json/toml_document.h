#pragma once
// A TOML file as a tree of plain values that know their line. toml++ stays behind toml_document.cpp.
// A plain value; for any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace skypact::json {

struct TomlMember;

struct TomlValue {
  enum class Kind : std::uint8_t { boolean, integer, number, text, time, array, table };
  Kind kind = Kind::table;
  unsigned line = 1;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;     // of an integer too
  std::string text;      // of a date or time without an offset too, which then is of kind text
  Time time;
  std::vector<TomlValue> elements;  // of an array
  std::vector<TomlMember> members;  // of a table, ordered by line

  TomlValue();
  TomlValue(const TomlValue&);
  TomlValue(TomlValue&&) noexcept;
  TomlValue& operator=(const TomlValue&);
  TomlValue& operator=(TomlValue&&) noexcept;
  ~TomlValue();
};

struct TomlMember {
  std::string name;
  TomlValue value;
};

// "a number", "a table": for error messages.
[[nodiscard]] std::string_view to_string(TomlValue::Kind kind);

// Error: bad_input, "12: …" with the line in front.
Result<TomlValue> parse_toml(std::string_view text);

}  // namespace skypact::json
