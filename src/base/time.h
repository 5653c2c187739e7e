#pragma once
// UTC instants and durations, and the text forms they have outside. Nothing here reads a clock: time is
// an argument everywhere; base/clock.h is the one place that asks the system.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace skypact {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

[[nodiscard]] constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }
// Rounded to the nearest nanosecond; |value| must be below 9e9 s.
[[nodiscard]] constexpr Duration from_seconds(double value) {
  return Duration(static_cast<Duration::rep>(value * 1e9 + (value < 0 ? -0.5 : 0.5)));
}

// Half-open: holds from <= x < to.
template <class T>
struct Interval {
  T from{};
  T to{};
  [[nodiscard]] constexpr bool contains(T x) const { return from <= x && x < to; }
  [[nodiscard]] constexpr bool empty() const { return !(from < to); }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

// "2026-11-23T19:53:45.123Z" (RFC 3339, UTC, always three decimals).
[[nodiscard]] std::string to_rfc3339(Time time);
// Accepts RFC 3339 with Z or a numeric offset and up to nine decimals.
Result<Time> parse_rfc3339(std::string_view text);

// "300s", "20min", "1.5h", "250ms": a number and a unit out of ms, s, min, h, d.
Result<Duration> parse_duration(std::string_view text);

}  // namespace skypact
