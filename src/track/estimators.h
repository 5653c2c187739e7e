#pragma once
// Rates seen over the last seconds: of turn, from reported track angles; of climb, from altitudes. Both hold a
// few samples and answer the median of the slopes between all pairs (Theil and Sen): one wild sample in
// five moves it little. Plain values.

#include <array>
#include <cstdint>
#include <optional>

#include "airspace/observation.h"
#include "base/quantity.h"
#include "base/time.h"

namespace skypact::track {

class TurnEstimator {
 public:
  static constexpr std::size_t capacity = 5;
  static constexpr Duration spacing = milliseconds(900);  // closer reports say more about rounding than turning
  static constexpr Duration memory = seconds(10);

  void add(Time at, const GroundVelocity& velocity);
  // Empty below four samples, and for what moves slower than 10 m/s: a hovering drone's track angle is noise.
  // Zero where the change of angle is within the noise of the reports.
  [[nodiscard]] std::optional<TurnRate> rate() const;

 private:
  Time newest_;
  std::array<float, capacity> degrees_{};       // the newest last
  std::array<std::uint16_t, capacity> before_{};  // milliseconds before newest_
  float noise_ = 0;                             // of one angle, degrees
  std::uint8_t count_ = 0;
};

class ClimbEstimator {
 public:
  static constexpr std::size_t capacity = 5;
  static constexpr Duration spacing = seconds(2);
  static constexpr Duration memory = seconds(30);

  void add(Time at, Height height, Datum datum);
  // Empty below four samples over 6 s. Zero where the altitude changed by one step of 100 ft or less.
  [[nodiscard]] std::optional<VerticalRate> rate() const;

 private:
  Time newest_;
  std::array<std::int32_t, capacity> tenth_mm_{};
  std::array<std::uint16_t, capacity> before_{};
  std::uint8_t count_ = 0;
  Datum datum_ = Datum::pressure;
};

}  // namespace skypact::track
