#include "server/admission.h"

#include "base/text.h"

namespace skypact::server {
namespace {

using accounts::Permission;

bool is_public(const Route& route) { return route.need == Need::nothing || route.need == Need::login; }

std::variant<Response, Caller> who(const NodeContext& node, const Request& request, const Route& route) {
  switch (node.access.token(request, route.need)) {
    case Access::Token::right: return node.people.token_caller();
    case Access::Token::wrong:
      // Without a token of its own a node takes any for none, as it always did; a cookie may stand beside it.
      if (node.access.asks_for_token() && !is_public(route)) break;
      [[fallthrough]];
    case Access::Token::absent: {
      Caller caller = node.people.session_caller(request.cookie(cookie_name(request)));
      if (caller.by == Caller::By::session) return caller;
      if (!node.access.asks_for_token() && !node.people.has_accounts()) return node.people.open_caller();
      if (is_public(route)) return caller;
      break;
    }
  }
  if (node.people.has_accounts()) {
    return error_response(401, "session", "Log in first: POST /api/v1/session; a program sends Authorization: Bearer TOKEN.");
  }
  Response refusal = error_response(401, "token", "This node asks for a token: Authorization: Bearer TOKEN.");
  refusal.headers.push_back({"WWW-Authenticate", "Bearer"});
  return refusal;
}

std::optional<Permission> permission_of(const Route& route) {
  if (route.permission) return route.permission;
  if (route.need == Need::read || route.need == Need::stream) return Permission::read;
  return std::nullopt;
}

}  // namespace

std::variant<Response, Caller> admit(const NodeContext& node, const Request& request, const Route& route) {
  if (auto refusal = node.access.refuse(request, route.need)) return std::move(*refusal);
  auto found = who(node, request, route);
  if (is_public(route) || std::holds_alternative<Response>(found)) return found;
  const Caller& caller = std::get<Caller>(found);
  const auto permission = permission_of(route);
  if (!permission || !caller.permissions.has(*permission)) {
    return error_response(403, "permission", permission ? "This needs the permission " + std::string(to_string(*permission)) + ", which none of your roles gives now."
                                                        : std::string("Nobody may do this: the route names no permission."));
  }
  if (caller.by != Caller::By::session) return found;
  // A browser sends the origin with everything that changes something; what comes with a cookie and without it is no page of ours.
  if (route.need == Need::command && request.header("Origin").empty()) {
    return error_response(403, "origin", "What is asked with a session's cookie must say its Origin.");
  }
  if (needs_step_up(*permission) && !caller.confirmed) {
    return error_response(403, "step_up", "Confirm with password and code first: POST /api/v1/session/step-up.");
  }
  return found;
}

std::string cookie_name(const Request& request) {
  if (request.secure) return "__Host-skypact";
  const std::string_view host = request.header("Host");
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
  const auto port = has_port ? parse_integer(host.substr(colon + 1)) : std::optional<std::int64_t>(80);
  return "skypact-" + std::to_string(port.value_or(80));
}

Header session_cookie(const Request& request, std::string_view id) {
  std::string value = cookie_name(request) + "=" + std::string(id) + "; Path=/; HttpOnly; SameSite=Strict";
  if (request.secure) value += "; Secure";
  // Without an end of its own: it goes when the browser closes, and the node ends the session in any case.
  if (id.empty()) value += "; Max-Age=0";
  return {"Set-Cookie", std::move(value)};
}

}  // namespace skypact::server
