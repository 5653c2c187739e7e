#include "line/notice_area.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;

guard::Region region(const NoticeGeometry& geometry) {
  auto area = area_of(geometry);
  EXPECT_TRUE(area) << (area ? "" : area.error().message);
  auto region = region_of(*area);
  EXPECT_TRUE(region);
  return *region;
}
bool inside(const guard::Region& region, geo::Position p) { return region.contains(geo::place_of(p)); }

// The least distance from the line, by a search along each leg.
double distance_from_line(const std::vector<geo::Position>& line, geo::Position p) {
  double best = 1e9;
  for (std::size_t k = 1; k < line.size(); ++k) {
    const auto leg = vincenty::inverse(line[k - 1], line[k]);
    const auto there = [&](double s) { return vincenty::inverse(vincenty::direct(line[k - 1], leg.azimuth, s), p).metres; };
    double low = 0, high = leg.metres;
    while (high - low > 0.5) {
      const double one = low + (high - low) / 3, other = high - (high - low) / 3;
      (there(one) < there(other) ? high : low) = there(one) < there(other) ? other : one;
    }
    best = std::min({best, there(low), there(high), there(0), there(leg.metres)});
  }
  return best;
}

TEST(NoticeArea, OfACorridorHoldsEveryPlaceWithinItsHalfWidth) {
  int outlines = 0;
  for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
    Random random(seed);
    const double longest_leg = size(random, 200, 400'000);
    const NoticeCorridor corridor = random_corridor(random, somewhere(random), longest_leg);
    const auto area = area_of(corridor);
    ASSERT_TRUE(area) << "seed " << seed << ": " << area.error().message;
    const auto r = region_of(*area);
    ASSERT_TRUE(r) << "seed " << seed;
    ++outlines;
    const double half_width = corridor.half_width.in(metres);
    for (int k = 0; k < 60; ++k) {
      const std::size_t leg = 1 + random.below(corridor.line.size() - 1);
      const auto way = vincenty::inverse(corridor.line[leg - 1], corridor.line[leg]);
      const double along = random.chance(0.3) ? (random.chance(0.5) ? 0 : way.metres) : way.metres * random.uniform();
      const geo::Position on_line = vincenty::direct(corridor.line[leg - 1], way.azimuth, along);
      if (std::abs(on_line.lat_degrees()) > 89.9) continue;   // the truth's azimuths end there
      const geo::Position p = vincenty::direct(on_line, random.uniform(-180, 180), half_width * (random.chance(0.5) ? 0.9999 : random.uniform()));
      ASSERT_TRUE(inside(*r, p)) << "seed " << seed << " place " << k;
    }
  }
  EXPECT_EQ(outlines, 1'500);
}

TEST(NoticeArea, OfACorridorWithoutSharpBendsIsHardlyWiderThanSaid) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    NoticeCorridor c{{somewhere(random)}, nautical_miles(random.uniform(1, 10))};
    double azimuth = random.uniform(-180, 180);
    for (int k = 0; k < 4; ++k) {
      c.line.push_back(vincenty::direct(c.line.back(), azimuth, random.uniform(60'000, 150'000)));
      azimuth += random.uniform(-70, 70);
    }
    const auto r = region(c);
    for (int k = 0; k < 200; ++k) {
      const geo::Position p = vincenty::direct(c.line[random.below(c.line.size())], random.uniform(-180, 180), random.uniform(0, 40'000));
      if (inside(r, p)) {
        // A tangent's corner is 0.9 % farther out than the circle, the sides 1 % and 10 m; where a line bends inside, its sides meet farther
        // out, but not beyond the half width of one of its legs.
        EXPECT_LT(distance_from_line(c.line, p), c.half_width.in(metres) * 1.022 + 12) << "seed " << seed;
      }
    }
  }
}

TEST(NoticeArea, OfACorridorThatTurnsBackOnItselfIsOneOutlineAroundIt) {
  // A racetrack, a hairpin, a figure of eight, the same way there and back.
  const std::vector<std::vector<geo::Position>> lines{
      {at(35, 33), at(35, 33.5), at(35.1, 33.5), at(35.1, 33), at(35, 33)},
      {at(35, 33), at(36, 33), at(35, 33.01)},
      {at(35, 33), at(36, 34), at(36, 33), at(35, 34), at(35, 33)},
      {at(35, 33), at(35, 34), at(35, 33)}};
  for (const auto& line : lines) {
    const auto r = region(NoticeCorridor{line, nautical_miles(5)});
    for (const geo::Position p : line) {
      for (int azimuth = 0; azimuth < 360; azimuth += 10) EXPECT_TRUE(inside(r, vincenty::direct(p, azimuth, 5 * 1852 - 0.5)));
    }
    EXPECT_FALSE(inside(r, at(33.5, 33.5)));
  }
}

TEST(NoticeArea, OfABoxHoldsTheParallelsThatGeodesicsWouldLeaveOut) {
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    Random random(seed);
    const geo::Position corner = random.chance(0.2) ? at(random.uniform(-89, 88), random.uniform(-180, 180)) : somewhere(random);
    const NoticeBox box = random_box(random, corner, std::min(60.0, 24 / std::cos(corner.lat_degrees() / vincenty::radian)), random.chance(0.5) ? 0.02 : 10);
    const auto area = area_of(box);
    ASSERT_TRUE(area) << "seed " << seed << ": " << area.error().message;
    const auto r = region_of(*area);
    ASSERT_TRUE(r) << "seed " << seed;
    const double width = std::fmod(box.north_east.lon_degrees() - box.south_west.lon_degrees() + 360, 360);
    const double south = box.south_west.lat_degrees(), north = box.north_east.lat_degrees();
    for (int k = 0; k < 100; ++k) {
      // Just inside of the sides, mostly.
      const double lat = random.chance(0.4) ? south + 1e-7 : random.chance(0.4) ? north - 1e-7 : random.uniform(south + 1e-7, north - 1e-7);
      const double lon = box.south_west.lon_degrees() + width * random.uniform(0.001, 0.999);
      EXPECT_TRUE(inside(*r, at(lat, std::remainder(lon, 360)))) << "seed " << seed;
    }
    // Not more than 100 m beyond the parallels.
    const double metre = 1 / 110'000.0;
    for (int k = 0; k < 20; ++k) {
      const double lon = std::remainder(box.south_west.lon_degrees() + width * random.uniform(), 360);
      if (south > -88.9) { EXPECT_FALSE(inside(*r, at(south - 100 * metre, lon))) << "seed " << seed; }
      if (north < 88.9) { EXPECT_FALSE(inside(*r, at(north + 100 * metre, lon))) << "seed " << seed; }
    }
  }
}

