#pragma once
// UtmApi: what USSs ask this node over HTTP, on a listener of its own: the DSS of ASTM F3548-21 (docs/f3548.md), that of F3411-19 and
// F3411-22a for remote identification (docs/f3411.md), and the auxiliary interface.
//
//     UtmApi api({.dss = dss, .reports = reports, …});
//     TokenRoutes routes(keys, now, api.routes());
//     Reply reply = routes.answer(request);
//
// Any thread.

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "server/dss_thread.h"
#include "server/http.h"
#include "server/reports.h"
#include "server/token_routes.h"

namespace skypact::server {

struct UtmLimits {
  static constexpr Duration answer_time = seconds(10);   // for the DSS to answer; then 503, and a client repeats its request
  static constexpr std::size_t source_bytes = 256;       // of a heartbeat
};

struct UtmApiOptions {
  DssThread& dss;
  Reports& reports;
  std::function<Time()> now;
  std::string locality;                                  // of this instance
};

class UtmApi {
 public:
  explicit UtmApi(UtmApiOptions options);
  // They ask this object, which must outlive them.
  [[nodiscard]] std::vector<TokenRoute> routes();

  // Of a DSS instance, as the auxiliary interface has it.
  struct Heartbeat {
    Time at;
    std::string source, reporter;
    std::optional<Time> next_before{};
    std::int64_t index = 0;
  };

 private:
  friend struct UtmRoutes;
  UtmApiOptions options_;
  std::mutex mutex_;
  Heartbeat heartbeat_;
};

}  // namespace skypact::server
