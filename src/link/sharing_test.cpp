// What sharing lets out: nothing that the policy does not name, and nothing that looks better than it is.

#include "link/sharing.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>

#include "base/random.h"

namespace skypact::link {
namespace {

const Time now = *parse_rfc3339("2026-11-26T12:00:00Z");

double metres_between(geo::Position a, geo::Position b) {
  double distance = 0;
  GeographicLib::Geodesic::WGS84().Inverse(a.lat_degrees(), a.lon_degrees(), b.lat_degrees(), b.lon_degrees(), distance);
  return distance;
}

ShareCandidate candidate(bool near) {
  ShareCandidate c;
  c.now.address = icao_address(0x3B0001);
  c.now.party = "north";
  c.now.measured_at = now - milliseconds(200);
  c.now.position = {521234567, 41234567};
  c.now.accuracy = metres(30);
  c.now.altitude = feet_of_height(23'137);
  c.now.velocity = GroundVelocity{knots(450), TrueBearing::degrees(90)};
  c.now.vertical_rate = feet_per_minute(500);
  c.now.callsign = FixedString<8>("NAF1");
  c.delayed = c.now;
  c.delayed->measured_at = now - seconds(61);
  c.near_conflict = near;
  return c;
}

TEST(Sharing, LetsOutByDefaultOnlyWhatAnAlertOfBothNames) {
  const SharingPolicy policy;
  EXPECT_TRUE(shared_tracks(policy, {candidate(false)}, now).empty());
  ASSERT_EQ(shared_tracks(policy, {candidate(true)}, now).size(), 1u);
  EXPECT_EQ(shared_tracks(policy, {candidate(true)}, now)[0], candidate(true).now) << "as measured";
  SharedAlert alert;
  alert.subjects = {{icao_address(1), "north"}, {icao_address(2), "south"}};
  EXPECT_TRUE(may_know(policy, alert, "north", "south"));
  EXPECT_FALSE(may_know(policy, alert, "north", "east"));
  alert.subjects[0].party = "";
  EXPECT_FALSE(may_know(policy, alert, "north", "south"));
  EXPECT_TRUE(may_know({.alerts = ShareWhen::always}, alert, "north", "south"));
  EXPECT_FALSE(may_know({.alerts = ShareWhen::always}, alert, "north", "east"));
  EXPECT_FALSE(may_know({.alerts = ShareWhen::never}, alert, "north", "south"));
}

TEST(Sharing, DelaysAndKeepsTheTimeOfMeasurement) {
  SharingPolicy policy{.tracks = ShareWhen::always, .delay = seconds(60)};
  const auto shared = shared_tracks(policy, {candidate(false)}, now);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].measured_at, now - seconds(61));
  ShareCandidate wrong = candidate(false);
  wrong.delayed->measured_at = now - seconds(59);
  EXPECT_TRUE(shared_tracks(policy, {wrong}, now).empty()) << "nothing younger than the delay goes out";
  wrong.delayed.reset();
  EXPECT_TRUE(shared_tracks(policy, {wrong}, now).empty());
  EXPECT_EQ(shared_tracks(policy, {candidate(true)}, now)[0].measured_at, now - milliseconds(200)) << "near a conflict at once";
  policy.full_near_conflict = false;
  EXPECT_EQ(shared_tracks(policy, {candidate(true)}, now)[0].measured_at, now - seconds(61));
}

TEST(Sharing, LeavesOutWhatIsNotNamedAndSaysHowCoarseTheRestIs) {
  const SharingPolicy policy{.tracks = ShareWhen::always, .velocity = false, .identity = false, .position_precision = nautical_miles(1), .altitude_precision = feet_of_height(1000)};
  const auto shared = shared_tracks(policy, {candidate(false)}, now);
  ASSERT_EQ(shared.size(), 1u);
  const SharedTrack& t = shared[0];
  EXPECT_FALSE(t.velocity || t.vertical_rate || t.callsign);
  EXPECT_EQ(t.altitude, feet_of_height(23'000));
  EXPECT_EQ(t.altitude_accuracy, feet_of_height(500));
  const double moved = metres_between(t.position, candidate(false).now.position);
  EXPECT_GT(moved, 1);
  EXPECT_GE(t.accuracy.in(metres), 30 + moved);
  EXPECT_LE(t.accuracy.in(metres), 30 + 1852 * 1.05 + 2);
  const auto without = shared_tracks({.tracks = ShareWhen::always, .altitude = false}, {candidate(false)}, now);
  EXPECT_FALSE(without[0].altitude || without[0].vertical_rate);
  EXPECT_EQ(shared_tracks({.tracks = ShareWhen::always, .altitude_precision = feet_of_height(1000)}, {candidate(false)}, now)[0].altitude, feet_of_height(23'000));
}

TEST(Sharing, NeverMovesAPositionFartherThanItSays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    for (int i = 0; i < 5'000; ++i) {
      const double lat = random.chance(0.2) ? random.uniform(89, 90) * (random.chance(0.5) ? 1 : -1) : random.uniform(-90, 90);
      const double lon = random.chance(0.1) ? 180 - random.uniform(0, 1e-4) : random.uniform(-180, 180);
      const auto position = *geo::Position::from_degrees(lat, lon);
      const Length step = metres(random.uniform(1, 40'000));
      const Rounded rounded = round_position(position, step);
      ASSERT_LE(metres_between(position, rounded.position), rounded.moved.in(metres)) << "seed " << seed << ": " << lat << ", " << lon << " by " << step.in(metres);
    }
  }
}

}  // namespace
}  // namespace skypact::link
