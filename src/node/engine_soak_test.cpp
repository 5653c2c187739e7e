// A day in which nobody answers an alert: what is open, and the memory that it takes, stay small, and nothing that
// was grave is gone.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "geo/trigonometry.h"
#include "node/engine.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T00:00:00Z");
constexpr double south = 34, north = 37, west = 20, east = 24;   // what the receiver covers: some 180 NM each way

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }
const std::array airports{at(35.2, 21.0), at(36.1, 22.9)};

// One flight through the covered air. It is heard from its begin to its end, but for one silence.
struct Flight {
  std::uint32_t address = 0;
  int begin_s = 0, end_s = 0, silent_from_s = 0, silent_to_s = 0;
  geo::GroundMotion motion;
  double speed_kt = 0, level_ft = 0;
  bool departs = false, arrives = false;
  std::uint16_t squawk = 1000;
};

Flight flight(Random& random, std::uint32_t number, int now_s) {
  Flight f;
  // Few enough that some come back within the day.
  f.address = 0x100000 * (1 + number % 3) + static_cast<std::uint32_t>(random.below(900));
  f.begin_s = now_s;
  f.speed_kt = random.uniform(220, 480);
  f.level_ft = 1000.0 * static_cast<double>(random.below(22)) + 15'000;
  const double way = random.uniform();
  f.departs = way < 0.25;
  f.arrives = way > 0.75;
  const bool sides = random.chance(0.5);
  geo::Position edge = sides ? at(random.uniform(south, north), random.chance(0.5) ? west : east)
                             : at(random.chance(0.5) ? south : north, random.uniform(west, east));
  const geo::Position inner = f.departs || f.arrives ? airports[random.below(airports.size())]
                                                     : at(random.uniform(south + 0.5, north - 0.5), random.uniform(west + 0.5, east - 0.5));
  const geo::Position from = f.departs ? inner : edge;
  const geo::RangeAndBearing to = geo::range_and_bearing(from, f.departs ? edge : inner);
  f.motion = geo::ground_motion(from, knots(f.speed_kt), to.bearing);
  // A crossing flight goes on beyond its inner point until it leaves; the others end where their way ends.
  const double seconds_there = to.range.in(metres) / knots(f.speed_kt).in(metres_per_second);
  f.end_s = now_s + static_cast<int>(seconds_there * (f.departs || f.arrives ? 1 : random.uniform(1.2, 2.5)));
  if (random.chance(0.1)) {
    f.silent_from_s = now_s + static_cast<int>(random.uniform(0, seconds_there));
    f.silent_to_s = f.silent_from_s + static_cast<int>(random.uniform(30, 900));
  }
  if (random.chance(0.01)) f.squawk = 7700;
  return f;
}

std::optional<Observation> heard(const Flight& f, int now_s, Random& random) {
  if (now_s > f.end_s || (now_s >= f.silent_from_s && now_s < f.silent_to_s)) return std::nullopt;
  constexpr double lowest_ft = 1500, climb_fpm = 1800;
  const double from_s = now_s - f.begin_s, left_s = f.end_s - now_s;
  double altitude_ft = f.level_ft, rate_fpm = 0;
  if (f.departs && lowest_ft + climb_fpm * from_s / 60 < altitude_ft) altitude_ft = lowest_ft + climb_fpm * from_s / 60, rate_fpm = climb_fpm;
  if (f.arrives && lowest_ft + climb_fpm * left_s / 60 < altitude_ft) altitude_ft = lowest_ft + climb_fpm * left_s / 60, rate_fpm = -climb_fpm;
  const geo::GroundMotion here = geo::after(f.motion, from_s);
  const geo::Position position = geo::position_of(here.place);
  if (!f.departs && !f.arrives && from_s > 0) {
    const double lat = position.lat_degrees(), lon = position.lon_degrees();
    if (lat < south || lat > north || lon < west || lon > east) return std::nullopt;
  }
  const geo::LocalAxes axes = geo::local_axes(position);
  Observation o;
  o.address = icao_address(f.address);
  o.received_at = o.measured_at = start + seconds(now_s);
  o.position = position;
  o.accuracy = metres(30);
  o.velocity = GroundVelocity{knots(f.speed_kt + random.uniform(-1, 1)),
                              TrueBearing::degrees(geo::atan2_degrees(dot(here.velocity, axes.east), dot(here.velocity, axes.north)) + random.uniform(-0.3, 0.3))};
  o.pressure_altitude = PressureAltitude(feet_of_height(altitude_ft + 25.0 * static_cast<double>(random.below(3)) - 25));
  o.vertical_rate = feet_per_minute(rate_fpm + 64.0 * static_cast<double>(random.below(3)) - 64);
  o.squawk = f.squawk;
  return o;
}

std::size_t bytes_in_use() {
#ifdef __GLIBC__
  return mallinfo2().uordblks;
#else
  return 0;
#endif
}

