#include "guard/alert_book.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "guard/alert_text.h"

namespace skypact::guard {
namespace {

constexpr Duration repeat_after = seconds(5);     // an open alert is returned at least this often
constexpr Duration lower_after = seconds(5);      // a severity falls only when it was lower for this long
constexpr std::size_t most_episodes = 50'000;     // keys whose episodes are counted

// Sorts before what is less urgent.
auto urgency(const Alert& a) {
  return std::tuple(-static_cast<int>(a.severity), a.state == AlertState::unobserved || a.state == AlertState::clearing,
                    a.prediction ? a.prediction->infringed_from : a.raised_at, a.id);
}

bool notable(const Prediction& before, const Prediction& now) {
  const auto moved = [](Time a, Time b) { return std::max(a, b) - std::min(a, b) > seconds(3); };
  const auto far = [](Length a, Length b) { return std::max(a, b) - std::min(a, b) > nautical_miles(0.2); };
  const auto vertical = [](const std::optional<Height>& a, const std::optional<Height>& b) {
    return a.has_value() != b.has_value() || (a && abs(*a - *b) > feet_of_height(100));
  };
  return before.minima != now.minima || before.minima_source != now.minima_source || moved(before.closest_at, now.closest_at) ||
         moved(before.infringed_from, now.infringed_from) || far(before.horizontal_at_closest, now.horizontal_at_closest) ||
         vertical(before.vertical_at_closest, now.vertical_at_closest) || before.by_turn_hypothesis != now.by_turn_hypothesis;
}

Reason why_it_ended_unobserved(const Episode& e) {
  if (e.grave) return {.code = ReasonCode::ended_acknowledged, .age = unobserved_limit};
  return {.code = ReasonCode::ended_in_time, .since = e.judged_until};
}

template <class Same>
const Alert* find_in(const std::vector<Alert>& open, const std::vector<Alert>& ended, const Same& same) {
  for (const auto* list : {&open, &ended}) {
    const auto at = std::find_if(list->begin(), list->end(), same);
    if (at != list->end()) return &*at;
  }
  return nullptr;
}

}  // namespace

void date_reasons(AlertRecord& r) {
  auto& reasons = r.alert.reasons;
  if (reasons.empty() || reasons.front().code != ReasonCode::as_of) reasons.insert(reasons.begin(), {.code = ReasonCode::as_of, .since = r.described_at});
}

AlertRecord* AlertBook::record(const std::string& key, AlertKind kind) {
  const auto at = records_.find(key);
  if (at != records_.end()) return &at->second;
  if (records_.size() >= GuardLimits::open_alerts + GuardLimits::unconfirmed && kind != AlertKind::distress) {
    ++left_out_;
    return nullptr;
  }
  AlertRecord& r = records_[key];
  r.alert.kind = kind;
  return &r;
}

void AlertBook::raise(const std::string& key, AlertRecord& r, Time now) {
  auto& [episode, last] = episodes_[key];
  last = now;
  Alert& alert = r.alert;
  alert.key = fmt::format("{}#{}", key, ++episode);
  alert.id = AlertId{next_id_++};
  alert.raised_at = alert.changed_at = alert.judged_at = now;
  alert.severity = r.found_severity;
  if (alert.kind == AlertKind::distress) r.episode.latched = alert.latched = true;
  r.changed = true;
}

// Rises at once; falls when it was lower for a while, or at once when the alert is clearing.
void AlertBook::set_severity(AlertRecord& r, Time now) const {
  Alert& alert = r.alert;
  const Severity before = alert.severity;
  Severity wanted = before;
  if (alert.state == AlertState::predicted || alert.state == AlertState::infringed) wanted = r.found_severity;
  if (alert.state == AlertState::clearing && alert.kind != AlertKind::distress) wanted = std::min(before, Severity::caution);
  if (wanted >= before) {
    alert.severity = wanted;
    r.lower_since.reset();
  } else {
    if (!r.lower_since) r.lower_since = now;
    if (alert.state == AlertState::clearing || now - *r.lower_since >= lower_after) alert.severity = wanted, r.lower_since.reset();
  }
  if (alert.severity != before) r.changed = true;
}

void AlertBook::end(AlertRecord& r, Time now, std::vector<Alert>& changed) {
  r.alert.state = AlertState::ended;
  r.alert.ended_at = now;
  r.alert.changed_at = now;
  r.alert.latched = false;
  ended_.push_back(r.alert);
  if (ended_.size() > GuardLimits::ended_alerts) ended_.erase(ended_.begin());
  changed.push_back(r.alert);
}

// Keeps GuardLimits::open_alerts: distress before all, what is observed before what is not, then the most urgent; of what is
// not observed the latest. The rest ends, if anybody has seen it yet.
void AlertBook::leave_out_the_least_urgent(Time now, std::vector<Alert>& changed) {
  std::vector<Records::iterator> raised;
  for (auto at = records_.begin(); at != records_.end(); ++at) {
    if (at->second.episode.raised) raised.push_back(at);
  }
  if (raised.size() <= GuardLimits::open_alerts) return;
  const auto rank = [](const AlertRecord& r) { return r.alert.kind == AlertKind::distress ? 0 : r.episode.state != AlertState::unobserved ? 1 : r.episode.grave ? 2 : 3; };
  std::sort(raised.begin(), raised.end(), [&](auto a, auto b) {
    const AlertRecord &x = a->second, &y = b->second;
    if (rank(x) != rank(y)) return rank(x) < rank(y);
    if (rank(x) >= 2 && x.episode.unobserved_since != y.episode.unobserved_since) return x.episode.unobserved_since > y.episode.unobserved_since;
    return urgency(x.alert) < urgency(y.alert);
  });
  for (std::size_t i = GuardLimits::open_alerts; i < raised.size(); ++i) {
    AlertRecord& r = raised[i]->second;
    ++left_out_;
    if (r.returned_at != Time{}) {
      r.alert.reasons.push_back({.code = ReasonCode::left_out, .limit = static_cast<std::uint32_t>(GuardLimits::open_alerts)});
      end(r, now, changed);
    }
    records_.erase(raised[i]);
  }
}

// Forgets the older half of what is not open: its numbers begin anew.
void AlertBook::forget_old_episodes() {
  std::vector<Time> times;
  for (const auto& [key, e] : episodes_) times.push_back(e.second);
  const auto half = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), half, times.end());
  std::erase_if(episodes_, [&](const auto& entry) { return entry.second.second <= *half && !records_.contains(entry.first); });
}

