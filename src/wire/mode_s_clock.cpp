#include "wire/mode_s_clock.h"

#include <algorithm>

namespace skypact::wire {
namespace {

// 48 bits of 1/12 µs are 271 days, in nanoseconds within 64 bits.
Duration from_ticks(std::uint64_t ticks) { return Duration(static_cast<Duration::rep>(ticks / 12 * 1000 + ticks % 12 * 1000 / 12)); }

// The moment of the day nearest to receipt. nullopt: no second of a day.
std::optional<Time> from_gps(std::uint64_t stamp, Time received_at) {
  const auto second = static_cast<std::int64_t>(stamp >> 30);
  const auto nanosecond = static_cast<std::int64_t>(stamp & 0x3FFFFFFF);
  if (second >= 86'401 || nanosecond >= 1'000'000'000) return std::nullopt;
  const Time day = std::chrono::floor<std::chrono::days>(received_at);
  Time time = day + seconds(second) + Duration(nanosecond);
  if (time - received_at > std::chrono::hours(12)) time -= std::chrono::hours(24);
  if (received_at - time > std::chrono::hours(12)) time += std::chrono::hours(24);
  return time;
}

}  // namespace

void MeasurementClock::reset() {
  placed_ = false;
  last_ = {};
}

Time MeasurementClock::from_count(std::uint64_t count, Time received_at) {
  const Duration since_zero = from_ticks(count);
  if (placed_) {
    constexpr int parts = 10'000;  // 100 ppm
    const Duration drift = (received_at - placed_at_) / parts;
    const Time measured = origin_ + drift + since_zero;
    if (measured <= received_at && received_at - measured <= longest_delay) return measured;
    // Slightly early: the least delay so far was not the least. Anything else is a jump of the count.
  }
  placed_ = true;
  origin_ = received_at - since_zero;
  placed_at_ = received_at;
  return received_at;
}

Time MeasurementClock::measure(std::optional<std::uint64_t> timestamp, Time received_at) {
  Time measured = received_at;
  contradicted_ = false;
  if (timestamp && format_ == TimestampFormat::mhz12) measured = from_count(*timestamp, received_at);
  if (timestamp && format_ == TimestampFormat::gps) {
    const auto gps = from_gps(*timestamp, received_at);
    const bool believed = gps && received_at - *gps <= longest_delay && *gps - received_at <= clock_tolerance;
    contradicted_ = !believed;
    if (believed) measured = *gps;   // kept from lying after receipt below
  }
  last_ = std::min(std::max(measured, last_), received_at);
  return last_;
}

}  // namespace skypact::wire
