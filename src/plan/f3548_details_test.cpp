#include "plan/f3548_details.h"

#include <gtest/gtest.h>

#include "plan/f3548_client.h"
#include "plan/test_uss.h"

namespace skypact::plan::test {
namespace {

Disclosed disclosed_of(const std::vector<Box>& boxes) {
  Reference reference;
  reference.id = entity(7);
  reference.manager = "north";
  reference.version = 3;
  reference.ovn = "an ovn of 16 and more";
  reference.subscription = entity(8);
  reference.time = {noon, noon + hours(1)};
  reference.uss_base_url = base_url_of("north");
  return {reference, details_of(boxes, -4)};
}

TEST(F3548Details, WhatIsWrittenIsReadBackToTheLastBit) {
  Disclosed entity = disclosed_of({Box{.lat = 46.123456789012345, .lower = 100.1}, Box{.lat = -89.99}});
  entity.details.volumes.push_back({*Area::circle({-12.34567890123, 179.99999}, 123.456), 10.5, 11.25, {noon + Duration(1), noon + hours(1)}});
  const std::string body = disclosed_json(entity);
  const auto again = read_disclosed(Kind::operational_intent, body);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(disclosed_json(*again), body);
  ASSERT_EQ(again->details.volumes.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const Volume &a = entity.details.volumes[i], &b = again->details.volumes[i];
    ASSERT_EQ(a.area.outline().size(), b.area.outline().size());
    for (std::size_t k = 0; k < a.area.outline().size(); ++k) {
      EXPECT_EQ(a.area.outline()[k].lat_deg, b.area.outline()[k].lat_deg);
      EXPECT_EQ(a.area.outline()[k].lon_deg, b.area.outline()[k].lon_deg);
    }
    EXPECT_EQ(a.area.radius_m(), b.area.radius_m());
    EXPECT_EQ(a.lower_m, b.lower_m);
    EXPECT_EQ(a.upper_m, b.upper_m);
    EXPECT_EQ(a.time.from, b.time.from);
    EXPECT_EQ(a.time.to, b.time.to);
  }
  EXPECT_EQ(again->details.priority, -4);
  EXPECT_EQ(again->reference.ovn, entity.reference.ovn);
  EXPECT_EQ(again->reference.subscription, entity.reference.subscription);
}

TEST(F3548Details, ANoticeTellsOfAnEntityOrThatItIsNoMore) {
  for (const bool deleted : {false, true}) {
    EntityNotice notice{Kind::operational_intent, entity(7), {}, {{entity(8), 4}, {entity(9), 0}}};
    if (!deleted) notice.entity = disclosed_of({Box{}});
    const auto again = read_notice(Kind::operational_intent, notice_json(notice));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->id, notice.id);
    EXPECT_EQ(again->entity.has_value(), !deleted);
    ASSERT_EQ(again->subscriptions.size(), 2u);
    EXPECT_EQ(again->subscriptions[0].notification_index, 4);
  }
}

TEST(F3548Details, ANoticeThatContradictsItselfIsRefused) {
  const auto refused = [](std::string from, std::string to, std::string says) {
    EntityNotice notice{Kind::operational_intent, entity(7), disclosed_of({Box{}}), {{entity(8), 4}}};
    std::string body = notice_json(notice);
    const auto at = body.find(from);
    ASSERT_NE(at, std::string::npos) << from << " in " << body;
    body.replace(at, from.size(), to);
    const auto read = read_notice(Kind::operational_intent, body);
    ASSERT_FALSE(read) << says;
    EXPECT_NE(read.error().message.find(says), std::string::npos) << read.error().message;
  };
  refused(id(7), id(6), "operational_intent: reference: id: is not " + id(6));
  refused(R"("ovn":"an ovn of 16 and more")", R"("ovn":null)", "ovn: is missing");
  refused(R"("ovn":"an ovn of 16 and more")", R"("ovn":"Available from USS")", "ovn: is missing");
  refused(R"("subscriptions":[)", R"("subscriptions":[],"was":[)", "subscriptions: needs one");
  refused(R"("state":"Accepted")", R"("state":"Contingent")", "volumes: a contingent intent has none");
  refused(R"("state":"Accepted")", R"("state":"Flying")", "state: must be one of");
  refused(R"("priority":-4)", R"("priority":1e300)", "priority: must be");
  refused(R"("altitude_lower")", R"("altitude_low")", "volumes[0]: altitude_lower: is missing");
}

TEST(F3548Details, EachStateHasItsVolumes) {
  const Volume volume = volume_of(Box{});
  const auto says = [&](IntentState state, bool volumes, bool off_nominal) {
    const Details details{volumes ? std::vector{volume} : std::vector<Volume>{}, off_nominal ? std::vector{volume} : std::vector<Volume>{}, 0, ""};
    return fault_of(details, Kind::operational_intent, state).has_value();
  };
  for (const IntentState state : {IntentState::accepted, IntentState::activated, IntentState::nonconforming, IntentState::contingent}) {
    const bool off = state >= IntentState::nonconforming, contingent = state == IntentState::contingent;
    for (const bool volumes : {false, true}) {
      for (const bool off_nominal : {false, true}) EXPECT_EQ(says(state, volumes, off_nominal), volumes == contingent || off_nominal != off) << to_string(state) << volumes << off_nominal;
    }
  }
}

// Both sides of the interface are written apart: what the one writes the other reads as it was.
TEST(F3548Client, RequestsAreReadByTheDssAsTheyWere) {
  PutIntent put;
  put.id = entity(1);
  put.extents = {volume_of(Box{}), volume_of(Box{.lat = 10})};
  put.key = {"one ovn \"quoted\"", "another"};
  put.state = IntentState::activated;
  put.uss_base_url = "https://north.test";
  put.new_subscription = NewSubscription{"https://north.test/sub", true};
  put.ovn_suffix = entity(5);
  auto read = read_put_intent(id(1), "ovn", body_of(put));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(body_of(*read), body_of(put));
  EXPECT_EQ(read->key, put.key);
  EXPECT_TRUE(read->new_subscription->notify_for_constraints);
  put.new_subscription.reset();
  put.subscription = entity(3);
  read = read_put_intent(id(1), {}, body_of(put));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subscription, entity(3));

