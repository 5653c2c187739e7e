// What the own party may record, and why not.

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/nearest_word.h"
#include "base/text.h"
#include "pact/life_cycle.h"

namespace skypact::pact {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? std::string(last) : ", ") + words[i];
  return text;
}

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }
Error conflict(std::string message) { return {ErrorCode::conflict, std::move(message)}; }

// Keys that were rotated away or revoked are not agreed anew. Only what is proposed is judged so: a key may end while terms that
// list it wait for signatures, and then it is the key that no longer signs.
Result<void> check_ended_keys(const PactState& state, const TermsFacts& facts) {
  for (const PartyInTerms& party : facts.parties) {
    for (const ListedKey& key : party.keys) {
      const auto end = state.keys().end_of(party.party, key.key);
      if (!end || *end > facts.valid.from) continue;
      return refused(fmt::format("the terms list {} as {} key of {}, which was rotated away or revoked", quoted(key.key, 150), to_string(key.role), party.party));
    }
  }
  return {};
}

// The root key of every party must be the one that was got by hand, and every key serves once.
Result<void> check_keys(const PactState& state, const TermsFacts& facts) {
  std::vector<KeyUse> uses = state.keys().uses();
  for (const PartyInTerms& party : facts.parties) {
    const ledger::VerifierKey* pinned = state.keys().root_of(party.party);
    if (pinned == nullptr) {
      return refused("no root key of " + party.party + " is pinned in this node's configuration; get it from " + party.party + " by hand first");
    }
    std::size_t signatories = 0;
    for (const ListedKey& key : party.keys) {
      uses.push_back({party.party, key.role, key.key});
      if (key.role == KeyRole::root && key.key != ledger::to_string(*pinned)) {
        return refused(fmt::format("the terms name {} as root key of {}, the configuration pins {}: one of them is wrong or forged; ask {} by telephone",
                                   quoted(key.key, 150), party.party, ledger::to_string(*pinned), party.party));
      }
      if (key.role == KeyRole::signatory) ++signatories;
    }
    if (signatories < party.quorum) {
      return refused(fmt::format("the terms ask {} signatories of {} to sign and list {}", party.quorum, party.party, signatories));
    }
  }
  return check_single_use(uses);
}

struct Asked {
  const PactState& state;
  const StatementNote& said;
  const TermsFacts* facts;   // of the terms it names
  const Version* version;    // nullptr where they were not proposed
  Time now;

  [[nodiscard]] const std::string& own() const { return state.setup().own_party; }
  [[nodiscard]] PactStage stage() const { return state.stage(*version, now); }
  [[nodiscard]] std::string stage_text() const {
    const std::string_view stage_name = to_string(stage());
    std::string text = "these terms are " + std::string(stage_name == "in_force" ? "in force" : stage_name);
    if (stage() == PactStage::lapsed && !version->dead.empty()) text += ": " + version->dead;
    return text;
  }

  [[nodiscard]] Result<void> outdated() const {
    const Version* newest = state.newest();
    const std::string newest_terms = newest == nullptr ? std::string() : newest->terms;
    if (facts->replaces == newest_terms) return {};
    if (newest == nullptr) return refused("the terms replace " + facts->replaces + ", which all parties never signed; leave out what they replace");
    return refused("the terms are outdated: they replace " + (facts->replaces.empty() ? std::string("none") : facts->replaces) + ", the newest version is " +
                   newest_terms + "; propose terms that replace it");
  }

  Result<void> operator()(const Proposal& proposal) const {
    if (auto good = check_keys(state, *facts); !good) return good;
    if (auto good = check_ended_keys(state, *facts); !good) return good;
    if (auto good = outdated(); !good) return good;
    if (state.anchor(*facts, own()) == nullptr) return refused(own() + " is no party of these terms, nor of those they replace");
    if (version != nullptr) {
      const PactStage now_is = stage();
      if (now_is != PactStage::lapsed && now_is != PactStage::withdrawn) {
        return conflict(version->proposer + " has proposed these terms already (" + std::string(to_string(now_is)) + ")" +
                        (version->proposer == own() ? "" : "; answer them with skypact pact respond"));
      }
    }
    if (facts->valid.from <= now) return refused("the terms are to hold from " + to_rfc3339(facts->valid.from) + ", which is past; others could not sign in time");
    if (proposal.respond_by <= now) return refused("respond_by, " + to_rfc3339(proposal.respond_by) + ", is past");
    if (proposal.respond_by > facts->valid.from) {
      return refused(fmt::format("respond_by, {}, is after {}, from when the terms are to hold", to_rfc3339(proposal.respond_by), to_rfc3339(facts->valid.from)));
    }
    return {};
  }

