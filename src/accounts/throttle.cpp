#include "accounts/throttle.h"

#include <algorithm>

namespace skypact::accounts {

template <class Key>
void Throttle::count(std::map<Key, Count>& counts, Key key, Time now) {
  auto at = counts.find(key);
  if (at == counts.end()) {
    if (counts.size() >= ThrottleLimits::entries) {
      counts.erase(std::min_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
    }
    at = counts.emplace(std::move(key), Count{}).first;
  }
  Count& c = at->second;
  if (now - c.last > ThrottleLimits::forgotten_after) c.failures = 0;
  if (c.failures < 1000) ++c.failures;
  c.last = now;
}

Duration Throttle::left(const Count& count, unsigned free, Time now) {
  // A clock that was put back makes nobody wait longer than the bound.
  if (count.failures < free || now - count.last > ThrottleLimits::forgotten_after) return Duration(0);
  Duration wait = ThrottleLimits::first_wait;
  for (unsigned i = free; i < count.failures && wait < ThrottleLimits::longest_wait; ++i) wait *= 2;
  wait = std::min(wait, ThrottleLimits::longest_wait);
  return std::clamp<Duration>(count.last + wait - now, Duration(0), wait);
}

Duration Throttle::wait(std::string_view account, std::string_view peer, Time now) const {
  const Pair pair{account, peer};
  Duration longest{0};
  const auto consider = [&](const auto& counts, const auto& key, unsigned free) {
    if (const auto at = counts.find(key); at != counts.end()) longest = std::max(longest, left(at->second, free, now));
  };
  consider(pairs_, pair, ThrottleLimits::free_of_pair);
  if (known_.contains(pair)) return longest;
  consider(peers_, pair.second, ThrottleLimits::free_of_peer);
  consider(accounts_, pair.first, ThrottleLimits::free_of_account);
  return longest;
}

void Throttle::failed(std::string_view account, std::string_view peer, Time now) {
  count(pairs_, Pair{account, peer}, now);
  count(peers_, std::string(peer), now);
  count(accounts_, std::string(account), now);
}

// The address's own count stays: one good password among many wrong ones is what a list of stolen passwords looks like.
void Throttle::succeeded(std::string_view account, std::string_view peer, Time now) {
  pairs_.erase(Pair{account, peer});
  if (known_.size() >= ThrottleLimits::known_peers && !known_.contains(Pair{account, peer})) {
    known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  known_[Pair{account, peer}] = now;
}

}  // namespace skypact::accounts
