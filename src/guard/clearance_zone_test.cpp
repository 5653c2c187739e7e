// Zones that need a clearance, volumes of planned flights, and broadcasts that contradict telemetry: what the guard says of who is there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;
using testing::Contains;
using Reference = VerticalLimit::Reference;

// South's area, from 9.9° to 10.1° east around 50° north.
Zone area() {
  Zone z;
  z.id = "fir";
  z.name = "South FIR";
  z.rule = ZoneRule::clearance;
  z.party = south;
  z.outline = {at(49.9, 9.9), at(49.9, 10.1), at(50.1, 10.1), at(50.1, 9.9)};
  return z;
}

// North's, along the parallel through the area's middle, for ten minutes from the start, at FL290 to FL310.
StandingClearance clearance() {
  StandingClearance c;
  c.asked_by = "north";
  c.request = "0007/26";
  c.party = "south";
  c.clearance = "0003/26";
  c.call_signs = {"NAF21"};
  c.addresses = {"000001"};
  c.route = {at(50, 9.5), at(50, 10.5)};
  c.half_width = nautical_miles(2);
  c.times = {start, start + minutes(10)};
  c.levels = {{{Reference::pressure, feet_of_height(29'000)}, {Reference::pressure, feet_of_height(31'000)}}};
  return c;
}

// Enters the area from the west after so many seconds.
Flight towards(double entry_s) { return {.address = 1, .party = north, .position = beside(at(50, 9.9), -360 * entry_s / 3600, 0), .speed_kt = 360, .track_deg = 90}; }
Flight inside() { return {.address = 1, .party = north, .position = at(50, 10)}; }

std::string why(const Sky& sky) {
  const Alert* alert = sky.only(AlertKind::zone);
  if (alert == nullptr) return "none";
  for (const Reason& r : alert->reasons) {
    if (r.code == ReasonCode::clearance) return std::string(to_string(*r.breach)) + " " + r.name;
  }
  return "no reason";
}

// What is said of the flight where the clearance is changed so.
template <class Change>
std::string with(Change change, const Flight& flight = inside()) {
  Sky sky;
  sky.rules->zones = {area()};
  StandingClearance c = clearance();
  change(c);
  sky.rules->clearances = {c};
  sky.fly({flight}, 0, 3);
  return why(sky);
}

TEST(ClearanceZone, WhoKeepsToItsClearanceIsNoAlertFromBeforeTheEntryUntilTheExit) {
  Sky sky;
  sky.rules->zones = {area()};
  sky.rules->clearances = {clearance()};
  for (int s = 0; s < 300; ++s) {
    sky.fly({towards(100)}, s, s);
    ASSERT_EQ(sky.open(AlertKind::zone), 0u) << s << ": " << why(sky);
  }
}

TEST(ClearanceZone, WhoHasNoneIsToldOfBeforeItEntersAndInside) {
  Sky sky;
  sky.rules->zones = {area()};
  sky.fly({towards(100)}, 0, 5);
  ASSERT_EQ(why(sky), "without ");
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::advisory);
  sky.fly({towards(100)}, 6, 60);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::caution) << "within a minute";
  EXPECT_EQ(sky.only(AlertKind::zone)->text, "000001 (NRTH) will enter South FIR in 40 s without a clearance.");
  sky.fly({towards(100)}, 61, 105);
  EXPECT_EQ(sky.only(AlertKind::zone)->state, AlertState::infringed);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::warning);
  EXPECT_EQ(sky.only(AlertKind::zone)->text, "000001 (NRTH) is inside South FIR without a clearance.");
  EXPECT_THAT(said(*sky.only(AlertKind::zone), *sky.rules), Contains("It flies without a clearance"));
}

TEST(ClearanceZone, OneThatComesWhileTheFlightIsInsideEndsTheAlert) {
  Sky sky;
  sky.rules->zones = {area()};
  sky.fly({inside()}, 0, 5);
  ASSERT_EQ(why(sky), "without ");
  auto cleared = std::make_shared<Rules>(*sky.rules);
  cleared->clearances = {clearance()};
  sky.rules = cleared;
  sky.fly({inside()}, 6, 60);
  EXPECT_EQ(why(sky), "none");
}

