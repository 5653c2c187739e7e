#pragma once
// Throttle: how long a login must wait after wrong ones. Guessing is slowed; nobody is locked out for ever, because the
// same lock would keep the duty officer from the alerts, and who wants that needs no more than a wrong password.
//
//     if (const Duration wait = throttle.wait("duty-1", peer, now); wait > Duration(0)) refuse(wait);
//     throttle.failed("duty-1", peer, now);          // or succeeded(…)
//
// Three counts, each with its free tries and a wait that doubles up to a bound: for an account from one address, for
// one address whatever the account, and for an account from everywhere. Where an account has logged in from an address
// since the node began, only the first holds, so that strangers cannot keep a desk out of its own account.
// Sessions that are open are touched by none of this. One thread at a time.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace skypact::accounts {

struct ThrottleLimits {
  static constexpr unsigned free_of_pair = 3, free_of_peer = 20, free_of_account = 30;
  static constexpr Duration first_wait = seconds(1);
  static constexpr Duration longest_wait = seconds(60);    // 1440 tries a day: nothing against twelve characters
  static constexpr Duration forgotten_after = minutes(30);
  static constexpr std::size_t entries = 10'000;           // of each count; the longest idle makes room
  static constexpr std::size_t known_peers = 2'000;
};

class Throttle {
 public:
  // 0 where a try may be made now.
  [[nodiscard]] Duration wait(std::string_view account, std::string_view peer, Time now) const;
  void failed(std::string_view account, std::string_view peer, Time now);
  void succeeded(std::string_view account, std::string_view peer, Time now);
  [[nodiscard]] std::size_t size() const { return pairs_.size() + peers_.size() + accounts_.size() + known_.size(); }

 private:
  struct Count {
    unsigned failures = 0;
    Time last{};
  };
  using Pair = std::pair<std::string, std::string>;   // account, peer
  template <class Key>
  static void count(std::map<Key, Count>& counts, Key key, Time now);
  static Duration left(const Count& count, unsigned free, Time now);

  std::map<Pair, Count> pairs_;
  std::map<std::string, Count> peers_, accounts_;
  std::map<Pair, Time> known_;
};

}  // namespace skypact::accounts
