// What another party shared and shares no more: one alert with its area, for as long as it is missing or until somebody has seen it.

#include "guard/sharing_alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>

#include "base/random.h"
#include "guard/region.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr SourceId link{3}, roof{0};

// A guard that is handed the tracks which a peer shared, and what its link is like.
struct Shared {
  Guard guard;
  std::shared_ptr<Rules> given = rules();
  std::vector<Track> tracks;
  SharedSource source{.source = link, .party = south};
  std::vector<Alert> changed;

  Track& add(std::uint32_t address, geo::Position place, double seen_s, SourceId by = link) {
    Flight flight{.address = address, .party = south, .position = place, .speed_kt = 300, .track_deg = 90};
    Track t = track_of(flight, 0);
    const Time seen = start + from_seconds(seen_s);
    t.position->source = by;
    t.position->kind = SourceKind::report;
    t.position->measured_at = t.last_seen = seen;
    t.contributions[0] = {by, SourceKind::report, 10, seen};
    t.contribution_count = 1;
    return tracks.emplace_back(t);
  }
  void step(double s) {
    std::vector<const Track*> all;
    for (const Track& t : tracks) all.push_back(&t);
    changed = guard.step({.now = start + from_seconds(s), .tracks = all, .rules = given, .shared = {&source, 1}}, serial);
  }
  void heard(double s) { source.last_track = start + from_seconds(s); }
  void link_down() { source.stop = SharedSource::Stop{.code = ReasonCode::sharing_link_down}; }
  [[nodiscard]] const Alert* alert() const {
    for (const Alert& a : guard.open()) {
      if (a.kind == AlertKind::sharing) return &a;
    }
    return nullptr;
  }
};

TEST(LostSharing, IsAnAlertWithTheAreaOfWhatOnlyThatPartyTold) {
  Shared sky;
  sky.add(0x710001, at(52, 4), 10);
  sky.add(0x710002, at(53, 6), 10);
  sky.heard(10);
  sky.step(10);
  sky.step(20);
  EXPECT_EQ(sky.alert(), nullptr) << "silent without a reason: its aircraft may be gone";
  sky.link_down();
  sky.step(24);
  EXPECT_EQ(sky.alert(), nullptr);
  sky.step(25);
  const Alert* alert = sky.alert();
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->party, south);
  EXPECT_EQ(alert->key, "sharing:south#1");
  EXPECT_EQ(alert->severity, Severity::warning);
  EXPECT_THAT(alert->text, HasSubstr("South Air Force shared is missing since " + to_rfc3339(start + seconds(10))));
  ASSERT_EQ(alert->reasons.size(), 2u);
  EXPECT_EQ(alert->reasons[0].code, ReasonCode::sharing_missing);
  EXPECT_EQ(alert->reasons[0].aircraft, 2u);
  EXPECT_EQ(alert->reasons[1].code, ReasonCode::sharing_link_down);
  const auto area = Region::polygon(alert->area);
  ASSERT_TRUE(area) << area.error().message;
  EXPECT_TRUE(area->contains(geo::place_of(at(52, 4))));
  EXPECT_TRUE(area->contains(geo::place_of(at(53, 6))));
  EXPECT_TRUE(area->contains(geo::place_of(at(52.5, 5)))) << "between them nobody knows either";
  EXPECT_FALSE(area->contains(geo::place_of(at(50, 5))));
}

TEST(LostSharing, EndsByItselfWhenTracksComeAgainAndNotWhenTheLinkIsUpAlone) {
  Shared sky;
  sky.add(0x710001, at(52, 4), 0);
  sky.heard(0);
  sky.link_down();
  sky.step(15);
  ASSERT_NE(sky.alert(), nullptr);
  sky.source.stop.reset();
  sky.step(16);
  EXPECT_EQ(sky.alert()->state, AlertState::infringed) << "the link is up, and what was missing still is";
  EXPECT_EQ(sky.alert()->reasons.size(), 1u);
  sky.heard(17);
  sky.step(17);
  EXPECT_EQ(sky.alert()->state, AlertState::clearing);
  EXPECT_THAT(sky.alert()->text, HasSubstr("shares its tracks again"));
  sky.step(33);
  EXPECT_EQ(sky.alert(), nullptr);
  // And anew with the next loss.
  sky.link_down();
  sky.step(34);
  ASSERT_NE(sky.alert(), nullptr);
  EXPECT_EQ(sky.alert()->key, "sharing:south#2");
}

