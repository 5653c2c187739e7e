#include "plan/rid_changes.h"

#include <gtest/gtest.h>

#include <string>

#include "json/canonical.h"
#include "plan/test_rid.h"

namespace skypact::plan::test {
namespace {

// Of the first version of the form; it is read for ever.
constexpr std::string_view golden =
    R"({"areas":[{"id":"00000000-0000-4000-8000-0000000f4241","owner":"one","uss_base_url":"https://one.example/rid","version":"0123456789abcdef",)"
    R"("volumes":[{"lower_m":100,"outline":[[46,7],[46,7.01],[46.01,7.01]],"time_end":"2026-12-01T13:00:00.000000001Z","time_start":"2026-12-01T12:00:00Z","upper_m":120.25}]},)"
    R"({"id":"00000000-0000-4000-8000-0000000f4242","owner":"one","uss_url":"https://one.example/positions","version":"b",)"
    R"("volumes":[{"outline":[[46.1,7.5]],"radius_m":250.5,"time_end":"2026-12-01T13:00:00Z","time_start":"2026-12-01T12:00:00Z"}]}],)"
    R"("ended_areas":["00000000-0000-4000-8000-0000000f4249"],"ended_subscriptions":["00000000-0000-4000-8000-0000000f424b"],)"
    R"("notified":["00000000-0000-4000-8000-0000000f4244"],"request":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","rid":1,)"
    R"("subscriptions":[{"id":"00000000-0000-4000-8000-0000000f4244","notification_index":3,"owner":"two","uss_base_url":"https://two.example","version":"c",)"
    R"("volumes":[{"outline":[[46,7],[46,7.01],[46.01,7.01]],"time_end":"2026-12-01T13:00:00Z","time_start":"2026-12-01T12:00:00Z"}]}],)"
    R"("time":"2026-12-01T11:00:00Z"})";

TEST(RidChanges, TheFirstFormIsReadForEver) {
  const auto change = read_rid_change(golden);
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_EQ(to_json(*change), golden);
  RidDss dss;
  dss.apply(*change);
  EXPECT_EQ(dss.areas(), 2u);
  EXPECT_EQ(dss.subscriptions(), 1u);
  const auto seen = dss.decide(RidGet{rid_subscription, entity(4)}, {"two"}, noon);
  ASSERT_TRUE(seen);
  EXPECT_EQ(std::get<RidSubscriptionGot>(seen->response).subscription.notification_index, 4);
}

TEST(RidChanges, AreCanonical) {
  RidWorld world;
  const Answer put = world.put(v19, isa, 1, {}, "one \"quoted\" é");
  ASSERT_EQ(put.status, 200) << put;
  ASSERT_EQ(world.subscribe(2, {.box = {.lat = 46.123456789012345, .lower = 0.1}}, "two").status, 200);
  ASSERT_EQ(world.remove(isa, 1, isa_version_of(put), "one \"quoted\" é").status, 200);
  for (const std::string& line : world.journal) {
    EXPECT_EQ(*json::canonical(json::parse(line)->root()), line);
    const auto again = read_rid_change(line);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), line);
  }
}

TEST(RidChanges, WhatTheyMustNotSayIsRefused) {
  const auto error = [](std::string_view what, std::string_view by) {
    std::string text(golden);
    text.replace(text.find(what), what.size(), by);
    const auto change = read_rid_change(text);
    return change ? "" : change.error().message;
  };
  EXPECT_EQ(error("\"rid\":1", "\"rid\":2"), "rid: must be a whole number from 1 to 1");
  EXPECT_EQ(error("\"rid\":1", "\"rid\":1,\"w\":1").substr(0, 30), "\"w\" is not a known field; know");
  EXPECT_EQ(error("AAAAAAA", "A"), "request: must be a SHA-256 in base 64");
  EXPECT_EQ(error("[[46,7],[46,7.01],[46.01,7.01]]", "[[46,7],[46]]"), "areas[0]: volumes[0]: outline: must hold [latitude, longitude]");
  EXPECT_EQ(error("[[46.1,7.5]]", "[[46.1,7.5],[46,7]]"), "areas[1]: volumes[0]: outline: of a circle must hold one place");
  EXPECT_EQ(error("\"uss_url\":", "\"uss_base_url\":\"\",\"uss_url\":"), "areas[1]: uss_base_url: there must be either it or uss_url");
  EXPECT_EQ(error("\"uss_url\":\"https://one.example/positions\",", ""), "areas[1]: uss_base_url: there must be either it or uss_url");
  EXPECT_EQ(error("\"upper_m\":120.25}", "\"upper_m\":120.25},{\"outline\":[[46.1,7.5]],\"radius_m\":1,\"time_end\":\"2026-12-01T13:00:00Z\",\"time_start\":\"2026-12-01T12:00:00Z\"}"),
            "areas[0]: volumes: must hold one volume");
  EXPECT_EQ(error("\"notification_index\":3", "\"notification_index\":-1").substr(0, 36), "subscriptions[0]: notification_index");
  EXPECT_EQ(error("f4249", "f42"), "ended_areas[0]: must be a UUID");
}

TEST(RidChanges, AnIndexThatCannotGrowStays) {
  std::string text(golden);
  text.replace(text.find("\"notification_index\":3"), 22, "\"notification_index\":2147483647");
  RidDss dss;
  dss.apply(*read_rid_change(text));
  EXPECT_NE(whole_of(dss).find("\"notification_index\":2147483647"), std::string::npos);
}

}  // namespace
}  // namespace skypact::plan::test
