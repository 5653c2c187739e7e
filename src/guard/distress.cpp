#include "guard/distress.h"

#include <algorithm>

#include <fmt/format.h>

namespace skypact::guard {
namespace {

int gravity(Emergency e) {
  switch (e) {
    case Emergency::unlawful_interference: return 6;
    case Emergency::downed: return 5;
    case Emergency::general: return 4;
    case Emergency::no_communications: return 3;
    case Emergency::minimum_fuel: return 2;
    case Emergency::medical: return 1;
    case Emergency::reserved:
    case Emergency::none: return 0;
  }
  return 0;
}

std::string_view words(Emergency e) {
  switch (e) {
    case Emergency::unlawful_interference: return "unlawful interference";
    case Emergency::downed: return "downed aircraft";
    case Emergency::general: return "an emergency";
    case Emergency::no_communications: return "radio failure";
    case Emergency::minimum_fuel: return "minimum fuel";
    case Emergency::medical: return "medical priority";
    case Emergency::reserved:
    case Emergency::none: return "nothing";
  }
  return "nothing";
}

}  // namespace

Emergency emergency_of_squawk(std::uint16_t squawk) {
  switch (squawk) {
    case 7500: return Emergency::unlawful_interference;
    case 7600: return Emergency::no_communications;
    case 7700: return Emergency::general;
    default: return Emergency::none;
  }
}

Severity severity_of(Emergency e) {
  if (gravity(e) >= gravity(Emergency::no_communications)) return Severity::distress;
  return e == Emergency::minimum_fuel ? Severity::warning : Severity::caution;
}

std::string describe(const DistressSignal& signal) {
  std::string how;
  if (signal.squawk != 0) how = fmt::format("squawk {:04}", signal.squawk);
  if (signal.state != Emergency::none) how += how.empty() ? "ADS-B emergency state" : ", ADS-B emergency state";
  return fmt::format("{} ({})", words(signal.emergency), how);
}

std::optional<DistressSignal> DistressWatch::look(const Track& track) {
  DistressSignal signal;
  const bool candidate = track.squawk && emergency_of_squawk(track.squawk->value) != Emergency::none;
  if (!candidate) {
    candidates_.erase(track.id);
  } else {
    Candidate& c = candidates_[track.id];
    if (c.squawk != track.squawk->value) c = {track.squawk->value, track.squawk->measured_at, false};
    c.first = std::min(c.first, track.squawk->measured_at);  // the clock was set back
    c.confirmed = c.confirmed || track.squawk->measured_at - c.first >= squawk_confirmed_after;
    if (c.confirmed) signal.squawk = c.squawk;
  }
  if (track.emergency && gravity(track.emergency->value) > 0) signal.state = track.emergency->value;
  const Emergency by_squawk = emergency_of_squawk(signal.squawk);
  signal.emergency = gravity(by_squawk) >= gravity(signal.state) ? by_squawk : signal.state;
  if (signal.emergency == Emergency::none) return std::nullopt;
  return signal;
}

void DistressWatch::keep(std::span<const Track* const> tracks) {
  std::erase_if(candidates_, [&](const auto& entry) {
    const auto at = std::lower_bound(tracks.begin(), tracks.end(), entry.first, [](const Track* t, TrackId id) { return t->id < id; });
    return at == tracks.end() || (*at)->id != entry.first;
  });
}

}  // namespace skypact::guard
