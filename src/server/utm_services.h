#pragma once
// UtmServices: all that the node does for USSs and as one, from its configuration: the DSS, the desk that plans, the tokens' keys, and
// the listener.
//
//     auto services = UtmServices::start(config, now, tell);
//     (*services)->port();
//
// For one thread, but status().

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "node/config.h"
#include "server/dss_thread.h"
#include "server/flight_planning_api.h"
#include "server/http_server.h"
#include "server/logged_routes.h"
#include "server/reports.h"
#include "server/token_keys.h"
#include "server/uss_api.h"
#include "server/uss_desk.h"
#include "server/utm_api.h"
#include "server/utm_status.h"

namespace skypact::server {

class UtmServices {
 public:
  // Errors: what is wrong with a key or certificate, refused where the port is taken. A disk that fails is no error: it is tried again.
  // `now` may be called after the services have ended, where a disk hangs.
  static Result<std::unique_ptr<UtmServices>> start(const node::Config& config, std::function<Time()> now, std::function<void(const UserNote& note)> tell);
  ~UtmServices() { stop(); }
  UtmServices(const UtmServices&) = delete;
  UtmServices& operator=(const UtmServices&) = delete;

  [[nodiscard]] std::uint16_t port() const { return http_->port(); }
  // nullopt where there is no interface for tests.
  [[nodiscard]] std::optional<std::uint16_t> testing_port() const { return testing_http_ ? std::optional(testing_http_->port()) : std::nullopt; }
  // Reads keys and certificates again; what is wrong with them is logged, and they stay.
  void reload();
  void stop();

  [[nodiscard]] UtmStatus status() const;
  [[nodiscard]] UssDesk* uss() { return uss_.get(); }   // nullptr: this node is no USS

 private:
  UtmServices(const node::Config& config, std::function<Time()> now, std::unique_ptr<TokenKeys> keys, std::function<void(const UserNote& note)> tell);
  Result<void> open(const node::Config& config, std::function<Time()> now);
  [[nodiscard]] std::vector<TokenRoute> routes(const std::function<Time()>& now);

  std::unique_ptr<TokenKeys> keys_;
  Reports reports_;
  DssThread dss_;
  UtmApi api_;
  std::unique_ptr<UssDesk> uss_;         // null: this node is no USS
  std::optional<UssApi> uss_api_;
  TokenRoutes routes_;
  std::optional<LoggedRoutes> logged_routes_;           // where it is a USS
  std::optional<FlightPlanningApi> testing_;
  std::optional<TokenRoutes> testing_routes_;
  std::unique_ptr<HttpServer> http_, testing_http_;     // last: they ask the others
};

}  // namespace skypact::server
