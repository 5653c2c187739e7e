#include "json/fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace skypact::json {
namespace {

std::string shortest(double value) {
  std::array<char, 32> out{};
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), value);
  return {out.data(), end};
}

}  // namespace

Fields::Fields(Value object) : object_(object) {
  if (object.kind() != Kind::object) {
    error_ = bad_input("must be an object, is " + std::string(to_string(object.kind())));
  }
}

Value Fields::find(std::string_view name, Presence presence) {
  asked_.push_back(name);
  const Value value = object_[name];
  if (value.has_value()) return value;
  if (presence == required) refuse(name, "is missing");
  return {};
}

void Fields::refuse(std::string_view name, std::string_view message) {
  if (!error_) error_ = bad_input(std::string(name) + ": " + std::string(message));
}

std::optional<double> Fields::number(std::string_view name, double from, double to, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto number = value.as_number();
  if (number && *number >= from && *number <= to) return number;
  refuse(name, "must be a number from " + shortest(from) + " to " + shortest(to));
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t from, std::int64_t to, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto number = value.as_integer();
  if (number && *number >= from && *number <= to) return number;
  refuse(name, "must be a whole number from " + std::to_string(from) + " to " + std::to_string(to));
  return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view name, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto truth = value.as_boolean();
  if (!truth) refuse(name, "must be true or false");
  return truth;
}

std::optional<std::string_view> Fields::text(std::string_view name, std::size_t shortest_text, std::size_t longest, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto text = value.as_string();
  if (text && text->size() >= shortest_text && text->size() <= longest) return text;
  refuse(name, "must be a text of " + std::to_string(shortest_text) + " to " + std::to_string(longest) + " bytes");
  return std::nullopt;
}

std::optional<std::size_t> Fields::word(std::string_view name, std::initializer_list<std::string_view> words, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto text = value.as_string();
  if (text) {
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  std::string message = "must be one of";
  for (const std::string_view word : words) message += (word == *words.begin() ? " " : ", ") + std::string(word);
  refuse(name, message);
  return std::nullopt;
}

std::optional<Time> Fields::time(std::string_view name, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto text = value.as_string();
  const auto time = text ? parse_rfc3339(*text) : Result<Time>(bad_input("must be a time such as \"2026-11-23T19:53:45Z\""));
  if (time) return *time;
  refuse(name, time.error().message);
  return std::nullopt;
}

Value Fields::array(std::string_view name, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists() || value.kind() == Kind::array) return value;
  refuse(name, "must be an array, is " + std::string(to_string(value.kind())));
  return {};
}

Value Fields::object(std::string_view name, Presence presence) {
  const Value value = find(name, presence);
  if (!value.exists() || value.kind() == Kind::object) return value;
  refuse(name, "must be an object, is " + std::string(to_string(value.kind())));
  return {};
}

Value Fields::any(std::string_view name) { return find(name, optional); }

void Fields::refuse_unknown() {
  if (error_) return;
  for (const Member member : object_.members()) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    std::string known;
    for (const std::string_view name : asked_) known += (known.empty() ? "" : ", ") + std::string(name);
    error_ = bad_input(quoted(member.name) + " is not a known field; known are " + known);
    return;
  }
}

}  // namespace skypact::json
