#pragma once
// Dry run: what other terms would have alerted of, on a recording. The recording goes through the whole watch twice, by the
// terms as they are and by the draft, and the alerts of both runs are held against each other.
//
//     AlertLog now, then;                          // one for each run
//     log.step(events);                            // after every tick and command
//     const DryRunReport report = compare(now.alerts(), then.alerts());
//
// An alert is the same in both where it has the same kind and subjects and was open at the same time. Deterministic; one
// thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "node/engine.h"

namespace skypact::node {

struct DryRunLimits {
  static constexpr std::size_t alerts = 1'000'000;   // of one run; what is beyond is counted as left out
};

// One alert from its first moment to its end.
struct DryAlert {
  AlertKind kind = AlertKind::conflict;
  std::string subjects;                   // its key without kind and episode: "3C6444:4D2023", "dam:4D2023"
  Time raised;
  Time ended = Time::max();
  std::optional<Time> infringed;          // minima lost, or the volume entered
  Severity worst = Severity::advisory;
  std::string clause;                     // minima_source when it was worst
  std::string text;                       // then
  // From the first moment to the infringement.
  [[nodiscard]] std::optional<Duration> lead() const { return infringed ? std::optional(*infringed - raised) : std::nullopt; }
};

class AlertLog {
 public:
  // Conflicts and zones: what terms speak of.
  void step(std::span<const Event> events);
  // By time, then kind and subjects.
  [[nodiscard]] std::vector<DryAlert> alerts() const;
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  std::map<AlertId, DryAlert> alerts_;
  std::uint64_t left_out_ = 0;
};

struct DryRunReport {
  struct Change {
    DryAlert now, then;
    [[nodiscard]] bool severity() const { return now.worst != then.worst; }
    [[nodiscard]] bool lead() const { return now.lead() != then.lead(); }
  };
  std::uint64_t now = 0, then = 0;        // alerts of each run
  std::uint64_t same = 0;
  std::vector<DryAlert> added, removed;   // by time
  std::vector<Change> changed;            // in severity or lead time; another clause alone is no change
  std::uint64_t severity_raised = 0, severity_lowered = 0, lead_longer = 0, lead_shorter = 0;   // of the changed
};
[[nodiscard]] DryRunReport compare(const std::vector<DryAlert>& now, const std::vector<DryAlert>& then);

}  // namespace skypact::node
