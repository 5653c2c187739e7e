#include "plan/planner.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "plan/test_uss.h"

namespace skypact::plan::test {
namespace {

using Reason = Finding::Reason;

struct Planner : ::testing::Test {
  UtmWorld world;
  Side north{world, "north"}, south{world, "south"};
};

std::vector<Reason> reasons(const Result<Submitted>& done) {
  std::vector<Reason> found;
  if (done) {
    for (const Finding& finding : done->findings) found.push_back(finding.reason);
  }
  return found;
}
bool planned(const Result<Submitted>& done) { return done && done->changed.has_value(); }

TEST_F(Planner, APlanWhereNobodyElseIsIsTaken) {
  const auto done = north.submit(wanted_of(1, {Box{}}));
  ASSERT_TRUE(planned(done)) << (done ? "refused" : done.error().message);
  EXPECT_EQ(done->changed->outcome, Outcome::created);
  EXPECT_EQ(done->changed->reference.manager, "north");
  EXPECT_FALSE(done->changed->reference.ovn.empty());
  EXPECT_TRUE(done->changed->reference.subscription.has_value()) << "without it nobody would tell us of others";
}

TEST_F(Planner, OfTwoPlansOfOnePriorityTheFirstStays) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  const auto done = south.submit(wanted_of(2, {Box{}}));
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->changed);
  EXPECT_EQ(reasons(done), std::vector{Reason::same_priority});
  EXPECT_EQ(done->findings[0].with, entity(1));
  EXPECT_EQ(done->findings[0].manager, "north");
  EXPECT_EQ(world.dss.dss.intents(), 1u);
}

TEST_F(Planner, WhatTheRegulatorAllowsIsPlanned) {
  south.setup.rules.same_priority_may_conflict = true;
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  const auto done = south.submit(wanted_of(2, {Box{}}));
  EXPECT_TRUE(planned(done));
  EXPECT_EQ(reasons(done), std::vector{Reason::same_priority_taken});
}

TEST_F(Planner, AHigherPriorityGoesOverALowerOneAndNamesWhomToTell) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0))));
  const auto done = south.submit(wanted_of(2, {Box{}}, 10));
  ASSERT_TRUE(planned(done));
  EXPECT_EQ(reasons(done), std::vector{Reason::lower_priority});
  const auto& subscribers = done->changed->subscribers;
  EXPECT_TRUE(std::any_of(subscribers.begin(), subscribers.end(), [](const Subscriber& s) { return s.uss_base_url == base_url_of("north"); }));
  const auto again = north.submit(wanted_of(1, {Box{}}, 0, IntentState::activated));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->changed) << "it must not take off below one of higher priority";
  EXPECT_EQ(reasons(again), std::vector{Reason::higher_priority});
}

TEST_F(Planner, WhoFliesMayChangeWithinAConflictThatThereWasButNotIntoANewOne) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0))));
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0, IntentState::activated))));
  ASSERT_TRUE(planned(south.submit(wanted_of(2, {Box{}}, 10))));
  ASSERT_TRUE(planned(south.submit(wanted_of(3, {Box{.lat = 46.5}}, 10))));
  const auto smaller = north.submit(wanted_of(1, {Box{.half = 0.004}}, 0, IntentState::activated));
  EXPECT_TRUE(planned(smaller));
  EXPECT_EQ(reasons(smaller), std::vector{Reason::conflicted_before});
  const auto elsewhere = north.submit(wanted_of(1, {Box{.half = 0.004}, Box{.lat = 46.5}}, 0, IntentState::activated));
  EXPECT_FALSE(planned(elsewhere));
}

TEST_F(Planner, OwnFlightsAreKeptApartToo) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  EXPECT_FALSE(planned(north.submit(wanted_of(2, {Box{}}))));
}

TEST_F(Planner, WhoIsOffPlanIsHeardWhateverIsThere) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0, IntentState::activated))));
  ASSERT_TRUE(planned(south.submit(wanted_of(2, {Box{.lat = 46.02}}))));
  Wanted off = wanted_of(1, {Box{}}, 0, IntentState::nonconforming);
  off.intention.details.off_nominal = {volume_of(Box{.lat = 46.02, .half = 0.02})};
  EXPECT_TRUE(planned(north.submit(off)));
  Wanted lost = off;
  lost.intention.state = IntentState::contingent;
  lost.intention.details.volumes.clear();
  ASSERT_TRUE(planned(north.submit(lost)));
  const auto into = south.submit(wanted_of(3, {Box{.lat = 46.007, .half = 0.001}}));
  EXPECT_EQ(reasons(into), std::vector{Reason::same_priority}) << "where one may be that is off its plan nobody plans";
}

