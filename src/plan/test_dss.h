#pragma once
// Requests to a DSS for the tests, as JSON text and as values, and a DSS that keeps what it has written.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/canonical.h"
#include "json/document.h"
#include "plan/dss.h"
#include "plan/f3548_json.h"
#include "plan/http_status.h"

namespace skypact::plan::test {

inline Time at(std::string_view text) { return *parse_rfc3339(text); }
inline const Time noon = at("2026-12-01T12:00:00Z");
inline Time later(Duration after) { return noon + after; }
using std::chrono::hours;

// The n-th of the tests' ids.
inline EntityId entity(unsigned n) { return {0x4000, 0x8000'0000'0000'0000u + 1'000'000 + n}; }
inline std::string id(unsigned n) { return to_string(entity(n)); }

inline Caller uss(std::string manager) { return {std::move(manager), true, true, true, true, true}; }

// A square whose middle and half side are in degrees, 100 m to 200 m high, an hour from noon.
struct Box {
  double lat = 46, lng = 7, half = 0.005;
  double lower = 100, upper = 200;
  Time from = noon, to = noon + std::chrono::hours(1);
};

inline std::string number(double value) { return json::canonical_number(value); }
inline std::string time_json(Time time) { return R"({"value":")" + exact_time(time) + R"(","format":"RFC3339"})"; }
inline std::string altitude_json(double metres) { return R"({"value":)" + number(metres) + R"(,"reference":"W84","units":"M"})"; }
inline std::string place_json(double lat, double lng) { return R"({"lat":)" + number(lat) + R"(,"lng":)" + number(lng) + "}"; }
inline std::string polygon_json(const Box& box) {
  const double south = box.lat - box.half, north = box.lat + box.half, west = box.lng - box.half, east = box.lng + box.half;
  return R"({"vertices":[)" + place_json(south, west) + "," + place_json(south, east) + "," + place_json(north, east) + "," + place_json(north, west) + "]}";
}
inline std::string volume_json(const Box& box) {
  return R"({"volume":{"outline_polygon":)" + polygon_json(box) + R"(,"altitude_lower":)" + altitude_json(box.lower) + R"(,"altitude_upper":)" + altitude_json(box.upper) +
         R"(},"time_start":)" + time_json(box.from) + R"(,"time_end":)" + time_json(box.to) + "}";
}

// All that it holds, as lines of text, a few things in each.
inline std::string whole_of(const Dss& dss) {
  std::string lines;
  dss.whole(3, [&](const Change& piece) { lines += to_json(piece) + '\n'; });
  return lines;
}
inline void apply_lines(Dss& dss, std::string_view lines) {
  while (!lines.empty()) {
    dss.apply(*read_change(lines.substr(0, lines.find('\n'))));
    lines.remove_prefix(lines.find('\n') + 1);
  }
}

struct IntentBody {
  std::vector<Box> extents{Box{}};
  std::string state = "Accepted";
  std::vector<std::string> key{};
  std::string more{};   // members, each with a comma before it
  std::string url = "https://one.example/uss";
};
inline std::string listed(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return "[" + text + "]";
}
inline std::string volumes_json(const std::vector<Box>& boxes) {
  std::vector<std::string> volumes;
  for (const Box& box : boxes) volumes.push_back(volume_json(box));
  return listed(volumes);
}
inline std::string json_of(const IntentBody& body) {
  std::vector<std::string> key;
  for (const std::string& ovn : body.key) key.push_back('"' + ovn + '"');
  return R"({"extents":)" + volumes_json(body.extents) + R"(,"state":")" + body.state + R"(","key":)" + listed(key) + R"(,"uss_base_url":")" + body.url + '"' + body.more + "}";
}
inline std::string constraint_json(const std::vector<Box>& extents) {
  return R"({"extents":)" + volumes_json(extents) + R"(,"uss_base_url":"https://state.example/uss"})";
}
inline std::string subscription_json(const Box& box, const std::string& more = R"(,"notify_for_operational_intents":true)", const std::string& url = "https://two.example/uss") {
  return R"({"extents":)" + volume_json(box) + R"(,"uss_base_url":")" + url + '"' + more + "}";
}
inline std::string query_json(const Box& box) { return R"({"area_of_interest":)" + volume_json(box) + "}"; }

inline std::string with_subscription(unsigned n) { return R"(,"subscription_id":")" + id(n) + '"'; }
inline std::string with_new_subscription(const std::string& more = "", const std::string& url = "https://one.example/uss") {
  return R"(,"new_subscription":{"uss_base_url":")" + url + '"' + more + "}";
}

