#pragma once
// What the watch has to know of planned flights: the volumes of own flights that are under way and constraints as zones, and own flights whose
// public broadcasts contradict the telemetry of their operators.
//
//     PlannedZones planned = planned_zones(desk.entities(), desk.others(), now);
//     ContradictionWatch contradictions;                                       // kept from second to second
//     engine.apply(SetPlans{planned.zones, contradictions.look(flights, *picture)}, now);
//
// A flight is known on the picture by the address that its plan names, or where it names none by its call sign. Pure, without a clock; for
// one thread at a time.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/rules.h"
#include "guard/contradicted.h"
#include "node/picture.h"
#include "plan/measured_position.h"
#include "plan/uss.h"

namespace skypact::node {

[[nodiscard]] FlightName flight_name(const plan::Particulars& particulars);

struct PlannedZones {
  std::vector<Zone> zones;           // as SetPlans has them: by plan, then in the plan's order
  std::size_t left_out = 0;          // beyond most_plan_zones; those that begin last
};
// Of the intents that are Activated or off plan, and of all constraints, each volume that has not ended.
[[nodiscard]] PlannedZones planned_zones(std::span<const plan::OwnEntity> own, std::span<const plan::Disclosed> others, Time now);

// An own flight that sends telemetry.
struct FollowedFlight {
  FlightName name;
  std::string title;                 // for people
  plan::MeasuredPosition last;
};

// One finding is none: the broadcast and the telemetry are measured at different times, and either may be late.
class ContradictionWatch {
 public:
  static constexpr int looks = 3;                          // in a row until it counts
  static constexpr Duration ends_after = seconds(5);       // without
  static constexpr Duration too_old = seconds(15);         // a position that says nothing of the other any more

  // At the picture's time; once a second. By address.
  [[nodiscard]] std::vector<guard::Contradicted> look(std::span<const FollowedFlight> flights, const Picture& picture);

 private:
  struct Found {
    int looks = 0;
    Time last;
    guard::Contradicted as;
  };
  std::map<Address, Found> found_;
};

}  // namespace skypact::node
