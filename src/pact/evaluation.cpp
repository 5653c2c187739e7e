#include "pact/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "ledger/note.h"

namespace skypact::pact {
namespace {

// "a, b and c"
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::string short_id(std::string_view id) { return std::string(id.substr(0, 12)); }

struct Signed {
  Present present;
  std::uint64_t index = 0;
};

class Evaluator {
 public:
  Evaluator(const Facts& facts, const PactSetup& setup, SignatureCache& cache) : facts_(facts), setup_(setup), cache_(cache) {}

  Evaluation run() {
    result_.keys = KeyRegister(setup_.members);
    for (const auto& [origin, record] : facts_.records) {
      for (const Said& said : record.said) {
        judgement_[&said] = result_.judgements.size();
        Judgement judgement;
        judgement.id = said.id;
        judgement.party = record.party;
        judgement.at = said.at;
        result_.judgements.push_back(std::move(judgement));
      }
      change_keys(record);
    }
    for (const auto& [terms, text] : facts_.texts) make_version(terms, text);
    std::sort(result_.versions.begin(), result_.versions.end(), [](const Version& a, const Version& b) {
      return std::tie(a.facts.valid.from, a.terms) < std::tie(b.facts.valid.from, b.terms);
    });
    for (const auto& [origin, record] : facts_.records) {
      for (const Said& said : record.said) after_consent(record, said);
    }
    for (const auto& [origin, record] : facts_.records) {
      for (const Said& said : record.said) resume(record, said);
    }
    chain(result_.versions, result_.endings, {});
    return std::move(result_);
  }

 private:
  Judgement& judge(const Said& said) { return result_.judgements[judgement_.at(&said)]; }

  static bool in_time(const Said& said, Time at) {
    return at <= said.statement.at + PactLimits::oldest && at + PactLimits::ahead >= said.statement.at;
  }
  void say_age(const Said& said) {
    if (in_time(said, said.at)) return;
    judge(said).no_effect = fmt::format("it was written at {} and recorded at {}; {}", to_rfc3339(said.statement.at), to_rfc3339(said.at),
                                        said.statement.at > said.at ? "it was written ahead of the record's clock, by more than 5 minutes" : "at most 30 days may lie between");
  }

  // A change of keys counts from the entry that brought the last signature it needs.
  void change_keys(const PartyRecord& record) {
    struct Step {
      std::uint64_t index;
      const Said* said;
      std::size_t lines;
    };
    std::vector<Step> steps;
    for (const Said& said : record.said) {
      if (!std::holds_alternative<KeyRotation>(said.statement.body) && !std::holds_alternative<KeyRevocation>(said.statement.body)) continue;
      for (std::size_t i = 0; i < said.lines.size(); ++i) steps.push_back({said.lines[i].index, &said, i + 1});
    }
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.index < b.index; });
    for (const Step& step : steps) {
      Judgement& judgement = judge(*step.said);
      if (judgement.effective_at) continue;
      const Time at = step.said->lines[step.lines - 1].at;
      if (!in_time(*step.said, at)) {
        say_age(*step.said);
        continue;
      }
      StatementNote note{step.said->statement, step.said->id, {step.said->text, {}}};
      for (std::size_t i = 0; i < step.lines; ++i) note.note.signatures.push_back(step.said->lines[i].signature);
      const auto added = result_.keys.add(record.party, note, at);
      if (added) {
        judgement.effective_at = at;
        judgement.no_effect.clear();
      } else {
        judgement.no_effect = added.error().message;
      }
    }
  }

  bool verified(const Said& said, const ledger::NoteSignature& signature, const ledger::VerifierKey& key, const std::string& key_text) {
    const auto [at, first] = cache_.try_emplace(said.id + ' ' + key_text + ' ' + signature.bytes, false);
    if (first) at->second = ledger::verify({said.text, {signature}}, {&key, 1}).has_value();
    return at->second;
  }

