#include "plan/dss.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "plan/test_areas.h"
#include "plan/test_dss.h"

namespace skypact::plan::test {
namespace {

constexpr Kind intent = Kind::operational_intent, constraint = Kind::constraint, subscription = Kind::subscription;
const Caller one = uss("one"), two = uss("two"), three = uss("three");

constexpr double aside = 0.011;   // degrees: two boxes so far apart share no place

// What must be known before one plans.

TEST(Dss, APlanThatIntersectsAnothersIsRefusedUntilTheKeyHasItsOvn) {
  World world;
  const Answer first = world.put_intent(1, {}, one);
  ASSERT_EQ(first.status, 201) << first;
  EXPECT_EQ(field(first, {"operational_intent_reference", "version"}), "1");

  const Answer refused = world.put_intent(2, {}, two);
  EXPECT_EQ(refused.status, 409) << refused;
  EXPECT_EQ(field(refused, {"missing_operational_intents", "[0]", "id"}), id(1));
  EXPECT_EQ(field(refused, {"missing_operational_intents", "[0]", "ovn"}), "Available from USS");
  EXPECT_EQ(field(refused, {"missing_operational_intents", "[0]", "uss_base_url"}), "https://one.example/uss");
  EXPECT_EQ(world.dss.intents(), 1u);

  EXPECT_EQ(world.put_intent(2, {.key = {ovn_of(first)}}, two).status, 201);
  const Answer moved = world.put_intent(1, {.key = {}}, one, ovn_of(first));
  EXPECT_EQ(moved.status, 409) << "the first must know the second now: " << moved;
}

TEST(Dss, AnOvnOfAVersionBeforeProvesNothing) {
  World world;
  const Answer first = world.put_intent(1, {}, one);
  const Answer second = world.put_intent(1, {.extents = {Box{.upper = 210}}}, one, ovn_of(first));
  ASSERT_EQ(second.status, 200) << second;
  EXPECT_NE(ovn_of(first), ovn_of(second));
  EXPECT_EQ(world.put_intent(2, {.key = {ovn_of(first)}}, two).status, 409);
  EXPECT_EQ(world.put_intent(2, {.key = {"something", ovn_of(second)}}, two).status, 201);
}

TEST(Dss, AllThatIsMissingIsToldAtOnce) {
  World world;
  std::vector<std::string> key;
  for (unsigned n = 1; n <= 5; ++n) {
    const Answer put = world.put_intent(n, {.key = key}, n % 2 ? one : two);
    ASSERT_EQ(put.status, 201) << put;
    key.push_back(ovn_of(put));
  }
  EXPECT_EQ(count(world.put_intent(9, {.key = {key[2]}}, three).body, "\"uss_availability\""), 4u);
}

TEST(Dss, OwnOtherIntentsMustBeKnownToo) {
  World world;
  const Answer first = world.put_intent(1, {}, one);
  const Answer refused = world.put_intent(2, {}, one);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(field(refused, {"missing_operational_intents", "[0]", "ovn"}), ovn_of(first)) << "it is shown to its manager";
}

TEST(Dss, WhatIsApartInSpaceAltitudeOrTimeIsNoConflict) {
  const Box here;
  for (const Box& apart : {Box{.lng = 7 + aside}, Box{.lower = 200, .upper = 300}, Box{.from = here.to, .to = here.to + hours(1)},
                           Box{.from = here.from - hours(1), .to = here.from}}) {
    World world;
    ASSERT_EQ(world.put_intent(1, {}, one).status, 201);
    EXPECT_EQ(world.put_intent(2, {.extents = {apart}}, two).status, 201) << volume_json(apart);
  }
  for (const Box& meets : {Box{.lng = 7 + 0.0099}, Box{.lower = 199.99, .upper = 300}, Box{.from = here.to - Duration(1), .to = here.to + hours(1)}}) {
    World world;
    ASSERT_EQ(world.put_intent(1, {}, one).status, 201);
    EXPECT_EQ(world.put_intent(2, {.extents = {meets}}, two).status, 409) << volume_json(meets);
  }
}

TEST(Dss, AnyVolumeOfTheOneWithAnyOfTheOther) {
  World world;
  const Box now, after{.lng = 7.1, .from = now.to, .to = now.to + hours(1)};
  ASSERT_EQ(world.put_intent(1, {.extents = {now, after}}, one).status, 201);
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.lng = 7.1}, Box{.from = after.from, .to = after.to}}}, two).status, 201) << "the same places, each when the other is away";
  EXPECT_EQ(world.put_intent(3, {.extents = {Box{.lng = 7.3}, after}}, three).status, 409);
}

TEST(Dss, ByCellsItIsAsTheReferenceImplementation) {
  World world({.salt = "salt", .conflicts = ConflictRule::by_cells});
  ASSERT_EQ(world.put_intent(1, {.extents = {Box{.half = 0.001}}}, one).status, 201);
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.lng = 7.003, .half = 0.001}}}, two).status, 409) << "in one cell";
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.half = 0.001, .lower = 200, .upper = 300}}}, two).status, 409) << "altitudes that touch";
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.lng = 7.1, .half = 0.001}}}, two).status, 201);
}

