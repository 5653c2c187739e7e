#pragma once
// Clearances that stand, as they are in the recording.
//
//     {"asked_by":"north","request":"0007/26","revision":1,"party":"south","clearance":"0003/26","call_signs":["NAF21"],"addresses":[],
//      "route":[[52.5,5.5],[52.1,6.7]],"half_width_m":9260,"from":…,"to":…,"levels":[{"floor":{…},"ceiling":{…}}],"ended":"revoked","ended_from":…}
//
// Limits are openapi.yaml's. "ended" and "ended_from" are absent where it has not. Pure; any thread.

#include "airspace/clearance.h"
#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::node {

struct StandingLimits {
  static constexpr std::size_t names = 100, places = 1'000, levels = 4;
};

void append_standing(json::Writer& out, const StandingClearance& clearance);
// Errors: bad_input, over_limit, naming the member.
Result<StandingClearance> read_standing(json::Value value);

}  // namespace skypact::node
