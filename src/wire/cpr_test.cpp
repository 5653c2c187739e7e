// Compact Position Reporting: the table against its formula, and positions there and back everywhere.

#include "wire/cpr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "wire/mode_s_geometry.h"

namespace skypact::wire {
namespace {

using geo::Position;

// DO-260B §A.1.7.2 d as it stands.
int zones_by_formula(double lat) {
  if (lat == 0) return 59;
  if (std::abs(lat) == 87) return 2;
  if (std::abs(lat) > 87) return 1;
  constexpr double pi = std::numbers::pi;
  const double c = std::cos(pi / 180 * std::abs(lat));
  return static_cast<int>(std::floor(2 * pi / std::acos(1 - (1 - std::cos(pi / 30)) / (c * c))));
}

TEST(LongitudeZones, AreThoseOfTheFormulaEverywhere) {
  for (int i = -9'000'000; i <= 9'000'000; i += 13) {
    const double lat = i / 1e5;
    ASSERT_EQ(cpr_longitude_zones(lat), zones_by_formula(lat)) << lat;
  }
}

TEST(LongitudeZones, ChangeAtThePublishedLatitudes) {
  // Rows of the table in DO-260B §A.1.7.2.
  EXPECT_EQ(cpr_longitude_zones(10.47047129), 59);
  EXPECT_EQ(cpr_longitude_zones(10.47047131), 58);
  EXPECT_EQ(cpr_longitude_zones(-86.53536996), 3);
  EXPECT_EQ(cpr_longitude_zones(-86.53536999), 2);
  EXPECT_EQ(cpr_longitude_zones(87.0), 2);
  EXPECT_EQ(cpr_longitude_zones(std::nextafter(87.0, 88.0)), 1);
  EXPECT_EQ(cpr_longitude_zones(90.0), 1);
}

// Places everywhere, thick at the poles, the equator, the antimeridian and where the number of zones changes.
std::vector<Position> places() {
  Random random(1);
  std::vector<Position> all;
  const auto add = [&](double lat, double lon) { all.push_back(*Position::from_degrees(lat, lon)); };
  for (const double lat : {-90.0, -89.99999, -87.0, -60.0, -0.00001, 0.0, 0.00001, 45.0, 87.0, 89.99999, 90.0}) {
    for (const double lon : {-180.0, -179.99999, -90.0, -0.00001, 0.0, 0.00001, 90.0, 179.99999}) add(lat, lon);
  }
  for (int i = 0; i < 20'000; ++i) add(random.uniform(-90, 90), random.uniform(-180, 180));
  for (int i = 0; i < 2'000; ++i) {
    add(random.uniform(88, 90), random.uniform(-180, 180));
    add(random.uniform(-90, -88), random.uniform(-180, 180));
    add(random.uniform(-90, 90), 180 + random.uniform(-0.001, 0.001));
    add(random.uniform(-0.001, 0.001), random.uniform(-180, 180));
  }
  return all;
}

// Half a step of latitude and of longitude at this place, and 2 cm for our own rounding.
double resolution_m(Position p, bool odd, CprScope scope, int bits = 17) {
  const double span = scope == CprScope::airborne ? 360 : 90;
  const double steps = std::ldexp(1.0, bits);
  // The latitude read may lie a step farther from the equator, where there are fewer zones.
  const double lat = std::min(std::abs(p.lat_degrees()) + span / 59 / steps, 90.0);
  const double zones = std::max(zones_by_formula(lat) - (odd ? 1 : 0), 1);
  const double north_m = span / 59 / steps / 2 * 111'700;
  const double east_m = span / zones / steps / 2 * 111'700 * std::cos(p.lat_degrees() * std::numbers::pi / 180);
  return std::hypot(north_m, east_m) + 0.02;
}

TEST(Cpr, AirbornePairGivesThePlaceBack) {
  int refused = 0;
  for (const auto p : places()) {
    for (const bool latest_odd : {false, true}) {
      const auto earlier = cpr_encode(p.lat_degrees(), p.lon_degrees(), !latest_odd, CprScope::airborne);
      const auto latest = cpr_encode(p.lat_degrees(), p.lon_degrees(), latest_odd, CprScope::airborne);
      const auto back = cpr_global(earlier, latest, CprScope::airborne);
      if (!back) {  // the two roundings lie on two sides of a change of NL
        ++refused;
        continue;
      }
      ASSERT_LT(straight_distance(*back, p).in(metres), resolution_m(p, latest_odd, CprScope::airborne)) << p.lat_degrees() << " " << p.lon_degrees();
    }
  }
  EXPECT_LT(refused, 20);
}

TEST(Cpr, SurfacePairGivesThePlaceBackFromAReferenceFarAway) {
  Random random(2);
  int refused = 0;
  for (const auto p : places()) {
    // 20 degrees of latitude and of longitude: as far as no receiver hears.
    const auto reference = Position::from_degrees(std::clamp(p.lat_degrees() + random.uniform(-20, 20), -90.0, 90.0), p.lon_degrees() + random.uniform(-20, 20));
    const auto even = cpr_encode(p.lat_degrees(), p.lon_degrees(), false, CprScope::surface);
    const auto odd = cpr_encode(p.lat_degrees(), p.lon_degrees(), true, CprScope::surface);
    const auto back = cpr_global(even, odd, CprScope::surface, reference);
    if (!back) {
      ++refused;
      continue;
    }
    ASSERT_LT(straight_distance(*back, p).in(metres), resolution_m(p, true, CprScope::surface)) << p.lat_degrees() << " " << p.lon_degrees();
  }
  EXPECT_LT(refused, 20);
}

TEST(Cpr, OneMessageAndANearbyPlaceAreEnough) {
  Random random(3);
  struct Case { CprScope scope; double reach_deg; };
  for (const auto& c : {Case{CprScope::airborne, 2.9}, Case{CprScope::surface, 0.7}}) {
    for (const auto p : places()) {
      // As far north or south as half a zone; east and west less, since zones narrow towards the poles.
      const double lat = std::clamp(p.lat_degrees() + random.uniform(-c.reach_deg, c.reach_deg), -90.0, 90.0);
      const auto reference = Position::from_degrees(lat, p.lon_degrees() + random.uniform(-c.reach_deg, c.reach_deg));
      for (const bool odd : {false, true}) {
        const auto back = cpr_local(cpr_encode(p.lat_degrees(), p.lon_degrees(), odd, c.scope), c.scope, *reference);
        ASSERT_TRUE(back);
        ASSERT_LT(straight_distance(*back, p).in(metres), resolution_m(p, odd, c.scope)) << p.lat_degrees() << " " << p.lon_degrees() << " from " << lat;
      }
    }
  }
}

TEST(Cpr, CoarsePairOfTwelveBitsGivesThePlaceBackWithinItsStep) {
  for (const auto p : places()) {
    const auto even = cpr_encode(p.lat_degrees(), p.lon_degrees(), false, CprScope::airborne, 12);
    const auto odd = cpr_encode(p.lat_degrees(), p.lon_degrees(), true, CprScope::airborne, 12);
    const auto back = cpr_global(even, odd, CprScope::airborne);
    if (back) { ASSERT_LT(straight_distance(*back, p).in(metres), resolution_m(p, true, CprScope::airborne, 12)) << p.lat_degrees() << " " << p.lon_degrees(); }
  }
}

TEST(Cpr, RefusesTwoOfOneParityAndMixedSizes) {
  const auto even = cpr_encode(50, 10, false, CprScope::airborne);
  EXPECT_FALSE(cpr_global(even, even, CprScope::airborne));
  EXPECT_FALSE(cpr_global(even, cpr_encode(50, 10, true, CprScope::airborne, 12), CprScope::airborne));
}

TEST(Cpr, RefusesAPairOnTwoSidesOfAChangeOfZones) {
  const double change = 10.470471299968775;
  const auto below = cpr_encode(change - 0.001, 10, false, CprScope::airborne);
  const auto above = cpr_encode(change + 0.001, 10, true, CprScope::airborne);
  EXPECT_FALSE(cpr_global(below, above, CprScope::airborne));
}

TEST(Cpr, RefusesASurfacePairWithoutAReference) {
  EXPECT_FALSE(cpr_global(cpr_encode(50, 10, false, CprScope::surface), cpr_encode(50, 10, true, CprScope::surface), CprScope::surface));
}

TEST(Cpr, AnyBitsGiveAPlaceOnTheEarthOrNone) {
  Random random(4);
  int places_given = 0;
  for (int i = 0; i < 200'000; ++i) {
    const CprPosition a{.lat = static_cast<std::uint32_t>(random.below(1 << 17)), .lon = static_cast<std::uint32_t>(random.below(1 << 17))};
    const CprPosition b{.lat = static_cast<std::uint32_t>(random.below(1 << 17)), .lon = static_cast<std::uint32_t>(random.below(1 << 17)), .odd = true};
    const auto reference = *Position::from_degrees(random.uniform(-90, 90), random.uniform(-180, 180));
    for (const auto& p : {cpr_global(a, b, CprScope::airborne), cpr_global(b, a, CprScope::surface, reference), cpr_local(a, CprScope::airborne, reference)}) {
      if (!p) continue;
      ++places_given;
      ASSERT_LE(std::abs(p->lat_e7), 900'000'000);
      ASSERT_GE(p->lon_e7, -1'800'000'000);
      ASSERT_LT(p->lon_e7, 1'800'000'000);
    }
  }
  EXPECT_GT(places_given, 200'000);
}

}  // namespace
}  // namespace skypact::wire
