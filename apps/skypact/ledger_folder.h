#pragma once
// A ledger's folder, read by a command (ledger/log_files.h), and whose signatures count there.

#include <string>

#include "base/result.h"
#include "ledger/log_files.h"
#include "ledger/policy.h"

namespace CLI {
class App;
}

namespace skypact::app {

// Whose signatures count: --key or --policy.
struct Trust {
  std::string key, policy;
  [[nodiscard]] bool given() const { return !key.empty() || !policy.empty(); }
  void add_options(CLI::App& command);
};
// Errors: usage; bad_input of the file.
Result<ledger::Policy> read_policy(const Trust& trust);

using LedgerFolder = ledger::LogFiles;
// Is the checkpoint signed by a log of the policy? Who cosigned does not matter: the newest may not be cosigned yet. Error: refused.
Result<void> signed_by_log(const ledger::Note& head, ledger::Policy policy);
// Error: not_found where there is no checkpoint.
Result<LedgerFolder> open_ledger_folder(const std::string& folder);

}  // namespace skypact::app
