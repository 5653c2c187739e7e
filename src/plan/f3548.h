#pragma once
// What clients ask of a DSS and what it answers: the messages of the ASTM F3548-21 interface as values. f3548_json.h reads and writes
// them.
//
// Plain values; any thread.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "ledger/hash.h"
#include "plan/cell_index.h"
#include "plan/uuid.h"
#include "plan/volume.h"

namespace skypact::plan {

// The standard's entities, and subscriptions, which are asked about alike.
enum class Kind : std::uint8_t { operational_intent, constraint, subscription };
enum class IntentState : std::uint8_t { accepted, activated, nonconforming, contingent };
enum class Availability : std::uint8_t { unknown, normal, down };
// As messages name them, in the order of the enums.
inline const std::initializer_list<std::string_view> intent_state_words{"Accepted", "Activated", "Nonconforming", "Contingent"};
inline const std::initializer_list<std::string_view> availability_words{"Unknown", "Normal", "Down"};
[[nodiscard]] std::string_view to_string(IntentState state);
// In the air, and not where it was planned.
[[nodiscard]] constexpr bool is_off_plan(IntentState state) { return state == IntentState::nonconforming || state == IntentState::contingent; }
[[nodiscard]] std::string_view to_string(Availability availability);

// Whose token came with the request, and what it permits.
struct Caller {
  std::string manager;
  bool strategic_coordination = false, constraint_management = false, constraint_processing = false, conformance_monitoring = false,
       availability_arbitration = false;
};

struct FlightLimits {
  static constexpr std::size_t vertices = 10'000;            // OiMaxVertices, of all volumes together
  static constexpr std::size_t constraint_vertices = 1'000;  // CstrMaxVertices
  static constexpr std::size_t volumes = 1'000;
  static constexpr std::size_t url_bytes = 2'048;
  static constexpr std::size_t manager_bytes = 256;
  static constexpr std::size_t ovn_bytes = 128;              // EntityOVN
  static constexpr std::size_t key = 50'000;
};

// Requests. `ovn` and `version` are of the path; absent where something is created. `content` is the hash of the body as it came: a
// request that is repeated is known by it.

struct Query {
  Kind kind = Kind::operational_intent;
  Volume area;
};
struct Get {
  Kind kind = Kind::operational_intent;
  EntityId id;
};
struct Delete {
  Kind kind = Kind::operational_intent;
  EntityId id;
  std::string version;   // an entity's OVN
};

struct NewSubscription {
  std::string uss_base_url;
  bool notify_for_constraints = false;
};
struct PutIntent {
  EntityId id;
  std::optional<std::string> ovn;
  std::vector<Volume> extents;
  std::vector<std::string> key;
  IntentState state = IntentState::accepted;
  std::string uss_base_url;
  std::optional<EntityId> subscription;
  std::optional<NewSubscription> new_subscription;
  std::optional<EntityId> ovn_suffix;
  ledger::Hash content;
};
struct PutConstraint {
  EntityId id;
  std::optional<std::string> ovn;
  std::vector<Volume> extents;
  std::string uss_base_url;
  ledger::Hash content;
};
struct PutSubscription {
  EntityId id;
  std::optional<std::string> version;
  Volume extents;                              // where `starts` and `ends` are absent the DSS chooses
  std::optional<Time> starts, ends;
  std::string uss_base_url;
  bool notify_for_intents = false, notify_for_constraints = false;
  ledger::Hash content;
};
struct GetAvailability {
  std::string uss;
};
struct PutAvailability {
  std::string uss;
  Availability availability = Availability::unknown;
  std::string old_version;
};

using Request = std::variant<Query, Get, Delete, PutIntent, PutConstraint, PutSubscription, GetAvailability, PutAvailability>;

// Answers.

// Of an operational intent or a constraint.
struct Reference {
  Kind kind = Kind::operational_intent;
  EntityId id;
  std::string manager;
  Availability availability = Availability::unknown;
  std::int32_t version = 0;
  std::string ovn;                        // only for its manager; for others empty
  IntentState state = IntentState::accepted;   // of an intent
  std::optional<EntityId> subscription;        // of an intent
  Interval<Time> time;
  std::string uss_base_url;
};
struct SubscriptionView {
  EntityId id;
  std::string version;
  std::int32_t notification_index = 0;
  Interval<Time> time;
  std::string uss_base_url;
  bool notify_for_intents = false, notify_for_constraints = false, implicit = false;
  std::vector<EntityId> dependents;       // ordered
};
struct SubscriptionState {
  EntityId id;
  std::int32_t notification_index = 0;
};
// Those that one USS has to be told for; ordered by URL and id.
struct Subscriber {
  std::string uss_base_url;
  std::vector<std::string> managers;      // whose they are, ordered: an extension, so that a failed notification can be reported
  std::vector<SubscriptionState> subscriptions;
};

struct ReferencesFound {
  Kind kind = Kind::operational_intent;
  std::vector<Reference> references;      // ordered by id
};
struct ReferenceGot {
  Reference reference;
};
enum class Outcome : std::uint8_t { created, updated, deleted };
struct ReferenceChanged {
  Reference reference;                    // of what was deleted: as it was
  std::vector<Subscriber> subscribers;
  Outcome outcome = Outcome::created;
};
struct SubscriptionsFound {
  std::vector<SubscriptionView> subscriptions;
};
struct SubscriptionGot {                  // or deleted
  SubscriptionView subscription;
};
struct SubscriptionPut {
  SubscriptionView subscription;
  std::vector<Reference> intents, constraints;
};
// A request that did not prove that it knows the airspace as it is.
struct AirspaceConflict {
  std::string message;
  std::vector<Reference> missing_intents, missing_constraints;
};
struct AvailabilityGot {                  // or put
  std::string uss;
  Availability availability = Availability::unknown;
  std::string version;                    // "": never put
};

using Response = std::variant<ReferencesFound, ReferenceGot, ReferenceChanged, SubscriptionsFound, SubscriptionGot, SubscriptionPut, AirspaceConflict, AvailabilityGot>;

}  // namespace skypact::plan
