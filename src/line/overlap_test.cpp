#include "line/overlap.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "line/notice_area.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;
using std::chrono::hours;

// --- the twin: what a notice says of one place, height and moment, asked of its own geometry ---

struct Sample {
  geo::Position position;
  double feet = 0;
  Time time;
};

bool in_ring(const Ring& ring, geo::Position p) { return guard::Region::polygon(ring)->contains(geo::place_of(p)); }

struct Holds {
  geo::Position p;
  bool operator()(const NoticeBox& box) const {
    const auto eastward = [](geo::Position a, geo::Position b) { return std::fmod(b.lon_degrees() - a.lon_degrees() + 720, 360); };
    return p.lat_e7 > box.south_west.lat_e7 && p.lat_e7 < box.north_east.lat_e7 && eastward(box.south_west, p) < eastward(box.south_west, box.north_east);
  }
  bool operator()(const NoticeCircle& circle) const { return vincenty::inverse(circle.centre, p).metres < circle.radius.in(metres); }
  bool operator()(const NoticeCorridor& corridor) const {
    for (std::size_t k = 1; k < corridor.line.size(); ++k) {
      const auto way = vincenty::inverse(corridor.line[k - 1], corridor.line[k]);
      for (int step = 0; step <= 40; ++step) {
        if (vincenty::inverse(vincenty::direct(corridor.line[k - 1], way.azimuth, way.metres * step / 40), p).metres < corridor.half_width.in(metres)) return true;
      }
    }
    return false;
  }
  bool operator()(const NoticePolygon& polygon) const { return in_ring(polygon.outline, p); }
  bool operator()(const NoticeBlock& block) const { return in_ring(block.outline, p); }
};

double feet_of(const VerticalLimit& limit) {
  return limit.reference == VerticalLimit::Reference::surface ? -1e9 : limit.reference == VerticalLimit::Reference::unlimited ? 1e9 : limit.height.in_feet();
}
bool holds(const Notice& n, const Sample& s) {
  if (s.feet < feet_of(n.floor) || s.feet >= feet_of(n.ceiling)) return false;
  const bool when = std::any_of(n.spans.begin(), n.spans.end(), [&](const auto& span) { return span.contains(s.time); });
  return when && std::visit(Holds{s.position}, n.geometry);
}

// A place in or near the notice's area.
geo::Position near_it(Random& random, const Notice& n) {
  if (const auto* circle = std::get_if<NoticeCircle>(&n.geometry)) return vincenty::direct(circle->centre, random.uniform(-180, 180), circle->radius.in(metres) * random.uniform());
  if (const auto* box = std::get_if<NoticeBox>(&n.geometry)) {
    const double width = std::fmod(box->north_east.lon_degrees() - box->south_west.lon_degrees() + 360, 360);
    return at(random.uniform(box->south_west.lat_degrees(), box->north_east.lat_degrees()), std::remainder(box->south_west.lon_degrees() + width * random.uniform(), 360));
  }
  if (const auto* corridor = std::get_if<NoticeCorridor>(&n.geometry)) {
    const std::size_t k = 1 + random.below(corridor->line.size() - 1);
    const auto way = vincenty::inverse(corridor->line[k - 1], corridor->line[k]);
    return vincenty::direct(vincenty::direct(corridor->line[k - 1], way.azimuth, way.metres * random.uniform()), random.uniform(-180, 180), corridor->half_width.in(metres) * random.uniform());
  }
  const auto region = region_of(*area_of(n.geometry));
  return vincenty::direct(geo::position_of(region->middle()), random.uniform(-180, 180), region->radius() * random.uniform());
}

