#include "guard/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;
using Reference = VerticalLimit::Reference;

Zone box(std::string id = "z") {
  Zone z;
  z.id = std::move(id);
  z.name = "Box";
  z.outline = {at(49.9, 9.9), at(49.9, 10.1), at(50.1, 10.1), at(50.1, 9.9)};
  return z;
}
// Meets the box's western edge after so many seconds.
Flight towards(double entry_s) {
  return {.address = 1, .party = north, .position = beside(at(50, 9.9), -360 * entry_s / 3600, 0), .speed_kt = 360, .track_deg = 90};
}

TEST(Zones, TellAPredictedEntryThenTheInfringementThenTheEnd) {
  Sky sky;
  sky.rules->zones = {box()};
  sky.fly({towards(100)}, 0, 5);
  const Alert* alert = sky.only(AlertKind::zone);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->state, AlertState::predicted);
  EXPECT_EQ(alert->zone_id, "z");
  EXPECT_NEAR(to_seconds(alert->prediction->infringed_from - start), 100, 1);
  sky.fly({towards(100)}, 6, 105);
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::infringed);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::conflict);
  EXPECT_EQ(sky.only(AlertKind::zone)->text, "000001 (NRTH) is inside Box.");
  sky.fly({towards(100)}, 106, 230);
  EXPECT_EQ(sky.only(AlertKind::zone), nullptr);
}