TEST(ClearanceZone, EachWayOfNotKeepingToItIsNamedWithItsNumber) {
  EXPECT_EQ(with([](StandingClearance&) {}), "none");
  EXPECT_EQ(with([](StandingClearance& c) { c.times = {start - minutes(20), start - minutes(1)}; }), "outside_time 0003/26");
  EXPECT_EQ(with([](StandingClearance& c) { c.levels[0].ceiling.height = feet_of_height(29'500); }), "outside_levels 0003/26");
  EXPECT_EQ(with([](StandingClearance& c) { c.route = {at(50.05, 9.5), at(50.05, 10.5)}; }), "outside_corridor 0003/26");
  EXPECT_EQ(with([](StandingClearance& c) { c.ended = StandingClearance::Ended::revoked, c.ended_from = start - minutes(1); }), "after_end 0003/26");
  EXPECT_EQ(with([](StandingClearance& c) { c.party = "north"; }), "without ") << "another party's clearance is none here";
}

TEST(ClearanceZone, IsHeldAgainstTheTimePlaceAndLevelOfTheEntry) {
  EXPECT_EQ(with([](StandingClearance& c) { c.times.from = start + seconds(90); }, towards(100)), "none") << "it will be open then";
  EXPECT_EQ(with([](StandingClearance& c) { c.times.to = start + seconds(90); }, towards(100)), "outside_time 0003/26") << "it will be over then";
  EXPECT_EQ(with([](StandingClearance& c) { c.route = {at(50, 9.85), at(50, 10.5)}; }, towards(100)), "none") << "it is outside the corridor now, and will be inside";
  Flight climbs = towards(60);
  climbs.altitude_ft = 28'000;
  climbs.rate_fpm = 2'000;
  EXPECT_EQ(with([](StandingClearance&) {}, climbs), "none") << "at FL300 when it enters";
  climbs.rate_fpm = 0;
  EXPECT_EQ(with([](StandingClearance&) {}, climbs), "outside_levels 0003/26");
}

TEST(ClearanceZone, TheAreasOwnAircraftNeedNoneWhereTheyAreKnownByMoreThanTheirCallSign) {
  for (const auto& [basis, alerts] : {std::pair{PartyBasis::address, 0u}, {PartyBasis::callsign, 1u}}) {
    Sky sky;
    sky.rules->zones = {area()};
    Flight own = inside();
    own.party = south;
    own.basis = basis;
    sky.fly({own}, 0, 3);
    EXPECT_EQ(sky.open(AlertKind::zone), alerts);
  }
}

TEST(FlightPlanZone, TellsOfAllButItsOwnFlight) {
  Zone volume = area();
  volume.rule = ZoneRule::flight_plan;
  volume.party.reset();
  volume.name = "RELIEF1";
  const auto alerts = [&](FlightName name, std::string_view call_sign) {
    Sky sky;
    volume.flight = std::move(name);
    sky.rules->zones = {volume};
    sky.fly({inside()}, 0, 3, [&](std::vector<Track>& tracks, double) { tracks[0].callsign = Sourced<FixedString<8>>{call_sign, start, {}, SourceKind::adsb}; });
    return sky.open(AlertKind::zone);
  };
  EXPECT_EQ(alerts({{}, "RELIEF1"}, "RELIEF1"), 0u);
  EXPECT_EQ(alerts({{}, "RELIEF1"}, "OTHER"), 1u);
  EXPECT_EQ(alerts({{}, ""}, ""), 1u) << "a plan that names nobody is of nobody";
  EXPECT_EQ(alerts({icao_address(1), ""}, "OTHER"), 0u) << "it is known by its address, whatever it calls itself";
  EXPECT_EQ(alerts({icao_address(2), "RELIEF1"}, "RELIEF1"), 1u) << "who only calls himself so is another";
}

TEST(FlightPlanZone, IsAWarningInsideAndACautionAMinuteBefore) {
  Sky sky;
  sky.rules->zones = {area()};
  sky.rules->zones[0].rule = ZoneRule::flight_plan;
  sky.rules->zones[0].party.reset();
  sky.fly({towards(100)}, 0, 60);
  ASSERT_NE(sky.only(AlertKind::zone), nullptr);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::caution);
  sky.fly({towards(100)}, 61, 105);
  EXPECT_EQ(sky.only(AlertKind::zone)->severity, Severity::warning);
}

TEST(Contradiction, IsAWarningAsLongAsTheGuardIsToldOfIt) {
  Sky sky;
  const Flight f = inside();
  const Contradicted told{icao_address(1), "RELIEF1", start, metres(1'200), metres(200)};
  const auto step = [&](double s, std::span<const Contradicted> contradicted) {
    sky.tracks = {track_of(f, s)};
    const Track* pointer = sky.tracks.data();
    sky.guard.step({.now = start + from_seconds(s), .tracks = {&pointer, 1}, .rules = sky.rules, .contradicted = contradicted}, serial);
  };
  for (int s = 0; s < 3; ++s) step(s, {&told, 1});
  const Alert* alert = sky.only(AlertKind::contradiction);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->severity, Severity::warning);
  EXPECT_EQ(alert->text, "000001 (NRTH) broadcasts that it is elsewhere than its operator's telemetry says.");
  EXPECT_THAT(said(*alert, *sky.rules), Contains("Its broadcast and the telemetry of RELIEF1 are 1200 m apart; 200 m are explained by accuracy and motion"));
  for (int s = 3; s < 120; ++s) step(s, {});
  EXPECT_EQ(sky.only(AlertKind::contradiction), nullptr);
  const Contradicted unseen{icao_address(9), "OTHER", start, metres(1'200), metres(200)};
  for (int s = 120; s < 125; ++s) step(s, {&unseen, 1});
  EXPECT_EQ(sky.only(AlertKind::contradiction), nullptr) << "of an aircraft that nobody hears there is no broadcast";
}

}  // namespace
}  // namespace skypact::guard
