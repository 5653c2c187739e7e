#include "guard/life_cycle.h"

#include <bit>

namespace skypact::guard {
namespace {

Change confirm(Episode& e, const Sight& sight) {
  e.history = static_cast<std::uint8_t>((e.history << 1 | (sight.observed && sight.found ? 1 : 0)) & ((1u << confirm_of) - 1));
  if (!sight.observed) return Change::forgotten;
  const bool at_once = sight.found && (sight.certain || sight.lost || sight.to_infringement < confirm_at_once);
  if (at_once || static_cast<unsigned>(std::popcount(e.history)) >= confirm_hits) {
    e.raised = true;
    e.state = sight.lost ? AlertState::infringed : AlertState::predicted;
    return Change::raised;
  }
  return e.history == 0 ? Change::forgotten : Change::none;
}

Change go(Episode& e, AlertState state, Time now) {
  if (e.state == state) return Change::none;
  if (state == AlertState::clearing) e.clearing_since = now;
  if (state == AlertState::unobserved) e.unobserved_since = now;
  e.state = state;
  return state == AlertState::ended ? Change::ended : Change::state;
}

// What is unobserved: may it go?
bool is_over(const Episode& e, Time now) {
  if (e.state != AlertState::unobserved || e.latched) return false;
  if (!e.grave) return now >= e.judged_until;
  return e.acknowledged && now - e.unobserved_since >= unobserved_limit;
}

}  // namespace

Change advance(Episode& e, const Sight& sight, Time now) {
  const Change confirmed = e.raised ? Change::none : confirm(e, sight);
  if (sight.observed) {
    e.judged_until = now + sight.look_ahead;
    e.grave = e.grave || (e.raised && sight.found && sight.grave);
  }
  if (!e.raised || confirmed == Change::raised) return confirmed;
  if (!sight.observed) return go(e, is_over(e, now) ? AlertState::ended : AlertState::unobserved, now);
  if (sight.found) return go(e, sight.lost ? AlertState::infringed : AlertState::predicted, now);
  const bool cleared = e.state == AlertState::clearing && now - e.clearing_since >= clearing_time;
  return go(e, cleared && !e.latched ? AlertState::ended : AlertState::clearing, now);
}

}  // namespace skypact::guard
