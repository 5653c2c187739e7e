#pragma once
// TokenRoutes: answers requests that show an access token (docs/formats/tokens.md) by a table of routes.
//
//     TokenRoutes routes(keys, now, {{"GET", "/uss/v1/constraints/{entityid}", {"utm.constraint_processing"}, details}});
//     Reply reply = routes.answer(request);
//
// No token or a bad one is 401, one without a scope that the route asks for 403; a path that is not there 404, another method 405.
// Any thread, where the routes' answers may be asked for by any.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access_token.h"
#include "base/time.h"
#include "server/http.h"
#include "server/token_keys.h"

namespace skypact::server {

struct TokenCall {
  const Request& request;
  std::vector<std::string> parameters;    // of the path
  accounts::AccessToken token;            // empty where the route asks for none

  // The path's second parameter: of an OVN or version.
  [[nodiscard]] std::optional<std::string_view> version() const {
    return parameters.size() > 1 ? std::optional<std::string_view>(parameters[1]) : std::nullopt;
  }
};

struct TokenRoute {
  std::string_view method, path;
  std::vector<std::string_view> scopes;   // any of them suffices; none: no token is asked for
  std::function<Reply(const TokenCall& call)> answer;
};

class TokenRoutes {
 public:
  // `page` describes the routes, for who asks for another one.
  TokenRoutes(TokenKeys& keys, std::function<Time()> now, std::vector<TokenRoute> table, std::string page)
      : keys_(keys), now_(std::move(now)), table_(std::move(table)), page_(std::move(page)) {}
  [[nodiscard]] Reply answer(const Request& request) const;
  // Whether a route asks for a token there; every other answer than 401 is to who has shown a good one.
  [[nodiscard]] bool needs_token(std::string_view method, std::string_view path) const;

 private:
  TokenKeys& keys_;
  const std::function<Time()> now_;
  const std::vector<TokenRoute> table_;
  const std::string page_;
};

// {"message": …}, as the interfaces of F3548 and F3411 have it.
[[nodiscard]] Response message_response(int status, std::string_view message);

}  // namespace skypact::server
