#pragma once
// The routes that peers ask of this node as a USS, with each exchange noted in its log.
//
//     const LoggedRoutes logged(routes, log, {.base_url = "https://uss.north.example", .now = now});
//     Reply reply = logged.answer(request);
//
// Who shows no good token could be anybody: of such the bodies are not kept, and no more than one a second. Any thread.

#include <functional>
#include <mutex>
#include <string>

#include "base/time.h"
#include "server/http.h"
#include "server/token_routes.h"
#include "server/uss_log.h"

namespace skypact::server {

class LoggedRoutes {
 public:
  struct Options {
    std::string base_url;               // as peers have it
    std::function<Time()> now;
  };
  // All outlive it and its replies.
  LoggedRoutes(const TokenRoutes& routes, UssLog& log, Options options) : routes_(routes), log_(log), options_(std::move(options)) {}
  [[nodiscard]] Reply answer(const Request& request);

 private:
  void note(plan::ExchangeReport exchange, const Response& response, bool is_set);

  const TokenRoutes& routes_;
  UssLog& log_;
  const Options options_;
  std::mutex mutex_;
  Time last_unknown_ = Time::min();     // exchange with who showed no good token
};

}  // namespace skypact::server
