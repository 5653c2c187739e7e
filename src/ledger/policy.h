#pragma once
// Policy: which logs and which cosigners make a checkpoint good enough (C2SP tlog-policy).
//
//     log north.example/record+…
//     witness south south.example/cosigner+…
//     witness un un.example/cosigner+…
//     group others any south un
//     quorum others
//
// Plain values; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

namespace skypact::ledger {

struct PolicyLimits {
  static constexpr std::size_t bytes = 100'000;
  static constexpr std::size_t logs = 64, witnesses = 64, groups = 64;
};

struct Policy {
  struct Group {
    std::string name;
    unsigned needed = 1;               // of its members
    std::vector<std::uint32_t> members;  // below witnesses.size(): a witness; else groups[m − witnesses.size()], an earlier one
  };
  struct Witness {
    std::string name;  // in the policy only
    VerifierKey key;
    std::string url;
  };
  struct Log {
    VerifierKey key;   // its name is the log's origin
    std::string url;
  };
  std::vector<Log> logs;
  std::vector<Witness> witnesses;
  std::vector<Group> groups;
  std::optional<std::uint32_t> quorum;  // as a member; empty: none is needed
};

// A log alone, no cosigner asked for.
[[nodiscard]] Policy policy_of(const VerifierKey& log);

// Errors: bad_input with the line, over_limit.
Result<Policy> parse_policy(std::string_view text);

// A checkpoint that the policy accepts, and what is known of it.
struct Accepted {
  Checkpoint checkpoint;
  std::size_t log = 0;  // of Policy::logs
  struct Cosigned {
    std::size_t witness = 0;  // of Policy::witnesses
    Time at;                  // the earliest of its cosignatures
  };
  std::vector<Cosigned> cosigned;  // by witness; also those that the quorum does not need
};
// Errors: bad_input for what is no checkpoint, an origin that is not its signer's, or a known key's wrong signature;
// refused where no log of the policy signed, or the quorum is not reached: then it says who is missing.
Result<Accepted> accept(const Note& note, const Policy& policy);

}  // namespace skypact::ledger
