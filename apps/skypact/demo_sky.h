#pragma once
// The demo's sky as a node sees it: its configuration, its bytes, and whether the script was seen in the alerts.

#include <optional>
#include <string>
#include <vector>

#include "airspace/agreed.h"
#include "base/result.h"
#include "node/config.h"
#include "node/engine.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"

namespace skypact::app {

// The configuration that belongs to the scenario, with two feeds: 0 "receiver" (Beast), 1 "trackers" (reports).
Result<node::Config> demo_config(const sim::Scenario& scenario);

// What the parties have agreed at a moment of the demo: 3 NM between North and South; and from signed_after on, 5 NM from
// closer_until on.
struct DemoPact {
  static constexpr Duration signed_after = seconds(60);
  static constexpr Duration closer_until = seconds(100);
};
[[nodiscard]] Agreed demo_agreed(const node::Config& config, Time start, Time now);

class DemoSky {
 public:
  DemoSky(const sim::Scenario& scenario, std::uint64_t seed, Time start);
  struct Bytes {
    std::string beast, reports;
  };
  // What is sent until `time`.
  Bytes advance_to(Time time);

 private:
  sim::World world_;
  sim::Transmitter transmitter_;
};

// Compares the alerts with the script of sim/scenario.h.
class DemoScript {
 public:
  explicit DemoScript(Time start) : start_(start) {}
  void see(const std::vector<node::Event>& events);

  // One sentence for each scripted thing: when it was seen.
  [[nodiscard]] std::vector<std::string> seen() const;
  // What was not seen, or should not have been; empty: all as scripted.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  Time start_;
  std::optional<Time> predicted_, resolved_, entered_, emergency_;
  std::optional<Time> foreseen_, too_close_;   // of the two side by side
  bool infringed_ = false;
  std::vector<std::string> unwanted_;
};

}  // namespace skypact::app
