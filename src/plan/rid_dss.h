#pragma once
// RidDss: the discovery and synchronisation service for remote identification of ASTM F3411-19 and F3411-22a as a deterministic machine.
// Service providers say in it where they can tell who flies, and display providers find them by it and are told of changes. There is one
// store for both versions: what is written through one is seen through the other.
//
//     Result<RidDecision> decision = dss.decide(request, caller, now);
//     if (!decision) return refused(decision.error());
//     if (decision->change) journal(to_json(*decision->change)), dss.apply(*decision->change);
//     return answered(decision->response);
//
// The error's code is the status: bad_input 400, refused 403, not_found 404, conflict 409, over_limit 413. TooManySubscriptions is 429,
// all other responses 200. Which scope a route needs is for the caller of decide() to see to.
//
// Areas, subscriptions and searches are compared by S2 cells of level 13, altitudes and times, and meet where they touch: one is told too
// many, never too few.
//
// `now` should not go back: what a change has taken out, because it had ended, stays out.
//
// No clock, file, socket or thread. Not for several threads at once, not for decide() either.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "plan/dss_rules.h"
#include "plan/entity_table.h"
#include "plan/recent_answers.h"
#include "plan/rid.h"
#include "plan/rid_changes.h"

namespace skypact::plan {

struct RidOptions {
  std::string salt;                                        // of versions: a secret, so that nobody can guess them
  BaseUrls base_urls = BaseUrls::https_only;
  double area_km2 = 2'500;                                 // of an area, a subscription, a search
  Duration subscription_duration = std::chrono::hours(24); // NetDSSMaxSubscriptionDuration
  std::size_t subscriptions_in_a_place = 10;               // NetDSSMaxSubscriptionPerArea: of one owner in any one cell
  Duration start_in_past = minutes(5);
  std::size_t most_entities = 4'000'000;                   // of each kind
};

struct RidLimits {
  // An area that has ended is no more, but can be got by its id for so long.
  static constexpr Duration kept_after_end = minutes(30);
};

// How much an answer holds; RecentAnswersOf asks it.
[[nodiscard]] std::size_t states_in(const RidResponse& response);

struct RidDecision {
  RidResponse response;
  std::optional<RidChange> change;   // none: nothing to write
};

class RidDss {
 public:
  explicit RidDss(RidOptions options = {}) : options_(std::move(options)) {}

  [[nodiscard]] Result<RidDecision> decide(const RidRequest& request, const RidCaller& caller, Time now) const;
  // A change that decide() made of this state, or that was recorded after the same changes.
  void apply(const RidChange& change);

  // All that is held, as changes of at most `most` records each, which applied in order make it of nothing; there is one at least. What
  // has been answered is not in them.
  void whole(std::size_t most, const std::function<void(const RidChange&)>& piece) const;
  // What has ended and is not yet gone is counted.
  [[nodiscard]] std::size_t areas() const { return areas_.size(); }
  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }

 private:
  Result<RidDecision> decide_on(const RidSearch& search, const RidCaller& caller, Time now) const;
  Result<RidDecision> decide_on(const RidGet& get, const RidCaller& caller, Time now) const;
  Result<RidDecision> decide_on(const RidDelete& removal, const RidCaller& caller, Time now) const;
  Result<RidDecision> decide_on(const RidPut& put, const RidCaller& caller, Time now) const;
  Result<RidDecision> decide_put_area(const RidPut& put, const ledger::Hash& request, const RidCaller& caller, Time now) const;
  Result<RidDecision> decide_put_subscription(const RidPut& put, const ledger::Hash& request, const RidCaller& caller, Time now) const;
  [[nodiscard]] RidDecision decided(RidChange change) const;

  [[nodiscard]] std::string version_after(const RidPut& put, Time now) const;
  Result<std::shared_ptr<const Extents>> extents_of_put(const RidPut& put, Interval<Time> time) const;
  // How many of the owner's there are in one of the cells at most.
  [[nodiscard]] std::size_t most_in_a_cell(const Covering& cells, const std::string& owner, EntityId except, Time now) const;
  // Ordered.
  [[nodiscard]] std::vector<EntityId> subscribers_of(const Extents* old, const Extents* extents, Time now) const;

  [[nodiscard]] const RidResponse* answered_before(const ledger::Hash& request, Time now) const;
  [[nodiscard]] RidResponse answer_to(const RidChange& change) const;
  [[nodiscard]] std::vector<RidSubscriber> subscribers_in(const RidChange& change) const;
  [[nodiscard]] std::vector<ServiceAreaView> areas_near(const Extents& extents, Time now) const;

  RidOptions options_;
  Time time_;   // of the last change
  EntityTable<ServiceArea> areas_;
  EntityTable<RidSubscription> subscriptions_;
  RecentAnswersOf<RidResponse> answers_;
};

}  // namespace skypact::plan