  // Each signatory once, in the order of the record; what is not signed rightly, in time and by a key of that time is passed over.
  std::vector<Signed> signatures(const PartyRecord& record, const Said& said, const PartyInTerms& anchor) {
    std::vector<Signed> found;
    for (const SignatureLine& line : said.lines) {
      if (!in_time(said, line.at)) continue;
      for (const KeyInUse& key : result_.keys.at(record.party, anchor.keys, KeyRole::signatory, line.at)) {
        const auto parsed = ledger::parse_verifier_key(key.key);
        if (!parsed || parsed->name != line.signature.name || parsed->id() != line.signature.key_id) continue;
        if (!verified(said, line.signature, *parsed, key.key)) continue;
        if (std::any_of(found.begin(), found.end(), [&](const Signed& s) { return s.present.holder == key.holder; })) continue;
        found.push_back({{key.holder, key.key, line.at}, line.index});
      }
    }
    return found;
  }

  std::vector<std::string> missing(const PartyRecord& record, const PartyInTerms& anchor, const std::vector<Present>& present) {
    std::vector<std::string> names;
    for (const KeyInUse& key : result_.keys.at(record.party, anchor.keys, KeyRole::signatory, record.last_at)) {
      if (std::any_of(present.begin(), present.end(), [&](const Present& p) { return p.holder == key.holder; })) continue;
      const auto parsed = ledger::parse_verifier_key(key.key);
      names.push_back(parsed ? parsed->name : key.key);
    }
    return names;
  }

  // Who signed; nullopt until enough have.
  std::optional<Signed> completed(const PartyRecord& record, const Said& said, const PartyInTerms& anchor, unsigned needed) {
    Judgement& judgement = judge(said);
    judgement.needed = needed;
    const std::vector<Signed> found = signatures(record, said, anchor);
    for (const Signed& s : found) judgement.present.push_back(s.present);
    if (found.size() < needed) {
      judgement.missing = missing(record, anchor, judgement.present);
      say_age(said);
      return std::nullopt;
    }
    judgement.effective_at = found[needed - 1].present.at;
    return found[needed - 1];
  }

  // --- a version, and who consents ---

  struct Act {
    std::uint64_t index;
    Time at;
    const Said* said;
    Present by;       // of a signing
  };

  std::vector<Act> acts_of(const PartyRecord& record, const std::string& terms, const PartyInTerms& anchor) {
    std::vector<Act> acts;
    for (const Said& said : record.said) {
      const auto& body = said.statement.body;
      if (terms_of(body) != terms) continue;
      if (std::holds_alternative<Signing>(body)) {
        Judgement& judgement = judge(said);
        judgement.needed = anchor.quorum;
        for (const Signed& s : signatures(record, said, anchor)) {
          acts.push_back({s.index, s.present.at, &said, s.present});
          judgement.present.push_back(s.present);
        }
        judgement.missing = missing(record, anchor, judgement.present);
        say_age(said);
      } else if (std::holds_alternative<Proposal>(body) || std::holds_alternative<Response>(body) || std::holds_alternative<Withdrawal>(body)) {
        if (const auto done = completed(record, said, anchor, 1)) acts.push_back({done->index, done->present.at, &said, {}});
      }
    }
    std::stable_sort(acts.begin(), acts.end(), [](const Act& a, const Act& b) { return a.index < b.index; });
    return acts;
  }

  static bool proposes_in_time(const Act& act, const Proposal& proposal, const TermsFacts& facts) {
    return act.at < proposal.respond_by && proposal.respond_by <= facts.valid.from;
  }

