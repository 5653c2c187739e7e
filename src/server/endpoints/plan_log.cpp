// /api/v1/plans/log, /api/v1/plans/log_sets: what this node has logged as a USS (docs/formats/uss-log.md).

#include <optional>
#include <string>

#include "json/fields.h"
#include "json/writer.h"
#include "plan/volume_json.h"
#include "server/endpoints/endpoints.h"
#include "server/uss_desk.h"

namespace skypact::server::endpoints {
namespace {

constexpr std::size_t longest_manager = 256;

Response no_uss() { return error_response(404, "not_found", "This node is no USS; [uss] in its configuration makes it one (docs/f3548.md)."); }

}  // namespace

Reply get_plan_log(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto from = parse_rfc3339(call.request.query("from").value_or("")), until = parse_rfc3339(call.request.query("until").value_or(""));
  if (!from) return error_response(400, "bad_request", "from: must be a time as 2026-11-23T19:53:45Z");
  if (!until) return error_response(400, "bad_request", "until: must be a time as 2026-11-23T19:53:45Z");
  return LaterReply{[&log = desk->log(), stretch = Interval<Time>{*from, *until}] {
    auto set = log.set(stretch);
    return set ? json_response(*std::move(set)) : error_response(set.error());
  }};
}

Reply post_plan_log_set(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  json::Fields fields(document->root());
  const auto from = fields.time("from", json::required), until = fields.time("until", json::required);
  const std::string only_for(fields.text("for", 1, longest_manager).value_or(""));
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  return LaterReply{[desk, stretch = Interval<Time>{*from, *until}, only_for] {
    const auto released = desk->log().release(stretch, only_for);
    if (!released) return error_response(released.error());
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("id", released->id);
    out.field("url", desk->setup().base_url + "/uss/v1/log_sets/" + released->id);
    out.field("expires_at", plan::exact_time(released->expires_at));
    out.end_object();
    return json_response(std::move(body), 201);
  }};
}

}  // namespace skypact::server::endpoints
