// What is answered to each request, and what it changes.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/dss.h"
#include "plan/dss_rules.h"
#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

Error forbidden(std::string message) { return {ErrorCode::refused, std::move(message)}; }
Error not_found(std::string message) { return {ErrorCode::not_found, std::move(message)}; }
Error stale(std::string message) { return {ErrorCode::conflict, std::move(message)}; }
Error is_down() { return {ErrorCode::unreachable, "your USS is marked Down; it may plan again when its availability has been put to Normal"}; }

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::operational_intent: return "operational intent";
    case Kind::constraint: return "constraint";
    case Kind::subscription: return "subscription";
  }
  return "";
}


// A contingent flight can only end; one that does not conform may come back to its volumes, and is then Activated.
bool may_follow(IntentState from, IntentState to) {
  if (from == IntentState::contingent) return to == IntentState::contingent;
  return from != IntentState::nonconforming || to != IntentState::accepted;
}

std::string named(Kind kind, EntityId id) { return fmt::format("the {} {}", name_of(kind), to_string(id)); }

std::optional<Standing> standing(const Entity* entity) { return entity ? std::optional(Standing{entity->manager, entity->ovn}) : std::nullopt; }
std::optional<Standing> standing(const Subscription* subscription) {
  return subscription ? std::optional(Standing{subscription->manager, subscription->version}) : std::nullopt;
}

// Any order becomes that of the ids.
template <class Answers>
void order(Answers& answers) {
  std::sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

// The OVNs that a client has shown. Ordered, not hashed: the client chooses them.
class Key {
 public:
  explicit Key(const std::vector<std::string>& ovns) : ovns_(ovns.begin(), ovns.end()) { std::sort(ovns_.begin(), ovns_.end()); }
  [[nodiscard]] bool has(const Entity& entity) const { return std::binary_search(ovns_.begin(), ovns_.end(), std::string_view(entity.ovn)); }

 private:
  std::vector<std::string_view> ovns_;
};

}  // namespace

// What one may ask for at all.

std::optional<Error> Dss::fault_of(const PutIntent& put, const Caller& caller, Time now) const {
  if (is_off_plan(put.state) && !caller.conformance_monitoring) {
    return forbidden(fmt::format("the state {} needs the scope utm.conformance_monitoring_sa", to_string(put.state)));
  }
  if (!is_off_plan(put.state) && !caller.strategic_coordination) {
    return forbidden(fmt::format("the state {} needs the scope utm.strategic_coordination", to_string(put.state)));
  }
  if (put.new_subscription && put.new_subscription->notify_for_constraints && !caller.constraint_processing) {
    return forbidden("new_subscription: notify_for_constraints needs the scope utm.constraint_processing");
  }
  if (auto fault = fault_of_url(put.uss_base_url, "uss_base_url", options_.base_urls)) return fault;
  if (put.subscription && put.new_subscription) return bad_input("subscription_id: give either it or new_subscription");
  if (put.new_subscription) {
    if (auto fault = fault_of_url(put.new_subscription->uss_base_url, "new_subscription: uss_base_url", options_.base_urls)) return fault;
  }
  if (put.state != IntentState::accepted && !put.subscription && !put.new_subscription) {
    return bad_input(fmt::format("subscription_id: the state {} needs it, or new_subscription", to_string(put.state)));
  }
  if (put.ovn_suffix) {
    const auto made = time_of_uuid7(*put.ovn_suffix);
    if (!made) return bad_input("requested_ovn_suffix: must be a UUID of version 7");
    if (*made < now - options_.ovn_suffix_skew || *made > now + options_.ovn_suffix_skew) {
      return bad_input(fmt::format("requested_ovn_suffix: was made at {}; must be within {} s of now", exact_time(*made), to_seconds(options_.ovn_suffix_skew)));
    }
  }
  return std::nullopt;
}

// Reading.

Result<Decision> Dss::decide(const Request& request, const Caller& caller, Time now) const {
  if (!is_name(caller.manager)) return forbidden(fmt::format("the token's subject must be a text of 1 to {} bytes", FlightLimits::manager_bytes));
  return std::visit([&](const auto& r) { return decide_on(r, caller, now); }, request);
}

