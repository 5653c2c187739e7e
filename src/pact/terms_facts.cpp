#include "pact/terms_facts.h"

#include <algorithm>

namespace skypact::pact {

TermsFacts facts_of(const Terms& terms) {
  TermsFacts facts;
  facts.pact = terms.id;
  if (terms.supersedes) facts.replaces = to_hex(*terms.supersedes);
  facts.valid = terms.validity.valid;
  facts.termination_notice = terms.validity.termination_notice;
  facts.reviews = terms.validity.review;
  facts.clauses = clause_ids(terms);
  facts.safety_floor = safety_floor_ids(terms);
  for (const TermsParty& party : terms.parties) {
    if (!party.signs()) continue;   // its lead signs for it
    PartyInTerms listed{party.id, party.quorum, {}};
    const auto add = [&](KeyRole role, const std::optional<ledger::VerifierKey>& key) {
      if (key) listed.keys.push_back({role, ledger::to_string(*key)});
    };
    add(KeyRole::root, party.root_key);
    add(KeyRole::record, party.record_key);
    add(KeyRole::cosigner, party.cosigner_key);
    for (const Signatory& signatory : party.signatories) listed.keys.push_back({KeyRole::signatory, ledger::to_string(signatory.key)});
    for (const ledger::Hash& pin : party.tls_pins) listed.keys.push_back({KeyRole::tls, ledger::to_base64(pin)});
    facts.parties.push_back(std::move(listed));
  }
  std::sort(facts.parties.begin(), facts.parties.end(), [](const PartyInTerms& a, const PartyInTerms& b) { return a.party < b.party; });
  return facts;
}

Result<TermsFacts> read_terms_facts(std::string_view canonical_text) {
  const auto terms = read_terms_json(canonical_text, "terms");
  if (!terms) return terms.error();
  if (canonical_json(*terms) != canonical_text) return bad_input("the text of the terms is not in canonical form (RFC 8785)");
  return facts_of(*terms);
}

}  // namespace skypact::pact
