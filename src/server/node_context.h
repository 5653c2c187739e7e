#pragma once
// What the endpoints work with: the node's parts, by reference. Everything in it may be used from any thread.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "node/api_json.h"
#include "node/config.h"
#include "server/access.h"
#include "server/http_server.h"
#include "server/hub.h"
#include "server/ledger_writer.h"
#include "server/node_clock.h"
#include "server/people.h"
#include "server/recorder.h"
#include "server/static_files.h"
#include "server/watch.h"
#include "wire/report.h"

namespace skypact::server {

struct NodeContext {
  Watch& watch;
  Hub& hub;
  Recorder& recorder;
  const LedgerWriter& ledger;
  NodeClock& clock;
  const StaticFiles& files;
  const Access& access;
  People& people;
  std::function<std::shared_ptr<const node::Config>()> config;   // as it is now
  std::function<node::NodeStatus()> status;
  std::function<HttpCounts()> counts;
  SourceId report_feed;                                         // of what comes by POST
  std::atomic<unsigned> replays{0};                             // running now
  std::atomic<bool> stopping{false};
};

}  // namespace skypact::server
