#include "guard/minima.h"

#include <gtest/gtest.h>

#include "geo/ellipsoid.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;

constexpr MinimaSide side(PartyId party, AircraftClass c = AircraftClass::state) { return {party, c, true, true, true}; }
MinimaSide uncertain() { return {unknown_party, AircraftClass::unknown, false, false, true}; }

MinimaClause clause(std::string id, SideSelector one, SideSelector other, double nm, double ft, Ring area = {}) {
  return {std::move(id), one, other, std::move(area), {nautical_miles(nm), feet_of_height(ft)}};
}
const geo::Vec3 somewhere = geo::place_of(at(50, 10));

TEST(MinimaTable, TakesTheFirstClauseThatMatchesInEitherOrderElseTheDefault) {
  Rules r = *rules();
  r.minima = {clause("drone", {{}, AircraftClass::unmanned}, {}, 1, 500), clause("pair", {north, {}}, {south, {}}, 3, 800),
              clause("late", {{}, {}}, {north, {}}, 9, 9000)};
  const MinimaTable table(r);
  const auto name = [&](const MinimaSide& a, const MinimaSide& b) { return table.name(table.at(table.of(a, b), somewhere, somewhere)); };
  EXPECT_EQ(name(side(north, AircraftClass::unmanned), side(south)), "drone");
  EXPECT_EQ(name(side(south), side(north, AircraftClass::unmanned)), "drone");
  EXPECT_EQ(name(side(south), side(north)), "pair");
  EXPECT_EQ(name(side(south), side(south)), "minima.default");
  EXPECT_EQ(name(side(north), side(north)), "late");
}

TEST(MinimaTable, GivesWhatIsUncertainTheStrictestOfWhatCouldApply) {
  Rules r = *rules();
  r.minima = {clause("near", {north, {}}, {south, {}}, 1, 300), clause("wide", {{}, AircraftClass::civil}, {south, {}}, 8, 500),
              clause("tall", {north, {}}, {}, 2, 2000)};
  const MinimaTable table(r);
  const auto known = table.of(side(north), side(south));
  EXPECT_EQ(known.everywhere.minima, (Minima{nautical_miles(1), feet_of_height(300)}));
  const auto unknown = table.of(uncertain(), side(south));
  EXPECT_EQ(unknown.everywhere.minima, (Minima{nautical_miles(8), feet_of_height(2000)}));
  EXPECT_EQ(table.name(unknown.everywhere), "wide and tall");
  const auto other = table.of(uncertain(), side(PartyId{3}));
  EXPECT_EQ(other.everywhere.minima, (Minima{nautical_miles(5), feet_of_height(2000)})) << "the fallback could apply too";
}

TEST(MinimaTable, TakesTheLargerWhereverEitherAircraftIs) {
  Rules r = *rules();
  r.minima = {clause("box", {}, {}, 10, 500, {at(49, 9), at(49, 11), at(51, 11), at(51, 9)})};
  const MinimaTable table(r);
  const auto pair = table.of(side(north), side(south));
  const auto inside = geo::place_of(at(50, 10)), outside = geo::place_of(at(50, 12));
  EXPECT_EQ(table.at(pair, inside, inside).minima, (Minima{nautical_miles(10), feet_of_height(500)}));
  EXPECT_EQ(table.at(pair, inside, outside).minima, (Minima{nautical_miles(10), feet_of_height(1000)}));
  EXPECT_EQ(table.at(pair, outside, inside).minima, (Minima{nautical_miles(10), feet_of_height(1000)}));
  EXPECT_EQ(table.at(pair, outside, outside).minima, (Minima{nautical_miles(5), feet_of_height(1000)}));
}

TEST(MinimaTable, CutsThePredictionWhereAnAircraftCrossesTheEdgeOfAnArea) {
  Rules r = *rules();
  r.minima = {clause("box", {}, {}, 10, 1000, {at(49, 9), at(49, 11), at(51, 11), at(51, 9)})};
  const MinimaTable table(r);
  const auto pair = table.of(side(north), side(south));
  const auto mover = path_of(geo::ground_motion(at(50, 11.1), knots(600), TrueBearing::degrees(270)), seconds(120));
  const auto still = path_of(geo::ground_motion(at(50, 13), knots(0), TrueBearing::degrees(0)), seconds(120));
  const auto pieces = table.pieces(pair, mover, still, seconds(120));
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(table.name(pieces[0].required), "minima.default");
  EXPECT_EQ(table.name(pieces[1].required), "box");
  EXPECT_NEAR(pieces[0].time.to, 0.1 * 71'696 / (600 * 1852 / 3600.0), 1);
  EXPECT_EQ(pieces[0].time.to, pieces[1].time.from);
}

TEST(MinimaTable, LooksAtNoAreaForASuspectAircraft) {
  Rules r = *rules();
  r.minima = {clause("box", {}, {}, 10, 1000, {at(49, 9), at(49, 11), at(51, 11), at(51, 9)})};
  const MinimaTable table(r);
  MinimaSide suspect = uncertain();
  suspect.place_certain = false;
  EXPECT_EQ(table.of(suspect, side(south)).everywhere.minima.horizontal, nautical_miles(10));
}

TEST(MinimaSide, IsUncertainWithoutPartyWithACallsignOnlyWhenSuspectOrWithoutAltitude) {
  const Flight base{.address = 1, .party = north, .position = at(50, 10), .speed_kt = 100};
  const auto of = [](const Track& t) { return minima_side(t, track::motion_at(t, start)); };
  EXPECT_TRUE(of(track_of(base, 0)).certain);
  Flight callsign = base, unknown = base, blind = base;
  callsign.basis = PartyBasis::callsign;
  unknown.party = unknown_party;
  blind.altitude_ft.reset();
  EXPECT_FALSE(of(track_of(callsign, 0)).certain);
  EXPECT_FALSE(of(track_of(unknown, 0)).certain);
  EXPECT_FALSE(of(track_of(blind, 0)).certain);
  Track suspect = track_of(base, 0);
  suspect.suspect = 1;
  EXPECT_FALSE(of(suspect).certain);
  EXPECT_FALSE(of(suspect).place_certain);
}

}  // namespace
}  // namespace skypact::guard