TEST(NoticeArea, IsRefusedWithTheMemberThatIsWrong) {
  const std::vector<geo::Position> far{at(0, 0), at(0, 20)};
  for (const auto& [geometry, message] : std::vector<std::pair<NoticeGeometry, std::string>>{
           {NoticeBox{at(52, 4), at(51, 5)}, "south_west: its latitude must be below"},
           {NoticeBox{at(52, 5), at(53, 4)}, "over more than 0 and at most 60 degrees"},
           {NoticeBox{at(52, 5), at(53, 5)}, "over more than 0 and at most 60 degrees"},
           {NoticeBox{at(80, 5), at(90, 6)}, "nearer to a pole"},
           {NoticeBox{at(-20, 0), at(20, 59)}, "at most 900 NM"},
           {NoticeCircle{at(52, 4), metres(0)}, "radius: must be at least 50m"},
           {NoticeCircle{at(52, 4), nautical_miles(501)}, "radius: the radius is 501 NM"},
           {NoticeCorridor{{at(52, 4)}, nautical_miles(1)}, "line: has fewer than two"},
           {NoticeCorridor{{at(52, 4), at(52, 4)}, nautical_miles(1)}, "line[1]: is less than 50m"},
           {NoticeCorridor{far, nautical_miles(1)}, "line: is longer than 1000 NM"},
           {NoticeCorridor{{at(52, 4), at(52, 5)}, nautical_miles(101)}, "half_width: must be from"},
           {NoticePolygon{{at(52, 4), at(52, 5)}}, "outline: a polygon needs three"},
           {NoticePolygon{{at(52, 4), at(53, 5), at(52, 5), at(53, 4)}}, "outline: the ring crosses itself"},
           {NoticeBlock{{}}, "outline: a polygon needs three"}}) {
    const auto area = area_of(geometry);
    ASSERT_FALSE(area) << message;
    EXPECT_NE(area.error().message.find(message), std::string::npos) << area.error().message;
  }
  EXPECT_FALSE(area_of(NoticePolygon{Ring(NoticeLimits::vertices + 1, at(1, 1))}));
  EXPECT_FALSE(area_of(NoticeCorridor{std::vector<geo::Position>(NoticeLimits::line + 1, at(1, 1)), nautical_miles(1)}));
}

TEST(NoticeZone, KeepsOthersClearOfWhatIsDangerousAndWarnsOfTheRest) {
  const PartyId north{1};
  for (std::size_t k = 0; k < notice_kinds; ++k) {
    Notice n = example();
    n.kind = static_cast<NoticeKind>(k);
    const auto zone = zone_of(n, "north", north);
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->rule, is_dangerous(n.kind) ? ZoneRule::keep_clear : ZoneRule::caution);
    EXPECT_EQ(zone->exempt, std::vector{north});
  }
  EXPECT_TRUE(is_dangerous(NoticeKind::firing) && is_dangerous(NoticeKind::air_defence) && is_dangerous(NoticeKind::parachuting) && is_dangerous(NoticeKind::unmanned));
  EXPECT_FALSE(is_dangerous(NoticeKind::flight) || is_dangerous(NoticeKind::rescue) || is_dangerous(NoticeKind::exercise));
}

TEST(NoticeZone, HasTheNoticesNameTimesAndLimits) {
  Notice n = example();
  n.revision = 3;
  n.state = NoticeState::changed;
  const auto zone = zone_of(n, "north", PartyId{1});
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->id, "notice:north:0012/26");
  EXPECT_EQ(zone->name, "north 0012/26: firing (live-firing)");
  EXPECT_EQ(zone->source, "notice north 0012/26 revision 3");
  EXPECT_EQ(zone->active, n.spans);
  EXPECT_EQ(zone->floor, n.floor);
  EXPECT_EQ(zone->ceiling, n.ceiling);
  EXPECT_EQ(zone->centre, at(52.31, 4.75));
  n.floor = above_ground(500);
  n.ceiling = above_ground(2'000);
  n.highest_ground = feet_of_height(850);
  const auto low = zone_of(n, "north", PartyId{1});
  EXPECT_EQ(low->floor.reference, VerticalLimit::Reference::surface) << "how low the ground is, nobody said";
  EXPECT_EQ(low->ceiling, sea_level(2'850));
}

TEST(NoticeZone, IsNoneOfACancelledNoticeNorOfADrill) {
  Notice n = example();
  n.exercise = true;
  EXPECT_FALSE(zone_of(n, "north", PartyId{1}));
  n = example();
  n.revision = 2;
  n.state = NoticeState::cancelled;
  EXPECT_FALSE(zone_of(n, "north", PartyId{1}));
}

}  // namespace
}  // namespace skypact::line
