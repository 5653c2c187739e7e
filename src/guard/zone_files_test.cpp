#include "guard/zone_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "geo/ellipsoid.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using ::testing::HasSubstr;
using Reference = VerticalLimit::Reference;

std::string feature(std::string_view geometry, std::string_view properties = "{}") {
  return std::string(R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":)") + std::string(properties) + R"(,"geometry":)" + std::string(geometry) + "}]}";
}
constexpr std::string_view square = R"({"type":"Polygon","coordinates":[[[10,50],[11,50],[11,51],[10,51],[10,50]]]})";

TEST(GeoJson, ReadsAPolygonWithItsRuleLimitsAndSchedule) {
  const auto read = read_geojson(feature(square, R"({"id":"dam","name":"Dam","rule":"protected_site","floor":"SFC","ceiling":{"reference":"pressure","height_ft":10000},
      "buffer_nm":2,"exempt":["south"],"active":[{"from":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z"}]})"), "z.geojson", test::parties());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->zones.size(), 1u);
  const Zone& z = read->zones[0];
  EXPECT_EQ(z.id, "dam");
  EXPECT_EQ(z.rule, ZoneRule::protected_site);
  EXPECT_EQ(z.outline.size(), 4u) << "closed without repeating the first vertex";
  EXPECT_EQ(z.outline[0], test::at(50, 10)) << "longitude comes first";
  EXPECT_EQ(z.ceiling.height, feet_of_height(10'000));
  EXPECT_EQ(z.buffer, nautical_miles(2));
  EXPECT_EQ(z.exempt, std::vector{test::south});
  EXPECT_EQ(z.active.size(), 1u);
  EXPECT_EQ(z.source, "z.geojson#1");
}

TEST(GeoJson, ReadsACircleAndSeveralPolygons) {
  const auto circle = read_geojson(feature(R"({"type":"Point","coordinates":[10,50]})", R"({"radius_nm":5})"), "z.json", {});
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_EQ(circle->zones[0].radius, nautical_miles(5));
  EXPECT_EQ(circle->zones[0].id, "z-1");
  const auto two = read_geojson(feature(R"({"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1]]],[[[178,0],[-178,0],[180,2]]]]})", R"({"id":"m"})"), "z.json", {});
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->zones[1].id, "m-2");
}

TEST(GeoJson, ReadsAZoneThatMovesWithAnAircraft) {
  const auto polygon = read_geojson(feature(square, R"({"moves_with":"3B0010","anchor":[10.5,50.25]})"), "z.json", {});
  ASSERT_TRUE(polygon) << polygon.error().message;
  EXPECT_EQ(polygon->zones[0].moves_with, icao_address(0x3B0010));
  EXPECT_EQ(polygon->zones[0].anchor, test::at(50.25, 10.5)) << "longitude comes first";
  const auto circle = read_geojson(feature(R"({"type":"Point","coordinates":[10,50]})", R"({"radius_nm":5,"moves_with":"report:tanker-1"})"), "z.json", {});
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_EQ(circle->zones[0].anchor, test::at(50, 10));
  const auto parts = read_geojson(feature(R"({"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1]]],[[[2,0],[3,0],[3,1]]]]})", R"({"moves_with":"~2A0451","anchor":[0,0]})"), "z.json", {});
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(parts->zones[1].moves_with, parts->zones[0].moves_with);
  const auto still = read_geojson(feature(square), "z.json", {});
  ASSERT_TRUE(still);
  EXPECT_FALSE(still->zones[0].moves_with || still->zones[0].anchor);
}

