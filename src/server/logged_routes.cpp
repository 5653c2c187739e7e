#include "server/logged_routes.h"

#include <memory>
#include <utility>

#include "plan/uss_log_item.h"

namespace skypact::server {

void LoggedRoutes::note(plan::ExchangeReport exchange, const Response& response, bool is_set) {
  const Time now = options_.now();
  if (response.status == 401) {
    const std::lock_guard lock(mutex_);
    if (now >= last_unknown_ && now < last_unknown_ + seconds(1)) return;
    last_unknown_ = now;
    exchange.request_body.clear();
    plan::add_problem(exchange, "without a good token; the body is not kept, nor are others like it in this second");
  }
  if (is_set && response.status == 200) plan::add_problem(exchange, "a set of this log was given out, and is not repeated here");
  plan::answered(exchange, response.status, response.body && !(is_set && response.status == 200) ? std::string_view(*response.body) : std::string_view(), now);
  log_.note(plan::exchange_item(exchange));
}

Reply LoggedRoutes::answer(const Request& request) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  // What is no route needs no token either, and whoever likes could fill the log with it.
  if (!path.starts_with("/uss/v1/") || !routes_.needs_token(request.method, path)) return routes_.answer(request);
  const bool is_set = path.starts_with("/uss/v1/log_sets/");
  // Without a query: no route has one, and somebody may have put a token there.
  auto exchange = plan::begun(plan::ExchangeReport::Role::server, request.method, options_.base_url + std::string(path), request.header("Authorization"), request.body, options_.now());
  Reply reply = routes_.answer(request);
  if (const Response* response = std::get_if<Response>(&reply)) {
    note(std::move(exchange), *response, is_set);
  } else if (LaterReply* later = std::get_if<LaterReply>(&reply)) {
    later->answer = [this, is_set, exchange = std::move(exchange), work = std::move(later->answer)] {
      Response done = work();
      note(exchange, done, is_set);
      return done;
    };
  }
  return reply;
}

}  // namespace skypact::server
