#include "plan/rid_dss.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/test_rid.h"

namespace skypact::plan::test {
namespace {

const std::string one = "one", two = "two";
const Box far{.lng = 7.3};

// Both versions.

TEST(RidDss, WhatIsWrittenThroughOneVersionIsSeenThroughTheOther) {
  RidWorld world;
  ASSERT_EQ(world.put(v19, isa, 1, {}, one).status, 200);
  ASSERT_EQ(world.put(v22a, isa, 2, {}, one).status, 200);
  for (const RidVersion version : {v19, v22a}) {
    EXPECT_EQ(count(world.search(isa, {}, two, {}, {}, version).body, "\"id\""), 2u);
    EXPECT_EQ(field(world.get(isa, 1, two, version), {"service_area", "owner"}), "one");
  }
  EXPECT_EQ(field(world.get(isa, 1, two, v19), {"service_area", "time_start"}), "2026-12-01T12:00:00Z");
  EXPECT_EQ(field(world.get(isa, 1, two, v22a), {"service_area", "time_start", "value"}), "2026-12-01T12:00:00Z");

  const Answer through_old = world.put(v19, rid_subscription, 3, {}, two), through_new = world.put(v22a, rid_subscription, 4, {}, two);
  EXPECT_EQ(count(through_old.body, "\"flights_url\""), 2u) << through_old;
  EXPECT_EQ(count(through_new.body, "\"uss_base_url\""), 3u) << through_new;
  EXPECT_EQ(world.remove(rid_subscription, 3, version_of(through_old), two).status, 200);
  const Answer moved = world.put(v19, isa, 2, {}, one, isa_version_of(world.get(isa, 2, one)));
  EXPECT_EQ(moved.status, 200) << moved;
  EXPECT_TRUE(moved.says(id(4)));
}

TEST(RidDss, EitherVersionIsToldTheUrlsThatItsClientsCanUse) {
  RidWorld world;
  const auto url_of = [&](unsigned n, RidVersion version) {
    return field(world.get(isa, n, one, version), {"service_area", version == v19 ? "flights_url" : "uss_base_url"});
  };
  ASSERT_EQ(world.put(v22a, isa, 1, {.url = "https://one.example/rid"}, one).status, 200);
  EXPECT_EQ(url_of(1, v22a), "https://one.example/rid");
  EXPECT_EQ(url_of(1, v19), "https://one.example/rid/uss/flights");
  ASSERT_EQ(world.put(v19, isa, 2, {.url = "https://one.example/v1/uss/flights"}, one).status, 200);
  EXPECT_EQ(url_of(2, v19), "https://one.example/v1/uss/flights");
  EXPECT_EQ(url_of(2, v22a), "https://one.example/v1") << "below which the newer version finds its flights";
  ASSERT_EQ(world.put(v19, isa, 3, {.url = "https://one.example/positions"}, one).status, 200);
  EXPECT_EQ(url_of(3, v19), "https://one.example/positions");
  EXPECT_EQ(url_of(3, v22a), "https://one.example/positions") << "has no base";
  ASSERT_EQ(world.put(v19, isa, 4, {.url = "https://uss/flights"}, one).status, 200);
  EXPECT_EQ(url_of(4, v19), "https://uss/flights") << "a host of that name";
  ASSERT_EQ(world.put(v19, isa, 7, {.url = "https://one.example//uss/flights"}, one).status, 200);
  EXPECT_EQ(url_of(7, v22a), "https://one.example//uss/flights") << "a base has no slash at its end";

  ASSERT_EQ(world.put(v19, rid_subscription, 5, {.url = "https://two.example/uss/identification_service_areas"}, two).status, 200);
  ASSERT_EQ(world.put(v22a, rid_subscription, 6, {.url = "https://two.example"}, two).status, 200);
  const std::string version = isa_version_of(world.get(isa, 1, one));
  const Answer told = world.put(v22a, isa, 1, {}, one, version);
  EXPECT_EQ(count(told.body, "\"url\""), 1u) << "one place to tell: " << told;
  EXPECT_EQ(field(told, {"subscribers", "[0]", "url"}), "https://two.example");
  EXPECT_EQ(field(world.put(v19, isa, 1, {}, one, isa_version_of(told)), {"subscribers", "[0]", "url"}), "https://two.example/uss/identification_service_areas");
}

// Searching.

TEST(RidDss, ASearchFindsWhatIsInTheSameCellsAtTheTime) {
  RidWorld world;
  ASSERT_EQ(world.put_isa(1, {}, one).status, 200);
  const auto found = [&](const Box& box, std::optional<Time> earliest = {}, std::optional<Time> latest = {}) {
    return count(world.search(isa, box, two, earliest, latest).body, "\"id\"") == 1;
  };
  EXPECT_TRUE(found({}));
  EXPECT_TRUE(found({.lng = 7.003, .half = 0.0005})) << "within it";
  EXPECT_FALSE(found(far));
  EXPECT_TRUE(found({}, noon, noon + hours(1)));
  EXPECT_TRUE(found({}, noon + hours(1))) << "ends then";
  EXPECT_FALSE(found({}, noon + hours(1) + Duration(1)));
  EXPECT_TRUE(found({}, {}, noon)) << "starts then";
  EXPECT_FALSE(found({}, {}, noon - Duration(1)));
  world.now = noon + minutes(30);
  EXPECT_TRUE(found({}, {}, noon + minutes(1))) << "had started by then, and goes on";
}

TEST(RidDss, ASearchForSubscriptionsFindsOnesOwn) {
  RidWorld world;
  ASSERT_EQ(world.subscribe(1, {}, one).status, 200);
  ASSERT_EQ(world.subscribe(2, {}, two).status, 200);
  ASSERT_EQ(world.subscribe(3, {.box = far}, one).status, 200);
  const Answer found = world.search(rid_subscription, {}, one);
  EXPECT_EQ(count(found.body, "\"owner\""), 1u) << found;
  EXPECT_TRUE(found.says(id(1)));
  EXPECT_EQ(world.get(rid_subscription, 2, one).status, 200) << "by its id others see it too";
}

// Telling.

TEST(RidDss, AWriteTellsTheSubscribersOfTheOldVolumeAndOfTheNew) {
  RidWorld world;
  ASSERT_EQ(world.subscribe(1, {.url = "https://b.example"}, two).status, 200);
  ASSERT_EQ(world.subscribe(2, {.box = far, .url = "https://a.example"}, two).status, 200);
  ASSERT_EQ(world.subscribe(3, {.url = "https://b.example"}, "three").status, 200);
  ASSERT_EQ(world.subscribe(4, {.box = {.lng = 8}}, two).status, 200);
  const Answer put = world.put_isa(5, {}, one);
  EXPECT_EQ(put.body.substr(0, put.body.find(",\"service_area\"")),
            R"({"subscribers":[{"url":"https://b.example","subscriptions":[{"subscription_id":")" + id(1) + R"(","notification_index":1},{"subscription_id":")" + id(3) +
                R"(","notification_index":1}]}])");
  const Answer moved = world.put_isa(5, {.box = far}, one, isa_version_of(put));
  EXPECT_EQ(moved.body.substr(0, moved.body.find(",\"service_area\"")),
            R"({"subscribers":[{"url":"https://a.example","subscriptions":[{"subscription_id":")" + id(2) +
                R"(","notification_index":1}]},{"url":"https://b.example","subscriptions":[{"subscription_id":")" + id(1) +
                R"(","notification_index":2},{"subscription_id":")" + id(3) + R"(","notification_index":2}]}])");
  const Answer removed = world.remove(isa, 5, isa_version_of(moved), one);
  EXPECT_EQ(removed.body.substr(0, removed.body.find(",\"service_area\"")),
            R"({"subscribers":[{"url":"https://a.example","subscriptions":[{"subscription_id":")" + id(2) + R"(","notification_index":2}]}])");
  EXPECT_EQ(isa_version_of(removed), isa_version_of(moved)) << "as it was";
  EXPECT_EQ(field(world.get(rid_subscription, 1, two), {"subscription", "notification_index"}), "2");
  EXPECT_EQ(field(world.get(rid_subscription, 4, two), {"subscription", "notification_index"}), "0");
}