TEST(Zones, CountTheFloorInAndTheCeilingOut) {
  for (const auto& [altitude, inside] : {std::pair{9'950.0, false}, {10'000.0, true}, {15'000.0, true}, {19'900.0, true}, {20'100.0, false}}) {
    Sky sky;
    sky.rules->zones = {box()};
    sky.rules->zones[0].floor = {Reference::pressure, feet_of_height(10'000)};
    sky.rules->zones[0].ceiling = {Reference::pressure, feet_of_height(20'000)};
    sky.fly({{.address = 1, .party = north, .position = at(50, 10), .altitude_ft = altitude}}, 0, 3);
    EXPECT_EQ(sky.open(AlertKind::zone), inside ? 1u : 0u) << altitude;
  }
}

TEST(Zones, JudgeHorizontallyWhereTheAltitudeCannotBeCompared) {
  Sky sky;
  sky.rules->zones = {box()};
  sky.rules->zones[0].ceiling = {Reference::mean_sea_level, feet_of_height(5'000)};  // no QNH known
  sky.fly({{.address = 1, .party = north, .position = at(50, 10), .altitude_ft = 30'000}}, 0, 3);
  EXPECT_EQ(sky.open(AlertKind::zone), 1u);
}

TEST(Zones, HoldOnlyWhileTheyAreActive) {
  Sky sky;
  sky.rules->zones = {box()};
  sky.rules->zones[0].active = {{start + seconds(100), start + seconds(200)}};
  const Flight inside{.address = 1, .party = north, .position = at(50, 10)};
  sky.fly({inside}, 0, 3);
  ASSERT_NE(sky.only(AlertKind::zone), nullptr) << "it will be inside when the zone begins";
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::predicted);
  sky.fly({inside}, 100, 102);
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::infringed);
  sky.fly({inside}, 200, 220);
  EXPECT_EQ(sky.only(AlertKind::zone), nullptr);
}

TEST(Zones, ExemptAPartyThatIsKnownByMoreThanItsCallsign) {
  Flight flight{.address = 1, .party = north, .position = at(50, 10)};
  Sky exempt;
  exempt.rules->zones = {box()};
  exempt.rules->zones[0].exempt = {north};
  exempt.fly({flight}, 0, 3);
  EXPECT_EQ(exempt.open(AlertKind::zone), 0u);
  flight.basis = PartyBasis::callsign;
  Sky claimed;
  claimed.rules->zones = exempt.rules->zones;
  claimed.fly({flight}, 0, 3);
  EXPECT_EQ(claimed.open(AlertKind::zone), 1u);
}

TEST(Zones, AreEnlargedByTheirBuffer) {
  const Flight beside_it{.address = 1, .party = north, .position = beside(at(50, 9.9), -2, 0)};
  Sky sky;
  sky.rules->zones = {box()};
  sky.fly({beside_it}, 0, 3);
  EXPECT_EQ(sky.open(AlertKind::zone), 0u);
  Sky buffered;
  buffered.rules->zones = {box()};
  buffered.rules->zones[0].rule = ZoneRule::protected_site;
  buffered.rules->zones[0].buffer = nautical_miles(3);
  buffered.fly({beside_it}, 0, 3);
  EXPECT_EQ(buffered.open(AlertKind::zone), 1u);
}

TEST(Zones, MoveWithTheirTrack) {
  Zone zone;
  zone.id = "tanker";
  zone.centre = at(40, 0);
  zone.radius = nautical_miles(10);
  zone.anchor = at(40, 0);
  zone.moves_with = icao_address(7);
  Sky sky;
  sky.rules->zones = {zone};
  const Flight carrier{.address = 7, .party = south, .position = at(50, 10), .speed_kt = 0};
  Flight visitor{.address = 1, .party = south, .position = beside(at(50, 10), 8, 0), .speed_kt = 0};
  sky.fly({carrier, visitor}, 0, 3);
  ASSERT_NE(sky.only(AlertKind::zone), nullptr);
  EXPECT_EQ(sky.only(AlertKind::zone)->subjects[0].address, icao_address(1)) << "the carrier is not against its own zone";
  sky.fly({visitor}, 4, 6);
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::unobserved) << "nobody knows where the zone is";
}

TEST(Zones, TellWhoIsBoundToACorridorWhenItLeaves) {
  Zone corridor = box("c");
  corridor.rule = ZoneRule::corridor;
  corridor.exempt = {north};
  Sky sky;
  sky.rules->zones = {corridor};
  Flight flight{.address = 1, .party = north, .position = at(50, 10), .speed_kt = 300, .track_deg = 0};
  sky.fly({flight}, 0, 6);
  ASSERT_NE(sky.only(AlertKind::zone), nullptr);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::advisory);
  sky.fly({flight}, 7, 85);
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::infringed);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::caution);
  flight.party = south;
  Sky other;
  other.rules->zones = {corridor};
  other.fly({flight}, 0, 6);
  EXPECT_EQ(other.open(AlertKind::zone), 0u) << "who is not bound may cross it";
}

TEST(Zones, ArePrefilteredWithoutLosingAny) {
  Rules r = *rules();
  Random random(17);
  for (int i = 0; i < 200; ++i) {
    Zone z;
    z.id = std::to_string(i);
    z.centre = at(random.chance(0.3) ? random.uniform(85, 90) : random.uniform(-90, 90), random.chance(0.3) ? random.uniform(178, 182) : random.uniform(-180, 180));
    z.radius = nautical_miles(random.uniform(1, 200));
    r.zones.push_back(z);
  }
  const ZoneTable table(r);
  const MinimaTable minima(r);
  const Carriers none(r.zones.size());
  const JudgeContext context{r, minima, {}, start};
  int hits = 0;
  for (std::uint32_t n = 1; n <= 150; ++n) {
    const Flight f{.address = n, .party = north, .position = at(random.chance(0.3) ? random.uniform(84, 90) : random.uniform(-90, 90), random.uniform(-180, 180)),
                   .speed_kt = random.uniform(0, 1200), .track_deg = random.uniform(0, 360)};
    const Track track = track_of(f, 0);
    const Body body = *body_of(track, start);
    const auto near = table.near(body, minutes(20));
    for (std::uint32_t z = 0; z < r.zones.size(); ++z) {
      if (!table.judge(z, body, none, context, {.look_ahead = minutes(20)})) continue;
      ++hits;
      EXPECT_TRUE(std::binary_search(near.begin(), near.end(), z)) << "aircraft " << n << " zone " << z;
    }
  }
  EXPECT_GT(hits, 50);
}

}  // namespace
}  // namespace skypact::guard
