#pragma once
// Result<T>: a value, or an Error that says in one sentence what is wrong, where, and what to do.
//
//     Result<int> port = parse_port(text);
//     if (!port) return port.error();
//     listen(*port);
//
// The names are those of std::expected (C++23). Expected failures travel this way; our own bugs go to
// SKYPACT_CHECK; no function of ours throws.

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace skypact {

// What kind of failure, as far as a caller acts on it. The command line maps these to its exit status.
enum class ErrorCode {
  usage,         // the call's words are off
  bad_input,     // a file, message or field does not say what it must
  over_limit,    // well-formed, but larger than a named bound
  not_found,     //
  conflict,      // valid by itself, contradicts the present state
  refused,       // not permitted
  unreachable,   // a peer, a node or a device does not answer
  internal,      // our fault
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;

  // The same error seen from one level higher: "skypact.toml:12: feed 2: <message>".
  [[nodiscard]] Error within(std::string_view place) && {
    message.insert(0, std::string(place) + ": ");
    return std::move(*this);
  }
};

[[nodiscard]] inline Error bad_input(std::string message) {
  return {ErrorCode::bad_input, std::move(message)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return SKYPACT_CHECK(has_value()), std::get<0>(state_); }
  const T& value() const& { return SKYPACT_CHECK(has_value()), std::get<0>(state_); }
  T&& value() && { return SKYPACT_CHECK(has_value()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return SKYPACT_CHECK(!has_value()), std::get<1>(state_); }
  Error&& error() && { return SKYPACT_CHECK(!has_value()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return SKYPACT_CHECK(failed_), error_; }
  Error&& error() && { return SKYPACT_CHECK(failed_), std::move(error_); }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace skypact
