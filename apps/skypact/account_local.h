#pragma once
// Accounts changed here and not by a node: `skypact account` on a stopped node, and `skypact setup`.
//
//     auto told = add_account(people, {.id = "anna", …}, password, true, now);
//     fmt::print("{}", account_json(*people.find("anna"), *told));

#include <string>
#include <string_view>
#include <vector>

#include "accounts/account.h"

namespace skypact::app {

// What a person is told once and what lies nowhere in the clear.
struct AccountSecrets {
  std::string first_password, totp_uri;
  std::vector<std::string> recovery_codes;
};

// An empty password is made up.
Result<AccountSecrets> add_account(accounts::Accounts& people, accounts::NewAccount account, const std::string& password, bool password_is_initial, Time now);
Result<AccountSecrets> reset_account_password(accounts::Accounts& people, std::string_view id);
Result<AccountSecrets> set_account_totp(accounts::Accounts& people, std::string_view id, std::string_view issuer);

// As the API writes it, with what is told once.
[[nodiscard]] std::string account_json(const accounts::Account& account, const AccountSecrets& secrets);
[[nodiscard]] std::string accounts_json(const accounts::Accounts& people);

}  // namespace skypact::app
