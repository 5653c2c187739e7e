#pragma once
// Requests to a DSS for remote identification for the tests, as JSON text of both versions, and a DSS that keeps what it has written.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/f3411_json.h"
#include "plan/rid_dss.h"
#include "plan/test_dss.h"

namespace skypact::plan::test {

constexpr RidVersion v19 = RidVersion::f3411_19, v22a = RidVersion::f3411_22a;
constexpr RidKind isa = RidKind::area, rid_subscription = RidKind::subscription;

struct RidBody {
  Box box{};
  std::string url{};   // "": one of one.example
  bool starts = true, ends = true, altitudes = true;
};

inline std::string default_url(RidVersion version, RidKind kind) {
  if (version == v22a) return "https://one.example/rid";
  return kind == isa ? "https://one.example/v1/uss/flights" : "https://one.example/v1/uss/identification_service_areas";
}

inline std::string rid_json(RidVersion version, RidKind kind, const RidBody& body) {
  const Box& box = body.box;
  const std::string url = body.url.empty() ? default_url(version, kind) : body.url;
  std::string text = R"({"extents":{)";
  if (version == v22a) {
    text += R"("volume":{"outline_polygon":)" + polygon_json(box);
    if (body.altitudes) text += R"(,"altitude_lower":)" + altitude_json(box.lower) + R"(,"altitude_upper":)" + altitude_json(box.upper);
    text += "}";
    if (body.starts) text += R"(,"time_start":)" + time_json(box.from);
    if (body.ends) text += R"(,"time_end":)" + time_json(box.to);
    return text + R"(},"uss_base_url":")" + url + "\"}";
  }
  text += R"("spatial_volume":{"footprint":)" + polygon_json(box);
  if (body.altitudes) text += R"(,"altitude_lo":)" + number(box.lower) + R"(,"altitude_hi":)" + number(box.upper);
  text += "}";
  if (body.starts) text += R"(,"time_start":")" + exact_time(box.from) + '"';
  if (body.ends) text += R"(,"time_end":")" + exact_time(box.to) + '"';
  if (kind == isa) return text + R"(},"flights_url":")" + url + "\"}";
  return text + R"(},"callbacks":{"identification_service_area_url":")" + url + "\"}}";
}

inline std::string area_text(const Box& box) {
  const std::string south = number(box.lat - box.half), north = number(box.lat + box.half), west = number(box.lng - box.half), east = number(box.lng + box.half);
  return south + "," + west + "," + south + "," + east + "," + north + "," + east + "," + north + "," + west;
}

inline std::string whole_of(const RidDss& dss, std::size_t most = 1'000'000) {
  std::string text;
  dss.whole(most, [&](const RidChange& change) { text += to_json(change) + '\n'; });
  return text;
}

class RidWorld {
 public:
  explicit RidWorld(RidOptions options = {.salt = "salt"}) : dss(options) {}

  Answer ask(const RidRequest& request, const std::string& owner, RidVersion version = v22a) {
    auto decision = dss.decide(request, {owner}, now);
    if (!decision) return {status_of(decision.error().code), decision.error().message};
    if (decision->change) {
      journal.push_back(to_json(*decision->change));
      dss.apply(*decision->change);
    }
    Answer answer{status_of(decision->response), ""};
    write(decision->response, version, answer.body);
    return answer;
  }
  template <class Read>
  Answer ask(const Result<Read>& request, const std::string& owner, RidVersion version = v22a) {
    return request ? ask(RidRequest(*request), owner, version) : Answer{status_of(request.error().code), request.error().message};
  }

  Answer put(RidVersion through, RidKind kind, unsigned n, const RidBody& body, const std::string& owner, std::optional<std::string> version = {}) {
    return ask(read_rid_put(through, kind, id(n), version, rid_json(through, kind, body)), owner, through);
  }
  Answer put_isa(unsigned n, const RidBody& body, const std::string& owner, std::optional<std::string> version = {}) { return put(v22a, isa, n, body, owner, version); }
  Answer subscribe(unsigned n, const RidBody& body, const std::string& owner, std::optional<std::string> version = {}) {
    return put(v22a, rid_subscription, n, body, owner, version);
  }
  Answer search(RidKind kind, const Box& box, const std::string& owner, std::optional<Time> earliest = {}, std::optional<Time> latest = {}, RidVersion version = v22a) {
    const std::string area = area_text(box), from = earliest ? exact_time(*earliest) : "", to = latest ? exact_time(*latest) : "";
    RidSearchText text{.area = area};
    if (earliest) text.earliest_time = from;
    if (latest) text.latest_time = to;
    return ask(read_rid_search(kind, text), owner, version);
  }
  Answer get(RidKind kind, unsigned n, const std::string& owner, RidVersion version = v22a) { return ask(RidGet{kind, entity(n)}, owner, version); }
  Answer remove(RidKind kind, unsigned n, const std::string& version, const std::string& owner) { return ask(RidDelete{kind, entity(n), version}, owner); }

  RidDss dss;
  Time now = noon - hours(1);
  std::vector<std::string> journal;
};

inline std::string isa_version_of(const Answer& answer) { return field(answer, {"service_area", "version"}); }

}  // namespace skypact::plan::test
