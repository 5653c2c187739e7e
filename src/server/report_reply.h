#pragma once
// The reply to a report of an exchange that went wrong, to the DSS or to this node as a USS: kept, then acknowledged.
//
//     return keep_report(reports, now, call.request.body);
//
// Any thread.

#include <functional>
#include <string_view>

#include "base/time.h"
#include "server/http.h"
#include "server/reports.h"

namespace skypact::server {

// `reports` and `now` outlive the reply.
[[nodiscard]] Reply keep_report(Reports& reports, const std::function<Time()>& now, std::string_view body);

}  // namespace skypact::server