Result<Decision> Dss::decide_on(const Query& query, const Caller& caller, Time now) const {
  if (query.area.time.to <= now) return bad_input("area_of_interest: time_end: is in the past");
  const bool subscriptions = query.kind == Kind::subscription;
  const auto area = extents_within({query.area}, options_.area_km2, subscriptions ? ErrorCode::over_limit : ErrorCode::bad_input);
  if (!area) return Error(area.error()).within("area_of_interest");
  if (subscriptions) {
    SubscriptionsFound found;
    for (const Subscription* subscription : subscriptions_.near(**area, now)) {
      if (subscription->manager == caller.manager) found.subscriptions.push_back(view_of(*subscription, now));
    }
    order(found.subscriptions);
    return Decision{std::move(found), {}};
  }
  ReferencesFound found{query.kind, {}};
  for (const Entity* entity : table(query.kind).near(**area, now)) {
    if (conflict(*entity->extents, **area)) found.references.push_back(reference_of(query.kind, *entity, caller.manager));
  }
  order(found.references);
  return Decision{std::move(found), {}};
}

Result<Decision> Dss::decide_on(const Get& get, const Caller& caller, Time now) const {
  const auto none = [&] { return not_found(fmt::format("there is no {} {}", name_of(get.kind), to_string(get.id))); };
  if (get.kind == Kind::subscription) {
    const Subscription* subscription = subscriptions_.find(get.id, now);
    if (!subscription) return none();
    if (subscription->manager != caller.manager) return forbidden("the subscription is another USS's");
    return Decision{SubscriptionGot{view_of(*subscription, now)}, {}};
  }
  const Entity* entity = table(get.kind).find(get.id, now);
  if (!entity) return none();
  return Decision{ReferenceGot{reference_of(get.kind, *entity, caller.manager)}, {}};
}

Result<Decision> Dss::decide_on(const GetAvailability& get, const Caller&, Time) const {
  const auto found = availabilities_.find(get.uss);
  if (found == availabilities_.end()) return Decision{AvailabilityGot{get.uss, Availability::unknown, ""}, {}};
  return Decision{AvailabilityGot{get.uss, found->second.availability, found->second.version}, {}};
}

// Operational intents.

Dss::Attachment Dss::attach_new(const PutIntent& put, const Entity* old, const Caller& caller, Time now) const {
  const NewSubscription& wanted = *put.new_subscription;
  const Subscription* had = old && old->subscription ? subscriptions_.find(*old->subscription, now) : nullptr;
  Subscription subscription;
  if (had && ends_with(*had, put.id, now)) {
    // Its own stays, and goes on counting, so that it misses no notification.
    if (had->uss_base_url == wanted.uss_base_url && had->notify_for_constraints == wanted.notify_for_constraints) {
      return {had->id, std::nullopt, had->notify_for_constraints};
    }
    subscription = *had;
  } else {
    const auto hash = ledger::sha256(ledger::as_bytes(token("subscription of", put.id, old ? old->version : 0, put.content, now)));
    for (std::size_t k = 0; k < 8; ++k) {
      subscription.id.high = subscription.id.high << 8 | hash.bytes[k];
      subscription.id.low = subscription.id.low << 8 | hash.bytes[k + 8];
    }
    subscription.id.high = (subscription.id.high & ~0xF000ull) | 0x4000;
    subscription.id.low = (subscription.id.low & ~(3ull << 62)) | 2ull << 62;
  }
  subscription.manager = caller.manager;
  subscription.version = token("subscription", subscription.id, subscription.notification_index, put.content, now);
  subscription.uss_base_url = wanted.uss_base_url;
  subscription.notify_for_intents = true;
  subscription.notify_for_constraints = wanted.notify_for_constraints;
  subscription.implicit = true;
  subscription.extents = nullptr;
  return {subscription.id, subscription, subscription.notify_for_constraints};
}

