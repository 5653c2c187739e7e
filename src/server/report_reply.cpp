#include "server/report_reply.h"

#include <utility>

#include "plan/exchange_report.h"
#include "server/token_routes.h"

namespace skypact::server {

Reply keep_report(Reports& reports, const std::function<Time()>& now, std::string_view body) {
  auto report = plan::read_exchange_report(body);
  if (!report) return message_response(400, report.error().message);
  return LaterReply{[&reports, now, report = *std::move(report)] {
    auto kept = reports.keep(report, now());
    if (!kept) return message_response(kept.error().code == ErrorCode::over_limit ? 429 : 503, kept.error().message);
    return json_response(*std::move(kept), 201);
  }};
}

}  // namespace skypact::server