  // First pass: does the party propose these terms, and until when does it wait? A party that answered first is no proposer.
  void find_proposals(Version& version, const PartyRecord& record, const std::vector<Act>& acts, Consent& consent) {
    bool answered = false, withdrawn = false;
    for (const Act& act : acts) {
      Judgement& judgement = judge(*act.said);
      if (std::holds_alternative<Response>(act.said->statement.body)) answered = true;
      if (std::holds_alternative<Withdrawal>(act.said->statement.body) && consent.proposer) withdrawn = true;
      const auto* proposal = std::get_if<Proposal>(&act.said->statement.body);
      if (proposal == nullptr) continue;
      if (answered && !consent.proposer) {
        judgement.no_effect = record.party + " has answered these terms, which another party proposed";
      } else if (withdrawn) {
        judgement.no_effect = record.party + " withdrew these terms; a new proposal needs terms of another text";
      } else if (!proposes_in_time(act, *proposal, version.facts)) {
        judgement.no_effect = act.at >= proposal->respond_by ? "it was recorded after the time by which it asks for answers"
                                                             : "it asks for answers after the terms are to hold";
      } else {
        consent.proposer = true;
        version.respond_by = version.proposal.empty() ? proposal->respond_by : std::max(version.respond_by, proposal->respond_by);
        if (version.proposal.empty() || std::tie(act.at, record.party) < std::tie(version.proposed_at, version.proposer)) {
          version.proposal = act.said->id;
          version.proposed_at = act.at;
          version.proposer = record.party;
          version.remark = proposal->remark;
        }
      }
    }
  }

  // Empty where the response answers these terms.
  static std::string wrong_response(const Response& response, const TermsFacts& facts) {
    std::size_t named = 0;
    for (const NamedAnswer& answer : response.clauses) {
      if (std::find(facts.clauses.begin(), facts.clauses.end(), answer.clause) == facts.clauses.end()) return "the terms have no clause " + answer.clause;
      ++named;
    }
    if (!response.rest && named < facts.clauses.size()) return "it says nothing of the other clauses; add \"rest\"";
    return {};
  }

  static Answer whole(const Response& response) {
    Answer answer = response.rest ? response.rest->answer : Answer::accept;
    for (const NamedAnswer& named : response.clauses) answer = std::max(answer, named.answer.answer);
    return answer;
  }

  void respond(const Version& version, Consent& consent, const Act& act, const Response& response, std::vector<Present>& pool) {
    std::string& no_effect = judge(*act.said).no_effect;
    if (consent.proposer) {
      no_effect = consent.party + " proposed these terms: it withdraws them, or signs";
    } else if (act.at >= version.respond_by) {
      no_effect = "it was recorded after " + to_rfc3339(version.respond_by) + ", by when answers were asked for";
    } else if (consent.complete_at) {
      no_effect = consent.party + " has signed these terms; it may suspend clauses, terminate or propose other terms";
    } else {
      no_effect = wrong_response(response, version.facts);
    }
    if (!no_effect.empty()) return;
    consent.answer = whole(response);
    consent.answered_at = act.at;
    consent.rest = response.rest;
    consent.clauses = response.clauses;
    if (consent.answer == Answer::accept) {
      if (!consent.accepted_at) consent.accepted_at = act.at;
    } else {
      consent.accepted_at.reset();
      pool.clear();   // who signed before has signed what the party then did not accept
    }
  }

  void withdraw(Consent& consent, const Act& act) {
    std::string& no_effect = judge(*act.said).no_effect;
    if (!consent.proposer || !consent.accepted_at) {
      no_effect = consent.party + " did not propose these terms";
    } else if (consent.complete_at) {
      no_effect = consent.party + " has signed these terms";
    } else if (!consent.withdrawn_at) {
      consent.withdrawn_at = act.at;
      consent.accepted_at.reset();
    }
  }

  void sign(const Version& version, Consent& consent, const Act& act, std::vector<Present>& pool) {
    std::string& no_effect = judge(*act.said).no_effect;
    if (consent.withdrawn_at) {
      no_effect = consent.party + " withdrew these terms";
    } else if (!consent.accepted_at) {
      no_effect = consent.party + " had not accepted these terms";
    } else if (!consent.complete_at && act.at >= version.facts.valid.from) {
      no_effect = "it was recorded at or after " + to_rfc3339(version.facts.valid.from) + ", from when the terms were to hold";
    }
    if (!no_effect.empty()) return;
    if (std::any_of(pool.begin(), pool.end(), [&](const Present& p) { return p.holder == act.by.holder; })) return;
    pool.push_back(act.by);
    if (pool.size() >= consent.needed && !consent.complete_at) {
      consent.complete_at = act.at;
      consent.complete_index = act.index;
    }
    if (consent.complete_at) judge(*act.said).effective_at = act.at;
  }

