#pragma once
// AccountsStore: the files of accounts and sessions, in data_dir/secrets, for the owner's eyes only.
//
//     auto store = AccountsStore::open(config.data_dir);     // and keeps every other process out
//     if (auto saved = store->save(accounts); !saved) …      // whole or not at all, and durable
//
// docs/formats/accounts.md is the format. save() and save_sessions() may be called from two threads, each from one.

#include <filesystem>
#include <memory>

#include "accounts/account.h"
#include "accounts/session.h"
#include "ledger/storage.h"

namespace skypact::server {

class AccountsStore {
 public:
  // Errors: conflict where a node runs on it, refused where others may read the folder or a file of it, bad_input.
  static Result<AccountsStore> open(const std::filesystem::path& data_dir);
  [[nodiscard]] static std::filesystem::path folder_in(const std::filesystem::path& data_dir) { return data_dir / "secrets"; }

  // As they were when opened; they are taken, once.
  [[nodiscard]] accounts::Accounts take_accounts() { return std::move(accounts_); }
  [[nodiscard]] accounts::Sessions take_sessions() { return std::move(sessions_); }

  Result<void> save(const accounts::Accounts& accounts);
  Result<void> save_sessions(const std::string& json);

 private:
  std::unique_ptr<ledger::FileStorage> storage_;
  accounts::Accounts accounts_;
  accounts::Sessions sessions_;
};

}  // namespace skypact::server
