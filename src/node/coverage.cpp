#include "node/coverage.h"

#include <algorithm>
#include <map>

#include "json/fields.h"
#include "node/entry_type.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_name = 300;
constexpr std::int64_t most_count = std::int64_t{1} << 53;

// Appends, or makes the last one longer where they touch.
void join(std::vector<Interval<Time>>& spans, Interval<Time> span) {
  if (span.empty()) return;
  if (!spans.empty() && spans.back().to >= span.from) spans.back().to = std::max(spans.back().to, span.to);
  else spans.push_back(span);
}

}  // namespace

Result<std::optional<TrafficStretch>> read_traffic(std::string_view entry) {
  if (!has_entry_type(entry, "traffic")) return std::optional<TrafficStretch>();
  const auto document = json::parse(entry);
  if (!document) return document.error();
  json::Fields fields(document->root()["body"]);
  TrafficStretch s;
  s.segment = fields.text("segment", 1, longest_name, json::required).value_or("");
  s.from = static_cast<std::uint64_t>(fields.integer("from_byte", 0, most_count, json::required).value_or(0));
  s.to = static_cast<std::uint64_t>(fields.integer("to_byte", 0, most_count, json::required).value_or(0));
  s.sha256 = fields.text("sha256", 1, longest_name, json::required).value_or("");
  s.since = fields.time("since", json::required).value_or(Time{});
  s.until = fields.time("until", json::required).value_or(Time{});
  for (const json::Value source : fields.array("sources", json::required).elements()) {
    json::Fields inner(source);
    TrafficStretch::Source one;
    one.name = inner.text("name", 0, longest_name, json::required).value_or("");
    one.bytes = static_cast<std::uint64_t>(inner.integer("bytes", 0, most_count, json::required).value_or(0));
    one.messages = static_cast<std::uint64_t>(inner.integer("messages", 0, most_count, json::required).value_or(0));
    one.positions = static_cast<std::uint64_t>(inner.integer("positions", 0, most_count, json::required).value_or(0));
    if (inner.error()) fields.refuse("sources", inner.error()->message);
    s.sources.push_back(std::move(one));
  }
  // A name with a slash would lead out of the folder.
  if (!fields.error() && s.segment.find('/') != s.segment.npos) fields.refuse("segment", "must be a file's name");
  if (!fields.error() && s.to < s.from) fields.refuse("to_byte", "must not be less than from_byte");
  if (!fields.error() && s.until < s.since) fields.refuse("until", "must not be earlier than since");
  if (!fields.error() && !ledger::hash_from_base64(s.sha256)) fields.refuse("sha256", "must be 32 bytes in base 64");
  if (fields.error()) return Error(*fields.error()).within("an entry of type traffic");
  return std::optional(std::move(s));
}

std::string_view to_string(Bytes bytes) {
  switch (bytes) {
    case Bytes::proven: return "proven";
    case Bytes::missing: return "missing";
    case Bytes::wrong: return "wrong";
  }
  return "wrong";
}

bool CoverageReport::complete() const {
  return gaps.empty() && !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const Part& p) { return p.bytes == Bytes::proven; });
}

void Coverage::add(const TrafficStretch& stretch, std::uint64_t entry, Bytes bytes) {
  if (concerns(stretch)) stretches_.push_back({stretch, entry, bytes});
}

CoverageReport Coverage::report() const {
  CoverageReport r;
  r.span = span_;
  std::vector<One> all = stretches_;
  std::stable_sort(all.begin(), all.end(), [](const One& a, const One& b) { return a.stretch.since < b.stretch.since; });
  std::map<std::string, CoverageReport::Source> sources;
  for (const One& one : all) {
    for (const TrafficStretch::Source& s : one.stretch.sources) sources[s.name].name = s.name;
  }
  Time covered = span_.from;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const One& one = all[i];
    r.entries.push_back(one.entry);
    // To the next one where that follows at once.
    const bool follows = i + 1 < all.size() && all[i + 1].stretch.since <= one.stretch.until + between;
    const Time end = follows ? std::max(one.stretch.until, all[i + 1].stretch.since) : one.stretch.until + between;
    const Interval<Time> span{std::max(one.stretch.since, span_.from), std::min(end, span_.to)};
    if (span.empty()) continue;
    if (span.from > covered) r.gaps.push_back({covered, span.from});
    covered = std::max(covered, span.to);
    if (!r.parts.empty() && r.parts.back().bytes == one.bytes && r.parts.back().span.to >= span.from) r.parts.back().span.to = std::max(r.parts.back().span.to, span.to);
    else r.parts.push_back({span, one.bytes});
    for (auto& [name, source] : sources) {
      const auto& said = one.stretch.sources;
      const auto at = std::find_if(said.begin(), said.end(), [&wanted = source.name](const TrafficStretch::Source& s) { return s.name == wanted; });
      if (at == said.end() || at->messages == 0) {
        join(source.silent, span);
      } else {
        source.messages += at->messages;
        source.positions += at->positions;
      }
    }
  }
  if (covered < span_.to) r.gaps.push_back({covered, span_.to});
  for (auto& [name, source] : sources) r.sources.push_back(std::move(source));
  return r;
}

}  // namespace skypact::node
