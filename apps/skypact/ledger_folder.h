#pragma once
// A ledger's folder, read by a command: its checkpoint, its entries, and the proof of one of them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/proof_file.h"
#include "ledger/tile.h"
#include "ledger/time_bracket.h"

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

struct LedgerFolder {
  ledger::ReadFile files;
  ledger::Note head;
  ledger::Checkpoint checkpoint;         // as the note says it; nobody's signature was looked at
};
// Is the checkpoint signed by a log of the policy? Who cosigned does not matter: the newest may not be cosigned yet. Error: refused.
Result<void> signed_by_log(const ledger::Note& head, ledger::Policy policy);
// Error: not_found where there is no checkpoint.
Result<LedgerFolder> open_ledger_folder(const std::string& folder);

// Error: bad_input beyond its end.
Result<std::string> entry_at(const LedgerFolder& folder, std::uint64_t index);
// Entries from `from` on; false ends it.
Result<void> each_entry(const LedgerFolder& folder, std::uint64_t from, const std::function<bool(std::uint64_t index, std::string_view entry)>& each);

struct Proved {
  ledger::ProofFile proof;               // with the entry
  ledger::TimeBracket written;           // empty without a policy
};
// Under the newest checkpoint; with a policy under the one that was cosigned first. Error: refused where the files contradict it.
Result<Proved> prove_entry(const LedgerFolder& folder, std::uint64_t index, const ledger::Policy* policy);

}  // namespace skypact::app
