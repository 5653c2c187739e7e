#include "plan/flight_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

Time end_of(const std::vector<Volume>& volumes) {
  Time end = Time::min();
  for (const Volume& volume : volumes) end = std::max(end, volume.time.to);
  return end;
}

std::string why_of(IntentState wanted, const Conformity& finding) {
  switch (wanted) {
    case IntentState::nonconforming: return fmt::format("the flight has left its plan ({}) since {}", to_string(finding.fit), exact_time(finding.outside_since.value_or(finding.wanted_since)));
    case IntentState::contingent: return "the flight has not come back to its plan, or was declared not to";
    default: return "the flight is back on its plan";
  }
}

}  // namespace

Result<void> FlightWatch::take(const Disclosed& flight, const Telemetry& telemetry, Time now) {
  const EntityId id = flight.reference.id;
  if (flight.reference.state == IntentState::accepted && telemetry.position.airborne.value_or(true)) {
    return Error{ErrorCode::conflict, "the flight is Accepted, not Activated: activate it before it takes off"};
  }
  auto found = flights_.find(id);
  const bool is_new = found == flights_.end();
  if (is_new) {
    if (flights_.size() >= FlightWatchLimits::flights) return Error{ErrorCode::over_limit, fmt::format("{} flights are followed already", flights_.size())};
    found = flights_.emplace(id, Watched{flight, {}, telemetry, Time::min(), false}).first;
    found->second.monitor.set_flight(flight.details.volumes, flight.reference.state, now);
  }
  Watched& watched = found->second;
  if (auto taken = watched.monitor.take(telemetry.position, now); !taken) {
    if (is_new) flights_.erase(found);
    return taken;
  }
  watched.last = telemetry;
  watched.is_lost = false;
  return {};
}

void FlightWatch::took(const Disclosed& flight, Time now) {
  const auto found = flights_.find(flight.reference.id);
  if (found == flights_.end()) return;
  Watched& watched = found->second;
  // Of one that is Contingent nothing is planned any more; what was is what it was judged by.
  if (flight.reference.state != IntentState::contingent) watched.monitor.set_flight(flight.details.volumes, flight.reference.state, now);
  else watched.monitor.set_flight(watched.flight.details.volumes, flight.reference.state, now);
  watched.off_nominal_since = is_off_plan(flight.reference.state) ? now : Time::min();
  const std::vector<Volume> planned = watched.flight.details.volumes;
  watched.flight = flight;
  if (flight.reference.state == IntentState::contingent) watched.flight.details.volumes = planned;
}

std::optional<FlightWatch::Step> FlightWatch::step_of(const Watched& watched, Time now) const {
  const IntentState state = watched.flight.reference.state;
  const Conformity finding = watched.monitor.conformity(now);
  std::optional<IntentState> wanted = finding.wanted;
  std::string why = wanted ? why_of(*wanted, finding) : "";
  const bool flies = finding.flight == Conformity::Flight::heard || finding.flight == Conformity::Flight::lost;
  if (!wanted && state == IntentState::activated && flies && end_of(watched.flight.details.volumes) <= now + FlightWatchLimits::before_end) {
    wanted = IntentState::nonconforming;
    why = fmt::format("its plan ends at {}, and the flight is still in the air", exact_time(end_of(watched.flight.details.volumes)));
  }
  if (!wanted && is_off_plan(state) && now >= watched.off_nominal_since + FlightWatchLimits::renewed_every) wanted = state;
  if (!wanted) return std::nullopt;
  Step step{watched.flight.reference.id, {watched.flight.details, *wanted}, std::move(why)};
  Details& details = step.intention.details;
  details.off_nominal.clear();
  if (!is_off_plan(*wanted)) return step;
  auto volumes = off_nominal_volumes(watched.last.position, now, usual_performance, FlightWatchLimits::ahead);
  if (!volumes) return std::nullopt;   // it may be anywhere: the volumes that others have stay, and end
  details.off_nominal = *std::move(volumes);
  if (*wanted == IntentState::contingent) details.volumes.clear();
  return step;
}

std::vector<FlightWatch::Step> FlightWatch::steps(Time now) const {
  std::vector<Step> steps;
  for (const auto& [id, watched] : flights_) {
    if (auto step = step_of(watched, now)) steps.push_back(*std::move(step));
  }
  return steps;
}

std::vector<EntityId> FlightWatch::newly_lost(Time now) {
  std::vector<EntityId> lost;
  for (auto& [id, watched] : flights_) {
    if (watched.is_lost || watched.monitor.conformity(now).flight != Conformity::Flight::lost) continue;
    watched.is_lost = true;
    lost.push_back(id);
  }
  return lost;
}

std::optional<FlightWatch::View> FlightWatch::view(EntityId flight, Time now) const {
  const auto found = flights_.find(flight);
  if (found == flights_.end()) return std::nullopt;
  return View{found->second.last, found->second.monitor.conformity(now), found->second.monitor.counts()};
}

std::vector<std::pair<EntityId, Telemetry>> FlightWatch::last_heard() const {
  std::vector<std::pair<EntityId, Telemetry>> all;
  for (const auto& [id, watched] : flights_) all.emplace_back(id, watched.last);
  return all;
}

}  // namespace skypact::plan
