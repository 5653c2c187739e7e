#pragma once
// Writer: appends JSON to a string: JSON lines, HTTP answers, events. What it appends is always valid.
//
//     std::string line;
//     json::Writer out(line);
//     out.begin_object();
//     out.field("callsign", "KLM1023");
//     out.field("lat_deg", 52.3086, 7);          // seven decimals, always
//     out.field("altitude_ft", std::optional<int>());  // null
//     out.end_object();
//
// Text that is not UTF-8 comes out with U+FFFD for each bad byte. NaN and infinities come out as null. A
// nesting that does not match is our own bug and ends the process. For one thread; no allocation beyond
// the string's growth.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skypact::json {

class Writer {
 public:
  static constexpr unsigned max_depth = 64;

  explicit Writer(std::string& out) : out_(out) {}

  void begin_object() { open('{', true); }
  void end_object() { close('}', true); }
  void begin_array() { open('[', false); }
  void end_array() { close(']', false); }
  void key(std::string_view name);

  void null() { raw("null"); }
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(bool truth) { raw(truth ? "true" : "false"); }
  void value(double number, int decimals);  // fixed decimals, 0 to 17; beyond ±1e15 the shortest form
  void shortest(double number);             // the shortest text that reads back to the same double
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void value(T number) {
    if constexpr (std::signed_integral<T>) {
      write_signed(number);
    } else {
      write_unsigned(number);
    }
  }
  template <class T>
  void value(const std::optional<T>& maybe) {
    maybe ? value(*maybe) : null();
  }

  template <class T>
  void field(std::string_view name, const T& v) {
    key(name);
    value(v);
  }
  void field(std::string_view name, double number, int decimals) {
    key(name);
    value(number, decimals);
  }
  void field(std::string_view name, const std::optional<double>& number, int decimals) {
    key(name);
    number ? value(*number, decimals) : null();
  }

  // Appends one value that is already JSON text; the caller vouches for it.
  void raw(std::string_view json);

 private:
  void open(char bracket, bool object);
  void close(char bracket, bool object);
  void separate();
  void write_signed(std::int64_t number);
  void write_unsigned(std::uint64_t number);

  std::string& out_;
  unsigned depth_ = 0;
  std::uint64_t objects_ = 0;      // one bit per level: an object, else an array
  std::uint64_t has_members_ = 0;  // one bit per level: the next one needs a comma
  bool after_key_ = false;
};

// Appends text as a JSON string with its quotes, as Writer::value does.
void append_string(std::string& out, std::string_view text);

}  // namespace skypact::json
