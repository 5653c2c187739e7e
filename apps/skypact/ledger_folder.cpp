#include "ledger_folder.h"

#include <CLI/CLI.hpp>

#include "base/input_file.h"
#include "ledger/audit.h"

namespace skypact::app {

void Trust::add_options(CLI::App& command) {
  auto* by_key = command.add_option("--key", key, "The log's verifier key, name+id+base64: no cosigner is asked for");
  auto* by_policy = command.add_option("--policy", policy, "A file of logs, witnesses and the quorum (C2SP tlog-policy)");
  by_key->excludes(by_policy);
}

Result<ledger::Policy> read_policy(const Trust& trust) {
  if (!trust.key.empty()) {
    const auto key = ledger::parse_verifier_key(trust.key);
    if (!key) return Error{ErrorCode::usage, "--key: " + key.error().message};
    if (key->type != ledger::KeyType::ed25519) return Error{ErrorCode::usage, "--key: this is a cosigner's key; a log's is of type 1"};
    return ledger::policy_of(*key);
  }
  if (trust.policy.empty()) return Error{ErrorCode::usage, "--key or --policy says whose signatures count; one of them is needed"};
  const auto text = read_bytes(trust.policy, ledger::PolicyLimits::bytes);
  if (!text) return text.error();
  auto policy = ledger::parse_policy(*text);
  if (!policy) return std::move(policy).error().within(trust.policy);
  return policy;
}

Result<LedgerFolder> open_ledger_folder(const std::string& folder) {
  auto opened = ledger::open_log_files(ledger::files_in(folder));
  if (!opened && opened.error().code == ErrorCode::not_found) return Error{opened.error().code, opened.error().message + "; a log's folder holds a file checkpoint"};
  if (!opened) return std::move(opened).error().within(folder);
  return opened;
}

Result<void> signed_by_log(const ledger::Note& head, ledger::Policy policy) {
  policy.quorum.reset();
  const auto accepted = ledger::accept(head, policy);
  if (!accepted) return Error{ErrorCode::refused, "the record's checkpoint: " + accepted.error().message};
  return {};
}

}  // namespace skypact::app
