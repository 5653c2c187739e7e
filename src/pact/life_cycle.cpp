#include "pact/life_cycle.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace skypact::pact {
namespace {

// Others write the times in their records, and they may be the last that there are.
Time later(Time time, Duration by) { return time < Time::max() - by ? time + by : Time::max(); }

constexpr std::size_t most_worlds = 6;  // versions of which each may be there or not: 64 combinations

Result<StatementNote> read_statement(const PartyRecord& record, const PactSetup& setup, const std::string& note) {
  auto read = parse_statement_note(note);
  if (!read) return read;
  if (read->statement.party != record.party) {
    return Error{ErrorCode::refused, fmt::format("a statement of {} stands in the record of {}; a party states things in its own record only",
                                                 read->statement.party, record.party)};
  }
  if (read->statement.pact != setup.pact) {
    return Error{ErrorCode::refused, fmt::format("the statement is about the pact {}, this is {}", quoted(read->statement.pact), setup.pact)};
  }
  return read;
}

}  // namespace

std::string_view to_string(PactStage stage) {
  constexpr std::string_view names[] = {"proposed", "answered", "agreed", "signed", "in_force", "superseded", "terminated", "expired", "lapsed", "withdrawn"};
  return names[static_cast<std::size_t>(stage)];
}

std::optional<PactEvent> event_of(const RecordEntry& entry, std::uint64_t index) {
  PactEvent event{entry.origin, index, entry.at, {}};
  if (const auto* statement = std::get_if<StatementEntry>(&entry.what)) {
    event.what = statement->note;
  } else if (const auto* part = std::get_if<TermsPart>(&entry.what)) {
    event.what = *part;
  } else if (const auto* received = std::get_if<ReceivedEntry>(&entry.what)) {
    event = {received->origin, received->index, received->at, {}};
    std::visit(
        [&](const auto& what) {
          if constexpr (std::is_same_v<std::decay_t<decltype(what)>, StatementEntry>) event.what = what.note;
          else event.what = what;
        },
        received->what);
  } else {
    return std::nullopt;
  }
  return event;
}

PactState::PactState(PactSetup setup) : setup_(std::move(setup)) {
  SKYPACT_CHECK(setup_.read_terms != nullptr);
  for (const Member& member : setup_.members) facts_.records[member.origin].party = member.party;
  SKYPACT_CHECK(!own_origin().empty());
}

const std::string& PactState::own_origin() const {
  for (const Member& member : setup_.members) {
    if (member.party == setup_.own_party) return member.origin;
  }
  static const std::string none;
  return none;
}

Result<void> PactState::check(const PactEvent& event) const {
  const auto at = facts_.records.find(event.origin);
  if (at == facts_.records.end()) {
    return Error{ErrorCode::refused, quoted(event.origin, 100) + " is the record of no party of this pact; the configuration names them"};
  }
  const PartyRecord& record = at->second;
  if (record.last_index && event.index <= *record.last_index) {
    return Error{ErrorCode::conflict, fmt::format("entry {} of {} comes after entry {}: it was received already, or the record is not heard in its order", event.index,
                                                  event.origin, *record.last_index)};
  }
  if (const auto* part = std::get_if<TermsPart>(&event.what)) {
    if (part->of == 0 || part->of > TermsPartLimits::parts || part->part >= part->of || !is_id(part->terms)) return bad_input("this is no part of a text of terms");
    if (!record.texts.contains(part->terms) && record.texts.size() >= PactLimits::texts) {
      return Error{ErrorCode::over_limit, fmt::format("{} has recorded {} texts of terms; more are not taken", record.party, PactLimits::texts)};
    }
    return {};
  }
  const auto read = read_statement(record, setup_, std::get<std::string>(event.what));
  if (!read) return read.error();
  if (!record.by_id.contains(read->id) && record.said.size() >= PactLimits::statements) {
    return Error{ErrorCode::over_limit, fmt::format("{} has recorded {} statements; more are not taken", record.party, PactLimits::statements)};
  }
  return {};
}

