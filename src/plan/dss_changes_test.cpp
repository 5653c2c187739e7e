#include "plan/dss_changes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/canonical.h"
#include "plan/test_dss.h"

namespace skypact::plan::test {
namespace {

// Of the first version of the form; it is read for ever.
constexpr std::string_view golden =
    R"({"constraints":[{"id":"00000000-0000-4000-8000-0000000f4242","manager":"state","ovn":"ovn of the constraint","uss_base_url":"https://state.example","version":1,"volumes":[{"outline":[[46.1,7.5]],"radius_m":250.5,"time_end":"2026-12-01T13:00:00Z","time_start":"2026-12-01T12:00:00Z"}]}],)"
    R"("ended_constraints":["00000000-0000-4000-8000-0000000f4249"],"ended_intents":["00000000-0000-4000-8000-0000000f424a"],"ended_subscriptions":["00000000-0000-4000-8000-0000000f424b"],)"
    R"("intents":[{"id":"00000000-0000-4000-8000-0000000f4241","manager":"one","ovn":"ovn of the intent","state":"Activated","subscription_id":"00000000-0000-4000-8000-0000000f4243","uss_base_url":"https://one.example","version":3,)"
    R"("volumes":[{"lower_m":100,"outline":[[46,7],[46,7.01],[46.01,7.01]],"time_end":"2026-12-01T13:00:00.000000001Z","time_start":"2026-12-01T12:00:00Z","upper_m":120.25}]}],)"
    R"("notified":["00000000-0000-4000-8000-0000000f4244"],"request":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",)"
    R"("subscriptions":[{"id":"00000000-0000-4000-8000-0000000f4243","implicit":true,"manager":"one","notification_index":4,"notify_for_constraints":true,"notify_for_operational_intents":true,"uss_base_url":"https://one.example","version":"a"},)"
    R"({"id":"00000000-0000-4000-8000-0000000f4244","implicit":false,"manager":"two","notification_index":0,"notify_for_constraints":false,"notify_for_operational_intents":true,"uss_base_url":"https://two.example","version":"b","volumes":[{"outline":[[46,7],[46,7.01],[46.01,7.01]],"time_end":"2026-12-01T13:00:00Z","time_start":"2026-12-01T12:00:00Z"}]}],)"
    R"("time":"2026-12-01T11:00:00Z","uss_availability":[{"availability":"Down","uss":"two","version":"c"}],"v":1})";

TEST(DssChanges, TheFirstFormIsReadForEver) {
  const auto change = read_change(golden);
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_EQ(to_json(*change), golden);
  Dss dss;
  dss.apply(*change);
  EXPECT_EQ(dss.intents(), 1u);
  EXPECT_EQ(dss.constraints(), 1u);
  EXPECT_EQ(dss.subscriptions(), 2u);
  const auto seen = dss.decide(Get{Kind::subscription, entity(4)}, uss("two"), noon);
  ASSERT_TRUE(seen);
  EXPECT_EQ(std::get<SubscriptionGot>(seen->response).subscription.notification_index, 1);
}

TEST(DssChanges, AreCanonical) {
  World world;
  const Answer put = world.put_intent(1, {.more = with_new_subscription(R"(,"notify_for_constraints":true)")}, uss("one \"quoted\" é"));
  ASSERT_EQ(put.status, 201) << put;
  ASSERT_EQ(world.put_constraint(2, {Box{.lat = 46.123456789012345, .lower = 0.1}}, uss("state")).status, 201);
  ASSERT_EQ(world.put_subscription(3, subscription_json({}), uss("two")).status, 200);
  ASSERT_EQ(world.put_availability("two", "Normal").status, 200);
  ASSERT_EQ(world.remove(Kind::operational_intent, 1, ovn_of(put), uss("one \"quoted\" é")).status, 200);
  for (const std::string& line : world.journal) {
    EXPECT_EQ(*json::canonical(json::parse(line)->root()), line);
    const auto again = read_change(line);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), line);
  }
}

TEST(DssChanges, WhatTheyMustNotSayIsRefused) {
  const auto error = [](std::string_view what, std::string_view by) {
    std::string text(golden);
    text.replace(text.find(what), what.size(), by);
    const auto change = read_change(text);
    return change ? "" : change.error().message;
  };
  EXPECT_EQ(error("\"v\":1", "\"v\":2"), "v: must be a whole number from 1 to 1");
  EXPECT_EQ(error("\"v\":1", "\"v\":1,\"w\":1").substr(0, 30), "\"w\" is not a known field; know");
  EXPECT_EQ(error("AAAAAAA", "A"), "request: must be a SHA-256 in base 64");
  EXPECT_EQ(error("[[46,7],[46,7.01],[46.01,7.01]]", "[[46,7],[46]]"), "intents[0]: volumes[0]: outline: must hold [latitude, longitude]");
  EXPECT_EQ(error("[[46,7],[46,7.01],[46.01,7.01]]", "[]").substr(0, 23), "intents[0]: volumes[0]:");
  EXPECT_EQ(error("[[46.1,7.5]]", "[[46.1,7.5],[46,7]]"), "constraints[0]: volumes[0]: outline: of a circle must hold one place");
  EXPECT_EQ(error("\"Activated\"", "\"Ended\"").substr(0, 17), "intents[0]: state");
  EXPECT_EQ(error("f424a", "f42"), "ended_intents[0]: must be a UUID");
}

}  // namespace
}  // namespace skypact::plan::test