Result<Dss::Attachment> Dss::attach(const PutIntent& put, const Entity* old, const Extents& extents, const Caller& caller, Time now) const {
  if (put.new_subscription) return attach_new(put, old, caller, now);
  if (!put.subscription) return Attachment{};
  const std::string named = fmt::format("subscription_id: the subscription {}", to_string(*put.subscription));
  const Subscription* subscription = subscriptions_.find(*put.subscription, now);
  if (!subscription) return bad_input(named + " does not exist, or has ended");
  if (subscription->manager != caller.manager) return forbidden(named + " is another USS's");
  if (!subscription->notify_for_intents) return bad_input(named + " does not notify for operational intents");
  if (!subscription->implicit) {   // one that was made for an intent grows with it
    if (!covers(subscription->extents->bounds, extents.bounds)) return bad_input(named + " does not cover the times and altitudes of the extents");
    if (!covers(subscription->extents->cells, extents.cells)) return bad_input(named + " does not cover the area of the extents");
  }
  return Attachment{subscription->id, std::nullopt, subscription->notify_for_constraints};
}

// What the key does not prove. Asking the key first is the same and saves the geometry of what is known.
std::optional<AirspaceConflict> Dss::missing(const PutIntent& put, const Extents& extents, bool constraints, const Caller& caller, Time now) const {
  if (is_off_plan(put.state)) return std::nullopt;
  const Key key(put.key);
  AirspaceConflict conflicts;
  for (const Entity* other : intents_.near(extents, now)) {
    if (other->id == put.id || key.has(*other)) continue;
    if (other->state == IntentState::accepted && availability_of(other->manager) == Availability::down) continue;   // nobody can ask it for details
    if (conflict(*other->extents, extents)) conflicts.missing_intents.push_back(reference_of(Kind::operational_intent, *other, caller.manager));
  }
  if (constraints) {
    for (const Entity* other : constraints_.near(extents, now)) {
      if (key.has(*other) || !conflict(*other->extents, extents)) continue;
      conflicts.missing_constraints.push_back(reference_of(Kind::constraint, *other, caller.manager));
    }
  }
  if (conflicts.missing_intents.empty() && conflicts.missing_constraints.empty()) return std::nullopt;
  order(conflicts.missing_intents), order(conflicts.missing_constraints);
  conflicts.message = fmt::format("the key has not the current OVNs of {} operational intents and {} constraints; get their details from their USSs, plan anew and try again",
                                  conflicts.missing_intents.size(), conflicts.missing_constraints.size());
  return conflicts;
}

