#pragma once
// ConformanceMonitor: does one flight stay in the volumes that it planned, as ASTM F3548-21 asks of who monitors conformance?
//
//     ConformanceMonitor monitor;
//     monitor.set_flight(volumes, IntentState::activated, now);     // what the DSS has; again after each change of it
//     if (auto taken = monitor.take(position, now); !taken) …       // telemetry that is authenticated
//     const Conformity conformity = monitor.conformity(now);        // whenever time has passed
//     if (conformity.wanted) put(*conformity.wanted);               // known to others by conformity.wanted_since + told_within
//
// A position is outside when it is so by more than its accuracy. Nonconforming is told to everyone near, who may have to turn away: the
// error of a receiver must not do that, and a position that may be on either side of a boundary says nothing. So it neither begins an
// excursion nor ends one. No flight is credited with more than the usual accuracy, so that none is excused by being vague, and one that
// does not say its accuracy with none at all. The time of measurement has no such allowance.
//
// What is not known is not said to be outside: a flight that is not heard may be where it planned to be. That it is lost is said, and its
// desk declares it Contingent or does not; but the end of the plan ends that doubt, since nothing covers a flight that goes on.
//
// No clock, file, socket or thread. Not for several threads at once.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/f3548.h"
#include "plan/measured_position.h"
#include "plan/volume.h"

namespace skypact::plan {

struct ConformanceLimits {
  static constexpr Duration recoverable = seconds(60);          // MaxRecoverableTimeInNonconforming
  static constexpr Duration told_within = seconds(5);           // OiMaxUpdateTimeNonconf, -Contingent, -RestoreConf
  static constexpr Duration clock_difference = seconds(5);      // TimeSyncMaxDifferential
  static constexpr Duration longest_excursion = seconds(10);    // OiMaxDurationPerExcursion
  static constexpr double excursions_per_hour = 18;             // OiMaxExcursionsPerFlightHour
  static constexpr double least_conformance = 0.95;             // OiMinConformance
  // A flight that is not heard for as long as an excursion may last could have made one that nobody saw. Telemetry comes every second.
  static constexpr Duration lost_after = longest_excursion;
  static constexpr Duration oldest = std::chrono::hours(1);     // of a position when it comes
};

// Where a position is, seen from the volumes of its flight.
enum class Fit : std::uint8_t {
  inside,             // on the boundary too
  doubtful,           // outside by no more than its accuracy
  outside_altitude,   // above or below a volume that has its place and time
  outside_area,
  outside_time,       // no volume has its time
};
[[nodiscard]] std::string_view to_string(Fit fit);
[[nodiscard]] constexpr bool is_outside(Fit fit) { return fit >= Fit::outside_altitude; }
// The best of all volumes. A position without an altitude is outside_altitude at best where a volume has bounds.
[[nodiscard]] Fit fit_of(const MeasuredPosition& position, std::span<const Volume> volumes);

struct Conformity {
  enum class Flight : std::uint8_t {
    not_heard,    // no position yet, or none since the flight was activated
    not_flying,   // as its last position says; or Accepted, and no position says that it flies
    heard,
    lost,         // for ConformanceLimits::lost_after or longer
  };
  Flight flight = Flight::not_heard;
  Fit fit = Fit::inside;                 // of what flies: its last position; outside_time once all volumes have ended
  std::optional<Time> outside_since;     // when the excursion that goes on was begun
  std::optional<Time> last_heard;
  std::optional<IntentState> wanted;     // a state that the DSS would take after the present one, and that the flight ought to have
  Time wanted_since;
};

// Of one flight, or of many added up: the standard's limits are for 10 flight hours or a week (AggConfMon).
struct ConformanceCounts {
  Duration flown{}, inside{};            // between positions; what follows a position counts as it, for lost_after at most
  Duration unheard{};                    // the rest
  Duration longest_excursion{};          // to the first position back inside, or to the last
  std::uint64_t excursions = 0, long_excursions = 0;   // long: beyond longest_excursion
  std::uint64_t positions = 0, duplicate = 0, late = 0, early = 0, absurd = 0;   // taken; refused, by reason

  ConformanceCounts& operator+=(const ConformanceCounts& other);
  friend bool operator==(const ConformanceCounts&, const ConformanceCounts&) = default;
};
// A flight of less than an hour counts as one of an hour: one excursion in three minutes would be 20 an hour.
[[nodiscard]] double excursions_per_hour(const ConformanceCounts& counts);
[[nodiscard]] double share_inside(const ConformanceCounts& counts);   // 1 where nothing was flown
[[nodiscard]] bool within_standard(const ConformanceCounts& counts);

class ConformanceMonitor {
 public:
  // The volumes that were planned, without those that were added because the flight left them. A position that came before is not
  // judged again: they may begin after it.
  void set_flight(std::vector<Volume> volumes, IntentState state, Time now);
  // A position that is older than the last, or the same again, is refused and counted; so is one that cannot be, or whose time is more
  // than clock_difference after `now` or `oldest` before it. What is measured after `now` counts as measured at it.
  Result<void> take(const MeasuredPosition& position, Time now);
  // What only the crew or the operator knows: the flight will not come back to its plan.
  void declare_contingent(Time now);

  // `now` should not go back; where it does, the latest counts.
  [[nodiscard]] Conformity conformity(Time now) const;
  [[nodiscard]] const ConformanceCounts& counts() const { return counts_; }

 private:
  struct Wanted {
    IntentState state;
    Time since;
  };

  [[nodiscard]] std::optional<Error> refusal_of(const MeasuredPosition& position);
  [[nodiscard]] bool flies(const MeasuredPosition& position) const;
  [[nodiscard]] bool plan_is_over(Time now) const { return last_ && is_flying_ && now >= plan_ends_; }
  [[nodiscard]] std::optional<Time> outside_since(Time now) const;
  [[nodiscard]] std::optional<Wanted> wanted(const Conformity& conformity, Time now) const;
  void count_up_to(Time measured_at);
  void judge(const MeasuredPosition& position);

  std::vector<Volume> volumes_;
  IntentState state_ = IntentState::accepted;
  Time plan_ends_ = Time::min();
  Time now_ = Time::min();
  std::optional<MeasuredPosition> last_;      // measured no later than it came
  std::optional<Time> last_stamp_;            // as it was sent
  bool is_flying_ = false;                    // at `last_`
  Fit fit_ = Fit::inside;                     // of `last_`, where it flies
  Time judged_at_;                            // when what is now the case was found
  std::optional<Time> excursion_from_, nonconforming_since_, declared_at_;
  bool excursion_is_long_ = false;
  ConformanceCounts counts_;
};

}  // namespace skypact::plan
