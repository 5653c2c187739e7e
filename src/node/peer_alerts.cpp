#include "node/peer_alerts.h"

#include <fmt/format.h>

#include <algorithm>

#include "airspace/parse_address.h"
#include "ledger/hash.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

constexpr Duration near = seconds(120);   // a predicted loss that soon is what an answer is about

// In whatever order; of aircraft there are few. It is asked of every open alert and all that peers told, at each tick.
bool same_aircraft(const std::vector<AlertSubject>& ours, const std::vector<link::SharedSubject>& theirs) {
  return std::is_permutation(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                             [](const auto& a, const auto& b) { return a.address == b.address; });
}

// What a party says it will do; "seen" says nothing about it.
std::optional<Intention> last_answer(const Alert& alert, PartyId party) {
  const Acknowledgement* last = nullptr;
  for (const Acknowledgement& a : alert.acknowledgements) {
    if (a.party == party && a.intention != Intention::seen && (last == nullptr || last->at <= a.at)) last = &a;
  }
  return last == nullptr ? std::nullopt : std::optional(last->intention);
}

std::optional<Intention> last_answer(const link::SharedAlert& alert, std::string_view party) {
  const link::SharedAnswer* last = nullptr;
  for (const link::SharedAnswer& a : alert.answers) {
    if (a.party == party && a.intention != Intention::seen && (last == nullptr || last->at <= a.at)) last = &a;
  }
  return last == nullptr ? std::nullopt : std::optional(last->intention);
}

bool comes_nearer(const Alert& alert, Time now) {
  if (alert.state == AlertState::infringed) return true;
  return alert.state == AlertState::predicted && alert.prediction && alert.prediction->infringed_from <= now + near;
}

std::string_view words(Intention intention) { return intention == Intention::you_move ? "you move" : "no factor"; }

}  // namespace

bool PeerAlertBook::hear(PartyId party, link::SharedAlert alert, Time now) {
  const auto same = std::find_if(alerts_.begin(), alerts_.end(), [&](const PeerAlert& a) { return a.party == party && a.alert.key == alert.key; });
  if (same != alerts_.end()) {
    *same = {party, std::move(alert), now};
    return true;
  }
  const auto of_party = [&](const PeerAlert& a) { return a.party == party; };
  if (static_cast<std::size_t>(std::count_if(alerts_.begin(), alerts_.end(), of_party)) >= PeerAlertLimits::per_peer) {
    const auto ended = std::find_if(alerts_.begin(), alerts_.end(), [&](const PeerAlert& a) { return of_party(a) && a.alert.state == AlertState::ended; });
    if (ended == alerts_.end()) return ++refused_, false;
    alerts_.erase(ended);
  }
  alerts_.push_back({party, std::move(alert), now});
  return true;
}

void PeerAlertBook::forget(PartyId party) {
  std::erase_if(alerts_, [&](const PeerAlert& a) { return a.party == party; });
}

void PeerAlertBook::expire(Time now) {
  std::erase_if(alerts_, [&](const PeerAlert& a) { return a.alert.state == AlertState::ended && now - a.heard_at > PeerAlertLimits::ended_kept; });
}

std::vector<const PeerAlert*> PeerAlertBook::of(const Alert& ours) const {
  std::vector<const PeerAlert*> found;
  for (const PeerAlert& theirs : alerts_) {
    if (!same_danger(ours, theirs.alert)) continue;
    const auto known = std::find_if(found.begin(), found.end(), [&](const PeerAlert* f) { return f->party == theirs.party; });
    if (known == found.end()) {
      found.push_back(&theirs);
    } else if ((*known)->alert.raised_at < theirs.alert.raised_at) {
      *known = &theirs;
    }
  }
  std::sort(found.begin(), found.end(), [](const PeerAlert* a, const PeerAlert* b) { return a->party < b->party; });
  return found;
}

bool same_danger(const Alert& ours, const link::SharedAlert& theirs) {
  if (ours.kind != theirs.kind || ours.subjects.empty() || ours.subjects.size() != theirs.subjects.size()) return false;
  if (ours.ended_at && theirs.raised_at - PeerAlertLimits::apart > *ours.ended_at) return false;
  if (theirs.state == AlertState::ended && theirs.changed_at < ours.raised_at - PeerAlertLimits::apart) return false;
  return same_aircraft(ours.subjects, theirs.subjects);
}

