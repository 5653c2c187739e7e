#include "plan/dss_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "plan/volume_json.h"

namespace skypact::plan {

bool is_name(std::string_view text) { return !text.empty() && text.size() <= FlightLimits::manager_bytes && is_utf8(text); }

std::optional<Error> fault_of_url(std::string_view url, std::string_view member, BaseUrls taken) {
  const auto fault = [&](std::string_view text) { return bad_input(fmt::format("{}: {} {}", member, quoted(url), text)); };
  constexpr std::string_view https = "https://", http = "http://";
  const bool plain = url.starts_with(http);
  if (plain && taken == BaseUrls::https_only) return fault("must begin with https://");
  if (!plain && !url.starts_with(https)) return fault("must be a URL that begins with https://");
  const std::string_view rest = url.substr(plain ? http.size() : https.size());
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return fault("names no host");
  if (rest.back() == '/') return fault("must not end with a slash");
  const bool clean = std::all_of(rest.begin(), rest.end(), [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '<' && c != '>' && c != '\\'; });
  if (!clean) return fault("has a character that a URL cannot have");
  return std::nullopt;
}

Result<std::shared_ptr<const Extents>> extents_within(std::vector<Volume> volumes, double most_km2, ErrorCode over) {
  for (const Volume& volume : volumes) {
    // Most are so much smaller than is allowed that a disc around them is, too.
    const double radius_km = volume.area.ball().radius / 1000, disc_km2 = 3.2 * radius_km * radius_km;
    if (disc_km2 <= most_km2) continue;
    const double area = volume.area.area_km2();
    if (area > most_km2) return Error{over, fmt::format("the area is {:.0f} km²; at most {:.0f} km² are taken. Divide it", area, most_km2)};
  }
  auto extents = extents_of(std::move(volumes));
  if (!extents) return Error{over, extents.error().message};
  return extents;
}

Result<Interval<Time>> time_of(const std::optional<Time>& starts, const std::optional<Time>& ends, const std::optional<Interval<Time>>& before, Time now,
                               const TimeRule& rule) {
  const Time from = starts ? *starts : before ? before->from : now;
  const bool unchanged = before && before->from == from;
  if (!unchanged && from < now - rule.start_in_past) return bad_input(fmt::format("extents: time_start: is more than {:.0f} s in the past", to_seconds(rule.start_in_past)));
  if (!ends && !rule.longest) return bad_input("extents: time_end: is missing");
  const Time to = ends ? *ends : before && !starts ? before->to : from + *rule.longest;
  if (to <= now) return bad_input("extents: time_end: is in the past");
  if (to <= from) return bad_input("extents: time_end: must be after time_start");
  if (rule.longest && to - from > *rule.longest) {
    return bad_input(fmt::format("extents: time_end: is more than {:.0f} h after time_start", to_seconds(*rule.longest) / 3'600));
  }
  return Interval<Time>{from, to};
}

std::optional<Error> fault_of_version(const std::string& named, const std::optional<Standing>& old, const std::optional<std::string>& given,
                                      std::string_view caller) {
  if (!old) return given ? std::optional(Error{ErrorCode::not_found, named + " does not exist, or has ended"}) : std::nullopt;
  if (!given) return Error{ErrorCode::conflict, named + " exists already; name its version to change it"};
  if (old->manager != caller) return Error{ErrorCode::refused, named + " is another USS's"};
  if (old->version != *given) return Error{ErrorCode::conflict, named + " has another version by now; get it and try again"};
  return std::nullopt;
}

ledger::Hash digest(std::string_view manager, std::string_view what, std::string_view name, const std::optional<std::string>& version, const ledger::Hash& content) {
  ledger::Sha256Stream hash;
  const std::string given = version.value_or("");
  for (const std::string_view part : {manager, what, name, std::string_view(given)}) {
    hash.add(ledger::as_bytes(fmt::format("{}:{}", part.size(), part)));   // with its length: no two lists of parts are one text
  }
  hash.add(content.bytes);
  return hash.take();
}

ledger::Hash token_of(std::string_view salt, std::string_view what, EntityId id, std::int64_t version, const ledger::Hash& content, Time now) {
  const std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", salt, what, to_string(id), version, ledger::to_base64(content), exact_time(now));
  return ledger::sha256(ledger::as_bytes(text));
}

}  // namespace skypact::plan
