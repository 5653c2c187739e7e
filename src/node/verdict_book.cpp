#include "node/verdict_book.h"

#include <algorithm>

#include "json/fields.h"
#include "node/api_names.h"
#include "node/entry_type.h"
#include "node/verdict_evidence.h"
#include "pact/terms.h"

namespace skypact::node {
namespace {

constexpr std::size_t hash_digits = 64;

template <class T>
void keep_newest(std::vector<T>& list, T one, std::size_t most) {
  if (list.size() >= most) list.erase(list.begin());
  list.push_back(std::move(one));
}

std::array<Address, 2> sorted(Address a, Address b) {
  if (b < a) std::swap(a, b);
  return {a, b};
}

}  // namespace

PairVerdict pair_verdict(const guard::JudgedPair& judged) {
  PairVerdict v;
  for (std::size_t i = 0; i < 2; ++i) {
    const guard::VerdictFlight& flight = judged.input.flights[i];
    v.pair[i] = flight.key;
    v.parties[i] = party_name(flight.party, judged.input.agreed.parties);
  }
  v.span = judged.input.span;
  v.verdict = judged.verdict;
  auto text = std::make_shared<const std::string>(evidence_of(judged.input));
  v.evidence = evidence_hash(*text);
  v.evidence_text = std::move(text);
  v.alert = judged.alert;
  return v;
}

std::optional<VerdictComparison> VerdictBook::match(const PairVerdict& ours, const Heard& theirs) const {
  if (ours.span.from != theirs.verdict.span.from || ours.span.to != theirs.verdict.span.to) return std::nullopt;
  const bool same_pair = theirs.known && theirs.about == sorted(ours.pair[0].address, ours.pair[1].address);
  if (ours.evidence != theirs.verdict.evidence && !same_pair) return std::nullopt;
  return VerdictComparison{ours.pair, ours.span, ours.verdict.finding, ours.evidence, theirs.verdict};
}

void VerdictBook::keep(const VerdictComparison& comparison) { keep_newest(compared_, comparison, VerdictBookLimits::of_peers); }

std::vector<VerdictComparison> VerdictBook::add(PairVerdict ours) {
  std::vector<VerdictComparison> found;
  for (const Heard& theirs : heard_) {
    if (auto c = match(ours, theirs)) found.push_back(std::move(*c));
  }
  for (const VerdictComparison& c : found) keep(c);
  keep_newest(own_, std::move(ours), VerdictBookLimits::own);
  return found;
}

std::vector<VerdictComparison> VerdictBook::hear(PeerVerdict theirs, const PeerAlertBook& told, const Parties& parties) {
  if (std::any_of(heard_.begin(), heard_.end(), [&](const Heard& h) { return h.verdict == theirs; })) return {};
  Heard heard{std::move(theirs), {}, false};
  for (const PeerAlert& alert : told.all()) {
    if (!heard.verdict.alert || alert.alert.id != heard.verdict.alert->value || alert.alert.subjects.size() != 2) continue;
    if (party_name(alert.party, parties) != heard.verdict.party) continue;
    // Numbers begin anew with a node: it must have been open in that minute.
    if (alert.alert.raised_at - PeerAlertLimits::apart > heard.verdict.span.to) continue;
    if (alert.alert.state == AlertState::ended && alert.alert.changed_at + PeerAlertLimits::apart < heard.verdict.span.from) continue;
    heard.about = sorted(alert.alert.subjects[0].address, alert.alert.subjects[1].address);
    heard.known = true;
  }
  std::vector<VerdictComparison> found;
  for (const PairVerdict& ours : own_) {
    if (auto c = match(ours, heard)) found.push_back(std::move(*c));
  }
  for (const VerdictComparison& c : found) keep(c);
  keep_newest(heard_, std::move(heard), VerdictBookLimits::of_peers);
  return found;
}

std::optional<std::array<TrackKey, 2>> pair_of(const Alert& alert) {
  if (alert.kind != AlertKind::conflict || alert.subjects.size() != 2) return std::nullopt;
  std::array<TrackKey, 2> pair{alert.subjects[0].key(), alert.subjects[1].key()};
  if (pair[1] < pair[0]) std::swap(pair[0], pair[1]);
  return pair;
}

std::vector<const PairVerdict*> VerdictBook::of(const Alert& alert) const {
  std::vector<const PairVerdict*> found;
  const auto pair = pair_of(alert);
  if (!pair) return found;
  for (const PairVerdict& v : own_) {
    if (v.pair == *pair && v.span.to > alert.raised_at - guard::judged_span && (!alert.ended_at || v.span.from <= *alert.ended_at)) found.push_back(&v);
  }
  std::sort(found.begin(), found.end(), [](const PairVerdict* a, const PairVerdict* b) { return a->span.from < b->span.from; });
  return found;
}

std::vector<const VerdictComparison*> VerdictBook::compared(const PairVerdict& ours) const {
  std::vector<const VerdictComparison*> found;
  for (const VerdictComparison& c : compared_) {
    if (c.pair == ours.pair && c.span.from == ours.span.from && c.our_evidence == ours.evidence) found.push_back(&c);
  }
  return found;
}

void append_peer_finding(json::Writer& out, const PeerVerdict& v) {
  out.field("from", to_rfc3339(v.span.from));
  out.field("to", to_rfc3339(v.span.to));
  out.field("finding", to_string(v.finding));
  out.field("evidence", v.evidence);
  if (v.alert) out.field("alert", v.alert->value);
}

Result<PeerVerdict> read_peer_finding(std::string_view party, std::uint64_t index, json::Value body) {
  json::Fields fields(body);
  PeerVerdict v;
  v.party = party;
  v.index = index;
  v.span.from = fields.time("from", json::required).value_or(Time{});
  v.span.to = fields.time("to", json::required).value_or(Time{});
  const auto finding = fields.word("finding", {"kept", "lost", "cannot_be_told"}, json::required);
  v.evidence = fields.text("evidence", hash_digits, hash_digits, json::required).value_or("");
  if (const auto alert = fields.integer("alert", 0, UINT32_MAX)) v.alert = AlertId{static_cast<std::uint32_t>(*alert)};
  if (!fields.error() && !ledger::hash_from_hex(v.evidence)) fields.refuse("evidence", "must be 64 lower-case hexadecimal digits");
  if (!fields.error() && v.span.empty()) fields.refuse("to", "must be later than from");
  if (fields.error()) return *fields.error();
  constexpr std::array findings{guard::Finding::kept, guard::Finding::lost, guard::Finding::cannot_be_told};
  v.finding = findings[*finding];
  return v;
}

Result<std::optional<PeerVerdict>> read_peer_verdict(std::string_view party, std::uint64_t index, std::string_view entry) {
  if (!has_entry_type(entry, "verdict")) return std::optional<PeerVerdict>();
  const auto document = json::parse(entry);
  if (!document) return document.error();
  auto verdict = read_peer_finding(party, index, document->root()["body"]);
  if (!verdict) return std::move(verdict).error().within("an entry of type verdict");
  return std::optional(std::move(*verdict));
}

}  // namespace skypact::node
