#include "plan/conformance.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace skypact::plan {
namespace {

// How far outside still counts as perhaps inside.
double allowance(const std::optional<Length>& accuracy, Length usual) { return std::min(accuracy.value_or(metres(0)), usual).in(metres); }

bool is_in_band(double altitude, const Volume& volume, double allowed) {
  return (!volume.lower_m || altitude >= *volume.lower_m - allowed) && (!volume.upper_m || altitude <= *volume.upper_m + allowed);
}

bool has_altitude(const MeasuredPosition& position, const Volume& volume, double allowed) {
  if (!volume.lower_m && !volume.upper_m) return true;
  return position.altitude_m && is_in_band(*position.altitude_m, volume, allowed);
}

// The place with its accuracy around it, for several volumes.
class Surroundings {
 public:
  explicit Surroundings(const MeasuredPosition& position) : place_(position.place) {
    const double radius = allowance(position.accuracy, usual_accuracy);
    if (auto circle = Area::circle(place_, radius)) circle_ = *std::move(circle);
  }
  [[nodiscard]] bool within(const Area& area) const { return area.contains(place_); }
  [[nodiscard]] bool touch(const Area& area) const { return circle_ ? overlaps(*circle_, area) : within(area); }

 private:
  LatLng place_;
  std::optional<Area> circle_;
};

Fit fit_in(const MeasuredPosition& position, const Surroundings& around, const Volume& volume) {
  if (!volume.time.contains(position.measured_at)) return Fit::outside_time;
  const bool within = around.within(volume.area);
  if (!within && !around.touch(volume.area)) return Fit::outside_area;
  if (within && has_altitude(position, volume, 0)) return Fit::inside;
  return has_altitude(position, volume, allowance(position.altitude_accuracy, usual_altitude_accuracy)) ? Fit::doubtful : Fit::outside_altitude;
}

}  // namespace

std::string_view to_string(Fit fit) {
  switch (fit) {
    case Fit::inside: return "inside";
    case Fit::doubtful: return "doubtful";
    case Fit::outside_altitude: return "outside_altitude";
    case Fit::outside_area: return "outside_area";
    case Fit::outside_time: break;
  }
  return "outside_time";
}

Fit fit_of(const MeasuredPosition& position, std::span<const Volume> volumes) {
  const Surroundings around(position);
  Fit best = Fit::outside_time;
  for (const Volume& volume : volumes) {
    best = std::min(best, fit_in(position, around, volume));
    if (best == Fit::inside) break;
  }
  return best;
}

ConformanceCounts& ConformanceCounts::operator+=(const ConformanceCounts& other) {
  flown += other.flown, inside += other.inside, unheard += other.unheard;
  longest_excursion = std::max(longest_excursion, other.longest_excursion);
  excursions += other.excursions, long_excursions += other.long_excursions;
  positions += other.positions, duplicate += other.duplicate, late += other.late, early += other.early, absurd += other.absurd;
  return *this;
}