void PactState::apply(const PactEvent& event) {
  if (!check(event)) return;
  evaluation_.reset();
  PartyRecord& record = facts_.records.find(event.origin)->second;
  record.last_index = event.index;
  // A record's time does not go back, whatever its owner writes into it.
  record.last_at = std::max(record.last_at, event.at);

  if (const auto* part = std::get_if<TermsPart>(&event.what)) {
    record.texts.insert(part->terms);
    if (facts_.texts.contains(part->terms)) return;
    const auto parts = record.parts.try_emplace(part->terms).first;
    if (parts->second.size() != part->of) parts->second.assign(part->of, {});   // begun anew
    parts->second[part->part] = part->text;
    std::string whole;
    for (const std::string& piece : parts->second) {
      if (piece.empty()) return;
      whole += piece;
    }
    record.parts.erase(parts);
    if (id_of(whole) != part->terms) return;
    TermsText text{std::move(whole), {}, {}};
    auto facts = setup_.read_terms(text.text);
    if (facts && facts->pact == setup_.pact) {
      text.facts = std::move(*facts);
    } else {
      text.problem = facts ? "they are terms of the pact " + quoted(facts->pact) : facts.error().message;
    }
    facts_.texts.emplace(part->terms, std::move(text));
    return;
  }

  const auto read = read_statement(record, setup_, std::get<std::string>(event.what)).value();
  const auto [at, first] = record.by_id.try_emplace(read.id, record.said.size());
  if (first) record.said.push_back({read.statement, read.id, read.note.text, event.index, record.last_at, {}});
  Said& said = record.said[at->second];
  for (const ledger::NoteSignature& signature : read.note.signatures) {
    const bool known = std::any_of(said.lines.begin(), said.lines.end(), [&](const SignatureLine& line) { return line.signature == signature; });
    if (!known) said.lines.push_back({signature, event.index, record.last_at});
  }
}

const Evaluation& PactState::evaluation() const {
  if (!evaluation_) evaluation_ = evaluate(facts_, setup_, signatures_);
  return *evaluation_;
}

const Version* PactState::find(std::string_view terms) const {
  for (const Version& version : versions()) {
    if (version.terms == terms) return &version;
  }
  return nullptr;
}

const Judgement* PactState::judgement_of(std::string_view id) const {
  for (const Judgement& judgement : judgements()) {
    if (judgement.id == id) return &judgement;
  }
  return nullptr;
}

const Said* PactState::said(std::string_view id) const {
  for (const auto& [origin, record] : facts_.records) {
    if (const auto at = record.by_id.find(id); at != record.by_id.end()) return &record.said[at->second];
  }
  return nullptr;
}

const TermsText* PactState::terms_text(std::string_view terms) const {
  const auto at = facts_.texts.find(terms);
  return at == facts_.texts.end() ? nullptr : &at->second;
}

std::optional<std::uint64_t> PactState::heard_index(std::string_view origin) const {
  const auto at = facts_.records.find(origin);
  return at == facts_.records.end() ? std::nullopt : at->second.last_index;
}

const PartyInTerms* PactState::anchor(const TermsFacts& terms, std::string_view party) const { return anchor_of(facts_, terms, party); }

PactStage PactState::stage(const Version& version, Time now) const {
  if (version.withdrawn_at) return PactStage::withdrawn;
  if (version.in_force) {
    if (now < version.in_force->from) return PactStage::signed_by_all;
    if (now < version.in_force->to) return PactStage::in_force;
    return version.end == End::superseded ? PactStage::superseded : version.end == End::terminated ? PactStage::terminated : PactStage::expired;
  }
  // Signed by all and yet not to come into force: another version came before it, or it was terminated in time.
  if (version.signed_at || now >= version.facts.valid.from || (!version.agreed_at && now >= version.respond_by)) return PactStage::lapsed;
  if (version.agreed_at) return PactStage::agreed;
  const bool objected = std::any_of(version.consents.begin(), version.consents.end(), [](const Consent& c) { return c.answer && *c.answer != Answer::accept; });
  return objected ? PactStage::answered : PactStage::proposed;
}

const Version* PactState::last_agreed(Time at) const {
  const Version* last = nullptr;
  for (const Version& version : versions()) {
    if (version.in_force && version.in_force->from <= at) last = &version;
  }
  return last;
}

const Version* PactState::terms_in_force(Time at) const {
  const Version* last = last_agreed(at);
  return last != nullptr && at < last->in_force->to ? last : nullptr;
}

