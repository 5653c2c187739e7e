#pragma once
// MeasurementClock: when a frame reached the antenna, from the receiver's own time stamp where that agrees
// with the time of receipt, else the time of receipt.
//
// A free-running 12 MHz count has no epoch. The least delay seen so far (receipt minus count) places it on
// UTC; a crystal's drift is followed by letting that least delay grow by 100 ppm. A count that says "after
// receipt" or "more than 30 s before" has jumped, and is placed anew. A time from GPS that is more than 30 s
// before receipt, or clearly after it, is not used. Results never exceed the time of receipt and never go back
// while receipt does not. Not thread-safe: one per feed.

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace skypact::wire {

// How a receiver's 48 bits of time read. mhz12: a free-running count of 1/12 microseconds. gps: Radarcape,
// 18 bits of UTC second of the day and 30 bits of nanoseconds. none: take the time of receipt.
enum class TimestampFormat : std::uint8_t { mhz12, gps, none };

class MeasurementClock {
 public:
  static constexpr Duration longest_delay = seconds(30);
  static constexpr Duration clock_tolerance = seconds(1);   // of this machine's clock against GPS

  explicit MeasurementClock(TimestampFormat format) : format_(format) {}

  // received_at must not be before that of the call before, unless reset() came between.
  [[nodiscard]] Time measure(std::optional<std::uint64_t> timestamp, Time received_at);
  void reset();
  // The last stamp, read as GPS time, is none, or is farther from the time of receipt than delay and clocks explain: the
  // receiver has no fix, counts 12 MHz, or this machine's clock is wrong.
  [[nodiscard]] bool contradicted() const { return contradicted_; }

 private:
  [[nodiscard]] Time from_count(std::uint64_t count, Time received_at);

  TimestampFormat format_;
  bool placed_ = false;
  bool contradicted_ = false;
  Time origin_{};         // UTC of count 0
  Time placed_at_{};      // when origin_ was last moved
  Time last_{};           // the last result
};

}  // namespace skypact::wire