double excursions_per_hour(const ConformanceCounts& counts) {
  return static_cast<double>(counts.excursions) / std::max(1.0, to_seconds(counts.flown) / 3'600);
}

double share_inside(const ConformanceCounts& counts) {
  return counts.flown > Duration{} ? static_cast<double>(counts.inside.count()) / static_cast<double>(counts.flown.count()) : 1;
}

bool within_standard(const ConformanceCounts& counts) {
  return share_inside(counts) >= ConformanceLimits::least_conformance && counts.long_excursions == 0 &&
         excursions_per_hour(counts) <= ConformanceLimits::excursions_per_hour;
}

void ConformanceMonitor::set_flight(std::vector<Volume> volumes, IntentState state, Time now) {
  now_ = std::max(now_, now);
  if (state != IntentState::nonconforming) {
    nonconforming_since_.reset();
  } else if (!nonconforming_since_) {
    nonconforming_since_ = outside_since(now_).value_or(now_);
  }
  // Before the activation it was not known to fly, so it was not judged.
  if (state_ == IntentState::accepted && state != IntentState::accepted && last_ && !last_->airborne) last_.reset();
  volumes_ = std::move(volumes);
  state_ = state;
  plan_ends_ = volumes_.empty() ? now_ : Time::min();
  for (const Volume& volume : volumes_) plan_ends_ = std::max(plan_ends_, volume.time.to);
}

void ConformanceMonitor::declare_contingent(Time now) {
  now_ = std::max(now_, now);
  if (!declared_at_) declared_at_ = now_;
}

// An aircraft on the ground may send before its flight and after it; that it is somewhere else then hurts nobody. One that does not say
// flies from its activation on.
bool ConformanceMonitor::flies(const MeasuredPosition& position) const { return position.airborne.value_or(state_ != IntentState::accepted); }

std::optional<Error> ConformanceMonitor::refusal_of(const MeasuredPosition& position) {
  auto fault = fault_of(position);
  if (!fault && !position.altitude_m) fault = bad_input("altitude: is missing; without it nobody knows whether the flight is in its volumes");
  if (fault) return ++counts_.absurd, fault;
  if (position.measured_at > now_ + ConformanceLimits::clock_difference) {
    return ++counts_.early, bad_input(fmt::format("time_measured: {} is more than {:.0f} s in the future; set the clock", to_rfc3339(position.measured_at),
                                                  to_seconds(ConformanceLimits::clock_difference)));
  }
  if (position.measured_at < now_ - ConformanceLimits::oldest) {
    return ++counts_.late, bad_input(fmt::format("time_measured: {} is more than an hour ago", to_rfc3339(position.measured_at)));
  }
  if (!last_stamp_ || position.measured_at > *last_stamp_) return std::nullopt;
  if (position.measured_at == *last_stamp_) return ++counts_.duplicate, Error{ErrorCode::conflict, "time_measured: a position of this time was taken before"};
  return ++counts_.late, Error{ErrorCode::conflict, "time_measured: a later position was taken before"};
}

Result<void> ConformanceMonitor::take(const MeasuredPosition& position, Time now) {
  now_ = std::max(now_, now);
  if (auto refusal = refusal_of(position)) return *std::move(refusal);
  MeasuredPosition known = position;
  known.measured_at = std::min(known.measured_at, now_);
  count_up_to(known.measured_at);
  judge(known);
  last_ = known;
  last_stamp_ = position.measured_at;
  ++counts_.positions;
  return {};
}

void ConformanceMonitor::count_up_to(Time measured_at) {
  if (excursion_from_) {
    counts_.longest_excursion = std::max(counts_.longest_excursion, measured_at - *excursion_from_);
    if (measured_at - *excursion_from_ > ConformanceLimits::longest_excursion && !std::exchange(excursion_is_long_, true)) ++counts_.long_excursions;
  }
  if (!last_ || !is_flying_) return;
  const Duration between = measured_at - last_->measured_at, known = std::min(between, ConformanceLimits::lost_after);
  counts_.flown += known;
  if (!excursion_from_) counts_.inside += known;
  counts_.unheard += between - known;
}

void ConformanceMonitor::judge(const MeasuredPosition& position) {
  const bool was_outside = excursion_from_.has_value(), flew = std::exchange(is_flying_, flies(position));
  fit_ = is_flying_ ? fit_of(position, volumes_) : Fit::inside;
  if (is_outside(fit_) && !was_outside) {
    excursion_from_ = position.measured_at;
    excursion_is_long_ = false;
    ++counts_.excursions;
  }
  if (fit_ == Fit::inside) excursion_from_.reset();
  if (was_outside != excursion_from_.has_value() || flew != is_flying_) judged_at_ = now_;
}

std::optional<Time> ConformanceMonitor::outside_since(Time now) const {
  if (!plan_is_over(now)) return excursion_from_;
  return std::min(excursion_from_.value_or(plan_ends_), plan_ends_);
}

Conformity ConformanceMonitor::conformity(Time now) const {
  now = std::max(now, now_);
  Conformity conformity;
  if (last_) {
    using Flight = Conformity::Flight;
    const bool lost = last_->measured_at <= now - ConformanceLimits::lost_after;
    conformity.last_heard = last_->measured_at;
    conformity.flight = !is_flying_ ? Flight::not_flying : lost ? Flight::lost : Flight::heard;
    conformity.fit = plan_is_over(now) ? Fit::outside_time : fit_;
    conformity.outside_since = outside_since(now);
  }
  if (const auto change = wanted(conformity, now)) {
    conformity.wanted = change->state;
    conformity.wanted_since = change->since;
  }
  return conformity;
}

// While the flight is back inside, and heard, the way to Activated stays open, however long Nonconforming lasts.
std::optional<ConformanceMonitor::Wanted> ConformanceMonitor::wanted(const Conformity& conformity, Time now) const {
  using enum IntentState;
  if (state_ == contingent) return std::nullopt;
  if (declared_at_) return Wanted{contingent, *declared_at_};
  if (conformity.flight == Conformity::Flight::not_flying) return std::nullopt;
  const bool is_back = conformity.flight == Conformity::Flight::heard && conformity.fit == Fit::inside;
  if (is_back) return state_ == activated ? std::nullopt : std::optional(Wanted{activated, std::max(judged_at_, nonconforming_since_.value_or(judged_at_))});
  const std::optional<Time> off_plan_since = state_ == nonconforming ? nonconforming_since_ : conformity.outside_since;
  if (!off_plan_since) return std::nullopt;
  if (*off_plan_since <= now - ConformanceLimits::recoverable) return Wanted{contingent, *off_plan_since + ConformanceLimits::recoverable};
  if (state_ == nonconforming) return std::nullopt;
  return Wanted{nonconforming, !excursion_from_ ? plan_ends_ : plan_is_over(now) ? std::min(judged_at_, plan_ends_) : judged_at_};
}

}  // namespace skypact::plan