  Result<void> operator()(const Response& response) const {
    const PactStage now_is = stage();
    const Consent& mine = *version->find(own());
    if (now_is != PactStage::proposed && now_is != PactStage::answered && now_is != PactStage::agreed) {
      return refused(stage_text() + "; there is nothing to answer");
    }
    if (mine.proposer) return refused(own() + " proposed these terms itself: withdraw them, or sign once all have accepted");
    if (now >= version->respond_by) return refused("answers were asked for by " + to_rfc3339(version->respond_by) + "; ask for a new proposal");
    for (const NamedAnswer& named : response.clauses) {
      if (auto good = known(named.clause); !good) return good;
    }
    const bool accepts = (!response.rest || response.rest->answer == Answer::accept) &&
                         std::all_of(response.clauses.begin(), response.clauses.end(), [](const NamedAnswer& n) { return n.answer.answer == Answer::accept; });
    return accepts ? check_keys(state, *facts) : Result<void>();
  }

  Result<void> operator()(const Withdrawal&) const {
    const Consent& mine = *version->find(own());
    if (!mine.proposer) return refused("only " + version->proposer + ", who proposed these terms, can withdraw them; answer them with reject");
    const PactStage now_is = stage();
    if (now_is == PactStage::withdrawn) return conflict("these terms are withdrawn already");
    if (mine.complete_at) return refused(own() + " has signed these terms; they can be suspended, terminated or replaced, not withdrawn");
    if (now_is == PactStage::lapsed) return refused(stage_text() + "; there is nothing to withdraw");
    return {};
  }

  Result<void> operator()(const Signing&) const {
    const PactStage now_is = stage();
    const Consent& mine = *version->find(own());
    if (mine.complete_at) return conflict(own() + " has signed these terms already");
    if (now_is == PactStage::proposed || now_is == PactStage::answered) {
      std::vector<std::string> silent, against;
      for (const Consent& consent : version->consents) {
        if (consent.accepted_at) continue;
        (consent.answer ? against : silent).push_back(consent.party);
      }
      std::string why;
      if (!silent.empty()) why += joined(silent, " and ") + (silent.size() == 1 ? " has" : " have") + " not answered";
      if (!against.empty()) why += (why.empty() ? "" : ", ") + joined(against, " and ") + (against.size() == 1 ? " does" : " do") + " not accept them";
      return refused("these terms are not agreed: " + why);
    }
    if (now_is != PactStage::agreed) return refused(stage_text() + "; they cannot be signed");
    if (auto good = check_keys(state, *facts); !good) return good;
    return outdated();
  }

  [[nodiscard]] Result<void> known(const std::string& clause) const {
    if (std::find(facts->clauses.begin(), facts->clauses.end(), clause) != facts->clauses.end()) return {};
    const auto meant = nearest_word(clause, facts->clauses);
    return Error{ErrorCode::not_found, "the terms have no clause " + quoted(clause) + (meant ? "; did you mean " + *meant + "?" : "")};
  }

  [[nodiscard]] Result<void> holds() const {
    const PactStage now_is = stage();
    if (now_is == PactStage::in_force || now_is == PactStage::signed_by_all) return {};
    return refused(stage_text() + "; only terms that all have signed can be suspended or terminated");
  }
  [[nodiscard]] Result<void> not_past(const std::optional<Time>& from) const {
    if (!from || *from >= now) return {};
    return refused("its time, " + to_rfc3339(*from) + ", is past (it is " + to_rfc3339(now) + "); what was done by now stays. Leave the time out for \"at once\"");
  }

