#include "node/verdict_evidence.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "json/canonical.h"
#include "json/document.h"
#include "json/writer.h"
#include "node/agreed_json.h"
#include "node/api_fields.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

constexpr std::size_t largest_evidence = std::size_t{64} << 20;

std::int64_t microseconds_of(Time at) { return std::chrono::floor<std::chrono::microseconds>(at).time_since_epoch().count(); }

template <class Altitude>
void altitude(json::Writer& out, const std::optional<Altitude>& value) {
  value ? out.value(value->above_datum().in_tenth_mm()) : out.null();
}

void append_flight(json::Writer& out, const guard::VerdictFlight& flight, const Parties& parties) {
  out.begin_object();
  out.field("key", to_string(flight.key));
  out.field("party", party_name(flight.party, parties));
  out.field("class", to_string(flight.aircraft_class));
  out.field("party_known", flight.party_known);
  out.field("suspect", flight.suspect);
  list_field(out, "samples", flight.samples, [&](const guard::VerdictSample& s) {
    out.begin_array();
    out.value(microseconds_of(s.at));
    out.value(s.position.lat_e7);
    out.value(s.position.lon_e7);
    out.value(s.accuracy_mm);
    altitude(out, s.pressure);
    altitude(out, s.ellipsoid);
    altitude(out, s.sea_level);
    out.value(s.altitude_error.in_tenth_mm());
    out.end_array();
  });
  out.end_object();
}

std::string text_of(json::Value value) {
  const auto text = json::canonical(value);
  return text ? text->size() > 60 ? text->substr(0, 60) + "…" : *text : std::string("?");
}

class Comparison {
 public:
  std::vector<std::string> differences;

  void values(const std::string& where, json::Value a, json::Value b) {
    if (differences.size() >= most_evidence_differences) return;
    if (a.kind() == json::Kind::object && b.kind() == json::Kind::object) return objects(where, a, b);
    if (a.kind() == json::Kind::array && b.kind() == json::Kind::array) {
      if (where.ends_with(".samples")) return samples(where, a, b);
      return arrays(where, a, b);
    }
    if (text_of(a) != text_of(b) || a.kind() != b.kind()) differ(where, text_of(a) + ", and " + text_of(b));
  }

 private:
  void differ(const std::string& where, const std::string& how) {
    if (differences.size() < most_evidence_differences) differences.push_back(where + ": " + how);
  }
  void objects(const std::string& where, json::Value a, json::Value b) {
    std::set<std::string, std::less<>> names;
    for (const json::Value value : {a, b}) {
      for (const json::Member member : value.members()) names.insert(std::string(member.name));
    }
    for (const std::string& name : names) {
      const std::string path = where.empty() ? name : where + "." + name;
      if (!a[name].exists()) differ(path, "only in the second");
      else if (!b[name].exists()) differ(path, "only in the first");
      else values(path, a[name], b[name]);
    }
  }
  void arrays(const std::string& where, json::Value a, json::Value b) {
    std::vector<json::Value> one, other;
    for (const json::Value element : a.elements()) one.push_back(element);
    for (const json::Value element : b.elements()) other.push_back(element);
    for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
      const std::string path = fmt::format("{}[{}]", where, i);
      if (i >= one.size()) differ(path, "only in the second");
      else if (i >= other.size()) differ(path, "only in the first");
      else values(path, one[i], other[i]);
    }
  }
  // By time, so that one that is missing does not shift the rest.
  void samples(const std::string& where, json::Value a, json::Value b) {
    const auto by_time = [](json::Value list) {
      std::map<std::int64_t, json::Value> samples;
      for (const json::Value sample : list.elements()) {
        for (const json::Value first : sample.elements()) {
          samples.emplace(first.as_integer().value_or(0), sample);
          break;
        }
      }
      return samples;
    };
    const auto one = by_time(a), other = by_time(b);
    std::set<std::int64_t> times;
    for (const auto& [at, sample] : one) times.insert(at);
    for (const auto& [at, sample] : other) times.insert(at);
    for (const std::int64_t at : times) {
      const std::string path = fmt::format("{} at {} µs", where, at);
      const auto x = one.find(at), y = other.find(at);
      if (x == one.end()) differ(path, "only in the second");
      else if (y == other.end()) differ(path, "only in the first");
      else if (const auto p = json::canonical(x->second), q = json::canonical(y->second); !p || !q || *p != *q) differ(path, text_of(x->second) + ", and " + text_of(y->second));
    }
  }
};

}  // namespace

std::string evidence_of(const guard::VerdictInput& input) {
  const guard::VerdictInput in = guard::normalised(input);
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("v", 1);
  out.field("from_us", microseconds_of(in.span.from));
  out.field("to_us", microseconds_of(in.span.to));
  out.key("agreed");
  append_agreed(out, in.agreed);
  list_field(out, "flights", in.flights, [&](const guard::VerdictFlight& flight) { append_flight(out, flight, in.agreed.parties); });
  out.end_object();
  const auto document = json::parse(text, {.bytes = text.size() + 1});
  SKYPACT_CHECK(document);
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical);  // its integers are all below 2^53
  return std::move(*canonical);
}

std::string evidence_hash(std::string_view evidence) { return ledger::to_hex(ledger::sha256(ledger::as_bytes(evidence))); }

Result<std::vector<std::string>> compare(std::string_view first, std::string_view second) {
  const auto one = json::parse(first, {.bytes = largest_evidence}), other = json::parse(second, {.bytes = largest_evidence});
  for (const auto* document : {&one, &other}) {
    if (!*document) return document->error();
    if ((*document)->root()["v"].as_integer() != 1) return bad_input("this is no evidence of a verdict, version 1");
  }
  Comparison comparison;
  comparison.values("", one->root(), other->root());
  return std::move(comparison.differences);
}

}  // namespace skypact::node
