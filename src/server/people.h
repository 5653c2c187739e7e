#pragma once
// People: who is logged in at this node, and the accounts' changes, made durable. Composes accounts/ with the clock, the
// random bytes and the disk.
//
//     auto people = People::start({.data_dir = config.data_dir, …});
//     auto login = (*people)->login({.account = "duty-1", .password = …, .peer = request.peer});   // slow: see SlowReply
//     Caller caller = (*people)->caller(cookie);
//
// A login never waits for a disk: sessions are written behind, by a thread that a hung disk may hold. A change of an
// account is done when it is durable. What happened goes to the journal, with no secret in it. Thread-safe.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "accounts/account.h"
#include "accounts/session.h"
#include "server/outbox.h"

namespace skypact::server {

// Who asks.
struct Caller {
  enum class By : std::uint8_t {
    nobody,
    open,      // whoever reaches a node that has neither accounts nor a token: this machine's user
    token,     // a program
    session,   // a person
  };
  By by = By::nobody;
  accounts::Permissions permissions;
  std::string account;                              // of a session
  std::optional<accounts::Digest> session;
  bool confirmed = false;                           // password and second factor, not long ago
};
// "duty-1", "token", "open", "": as the journal names who asked.
[[nodiscard]] std::string_view name_of(const Caller& caller);

struct PeopleOptions {
  std::filesystem::path data_dir;
  std::string issuer;                               // the node's name, in authenticator programs
  std::optional<accounts::Roles> token_roles;
  accounts::PasswordCost cost;
  std::function<Time()> now;
  // An entry of the journal: its type and its body, canonical JSON. Any thread; must not wait.
  std::function<void(std::string type, std::string body)> journal;
};

// Why not, and after how long one may try again.
struct Refused {
  Error error;
  Duration wait{0};
};

class People {
 public:
  // Errors: AccountsStore::open's.
  static Result<std::unique_ptr<People>> start(PeopleOptions options);
  ~People();
  People(const People&) = delete;
  People& operator=(const People&) = delete;

  [[nodiscard]] bool has_accounts() const;

  // ---- Who asks
  [[nodiscard]] Caller session_caller(std::string_view id) const;
  [[nodiscard]] Caller token_caller() const;
  [[nodiscard]] Caller open_caller() const;
  [[nodiscard]] std::optional<accounts::Session> session(const accounts::Digest& key) const;
  [[nodiscard]] std::optional<accounts::Account> account(std::string_view id) const;   // without hash and seed
  [[nodiscard]] std::vector<accounts::Account> all() const;                            // likewise

  // Of each person on the watch who has the events before him now: the desks where he works.
  [[nodiscard]] std::vector<std::vector<std::string>> on_watch() const;

  // ---- Sessions. Those that take a password are slow.
  struct Login {
    std::string account, password, code, recovery_code, peer;
    std::optional<accounts::Digest> instead_of;     // the session that the browser had: it ends
  };
  [[nodiscard]] std::variant<std::string, Refused> login(const Login& given);            // the new session's id
  [[nodiscard]] std::optional<Refused> step_up(const Caller& caller, const std::string& password, const std::string& code, const std::string& peer);
  void active(const Caller& caller);
  void end(const accounts::Digest& session, std::string_view why);
  // The stream ends with the session.
  void join(const accounts::Digest& session, const std::shared_ptr<Outbox>& outbox);

  // ---- One's own account; slow
  [[nodiscard]] std::optional<Refused> change_password(const Caller& caller, const std::string& old_password, const std::string& new_password, const std::string& peer);
  struct Enrolment {
    std::string secret, uri;
  };
  [[nodiscard]] std::variant<Enrolment, Refused> begin_totp(const Caller& caller, const std::string& password, const std::string& peer);
  // The recovery codes, told this once.
  [[nodiscard]] std::variant<std::vector<std::string>, Refused> confirm_totp(const Caller& caller, const std::string& code);

  // ---- Others' accounts; slow. `by` is who did it.
  // With an empty password one is made up and returned: the person must change it.
  Result<std::string> create(accounts::NewAccount account, const std::string& password, std::string_view by);
  Result<void> change(std::string_view id, const accounts::AccountChange& change, std::string_view by);
  Result<std::string> reset_password(std::string_view id, std::string_view by);
  Result<void> remove_totp(std::string_view id, std::string_view by);

  // ---- Journal
  // A formal act that was let through or refused, and a look at what is not everybody's.
  void act(const Caller& caller, std::string_view method, std::string_view path, int status, std::string_view why);
  void looked_at(const Caller& caller, std::string_view path);

 private:
  struct State;
  explicit People(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
