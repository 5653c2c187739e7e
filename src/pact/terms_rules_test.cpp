// What the watch gets of terms.

#include "pact/terms_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "geo/ellipsoid.h"
#include "guard/zone_files.h"
#include "pact/test_terms.h"

namespace skypact::pact {
namespace {

const PartyId north{1}, north_drones{2}, south{3}, relief{4};

AgreedVersion version_of(const Terms& terms) { return agreed_version(terms, terms.validity.valid); }

std::vector<MinimaClause> clauses(const AgreedVersion& version, const std::string& id) {
  std::vector<MinimaClause> out;
  for (const MinimaClause& one : version.minima.clauses) {
    if (one.id == id) out.push_back(one);
  }
  return out;
}
std::vector<Zone> zones(const AgreedVersion& version, const std::string& id) {
  std::vector<Zone> out;
  for (const Zone& one : version.zones) {
    if (one.id == id || one.id.starts_with(id + ".")) out.push_back(one);
  }
  return out;
}

TEST(TermsRules, AreInForceInTheValidityAndNoLonger) {
  const Terms t = example_terms();
  EXPECT_EQ(version_of(t).minima.valid, t.validity.valid);
  const Interval<Time> later{t.validity.valid.from + std::chrono::hours(5), Time::max()};
  EXPECT_EQ(agreed_version(t, later).minima.valid, (Interval<Time>{later.from, t.validity.valid.to}));
  EXPECT_EQ(version_of(t).minima.version, "corridor v1 " + terms_id(t).substr(0, 12));
}

TEST(TermsRules, AClauseOfAPartyIsOneOfItsMembersToo) {
  const auto state = clauses(version_of(example_terms()), "minima.state");
  ASSERT_EQ(state.size(), 2U);
  EXPECT_EQ(state[0].one.party, north);
  EXPECT_EQ(state[1].one.party, north_drones);
  EXPECT_EQ(state[0].other.party, south);
  EXPECT_EQ(state[0].minima, (Minima{nautical_miles(10), feet_of_height(2000)}));
  EXPECT_EQ(parties_of(example_terms())[north_drones.value].id, "north-drones");
}

TEST(TermsRules, AnAircraftOfNoPartyIsOneOfNoneOfThem) {
  const auto others = clauses(version_of(example_terms()), "minima.others");
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].other.party, std::nullopt);
  EXPECT_THAT(others[0].other.none_of, testing::ElementsAre(north, north_drones, south, relief));
}

TEST(TermsRules, MinimaHoldInsideTheAreaAndTheDefaultLast) {
  const Terms t = example_terms();
  const AgreedVersion version = version_of(t);
  EXPECT_EQ(version.minima.fallback, std::nullopt);
  EXPECT_EQ(version.minima.clauses.back().id, "minima.default");
  EXPECT_EQ(version.minima.clauses.back().area, t.area.outlines[0]);
  EXPECT_EQ(version.minima.clauses.back().minima, t.default_minima);
  for (const MinimaClause& clause : version.minima.clauses) EXPECT_FALSE(clause.area.empty()) << clause.id;
  EXPECT_EQ(clauses(version, "minima.harbour-drones")[0].area, t.minima[1].area);
  EXPECT_EQ(version.minima.level_tolerance, feet_of_height(100)) << "the smallest of all";
}

TEST(TermsRules, SchedulesBecomeSpansOfTheValidity) {
  const auto drones = clauses(version_of(example_terms()), "minima.harbour-drones");
  // 2027 has 261 days from Monday to Friday.
  EXPECT_EQ(drones[0].active.size(), 261U);
  const auto time = [](const char* text) { return *parse_rfc3339(text); };
  EXPECT_EQ(drones[0].active[0], (Interval<Time>{time("2027-01-01T06:00:00Z"), time("2027-01-01T18:00:00Z")}));   // a Friday
  EXPECT_EQ(drones[0].active[1], (Interval<Time>{time("2027-01-04T06:00:00Z"), time("2027-01-04T18:00:00Z")}));
  Terms t = example_terms();
  EXPECT_TRUE(clauses(agreed_version(t, {time("2027-01-02T00:00:00Z"), time("2027-01-03T00:00:00Z")}), "minima.harbour-drones").empty()) << "a Saturday";
}

