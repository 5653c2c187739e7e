// Who was near, by what is known of where they were.

#include "node/within.h"

#include <gtest/gtest.h>

namespace skypact::node {
namespace {

const Time noon = *parse_rfc3339("2026-01-01T12:00:00Z");

PictureTrack track(std::uint32_t address, double lat, double uncertainty_m, Life life = Life::live) {
  PictureTrack t{.track = {}, .position = geo::Position::from_degrees(lat, 10), .uncertainty = metres(uncertainty_m), .altitude = feet_of_height(10'000), .altitude_datum = Datum::pressure,
                 .worst_alert = {}, .history = {}};
  t.track.address = icao_address(address);
  t.track.life = life;
  return t;
}

Picture picture(std::uint64_t tick, std::vector<PictureTrack> tracks) {
  Picture p;
  p.tick = tick;
  p.now = noon + seconds(static_cast<int>(tick));
  p.tracks = std::make_shared<const std::vector<PictureTrack>>(std::move(tracks));
  p.rules = std::make_shared<const Rules>();
  return p;
}

const Interval<Time> span{noon + seconds(1), noon + seconds(4)};

TEST(Within, IsCertainOrPerhapsByHowWellBothAreKnown) {
  Within within({.aircraft = "100001"}, nautical_miles(5), span);
  // A minute of latitude is a nautical mile, within 0.6 %.
  within.step(picture(1, {track(0x100001, 50, 10), track(0x200001, 50 + 4.0 / 60, 10), track(0x200002, 50 - 5.05 / 60, 300), track(0x200003, 50 + 6.0 / 60, 10)}));
  within.step(picture(2, {track(0x100001, 50, 10), track(0x200001, 50 + 3.0 / 60, 10)}));
  within.step(picture(3, {track(0x100001, 50, 10), track(0x200001, 50 + 9.0 / 60, 10)}));
  within.step(picture(4, {track(0x100001, 50, 10), track(0x200003, 50, 10)}));   // beyond the span
  const auto r = within.report();
  EXPECT_EQ(r.ticks, 3u);
  EXPECT_EQ(r.ticks_seen, 3u);
  ASSERT_EQ(r.near.size(), 2u);
  EXPECT_EQ(to_string(r.near[0].key), "200001");
  EXPECT_TRUE(r.near[0].certain);
  EXPECT_NEAR(r.near[0].nearest.in(nautical_miles), 3, 0.03);
  EXPECT_EQ(r.near[0].nearest_at, noon + seconds(2));
  EXPECT_EQ(r.near[0].last, noon + seconds(2));
  EXPECT_EQ(r.near[0].vertical, Height{});
  EXPECT_FALSE(r.near[1].certain);
}

TEST(Within, SaysHowLongTheAircraftItselfWasSeenAndLooksAtNothingStale) {
  Within within({.aircraft = "100001"}, nautical_miles(5), span);
  within.step(picture(1, {track(0x200001, 50, 10)}));
  within.step(picture(2, {track(0x100001, 50, 10, Life::stale), track(0x200001, 50, 10)}));
  within.step(picture(3, {track(0x100001, 50, 10), track(0x200001, 50, 10, Life::lost)}));
  EXPECT_EQ(within.report().ticks, 3u);
  EXPECT_EQ(within.report().ticks_seen, 1u);
  EXPECT_TRUE(within.report().near.empty());
  Within place({{}, *geo::Position::from_degrees(50, 10)}, metres(500), span);
  place.step(picture(1, {track(0x200001, 50, 10)}));
  EXPECT_EQ(place.report().near.size(), 1u);
  EXPECT_EQ(place.report().ticks_seen, 1u);
}

}  // namespace
}  // namespace skypact::node