TEST(RidDss, WhoIsApartInAltitudeOrTimeIsNotTold) {
  const Box here;
  const auto told = [&](const RidBody& body) {
    RidWorld world;
    EXPECT_EQ(world.subscribe(1, body, two).status, 200);
    return world.put_isa(2, {}, one).says(id(1));
  };
  EXPECT_TRUE(told({}));
  EXPECT_TRUE(told({.box = {.lower = 200, .upper = 300}})) << "they touch";
  EXPECT_FALSE(told({.box = {.lower = 200.1, .upper = 300}}));
  EXPECT_TRUE(told({.box = {.lower = 5'000, .upper = 6'000}, .altitudes = false}));
  EXPECT_TRUE(told({.box = {.from = here.to, .to = here.to + hours(1)}})) << "they touch";
  EXPECT_FALSE(told({.box = {.from = here.to + Duration(1), .to = here.to + hours(1)}}));
}

TEST(RidDss, ASubscriptionIsAnsweredWithTheAreasThatAreThere) {
  RidWorld world;
  ASSERT_EQ(world.put_isa(2, {}, one).status, 200);
  ASSERT_EQ(world.put_isa(1, {}, one).status, 200);
  ASSERT_EQ(world.put_isa(3, {.box = far}, one).status, 200);
  const Answer put = world.subscribe(4, {}, two);
  EXPECT_EQ(field(put, {"service_areas", "[0]", "id"}), id(1)) << "ordered: " << put;
  EXPECT_EQ(count(put.body, "\"owner\":\"one\""), 2u);
  EXPECT_EQ(field(put, {"subscription", "notification_index"}), "0");
  const Answer moved = world.subscribe(4, {.box = far}, two, version_of(put));
  EXPECT_EQ(count(moved.body, "\"owner\":\"one\""), 1u);
  EXPECT_TRUE(moved.says(id(3)));
}

