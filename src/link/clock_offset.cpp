#include "link/clock_offset.h"

#include <algorithm>

namespace skypact::link {
namespace {

// Times come from outside: of two that lie centuries apart the difference must not wrap.
bool is_plausible(Time t) { return t > Time() && t < Time(std::chrono::hours(24 * 365 * 200)); }

Duration magnitude(Duration d) { return d < Duration(0) ? -d : d; }

}  // namespace

Duration ClockOffset::bound_of(const Sample& sample, Time now) {
  const Duration age = std::max(now - sample.at, Duration(0));
  return sample.estimate.bound + Duration(static_cast<Duration::rep>(static_cast<double>(age.count()) * drift));
}

bool ClockOffset::add(const Exchange& x) {
  if (!is_plausible(x.sent) || !is_plausible(x.received) || !is_plausible(x.answered) || !is_plausible(x.back)) return false;
  const Duration round_trip = (x.back - x.sent) - (x.answered - x.received);
  if (x.back < x.sent || x.answered < x.received || round_trip < Duration(0) || round_trip > longest_round_trip) return false;
  const Duration ahead = ((x.received - x.sent) + (x.answered - x.back)) / 2;
  const Sample sample{x.back, {ahead, (round_trip + Duration(1)) / 2, round_trip}};
  if (const auto before = at(x.back); before && magnitude(before->ahead - ahead) > before->bound + sample.estimate.bound) {
    count_ = next_ = 0;
    ++steps_;
  }
  samples_[next_] = sample;
  next_ = (next_ + 1) % window;
  count_ = std::min(count_ + 1, window);
  return true;
}

std::optional<ClockOffset::Estimate> ClockOffset::at(Time now) const {
  std::optional<Estimate> best;
  for (std::size_t i = 0; i < count_; ++i) {
    const Sample& sample = samples_[i];
    if (now - sample.at > oldest) continue;
    const Duration bound = bound_of(sample, now);
    if (best && best->bound <= bound) continue;
    best = sample.estimate;
    best->bound = bound;
  }
  return best;
}

}  // namespace skypact::link
