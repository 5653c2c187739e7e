// Positions in every written form, there and back.

#include "line/place.h"

#include <cmath>

#include <GeographicLib/GeoCoords.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace skypact::line {
namespace {

using testing::HasSubstr;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

double metres_between(geo::Position a, geo::Position b) {
  double s = 0;
  GeographicLib::Geodesic::WGS84().Inverse(a.lat_degrees(), a.lon_degrees(), b.lat_degrees(), b.lon_degrees(), s);
  return s;
}

geo::Position any_position() {
  // Often at a pole, on the antimeridian, on a grid line.
  const auto lat = *rc::gen::oneOf(rc::gen::inRange(-900'000'000, 900'000'001), rc::gen::element(-900'000'000, 900'000'000, 840'000'000, -800'000'000, 0, 839'999'999));
  const auto lon = *rc::gen::oneOf(rc::gen::inRange(-1'800'000'000, 1'800'000'000), rc::gen::element(-1'800'000'000, 1'799'999'999, 0, 60'000'000, 30'000'000));
  return {lat, lon};
}

TEST(PlaceText, IsWrittenLikeThis) {
  EXPECT_EQ(dms_text(at(35.17, 33.75)), "35°10′12.0″N 033°45′00.0″E");
  EXPECT_EQ(dms_text(at(-0.5, -179.99999999)), "00°30′00.0″S 180°00′00.0″W");
  EXPECT_EQ(dms_text(at(59.99999, 9.99999)), "60°00′00.0″N 010°00′00.0″E");
  EXPECT_EQ(decimal_text(at(35.17, -33.75)), "35.170000, -33.750000");
  EXPECT_EQ(decimal_text(at(-0.0000004, 0)), "0.000000, 0.000000");
  EXPECT_EQ(icao_text(at(35.17, 33.75), IcaoForm::minutes), "3510N03345E");
  EXPECT_EQ(icao_text(at(35.17, 33.75), IcaoForm::seconds), "351012N0334500E");
  EXPECT_EQ(icao_text(at(-1.99999, -9.99999), IcaoForm::minutes), "0200S01000W");
  EXPECT_EQ(bearing_text(TrueBearing::degrees(0.2)), "360°");
  EXPECT_EQ(bearing_text(TrueBearing::degrees(359.6)), "360°");
  EXPECT_EQ(bearing_text(TrueBearing::degrees(44.6)), "045°");
  EXPECT_EQ(nautical_text(nautical_miles(12.34)), "12.3 NM");
  EXPECT_EQ(nautical_text(nautical_miles(123.4)), "123 NM");
  EXPECT_EQ(nautical_text(metres(40)), "40 m");
  EXPECT_EQ(metric_text(kilometres(22.84)), "22.8 km");
}

// The first is the example of GeographicLib's GeoConvert manual; the poles are the corners of the UPS squares (NGA.SIG.0012).
TEST(PlaceText, NamesThePublishedGridReferences) {
  EXPECT_EQ(mgrs_text(at(33.3, 44.4)), "38S MB 44140 84706");
  EXPECT_EQ(mgrs_text(at(33.3, 44.4), GridStep::km10), "38S MB 4 8");
  EXPECT_EQ(mgrs_text(at(33.3, 44.4), GridStep::m100), "38S MB 441 847");
  EXPECT_EQ(mgrs_text(at(90, 0)), "Z AH 00000 00000");
  EXPECT_EQ(mgrs_text(at(-90, 0)), "B AN 00000 00000");
  EXPECT_THAT(mgrs_text(at(60, 4)), HasSubstr("32V "));    // the wider zone of south-west Norway
  EXPECT_THAT(mgrs_text(at(78, 15)), HasSubstr("33X "));   // and those of Svalbard
  EXPECT_THAT(mgrs_text(at(84, 15)), HasSubstr("Z "));
  EXPECT_THAT(mgrs_text(at(-80.1, 15)), HasSubstr("B "));
}

RC_GTEST_PROP(PlaceText, IsTheGridReferenceOfAnotherInterface, ()) {
  const geo::Position p = any_position();
  const GeographicLib::GeoCoords truth(p.lat_degrees(), p.lon_degrees());
  for (int digits = 1; digits <= 5; ++digits) {
    std::string text = mgrs_text(p, static_cast<GridStep>(digits));
    std::erase(text, ' ');
    RC_ASSERT(text == truth.MGRSRepresentation(digits - 5));
  }
}

RC_GTEST_PROP(PlaceText, IsReadBackAsNearAsItsLastDigit, ()) {
  const geo::Position p = any_position();
  const auto near = [&](const std::string& text, double metres_off) {
    const auto read = read_position(text);
    RC_ASSERT(read.has_value());
    RC_ASSERT(metres_between(p, read->position) <= metres_off);
  };
  near(dms_text(p), 2.3);
  near(decimal_text(p), 0.09);
  near(icao_text(p, IcaoForm::seconds), 23);
  near(icao_text(p, IcaoForm::minutes), 1400);
  // The square of a reference may be cut off by the edge of its zone, so the middle may lie beyond it: still half a diagonal away.
  for (const auto& [step, side] : {std::pair(GridStep::m1, 1.0), std::pair(GridStep::m10, 10.0), std::pair(GridStep::m100, 100.0), std::pair(GridStep::km1, 1000.0), std::pair(GridStep::km10, 10'000.0)}) {
    const auto read = read_position(mgrs_text(p, step));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->form == WrittenForm::grid);
    RC_ASSERT(std::abs(read->step.in(metres) - side) < 1e-9);
    RC_ASSERT(metres_between(p, read->position) <= side * 0.7072 * 1.01 + 0.02);
  }
}

RC_GTEST_PROP(PlaceText, IsTheSameAgainAfterReading, ()) {
  const geo::Position p = any_position();
  for (const std::string& text : {dms_text(p), decimal_text(p)}) {
    const auto read = parse_position(text);
    RC_ASSERT(read.has_value());
    RC_ASSERT((text == dms_text(*read) || text == decimal_text(*read)));
  }
}

struct Written {
  const char* text;
  double lat, lon;
  WrittenForm form;
  double step_m;
};

TEST(PlaceRead, TakesTheFormsThatPeopleWrite) {
  const double second = 1852.0 / 60, degree = 60 * 1852.0;
  const Written all[] = {
      {"35.17, -33.75", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"35.17,-33.75", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"35.17 -33.75", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"-35.17 33.75", -35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"-35.17 -33.75", -35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"−35.17 −33.75", -35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"+35.17 +33.75", 35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"35.17/33.75", 35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"35.17N 33.75W", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"35.17 n, 33.75 w", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"33.75W 35.17N", 35.17, -33.75, WrittenForm::degrees, degree / 100},
      {"N35.17 E033.75", 35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"35.17° 33.75°", 35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"35°10′12″N 033°45′00″E", 35.17, 33.75, WrittenForm::seconds, second},
      {"35°10'12\"N, 33°45'0\"E", 35.17, 33.75, WrittenForm::seconds, second},
      {"35°10'12''S 33°45'00''W", -35.17, -33.75, WrittenForm::seconds, second},
      {"35°10.2'N 33°45'E", 35.17, 33.75, WrittenForm::minutes, 1852},
      {"35 10 12 N 33 45 00 E", 35.17, 33.75, WrittenForm::seconds, second},
      {"35 10 12 33 45 00", 35.17, 33.75, WrittenForm::seconds, second},
      {"N35:10:12 E033:45:00", 35.17, 33.75, WrittenForm::seconds, second},
      {"35-10-12N 033-45-00E", 35.17, 33.75, WrittenForm::seconds, second},
      {"35-10-12N/033-45-00E", 35.17, 33.75, WrittenForm::seconds, second},
      {"35N033E", 35, 33, WrittenForm::degrees, degree},
      {"3510N03345E", 35 + 1 / 6.0, 33.75, WrittenForm::minutes, 1852},
      {"351012N0334500E", 35.17, 33.75, WrittenForm::seconds, second},
      {"351012.0N0334500.0E", 35.17, 33.75, WrittenForm::seconds, second / 10},
      {"N351012E0334500", 35.17, 33.75, WrittenForm::seconds, second},
      {"9000N18000E", 90, -180, WrittenForm::minutes, 1852},
      {"90S 0W", -90, 0, WrittenForm::degrees, degree},
      {"\u2068351012N0334500E\u2069", 35.17, 33.75, WrittenForm::seconds, second},
      {"  35.17,\u00A033.75  ", 35.17, 33.75, WrittenForm::degrees, degree / 100},
      {"38SMB4414084706", 33.3, 44.4, WrittenForm::grid, 1},
      {"38S MB 44140 84706", 33.3, 44.4, WrittenForm::grid, 1},
      {"38smb4414084706", 33.3, 44.4, WrittenForm::grid, 1},
  };
  for (const Written& w : all) {
    const auto read = read_position(w.text);
    ASSERT_TRUE(read) << w.text << ": " << read.error().message;
    EXPECT_NEAR(read->position.lat_degrees(), w.lat, 1e-5) << w.text;
    EXPECT_NEAR(read->position.lon_degrees(), w.lon, 1e-5) << w.text;
    EXPECT_EQ(read->form, w.form) << w.text;
    EXPECT_NEAR(read->step.in(metres), w.step_m, 1e-6 * w.step_m) << w.text;
  }
}

struct Wrong {
  std::string text;
  const char* why;
};

TEST(PlaceRead, SaysWhatIsWrong) {
  const Wrong all[] = {
      {"", "empty"},
      {"   ", "empty"},
      {"35", "one number"},
      {"35N", "only one coordinate has a letter"},
      {"91N 0E", "the latitude is 91°; it is at most 90°"},
      {"35N 181E", "the longitude is 181°; it is at most 180°"},
      {"90 00 01 N 0 0 0 E", "at most 90°"},
      {"35°60'N 33°E", "the latitude has 60 minutes; they are below 60"},
      {"351060N0334500E", "60 seconds"},
      {"35N 36N", "two letters of latitude"},
      {"35E 36W", "two letters of longitude"},
      {"-35N 33E", "a sign and a letter"},
      {"35.17-33.75", "a hyphen between two numbers may be a sign"},
      {"35,17 33,75", "more than one comma"},
      {"35,17", "decimal mark"},
      {"35.5 10 12 N 33 E", "only the last number"},
      {"35 10 12 5 N 33 E", "4 numbers"},
      {"35 10 12", "3 numbers cannot be divided"},
      {"35101N0334500E", "the latitude has 5 digits; it is DD, DDMM or DDMMSS"},
      {"3510N3345E", "the longitude has 4 digits"},
      {"3510 03345", "the latitude has 4 digits"},
      {"35'10°N 33E", "marks out of order"},
      {"35X 33E", "the letter X does not belong"},
      {"35N 33E N", "more than two letters"},
      {"35.17; 33.75", "\";\" does not belong into a position"},
      {"35,1N 33,7E", "a comma inside a number"},
      {"٣٥ ٣٣", "does not belong into a position"},
      {"N35 33E", "the longitude is missing"},
      {"61SVD5754260235", "the grid zone is 61"},
      {"36IVD5754260235", "I is no band of latitude"},
      {"36SVD575426023", "9 digits"},
      {"36SVD", "100 km or more only"},
      {"36T", "100 km or more only"},
      {"36SVD575426602356", "more than ten digits"},
      {"36SAA5754260235", "there is no square AA in 36S"},
      {"CVD5754260235", "has no zone"},
      {std::string(81, '1'), "at most 80 bytes"},
      {"1e5 3", "only one coordinate has a letter"},
      {"35\xFF 33", "does not belong into a position"},
  };
  for (const Wrong& w : all) {
    const auto read = read_position(w.text);
    ASSERT_FALSE(read) << w.text << " was read as " << decimal_text(read->position);
    EXPECT_THAT(read.error().message, HasSubstr(w.why)) << w.text;
  }
}

TEST(PlaceEcho, SaysWhereThePositionLiesFromTheNearestPlace) {
  const PlaceEcho shown = echo(at(34.95, 33.72), bundled_gazetteer());
  EXPECT_EQ(shown.dms, "34°57′00.0″N 033°43′12.0″E");
  EXPECT_EQ(shown.decimal, "34.950000, 33.720000");
  EXPECT_THAT(shown.mgrs, HasSubstr("36S W"));
  ASSERT_TRUE(shown.near);
  EXPECT_EQ(shown.near->code, "LCLK");
  double s = 0, azimuth = 0, back = 0;
  GeographicLib::Geodesic::WGS84().Inverse(34.8751, 33.6249, 34.95, 33.72, s, azimuth, back);
  EXPECT_NEAR(shown.near->distance.in(metres), s, 2);
  EXPECT_NEAR(shown.near->bearing.in_degrees(), azimuth, 0.02);
}

TEST(PlaceEcho, IsWrittenForPrograms) {
  const auto text_of = [](const PlaceEcho& shown) {
    std::string text;
    json::Writer out(text);
    append(out, shown);
    return text;
  };
  const Gazetteer gazetteer({Place{"Camp", "C1", "", at(33, 44.4), {}}});
  EXPECT_EQ(text_of(echo(at(33.3, 44.4), gazetteer, {.step = GridStep::m100})),
            R"({"decimal":"33.300000, 44.400000","dms":"33°18′00.0″N 044°24′00.0″E","lat_deg":33.3000000,"lon_deg":44.4000000,"mgrs":"38S MB 441 847",)"
            R"("near":{"bearing_deg":0.0,"code":"C1","distance_nm":17.966,"name":"Camp"}})");
  EXPECT_THAT(text_of(echo(at(0, 0), gazetteer)), HasSubstr("\"near\":null"));
}

TEST(PlaceEcho, SaysNothingOfPlacesThatAreTooFar) {
  EXPECT_FALSE(echo(at(-48.9, -123.4), bundled_gazetteer()).near);   // the point of the oceans farthest from land
  EXPECT_FALSE(echo(at(0, 0), Gazetteer()).near);
  EXPECT_TRUE(echo(at(90, 0), bundled_gazetteer(), {.step = GridStep::m1, .within = kilometres(1000)}).near);
}

}  // namespace
}  // namespace skypact::line