TEST(GeoJson, SaysFileFeatureAndWhatIsWrong) {
  const auto error = [](const std::string& text) {
    const auto r = read_geojson(text, "bad.geojson", test::parties());
    return r ? std::string("no error") : r.error().message;
  };
  EXPECT_THAT(error(feature(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1]]]})")), HasSubstr("bad.geojson: feature 1: the ring crosses itself: the edge from"));
  EXPECT_THAT(error(feature(R"({"type":"Polygon","coordinates":[[[0,0],[1,1]]]})")), HasSubstr("three different vertices"));
  EXPECT_THAT(error(feature(R"({"type":"Polygon","coordinates":[[[0,0],[1,91],[1,0]]]})")), HasSubstr("is no position"));
  EXPECT_THAT(error(feature(R"({"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9]],[[1,1],[2,1],[2,2]]]})")), HasSubstr("hole"));
  EXPECT_THAT(error(feature(R"({"type":"LineString","coordinates":[[0,0],[9,0]]})")), HasSubstr("is not read"));
  EXPECT_THAT(error(feature(square, R"({"rule":"no"})")), HasSubstr("rule must be"));
  EXPECT_THAT(error(feature(square, R"({"floor":"FL200","ceiling":"FL100"})")), HasSubstr("below the ceiling"));
  EXPECT_THAT(error(feature(square, R"({"exempt":["east"]})")), HasSubstr("no party is called"));
  EXPECT_THAT(error(feature(square, R"({"moves_with":"3B001","anchor":[10,50]})")), HasSubstr("feature 1: moves_with: must be an address"));
  EXPECT_THAT(error(feature(square, R"({"moves_with":7,"anchor":[10,50]})")), HasSubstr("moves_with: must be an address"));
  EXPECT_THAT(error(feature(square, R"({"moves_with":"3B0010"})")), HasSubstr("moves_with needs anchor"));
  EXPECT_THAT(error(feature(square, R"({"anchor":[10,50]})")), HasSubstr("anchor needs moves_with"));
  EXPECT_THAT(error(feature(R"({"type":"Point","coordinates":[10,50]})", R"({"radius_nm":5,"anchor":[10,50]})")), HasSubstr("anchor needs moves_with"));
  EXPECT_THAT(error(feature(square, R"({"moves_with":"3B0010","anchor":[50,100]})")), HasSubstr("anchor: [50, 100] is no position"));
  EXPECT_THAT(error(R"({"type":"Topology"})"), HasSubstr("FeatureCollection"));
  EXPECT_THAT(error("{"), HasSubstr("bad.geojson: line 1"));
  EXPECT_THAT(error(feature("null")), HasSubstr("feature 1"));
}

TEST(Kml, ReadsPlacemarksWithAltitudeAndTime) {
  const auto read = read_kml(R"(<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
    <Placemark id="p1"><name>Range</name><TimeSpan><begin>2026-01-01</begin></TimeSpan>
      <ExtendedData><Data name="rule"><value>caution</value></Data></ExtendedData>
      <Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode><outerBoundaryIs><LinearRing><coordinates>
        10,50,1000 11,50,1000 11,51,1000 10,50,1000</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
    <Placemark><name>Only a pin</name><Point><coordinates>1,2</coordinates></Point></Placemark></Folder></Document></kml>)", "z.kml", {});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->zones.size(), 1u);
  EXPECT_EQ(read->zones[0].id, "p1");
  EXPECT_EQ(read->zones[0].rule, ZoneRule::caution);
  EXPECT_EQ(read->zones[0].outline.size(), 3u);
  EXPECT_EQ(read->zones[0].ceiling.reference, Reference::mean_sea_level);
  EXPECT_EQ(read->zones[0].ceiling.height, metres_of_height(1000));
  EXPECT_EQ(read->zones[0].active.size(), 1u);
  ASSERT_EQ(read->notes.size(), 1u);
  EXPECT_THAT(read->notes[0], HasSubstr("Only a pin"));
}

TEST(Kml, SaysFilePlacemarkAndWhatIsWrong) {
  const auto error = [](std::string_view coordinates) {
    const auto r = read_kml("<kml><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing><coordinates>" + std::string(coordinates) +
                            "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>", "bad.kml", {});
    return r ? std::string("no error") : r.error().message;
  };
  EXPECT_THAT(error("0,0 1,1 1,0 0,1"), HasSubstr("bad.kml: placemark 1 (\"A\"): the ring crosses itself"));
  EXPECT_THAT(error("0,0 nan,1 1,0"), HasSubstr("is no coordinate"));
  EXPECT_THAT(error("0,0 1,1"), HasSubstr("three different"));
  EXPECT_FALSE(read_kml("<kml><Placemark>", "bad.kml", {}));
  EXPECT_FALSE(read_kml("<html/>", "bad.kml", {}));
}

constexpr std::string_view openair = R"(* a comment
AC P
AN Arsenal
AL SFC
AH FL100
DP 50:00:00 N 010:00:00 E
DP 50:00:00 N 011:00:00 E
DP 51:00:00 N 011:00:00 E
DP 50:00:00 N 010:00:00 E
AC R
AN Circle
AL 1000ft AGL
AH 5000 MSL
V X=39:29.9 N 119:46.1 W
DC 5
SP 0,1,0,0,255
AC Q
AN Sector
AL GND
AH UNL
V D=-
V X=50:00 N 010:00 E
DA 10,90,0
DP 50:00 N 010:00 E
AC CTR
AN Field
DP 1:0 N 1:0 E
)";

