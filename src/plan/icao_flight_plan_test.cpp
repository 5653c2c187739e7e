#include "plan/icao_flight_plan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;

const Time midnight = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1));
const Time filed = midnight + std::chrono::hours(6);

std::optional<LatLng> place_of(std::string_view name) {
  if (name == "LSGG") return LatLng{46.2381, 6.1089};
  if (name == "LSZH") return LatLng{47.4647, 8.5492};
  if (name == "GVA") return LatLng{46.25, 6.13};
  if (name == "ULMES") return LatLng{46.6, 7.2};
  if (name == "NPOLE") return LatLng{89.5, 20};
  if (name == "NAN") return LatLng{std::numeric_limits<double>::quiet_NaN(), 0};
  return std::nullopt;
}
const KnownPlaces known{place_of, [](LatLng place) { return place.lon_deg < 100 ? std::optional(3.0) : std::nullopt; }};

// A message with one or several of its items replaced.
struct Items {
  std::string seven = "ABC123", eight = "IS", nine = "C208/L", ten = "SDFGRY/S", thirteen = "LSGG0900", fifteen = "N0150F100 DCT 46N007E DCT", sixteen = "LSZH0045",
              eighteen = "0";
};
std::string message(const Items& i) {
  return "(FPL-" + i.seven + "-" + i.eight + "\n-" + i.nine + "-" + i.ten + "\n-" + i.thirteen + "\n-" + i.fifteen + "\n-" + i.sixteen + "\n-" + i.eighteen + ")";
}
Result<IcaoFlightPlan> read(const Items& items) { return read_icao_flight_plan(message(items), known, filed); }
std::string error_of(const Items& items) {
  const auto plan = read(items);
  return plan ? "none" : plan.error().message;
}

