#pragma once
// What Prometheus reads at /metrics. Pure; any thread.

#include <string>
#include <vector>

#include "node/link_json.h"
#include "node/picture.h"
#include "server/distress_desk.h"
#include "server/http_server.h"
#include "server/ledger_writer.h"
#include "server/mirrors.h"
#include "server/recorder.h"
#include "server/watch.h"

namespace skypact::server {

[[nodiscard]] std::string metrics_text(const node::Picture& picture, const WatchStatus& watch, const Recorder::Status& recorder,
                                       const LedgerWriter::Status& ledger, const MirrorStatus& mirrors, const std::vector<node::LinkView>& links,
                                       const HttpCounts& http, const DistressDesk::Status& distress, Time now);

}  // namespace skypact::server
