#pragma once
// What USSs tell each other of their operational intents and constraints beyond what the DSS knows: the messages of /uss/v1 of
// ASTM F3548-21 as values, and their JSON.
//
//     auto told = read_disclosed(Kind::operational_intent, body);          // what a peer answered
//     if (auto fault = fault_of(*told, reference_of_the_dss)) return *fault;
//     if (intersects(whole_of(told->details), mine)) …
//
// Members that are not known are ignored; null is as good as absent. Errors are bad_input, and name the member. Pure; any thread.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"
#include "json/fields.h"
#include "json/writer.h"
#include "plan/f3548.h"

namespace skypact::plan {

struct DetailLimits {
  static constexpr std::size_t type_bytes = 256;              // of a constraint
  static constexpr std::int64_t priority = std::numeric_limits<std::int32_t>::max();   // and as far below zero
  static constexpr std::size_t subscriptions = 10'000;        // of a notice
};

struct Details {
  std::vector<Volume> volumes;
  std::vector<Volume> off_nominal;     // of an intent that is off plan
  std::int64_t priority = 0;           // of an intent: a greater one goes first
  std::string type;                    // of a constraint; may be empty
};

// An operational intent or a constraint as its manager discloses it. The reference has the OVN.
struct Disclosed {
  Reference reference;
  Details details;
};

// Tells a USS that has subscribed what an entity is now; none: it is no more.
struct EntityNotice {
  Kind kind = Kind::operational_intent;
  EntityId id;
  std::optional<Disclosed> entity;
  std::vector<SubscriptionState> subscriptions;
};

// All that it may fill.
[[nodiscard]] std::vector<Volume> whole_of(const Details& details);

// What is wrong with the volumes of an entity in this state: which it must have, which not, with which bounds. bad_input.
[[nodiscard]] std::optional<Error> fault_of(const Details& details, Kind kind, IntentState state);
// What is wrong with what a peer disclosed, held against the reference that the DSS has: another entity, another's, older, without
// an OVN, or volumes that break the rules or the reference's times. bad_input.
[[nodiscard]] std::optional<Error> fault_of(const Disclosed& told, const Reference& reference);

// The answers to requests for details.
[[nodiscard]] std::string disclosed_json(const Disclosed& entity);
Result<Disclosed> read_disclosed(Kind kind, std::string_view body);
[[nodiscard]] std::string notice_json(const EntityNotice& notice);
Result<EntityNotice> read_notice(Kind kind, std::string_view body);

// A list of Volume4D, within FlightLimits; none where the member is absent.
Result<std::vector<Volume>> read_volumes(json::Fields& fields, std::string_view name, Kind kind);
// A reference and details as one object, for messages that have them inside.
void write_disclosed(json::Writer& out, const Disclosed& entity);
Result<Disclosed> read_disclosed(Kind kind, json::Value value);
void write_details(json::Writer& out, Kind kind, const Details& details);
Result<Details> read_details(Kind kind, json::Value value);

}  // namespace skypact::plan