TEST(RidDss, ASubscriptionThatIsChangedGoesOnCounting) {
  RidWorld world;
  const Answer subscribed = world.subscribe(1, {}, two);
  const Answer put = world.put_isa(2, {}, one);
  const Answer changed = world.subscribe(1, {.box = {.half = 0.006}}, two, version_of(subscribed));
  EXPECT_EQ(field(changed, {"subscription", "notification_index"}), "1") << "being told is no new version: " << changed;
  EXPECT_EQ(field(world.put_isa(2, {.box = {.upper = 210}}, one, isa_version_of(put)), {"subscribers", "[0]", "subscriptions", "[0]", "notification_index"}), "2");
}

// Versions and owners.

TEST(RidDss, OnlyTheCurrentVersionAndOnlyItsOwnerChangesWhatIsThere) {
  for (const RidKind kind : {isa, rid_subscription}) {
    RidWorld world;
    const auto version = [&](const Answer& answer) { return kind == isa ? isa_version_of(answer) : version_of(answer); };
    const Answer put = world.put(v22a, kind, 1, {}, one);
    ASSERT_EQ(put.status, 200) << put;
    const std::string current = version(put);
    EXPECT_EQ(world.put(v22a, kind, 1, {.box = {.upper = 250}}, one).status, 409) << "created twice";
    EXPECT_EQ(world.put(v22a, kind, 1, {}, two).status, 409) << "created by another";
    EXPECT_EQ(world.put(v22a, kind, 1, {}, one, "a version that never was").status, 409);
    EXPECT_EQ(world.put(v22a, kind, 1, {}, two, current).status, 403);
    EXPECT_EQ(world.put(v22a, kind, 7, {}, one, current).status, 400) << "the interface has no 404 for it";
    EXPECT_EQ(world.get(kind, 7, one).status, 404);
    EXPECT_EQ(world.remove(kind, 7, current, one).status, 404);
    EXPECT_EQ(world.remove(kind, 1, current, two).status, 403);
    const Answer changed = world.put(v22a, kind, 1, {.box = {.upper = 250}}, one, current);
    ASSERT_EQ(changed.status, 200) << changed;
    EXPECT_NE(version(changed), current);
    EXPECT_EQ(version(world.get(kind, 1, two)), version(changed));
    EXPECT_EQ(world.remove(kind, 1, current, one).status, 409);
    EXPECT_EQ(world.remove(kind, 1, version(changed), one).status, 200);
    EXPECT_EQ(world.get(kind, 1, one).status, 404);
    EXPECT_EQ(world.put(v22a, kind, 1, {}, two).status, 200) << "the id is free";
  }
}