std::string_view to_string(ContradictionCode code) { return code == ContradictionCode::nobody_moves ? "nobody_moves" : "nobody_sees_it"; }

std::optional<Contradiction> contradiction(const Alert& ours, PartyId own, const std::vector<const PeerAlert*>& theirs, const Parties& parties, Time now) {
  if (ours.state == AlertState::ended || ours.state == AlertState::clearing) return std::nullopt;
  const auto we = last_answer(ours, own);
  if (!we || *we == Intention::we_move) return std::nullopt;
  for (const PeerAlert* peer : theirs) {
    if (peer->alert.state == AlertState::ended) continue;
    const std::string_view name = party_name(peer->party, parties);
    const auto they = last_answer(peer->alert, name);
    if (!they || *they == Intention::we_move) continue;
    if (*we == Intention::you_move || *they == Intention::you_move) {
      return Contradiction{ContradictionCode::nobody_moves, peer->party,
                           fmt::format("Nobody moves: we answered \"{}\", {} answered \"{}\". Call the other desk.", words(*we), name, words(*they))};
    }
    if (comes_nearer(ours, now)) {
      return Contradiction{ContradictionCode::nobody_sees_it, peer->party,
                           fmt::format("Both answered \"no factor\", we and {}, and the minima are being lost. Judge it again.", name)};
    }
  }
  return std::nullopt;
}

link::SharedAlert shared_alert(const Alert& alert, const Parties& parties) {
  link::SharedAlert shared;
  shared.id = alert.id.value;
  shared.key = alert.key;
  shared.kind = alert.kind;
  shared.state = alert.state;
  shared.severity = alert.severity;
  shared.raised_at = alert.raised_at;
  shared.changed_at = alert.changed_at;
  for (const AlertSubject& s : alert.subjects) {
    if (shared.subjects.size() == link::MessageLimits::subjects) break;
    shared.subjects.push_back({s.address, s.party == unknown_party ? std::string() : std::string(party_name(s.party, parties))});
  }
  if (alert.prediction) {
    shared.minima_source = alert.prediction->minima_source;
    shared.closest_at = alert.prediction->closest_at;
    shared.horizontal_at_closest = alert.prediction->horizontal_at_closest;
    shared.vertical_at_closest = alert.prediction->vertical_at_closest;
  }
  // The newest, where somebody pressed often.
  const std::size_t skipped = alert.acknowledgements.size() - std::min(alert.acknowledgements.size(), link::MessageLimits::answers);
  for (std::size_t i = skipped; i < alert.acknowledgements.size(); ++i) {
    const Acknowledgement& a = alert.acknowledgements[i];
    shared.answers.push_back({std::string(party_name(a.party, parties)), a.by, a.intention, a.how, a.at});
  }
  return shared;
}

Address address_from_peer(const Address& address, std::string_view peer, std::string_view own) {
  if (address.kind == AddressKind::icao) return address;
  const std::string_view name = address.name.view();
  if (address.kind == AddressKind::report && name.size() > own.size() + 1 && name.starts_with(own) && name[own.size()] == '.') {
    return {AddressKind::report, 0, name.substr(own.size() + 1)};
  }
  std::string mapped = std::string(peer) + '.' + std::string(name);
  if (address.kind != AddressKind::report || mapped.size() > longest_track_name) {
    // Too long, or of a kind whose numbers another receiver gives out otherwise: a name made of it.
    const ledger::Hash hash = ledger::sha256(ledger::as_bytes(to_string(address)));
    mapped = fmt::format("{}.{:02x}{:02x}{:02x}{:02x}{:02x}", peer.substr(0, 12), hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3], hash.bytes[4]);
  }
  return {AddressKind::report, 0, std::string_view(mapped)};
}

link::SharedAlert alert_from_peer(link::SharedAlert alert, std::string_view peer, std::string_view own, Duration ahead) {
  alert.raised_at -= ahead;
  alert.changed_at -= ahead;
  if (alert.closest_at) *alert.closest_at -= ahead;
  for (link::SharedAnswer& answer : alert.answers) answer.at -= ahead;
  for (link::SharedSubject& subject : alert.subjects) subject.address = address_from_peer(subject.address, peer, own);
  return alert;
}

}  // namespace skypact::node
