#pragma once
// Arrangements: what the parties have arranged for their people, as it holds now: how early an activity is announced, on which
// frequencies one is heard, who speaks to outsiders, which desks are staffed, who is told at once where a state aircraft in distress is. What the watch carries out by itself is Agreed's.
//
//     const Arrangements now_held = acts.arrangements(now);
//     for (const auto& [notice, version] : now_held.notices) …     // notice.activity, notice.at_least
//
// Of every pact that which Acts::agreed() carries out at that instant: the last agreed version, in force or over while nothing else
// was agreed, and all that may hold while it cannot be known which does. While clauses are suspended they are not among it;
// those of the safety floor always are. A clause that two versions say alike is there once.
//
// In the order of the pacts' names, then of the versions, then of the terms. Plain values, pure functions; any thread.

#include <string>
#include <vector>

#include "airspace/agreed.h"
#include "pact/release_rules.h"
#include "pact/terms.h"

namespace skypact::node {

template <class Clause>
struct Arranged {
  Clause clause;
  std::string version;                 // whose word it is, for people: "corridor v3 5f2a91c0b3d4"
  bool in_floor = false;               // no suspension reaches it
};

struct PartyDesks {
  std::string party;
  std::vector<Desk> desks;
  friend bool operator==(const PartyDesks&, const PartyDesks&) = default;
};

struct Arrangements {
  std::vector<Arranged<pact::TermsNotice>> notices;
  std::vector<Arranged<pact::TermsFrequency>> frequencies;   // `parties` empty: all of that pact
  std::vector<Arranged<pact::Outsider>> outsiders;
  std::vector<Arranged<PartyDesks>> desks;                   // of parties that have any
  std::vector<pact::Release> releases;                       // of distress: what all that may hold says (pact/release_rules.h)
};

// What these terms arrange, but for the clauses that are suspended, by id.
void add(Arrangements& to, const pact::Terms& terms, const std::vector<std::string>& suspended);

}  // namespace skypact::node
