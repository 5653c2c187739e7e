#pragma once
// Dss: the discovery and synchronisation service of ASTM F3548-21 as a deterministic machine. It says who plans what where, lets nobody
// plan without having seen what others plan there, and says whom to tell.
//
//     Result<Decision> decision = dss.decide(request, caller, now);
//     if (!decision) return refused(decision.error());
//     if (decision->change) journal(to_json(*decision->change)), dss.apply(*decision->change);
//     return answered(decision->response);
//
// The error's code is the status: bad_input 400, refused 403, not_found 404, conflict 409, unreachable 412 (the caller itself is marked
// Down), over_limit 413. An AirspaceConflict is 409 too. Which scope a route needs at all is for the caller of decide() to see to; what
// depends on the content is decided here.
//
// Two operational intents conflict where plan::intersects says so: in space, altitude and time at once. Subscriptions are compared by
// cells, like the cover that an intent needs of its subscription; so whatever may come to conflict with an intent shares a cell with its
// subscription, and its manager is told.
//
// `now` should not go back: what a change has taken out, because it had ended, stays out.
//
// No clock, file, socket or thread. Not for several threads at once, not for decide() either.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "plan/dss_changes.h"
#include "plan/dss_rules.h"
#include "plan/entity_table.h"
#include "plan/f3548.h"
#include "plan/recent_answers.h"

namespace skypact::plan {

enum class ConflictRule : std::uint8_t {
  exact,      // plan::intersects
  by_cells,   // as the reference implementation: cells, altitudes and times that meet; reports more
};

struct DssOptions {
  std::string salt;                                        // of OVNs and versions: a secret, so that nobody can guess them
  ConflictRule conflicts = ConflictRule::exact;
  BaseUrls base_urls = BaseUrls::https_only;
  double area_km2 = 2'500;                                 // of each volume of an intent, of a subscription, of a query
  double constraint_area_km2 = 10'000;                     // CstrMaxArea
  Duration intent_horizon = std::chrono::days(30);         // OiMaxPlanHorizon
  Duration constraint_horizon = std::chrono::days(56);     // CstrMaxPlanningHorizon
  Duration constraint_duration = std::chrono::hours(24);   // CstrMaxDuration
  Duration subscription_duration = std::chrono::hours(24); // DSSMaxSubscriptionDuration
  Duration start_in_past = minutes(5);                     // of a subscription
  Duration ovn_suffix_skew = minutes(5);
  std::size_t most_entities = 4'000'000;                   // of each kind
  std::size_t most_availabilities = 10'000;
};

struct Decision {
  Response response;
  std::optional<Change> change;   // none: nothing to write
};

class Dss {
 public:
  explicit Dss(DssOptions options = {}) : options_(std::move(options)) {}

  [[nodiscard]] Result<Decision> decide(const Request& request, const Caller& caller, Time now) const;
  // A change that decide() made of this state, or that was recorded after the same changes.
  void apply(const Change& change);

  // All that is held, as changes that make it of nothing, in their order; each but the last puts `most` things. What has been
  // answered is not in them.
  void whole(std::size_t most, const std::function<void(const Change&)>& piece) const;
  // What has ended and is not yet gone is counted.
  [[nodiscard]] std::size_t intents() const { return intents_.size(); }
  [[nodiscard]] std::size_t constraints() const { return constraints_.size(); }
  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }

 private:
  // The subscription that an intent is to have.
  struct Attachment {
    std::optional<EntityId> id;
    std::optional<Subscription> put;   // new, or changed by this
    bool for_constraints = false;
  };

  Result<Decision> decide_on(const Query& query, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const Get& get, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const Delete& removal, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const PutIntent& put, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const PutConstraint& put, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const PutSubscription& put, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const GetAvailability& get, const Caller& caller, Time now) const;
  Result<Decision> decide_on(const PutAvailability& put, const Caller& caller, Time now) const;

  Result<Decision> decide_delete_entity(const Delete& removal, const Caller& caller, Time now) const;
  Result<Decision> decide_delete_subscription(const Delete& removal, const Caller& caller, Time now) const;
  [[nodiscard]] Decision decided(Change change) const;

  [[nodiscard]] std::optional<Error> fault_of(const PutIntent& put, const Caller& caller, Time now) const;
  Result<Attachment> attach(const PutIntent& put, const Entity* old, const Extents& extents, const Caller& caller, Time now) const;
  [[nodiscard]] Attachment attach_new(const PutIntent& put, const Entity* old, const Caller& caller, Time now) const;
  [[nodiscard]] std::optional<AirspaceConflict> missing(const PutIntent& put, const Extents& extents, bool constraints, const Caller& caller, Time now) const;

  [[nodiscard]] bool conflict(const Extents& a, const Extents& b) const;
  [[nodiscard]] const EntityTable<Entity>& table(Kind kind) const { return kind == Kind::constraint ? constraints_ : intents_; }
  [[nodiscard]] Availability availability_of(const std::string& manager) const;
  [[nodiscard]] std::string token(std::string_view what, EntityId id, std::int64_t version, const ledger::Hash& content, Time now) const;
  [[nodiscard]] std::vector<EntityId> dependents_of(EntityId subscription, Time now) const;
  [[nodiscard]] bool ends_with(const Subscription& subscription, EntityId intent, Time now) const;
  // The implicit subscription that ends when the intent has `now_has`, or none.
  [[nodiscard]] std::optional<EntityId> left_behind(const Entity& intent, std::optional<EntityId> now_has, Time now) const;
  // What a change of an entity is between, each of which may be missing; and a subscription that is told in any case, and one that is not.
  struct Between {
    const Extents *old = nullptr, *extents = nullptr;
    std::optional<EntityId> also{}, except{};
  };
  // Ordered.
  [[nodiscard]] std::vector<EntityId> subscribers_of(Kind kind, const Between& between, Time now) const;

  [[nodiscard]] const Response* answered_before(const ledger::Hash& request, Time now) const;
  [[nodiscard]] Response answer_to(const Change& change) const;
  [[nodiscard]] std::vector<Subscriber> subscribers_in(const Change& change) const;
  [[nodiscard]] SubscriptionPut answer_to_put(const Subscription& subscription, Time now) const;
  [[nodiscard]] Reference reference_of(Kind kind, const Entity& entity, const std::string& viewer) const;
  [[nodiscard]] SubscriptionView view_of(const Subscription& subscription, Time now) const;

  using Touched = std::set<EntityId>;   // subscriptions whose intents have changed
  void drop_ended(Time time, Touched& touched);
  void put_intent(const Entity& intent, Touched& touched);
  void end_intent(EntityId id, Touched& touched);
  void fit(EntityId implicit_subscription);
  [[nodiscard]] std::shared_ptr<const Extents> extents_of_dependents(EntityId subscription) const;

  DssOptions options_;
  Time time_;   // of the last change
  EntityTable<Entity> intents_, constraints_;
  EntityTable<Subscription> subscriptions_;
  std::set<std::pair<EntityId, EntityId>> dependents_;   // subscription and intent
  std::map<std::string, UssAvailability> availabilities_;
  // That clients chose for an intent's OVNs, as long as they could choose them again: an OVN that was current before must not be so
  // again, for who knows only what was then would seem to know what is now.
  std::set<std::pair<EntityId, EntityId>> suffixes_;     // suffix and intent
  RecentAnswers answers_;
};

}  // namespace skypact::plan