// An answer's status as HTTP has it, and its body.
struct Answer {
  int status = 0;
  std::string body;
  [[nodiscard]] bool says(std::string_view text) const { return body.find(text) != std::string::npos; }
};
inline std::ostream& operator<<(std::ostream& out, const Answer& answer) { return out << answer.status << ' ' << answer.body; }

class World {
 public:
  explicit World(DssOptions options = {.salt = "salt"}) : dss(options) {}

  Answer ask(const Request& request, const Caller& caller) {
    auto decision = dss.decide(request, caller, now);
    if (!decision) return {status_of(decision.error().code), decision.error().message};
    if (decision->change) {
      journal.push_back(to_json(*decision->change));
      dss.apply(*decision->change);
    }
    Answer answer{status_of(decision->response), ""};
    write(decision->response, answer.body);
    return answer;
  }
  template <class Put>
  Answer ask(const Result<Put>& request, const Caller& caller) {
    return request ? ask(Request(*request), caller) : Answer{status_of(request.error().code), request.error().message};
  }

  Answer put_intent(unsigned n, const IntentBody& body, const Caller& caller, std::optional<std::string> ovn = {}) {
    return ask(read_put_intent(id(n), ovn, json_of(body)), caller);
  }
  Answer put_constraint(unsigned n, const std::vector<Box>& extents, const Caller& caller, std::optional<std::string> ovn = {}) {
    return ask(read_put_constraint(id(n), ovn, constraint_json(extents)), caller);
  }
  Answer put_subscription(unsigned n, const std::string& body, const Caller& caller, std::optional<std::string> version = {}) {
    return ask(read_put_subscription(id(n), version, body), caller);
  }
  Answer query(Kind kind, const Box& box, const Caller& caller) { return ask(read_query(kind, query_json(box)), caller); }
  Answer get(Kind kind, unsigned n, const Caller& caller) { return ask(Get{kind, entity(n)}, caller); }
  Answer get_by_id(Kind kind, std::string_view id, const Caller& caller) { return ask(Get{kind, *read_id(id)}, caller); }
  Answer remove(Kind kind, unsigned n, const std::string& version, const Caller& caller) { return ask(Delete{kind, entity(n), version}, caller); }
  Answer put_availability(const std::string& uss_id, const std::string& availability, const std::string& old_version = "") {
    return ask(read_put_availability(uss_id, R"({"availability":")" + availability + R"(","old_version":")" + old_version + "\"}"), uss("arbiter"));
  }

  Dss dss;
  Time now = noon - hours(1);
  std::vector<std::string> journal;
};

// A member of an answer by its path, with an array's first element for "[0]"; "" where there is none.
inline std::string field(const Answer& answer, std::initializer_list<std::string_view> path) {
  const auto document = json::parse(answer.body);
  if (!document) return "";
  json::Value value = document->root();
  for (const std::string_view name : path) {
    if (name == "[0]") {
      if (value.size() == 0) return "";
      value = *value.elements().begin();
    } else {
      value = value[name];
    }
  }
  if (const auto number = value.as_integer()) return std::to_string(*number);
  if (const auto truth = value.as_boolean()) return *truth ? "true" : "false";
  return std::string(value.as_string().value_or(""));
}
inline std::string ovn_of(const Answer& answer) { return field(answer, {"operational_intent_reference", "ovn"}); }
inline std::string constraint_ovn_of(const Answer& answer) { return field(answer, {"constraint_reference", "ovn"}); }
inline std::string version_of(const Answer& answer) { return field(answer, {"subscription", "version"}); }

inline std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace skypact::plan::test