TEST(IcaoFlightPlan, EveryItemIsRead) {
  const auto plan = read_icao_flight_plan(R"((FPL-abc123/A4521-YN
-2C208/L-SDFGRY/SB1
-ZZZZ0930
-N0150F100 DCT 46N007E/N0160F120 IFR GVA  dct 4645N00830E
 ULMES
-ZZZZ0145 LSZH LSGG
-PBN/B2 DEP/LES COULLAYES 4610N00605E DEST/4720S10920W DOF/270301 RMK/SEE
 NOTAM A12/26 EET/LIMM0020
-E/0400 P/3))", known, filed);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->call_sign, "ABC123");
  EXPECT_EQ(plan->ssr_code, "4521");
  EXPECT_EQ(plan->rules, 'Y');
  EXPECT_EQ(plan->type_of_flight, 'N');
  EXPECT_EQ(plan->aircraft, 2);
  EXPECT_EQ(plan->aircraft_type, "C208");
  EXPECT_EQ(plan->wake, 'L');
  EXPECT_EQ(plan->equipment, "SDFGRY");
  EXPECT_EQ(plan->surveillance, "SB1");
  EXPECT_EQ(plan->departure.name, "ZZZZ");
  EXPECT_DOUBLE_EQ(plan->departure.place.lat_deg, 46 + 10 / 60.0);
  EXPECT_DOUBLE_EQ(plan->departure.place.lon_deg, 6 + 5 / 60.0);
  EXPECT_EQ(to_rfc3339(plan->off_block), "2027-03-01T09:30:00.000Z");
  EXPECT_DOUBLE_EQ(plan->cruise.true_airspeed.in(knots), 150);
  EXPECT_EQ(plan->cruise.level->height, feet_of_height(10'000));
  ASSERT_EQ(plan->route.size(), 4u);
  EXPECT_EQ(plan->route[0].name, "46N007E");
  EXPECT_EQ(plan->route[0].place.lat_deg, 46);
  ASSERT_TRUE(plan->route[0].change);
  EXPECT_DOUBLE_EQ(plan->route[0].change->true_airspeed.in(knots), 160);
  EXPECT_EQ(plan->route[0].change->level->height, feet_of_height(12'000));
  EXPECT_EQ(plan->route[1].name, "GVA");
  EXPECT_DOUBLE_EQ(plan->route[1].place.lat_deg, 46.25);
  EXPECT_FALSE(plan->route[1].change);
  EXPECT_DOUBLE_EQ(plan->route[2].place.lat_deg, 46.75);
  EXPECT_EQ(plan->route[3].name, "ULMES");
  EXPECT_DOUBLE_EQ(plan->destination.place.lat_deg, -(47 + 20 / 60.0));
  EXPECT_DOUBLE_EQ(plan->destination.place.lon_deg, -(109 + 20 / 60.0));
  EXPECT_EQ(plan->elapsed, minutes(105));
  EXPECT_EQ(plan->alternates, (std::vector<std::string>{"LSZH", "LSGG"}));
  const std::vector<std::pair<std::string, std::string>> other{
      {"PBN", "B2"}, {"DEP", "LES COULLAYES 4610N00605E"}, {"DEST", "4720S10920W"}, {"DOF", "270301"}, {"RMK", "SEE NOTAM A12/26"}, {"EET", "LIMM0020"}};
  EXPECT_EQ(plan->other, other);
}

TEST(IcaoFlightPlan, SpeedsAndLevelsAreInEveryUnit) {
  struct Row {
    std::string text;
    double metres_per_second;
    Datum datum;
    double level_m;
  };
  for (const Row& row : std::vector<Row>{{"N0450F330", 450 * 1852 / 3600.0, Datum::pressure, 33'000 * 0.3048},
                                         {"K0830S1130", 830 / 3.6, Datum::pressure, 11'300},
                                         {"N0120A045", 120 * 1852 / 3600.0, Datum::mean_sea_level, 4'500 * 0.3048},
                                         {"K0180M0084", 50, Datum::mean_sea_level, 840},
                                         {"M100A000", 340.294, Datum::mean_sea_level, 0},
                                         {"M100S1100", 295.07, Datum::pressure, 11'000},
                                         {"M082F390", 0.82 * 295.07, Datum::pressure, 39'000 * 0.3048}}) {
    const auto plan = read({.fifteen = row.text});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_NEAR(plan->cruise.true_airspeed.in(metres_per_second), row.metres_per_second, 2e-3) << row.text;
    EXPECT_EQ(plan->cruise.level->datum, row.datum) << row.text;
    EXPECT_NEAR(plan->cruise.level->height.in_metres(), row.level_m, 1e-4) << row.text;
  }
  EXPECT_FALSE(read({.fifteen = "N0100VFR"})->cruise.level);
}

TEST(IcaoFlightPlan, WithoutADateItIsTheFirstSuchTimeNotBeforeItWasFiled) {
  EXPECT_EQ(read({.thirteen = "LSGG0600"})->off_block, filed);
  EXPECT_EQ(read({.thirteen = "LSGG2359"})->off_block, midnight + std::chrono::hours(24) - minutes(1));
  EXPECT_EQ(read({.thirteen = "LSGG0559"})->off_block, filed + std::chrono::hours(24) - minutes(1));
  EXPECT_EQ(read({.thirteen = "LSGG0559", .eighteen = "DOF/261201"})->off_block, filed - minutes(1)) << "as it says";
  EXPECT_TRUE(read({.eighteen = "DOF/280229"}));
}

TEST(IcaoFlightPlan, APointMayBeSeenFromAnother) {
  const auto plan = read({.fifteen = "N0150F100 GVA180040 46N007E350100/N0140F090"});
  ASSERT_TRUE(plan) << plan.error().message;
  const auto apart = [](LatLng p, LatLng q) {
    double metres = 0;
    earth().Inverse(p.lat_deg, p.lon_deg, q.lat_deg, q.lon_deg, metres);
    return metres;
  };
  EXPECT_EQ(plan->route[0].name, "GVA180040");
  EXPECT_LT(apart(plan->route[0].place, away({46.25, 6.13}, 183, 40 * 1'852)), 0.05) << "3 degrees east of magnetic south";
  EXPECT_LT(apart(plan->route[1].place, away({46, 7}, 353, 100 * 1'852)), 0.05);
  EXPECT_TRUE(plan->route[1].change);
}

TEST(IcaoFlightPlan, WhatIsFiledInTheAirBeginsAtTheFirstPoint) {
  const auto plan = read({.thirteen = "AFIL0900", .fifteen = "N0150F100 46N007E/N0160F120 47N008E"});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->filed_in_the_air);
  EXPECT_EQ(plan->departure.name, "46N007E");
  EXPECT_EQ(plan->departure.place.lon_deg, 7);
  EXPECT_FALSE(plan->departure.change);
  EXPECT_TRUE(plan->route[0].change);
  EXPECT_EQ(error_of({.thirteen = "AFIL0900", .fifteen = "N0150F100"}), "item 13: AFIL: the route must begin with the point that the flight is filed from");
}

TEST(IcaoFlightPlan, AllThatIsNotKnownIsNamedAtOnce) {
  const auto plan = read({.thirteen = "LFPG0900", .fifteen = "N0150F100 LASI1A KORED UL607 GVA DUB UL607 NAN DUB180040", .sixteen = "EDDM0100"});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::not_found);
  EXPECT_EQ(plan.error().message,
            "not known here: \"LFPG\" (item 13), \"LASI1A\" (item 15), \"KORED\" (item 15), \"UL607\" (item 15), \"DUB\" (item 15), \"NAN\" (item 15), \"EDDM\" (item 16); write a point as "
            "coordinates such as 4620N00705E, an airway or a procedure as its points, and an aerodrome as ZZZZ with DEP/4620N00705E or DEST/4620N00705E in item 18");
  std::string route = "N0150F100";
  for (int k = 0; k < 30; ++k) route += " UL" + std::to_string(k);
  EXPECT_NE(error_of({.fifteen = route}).find("\"UL19\" (item 15) and 10 more;"), std::string::npos) << error_of({.fifteen = route});
  EXPECT_EQ(read_icao_flight_plan(message({}), {}, filed).error().code, ErrorCode::not_found) << "who knows nothing";
}

TEST(IcaoFlightPlan, ErrorsSayTheItemAndWhatToWrite) {
  const std::vector<std::pair<Items, std::string>> rows{
      {{.seven = "ABC12345"}, "item 7: \"ABC12345\" is no call sign of one to seven letters and digits"},
      {{.seven = ""}, "item 7: \"\" is no call sign of one to seven letters and digits"},
      {{.seven = "ABC/A1289"}, "item 7: \"A1289\" is no SSR code; write A and four digits from 0 to 7"},
      {{.seven = "ABC/"}, "item 7: \"\" is no SSR code; write A and four digits from 0 to 7"},
      {{.eight = "QS"}, "item 8: \"QS\": write the rules I, V, Y or Z and the type of flight S, N, G, M or X"},
      {{.eight = ""}, "item 8: \"\": write the rules I, V, Y or Z and the type of flight S, N, G, M or X"},
      {{.nine = "C208"}, "item 9: \"C208\": write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one"},
      {{.nine = "0C208/L"}, "item 9: \"0C208/L\": write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one"},
      {{.nine = "999999999999C208/L"}, "item 9: \"999999999999C208/L\": write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one"},
      {{.nine = "12"}, "item 9: \"12\": write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one"},
      {{.nine = "/12"}, "item 9: \"/12\": write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one"},
      {{.ten = "S"}, "item 10: \"S\": write equipment and surveillance as SDFGRY/S, N where there is none"},
      {{.thirteen = "LSGG9"}, "item 13: \"LSGG9\": write the aerodrome and the off-block time as LSGG0900"},
      {{.thirteen = "LSGG2400"}, "item 13: \"LSGG2400\": write the aerodrome and the off-block time as LSGG0900"},
      {{.thirteen = "LSGG0960"}, "item 13: \"LSGG0960\": write the aerodrome and the off-block time as LSGG0900"},
      {{.thirteen = "ZZZZ0900"}, "item 13: ZZZZ needs DEP/ in item 18, with coordinates such as DEP/4620N00705E"},
      {{.thirteen = "ZZZZ0900", .eighteen = "DEP/A FIELD"}, "item 13: ZZZZ: DEP/\"A FIELD\" has no coordinates; write them as DEP/4620N00705E"},
      {{.thirteen = "ZZZZ0900", .eighteen = "DEP/9160N00705E"}, "item 13: \"9160N00705E\" is no place on Earth: at most 90 degrees north or south, 180 east or west, 59 minutes"},
      {{.fifteen = ""}, "item 15: is empty; write the cruising speed and level and the route as N0150F100 DCT 46N007E DCT"},
      {{.fifteen = "DCT"}, "item 15: \"DCT\": the cruising speed is not as N0450 (knots), K0830 (km/h) or M082 (Mach), with the level behind it"},
      {{.fifteen = "N450F330"}, "item 15: \"N450F330\": the cruising speed is not as N0450 (knots), K0830 (km/h) or M082 (Mach), with the level behind it"},
      {{.fifteen = "N0450"}, "item 15: \"N0450\": the cruising level is not as F330, A045 (hundreds of feet), S1130, M0840 (tens of metres) or VFR"},
      {{.fifteen = "N0450F33"}, "item 15: \"N0450F33\": the cruising level is not as F330, A045 (hundreds of feet), S1130, M0840 (tens of metres) or VFR"},
      {{.fifteen = "N0450S113"}, "item 15: \"N0450S113\": the cruising level is not as F330, A045 (hundreds of feet), S1130, M0840 (tens of metres) or VFR"},
      {{.fifteen = "M082VFR"}, "item 15: \"M082VFR\": a Mach number needs a level"},
      {{.fifteen = "N0000F100"}, "item 15: \"N0000F100\": no aircraft has this speed"},
      {{.fifteen = "N0450S6001"}, "item 15: \"N0450S6001\": no aircraft has this level"},
      {{.fifteen = "N9999F100"}, "item 15: \"N9999F100\": no aircraft has this speed"},
      {{.fifteen = "N0150F100 GVA/N015"}, "item 15: \"GVA\": \"N015\": the cruising speed is not as N0450 (knots), K0830 (km/h) or M082 (Mach), with the level behind it"},
      {{.fifteen = "N0150F100 91N007E"}, "item 15: \"91N007E\" is no place on Earth: at most 90 degrees north or south, 180 east or west, 59 minutes"},
      {{.fifteen = "N0150F100 4660N00705E"}, "item 15: \"4660N00705E\" is no place on Earth: at most 90 degrees north or south, 180 east or west, 59 minutes"},
      {{.fifteen = "N0150F100 46N181E"}, "item 15: \"46N181E\" is no place on Earth: at most 90 degrees north or south, 180 east or west, 59 minutes"},
      {{.fifteen = "N0150F100 90N007E"}, "item 15: \"90N007E\" is less than 1 degree from a pole, where a longitude in whole minutes gives no direction; such routes are not read"},
      {{.fifteen = "N0150F100 8901S00705E"}, "item 15: \"8901S00705E\" is less than 1 degree from a pole, where a longitude in whole minutes gives no direction; such routes are not read"},
      {{.fifteen = "N0150F100 NPOLE"}, "item 15: \"NPOLE\" is less than 1 degree from a pole, where a longitude in whole minutes gives no direction; such routes are not read"},
      {{.fifteen = "N0150F100 8800N00705E357100"}, "item 15: \"8800N00705E357100\" is less than 1 degree from a pole, where a longitude in whole minutes gives no direction; such routes are not read"},
      {{.fifteen = "N0150F100 GVA361040"}, "item 15: \"GVA361040\": the bearing 361 is more than 360 degrees"},
      {{.fifteen = "N0150F100 46N107E090010"}, "item 15: \"46N107E090010\": its bearing is magnetic, and the variation there is not known here; write coordinates such as 4620N00705E"},
      {{.fifteen = "N0150F100 GVA T"}, "item 15: T: the route is cut off, and nobody knows where it goes on; write all of it"},
      {{.fifteen = "N0150F100 C/46N007E/N0150F100F120"}, "item 15: \"C/46N007E/N0150F100F120\": a cruise climb is not read; write changes of level at points"},
      {{.fifteen = "N0150F100 STAY1/0100"}, "item 15: \"STAY1/0100\": a stay is not read; file its parts as flights of their own"},
      {{.fifteen = "N0150F100 46.5"}, "item 15: \"46.5\" is no element of a route"},
      {{.fifteen = "N0150F100 /N0150F100"}, "item 15: \"\" is no element of a route"},
      {{.fifteen = "N0150F100 \x01\xff"}, "item 15: \"\\x01\\xff\" is no element of a route"},
      {{.sixteen = "LSZH"}, "item 16: \"LSZH\": write the destination, the elapsed time and alternates as LSZH0045 LSGG"},
      {{.sixteen = ""}, "item 16: \"\": write the destination, the elapsed time and alternates as LSZH0045 LSGG"},
      {{.sixteen = "LSZH0000"}, "item 16: the estimated elapsed time is zero"},
      {{.sixteen = "LSZH0045 LSGG LFPG EDDM"}, "item 16: \"EDDM\" is no alternate; two of four letters may follow"},
      {{.sixteen = "ZZZZ0045"}, "item 16: ZZZZ needs DEST/ in item 18, with coordinates such as DEST/4620N00705E"},
      {{.eighteen = ""}, "item 18: is empty; write 0 where there is nothing to say"},
      {{.eighteen = "HELLO"}, "item 18: \"HELLO\" does not begin with an indicator such as DOF/; write 0 where there is nothing to say"},
      {{.eighteen = "DOF/261301"}, "item 18: DOF/: \"261301\" is no date; write 1 December 2026 as 261201"},
      {{.eighteen = "DOF/270229"}, "item 18: DOF/: \"270229\" is no date; write 1 December 2026 as 261201"},
      {{.eighteen = "DLE/GVA0100"}, "item 18: DLE/: delays en route are not read; file the parts before and after as flights of their own"},
      {{.eighteen = "RMK/A-B-C"}, "the message has 11 parts between hyphens; after FPL come the items 7, 8, 9, 10, 13, 15, 16 and 18, and 19 at most, and no hyphen within any"},
  };
  for (const auto& [items, text] : rows) EXPECT_EQ(error_of(items), text);
}

TEST(IcaoFlightPlan, WhatIsNoMessageIsRefused) {
  const std::string text = "a flight plan message begins with (FPL- and ends with a closing bracket";
  for (const std::string_view garbage : {"", " ", "(", ")", "(FPL", "(FPL-", "(CHG-A)", "hello", "FPL-ABC123", "\n(FPL-\n"}) {
    const auto plan = read_icao_flight_plan(garbage, known, filed);
    ASSERT_FALSE(plan) << garbage;
    EXPECT_EQ(plan.error().message, text) << garbage;
  }
  EXPECT_EQ(read_icao_flight_plan("(FPL-)", known, filed).error().message.substr(0, 23), "the message has 2 parts");
  EXPECT_TRUE(read_icao_flight_plan("  \r\n" + message({}) + " \n", known, filed));
}

TEST(IcaoFlightPlan, IsBounded) {
  std::string text = message({});
  EXPECT_TRUE(read_icao_flight_plan(text + std::string(IcaoLimits::bytes - text.size(), ' '), known, filed));
  const auto longer = read_icao_flight_plan(text + std::string(IcaoLimits::bytes - text.size() + 1, ' '), known, filed);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().message, "the message has 8193 bytes; at most 8192 are read");
  EXPECT_EQ(longer.error().code, ErrorCode::over_limit);
  std::string route = "N0150F100";
  for (std::size_t k = 1; k < IcaoLimits::route_elements; ++k) route += " GVA";
  EXPECT_EQ(read({.fifteen = route})->route.size(), IcaoLimits::route_elements - 1);
  EXPECT_EQ(error_of({.fifteen = route + " GVA"}), "item 15: the route has 257 elements; at most 256 are read");
}

// A message with some bytes changed is read or refused, and twice alike.
RC_GTEST_PROP(IcaoFlightPlanProperty, AnyBytesAreReadOrRefused, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  std::string text = message({.thirteen = "ZZZZ0900", .fifteen = "N0150F100 DCT GVA180040/M050F120 4620N00705E ULMES", .eighteen = "DEP/4620N00705E DOF/261201"});
  constexpr std::string_view letters = "(-)/ 0189ANEWSMFZ\n\xff";
  for (std::uint64_t k = 0, count = random.below(6); k < count; ++k) {
    const std::size_t at = random.below(text.size());
    if (random.chance(0.5)) text[at] = letters[random.below(letters.size())];
    else if (random.chance(0.5)) text.erase(at, random.below(5));
    else text.insert(at, 1, letters[random.below(letters.size())]);
  }
  const auto one = read_icao_flight_plan(text, known, filed), other = read_icao_flight_plan(text, known, filed);
  RC_ASSERT(one.has_value() == other.has_value());
  if (!one) {
    RC_ASSERT(one.error().message == other.error().message && !one.error().message.empty());
    return;
  }
  RC_ASSERT(one->elapsed > Duration{} && !one->call_sign.empty() && one->cruise.true_airspeed > metres_per_second(0));
  for (const RoutePoint& point : one->route) RC_ASSERT(std::abs(point.place.lat_deg) <= 89 && std::abs(point.place.lon_deg) <= 180);
}

}  // namespace
}  // namespace skypact::plan
