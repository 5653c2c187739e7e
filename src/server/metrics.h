#pragma once
// What Prometheus reads at /metrics. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include "node/link_json.h"
#include "node/picture.h"
#include "server/distress_desk.h"
#include "server/http_server.h"
#include "server/ledger_writer.h"
#include "server/mirrors.h"
#include "server/recorder.h"
#include "server/utm_status.h"
#include "server/watch.h"

namespace skypact::server {

// What the parts of the node say of themselves.
struct Measured {
  const node::Picture& picture;
  WatchStatus watch;
  Recorder::Status recorder;
  LedgerWriter::Status ledger;
  MirrorStatus mirrors;
  std::vector<node::LinkView> links;
  HttpCounts http;
  DistressDesk::Status distress;
  std::optional<UtmStatus> utm;   // nullopt where the node serves no USSs
};
[[nodiscard]] std::string metrics_text(const Measured& measured, Time now);

}  // namespace skypact::server
