#include "node/verdict_count.h"

#include <set>

#include "guard/alert_text.h"

namespace skypact::node {
namespace {

void add(VerdictCount::Minutes& minutes, guard::Finding finding) {
  switch (finding) {
    case guard::Finding::lost: ++minutes.lost; return;
    case guard::Finding::kept: ++minutes.kept; return;
    case guard::Finding::cannot_be_told: ++minutes.cannot_be_told; return;
  }
}

void append_minutes(json::Writer& out, const VerdictCount::Minutes& minutes) {
  out.begin_object();
  out.field("lost", minutes.lost);
  out.field("kept", minutes.kept);
  out.field("cannot_be_told", minutes.cannot_be_told);
  out.end_object();
}

}  // namespace

VerdictCount count(std::span<const PairVerdict> verdicts) {
  VerdictCount c;
  std::map<std::array<TrackKey, 2>, std::set<Time>> lost;
  std::set<std::array<TrackKey, 2>> pairs;
  for (const PairVerdict& v : verdicts) {
    pairs.insert(v.pair);
    add(c.minutes, v.verdict.finding);
    const auto& [horizontal, vertical] = std::pair(v.verdict.horizontal_from, v.verdict.vertical_from);
    add(c.by_clause[horizontal.clause.empty() ? std::string() : guard::text_of(horizontal, vertical)], v.verdict.finding);
    if (v.verdict.finding == guard::Finding::lost) lost[v.pair].insert(v.span.from);
  }
  for (const auto& [pair, minutes] : lost) {
    for (const Time at : minutes) c.losses += minutes.contains(at - guard::judged_span) ? 0 : 1;
  }
  c.pairs = pairs.size();
  return c;
}

void append(json::Writer& out, const VerdictCount& count) {
  out.field("losses", count.losses);
  out.field("pairs", count.pairs);
  out.key("minutes");
  append_minutes(out, count.minutes);
  out.key("by_clause");
  out.begin_object();
  for (const auto& [clause, minutes] : count.by_clause) {
    out.key(clause);
    append_minutes(out, minutes);
  }
  out.end_object();
  out.field("left_out", count.left_out);
}

}  // namespace skypact::node
