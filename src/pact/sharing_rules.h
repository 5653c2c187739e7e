#pragma once
// Sharing made of terms: what one party lets another see, by the clauses of the versions that hold and when.
//
//     const SharingOf now = sharing_of(terms, "north", "south", suspended);
//     for (AgreedSharing& piece : sharing_in_time(state, terms_by_hash, heard, "north", "south", now)) …
//
// A clause that is suspended names nothing, and neither the configuration nor another clause stands in for it. Who is no party
// of a version is no part of it. Pure; any thread.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/sharing.h"
#include "pact/life_cycle.h"
#include "pact/terms.h"

namespace skypact::pact {

struct SharingLimits {
  // Of one direction. What would come after as many changes is nothing, until it is looked at again.
  static constexpr std::size_t pieces = 64;
  static constexpr Duration looked_back = minutes(10);   // clocks are never farther apart
};

struct SharingOf {
  std::vector<std::string> clauses;     // that name the direction
  std::vector<std::string> suspended;   // those of them that are
  TracksShared tracks;
};
// Near a conflict both clauses of a direction hold: the one that tells the place sooner, and then more exactly, with what the other
// adds as soon, and with the names that it adds. A clause without position lets out no track. An aircraft that is told always
// without its address keeps the name that it is told by: a second name would be a second aircraft.
[[nodiscard]] SharingOf sharing_of(const Terms& terms, std::string_view from, std::string_view to, std::span<const std::string> suspended);

// nullptr where they cannot be read.
using TermsByHash = std::function<const Terms*(const std::string& hash)>;

// For a while back and all the time to come, by the versions of a pact: in force, over, or such that it cannot be known yet.
// `from` and `to` of the pieces are left to whoever numbers the parties.
[[nodiscard]] std::vector<AgreedSharing> sharing_in_time(const PactState& state, const TermsByHash& terms, const Heard& heard, std::string_view from, std::string_view to,
                                                         Time now);

}  // namespace skypact::pact