TEST_F(Planner, ConstraintsAreKnownToThePlanAndDoNotBarIt) {
  Details closed = details_of({Box{.half = 0.01}});
  closed.type = "org.example.fire";
  const auto constraint = publish(south, south.setup, entity(9), closed, nullptr);
  ASSERT_TRUE(constraint) << constraint.error().message;
  world.disclosed["south"].insert_or_assign(entity(9), Disclosed{constraint->reference, closed});
  const auto done = north.submit(wanted_of(1, {Box{}}));
  ASSERT_TRUE(planned(done));
  ASSERT_EQ(reasons(done), std::vector{Reason::constraint});
  EXPECT_EQ(done->findings[0].type, "org.example.fire");
}

TEST_F(Planner, WithoutAPeersDetailsNothingIsPlanned) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0))));
  const auto change = [&](const auto& how) {
    world.lie = [how](Result<Told>& told, const Ask& ask) {
      if (ask.url.starts_with(base_url_of("north"))) how(told);
    };
    south.cache.clear();
    const std::size_t before = world.wrong;
    const auto done = south.submit(wanted_of(2, {Box{}}, 10));
    EXPECT_EQ(world.wrong, before + 1) << "it is reported, once";
    return done;
  };
  const auto replace = [](std::string from, std::string to) {
    return [from, to](Result<Told>& told) {
      const auto at = told->body.rfind(from);
      if (at == std::string::npos) ADD_FAILURE() << told->body << " has no " << from;
      else told->body.replace(at, from.size(), to);
    };
  };
  const std::vector<std::pair<std::function<void(Result<Told>&)>, std::string>> cases{
      {[](Result<Told>& told) { told = Error{ErrorCode::unreachable, "no answer within 5 s"}; }, "no answer within 5 s"},
      {[](Result<Told>& told) { told = Told{404, R"({"message":"gone"})"}; }, "answered 404: gone"},
      {[](Result<Told>& told) { told->body = "[]"; }, "must be an object"},
      {[](Result<Told>& told) { told->body.resize(told->body.size() / 2); }, "the text ends before the value does"},
      {replace(R"("manager":"north")", R"("manager":"west")"), R"(reference: manager: is "west")"},
      {replace(R"("version":1)", R"("version":0)"), "reference: version: is 0, the DSS has 1 already"},
      {replace(id(1), id(3)), "reference: id: is " + id(3)},
      {replace(R"("ovn":")", R"("was":")"), "reference: ovn: is missing"},
      {replace(R"("reference":"W84")", R"("reference":"SFC")"), "altitude_upper: reference"},
      {replace(R"("state":"Accepted")", R"("state":"Nonconforming")"), "off_nominal_volumes"},
      {replace("T13:00:00Z", "T14:00:00Z"), "outside the reference's time"},
  };
  for (const auto& [how, says] : cases) {
    const auto done = change(how);
    ASSERT_FALSE(done) << says;
    EXPECT_NE(done.error().message.find(says), std::string::npos) << done.error().message;
    EXPECT_NE(done.error().message.find("north"), std::string::npos) << done.error().message;
    EXPECT_NE(done.error().message.find(id(1)), std::string::npos) << done.error().message;
  }
  EXPECT_EQ(world.dss.dss.intents(), 1u);
}

TEST_F(Planner, OfAUssThatIsDownPlansGoLastAndFlightsAreInTheWay) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 50))));
  world.dss.put_availability("north", "Down");
  world.lie = [](Result<Told>& told, const Ask& ask) {
    if (ask.url.starts_with(base_url_of("north"))) told = Error{ErrorCode::unreachable, "refused"};
  };
  const auto done = south.submit(wanted_of(2, {Box{}}));
  ASSERT_TRUE(planned(done)) << (done ? "barred" : done.error().message);
  EXPECT_EQ(reasons(done), std::vector{Reason::uss_is_down_planned});

  ASSERT_TRUE(planned(north.submit(wanted_of(3, {Box{.lat = 47}}))) == false) << "who is down may not plan";
}

TEST_F(Planner, AFlightOfAUssThatIsDownBars) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, -5))));
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, -5, IntentState::activated))));
  world.dss.put_availability("north", "Down");
  world.lie = [](Result<Told>& told, const Ask& ask) {
    if (ask.url.starts_with(base_url_of("north"))) told = Error{ErrorCode::unreachable, "refused"};
  };
  const auto done = south.submit(wanted_of(2, {Box{}}, 100));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(done->changed);
  EXPECT_EQ(reasons(done), std::vector{Reason::uss_is_down});
}

