#include "server/uss_api.h"

#include <utility>

#include "plan/f3548_json.h"
#include "plan/http_status.h"
#include "server/report_reply.h"

namespace skypact::server {

// Of what cannot be shown. A peer that hears 404 may take it for ended.
Response UssApi::none() const {
  if (!options_.desk.is_read()) return message_response(503, "This USS has not read its plans yet.");
  return message_response(404, "This USS manages no such entity, or the DSS has not taken it.");
}

template <plan::Kind kind>
Reply UssApi::details(const TokenCall& call) {
  const auto id = plan::read_id(call.parameters[0]);
  if (!id) return message_response(400, id.error().message);
  const auto entity = options_.desk.disclosed(kind, *id);
  if (!entity) return none();
  return json_response(plan::disclosed_json(*entity));
}

template <plan::Kind kind>
Reply UssApi::notified(const TokenCall& call) {
  const auto notice = plan::read_notice(kind, call.request.body);
  if (!notice) return message_response(400, notice.error().message);
  if (auto taken = options_.desk.notified(*notice, call.token.subject); !taken) return message_response(plan::status_of(taken.error().code), taken.error().message);
  Response response;
  response.status = 204;
  return response;
}

Reply UssApi::telemetry(const TokenCall& call) {
  const auto id = plan::read_id(call.parameters[0]);
  if (!id) return message_response(400, id.error().message);
  const auto entity = options_.desk.disclosed(plan::Kind::operational_intent, *id);
  if (!entity) return none();
  const plan::IntentState state = entity->reference.state;
  if (!plan::is_off_plan(state)) {
    return message_response(409, "The flight is " + std::string(plan::to_string(state)) + "; where it is is told while it is Nonconforming or Contingent.");
  }
  const auto followed = options_.desk.followed(*id);
  if (!followed) return message_response(412, "The flight sends no telemetry.");
  return json_response(plan::telemetry_json(*id, followed->last, options_.now()));
}

Reply UssApi::report(const TokenCall& call) { return keep_report(options_.reports, options_.now, call.request.body); }

// Only what a person has released.
Reply UssApi::log_set(const TokenCall& call) {
  UssLog& log = options_.desk.log();
  const auto stretch = log.released(call.parameters[0], call.token.subject);
  if (!stretch) return message_response(404, "There is no such set, or it is no longer given out.");
  return LaterReply{[&log, stretch = *stretch] {
    auto set = log.set(stretch);
    return set ? json_response(*std::move(set)) : message_response(set.error().code == ErrorCode::over_limit ? 413 : 503, set.error().message);
  }};
}

std::vector<TokenRoute> UssApi::routes() {
  using enum plan::Kind;
  constexpr std::string_view SC = "utm.strategic_coordination", CM = "utm.constraint_management", CP = "utm.constraint_processing",
                             CMSA = "utm.conformance_monitoring_sa", AA = "utm.availability_arbitration";
  const auto route = [this](std::string_view method, std::string_view path, std::vector<std::string_view> scopes, Reply (UssApi::*answer)(const TokenCall&)) {
    return TokenRoute{method, path, std::move(scopes), [this, answer](const TokenCall& call) { return (this->*answer)(call); }};
  };
  return {
      route("GET", "/uss/v1/operational_intents/{entityid}", {SC}, &UssApi::details<operational_intent>),
      route("GET", "/uss/v1/operational_intents/{entityid}/telemetry", {CMSA}, &UssApi::telemetry),
      route("POST", "/uss/v1/operational_intents", {SC}, &UssApi::notified<operational_intent>),
      route("GET", "/uss/v1/constraints/{entityid}", {CP}, &UssApi::details<constraint>),
      route("POST", "/uss/v1/constraints", {CM}, &UssApi::notified<constraint>),
      route("POST", "/uss/v1/reports", {SC, CP, CM, CMSA, AA}, &UssApi::report),
      route("GET", "/uss/v1/log_sets/{log_set_id}", {SC, CP, CM, CMSA, AA}, &UssApi::log_set),
  };
}

}  // namespace skypact::server
