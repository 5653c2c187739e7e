// What is held: looking it up, telling it, and changing it.

#include "plan/dss.h"

#include <algorithm>

#include <fmt/format.h>

#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

std::optional<EntityId> suffix_of(const Entity& intent) {
  constexpr std::size_t uuid = 36;
  const bool has_one = intent.ovn.size() == 2 * uuid + 1 && intent.ovn[uuid] == '_';
  return has_one ? parse_entity_id(std::string_view(intent.ovn).substr(uuid + 1)) : std::nullopt;
}

}  // namespace

// Looking up.

bool Dss::conflict(const Extents& a, const Extents& b) const {
  return options_.conflicts == ConflictRule::by_cells || intersects(a.volumes, b.volumes);
}

Availability Dss::availability_of(const std::string& manager) const {
  const auto found = availabilities_.find(manager);
  return found == availabilities_.end() ? Availability::unknown : found->second.availability;
}

std::string Dss::token(std::string_view what, EntityId id, std::int64_t version, const ledger::Hash& content, Time now) const {
  std::string token = ledger::to_base64(token_of(options_.salt, what, id, version, content, now));
  for (char& c : token) c = c == '+' ? '-' : c == '/' ? '.' : c == '=' ? '_' : c;
  return token;
}

std::vector<EntityId> Dss::dependents_of(EntityId subscription, Time now) const {
  std::vector<EntityId> ids;
  for (auto at = dependents_.lower_bound({subscription, {}}); at != dependents_.end() && at->first == subscription; ++at) {
    if (intents_.find(at->second, now)) ids.push_back(at->second);
  }
  return ids;
}

bool Dss::ends_with(const Subscription& subscription, EntityId intent, Time now) const {
  const auto dependents = dependents_of(subscription.id, now);
  return subscription.implicit && std::all_of(dependents.begin(), dependents.end(), [&](EntityId id) { return id == intent; });
}

std::optional<EntityId> Dss::left_behind(const Entity& intent, std::optional<EntityId> now_has, Time now) const {
  if (!intent.subscription || intent.subscription == now_has) return std::nullopt;
  const Subscription* left = subscriptions_.find(*intent.subscription, now);
  return left && ends_with(*left, intent.id, now) ? intent.subscription : std::nullopt;
}

