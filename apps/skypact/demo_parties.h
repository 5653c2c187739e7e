#pragma once
// The demo's three nodes, North, South and Relief, with keys of this run's own, and the pact they make: proposed, answered and
// signed over the API as people would. First 3 NM between North and South, then, while it runs, 5 NM from an instant on.
//
//     auto parties = DemoParties::start(scenario, {.folder = folder, .port = 8480, .receiver = …, .trackers = …});
//     for (const std::string& url : (*parties)->urls()) print(url);
//     …
//     (*parties)->stop();
//
// The negotiation has a thread of its own. For one thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sim/scenario.h"

namespace skypact::app {

struct DemoPartiesOptions {
  std::filesystem::path folder;            // for keys, records and recordings; gone afterwards
  std::uint16_t port = 8480;               // of North's console; South and Relief have the next ones. 0: any that are free
  std::uint16_t receiver = 0, trackers = 0;  // ports that every node connects to
  std::function<void(const std::string& line)> say{};   // what was done, by the negotiation's thread
};

class DemoParties {
 public:
  static Result<std::unique_ptr<DemoParties>> start(const sim::Scenario& scenario, DemoPartiesOptions options);
  ~DemoParties();
  DemoParties(const DemoParties&) = delete;
  DemoParties& operator=(const DemoParties&) = delete;

  struct Console {
    std::string party, url;
  };
  [[nodiscard]] std::vector<Console> consoles() const;
  void stop();

 private:
  struct State;
  explicit DemoParties(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace skypact::app
