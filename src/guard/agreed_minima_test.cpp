// Several tables of minima: the stricter of those that hold, each in its time.

#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "guard/minima.h"
#include "guard/test_sky.h"

namespace skypact::guard {
namespace {

using namespace test;

constexpr MinimaSide side(PartyId party, AircraftClass c = AircraftClass::state) { return {party, c, true, true, true}; }
constexpr Minima minima(double nm, double ft) { return {nautical_miles(nm), Height::of_tenth_mm(static_cast<std::int64_t>(ft) * 3048)}; }
const geo::Vec3 somewhere = geo::place_of(at(50, 10));
Time after(double s) { return start + from_seconds(s); }

AgreedMinima agreed(std::string version, Minima fallback, Interval<Time> valid = always) {
  return {.version = std::move(version), .valid = valid, .clauses = {}, .fallback = fallback, .level_tolerance = feet_of_height(200)};
}

// What the table says of north and south now, looking ahead twenty minutes.
Required now_of(MinimaTable& table, Time now, Duration when = {}) {
  table.look_from(now, minutes(20));
  return table.at(table.of(side(north), side(south)), somewhere, somewhere, when);
}

TEST(AgreedMinima, CountBesideTheOwnAndTheStricterOfEachDistanceStandsWithItsVersion) {
  Rules r = *rules();
  r.fallback = minima(3, 1000);
  r.agreed = {agreed("corridor v3", minima(5, 500)), agreed("coast v1", minima(4, 2000))};
  r.agreed[1].fallback_id = "minima.coast";
  MinimaTable table(r);
  const Required required = now_of(table, start);
  EXPECT_EQ(required.minima, minima(5, 2000));
  EXPECT_EQ(table.horizontal_origin(required), (MinimaOrigin{"minima.default", "corridor v3"}));
  EXPECT_EQ(table.vertical_origin(required), (MinimaOrigin{"minima.coast", "coast v1"}));
  EXPECT_EQ(table.name(required), "minima.default of corridor v3 and minima.coast of coast v1");
  r.agreed[1].fallback = minima(1, 100);
  MinimaTable with_own(r);
  const Required mixed = now_of(with_own, start);
  EXPECT_EQ(mixed.minima, minima(5, 1000));
  EXPECT_EQ(with_own.name(mixed), "minima.default of corridor v3 and minima.default");
}

TEST(AgreedMinima, AreNamedWhereTheNodesOwnAreNoLarger) {
  Rules r = *rules();
  r.agreed = {agreed("corridor v3", r.fallback)};
  MinimaTable table(r);
  EXPECT_EQ(table.name(now_of(table, start)), "minima.default of corridor v3");
}

TEST(AgreedMinima, NeverLowerTheNodesOwn) {
  Rules r = *rules();
  r.agreed = {agreed("corridor v3", minima(0.1, 10))};
  MinimaTable table(r);
  EXPECT_EQ(now_of(table, start).minima, r.fallback);
}

TEST(AgreedMinima, WithoutAFallbackAskNothingOfWhomNoClauseNames) {
  Rules r = *rules();
  AgreedMinima one = agreed("corridor v3", {});
  one.fallback.reset();
  one.clauses = {{"drone", {{}, AircraftClass::unmanned}, {}, {}, minima(8, 3000)}};
  r.agreed = {one};
  MinimaTable table(r);
  table.look_from(start, minutes(20));
  EXPECT_EQ(table.of(side(north), side(south)).everywhere.minima, r.fallback);
  EXPECT_EQ(table.of(side(north, AircraftClass::unmanned), side(south)).everywhere.minima, minima(8, 3000));
}

TEST(AgreedMinima, OfAClauseForOutsidersLeaveThePartiesOut) {
  Rules r = *rules();
  r.fallback = minima(1, 100);
  AgreedMinima one = agreed("corridor v3", minima(1, 100));
  one.clauses = {{"outside", {{}, {}, {north, south}}, {}, {}, minima(8, 3000)}};
  r.agreed = {one};
  MinimaTable table(r);
  table.look_from(start, minutes(20));
  EXPECT_EQ(table.of(side(north), side(south)).everywhere.minima, minima(1, 100));
  EXPECT_EQ(table.of(side(north), side(PartyId{3})).everywhere.minima, minima(8, 3000));
}

TEST(AgreedMinima, HoldFromTheirInstantUntilTheirEndAndWithinTheClockOffsetOfBoth) {
  Rules r = *rules();
  r.fallback = minima(1, 100);
  r.agreed = {agreed("v1", minima(5, 100), {Time::min(), after(100)}), agreed("v2", minima(2, 900), {after(100), after(10'000)})};
  MinimaTable exact(r);
  EXPECT_EQ(now_of(exact, after(99)).minima, minima(5, 100)) << "what is to come counts ahead, not now";
  exact.look_from(after(100) - Duration(1), Duration{});
  EXPECT_EQ(exact.name(exact.at(exact.of(side(north), side(south)), somewhere, somewhere)), "minima.default of v1") << "the instant itself belongs to what follows";
  exact.look_from(after(100), Duration{});
  EXPECT_EQ(exact.at(exact.of(side(north), side(south)), somewhere, somewhere).minima, minima(2, 900));
  EXPECT_EQ(now_of(exact, after(10'000)).minima, minima(1, 100));

  r.clock_offset = seconds(3);
  MinimaTable fuzzy(r);
  const auto at_once = [&](double s) {
    fuzzy.look_from(after(s), Duration{});
    return fuzzy.at(fuzzy.of(side(north), side(south)), somewhere, somewhere).minima;
  };
  EXPECT_EQ(at_once(96.9), minima(5, 100));
  EXPECT_EQ(at_once(97), minima(5, 900)) << "both versions";
  EXPECT_EQ(at_once(102.9), minima(5, 900));
  EXPECT_EQ(at_once(103.1), minima(2, 900));
}

TEST(AgreedMinima, AheadAreTheStricterOfThenAndNow) {
  Rules r = *rules();
  r.fallback = minima(1, 100);
  r.agreed = {agreed("v1", minima(3, 800), {Time::min(), after(120)}), agreed("v2", minima(5, 200), {after(120), Time::max()})};
  MinimaTable table(r);
  EXPECT_EQ(now_of(table, start, seconds(119)).minima, minima(3, 800));
  EXPECT_EQ(now_of(table, start, seconds(120)).minima, minima(5, 800)) << "the smaller height is not in force yet";
  EXPECT_EQ(now_of(table, after(120), seconds(1)).minima, minima(5, 200));
  EXPECT_EQ(table.greatest(), minima(5, 200));
}

TEST(AgreedMinima, ReachAsFarAsTheGreatestOfTheLookAhead) {
  Rules r = *rules();
  r.fallback = minima(1, 100);
  r.agreed = {agreed("later", minima(9, 100), {after(1000), Time::max()})};
  MinimaTable table(r);
  table.look_from(start, seconds(900));
  EXPECT_EQ(table.greatest(), minima(1, 100));
  table.look_from(start, seconds(1001));
  EXPECT_EQ(table.greatest(), minima(9, 100));
}

TEST(AgreedMinima, GiveTheSmallestLevelToleranceOfTheTablesThatHold) {
  Rules r = *rules();
  r.agreed = {agreed("v1", minima(1, 100), {Time::min(), after(100)}), agreed("v2", minima(1, 100), {after(100), Time::max()})};
  r.agreed[0].level_tolerance = feet_of_height(300);
  r.agreed[1].level_tolerance = feet_of_height(50);
  MinimaTable table(r);
  table.look_from(start, seconds(50));
  EXPECT_EQ(table.of(side(north), side(south)).everywhere.level_tolerance, feet_of_height(200));
  table.look_from(start, seconds(200));
  EXPECT_EQ(table.of(side(north), side(south)).least_tolerance, feet_of_height(50));
  EXPECT_EQ(now_of(table, start, seconds(10)).level_tolerance, feet_of_height(200));
  EXPECT_EQ(now_of(table, start, seconds(150)).level_tolerance, feet_of_height(50));
}

TEST(AgreedMinima, LookAtNoTimeWhereTooMuchChangesAndAreTheStrictest) {
  Rules r = *rules();
  AgreedMinima one = agreed("v1", minima(1, 100));
  MinimaClause clause{"now and then", {}, {}, {}, minima(7, 1500)};
  for (int i = 0; i < 40; ++i) clause.active.push_back({after(600 + 2.0 * i), after(601 + 2.0 * i)});
  one.clauses = {clause};
  r.agreed = {one};
  MinimaTable table(r);
  EXPECT_EQ(now_of(table, start).minima, minima(7, 1500));
  table.look_from(start, seconds(120));
  EXPECT_EQ(table.of(side(north), side(south)).everywhere.minima, r.fallback) << "and look again where they are few";
}

// ---- The naive twin: every table at every moment of the offset, first match by hand, component by component.

Minima naive(const Rules& r, const MinimaSide& a, const MinimaSide& b, geo::Vec3 place, Time now, Time then, bool uncertain) {
  std::vector<AgreedMinima> tables = r.agreed;
  tables.push_back({.version = "config", .valid = always, .clauses = r.minima, .fallback = r.fallback});
  Minima most = minima(0, 0);
  const auto take = [&](const Minima& m) {
    most.horizontal = std::max(most.horizontal, m.horizontal);
    most.vertical = std::max(most.vertical, m.vertical);
  };
  const auto fits = [](const SideSelector& s, const MinimaSide& x) {
    return !x.certain || ((!s.party || *s.party == x.party) && (!s.aircraft_class || *s.aircraft_class == x.aircraft_class));
  };
  for (const Time middle : {now, then}) {
    for (Time u = middle - r.clock_offset; u <= middle + r.clock_offset; u += seconds(1)) {
      for (const AgreedMinima& t : tables) {
        if (!t.valid.contains(u)) continue;
        bool matched = false;
        for (const MinimaClause& c : t.clauses) {
          const bool active = c.active.empty() || std::any_of(c.active.begin(), c.active.end(), [&](const auto& i) { return i.contains(u); });
          const bool here = c.area.empty() || Region::polygon(c.area)->contains(place);
          if (!active || !here || !((fits(c.one, a) && fits(c.other, b)) || (fits(c.one, b) && fits(c.other, a)))) continue;
          take(c.minima);
          if (!uncertain) {
            matched = true;
            break;
          }
        }
        if (!matched && t.fallback) take(*t.fallback);
      }
    }
  }
  return most;
}

TEST(AgreedMinima, EqualTheNaiveMaximumOverTablesTimesAndPlaces) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    const auto some_minima = [&] { return minima(static_cast<double>(1 + random.below(9)), 100.0 * static_cast<double>(1 + random.below(20))); };
    const auto some_span = [&] {
      const double from = static_cast<double>(random.below(400));
      return Interval<Time>{after(from), after(from + 1 + static_cast<double>(random.below(200)))};
    };
    const auto some_side = [&] {
      SideSelector s;
      if (random.chance(0.5)) s.party = PartyId{static_cast<std::uint16_t>(1 + random.below(2))};
      if (random.chance(0.3)) s.aircraft_class = random.chance(0.5) ? AircraftClass::state : AircraftClass::unmanned;
      return s;
    };
    const auto some_clauses = [&] {
      std::vector<MinimaClause> clauses;
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        MinimaClause c{"c", some_side(), some_side(), {}, some_minima()};
        if (random.chance(0.4)) c.area = {at(49, 9), at(49, 11), at(51, 11), at(51, 9)};
        for (std::uint64_t k = random.below(3); k > 0; --k) c.active.push_back(some_span());
        clauses.push_back(c);
      }
      return clauses;
    };
    Rules r = *rules();
    r.fallback = some_minima();
    r.minima = some_clauses();
    r.clock_offset = seconds(static_cast<int>(random.below(4)));
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      AgreedMinima t = agreed("v", some_minima(), random.chance(0.3) ? always : some_span());
      if (random.chance(0.5)) t.fallback.reset();
      t.clauses = some_clauses();
      r.agreed.push_back(t);
    }
    MinimaTable table(r);
    for (int k = 0; k < 20; ++k) {
      const Time now = after(static_cast<double>(random.below(500)));
      const Duration when = seconds(static_cast<int>(random.below(300)));
      const auto some_one = [&] {
        MinimaSide s = side(PartyId{static_cast<std::uint16_t>(1 + random.below(3))}, random.chance(0.5) ? AircraftClass::state : AircraftClass::unmanned);
        s.certain = s.party_known = !random.chance(0.1);
        return s;
      };
      const MinimaSide a = some_one(), b = some_one();
      const geo::Vec3 place = geo::place_of(random.chance(0.5) ? at(50, 10) : at(50, 12));
      table.look_from(now, seconds(300));
      const PairMinima pair = table.of(a, b);
      const Minima expected = naive(r, a, b, place, now, now + when, !a.certain || !b.certain);
      const Minima found = table.at(pair, place, place, when).minima;
      ASSERT_EQ(found, expected) << "seed " << seed << ", " << k << ": " << found.horizontal.in(nautical_miles) << " NM " << found.vertical.in_feet() << " ft, not "
                                 << expected.horizontal.in(nautical_miles) << " NM " << expected.vertical.in_feet() << " ft";
      EXPECT_LE(found.horizontal, pair.greatest.horizontal);
      EXPECT_LE(found.vertical, pair.greatest.vertical);
      EXPECT_LE(found.horizontal, table.greatest().horizontal);
      EXPECT_LE(found.vertical, table.greatest().vertical);
    }
  }
}

// ---- Through the guard

// Side by side on one level, so far apart, for ever.
std::vector<Flight> abreast(double apart_nm) {
  return {{.address = 0x100001, .party = north, .position = at(50, 10), .speed_kt = 420, .track_deg = 0},
          {.address = 0x200002, .party = south, .position = beside(at(50, 10), apart_nm, 0), .speed_kt = 420, .track_deg = 0}};
}

TEST(AgreedMinima, ThatComeIntoForceAreAlertedForBeforeAndLostFromTheInstantOn) {
  Sky sky;
  sky.rules->fallback = minima(3, 1000);
  sky.rules->agreed = {agreed("corridor v4", minima(5, 1000), {after(180), Time::max()})};
  sky.fly(abreast(4), 0, 100);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->state, AlertState::predicted);
  EXPECT_EQ(alert->prediction->infringed_from, after(180));
  EXPECT_EQ(alert->prediction->minima_source, "minima.default of corridor v4");
  EXPECT_EQ(alert->prediction->horizontal_from.version, "corridor v4");
  EXPECT_NE(alert->text.find("agreed 5 NM or 1000 ft (minima.default of corridor v4)"), std::string::npos) << alert->text;
  sky.fly(abreast(4), 101, 179);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::predicted);
  EXPECT_EQ(sky.only(AlertKind::conflict)->severity, Severity::warning);
  sky.fly(abreast(4), 180, 182);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::infringed);
}

TEST(AgreedMinima, ThatEndSilenceNothingBeforeTheyEnd) {
  Sky sky;
  sky.rules->fallback = minima(3, 1000);
  sky.rules->agreed = {agreed("corridor v4", minima(5, 1000), {Time::min(), after(60)})};
  // They lose 5 NM at about 100 s, when it does not hold any more.
  auto flights = abreast(5.5);
  flights[1].track_deg = 357.5;
  sky.fly(flights, 0, 30);
  ASSERT_NE(sky.only(AlertKind::conflict), nullptr);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::predicted);
  EXPECT_EQ(sky.only(AlertKind::conflict)->prediction->minima, minima(5, 1000));
}

TEST(AgreedMinima, WithinTheClockOffsetAreLostAlready) {
  Sky sky;
  sky.rules->fallback = minima(3, 1000);
  sky.rules->clock_offset = seconds(5);
  sky.rules->agreed = {agreed("corridor v4", minima(5, 1000), {after(60), Time::max()})};
  sky.fly(abreast(4), 0, 54);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::predicted);
  sky.fly(abreast(4), 55, 57);
  EXPECT_EQ(sky.only(AlertKind::conflict)->state, AlertState::infringed);
}

TEST(AgreedMinima, CutATurnWhereTheyChange) {
  Sky sky;
  sky.rules->fallback = minima(1, 1000);
  sky.rules->agreed = {agreed("corridor v4", minima(5, 1000), {after(8), Time::max()})};
  auto flights = abreast(4);
  flights[0].turn_deg_s = 1;
  flights[1].turn_deg_s = 1;
  sky.fly(flights, 0, 6);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->state, AlertState::predicted) << "five seconds of a turn's step are not a loss now";
  EXPECT_EQ(alert->prediction->infringed_from, after(8));
}

}  // namespace
}  // namespace skypact::guard
