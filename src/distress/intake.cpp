#include "distress/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "distress/assessment.h"
#include "geo/ellipsoid.h"

namespace skypact::distress {
namespace {

// Puts a value into a sorted list without repetition; false where the list is full.
template <class T>
bool insert_sorted(std::vector<T>& list, const T& value, std::size_t most) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at != list.end() && *at == value) return true;
  if (list.size() >= most) return false;
  list.insert(at, value);
  return true;
}

// Numbers that many aircraft or none may have are nobody's identity.
bool names_one(const Address& a) {
  const bool by_number = a.kind != AddressKind::report && a.kind != AddressKind::manual;
  return !by_number || (a.number != 0 && a.number != 0xFFFFFF);
}
bool names_one(const std::string& digits) { return digits.find_first_not_of(digits.front()) != digits.npos; }

// A total order of triggers of one slot, so that the newest does not depend on which came first.
bool is_newer(const Trigger& a, const Trigger& b) {
  if (a.heard_at != b.heard_at) return a.heard_at > b.heard_at;
  if (a.received_at != b.received_at) return a.received_at > b.received_at;
  return to_json(a) > to_json(b);
}

void absorb_evidence(Case& c, const Trigger& t) {
  const auto at = std::find_if(c.evidence.begin(), c.evidence.end(), [&](const Evidence& e) {
    return std::tie(e.newest.kind, e.newest.source) >= std::tie(t.kind, t.source);
  });
  Evidence* slot = at != c.evidence.end() && at->newest.kind == t.kind && at->newest.source == t.source ? &*at : nullptr;
  if (slot == nullptr) {
    const auto same_kind = std::count_if(c.evidence.begin(), c.evidence.end(), [&](const Evidence& e) { return e.newest.kind == t.kind; });
    if (static_cast<std::size_t>(same_kind) >= CaseLimits::sources) {
      ++c.beyond.evidence;
      return;
    }
    Evidence fresh;
    fresh.newest = t;
    fresh.first_heard = t.heard_at;
    slot = &*c.evidence.insert(at, std::move(fresh));
  }
  ++slot->count;
  slot->first_heard = std::min(slot->first_heard, t.heard_at);
  if (t.declared) slot->declared = std::max(slot->declared.value_or(Phase::none), *t.declared);
  if (t.cancellation) {
    if (!slot->cancellation || is_newer(t, *slot->cancellation)) slot->cancellation = t;
    return;
  }
  slot->words = static_cast<std::uint16_t>(slot->words | 1u << static_cast<unsigned>(t.emergency));
  if (slot->newest.cancellation || is_newer(t, slot->newest)) slot->newest = t;
}

void absorb_burst(Case& c, const Trigger& t) {
  const auto at = std::lower_bound(c.beacons.begin(), c.beacons.end(), t.subject.beacon, [](const BeaconHeard& b, const std::string& id) { return b.beacon < id; });
  auto heard = at;
  if (at == c.beacons.end() || at->beacon != t.subject.beacon) {
    if (c.beacons.size() >= CaseLimits::identities) {
      ++c.beyond.identities;
      return;
    }
    heard = c.beacons.insert(at, BeaconHeard{t.subject.beacon, 0, false, false, {}});
  }
  heard->uncorrected = heard->uncorrected || t.corrected_bits == 0;
  heard->confirmed = heard->confirmed || heard->uncorrected;
  bool heard_before = false;
  for (const Time time : heard->heard_at) {
    const Duration apart = time < t.heard_at ? t.heard_at - time : time - t.heard_at;
    if (apart < same_burst) heard_before = true;
    else if (apart <= second_burst_within) heard->confirmed = true;
  }
  if (heard_before) return;
  ++heard->bursts;
  heard->heard_at.insert(std::upper_bound(heard->heard_at.begin(), heard->heard_at.end(), t.heard_at), t.heard_at);
  if (heard->heard_at.size() > CaseLimits::bursts) heard->heard_at.erase(heard->heard_at.begin());
}

auto place_order(const PlaceHeard& p) { return std::tie(p.kind, p.source, p.heard_at); }

void put_place(Case& c, const PlaceHeard& fresh, std::size_t most) {
  // The newest of what the same source said and one aircraft could have flown is replaced.
  PlaceHeard* same = nullptr;
  for (PlaceHeard& p : c.places) {
    if (p.kind == fresh.kind && p.source == fresh.source && reachable(p, fresh) && (same == nullptr || p.heard_at > same->heard_at)) same = &p;
  }
  if (same != nullptr) {
    if (fresh.heard_at >= same->heard_at) *same = fresh;
  } else if (c.places.size() < most) {
    c.places.push_back(fresh);
  } else {
    ++c.beyond.places;
    return;
  }
  std::stable_sort(c.places.begin(), c.places.end(), [](const PlaceHeard& a, const PlaceHeard& b) { return place_order(a) < place_order(b); });
}

template <class T>
void join_lists(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& one : from) insert_sorted(into, one, into.size() + 1);
}

