#pragma once
// UssApi: what peers ask this node as a USS, /uss/v1 of ASTM F3548-21 (docs/f3548.md), on the listener of UtmApi.
//
//     UssApi api({.desk = desk, .reports = reports, .now = now});
//     TokenRoutes routes(keys, now, api.routes());
//
// Any thread.

#include <functional>
#include <vector>

#include "base/time.h"
#include "server/reports.h"
#include "server/token_routes.h"
#include "server/uss_desk.h"

namespace skypact::server {

struct UssApiOptions {
  UssDesk& desk;
  Reports& reports;
  std::function<Time()> now;
};

class UssApi {
 public:
  explicit UssApi(UssApiOptions options) : options_(std::move(options)) {}
  // They ask this object, which must outlive them.
  [[nodiscard]] std::vector<TokenRoute> routes();

 private:
  template <plan::Kind kind>
  [[nodiscard]] Reply details(const TokenCall& call);
  template <plan::Kind kind>
  [[nodiscard]] Reply notified(const TokenCall& call);
  [[nodiscard]] Reply telemetry(const TokenCall& call);
  [[nodiscard]] Reply report(const TokenCall& call);
  [[nodiscard]] Reply log_set(const TokenCall& call);
  [[nodiscard]] Response none() const;

  const UssApiOptions options_;
};

}  // namespace skypact::server
