#include "server/router.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "server/endpoints/endpoints.h"
#include "server/limits.h"

namespace skypact::server {
namespace {

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);   // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The parameters when the path is the pattern's. {path} takes all that is left, slashes too.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty() && path.front() == '/') {
    const std::string_view wanted = next_segment(pattern);
    if (wanted == "{path}") {
      auto rest = percent_decode(path.substr(1));
      if (!rest) return std::nullopt;
      parameters.push_back(std::move(*rest));
      path = {};
      break;
    }
    const std::string_view given = next_segment(path);
    if (wanted.starts_with('{')) {
      auto value = percent_decode(given);
      if (!value || value->empty()) return std::nullopt;
      parameters.push_back(std::move(*value));
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

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

}  // namespace

const std::vector<Route>& routes() {
  using namespace endpoints;
  static const std::vector<Route> table{
      {"GET", "/api/v1/node", Need::read, get_node, {}},
      {"GET", "/api/v1/tracks", Need::read, list_tracks, {}},
      {"GET", "/api/v1/tracks/{id}", Need::read, get_track, {}},
      {"GET", "/api/v1/tracks/{id}/history", Need::read, get_track_history, {}},
      {"GET", "/api/v1/alerts", Need::read, list_alerts, {}},
      {"GET", "/api/v1/alerts/{id}", Need::read, get_alert, {}},
      {"GET", "/api/v1/alerts/{id}/encounter", Need::read, get_encounter, {}},
      {"POST", "/api/v1/alerts/{id}/acknowledge", Need::command, acknowledge_alert, {"application/json"}},
      {"GET", "/api/v1/zones", Need::read, list_zones, {}},
      {"POST", "/api/v1/zones", Need::command, add_zone,
       {"application/json", "application/geo+json", "application/vnd.google-earth.kml+xml", "text/plain"}},
      {"DELETE", "/api/v1/zones/{id}", Need::command, remove_zone, {}},
      {"GET", "/api/v1/inhibitions", Need::read, list_inhibitions, {}},
      {"POST", "/api/v1/inhibitions", Need::command, add_inhibition, {"application/json"}},
      {"DELETE", "/api/v1/inhibitions/{id}", Need::command, remove_inhibition, {}},
      {"GET", "/api/v1/groups", Need::read, list_groups, {}},
      {"POST", "/api/v1/groups", Need::command, add_group, {"application/json"}},
      {"DELETE", "/api/v1/groups/{id}", Need::command, remove_group, {}},
      {"GET", "/api/v1/feeds", Need::read, list_feeds, {}},
      {"POST", "/api/v1/reports", Need::command, post_reports, {"application/x-ndjson", "application/json"}},
      {"POST", "/api/v1/manual-tracks", Need::command, post_manual_track, {"application/json"}},
      {"DELETE", "/api/v1/manual-tracks/{name}", Need::command, remove_manual_track, {}},
      {"GET", "/api/v1/recording", Need::read, get_recording, {}},
      {"GET", "/api/v1/replay", Need::stream, replay, {}},
      {"GET", "/api/v1/links", Need::read, list_links, {}},
      {"GET", "/api/v1/picture", Need::stream, picture, {}},
      {"GET", "/api/v1/events", Need::stream, events, {}},
      {"GET", "/api/v1/pact", Need::read, get_pact, {}},
      {"GET", "/api/v1/pact/terms/{hash}", Need::read, get_terms, {}},
      {"POST", "/api/v1/pact/statements", Need::command, post_statement, {"application/json"}},
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
    auto parameters = match(route.path, path);
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
    auto parameters = match(route.path, path);
    if (!parameters) continue;
    if (route.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (auto refusal = node_.access.refuse(request, route.need)) return *refusal;
    if (auto refusal = refuse_type(route, request)) return *refusal;
    Reply reply = route.answer(node_, Call{request, std::move(*parameters)});
    const auto with_headers = [](Response response) {
      response.headers.push_back({"Cache-Control", "no-store"});
      response.headers.push_back({"X-Content-Type-Options", "nosniff"});
      return response;
    };
    if (Response* response = std::get_if<Response>(&reply)) {
      *response = with_headers(std::move(*response));
    } else if (LaterReply* later = std::get_if<LaterReply>(&reply)) {
      later->answer = [with_headers, answer = std::move(later->answer)] { return with_headers(answer()); };
    } else if (node_.hub.clients() >= StreamLimits::clients) {
      return error_response(503, "over_limit", "The node has as many stream clients as it serves.");
    }
    return reply;
  }
  if (auto refusal = node_.access.refuse(request, Need::nothing)) return *refusal;
  if (!allowed.empty()) return not_allowed(allowed);
  if (path.starts_with("/api/") || path.starts_with("/data/")) return error_response(404, "not_found", "There is no such path; openapi.yaml lists them.");
  Response response = node_.files.answer(request);
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return response;
}

}  // namespace skypact::server