template <class T>
bool disjoint(const std::vector<T>& a, const std::vector<T>& b) {
  return std::none_of(a.begin(), a.end(), [&](const T& one) { return std::binary_search(b.begin(), b.end(), one); });
}

// Both have some, and none in common.
template <class T>
bool differ(const std::vector<T>& a, const std::vector<T>& b) {
  return !a.empty() && !b.empty() && disjoint(a, b);
}

Time newest_heard(const Case& c) {
  Time newest = Time::min();
  for (const Evidence& e : c.evidence) newest = std::max(newest, e.newest.heard_at);
  return newest;
}

bool parties_differ(const Case& a, const Case& b) {
  const Owner one = owner_of(a), other = owner_of(b);
  return !one.party.empty() && !other.party.empty() && one.party != other.party;
}

void join_told(Case& into, const Told& told) {
  const auto at = std::find_if(into.told.begin(), into.told.end(), [&](const Told& t) { return t.to >= told.to; });
  if (at == into.told.end() || at->to != told.to) {
    into.told.insert(at, told);
    return;
  }
  at->exact = at->exact || told.exact;
  at->first_at = std::min(at->first_at, told.first_at);
  // Whether the last word was delivered is said by whichever was last.
  if (told.last_at > at->last_at) at->delivered_at = told.delivered_at;
  at->last_at = std::max(at->last_at, told.last_at);
  at->times += told.times;
  at->answers.insert(at->answers.end(), told.answers.begin(), told.answers.end());
  std::stable_sort(at->answers.begin(), at->answers.end(), [](const Answer& a, const Answer& b) { return a.at < b.at; });
}

}  // namespace

