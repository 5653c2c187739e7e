#pragma once
// The JSON of the F3548-21 interface: requests are read within limits, answers written.
//
//     auto request = read_put_intent(id_of_path, ovn_of_path, body);
//     if (!request) return request.error();     // "extents[0]: volume: altitude_lower: reference: must be one of W84"
//     …
//     write(response, text);
//
// Members that are not known are ignored; null is as good as absent. Errors are bad_input, and name the member. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"
#include "plan/f3548.h"
#include "plan/volume_json.h"

namespace skypact::plan {

Result<Query> read_query(Kind kind, std::string_view body);
// `ovn` and `version` as in the path; absent for what is to be created.
Result<PutIntent> read_put_intent(std::string_view id, std::optional<std::string_view> ovn, std::string_view body);
Result<PutConstraint> read_put_constraint(std::string_view id, std::optional<std::string_view> ovn, std::string_view body);
Result<PutSubscription> read_put_subscription(std::string_view id, std::optional<std::string_view> version, std::string_view body);
Result<PutAvailability> read_put_availability(std::string_view uss, std::string_view body);

// What others than its manager see for an OVN: what clients of the reference implementation are used to.
inline constexpr std::string_view ovn_for_others = "Available from USS";
// Where an intent has no subscription: the interface wants an id.
inline constexpr EntityId no_subscription{0x0000000000004000, 0x8000000000000000};

void write_reference(json::Writer& out, const Reference& reference);
// The member "subscriptions" of a subscriber, which F3411 has alike.
void write_subscriptions(json::Writer& out, const std::vector<SubscriptionState>& states);

// Appends the body of an answer.
void write(const Response& response, std::string& out);

}  // namespace skypact::plan
