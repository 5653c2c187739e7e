#include "plan/f3548_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "plan/test_dss.h"

namespace skypact::plan::test {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

std::string error_of(const std::string& body) {
  const auto put = read_put_intent(id(1), {}, body);
  if (put) return "";
  EXPECT_EQ(put.error().code, ErrorCode::bad_input);
  return put.error().message;
}

TEST(F3548Json, AnErrorNamesTheMemberAndWhatToDo) {
  const std::string good = json_of({});
  EXPECT_EQ(error_of(good), "");
  struct Case {
    std::string what, by, error;
  };
  const std::vector<Case> cases{
      {R"("state":"Accepted")", R"("state":"Ended")", "state: must be one of Accepted, Activated, Nonconforming, Contingent"},
      {R"("state":"Accepted",)", "", "state: is missing"},
      {R"("uss_base_url":"https://one.example/uss")", R"("uss_base_url":null)", "uss_base_url: is missing"},
      {R"("reference":"W84")", R"("reference":"SFC")", "extents[0]: volume: altitude_lower: reference: must be one of W84"},
      {R"("units":"M")", R"("units":"FT")", "extents[0]: volume: altitude_lower: units: must be one of M"},
      {R"("value":100,)", R"("value":-8001,)", "extents[0]: volume: altitude_lower: value: must be a number from -8000 to 1e+05"},
      {R"("value":100,)", R"("value":200,)", "extents[0]: volume: altitude_upper: must be above altitude_lower"},
      {R"("value":100,)", R"("value":201,)", "extents[0]: volume: altitude_upper: must be above altitude_lower"},
      {R"("altitude_lower":)", R"("else":)", "extents[0]: volume: altitude_lower: is missing"},
      {R"("altitude_upper":)", R"("else":)", "extents[0]: volume: altitude_upper: is missing"},
      {R"("time_start":)", R"("else":)", "extents[0]: time_start: is missing"},
      {R"("time_end":)", R"("else":)", "extents[0]: time_end: is missing"},
      {"13:00:00Z", "12:00:00Z", "extents[0]: time_end: must be after time_start"},
      {"13:00:00Z", "noon", "extents[0]: time_end: value: \"2026-12-01Tnoon\" is not a time; write it as 2026-11-23T19:53:45Z"},
      {"RFC3339", "UNIX", "extents[0]: time_start: format: must be one of RFC3339"},
      {"outline_polygon", "outline", "extents[0]: volume: outline_polygon: give either it or outline_circle"},
      {R"("outline_polygon")", R"("outline_circle":{"center":{"lat":1,"lng":1},"radius":{"value":5,"units":"M"}},"outline_polygon")",
       "extents[0]: volume: outline_polygon: give either it or outline_circle"},
      {R"("lat":45.995)", R"("lat":91)", "extents[0]: volume: outline_polygon: vertices[0]: lat: must be a number from -90 to 90"},
      {R"("extents":[)", R"("extents":[],"else":[)", "extents: needs a volume"},
      {R"("extents":[)", R"("extents":{},"else":[)", "extents: must be an array, is an object"},
      {R"("key":[])", R"("key":[7])", "key[0]: must be an OVN"},
      {R"("key":[])", R"("key":[],"subscription_id":"7")", "subscription_id: \"7\" is not a UUID"},
      {R"("key":[])", R"("key":[],"new_subscription":{})", "new_subscription: uss_base_url: is missing"},
  };
  for (const Case& c : cases) {
    const std::string error = error_of(replaced(good, c.what, c.by));
    EXPECT_TRUE(error.starts_with(c.error)) << error << "\nnot " << c.error;
  }
  EXPECT_EQ(read_put_intent("7", {}, good).error().message, "\"7\" is not a UUID; write it as 2f8343be-6482-4d1b-a474-16847e01af1e");
  EXPECT_FALSE(read_put_intent(id(1), {}, "{"));
  EXPECT_FALSE(read_put_intent(id(1), {}, "[]"));
  EXPECT_FALSE(read_put_intent(id(1), {}, std::string(longest_body + 1, ' ')));
}

TEST(F3548Json, APolygonThatCrossesItselfIsRefused) {
  const std::string crossing = R"({"lat":46,"lng":7},{"lat":46.01,"lng":7.01},{"lat":46.01,"lng":7},{"lat":46,"lng":7.01})";
  const std::string good = json_of({});
  const std::size_t from = good.find("\"vertices\":[") + 12, to = good.find(']', from);
  EXPECT_NE(error_of(std::string(good).replace(from, to - from, crossing)).find("crosses"), std::string::npos);
  EXPECT_NE(error_of(std::string(good).replace(from, to - from, R"({"lat":46,"lng":7},{"lat":46.01,"lng":7.01})")).find("three vertices"), std::string::npos);
  EXPECT_NE(error_of(std::string(good).replace(from, to - from, R"({"lat":46,"lng":7},{"lat":46.01,"lng":7.01},{"lat":46,"lng":7})")).find("same place"), std::string::npos);
}

std::string round_polygon(std::size_t vertices) {
  std::string list;
  for (std::size_t k = 0; k < vertices; ++k) {
    const double turn = 6.283185307179586 * static_cast<double>(k) / static_cast<double>(vertices);
    list += fmt::format(R"({}{{"lat":{},"lng":{}}})", k ? "," : "", 46 + 0.05 * std::sin(turn), 7 + 0.07 * std::cos(turn));
  }
  return fmt::format(R"({{"volume":{{"outline_polygon":{{"vertices":[{}]}},"altitude_lower":{},"altitude_upper":{}}},"time_start":{},"time_end":{}}})", list, altitude_json(1),
                     altitude_json(2), time_json(noon), time_json(noon + hours(1)));
}
std::string body_with(const std::string& extents) { return R"({"state":"Accepted","uss_base_url":"https://one.example","extents":[)" + extents + "]}"; }

TEST(F3548Json, VerticesAndVolumesHaveLimits) {
  EXPECT_TRUE(read_put_intent(id(1), {}, body_with(round_polygon(FlightLimits::vertices))));
  EXPECT_FALSE(read_put_intent(id(1), {}, body_with(round_polygon(FlightLimits::vertices + 1))));
  EXPECT_FALSE(read_put_intent(id(1), {}, body_with(round_polygon(FlightLimits::vertices - 2) + "," + round_polygon(3)))) << "together";
  EXPECT_TRUE(read_put_constraint(id(1), {}, body_with(round_polygon(FlightLimits::constraint_vertices))));
  EXPECT_FALSE(read_put_constraint(id(1), {}, body_with(round_polygon(FlightLimits::constraint_vertices + 1))));
  std::string many = round_polygon(3);
  for (std::size_t k = 1; k < FlightLimits::volumes; ++k) many += "," + round_polygon(3);
  EXPECT_TRUE(read_put_intent(id(1), {}, body_with(many)));
  EXPECT_FALSE(read_put_intent(id(1), {}, body_with(many + "," + round_polygon(3))));
  std::string key = "\"a\"";
  for (std::size_t k = 1; k < FlightLimits::key; ++k) key += ",\"a\"";
  const std::string extents = round_polygon(3);
  EXPECT_TRUE(read_put_intent(id(1), {}, replaced(body_with(extents), "{", "{\"key\":[" + key + "],")));
  EXPECT_FALSE(read_put_intent(id(1), {}, replaced(body_with(extents), "{", "{\"key\":[" + key + ",\"a\"],")));
}

TEST(F3548Json, UnknownMembersAreIgnoredAndNullIsAbsent) {
  const std::string body = replaced(json_of({}), R"("key":[])",
                                    R"("key":null,"subscription_id":null,"new_subscription":null,"requested_ovn_suffix":null,"flight_type":{"a":[1]})");
  const auto put = read_put_intent(id(1), {}, body);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_TRUE(put->key.empty());
  EXPECT_FALSE(put->subscription || put->new_subscription || put->ovn_suffix);
  const auto nobody = read_put_intent(id(1), {}, json_of({.more = R"(,"subscription_id":"00000000-0000-4000-8000-000000000000")"}));
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(nobody->subscription) << "as a reference without one has it";
  EXPECT_TRUE(read_query(Kind::constraint, replaced(query_json({}), "{", R"({"else":1,)")));
  EXPECT_TRUE(read_put_availability("one", R"({"availability":"Down","old_version":null})"));
  EXPECT_FALSE(read_put_availability("one", R"({"availability":"down"})"));
}

TEST(F3548Json, AQueryNeedsAnAreaOnly) {
  const auto query = read_query(Kind::operational_intent, R"({"area_of_interest":{"volume":{"outline_circle":{"center":{"lat":46,"lng":7},"radius":{"value":100,"units":"M"}}}}})");
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(query->area.time, always);
  EXPECT_FALSE(query->area.lower_m || query->area.upper_m);
  EXPECT_EQ(read_query(Kind::operational_intent, "{}").error().message, "area_of_interest: is missing");
  EXPECT_FALSE(read_query(Kind::operational_intent, R"({"area_of_interest":{"volume":{"outline_circle":{"center":{"lat":46,"lng":7},"radius":{"value":0,"units":"M"}}}}})"));
}

TEST(F3548Json, TimesKeepTheirNanoseconds) {
  EXPECT_EQ(exact_time(at("2026-12-01T12:00:00Z")), "2026-12-01T12:00:00Z");
  EXPECT_EQ(exact_time(at("2026-12-01T12:00:00.5Z")), "2026-12-01T12:00:00.5Z");
  EXPECT_EQ(exact_time(at("2026-12-01T12:00:00.000000001Z")), "2026-12-01T12:00:00.000000001Z");
  EXPECT_EQ(exact_time(at("2026-12-01T14:00:00.120+02:00")), "2026-12-01T12:00:00.12Z");
}

}  // namespace
}  // namespace skypact::plan::test
