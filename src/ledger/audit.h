#pragma once
// Audit of a whole log, ours or anybody's, from its files: every entry against its hash in the tiles, every tile
// against those below it, the root of all against the signed checkpoint. Sampling would miss a flipped byte.
//
//     auto report = audit(files_in("/srv/ledger"), policy, no_progress);
//     if (!report) …                    // names the first entry or file that does not fit
//
// One thread; memory does not grow with the log.

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "ledger/policy.h"
#include "ledger/tile.h"

namespace skypact::ledger {

struct AuditReport {
  Accepted head;
  std::uint64_t entries = 0;  // of which those from `pruned` on are there
  std::uint64_t pruned = 0;   // entries below are let go (ledger/prune.h): their hashes were checked
  std::uint64_t bytes = 0;    // of the entries that are there
};

// Called now and then with the number of entries checked, of those to check.
using AuditProgress = std::function<void(std::uint64_t checked, std::uint64_t all)>;

// Errors: not_found where a file is missing, bad_input where something does not fit, refused where the policy
// does not accept the checkpoint.
Result<AuditReport> audit(const ReadFile& read, const Policy& policy, const AuditProgress& progress = nullptr);

// Reads below a folder.
[[nodiscard]] ReadFile files_in(std::filesystem::path folder);

}  // namespace skypact::ledger
