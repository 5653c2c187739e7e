#include "node/planned_zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "geo/ellipsoid.h"
#include "node/command.h"
#include "plan/volume_json.h"

namespace skypact::node {
namespace {

using plan::IntentState;
using plan::Kind;

const Time now = *parse_rfc3339("2026-11-28T12:00:00Z");

plan::EntityId id_of(unsigned n) { return *plan::parse_entity_id("00000000-0000-4000-8000-0000000000" + std::to_string(10 + n)); }

plan::Volume circle(double lat, Interval<Time> time, std::optional<double> lower = 100, std::optional<double> upper = 200) {
  return {*plan::Area::circle({lat, 7.4}, 500), lower, upper, time};
}
plan::Disclosed disclosed(unsigned n, Kind kind, IntentState state, std::vector<plan::Volume> volumes) {
  plan::Disclosed d;
  d.reference.kind = kind;
  d.reference.id = id_of(n);
  d.reference.manager = "north";
  d.reference.state = state;
  d.details.volumes = std::move(volumes);
  return d;
}
plan::OwnEntity own(unsigned n, IntentState state, std::vector<plan::Volume> volumes, Kind kind = Kind::operational_intent) {
  plan::OwnEntity entity;
  entity.kind = kind;
  entity.id = id_of(n);
  entity.particulars.name = "Relief 1";
  entity.held = disclosed(n, kind, state, std::move(volumes));
  return entity;
}
const Interval<Time> hour{now - minutes(30), now + minutes(30)};

TEST(PlannedZones, AreTheVolumesOfFlightsUnderWayAndOfConstraints) {
  plan::OwnEntity ended = own(4, IntentState::activated, {circle(47, hour)});
  ended.ended = now;
  plan::OwnEntity asked = own(5, IntentState::activated, {});
  asked.held.reset();
  const std::vector<plan::OwnEntity> all{own(1, IntentState::accepted, {circle(47, hour)}), own(2, IntentState::activated, {circle(47, hour), circle(48, {now - minutes(9), now})}),
                                         own(3, IntentState::accepted, {circle(49, hour)}, Kind::constraint), ended, asked};
  plan::Disclosed fire = disclosed(6, Kind::constraint, IntentState::accepted, {circle(50, hour)});
  fire.details.type = "org.example.fire";
  const std::vector<plan::Disclosed> others{fire, disclosed(7, Kind::operational_intent, IntentState::activated, {circle(51, hour)})};
  const PlannedZones planned = planned_zones(all, others, now);
  ASSERT_EQ(planned.zones.size(), 3u);
  EXPECT_EQ(planned.left_out, 0u);
  const Zone& flown = planned.zones[0];
  EXPECT_EQ(flown.id, "plan:" + to_string(id_of(2)) + ":1") << "the other volume is over";
  EXPECT_EQ(flown.rule, ZoneRule::flight_plan);
  EXPECT_EQ(flown.name, "Relief 1");
  EXPECT_EQ(flown.flight, (FlightName{{}, "RELIEF1"}));
  EXPECT_EQ(flown.active, std::vector{hour});
  EXPECT_EQ(flown.floor.reference, VerticalLimit::Reference::ellipsoid);
  EXPECT_NEAR(flown.floor.height.in_metres(), 100, 0.02);
  EXPECT_GT(flown.ceiling.height.in_metres(), 200.05) << "the upper altitude belongs to the volume";
  EXPECT_EQ(planned.zones[1].rule, ZoneRule::caution);
  EXPECT_EQ(planned.zones[2].id, "constraint:" + to_string(id_of(6)) + ":1");
  EXPECT_EQ(planned.zones[2].name, "org.example.fire");
}

TEST(PlannedZones, HaveOffNominalVolumesTooAndNoLimitWhereThePlanHasNone) {
  plan::OwnEntity entity = own(1, IntentState::contingent, {circle(47, hour, {}, {})});
  entity.held->details.off_nominal = {circle(47.1, hour, -8'000, 100'000)};
  const PlannedZones planned = planned_zones(std::vector{entity}, {}, now);
  ASSERT_EQ(planned.zones.size(), 2u);
  for (const Zone& zone : planned.zones) {
    EXPECT_EQ(zone.floor.reference, VerticalLimit::Reference::surface);
    EXPECT_EQ(zone.ceiling.reference, VerticalLimit::Reference::unlimited);
  }
}

TEST(PlannedZones, AConstraintWithALongTypeIsAZoneToo) {
  plan::Disclosed fire = disclosed(6, Kind::constraint, IntentState::accepted, {circle(50, hour)});
  fire.details.type = std::string(256, 'x');
  const PlannedZones planned = planned_zones({}, std::vector{fire}, now);
  EXPECT_EQ(planned.left_out, 0u);
  ASSERT_EQ(planned.zones.size(), 1u);
  EXPECT_EQ(planned.zones[0].name, std::string(200, 'x'));
}

TEST(PlannedZones, AreTakenByTheEngineAsTheyAre) {
  std::vector<plan::OwnEntity> all;
  for (unsigned n = 0; n < 20; ++n) all.push_back(own(n, IntentState::activated, {circle(47 + n * 0.1234567891, {now + Duration(1), now + Duration(1'500'000)}, n * 1.234567, n * 1.234567)}));
  const PlannedZones planned = planned_zones(all, {}, now);
  ASSERT_EQ(planned.zones.size(), 20u);
  const auto read = read_command(to_json(Command(SetPlans{planned.zones, {}}), {}), {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<SetPlans>(*read).zones, planned.zones);
}

TEST(PlannedZones, BeyondTheBoundTheLastToBeginAreLeftOutAndCounted) {
  std::vector<plan::Volume> volumes;
  for (std::size_t i = 0; i < most_plan_zones; ++i) volumes.push_back(circle(47, hour));
  plan::OwnEntity one = own(1, IntentState::activated, volumes), later = own(0, IntentState::activated, {circle(47, {now + minutes(1), now + minutes(2)})});
  EXPECT_EQ(planned_zones(std::vector{one}, {}, now).left_out, 0u);
  const PlannedZones planned = planned_zones(std::vector{later, one}, {}, now);
  EXPECT_EQ(planned.left_out, 1u);
  ASSERT_EQ(planned.zones.size(), most_plan_zones);
  for (const Zone& zone : planned.zones) EXPECT_TRUE(zone.id.starts_with("plan:" + to_string(id_of(1))));
}

TEST(FlightName, IsTheAddressAndTheCallSignWithoutBlanks) {
  EXPECT_EQ(flight_name({"Relief-1 a", "", "", "", "4d2023"}), (FlightName{icao_address(0x4D2023), "RELIEF1A"}));
  EXPECT_EQ(flight_name({"", "", "", "", "report:uas-9"}), (FlightName{Address{AddressKind::report, 0, std::string_view("uas-9")}, ""}));
}

// ---- Contradictions

struct Look {
  ContradictionWatch watch;
  Time at = now;
  double broadcast_lat = 47;
  double telemetry_lat = 47;
  Duration broadcast_age{};
  bool heard = true;

  std::vector<guard::Contradicted> operator()() {
    at += seconds(1);
    PictureTrack p;
    p.track.address = icao_address(0x4D2023);
    p.track.life = Life::live;
    p.track.position = Sourced<geo::Position>{*geo::Position::from_degrees(broadcast_lat, 7.4), at - broadcast_age, {}, SourceKind::adsb};
    Picture picture;
    picture.now = at;
    picture.tracks = std::make_shared<const std::vector<PictureTrack>>(heard ? std::vector{p} : std::vector<PictureTrack>());
    plan::MeasuredPosition last;
    last.measured_at = at;
    last.place = {telemetry_lat, 7.4};
    const FollowedFlight flight{{icao_address(0x4D2023), "RELIEF1"}, "Relief 1", last};
    return watch.look(std::vector{flight}, picture);
  }
};

TEST(ContradictionWatch, CountsWhatIsThereThreeTimesInARow) {
  Look look;
  EXPECT_TRUE(look().empty());
  look.broadcast_lat = 47.05;   // 5.6 km
  EXPECT_TRUE(look().empty());
  EXPECT_TRUE(look().empty());
  const auto found = look();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].aircraft, icao_address(0x4D2023));
  EXPECT_EQ(found[0].flight, "Relief 1");
  EXPECT_NEAR(found[0].apart.in(metres), 5'560, 20);
  EXPECT_LT(found[0].explained, found[0].apart);
  EXPECT_EQ(found[0].since, now + seconds(2));
  EXPECT_EQ(look(), found) << "as it was found, so that the recording does not grow";
}

TEST(ContradictionWatch, OneLookThatAgreesBeginsItAnew) {
  Look look;
  for (int i = 0; i < 5; ++i) {
    look.broadcast_lat = 47.05;
    look();
    EXPECT_TRUE(look().empty());
    look.broadcast_lat = 47;
    EXPECT_TRUE(look().empty());
  }
}

TEST(ContradictionWatch, EndsFiveSecondsAfterTheyAgree) {
  Look look;
  look.broadcast_lat = 47.05;
  for (int i = 0; i < 3; ++i) look();
  look.broadcast_lat = 47;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(look().size(), 1u) << i;
  EXPECT_TRUE(look().empty());
}

TEST(ContradictionWatch, WhatIsOldOrNotHeardContradictsNothing) {
  Look old;
  old.broadcast_lat = 48;
  old.broadcast_age = seconds(16);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(old().empty());
  Look silent;
  silent.heard = false;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(silent().empty());
}

}  // namespace
}  // namespace skypact::node