Notice random_notice(Random& random, geo::Position place, double reach) {
  Notice n = example();
  n.geometry = random_geometry(random, vincenty::direct(place, random.uniform(-180, 180), random.uniform(0, reach)), reach);
  // Levels and hours are few, so that many are equal.
  const double floor = static_cast<double>(random.below(6));
  n.floor = floor == 0 ? VerticalLimit{} : level(floor * 50);
  n.ceiling = random.chance(0.2) ? VerticalLimit{VerticalLimit::Reference::unlimited, {}} : level((floor + 1 + static_cast<double>(random.below(3))) * 50);
  n.spans.clear();
  Time t = morning + hours(random.below(12));
  for (std::size_t k = 0, count = 1 + random.below(4); k < count; ++k) {
    n.spans.push_back({t, t + hours(1 + random.below(3))});
    t = n.spans.back().to + hours(1 + random.below(4));
  }
  return n;
}

std::optional<Overlap> overlap_of(const Notice& a, const Notice& b, Time now = morning) {
  const Zone one = volume_of(a, "north", unknown_party), other = volume_of(b, "south", unknown_party);
  return overlap(*volume(one), *volume(other), now, {});
}

TEST(Overlap, IsFoundWhereverAnySampleIsInBothNotices) {
  int in_both = 0, found = 0, none = 0;
  for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
    Random random(seed);
    const geo::Position place = somewhere(random);
    const double reach = size(random, 300, 200'000);
    const Notice a = random_notice(random, place, reach), b = random_notice(random, place, reach);
    const auto o = overlap_of(a, b);
    ASSERT_EQ(o.has_value(), overlap_of(b, a).has_value()) << "seed " << seed << ": it matters which is asked";
    ++(o ? found : none);
    bool both = false;
    for (int k = 0; k < 100 && !both; ++k) {
      const Notice& n = random.chance(0.5) ? a : b;
      const auto& span = n.spans[random.below(n.spans.size())];
      const double floor = std::max(-100.0, feet_of(n.floor));
      const Sample s{near_it(random, n), random.uniform(floor, std::min(50'000.0, feet_of(n.ceiling))), span.from + minutes(random.below(static_cast<std::uint64_t>((span.to - span.from) / minutes(1))))};
      if (std::abs(s.position.lat_degrees()) > 89.9) continue;
      both = holds(a, s) && holds(b, s);
      if (both) {
        ASSERT_TRUE(o) << "seed " << seed;
        EXPECT_LE(o->common.from, s.time) << "seed " << seed;
      }
    }
    in_both += both;
  }
  EXPECT_GT(in_both, 100);
  EXPECT_GT(found, in_both);
  EXPECT_GT(none, 500);
}

TEST(Overlap, OfAreasIsFoundWhereAGridOfPlacesFindsIt) {
  // Areas alone, of very different sizes: from inside each other to far apart.
  int touching_places = 0, apart = 0;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    Random random(seed);
    const geo::Position place = somewhere(random);
    const double reach = size(random, 300, 300'000);
    Notice a = example(), b = example();
    a.geometry = random_geometry(random, place, reach);
    b.geometry = random_geometry(random, vincenty::direct(place, random.uniform(-180, 180), reach * random.uniform(0, 2)), size(random, 200, 300'000));
    const auto one = region_of(*area_of(a.geometry)), other = region_of(*area_of(b.geometry));
    const bool meet = areas_meet(*one, *other, metres(0));
    ASSERT_EQ(meet, areas_meet(*other, *one, metres(0))) << "seed " << seed;
    for (int k = 0; k < 200; ++k) {
      const geo::Position p = near_it(random, k % 2 == 0 ? a : b);
      if (std::abs(p.lat_degrees()) > 89.9 || !std::visit(Holds{p}, a.geometry) || !std::visit(Holds{p}, b.geometry)) continue;
      ASSERT_TRUE(meet) << "seed " << seed;
      ++touching_places;
    }
    if (meet) continue;
    ++apart;
    // With a margin as wide as both together they meet.
    const double between = norm(one->middle() - other->middle());
    EXPECT_TRUE(areas_meet(*one, *other, metres(between * 1.1 + 1'000))) << "seed " << seed;
  }
  EXPECT_GT(touching_places, 2'000);
  EXPECT_GT(apart, 80);
}

TEST(Overlap, OfAreasIsNotReportedFartherThanItsMargin) {
  const auto region = [](const NoticeGeometry& g) { return *region_of(*area_of(g)); };
  const geo::Position a = at(50, 8);
  const auto circle = [&](double metres_away) { return region(NoticeCircle{vincenty::direct(a, 90, metres_away), metres(5'000)}); };
  EXPECT_TRUE(areas_meet(circle(0), circle(9'990), metres(0)));
  EXPECT_FALSE(areas_meet(circle(0), circle(10'100), metres(0)));
  EXPECT_TRUE(areas_meet(circle(0), circle(10'990), metres(1'000)));
  EXPECT_FALSE(areas_meet(circle(0), circle(11'150), metres(1'000)));
  // Two blocks side by side, half a kilometre apart, and one inside the other.
  const auto square = [&](double lat, double lon, double degrees) { return region(NoticePolygon{{at(lat, lon), at(lat, lon + degrees), at(lat + degrees, lon + degrees), at(lat + degrees, lon)}}); };
  EXPECT_FALSE(areas_meet(square(50, 8, 1), square(50, 9.01, 1), metres(0)));
  EXPECT_TRUE(areas_meet(square(50, 8, 1), square(50, 9, 1), metres(0))) << "what touches is reported";
  EXPECT_TRUE(areas_meet(square(50, 8, 1), square(50.4, 8.4, 0.1), metres(0)));
  EXPECT_TRUE(areas_meet(square(50.4, 8.4, 0.1), square(50, 8, 1), metres(0)));
  // A cross: no corner of the one is in the other.
  EXPECT_TRUE(areas_meet(region(NoticeBox{at(50, 8), at(50.1, 10)}), region(NoticeBox{at(49, 8.9), at(51, 9.1)}), metres(0)));
}

TEST(Overlap, CountsTheFloorInAndTheCeilingOut) {
  Notice a = example(), b = example();
  a.ceiling = level(100), b.floor = level(100), b.ceiling = level(200);
  EXPECT_FALSE(overlap_of(a, b));
  a.ceiling = level(101);
  EXPECT_TRUE(overlap_of(a, b));
}

TEST(Overlap, TakesHeightsThatCannotBeComparedForTheSame) {
  Notice a = example(), b = example();
  a.ceiling = sea_level(5'000), b.floor = level(100), b.ceiling = level(200);
  const auto unknown = overlap_of(a, b);
  ASSERT_TRUE(unknown);
  EXPECT_TRUE(unknown->vertical_unknown);
  // With the region's QNH they can be, and 5000 ft are clear of FL100 with every error.
  const Zone one = volume_of(a, "north", unknown_party), other = volume_of(b, "south", unknown_party);
  EXPECT_FALSE(overlap(*volume(one), *volume(other), morning, {nullptr, hectopascal(1'013), std::nullopt}));
  b.floor = level(55);
  const Zone lower = volume_of(b, "south", unknown_party);
  const auto near = overlap(*volume(one), *volume(lower), morning, {nullptr, hectopascal(1'013), std::nullopt});
  ASSERT_TRUE(near) << "500 ft are less than the error of the conversion";
  EXPECT_FALSE(near->vertical_unknown);
}

TEST(Overlap, IsOfTheFirstCommonTimeThatIsNotOver) {
  Notice a = example(), b = example();
  a.spans = {{morning, morning + hours(2)}, {morning + hours(4), morning + hours(6)}};
  b.spans = {{morning + hours(1), morning + hours(5)}};
  EXPECT_EQ(overlap_of(a, b)->common, (Interval<Time>{morning + hours(1), morning + hours(2)}));
  EXPECT_EQ(overlap_of(a, b, morning + minutes(90))->common, (Interval<Time>{morning + minutes(90), morning + hours(2)}));
  EXPECT_EQ(overlap_of(a, b, morning + hours(3))->common, (Interval<Time>{morning + hours(4), morning + hours(5)}));
  EXPECT_FALSE(overlap_of(a, b, morning + hours(5)));
  b.spans = {{morning + hours(2), morning + hours(4)}};
  EXPECT_FALSE(overlap_of(a, b)) << "half-open times that follow each other share nothing";
}

}  // namespace
}  // namespace skypact::line
