#pragma once
// Releases made of terms: whom a party lets know at once where its state aircraft in distress is.
//
//     for (const Release& r : releases_of(state, terms_by_hash, heard, now)) …     // r.of, r.to, r.rescue_centres
//
// What was told is not taken back, so a clause counts only where everything that may hold says it: of a pact whose version is not
// certain what all of these versions have in common, and nothing once it may be over or while the clause is suspended. A suspension
// that has not arrived here cannot be followed. Pure; any thread.

#include <string>
#include <vector>

#include "pact/life_cycle.h"
#include "pact/sharing_rules.h"
#include "pact/terms.h"

namespace skypact::pact {

struct Release {
  std::string of;
  std::vector<std::string> to;         // parties, in order
  bool rescue_centres = false;
  std::string by;                      // for people: "distress.crews, corridor v3 5f2a91c0b3d4"
  friend bool operator==(const Release&, const Release&) = default;
};
// In the order of the terms. What names nobody is left out.
[[nodiscard]] std::vector<Release> releases_of(const PactState& state, const TermsByHash& terms, const Heard& heard, Time now);

}  // namespace skypact::pact
