#include "accounts/account.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/utf8.h"

namespace skypact::accounts {
namespace {

Error no_such(std::string_view id) { return {ErrorCode::not_found, "There is no account " + quoted(id) + "."}; }

Result<void> check_text(std::string_view what, std::string_view text, std::size_t longest) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (text.empty() || text.size() > longest || !is_utf8(text) || controls || trim(text) != text) {
    return bad_input(std::string(what) + ": must be one line of text of at most " + std::to_string(longest) + " bytes");
  }
  return {};
}

Result<void> check_desks(const std::vector<std::string>& desks) {
  if (desks.size() > AccountLimits::desks) return Error{ErrorCode::over_limit, "desks: at most " + std::to_string(AccountLimits::desks)};
  for (const std::string& desk : desks) {
    if (auto good = check_text("desks", desk, AccountLimits::desk_bytes); !good) return good;
  }
  if (std::set<std::string>(desks.begin(), desks.end()).size() != desks.size()) return bad_input("desks: one is named twice");
  return {};
}

Result<void> check_roles(Roles roles) {
  if (roles.empty()) return bad_input("roles: must have at least one of administrator, negotiator, signatory, watch_officer, planner, observer");
  return {};
}

bool can_administer(const Account& account) { return !account.disabled && account.roles.has(Role::administrator); }

}  // namespace

Result<void> check_account_id(std::string_view id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; };
  if (id.empty() || id.size() > AccountLimits::id_bytes || id.front() < 'a' || id.front() > 'z' || !std::all_of(id.begin(), id.end(), allowed)) {
    return bad_input(quoted(id) + " is no account's name; it has up to " + std::to_string(AccountLimits::id_bytes) +
                     " lower-case letters, digits, '.', '-' and '_', and begins with a letter");
  }
  return {};
}

Permissions permissions_of(const Account& account) {
  if (account.disabled) return {};
  const Permissions seeing{Permission::own, Permission::read};
  Permissions awake;
  for (std::size_t i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    if (!account.roles.has(role)) continue;
    awake |= needs_second_factor(role) && !account.totp ? seeing : permissions_of(role);
  }
  return account.password_is_initial ? awake & seeing : awake;
}

bool Accounts::has_administrator_without(std::string_view id) const {
  return std::any_of(accounts_.begin(), accounts_.end(), [&](const auto& a) { return a.first != id && can_administer(a.second); });
}

Result<void> Accounts::create(NewAccount account, std::string password_hash, bool password_is_initial, Time now) {
  Account a;
  a.id = std::move(account.id);
  a.name = std::move(account.name);
  a.desks = std::move(account.desks);
  a.roles = account.roles;
  a.password = std::move(password_hash);
  a.password_is_initial = password_is_initial;
  a.created_at = std::chrono::floor<milliseconds>(now);
  return add(std::move(a));
}

Result<void> Accounts::add(Account account) {
  if (auto good = check_account_id(account.id); !good) return good;
  if (auto good = check_text("name", account.name, AccountLimits::name_bytes); !good) return good;
  if (auto good = check_desks(account.desks); !good) return good;
  if (auto good = check_roles(account.roles); !good) return good;
  if (!is_password_hash(account.password)) return bad_input("password: is no Argon2id hash that this version makes");
  if (account.recovery.size() > AccountLimits::recovery_codes) return Error{ErrorCode::over_limit, "recovery: at most 8 codes"};
  if (!account.recovery.empty() && !account.totp) return bad_input("recovery: belongs to a second factor");
  if (accounts_.contains(account.id)) {
    return Error{ErrorCode::conflict, "There is an account " + quoted(account.id) + " already; a name stays one person's, also when disabled."};
  }
  if (accounts_.size() >= AccountLimits::accounts) return Error{ErrorCode::over_limit, "A node has at most " + std::to_string(AccountLimits::accounts) + " accounts."};
  std::string id = account.id;
  accounts_.emplace(std::move(id), std::move(account));
  return {};
}

Result<void> Accounts::change(std::string_view id, const AccountChange& change) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return no_such(id);
  Account after = at->second;
  if (change.name) {
    if (auto good = check_text("name", *change.name, AccountLimits::name_bytes); !good) return good;
    after.name = *change.name;
  }
  if (change.desks) {
    if (auto good = check_desks(*change.desks); !good) return good;
    after.desks = *change.desks;
  }
  if (change.roles) {
    if (auto good = check_roles(*change.roles); !good) return good;
    after.roles = *change.roles;
  }
  if (change.disabled) after.disabled = *change.disabled;
  if (can_administer(at->second) && !can_administer(after) && !has_administrator_without(id)) {
    return Error{ErrorCode::conflict, quoted(id) + " is the last administrator; make another one first."};
  }
  at->second = std::move(after);
  return {};
}

Result<void> Accounts::set_password(std::string_view id, std::string hash, bool is_initial) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return no_such(id);
  if (!is_password_hash(hash)) return bad_input("password: is no Argon2id hash");
  wipe(at->second.password);
  at->second.password = std::move(hash);
  at->second.password_is_initial = is_initial;
  return {};
}

Result<void> Accounts::set_totp(std::string_view id, const TotpSeed& seed, std::vector<Digest> recovery) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return no_such(id);
  if (recovery.size() > AccountLimits::recovery_codes) return Error{ErrorCode::over_limit, "recovery: at most 8 codes"};
  at->second.totp = seed;
  at->second.recovery = std::move(recovery);
  return {};
}

Result<void> Accounts::remove_totp(std::string_view id) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return no_such(id);
  at->second.totp.reset();
  at->second.recovery.clear();
  return {};
}

bool Accounts::use_recovery_code(std::string_view id, const Digest& code) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return false;
  auto& codes = at->second.recovery;
  const auto found = std::find_if(codes.begin(), codes.end(), [&](const Digest& d) { return equal_in_constant_time(d, code); });
  if (found == codes.end()) return false;
  codes.erase(found);
  return true;
}

const Account* Accounts::find(std::string_view id) const {
  const auto at = accounts_.find(id);
  return at == accounts_.end() ? nullptr : &at->second;
}

}  // namespace skypact::accounts
