#include "pact/terms_diff.h"

#include <algorithm>

#include "json/writer.h"

namespace skypact::pact {
namespace {

// The ids of minima clauses of `terms` that `other` has too, as JSON.
std::string common_order(const Terms& terms, const Terms& other) {
  std::string text;
  json::Writer out(text);
  out.begin_array();
  for (const TermsMinimum& m : terms.minima) {
    if (std::any_of(other.minima.begin(), other.minima.end(), [&](const TermsMinimum& o) { return o.id == m.id; })) out.value("minima." + m.id);
  }
  out.end_array();
  return text;
}

}  // namespace

std::vector<ClauseChange> diff(const Terms& before, const Terms& after) {
  std::vector<ClauseChange> changes;
  for (const std::string& clause : clause_ids(before)) {
    auto old_json = clause_json(before, clause), new_json = clause_json(after, clause);
    if (old_json != new_json) changes.push_back({clause, std::move(old_json), std::move(new_json)});
  }
  for (const std::string& clause : clause_ids(after)) {
    if (!clause_json(before, clause)) changes.push_back({clause, std::nullopt, clause_json(after, clause)});
  }
  auto old_order = common_order(before, after), new_order = common_order(after, before);
  if (old_order != new_order) changes.push_back({"minima", std::move(old_order), std::move(new_order)});
  return changes;
}

}  // namespace skypact::pact
