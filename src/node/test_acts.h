#pragma once
// For tests: nodes as far as acts go, with their records in memory, and a negotiation by chance between three of them.

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "node/acts.h"
#include "pact/record_entries.h"
#include "pact/test_pact.h"

namespace skypact::node::test {

using namespace pact;
using namespace pact::test;

inline ActsSetup setup_of_node(const std::string& party) {
  ActsSetup setup{.party = party, .origin = keys_of(party).origin(), .members = {}, .read_terms = read_test_terms};
  for (const char* name : {"north", "south", "un"}) setup.members.push_back({name, keys_of(name).origin(), keys_of(name).root.verifier()});
  return setup;
}

// Its record, and what others' mirrors here have brought.
struct Node {
  explicit Node(const std::string& name) : Node(name, setup_of_node(name)) {}
  Node(const std::string& name, ActsSetup setup) : party(name), acts(std::move(setup)) {}

  std::uint64_t record_entry(const std::string& entry) {
    record.push_back(entry);
    acts.apply(record.size() - 1, entry);
    return record.size() - 1;
  }
  Result<Acts::Decision> state(const std::string& note, const std::string& terms, Time now) {
    auto decided = acts.decide(note, terms, now);
    if (decided) {
      for (const std::string& entry : decided->entries) record_entry(entry);
    }
    return decided;
  }
  // Entries [from, to) of another's record.
  Acts::Received hear(const Node& other, std::uint64_t from, std::uint64_t to, Time now) {
    const std::vector<std::string> piece(other.record.begin() + static_cast<std::ptrdiff_t>(from), other.record.begin() + static_cast<std::ptrdiff_t>(to));
    auto received = acts.receive(keys_of(other.party).origin(), from, piece, now);
    for (const std::string& entry : received.entries) record_entry(entry);
    acts.heard(keys_of(other.party).origin(), from, piece);
    return received;
  }
  void hear_all(const Node& other, Time now) { hear(other, 0, other.record.size(), now); }
  // Made anew from the record.
  [[nodiscard]] Acts replayed() const {
    Acts fresh(setup_of_node(party));
    for (std::uint64_t i = 0; i < record.size(); ++i) fresh.apply(i, record[i]);
    return fresh;
  }

  std::string party;
  Acts acts;
  std::vector<std::string> record;
};

// All that the life cycle makes of it, as text.
inline std::string digest(const Acts& acts, Time now) {
  std::string text;
  for (const auto& [name, state] : acts.pacts()) {
    text += name + ":";
    for (const Version& v : state.versions()) {
      text += " " + v.terms.substr(0, 8) + "=" + std::string(to_string(state.stage(v, now)));
      for (const Consent& c : v.consents) text += "," + c.party + (c.complete_at ? "+" : c.accepted_at ? "a" : "-");
      if (v.in_force) text += " from " + to_rfc3339(v.in_force->from);
    }
    for (const Judgement& j : state.judgements()) text += "\n " + j.id.substr(0, 8) + " " + j.party + " " + j.no_effect;
  }
  return text;
}

// What a machine writes beside the acts.
inline std::string traffic(const std::string& party, Time now) {
  return "{\"at\":\"" + to_rfc3339(now) + "\",\"body\":{},\"origin\":\"" + keys_of(party).origin() + "\",\"party\":\"" + party + "\",\"type\":\"traffic\",\"v\":1}\n";
}

// Three parties who state and hear this and that, each step by chance.
struct World {
  explicit World(std::uint64_t seed) : random(seed) {
    for (const char* party : {"north", "south", "un"}) nodes.emplace(party, Node(party));
  }

  Node& pick() { return std::next(nodes.begin(), static_cast<std::ptrdiff_t>(random.below(3)))->second; }
  void hear(Node& a, Node& b, bool everything) {
    std::uint64_t& at = heard[{a.party, b.party}];
    const std::uint64_t all = b.record.size();
    const std::uint64_t to = everything ? all : at + random.below(all - at + 1);
    const std::uint64_t again = std::min<std::uint64_t>(at, random.below(3));   // some of it a second time
    a.hear(b, at - again, to, now);
    at = std::max(at, to);
  }
  void hear_all() {
    for (auto& [a, node] : nodes) {
      for (auto& [b, other] : nodes) {
        if (a != b) hear(node, other, true);
      }
    }
  }
  void step() {
    now += seconds(static_cast<std::int64_t>(random.below(90)));
    Node& node = pick();
    if (random.chance(0.3)) node.record_entry(traffic(node.party, now));
    if (random.chance(0.5)) {
      Node& other = pick();
      if (&other != &node) hear(node, other, false);
      return;
    }
    if (drafts.empty() || random.chance(0.1)) {
      TestTerms draft;
      draft.from = now + minutes(static_cast<std::int64_t>(20 + random.below(60)));
      draft.remark = "draft" + std::to_string(drafts.size());
      for (const auto& [name, n] : nodes) {
        const auto at = n.acts.pacts().find("corridor");
        if (at != n.acts.pacts().end() && at->second.newest() != nullptr && random.chance(0.7)) draft.replaces = at->second.newest()->terms;
      }
      drafts.push_back(draft);
      (void)node.state(note_of(node.party, now, Proposal{draft.id(), now + minutes(15), {}}), draft.text(), now);
      return;
    }
    const TestTerms& about = drafts[random.below(drafts.size())];
    StatementBody body;
    std::vector<unsigned> who{static_cast<unsigned>(random.below(3))};
    switch (random.below(6)) {
      case 0: case 1: body = accept_all(about.id()); break;
      case 2: case 3: body = Signing{about.id()}; who = {0, 1}; break;
      case 4: body = Termination{about.id(), "a reason", now + std::chrono::hours(25)}; who = {0, 2}; break;
      default: body = Suspension{about.id(), std::nullopt, "a reason", std::nullopt}; who = {1, 2}; break;
    }
    (void)node.state(note_of(node.party, now, body, who), "", now);
  }

  Random random;
  std::map<std::string, Node> nodes;
  std::map<std::pair<std::string, std::string>, std::uint64_t> heard;   // (who, whose) → how far
  std::vector<TestTerms> drafts;
  Time now = noon;
};

}  // namespace skypact::node::test
