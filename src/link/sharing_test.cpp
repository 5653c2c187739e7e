// What sharing lets out: nothing that the policy does not name, and nothing that looks better than it is.

#include "link/sharing.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>

#include "base/random.h"

namespace skypact::link {
namespace {

const Time now = *parse_rfc3339("2026-11-26T12:00:00Z");

constexpr std::uint64_t secret = 42;

std::vector<SharedTrack> told(const SharingPolicy& policy, const ShareCandidate& c) { return shared_tracks(policy, {c}, secret, now); }
SharingPolicy always(ShareDetail detail) { return {.tracks = {.always = detail, .near_conflict = detail, .near = {}}}; }

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
  EXPECT_TRUE(told(policy, candidate(false)).empty());
  ASSERT_EQ(told(policy, candidate(true)).size(), 1u);
  EXPECT_EQ(told(policy, candidate(true))[0], candidate(true).now) << "as measured";
  SharedAlert alert;
  alert.subjects = {{icao_address(1), "north"}, {icao_address(2), "south"}};
  EXPECT_TRUE(may_know(policy, alert, "north", "south"));
  EXPECT_FALSE(may_know(policy, alert, "north", "east"));
  alert.subjects[0].party = "";
  EXPECT_FALSE(may_know(policy, alert, "north", "south"));
  EXPECT_TRUE(may_know({.tracks = {}, .alerts = ShareWhen::always}, alert, "north", "south"));
  EXPECT_FALSE(may_know({.tracks = {}, .alerts = ShareWhen::always}, alert, "north", "east"));
  EXPECT_FALSE(may_know({.tracks = {}, .alerts = ShareWhen::never}, alert, "north", "south"));
}

TEST(Sharing, DelaysAndKeepsTheTimeOfMeasurement) {
  SharingPolicy policy = always({.delay = seconds(60)});
  policy.tracks.near_conflict = ShareDetail{};
  const auto shared = told(policy, candidate(false));
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].measured_at, now - seconds(61));
  ShareCandidate wrong = candidate(false);
  wrong.delayed->measured_at = now - seconds(59);
  EXPECT_TRUE(told(policy, wrong).empty()) << "nothing younger than the delay goes out";
  wrong.delayed.reset();
  EXPECT_TRUE(told(policy, wrong).empty());
  EXPECT_EQ(told(policy, candidate(true))[0].measured_at, now - milliseconds(200)) << "near a conflict at once";
  EXPECT_EQ(told(always({.delay = seconds(60)}), candidate(true))[0].measured_at, now - seconds(61)) << "or not";
}

TEST(Sharing, LeavesOutWhatIsNotNamedAndSaysHowCoarseTheRestIs) {
  const SharingPolicy policy = always({.fields = {SharedField::position, SharedField::address, SharedField::altitude, SharedField::accuracy},
                                       .position_step = nautical_miles(1), .altitude_step = feet_of_height(1000)});
  const auto shared = told(policy, candidate(false));
  ASSERT_EQ(shared.size(), 1u);
  const SharedTrack& t = shared[0];
  EXPECT_FALSE(t.velocity || t.vertical_rate || t.callsign);
  EXPECT_EQ(t.altitude, feet_of_height(23'000));
  EXPECT_EQ(t.altitude_accuracy, feet_of_height(500));
  const double moved = metres_between(t.position, candidate(false).now.position);
  EXPECT_GT(moved, 1);
  EXPECT_GE(t.accuracy.in(metres), 30 + moved);
  EXPECT_LE(t.accuracy.in(metres), 30 + 1852 * 1.05 + 2);
}

TEST(Sharing, OfEachFieldLetsOutWhatNamesItAndNothingElse) {
  ShareCandidate c = candidate(false);
  c.now.squawk = 04321;
  c.now.aircraft_class = AircraftClass::state;
  c.now.altitude_accuracy = feet_of_height(25);
  const auto with = [&](SharedField field) { return told(always({.fields = {SharedField::position, field}}), c).at(0); };
  SharedTrack least = c.now;
  least.address = hidden_name(c.now.address, secret);
  least.party.clear();
  least.accuracy = unstated_accuracy;
  least.altitude.reset();
  least.altitude_accuracy.reset();
  least.velocity.reset();
  least.vertical_rate.reset();
  least.callsign.reset();
  least.squawk.reset();
  least.aircraft_class = AircraftClass::unknown;
  EXPECT_EQ(told(always({.fields = {SharedField::position}}), c).at(0), least);
  const auto expect = [&](SharedField field, auto change) {
    SharedTrack more = least;
    change(more);
    EXPECT_EQ(with(field), more) << static_cast<int>(field);
  };
  expect(SharedField::altitude, [&](SharedTrack& t) { t.altitude = c.now.altitude; });
  expect(SharedField::velocity, [&](SharedTrack& t) { t.velocity = c.now.velocity; });
  expect(SharedField::vertical_rate, [&](SharedTrack& t) { t.vertical_rate = c.now.vertical_rate; });
  expect(SharedField::address, [&](SharedTrack& t) { t.address = c.now.address; });
  expect(SharedField::callsign, [&](SharedTrack& t) { t.callsign = c.now.callsign; });
  expect(SharedField::party, [&](SharedTrack& t) { t.party = c.now.party; });
  expect(SharedField::aircraft_class, [&](SharedTrack& t) { t.aircraft_class = c.now.aircraft_class; });
  expect(SharedField::squawk, [&](SharedTrack& t) { t.squawk = c.now.squawk; });
  expect(SharedField::accuracy, [&](SharedTrack& t) { t.accuracy = c.now.accuracy; });
  for (const SharedField not_carried : {SharedField::registration, SharedField::type, SharedField::source}) expect(not_carried, [](SharedTrack&) {});
  EXPECT_TRUE(told(always({.fields = {SharedField::altitude, SharedField::address}}), c).empty()) << "no track without its place";
}

TEST(Sharing, HidesAnAddressBehindANameThatStaysAndThatNobodyCanGuess) {
  const Address a = icao_address(0x3B0001), b = icao_address(0x3B0002);
  EXPECT_EQ(hidden_name(a, 1), hidden_name(a, 1));
  EXPECT_NE(hidden_name(a, 1), hidden_name(b, 1));
  EXPECT_NE(hidden_name(a, 1), hidden_name(a, 2)) << "it hangs on the secret";
  EXPECT_TRUE(to_string(hidden_name(a, 1)).starts_with("report:hidden-"));
}

TEST(Sharing, OfAnAlertSaysHowNearOnlyToWhomThePlacesAreTold) {
  SharedAlert alert;
  alert.closest_at = now;
  alert.horizontal_at_closest = nautical_miles(0.4);
  alert.vertical_at_closest = feet_of_height(300);
  EXPECT_EQ(as_allowed({}, alert), alert);
  SharedAlert without = alert;
  without.vertical_at_closest.reset();
  EXPECT_EQ(as_allowed(always({.fields = {SharedField::position}}), alert), without);
  without.horizontal_at_closest.reset();
  EXPECT_EQ(as_allowed({.tracks = {}}, alert), without);
  EXPECT_EQ(as_allowed(always({.position_step = nautical_miles(1)}), alert), without);
  EXPECT_EQ(as_allowed(always({.delay = seconds(1)}), alert), without);
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
