#include "account_local.h"

#include "json/writer.h"
#include "ledger/random_bytes.h"
#include "server/endpoints/account_json.h"

namespace skypact::app {

Result<AccountSecrets> add_account(accounts::Accounts& people, accounts::NewAccount account, const std::string& password, bool password_is_initial, Time now) {
  AccountSecrets told;
  std::string first = password;
  if (password.empty()) first = told.first_password = accounts::first_password(ledger::random_bytes<accounts::first_password_bytes>());
  if (auto good = accounts::check_password(first, account.id, account.name); !good) return Error(good.error());
  auto hash = accounts::hash_password(first, {});
  accounts::wipe(first);
  if (!hash) return Error(hash.error());
  if (auto made = people.create(std::move(account), std::move(*hash), password_is_initial, now); !made) return Error(made.error());
  return told;
}

Result<AccountSecrets> reset_account_password(accounts::Accounts& people, std::string_view id) {
  AccountSecrets told;
  told.first_password = accounts::first_password(ledger::random_bytes<accounts::first_password_bytes>());
  auto hash = accounts::hash_password(told.first_password, {});
  if (!hash) return Error(hash.error());
  if (auto done = people.set_password(id, std::move(*hash), true); !done) return Error(done.error());
  return told;
}

Result<AccountSecrets> set_account_totp(accounts::Accounts& people, std::string_view id, std::string_view issuer) {
  AccountSecrets told;
  const auto seed = ledger::random_bytes<accounts::totp_seed_bytes>();
  std::vector<accounts::Digest> digests;
  for (std::size_t i = 0; i < accounts::AccountLimits::recovery_codes; ++i) {
    told.recovery_codes.push_back(accounts::recovery_code(ledger::random_bytes<accounts::recovery_code_bytes>()));
    digests.push_back(accounts::recovery_digest(told.recovery_codes.back()));
  }
  if (auto done = people.set_totp(id, seed, std::move(digests)); !done) return Error(done.error());
  told.totp_uri = accounts::totp_uri(seed, issuer, id);
  return told;
}

std::string account_json(const accounts::Account& account, const AccountSecrets& secrets) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("account");
  server::endpoints::write_account(out, account);
  if (!secrets.first_password.empty()) out.field("first_password", secrets.first_password);
  if (!secrets.totp_uri.empty()) out.field("totp_uri", secrets.totp_uri);
  if (!secrets.recovery_codes.empty()) {
    out.key("recovery_codes");
    out.begin_array();
    for (const std::string& code : secrets.recovery_codes) out.value(code);
    out.end_array();
  }
  out.end_object();
  return body;
}

std::string accounts_json(const accounts::Accounts& people) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("accounts");
  out.begin_array();
  for (const auto& [id, account] : people.all()) server::endpoints::write_account(out, account);
  out.end_array();
  out.end_object();
  return body;
}

}  // namespace skypact::app
