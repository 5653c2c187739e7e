// /api/v1/plans: flights and constraints that this node manages as a USS.

#include <algorithm>
#include <utility>

#include "json/fields.h"
#include "line/gazetteer.h"
#include "plan/plan_json.h"
#include "plan/volume_json.h"
#include "server/endpoints/endpoints.h"
#include "server/new_uuid.h"
#include "server/uss_desk.h"
#include "server/uss_reply.h"

namespace skypact::server::endpoints {
namespace {

Response no_uss() { return error_response(404, "not_found", "This node is no USS; [uss] in its configuration makes it one (docs/f3548.md)."); }

std::string done_json(const UssDesk::Done& done) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("taken", done.taken);
  out.key("plan");
  if (done.entity) plan::append_plan(out, *done.entity);
  else out.null();
  plan::append_findings(out, done.findings);
  plan::append_suggestions(out, done.suggestions);
  out.end_object();
  return body;
}

Response response_of(const std::optional<Result<UssDesk::Done>>& done, UssDesk::Ask::What what, bool is_new) {
  if (!done) return error_response(503, "unreachable", "The DSS or a peer has not answered yet; the plan shows what becomes of it.");
  if (!*done) return error_response(done->error());
  const int status = what != UssDesk::Ask::What::put ? 200 : !(*done)->taken ? 409 : is_new ? 201 : 200;
  return json_response(done_json(**done), status);
}

Reply hand_over(UssDesk& desk, UssDesk::Ask ask, bool is_new) {
  const auto what = ask.what;
  return reply_when_done(desk, {std::move(ask)}, [what, is_new](const DeskAnswers& answers) { return response_of(answers[0], what, is_new); });
}

// Of an airfield, by its code.
std::optional<plan::LatLng> known_place(std::string_view name) {
  const auto& places = line::bundled_gazetteer().places();
  const auto found = std::lower_bound(places.begin(), places.end(), name, [](const line::Place& place, std::string_view code) { return place.code < code; });
  if (found == places.end() || found->code != name) return std::nullopt;
  return plan::LatLng{found->position.lat_degrees(), found->position.lon_degrees()};
}

// Of a plan that is new (`own` none) or of this one.
Reply hand_over(NodeContext& node, UssDesk::Ask::What what, std::string_view body, plan::EntityId id, const std::optional<plan::OwnEntity>& own) {
  UssDesk& desk = *node.uss();
  const auto document = json::parse(body, {plan::longest_body, 32});
  if (!document) return error_response(document.error());
  auto asks = plan::read_plan_request(document->root(), id, own ? &*own : nullptr, {{known_place, {}}, node.clock.now()});
  if (!asks) return error_response(asks.error());
  if (!own && desk.entity(asks->id)) return error_response(409, "conflict", to_string(asks->id) + " is a plan already; PUT changes it");
  if (own && asks->id != id) return error_response(400, "bad_request", "id: is not the path's");
  return hand_over(desk, {what, asks->kind, asks->id, std::move(asks->particulars), std::move(asks->intention)}, !own);
}

}  // namespace

Reply list_plans(NodeContext& node, const Call&) {
  const UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  std::string body;
  json::Writer out(body);
  const UssStatus status = desk->status();
  out.begin_object();
  out.field("manager", desk->setup().manager);
  out.field("state", to_string(status.state));
  if (!status.message.empty()) out.field("message", status.message);
  out.key("plans");
  out.begin_array();
  for (const plan::OwnEntity& own : desk->entities()) plan::append_plan(out, own);
  out.end_array();
  out.key("notices");
  out.begin_array();
  for (const plan::Outgoing& outgoing : desk->outgoing()) plan::append_outgoing(out, outgoing);
  out.end_array();
  out.key("notes");
  out.begin_array();
  for (const UserNote& note : desk->notes()) {
    out.begin_object();
    out.field("number", note.number);
    out.field("at", plan::exact_time(note.at));
    out.field("plan", to_string(note.flight));
    out.field("requirement", note.requirement);
    out.field("text", note.text);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return json_response(std::move(body));
}

Reply list_others_plans(NodeContext& node, const Call&) {
  const UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("plans");
  out.begin_array();
  for (const plan::Disclosed& entity : desk->others()) plan::append_disclosed(out, entity);
  out.end_array();
  out.end_object();
  return json_response(std::move(body));
}

Reply get_plan(NodeContext& node, const Call& call) {
  const UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto id = plan::parse_entity_id(call.parameters[0]);
  const auto own = id ? desk->entity(*id) : std::nullopt;
  if (!own) return no_such("plan");
  std::string body;
  json::Writer out(body);
  plan::append_plan(out, *own);
  return json_response(std::move(body));
}

Reply post_plan(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  return hand_over(node, UssDesk::Ask::What::put, call.request.body, new_uuid(), std::nullopt);
}

// A plan that is named is looked at as a change of it.
Reply check_plan(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto document = json::parse(call.request.body, {plan::longest_body, 32});
  if (!document) return error_response(document.error());
  const auto id = plan::parse_entity_id(document->root()["id"].as_string().value_or(""));
  const auto own = id ? desk->entity(*id) : std::nullopt;
  return hand_over(node, UssDesk::Ask::What::look, call.request.body, id.value_or(new_uuid()), own);
}

Reply put_plan(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto id = plan::parse_entity_id(call.parameters[0]);
  const auto own = id ? desk->entity(*id) : std::nullopt;
  if (!own) return no_such("plan");
  return hand_over(node, UssDesk::Ask::What::put, call.request.body, *id, own);
}

Reply delete_plan(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto id = plan::parse_entity_id(call.parameters[0]);
  if (!id || !desk->entity(*id)) return no_such("plan");
  return hand_over(*desk, {.what = UssDesk::Ask::What::withdraw, .id = *id}, false);
}

Reply get_plan_conformance(NodeContext& node, const Call& call) {
  const UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto id = plan::parse_entity_id(call.parameters[0]);
  const auto followed = id ? desk->followed(*id) : std::nullopt;
  if (!followed) return no_such("flight that sends telemetry");
  std::string body;
  json::Writer out(body);
  plan::append_conformance(out, *followed);
  return json_response(std::move(body));
}

Reply post_plan_telemetry(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const auto id = plan::parse_entity_id(call.parameters[0]);
  if (!id) return no_such("plan");
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  const auto telemetry = plan::read_telemetry(document->root());
  if (!telemetry) return error_response(telemetry.error());
  if (auto taken = desk->take(*id, *telemetry); !taken) return error_response(taken.error());
  return Response{204, {}, nullptr};
}

Reply dismiss_plan_notice(NodeContext& node, const Call& call) {
  UssDesk* desk = node.uss();
  if (!desk) return no_uss();
  const std::uint32_t number = number_of(call.parameters[0]);
  return SlowReply{[desk, number] {
    const auto done = desk->dismiss(number);
    return done ? Response{204, {}, nullptr} : error_response(done.error());
  }};
}

}  // namespace skypact::server::endpoints
