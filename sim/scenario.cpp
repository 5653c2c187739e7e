#include "sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "sim/world.h"

namespace skypact::sim {
namespace {

constexpr geo::Position centre{34'0000000, 29'5000000};

constexpr std::string_view configuration = R"(
[[party]]
id = "north"
name = "North"
badge = "NRTH"
aircraft = ["F10000-F1FFFF"]
callsigns = ["NORTH"]

[[party]]
id = "south"
name = "South"
badge = "STH"
aircraft = ["F20000-F2FFFF"]
callsigns = ["SOUTH"]

[[party]]
id = "relief"
name = "Relief"
badge = "RLF"
aircraft = ["F30000-F3FFFF"]
callsigns = ["RELIEF"]

[minima]
horizontal = "2nm"
vertical = "1000ft"
)";

// East and north of the centre, in nautical miles.
geo::Position at(double east_nm, double north_nm) {
  const geo::LocalAxes axes = geo::local_axes(centre);
  return geo::position_of(geo::place_of(centre) + axes.east * (east_nm * 1852) + axes.north * (north_nm * 1852));
}

// The start of a flight on `track_deg` that is at (east, north) after `seconds`.
geo::Position before(double east_nm, double north_nm, double track_deg, double speed_kt, double time_s) {
  const auto there = geo::ground_motion(at(east_nm, north_nm), knots(speed_kt), TrueBearing::degrees(track_deg));
  return geo::position_of(geo::after(there, -time_s).place);
}

struct Fleet {
  std::string party, callsign;
  std::uint32_t addresses;
  AircraftClass aircraft_class;
  std::string category;
};

Flight flight_of(const Fleet& fleet, unsigned number) {
  Flight flight;
  flight.address = icao_address(fleet.addresses + number);
  flight.callsign = fmt::format("{}{:02}", fleet.callsign, number);
  flight.party = fleet.party;
  flight.aircraft_class = fleet.aircraft_class;
  flight.category = fleet.category;
  flight.squawk = static_cast<std::uint16_t>(1000 + number);
  return flight;
}

const Fleet north{"north", "NORTH", 0xF10000, AircraftClass::state, "A6"};
const Fleet south{"south", "SOUTH", 0xF20000, AircraftClass::state, "A6"};
const Fleet relief{"relief", "RELIEF", 0xF30000, AircraftClass::humanitarian, "A3"};
const Fleet north_drones{"north", "NORTH", 0xF11000, AircraftClass::unmanned, "B6"};
const Fleet south_drones{"south", "SOUTH", 0xF21000, AircraftClass::unmanned, "B6"};
const Fleet relief_drones{"relief", "RELIEF", 0xF31000, AircraftClass::unmanned, "B6"};
const Fleet transit{"", "TRANS", 0xF40000, AircraftClass::civil, "A5"};

std::vector<Flight> scripted() {
  std::vector<Flight> flights;
  // A flight that is at (east, north) after `time_s`, straight and level until its actions.
  const auto add = [&](const Fleet& fleet, unsigned number, double east_nm, double north_nm, double track, double speed_kt,
                       double altitude_ft, double time_s, std::vector<Action> actions = {}) {
    Flight flight = flight_of(fleet, number);
    flight.start = before(east_nm, north_nm, track, speed_kt, time_s);
    flight.track_deg = track;
    flight.ground_speed_kt = speed_kt;
    flight.altitude_ft = altitude_ft;
    flight.actions = std::move(actions);
    flights.push_back(std::move(flight));
  };

  add(north, 21, 0, 0, 90, 420, 24'000, 170, {{.at = DemoScript::conflict_resolved_by, .climb_to_ft = 22'000, .vertical_rate_fpm = 2500}});
  add(south, 7, 0, 0, 0, 400, 24'000, 170);

  add(south_drones, 51, 50, -24, 90, 120, 4'000, DemoScript::zone_entered_about.count() / 1e9,
      {{.at = seconds(150), .turn_to_deg = 180.0}});

  add(relief, 33, -45, 35, 120, 240, 16'000, 60,
      {{.at = DemoScript::emergency_at, .climb_to_ft = 10'000, .vertical_rate_fpm = 1200, .squawk = std::uint16_t{7700}, .emergency = Emergency::general}});

  add(north, 22, -60, -40, 90, 400, 28'000, 120);
  add(south, 8, -60, -40, 0, 400, 28'000, 240);

  add(north, 23, 70, 60, 135, 440, 31'000, 100);
  add(south, 9, 70, 60, 45, 440, 32'000, 100);

  // Side by side, in the far corner.
  add(north, 24, -100, 72, 90, 300, 26'000, 0);
  add(south, 10, -100, 76, 90, 300, 26'000, 0);

  add(transit, 1, 20, 75, 250, 450, 37'000, 30, {{.at = DemoScript::near_miss_of_7600_at, .squawk = std::uint16_t{7601}}});

  // Relief's own drones around the camp, without transponders.
  for (unsigned i = 0; i < 3; ++i) {
    add(relief_drones, 61 + i, 56 + 1.5 * i, -25 + 1.5 * i, 40 + 100 * i, 35, 300 + 100 * i, 0);
    Flight& drone = flights.back();
    drone.equipment = Equipment::reports;
    drone.address = {AddressKind::report, 0, FixedString<24>(fmt::format("relief-uas-{}", i + 1))};
    drone.turn_rate_deg_s = 3;
    for (unsigned leg = 1; leg < 200; ++leg) {
      drone.actions.push_back({.at = seconds(45 * leg), .turn_to_deg = std::fmod(drone.track_deg + 180.0 * leg, 360.0)});
    }
  }
  return flights;
}

// Where a flight is every ten seconds of twenty-five minutes.
struct Path {
  static constexpr int points = 150;
  std::vector<geo::Vec3> places;
  std::vector<double> altitudes_ft;

  explicit Path(const Flight& flight) {
    World world({flight}, Time{});
    for (int i = 0; i < points; ++i) {
      world.advance_to(Time{} + seconds(10 * i));
      places.push_back(world.aircraft()[0].motion.place);
      altitudes_ft.push_back(world.aircraft()[0].altitude_ft);
    }
  }
};

// Well clear: twice and a half the default minima horizontally between samples of ten seconds, or one and a half
// vertically at all times.
bool well_clear(const Path& a, const Path& b) {
  for (std::size_t i = 0; i < a.places.size(); ++i) {
    const geo::Vec3 apart = a.places[i] - b.places[i];
    if (std::fabs(a.altitudes_ft[i] - b.altitudes_ft[i]) < 1500 && dot(apart, apart) < 12.5 * 1852 * 12.5 * 1852) return false;
  }
  return true;
}

// Every aircraft turns back towards the middle now and then, so that the sky stays populated.
void roam(Flight& flight, Random& random, Duration first, Duration every) {
  double track = flight.track_deg;
  for (int leg = 0; leg < 40; ++leg) {
    track = std::fmod(track + random.uniform(150, 210), 360.0);
    flight.actions.push_back({.at = first + every * leg, .turn_to_deg = track});
  }
}

}  // namespace

Scenario demo_scenario(std::uint64_t seed) {
  Random random(seed);
  Scenario scenario{centre, {}, scripted()};
  const geo::Position camp = at(56, -24);
  scenario.configuration = fmt::format(R"({}
[[zone]]
id = "relief-camp"
name = "Relief camp"
rule = "keep_clear"
centre = [{:.6f}, {:.6f}]
radius = "6nm"
floor = "surface"
ceiling = "FL100"
exempt = ["relief"]
)",
                                       configuration, camp.lat_degrees(), camp.lon_degrees());

  std::vector<Path> paths;
  for (const Flight& flight : scenario.flights) paths.emplace_back(flight);

  struct Share {
    Fleet fleet;
    unsigned first_number, count;
    double lowest_ft, highest_ft, step_ft, slowest_kt, fastest_kt;
  };
  const std::vector<Share> shares = {
      {north, 40, 9, 18'000, 39'000, 1'000, 360, 480}, {south, 20, 9, 18'000, 39'000, 1'000, 360, 480},
      {relief, 40, 8, 9'000, 19'000, 1'000, 200, 280},  {transit, 2, 14, 33'000, 41'000, 1'000, 430, 490},
      {north_drones, 71, 3, 3'000, 7'000, 500, 70, 130}, {south_drones, 52, 3, 3'000, 7'000, 500, 70, 130},
      {relief_drones, 71, 4, 1'000, 2'500, 500, 40, 60}};
  for (const Share& share : shares) {
    for (unsigned i = 0; i < share.count; ++i) {
      // A place that is well clear of everyone is found within a few tries; after 200 the sky is full enough.
      for (int attempt = 0; attempt < 200; ++attempt) {
        Flight flight = flight_of(share.fleet, share.first_number + i);
        const double track = random.uniform(0, 360);
        flight.start = at(random.uniform(-110, 110), random.uniform(-80, 80));
        flight.track_deg = track;
        flight.ground_speed_kt = random.uniform(share.slowest_kt, share.fastest_kt);
        const double steps = std::floor((share.highest_ft - share.lowest_ft) / share.step_ft + 1);
        flight.altitude_ft = share.lowest_ft + share.step_ft * std::floor(random.uniform(0, steps));
        if (random.chance(0.25) && share.fleet.aircraft_class != AircraftClass::unmanned) {
          flight.actions.push_back({.at = from_seconds(random.uniform(20, 90)), .climb_to_ft = flight.altitude_ft - 2'000});
        }
        roam(flight, random, minutes(9) + from_seconds(random.uniform(0, 120)), minutes(10));
        Path path(flight);
        if (!std::all_of(paths.begin(), paths.end(), [&](const Path& other) { return well_clear(path, other); })) continue;
        paths.push_back(std::move(path));
        scenario.flights.push_back(std::move(flight));
        break;
      }
    }
  }
  return scenario;
}

std::vector<Flight> random_flights(std::size_t count, std::uint64_t seed, const Region& region) {
  Random random(seed);
  std::vector<Flight> flights;
  flights.reserve(count);
  const double east = region.east >= region.west ? region.east : region.east + 360;
  for (std::size_t i = 0; i < count; ++i) {
    Flight flight;
    flight.address = icao_address(static_cast<std::uint32_t>(0x100000 + i));
    flight.callsign = fmt::format("SIM{:05}", i % 100'000);
    flight.start = *geo::Position::from_degrees(random.uniform(region.south, region.north), random.uniform(region.west, east));
    flight.altitude_ft = 1000.0 * std::floor(random.uniform(2, 41));
    flight.track_deg = random.uniform(0, 360);
    flight.ground_speed_kt = random.uniform(200, 500);
    if (random.chance(0.3)) {
      flight.actions.push_back({.at = from_seconds(random.uniform(0, 300)),
                                .climb_to_ft = 1000.0 * std::floor(random.uniform(2, 41)),
                                .vertical_rate_fpm = random.uniform(500, 2500)});
    }
    flights.push_back(std::move(flight));
  }
  return flights;
}

}  // namespace skypact::sim
