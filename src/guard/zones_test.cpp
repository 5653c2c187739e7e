#include "guard/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

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

TEST(Zones, SayWhenTheAircraftEnteredAsLongAsItIsInside) {
  Sky sky;
  sky.rules->zones = {box()};
  std::optional<Time> entered;
  for (int s = 0; s <= 150; ++s) {
    sky.fly({towards(100)}, s, s);
    const Alert* alert = sky.only(AlertKind::zone);
    if (!alert || alert->state != AlertState::infringed) continue;
    if (!entered) entered = start + seconds(s);
    EXPECT_EQ(alert->prediction->infringed_from, *entered) << "at " << s;
  }
  ASSERT_TRUE(entered);
  EXPECT_NEAR(to_seconds(*entered - start), 100, 1.5);
}

TEST(Zones, DateTheReasonsOfAZoneWhoseCarrierIsNotSeen) {
  Zone zone = box();
  zone.moves_with = icao_address(7);
  zone.anchor = at(50, 10);
  Sky sky;
  sky.rules->zones = {zone};
  const Flight carrier{.address = 7, .party = south, .position = at(50, 10)};
  const Flight visitor{.address = 1, .party = north, .position = at(50, 10.01)};
  sky.fly({carrier, visitor}, 0, 3);
  sky.fly({visitor}, 4, 9);
  const Alert* alert = sky.only(AlertKind::zone);
  ASSERT_NE(alert, nullptr);
  ASSERT_FALSE(alert->reasons.empty());
  EXPECT_EQ(said(*alert, *sky.rules).front(), "As it was at " + to_rfc3339(start + seconds(3)));
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

TEST(Zones, OfARescueAreOpenToWhoAssistsInItAndToNobodyElse) {
  const Flight helper{.address = 1, .party = north, .position = at(50, 10)}, other{.address = 2, .party = north, .position = at(50.01, 10)};
  const auto intruders = [&](std::vector<AssistingFlight> assisting) {
    Sky sky;
    sky.rules->zones = {box()};
    sky.rules->zones[0].rescue = "D-0003/26";
    sky.rules->assisting = std::move(assisting);
    sky.fly({helper, other}, 0, 3);
    std::vector<std::uint32_t> inside;
    for (const Alert& a : sky.guard.open()) {
      if (a.kind == AlertKind::zone) inside.push_back(a.subjects.at(0).address.number);
    }
    std::sort(inside.begin(), inside.end());
    return inside;
  };
  EXPECT_EQ(intruders({}), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(intruders({{icao_address(1), "D-0003/26"}}), (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(intruders({{icao_address(1), "D-0004/26"}}), (std::vector<std::uint32_t>{1, 2})) << "it assists in another rescue";
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

// Zones of every kind, anywhere: around the poles and the antimeridian, from 1 NM to beyond a hemisphere, moving ones.
Zone random_zone(Random& random, std::uint32_t i) {
  Zone z;
  z.id = std::to_string(i);
  const double lat = random.chance(0.3) ? (random.chance(0.5) ? 1 : -1) * random.uniform(85, 90) : random.uniform(-89, 89);
  const auto middle = at(lat, random.chance(0.3) ? random.uniform(178, 182) : random.uniform(-180, 180));
  const auto corner = [&](double metres_away, double bearing) {
    return geo::position_after(geo::ground_motion(middle, metres_per_second(metres_away / 7000), TrueBearing::degrees(bearing)), seconds(7000));
  };
  if (random.chance(0.4)) {
    z.centre = middle;
    z.radius = nautical_miles(random.uniform(1, 200));
  } else {
    const double size = i % 50 == 7 ? 8.5e6 : random.chance(0.1) ? random.uniform(1e6, 3e6) : random.uniform(2'000, 200'000);
    const int corners = 3 + static_cast<int>(random.below(8));
    for (int k = 0; k < corners; ++k) z.outline.push_back(corner(size * random.uniform(0.9, 1), 360.0 * k / corners));
  }
  if (random.chance(0.3)) z.buffer = nautical_miles(random.uniform(0, 20));
  if (i % 50 == 7) z.buffer = kilometres(random.uniform(400, 2500));   // 76° and as much as 22° around it
  z.rule = static_cast<ZoneRule>(random.below(4));
  if (z.rule == ZoneRule::corridor) z.exempt = {north};
  if (random.chance(0.2)) {
    z.moves_with = icao_address(0xF00000 + i);
    if (random.chance(0.5)) z.anchor = corner(random.uniform(0, 300'000), random.uniform(0, 360));
  }
  return z;
}

TEST(Zones, AreNearWhenTheyComeToAnAircraftThatHovers) {
  Zone zone;
  zone.id = "convoy";
  zone.centre = at(0, 179.9);
  zone.radius = nautical_miles(3);
  zone.moves_with = icao_address(7);
  Rules r = *rules();
  r.zones = {zone};
  const ZoneTable table(r);
  const MinimaTable minima(r);
  const JudgeContext context{r, minima, {}, start};
  const Track track = track_of({.address = 1, .party = north, .position = at(89.99, 0)}, 0);
  const Body hovering = *body_of(track, start);
  const geo::GroundMotion comes = geo::ground_motion(beside(at(89.99, 0), 0, -190), knots(600), TrueBearing::degrees(0));
  const Carriers carriers = table.carriers({{0, TrackId{7}, comes}}, minutes(20));
  ASSERT_TRUE(table.judge(0, hovering, carriers, context, {.look_ahead = minutes(20)}));
  EXPECT_EQ(table.near(hovering, carriers, minutes(20)), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(table.near(hovering, table.carriers({{0, TrackId{7}, comes}}, minutes(2)), minutes(2)).empty());
}

// Judging every zone is the twin of looking only where near() says.
TEST(Zones, ArePrefilteredWithoutLosingAny) {
  Rules r = *rules();
  Random random(17);
  for (std::uint32_t i = 0; i < 700; ++i) r.zones.push_back(random_zone(random, i));
  const ZoneTable table(r);
  const MinimaTable minima(r);
  const JudgeContext context{r, minima, {}, start};
  const auto somewhere = [&](double far) {
    // Near a zone or anywhere; the carrier's place is another.
    const auto& zone = r.zones[random.below(r.zones.size())];
    const auto near_it = zone.centre ? *zone.centre : zone.outline.front();
    if (random.chance(0.2)) return at(random.uniform(-90, 90), random.uniform(-180, 180));
    return geo::position_after(geo::ground_motion(near_it, metres_per_second(random.uniform(0, far) / 1000), TrueBearing::degrees(random.uniform(0, 360))), seconds(1000));
  };
  std::vector<Carrier> where;
  for (const std::uint32_t z : table.moving()) {
    // One track, two of one address, or none that is seen.
    for (std::uint64_t k = random.below(3); k > 0; --k) {
      where.push_back({z, TrackId{static_cast<std::uint32_t>(10'000 + where.size())},
                       geo::ground_motion(somewhere(500'000), knots(random.uniform(0, 600)), TrueBearing::degrees(random.uniform(0, 360)))});
    }
  }
  std::array<std::size_t, 4> hits{};
  std::size_t moving_hits = 0, huge_hits = 0, named = 0, judged = 0;
  for (const Duration look_ahead : {seconds(120), seconds(1200)}) {
    const Carriers carriers = table.carriers(where, look_ahead);
    for (std::uint32_t n = 1; n <= 250; ++n) {
      const Flight f{.address = n, .party = random.chance(0.5) ? north : south, .position = somewhere(300'000),
                     .speed_kt = n % 7 == 0 ? 0 : n % 11 == 0 ? 4000 : random.uniform(0, 1200), .track_deg = random.uniform(0, 360)};
      Track track = track_of(f, 0);
      if (n % 5 == 0) track.accuracy = kilometres(n % 25 == 0 ? 600 : random.uniform(1, 100));
      const Body body = *body_of(track, start);
      const auto near = table.near(body, carriers, look_ahead);
      ASSERT_TRUE(std::is_sorted(near.begin(), near.end()));
      ASSERT_EQ(std::adjacent_find(near.begin(), near.end()), near.end());
      named += near.size();
      judged += r.zones.size();
      for (std::uint32_t z = 0; z < r.zones.size(); ++z) {
        const bool hold = (n + z) % 2 == 0;
        if (!table.judge(z, body, carriers, context, {.look_ahead = look_ahead, .hold = hold})) continue;
        const Zone& zone = r.zones[z];
        ++hits[static_cast<std::size_t>(zone.rule)];
        moving_hits += zone.moves_with.has_value();
        huge_hits += zone.buffer > kilometres(300);
        EXPECT_TRUE(std::binary_search(near.begin(), near.end(), z)) << "aircraft " << n << " zone " << z << " ahead " << to_seconds(look_ahead);
      }
    }
  }
  for (const std::size_t count : hits) EXPECT_GT(count, 20u);
  EXPECT_GT(moving_hits, 50u);
  EXPECT_GT(huge_hits, 50u);
  EXPECT_LT(named, judged / 4) << "it rules most out";
}

}  // namespace
}  // namespace skypact::guard
