#pragma once
// For tests: three parties with their keys, and terms that say only what the life cycle asks of them.

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "pact/life_cycle.h"

namespace skypact::pact::test {

inline Time at(std::string_view text) { return parse_rfc3339(text).value(); }
inline const Time noon = at("2026-11-26T12:00:00Z");

struct PartyKeys {
  std::string party;
  ledger::SigningKey root, record;
  std::vector<ledger::SigningKey> signatories;
  [[nodiscard]] std::string origin() const { return party + ".example/record"; }
};

inline ledger::SigningKey new_key(const std::string& name, ledger::KeyType type = ledger::KeyType::ed25519) {
  return ledger::SigningKey::generate(name, type);
}

// The same for the whole test program.
inline const PartyKeys& keys_of(const std::string& party) {
  static std::map<std::string, PartyKeys> all;
  auto found = all.find(party);
  if (found == all.end()) {
    PartyKeys keys{party, new_key(party + ".example/root"), new_key(party + ".example/record"), {}};
    for (const char* name : {"ada", "ben", "cyd"}) keys.signatories.push_back(new_key(party + ".example/" + name));
    found = all.emplace(party, std::move(keys)).first;
  }
  return found->second;
}

// "terms <pact> replaces <hash or -> from <time> to <time> notice <seconds> parties <a,b> remark <word>", and where there is one " review <time>"
struct TestTerms {
  std::string replaces{};
  Time from = noon + std::chrono::hours(1), to = Time::max();
  Duration notice = std::chrono::hours(24);
  std::string parties = "north,south,un";
  std::string remark = "-";
  std::optional<Time> review{};
  [[nodiscard]] std::string text() const {
    return "terms corridor replaces " + (replaces.empty() ? "-" : replaces) + " from " + to_rfc3339(from) + " to " + (to == Time::max() ? "-" : to_rfc3339(to)) +
           " notice " + std::to_string(std::chrono::duration_cast<seconds>(notice).count()) + " parties " + parties + " remark " + remark +
           (review ? " review " + to_rfc3339(*review) : "");
  }
  [[nodiscard]] std::string id() const { return id_of(text()); }
};

inline Result<TermsFacts> read_test_terms(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view rest = text; auto word = next_field(rest, ' ');) words.push_back(*word);
  if ((words.size() != 14 && words.size() != 16) || words[0] != "terms") return bad_input("no terms of a test");
  TermsFacts facts;
  facts.pact = words[1];
  if (words[3] != "-") facts.replaces = words[3];
  facts.valid = {at(words[5]), words[7] == "-" ? Time::max() : at(words[7])};
  facts.termination_notice = seconds(*parse_integer(words[9]));
  if (words.size() == 16) facts.reviews.push_back(at(words[15]));
  for (std::string_view rest = words[11]; auto party = next_field(rest, ',');) {
    const PartyKeys& keys = keys_of(std::string(*party));
    PartyInTerms listed{std::string(*party), 2, {{KeyRole::root, ledger::to_string(keys.root.verifier())}, {KeyRole::record, ledger::to_string(keys.record.verifier())}}};
    for (const auto& key : keys.signatories) listed.keys.push_back({KeyRole::signatory, ledger::to_string(key.verifier())});
    facts.parties.push_back(std::move(listed));
  }
  facts.clauses = {"escalation", "minima.default", "minima.state", "zone.hospital"};
  facts.safety_floor = {"escalation"};
  return facts;
}

inline PactSetup setup_of(const std::string& own, const std::vector<std::string>& parties = {"north", "south", "un"}) {
  PactSetup setup{"corridor", own, {}, read_test_terms};
  for (const std::string& party : parties) setup.members.push_back({party, keys_of(party).origin(), keys_of(party).root.verifier()});
  return setup;
}

inline std::string text_of(const std::string& party, Time written, StatementBody body) {
  return to_text(Statement{.at = written, .pact = "corridor", .party = party, .body = std::move(body)});
}

// Signed by the signatories whose positions are given.
inline std::string note_of(const std::string& party, Time written, StatementBody body, const std::vector<unsigned>& who = {0}) {
  ledger::Note note{text_of(party, written, std::move(body)), {}};
  for (const unsigned i : who) note.signatures.push_back(ledger::sign(note.text, keys_of(party).signatories[i]));
  return ledger::to_text(note);
}

inline std::string note_by(const std::string& text, const std::vector<const ledger::SigningKey*>& keys) {
  ledger::Note note{text, {}};
  for (const auto* key : keys) note.signatures.push_back(ledger::sign(text, *key));
  return ledger::to_text(note);
}

inline Response accept_all(const std::string& terms) { return Response{terms, {}, ClauseAnswer{Answer::accept, {}}}; }

}  // namespace skypact::pact::test
