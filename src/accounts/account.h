#pragma once
// Account: one person at this node. Accounts are never removed, only disabled, so that a name in the journal stays one
// person's for all time.
//
//     Accounts people;
//     if (auto made = people.create({.id = "duty-1", .name = "Duty officer 1", .roles = {Role::watch_officer}}, hash, now); !made) …
//     const Account* account = people.find("duty-1");
//
// Every change is refused or done whole. Plain values; one thread at a time.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/role.h"
#include "accounts/secret.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

struct AccountLimits {
  static constexpr std::size_t accounts = 500;
  static constexpr std::size_t id_bytes = 32;
  static constexpr std::size_t name_bytes = 100;
  static constexpr std::size_t desks = 16;
  static constexpr std::size_t desk_bytes = 64;
  static constexpr std::size_t recovery_codes = 8;
  static constexpr std::size_t file_bytes = std::size_t{1} << 20;
};

struct Account {
  std::string id;                      // lower-case letters, digits, '.', '-', '_'
  std::string name;
  std::vector<std::string> desks;      // of the node's party, where this person works
  Roles roles;
  bool disabled = false;
  std::string password;                // the hash
  bool password_is_initial = false;    // somebody else knows it: until it is changed, the account can only see
  std::optional<TotpSeed> totp;        // the second factor
  std::vector<Digest> recovery;        // codes not used yet
  Time created_at{};
};

// What the account may do now: its roles', less what sleeps until there is a second factor and a password of its own.
[[nodiscard]] Permissions permissions_of(const Account& account);

struct NewAccount {
  std::string id, name;
  std::vector<std::string> desks;
  Roles roles;
};
struct AccountChange {
  std::optional<std::string> name{};
  std::optional<std::vector<std::string>> desks{};
  std::optional<Roles> roles{};
  std::optional<bool> disabled{};
};

class Accounts {
 public:
  // Errors of all: bad_input, over_limit, not_found, conflict; nothing has changed then.
  Result<void> create(NewAccount account, std::string password_hash, bool password_is_initial, Time now);
  // Conflict also where no administrator would be left that can log in.
  Result<void> change(std::string_view id, const AccountChange& change);
  Result<void> set_password(std::string_view id, std::string hash, bool is_initial);
  Result<void> set_totp(std::string_view id, const TotpSeed& seed, std::vector<Digest> recovery);
  Result<void> remove_totp(std::string_view id);   // lost: the person enrols anew
  // True where the code was one that had not been used; it is now.
  bool use_recovery_code(std::string_view id, const Digest& code);

  // As read from a file.
  Result<void> add(Account account);

  [[nodiscard]] const Account* find(std::string_view id) const;
  [[nodiscard]] const std::map<std::string, Account, std::less<>>& all() const { return accounts_; }
  [[nodiscard]] bool empty() const { return accounts_.empty(); }

 private:
  [[nodiscard]] bool has_administrator_without(std::string_view id) const;
  std::map<std::string, Account, std::less<>> accounts_;   // by id: one order in every output
};

// Errors: bad_input that says what an id looks like.
Result<void> check_account_id(std::string_view id);

// docs/formats/accounts.md. Canonical JSON, so one text for one state.
[[nodiscard]] std::string to_json(const Accounts& accounts);
// Errors: bad_input or over_limit; none quotes a secret.
Result<Accounts> parse_accounts(std::string_view text);

}  // namespace skypact::accounts