  PutConstraint constraint{entity(2), {}, {volume_of(Box{})}, "https://north.test", {}};
  const auto constraint_read = read_put_constraint(id(2), {}, body_of(constraint));
  ASSERT_TRUE(constraint_read) << constraint_read.error().message;
  EXPECT_EQ(body_of(*constraint_read), body_of(constraint));
  PutSubscription subscription{entity(3), {}, volume_of(Box{}), noon, noon + hours(1), "https://north.test", true, false, {}};
  const auto subscription_read = read_put_subscription(id(3), {}, body_of(subscription));
  ASSERT_TRUE(subscription_read) << subscription_read.error().message;
  EXPECT_EQ(body_of(*subscription_read), body_of(subscription));
  const auto query = read_query(Kind::constraint, body_of(Query{Kind::constraint, volume_of(Box{})}));
  ASSERT_TRUE(query) << query.error().message;
}

TEST(F3548Client, AnswersOfADssAreReadAsTheyWere) {
  Reference mine = disclosed_of({Box{}}).reference, other = mine;
  other.ovn.clear();
  other.id = entity(9);
  other.subscription = std::nullopt;
  const auto text = [](const Response& response) {
    std::string body;
    write(response, body);
    return body;
  };
  const std::string found = text(ReferencesFound{Kind::operational_intent, {mine, other}});
  const auto references = read_references(Kind::operational_intent, found);
  ASSERT_TRUE(references) << references.error().message;
  EXPECT_EQ(text(ReferencesFound{Kind::operational_intent, *references}), found);
  EXPECT_TRUE((*references)[1].ovn.empty());

  const ReferenceChanged change{mine, {{"https://a.test", {"a", "b"}, {{entity(1), 3}}}, {"https://c.test", {}, {{entity(2), 0}, {entity(3), 1}}}}, Outcome::created};
  const auto changed = read_reference_changed(Kind::operational_intent, text(change));
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(text(*changed), text(change));

  Reference constraint = mine;
  constraint.kind = Kind::constraint;
  constraint.subscription = std::nullopt;
  const AirspaceConflict missing{"look again", {other}, {constraint}};
  const auto conflict = read_airspace_conflict(text(missing));
  ASSERT_TRUE(conflict) << conflict.error().message;
  EXPECT_EQ(text(*conflict), text(missing));
  const auto plain = read_airspace_conflict(R"({"message":"the OVN is not the current one"})");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->missing_intents.empty());
}

}  // namespace
}  // namespace skypact::plan::test
