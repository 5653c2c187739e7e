#include "plan/f3411_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "plan/test_rid.h"

namespace skypact::plan::test {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

std::string error_of(RidVersion version, RidKind kind, const std::string& body) {
  const auto put = read_rid_put(version, kind, id(1), {}, body);
  if (put) return "";
  EXPECT_EQ(put.error().code, ErrorCode::bad_input);
  return put.error().message;
}

struct Case {
  std::string what, by, error;
};

TEST(F3411Json, AnErrorNamesTheMemberOfTheNewerVersion) {
  const std::string good = rid_json(v22a, isa, {});
  EXPECT_EQ(error_of(v22a, isa, good), "");
  const std::vector<Case> cases{
      {R"("uss_base_url":"https://one.example/rid")", R"("uss_base_url":null)", "uss_base_url: is missing"},
      {R"("uss_base_url":"https://one.example/rid")", R"("flights_url":"https://one.example/flights")", "uss_base_url: is missing"},
      {R"({"extents":)", R"({"else":)", "extents: is missing"},
      {R"("volume":)", R"("spatial_volume":)", "extents: volume: is missing"},
      {"outline_polygon", "footprint", "extents: volume: outline_polygon: give either it or outline_circle"},
      {R"("reference":"W84")", R"("reference":"SFC")", "extents: volume: altitude_lower: reference: must be one of W84"},
      {R"("value":100,)", R"("value":200,)", "extents: volume: altitude_upper: must be above altitude_lower"},
      {"13:00:00Z", "12:00:00Z", "extents: time_end: must be after time_start"},
      {"RFC3339", "UNIX", "extents: time_start: format: must be one of RFC3339"},
      {R"("lat":45.995)", R"("lat":130)", "extents: volume: outline_polygon: vertices[0]: lat: must be a number from -90 to 90"},
  };
  for (const Case& c : cases) EXPECT_EQ(error_of(v22a, isa, replaced(good, c.what, c.by)), c.error) << c.what;
  EXPECT_EQ(error_of(v22a, rid_subscription, replaced(rid_json(v22a, rid_subscription, {}), "uss_base_url", "callbacks")), "uss_base_url: is missing");
}

TEST(F3411Json, AnErrorNamesTheMemberOfTheOlderVersion) {
  const std::string good = rid_json(v19, isa, {});
  EXPECT_EQ(error_of(v19, isa, good), "");
  const std::vector<Case> cases{
      {"flights_url", "uss_base_url", "flights_url: is missing"},
      {R"({"extents":)", R"({"else":)", "extents: is missing"},
      {R"("spatial_volume":)", R"("volume":)", "extents: spatial_volume: is missing"},
      {R"("footprint":)", R"("outline_polygon":)", "extents: spatial_volume: footprint: is missing"},
      {R"("altitude_lo":100)", R"("altitude_lo":-8001)", "extents: spatial_volume: altitude_lo: must be a number from -8000 to 1e+05"},
      {R"("altitude_hi":200)", R"("altitude_hi":{"value":200})", "extents: spatial_volume: altitude_hi: must be a number from -8000 to 1e+05"},
      {R"("altitude_hi":200)", R"("altitude_hi":99)", "extents: spatial_volume: altitude_hi: must not be below altitude_lo"},
      {"13:00:00Z", "12:00:00Z", "extents: time_end: must be after time_start"},
      {R"("lng":6.995)", R"("lng":181)", "extents: spatial_volume: footprint: vertices[0]: lng: must be a number from -180 to 180"},
  };
  for (const Case& c : cases) EXPECT_EQ(error_of(v19, isa, replaced(good, c.what, c.by)), c.error) << c.what;
  EXPECT_EQ(error_of(v19, isa, replaced(good, R"("altitude_hi":200)", R"("altitude_hi":100)")), "") << "flat ones are taken";
  EXPECT_NE(error_of(v19, isa, replaced(good, R"("2026-12-01T12:00:00Z")", R"("noon")")).find("extents: time_start: "), std::string::npos);
  EXPECT_NE(error_of(v19, isa, replaced(good, R"("2026-12-01T12:00:00Z")", R"({"value":"2026-12-01T12:00:00Z","format":"RFC3339"})")), "");

  const std::string subscription = rid_json(v19, rid_subscription, {});
  EXPECT_EQ(error_of(v19, rid_subscription, subscription), "");
  EXPECT_EQ(error_of(v19, rid_subscription, replaced(subscription, "callbacks", "else")), "callbacks: is missing");
  EXPECT_EQ(error_of(v19, rid_subscription, replaced(subscription, "identification_service_area_url", "else")), "callbacks: identification_service_area_url: is missing");
}

TEST(F3411Json, APolygonThatCrossesItselfIsRefused) {
  const std::string crossing = R"({"lat":46,"lng":7},{"lat":46.01,"lng":7.01},{"lat":46.01,"lng":7},{"lat":46,"lng":7.01})";
  for (const RidVersion version : {v19, v22a}) {
    const std::string good = rid_json(version, isa, {});
    const std::size_t from = good.find("\"vertices\":[") + 12, to = good.find(']', from);
    EXPECT_NE(error_of(version, isa, std::string(good).replace(from, to - from, crossing)).find("crosses"), std::string::npos);
    EXPECT_NE(error_of(version, isa, std::string(good).replace(from, to - from, "")).find("three vertices"), std::string::npos);
  }
  const auto search = read_rid_search(isa, {.area = "46,7,46.01,7.01,46.01,7,46,7.01"});
  ASSERT_FALSE(search);
  EXPECT_EQ(search.error().code, ErrorCode::bad_input);
  EXPECT_TRUE(search.error().message.starts_with("area: the polygon crosses")) << search.error().message;
}

TEST(F3411Json, UnknownMembersAreIgnoredAndNullIsAbsent) {
  const std::string body = replaced(replaced(rid_json(v22a, isa, {.starts = false, .altitudes = false}), R"("extents":{)",
                                             R"("else":[{}],"extents":{"time_start":null,)"), R"("volume":{)", R"("volume":{"altitude_lower":null,"outline_circle":null,"x":1,)");
  const auto put = read_rid_put(v22a, isa, id(1), {}, body);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_FALSE(put->starts || put->version || put->extents.lower_m);
  EXPECT_EQ(put->ends, noon + hours(1));
  const auto old = read_rid_put(v19, rid_subscription, id(1), "a", replaced(rid_json(v19, rid_subscription, {.ends = false}), R"("extents":{)", R"("extents":{"time_end":null,)"));
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_FALSE(old->ends);
  EXPECT_EQ(old->version, "a");
}

TEST(F3411Json, ACircleIsTakenByTheNewerVersion) {
  const std::string circle = R"({"extents":{"volume":{"outline_circle":{"center":{"lat":46,"lng":7},"radius":{"value":300,"units":"M"}}}},"uss_base_url":"https://one.example"})";
  const auto put = read_rid_put(v22a, isa, id(1), {}, circle);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_TRUE(put->extents.area.is_circle());
  EXPECT_NE(error_of(v22a, isa, replaced(circle, "300", "0")), "");
}

TEST(F3411Json, IdsAndBodiesThatAreNoneAreRefused) {
  EXPECT_FALSE(read_rid_put(v22a, isa, "7", {}, rid_json(v22a, isa, {})));
  EXPECT_NE(error_of(v22a, isa, ""), "");
  EXPECT_NE(error_of(v22a, isa, "[]"), "");
  EXPECT_NE(error_of(v19, rid_subscription, R"({"callbacks":[]})"), "");
}

std::string round_area(std::size_t vertices) {
  std::string list;
  for (std::size_t k = 0; k < vertices; ++k) {
    const double turn = 6.283185307179586 * static_cast<double>(k) / static_cast<double>(vertices);
    list += fmt::format("{}{},{}", k ? "," : "", 46 + 0.05 * std::sin(turn), 7 + 0.07 * std::cos(turn));
  }
  return list;
}

TEST(F3411Json, ASearchIsReadFromItsParameters) {
  const auto error = [](const RidSearchText& text) {
    const auto search = read_rid_search(isa, text);
    return search ? "" : search.error().message;
  };
  const std::string area = area_text({});
  const auto search = read_rid_search(isa, {.area = area, .earliest_time = "2026-12-01T12:00:00Z", .latest_time = "2026-12-01T14:00:00+01:00"});
  ASSERT_TRUE(search) << search.error().message;
  EXPECT_EQ(search->area.time.from, noon);
  EXPECT_EQ(search->area.time.to, noon + hours(1));
  EXPECT_EQ(search->area.area.outline().size(), 4u);
  EXPECT_EQ(error({.area = area}), "") << "the reference implementation does not ask for times either";
  EXPECT_EQ(error({.area = "46, 7 ,46,7.01,46.01,7.01"}), "");
  EXPECT_EQ(error({}), "area: is missing");
  EXPECT_EQ(error({.area = ""}), "area: number 1, \"\", must be a latitude from -90 to 90");
  EXPECT_EQ(error({.area = "46,7,46,7.01,46.01"}), "area: a latitude at the end has no longitude; write lat1,lng1,lat2,lng2,lat3,lng3");
  EXPECT_EQ(error({.area = "46,7,46,7.01,46.01,7.01,"}), "area: number 7, \"\", must be a latitude from -90 to 90");
  EXPECT_EQ(error({.area = "46,7,46,181,46.01,7.01"}), "area: number 4, \"181\", must be a longitude from -180 to 180");
  EXPECT_EQ(error({.area = "91,7,46,7.01,46.01,7.01"}), "area: number 1, \"91\", must be a latitude from -90 to 90");
  EXPECT_EQ(error({.area = "nan,7,46,7.01,46.01,7.01"}), "area: number 1, \"nan\", must be a latitude from -90 to 90");
  EXPECT_NE(error({.area = "46,7,46,7.01"}), "");
  EXPECT_NE(error({.area = area, .earliest_time = "noon"}).find("earliest_time: \"noon\" is not a time"), std::string::npos);
  EXPECT_NE(error({.area = area, .latest_time = ""}).find("latest_time: "), std::string::npos);
  EXPECT_EQ(error({.area = area, .earliest_time = "2026-12-01T12:00:01Z", .latest_time = "2026-12-01T12:00:00Z"}), "latest_time: must not be before earliest_time");
  EXPECT_EQ(error({.area = area, .earliest_time = "2026-12-01T12:00:00Z", .latest_time = "2026-12-01T12:00:00Z"}), "") << "one moment";
  EXPECT_TRUE(read_rid_search(rid_subscription, {.area = area, .earliest_time = "noon"})) << "which has no times";
  EXPECT_EQ(error({.area = round_area(RidReadLimits::vertices)}), "");
  EXPECT_EQ(error({.area = round_area(RidReadLimits::vertices + 1)}), "area: at most 10000 vertices are taken");
  EXPECT_EQ(read_rid_search(isa, {.area = "0,0,0,60,60,60"}).error().code, ErrorCode::over_limit);
}

TEST(F3411Json, AnswersAreWrittenInEitherVersion) {
  const std::string hash(32, 'a');
  const Interval<Time> time{noon, noon + milliseconds(500)};
  const ServiceAreaView area{entity(1), "one", hash, time, {"https://one.example", true}};
  const RidSubscriptionView subscription{entity(2), "two", hash, 5, time, {"https://two.example", true}};
  const auto text = [](const RidResponse& response, RidVersion version) {
    std::string out;
    write(response, version, out);
    return out;
  };
  EXPECT_EQ(text(AreaGot{area}, v22a), R"({"service_area":{"uss_base_url":"https://one.example","owner":"one",)"
                                       R"("time_start":{"value":"2026-12-01T12:00:00Z","format":"RFC3339"},"time_end":{"value":"2026-12-01T12:00:00.5Z","format":"RFC3339"},)"
                                       R"("version":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","id":"00000000-0000-4000-8000-0000000f4241"}})");
  const std::string area_19 = R"({"flights_url":"https://one.example/uss/flights","owner":"one","time_start":"2026-12-01T12:00:00Z","time_end":"2026-12-01T12:00:00.5Z",)"
                              R"("version":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","id":"00000000-0000-4000-8000-0000000f4241"})";
  EXPECT_EQ(text(AreaGot{area}, v19), R"({"service_area":)" + area_19 + "}");
  EXPECT_EQ(text(AreasFound{{area}}, v19), R"({"service_areas":[)" + area_19 + "]}");
  EXPECT_EQ(text(AreasFound{}, v22a), R"({"service_areas":[]})");
  EXPECT_EQ(text(RidSubscriptionGot{subscription}, v22a),
            R"({"subscription":{"id":"00000000-0000-4000-8000-0000000f4242","uss_base_url":"https://two.example","owner":"two","notification_index":5,)"
            R"("time_start":{"value":"2026-12-01T12:00:00Z","format":"RFC3339"},"time_end":{"value":"2026-12-01T12:00:00.5Z","format":"RFC3339"},)"
            R"("version":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}})");
  const std::string subscription_19 =
      R"({"id":"00000000-0000-4000-8000-0000000f4242","callbacks":{"identification_service_area_url":"https://two.example/uss/identification_service_areas"},"owner":"two",)"
      R"("notification_index":5,"time_start":"2026-12-01T12:00:00Z","time_end":"2026-12-01T12:00:00.5Z","version":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})";
  EXPECT_EQ(text(RidSubscriptionPut{subscription, {area}}, v19), R"({"subscription":)" + subscription_19 + R"(,"service_areas":[)" + area_19 + "]}");
  EXPECT_EQ(text(RidSubscriptionsFound{{subscription}}, v19), R"({"subscriptions":[)" + subscription_19 + "]}");
  const AreaChanged changed{area, {{{"https://two.example", true}, {{entity(2), 6}}}, {{"https://two.example/isas", false}, {{entity(3), 1}}}}, Outcome::updated};
  EXPECT_EQ(text(changed, v19),
            R"({"subscribers":[{"url":"https://two.example/uss/identification_service_areas","subscriptions":[{"subscription_id":"00000000-0000-4000-8000-0000000f4242","notification_index":6}]},)"
            R"({"url":"https://two.example/isas","subscriptions":[{"subscription_id":"00000000-0000-4000-8000-0000000f4243","notification_index":1}]}],"service_area":)" + area_19 + "}");
  EXPECT_EQ(text(TooManySubscriptions{"say \"no\""}, v22a), R"({"message":"say \"no\""})");
}

}  // namespace
}  // namespace skypact::plan::test
