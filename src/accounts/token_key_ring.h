#pragma once
// TokenKeyRing: the keys that access tokens are checked with now, out of files and of a key set that is fetched again
// and again. Who fetches tells it what came, and logs the sentences that it gives back.
//
//     TokenKeyRing ring;
//     for (auto& line : ring.set_files(keys)) log(line);                     // at the start and at a reload
//     for (auto& line : ring.fetched(monotonic_now(), answer)) log(line);    // each minute; an Error where it failed
//     verify(token, *ring.keys(monotonic_now()), rules);
//
// A set that was read replaces the last one whole: a key that it no longer has counts no more, at once. Where none is to
// be had, the last one counts for an hour. Nothing here reads a clock: `now` is time since some fixed moment that never
// goes back, so a clock that is set changes nothing. keys() may be called by any thread at any time.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "accounts/token_key.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

class TokenKeyRing {
 public:
  using Keys = std::vector<TokenKey>;
  static constexpr Duration kept_for = std::chrono::hours(1);

  // Each gives sentences for the log: which keys came and went, what was left out, and a failure once, not each minute.
  std::vector<std::string> set_files(Keys keys);
  std::vector<std::string> fetched(Duration now, const Result<std::string>& jwks);

  // Never null; those of the files first.
  [[nodiscard]] std::shared_ptr<const Keys> keys(Duration now) const;

 private:
  void combine();
  std::vector<std::string> failed(Duration now, const std::string& why);

  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> files_ = std::make_shared<const Keys>(), all_ = files_;
  Keys set_;
  std::vector<std::string> notes_;         // of the last set
  std::optional<Duration> fetched_at_;     // when a set was last read
  bool failing_ = false, dropped_ = false;
};

}  // namespace skypact::accounts
