#pragma once
// For tests: North's node, which hears all records at once, and terms of the test's own texts that say what a test wants.

#include <map>
#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "pact/sharing_rules.h"
#include "pact/test_pact.h"
#include "pact/test_terms.h"

namespace skypact::pact::test {

class History : public testing::Test {
 protected:
  History() : state_(setup()) {}

  // Statements may name these clauses beside those of every test's terms.
  static Result<TermsFacts> read_facts(std::string_view text) {
    auto facts = read_test_terms(text);
    if (facts) facts->clauses.insert(facts->clauses.end(), {"sharing.s", "distress.crews", "distress.others"});
    return facts;
  }
  static PactSetup setup() {
    PactSetup made = setup_of("north");
    made.read_terms = read_facts;
    return made;
  }
  void record(const std::string& party, Time now, std::variant<std::string, TermsPart> what) {
    state_.apply({keys_of(party).origin(), next_[party]++, now, std::move(what)});
  }
  // The id of the statement.
  std::string say(const std::string& party, Time now, StatementBody body) {
    const std::string note = note_of(party, now, std::move(body), {0, 1});
    record(party, now, note);
    return parse_statement_note(note)->id;
  }
  void sign(const std::string& party, const TestTerms& terms, Time now) { say(party, now, Signing{terms.id()}); }
  // Proposed by North and accepted by the others.
  void propose(const TestTerms& terms, Time now, Terms said) {
    terms_[terms.id()] = std::move(said);
    record("north", now, TermsPart{terms.id(), 0, 1, terms.text()});
    record("north", now, note_of("north", now, Proposal{terms.id(), terms.from - minutes(10), "r"}, {0}));
    for (const char* party : {"south", "un"}) record(party, now, note_of(party, now, accept_all(terms.id()), {0}));
  }
  // And signed by all.
  void agree(const TestTerms& terms, Time now, Terms said) {
    propose(terms, now, std::move(said));
    for (const char* party : {"north", "south", "un"}) sign(party, terms, now);
  }
  [[nodiscard]] TermsByHash by_hash() const {
    return [this](const std::string& hash) { return terms_.contains(hash) ? &terms_.at(hash) : nullptr; };
  }
  static Heard all_heard(Time now) { return {{"south", now}, {"un", now}}; }

  PactState state_;
  std::map<std::string, std::uint64_t> next_;
  std::map<std::string, Terms> terms_;
};

}  // namespace skypact::pact::test
