#include "track/estimators.h"

#include <algorithm>
#include <cmath>

namespace skypact::track {
namespace {

// Puts a sample at the end of both arrays, the oldest goes where they are full, and what is beyond `memory` goes too.
template <std::size_t N, class T>
void push(std::array<T, N>& values, std::array<std::uint16_t, N>& before, std::uint8_t& count, T value, Duration since_last, Duration memory) {
  const auto step = static_cast<std::int32_t>(since_last / milliseconds(1));
  const auto longest = static_cast<std::int32_t>(memory / milliseconds(1));
  std::size_t kept = 0;
  for (std::size_t i = count == N ? 1 : 0; i < count; ++i) {
    if (before[i] + step > longest) continue;
    values[kept] = values[i];
    before[kept] = static_cast<std::uint16_t>(before[i] + step);  // at most `memory`, 30 s
    ++kept;
  }
  values[kept] = value;
  before[kept] = 0;
  count = static_cast<std::uint8_t>(kept + 1);
}

// Median of slope(i, j) over all pairs i < j.
template <std::size_t N, class Slope>
double median_slope(std::size_t count, Slope slope) {
  std::array<double, N*(N - 1) / 2> slopes{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) slopes[n++] = slope(i, j);
  }
  std::sort(slopes.begin(), slopes.begin() + static_cast<std::ptrdiff_t>(n));
  return n % 2 == 1 ? slopes[n / 2] : 0.5 * (slopes[n / 2 - 1] + slopes[n / 2]);
}

double turned(double from, double to) {
  double d = to - from;
  if (d > 180) d -= 360;
  if (d < -180) d += 360;
  return d;
}

}  // namespace

void TurnEstimator::add(Time at, const GroundVelocity& velocity) {
  const double knots_over_ground = velocity.speed.in(knots);
  if (velocity.speed < metres_per_second(10)) {
    count_ = 0;
    return;
  }
  if (count_ > 0 && (at < newest_ || at - newest_ > memory)) count_ = 0;
  if (count_ > 0 && at - newest_ < spacing) return;
  // Both components are broadcast in steps of 1 kt: half a step across the way, and 0.2° of what else there is.
  noise_ = static_cast<float>(57.3 * 0.5 / knots_over_ground + 0.2);
  push(degrees_, before_, count_, static_cast<float>(velocity.track.in_degrees()), count_ > 0 ? at - newest_ : Duration::zero(), memory);
  newest_ = at;
}

std::optional<TurnRate> TurnEstimator::rate() const {
  if (count_ < 4) return std::nullopt;
  const double rate = median_slope<capacity>(count_, [&](std::size_t i, std::size_t j) {
    const double elapsed = static_cast<double>(before_[i] - before_[j]) / 1000.0;
    return turned(static_cast<double>(degrees_[i]), static_cast<double>(degrees_[j])) / elapsed;
  });
  const double span = static_cast<double>(before_[0]) / 1000.0;
  // 25°/s is beyond any fighter: the angles are not of one flight.
  if (std::abs(rate) > 25) return std::nullopt;
  if (std::abs(rate) * span <= 2 * static_cast<double>(noise_)) return TurnRate();
  return degrees_per_second(rate);
}

void ClimbEstimator::add(Time at, Height height, Datum datum) {
  if (count_ > 0 && (datum != datum_ || at < newest_ || at - newest_ > memory)) count_ = 0;
  if (count_ > 0 && at - newest_ < spacing) return;
  datum_ = datum;
  push(tenth_mm_, before_, count_, height.in_tenth_mm(), count_ > 0 ? at - newest_ : Duration::zero(), memory);
  newest_ = at;
}

std::optional<VerticalRate> ClimbEstimator::rate() const {
  if (count_ < 4 || before_[0] < 6000) return std::nullopt;
  const std::int64_t change = std::int64_t{tenth_mm_[count_ - 1u]} - tenth_mm_[0];
  if (std::abs(change) <= feet_of_height(100).in_tenth_mm()) return VerticalRate();
  const double per_minute = median_slope<capacity>(count_, [&](std::size_t i, std::size_t j) {
    return 60'000.0 * (static_cast<double>(tenth_mm_[j]) - static_cast<double>(tenth_mm_[i])) / static_cast<double>(before_[i] - before_[j]);
  });
  const double limit = 60'000.0 * 3048;  // 60 000 ft/min
  if (std::abs(per_minute) > limit) return std::nullopt;
  return VerticalRate::of_tenth_mm_per_minute(static_cast<std::int32_t>(per_minute));
}

}  // namespace skypact::track