TEST_F(Planner, WhenSomebodyIsFasterItLooksAgain) {
  // North plans beside south's place, just before south's put is carried out: what south knows is old then.
  int puts = 0;
  world.fate = [&](const std::string& from, const Ask& ask) {
    const bool first = from == "south" && ask.method == "PUT" && puts++ == 0;
    EXPECT_TRUE(!first || planned(north.submit(wanted_of(1, {Box{}}, 0))));
    return Fate::answered;
  };
  const auto done = south.submit(wanted_of(2, {Box{}}, 10));
  EXPECT_TRUE(planned(done)) << (done ? "barred" : done.error().message);
  EXPECT_EQ(reasons(done), std::vector{Reason::lower_priority});
  EXPECT_EQ(puts, 2);
}

TEST_F(Planner, WhenSomebodyOfTheSamePriorityIsFasterItIsRefused) {
  int puts = 0;
  world.fate = [&](const std::string& from, const Ask& ask) {
    const bool first = from == "south" && ask.method == "PUT" && puts++ == 0;
    EXPECT_TRUE(!first || planned(north.submit(wanted_of(1, {Box{}}, 0))));
    return Fate::answered;
  };
  EXPECT_FALSE(planned(south.submit(wanted_of(2, {Box{}}, 0))));
  EXPECT_EQ(world.dss.dss.intents(), 1u);
}

TEST_F(Planner, AWriteWhoseAnswerWasLostIsFoundAndSubscribersAreNamed) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}, 0))));
  for (const Fate fate : {Fate::answer_lost, Fate::lost, Fate::error_500}) {
    int puts = 0;
    world.fate = [&](const std::string& from, const Ask& ask) { return from == "south" && ask.method == "PUT" && puts++ == 0 ? fate : Fate::answered; };
    const auto done = south.submit(wanted_of(2, {Box{}}, 10));
    ASSERT_TRUE(planned(done)) << (done ? "barred" : done.error().message);
    EXPECT_EQ(done->changed->reference.ovn, ovn_of(world.dss.get(Kind::operational_intent, 2, uss("south"))));
    const auto& subscribers = done->changed->subscribers;
    EXPECT_TRUE(std::any_of(subscribers.begin(), subscribers.end(), [](const Subscriber& s) { return s.uss_base_url == base_url_of("north"); })) << static_cast<int>(fate);
  }
}

// What was taken cannot be refused any more: peers see it.
TEST_F(Planner, APlanThatWasTakenIsNotBarredByWhatCameBeforeItsAnswerWasFound) {
  south.setup.rules.same_priority_may_conflict = true;
  int puts = 0;
  world.fate = [&](const std::string& from, const Ask& ask) {
    const bool first = from == "north" && ask.method == "PUT" && puts++ == 0;
    return first ? Fate::answer_lost : Fate::answered;
  };
  world.meanwhile = [&](const std::string& from) {
    if (from != "north" || puts != 1) return;
    puts = 2;
    world.disclosed["north"].insert_or_assign(entity(1), Disclosed{read_reference_got(Kind::operational_intent, world.dss.get(Kind::operational_intent, 1, uss("north")).body).value(), details_of({Box{}})});
    EXPECT_TRUE(planned(south.submit(wanted_of(2, {Box{}}, 10))));
    world.disclosed["north"].clear();
  };
  const auto done = north.submit(wanted_of(1, {Box{}}, 0));
  ASSERT_TRUE(planned(done)) << (done ? "barred" : done.error().message);
  EXPECT_EQ(reasons(done), std::vector{Reason::higher_priority}) << "it is said";
}

TEST_F(Planner, WhatTheDssMayHaveTakenIsNotCalledRefused) {
  world.fate = [&](const std::string&, const Ask& ask) { return ask.method == "PUT" || ask.method == "GET" ? Fate::answer_lost : Fate::answered; };
  const auto done = north.submit(wanted_of(1, {Box{}}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unreachable);
  EXPECT_EQ(world.dss.dss.intents(), 1u);
  world.fate = [](const std::string&, const Ask&) { return Fate::answered; };
  const auto there = recover(north, north.setup, Kind::operational_intent, entity(1));
  ASSERT_TRUE(there && *there);
  EXPECT_FALSE((*there)->ovn.empty());
  const auto never = recover(north, north.setup, Kind::operational_intent, entity(5));
  EXPECT_TRUE(never && !*never);
}

TEST_F(Planner, AnEntityIsWithdrawnByWhateverVersionTheDssHas) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  Reference old = north.own(entity(1))->reference;
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{.half = 0.006}}))));
  const auto gone = withdraw(north, north.setup, old);
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_EQ(gone->outcome, Outcome::deleted);
  EXPECT_EQ(world.dss.dss.intents(), 0u);
  EXPECT_TRUE(withdraw(north, north.setup, old)) << "what is gone is gone";
}

