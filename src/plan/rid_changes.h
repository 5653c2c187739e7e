#pragma once
// What a DSS for remote identification holds, and a change of it, which is what a journal keeps: whoever applies the same changes in the
// same order has the same DSS. The form is docs/formats/rid-journal.md.
//
//     std::string line = to_json(change);
//     Result<RidChange> again = read_rid_change(line);
//
// Plain values; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plan/dss_changes.h"
#include "plan/rid.h"

namespace skypact::plan {

// An identification service area: where and when a service provider can say who flies.
struct ServiceArea {
  EntityId id;
  std::string owner;
  std::string version;
  RidUrl url;
  std::shared_ptr<const Extents> extents;   // one volume
};

struct RidSubscription {
  EntityId id;
  std::string owner;
  std::string version;
  std::int32_t notification_index = 0;
  RidUrl url;
  std::shared_ptr<const Extents> extents;   // one volume
};

// What has been put replaces what has the same id. In the order of the members: first all that is put, then what has ended by `time` is
// taken out (areas RidLimits::kept_after_end later), then what has been deleted, then the notifications are counted.
struct RidChange {
  Time time;
  std::optional<ledger::Hash> request;         // by which a repetition is known
  std::vector<ServiceArea> areas;
  std::vector<RidSubscription> subscriptions;
  std::vector<EntityId> ended_areas, ended_subscriptions;
  std::vector<EntityId> notified;              // subscriptions, ordered: the index of each goes up by one

  // What the client was answered. It follows from the change and what it is applied to, so that it need not be kept with it.
  std::shared_ptr<const RidResponse> answer;
};

// Canonical JSON (RFC 8785).
[[nodiscard]] std::string to_json(const RidChange& change);
// Errors: bad_input, over_limit (ChangeLimits).
Result<RidChange> read_rid_change(std::string_view text);

}  // namespace skypact::plan
