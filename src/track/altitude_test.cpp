// Conversions between datums, by brute force: simulated atmospheres give the truth, and the truth lies within the bound.

#include "track/altitude.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace skypact::track {
namespace {

const Time start = Time{} + std::chrono::hours(24 * 20'000);

// The standard atmosphere's temperature (ICAO Doc 7488), kelvin, at a height in metres.
double standard_temperature(double h) { return h < 11'000 ? 288.15 - 0.0065 * h : 216.65; }

// One day's air: how far its temperature is from standard (a cold pool on the ground fades with height), QNH, the
// slope of its pressure levels, and the geoid.
struct Air {
  double warmer, cold_pool, qnh, slope_low_ft, slope_high_ft, slope_degrees, undulation;

  static Air random(Random& r) {
    const bool winter = r.chance(0.3);
    return {.warmer = r.uniform(-28, 28),
            .cold_pool = winter ? r.uniform(-45, 0) : 0.0,
            .qnh = r.uniform(955, 1050),
            .slope_low_ft = r.uniform(0, 95),
            .slope_high_ft = r.uniform(0, 190),
            .slope_degrees = r.uniform(0, 360),
            .undulation = r.uniform(-100, 85)};
  }
  [[nodiscard]] double temperature(double h) const {
    const double pool = cold_pool * std::max(0.0, 1 - std::max(0.0, h) / 1500);
    return standard_temperature(h) + std::max(warmer + pool, -45.0);
  }
  // Height above mean sea level of a pressure altitude, metres, at a place east and north of the QNH's. The level of
  // the QNH lies at sea level; from there each metre of the standard atmosphere is T / T standard metres.
  [[nodiscard]] double sea_level_height(double pressure_altitude, double east_km, double north_km) const {
    const double zero = 44'330.77 * (1 - std::pow(qnh / 1013.25, 0.190263));
    constexpr int steps = 400;
    const double step = (pressure_altitude - zero) / steps;
    double height = 0;
    for (int i = 0; i < steps; ++i) {
      const double level = zero + (i + 0.5) * step;
      height += step * temperature(level) / standard_temperature(level);
    }
    const double slope = (pressure_altitude < 3048 ? slope_low_ft : slope_high_ft) * 0.3048 / 100;
    const double way = east_km * std::sin(slope_degrees / 57.29578) + north_km * std::cos(slope_degrees / 57.29578);
    return height + slope * way;
  }
};

geo::Position near_50_8(double east_km, double north_km) {
  return *geo::Position::from_degrees(50 + north_km / 111.2, 8 + east_km / 71.7);
}

struct Tally {
  int asked = 0, held = 0;
  double greatest_share = 0;
  void add(double true_ft, const VerticalDifference& d) {
    const double error = std::abs(true_ft - d.value.in_feet()), bound = d.error_bound.in_feet();
    ++asked;
    if (error <= bound) ++held;
    greatest_share = std::max(greatest_share, error / bound);
  }
  void expect_sound(int least_asked, double least_share) const {
    EXPECT_GE(asked, least_asked);
    EXPECT_GE(held, asked * 0.99) << "of " << asked << " true differences";
    EXPECT_GE(greatest_share, least_share) << "a bound this loose says nothing";
  }
};

// Pressure altitudes of drones and helicopters more often than of airliners, in feet.
double some_level(Random& r) { return r.chance(0.5) ? r.uniform(-500, 6000) : r.uniform(0, 42'000); }

TEST(AltitudeBounds, HoldForQnh) {
  Random random(1);
  Tally to_sea_level, to_ellipsoid;
  for (int i = 0; i < 4000; ++i) {
    const Air air = Air::random(random);
    const double level = some_level(random), other = random.uniform(0, 5000);
    VerticalPosition a, b, c;
    a.pressure = PressureAltitude(feet_of_height(level));
    b.sea_level = MeanSeaLevelAltitude(feet_of_height(other));
    c.ellipsoid = EllipsoidAltitude(feet_of_height(other));
    // The QNH of a region is 3 hPa off, its undulation 30 m.
    const VerticalReference reference{nullptr, hectopascal(air.qnh + random.uniform(-3, 3)), metres_of_height(air.undulation + random.uniform(-30, 30))};
    const double truth = air.sea_level_height(level * 0.3048, 0, 0) / 0.3048 - other;
    const auto d = vertical_difference(a, b, reference);
    ASSERT_TRUE(d && d->method == VerticalMethod::qnh);
    to_sea_level.add(truth, *d);
    const auto e = vertical_difference(a, c, reference);
    ASSERT_TRUE(e && e->method == VerticalMethod::qnh_and_geoid);
    to_ellipsoid.add(truth + air.undulation / 0.3048, *e);
    const auto back = vertical_difference(b, a, reference);
    EXPECT_EQ(back->value, -d->value);
    EXPECT_EQ(back->error_bound, d->error_bound);
  }
  to_sea_level.expect_sound(4000, 0.7);
  to_ellipsoid.expect_sound(4000, 0.7);
}

TEST(AltitudeBounds, HoldForTheGeoid) {
  Random random(2);
  Tally tally;
  for (int i = 0; i < 2000; ++i) {
    const double undulation = random.uniform(-100, 85), h = random.uniform(0, 10'000);
    VerticalPosition a, b;
    a.ellipsoid = EllipsoidAltitude(metres_of_height(h));
    b.sea_level = MeanSeaLevelAltitude(metres_of_height(500));
    const auto d = vertical_difference(a, b, {nullptr, {}, metres_of_height(undulation + random.uniform(-30, 30))});
    ASSERT_TRUE(d && d->method == VerticalMethod::geoid);
    tally.add((h - undulation - 500) / 0.3048, *d);
  }
  tally.expect_sound(2000, 0.9);
}

// Aircraft of one cell, or of the cells around, say their difference with the errors of their altimeter and GNSS.
TEST(AltitudeBounds, HoldForTheDifferenceOfAircraftNear) {
  Random random(3);
  Tally tally, neighbours;
  for (int i = 0; i < 4000; ++i) {
    const Air air = Air::random(random);
    const double level = some_level(random);
    const double east = random.uniform(-100, 100), north = random.uniform(-100, 100);
    const double reach = random.chance(0.5) ? 50 : 150;
    GnssBaroField field;
    const auto speakers = 1 + random.below(5);
    for (std::uint32_t n = 0; n < speakers; ++n) {
      const double x = east + random.uniform(-reach, reach), y = north + random.uniform(-reach, reach);
      const double theirs = std::max(-900.0, level + random.uniform(-2500, 2500));
      const double altimeter_ft = random.uniform(-160, 160), gnss_m = random.uniform(-30, 30);
      const double ellipsoid = air.sea_level_height(theirs * 0.3048, x, y) + air.undulation + gnss_m;
      const double said = std::round((ellipsoid / 0.3048 - theirs - altimeter_ft) / 25) * 25;
      field.add(TrackId{n + 1}, near_50_8(x, y), PressureAltitude(feet_of_height(theirs)), feet_of_height(said), start);
    }
    VerticalPosition a, b;
    a.pressure = PressureAltitude(feet_of_height(level));
    b.ellipsoid = EllipsoidAltitude(Height());
    a.place = b.place = near_50_8(east, north);
    const auto d = vertical_difference(a, b, {&field, {}, {}});
    if (!d) continue;
    ASSERT_EQ(d->method, VerticalMethod::local_gnss_baro);
    const double truth = (air.sea_level_height(level * 0.3048, east, north) + air.undulation) / 0.3048;
    (reach < 100 ? tally : neighbours).add(truth, *d);
  }
  tally.expect_sound(1000, 0.6);
  neighbours.expect_sound(1000, 0.6);
}

// Half of the aircraft send height above mean sea level in place of the ellipsoid's, and climb after saying it.
TEST(AltitudeBounds, HoldForTheAircraftsOwnDifference) {
  Random random(4);
  Tally tally;
  for (int i = 0; i < 4000; ++i) {
    const Air air = Air::random(random);
    const double level = some_level(random), rate = random.chance(0.5) ? 0 : random.uniform(-4000, 4000), ago = random.uniform(0, 30);
    const double then = level - rate * ago / 60;
    const double height = air.sea_level_height(then * 0.3048, 0, 0) + (random.chance(0.5) ? air.undulation : 0);
    Track track;
    track.pressure_altitude.emplace(PressureAltitude(feet_of_height(level)), start, SourceId{1}, SourceKind::adsb);
    track.gnss_minus_pressure.emplace(feet_of_height(std::round((height / 0.3048 - then) / 25) * 25), start - from_seconds(ago), SourceId{1}, SourceKind::adsb);
    track.vertical_rate.emplace(VerticalRate::of_tenth_mm_per_minute(static_cast<std::int32_t>(rate) * 3048), start, SourceId{1}, SourceKind::adsb);
    const VerticalPosition a = vertical_position(track, motion_at(track, start));
    const double climbed = std::abs(rate) * ago / 60;
    if (std::abs(climbed - 500) > 1) {
      EXPECT_EQ(a.own_gnss_minus_pressure.has_value(), climbed < 500) << rate << " ft/min, " << ago << " s";
    }
    VerticalPosition b;
    b.ellipsoid = EllipsoidAltitude(Height());
    const auto d = vertical_difference(a, b, {});
    if (!d) continue;
    tally.add((air.sea_level_height(level * 0.3048, 0, 0) + air.undulation) / 0.3048, *d);
  }
  tally.expect_sound(2000, 0.7);
}

}  // namespace
}  // namespace skypact::track
