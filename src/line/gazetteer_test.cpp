// Places: files, and the nearest of them against looking at every one.

#include "line/gazetteer.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"

namespace skypact::line {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

// The same question, asked of every place.
std::vector<NearPlace> brute_force(const Gazetteer& gazetteer, geo::Position position, const NearestOptions& options) {
  std::vector<std::pair<double, const Place*>> all;
  const Length within = std::min(options.within, GazetteerLimits::farthest);
  for (const Place& place : gazetteer.places()) {
    if (options.airfields_only && !place.airfield) continue;
    if (options.least_runway > metres(0) && (!place.airfield || !place.airfield->longest_runway || *place.airfield->longest_runway < options.least_runway)) continue;
    if (geo::range_and_bearing(place.position, position).range > within) continue;
    const geo::Vec3 d = geo::place_of(place.position) - geo::place_of(position);
    all.emplace_back(dot(d, d), &place);
  }
  std::sort(all.begin(), all.end());
  std::vector<NearPlace> near;
  for (std::size_t i = 0; i < std::min(all.size(), options.count); ++i) {
    const auto line = geo::range_and_bearing(all[i].second->position, position);
    near.push_back({all[i].second, line.range, line.bearing});
  }
  return near;
}

void expect_same(const std::vector<NearPlace>& found, const std::vector<NearPlace>& expected, const std::string& where) {
  ASSERT_EQ(found.size(), expected.size()) << where;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].place, expected[i].place) << where << " at " << i;
    EXPECT_EQ(found[i].distance, expected[i].distance);
    EXPECT_EQ(found[i].bearing, expected[i].bearing);
  }
}

