// The track table: association, fields, life, plausibility, bounds.

#include "track/track_table.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <iostream>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"

namespace skypact::track {
namespace {

const Time start = Time{} + std::chrono::hours(24 * 20'000);
Time at(double s) { return start + from_seconds(s); }

geo::Position place(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }
const GroundVelocity eastward{metres_per_second(200), TrueBearing::degrees(90)};

// An ADS-B position report of an aircraft that left `from` at t = 0.
Observation report(std::uint32_t number, geo::Position from, GroundVelocity v, double t, SourceKind kind = SourceKind::adsb) {
  Observation o;
  o.kind = kind;
  o.address = icao_address(number);
  o.received_at = o.measured_at = at(t);
  o.position = geo::position_after(geo::ground_motion(from, v.speed, v.track), from_seconds(t));
  o.velocity = v;
  o.pressure_altitude = PressureAltitude(feet_of_height(30'000));
  o.accuracy = metres(50);
  return o;
}

const Track& track_of(const TrackTable& table, std::uint32_t number) {
  const Track* t = table.find(icao_address(number));
  EXPECT_NE(t, nullptr);
  static const Track none;
  return t ? *t : none;
}

TEST(TrackTable, MakesOneTrackForEachAddress) {
  TrackTable table;
  for (int t = 0; t < 10; ++t) {
    EXPECT_EQ(table.apply(report(1, place(50, 8), eastward, t)), Outcome::accepted);
    EXPECT_EQ(table.apply(report(2, place(51, 8), eastward, t)), Outcome::accepted);
    table.advance(at(t));
  }
  ASSERT_EQ(table.size(), 2u);
  EXPECT_LT(table.tracks()[0]->id, table.tracks()[1]->id);
  EXPECT_EQ(table.find(table.tracks()[0]->id), table.tracks()[0]);
  EXPECT_EQ(track_of(table, 1).suspect, 0);
  EXPECT_EQ(track_of(table, 1).contributions[0].reports, 10u);
}

TEST(TrackTable, KeepsTheKindsOfAddressesApart) {
  TrackTable table;
  Observation o = report(0xABCDEF, place(50, 8), eastward, 0);
  table.apply(o);
  o.address.kind = AddressKind::tisb_icao;
  o.kind = SourceKind::tisb;
  table.apply(o);
  EXPECT_EQ(table.size(), 2u);
}

TEST(TrackTable, LetsTheBetterKindOfSourceStandWhileItIsFresh) {
  TrackTable table;
  table.apply(report(1, place(50, 8), eastward, 0));
  EXPECT_EQ(table.apply(report(1, place(50.001, 8), eastward, 1, SourceKind::mlat)), Outcome::accepted);
  EXPECT_EQ(track_of(table, 1).position->kind, SourceKind::adsb);
  EXPECT_EQ(track_of(table, 1).contribution_count, 2);
  EXPECT_EQ(table.apply(report(1, place(50.001, 8), eastward, 9, SourceKind::mlat)), Outcome::accepted);
  EXPECT_EQ(track_of(table, 1).position->kind, SourceKind::mlat);
  EXPECT_EQ(table.apply(report(1, place(50, 8), eastward, 9.5)), Outcome::accepted);
  EXPECT_EQ(track_of(table, 1).position->kind, SourceKind::adsb);
}

TEST(TrackTable, PassesFromLiveToForgotten) {
  TrackTable table;
  table.apply(report(1, place(50, 8), eastward, 0));
  const struct { double t; Life life; } steps[] = {{1, Life::live}, {5, Life::coasting}, {21, Life::stale}, {61, Life::lost}, {299, Life::lost}};
  for (const auto& s : steps) {
    table.advance(at(s.t));
    EXPECT_EQ(track_of(table, 1).life, s.life) << s.t;
  }
  table.advance(at(301));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.counters().forgotten, 1u);
  EXPECT_EQ(table.find(icao_address(1)), nullptr);
}

TEST(TrackTable, KeepsAManualTrackForMinutes) {
  TrackTable table;
  Observation o = report(0, place(50, 8), eastward, 0, SourceKind::manual);
  o.address = {AddressKind::manual, 0, FixedString<24>("ALPHA1")};
  table.apply(o);
  table.advance(at(100));
  EXPECT_EQ(table.tracks()[0]->life, Life::live);
  table.advance(at(250));
  EXPECT_EQ(table.tracks()[0]->life, Life::coasting);
}

TEST(TrackTable, ListsWhatIsHeardButNotLocated) {
  TrackTable table;
  Observation o;
  o.kind = SourceKind::mode_s;
  o.address = icao_address(7);
  o.received_at = o.measured_at = at(0);
  o.squawk = std::uint16_t{1000};
  EXPECT_EQ(table.apply(o), Outcome::accepted);
  table.advance(at(1));
  ASSERT_EQ(table.size(), 1u);
  EXPECT_FALSE(table.tracks()[0]->position);
  EXPECT_EQ(table.tracks()[0]->life, Life::live);
  EXPECT_EQ(table.tracks()[0]->squawk->value, 1000);
}

TEST(TrackTable, RefusesAJumpAndSuspectsTheTrackUntilItWasCleanForAWhile) {
  TrackTable table;
  for (int t = 0; t < 10; ++t) table.apply(report(1, place(50, 8), eastward, t));
  EXPECT_EQ(table.apply(report(1, place(51, 8), eastward, 10)), Outcome::position_jump);
  EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::position_jump));
  EXPECT_LT(std::abs(track_of(table, 1).position->value.lat_degrees() - 50), 0.01);
  for (int t = 11; t < 69; ++t) {
    EXPECT_EQ(table.apply(report(1, place(50, 8), eastward, t)), Outcome::accepted);
    table.advance(at(t));
    EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::position_jump));
  }
  for (int t = 69; t < 73; ++t) table.apply(report(1, place(50, 8), eastward, t)), table.advance(at(t));
  EXPECT_EQ(track_of(table, 1).suspect, 0);
  EXPECT_EQ(track_of(table, 1).segment, 0);
  EXPECT_EQ(table.counters().of(Outcome::position_jump), 1u);
}

