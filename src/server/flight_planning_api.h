#pragma once
// FlightPlanningApi: lets an outside test director plan flights here as a user would: the Flight Planning Automated Testing Interface of
// InterUSS, version 0.7.0 (docs/f3548.md). It is served on a listener of its own, where the configuration opens one: whoever may ask
// there flies in this USS's name.
//
//     FlightPlanningApi api({.desk = desk, .now = now});
//     TokenRoutes routes(keys, now, api.routes(), "docs/f3548.md");
//
// Any thread.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "plan/uuid.h"
#include "server/token_routes.h"
#include "server/uss_desk.h"

namespace skypact::server {

struct FlightPlanningLimits {
  static constexpr std::size_t plans = 10'000;             // of a director, whether they have ended or not
  static constexpr std::size_t requests = 1'000;           // the last, whose answers are given again
  static constexpr std::size_t request_id_bytes = 256;
};

class FlightPlanningApi {
 public:
  FlightPlanningApi(UssDesk& desk, std::function<Time()> now) : desk_(desk), now_(std::move(now)) {}
  // They ask this object, which must outlive them.
  [[nodiscard]] std::vector<TokenRoute> routes();

 private:
  [[nodiscard]] Reply status(const TokenCall& call);
  [[nodiscard]] Reply upsert(const TokenCall& call);
  [[nodiscard]] Reply remove(const TokenCall& call);
  [[nodiscard]] Reply clear_area(const TokenCall& call);
  [[nodiscard]] Reply user_notifications(const TokenCall& call);

  // The intent that a director's plan is now; a plan that has ended is planned anew as another intent.
  [[nodiscard]] std::optional<plan::EntityId> intent_of(plan::EntityId plan);
  [[nodiscard]] std::optional<std::string> answered(const std::string& request);
  void remember(const std::string& request, const std::string& answer);

  UssDesk& desk_;
  const std::function<Time()> now_;
  std::mutex mutex_;
  std::map<plan::EntityId, plan::EntityId> intents_;       // by the director's id
  std::deque<std::pair<std::string, std::string>> answers_;
};

}  // namespace skypact::server