TEST(RidDss, AVersionIsOfLowerCaseLettersAndDigits) {
  RidWorld world;
  const Answer put = world.put_isa(1, {}, one);
  const std::string version = isa_version_of(put);
  EXPECT_EQ(version.size(), 32u);
  EXPECT_EQ(version.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  const Answer same_again = world.put_isa(1, {}, one, version);
  EXPECT_NE(isa_version_of(same_again), version) << "the same content at the same time is another version";
  RidWorld other({.salt = "other"});
  EXPECT_NE(isa_version_of(other.put_isa(1, {}, one)), version) << "depends on the salt";
}

TEST(RidDss, WhoHasNoNameIsRefused) {
  RidWorld world;
  EXPECT_EQ(world.put_isa(1, {}, "").status, 403);
  EXPECT_EQ(world.put_isa(1, {}, std::string(FlightLimits::manager_bytes + 1, 'a')).status, 403);
  EXPECT_EQ(world.put_isa(1, {}, "\xff").status, 403);
  EXPECT_EQ(world.put_isa(1, {}, std::string(FlightLimits::manager_bytes, 'a')).status, 200);
}

// Times.

TEST(RidDss, AnAreaNeedsAnEndAndMayStartNow) {
  RidWorld world;
  const auto time = [](const Answer& answer, std::string_view which) { return field(answer, {"service_area", which, "value"}); };
  EXPECT_EQ(world.put_isa(1, {.ends = false}, one).body, "extents: time_end: is missing");
  const Answer put = world.put_isa(1, {.starts = false}, one);
  EXPECT_EQ(time(put, "time_start"), "2026-12-01T11:00:00Z") << "now: " << put;
  EXPECT_EQ(time(put, "time_end"), "2026-12-01T13:00:00Z");
  world.now += minutes(10);
  const Answer kept = world.put_isa(1, {.starts = false, .ends = false}, one, isa_version_of(put));
  EXPECT_EQ(time(kept, "time_start"), "2026-12-01T11:00:00Z") << kept;
  EXPECT_EQ(time(kept, "time_end"), "2026-12-01T13:00:00Z");
  const Answer same = world.put_isa(1, {.box = {.from = noon - hours(1)}}, one, isa_version_of(kept));
  EXPECT_EQ(same.status, 200) << "a start that is unchanged may be past: " << same;
  EXPECT_EQ(world.put_isa(1, {.box = {.from = noon - minutes(56)}}, one, isa_version_of(same)).status, 400);

  const auto status = [&](Time from, Time to) { return world.put_isa(2, {.box = {.from = from, .to = to}}, one).status; };
  EXPECT_EQ(status(world.now - minutes(5) - Duration(1), noon), 400);
  EXPECT_EQ(status(world.now - minutes(5), world.now), 400) << "ended";
  EXPECT_EQ(status(noon, noon), 400);
  EXPECT_EQ(status(noon, noon - Duration(1)), 400);
  EXPECT_EQ(status(world.now - minutes(5), world.now + Duration(1)), 200);
  EXPECT_EQ(world.put_isa(3, {.box = {.to = noon + hours(24 * 400)}}, one).status, 200) << "nothing public says how long";
}

TEST(RidDss, SubscriptionsHaveTheTimesThatTheStandardAllows) {
  RidWorld world;
  const auto time = [](const Answer& answer, std::string_view which) { return field(answer, {"subscription", which, "value"}); };
  const Answer chosen = world.subscribe(1, {.starts = false, .ends = false}, one);
  EXPECT_EQ(time(chosen, "time_start"), "2026-12-01T11:00:00Z");
  EXPECT_EQ(time(chosen, "time_end"), "2026-12-02T11:00:00Z");
  const Answer from_noon = world.subscribe(2, {.ends = false}, one);
  EXPECT_EQ(time(from_noon, "time_end"), "2026-12-02T12:00:00Z");
  const auto status = [&](Time from, Time to) { return world.subscribe(3, {.box = {.from = from, .to = to}}, one).status; };
  EXPECT_EQ(status(noon, noon + hours(24) + Duration(1)), 400);
  EXPECT_EQ(status(world.now - minutes(5) - Duration(1), noon), 400);
  EXPECT_EQ(status(world.now - minutes(5), world.now), 400);
  const Answer longest = world.subscribe(3, {.box = {.to = noon + hours(24)}}, one);
  ASSERT_EQ(longest.status, 200) << longest;
  EXPECT_EQ(world.subscribe(3, {.box = {.to = noon + hours(24) + Duration(1)}}, one, version_of(longest)).status, 400) << "when changed neither";
  const Answer kept = world.subscribe(3, {.starts = false, .ends = false}, one, version_of(longest));
  EXPECT_EQ(time(kept, "time_end"), "2026-12-02T12:00:00Z") << kept;
}

TEST(RidDss, WhatHasEndedIsGoneAndAnAreaCanBeGotForHalfAnHour) {
  RidWorld world;
  const Answer put = world.put_isa(1, {}, one), subscribed = world.subscribe(2, {}, two);
  world.now = noon + hours(1) - Duration(1);
  EXPECT_TRUE(world.search(isa, {}, two).says(id(1)));
  world.now = noon + hours(1);
  EXPECT_FALSE(world.search(isa, {}, two).says(id(1)));
  EXPECT_FALSE(world.search(rid_subscription, {}, two).says(id(2)));
  EXPECT_EQ(world.get(rid_subscription, 2, two).status, 404);
  EXPECT_EQ(world.remove(isa, 1, isa_version_of(put), one).status, 404);
  EXPECT_EQ(world.remove(rid_subscription, 2, version_of(subscribed), two).status, 404);
  EXPECT_EQ(world.put_isa(1, {}, one, isa_version_of(put)).status, 400);
  const Box later_on{.to = noon + hours(3)};
  const Answer next = world.put_isa(3, {.box = later_on, .starts = false}, one);
  EXPECT_FALSE(next.says(id(2))) << "who has ended is not told";
  EXPECT_EQ(world.dss.subscriptions(), 0u);
  EXPECT_EQ(world.get(isa, 1, two).status, 200) << "by its id, for those who had found it";
  EXPECT_EQ(world.dss.areas(), 2u);
  world.now = noon + hours(1) + minutes(30);
  EXPECT_EQ(world.get(isa, 1, two).status, 404);
  EXPECT_EQ(world.put_isa(4, {.box = later_on, .starts = false}, one).status, 200);
  EXPECT_EQ(world.dss.areas(), 2u) << "and the next write takes it away";
}

TEST(RidDss, AnIdMayBeUsedAgainAfterTheEnd) {
  RidWorld world;
  ASSERT_EQ(world.put_isa(1, {}, one).status, 200);
  world.now = noon + hours(1);
  const Answer again = world.put_isa(1, {.box = {.to = noon + hours(2)}, .starts = false}, two);
  EXPECT_EQ(again.status, 200) << again;
  EXPECT_EQ(field(world.get(isa, 1, one), {"service_area", "owner"}), "two");
}

// Limits.

TEST(RidDss, OneOwnerHasTenSubscriptionsInAPlace) {
  RidWorld world;
  std::string last;
  for (unsigned n = 1; n <= 10; ++n) {
    const Answer put = world.subscribe(n, {.box = {.lower = 100.0 * n, .upper = 100.0 * n + 50, .from = noon + hours(n), .to = noon + hours(n + 1)}}, one);
    ASSERT_EQ(put.status, 200) << n << put;
    last = version_of(put);
  }
  const Answer refused = world.subscribe(11, {.box = {.half = 0.02}}, one);
  EXPECT_EQ(refused.status, 429) << "altitudes and times do not matter: " << refused;
  EXPECT_TRUE(refused.says("\"message\":\"you have 10 subscriptions"));
  EXPECT_EQ(world.dss.subscriptions(), 10u);
  EXPECT_EQ(world.subscribe(11, {}, two).status, 200) << "another's";
  EXPECT_EQ(world.subscribe(12, {.box = far}, one).status, 200) << "elsewhere";
  const Answer changed = world.subscribe(10, {}, one, last);
  EXPECT_EQ(changed.status, 200) << "the tenth may be changed: " << changed;
  EXPECT_EQ(world.remove(rid_subscription, 1, version_of(world.get(rid_subscription, 1, one)), one).status, 200);
  EXPECT_EQ(world.subscribe(13, {}, one).status, 200);
  EXPECT_EQ(world.subscribe(14, {}, one).status, 429);
  world.now = noon + hours(3);
  EXPECT_EQ(world.subscribe(14, {.starts = false, .ends = false}, one).status, 200) << "what has ended does not count";
}

TEST(RidDss, SubscriptionsThatShareNoCellWithEachOtherDoNotAddUp) {
  RidWorld world;
  for (unsigned n = 0; n < 10; ++n) ASSERT_EQ(world.subscribe(n, {.box = {.lng = 7 + 0.1 * n}}, one).status, 200);
  EXPECT_EQ(world.subscribe(10, {.box = {.lng = 7.45, .half = 0.5}}, one).status, 400) << "too large an area";
  EXPECT_EQ(world.subscribe(10, {.box = {.lng = 7.15, .half = 0.2}}, one).status, 200) << "over several of them";
}

TEST(RidDss, AnAreaTooLargeIs400WhereItIsPutAnd413WhereItIsSearched) {
  RidWorld world;
  const Box large{.half = 0.3}, fine{.half = 0.26};   // 46 km and 66 km; 40 km and 58 km
  for (const RidKind kind : {isa, rid_subscription}) {
    EXPECT_EQ(world.put(v22a, kind, 1, {.box = large}, one).status, 400);
    EXPECT_EQ(world.put(v22a, kind, 1, {.box = fine}, one).status, 200);
    EXPECT_EQ(world.search(kind, large, one).status, 413);
    EXPECT_EQ(world.search(kind, fine, one).status, 200);
    EXPECT_EQ(world.search(kind, {.half = 20}, one).status, 413) << "of the size of a continent";
  }
}

TEST(RidDss, WhatIsHeldHasALimit) {
  RidWorld world({.salt = "salt", .most_entities = 2});
  for (const RidKind kind : {isa, rid_subscription}) {
    ASSERT_EQ(world.put(v22a, kind, 1, {}, one).status, 200);
    const Answer second = world.put(v22a, kind, 2, {}, one);
    EXPECT_EQ(world.put(v22a, kind, 3, {}, one).status, 413);
    EXPECT_EQ(world.put(v22a, kind, 2, {.box = far}, one, kind == isa ? isa_version_of(second) : version_of(second)).status, 200);
  }
}

TEST(RidDss, UrlsAreHttps) {
  RidWorld world;
  EXPECT_EQ(world.put(v22a, isa, 1, {.url = "http://one.example"}, one).body, R"(uss_base_url: "http://one.example" must begin with https://)");
  EXPECT_EQ(world.put(v19, isa, 1, {.url = "http://one.example/uss/flights"}, one).body, R"(flights_url: "http://one.example/uss/flights" must begin with https://)");
  EXPECT_EQ(world.put(v19, rid_subscription, 1, {.url = "ftp://one.example"}, one).body,
            R"(callbacks: identification_service_area_url: "ftp://one.example" must be a URL that begins with https://)");
  EXPECT_EQ(world.put(v22a, isa, 1, {.url = "https://one.example/"}, one).status, 400);
  EXPECT_EQ(world.put(v19, isa, 1, {.url = "https:///uss/flights"}, one).status, 400);
  RidWorld open({.salt = "salt", .base_urls = BaseUrls::http_too});
  EXPECT_EQ(open.put(v22a, isa, 1, {.url = "http://one.example"}, one).status, 200);
  EXPECT_EQ(open.put(v19, rid_subscription, 1, {.url = "http://one.example:8080/isas"}, one).status, 200);
}

// Repeating, recording.

TEST(RidDss, AWriteThatIsRepeatedGetsTheFirstAnswerAgain) {
  RidWorld world;
  const Answer subscribed = world.subscribe(1, {}, two);
  EXPECT_EQ(world.subscribe(1, {}, two).body, subscribed.body);
  const Answer put = world.put_isa(2, {}, one);
  world.now += minutes(1);
  EXPECT_EQ(world.put_isa(2, {}, one).body, put.body) << "nobody is told twice";
  EXPECT_EQ(world.put_isa(2, {}, two).status, 409) << "by another it is another request";
  const Answer changed = world.put_isa(2, {}, one, isa_version_of(put));
  EXPECT_EQ(world.put_isa(2, {}, one, isa_version_of(put)).body, changed.body);
  EXPECT_EQ(world.put_isa(2, {}, one).status, 409) << "something has happened since";
  const Answer removed = world.remove(isa, 2, isa_version_of(changed), one);
  EXPECT_EQ(world.remove(isa, 2, isa_version_of(changed), one).body, removed.body);
  const Answer unsubscribed = world.remove(rid_subscription, 1, version_of(subscribed), two);
  EXPECT_EQ(world.remove(rid_subscription, 1, version_of(subscribed), two).body, unsubscribed.body);
  EXPECT_EQ(world.journal.size(), 5u) << "each is written once";
  EXPECT_EQ(world.put_isa(2, {}, one).status, 200);
  EXPECT_EQ(world.remove(isa, 2, isa_version_of(changed), one).status, 409) << "it is there again, with another version";
}

TEST(RidDss, WhatWasRecordedMakesTheSameAgain) {
  RidWorld world;
  ASSERT_EQ(world.subscribe(1, {}, two).status, 200);
  const Answer put = world.put(v19, isa, 2, {.url = "https://one.example/positions"}, one);
  ASSERT_EQ(world.put_isa(3, {.box = {.half = 0.0123}, .altitudes = false}, one).status, 200);
  ASSERT_EQ(world.put_isa(2, {}, one, isa_version_of(put)).status, 200);
  ASSERT_EQ(world.remove(isa, 3, isa_version_of(world.get(isa, 3, one)), one).status, 200);
  RidWorld again;
  again.now = world.now;
  for (const std::string& line : world.journal) again.dss.apply(*read_rid_change(line));
  EXPECT_EQ(whole_of(again.dss), whole_of(world.dss));
  EXPECT_EQ(again.put_isa(2, {}, one, isa_version_of(put)).body, world.put_isa(2, {}, one, isa_version_of(put)).body) << "what is repeated is known again";
  EXPECT_TRUE(again.journal.empty());
}

TEST(RidDss, TheWholeComesInPieces) {
  RidWorld world;
  for (unsigned n = 1; n <= 5; ++n) ASSERT_EQ(world.put_isa(n, {}, one).status, 200);
  for (unsigned n = 1; n <= 4; ++n) ASSERT_EQ(world.subscribe(n, {}, two).status, 200);
  world.now = noon + hours(1) + minutes(5);
  ASSERT_EQ(world.put_isa(6, {.box = {.to = noon + hours(3)}, .starts = false}, one).status, 200);
  ASSERT_EQ(world.dss.areas(), 6u) << "of which five have ended, and can be got";
  for (const std::size_t most : {1u, 2u, 3u, 6u, 7u}) {
    RidDss again;
    std::size_t pieces = 0, records = 0;
    world.dss.whole(most, [&](const RidChange& change) {
      ++pieces, records += change.areas.size() + change.subscriptions.size();
      EXPECT_LE(change.areas.size() + change.subscriptions.size(), most);
      again.apply(*read_rid_change(to_json(change)));
    });
    EXPECT_EQ(pieces, (6 + most - 1) / most);
    EXPECT_EQ(records, 6u);
    EXPECT_EQ(whole_of(again), whole_of(world.dss));
  }
  EXPECT_EQ(whole_of(RidDss()), R"({"rid":1,"time":"1970-01-01T00:00:00Z"})" "\n") << "there is always one";
}

}  // namespace
}  // namespace skypact::plan::test
