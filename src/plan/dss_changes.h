#pragma once
// What a DSS holds, and a change of it, which is what a journal keeps: whoever applies the same changes in the same order has the same
// DSS. The form is docs/formats/dss-journal.md.
//
//     std::string line = to_json(change);
//     Result<Change> again = read_change(line);
//
// Plain values; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "plan/f3548.h"

namespace skypact::plan {

struct ChangeLimits {
  static constexpr std::size_t bytes = std::size_t{512} << 20;   // also where all subscriptions that DssOptions allows are notified
  static constexpr std::size_t repeated_cells = 4;   // volumes that overlap may touch CellLimits::cells this many times over
};

// What is occupied, the cells of it and the bounds of all. Shared, never changed.
struct Extents {
  std::vector<Volume> volumes;
  Covering cells;
  Bounds bounds;
};
// At least one volume. over_limit (CellLimits, ChangeLimits) where they touch more than CellLimits::cells together.
Result<std::shared_ptr<const Extents>> extents_of(std::vector<Volume> volumes);

// The standard's word for an operational intent or a constraint.
struct Entity {
  EntityId id;
  std::string manager;
  std::int32_t version = 0;
  std::string ovn;
  std::string uss_base_url;
  std::optional<IntentState> state;            // of an operational intent only
  std::optional<EntityId> subscription;        // of an operational intent only
  std::shared_ptr<const Extents> extents;
};

struct Subscription {
  EntityId id;
  std::string manager;
  std::string version;
  std::int32_t notification_index = 0;
  std::string uss_base_url;
  bool notify_for_intents = false, notify_for_constraints = false;
  bool implicit = false;
  // Of an implicit one they follow from its intents, have no volumes, and are absent in a change.
  std::shared_ptr<const Extents> extents;
};

struct UssAvailability {
  std::string uss;
  Availability availability = Availability::unknown;
  std::string version;
};

// What has been put replaces what has the same id. In the order of the members: first all that is put, then what has ended, then the
// notifications are counted.
struct Change {
  Time time;                                   // and everything that has ended by then is gone before
  std::optional<ledger::Hash> request;         // by which a repetition is known
  std::vector<Entity> intents, constraints;
  std::vector<Subscription> subscriptions;
  std::vector<UssAvailability> availabilities;
  std::vector<EntityId> ended_intents, ended_constraints, ended_subscriptions;
  std::vector<EntityId> notified;              // subscriptions, ordered: the index of each goes up by one
  std::vector<std::pair<EntityId, EntityId>> suffixes;   // of OVNs that are no more, and their intents: of a whole only

  // What the client was answered. It follows from the change and what it is applied to, so that it need not be kept with it.
  std::shared_ptr<const Response> answer;
};

// Canonical JSON (RFC 8785).
[[nodiscard]] std::string to_json(const Change& change);
// Errors: bad_input, over_limit.
Result<Change> read_change(std::string_view text);

}  // namespace skypact::plan
