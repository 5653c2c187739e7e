// Any text as requests to a DSS, one a line: each is refused with a reason or answered, every change reads back as it was written, and
// what was recorded makes the same DSS again. A line is a letter for what is asked, one for the caller, one for the id and a body; or it
// is a change as it would be recorded, which is refused with a reason or applied.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "json/document.h"
#include "plan/dss.h"
#include "plan/f3548_json.h"

namespace {

using namespace skypact;
using namespace skypact::plan;

constexpr std::string_view ids[] = {"2f8343be-6482-4d1b-a474-16847e01af1e", "2f8343be64824d1ba47416847e01af1f", "2f8343be-6482-4d1b-a474-16847e01af20", "7"};

// The version that the caller must name, where it is to be found; in the fuzzer nobody has to guess it.
std::optional<std::string> version_of(const Dss& dss, Kind kind, EntityId id, const Caller& caller, Time now) {
  const auto got = dss.decide(Get{kind, id}, caller, now);
  if (!got) return std::nullopt;
  if (const auto* reference = std::get_if<ReferenceGot>(&got->response)) return reference->reference.ovn;
  return std::get<SubscriptionGot>(got->response).subscription.version;
}

template <class T>
std::optional<Request> taken(Result<T> request) {
  if (request) return Request(*std::move(request));
  SKYPACT_CHECK(!request.error().message.empty());
  return std::nullopt;
}

std::optional<Request> request_of(const Dss& dss, std::string_view line, const Caller& caller, Time now) {
  const std::string_view id_text = ids[static_cast<std::uint8_t>(line[2]) % 4], body = line.substr(3);
  const EntityId id = parse_entity_id(id_text).value_or(EntityId{});
  const auto kind = static_cast<Kind>(static_cast<std::uint8_t>(line[0]) % 3);
  switch (line[0]) {
    case 'i': return taken(read_put_intent(id_text, version_of(dss, Kind::operational_intent, id, caller, now), body));
    case 'c': return taken(read_put_constraint(id_text, version_of(dss, Kind::constraint, id, caller, now), body));
    case 's': return taken(read_put_subscription(id_text, version_of(dss, Kind::subscription, id, caller, now), body));
    case 'a': return taken(read_put_availability(caller.manager, body));
    case 'd':
    case 'e':
    case 'f': return Delete{kind, id, version_of(dss, kind, id, caller, now).value_or("")};
    case 'g':
    case 'h': return Get{kind, id};
    default: return taken(read_query(kind, body));
  }
}

std::string whole_of(const Dss& dss) {
  std::string lines;
  dss.whole(2, [&](const Change& piece) { lines += to_json(piece) + '\n'; });
  return lines;
}

// Whatever the change says, to a DSS of its own.
void apply_recorded(std::string_view text) {
  const auto change = read_change(text);
  if (!change) {
    SKYPACT_CHECK(!change.error().message.empty());
    return;
  }
  SKYPACT_CHECK(to_json(*read_change(to_json(*change))) == to_json(*change));
  Dss dss, again;
  dss.apply(*change);
  dss.apply(*change);
  dss.whole(2, [&](const Change& piece) { again.apply(*read_change(to_json(piece))); });
  SKYPACT_CHECK(whole_of(again) == whole_of(dss));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Dss dss({.salt = "salt", .area_km2 = 100, .constraint_area_km2 = 200}), again;
  Time now = *parse_rfc3339("2026-12-01T11:00:00Z");
  for (int lines = 0; lines < 12; ++lines) {
    const auto line = next_field(text, '\n');
    if (!line) break;
    if (line->size() < 3) continue;
    if (line->front() == '{') apply_recorded(*line);
    const Caller caller{(*line)[1] % 2 ? "one" : "two", true, true, true, (*line)[1] % 8 != 0, true};
    now += seconds(10);
    const auto request = request_of(dss, *line, caller, now);
    if (!request) continue;
    const auto decision = dss.decide(*request, caller, now);
    if (!decision) {
      SKYPACT_CHECK(!decision.error().message.empty() && decision.error().code != ErrorCode::internal);
      continue;
    }
    std::string answer;
    write(decision->response, answer);
    SKYPACT_CHECK(json::parse(answer, {std::size_t{16} << 20, 32}).has_value());
    if (!decision->change) continue;
    const std::string recorded = to_json(*decision->change);
    const auto change = read_change(recorded);
    SKYPACT_CHECK(change.has_value());
    SKYPACT_CHECK(to_json(*change) == recorded);
    dss.apply(*decision->change);
    again.apply(*change);
    const auto repeated = dss.decide(*request, caller, now);
    SKYPACT_CHECK(repeated.has_value() && !repeated->change);
  }
  SKYPACT_CHECK(whole_of(again) == whole_of(dss));
  return 0;
}
