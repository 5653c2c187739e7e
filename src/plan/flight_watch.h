#pragma once
// FlightWatch: follows the own flights that send telemetry, and says what the DSS has to be asked for because of it: a flight that has
// left its plan is Nonconforming, one that does not come back Contingent, one that is back Activated.
//
//     FlightWatch flights;
//     if (auto taken = flights.take(*uss.disclosed(Kind::operational_intent, id), telemetry, now); !taken) …
//     for (const FlightWatch::Step& step : flights.steps(now)) put(step.id, step.intention);     // then took(), with what the DSS has
//
// Only telemetry that the operator vouches for changes a state. What is asked for and refused is asked for again: it is still so. No
// clock, file, socket or thread; not for several threads at once.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "plan/conformance.h"
#include "plan/deconflict.h"
#include "plan/f3548_details.h"
#include "plan/off_nominal.h"
#include "plan/telemetry.h"

namespace skypact::plan {

struct FlightWatchLimits {
  static constexpr std::size_t flights = 5'000;
  // Where a flight that is off its plan may be is said for so long ahead, and anew so often.
  static constexpr Duration ahead = minutes(5);
  static constexpr Duration renewed_every = seconds(30);
  // A flight that is still in the air so long before its plan ends is put off its plan: when that has ended the DSS has no intent of
  // it that could be changed, and nobody would know of it.
  static constexpr Duration before_end = seconds(10);
};
// Of what drones do; one that is faster is taken for as fast as it was.
inline constexpr Performance usual_performance{metres_per_second(30), metres_per_second(10)};

class FlightWatch {
 public:
  // `flight` is as the DSS has it. Errors: those of ConformanceMonitor::take(), over_limit, conflict for one that has not been activated.
  Result<void> take(const Disclosed& flight, const Telemetry& telemetry, Time now);
  // The DSS took another state or other volumes of it.
  void took(const Disclosed& flight, Time now);
  void forget(EntityId flight) { flights_.erase(flight); }

  struct Step {
    EntityId id;
    Intention intention;
    std::string why;           // a sentence; empty where only the volumes are new
  };
  [[nodiscard]] std::vector<Step> steps(Time now) const;
  // Flights that are not heard any more, each once.
  [[nodiscard]] std::vector<EntityId> newly_lost(Time now);

  struct View {
    Telemetry last;
    Conformity finding;
    ConformanceCounts counts;
  };
  // nullopt where it has sent nothing.
  [[nodiscard]] std::optional<View> view(EntityId flight, Time now) const;
  // What each that sends told last; by id.
  [[nodiscard]] std::vector<std::pair<EntityId, Telemetry>> last_heard() const;

 private:
  struct Watched {
    Disclosed flight;
    ConformanceMonitor monitor;
    Telemetry last;
    Time off_nominal_since = Time::min();   // of the volumes that are known to others
    bool is_lost = false;
  };
  [[nodiscard]] std::optional<Step> step_of(const Watched& watched, Time now) const;

  std::map<EntityId, Watched> flights_;
};

}  // namespace skypact::plan
