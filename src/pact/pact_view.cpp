#include "pact/pact_view.h"

#include <algorithm>

#include "json/writer.h"

namespace skypact::pact {
namespace {

void time_field(json::Writer& out, std::string_view name, const std::optional<Time>& time) {
  out.key(name);
  time && *time != Time::max() && *time != Time::min() ? out.value(to_rfc3339(*time)) : out.null();
}

void texts(json::Writer& out, std::string_view name, const std::vector<std::string>& list) {
  out.key(name);
  out.begin_array();
  for (const std::string& text : list) out.value(text);
  out.end_array();
}

void write(json::Writer& out, const std::vector<Present>& present, const std::vector<std::string>& missing, unsigned needed) {
  out.field("needed", needed);
  out.key("present");
  out.begin_array();
  for (const Present& p : present) {
    out.begin_object();
    out.field("key", p.key);
    out.field("at", to_rfc3339(p.at));
    out.end_object();
  }
  out.end_array();
  texts(out, "missing", missing);
}

void write(json::Writer& out, const Consent& consent, const TermsFacts& facts) {
  out.begin_object();
  out.field("party", consent.party);
  out.field("in_terms", facts.find(consent.party) != nullptr);
  out.field("proposer", consent.proposer);
  out.key("answer");
  consent.answer ? out.value(to_string(*consent.answer)) : out.null();
  time_field(out, "answered_at", consent.answered_at);
  time_field(out, "accepted_at", consent.accepted_at);
  out.key("clauses");
  out.begin_array();
  for (const NamedAnswer& named : consent.clauses) {
    out.begin_object();
    out.field("clause", named.clause);
    out.field("answer", to_string(named.answer.answer));
    if (!named.answer.reason.empty()) out.field("reason", named.answer.reason);
    out.end_object();
  }
  out.end_array();
  out.key("rest");
  if (consent.rest) {
    out.begin_object();
    out.field("answer", to_string(consent.rest->answer));
    if (!consent.rest->reason.empty()) out.field("reason", consent.rest->reason);
    out.end_object();
  } else {
    out.null();
  }
  write(out, consent.present, consent.missing, consent.needed);
  time_field(out, "signed_at", consent.complete_at);
  out.end_object();
}

std::string_view to_string(End end) {
  constexpr std::string_view names[] = {"", "superseded", "terminated", "expired"};
  return names[static_cast<std::size_t>(end)];
}

void write(json::Writer& out, const PactState& state, const Version& version, Time now) {
  out.begin_object();
  out.field("terms", version.terms);
  out.key("replaces");
  version.facts.replaces.empty() ? out.null() : out.value(version.facts.replaces);
  const PactStage stage = state.stage(version, now);
  out.field("state", pact::to_string(stage));
  out.key("reason");
  stage == PactStage::lapsed && !version.dead.empty() ? out.value(version.dead) : out.null();
  out.field("proposer", version.proposer);
  out.field("proposal", version.proposal);
  out.field("remark", version.remark);
  time_field(out, "proposed_at", version.proposed_at);
  time_field(out, "respond_by", version.respond_by);
  time_field(out, "valid_from", version.facts.valid.from);
  time_field(out, "valid_until", version.facts.valid.to);
  out.field("termination_notice_s", std::chrono::duration_cast<seconds>(version.facts.termination_notice).count());
  time_field(out, "agreed_at", version.agreed_at);
  time_field(out, "signed_at", version.signed_at);
  time_field(out, "in_force_from", version.in_force ? std::optional(version.in_force->from) : std::nullopt);
  time_field(out, "in_force_until", version.in_force ? std::optional(version.in_force->to) : std::nullopt);
  out.key("ends");
  version.end == End::none ? out.null() : out.value(to_string(version.end));
  out.key("ended_by");
  version.ended_by.empty() ? out.null() : out.value(version.ended_by);
  out.key("parties");
  out.begin_array();
  for (const Consent& consent : version.consents) write(out, consent, version.facts);
  out.end_array();
  texts(out, "clauses", version.facts.clauses);
  texts(out, "safety_floor", version.facts.safety_floor);
  texts(out, "suspended", state.suspended(version, now));
  out.key("suspensions");
  out.begin_array();
  for (const SuspensionSpan& suspension : version.suspensions) {
    out.begin_object();
    out.field("suspension", suspension.statement);
    out.field("party", suspension.party);
    out.field("reason", suspension.reason);
    texts(out, "clauses", suspension.clauses);
    time_field(out, "from", suspension.span.from);
    time_field(out, "until", suspension.span.to);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void write(json::Writer& out, const PactState& state, const Judgement& judgement) {
  out.begin_object();
  out.field("id", judgement.id);
  out.field("party", judgement.party);
  const Statement& statement = state.said(judgement.id)->statement;
  out.field("type", type_of(statement.body));
  const std::string_view terms = terms_of(statement.body);
  out.key("terms");
  terms.empty() ? out.null() : out.value(terms);
  out.field("written_at", to_rfc3339(statement.at));
  out.field("recorded_at", to_rfc3339(judgement.at));
  write(out, judgement.present, judgement.missing, judgement.needed);
  time_field(out, "effective_at", judgement.no_effect.empty() ? judgement.effective_at : std::nullopt);
  out.key("no_effect");
  judgement.no_effect.empty() ? out.null() : out.value(judgement.no_effect);
  out.end_object();
}

void write_keys(json::Writer& out, const PactState& state, Time now) {
  out.key("keys");
  out.begin_array();
  const Version* version = state.newest();
  for (const Member& member : state.setup().members) {
    out.begin_object();
    out.field("party", member.party);
    out.field("origin", member.origin);
    out.field("root", ledger::to_string(member.root));
    const PartyInTerms* listed = version == nullptr ? nullptr : version->facts.find(member.party);
    for (const KeyRole role : {KeyRole::record, KeyRole::cosigner, KeyRole::signatory, KeyRole::tls}) {
      out.key(pact::to_string(role));
      out.begin_array();
      const std::vector<ListedKey> keys = listed == nullptr ? std::vector<ListedKey>{} : listed->keys;
      for (const KeyInUse& key : state.keys().at(member.party, keys, role, now)) {
        out.begin_object();
        out.field("key", key.key);
        time_field(out, "until", key.until);
        out.end_object();
      }
      out.end_array();
    }
    out.end_object();
  }
  out.end_array();
}

void terms_field(json::Writer& out, std::string_view name, const Version* version) {
  out.key(name);
  version == nullptr ? out.null() : out.value(version->terms);
}

}  // namespace

std::string to_json(const PactState& state, std::span<const SeenHead> seen, const Heard& heard, Time now) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("pact", state.setup().pact);
  out.field("own_party", state.setup().own_party);
  out.field("at", to_rfc3339(now));
  terms_field(out, "in_force", state.terms_in_force(now));
  terms_field(out, "last_agreed", state.last_agreed(now));
  terms_field(out, "newest", state.newest());
  out.key("versions");
  out.begin_array();
  for (const Version& version : state.versions()) write(out, state, version, now);
  out.end_array();
  out.key("statements");
  out.begin_array();
  for (const Judgement& judgement : state.judgements()) write(out, state, judgement);
  out.end_array();
  write_keys(out, state, now);

  // Last, because it is this node's own and of now: what it cannot know yet, what its people are reminded of.
  const Unsettled doubt = state.unsettled(heard, now);
  out.key("unsettled");
  out.begin_object();
  out.field("certain", doubt.certain());
  texts(out, "alternatives", doubt.alternatives);
  texts(out, "waits_for", doubt.waits_for);
  time_field(out, "suspensions_known_to", doubt.suspensions_known_to);
  out.key("heard");
  out.begin_object();
  for (const auto& [party, to] : heard) time_field(out, party, to);
  out.end_object();
  out.end_object();
  time_field(out, "review_due", state.review_due(now));
  out.key("seen");
  out.begin_object();
  for (const SeenHead& head : seen) {
    out.key(head.origin);
    out.begin_object();
    out.field("size", head.size);
    out.field("root", ledger::to_base64(head.root));
    out.end_object();
  }
  out.end_object();
  out.end_object();
  return text;
}

}  // namespace skypact::pact
