#pragma once
// Sessions: who is logged in. The 256-bit id is with the browser; here lies its SHA-256 only, so that whoever reads the
// node's memory or file cannot take a session over.
//
//     sessions.begin({.key = sha256(id), .account = "duty-1", .kind = SessionKind::watch, .began_at = now, .active_at = now});
//     if (const Session* s = sessions.find(sha256(cookie), now)) …
//     for (const Session& ended : sessions.sweep(now)) …
//
// A session of the watch lasts a shift and does not end because no hand touches the keyboard: the officer looks at the
// picture. Any other ends after a while without a person's act. One thread at a time.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/secret.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

struct SessionLimits {
  static constexpr std::size_t sessions = 1000;
  static constexpr std::size_t of_one_account = 8;              // the oldest ends for a ninth
  static constexpr Duration longest = std::chrono::hours(12);
  static constexpr Duration shift = std::chrono::hours(12) + minutes(30);   // a shift and its handover
  static constexpr Duration idle = minutes(30);
  static constexpr Duration step_up = minutes(5);               // a confirmation signs for so long
  static constexpr std::size_t file_bytes = std::size_t{1} << 20;
};

enum class SessionKind : std::uint8_t { watch, other };

struct Session {
  Digest key{};                  // SHA-256 of the id
  std::string account;
  SessionKind kind = SessionKind::other;
  Time began_at{}, active_at{};
  std::optional<Time> confirmed_at;   // password and second factor

  [[nodiscard]] Time ends_at() const;              // absolute
  [[nodiscard]] std::optional<Time> idle_ends_at() const;
  [[nodiscard]] bool is_over(Time now) const;
  // Within SessionLimits::step_up. A confirmation from after now, when a clock was put back, is none.
  [[nodiscard]] bool is_confirmed(Time now) const;
};

class Sessions {
 public:
  // Ends what must make room, and tells what.
  std::vector<Session> begin(Session session);
  [[nodiscard]] const Session* find(const Digest& key, Time now) const;
  void active(const Digest& key, Time now);
  void confirm(const Digest& key, Time now);
  // A step of the second factor that has been used; later ones only count from now on.
  void use_step(const std::string& account, std::int64_t step);
  [[nodiscard]] std::int64_t last_step(std::string_view account) const;

  std::optional<Session> end(const Digest& key);
  std::vector<Session> end_all_of(std::string_view account, const Digest* except = nullptr);
  std::vector<Session> sweep(Time now);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] std::size_t count_of(std::string_view account) const;

  // docs/formats/accounts.md.
  [[nodiscard]] std::string to_json() const;
  static Result<Sessions> parse(std::string_view text);

 private:
  std::map<Digest, Session> sessions_;
  std::map<std::string, std::int64_t, std::less<>> steps_;
};

}  // namespace skypact::accounts