// Everywhere; crowded; in a line; at the poles and on the antimeridian; many at one place.
std::vector<Place> places_of(Random& random, std::size_t count, int kind) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = random.uniform(), v = random.uniform();
    Place place;
    place.name = fmt::format("place {}", i);
    place.code = fmt::format("P{:05}", random.below(100'000));
    switch (kind) {
      case 0: place.position = at(u * 180 - 90, v * 360 - 180); break;
      case 1: place.position = at(35 + u * 0.1, 33 + v * 0.1); break;
      case 2: place.position = at(40, v * 360 - 180); break;
      case 3: place.position = at(u < 0.5 ? 90 - u : -90 + (u - 0.5), v * 360 - 180); break;
      case 4: place.position = at(u * 20 - 10, 180 - v); break;
      default: place.position = at(35 + 0.01 * static_cast<double>(random.below(3)), 33); break;
    }
    if (random.below(2) == 0) {
      place.airfield = Airfield{};
      if (random.below(2) == 0) place.airfield->longest_runway = feet(static_cast<double>(random.below(12'000)));
    }
    places.push_back(std::move(place));
  }
  return places;
}

TEST(Gazetteer, AnswersAsLookingAtEveryPlaceDoes) {
  const std::uint64_t seed = 20261127;
  Random random(seed);
  for (const std::size_t count : {0u, 1u, 2u, 3u, 7u, 100u, 1'000u, 20'000u}) {
    for (int kind = 0; kind < 6; ++kind) {
      const Gazetteer gazetteer(places_of(random, count, kind));
      for (int i = 0; i < 20; ++i) {
        geo::Position from = at(random.uniform() * 180 - 90, random.uniform() * 360 - 180);
        if (!gazetteer.places().empty() && i % 2 == 0) from = gazetteer.places()[random.below(gazetteer.places().size())].position;
        if (i == 1) from = at(90, 0);
        if (i == 3) from = at(35, -180);
        const NearestOptions options{.within = kilometres(i % 3 == 0 ? 1000 : i % 3 == 1 ? 5 : 200),
                                     .count = static_cast<std::size_t>(1 + random.below(100)),
                                     .airfields_only = random.below(2) == 0,
                                     .least_runway = feet(random.below(3) == 0 ? 6000 : 0)};
        expect_same(gazetteer.nearest(from, options), brute_force(gazetteer, from, options), fmt::format("seed {} count {} kind {} question {}", seed, count, kind, i));
      }
    }
  }
}

TEST(Gazetteer, AnswersAlikeWhateverTheOrderOfTheFile) {
  Random random(7);
  std::vector<Place> places = places_of(random, 500, 5);
  const Gazetteer one(places);
  std::reverse(places.begin(), places.end());
  const Gazetteer other(places);
  EXPECT_EQ(one.places(), other.places());
  const auto a = one.nearest(at(35, 33), {.count = 100}), b = other.nearest(at(35, 33), {.count = 100});
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(*a[i].place, *b[i].place);
}

TEST(Gazetteer, KeepsEqualPlacesOnce) {
  const Place place{"Alpha", "", "", at(1, 2), {}};
  EXPECT_EQ(Gazetteer({place, place, place}).places().size(), 1u);
}

TEST(Gazetteer, CarriesAListThatKnowsTheLargerAirfields) {
  const Gazetteer& list = bundled_gazetteer();
  EXPECT_GT(list.places().size(), 4'500u);
  const auto near = list.nearest(at(34.8751, 33.6249), {.within = nautical_miles(30), .count = 5});
  ASSERT_FALSE(near.empty());
  const Place& larnaca = *near.front().place;
  EXPECT_EQ(larnaca.name, "Larnaca International Airport");
  EXPECT_EQ(larnaca.code, "LCLK");
  EXPECT_EQ(larnaca.country, "CY");
  EXPECT_EQ(larnaca.airfield->icao, "LCLK");
  EXPECT_EQ(larnaca.airfield->type, AirfieldType::large);
  EXPECT_EQ(larnaca.airfield->elevation, MeanSeaLevelAltitude(feet_of_height(8)));
  EXPECT_EQ(larnaca.airfield->longest_runway, feet(9823));
  for (const Place& place : list.places()) {
    ASSERT_TRUE(place.airfield) << place.name;
    EXPECT_EQ(place.airfield->icao, place.code);
  }
}

TEST(PlacesCsv, ReadsTheColumnsOfOurAirports) {
  const auto file = read_places_csv(
      "\xEF\xBB\xBF\"id\",\"ident\",\"type\",\"name\",\"latitude_deg\",\"longitude_deg\",\"elevation_ft\",\"iso_country\",\"gps_code\"\r\n"
      "1,\"ZZZZ\",\"small_airport\",\"The \"\"Old\"\" Field, North\",35.5,-33.25,120,\"XX\",\"\"\r\n"
      "2,\"XX-0001\",\"heliport\",\"Two\nlines\",1,2,,\"XX\",\"XXHH\"\r\n",
      "a.csv");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->places.size(), 2u);
  EXPECT_EQ(file->places[1].name, "Two lines");
  EXPECT_THAT(file->notes, ElementsAre("a.csv: of 1 names the characters that nobody sees are left out"));
  const auto good = read_places_csv(
      "id,ident,type,name,latitude_deg,longitude_deg,elevation_ft,iso_country,gps_code\r\n"
      "1,ZZZZ,small_airport,\"The \"\"Old\"\" Field, North\",35.5,-33.25,120,XX,\r\n"
      "\n"
      "2,XX-0001,heliport,Pad,1,2,,XX,XXHH\n"
      "3,XX-0002,closed,Gone,1,2,,XX,\n"
      "4,,place,Village,3,4,,,\n"
      "5,,,Church,3,4,,,",
      "a.csv");
  ASSERT_TRUE(good) << good.error().message;
  ASSERT_EQ(good->places.size(), 4u);
  EXPECT_EQ(good->places[0].name, "The \"Old\" Field, North");
  EXPECT_EQ(good->places[0].airfield->icao, "ZZZZ");
  EXPECT_EQ(good->places[0].position, at(35.5, -33.25));
  EXPECT_EQ(good->places[0].airfield->elevation, MeanSeaLevelAltitude(feet_of_height(120)));
  EXPECT_EQ(good->places[1].code, "XX-0001");
  EXPECT_EQ(good->places[1].airfield->icao, "XXHH");
  EXPECT_EQ(good->places[1].airfield->type, AirfieldType::heliport);
  EXPECT_FALSE(good->places[1].airfield->elevation);
  EXPECT_FALSE(good->places[2].airfield);
  EXPECT_THAT(good->notes, ElementsAre("a.csv: 1 closed airfields are left out"));
}

TEST(PlacesCsv, SaysWhereAndWhatIsWrong) {
  const std::string head = "ident,type,name,latitude_deg,longitude_deg,elevation_ft,longest_runway_ft\n";
  const std::pair<std::string, const char*> all[] = {
      {"", "a.csv:1: there is no column name"},
      {"name,latitude_deg\n", "a.csv:1: there is no column longitude_deg"},
      {"name,name,latitude_deg,longitude_deg\n", "a.csv:1: name: the column stands twice"},
      {head + "A,,,1,2,,\n", "a.csv:2: name: is missing"},
      {head + "A,,x,91,2,,\n", "a.csv:2: latitude_deg: \"91\" is no number from -90 to 90"},
      {head + "A,,x,1,x,,\n", "a.csv:2: longitude_deg: \"x\" is no number from -180 to 180"},
      {head + "A,,x,,2,,\n", "a.csv:2: latitude_deg: is missing"},
      {head + "\n\nA,,x,nan,2,,\n", "a.csv:4: latitude_deg"},
      {head + "A,spaceport,x,1,2,,\n", "a.csv:2: type: \"spaceport\" is none of large_airport"},
      {head + "A,heliport,x,1,2,99999,\n", "a.csv:2: elevation_ft"},
      {head + "A,heliport,x,1,2,,-1\n", "a.csv:2: longest_runway_ft"},
      {head + "A,,x,1,2,,,\n", "a.csv:2: 8 fields, the first line names 7"},
      {head + "A,,\"x,1,2,,\n", "a.csv:2: a field in quotes does not end"},
      {head + "A,,\"x\"y,1,2,,\n", "a.csv:2: text behind the closing quotation mark"},
      {head + "A,,x\"y,1,2,,\n", "a.csv:2: a quotation mark inside a field"},
      {head + "A\u202E,,a,1,2,,\n", "a.csv:2: ident: has U+202E, which turns the direction of writing"},
      {head + "A,,\u200B,1,2,,\n", "a.csv:2: name: is missing"},
      {head + "A,,a\xFFz,1,2,,\n", "a.csv:2: name: has the byte 0xff, which is no UTF-8"},
      {head + "A,," + std::string(201, 'x') + ",1,2,,\n", "a.csv:2: name: longer than 200 bytes"},
      {head + std::string(17, 'A') + ",,x,1,2,,\n", "a.csv:2: ident: longer than 16 bytes"},
      {std::string(64, ',') + "\n", "a.csv:1: more than 64 columns"},
  };
  for (const auto& [text, why] : all) {
    const auto file = read_places_csv(text, "a.csv");
    ASSERT_FALSE(file) << text;
    EXPECT_THAT(file.error().message, HasSubstr(why)) << text;
  }
}

TEST(PlacesCsv, TakesAsManyPlacesAsTheLimitAndNotOneMore) {
  std::string text = "name,latitude_deg,longitude_deg\n";
  for (std::size_t i = 0; i < GazetteerLimits::places; ++i) text += "a,1,2\n";
  EXPECT_TRUE(read_places_csv(text, "a.csv"));
  const auto more = read_places_csv(text + "a,1,2\n", "a.csv");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::over_limit);
}

TEST(PlacesCsv, SurvivesMillionsOfEmptyLines) { EXPECT_TRUE(read_places_csv("name,latitude_deg,longitude_deg\n" + std::string(5'000'000, '\n'), "a.csv")); }

TEST(RunwaysCsv, GiveTheLongestThatIsOpen) {
  auto file = read_places_csv("ident,type,name,latitude_deg,longitude_deg\nAAAA,small_airport,A,1,2\nBBBB,small_airport,B,1,3\nCCCC,place,C,1,3\n", "a.csv");
  ASSERT_TRUE(file);
  const auto given = add_runways_csv(file->places, "airport_ident,length_ft,closed\nAAAA,3000,0\nAAAA,5000,0\nAAAA,9000,1\nBBBB,,0\nCCCC,1000,0\n", "r.csv");
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(*given, 1u);
  EXPECT_EQ(file->places[0].airfield->longest_runway, feet(5000));
  EXPECT_FALSE(file->places[1].airfield->longest_runway);
  const auto wrong = add_runways_csv(file->places, "airport_ident,length_ft\nAAAA,long\n", "r.csv");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("r.csv:2: length_ft: \"long\" is no number"));
}

TEST(PlacesGeojson, ReadsPointsAndSaysWhichFeatureIsWrong) {
  const auto good = read_places_geojson(R"({"type":"FeatureCollection","features":[
      {"type":"Feature","geometry":{"type":"Point","coordinates":[33.5,35.25]},"properties":{"name":"Camp North","code":"N1"}},
      {"type":"Feature","geometry":{"type":"LineString","coordinates":[]},"properties":{}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[33.5,35.25,100]},
       "properties":{"name":"Strip","code":"ZZZZ","airfield":"small_airport","elevation_ft":100,"longest_runway_ft":3000,"country":"XX","remark":"?"}}]})",
                                        "p.geojson");
  ASSERT_TRUE(good) << good.error().message;
  ASSERT_EQ(good->places.size(), 2u);
  EXPECT_EQ(good->places[0], (Place{"Camp North", "N1", "", at(35.25, 33.5), {}}));
  EXPECT_EQ(good->places[1].airfield->icao, "ZZZZ");
  EXPECT_EQ(good->places[1].airfield->longest_runway, feet(3000));
  EXPECT_THAT(good->notes, ElementsAre("p.geojson: 1 features that are no points are left out"));
  const auto feature = [](const char* geometry, const char* properties) {
    return fmt::format(R"({{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{},"properties":{}}}]}})", geometry, properties);
  };
  const char* point = R"({"type":"Point","coordinates":[1,2]})";
  const std::pair<std::string, const char*> all[] = {
      {"[]", "FeatureCollection"},
      {R"({"type":"FeatureCollection"})", "features: must be an array"},
      {feature(point, "{}"), "p.geojson: feature 1: name: is missing"},
      {feature(point, "null"), "p.geojson: feature 1: must be an object"},
      {feature(R"({"type":"Point","coordinates":[1]})", R"({"name":"a"})"), "feature 1: "},
      {feature(R"({"type":"Point","coordinates":[1,"2"]})", R"({"name":"a"})"), "feature 1: "},
      {feature(R"({"type":"Point","coordinates":[1,95]})", R"({"name":"a"})"), "feature 1: "},
      {feature(point, R"({"name":"a","code":"a\u200Fb"})"), "feature 1: code: has U+200F"},
      {feature(point, R"({"name":"\u200F"})"), "feature 1: name: is missing"},
      {feature(point, R"({"name":"a","airfield":"port"})"), "feature 1: airfield"},
  };
  for (const auto& [text, why] : all) {
    const auto file = read_places_geojson(text, "p.geojson");
    ASSERT_FALSE(file) << text;
    EXPECT_THAT(file.error().message, HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace skypact::line