TEST(Dss, ConstraintsMustBeKnownWhereTheSubscriptionAsksForThem) {
  World world;
  const Answer zone = world.put_constraint(1, {Box{}}, three);
  ASSERT_EQ(zone.status, 201) << zone;
  EXPECT_EQ(world.put_intent(2, {}, one).status, 201) << "has no subscription";
  const std::string asks = with_new_subscription(R"(,"notify_for_constraints":true)");
  const Box elsewhen{.from = noon + hours(2), .to = noon + hours(3)};
  EXPECT_EQ(world.put_intent(3, {.extents = {elsewhen}, .more = asks}, one).status, 201);
  const Box higher{.lower = 150, .upper = 250};
  World other;
  const Answer known = other.put_constraint(1, {Box{}}, three);
  const Answer refused = other.put_intent(3, {.extents = {higher}, .more = asks}, one);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(field(refused, {"missing_constraints", "[0]", "id"}), id(1));
  EXPECT_EQ(field(refused, {"missing_constraints", "[0]", "ovn"}), "Available from USS");
  EXPECT_EQ(other.put_intent(3, {.extents = {higher}, .key = {constraint_ovn_of(known)}, .more = asks}, one).status, 201);
}

TEST(Dss, WhoIsOffPlanNeedsNoKeyButTheScope) {
  for (const std::string state : {"Nonconforming", "Contingent"}) {
    World world;
    const Answer first = world.put_intent(1, {}, one);
    const Box far{.lng = 7.2}, near;
    const Answer mine = world.put_intent(2, {.extents = {far}, .more = with_new_subscription()}, two);
    ASSERT_EQ(mine.status, 201);
    Caller no_scope = two;
    no_scope.conformance_monitoring = false;
    const IntentBody off{.extents = {far, near}, .state = state, .more = with_new_subscription()};
    EXPECT_EQ(world.put_intent(2, off, no_scope, ovn_of(mine)).status, 403);
    const Answer told = world.put_intent(2, off, two, ovn_of(mine));
    EXPECT_EQ(told.status, 200) << told;
    EXPECT_EQ(world.put_intent(1, {}, one, ovn_of(first)).status, 409) << "others must know it";
  }
}

TEST(Dss, AcceptedIntentsOfAUssThatIsDownAreNotDemandedOthersAre) {
  World world;
  const Answer accepted = world.put_intent(1, {}, one);
  ASSERT_EQ(world.put_availability("one", "Down").status, 200);
  EXPECT_EQ(field(world.get(intent, 1, two), {"operational_intent_reference", "uss_availability"}), "Down");
  EXPECT_EQ(world.put_intent(2, {}, two).status, 201);

  World flying;
  const Answer plan = flying.put_intent(1, {}, one);
  ASSERT_EQ(flying.put_intent(1, {.state = "Activated", .more = with_new_subscription()}, one, ovn_of(plan)).status, 200);
  ASSERT_EQ(flying.put_availability("one", "Down").status, 200);
  EXPECT_EQ(flying.put_intent(2, {}, two).status, 409);
}

TEST(Dss, AUssThatIsDownCanOnlySayThatItIsOffPlan) {
  World world;
  const Answer put = world.put_intent(1, {.more = with_new_subscription()}, one);
  const Answer down = world.put_availability("one", "Down");
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.lng = 8}}}, one).status, 412);
  EXPECT_EQ(world.put_intent(1, {.state = "Activated", .more = with_new_subscription()}, one, ovn_of(put)).status, 412);
  EXPECT_EQ(world.remove(intent, 1, ovn_of(put), one).status, 412);
  EXPECT_EQ(world.put_intent(1, {.state = "Contingent", .more = with_new_subscription()}, one, ovn_of(put)).status, 200);
  EXPECT_EQ(world.put_availability("one", "Normal", field(down, {"version"})).status, 200);
  EXPECT_EQ(world.put_intent(2, {.extents = {Box{.lng = 8}}}, one).status, 201);
}

// Time.

TEST(Dss, WhatHasEndedIsNotFoundAndNotRelevant) {
  World world;
  const Answer put = world.put_intent(1, {.more = with_new_subscription()}, one);
  const std::string implicit = field(put, {"operational_intent_reference", "subscription_id"});
  const IntentBody longer{.extents = {Box{.to = noon + hours(3)}}};
  world.now = noon + hours(1) - Duration(1);
  EXPECT_EQ(world.put_intent(2, longer, two).status, 409);
  EXPECT_EQ(world.get(intent, 1, two).status, 200);
  world.now = noon + hours(1);
  EXPECT_EQ(world.get(intent, 1, two).status, 404);
  EXPECT_EQ(world.ask(Get{subscription, *parse_entity_id(implicit)}, one).status, 404) << "ended with its last intent";
  EXPECT_EQ(world.remove(intent, 1, ovn_of(put), one).status, 404);
  EXPECT_EQ(count(world.query(intent, Box{.to = noon + hours(9)}, one).body, "\"state\""), 0u);
  EXPECT_EQ(world.put_intent(2, longer, two).status, 201);
  EXPECT_EQ(world.dss.intents(), 1u) << "and the next write takes it away";
  EXPECT_EQ(world.dss.subscriptions(), 0u);
}

