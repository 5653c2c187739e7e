// The simulated sky does what its script says, and sends it as a transponder would.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "geo/ellipsoid.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"
#include "wire/adsb.h"
#include "wire/beast.h"

namespace skypact::sim {
namespace {

const Time start = Time{} + std::chrono::hours(500'000);

std::size_t index_of(const World& world, std::string_view callsign) {
  for (std::size_t i = 0; i < world.flights().size(); ++i) {
    if (world.flights()[i].callsign == callsign) return i;
  }
  ADD_FAILURE() << "no flight " << callsign;
  return 0;
}

struct Separation {
  double horizontal_nm, vertical_ft;
};
Separation between(const World& world, std::string_view a, std::string_view b) {
  const Aircraft& one = world.aircraft()[index_of(world, a)];
  const Aircraft& other = world.aircraft()[index_of(world, b)];
  return {geo::surface_length_of_chord(norm(one.motion.place - other.motion.place)) / 1852, std::fabs(one.altitude_ft - other.altitude_ft)};
}

TEST(World, TurnsAtTheStatedRateAndStopsOnTheTrack) {
  Flight flight;
  flight.start = {34'0000000, 29'5000000};
  flight.track_deg = 350;
  flight.ground_speed_kt = 300;
  flight.turn_rate_deg_s = 3;
  flight.actions = {{.at = seconds(10), .turn_to_deg = 20.0}};
  World world({flight}, start);
  world.advance_to(start + seconds(15));
  EXPECT_NEAR(track_deg(world.aircraft()[0].motion), 5, 0.5);  // the shorter way, through north
  world.advance_to(start + seconds(30));
  EXPECT_NEAR(track_deg(world.aircraft()[0].motion), 20, 0.1);
  EXPECT_NEAR(norm(world.aircraft()[0].motion.velocity), 300 * 1852.0 / 3600, 1e-6);
}

TEST(World, ClimbsToTheSelectedAltitudeAndLevelsOffThere) {
  Flight flight;
  flight.altitude_ft = 10'000;
  flight.actions = {{.at = seconds(0), .climb_to_ft = 9'000, .vertical_rate_fpm = 1200}};
  World world({flight}, start);
  world.advance_to(start + seconds(25));
  EXPECT_NEAR(world.aircraft()[0].altitude_ft, 9'500, 3);
  world.advance_to(start + seconds(60));
  EXPECT_EQ(world.aircraft()[0].altitude_ft, 9'000);
  EXPECT_EQ(world.aircraft()[0].vertical_rate_fpm, 0);
}

TEST(DemoScenario, GivesEveryFlightANameOfItsOwnThatATransponderCanSend) {
  std::map<std::string, int> seen;
  for (const Flight& flight : demo_scenario(1).flights) {
    EXPECT_LE(flight.callsign.size(), 8u) << flight.callsign;
    EXPECT_EQ(++seen[flight.callsign], 1) << flight.callsign;
  }
}

TEST(DemoScenario, HasTheSizeItClaimsAndUniqueAddresses) {
  const Scenario scenario = demo_scenario(1);
  EXPECT_GE(scenario.flights.size(), 55u);
  EXPECT_LE(scenario.flights.size(), 65u);
  std::map<Address, int> seen;
  for (const Flight& flight : scenario.flights) EXPECT_EQ(++seen[flight.address], 1) << to_string(flight.address);
}

TEST(DemoScenario, ResolvesItsConflictByTheDescentAndOnlyByIt) {
  Scenario scenario = demo_scenario(1);
  World resolved(scenario.flights, start);
  for (Flight& flight : scenario.flights) {
    if (flight.callsign == "NORTH21") flight.actions.clear();
  }
  World unresolved(scenario.flights, start);
  bool lost_without = false;
  for (int t = 0; t <= 240; ++t) {
    resolved.advance_to(start + seconds(t));
    unresolved.advance_to(start + seconds(t));
    const Separation with = between(resolved, "NORTH21", "SOUTH07"), without = between(unresolved, "NORTH21", "SOUTH07");
    EXPECT_TRUE(with.horizontal_nm >= 5 || with.vertical_ft >= 1000) << t;
    lost_without |= without.horizontal_nm < 5 && without.vertical_ft < 1000;
  }
  EXPECT_TRUE(lost_without);
}

TEST(DemoScenario, KeepsTheQuietPairsApart) {
  World world(demo_scenario(1).flights, start);
  double closest_same_level = 1e9, closest_stacked = 1e9;
  for (int t = 0; t <= 300; ++t) {
    world.advance_to(start + seconds(t));
    closest_same_level = std::min(closest_same_level, between(world, "NORTH22", "SOUTH08").horizontal_nm);
    closest_stacked = std::min(closest_stacked, between(world, "NORTH23", "SOUTH09").horizontal_nm);
    EXPECT_EQ(between(world, "NORTH23", "SOUTH09").vertical_ft, 1000);
  }
  EXPECT_GT(closest_same_level, 8);
  EXPECT_LT(closest_same_level, 11);
  EXPECT_LT(closest_stacked, 0.2);
}

TEST(Transmitter, SendsTheSameBytesForTheSameSeed) {
  const auto bytes_of = [](std::uint64_t seed) {
    World world(demo_scenario(7).flights, start);
    Transmitter transmitter(world, seed);
    std::vector<std::uint8_t> bytes;
    for (int t = 1; t <= 20; ++t) append_beast(transmitter.advance_to(start + seconds(t)).frames, start, bytes);
    return bytes;
  };
  EXPECT_EQ(bytes_of(3), bytes_of(3));
  EXPECT_NE(bytes_of(3), bytes_of(4));
}

TEST(Transmitter, SendsPositionsTwiceASecondInOrderOfTime) {
  World world(demo_scenario(1).flights, start);
  Transmitter transmitter(world, 1);
  const Sent sent = transmitter.advance_to(start + seconds(60));
  std::map<std::size_t, int> positions;
  Time last = start;
  for (const Transmission& t : sent.frames) {
    EXPECT_LE(last, t.at);
    last = t.at;
    const unsigned type_code = t.bytes[4] >> 3;
    if (t.size == 14 && type_code >= 9 && type_code <= 18) ++positions[t.flight];
  }
  for (std::size_t i = 0; i < world.flights().size(); ++i) {
    const bool squitters = world.flights()[i].equipment == Equipment::adsb;
    EXPECT_NEAR(positions[i], squitters ? 120 : 0, squitters ? 6 : 0) << world.flights()[i].callsign;
  }
  const auto from_first_drone = [](const Report& r) { return r.line.find("relief-uas-1") != std::string::npos; };
  EXPECT_NEAR(std::count_if(sent.reports.begin(), sent.reports.end(), from_first_drone), 57, 3);
}

TEST(Transmitter, SendsBeastThatReadsBackFrameByFrame) {
  World world(demo_scenario(1).flights, start);
  Transmitter transmitter(world, 1);
  const Sent sent = transmitter.advance_to(start + seconds(30));
  std::vector<std::uint8_t> bytes;
  append_beast(sent.frames, start, bytes);
  wire::BeastFramer framer;
  std::size_t i = 0;
  framer.push(bytes, [&](const wire::ModeSFrame& frame) {
    ASSERT_LT(i, sent.frames.size());
    EXPECT_TRUE(std::equal(frame.payload().begin(), frame.payload().end(), sent.frames[i].bytes.begin()));
    EXPECT_EQ(frame.timestamp, static_cast<std::uint64_t>((sent.frames[i].at - start).count() * 12 / 1000));
    ++i;
  });
  EXPECT_EQ(i, sent.frames.size());
}

}  // namespace
}  // namespace skypact::sim