  void find_consent(const Version& version, const PartyRecord& record, const std::vector<Act>& acts, const PartyInTerms& anchor, Consent& consent) {
    std::vector<Present> pool;
    for (const Act& act : acts) {
      if (std::holds_alternative<Proposal>(act.said->statement.body)) {
        if (judge(*act.said).no_effect.empty() && !consent.accepted_at && !consent.withdrawn_at) consent.accepted_at = act.at;
      } else if (const auto* response = std::get_if<Response>(&act.said->statement.body)) {
        respond(version, consent, act, *response, pool);
      } else if (std::holds_alternative<Withdrawal>(act.said->statement.body)) {
        withdraw(consent, act);
      } else {
        sign(version, consent, act, pool);
      }
    }
    consent.present = pool;
    consent.missing = missing(record, anchor, pool);
    if (consent.complete_at) consent.missing.clear();
    for (const Act& act : acts) {
      if (std::holds_alternative<Signing>(act.said->statement.body) && consent.complete_at) judge(*act.said).missing.clear();
    }
  }

  void make_version(const std::string& terms, const TermsText& text) {
    if (!text.facts) return;
    Version version;
    version.terms = terms;
    version.facts = *text.facts;
    std::set<std::string> parties;
    for (const PartyInTerms& party : version.facts.parties) parties.insert(party.party);
    if (!version.facts.replaces.empty()) {
      const auto base = facts_.texts.find(version.facts.replaces);
      if (base == facts_.texts.end() || !base->second.facts) return;   // whose keys count is not known yet
      for (const PartyInTerms& party : base->second.facts->parties) parties.insert(party.party);
    }
    std::map<std::string, std::vector<Act>> acts;
    for (const std::string& party : parties) {
      Consent consent;
      consent.party = party;
      const PartyInTerms* anchor = anchor_of(facts_, version.facts, party);
      SKYPACT_CHECK(anchor != nullptr);
      consent.needed = anchor->quorum;
      if (const PartyRecord* record = record_of(party)) {
        acts[party] = acts_of(*record, terms, *anchor);
        find_proposals(version, *record, acts[party], consent);
      }
      version.consents.push_back(std::move(consent));
    }
    if (version.proposal.empty()) return;
    for (Consent& consent : version.consents) {
      const PartyInTerms* anchor = anchor_of(facts_, version.facts, consent.party);
      static const PartyRecord nothing;
      const PartyRecord* record = record_of(consent.party);
      find_consent(version, record ? *record : nothing, acts[consent.party], *anchor, consent);
      if (consent.withdrawn_at && (!version.withdrawn_at || *consent.withdrawn_at < *version.withdrawn_at)) version.withdrawn_at = consent.withdrawn_at;
    }
    result_.versions.push_back(std::move(version));
  }

  // --- what follows consent: suspension, resumption, termination ---

  const Version* version_of(std::string_view terms) const {
    for (const Version& version : result_.versions) {
      if (version.terms == terms) return &version;
    }
    return nullptr;
  }

  // Complete, and about terms to which the party consented before.
  std::optional<Signed> counted_after(const PartyRecord& record, const Said& said, std::string_view terms) {
    const auto text = facts_.texts.find(terms);
    if (text == facts_.texts.end() || !text->second.facts) return std::nullopt;   // waits for the text
    const PartyInTerms* party = text->second.facts->find(record.party);
    if (party == nullptr) {
      judge(said).no_effect = record.party + " is no party of these terms";
      return std::nullopt;
    }
    const auto done = completed(record, said, *party, party->quorum);
    if (!done) return std::nullopt;
    const Version* version = version_of(terms);
    const Consent* consent = version == nullptr ? nullptr : version->find(record.party);
    if (consent == nullptr || !consent->complete_at || consent->complete_index > done->index) {
      judge(said).no_effect = record.party + " had not signed these terms";
      return std::nullopt;
    }
    return done;
  }

