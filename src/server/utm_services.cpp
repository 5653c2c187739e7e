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

std::unique_ptr<UssDesk> make_desk(const node::Config& config, std::function<Time()> now, std::function<void(const UserNote& note)> tell) {
  if (!config.uss) return nullptr;
  const node::UssConfig& uss = *config.uss;
  UssDeskOptions options;
  options.folder = uss.folder;
  options.now = std::move(now);
  options.tell = std::move(tell);
  options.setup = {uss.manager, uss.base_url, uss.dss, {uss.same_priority_may_conflict}, uss.constraints};
  options.tokens = {uss.manager, uss.signing_key, uss.token_url, uss.client_secret};
  options.log.kept = uss.log_kept;
  options.log.max_bytes = uss.log_max_bytes;
  options.urls = config.utm->http_urls ? UssClient::Urls::http_too : UssClient::Urls::https_only;
  return std::make_unique<UssDesk>(std::move(options));
}

}  // namespace

UtmServices::UtmServices(const node::Config& config, std::function<Time()> now, std::unique_ptr<TokenKeys> keys, std::function<void(const UserNote& note)> tell)
    : keys_(std::move(keys)),
      reports_(config.utm->folder),
      dss_(dss_options(*config.utm, now)),
      api_({.dss = dss_, .reports = reports_, .now = now, .locality = config.utm->locality}),
      uss_(make_desk(config, now, std::move(tell))),
      routes_(*keys_, now, routes(now), "docs/f3548.md") {
  if (uss_) logged_routes_.emplace(routes_, uss_->log(), LoggedRoutes::Options{config.uss->base_url, now});
}

std::vector<TokenRoute> UtmServices::routes(const std::function<Time()>& now) {
  std::vector<TokenRoute> all = api_.routes();
  if (!uss_) return all;
  uss_api_.emplace(UssApiOptions{*uss_, reports_, now});
  for (TokenRoute& route : uss_api_->routes()) all.push_back(std::move(route));
  return all;
}

Result<std::unique_ptr<UtmServices>> UtmServices::start(const node::Config& whole, std::function<Time()> now, std::function<void(const UserNote& note)> tell) {
  const node::UtmConfig& config = *whole.utm;
  auto keys = TokenKeys::start({.files = config.token_keys, .jwks = config.jwks, .audiences = config.audiences});
  if (!keys) return std::move(keys).error();
  std::unique_ptr<UtmServices> services(new UtmServices(whole, now, *std::move(keys), std::move(tell)));
  if (auto opened = services->open(whole, now); !opened) return std::move(opened).error();
  return services;
}

Result<void> UtmServices::open(const node::Config& config, std::function<Time()> now) {
  const auto listen = [&](const node::HostPort& at, Responder respond) {
    HttpServerOptions options;
    options.host = at.host;
    options.port = at.port;
    if (config.utm->tls) {
      options.certificate = config.utm->tls->certificate.string();
      options.key = config.utm->tls->key.string();
    }
    return HttpServer::start(options, std::move(respond));
  };
  auto http = listen(config.utm->listen, [this](const Request& request) { return logged_routes_ ? logged_routes_->answer(request) : routes_.answer(request); });
  if (!http) return std::move(http).error();
  http_ = *std::move(http);
  log::info("utm listening", {{"port", std::to_string(port())}, {"folder", config.utm->folder.string()}});
  if (!config.uss || !config.uss->test_interface) return {};
  testing_.emplace(*uss_, now);
  testing_routes_.emplace(*keys_, std::move(now), testing_->routes(), "docs/f3548.md");
  auto testing = listen(*config.uss->test_interface, [this](const Request& request) { return testing_routes_->answer(request); });
  if (!testing) return std::move(testing).error().within("test_interface");
  testing_http_ = *std::move(testing);
  log::warn("the interface for tests is open", {{"port", std::to_string(*testing_port())}, {"note", "whoever may ask there flies in this USS's name"}});
  return {};
}

void UtmServices::reload() {
  if (auto read = keys_->reload(); !read) log::error("token keys stay as they were", {{"why", read.error().message}});
  if (testing_http_) (void)testing_http_->reload_tls();   // the same file; what is wrong with it is said below
  if (auto tls = http_->reload_tls(); !tls) log::error("the certificate for USSs stays as it was", {{"why", tls.error().message}});
}

void UtmServices::stop() {
  if (testing_http_) testing_http_->stop();
  if (http_) http_->stop();
}

UtmStatus UtmServices::status() const {
  UtmStatus status{dss_.status(), http_->counts(), keys_->count()};
  if (uss_) status.uss = uss_->status();
  return status;
}

}  // namespace skypact::server