TEST_F(Planner, ALookChangesNothing) {
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{}}))));
  const std::string before = whole_of(world.dss.dss);
  const auto looked = look(south, south.setup, wanted_of(2, {Box{}}), nullptr);
  ASSERT_TRUE(looked);
  EXPECT_EQ(looked->findings.size(), 1u);
  EXPECT_EQ(looked->around.size(), 1u);
  EXPECT_EQ(whole_of(world.dss.dss), before);
}

TEST_F(Planner, ADssThatComparesCellsDemandsMoreAndGetsIt) {
  world.dss.dss = Dss({.salt = "salt", .conflicts = ConflictRule::by_cells});
  ASSERT_TRUE(planned(north.submit(wanted_of(1, {Box{.half = 0.001}}))));
  const auto done = south.submit(wanted_of(2, {Box{.lat = 46.0025, .half = 0.001}}));
  EXPECT_TRUE(planned(done)) << "they share a cell and no place";
  EXPECT_TRUE(done->findings.empty());
}

// Three USSs plan, change, activate and end at random in a small place, in each other's middle, over a network that loses, delays and
// garbles. Whatever happens: no two flights that keep to their plans meet where the rules forbid it, and what was said to be planned is.
TEST(PlannerModel, NoTwoPlansMeetThatMustNot) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    UtmWorld world;
    if (random.chance(0.3)) world.dss.dss = Dss({.salt = "salt", .conflicts = ConflictRule::by_cells});
    std::vector<Side> sides;
    for (const char* name : {"north", "south", "relief"}) sides.emplace_back(world, name);
    const double trouble = random.chance(0.5) ? 0.1 : 0;
    int depth = 0;
    std::set<EntityId> unsure;   // an error left it open whether the DSS has it
    const auto plan_one = [&](std::size_t s) {
      Side& side = sides[s];
      const unsigned n = static_cast<unsigned>(s * 100 + random.below(6));
      if (unsure.contains(entity(n))) return;
      const Disclosed* own = side.own(entity(n));
      if (own && random.chance(0.2)) {
        const auto gone = withdraw(side, side.setup, Reference(own->reference));
        if (gone) world.disclosed[side.setup.manager].erase(entity(n));
        else unsure.insert(entity(n));
        return;
      }
      const auto coordinate = [&](double middle) { return middle + 0.004 * static_cast<double>(random.below(4)); };
      const double lower = 100 + 50.0 * static_cast<double>(random.below(3));
      const Box box{.lat = coordinate(46), .lng = coordinate(7), .half = 0.003, .lower = lower, .upper = lower + 90};
      const std::int64_t priority = own ? own->details.priority : static_cast<std::int64_t>(random.below(3));
      const bool flies = own && (own->reference.state == IntentState::activated || random.chance(0.3));
      const auto done = side.submit(wanted_of(n, {box}, priority, flies ? IntentState::activated : IntentState::accepted));
      if (!done && done.error().code == ErrorCode::unreachable) unsure.insert(entity(n));
    };
    world.fate = [&](const std::string&, const Ask&) { return random.chance(trouble) ? static_cast<Fate>(1 + random.below(4)) : Fate::answered; };
    world.meanwhile = [&](const std::string& from) {
      if (depth > 0 || !random.chance(0.15)) return;
      std::size_t s = random.below(3);
      if (sides[s].setup.manager == from) s = (s + 1) % 3;
      ++depth;
      plan_one(s);
      --depth;
    };
    for (int step = 0; step < 60; ++step) {
      plan_one(random.below(3));
      std::vector<const Disclosed*> all;
      for (const auto& [manager, entities] : world.disclosed) {
        for (const auto& [entity_id, entity] : entities) {
          if (!unsure.contains(entity_id)) all.push_back(&entity);
        }
      }
      for (std::size_t a = 0; a < all.size(); ++a) {
        const auto there = world.dss.ask(Get{Kind::operational_intent, all[a]->reference.id}, uss(all[a]->reference.manager));
        ASSERT_EQ(ovn_of(there), all[a]->reference.ovn) << "it was said to be planned, and is not";
        for (std::size_t b = a + 1; b < all.size(); ++b) {
          if (all[a]->details.priority != all[b]->details.priority || !intersects(all[a]->details.volumes, all[b]->details.volumes)) continue;
          ASSERT_TRUE(false) << to_string(all[a]->reference.id) << " and " << to_string(all[b]->reference.id) << " of one priority meet, step " << step;
        }
      }
    }
  }
}

}  // namespace
}  // namespace skypact::plan::test
