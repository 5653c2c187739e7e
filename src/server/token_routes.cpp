#include "server/token_routes.h"

#include <algorithm>
#include <utility>

#include "json/writer.h"
#include "server/route_path.h"

namespace skypact::server {

Response message_response(int status, std::string_view message) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("message", message);
  out.end_object();
  Response response = json_response(std::move(body), status);
  if (status == 429 || status == 503) response.headers.push_back({"Retry-After", "1"});
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

bool TokenRoutes::needs_token(std::string_view method, std::string_view path) const {
  return std::any_of(table_.begin(), table_.end(), [&](const TokenRoute& route) { return route.method == method && !route.scopes.empty() && match_path(route.path, path); });
}

Reply TokenRoutes::answer(const Request& request) const {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (!path.starts_with('/')) return message_response(400, "The target must be a path.");
  std::string allowed;
  for (const TokenRoute& route : table_) {
    auto parameters = match_path(route.path, path);
    if (!parameters) continue;
    if (route.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    TokenCall call{request, std::move(*parameters), {}};
    if (!route.scopes.empty()) {
      auto caller = keys_.caller(request.header("Authorization"), now_());
      if (!caller) return message_response(401, caller.error().message);
      call.token = *std::move(caller);
      const auto has = [&](std::string_view scope) { return call.token.scopes.contains(scope); };
      if (std::none_of(route.scopes.begin(), route.scopes.end(), has)) {
        std::string wanted;
        for (const std::string_view scope : route.scopes) wanted += (wanted.empty() ? "" : " or ") + std::string(scope);
        return message_response(403, "The token has not the scope that this needs: " + wanted + ".");
      }
    }
    return route.answer(call);
  }
  if (allowed.empty()) return message_response(404, "There is no such path; " + page_ + " lists them.");
  Response refusal = message_response(405, "This path answers " + allowed + ".");
  refusal.headers.push_back({"Allow", allowed});
  return refusal;
}

}  // namespace skypact::server
