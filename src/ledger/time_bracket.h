#pragma once
// When was this entry written? Between two times that others vouch for, whatever the entry itself says.
//
//     auto bracket = time_bracket(7, checkpoint.size, files, policy);
//     if (bracket->after && bracket->before) …     // after->at < written < before->at
//
// before: the earliest cosignature of a checkpoint that contains it. after: the latest cosignature that the log itself
// carries in an earlier entry, or in this one. Both stand in entries of type `cosigned`, which a node writes as cosignatures of
// its own checkpoints arrive, at most once a minute from each cosigner; so the log alone answers, for all time.
// (Naming a checkpoint of somebody else's proves nothing of the time: its root may have been known long before it was
// cosigned. A cosignature could not be known before it was made.)
//
// The times are those that the cosigners say. That the files are the log's is for an audit to say.
// Pure, but for what ReadFile does; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/tile.h"

namespace skypact::ledger {

struct TimeBracketLimits {
  static constexpr std::uint64_t entries = 20'000;   // looked at, each way; a node's minute has some ten
  static constexpr unsigned cosigned = 32;           // of them of type `cosigned`, each way
};

struct TimeBracket {
  struct End {
    Time at;
    std::size_t witness = 0;   // of Policy::witnesses
    Note checkpoint;           // that it cosigned
    std::uint64_t size = 0;    // entries of that
  };
  std::optional<End> after, before;
  std::uint64_t same_until = 0;  // entries from this one on and below that index have the same bracket
};

// Of entry `index` of the log with these files and this many entries. Only witnesses of the policy count; its quorum does
// not. Errors: bad_input where there is no such entry; what reading gives.
Result<TimeBracket> time_bracket(std::uint64_t index, std::uint64_t size, const ReadFile& files, const Policy& policy);

// The checkpoint that an entry of type `cosigned` carries; nullopt where it is another entry.
[[nodiscard]] std::optional<Note> cosigned_in(std::string_view entry);

}  // namespace skypact::ledger