  void after_consent(const PartyRecord& record, const Said& said) {
    if (const auto* suspension = std::get_if<Suspension>(&said.statement.body)) suspend(record, said, *suspension);
    if (const auto* termination = std::get_if<Termination>(&said.statement.body)) terminate(record, said, *termination);
  }

  static bool contains(const std::vector<std::string>& list, const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); }

  // Of these terms, what the suspension reaches.
  static std::vector<std::string> reached(const Suspension& suspension, const TermsFacts& facts) {
    std::vector<std::string> clauses;
    for (const std::string& clause : facts.clauses) {
      if (!contains(facts.safety_floor, clause) && (!suspension.clauses || contains(*suspension.clauses, clause))) clauses.push_back(clause);
    }
    return clauses;
  }

  void suspend(const PartyRecord& record, const Said& said, const Suspension& suspension) {
    const auto done = counted_after(record, said, suspension.terms);
    if (!done) return;
    const TermsFacts& named = *facts_.texts.find(suspension.terms)->second.facts;
    for (const std::string& clause : suspension.clauses.value_or(std::vector<std::string>{})) {
      if (contains(named.safety_floor, clause)) {
        judge(said).no_effect = clause + " belongs to the safety floor, which no suspension reaches";
        return;
      }
      if (!contains(named.clauses, clause)) {
        judge(said).no_effect = "the terms have no clause " + clause;
        return;
      }
    }
    const Time from = std::max(suspension.from.value_or(done->present.at), done->present.at);
    for (Version& version : result_.versions) {
      const Consent* consent = version.find(record.party);
      if (consent == nullptr || !consent->complete_at || consent->complete_index > done->index) continue;
      version.suspensions.push_back({said.id, record.party, reached(suspension, version.facts), suspension.reason, {from, Time::max()}});
    }
  }

  void terminate(const PartyRecord& record, const Said& said, const Termination& termination) {
    const auto done = counted_after(record, said, termination.terms);
    if (!done) return;
    const Duration notice = facts_.texts.find(termination.terms)->second.facts->termination_notice;
    if (termination.from < done->present.at + notice) {
      judge(said).no_effect = fmt::format("the terms ask for notice until {} at least", to_rfc3339(done->present.at + notice));
      return;
    }
    result_.endings.push_back({said.id, record.party, done->present.at, termination.from, done->index});
  }

  void resume(const PartyRecord& record, const Said& said) {
    const auto* resumption = std::get_if<Resumption>(&said.statement.body);
    if (resumption == nullptr) return;
    const auto at = record.by_id.find(resumption->suspension);
    const auto* suspension = at == record.by_id.end() ? nullptr : std::get_if<Suspension>(&record.said[at->second].statement.body);
    if (suspension == nullptr) {
      judge(said).no_effect = record.party + " has recorded no suspension " + short_id(resumption->suspension);
      return;
    }
    const auto done = counted_after(record, said, suspension->terms);
    if (!done) return;
    const Judgement& suspended = judge(record.said[at->second]);
    if (!suspended.effective_at || !suspended.no_effect.empty() || record.said[at->second].index > said.index) {
      judge(said).no_effect = "the suspension " + short_id(resumption->suspension) + " is not in effect";
      return;
    }
    const Time to = std::max(resumption->from.value_or(done->present.at), done->present.at);
    for (Version& version : result_.versions) {
      for (SuspensionSpan& span : version.suspensions) {
        if (span.statement == resumption->suspension && span.party == record.party) span.span.to = std::min(span.span.to, to);
      }
    }
  }

  const PartyRecord* record_of(std::string_view party) const {
    for (const auto& [origin, record] : facts_.records) {
      if (record.party == party) return &record;
    }
    return nullptr;
  }

  const Facts& facts_;
  const PactSetup& setup_;
  SignatureCache& cache_;
  Evaluation result_;
  std::map<const Said*, std::size_t> judgement_;
};

}  // namespace

