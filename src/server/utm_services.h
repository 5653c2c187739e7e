#pragma once
// UtmServices: all that the node does for USSs, from its configuration: the DSS, the tokens' keys, and the listener.
//
//     auto services = UtmServices::start(*config.utm, now);
//     (*services)->port();
//
// For one thread, but status().

#include <cstdint>
#include <functional>
#include <memory>

#include "node/config.h"
#include "server/dss_thread.h"
#include "server/http_server.h"
#include "server/reports.h"
#include "server/token_keys.h"
#include "server/utm_api.h"
#include "server/utm_status.h"

namespace skypact::server {

class UtmServices {
 public:
  // Errors: what is wrong with a key or certificate, refused where the port is taken. A disk that fails is no error: it is tried again.
  // `now` may be called after the services have ended, where a disk hangs.
  static Result<std::unique_ptr<UtmServices>> start(const node::UtmConfig& config, std::function<Time()> now);
  ~UtmServices() { stop(); }
  UtmServices(const UtmServices&) = delete;
  UtmServices& operator=(const UtmServices&) = delete;

  [[nodiscard]] std::uint16_t port() const { return http_->port(); }
  // Reads keys and certificates again; what is wrong with them is logged, and they stay.
  void reload();
  void stop();

  [[nodiscard]] UtmStatus status() const;

 private:
  UtmServices(const node::UtmConfig& config, std::function<Time()> now, std::unique_ptr<TokenKeys> keys);

  std::unique_ptr<TokenKeys> keys_;
  Reports reports_;
  DssThread dss_;
  UtmApi api_;
  TokenRoutes routes_;
  std::unique_ptr<HttpServer> http_;     // last: it asks the others
};

}  // namespace skypact::server
