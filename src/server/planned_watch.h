#pragma once
// PlannedWatch: tells the watch, second by second, what it has to know of planned flights: clearances that stand, volumes of own flights that are
// under way, constraints, and broadcasts that contradict telemetry. And tells those who plan what zones the watch has, as constraints.
//
//     PlannedWatch planned({.acts = acts, .uss = [&] { return utm->uss(); }, .watch = watch});      // until it is destroyed
//
// What is not known yet after a start stays as it was when the node ended, which the recording has.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "airspace/clearance.h"
#include "node/planned_zones.h"
#include "server/acts_thread.h"
#include "server/uss_desk.h"
#include "server/watch.h"

namespace skypact::server {

struct PlannedWatchOptions {
  ActsThread* acts = nullptr;                    // null: there are no clearances here
  UssDesk* uss = nullptr;                        // null: this node is no USS
  bool publishes_zones = false;                  // of agreements and notices, as constraints of the USS
  Watch& watch;                                  // all outlive it
  Duration every = seconds(1);
};

class PlannedWatch {
 public:
  explicit PlannedWatch(PlannedWatchOptions options);
  ~PlannedWatch();
  PlannedWatch(const PlannedWatch&) = delete;
  PlannedWatch& operator=(const PlannedWatch&) = delete;

 private:
  void run();
  void tell_clearances();
  void tell_plans();
  const std::vector<Zone>& zones(Time now);
  void publish_zones();

  PlannedWatchOptions options_;
  std::vector<StandingClearance> told_clearances_;
  bool clearances_told_ = false;
  struct Planned {
    std::uint64_t changes = 0;                   // of the desk
    Time at;                                     // when the zones were made
    node::PlannedZones made;
  };
  std::optional<Planned> planned_;
  std::vector<Zone> told_zones_;
  std::vector<guard::Contradicted> told_contradicted_;
  bool plans_told_ = false;
  node::ContradictionWatch contradictions_;
  std::optional<Time> published_at_;
  std::map<std::string, std::string> not_published_;   // zones, and why
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;                           // last
};

}  // namespace skypact::server