const PartyInTerms* TermsFacts::find(std::string_view party) const {
  for (const PartyInTerms& p : parties) {
    if (p.party == party) return &p;
  }
  return nullptr;
}

const Consent* Version::find(std::string_view party) const {
  for (const Consent& c : consents) {
    if (c.party == party) return &c;
  }
  return nullptr;
}

const PartyInTerms* anchor_of(const Facts& facts, const TermsFacts& terms, std::string_view party) {
  const auto base = facts.texts.find(terms.replaces);
  if (base != facts.texts.end() && base->second.facts) {
    if (const PartyInTerms* before = base->second.facts->find(party)) return before;
  }
  return terms.find(party);
}

void chain(std::vector<Version>& versions, std::span<const Ending> endings, const std::set<std::string, std::less<>>& assumed) {
  Version* newest = nullptr;
  for (Version& version : versions) {
    version.agreed_at.reset();
    version.signed_at.reset();
    version.in_force.reset();
    version.end = End::none;
    version.ended_by.clear();
    version.dead.clear();
    const TermsFacts& facts = version.facts;
    const auto base = std::find_if(versions.begin(), versions.end(), [&](const Version& v) { return v.terms == facts.replaces; });
    // Who leaves the pact consents too, while the version before is in force: else it would go on believing in that.
    const bool base_holds = base != versions.end() && base->in_force && base->in_force->to > facts.valid.from;
    std::vector<std::string> missing;
    bool all_accepted = true;
    Time agreed = version.proposed_at, all_signed = Time::min();
    for (const Consent& consent : version.consents) {
      if (facts.find(consent.party) == nullptr && !base_holds) continue;
      if (consent.accepted_at) {
        agreed = std::max(agreed, *consent.accepted_at);
      } else {
        all_accepted = false;
      }
      if (consent.complete_at) {
        all_signed = std::max(all_signed, *consent.complete_at);
      } else {
        missing.push_back(consent.party);
      }
    }
    if (all_accepted) version.agreed_at = agreed;
    if (missing.empty()) version.signed_at = all_signed;
    const std::string& newest_terms = newest == nullptr ? std::string() : newest->terms;
    if (version.withdrawn_at) {
      version.dead = "it was withdrawn";
      continue;
    }
    if (!missing.empty() && !assumed.contains(version.terms)) {
      version.dead = "the signatures of " + listed(missing) + " are not all there";
      continue;
    }
    if (facts.replaces != newest_terms) {
      version.dead = newest == nullptr ? "it replaces " + short_id(facts.replaces) + ", which is not in force"
                                       : "it does not replace the newest version, " + short_id(newest_terms);
      continue;
    }
    Interval<Time> span = facts.valid;
    version.end = span.to == Time::max() ? End::none : End::expired;
    for (const Ending& ending : endings) {
      const Consent* consent = version.find(ending.party);
      if (consent == nullptr || !consent->complete_at || consent->complete_index > ending.index) continue;
      if (ending.from < ending.at + facts.termination_notice || ending.from >= span.to) continue;
      span.to = ending.from;
      version.end = End::terminated;
      version.ended_by = ending.statement;
    }
    if (span.empty()) {
      version.end = End::none;
      version.dead = "it was terminated before it was to hold";
      continue;
    }
    if (newest != nullptr && newest->in_force->to > span.from) {
      newest->in_force->to = span.from;
      newest->end = End::superseded;
      newest->ended_by = version.terms;
    }
    version.in_force = span;
    newest = &version;
  }
}

Evaluation evaluate(const Facts& facts, const PactSetup& setup, SignatureCache& cache) { return Evaluator(facts, setup, cache).run(); }

}  // namespace skypact::pact