std::vector<Alert> AlertBook::conclude(Time now, const Write& write) {
  std::vector<Alert> changed;
  std::size_t count_raised = 0;
  for (auto at = records_.begin(); at != records_.end();) {
    const std::string& key = at->first;
    AlertRecord& r = at->second;
    const Change change = advance(r.episode, r.sight, now);
    if (change == Change::forgotten) {
      at = records_.erase(at);
      continue;
    }
    if (change == Change::raised) raise(key, r, now);
    if (r.sight.observed && !r.sight.lost) r.lost_since.reset();
    if (r.sight.observed && r.sight.lost && !r.lost_since) r.lost_since = now;
    if (change == Change::state) r.changed = true;
    if (r.episode.raised) {
      r.alert.state = r.episode.state;
      set_severity(r, now);
      if (r.episode.grave && !r.alert.grave_since) r.alert.grave_since = now;
      if (r.changed) r.alert.changed_at = now;
      write(r);
      if (change == Change::ended) {
        if (!r.sight.observed) r.alert.reasons.push_back(why_it_ended_unobserved(r.episode));
        episodes_[key].second = now;
        end(r, now, changed);
        at = records_.erase(at);
        continue;
      }
      ++count_raised;
    }
    ++at;
  }
  if (count_raised > GuardLimits::open_alerts) leave_out_the_least_urgent(now, changed);

  open_.clear();
  for (auto& [key, r] : records_) {
    const bool first_look = r.seen_this_step;
    r.seen_this_step = false;
    if (!r.episode.raised) continue;
    const bool moved = first_look && r.alert.prediction && r.returned && notable(*r.returned, *r.alert.prediction);
    if (r.changed || moved || now - r.returned_at >= repeat_after) {
      changed.push_back(r.alert);
      r.returned = r.alert.prediction;
      r.returned_at = now;
    }
    r.changed = false;
    open_.push_back(r.alert);
  }
  std::sort(open_.begin(), open_.end(), [](const Alert& a, const Alert& b) { return urgency(a) < urgency(b); });
  std::sort(changed.begin(), changed.end(), [](const Alert& a, const Alert& b) { return a.id < b.id; });
  if (episodes_.size() > most_episodes) forget_old_episodes();
  return changed;
}

Result<Alert> AlertBook::acknowledge(AlertId id, const Acknowledgement& acknowledgement) {
  if (acknowledgement.how.size() > GuardLimits::acknowledgement_text || acknowledgement.by.size() > GuardLimits::acknowledgement_text) {
    return Error{ErrorCode::over_limit, fmt::format("an acknowledgement's text has at most {} bytes", GuardLimits::acknowledgement_text)};
  }
  const auto at = std::find_if(records_.begin(), records_.end(), [&](const auto& entry) { return entry.second.episode.raised && entry.second.alert.id == id; });
  if (at == records_.end()) return Error{ErrorCode::not_found, fmt::format("no open alert has the number {}", id.value)};
  AlertRecord& r = at->second;
  auto& all = r.alert.acknowledgements;
  const auto same = std::find_if(all.begin(), all.end(), [&](const Acknowledgement& a) { return a.party == acknowledgement.party; });
  if (same != all.end()) {
    *same = acknowledgement;
  } else if (all.size() < GuardLimits::acknowledgements) {
    all.push_back(acknowledgement);
  } else {
    return Error{ErrorCode::over_limit, fmt::format("at most {} parties can acknowledge one alert", GuardLimits::acknowledgements)};
  }
  r.episode.acknowledged = true;
  r.episode.latched = false;
  r.alert.latched = false;
  for (Alert& shown : open_) {
    if (shown.id == id) shown = r.alert;
  }
  return r.alert;
}

const Alert* AlertBook::find(AlertId id) const {
  return find_in(open_, ended_, [&](const Alert& a) { return a.id == id; });
}
const Alert* AlertBook::find(std::string_view key) const {
  return find_in(open_, ended_, [&](const Alert& a) { return a.key == key; });
}

}  // namespace skypact::guard
