#include "node/toml_document.h"

#include <algorithm>
#include <sstream>

namespace skypact::node {
// toml++ 3.3 fails assertions of its own on some malformed text ("[\x1e"). That is an error in a file, not a
// reason to die.
struct TomlAssertion {};
constexpr void toml_check(bool holds) {
  if (!holds) throw TomlAssertion();
}
}  // namespace skypact::node

#undef NDEBUG  // without it toml++ turns some of its assertions into assumptions of the compiler
#define TOML_ASSERT(condition) ::skypact::node::toml_check(static_cast<bool>(condition))
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace skypact::node {
namespace {

using Kind = TomlValue::Kind;

Time time_of(const toml::date_time& t) {
  const auto day = std::chrono::sys_days(std::chrono::year(t.date.year) / t.date.month / t.date.day);
  return Time(day) + std::chrono::hours(t.time.hour) + minutes(t.time.minute) + seconds(t.time.second) +
         Duration(t.time.nanosecond) - minutes(t.offset ? t.offset->minutes : 0);
}

template <class T>
std::string printed(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

TomlValue convert(const toml::node& node) {
  TomlValue out;
  out.line = node.source().begin.line;
  if (const auto* table = node.as_table()) {
    out.kind = Kind::table;
    for (const auto& [key, value] : *table) {
      out.members.push_back({std::string(key.str()), convert(value)});
      // The line of the name, which a table's own is not where it is made of dotted headers.
      out.members.back().value.line = key.source().begin.line;
    }
    std::stable_sort(out.members.begin(), out.members.end(),
                     [](const auto& a, const auto& b) { return a.value.line < b.value.line; });
  } else if (const auto* array = node.as_array()) {
    out.kind = Kind::array;
    for (const toml::node& element : *array) out.elements.push_back(convert(element));
  } else if (const auto* text = node.as_string()) {
    out.kind = Kind::text;
    out.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.kind = Kind::integer;
    out.integer = integer->get();
    out.number = static_cast<double>(out.integer);
  } else if (const auto* number = node.as_floating_point()) {
    out.kind = Kind::number;
    out.number = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.kind = Kind::boolean;
    out.boolean = boolean->get();
  } else if (const auto* at = node.as_date_time(); at != nullptr && at->get().offset && at->get().date.year >= 1970 && at->get().date.year <= 2200) {
    out.kind = Kind::time;
    out.time = time_of(at->get());
  } else {
    out.kind = Kind::text;
    if (at != nullptr) out.text = printed(at->get());
    if (const auto* date = node.as_date()) out.text = printed(date->get());
    if (const auto* clock = node.as_time()) out.text = printed(clock->get());
  }
  return out;
}

}  // namespace

// Here, where TomlMember is complete.
TomlValue::TomlValue() = default;
TomlValue::TomlValue(const TomlValue&) = default;
TomlValue::TomlValue(TomlValue&&) noexcept = default;
TomlValue& TomlValue::operator=(const TomlValue&) = default;
TomlValue& TomlValue::operator=(TomlValue&&) noexcept = default;
TomlValue::~TomlValue() = default;

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    case Kind::time: return "a time";
    case Kind::array: return "an array";
    case Kind::table: return "a table";
  }
  return "nothing";
}

Result<TomlValue> parse_toml(std::string_view text) {
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return bad_input(std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  } catch (const TomlAssertion&) {
    return bad_input("1: this is not TOML, and the parser cannot say where; look for stray characters in keys and table names");
  }
}

}  // namespace skypact::node