TEST(Dss, AnIdMayBeUsedAgainAfterTheEnd) {
  World world;
  ASSERT_EQ(world.put_intent(1, {}, one).status, 201);
  world.now = noon + hours(1);
  const Answer again = world.put_intent(1, {.extents = {Box{.to = noon + hours(2)}}}, two);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(field(again, {"operational_intent_reference", "manager"}), "two");
}

// Versions and managers.

TEST(Dss, OnlyTheCurrentVersionAndOnlyItsManagerChangesAnEntity) {
  World world;
  const Answer put = world.put_intent(1, {}, one);
  const std::string ovn = ovn_of(put);
  EXPECT_EQ(world.put_intent(1, {.extents = {Box{.upper = 250}}}, one).status, 409) << "created twice";
  EXPECT_EQ(world.put_intent(1, {}, one, "an OVN that never was").status, 409);
  EXPECT_EQ(world.put_intent(1, {}, two, ovn).status, 403);
  EXPECT_EQ(world.put_intent(7, {}, one, ovn).status, 404);
  EXPECT_EQ(world.remove(intent, 1, "an OVN that never was", one).status, 409);
  EXPECT_EQ(world.remove(intent, 1, ovn, two).status, 403);
  EXPECT_EQ(world.remove(intent, 7, ovn, one).status, 404);
  EXPECT_EQ(world.get(intent, 7, one).status, 404);
  EXPECT_EQ(world.remove(intent, 1, ovn, one).status, 200);
  EXPECT_EQ(world.get(intent, 1, one).status, 404);

  const Answer zone = world.put_constraint(1, {Box{}}, one);
  const std::string zone_ovn = constraint_ovn_of(zone);
  EXPECT_EQ(world.put_constraint(1, {Box{.upper = 250}}, one).status, 409);
  EXPECT_EQ(world.put_constraint(1, {Box{}}, one, "an OVN that never was").status, 409);
  EXPECT_EQ(world.put_constraint(1, {Box{}}, two, zone_ovn).status, 403);
  EXPECT_EQ(world.put_constraint(7, {Box{}}, one, zone_ovn).status, 404);
  EXPECT_EQ(world.remove(constraint, 1, zone_ovn, two).status, 403);
  const Answer changed = world.put_constraint(1, {Box{.upper = 250}}, one, zone_ovn);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(field(changed, {"constraint_reference", "version"}), "2");
  EXPECT_EQ(world.remove(constraint, 1, zone_ovn, one).status, 409);
  EXPECT_EQ(world.remove(constraint, 1, constraint_ovn_of(changed), one).status, 200);
  EXPECT_EQ(world.get(constraint, 1, one).status, 404);

  const Answer subscribed = world.put_subscription(1, subscription_json({}), one);
  ASSERT_EQ(subscribed.status, 200) << subscribed;
  EXPECT_EQ(world.put_subscription(1, subscription_json({.upper = 250}), one).status, 409);
  EXPECT_EQ(world.put_subscription(1, subscription_json({}), one, "a version that never was").status, 409);
  EXPECT_EQ(world.put_subscription(1, subscription_json({}), two, version_of(subscribed)).status, 403);
  EXPECT_EQ(world.put_subscription(7, subscription_json({}), one, version_of(subscribed)).status, 404);
  EXPECT_EQ(world.get(subscription, 1, two).status, 403);
  EXPECT_EQ(world.get(subscription, 7, two).status, 404);
  EXPECT_EQ(world.remove(subscription, 1, "a version that never was", one).status, 409);
  EXPECT_EQ(world.remove(subscription, 1, version_of(subscribed), two).status, 403);
  EXPECT_EQ(world.remove(subscription, 1, version_of(subscribed), one).status, 200);
}