std::vector<std::string> fusion_keys(const Trigger& t) {
  std::vector<std::string> keys;
  const std::string realm = t.mark == TriggerMark::exercise ? "exercise " : "";
  const auto add = [&](std::string_view what, std::string_view value) { keys.push_back(fmt::format("{}{} {}", realm, what, value)); };
  const Subject& s = t.subject;
  if (s.address && names_one(*s.address)) add("address", to_string(*s.address));
  if (!s.beacon.empty() && names_one(s.beacon)) add("beacon", s.beacon);
  if (!s.registration.empty()) add("registration", s.registration);
  if (!s.mmsi.empty() && names_one(s.mmsi)) add("mmsi", s.mmsi);
  const std::string from = fmt::format("{} {}", to_string(t.kind), quoted(t.source, 2 * TriggerLimits::source));
  if (!t.reference.empty()) add("reference", fmt::format("{} {}", from, t.reference));
  if (!t.our_case.empty()) add("case", t.our_case);
  if (keys.empty() && !s.callsign.empty()) add("callsign", fmt::format("{} {}", from, s.callsign));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

void absorb(Case& c, const Trigger& t) {
  const Subject& s = t.subject;
  using L = CaseLimits;
  const auto add = [&](auto& list, const auto& value) {
    if (!insert_sorted(list, value, L::identities)) ++c.beyond.identities;
  };
  if (s.address) add(c.subject.addresses, *s.address);
  if (!s.beacon.empty()) add(c.subject.beacons, s.beacon);
  if (!s.callsign.empty()) add(c.subject.callsigns, s.callsign);
  if (!s.registration.empty()) add(c.subject.registrations, s.registration);
  if (!s.mmsi.empty()) add(c.subject.mmsis, s.mmsi);
  if (!t.party.empty() || t.aircraft_class != AircraftClass::unknown) {
    if (!insert_sorted(c.claims, Claim{t.party, t.aircraft_class, t.kind}, L::claims)) ++c.beyond.claims;
  }
  c.said_state = c.said_state || t.aircraft_class == AircraftClass::state;
  c.must_not_be_spoken = c.must_not_be_spoken || t.emergency == EmergencyWord::unlawful_interference || !t.may_be_spoken;
  if (t.kind == TriggerKind::peer && !t.reference.empty() && !insert_sorted(c.peers, PeerCase{t.source, t.reference}, L::peers)) ++c.beyond.peers;
  absorb_evidence(c, t);
  if (t.cancellation) return;   // where it was switched off is not where help is needed
  if (t.kind == TriggerKind::beacon && !s.beacon.empty()) absorb_burst(c, t);
  if (t.place) put_place(c, {t.kind, t.source, t.heard_at, t.emergency, t.aircraft_class, *t.place}, L::places);
  if (const PlaceHeard* last = last_known(c)) c.coarse = keep_coarse(c.coarse, last->place.position, last->heard_at);
}

void join(Case& into, const Case& member) {
  join_lists(into.subject.addresses, member.subject.addresses);
  join_lists(into.subject.beacons, member.subject.beacons);
  join_lists(into.subject.callsigns, member.subject.callsigns);
  join_lists(into.subject.registrations, member.subject.registrations);
  join_lists(into.subject.mmsis, member.subject.mmsis);
  join_lists(into.claims, member.claims);
  join_lists(into.peers, member.peers);
  into.said_state = into.said_state || member.said_state;
  into.must_not_be_spoken = into.must_not_be_spoken || member.must_not_be_spoken;

  for (const Evidence& e : member.evidence) {
    const auto at = std::find_if(into.evidence.begin(), into.evidence.end(), [&](const Evidence& x) {
      return std::tie(x.newest.kind, x.newest.source) >= std::tie(e.newest.kind, e.newest.source);
    });
    if (at == into.evidence.end() || at->newest.kind != e.newest.kind || at->newest.source != e.newest.source) {
      into.evidence.insert(at, e);
      continue;
    }
    at->count += e.count;
    at->words = static_cast<std::uint16_t>(at->words | e.words);
    at->first_heard = std::min(at->first_heard, e.first_heard);
    if (e.declared) at->declared = std::max(at->declared.value_or(Phase::none), *e.declared);
    if (e.cancellation && (!at->cancellation || is_newer(*e.cancellation, *at->cancellation))) at->cancellation = e.cancellation;
    if (!e.newest.cancellation && (at->newest.cancellation || is_newer(e.newest, at->newest))) at->newest = e.newest;
  }
  for (const BeaconHeard& b : member.beacons) {
    const auto at = std::find_if(into.beacons.begin(), into.beacons.end(), [&](const BeaconHeard& x) { return x.beacon >= b.beacon; });
    if (at == into.beacons.end() || at->beacon != b.beacon) {
      into.beacons.insert(at, b);
      continue;
    }
    at->confirmed = at->confirmed || b.confirmed;
    at->uncorrected = at->uncorrected || b.uncorrected;
    at->bursts += b.bursts;
    at->heard_at.insert(at->heard_at.end(), b.heard_at.begin(), b.heard_at.end());
    std::sort(at->heard_at.begin(), at->heard_at.end());
  }
  for (const PlaceHeard& p : member.places) put_place(into, p, into.places.size() + 1);
  if (!into.coarse) into.coarse = member.coarse;
  into.beyond.evidence += member.beyond.evidence;
  into.beyond.places += member.beyond.places;
  into.beyond.identities += member.beyond.identities;
  into.beyond.claims += member.beyond.claims;
  into.beyond.peers += member.beyond.peers;
  into.heard_after_closing += member.heard_after_closing;

  into.proposed = std::max(into.proposed, member.proposed);
  if (!into.declared) into.declared = member.declared;
  if (!into.lead) into.lead = member.lead;
  if (!into.identified) into.identified = member.identified;
  if (!into.mark) into.mark = member.mark;
  into.assignments.insert(into.assignments.end(), member.assignments.begin(), member.assignments.end());
  std::sort(into.assignments.begin(), into.assignments.end(), [](const Assignment& a, const Assignment& b) { return a.number < b.number; });
  into.keep_clear.insert(into.keep_clear.end(), member.keep_clear.begin(), member.keep_clear.end());
  std::sort(into.keep_clear.begin(), into.keep_clear.end(), [](const KeepClear& a, const KeepClear& b) { return a.number < b.number; });
  for (const Told& told : member.told) join_told(into, told);
  into.log.insert(into.log.end(), member.log.begin(), member.log.end());
  std::stable_sort(into.log.begin(), into.log.end(), [](const LogEntry& a, const LogEntry& b) { return a.at < b.at; });
}

std::optional<std::string> resembles(const Case& a, const Case& b) {
  if (a.exercise != b.exercise) return std::nullopt;
  if (differ(a.subject.addresses, b.subject.addresses) || differ(a.subject.registrations, b.subject.registrations)) {
    return std::nullopt;
  }
  const Time one = newest_heard(a), other = newest_heard(b);
  if ((one < other ? other - one : one - other) > resemblance_time || parties_differ(a, b)) return std::nullopt;

  const PlaceHeard *here = last_known(a), *there = last_known(b);
  std::optional<Length> apart;
  if (here != nullptr && there != nullptr) apart = geo::range_and_bearing(here->place.position, there->place.position).range;

  if (!a.subject.callsigns.empty() && !disjoint(a.subject.callsigns, b.subject.callsigns) && (!apart || *apart <= resemblance_distance)) {
    for (const std::string& callsign : a.subject.callsigns) {
      if (std::binary_search(b.subject.callsigns.begin(), b.subject.callsigns.end(), callsign)) return fmt::format("both have the call sign {}", callsign);
    }
  }
  if (!apart || here->place.coarse || there->place.coarse) return std::nullopt;
  const bool one_unknown = (a.subject.addresses.empty() && a.subject.registrations.empty()) || (b.subject.addresses.empty() && b.subject.registrations.empty());
  const bool callsigns_differ = differ(a.subject.callsigns, b.subject.callsigns);
  if (one_unknown && !callsigns_differ && *apart <= resemblance_near + here->place.uncertainty + there->place.uncertainty) {
    return fmt::format("{:.0f} NM apart, and it is not known which aircraft one of them is", apart->in(nautical_miles));
  }
  return std::nullopt;
}

}  // namespace skypact::distress
