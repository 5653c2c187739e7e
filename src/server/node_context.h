#pragma once
// What the endpoints work with: the node's parts, by reference. Everything in it may be used from any thread.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "node/api_json.h"
#include "node/config.h"
#include "line/phrase_review.h"
#include "server/access.h"
#include "server/acts_thread.h"
#include "server/distress_desk.h"
#include "server/http_server.h"
#include "server/hub.h"
#include "ledger/witness.h"
#include "server/ledger_writer.h"
#include "server/line_desk.h"
#include "server/links.h"
#include "server/mirrors.h"
#include "server/node_clock.h"
#include "server/people.h"
#include "server/recorder.h"
#include "server/static_files.h"
#include "server/utm_status.h"
#include "server/watch.h"
#include "wire/report.h"

namespace skypact::server {

class UssDesk;

struct NodeContext {
  Watch& watch;
  Hub& hub;
  Recorder& recorder;
  const LedgerWriter& ledger;
  ActsThread* acts;                                             // nullptr: no part in any pact
  Links& links;
  LineDesk* line;                                               // nullptr: no record, or nobody to speak with
  DistressDesk& distress;
  NodeClock& clock;
  const StaticFiles& files;
  const Access& access;
  People& people;
  std::function<std::shared_ptr<const node::Config>()> config;   // as it is now
  std::function<node::NodeStatus()> status;
  std::function<HttpCounts()> counts;
  std::function<std::vector<pact::SeenHead>()> seen;             // newest heads of others' records
  std::function<std::vector<line::PhraseReview>()> reviews;      // languages of the phrasebook that parties have signed
  std::function<std::optional<UtmStatus>()> utm;      // nullopt where USSs are not served
  std::function<UssDesk*()> uss;                                // nullptr: this node is no USS
  SourceId report_feed;                                         // of what comes by POST
  std::atomic<unsigned> replays{0};                             // running now
  std::atomic<unsigned> questions{0};                           // likewise, to records
  Waiters* ledger_waiters = nullptr;                            // woken by each new checkpoint of the record; null where there is none
  const Mirrors* mirrors = nullptr;                             // null where there are no peers and no witnesses
  ledger::Witness* witness = nullptr;                           // null where this node witnesses for nobody
  std::atomic<bool> stopping{false};
};

}  // namespace skypact::server