TEST(OpenAir, ReadsPolygonsCirclesAndArcsAndLeavesOtherClassesOut) {
  const auto read = read_openair(openair, "z.txt");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->zones.size(), 3u);
  EXPECT_EQ(read->zones[0].name, "Arsenal");
  EXPECT_EQ(read->zones[0].rule, ZoneRule::keep_clear);
  EXPECT_EQ(read->zones[0].outline.size(), 3u);
  EXPECT_EQ(read->zones[0].ceiling.reference, Reference::pressure);
  EXPECT_EQ(read->zones[1].rule, ZoneRule::caution);
  EXPECT_EQ(read->zones[1].radius, nautical_miles(5));
  EXPECT_EQ(read->zones[1].floor.reference, Reference::above_ground);
  EXPECT_NEAR(read->zones[1].centre->lon_degrees(), -(119 + 46.1 / 60), 1e-6);
  // Anticlockwise from east to north: a quarter of a circle.
  const Zone& sector = read->zones[2];
  EXPECT_EQ(sector.outline.size(), 32u);
  for (std::size_t i = 0; i + 1 < sector.outline.size(); ++i) {
    EXPECT_NEAR(geo::range_and_bearing(test::at(50, 10), sector.outline[i]).range.in(nautical_miles), 10, 0.01);
    EXPECT_GE(sector.outline[i].lat_degrees(), 49.999);
    EXPECT_GE(sector.outline[i].lon_degrees(), 9.999);
  }
  ASSERT_EQ(read->notes.size(), 1u);
  EXPECT_THAT(read->notes[0], HasSubstr("CTR"));
}

TEST(OpenAir, DrawsAnArcBetweenTwoPoints) {
  const auto read = read_openair("AC P\nAN A\nAL SFC\nAH UNL\nV X=50:00 N 010:00 E\nV D=+\nDB 50:10 N 010:00 E, 50:00 N 010:15.5 E\nDP 50:00 N 010:00 E\n", "z.txt");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->zones[0].outline.front(), test::at(50 + 10.0 / 60, 10));
  EXPECT_EQ(read->zones[0].outline.size(), 32u);
}

TEST(OpenAir, SaysFileLineAndWhatIsWrong) {
  const auto error = [](std::string_view text) {
    const auto r = read_openair(text, "bad.txt");
    return r ? std::string("no error") : r.error().message;
  };
  EXPECT_THAT(error("AC P\nDP 91:00 N 010:00 E\n"), HasSubstr("bad.txt: line 2: "));
  EXPECT_THAT(error("AC P\nAL low\n"), HasSubstr("is no vertical limit"));
  EXPECT_THAT(error("AC P\nDC 5\n"), HasSubstr("needs its centre"));
  EXPECT_THAT(error("AC P\nDA 5,x,3\n"), HasSubstr("DA is a radius"));
  EXPECT_THAT(error("DP 50:00 N 010:00 E\n"), HasSubstr("before the first AC"));
  EXPECT_THAT(error("AC P\nAN X\nDP 0:0 N 0:0 E\nDP 1:0 N 1:0 E\nDP 0:0 N 1:0 E\nDP 1:0 N 0:0 E\n"), HasSubstr("line 1 (\"X\"): the ring crosses itself"));
  EXPECT_THAT(error("AC P\nAN X\n"), HasSubstr("three different vertices"));
}

TEST(VerticalLimit, IsReadInAllItsSpellings) {
  const auto limit = [](std::string_view text) { return parse_vertical_limit(text).value(); };
  EXPECT_EQ(limit("FL 95").height, feet_of_height(9500));
  EXPECT_EQ(limit("fl095").reference, Reference::pressure);
  EXPECT_EQ(limit("2500ft").reference, Reference::mean_sea_level);
  EXPECT_EQ(limit("2500 ft AGL").reference, Reference::above_ground);
  EXPECT_EQ(limit("1500 m").height, metres_of_height(1500));
  EXPECT_EQ(limit("1500 MSL").height, feet_of_height(1500));
  EXPECT_EQ(limit("GND").reference, Reference::surface);
  EXPECT_EQ(limit("Unlimited").reference, Reference::unlimited);
  for (const char* wrong : {"", "FL", "FLx", "high", "100 furlongs", "1e9", "nan", "ft"}) EXPECT_FALSE(parse_vertical_limit(wrong)) << wrong;
}

}  // namespace
}  // namespace skypact::guard
