#pragma once
// Proof files: that one entry is in a log, for somebody without the log and without a network (C2SP tlog-proof).
//
//     auto proof = parse_proof(file);
//     auto accepted = verify(*proof, leaf_hash(as_bytes(entry)), policy);
//
// Ours carry the entry itself as `extra`: it is not authenticated by being there, but by hashing to the leaf.
//
// Plain values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"

namespace skypact::ledger {

struct ProofFile {
  std::optional<std::string> extra;  // opaque bytes, of whoever wrote the file
  std::uint64_t index = 0;
  std::vector<Hash> path;            // from the leaf's sibling up
  Note checkpoint;
  friend bool operator==(const ProofFile&, const ProofFile&) = default;
};

// Errors: bad_input with the line, over_limit.
Result<ProofFile> parse_proof(std::string_view text);
[[nodiscard]] std::string to_text(const ProofFile& proof);

// Success: a log of the policy holds the leaf at the proof's index, under a checkpoint that the policy accepts.
// Errors as of `accept` and `verify_inclusion`.
Result<Accepted> verify(const ProofFile& proof, const Hash& leaf, const Policy& policy);

}  // namespace skypact::ledger
