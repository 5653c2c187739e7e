// Two aircraft under one address, from their reports through the track table to the alerts of each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guard/test_sky.h"
#include "track/track_table.h"

namespace skypact::guard {
namespace {

using namespace test;
using ::testing::HasSubstr;

constexpr std::uint32_t twice = 0x3C6444, outsider = 0x4D2023;

// What is heard of one aircraft at a time.
Observation heard(const Flight& f, double t) {
  const Track k = track_of(f, t);
  Observation o;
  o.address = icao_address(f.address);
  o.received_at = o.measured_at = start + from_seconds(t);
  o.position = k.position->value;
  o.accuracy = metres(30);
  o.velocity = k.velocity->value;
  o.pressure_altitude = k.pressure_altitude->value;
  o.vertical_rate = k.vertical_rate->value;
  return o;
}

struct Watch {
  std::shared_ptr<Rules> rules = test::rules();
  track::TrackTable table;
  Guard guard;

  Watch() {
    track::PartyDirectory directory;
    directory.ranges = {{0x3C0000, 0x3CFFFF, north, AircraftClass::state}, {0x4D0000, 0x4DFFFF, south, AircraftClass::state}};
    table.set_directory(directory);
  }
  // Each aircraft is heard once a second, one after the other, as their transponders happen to.
  void fly(const std::vector<Flight>& flights, int from_s, int to_s) {
    for (int s = from_s; s <= to_s; ++s) {
      for (std::size_t i = 0; i < flights.size(); ++i) table.apply(heard(flights[i], s - 0.9 + 0.8 * static_cast<double>(i) / static_cast<double>(flights.size())));
      const Time now = start + seconds(s);
      table.advance(now);
      guard.step({.now = now, .tracks = table.tracks(), .rules = rules}, serial);
    }
  }
  [[nodiscard]] const Alert* open(std::string_view key) const {
    for (const Alert& a : guard.open()) {
      if (a.key == key) return &a;
    }
    return nullptr;
  }
  [[nodiscard]] std::string all() const {
    std::string keys;
    for (const Alert& a : guard.open()) keys += a.key + " ";
    return keys;
  }
};

// Two that begin so many miles apart and fly towards each other on one level, and one that waits for the second.
std::vector<Flight> meeting(double apart_nm) {
  const auto middle = at(50, 10);
  return {{.address = twice, .party = {}, .position = beside(middle, -apart_nm / 2, 0), .speed_kt = 360, .track_deg = 90},
          {.address = twice, .party = {}, .position = beside(middle, apart_nm / 2, 0), .speed_kt = 360, .track_deg = 270}};
}

TEST(TwoUnderOneAddress, AlertAgainstEachOther) {
  Watch watch;
  watch.fly(meeting(40), 1, 60);
  ASSERT_EQ(watch.table.size(), 2u);
  const Alert* alert = watch.open("conflict:3C6444:3C6444~2#1");
  ASSERT_NE(alert, nullptr) << watch.all() << "; one party's pair, did the address prove it";
  EXPECT_THAT(alert->text, HasSubstr("3C6444 (NRTH) and 3C6444~2 (NRTH)"));
  EXPECT_NE(alert->subjects[0].track, alert->subjects[1].track);
  watch.fly(meeting(40), 61, 180);
  EXPECT_EQ(watch.open("conflict:3C6444:3C6444~2#1")->state, AlertState::infringed) << watch.all();
}

TEST(TwoUnderOneAddress, EachAlertAgainstAnOutsider) {
  for (const bool second : {false, true}) {
    // One is far away. The outsider comes towards the other.
    const auto place = at(50, 10);
    const Flight near{.address = twice, .party = {}, .position = beside(place, -15, 0), .speed_kt = 360, .track_deg = 90};
    const Flight far{.address = twice, .party = {}, .position = beside(place, 0, 300), .speed_kt = 360, .track_deg = 90};
    const Flight other{.address = outsider, .party = {}, .position = beside(place, 15, 0), .speed_kt = 360, .track_deg = 270};
    Watch watch;
    watch.fly(second ? std::vector{far, near, other} : std::vector{near, far, other}, 1, 60);
    EXPECT_NE(watch.open(second ? "conflict:3C6444~2:4D2023#1" : "conflict:3C6444:4D2023#1"), nullptr) << watch.all();
    EXPECT_EQ(watch.open(second ? "conflict:3C6444:4D2023#1" : "conflict:3C6444~2:4D2023#1"), nullptr) << watch.all();
  }
}

TEST(TwoUnderOneAddress, AreExemptFromNoZone) {
  auto flights = meeting(60);
  Watch watch;
  Zone zone;
  zone.id = "own";
  zone.centre = flights[1].position;
  zone.radius = nautical_miles(20);
  zone.exempt = {north};
  watch.rules->zones = {zone};
  watch.fly({flights[0]}, 1, 10);
  EXPECT_EQ(watch.all(), "");
  watch.fly(flights, 11, 40);
  const Alert* alert = watch.open("zone:own:3C6444~2#1");
  ASSERT_NE(alert, nullptr) << watch.all();
  EXPECT_EQ(alert->state, AlertState::infringed);
}

TEST(TwoUnderOneAddress, AreNamedByNoGroupAndNoInhibition) {
  const auto place = at(50, 10);
  const Flight leader{.address = outsider, .party = {}, .position = place, .speed_kt = 360, .track_deg = 90};
  const Flight wing{.address = twice, .party = {}, .position = beside(place, -1, 0), .speed_kt = 360, .track_deg = 90};
  const Flight stranger{.address = twice, .party = {}, .position = beside(place, 30, 0), .speed_kt = 100, .track_deg = 90};
  for (const bool group : {true, false}) {
    Watch watch;
    if (group) {
      watch.rules->groups = {{"g", "formation", {icao_address(outsider), icao_address(twice)}, {start - minutes(1), start + minutes(60)}}};
    } else {
      watch.rules->inhibitions = {{"i", "agreed", icao_address(outsider), icao_address(twice), {}, {start - minutes(1), start + minutes(60)}}};
    }
    watch.fly({leader, wing}, 1, 10);
    EXPECT_EQ(watch.all(), "");
    watch.fly({leader, wing, stranger}, 11, 40);
    EXPECT_NE(watch.open("conflict:3C6444:4D2023#1"), nullptr) << watch.all() << "; of the wing";
    EXPECT_NE(watch.open("conflict:3C6444~2:4D2023#1"), nullptr) << watch.all() << "; of the stranger ahead";
  }
}

TEST(TwoUnderOneAddress, AreBothInDistressWhenOneSignalsIt) {
  Watch watch;
  watch.fly(meeting(200), 1, 20);
  for (int s = 21; s < 25; ++s) {
    Observation o;
    o.address = icao_address(twice);
    o.kind = SourceKind::mode_s;
    o.received_at = o.measured_at = start + from_seconds(s - 0.5);
    o.squawk = std::uint16_t{7700};
    watch.table.apply(o);
    watch.fly(meeting(200), s, s);
  }
  EXPECT_NE(watch.open("distress:3C6444#1"), nullptr) << watch.all();
  EXPECT_NE(watch.open("distress:3C6444~2#1"), nullptr) << watch.all();
}

TEST(TwoUnderOneAddress, CarryAZoneEach) {
  const auto place = at(50, 10);
  const Flight one{.address = twice, .party = {}, .position = place, .speed_kt = 0};
  const Flight other{.address = twice, .party = {}, .position = beside(place, 100, 0), .speed_kt = 0};
  for (const bool at_second : {false, true}) {
    Watch watch;
    Zone zone;
    zone.id = "tanker";
    zone.centre = at(40, 0);
    zone.radius = nautical_miles(10);
    zone.moves_with = icao_address(twice);
    watch.rules->zones = {zone};
    const Flight visitor{.address = outsider, .party = {}, .position = beside(at_second ? other.position : place, 6, 6), .speed_kt = 0};
    watch.fly({one, other, visitor}, 1, 40);
    ASSERT_EQ(watch.table.size(), 3u);
    EXPECT_NE(watch.open("zone:tanker:4D2023#1"), nullptr) << watch.all();
    EXPECT_EQ(watch.open("zone:tanker:3C6444#1"), nullptr) << watch.all();
    EXPECT_EQ(watch.open("zone:tanker:3C6444~2#1"), nullptr) << watch.all();
  }
}

}  // namespace
}  // namespace skypact::guard
