#pragma once
// Numbers with units, so that no signature carries a bare double for a length, a speed or a height.
//
//     Length h = nautical_miles(5);          // a unit makes a quantity …
//     double x = h.in(metres);               // … and reads it
//     Height step = feet_of_height(1000);    // vertical distances are integers, see Height
//
// Plain values without invariants; safe to share between threads.

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

namespace skypact {

template <class Tag>
class Quantity {
 public:
  // A unit is a factor to the SI unit of its quantity. Calling it makes a quantity.
  struct Unit {
    double in_si;
    constexpr Quantity operator()(double amount) const { return Quantity(amount * in_si); }
  };

  constexpr Quantity() = default;
  [[nodiscard]] constexpr double in(Unit unit) const { return si_ / unit.in_si; }

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.si_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.si_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.si_ * k); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.si_ / k); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.si_ / b.si_; }
  constexpr Quantity& operator+=(Quantity b) { return si_ += b.si_, *this; }
  constexpr Quantity& operator-=(Quantity b) { return si_ -= b.si_, *this; }

 private:
  constexpr explicit Quantity(double si) : si_(si) {}
  double si_ = 0;
};

using Length = Quantity<struct LengthTag>;    // metres inside
using Speed = Quantity<struct SpeedTag>;      // metres per second inside
using TurnRate = Quantity<struct TurnTag>;    // degrees per second inside, clockwise positive
using Pressure = Quantity<struct PressureTag>;  // hectopascal inside

inline constexpr Length::Unit metres{1.0};
inline constexpr Length::Unit kilometres{1000.0};
inline constexpr Length::Unit nautical_miles{1852.0};
inline constexpr Length::Unit feet{0.3048};
inline constexpr Speed::Unit metres_per_second{1.0};
inline constexpr Speed::Unit knots{1852.0 / 3600.0};
inline constexpr TurnRate::Unit degrees_per_second{1.0};
inline constexpr Pressure::Unit hectopascal{1.0};

// A bearing in degrees, [0, 360). True and magnetic bearings are different types.
template <class North>
class Bearing {
 public:
  constexpr Bearing() = default;
  // Any finite number of degrees; it is brought into [0, 360).
  static Bearing degrees(double value) {
    double wrapped = value - 360.0 * std::floor(value / 360.0);
    if (wrapped >= 360.0 || wrapped < 0.0) wrapped = 0.0;
    return Bearing(wrapped);
  }
  [[nodiscard]] constexpr double in_degrees() const { return degrees_; }
  friend constexpr auto operator<=>(Bearing, Bearing) = default;

 private:
  constexpr explicit Bearing(double degrees) : degrees_(degrees) {}
  double degrees_ = 0;
};
using TrueBearing = Bearing<struct TrueNorth>;
using MagneticBearing = Bearing<struct MagneticNorth>;

// A vertical distance, exactly: an integer of tenths of a millimetre. In this unit both 1 ft (3048) and
// 1 m (10 000) are whole, so a pair exactly at its vertical minimum compares as exactly at it, whatever
// mix of units reported it. The range is ±214 km.
class Height {
 public:
  constexpr Height() = default;
  static constexpr Height of_tenth_mm(std::int64_t value) { return Height(clamp(value)); }
  [[nodiscard]] constexpr std::int32_t in_tenth_mm() const { return tenth_mm_; }
  [[nodiscard]] constexpr double in_feet() const { return tenth_mm_ / 3048.0; }
  [[nodiscard]] constexpr double in_metres() const { return tenth_mm_ / 10000.0; }

  friend constexpr auto operator<=>(Height, Height) = default;
  friend constexpr Height operator+(Height a, Height b) { return of_tenth_mm(std::int64_t{a.tenth_mm_} + b.tenth_mm_); }
  friend constexpr Height operator-(Height a, Height b) { return of_tenth_mm(std::int64_t{a.tenth_mm_} - b.tenth_mm_); }
  friend constexpr Height operator-(Height a) { return of_tenth_mm(-std::int64_t{a.tenth_mm_}); }
  [[nodiscard]] friend constexpr Height abs(Height a) { return a.tenth_mm_ < 0 ? -a : a; }

 private:
  constexpr explicit Height(std::int32_t value) : tenth_mm_(value) {}
  static constexpr std::int32_t clamp(std::int64_t v) {
    constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(v > limit ? limit : v < -limit ? -limit : v);
  }
  std::int32_t tenth_mm_ = 0;
};
// Rounded once, to the nearest tenth of a millimetre; whole feet and metres are exact.
[[nodiscard]] inline Height feet_of_height(double value) { return Height::of_tenth_mm(std::llround(value * 3048.0)); }
[[nodiscard]] inline Height metres_of_height(double value) { return Height::of_tenth_mm(std::llround(value * 10000.0)); }

// What an altitude is measured from. Pressure altitude: the level of 1013.25 hPa. Ellipsoid: WGS-84.
// Mean sea level: the geoid, which an altimeter set to QNH approximates.
enum class Datum : std::uint8_t { pressure, ellipsoid, mean_sea_level };

// An altitude with its datum in the type: altitudes of different datums do not subtract.
template <Datum D>
class Altitude {
 public:
  static constexpr Datum datum = D;
  constexpr Altitude() = default;
  constexpr explicit Altitude(Height above) : above_(above) {}
  [[nodiscard]] constexpr Height above_datum() const { return above_; }
  [[nodiscard]] constexpr double in_feet() const { return above_.in_feet(); }
  friend constexpr auto operator<=>(Altitude, Altitude) = default;
  friend constexpr Height operator-(Altitude a, Altitude b) { return a.above_ - b.above_; }
  friend constexpr Altitude operator+(Altitude a, Height b) { return Altitude(a.above_ + b); }
  friend constexpr Altitude operator-(Altitude a, Height b) { return Altitude(a.above_ - b); }

 private:
  Height above_;
};
using PressureAltitude = Altitude<Datum::pressure>;
using EllipsoidAltitude = Altitude<Datum::ellipsoid>;
using MeanSeaLevelAltitude = Altitude<Datum::mean_sea_level>;

// A vertical rate, exactly: tenths of a millimetre per minute, so 1 ft/min is 3048. Upward is positive.
class VerticalRate {
 public:
  constexpr VerticalRate() = default;
  static constexpr VerticalRate of_tenth_mm_per_minute(std::int32_t value) { return VerticalRate(value); }
  [[nodiscard]] constexpr std::int32_t in_tenth_mm_per_minute() const { return value_; }
  [[nodiscard]] constexpr double in_feet_per_minute() const { return value_ / 3048.0; }
  friend constexpr auto operator<=>(VerticalRate, VerticalRate) = default;

 private:
  constexpr explicit VerticalRate(std::int32_t value) : value_(value) {}
  std::int32_t value_ = 0;
};
// |value| must be at most 700 000 ft/min; decoders and readers refuse far less than that.
[[nodiscard]] inline VerticalRate feet_per_minute(double value) {
  return VerticalRate::of_tenth_mm_per_minute(static_cast<std::int32_t>(std::llround(value * 3048.0)));
}

}  // namespace skypact