  Result<void> operator()(const Suspension& suspension) const {
    if (auto good = holds(); !good) return good;
    for (const std::string& clause : suspension.clauses.value_or(std::vector<std::string>{})) {
      if (auto good = known(clause); !good) return good;
      if (std::find(facts->safety_floor.begin(), facts->safety_floor.end(), clause) != facts->safety_floor.end()) {
        return refused(clause + " belongs to the safety floor, which no suspension reaches");
      }
    }
    return not_past(suspension.from);
  }

  Result<void> operator()(const Termination& termination) const {
    if (auto good = holds(); !good) return good;
    if (auto good = not_past(termination.from); !good) return good;
    if (termination.from < now + facts->termination_notice) {
      return refused(fmt::format("the terms ask for {} h of notice: from can be {} at the earliest",
                                 std::chrono::ceil<std::chrono::hours>(facts->termination_notice).count(), to_rfc3339(now + facts->termination_notice)));
    }
    if (version->in_force && version->in_force->to <= termination.from) return conflict("these terms end at " + to_rfc3339(version->in_force->to) + " already");
    return {};
  }

  Result<void> operator()(const Resumption& resumption) const {
    for (const Version& v : state.versions()) {
      for (const SuspensionSpan& span : v.suspensions) {
        if (span.statement != resumption.suspension) continue;
        if (span.span.to <= now) return conflict("they were resumed at " + to_rfc3339(span.span.to));
        return not_past(resumption.from);
      }
    }
    return Error{ErrorCode::not_found, "there is no suspension " + resumption.suspension + " in effect; skypact pact status lists them"};
  }

  Result<void> operator()(const KeyRotation& rotation) const {
    if (auto good = not_past(rotation.from); !good) return good;
    std::vector<KeyUse> uses = state.keys().uses();
    for (const Version& v : state.versions()) {
      for (const PartyInTerms& party : v.facts.parties) {
        for (const ListedKey& key : party.keys) uses.push_back({party.party, key.role, key.key});
      }
    }
    uses.push_back({own(), rotation.role, rotation.new_key});
    return check_single_use(uses);
  }
  Result<void> operator()(const KeyRevocation& revocation) const {
    if (state.keys().end_of(own(), revocation.key)) return conflict("this key was rotated away or revoked already");
    return not_past(revocation.not_after);
  }
};

// The terms that a statement about the pact names; nullptr for keys.
Result<const TermsFacts*> named_terms(const PactState& state, const Statement& statement) {
  std::string_view terms = terms_of(statement.body);
  if (const auto* resumption = std::get_if<Resumption>(&statement.body)) {
    const Said* suspension = state.said(resumption->suspension);
    if (suspension == nullptr || !std::holds_alternative<Suspension>(suspension->statement.body)) {
      return Error{ErrorCode::not_found, "there is no suspension " + resumption->suspension + "; skypact pact status lists them"};
    }
    if (suspension->statement.party != state.setup().own_party) return refused(suspension->statement.party + " suspended these clauses and alone can resume them");
    terms = terms_of(suspension->statement.body);
  }
  if (terms.empty()) return nullptr;
  const TermsText* text = state.terms_text(terms);
  if (text == nullptr) return Error{ErrorCode::not_found, fmt::format("the text of the terms {} is not here; a proposal brings it with it", terms)};
  if (!text->facts) return bad_input(fmt::format("the terms {} cannot be used: {}", terms, text->problem));
  return &*text->facts;
}

}  // namespace