Result<Decision> Dss::decide_on(const PutIntent& put, const Caller& caller, Time now) const {
  if (auto fault = fault_of(put, caller, now)) return *fault;
  const auto request = digest(caller.manager, "put operational intent", to_string(put.id), put.ovn, put.content);
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};

  const Entity* old = intents_.find(put.id, now);
  if (auto fault = fault_of_version(named(Kind::operational_intent, put.id), standing(old), put.ovn, caller.manager)) return *fault;
  if (!old && put.state != IntentState::accepted) return bad_input(fmt::format("state: an operational intent begins as Accepted, not as {}", to_string(put.state)));
  if (old && !may_follow(*old->state, put.state)) return bad_input(fmt::format("state: {} cannot follow {}", to_string(put.state), to_string(*old->state)));
  if (put.ovn_suffix && suffixes_.count({*put.ovn_suffix, put.id})) return bad_input("requested_ovn_suffix: this operational intent had it before; make a new one");
  if (!is_off_plan(put.state) && availability_of(caller.manager) == Availability::down) return is_down();
  if (!old && intents_.size() >= options_.most_entities) return Error{ErrorCode::over_limit, "this DSS holds as many operational intents as it can"};

  const auto extents = extents_within(put.extents, options_.area_km2, ErrorCode::bad_input);
  if (!extents) return Error(extents.error()).within("extents");
  const Interval<Time> time = (*extents)->bounds.time;
  if (time.to <= now) return bad_input("extents: time_end: is in the past");
  if (time.to > now + options_.intent_horizon) {
    return bad_input(fmt::format("extents: time_end: is more than {:.0f} days ahead", to_seconds(options_.intent_horizon) / 86'400));
  }
  auto attachment = attach(put, old, **extents, caller, now);
  if (!attachment) return attachment.error();
  if (auto conflicts = missing(put, **extents, attachment->for_constraints, caller, now)) return Decision{*std::move(conflicts), {}};

  const std::int32_t version = old ? old->version + 1 : 1;
  std::string ovn = put.ovn_suffix ? to_string(put.id) + '_' + to_string(*put.ovn_suffix) : token("operational intent", put.id, version, put.content, now);
  Change change;
  change.time = now;
  change.request = request;
  const auto left = old ? left_behind(*old, attachment->id, now) : std::nullopt;
  // An implicit subscription that is new, or grows by this, reaches what is new only when it is written: it is told in any case.
  change.notified = subscribers_of(Kind::operational_intent, {old ? old->extents.get() : nullptr, extents->get(), attachment->id, left}, now);
  change.intents.push_back({put.id, caller.manager, version, std::move(ovn), put.uss_base_url, put.state, attachment->id, *extents});
  if (attachment->put) change.subscriptions.push_back(*attachment->put);
  if (left) change.ended_subscriptions.push_back(*left);
  return decided(std::move(change));
}

// Constraints.

Result<Decision> Dss::decide_on(const PutConstraint& put, const Caller& caller, Time now) const {
  if (auto fault = fault_of_url(put.uss_base_url, "uss_base_url", options_.base_urls)) return *fault;
  const auto request = digest(caller.manager, "put constraint", to_string(put.id), put.ovn, put.content);
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};

  const Entity* old = constraints_.find(put.id, now);
  if (auto fault = fault_of_version(named(Kind::constraint, put.id), standing(old), put.ovn, caller.manager)) return *fault;
  if (!old && constraints_.size() >= options_.most_entities) return Error{ErrorCode::over_limit, "this DSS holds as many constraints as it can"};
  const auto extents = extents_within(put.extents, options_.constraint_area_km2, ErrorCode::bad_input);
  if (!extents) return Error(extents.error()).within("extents");
  const Interval<Time> time = (*extents)->bounds.time;
  if (time.to <= now) return bad_input("extents: time_end: is in the past");
  if (time.to > now + options_.constraint_horizon) {
    return bad_input(fmt::format("extents: time_end: is more than {:.0f} days ahead", to_seconds(options_.constraint_horizon) / 86'400));
  }
  if (time.to - time.from > options_.constraint_duration) {
    return bad_input(fmt::format("extents: time_end: is more than {:.0f} h after time_start", to_seconds(options_.constraint_duration) / 3'600));
  }
  const std::int32_t version = old ? old->version + 1 : 1;
  Change change;
  change.time = now;
  change.request = request;
  change.notified = subscribers_of(Kind::constraint, {old ? old->extents.get() : nullptr, extents->get()}, now);
  change.constraints.push_back({put.id, caller.manager, version, token("constraint", put.id, version, put.content, now), put.uss_base_url, {}, {}, *extents});
  return decided(std::move(change));
}

// Subscriptions.

Result<Decision> Dss::decide_on(const PutSubscription& put, const Caller& caller, Time now) const {
  if (auto fault = fault_of_url(put.uss_base_url, "uss_base_url", options_.base_urls)) return *fault;
  if (!put.notify_for_intents && !put.notify_for_constraints) return bad_input("notify_for_operational_intents: it or notify_for_constraints must be true");
  if (put.notify_for_intents && !caller.strategic_coordination) return forbidden("notify_for_operational_intents needs the scope utm.strategic_coordination");
  if (put.notify_for_constraints && !caller.constraint_processing) return forbidden("notify_for_constraints needs the scope utm.constraint_processing");
  const auto request = digest(caller.manager, "put subscription", to_string(put.id), put.version, put.content);
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};

  const Subscription* old = subscriptions_.find(put.id, now);
  if (auto fault = fault_of_version(named(Kind::subscription, put.id), standing(old), put.version, caller.manager)) return *fault;
  if (!old && subscriptions_.size() >= options_.most_entities) return Error{ErrorCode::over_limit, "this DSS holds as many subscriptions as it can"};
  const auto before = old ? std::optional(old->extents->bounds.time) : std::nullopt;
  const auto time = time_of(put.starts, put.ends, before, now, {options_.start_in_past, options_.subscription_duration});
  if (!time) return time.error();
  Volume volume = put.extents;
  volume.time = *time;
  const auto extents = extents_within({std::move(volume)}, options_.area_km2, ErrorCode::bad_input);
  if (!extents) return Error(extents.error()).within("extents");
  for (const EntityId id : old ? dependents_of(put.id, now) : std::vector<EntityId>{}) {
    const Extents& needed = *intents_.find(id, now)->extents;
    const bool covered = put.notify_for_intents && covers((*extents)->bounds, needed.bounds) && covers((*extents)->cells, needed.cells);
    if (!covered) return bad_input(fmt::format("extents: the operational intent {} depends on this subscription and would not be covered", to_string(id)));
  }
  const std::int32_t index = old ? old->notification_index : 0;
  Change change;
  change.time = now;
  change.request = request;
  change.subscriptions.push_back({put.id, caller.manager, token("subscription", put.id, index, put.content, now), index, put.uss_base_url, put.notify_for_intents,
                                  put.notify_for_constraints, false, *extents});
  return decided(std::move(change));
}

// Deleting.

Result<Decision> Dss::decide_on(const Delete& removal, const Caller& caller, Time now) const {
  return removal.kind == Kind::subscription ? decide_delete_subscription(removal, caller, now) : decide_delete_entity(removal, caller, now);
}

Result<Decision> Dss::decide_delete_entity(const Delete& removal, const Caller& caller, Time now) const {
  if (removal.kind == Kind::operational_intent && availability_of(caller.manager) == Availability::down) return is_down();
  const auto request = digest(caller.manager, removal.kind == Kind::constraint ? "delete constraint" : "delete operational intent", to_string(removal.id), removal.version, {});
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};
  const Entity* old = table(removal.kind).find(removal.id, now);
  if (auto fault = fault_of_version(named(removal.kind, removal.id), standing(old), removal.version, caller.manager)) return *fault;

  Change change;
  change.time = now;
  change.request = request;
  const auto left = left_behind(*old, std::nullopt, now);
  change.notified = subscribers_of(removal.kind, {old->extents.get(), nullptr, std::nullopt, left}, now);
  (removal.kind == Kind::constraint ? change.ended_constraints : change.ended_intents).push_back(removal.id);
  if (left) change.ended_subscriptions.push_back(*left);
  return decided(std::move(change));
}

Result<Decision> Dss::decide_delete_subscription(const Delete& removal, const Caller& caller, Time now) const {
  const auto request = digest(caller.manager, "delete subscription", to_string(removal.id), removal.version, {});
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};
  const Subscription* old = subscriptions_.find(removal.id, now);
  if (auto fault = fault_of_version(named(Kind::subscription, removal.id), standing(old), removal.version, caller.manager)) return *fault;
  if (const auto dependents = dependents_of(removal.id, now); !dependents.empty()) {
    return bad_input(fmt::format("the operational intent {} depends on this subscription; give it another one first", to_string(dependents[0])));
  }
  Change change;
  change.time = now;
  change.request = request;
  change.ended_subscriptions.push_back(removal.id);
  return decided(std::move(change));
}

// Availability.

Result<Decision> Dss::decide_on(const PutAvailability& put, const Caller& caller, Time now) const {
  if (!caller.availability_arbitration) return forbidden("the availability of a USS needs the scope utm.availability_arbitration");
  if (!is_name(put.uss)) return bad_input(fmt::format("uss_id: must be a text of 1 to {} bytes", FlightLimits::manager_bytes));
  const std::string what = fmt::format("put availability {}", to_string(put.availability));
  const auto request = digest(caller.manager, what, put.uss, put.old_version, {});
  if (const Response* answer = answered_before(request, now)) return Decision{*answer, {}};
  const auto found = availabilities_.find(put.uss);
  const std::string current = found == availabilities_.end() ? "" : found->second.version;
  if (current != put.old_version) return stale("old_version: the availability has another version by now; get it and try again");
  if (found == availabilities_.end() && availabilities_.size() >= options_.most_availabilities) {
    return Error{ErrorCode::over_limit, "this DSS holds the availability of as many USSs as it can"};
  }
  Change change;
  change.time = now;
  change.request = request;
  change.availabilities.push_back({put.uss, put.availability, token("availability", {}, 0, request, now)});
  return decided(std::move(change));
}

}  // namespace skypact::plan
