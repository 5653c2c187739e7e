#pragma once
// Alerts as JSON lines: one for each change that a person would act on, in the API's form and field order.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "node/engine.h"

namespace skypact::app {

class AlertLines {
 public:
  // The lines that these events are worth, each with its line end. The engine repeats open alerts with fresh numbers;
  // only a new state, severity or acknowledgement is a line.
  [[nodiscard]] std::string of(const std::vector<node::Event>& events, const node::Engine& engine);

  struct Counts {
    std::uint64_t alerts = 0, infringed = 0;
  };
  [[nodiscard]] const std::map<AlertKind, Counts>& counts() const { return counts_; }

 private:
  struct Shown {
    AlertState state;
    Severity severity;
    std::size_t acknowledgements;
    bool infringed;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  std::map<AlertId, Shown> open_;   // bounded by the guard's bound on open alerts
  std::map<AlertKind, Counts> counts_;
};

}  // namespace skypact::app