Result<Ready> decide(const PactState& state, std::string_view note_text, std::string_view terms_text, Time recorded_at) {
  auto said = parse_statement_note(note_text);
  if (!said) return std::move(said).error();
  const Statement& statement = said->statement;
  const std::string& own = state.setup().own_party;
  if (statement.pact != state.setup().pact) return refused("the statement is about the pact " + statement.pact + ", this node's is " + state.setup().pact);
  if (statement.party != own) {
    return refused("the statement is one of " + statement.party + "; this is the node of " + own + ", and a party states things in its own record only");
  }
  if (recorded_at + PactLimits::ahead < statement.at) {
    return refused("the statement was written at " + to_rfc3339(statement.at) + ", which is ahead of this node's clock (" + to_rfc3339(recorded_at) + ")");
  }
  if (recorded_at > statement.at + PactLimits::oldest) {
    return refused("the statement was written at " + to_rfc3339(statement.at) + ", more than 30 days ago; write and sign it anew");
  }

  Ready ready{said->id, {}, std::string(note_text), true, {}};
  PactState trial = state;
  std::uint64_t index = state.heard_index(state.own_origin()).value_or(0) + 1;
  const auto record = [&](auto what) { return PactEvent{state.own_origin(), index++, recorded_at, std::move(what)}; };
  if (std::holds_alternative<Proposal>(statement.body) && state.terms_text(terms_of(statement.body)) == nullptr) {
    if (terms_text.empty()) return Error{ErrorCode::not_found, "the text of the terms is missing; it goes with the proposal"};
    if (id_of(terms_text) != terms_of(statement.body)) {
      return refused(fmt::format("the text of the terms has the hash {}, the proposal names {}", id_of(terms_text), terms_of(statement.body)));
    }
    auto parts = parts_of(terms_text);
    if (!parts) return std::move(parts).error();
    ready.terms = std::move(*parts);
    for (const TermsPart& part : ready.terms) {
      const PactEvent event = record(part);
      if (const auto fits = state.check(event); !fits) return fits.error();
      trial.apply(event);
    }
  }
  const auto facts = named_terms(trial, statement);
  if (!facts) return facts.error();
  const auto before = state.judgement_of(said->id) != nullptr ? std::optional(*state.judgement_of(said->id)) : std::nullopt;
  if (before && before->effective_at) return conflict("this statement was recorded already, at " + to_rfc3339(before->at));
  const PactEvent event = record(ready.note);
  if (const auto fits = state.check(event); !fits) return fits.error();
  trial.apply(event);
  const Judgement& judgement = *trial.judgement_of(said->id);

  // Who signed comes first: nobody learns the state of a pact by asking with a stranger's signature.
  if (*facts != nullptr) {
    // Without the terms that these replace nobody can tell whose signature counts.
    if (!(*facts)->replaces.empty() && state.terms_text((*facts)->replaces) == nullptr) {
      if (const auto newest = Asked{state, *said, *facts, nullptr, recorded_at}.outdated(); !newest) return newest.error();
    }
    const PartyInTerms* anchor = trial.anchor(**facts, own);
    if (anchor == nullptr) return refused(own + " is no party of these terms");
    if (judgement.present.empty()) {
      std::vector<std::string> names;
      for (const KeyInUse& key : trial.keys().at(own, anchor->keys, KeyRole::signatory, recorded_at)) {
        if (const auto parsed = ledger::parse_verifier_key(key.key)) names.push_back(parsed->name);
      }
      return refused(fmt::format("no signatory of {} has signed rightly; {} of {} must", own, judgement.needed, names.empty() ? "none known" : joined(names, ", ")));
    }
    if (before && judgement.present.size() == before->present.size()) return conflict("the note has no signature that was not recorded already");
  } else if (!judgement.effective_at) {
    return refused(judgement.no_effect);
  }

  const Version* version = state.find(terms_of(statement.body));
  const bool needs_version = !terms_of(statement.body).empty() && !std::holds_alternative<Proposal>(statement.body);
  if (needs_version && version == nullptr) return Error{ErrorCode::not_found, fmt::format("nobody has proposed the terms {}", terms_of(statement.body))};
  if (needs_version && version->find(own) == nullptr) return refused(own + " is no party of these terms");
  if (const auto allowed = std::visit(Asked{state, *said, *facts, version, recorded_at}, statement.body); !allowed) return allowed.error();
  if (!judgement.no_effect.empty()) return refused(judgement.no_effect);

  ready.complete = judgement.effective_at.has_value();
  if (!ready.complete) {
    std::size_t present = judgement.present.size();
    std::vector<std::string> missing = judgement.missing;
    if (std::holds_alternative<Signing>(statement.body)) {   // signatures of one thing in two texts count together
      const Consent& mine = *trial.find(terms_of(statement.body))->find(own);
      present = mine.present.size();
      missing = mine.missing;
    }
    ready.waits = fmt::format("{} of {} signatures; {} more of {}", present, judgement.needed, judgement.needed - present, joined(missing, ", "));
  }
  return ready;
}

}  // namespace skypact::pact
