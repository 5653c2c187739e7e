#pragma once
// A log as its files are at one head: its entries, and the proof of one of them for somebody without the log.
//
//     auto log = open_log_files(files_in("data/record"));
//     auto proved = prove_entry(*log, 300, &policy);          // to_text(proved->proof) is a file (ledger/proof_file.h)
//
// Nobody's signature is looked at here. Pure, but for what ReadFile does; any thread.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/proof_file.h"
#include "ledger/tile.h"
#include "ledger/time_bracket.h"

namespace skypact::ledger {

struct LogFiles {
  ReadFile files;
  Note head;
  Checkpoint checkpoint;                 // as the head says it
};
// Errors: not_found where there is no checkpoint; bad_input where it is none.
Result<LogFiles> open_log_files(ReadFile files);

// Error: bad_input beyond its end.
Result<std::string> entry_at(const LogFiles& log, std::uint64_t index);
// Entries from `from` on; false ends it.
Result<void> each_entry(const LogFiles& log, std::uint64_t from, const std::function<bool(std::uint64_t index, std::string_view entry)>& each);

struct Proved {
  ProofFile proof;                       // with the entry
  TimeBracket written;                   // empty without a policy
};
// Under the newest checkpoint; with a policy under the one that was cosigned first. Error: refused where the files contradict it.
Result<Proved> prove_entry(const LogFiles& log, std::uint64_t index, const Policy* policy);
// The same where the entry's bracket is known.
Result<ProofFile> prove_entry(const LogFiles& log, std::uint64_t index, const TimeBracket& written);

}  // namespace skypact::ledger