TEST(TermsRules, ZonesHaveTheRuleThatKeepsTheirWord) {
  const AgreedVersion version = version_of(example_terms());
  const std::pair<const char*, ZoneRule> rules[] = {
      {"zone.hospital", ZoneRule::protected_site}, {"zone.range", ZoneRule::keep_clear}, {"zone.aid-corridor", ZoneRule::corridor},
      {"zone.south-block", ZoneRule::keep_clear}, {"zone.border", ZoneRule::caution}, {"zone.fire-area", ZoneRule::keep_clear},
      {"zone.fire-approach", ZoneRule::caution}, {"zone.tanker", ZoneRule::keep_clear}};
  for (const auto& [id, rule] : rules) {
    ASSERT_EQ(zones(version, id).size(), 1U) << id;
    EXPECT_EQ(zones(version, id)[0].rule, rule) << id;
  }
  EXPECT_THAT(zones(version, "zone.south-block")[0].exempt, testing::ElementsAre(south));
  EXPECT_THAT(zones(version, "zone.tanker")[0].exempt, testing::ElementsAre(north, north_drones));
  EXPECT_EQ(zones(version, "zone.tanker")[0].moves_with, icao_address(0x3B0010));
  for (const Zone& zone : version.zones) EXPECT_TRUE(guard::check_zone(zone).has_value()) << zone.id;
}

TEST(TermsRules, AZoneAlongAnItineraryIsInsideItsCirclesAllTheTime) {
  const Terms t = example_terms();
  const TermsZone& convoy = t.zones.back();
  ASSERT_EQ(convoy.id, "convoy");
  const auto circles = zones(version_of(t), "zone.convoy");
  ASSERT_GT(circles.size(), 4U);
  for (std::size_t leg = 1; leg < convoy.itinerary.size(); ++leg) {
    const Waypoint &from = convoy.itinerary[leg - 1], &to = convoy.itinerary[leg];
    for (int k = 0; k < 1000; ++k) {
      const Time now = from.at + std::chrono::duration_cast<Duration>(to.at - from.at) * k / 1000;
      const geo::Vec3 a = geo::place_of(from.position), b = geo::place_of(to.position);
      const geo::Vec3 place = geo::place_of(geo::position_of(a + (b - a) * (k / 1000.0)));
      int holding = 0;
      for (const Zone& circle : circles) {
        if (!circle.active[0].contains(now)) continue;
        ++holding;
        EXPECT_LE(norm(geo::place_of(*circle.centre) - place) + convoy.radius.in(metres), circle.radius.in(metres));
      }
      EXPECT_EQ(holding, 1) << to_rfc3339(now);
    }
  }
}

TEST(TermsRules, WaitForAnswersAsTheEscalationClauseSaysAndForALeadInThePlaceOfItsMember) {
  const Terms t = example_terms();
  const AgreedAnswers answers = version_of(t).answers;
  EXPECT_EQ(answers.received_within, t.escalation.received_within);
  EXPECT_EQ(answers.answered_within, t.escalation.answered_within);
  EXPECT_EQ(answers.escalated_within, t.escalation.escalated_within);
  ASSERT_FALSE(t.escalation.steps.empty());
  EXPECT_EQ(answers.steps, t.escalation.steps);
  ASSERT_EQ(answers.sides.size(), t.parties.size());
  EXPECT_EQ(answers.sides[0], (AgreedAnswers::Side{north, north, t.parties[0].desks}));
  EXPECT_EQ(answers.sides[1].party, north_drones);
  EXPECT_EQ(answers.sides[1].answered_by, north);
  EXPECT_EQ(answers.sides[1].desks, t.parties[1].desks.empty() ? t.parties[0].desks : t.parties[1].desks);
}

TEST(TermsRules, IdentifyAircraftByWhatAReceiverHears) {
  const AgreedVersion version = version_of(example_terms());
  ASSERT_EQ(version.aircraft.size(), 4U);
  EXPECT_EQ(version.aircraft[0].party, north);
  EXPECT_EQ(version.aircraft[0].aircraft_class, AircraftClass::state);
  EXPECT_THAT(version.aircraft[0].ranges, testing::ElementsAre(IcaoRange{0x3B0000, 0x3B7FFF}));
  EXPECT_THAT(version.aircraft[0].addresses, testing::ElementsAre(icao_address(0x3E8001)));
  EXPECT_THAT(version.aircraft[0].callsigns, testing::ElementsAre("NAF", "NORTH"));
}

}  // namespace
}  // namespace skypact::pact
