#include "node/dry_run.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

namespace skypact::node {
namespace {

std::string subjects_of(const std::string& key) {
  const std::size_t colon = key.find(':');
  const std::string rest = colon == std::string::npos ? key : key.substr(colon + 1);
  return rest.substr(0, rest.rfind('#'));
}

auto order_of(const DryAlert& a) { return std::tie(a.raised, a.kind, a.subjects, a.ended); }

}  // namespace

void AlertLog::step(std::span<const Event> events) {
  for (const Event& event : events) {
    const Alert* alert = std::get_if<Alert>(&event.what);
    if (alert == nullptr || (alert->kind != AlertKind::conflict && alert->kind != AlertKind::zone)) continue;
    auto known = alerts_.find(alert->id);
    const bool is_new = known == alerts_.end();
    if (is_new) {
      if (alerts_.size() >= DryRunLimits::alerts) {
        ++left_out_;
        continue;
      }
      DryAlert first;
      first.kind = alert->kind;
      first.subjects = subjects_of(alert->key);
      first.raised = alert->raised_at;
      known = alerts_.emplace(alert->id, std::move(first)).first;
    }
    DryAlert& d = known->second;
    if (alert->state == AlertState::infringed && !d.infringed) d.infringed = alert->prediction ? alert->prediction->infringed_from : event.at;
    if (alert->ended_at) d.ended = *alert->ended_at;
    if (is_new || alert->severity > d.worst) {
      d.worst = alert->severity;
      d.text = alert->text;
      if (alert->prediction) d.clause = alert->prediction->minima_source;
    }
  }
}

std::vector<DryAlert> AlertLog::alerts() const {
  std::vector<DryAlert> alerts;
  for (const auto& [id, alert] : alerts_) alerts.push_back(alert);
  std::sort(alerts.begin(), alerts.end(), [](const DryAlert& a, const DryAlert& b) { return order_of(a) < order_of(b); });
  return alerts;
}

DryRunReport compare(const std::vector<DryAlert>& now, const std::vector<DryAlert>& then) {
  DryRunReport report;
  report.now = now.size();
  report.then = then.size();
  std::map<std::pair<AlertKind, std::string>, std::vector<const DryAlert*>> waiting;
  for (const DryAlert& alert : then) waiting[{alert.kind, alert.subjects}].push_back(&alert);
  for (const DryAlert& alert : now) {
    auto& candidates = waiting[{alert.kind, alert.subjects}];
    const auto match = std::find_if(candidates.begin(), candidates.end(), [&](const DryAlert* other) { return other->raised <= alert.ended && alert.raised <= other->ended; });
    if (match == candidates.end()) {
      report.removed.push_back(alert);
      continue;
    }
    const DryAlert& other = **match;
    candidates.erase(match);
    DryRunReport::Change change{alert, other};
    if (!change.severity() && !change.lead()) {
      ++report.same;
      continue;
    }
    report.severity_raised += other.worst > alert.worst ? 1 : 0;
    report.severity_lowered += other.worst < alert.worst ? 1 : 0;
    if (alert.lead() && other.lead()) {
      report.lead_longer += *other.lead() > *alert.lead() ? 1 : 0;
      report.lead_shorter += *other.lead() < *alert.lead() ? 1 : 0;
    }
    report.changed.push_back(std::move(change));
  }
  for (const auto& [subjects, rest] : waiting) {
    for (const DryAlert* alert : rest) report.added.push_back(*alert);
  }
  std::sort(report.added.begin(), report.added.end(), [](const DryAlert& a, const DryAlert& b) { return order_of(a) < order_of(b); });
  return report;
}

}  // namespace skypact::node