std::optional<Time> PactState::review_due(Time now) const {
  const Version* current = terms_in_force(now);
  if (current == nullptr) return std::nullopt;
  for (const Time review : current->facts.reviews) {
    const bool done = std::any_of(versions().begin(), versions().end(), [&](const Version& next) {
      return next.facts.replaces == current->terms && next.proposed_at >= review - PactLimits::remind_before && next.proposed_at <= now;
    });
    if (!done) return review;
  }
  return std::nullopt;
}

const Version* PactState::newest() const {
  const Version* last = nullptr;
  for (const Version& version : versions()) {
    if (version.in_force) last = &version;
  }
  return last;
}

std::vector<std::string> PactState::suspended(const Version& version, Time at) const {
  std::vector<std::string> clauses;
  for (const SuspensionSpan& suspension : version.suspensions) {
    if (suspension.span.contains(at)) clauses.insert(clauses.end(), suspension.clauses.begin(), suspension.clauses.end());
  }
  std::sort(clauses.begin(), clauses.end());
  clauses.erase(std::unique(clauses.begin(), clauses.end()), clauses.end());
  return clauses;
}

Unsettled PactState::unsettled(const Heard& heard, Time now) const {
  const auto heard_to = [&](const std::string& party) {
    if (party == setup_.own_party) return Time::max();
    const auto at = heard.find(party);
    return at == heard.end() ? Time::min() : at->second;
  };
  Unsettled result;
  result.suspensions_known_to = now;
  for (const Member& member : setup_.members) result.suspensions_known_to = std::min(result.suspensions_known_to, heard_to(member.party));
  std::set<std::string> waits_for, alternatives;

  // Versions whose missing signatures may stand where nobody here has looked yet.
  std::vector<std::string> open;
  for (const Version& version : versions()) {
    if (version.withdrawn_at || version.facts.valid.from > now) continue;
    bool possible = true;
    std::vector<std::string> unheard;
    for (const Consent& consent : version.consents) {
      if (consent.complete_at) continue;
      if (heard_to(consent.party) < version.facts.valid.from) {
        unheard.push_back(consent.party);
      } else if (version.facts.find(consent.party) != nullptr) {
        possible = false;
      }
    }
    if (!possible || unheard.empty()) continue;
    open.push_back(version.terms);
    waits_for.insert(unheard.begin(), unheard.end());
  }
  for (std::size_t i = most_worlds; i < open.size(); ++i) alternatives.insert(open[i]);
  open.resize(std::min(open.size(), most_worlds));

  for (unsigned world = 0; world < 1u << open.size(); ++world) {
    std::set<std::string, std::less<>> assumed;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if ((world >> i & 1) != 0) assumed.insert(open[i]);
    }
    std::vector<Version> possible = versions();
    chain(possible, evaluation().endings, assumed);
    const auto in_force = std::find_if(possible.begin(), possible.end(), [&](const Version& v) { return v.in_force && v.in_force->contains(now); });
    if (in_force == possible.end()) {
      alternatives.insert("");
      continue;
    }
    alternatives.insert(in_force->terms);
    // A termination that nobody here has heard of, its notice over.
    for (const Consent& consent : in_force->consents) {
      const Time from = heard_to(consent.party);
      if (from == Time::max() || (from != Time::min() && later(from, in_force->facts.termination_notice) > now)) continue;
      alternatives.insert("");
      waits_for.insert(consent.party);
    }
  }
  result.alternatives.assign(alternatives.begin(), alternatives.end());
  if (!result.certain()) result.waits_for.assign(waits_for.begin(), waits_for.end());
  return result;
}

Time PactState::next_change(const Heard& heard, Time now) const {
  Time next = Time::max();
  const auto at = [&](Time time) {
    if (time > now) next = std::min(next, time);
  };
  const auto of_span = [&](const Interval<Time>& span) { at(span.from), at(span.to); };
  for (const Version& version : versions()) {
    at(version.respond_by);
    of_span(version.facts.valid);
    if (version.in_force) of_span(*version.in_force);
    for (const SuspensionSpan& suspension : version.suspensions) of_span(suspension.span);
    for (const auto& [party, to] : heard) at(later(to, version.facts.termination_notice));
  }
  for (const Ending& ending : evaluation().endings) at(ending.from);
  return next;
}

}  // namespace skypact::pact
