#include "server/router.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "server/admission.h"
#include "server/endpoints/endpoints.h"
#include "server/limits.h"
#include "server/route_path.h"

namespace skypact::server {
namespace {

// "application/json; charset=utf-8" is application/json.
bool is_type(std::string_view header, std::string_view type) { return equal_ignoring_case(trim(header.substr(0, header.find(';'))), type); }

std::optional<Response> refuse_type(const Route& route, const Request& request) {
  if (route.content_types.empty()) return std::nullopt;
  const std::string_view type = request.header("Content-Type");
  const auto fits = [&](std::string_view t) { return is_type(type, t); };
  if (std::any_of(route.content_types.begin(), route.content_types.end(), fits)) return std::nullopt;
  return error_response(415, "content_type", "Content-Type must be " + std::string(route.content_types.front()) + ".");
}

Response not_allowed(const std::string& allowed) {
  Response refusal = error_response(405, "method", "This path answers " + allowed + ".");
  refusal.headers.push_back({"Allow", allowed});
  return refusal;
}

// RFC 6797. Not for the loopback, whose other ports may be plain: the rule is of a host and all its ports.
void add_transport_security(Response& response, const Request& request) {
  const std::string_view host = request.header("Host");
  const std::string_view name = host.starts_with('[') ? host.substr(1, host.find(']') - 1) : host.substr(0, host.rfind(':'));
  if (request.secure && !node::is_loopback(name)) response.headers.push_back({"Strict-Transport-Security", "max-age=31536000"});
}

Response finished(Response response, const Request& request) {
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  add_transport_security(response, request);
  return response;
}

}  // namespace

const std::vector<Route>& routes() {
  using namespace endpoints;
  using enum accounts::Permission;
  static const std::vector<Route> table{
      {"GET", "/api/v1/node", Need::read, get_node, {}},
      {"GET", "/api/v1/tracks", Need::read, list_tracks, {}},
      {"GET", "/api/v1/tracks/{id}", Need::read, get_track, {}},
      {"GET", "/api/v1/tracks/{id}/history", Need::read, get_track_history, {}},
      {"GET", "/api/v1/alerts", Need::read, list_alerts, {}},
      {"GET", "/api/v1/alerts/{id}", Need::read, get_alert, {}},
      {"GET", "/api/v1/alerts/{id}/encounter", Need::read, get_encounter, {}},
      {"POST", "/api/v1/alerts/{id}/acknowledge", Need::command, acknowledge_alert, {"application/json"}, acknowledge},
      {"GET", "/api/v1/zones", Need::read, list_zones, {}},
      {"POST", "/api/v1/zones", Need::command, add_zone,
       {"application/json", "application/geo+json", "application/vnd.google-earth.kml+xml", "text/plain"}, zones},
      {"DELETE", "/api/v1/zones/{id}", Need::command, remove_zone, {}, zones},
      {"GET", "/api/v1/inhibitions", Need::read, list_inhibitions, {}},
      {"POST", "/api/v1/inhibitions", Need::command, add_inhibition, {"application/json"}, inhibit},
      {"DELETE", "/api/v1/inhibitions/{id}", Need::command, remove_inhibition, {}, inhibit},
      {"GET", "/api/v1/groups", Need::read, list_groups, {}},
      {"POST", "/api/v1/groups", Need::command, add_group, {"application/json"}, inhibit},
      {"DELETE", "/api/v1/groups/{id}", Need::command, remove_group, {}, inhibit},
      {"GET", "/api/v1/feeds", Need::read, list_feeds, {}},
      {"POST", "/api/v1/reports", Need::command, post_reports, {"application/x-ndjson", "application/json"}, report},
      {"POST", "/api/v1/manual-tracks", Need::command, post_manual_track, {"application/json"}, report},
      {"DELETE", "/api/v1/manual-tracks/{name}", Need::command, remove_manual_track, {}, report},
      {"GET", "/api/v1/recording", Need::read, get_recording, {}},
      {"GET", "/api/v1/replay", Need::stream, replay, {}, read, true},
      {"GET", "/api/v1/picture", Need::stream, picture, {}},
      {"GET", "/api/v1/events", Need::stream, events, {}},
      {"GET", "/api/v1/session", Need::nothing, get_session, {}},
      {"POST", "/api/v1/session", Need::login, log_in, {"application/json"}},
      {"DELETE", "/api/v1/session", Need::command, log_out, {}, own},
      {"POST", "/api/v1/session/step-up", Need::command, endpoints::step_up, {"application/json"}, own},
      {"POST", "/api/v1/session/activity", Need::command, note_activity, {}, own},
      {"POST", "/api/v1/session/password", Need::command, change_password, {"application/json"}, own},
      {"POST", "/api/v1/session/totp", Need::command, begin_totp, {"application/json"}, own},
      {"POST", "/api/v1/session/totp/confirm", Need::command, confirm_totp, {"application/json"}, own},
      {"GET", "/api/v1/accounts", Need::read, list_accounts, {}, see_accounts, true},
      {"POST", "/api/v1/accounts", Need::command, create_account, {"application/json"}, administer},
      {"PATCH", "/api/v1/accounts/{id}", Need::command, change_account, {"application/json"}, administer},
      {"POST", "/api/v1/accounts/{id}/reset", Need::command, reset_account, {"application/json"}, administer},
      {"GET", "/api/v1/links", Need::read, list_links, {}},
      {"GET", "/api/v1/line", Need::read, get_line, {}},
      {"GET", "/api/v1/line/use", Need::read, get_line_use, {}},
      {"GET", "/api/v1/line/phrasebook", Need::read, get_phrasebook, {}},
      {"POST", "/api/v1/line/preview", Need::command, preview_message, {"application/json"}, speak},
      {"GET", "/api/v1/line/echo", Need::read, echo_position, {}},
      {"GET", "/api/v1/line/messages", Need::read, list_messages, {}},
      {"POST", "/api/v1/line/messages", Need::command, post_message, {"application/json"}, speak},
      {"GET", "/api/v1/line/messages/{id}", Need::read, get_message, {}},
      {"POST", "/api/v1/line/messages/{id}/answers", Need::command, post_answer, {"application/json"}, speak},
      {"GET", "/api/v1/line/messages/{id}/file", Need::read, get_message_file, {}},
      {"POST", "/api/v1/line/files", Need::command, post_message_file, {"text/plain"}, speak},
      {"POST", "/api/v1/line/handovers", Need::command, post_handover, {"application/json"}, speak},
      {"GET", "/api/v1/notices", Need::read, list_notices, {}},
      {"POST", "/api/v1/notices", Need::command, post_notice, {"application/json"}, speak},
      {"POST", "/api/v1/notices/check", Need::command, endpoints::check_notice, {"application/json"}, speak},
      {"PUT", "/api/v1/notices/{number}", Need::command, put_notice, {"application/json"}, speak},
      {"DELETE", "/api/v1/notices/{number}", Need::command, delete_notice, {}, speak},
      {"GET", "/api/v1/notices/{party}/{number}", Need::read, get_notice, {}},
      {"POST", "/api/v1/notices/{party}/{number}/acknowledgements", Need::command, acknowledge_notice, {"application/json"}, speak},
      {"GET", "/api/v1/clearances", Need::read, list_clearances, {}},
      {"GET", "/api/v1/clearances/flights", Need::read, list_clearance_flights, {}},
      {"POST", "/api/v1/clearances", Need::command, post_clearance, {"application/json"}, speak},
      {"PUT", "/api/v1/clearances/{number}", Need::command, put_clearance, {"application/json"}, speak},
      {"GET", "/api/v1/clearances/{party}/{number}", Need::read, get_clearance, {}},
      {"GET", "/api/v1/clearances/{party}/{number}/text", Need::read, get_clearance_text, {}},
      {"POST", "/api/v1/clearances/{party}/{number}/acts", Need::command, post_clearance_act, {"application/json"}, speak},
      {"GET", "/api/v1/plans", Need::read, list_plans, {}},
      {"GET", "/api/v1/plans/others", Need::read, list_others_plans, {}},
      {"POST", "/api/v1/plans", Need::command, post_plan, {"application/json"}, plan},
      {"POST", "/api/v1/plans/check", Need::command, check_plan, {"application/json"}, plan},
      {"GET", "/api/v1/plans/log", Need::read, get_plan_log, {}, plan, true},
      {"POST", "/api/v1/plans/log_sets", Need::command, post_plan_log_set, {"application/json"}, plan},
      {"GET", "/api/v1/plans/{id}", Need::read, get_plan, {}},
      {"PUT", "/api/v1/plans/{id}", Need::command, put_plan, {"application/json"}, plan},
      {"DELETE", "/api/v1/plans/{id}", Need::command, delete_plan, {}, plan},
      {"GET", "/api/v1/plans/{id}/conformance", Need::read, get_plan_conformance, {}},
      {"POST", "/api/v1/plans/{id}/telemetry", Need::command, post_plan_telemetry, {"application/json"}, report},
      {"DELETE", "/api/v1/plans/notices/{number}", Need::command, dismiss_plan_notice, {}, plan},
      {"GET", "/api/v1/distress", Need::read, list_cases, {}},
      {"GET", "/api/v1/distress/frequencies", Need::read, get_frequencies, {}},
      {"POST", "/api/v1/distress/reports", Need::command, post_distress_report, {"application/json"}, speak},
      {"POST", "/api/v1/distress/beacons", Need::command, post_beacons, {"text/plain"}, speak},
      {"GET", "/api/v1/distress/{id}", Need::read, get_case, {}},
      {"POST", "/api/v1/distress/{id}/acts", Need::command, post_case_act, {"application/json"}, speak},
      {"POST", "/api/v1/distress/{id}/tell", Need::command, tell_case, {"application/json"}, speak},
      {"GET", "/api/v1/distress/{id}/report", Need::read, get_case_report, {}},
      {"GET", "/api/v1/distress/{id}/geojson", Need::read, get_case_geojson, {}},
      {"GET", "/api/v1/line/officers", Need::read, list_officers, {}},
      {"POST", "/api/v1/line/officers", Need::command, post_officer, {"application/json"}, speak},
      {"DELETE", "/api/v1/line/officers", Need::command, remove_officer, {}, speak},
      {"GET", "/api/v1/line/calls", Need::read, list_calls, {}},
      {"POST", "/api/v1/line/signals", Need::command, post_signal, {"application/json"}, speak},
      {"GET", "/api/v1/line/signals/{id}/sdp", Need::read, get_signal_sdp, {}, speak},
      {"POST", "/api/v1/line/minutes", Need::command, post_minutes, {"application/json"}, speak},
      {"GET", "/api/v1/pact", Need::read, get_pact, {}},
      {"GET", "/api/v1/pact/terms/{hash}", Need::read, get_terms, {}},
      {"POST", "/api/v1/pact/statements", Need::command, post_statement, {"application/json"}, read},
      {"GET", "/api/v1/pact/statements/{id}", Need::read, get_statement, {}},
      {"GET", "/ledger/checkpoint", Need::read, ledger_checkpoint, {}},
      {"GET", "/ledger/tile/{path}", Need::read, ledger_tile, {}},
      {"GET", "/mirror/{origin}/checkpoint", Need::read, mirror_checkpoint, {}},
      {"GET", "/mirror/{origin}/tile/{path}", Need::read, mirror_tile, {}},
      {"POST", "/witness/add-checkpoint", Need::nothing, add_checkpoint, {}},
      {"GET", "/api/v1/record", Need::read, get_record, {}},
      {"GET", "/healthy", Need::nothing, healthy, {}},
      {"GET", "/metrics", Need::read, metrics, {}},
      {"GET", "/data/aircraft.json", Need::read, aircraft_json, {}},
      {"GET", "/data/receiver.json", Need::read, receiver_json, {}},
  };
  return table;
}

const std::vector<Route>& link_routes() {
  using namespace endpoints;
  static const std::vector<Route> table{
      {"POST", "/link/v1/live", Need::command, link_live, {"application/json"}},
      {"POST", "/link/v1/urgent", Need::command, link_urgent, {"application/json"}},
      {"POST", "/link/v1/notes", Need::command, link_notes, {"application/json"}},
      {"GET", "/ledger/checkpoint", Need::read, ledger_checkpoint, {}},
      {"GET", "/ledger/tile/{path}", Need::read, ledger_tile, {}},
      {"GET", "/mirror/{origin}/checkpoint", Need::read, mirror_checkpoint, {}},
      {"GET", "/mirror/{origin}/tile/{path}", Need::read, mirror_tile, {}},
      {"POST", "/witness/add-checkpoint", Need::nothing, add_checkpoint, {}},
  };
  return table;
}

Reply Router::answer_link(const Request& request) const {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (!path.starts_with('/')) return error_response(400, "bad_request", "The target must be a path.");
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : link_routes()) {
    auto parameters = match_path(route.path, path);
    if (!parameters) continue;
    if (route.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (auto refusal = refuse_type(route, request)) return *refusal;
    return route.answer(node_, Call{request, std::move(*parameters)});
  }
  if (!allowed.empty()) return not_allowed(allowed);
  return error_response(404, "not_found", "There is no such path on the link; docs/formats/link.md lists them.");
}

Reply Router::answer(const Request& request) const {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (!path.starts_with('/')) return error_response(400, "bad_request", "The target must be a path.");
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : routes()) {
    auto parameters = match_path(route.path, path);
    if (!parameters) continue;
    if (route.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    auto admitted = admit(node_, request, route);
    if (Response* refusal = std::get_if<Response>(&admitted)) {
      if (route.need == Need::command) node_.people.act({}, method, path, refusal->status, "not admitted");
      return std::move(*refusal);
    }
    Caller& caller = std::get<Caller>(admitted);
    if (auto refusal = refuse_type(route, request)) return *refusal;
    if (route.is_sensitive) node_.people.looked_at(caller, path);
    Reply reply = route.answer(node_, Call{request, std::move(*parameters), caller});
    // What a formal act came to. One's own session is told of elsewhere.
    const bool is_act = route.need == Need::command && route.permission != accounts::Permission::own;
    if (Response* response = std::get_if<Response>(&reply)) {
      if (is_act) node_.people.act(caller, method, path, response->status, "");
      return finished(std::move(*response), request);
    }
    const auto told = [&node = node_, copy = request, caller, is_act, asked = std::string(method), at = std::string(path)](const std::function<Response()>& work) {
      Response response = work();
      if (is_act) node.people.act(caller, asked, at, response.status, "");
      return finished(std::move(response), copy);
    };
    if (SlowReply* slow = std::get_if<SlowReply>(&reply)) return SlowReply{[told, work = std::move(slow->work)] { return told(work); }};
    if (LaterReply* later = std::get_if<LaterReply>(&reply)) {
      later->answer = [told, work = std::move(later->answer)] { return told(work); };
      return reply;
    }
    if (node_.hub.clients() >= StreamLimits::clients) return error_response(503, "over_limit", "The node has as many stream clients as it serves.");
    if (caller.session) {
      StreamReply& stream = std::get<StreamReply>(reply);
      stream.start = [&people = node_.people, session = *caller.session, start = std::move(stream.start)](const std::shared_ptr<Outbox>& outbox) {
        people.join(session, outbox);
        start(outbox);
      };
    }
    return reply;
  }
  if (auto refusal = node_.access.refuse(request, Need::nothing)) return *refusal;
  if (!allowed.empty()) return not_allowed(allowed);
  if (path.starts_with("/api/") || path.starts_with("/data/")) return error_response(404, "not_found", "There is no such path; openapi.yaml lists them.");
  Response response = node_.files.answer(request);
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  add_transport_security(response, request);
  return response;
}

}  // namespace skypact::server
