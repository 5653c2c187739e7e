#include "server/utm_services.h"

#include <utility>

#include "server/log.h"

namespace skypact::server {
namespace {

DssThreadOptions dss_options(const node::UtmConfig& config, std::function<Time()> now) {
  DssThreadOptions options{.folder = config.folder, .now = std::move(now)};
  plan::DssOptions& plans = options.store.plans;
  plans.conflicts = config.conflicts == node::UtmConfig::Conflicts::exact ? plan::ConflictRule::exact : plan::ConflictRule::by_cells;
  plans.base_urls = options.store.remote_id.base_urls = config.http_urls ? plan::BaseUrls::http_too : plan::BaseUrls::https_only;
  plans.area_km2 = options.store.remote_id.area_km2 = config.area_km2;
  plans.constraint_area_km2 = config.constraint_area_km2;
  return options;
}

}  // namespace

UtmServices::UtmServices(const node::UtmConfig& config, std::function<Time()> now, std::unique_ptr<TokenKeys> keys)
    : keys_(std::move(keys)),
      reports_(config.folder),
      dss_(dss_options(config, now)),
      api_({.dss = dss_, .reports = reports_, .now = now, .locality = config.locality}),
      routes_(*keys_, now, api_.routes(), "docs/f3548.md") {}

Result<std::unique_ptr<UtmServices>> UtmServices::start(const node::UtmConfig& config, std::function<Time()> now) {
  auto keys = TokenKeys::start({.files = config.token_keys, .jwks = config.jwks, .audiences = config.audiences});
  if (!keys) return std::move(keys).error();
  std::unique_ptr<UtmServices> services(new UtmServices(config, std::move(now), *std::move(keys)));
  HttpServerOptions options;
  options.host = config.listen.host;
  options.port = config.listen.port;
  if (config.tls) {
    options.certificate = config.tls->certificate.string();
    options.key = config.tls->key.string();
  }
  auto http = HttpServer::start(options, [raw = services.get()](const Request& request) { return raw->routes_.answer(request); });
  if (!http) return std::move(http).error();
  services->http_ = *std::move(http);
  log::info("utm listening", {{"port", std::to_string(services->port())}, {"folder", config.folder.string()}});
  return services;
}

void UtmServices::reload() {
  if (auto read = keys_->reload(); !read) log::error("token keys stay as they were", {{"why", read.error().message}});
  if (auto tls = http_->reload_tls(); !tls) log::error("the certificate for USSs stays as it was", {{"why", tls.error().message}});
}

void UtmServices::stop() {
  if (http_) http_->stop();
}

UtmStatus UtmServices::status() const { return {dss_.status(), http_->counts(), keys_->count()}; }

}  // namespace skypact::server
