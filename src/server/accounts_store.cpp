#include "server/accounts_store.h"

#include <sys/stat.h>

#include <cerrno>

#include "server/log.h"

namespace skypact::server {
namespace {

constexpr const char* accounts_file = "accounts.json";
constexpr const char* sessions_file = "sessions.json";

Result<void> check_private(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};   // what is not there is read by nobody
  if ((status.st_mode & 077) == 0) return {};
  return Error{ErrorCode::refused, path.string() + " can be read by others than its owner; chmod go= it, and take new passwords if somebody may have"};
}

// There is none; not: it is not known.
bool is_surely_absent(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

}  // namespace

Result<AccountsStore> AccountsStore::open(const std::filesystem::path& data_dir) {
  AccountsStore store;
  const std::filesystem::path folder = folder_in(data_dir);
  store.storage_ = std::make_unique<ledger::FileStorage>(folder, ledger::Readers::owner);
  if (auto locked = store.storage_->lock(); !locked) {
    if (locked.error().code != ErrorCode::unreachable || !is_surely_absent(folder / accounts_file)) return std::move(locked).error();
    // A disk that takes nothing must not keep a node without accounts from watching.
    log::error("accounts cannot be kept", {{"why", locked.error().message}});
    return store;
  }
  for (const auto& path : {folder, folder / accounts_file, folder / sessions_file}) {
    if (auto good = check_private(path); !good) return std::move(good).error();
  }
  auto text = store.storage_->read(accounts_file);
  if (!text && text.error().code != ErrorCode::not_found) return std::move(text).error();
  if (text) {
    auto read = accounts::parse_accounts(*text);
    accounts::wipe(*text);
    if (!read) return std::move(read).error().within((folder / accounts_file).string());
    store.accounts_ = std::move(*read);
  }
  // Sessions that cannot be read are no reason not to watch: people log in again.
  if (auto sessions = store.storage_->read(sessions_file)) {
    auto read = accounts::Sessions::parse(*sessions);
    if (read) {
      store.sessions_ = std::move(*read);
    } else {
      log::warn("sessions are gone; people log in again", {{"why", (folder / sessions_file).string() + ": " + read.error().message}});
    }
  }
  return store;
}

Result<void> AccountsStore::save(const accounts::Accounts& accounts) { return ledger::replace(*storage_, accounts_file, accounts::to_json(accounts)); }

Result<void> AccountsStore::save_sessions(const std::string& json) { return ledger::replace(*storage_, sessions_file, json); }

}  // namespace skypact::server