TEST(LostSharing, StaysUntilAcknowledgedAndHalfAnHourMoreAndIsNotRaisedAgainForTheSameLoss) {
  Shared sky;
  sky.add(0x710001, at(52, 4), 0);
  sky.heard(0);
  sky.source.stop = SharedSource::Stop{.code = ReasonCode::sharing_over, .name = "corridor v3", .since = start};
  sky.step(15);
  ASSERT_NE(sky.alert(), nullptr);
  sky.step(4 * 3600);
  ASSERT_NE(sky.alert(), nullptr) << "nobody has seen it";
  ASSERT_TRUE(sky.guard.acknowledge(sky.alert()->id, {.party = north, .by = "duty", .intention = Intention::seen, .at = start}));
  sky.step(4 * 3600 + 1);
  EXPECT_EQ(sky.alert()->state, AlertState::unobserved);
  EXPECT_FALSE(sky.alert()->area.empty());
  sky.step(4 * 3600 + 1799);
  EXPECT_NE(sky.alert(), nullptr);
  sky.step(4 * 3600 + 1802);
  EXPECT_EQ(sky.alert(), nullptr);
  for (int s = 0; s < 10; ++s) sky.step(4 * 3600 + 1803 + s);
  EXPECT_EQ(sky.alert(), nullptr);
}

TEST(LostSharing, IsNoneWhereEverythingIsSeenByOthersToo) {
  Shared sky;
  Track& both = sky.add(0x710001, at(52, 4), 10);
  both.contributions[1] = {roof, SourceKind::adsb, 50, start + seconds(9)};
  both.contribution_count = 2;
  sky.add(0x710002, at(53, 6), 10, roof);
  // The same aircraft, shared under another name.
  Track& named = sky.add(0x710003, at(53, 6), 10);
  named.possibly_same = {TrackId{0x710002}};
  Track& lost = sky.add(0x710004, at(54, 6), -300);
  lost.life = Life::lost;
  sky.heard(10);
  sky.link_down();
  sky.step(25);
  EXPECT_EQ(sky.alert(), nullptr);
  sky.step(60);
  EXPECT_EQ(sky.alert(), nullptr);
}

TEST(LostSharing, OfWhomThatNeverSharedAnythingIsNone) {
  Shared sky;
  sky.link_down();
  sky.step(100);
  EXPECT_EQ(sky.alert(), nullptr);
}

TEST(LostSharing, AreaHoldsEveryPlaceToWhichAnyOfThemMayHaveFlown) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const double lat = random.uniform(-89.5, 89.5), lon = random.chance(0.3) ? random.uniform(179, 181) - (random.chance(0.5) ? 360 : 0) : random.uniform(-180, 180);
    std::vector<LastSeen> aircraft;
    const Time now = start + seconds(40);
    for (std::size_t i = 0, n = 1 + random.below(12); i < n; ++i) {
      LastSeen seen{beside(*geo::Position::from_degrees(lat, lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon), random.uniform(-60, 60), random.uniform(-20, 20)), metres(random.uniform(0, 2000)),
                    now - from_seconds(random.uniform(15, 120)), {}};
      if (random.chance(0.7)) seen.velocity = GroundVelocity{knots(random.uniform(0, 600)), TrueBearing::degrees(0)};
      aircraft.push_back(seen);
    }
    const auto outline = area_of(aircraft, now);
    ASSERT_LE(outline.size(), SharingLimits::area_vertices);
    const auto region = Region::polygon(outline);
    ASSERT_TRUE(region) << "seed " << seed << ": " << region.error().message;
    for (const LastSeen& a : aircraft) {
      const double speed = a.velocity ? a.velocity->speed.in(metres_per_second) : 250;
      const double flown = speed * to_seconds(now - a.at) + a.accuracy.in(metres);
      for (double bearing = 0; bearing < 360; bearing += 17) {
        double to_lat = 0, to_lon = 0;
        GeographicLib::Geodesic::WGS84().Direct(a.position.lat_degrees(), a.position.lon_degrees(), bearing, flown, to_lat, to_lon);
        ASSERT_TRUE(region->contains(geo::place_of(*geo::Position::from_degrees(to_lat, to_lon)))) << "seed " << seed << " bearing " << bearing;
      }
    }
  }
}

TEST(LostSharing, OfAircraftAllOverTheEarthHasNoArea) {
  const std::vector<LastSeen> apart{{at(0, 0), metres(10), start, {}}, {at(0, 90), metres(10), start, {}}, {at(0, 179), metres(10), start, {}}};
  EXPECT_TRUE(area_of(apart, start).empty());
}

TEST(LostSharing, OfManyAircraftOnARingHasABoundedArea) {
  std::vector<LastSeen> ring;
  for (int i = 0; i < 500; ++i) ring.push_back({beside(at(50, 5), 100 * geo::sincos_degrees(i * 0.72).cos, 100 * geo::sincos_degrees(i * 0.72).sin), metres(10), start, {}});
  const auto outline = area_of(ring, start + seconds(20));
  EXPECT_LE(outline.size(), SharingLimits::area_vertices);
  const auto region = Region::polygon(outline);
  ASSERT_TRUE(region);
  for (const LastSeen& a : ring) EXPECT_TRUE(region->contains(geo::place_of(a.position)));
}

}  // namespace
}  // namespace skypact::guard
