// Search-and-rescue regions: who is responsible where.

#include "distress/search_regions.h"

#include <algorithm>
#include <cmath>

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"

namespace skypact::distress {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

std::string feature(std::string_view kind, std::string_view coordinates, std::string_view properties = R"({"name":"North SRR","rcc":"RCC North"})") {
  return fmt::format(R"({{"type":"Feature","properties":{},"geometry":{{"type":"{}","coordinates":{}}}}})", properties, kind, coordinates);
}
std::string collection(const std::vector<std::string>& features) { return fmt::format(R"({{"type":"FeatureCollection","features":[{}]}})", fmt::join(features, ",")); }

SearchRegions regions_of(const std::vector<std::string>& features) {
  auto read = read_search_regions(collection(features), "r.geojson");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? std::move(*read) : SearchRegions{};
}

std::vector<std::string> names_at(const SearchRegions& regions, geo::Position position) {
  std::vector<std::string> names;
  for (const SearchRegion* region : regions_at(regions, position)) names.push_back(region->name);
  return names;
}

std::string named(std::string_view name) { return fmt::format(R"({{"name":"{}","rcc":"RCC {}"}})", name, name); }

TEST(SearchRegions, AreNamedWhereTheyHoldThePositionAndWhereTheyOverlap) {
  const SearchRegions regions = regions_of({
      feature("Polygon", "[[[30,33],[34,33],[34,36],[30,36],[30,33]]]", R"({"id":"a","name":"A","rcc":"RCC A","contact":"+000 1, HF 5680 kHz","party":"north","area":12})"),
      feature("Polygon", "[[[33,33],[36,33],[36,36],[33,36]]]", named("B")),
      feature("Point", "[1,2]", "null"),
  });
  EXPECT_THAT(names_at(regions, at(34, 31)), ElementsAre("A"));
  EXPECT_THAT(names_at(regions, at(34, 33.5)), ElementsAre("A", "B"));
  EXPECT_THAT(names_at(regions, at(34, 35)), ElementsAre("B"));
  EXPECT_THAT(names_at(regions, at(34, 37)), IsEmpty());
  const SearchRegion& a = regions.regions[0];
  EXPECT_EQ(a.id, "a");
  EXPECT_EQ(a.rcc, "RCC A");
  EXPECT_EQ(a.contact, "+000 1, HF 5680 kHz");
  EXPECT_EQ(a.party, "north");
  EXPECT_EQ(a.feature, 1u);
  EXPECT_EQ(regions.regions[1].party, "");
  EXPECT_THAT(regions.notes, ElementsAre("r.geojson: 1 features that are no areas are left out"));
}

TEST(SearchRegions, AreBothNamedOnTheirCommonBorder) {
  const SearchRegions regions = regions_of({feature("Polygon", "[[[30,33],[33,33],[33,36],[30,36]]]", named("A")), feature("Polygon", "[[[33,33],[36,33],[36,36],[33,36]]]", named("B"))});
  EXPECT_THAT(names_at(regions, at(34, 33)), ElementsAre("A", "B"));
  EXPECT_THAT(names_at(regions, at(34, 33.009)), ElementsAre("A", "B"));   // 0.8 km
  EXPECT_THAT(names_at(regions, at(34, 33.02)), ElementsAre("B"));
  EXPECT_THAT(names_at(regions, at(33, 33)), ElementsAre("A", "B"));
}

TEST(SearchRegions, FollowTheParallelWhereTheBorderDoes) {
  // The geodesic between the southern corners runs 49 km north of the parallel in the middle.
  const SearchRegions regions = regions_of({feature("Polygon", "[[[0,45],[20,45],[20,50],[0,50]]]")});
  EXPECT_THAT(names_at(regions, at(45.05, 10)), ElementsAre("North SRR"));
  EXPECT_THAT(names_at(regions, at(44.95, 10)), IsEmpty());
  EXPECT_THAT(names_at(regions, at(49.95, 10)), ElementsAre("North SRR"));
  EXPECT_THAT(names_at(regions, at(50.05, 10)), IsEmpty());
}

TEST(SearchRegions, LieAcrossTheAntimeridianAndAroundThePoles) {
  const SearchRegions regions = regions_of({
      feature("Polygon", "[[[175,-5],[-175,-5],[-175,5],[175,5],[175,-5]]]", named("pacific")),
      feature("Polygon", "[[[0,80],[90,80],[180,80],[-90,80],[0,80]]]", named("north")),
      feature("Polygon", "[[[10,-60],[70,-60],[70,-90],[10,-90],[10,-60]]]", named("south")),
  });
  EXPECT_THAT(names_at(regions, at(0, 180)), ElementsAre("pacific"));
  EXPECT_THAT(names_at(regions, at(0, -176)), ElementsAre("pacific"));
  EXPECT_THAT(names_at(regions, at(0, 174)), IsEmpty());
  EXPECT_THAT(names_at(regions, at(90, 0)), ElementsAre("north"));
  EXPECT_THAT(names_at(regions, at(80.1, 45)), ElementsAre("north"));   // on the parallel's side, not the geodesic's
  EXPECT_THAT(names_at(regions, at(79.9, 45)), IsEmpty());
  EXPECT_THAT(names_at(regions, at(-70, 40)), ElementsAre("south"));
  EXPECT_THAT(names_at(regions, at(-90, 0)), ElementsAre("south"));
  EXPECT_THAT(names_at(regions, at(-70, 80)), IsEmpty());
}

TEST(SearchRegions, HaveHolesAndSeveralParts) {
  const SearchRegions regions = regions_of({
      feature("Polygon", "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]", named("A")),
      feature("MultiPolygon", "[[[[20,0],[21,0],[21,1],[20,1]]],[[[30,0],[31,0],[31,1],[30,1]]]]", named("B")),
  });
  EXPECT_THAT(names_at(regions, at(2, 2)), ElementsAre("A"));
  EXPECT_THAT(names_at(regions, at(5, 5)), IsEmpty());
  EXPECT_THAT(names_at(regions, at(5, 4.005)), ElementsAre("A"));   // on the border of the hole
  EXPECT_THAT(names_at(regions, at(0.5, 20.5)), ElementsAre("B"));
  EXPECT_THAT(names_at(regions, at(0.5, 30.5)), ElementsAre("B"));
  EXPECT_THAT(names_at(regions, at(0.5, 25)), IsEmpty());
}

// The plane of longitude and latitude, where RFC 7946 draws its lines: counting crossings, without any geometry of ours.
bool in_plane(const std::vector<std::pair<double, double>>& ring, double lon, double lat) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto [x1, y1] = ring[i];
    const auto [x2, y2] = ring[j];
    if ((y1 > lat) != (y2 > lat) && lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
// Metres from a place to the straight line of longitude and latitude between two others, in the plane that is true at the place:
// within a percent where they are near, which is where it matters.
double metres_to_line(double lat, double lon, std::pair<double, double> from, std::pair<double, double> to) {
  const double y_scale = 111'200, x_scale = y_scale * std::cos(lat * 0.017453292519943);
  const double x1 = (from.first - lon) * x_scale, y1 = (from.second - lat) * y_scale, dx = (to.first - from.first) * x_scale, dy = (to.second - from.second) * y_scale;
  const double along = std::clamp(-(x1 * dx + y1 * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(x1 + along * dx, y1 + along * dy);
}
double metres_to_edge(const std::vector<std::pair<double, double>>& ring, double lon, double lat) {
  double least = 1e9;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) least = std::min(least, metres_to_line(lat, lon, ring[j], ring[i]));
  return least;
}

TEST(SearchRegions, HoldWhatThePlaneOfLongitudeAndLatitudeHolds) {
  const std::uint64_t seed = 42;
  Random random(seed);
  int inside = 0, outside = 0, near = 0;
  for (int shape = 0; shape < 200; ++shape) {
    // A star around a middle: never crossing itself.
    const double lat = random.uniform(-70, 70), lon = random.uniform(-150, 150), size = random.uniform(0.05, 12);
    const std::size_t corners = 3 + random.below(20);
    std::vector<std::pair<double, double>> ring;
    std::string coordinates;
    for (std::size_t i = 0; i < corners; ++i) {
      const double angle = 6.283185307 * static_cast<double>(i) / static_cast<double>(corners), r = size * random.uniform(0.4, 1);
      const auto p = at(lat + r * std::sin(angle), lon + r * std::cos(angle));
      ring.emplace_back(p.lon_degrees(), p.lat_degrees());
      coordinates += fmt::format("{}[{:.7f},{:.7f}]", i ? "," : "", p.lon_degrees(), p.lat_degrees());
    }
    const SearchRegions regions = regions_of({feature("Polygon", "[[" + coordinates + "]]")});
    ASSERT_EQ(regions.regions.size(), 1u) << "seed " << seed << " shape " << shape;
    for (int i = 0; i < 40; ++i) {
      const double y = lat + random.uniform(-size, size), x = lon + random.uniform(-size, size);
      const double edge = metres_to_edge(ring, x, y);
      const bool held = holds(regions.regions[0], at(y, x));
      const bool truth = in_plane(ring, x, y);
      if (edge < 600) {
        EXPECT_TRUE(held) << "near its border, seed " << seed << " shape " << shape << " at " << y << ' ' << x;
        ++near;
      } else if (truth) {
        EXPECT_TRUE(held) << "seed " << seed << " shape " << shape << " at " << y << ' ' << x;
        ++inside;
      } else if (edge > 2'000) {
        EXPECT_FALSE(held) << "seed " << seed << " shape " << shape << " at " << y << ' ' << x << " edge " << edge;
        ++outside;
      }
    }
  }
  EXPECT_GT(inside, 300);
  EXPECT_GT(outside, 300);
  EXPECT_GT(near, 10);
}

// The bound that the limits state, from geodesics of another library.
TEST(SearchRegions, LeaveTheStraightLineByLessThanTheLimitsSay) {
  const auto& wgs84 = GeographicLib::Geodesic::WGS84();
  const double piece = SearchRegionLimits::piece_degrees;
  double worst = 0;
  for (double lat = 0; lat + piece <= 85; lat += 2.5) {
    for (const double dlon : {0.01, 0.05, 0.1, 0.25, 0.5}) {
      for (const double dlat : {0.0, 0.1, 0.25, 0.5}) {
        const GeographicLib::GeodesicLine line = wgs84.InverseLine(lat, 0, lat + dlat * piece / 0.5, dlon * piece / 0.5);
        for (int k = 1; k < 20; ++k) {
          double y = 0, x = 0;
          line.Position(line.Distance() * k / 20, y, x);
          worst = std::max(worst, metres_to_line(y, x, {0, lat}, {dlon * piece / 0.5, lat + dlat * piece / 0.5}));
        }
      }
    }
  }
  EXPECT_LT(worst, 150);
  EXPECT_GT(worst, 20);
}

TEST(SearchRegions, AreRefusedWithTheFeatureNamed) {
  const std::string square = "[[[30,33],[34,33],[34,36],[30,36],[30,33]]]";
  const std::string good = feature("Polygon", square);
  const std::pair<std::string, const char*> all[] = {
      {"{", "r.geojson: line 1"},
      {"[]", "r.geojson: this is no GeoJSON of regions"},
      {R"({"type":"FeatureCollection"})", "r.geojson: this is no GeoJSON of regions"},
      {good, "r.geojson: this is no GeoJSON of regions"},
      {collection({good, "1"}), "r.geojson: feature 2: it must be an object with \"type\": \"Feature\""},
      {collection({good, feature("Polygon", square, "{}")}), "r.geojson: feature 2: name: is missing"},
      {collection({feature("Polygon", square, R"({"name":"A"})")}), "r.geojson: feature 1: rcc: is missing"},
      {collection({feature("Polygon", square, R"({"name":"A","rcc":"R\u202E"})")}), "feature 1: rcc: has U+202E"},
      {collection({feature("Polygon", square, R"({"name":"A","rcc":"R","party":"North Force"})")}), "feature 1: party: \"North Force\" is no id of a party"},
      {collection({feature("Polygon", square, R"({"name":"A","rcc":"R","contact":1})")}), "feature 1: contact"},
      {collection({feature("Polygon", square, fmt::format(R"({{"name":"{}","rcc":"R"}})", std::string(121, 'A')))}), "feature 1: name"},
      {collection({feature("Polygon", "[]")}), "feature 1: the polygon has no ring"},
      {collection({feature("Polygon", "[[[30,33],[34,33]]]")}), "feature 1: a polygon needs three different vertices"},
      {collection({feature("Polygon", "[[[30,33],[34,\"x\"],[34,36]]]")}), "feature 1: a position is [longitude, latitude]"},
      {collection({feature("Polygon", "[[[30,33],[34,93],[34,36]]]")}), "feature 1: [34, 93] is no position"},
      {collection({feature("Polygon", "[[[30,33],[36,36],[36,33],[30,36]]]")}), "feature 1: the ring crosses itself"},
      {collection({feature("Polygon", "[[[0,0],[10,0],[10,10],[0,10]],[[1,1],[2,2]]]")}), "feature 1: hole 1: a polygon needs three"},
      {collection({feature("MultiPolygon", "[]")}), "feature 1: the MultiPolygon has no polygon"},
      {collection({feature("MultiPolygon", "[" + square + ",[[[30,33],[36,36],[36,33],[30,36]]]]")}), "feature 1: polygon 2: the ring crosses itself"},
  };
  for (const auto& [text, why] : all) {
    const auto regions = read_search_regions(text, "r.geojson");
    ASSERT_FALSE(regions) << text;
    EXPECT_THAT(regions.error().message, HasSubstr(why)) << text;
  }
}

TEST(SearchRegions, AreAsManyAsTheLimitAndNotOneMore) {
  std::vector<std::string> features(SearchRegionLimits::regions, feature("Polygon", "[[[30,33],[30.1,33],[30,33.1]]]"));
  EXPECT_EQ(regions_of(features).regions.size(), SearchRegionLimits::regions);
  features.push_back(features.front());
  const auto more = read_search_regions(collection(features), "r.geojson");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::over_limit);
  std::string parts, holes = "[[0,0],[10,0],[10,10],[0,10]]";
  for (std::size_t i = 0; i <= SearchRegionLimits::parts; ++i) parts += fmt::format("{}[[[30,33],[30.1,33],[30,33.1]]]", i ? "," : "");
  for (std::size_t i = 0; i <= SearchRegionLimits::holes; ++i) holes += ",[[1,1],[2,1],[2,2]]";
  EXPECT_EQ(read_search_regions(collection({feature("MultiPolygon", "[" + parts + "]")}), "r").error().code, ErrorCode::over_limit);
  EXPECT_EQ(read_search_regions(collection({feature("Polygon", "[" + holes + "]")}), "r").error().code, ErrorCode::over_limit);
}

}  // namespace
}  // namespace skypact::distress
