#pragma once
// How often minima were lost, by the same count at every party.
//
//     const VerdictCount c = count(verdicts);
//     say(c.losses, c.by_clause["separation.1 of corridor v3 5f2a91c0b3d4"].lost);
//
// A loss is a pair's minutes that were lost one after the other: two minutes of one pass are one loss, and so are twenty. Pure.

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "json/writer.h"
#include "node/verdict_book.h"

namespace skypact::node {

struct VerdictCount {
  struct Minutes {
    std::uint64_t lost = 0, kept = 0, cannot_be_told = 0;
  };
  std::uint64_t losses = 0;                       // episodes of a pair
  std::uint64_t pairs = 0;                        // that were judged
  Minutes minutes;                                // of pairs
  std::map<std::string, Minutes> by_clause;       // of the same, by the clauses that ask for the two distances; "" where none does
  std::uint64_t left_out = 0;                     // beyond the bounds of what is judged
};

// Each verdict once, in any order.
[[nodiscard]] VerdictCount count(std::span<const PairVerdict> verdicts);
// As members of an object.
void append(json::Writer& out, const VerdictCount& count);

}  // namespace skypact::node
