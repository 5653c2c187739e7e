#include "node/zone_constraints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "geo/ellipsoid.h"
#include "geo/geodesic.h"
#include "guard/region.h"

namespace skypact::node {
namespace {

using Reference = VerticalLimit::Reference;

const Time now = *parse_rfc3339("2026-11-28T12:00:00Z");
geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

Zone firing() {
  Zone zone;
  zone.id = "notice:south:0012/26";
  zone.name = "Live firing";
  zone.centre = at(47, 7.4);
  zone.radius = nautical_miles(5);
  zone.active = {{now + minutes(30), now + minutes(90)}, {now + std::chrono::hours(30), now + std::chrono::hours(31)}};
  zone.floor = {Reference::surface, {}};
  zone.ceiling = {Reference::pressure, feet_of_height(10'000)};
  return zone;
}
Rules rules_of(std::vector<Zone> zones) {
  Rules rules;
  rules.zones = std::move(zones);
  rules.agreed.push_back({.version = "corridor v3 5f2a91c0b3d4", .clauses = {}, .fallback = {}});
  return rules;
}
ZoneConstraint only(const Rules& rules, Time time = now) {
  const ZoneConstraints made = zone_constraints(rules, "north", time);
  EXPECT_EQ(made.wanted.size(), 1u);
  return made.wanted.at(0);
}

TEST(ZoneConstraints, AreThoseOfNoticesAndAgreementsAndNobodyElses) {
  Zone agreed = firing(), drawn = firing(), corridor = firing(), moving = firing(), flown = firing(), over = firing();
  agreed.id = "hospital";
  agreed.source = "corridor v3 5f2a91c0b3d4";
  drawn.id = "drawn";
  corridor.rule = ZoneRule::corridor;
  moving.moves_with = icao_address(7);
  flown.rule = ZoneRule::flight_plan;
  over.active = {{now - minutes(9), now}};
  const ZoneConstraints made = zone_constraints(rules_of({firing(), agreed, drawn, corridor, moving, flown, over}), "north", now);
  ASSERT_EQ(made.wanted.size(), 2u);
  EXPECT_EQ(made.wanted[0].particulars.name, "Live firing");
  EXPECT_EQ(made.wanted[0].particulars.remarks, "zone notice:south:0012/26 of ");
  EXPECT_EQ(made.wanted[1].particulars.remarks, "zone hospital of corridor v3 5f2a91c0b3d4");
  EXPECT_NE(made.wanted[0].id, made.wanted[1].id);
  EXPECT_EQ(to_string(made.wanted[0].id)[14], '8');
  EXPECT_NE(made.wanted[0].id, zone_constraints(rules_of({firing()}), "south", now).wanted[0].id) << "each USS's own";
  EXPECT_TRUE(made.left_out.empty());
}

TEST(ZoneConstraints, LastADayAtMostAndHaveTheTimesOfTheirZoneInIt) {
  const plan::Details timed = only(rules_of({firing()})).details;
  ASSERT_EQ(timed.volumes.size(), 1u) << "the other span is beyond a day";
  EXPECT_EQ(timed.volumes[0].time, (Interval<Time>{now + minutes(30), now + minutes(90)}));
  Zone always_there = firing();
  always_there.active.clear();
  const plan::Details day = only(rules_of({always_there})).details;
  EXPECT_EQ(day.volumes[0].time, (Interval<Time>{now, now + std::chrono::hours(23)}));
}

TEST(ZoneConstraints, LimitsOfOtherDatumsLieOutsideByTheMargin) {
  Zone zone = firing();
  zone.floor = {Reference::mean_sea_level, metres_of_height(1'000)};
  const auto volume = [&](const Rules& rules) { return only(rules).details.volumes[0]; };
  EXPECT_NEAR(*volume(rules_of({zone})).lower_m, 890, 0.1);
  EXPECT_NEAR(*volume(rules_of({zone})).upper_m, 3'048 + 110 + 600, 0.1);
  Rules known = rules_of({zone});
  known.geoid_undulation = metres_of_height(48);
  EXPECT_NEAR(*volume(known).lower_m, 1'048, 0.1);
  EXPECT_NEAR(*volume(known).upper_m, 3'048 + 48 + 600, 0.1);
  zone.floor = {Reference::surface, {}};
  zone.ceiling = {Reference::unlimited, {}};
  EXPECT_FALSE(volume(rules_of({zone})).lower_m || volume(rules_of({zone})).upper_m);
  zone.ground_elevation = metres_of_height(500);
  zone.ceiling = {Reference::above_ground, metres_of_height(100)};
  EXPECT_NEAR(*volume(rules_of({zone})).upper_m, 710, 0.1);
}

// Whatever is within the buffer of the zone is within the constraint.
TEST(ZoneConstraints, HoldTheirZoneWithItsBuffer) {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    Zone zone = firing();
    const double lat = random.uniform(-70, 70), lon = random.uniform(-179, 179);
    if (round % 2 == 0) {
      zone.centre.reset();
      for (int i = 0; i < 5; ++i) {
        const double angle = (i + random.uniform(0.1, 0.9)) * 2 * 3.14159265 / 5;
        zone.outline.push_back(at(lat + random.uniform(0.05, 0.2) * std::sin(angle), lon + random.uniform(0.05, 0.2) * std::cos(angle)));
      }
    } else {
      zone.centre = at(lat, lon);
    }
    if (round % 4 < 2) zone.buffer = nautical_miles(random.uniform(0.1, 2));
    const auto region = zone.centre ? guard::Region::circle(*zone.centre, zone.radius) : guard::Region::polygon(zone.outline);
    ASSERT_TRUE(region);
    const plan::Area area = only(rules_of({zone})).details.volumes[0].area;
    int inside = 0;
    for (int i = 0; i < 400; ++i) {
      const geo::Position p = at(lat + random.uniform(-0.4, 0.4), lon + random.uniform(-0.4, 0.4));
      if (region->signed_distance(geo::place_of(p)) >= zone.buffer.in(metres) - 0.5) continue;
      ++inside;
      EXPECT_TRUE(area.contains(plan::LatLng{p.lat_degrees(), p.lon_degrees()})) << round << " " << i;
    }
    EXPECT_GT(inside, 3) << round;
  }
}

// A journal that has half a character in it is longer when it is read than it may be, and the USS would not start.
TEST(ZoneConstraints, ALongNameIsCutBetweenCharacters) {
  Zone zone = firing();
  zone.name.clear();
  for (int i = 0; i < 60; ++i) zone.name += "\u0416";
  zone.name.insert(0, "x");
  const std::string name = only(rules_of({zone})).particulars.name;
  EXPECT_EQ(name.size(), plan::UssLimits::name_bytes - 1);
  EXPECT_TRUE(is_utf8(name));
}

TEST(ZoneConstraints, WhatTheStandardDoesNotTakeIsNamed) {
  Zone huge = firing();
  huge.radius = nautical_miles(500);
  const ZoneConstraints made = zone_constraints(rules_of({huge}), "north", now);
  EXPECT_TRUE(made.wanted.empty());
  ASSERT_EQ(made.left_out.size(), 1u);
  EXPECT_EQ(made.left_out[0].first, huge.id);
  EXPECT_FALSE(made.left_out[0].second.empty());
}

TEST(ZoneConstraints, AreOutdatedWhenTheNextTwelveHoursAreNotSaidOrThePlaceIsAnother) {
  Zone always_there = firing();
  always_there.active.clear();
  const plan::Details published = only(rules_of({always_there})).details;
  const auto outdated = [&](Zone zone, Duration later) { return is_outdated(published, only(rules_of({std::move(zone)}), now + later), now + later); };
  EXPECT_FALSE(outdated(always_there, Duration{}));
  EXPECT_FALSE(outdated(always_there, std::chrono::hours(10)));
  EXPECT_TRUE(outdated(always_there, std::chrono::hours(12)));
  Zone wider = always_there, higher = always_there, timed = always_there;
  wider.radius = nautical_miles(6);
  EXPECT_TRUE(outdated(wider, Duration{}));
  higher.ceiling.height = feet_of_height(11'000);
  EXPECT_TRUE(outdated(higher, Duration{}));
  timed.active = {{now + minutes(5), now + std::chrono::hours(40)}};
  EXPECT_TRUE(outdated(timed, Duration{}));
}

}  // namespace
}  // namespace skypact::node
