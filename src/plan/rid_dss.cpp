#include "plan/rid_dss.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace skypact::plan {
namespace {

std::string_view name_of(RidKind kind) { return kind == RidKind::area ? "identification service area" : "subscription"; }
std::string named(RidKind kind, EntityId id) { return fmt::format("the {} {}", name_of(kind), to_string(id)); }

std::string_view url_member(const RidPut& put) {
  if (put.through == RidVersion::f3411_22a) return "uss_base_url";
  return put.kind == RidKind::area ? "flights_url" : "callbacks: identification_service_area_url";
}

template <class Record>
std::optional<Standing> standing(const Record* record) {
  return record ? std::optional(Standing{record->owner, record->version}) : std::nullopt;
}
template <class Record>
std::optional<Interval<Time>> time_before(const Record* record) {
  return record ? std::optional(record->extents->bounds.time) : std::nullopt;
}

// A put that names a version. The interface has no 404 for it.
template <class Record>
std::optional<Error> fault_of_put(const RidPut& put, const Record* old, const RidCaller& caller) {
  const std::string name = named(put.kind, put.id);
  if (!old && put.version) return bad_input(name + " does not exist, or has ended; create it without a version");
  return fault_of_version(name, standing(old), put.version, caller.owner);
}

ServiceAreaView view_of(const ServiceArea& area) { return {area.id, area.owner, area.version, area.extents->bounds.time, area.url}; }
RidSubscriptionView view_of(const RidSubscription& subscription) {
  return {subscription.id, subscription.owner, subscription.version, subscription.notification_index, subscription.extents->bounds.time, subscription.url};
}

// No counter of notifications gets so far; a recorded change could say so.
std::int32_t one_more(std::int32_t index) { return index == std::numeric_limits<std::int32_t>::max() ? index : index + 1; }

template <class Views>
void order(Views& views) {
  std::sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

}  // namespace

std::size_t states_in(const RidResponse& response) {
  std::size_t count = 0;
  if (const auto* changed = std::get_if<AreaChanged>(&response)) {
    for (const RidSubscriber& subscriber : changed->subscribers) count += subscriber.subscriptions.size();
  } else if (const auto* put = std::get_if<RidSubscriptionPut>(&response)) {
    count = AnswerLimits::states_a_reference * put->areas.size();
  }
  return count;
}

// Reading.

Result<RidDecision> RidDss::decide(const RidRequest& request, const RidCaller& caller, Time now) const {
  if (!is_name(caller.owner)) return Error{ErrorCode::refused, fmt::format("the token's subject must be a text of 1 to {} bytes", FlightLimits::manager_bytes)};
  return std::visit([&](const auto& r) { return decide_on(r, caller, now); }, request);
}

std::vector<ServiceAreaView> RidDss::areas_near(const Extents& extents, Time now) const {
  std::vector<ServiceAreaView> views;
  for (const ServiceArea* area : areas_.near(extents, now)) views.push_back(view_of(*area));
  order(views);
  return views;
}

Result<RidDecision> RidDss::decide_on(const RidSearch& search, const RidCaller& caller, Time now) const {
  const auto extents = extents_within({search.area}, options_.area_km2, ErrorCode::over_limit);
  if (!extents) return Error(extents.error()).within("area");
  if (search.kind == RidKind::area) return RidDecision{AreasFound{areas_near(**extents, now)}, {}};
  RidSubscriptionsFound found;
  for (const RidSubscription* subscription : subscriptions_.near(**extents, now)) {
    if (subscription->owner == caller.owner) found.subscriptions.push_back(view_of(*subscription));
  }
  order(found.subscriptions);
  return RidDecision{std::move(found), {}};
}

Result<RidDecision> RidDss::decide_on(const RidGet& get, const RidCaller&, Time now) const {
  if (get.kind == RidKind::area) {
    if (const ServiceArea* area = areas_.find(get.id, now - RidLimits::kept_after_end)) return RidDecision{AreaGot{view_of(*area)}, {}};
  } else if (const RidSubscription* subscription = subscriptions_.find(get.id, now)) {
    return RidDecision{RidSubscriptionGot{view_of(*subscription)}, {}};
  }
  return Error{ErrorCode::not_found, fmt::format("there is no {} {}", name_of(get.kind), to_string(get.id))};
}

std::vector<EntityId> RidDss::subscribers_of(const Extents* old, const Extents* extents, Time now) const {
  std::vector<EntityId> ids;
  for (const Extents* one : {old, extents}) {
    if (!one) continue;
    for (const RidSubscription* subscription : subscriptions_.near(*one, now)) ids.push_back(subscription->id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// Writing.

// The version before is in it: what is put again as it was is another version all the same. Digits and lower-case letters only, which
// public tests ask for.
std::string RidDss::version_after(const RidPut& put, Time now) const {
  const std::string what = fmt::format("{} after {}", name_of(put.kind), put.version.value_or(""));
  return ledger::to_hex(token_of(options_.salt, what, put.id, 0, put.content, now)).substr(0, 32);
}

Result<std::shared_ptr<const Extents>> RidDss::extents_of_put(const RidPut& put, Interval<Time> time) const {
  Volume volume = put.extents;
  volume.time = time;
  auto extents = extents_within({std::move(volume)}, options_.area_km2, ErrorCode::bad_input);
  if (!extents) return Error(extents.error()).within("extents");
  return extents;
}

Result<RidDecision> RidDss::decide_on(const RidPut& put, const RidCaller& caller, Time now) const {
  if (auto fault = fault_of_url(url_in(put.through, put.kind, put.url), url_member(put), options_.base_urls)) return *fault;
  const auto request = digest(caller.owner, fmt::format("put {}", name_of(put.kind)), to_string(put.id), put.version, put.content);
  if (const RidResponse* answer = answered_before(request, now)) return RidDecision{*answer, {}};
  return put.kind == RidKind::area ? decide_put_area(put, request, caller, now) : decide_put_subscription(put, request, caller, now);
}

Result<RidDecision> RidDss::decide_put_area(const RidPut& put, const ledger::Hash& request, const RidCaller& caller, Time now) const {
  const ServiceArea* old = areas_.find(put.id, now);
  if (auto fault = fault_of_put(put, old, caller)) return *fault;
  if (!old && areas_.size() >= options_.most_entities) return Error{ErrorCode::over_limit, "this DSS holds as many identification service areas as it can"};
  const auto before = time_before(old);
  const auto time = time_of(put.starts, put.ends || !before ? put.ends : std::optional(before->to), before, now, {options_.start_in_past});
  if (!time) return time.error();
  const auto extents = extents_of_put(put, *time);
  if (!extents) return extents.error();
  RidChange change;
  change.time = now;
  change.request = request;
  change.notified = subscribers_of(old ? old->extents.get() : nullptr, extents->get(), now);
  change.areas.push_back({put.id, caller.owner, version_after(put, now), put.url, *extents});
  return decided(std::move(change));
}

std::size_t RidDss::most_in_a_cell(const Covering& cells, const std::string& owner, EntityId except, Time now) const {
  std::vector<std::pair<std::uint64_t, int>> steps;   // a cell, and whether one begins or has ended there
  for (const RidSubscription* other : subscriptions_.near(Extents{{}, cells, {}}, now)) {
    if (other->owner != owner || other->id == except) continue;
    const Covering& theirs = other->extents->cells;
    for (std::size_t mine = 0, k = 0; mine < cells.size() && k < theirs.size(); cells[mine].last < theirs[k].last ? ++mine : ++k) {
      const std::uint32_t first = std::max(cells[mine].first, theirs[k].first), last = std::min(cells[mine].last, theirs[k].last);
      if (first > last) continue;
      steps.emplace_back(first, 1);
      steps.emplace_back(std::uint64_t{last} + 1, -1);
    }
  }
  std::sort(steps.begin(), steps.end());
  std::ptrdiff_t here = 0, most = 0;
  for (const auto& step : steps) most = std::max(most, here += step.second);
  return static_cast<std::size_t>(most);
}

Result<RidDecision> RidDss::decide_put_subscription(const RidPut& put, const ledger::Hash& request, const RidCaller& caller, Time now) const {
  const RidSubscription* old = subscriptions_.find(put.id, now);
  if (auto fault = fault_of_put(put, old, caller)) return *fault;
  if (!old && subscriptions_.size() >= options_.most_entities) return Error{ErrorCode::over_limit, "this DSS holds as many subscriptions as it can"};
  const auto time = time_of(put.starts, put.ends, time_before(old), now, {options_.start_in_past, options_.subscription_duration});
  if (!time) return time.error();
  const auto extents = extents_of_put(put, *time);
  if (!extents) return extents.error();
  if (most_in_a_cell((*extents)->cells, caller.owner, put.id, now) >= options_.subscriptions_in_a_place) {
    return RidDecision{TooManySubscriptions{fmt::format("you have {} subscriptions in a part of this area, which is the most; search for them, and delete or join some",
                                                        options_.subscriptions_in_a_place)}, {}};
  }
  RidChange change;
  change.time = now;
  change.request = request;
  change.subscriptions.push_back({put.id, caller.owner, version_after(put, now), old ? old->notification_index : 0, put.url, *extents});
  return decided(std::move(change));
}

Result<RidDecision> RidDss::decide_on(const RidDelete& removal, const RidCaller& caller, Time now) const {
  const auto request = digest(caller.owner, fmt::format("delete {}", name_of(removal.kind)), to_string(removal.id), removal.version, {});
  if (const RidResponse* answer = answered_before(request, now)) return RidDecision{*answer, {}};
  const ServiceArea* area = removal.kind == RidKind::area ? areas_.find(removal.id, now) : nullptr;
  const RidSubscription* subscription = removal.kind == RidKind::subscription ? subscriptions_.find(removal.id, now) : nullptr;
  if (auto fault = fault_of_version(named(removal.kind, removal.id), area ? standing(area) : standing(subscription), removal.version, caller.owner)) return *fault;
  RidChange change;
  change.time = now;
  change.request = request;
  if (area) change.notified = subscribers_of(area->extents.get(), nullptr, now);
  (area ? change.ended_areas : change.ended_subscriptions).push_back(removal.id);
  return decided(std::move(change));
}

// Answers.

RidDecision RidDss::decided(RidChange change) const {
  auto answer = std::make_shared<const RidResponse>(answer_to(change));
  change.answer = answer;
  return {*answer, std::move(change)};
}

std::vector<RidSubscriber> RidDss::subscribers_in(const RidChange& change) const {
  std::vector<const RidSubscription*> told;
  for (const EntityId id : change.notified) {
    if (const RidSubscription* found = subscriptions_.find(id)) told.push_back(found);
  }
  std::stable_sort(told.begin(), told.end(), [](const RidSubscription* a, const RidSubscription* b) { return a->url < b->url; });
  std::vector<RidSubscriber> subscribers;
  for (const RidSubscription* subscription : told) {
    if (subscribers.empty() || subscribers.back().url != subscription->url) subscribers.push_back({subscription->url, {}});
    subscribers.back().subscriptions.push_back({subscription->id, one_more(subscription->notification_index)});
  }
  return subscribers;
}

// Of a change that decide() made: it changes one thing.
RidResponse RidDss::answer_to(const RidChange& change) const {
  if (!change.areas.empty()) {
    const ServiceArea& area = change.areas[0];
    return AreaChanged{view_of(area), subscribers_in(change), areas_.find(area.id, change.time) ? Outcome::updated : Outcome::created};
  }
  if (!change.ended_areas.empty()) {
    const ServiceArea* area = areas_.find(change.ended_areas[0]);
    return AreaChanged{area ? view_of(*area) : ServiceAreaView{}, subscribers_in(change), Outcome::deleted};
  }
  if (!change.subscriptions.empty()) {
    const RidSubscription& subscription = change.subscriptions[0];
    return RidSubscriptionPut{view_of(subscription), areas_near(*subscription.extents, change.time)};
  }
  const RidSubscription* ended = change.ended_subscriptions.empty() ? nullptr : subscriptions_.find(change.ended_subscriptions[0]);
  return RidSubscriptionGot{ended ? view_of(*ended) : RidSubscriptionView{}};
}

// An answer holds as long as what it answered is the last that happened to what was written.
const RidResponse* RidDss::answered_before(const ledger::Hash& request, Time now) const {
  const RidResponse* answer = answers_.find(request);
  if (!answer) return nullptr;
  bool holds = false;
  if (const auto* changed = std::get_if<AreaChanged>(answer)) {
    const ServiceArea* area = areas_.find(changed->area.id, now);
    holds = changed->outcome == Outcome::deleted ? !area : area && area->version == changed->area.version;
  } else if (const auto* put = std::get_if<RidSubscriptionPut>(answer)) {
    const RidSubscription* subscription = subscriptions_.find(put->subscription.id, now);
    holds = subscription && subscription->version == put->subscription.version;
  } else if (const auto* ended = std::get_if<RidSubscriptionGot>(answer)) {
    holds = !subscriptions_.find(ended->subscription.id, now);
  }
  return holds ? answer : nullptr;
}

// Applying.

void RidDss::apply(const RidChange& change) {
  std::shared_ptr<const RidResponse> answer = change.answer;
  if (change.request && !answer) answer = std::make_shared<const RidResponse>(answer_to(change));
  time_ = change.time;
  for (const ServiceArea& area : change.areas) areas_.put(area);
  for (const RidSubscription& subscription : change.subscriptions) subscriptions_.put(subscription);
  for (const EntityId id : areas_.ended(change.time - RidLimits::kept_after_end)) areas_.erase(id);
  for (const EntityId id : subscriptions_.ended(change.time)) subscriptions_.erase(id);
  for (const EntityId id : change.ended_areas) areas_.erase(id);
  for (const EntityId id : change.ended_subscriptions) subscriptions_.erase(id);
  for (const EntityId id : change.notified) {
    subscriptions_.edit(id, [](RidSubscription& s) { s.notification_index = one_more(s.notification_index); });
  }
  if (change.request) answers_.add(*change.request, std::move(answer));
}

void RidDss::whole(std::size_t most, const std::function<void(const RidChange&)>& piece) const {
  SKYPACT_CHECK(most > 0);
  RidChange change;
  const auto hand_over = [&] {
    change.time = time_;
    piece(change);
    change = {};
  };
  const auto add = [&](auto& list, const auto& record) {
    list.push_back(record);
    if (change.areas.size() + change.subscriptions.size() == most) hand_over();
  };
  for (const ServiceArea* area : areas_.all()) add(change.areas, *area);
  for (const RidSubscription* subscription : subscriptions_.all()) add(change.subscriptions, *subscription);
  if (!change.areas.empty() || !change.subscriptions.empty() || areas_.size() + subscriptions_.size() == 0) hand_over();
}

}  // namespace skypact::plan
