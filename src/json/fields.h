#pragma once
// Fields: reads the members of one object and remembers the first thing that is wrong, so that a reader
// of a message is a list of lines and one check.
//
//     json::Fields fields(value);
//     const auto speed = fields.number("ground_speed_kt", 0, 2000);         // optional
//     const auto id = fields.text("id", 1, 24, json::required);
//     fields.refuse_unknown();
//     if (fields.error()) return *fields.error();   // "ground_speed_kt: must be a number from 0 to 2000"
//
// A member that is null counts as absent. For one thread.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/document.h"

namespace skypact::json {

enum Presence : std::uint8_t { optional, required };

class Fields {
 public:
  explicit Fields(Value object);

  // Each returns nullopt where the member is absent or wrong; error() tells which. Bounds are inclusive.
  std::optional<double> number(std::string_view name, double from, double to, Presence presence = optional);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t from, std::int64_t to, Presence presence = optional);
  std::optional<bool> boolean(std::string_view name, Presence presence = optional);
  // Length in bytes.
  std::optional<std::string_view> text(std::string_view name, std::size_t shortest, std::size_t longest, Presence presence = optional);
  // One of the words given; returns its index.
  std::optional<std::size_t> word(std::string_view name, std::initializer_list<std::string_view> words, Presence presence = optional);
  // RFC 3339 text.
  std::optional<Time> time(std::string_view name, Presence presence = optional);
  // Missing where absent; of that kind where present.
  Value array(std::string_view name, Presence presence = optional);
  Value object(std::string_view name, Presence presence = optional);
  // Whatever it is; the caller judges it.
  Value any(std::string_view name);

  // Says that a member is wrong: "name: message".
  void refuse(std::string_view name, std::string_view message);
  // Every member that no call above has named is an error.
  void refuse_unknown();

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  Value find(std::string_view name, Presence presence);

  Value object_;
  std::vector<std::string_view> asked_;
  std::optional<Error> error_;
};

}  // namespace skypact::json
