#pragma once
// The F3548-21 interface of a DSS as its clients see it: bodies of requests are written, answers read. f3548_json.h is the other side.
//
//     ask("PUT", dss + "/operational_intent_references/" + to_string(put.id), body_of(put));
//     auto changed = read_reference_changed(Kind::operational_intent, answer);
//
// Answers are read leniently: what is not known is ignored, null is as good as absent, but what is acted upon must be there and be
// right. Errors are bad_input, and name the member. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"
#include "plan/f3548.h"

namespace skypact::plan {

struct ClientLimits {
  static constexpr std::size_t references = 100'000;        // of an answer
  static constexpr std::size_t subscribers = 10'000;
  static constexpr std::size_t answer_bytes = std::size_t{64} << 20;
};

[[nodiscard]] std::string body_of(const Query& query);
[[nodiscard]] std::string body_of(const PutIntent& put);
[[nodiscard]] std::string body_of(const PutConstraint& put);
[[nodiscard]] std::string body_of(const PutSubscription& put);

Result<std::vector<Reference>> read_references(Kind kind, std::string_view body);
Result<Reference> read_reference_got(Kind kind, std::string_view body);
Result<ReferenceChanged> read_reference_changed(Kind kind, std::string_view body);   // its outcome is not in the body
Result<AirspaceConflict> read_airspace_conflict(std::string_view body);

// What a DSS shows for an OVN that is another's is read as none.
Result<Reference> read_reference(Kind kind, json::Value value);
Result<std::vector<SubscriptionState>> read_subscriptions(json::Value list);

}  // namespace skypact::plan