std::vector<EntityId> Dss::subscribers_of(Kind kind, const Between& between, Time now) const {
  std::vector<EntityId> ids;
  if (between.also) ids.push_back(*between.also);
  for (const Extents* extents : {between.old, between.extents}) {
    if (!extents) continue;
    for (const Subscription* subscription : subscriptions_.near(*extents, now)) {
      const bool asks = kind == Kind::constraint ? subscription->notify_for_constraints : subscription->notify_for_intents;
      if (asks && subscription->id != between.except) ids.push_back(subscription->id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// Answers.

Decision Dss::decided(Change change) const {
  auto answer = std::make_shared<const Response>(answer_to(change));
  change.answer = answer;
  return {*answer, std::move(change)};
}

Reference Dss::reference_of(Kind kind, const Entity& entity, const std::string& viewer) const {
  return {kind, entity.id, entity.manager, availability_of(entity.manager), entity.version, viewer == entity.manager ? entity.ovn : "",
          entity.state.value_or(IntentState::accepted), entity.subscription, entity.extents->bounds.time, entity.uss_base_url};
}

SubscriptionView Dss::view_of(const Subscription& subscription, Time now) const {
  return {subscription.id, subscription.version, subscription.notification_index, subscription.extents->bounds.time, subscription.uss_base_url,
          subscription.notify_for_intents, subscription.notify_for_constraints, subscription.implicit, dependents_of(subscription.id, now)};
}

std::vector<Subscriber> Dss::subscribers_in(const Change& change) const {
  std::vector<const Subscription*> told;
  for (const EntityId id : change.notified) {
    const auto put = std::find_if(change.subscriptions.begin(), change.subscriptions.end(), [&](const Subscription& s) { return s.id == id; });
    if (const Subscription* found = put != change.subscriptions.end() ? &*put : subscriptions_.find(id)) told.push_back(found);
  }
  std::stable_sort(told.begin(), told.end(), [](const Subscription* a, const Subscription* b) { return a->uss_base_url < b->uss_base_url; });
  std::vector<Subscriber> subscribers;
  for (const Subscription* subscription : told) {
    if (subscribers.empty() || subscribers.back().uss_base_url != subscription->uss_base_url) subscribers.push_back({subscription->uss_base_url, {}, {}});
    Subscriber& last = subscribers.back();
    last.subscriptions.push_back({subscription->id, subscription->notification_index + 1});
    const auto at = std::lower_bound(last.managers.begin(), last.managers.end(), subscription->manager);
    if (at == last.managers.end() || *at != subscription->manager) last.managers.insert(at, subscription->manager);
  }
  return subscribers;
}

SubscriptionPut Dss::answer_to_put(const Subscription& subscription, Time now) const {
  const auto near = [&](Kind kind) {
    std::vector<Reference> references;
    for (const Entity* entity : table(kind).near(*subscription.extents, now)) references.push_back(reference_of(kind, *entity, subscription.manager));
    std::sort(references.begin(), references.end(), [](const Reference& a, const Reference& b) { return a.id < b.id; });
    return references;
  };
  SubscriptionPut answer{view_of(subscription, now), {}, {}};
  if (subscription.notify_for_intents) answer.intents = near(Kind::operational_intent);
  if (subscription.notify_for_constraints) answer.constraints = near(Kind::constraint);
  return answer;
}

// Of a change that decide() made: it changes one thing, and what hangs on it.
Response Dss::answer_to(const Change& change) const {
  const auto put = [&](Kind kind, const Entity& entity) -> Response {
    return ReferenceChanged{reference_of(kind, entity, entity.manager), subscribers_in(change), entity.version == 1 ? Outcome::created : Outcome::updated};
  };
  const auto ended = [&](Kind kind, EntityId id) -> Response {
    const Entity* entity = table(kind).find(id);
    return ReferenceChanged{entity ? reference_of(kind, *entity, entity->manager) : Reference{}, subscribers_in(change), Outcome::deleted};
  };
  if (!change.intents.empty()) return put(Kind::operational_intent, change.intents[0]);
  if (!change.constraints.empty()) return put(Kind::constraint, change.constraints[0]);
  if (!change.ended_intents.empty()) return ended(Kind::operational_intent, change.ended_intents[0]);
  if (!change.ended_constraints.empty()) return ended(Kind::constraint, change.ended_constraints[0]);
  if (!change.subscriptions.empty()) return answer_to_put(change.subscriptions[0], change.time);
  if (!change.ended_subscriptions.empty()) {
    const Subscription* subscription = subscriptions_.find(change.ended_subscriptions[0]);
    return SubscriptionGot{subscription ? view_of(*subscription, change.time) : SubscriptionView{}};
  }
  if (change.availabilities.empty()) return AvailabilityGot{};
  const UssAvailability& availability = change.availabilities[0];
  return AvailabilityGot{availability.uss, availability.availability, availability.version};
}

// An answer holds as long as what it answered is the last that happened to what was written.
const Response* Dss::answered_before(const ledger::Hash& request, Time now) const {
  const Response* answer = answers_.find(request);
  if (!answer) return nullptr;
  if (const auto* changed = std::get_if<ReferenceChanged>(answer)) {
    const Entity* entity = table(changed->reference.kind).find(changed->reference.id, now);
    const bool holds = changed->outcome == Outcome::deleted ? !entity : entity && entity->ovn == changed->reference.ovn;
    return holds ? answer : nullptr;
  }
  if (const auto* put = std::get_if<SubscriptionPut>(answer)) {
    const Subscription* subscription = subscriptions_.find(put->subscription.id, now);
    return subscription && subscription->version == put->subscription.version ? answer : nullptr;
  }
  if (const auto* ended = std::get_if<SubscriptionGot>(answer)) return subscriptions_.find(ended->subscription.id, now) ? nullptr : answer;
  const auto& availability = std::get<AvailabilityGot>(*answer);
  const auto found = availabilities_.find(availability.uss);
  return found != availabilities_.end() && found->second.version == availability.version ? answer : nullptr;
}

// Applying.

std::shared_ptr<const Extents> Dss::extents_of_dependents(EntityId subscription) const {
  std::shared_ptr<Extents> extents;
  for (auto at = dependents_.lower_bound({subscription, {}}); at != dependents_.end() && at->first == subscription; ++at) {
    const Extents& one = *intents_.find(at->second)->extents;
    if (!extents) {
      extents = std::make_shared<Extents>(Extents{{}, one.cells, one.bounds});
    } else {
      extents->cells = joined(extents->cells, one.cells);
      extents->bounds = joined(extents->bounds, one.bounds);
    }
  }
  return extents;
}

void Dss::fit(EntityId id) {
  const Subscription* found = subscriptions_.find(id);
  if (!found || !found->implicit) return;
  Subscription fitted = *found;
  fitted.extents = extents_of_dependents(id);
  if (!fitted.extents) return subscriptions_.erase(id);
  subscriptions_.put(std::move(fitted));
}

void Dss::end_intent(EntityId id, Touched& touched) {
  const Entity* intent = intents_.find(id);
  if (!intent) return;
  if (intent->subscription) {
    dependents_.erase({*intent->subscription, id});
    touched.insert(*intent->subscription);
  }
  intents_.erase(id);
}

void Dss::put_intent(const Entity& intent, Touched& touched) {
  const Entity* old = intents_.find(intent.id);
  if (old && old->subscription) {
    dependents_.erase({*old->subscription, intent.id});
    touched.insert(*old->subscription);
  }
  if (intent.subscription) {
    dependents_.insert({*intent.subscription, intent.id});
    touched.insert(*intent.subscription);
  }
  if (const auto suffix = suffix_of(intent)) suffixes_.insert({*suffix, intent.id});
  intents_.put(intent);
}

void Dss::drop_ended(Time time, Touched& touched) {
  for (const EntityId id : intents_.ended(time)) end_intent(id, touched);
  for (const EntityId id : constraints_.ended(time)) constraints_.erase(id);
  for (const EntityId id : subscriptions_.ended(time)) subscriptions_.erase(id);
  // Ordered by their times; what is too old would be refused for that.
  while (!suffixes_.empty() && time_of_uuid7(suffixes_.begin()->first).value_or(Time::min()) < time - options_.ovn_suffix_skew) suffixes_.erase(suffixes_.begin());
}

void Dss::apply(const Change& change) {
  std::shared_ptr<const Response> answer = change.answer;
  if (change.request && !answer) answer = std::make_shared<const Response>(answer_to(change));
  time_ = change.time;

  Touched touched;
  drop_ended(change.time, touched);
  for (const Entity& intent : change.intents) put_intent(intent, touched);
  for (const Entity& constraint : change.constraints) constraints_.put(constraint);
  for (Subscription subscription : change.subscriptions) {
    if (subscription.implicit) subscription.extents = extents_of_dependents(subscription.id);
    if (subscription.extents) subscriptions_.put(std::move(subscription));
  }
  for (const UssAvailability& availability : change.availabilities) availabilities_[availability.uss] = availability;
  suffixes_.insert(change.suffixes.begin(), change.suffixes.end());
  for (const EntityId id : change.ended_intents) end_intent(id, touched);
  for (const EntityId id : change.ended_constraints) constraints_.erase(id);
  for (const EntityId id : change.ended_subscriptions) subscriptions_.erase(id);
  for (const EntityId id : touched) fit(id);
  for (const EntityId id : change.notified) subscriptions_.edit(id, [](Subscription& s) { ++s.notification_index; });
  if (change.request) answers_.add(*change.request, std::move(answer));
}

void Dss::whole(std::size_t most, const std::function<void(const Change&)>& piece) const {
  Change change;
  std::size_t held = 0;
  const auto tell = [&] {
    change.time = time_;
    piece(std::exchange(change, {}));
    held = 0;
  };
  const auto put = [&](auto& list, auto one) {
    if (held == most) tell();
    list.push_back(std::move(one));
    ++held;
  };
  // Subscriptions after what they depend on: the extents of implicit ones are those of their intents.
  for (const Entity* intent : intents_.all()) put(change.intents, *intent);
  for (const Entity* constraint : constraints_.all()) put(change.constraints, *constraint);
  for (const Subscription* subscription : subscriptions_.all()) put(change.subscriptions, *subscription);
  for (const auto& [uss, availability] : availabilities_) put(change.availabilities, availability);
  for (const auto& suffix : suffixes_) put(change.suffixes, suffix);
  tell();
}

}  // namespace skypact::plan