TEST(Dss, AnOvnIsShownToItsManagerOnly) {
  World world;
  const Answer put = world.put_intent(1, {}, one), zone = world.put_constraint(1, {Box{}}, one);
  EXPECT_EQ(ovn_of(put).size(), 44u);
  EXPECT_EQ(ovn_of(put).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"), std::string::npos);
  EXPECT_EQ(ovn_of(world.get(intent, 1, one)), ovn_of(put));
  EXPECT_EQ(ovn_of(world.get(intent, 1, two)), "Available from USS");
  EXPECT_EQ(constraint_ovn_of(world.get(constraint, 1, one)), constraint_ovn_of(zone));
  for (const Kind kind : {intent, constraint}) {
    EXPECT_FALSE(world.query(kind, {}, two).says(kind == intent ? ovn_of(put) : constraint_ovn_of(zone)));
    EXPECT_TRUE(world.query(kind, {}, one).says(kind == intent ? ovn_of(put) : constraint_ovn_of(zone)));
  }
  World other({.salt = "other"});
  EXPECT_NE(ovn_of(other.put_intent(1, {}, one)), ovn_of(put)) << "depends on the salt";
}

std::string suffix_at(Time time, unsigned n = 0) {
  const auto ms = static_cast<std::uint64_t>(time.time_since_epoch() / milliseconds(1));
  return to_string(EntityId{ms << 16 | 0x7000 | n, 0x8000000000000001});
}
IntentBody with_suffix(const std::string& suffix, double upper = 200) {
  return {.extents = {Box{.upper = upper}}, .more = R"(,"requested_ovn_suffix":")" + suffix + '"'};
}

TEST(Dss, AnOvnMayBeAskedForByItsSuffix) {
  World world;
  const std::string suffix = suffix_at(world.now);
  const Answer put = world.put_intent(1, with_suffix(suffix), one);
  ASSERT_EQ(put.status, 201) << put;
  EXPECT_EQ(ovn_of(put), id(1) + "_" + suffix);
  EXPECT_EQ(world.put_intent(1, with_suffix(suffix, 250), one, ovn_of(put)).status, 400) << "the OVN would stay the same";
  const Answer hashed = world.put_intent(1, {.extents = {Box{.upper = 250}}}, one, ovn_of(put));
  ASSERT_EQ(hashed.status, 200);
  EXPECT_EQ(world.put_intent(1, with_suffix(suffix, 260), one, ovn_of(hashed)).status, 400) << "it was before";
  ASSERT_EQ(world.remove(intent, 1, ovn_of(hashed), one).status, 200);
  EXPECT_EQ(world.put_intent(1, with_suffix(suffix, 270), one).status, 400) << "also before the id was given up";
  EXPECT_EQ(world.put_intent(1, with_suffix(suffix_at(world.now - minutes(5), 1), 270), one).status, 201);
  EXPECT_EQ(world.put_intent(2, with_suffix(suffix_at(world.now - minutes(5), 1), 300), one).status, 409) << "another intent may have it: only the key is missing";
  world.now += minutes(10);
  EXPECT_EQ(world.put_intent(3, {.extents = {Box{.lng = 8}}}, one).status, 201);
  EXPECT_EQ(world.put_intent(1, with_suffix(suffix, 280), one, ovn_of(world.get(intent, 1, one))).status, 400) << "too old by now";
  EXPECT_EQ(world.put_intent(2, with_suffix(suffix_at(world.now - minutes(6))), one).status, 400);
  EXPECT_EQ(world.put_intent(2, with_suffix(suffix_at(world.now + minutes(6))), one).status, 400);
  EXPECT_EQ(world.put_intent(2, with_suffix("2f8343be-6482-4d1b-a474-16847e01af1e"), one).status, 400);
}

// States.

TEST(Dss, AnIntentBeginsAsAccepted) {
  for (const std::string state : {"Activated", "Nonconforming", "Contingent"}) {
    World world;
    EXPECT_EQ(world.put_intent(1, {.state = state, .more = with_new_subscription()}, one).status, 400) << state;
  }
}

TEST(Dss, OtherStatesThanAcceptedNeedASubscription) {
  World world;
  const Answer put = world.put_intent(1, {}, one);
  EXPECT_EQ(field(put, {"operational_intent_reference", "subscription_id"}), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(world.put_intent(1, {.state = "Activated"}, one, ovn_of(put)).status, 400);
  EXPECT_EQ(world.put_intent(1, {.state = "Activated", .more = with_subscription(1) + with_new_subscription()}, one, ovn_of(put)).status, 400);
  EXPECT_EQ(world.put_intent(1, {.state = "Activated", .more = with_new_subscription()}, one, ovn_of(put)).status, 200);
}

TEST(Dss, StatesFollowEachOtherAsTheStandardHasIt) {
  const std::vector<std::string> states{"Accepted", "Activated", "Nonconforming", "Contingent"};
  const std::vector<std::string> allowed{"1111", "1111", "0111", "0001"};   // from, to
  for (std::size_t from = 0; from < 4; ++from) {
    for (std::size_t to = 0; to < 4; ++to) {
      World world;
      const std::string more = with_new_subscription();
      Answer put = world.put_intent(1, {.more = more}, one);
      if (from > 0) put = world.put_intent(1, {.state = states[from], .more = more}, one, ovn_of(put));
      ASSERT_LT(put.status, 300) << put;
      const Answer next = world.put_intent(1, {.extents = {Box{.upper = 250}}, .state = states[to], .more = more}, one, ovn_of(put));
      EXPECT_EQ(next.status, allowed[from][to] == '1' ? 200 : 400) << states[from] << " to " << states[to] << ": " << next;
    }
  }
}

TEST(Dss, AcceptedAndActivatedNeedTheScopeOfStrategicCoordination) {
  World world;
  Caller monitor = one;
  monitor.strategic_coordination = false;
  EXPECT_EQ(world.put_intent(1, {}, monitor).status, 403);
}

// Subscriptions.

TEST(Dss, AnImplicitSubscriptionIsMadeGrowsAndEndsWithItsIntent) {
  World world;
  const Answer put = world.put_intent(1, {.more = with_new_subscription()}, one);
  ASSERT_EQ(put.status, 201);
  const std::string implicit = field(put, {"operational_intent_reference", "subscription_id"});
  const Get get{subscription, *parse_entity_id(implicit)};
  EXPECT_EQ(field(world.ask(get, one), {"subscription", "implicit_subscription"}), "true");
  EXPECT_EQ(field(world.ask(get, one), {"subscription", "dependent_operational_intents", "[0]"}), id(1));

  const IntentBody moved{.extents = {Box{.lng = 7.3, .to = noon + hours(2)}}, .more = R"(,"subscription_id":")" + implicit + '"'};
  const Answer grown = world.put_intent(1, moved, one, ovn_of(put));
  ASSERT_EQ(grown.status, 200) << grown;
  EXPECT_EQ(field(world.ask(get, one), {"subscription", "time_end", "value"}), "2026-12-01T14:00:00Z");
  const Answer near = world.put_intent(2, {.extents = {Box{.lng = 7.3}}, .key = {ovn_of(grown)}}, two);
  EXPECT_EQ(near.status, 201);
  EXPECT_EQ(field(near, {"subscribers", "[0]", "subscriptions", "[0]", "subscription_id"}), implicit);

  EXPECT_EQ(world.remove(subscription, 1, "", one).status, 404);
  const std::string version = version_of(world.ask(get, one));
  EXPECT_EQ(world.ask(Delete{subscription, get.id, version}, one).status, 400) << "an intent depends on it";
  const Answer removed = world.remove(intent, 1, ovn_of(grown), one);
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(world.ask(get, one).status, 404);
}

TEST(Dss, ANewSubscriptionForOneThatHasItsOwnGoesOnCounting) {
  World world;
  const Answer put = world.put_intent(1, {.more = with_new_subscription()}, one);
  EXPECT_EQ(field(put, {"subscribers", "[0]", "subscriptions", "[0]", "notification_index"}), "1");
  const Answer active = world.put_intent(1, {.state = "Activated", .more = with_new_subscription("", "https://elsewhere.example")}, one, ovn_of(put));
  EXPECT_EQ(field(active, {"operational_intent_reference", "subscription_id"}), field(put, {"operational_intent_reference", "subscription_id"}));
  EXPECT_EQ(field(active, {"subscribers", "[0]", "uss_base_url"}), "https://elsewhere.example");
  EXPECT_EQ(field(active, {"subscribers", "[0]", "subscriptions", "[0]", "notification_index"}), "2");
  EXPECT_EQ(world.dss.subscriptions(), 1u);
}

TEST(Dss, AnExplicitSubscriptionMustCoverTheIntent) {
  const Box wide{.half = 0.05, .lower = 0, .upper = 1'000, .from = noon - hours(1), .to = noon + hours(5)};
  World world;
  ASSERT_EQ(world.put_subscription(1, subscription_json(wide), one).status, 200);
  ASSERT_EQ(world.put_subscription(2, subscription_json(wide, R"(,"notify_for_constraints":true)"), one).status, 200);
  for (const Box& beyond : {Box{.lng = 7.2}, Box{.to = noon + hours(6)}, Box{.upper = 1'001}}) {
    EXPECT_EQ(world.put_intent(1, {.extents = {beyond}, .more = with_subscription(1)}, one).status, 400) << volume_json(beyond);
  }
  EXPECT_EQ(world.put_intent(1, {.more = with_subscription(2)}, one).status, 400) << "does not notify for operational intents";
  EXPECT_EQ(world.put_intent(1, {.more = with_subscription(7)}, one).status, 400) << "does not exist";
  EXPECT_EQ(world.put_intent(1, {.more = with_subscription(1)}, two).status, 403);
  EXPECT_EQ(world.put_intent(1, {.more = with_subscription(1)}, one).status, 201);
}

TEST(Dss, ASubscriptionCannotBeTakenFromTheIntentsThatDependOnIt) {
  const Box wide{.half = 0.05, .lower = 0, .upper = 1'000, .from = noon - hours(1), .to = noon + hours(5)};
  World world;
  const Answer subscribed = world.put_subscription(1, subscription_json(wide), one);
  const Answer put = world.put_intent(1, {.more = with_subscription(1)}, one);
  ASSERT_EQ(put.status, 201) << put;
  const auto with = [&](auto change) {
    Box box = wide;
    change(box);
    return world.put_subscription(1, subscription_json(box), one, version_of(world.get(subscription, 1, one))).status;
  };
  EXPECT_EQ(with([](Box& b) { b.lng = 7.2; }), 400);
  EXPECT_EQ(with([](Box& b) { b.to = noon + minutes(30); }), 400);
  EXPECT_EQ(with([](Box& b) { b.upper = 150; }), 400);
  EXPECT_EQ(world.put_subscription(1, subscription_json(wide, R"(,"notify_for_constraints":true)"), one, version_of(subscribed)).status, 400);
  EXPECT_EQ(with([](Box& b) { b.half = 0.02; }), 200);
  EXPECT_EQ(world.remove(subscription, 1, version_of(world.get(subscription, 1, one)), one).status, 400);
  EXPECT_EQ(world.remove(intent, 1, ovn_of(put), one).status, 200);
  EXPECT_EQ(world.remove(subscription, 1, version_of(world.get(subscription, 1, one)), one).status, 200) << "an explicit one outlives its intents";
}

TEST(Dss, SubscriptionsHaveTheTimesThatTheStandardAllows) {
  World world;
  const auto put = [&](unsigned n, std::string_view times, std::optional<std::string> version = {}) {
    const std::string body = fmt::format(R"({{"extents":{{"volume":{{"outline_polygon":{}}}{}}},"uss_base_url":"https://two.example","notify_for_operational_intents":true}})",
                                         polygon_json({}), times);
    return world.put_subscription(n, body, one, version);
  };
  const auto starts = [](Time t) { return R"(,"time_start":)" + time_json(t); };
  const auto ends = [](Time t) { return R"(,"time_end":)" + time_json(t); };
  const Answer plain = put(1, "");
  EXPECT_EQ(field(plain, {"subscription", "time_start", "value"}), exact_time(world.now));
  EXPECT_EQ(field(plain, {"subscription", "time_end", "value"}), exact_time(world.now + hours(24)));
  EXPECT_EQ(field(put(2, starts(noon)), {"subscription", "time_end", "value"}), exact_time(noon + hours(24)));
  EXPECT_EQ(put(3, ends(world.now + hours(24))).status, 200);
  EXPECT_EQ(put(4, ends(world.now + hours(24) + Duration(1))).status, 400);
  EXPECT_EQ(put(4, ends(world.now)).status, 400) << "in the past";
  EXPECT_EQ(put(4, starts(world.now - minutes(5))).status, 200);
  EXPECT_EQ(put(5, starts(world.now - minutes(5) - Duration(1))).status, 400);
  EXPECT_EQ(put(5, starts(noon) + ends(noon)).status, 400);
  world.now += hours(2);
  const Answer again = put(1, ends(noon + hours(3)), version_of(plain));
  EXPECT_EQ(field(again, {"subscription", "time_start", "value"}), exact_time(noon - hours(1))) << "what had begun stays so";
}

TEST(Dss, ASubscriptionMustAskForSomethingItMaySee) {
  World world;
  EXPECT_EQ(world.put_subscription(1, subscription_json({}, ""), one).status, 400);
  Caller caller = one;
  caller.strategic_coordination = false;
  EXPECT_EQ(world.put_subscription(1, subscription_json({}), caller).status, 403);
  caller = one;
  caller.constraint_processing = false;
  EXPECT_EQ(world.put_subscription(1, subscription_json({}, R"(,"notify_for_constraints":true)"), caller).status, 403);
  EXPECT_EQ(world.put_intent(1, {.more = with_new_subscription(R"(,"notify_for_constraints":true)")}, caller).status, 403);
  EXPECT_EQ(world.put_subscription(1, subscription_json({}, R"(,"notify_for_constraints":true)"), one).status, 200);
}

TEST(Dss, AWriteTellsTheSubscribersOfTheOldVolumeAndOfTheNew) {
  World world;
  const Box here, there{.lng = 7.3};
  ASSERT_EQ(world.put_subscription(1, subscription_json(here, R"(,"notify_for_operational_intents":true)", "https://two.example"), two).status, 200);
  ASSERT_EQ(world.put_subscription(2, subscription_json(there, R"(,"notify_for_operational_intents":true)", "https://three.example"), three).status, 200);
  ASSERT_EQ(world.put_subscription(3, subscription_json(there, R"(,"notify_for_operational_intents":true)", "https://three.example"), one).status, 200);
  ASSERT_EQ(world.put_subscription(4, subscription_json(there, R"(,"notify_for_constraints":true)"), three).status, 200);
  const Answer put = world.put_intent(9, {}, one);
  EXPECT_EQ(count(put.body, "\"subscription_id\":"), 2u) << "the intent's own member and one subscriber: " << put;
  EXPECT_TRUE(put.says(R"({"uss_base_url":"https://two.example","managers":["two"],"subscriptions":[{"subscription_id":")" + id(1) + R"(","notification_index":1}]})")) << put;
  const Answer moved = world.put_intent(9, {.extents = {there}}, one, ovn_of(put));
  EXPECT_TRUE(moved.says(R"("managers":["one","three"])")) << moved;
  EXPECT_TRUE(moved.says(id(1) + R"(","notification_index":2)")) << moved;
  EXPECT_TRUE(moved.says(id(2) + R"(","notification_index":1)"));
  EXPECT_TRUE(moved.says(id(3) + R"(","notification_index":1)"));
  const Answer removed = world.remove(intent, 9, ovn_of(moved), one);
  EXPECT_FALSE(removed.says(id(1)));
  EXPECT_TRUE(removed.says(id(2) + R"(","notification_index":2)"));
  const Answer zone = world.put_constraint(5, {there}, one);
  EXPECT_TRUE(zone.says(id(4) + R"(","notification_index":1)"));
  EXPECT_EQ(count(zone.body, "\"subscription_id\""), 1u);
  EXPECT_EQ(field(world.get(subscription, 2, three), {"subscription", "notification_index"}), "2");
}

TEST(Dss, ASubscriptionIsAnsweredWithWhatIsThere) {
  World world;
  const Answer put = world.put_intent(1, {}, one), zone = world.put_constraint(2, {Box{}}, two);
  const Answer both = world.put_subscription(3, subscription_json({}, R"(,"notify_for_operational_intents":true,"notify_for_constraints":true)"), one);
  EXPECT_EQ(field(both, {"operational_intent_references", "[0]", "ovn"}), ovn_of(put));
  EXPECT_EQ(field(both, {"constraint_references", "[0]", "id"}), id(2));
  const Answer intents = world.put_subscription(4, subscription_json({}), one);
  EXPECT_EQ(field(intents, {"constraint_references", "[0]", "id"}), "");
  EXPECT_EQ(count(world.query(subscription, {}, one).body, "\"version\""), 2u);
  EXPECT_EQ(count(world.query(subscription, {}, two).body, "\"version\""), 0u) << "only one's own";
  EXPECT_EQ(count(world.query(subscription, {.lng = 7.3}, one).body, "\"version\""), 0u);
}

TEST(Dss, AQueryFindsWhatIntersects) {
  World world;
  ASSERT_EQ(world.put_intent(1, {}, one).status, 201);
  ASSERT_EQ(world.put_constraint(2, {Box{}}, one).status, 201);
  for (const Kind kind : {intent, constraint}) {
    const auto found = [&](const Box& box) { return count(world.query(kind, box, two).body, "\"manager\""); };
    EXPECT_EQ(found({}), 1u);
    EXPECT_EQ(found({.lng = 7 + aside}), 0u);
    EXPECT_EQ(found({.lower = 200, .upper = 300}), 0u);
    EXPECT_EQ(found({.from = noon + hours(1), .to = noon + hours(2)}), 0u);
    EXPECT_EQ(world.ask(read_query(kind, R"({"area_of_interest":{"volume":{"outline_circle":{"center":{"lat":46,"lng":7},"radius":{"value":50,"units":"M"}}}}})"), two).status, 200);
  }
  EXPECT_EQ(world.query(intent, {.from = noon - hours(3), .to = noon - hours(1)}, two).status, 400) << "in the past";
}

// Repeated requests.

TEST(Dss, AWriteThatIsRepeatedGetsTheFirstAnswerAgain) {
  World world;
  const auto twice = [&](const std::function<Answer()>& ask) {
    const Answer first = ask();
    EXPECT_LT(first.status, 300) << first;
    const std::size_t written = world.journal.size();
    world.now += seconds(20);
    const Answer again = ask();
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.status, first.status);
    EXPECT_EQ(world.journal.size(), written) << "nothing is written";
    return first;
  };
  ASSERT_EQ(world.put_subscription(1, subscription_json({}), two).status, 200);
  const Answer put = twice([&] { return world.put_intent(1, {.more = with_new_subscription()}, one); });
  EXPECT_EQ(world.put_intent(1, {.more = with_new_subscription()}, two).status, 409) << "another manager's is no repetition";
  const Answer changed = twice([&] { return world.put_intent(1, {.extents = {Box{.upper = 300}}, .more = with_new_subscription()}, one, ovn_of(put)); });
  EXPECT_EQ(world.put_intent(1, {.more = with_new_subscription()}, one).status, 409) << "not the version before";
  twice([&] { return world.remove(intent, 1, ovn_of(changed), one); });
  const Answer anew = world.put_intent(1, {.more = with_new_subscription()}, one);
  EXPECT_EQ(anew.status, 201) << "what was deleted is created anew";
  EXPECT_NE(ovn_of(anew), ovn_of(put));
  EXPECT_EQ(world.remove(intent, 1, ovn_of(changed), one).status, 409);

  const Answer zone = twice([&] { return world.put_constraint(1, {Box{}}, one); });
  twice([&] { return world.remove(constraint, 1, constraint_ovn_of(zone), one); });
  const Answer subscribed = twice([&] { return world.put_subscription(5, subscription_json({}), one); });
  twice([&] { return world.remove(subscription, 5, version_of(subscribed), one); });
  twice([&] { return world.put_availability("one", "Normal"); });
}

TEST(Dss, OnlySoManyAnswersAreKept) {
  World world;
  const Answer first = world.put_constraint(0, {Box{}}, one);
  for (unsigned n = 1; n < AnswerLimits::answers; ++n) {
    ASSERT_EQ(world.ask(PutAvailability{fmt::format("uss{}", n), Availability::normal, ""}, one).status, 200);
  }
  EXPECT_EQ(world.put_constraint(0, {Box{}}, one).status, 201) << "still known";
  ASSERT_EQ(world.ask(PutAvailability{"one more", Availability::normal, ""}, one).status, 200);
  EXPECT_EQ(world.put_constraint(0, {Box{}}, one).status, 409);
}

// Availability.

TEST(Dss, TheAvailabilityOfAUssIsPutByVersion) {
  World world;
  const Answer unknown = world.ask(GetAvailability{"nobody"}, one);
  EXPECT_EQ(unknown.body, R"({"version":"","status":{"uss":"nobody","availability":"Unknown"}})");
  const Answer put = world.put_availability("one", "Normal");
  ASSERT_EQ(put.status, 200);
  EXPECT_NE(field(put, {"version"}), "");
  EXPECT_EQ(world.put_availability("one", "Down").status, 409);
  EXPECT_EQ(world.put_availability("one", "Down", field(put, {"version"})).status, 200);
  EXPECT_EQ(world.put_availability("two", "Down", "a version that never was").status, 409);
  EXPECT_EQ(field(world.ask(GetAvailability{"one"}, two), {"status", "availability"}), "Down");
  EXPECT_EQ(world.put_availability("", "Down").status, 400);
  Caller caller = one;
  caller.availability_arbitration = false;
  EXPECT_EQ(world.ask(PutAvailability{"one", Availability::normal, ""}, caller).status, 403);
}

// Limits.

TEST(Dss, NamesAreTextThatCanBeRecorded) {
  World world;
  for (const std::string& name : {std::string(), std::string(FlightLimits::manager_bytes + 1, 'a'), std::string("\xff")}) {
    EXPECT_EQ(world.put_intent(1, {}, uss(name)).status, 403) << name.size();
    EXPECT_EQ(world.ask(PutAvailability{name, Availability::down, ""}, one).status, 400) << name.size();
  }
  EXPECT_EQ(world.put_intent(1, {}, uss(std::string(FlightLimits::manager_bytes, 'a'))).status, 201);
}

TEST(Dss, AreasTimesAndNumbersHaveLimits) {
  World world;
  const Box large{.half = 0.3};   // about 67 km by 46 km
  EXPECT_EQ(world.put_intent(1, {.extents = {large}}, one).status, 400);
  EXPECT_EQ(world.put_subscription(1, subscription_json(large), one).status, 400);
  EXPECT_EQ(world.query(intent, large, one).status, 400);
  EXPECT_EQ(world.query(constraint, large, one).status, 400);
  EXPECT_EQ(world.query(subscription, large, one).status, 413);
  EXPECT_EQ(world.put_constraint(1, {large}, one).status, 201) << "constraints may be larger";
  EXPECT_EQ(world.put_constraint(2, {Box{.half = 0.55}}, one).status, 400);
  EXPECT_EQ(world.put_intent(1, {.extents = {Box{.half = 0.25}}}, one).status, 201);

  const Time horizon = world.now + hours(24 * 30);
  EXPECT_EQ(world.put_intent(3, {.extents = {Box{.lng = 8, .from = horizon - hours(1), .to = horizon}}}, one).status, 201);
  EXPECT_EQ(world.put_intent(4, {.extents = {Box{.lng = 8, .from = horizon - hours(1), .to = horizon + Duration(1)}}}, one).status, 400);
  EXPECT_EQ(world.put_intent(4, {.extents = {Box{.lng = 8, .from = noon - hours(3), .to = world.now}}}, one).status, 400) << "in the past";
  const Time far = world.now + hours(24 * 56);
  EXPECT_EQ(world.put_constraint(3, {Box{.lng = 8, .from = far - hours(24), .to = far}}, one).status, 201);
  EXPECT_EQ(world.put_constraint(4, {Box{.lng = 8, .from = far - hours(24), .to = far + Duration(1)}}, one).status, 400);
  EXPECT_EQ(world.put_constraint(4, {Box{.lng = 8, .to = noon + hours(24) + Duration(1)}}, one).status, 400);
  EXPECT_EQ(world.put_constraint(4, {Box{.lng = 8, .from = noon - hours(3), .to = world.now}}, one).status, 400);

  World small({.salt = "salt", .most_entities = 1, .most_availabilities = 1});
  EXPECT_EQ(small.put_intent(1, {}, one).status, 201);
  EXPECT_EQ(small.put_intent(2, {.extents = {Box{.lng = 8}}}, one).status, 413);
  EXPECT_EQ(small.put_constraint(1, {Box{}}, one).status, 201);
  EXPECT_EQ(small.put_constraint(2, {Box{}}, one).status, 413);
  EXPECT_EQ(small.put_subscription(1, subscription_json({}), one).status, 200);
  EXPECT_EQ(small.put_subscription(2, subscription_json({}), one).status, 413);
  EXPECT_EQ(small.put_availability("one", "Down").status, 200);
  EXPECT_EQ(small.put_availability("two", "Down").status, 413);
}

TEST(Dss, BaseUrlsAreHttpsUnlessASwitchAllowsHttp) {
  World world;
  for (const std::string url : {"http://one.example", "ftp://one.example", "one.example", "https://", "https:///uss", "https://one.example/", "https://one example"}) {
    EXPECT_EQ(world.put_intent(1, {.url = url}, one).status, 400) << url;
    EXPECT_EQ(world.put_intent(1, {.more = with_new_subscription("", url)}, one).status, 400) << url;
    EXPECT_EQ(world.put_subscription(1, subscription_json({}, R"(,"notify_for_operational_intents":true)", url), one).status, 400) << url;
  }
  World open({.salt = "salt", .base_urls = BaseUrls::http_too});
  EXPECT_EQ(open.put_intent(1, {.url = "http://one.example:8080/uss"}, one).status, 201);
}

// Replay.

TEST(Dss, WhatWasRecordedMakesTheSameAgain) {
  World world;
  const Answer put = world.put_intent(1, {.extents = {Box{.to = noon + Duration(1'234'567'891)}}, .more = with_new_subscription()}, one);
  world.put_intent(2, {.key = {ovn_of(put)}, .more = with_new_subscription()}, two);
  world.put_constraint(3, {Box{}}, three);
  world.put_subscription(4, subscription_json({}), three);
  world.put_availability("two", "Down");
  world.remove(intent, 1, ovn_of(put), one);
  Dss again({.salt = "salt"});
  for (const std::string& line : world.journal) again.apply(*read_change(line));
  EXPECT_EQ(whole_of(again), whole_of(world.dss));

  Dss from_whole({.salt = "salt"});
  apply_lines(from_whole, whole_of(world.dss));
  EXPECT_EQ(whole_of(from_whole), whole_of(world.dss));
}

}  // namespace
}  // namespace skypact::plan::test