Config config() {
  Config c;
  c.feeds.resize(1);
  c.feeds[0].name = "receiver";
  for (std::uint32_t p = 1; p <= 3; ++p) {
    c.rules.parties.push_back({std::string(1, static_cast<char>('a' + p)), "Party", "P"});
    PartyAircraft aircraft;
    aircraft.addresses.push_back({0x100000 * p, 0x100000 * p + 0xFFFFF});
    c.aircraft.push_back(aircraft);
  }
  for (const geo::Position p : {at(35.6, 22.0), at(36.4, 20.9)}) {
    Zone zone;
    zone.id = "zone" + std::to_string(c.rules.zones.size());
    zone.centre = p;
    zone.radius = nautical_miles(8);
    c.rules.zones.push_back(zone);
  }
  return c;
}

// What somebody who only reads the events knows of one alert.
struct Seen {
  Severity gravest = Severity::advisory;
  AlertState before = AlertState::predicted;
  bool acknowledged = false;
};

struct Watcher {
  std::map<AlertId, Seen> alerts;
  std::size_t raised = 0, ended_unobserved = 0, ended_grave_unobserved = 0, ended_distress = 0;

  void take(const Alert& alert) {
    const auto [at, is_new] = alerts.try_emplace(alert.id);
    Seen& seen = at->second;
    raised += is_new ? 1 : 0;
    seen.gravest = std::max(seen.gravest, alert.severity);
    seen.acknowledged = !alert.acknowledgements.empty();
    if (alert.state == AlertState::ended) {
      const bool unobserved = seen.before == AlertState::unobserved;
      ended_unobserved += unobserved ? 1 : 0;
      ended_grave_unobserved += unobserved && seen.gravest >= Severity::warning && !seen.acknowledged ? 1 : 0;
      ended_distress += alert.kind == AlertKind::distress && !seen.acknowledged ? 1 : 0;
      alerts.erase(at);
    } else {
      seen.before = alert.state;
    }
  }
};

TEST(EngineSoak, KeepsLittleOpenInADayWithoutAnAnswerAndLosesNothingGrave) {
  // SKYPACT_LONG_TESTS=1 runs the whole day.
  const int hours = std::getenv("SKYPACT_LONG_TESTS") != nullptr ? 24 : 2;
  Random random(20260101);
  Engine engine(config());
  std::vector<Flight> flights;
  std::uint32_t number = 0;
  Watcher watcher;
  std::size_t most_open = 0, most_advisories_unobserved = 0, distress = 0;
  const auto fly = [&](int from_s, int to_s) {
    for (int s = from_s; s < to_s; ++s) {
      if (random.chance(1.0 / 25)) flights.push_back(flight(random, number++, s));
      std::erase_if(flights, [&](const Flight& f) { return s > f.end_s; });
      FeedBatch batch;
      batch.feed = SourceId{0};
      batch.received_at = start + seconds(s);
      for (const Flight& f : flights) {
        if (const auto o = heard(f, s, random)) batch.observations.push_back(*o);
      }
      batch.messages = batch.observations.size();
      engine.observe(batch);
      for (const Event& e : engine.tick(start + seconds(s))) {
        if (const Alert* alert = std::get_if<Alert>(&e.what)) watcher.take(*alert);
      }
      const auto& open = engine.picture()->alerts;
      most_open = std::max(most_open, open.size());
      distress = std::max(distress, static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [](const Alert& a) { return a.kind == AlertKind::distress; })));
      most_advisories_unobserved = std::max(most_advisories_unobserved, static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [](const Alert& a) {
        return a.state == AlertState::unobserved && a.severity == Severity::advisory;
      })));
    }
  };

  fly(1, 3600);
  const std::size_t bytes_at_first = bytes_in_use();
  fly(3600, hours * 3600);
  const std::size_t unanswered = engine.picture()->alerts.size(), bytes_unanswered = bytes_in_use();
  EXPECT_EQ(watcher.ended_grave_unobserved, 0u);
  EXPECT_EQ(watcher.ended_distress, 0u);
  EXPECT_GE(distress, 1u);
  EXPECT_GT(watcher.ended_unobserved, 0u) << "no advisory was let go";
  EXPECT_LE(most_advisories_unobserved, 20u);
  EXPECT_LE(most_open, static_cast<std::size_t>(40 + 20 * hours)) << "what was grave waits, and nothing else";

  // Somebody comes and looks at all of it.
  const auto shown = engine.picture()->alerts;
  const Time now = start + seconds(hours * 3600 - 1);
  for (const Alert& a : shown) ASSERT_TRUE(engine.apply(Acknowledge{a.key, PartyId{1}, "duty", Intention::seen, ""}, now));
  fly(hours * 3600, hours * 3600 + 1900);
  EXPECT_LE(engine.picture()->alerts.size(), 40u);
  const std::size_t bytes_answered = bytes_in_use();
  EXPECT_LE(bytes_answered, bytes_at_first + 3'000'000);
  std::cout << hours << " h, " << number << " flights, " << watcher.raised << " alerts raised; open at the most " << most_open << ", at the end "
            << unanswered << ", half an hour after all were acknowledged " << engine.picture()->alerts.size() << "; bytes allocated after one hour "
            << bytes_at_first << ", at the end " << bytes_unanswered << ", half an hour after " << bytes_answered << "\n";
}

}  // namespace
}  // namespace skypact::node