TEST(TrackTable, BelievesAJumpThatRepeatsConsistently) {
  TrackTable table;
  for (int t = 0; t < 10; ++t) table.apply(report(1, place(50, 8), eastward, t));
  for (int t = 10; t < 13; ++t) EXPECT_EQ(table.apply(report(1, place(51, 8), eastward, t)), Outcome::position_jump);
  EXPECT_EQ(table.apply(report(1, place(51, 8), eastward, 13)), Outcome::accepted);
  EXPECT_EQ(track_of(table, 1).segment, 1);
  EXPECT_NEAR(track_of(table, 1).position->value.lat_degrees(), 51, 0.01);
  EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::position_jump));
}

TEST(TrackTable, DoesNotBelieveJumpsThatDisagreeAmongThemselves) {
  TrackTable table;
  Random random(4);
  for (int t = 0; t < 10; ++t) table.apply(report(1, place(50, 8), eastward, t));
  for (int t = 10; t < 40; ++t) {
    EXPECT_EQ(table.apply(report(1, place(52 + random.uniform(0, 30), 8), eastward, t)), Outcome::position_jump);
  }
  EXPECT_EQ(track_of(table, 1).segment, 0);
}

// One address: an aircraft at 50 north heard each second, another at `north` half a second later, for so long.
void hear_two(TrackTable& table, double north, int from, int to) {
  for (int t = from; t < to; ++t) {
    EXPECT_EQ(table.apply(report(1, place(50, 8), eastward, t)), Outcome::accepted);
    Observation other = report(1, place(north, 8), eastward, t + 0.5);
    other.pressure_altitude = PressureAltitude(feet_of_height(10'000));
    table.apply(other);
    table.advance(at(t + 0.5));
  }
}

TEST(TwoUnderOneAddress, EachHaveATrackAndAreSuspect) {
  TrackTable table;
  hear_two(table, 52, 0, 60);
  ASSERT_EQ(table.size(), 2u);
  const Track &one = track_of(table, 1), &other = *table.find_second(icao_address(1));
  for (const Track* t : {&one, &other}) {
    EXPECT_TRUE(t->is_suspect(Suspicion::duplicate_address));
    EXPECT_EQ(t->segment, 0);
    ASSERT_TRUE(t->velocity);
    EXPECT_NEAR(t->velocity->value.speed.in(metres_per_second), 200, 2);
    EXPECT_EQ(t->life, Life::live);
  }
  EXPECT_NEAR(one.position->value.lat_degrees(), 50, 0.01);
  EXPECT_NEAR(other.position->value.lat_degrees(), 52, 0.01);
  EXPECT_EQ(one.pressure_altitude->value.above_datum(), feet_of_height(30'000));
  EXPECT_EQ(other.pressure_altitude->value.above_datum(), feet_of_height(10'000));
  EXPECT_EQ(table.links(), 0u);
  EXPECT_EQ(table.counters().duplicate_addresses, 1u);
  EXPECT_LE(table.counters().of(Outcome::position_jump), 10u) << "of the second, until it is believed";
}

TEST(TwoUnderOneAddress, KeepTheirKeysWhoeverComesAndGoes) {
  TrackTable table;
  hear_two(table, 52, 0, 30);
  const auto at_latitude = [&](double lat) {
    for (const Track* t : table.tracks()) {
      if (std::abs(t->position->value.lat_degrees() - lat) < 0.1) return to_string(t->key());
    }
    return std::string();
  };
  EXPECT_EQ(at_latitude(50), "000001");
  EXPECT_EQ(at_latitude(52), "000001~2");
  for (int t = 30; t < 400; ++t) table.apply(report(1, place(52, 8), eastward, t + 0.5)), table.advance(at(t + 0.5));
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(at_latitude(52), "000001~2") << "the first is forgotten; this is still the same aircraft";
  for (int t = 400; t < 430; ++t) {
    table.apply(report(1, place(50, 8), eastward, t));   // refused until it is believed again
    EXPECT_EQ(table.apply(report(1, place(52, 8), eastward, t + 0.5)), Outcome::accepted);
    table.advance(at(t + 0.5));
  }
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(at_latitude(52), "000001~2");
  EXPECT_EQ(at_latitude(50), "000001");
}

TEST(TwoUnderOneAddress, AreBothForgottenByHand) {
  TrackTable table;
  hear_two(table, 52, 0, 30);
  EXPECT_TRUE(table.remove(icao_address(1)));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find(icao_address(1)), nullptr);
  EXPECT_EQ(table.find_second(icao_address(1)), nullptr);
  EXPECT_FALSE(table.remove(icao_address(1)));
  hear_two(table, 52, 40, 70);
  EXPECT_EQ(table.size(), 2u);
}

TEST(TwoUnderOneAddress, ShareNamesAndNothingThatComesWithoutAPosition) {
  TrackTable table;
  hear_two(table, 52, 0, 30);
  Observation o = report(1, place(50, 8), eastward, 30.2);
  o.position.reset();
  o.squawk = std::uint16_t{7700};
  o.on_ground = true;
  o.velocity = GroundVelocity{metres_per_second(20), TrueBearing::degrees(0)};
  o.pressure_altitude = PressureAltitude(feet_of_height(100));
  EXPECT_EQ(table.apply(o), Outcome::accepted);
  for (const Track* t : table.tracks()) {
    EXPECT_EQ(t->squawk->value, 7700);
    EXPECT_FALSE(t->on_ground);
    EXPECT_GT(t->velocity->value.speed, metres_per_second(190));
    EXPECT_GE(t->pressure_altitude->value.above_datum(), feet_of_height(10'000));
  }
}

TEST(TwoUnderOneAddress, LeaveTheOtherBehindWhenOneFallsSilent) {
  TrackTable table;
  hear_two(table, 52, 0, 30);
  const TrackId second = table.find_second(icao_address(1))->id;
  for (int t = 30; t < 400; ++t) {
    EXPECT_EQ(table.apply(report(1, place(52, 8), eastward, t + 0.5)), Outcome::accepted);
    table.advance(at(t + 0.5));
  }
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(track_of(table, 1).id, second);
  EXPECT_EQ(table.find_second(icao_address(1)), nullptr);
  for (int t = 400; t < 470; ++t) table.apply(report(1, place(52, 8), eastward, t + 0.5)), table.advance(at(t + 0.5));
  EXPECT_EQ(track_of(table, 1).suspect & ~static_cast<unsigned>(Suspicion::duplicate_address), 0u);
}

TEST(TwoUnderOneAddress, AreBothForgottenWhenTheAddressIsRemoved) {
  TrackTable table;
  hear_two(table, 52, 0, 60);
  ASSERT_EQ(table.size(), 2u);
  EXPECT_TRUE(table.remove(icao_address(1)));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find(icao_address(1)), nullptr);
  EXPECT_EQ(table.find_second(icao_address(1)), nullptr);
  hear_two(table, 52, 100, 101);
  EXPECT_EQ(table.size(), 1u) << "a new track, without a second from before";
}

TEST(TwoUnderOneAddress, AreNotSeenInALateCopyNorBeyondTheBoundNorAThirdTime) {
  TrackTable near;
  hear_two(near, 50.05, 0, 60);  // 5.5 km: it flies as far in half a minute
  EXPECT_EQ(near.size(), 1u);
  EXPECT_TRUE(track_of(near, 1).is_suspect(Suspicion::duplicate_address));
  EXPECT_NEAR(track_of(near, 1).rejected_position->value.lat_degrees(), 50.05, 0.01);

  TrackOptions options;
  options.max_tracks = 1;
  TrackTable full(options);
  hear_two(full, 52, 0, 60);
  EXPECT_EQ(full.size(), 1u);

  TrackTable third;
  hear_two(third, 52, 0, 30);
  for (int t = 30; t < 60; ++t) {
    hear_two(third, 52, t, t + 1);
    EXPECT_EQ(third.apply(report(1, place(55, 8), eastward, t + 0.7)), Outcome::position_jump);
  }
  EXPECT_EQ(third.size(), 2u);
}

TEST(TrackTable, StopsBelievingAFrozenPosition) {
  TrackTable table;
  Outcome last = Outcome::accepted;
  for (int t = 0; t <= 16; ++t) {
    Observation o = report(1, place(50, 8), eastward, t);
    o.position = place(50, 8);
    last = table.apply(o);
  }
  EXPECT_EQ(last, Outcome::frozen_position);
  EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::frozen_position));
  EXPECT_LT(track_of(table, 1).position->measured_at, at(15.5));
}

TEST(TrackTable, LetsADroneHover) {
  TrackTable table;
  for (int t = 0; t <= 60; ++t) {
    Observation o = report(1, place(50, 8), {metres_per_second(0.5), {}}, t);
    o.position = place(50, 8);
    EXPECT_EQ(table.apply(o), Outcome::accepted);
  }
  EXPECT_EQ(track_of(table, 1).suspect, 0);
}

TEST(TrackTable, RefusesASpeedThatItsClassCannotFly) {
  PartyDirectory directory;
  directory.addresses.push_back({icao_address(1), PartyId{1}, AircraftClass::civil});
  TrackTable table({}, directory);
  Observation o = report(1, place(50, 8), {metres_per_second(500), {}}, 0);
  table.apply(o);
  EXPECT_FALSE(track_of(table, 1).velocity);
  EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::impossible_speed));
  o.address = icao_address(2);  // of unknown class: it may be a fighter
  table.apply(o);
  EXPECT_TRUE(track_of(table, 2).velocity);
}

TEST(TrackTable, SuspectsASpeedThatThePositionsDeny) {
  TrackTable table;
  for (int t = 0; t < 30; ++t) {
    Observation o = report(1, place(50, 8), eastward, t);
    o.velocity = GroundVelocity{metres_per_second(900), TrueBearing::degrees(90)};
    table.apply(o);
  }
  EXPECT_TRUE(track_of(table, 1).is_suspect(Suspicion::impossible_speed));
}

TEST(TrackTable, TakesWhatIsMeasuredInTheFutureAsMeasuredWhenReceived) {
  TrackTable table;
  Observation o = report(1, place(50, 8), eastward, 0);
  o.measured_at = at(3600);
  EXPECT_EQ(table.apply(o), Outcome::accepted);
  EXPECT_EQ(track_of(table, 1).position->measured_at, at(0));
  EXPECT_EQ(table.counters().future_times, 1u);
}

TEST(TrackTable, LeavesANewerPositionWhereAnOlderOneComesLate) {
  TrackTable table;
  table.apply(report(1, place(50, 8), eastward, 5));
  const auto before = track_of(table, 1).position->value;
  Observation late = report(1, place(50, 8), eastward, 3);
  late.received_at = at(6);
  EXPECT_EQ(table.apply(late), Outcome::out_of_order);
  EXPECT_EQ(track_of(table, 1).position->value, before);
  late = report(1, place(50, 8), eastward, 1);
  late.received_at = at(100);
  EXPECT_EQ(table.apply(late), Outcome::too_old);
}

TEST(TrackTable, KeepsAgesWhenTheClockStepsBack) {
  TrackTable table;
  for (int t = 0; t < 10; ++t) table.apply(report(1, place(50, 8), eastward, t));
  table.advance(at(12));
  table.advance(at(12 - 3600));
  EXPECT_EQ(table.counters().clock_steps_back, 1u);
  EXPECT_EQ(at(12 - 3600) - track_of(table, 1).position->measured_at, seconds(3));
  Observation o = report(1, place(50, 8), eastward, 13);
  o.received_at = o.measured_at = at(13 - 3600);
  EXPECT_EQ(table.apply(o), Outcome::accepted);
}

TEST(TrackTable, ForgetsATrackThatIsRemovedAndOnlyThat) {
  TrackTable table;
  for (const std::uint32_t number : {1u, 2u, 3u}) table.apply(report(number, place(50 + number, 8), eastward, 0));
  table.advance(at(0));
  EXPECT_TRUE(table.remove(icao_address(2)));
  EXPECT_FALSE(table.remove(icao_address(2)));
  EXPECT_EQ(table.find(icao_address(2)), nullptr);
  ASSERT_EQ(table.tracks().size(), 2u);
  EXPECT_EQ(table.tracks()[1]->address, icao_address(3));
  table.advance(at(1));
  EXPECT_EQ(table.size(), 2u);
  const TrackId third = table.tracks()[1]->id;
  table.apply(report(2, place(52, 8), eastward, 2));
  EXPECT_GT(track_of(table, 2).id, third);   // another track, not the old one
}

TEST(TrackTable, RefusesANewAircraftRatherThanEvictALiveOne) {
  TrackOptions options;
  options.max_tracks = 3;
  TrackTable table(options);
  for (std::uint32_t n = 1; n <= 3; ++n) {
    table.apply(report(n, place(50 + n, 8), eastward, 0));
    table.apply(report(n, place(50 + n, 8), eastward, 1));
  }
  table.advance(at(1));
  EXPECT_EQ(table.apply(report(4, place(60, 8), eastward, 1)), Outcome::table_full);
  EXPECT_EQ(table.size(), 3u);
  table.apply(report(2, place(52, 8), eastward, 70));
  table.apply(report(3, place(53, 8), eastward, 70));
  table.advance(at(70));
  EXPECT_EQ(table.apply(report(4, place(60, 8), eastward, 70)), Outcome::accepted);
  EXPECT_EQ(table.find(icao_address(1)), nullptr);
  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table.counters().evicted, 1u);
}

TEST(TrackTable, CountsWhatItCannotTake) {
  TrackTable table;
  Observation o = report(1, place(50, 8), eastward, 0);
  o.position = geo::Position{910'000'000, 0};
  EXPECT_EQ(table.apply(o), Outcome::bad_position);
  o.velocity = GroundVelocity{metres_per_second(std::nan("")), {}};
  table.apply(o);
  EXPECT_EQ(table.counters().bad_fields, 1u);
  o.address = {AddressKind::report, 0, {}};
  EXPECT_EQ(table.apply(o), Outcome::bad_address);
  o.received_at = Time::min();
  EXPECT_EQ(table.apply(o), Outcome::bad_time);
}

TEST(TrackTable, EstimatesVelocityAndClimbWhereNoneIsReported) {
  TrackTable table;
  for (int t = 0; t <= 30; ++t) {
    Observation o = report(1, place(50, 8), eastward, t);
    o.velocity.reset();
    o.pressure_altitude = PressureAltitude(feet_of_height(std::floor((10'000 + t * 20) / 25.0) * 25));
    table.apply(o);
  }
  const Track& t = track_of(table, 1);
  ASSERT_TRUE(t.velocity && t.vertical_rate);
  EXPECT_TRUE(t.velocity_from_positions);
  EXPECT_NEAR(t.velocity->value.speed.in(metres_per_second), 200, 5);
  EXPECT_NEAR(t.velocity->value.track.in_degrees(), 90, 1);
  EXPECT_TRUE(t.vertical_rate_from_altitudes);
  EXPECT_NEAR(t.vertical_rate->value.in_feet_per_minute(), 1200, 200);
}

TEST(TrackTable, EstimatesTheTurnRate) {
  TrackTable table;
  for (int t = 0; t <= 12; ++t) {
    Observation o = report(1, place(50, 8), eastward, t);
    o.position.reset();
    o.velocity = GroundVelocity{metres_per_second(200), TrueBearing::degrees(340 + 3 * t)};
    table.apply(o);
  }
  ASSERT_TRUE(track_of(table, 1).turn_rate);
  EXPECT_NEAR(track_of(table, 1).turn_rate->value.in(degrees_per_second), 3, 0.1);
}

TEST(Parties, AreGivenByTheStrongestBasisAndConflictsAreMarked) {
  PartyDirectory directory;
  directory.ranges.push_back({0x100, 0x1FF, PartyId{1}, AircraftClass::state});
  directory.callsigns.push_back({"RLF", PartyId{3}, AircraftClass::humanitarian});
  directory.callsigns.push_back({"R", PartyId{2}, AircraftClass::unknown});
  directory.feeds.push_back({SourceId{5}, PartyId{2}, AircraftClass::unmanned});
  TrackTable table({}, directory);
  Observation o = report(0x150, place(50, 8), eastward, 0);
  o.callsign = FixedString<8>("RLF12");
  table.apply(o);
  EXPECT_EQ(track_of(table, 0x150).party, PartyId{1});
  EXPECT_EQ(track_of(table, 0x150).party_basis, PartyBasis::address);
  EXPECT_TRUE(track_of(table, 0x150).party_conflict);
  EXPECT_EQ(track_of(table, 0x150).aircraft_class, AircraftClass::state);
  o.address = icao_address(0x300);
  table.apply(o);
  EXPECT_EQ(track_of(table, 0x300).party, PartyId{3});
  EXPECT_EQ(track_of(table, 0x300).party_basis, PartyBasis::callsign);
  EXPECT_FALSE(track_of(table, 0x300).party_conflict);
  o.source = SourceId{5};
  o.received_at = o.measured_at = at(1);
  table.apply(o);
  EXPECT_EQ(track_of(table, 0x300).party_basis, PartyBasis::feed);
  table.set_directory({});
  EXPECT_EQ(track_of(table, 0x150).party, unknown_party);
  EXPECT_EQ(track_of(table, 0x150).party_basis, PartyBasis::none);
}

TEST(Memory, IsBelowOneKilobyteForEachOfAHundredThousandTracks) {
  constexpr std::uint32_t count = 100'000;
  const auto in_use = [] {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const std::size_t before = in_use();
  TrackTable table;
  for (std::uint32_t n = 0; n < count; ++n) {
    Observation o = report(n, place(0.001 * (n % 80'000), 0.001 * (n / 2)), eastward, 0);
    o.callsign = FixedString<8>("ABC1234");
    ASSERT_EQ(table.apply(o), Outcome::accepted);
  }
  table.advance(at(1));
  const double each = (static_cast<double>(in_use()) - static_cast<double>(before)) / count;
  ASSERT_EQ(table.size(), count);
  if (each < 100) GTEST_SKIP() << "a sanitizer's allocator: the C library's has nothing to count";
  EXPECT_LE(each, 1000) << "as allocated, with the indexes";
  EXPECT_GE(each, 500) << "the measurement itself";
  EXPECT_NEAR(each, static_cast<double>(TrackTable::bytes_per_track()), 60);
  std::cout << "bytes per track: " << each << '\n';
}

}  // namespace
}  // namespace skypact::track
