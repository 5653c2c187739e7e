// Any text as requests to a DSS for remote identification, one a line: each is refused with a reason or answered in both versions, every
// change reads back as it was written, and what was recorded makes the same DSS again. A line is a letter for what is asked, one for the
// caller and the version, one for the id and a body or the parameters of a search; or it is a change as it would be recorded, which is
// refused with a reason or applied.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "json/document.h"
#include "plan/f3411_json.h"
#include "plan/rid_dss.h"

namespace {

using namespace skypact;
using namespace skypact::plan;

constexpr std::string_view ids[] = {"2f8343be-6482-4d1b-a474-16847e01af1e", "2f8343be64824d1ba47416847e01af1f", "2f8343be-6482-4d1b-a474-16847e01af20", "7"};

// The version that the caller must name, where it is to be found; in the fuzzer nobody has to guess it.
std::optional<std::string> version_of(const RidDss& dss, RidKind kind, EntityId id, const RidCaller& caller, Time now) {
  const auto got = dss.decide(RidGet{kind, id}, caller, now);
  if (!got) return std::nullopt;
  if (const auto* area = std::get_if<AreaGot>(&got->response)) return area->area.time.to > now ? std::optional(area->area.version) : std::nullopt;
  return std::get<RidSubscriptionGot>(got->response).subscription.version;
}

template <class T>
std::optional<RidRequest> taken(Result<T> request) {
  if (request) return RidRequest(*std::move(request));
  SKYPACT_CHECK(!request.error().message.empty());
  return std::nullopt;
}

// "area&earliest&latest", as far as it goes.
Result<RidSearch> search_of(RidKind kind, std::string_view text) {
  RidSearchText search;
  search.area = next_field(text, '&');
  search.earliest_time = next_field(text, '&');
  search.latest_time = next_field(text, '&');
  return read_rid_search(kind, search);
}

std::optional<RidRequest> request_of(const RidDss& dss, std::string_view line, RidVersion version, const RidCaller& caller, Time now) {
  const std::string_view id_text = ids[static_cast<std::uint8_t>(line[2]) % 4], body = line.substr(3);
  const EntityId id = parse_entity_id(id_text).value_or(EntityId{});
  // Capital letters ask about areas, small ones about subscriptions.
  const RidKind kind = line[0] >= 'a' ? RidKind::subscription : RidKind::area;
  switch (line[0] | 0x20) {
    case 'p': return taken(read_rid_put(version, kind, id_text, version_of(dss, kind, id, caller, now), body));
    case 'd': return RidDelete{kind, id, version_of(dss, kind, id, caller, now).value_or("")};
    case 'g': return RidGet{kind, id};
    default: return taken(search_of(kind, body));
  }
}

std::string whole_of(const RidDss& dss, std::size_t most) {
  std::string text;
  dss.whole(most, [&](const RidChange& change) { text += to_json(change) + '\n'; });
  return text;
}

// Whatever the change says, to a DSS of its own.
void apply_recorded(std::string_view text) {
  const auto change = read_rid_change(text);
  if (!change) {
    SKYPACT_CHECK(!change.error().message.empty());
    return;
  }
  SKYPACT_CHECK(to_json(*read_rid_change(to_json(*change))) == to_json(*change));
  RidDss dss, again;
  dss.apply(*change);
  dss.apply(*change);
  dss.whole(1, [&](const RidChange& piece) { again.apply(*read_rid_change(to_json(piece))); });
  SKYPACT_CHECK(whole_of(again, 10) == whole_of(dss, 10));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  RidDss dss({.salt = "salt", .area_km2 = 100, .subscriptions_in_a_place = 2}), again;
  Time now = *parse_rfc3339("2026-12-01T11:00:00Z");
  for (int lines = 0; lines < 12; ++lines) {
    const auto line = next_field(text, '\n');
    if (!line) break;
    if (line->size() < 3) continue;
    if (line->front() == '{') apply_recorded(*line);
    const RidCaller caller{(*line)[1] % 2 ? "one" : "two"};
    const RidVersion version = (*line)[1] / 2 % 2 ? RidVersion::f3411_19 : RidVersion::f3411_22a;
    now += seconds(10);
    const auto request = request_of(dss, *line, version, caller, now);
    if (!request) continue;
    const auto decision = dss.decide(*request, caller, now);
    if (!decision) {
      SKYPACT_CHECK(!decision.error().message.empty() && decision.error().code != ErrorCode::internal);
      continue;
    }
    for (const RidVersion shown : {RidVersion::f3411_19, RidVersion::f3411_22a}) {
      std::string answer;
      write(decision->response, shown, answer);
      SKYPACT_CHECK(json::parse(answer, {std::size_t{16} << 20, 32}).has_value());
    }
    if (!decision->change) continue;
    const std::string recorded = to_json(*decision->change);
    const auto change = read_rid_change(recorded);
    SKYPACT_CHECK(change.has_value());
    SKYPACT_CHECK(to_json(*change) == recorded);
    dss.apply(*decision->change);
    again.apply(*change);
    const auto repeated = dss.decide(*request, caller, now);
    SKYPACT_CHECK(repeated.has_value() && !repeated->change);
  }
  SKYPACT_CHECK(whole_of(again, 3) == whole_of(dss, 3));
  return 0;
}
