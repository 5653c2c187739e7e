#include "distress/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "geo/ellipsoid.h"
#include "geo/motion.h"

namespace skypact::distress {
namespace {

bool confirmed_beacon(const Case& c, const std::string& beacon) {
  return std::any_of(c.beacons.begin(), c.beacons.end(), [&](const BeaconHeard& b) { return b.beacon == beacon && b.confirmed; });
}

PhaseReason beacon_reason(const Case& c, const Evidence& e) {
  PhaseReason reason{PhaseGround::word, Phase::alerfa, EmergencyWord::beacon, e.newest.kind, e.newest.source};
  if (e.newest.kind == TriggerKind::sit185) {
    reason.ground = PhaseGround::beacon_confirmed;
    reason.phase = Phase::detresfa;
    return reason;
  }
  if (e.newest.kind != TriggerKind::beacon) return reason;
  const auto found = std::find_if(c.beacons.begin(), c.beacons.end(), [&](const BeaconHeard& b) { return b.beacon == e.newest.subject.beacon; });
  if (found == c.beacons.end()) return reason;
  if (!found->confirmed) {
    reason.ground = PhaseGround::beacon_unconfirmed;
    reason.phase = Phase::incerfa;
  } else if (found->bursts >= 2) {
    reason.ground = PhaseGround::beacon_confirmed;
    reason.phase = Phase::detresfa;
  }
  return reason;
}

double distance_m(geo::Position a, geo::Position b) { return geo::range_and_bearing(a, b).range.in(metres); }

// Better than somebody's word: measured, or kept by whoever operates it.
bool is_more_than_a_word(TriggerKind kind) {
  return kind != TriggerKind::guard_report && kind != TriggerKind::peer;
}

}  // namespace

Phase phase_of(const Case& c) { return c.declared ? c.declared->phase : c.proposed; }

Proposal propose(const Case& c, Time now) {
  Proposal proposal;
  bool trouble = false, silent = false, all_cancelled = !c.evidence.empty();
  for (const Evidence& e : c.evidence) {
    all_cancelled = all_cancelled && e.cancelled();
    if (e.newest.cancellation) continue;   // nothing but cancellations came from there
    for (const PhaseRule& rule : phase_rules) {
      if (!e.said(rule.word)) continue;
      if (rule.word == EmergencyWord::beacon) {
        proposal.reasons.push_back(beacon_reason(c, e));
      } else {
        const bool later = rule.later > rule.at_once && now - e.first_heard >= rule.after;
        proposal.reasons.push_back({later ? PhaseGround::word_and_time : PhaseGround::word, later ? rule.later : rule.at_once, rule.word, e.newest.kind, e.newest.source});
      }
      using W = EmergencyWord;
      trouble = trouble || rule.word == W::general || rule.word == W::minimum_fuel || rule.word == W::radio_failure || rule.word == W::lost_link;
      silent = silent || rule.word == W::vanished || (rule.word == W::beacon && proposal.reasons.back().ground != PhaseGround::beacon_unconfirmed);
    }
    if (e.declared && *e.declared > Phase::none) {
      proposal.reasons.push_back({PhaseGround::declared_elsewhere, *e.declared, e.newest.emergency, e.newest.kind, e.newest.source});
    }
  }
  if (trouble && silent) proposal.reasons.push_back({PhaseGround::two_signs, Phase::detresfa, EmergencyWord::general, TriggerKind::manual, {}});
  std::stable_sort(proposal.reasons.begin(), proposal.reasons.end(), [](const PhaseReason& a, const PhaseReason& b) { return a.phase > b.phase; });
  if (!proposal.reasons.empty()) proposal.phase = proposal.reasons.front().phase;
  proposal.phase = std::max(proposal.phase, c.proposed);   // it only rises
  if (all_cancelled) proposal.reasons.push_back({PhaseGround::cancelled, Phase::none, EmergencyWord::general, TriggerKind::manual, {}});
  return proposal;
}

std::string describe(const PhaseReason& r) {
  const std::string from = r.source.empty() ? std::string() : fmt::format(" ({}, {})", to_string(r.kind), r.source);
  switch (r.ground) {
    case PhaseGround::word: return fmt::format("{}{}", describe(r.word), from);
    case PhaseGround::word_and_time: return fmt::format("{} and no news since{}", describe(r.word), from);
    case PhaseGround::beacon_unconfirmed: return fmt::format("one burst of a beacon, with corrected bits: it may be another beacon's{}", from);
    case PhaseGround::beacon_confirmed: return fmt::format("a beacon that is confirmed{}", from);
    case PhaseGround::two_signs: return "trouble was reported, and it vanished or its beacon sounds";
    case PhaseGround::declared_elsewhere: return fmt::format("declared by another party's officer{}", from);
    case PhaseGround::cancelled: return "every source has cancelled; ask, and close the case if all are safe";
  }
  return {};
}

std::string_view to_string(Movement movement) {
  constexpr std::array<std::string_view, 4> names{"flying", "roaming", "coming_down", "on_surface"};
  return names[static_cast<std::size_t>(movement)];
}

Movement movement_of(const PlaceHeard& h) {
  if (h.emergency == EmergencyWord::downed || h.place.airborne == false) return Movement::on_surface;
  const bool is_beacon = h.kind == TriggerKind::beacon || h.kind == TriggerKind::sit185 || h.emergency == EmergencyWord::beacon;
  if (is_beacon && h.place.airborne != true) return Movement::on_surface;
  if (h.kind == TriggerKind::vanished || h.emergency == EmergencyWord::vanished) return Movement::coming_down;
  if (h.kind == TriggerKind::overdue || h.emergency == EmergencyWord::overdue || !h.place.velocity) return Movement::roaming;
  return Movement::flying;
}

PlaceNow place_now(const PlaceHeard& heard, Time now) {
  PlaceNow place{heard, movement_of(heard), heard.place.position, heard.place.uncertainty, std::max(now - heard.heard_at, Duration::zero())};
  const double t = to_seconds(place.age);
  const Speed roaming = heard.aircraft_class == AircraftClass::unmanned ? unmanned_cruise : cruise;
  const auto grown = [](Speed rate, double s) { return metres(rate.in(metres_per_second) * s); };
  Length growth;
  switch (place.movement) {
    case Movement::flying: {
      const Speed speed = heard.place.velocity->speed;
      const Duration flown = std::min(place.age, prediction_horizon);
      place.position = geo::position_after(geo::ground_motion(heard.place.position, speed, heard.place.velocity->track), flown);
      growth = grown(std::max(speed * 0.5, knots(30)), to_seconds(flown)) + grown(std::max(speed, knots(60)), to_seconds(place.age - flown));
      break;
    }
    case Movement::roaming: growth = grown(roaming, t); break;
    case Movement::coming_down: {
      const double falling = std::min(t, to_seconds(descent_time));
      const Speed speed = heard.place.velocity ? std::max(heard.place.velocity->speed, knots(60)) : roaming;
      growth = grown(speed, falling) + grown(surface_pace, t - falling);
      break;
    }
    case Movement::on_surface: growth = grown(surface_pace, t); break;
  }
  place.uncertainty = std::min(metres(std::ceil((place.uncertainty + growth).in(metres))), TriggerLimits::uncertainty);
  return place;
}

std::vector<PlaceNow> places_now(const Case& c, Time now) {
  std::vector<PlaceNow> places;
  places.reserve(c.places.size());
  for (const PlaceHeard& heard : c.places) places.push_back(place_now(heard, now));
  std::stable_sort(places.begin(), places.end(), [](const PlaceNow& a, const PlaceNow& b) {
    if (a.heard.heard_at != b.heard.heard_at) return a.heard.heard_at > b.heard.heard_at;
    return a.heard.place.coarse < b.heard.place.coarse;
  });
  return places;
}

const PlaceHeard* last_known(const Case& c) {
  const PlaceHeard* best = nullptr;
  for (const PlaceHeard& p : c.places) {
    const bool better = best == nullptr || (best->place.coarse && !p.place.coarse) || (best->place.coarse == p.place.coarse && p.heard_at > best->heard_at);
    if (better) best = &p;
  }
  return best;
}

bool reachable(const PlaceHeard& a, const PlaceHeard& b) {
  const Duration apart = a.heard_at < b.heard_at ? b.heard_at - a.heard_at : a.heard_at - b.heard_at;
  const Length reach = metres(fastest.in(metres_per_second) * to_seconds(apart)) + a.place.uncertainty + b.place.uncertainty + reach_slack;
  return distance_m(a.place.position, b.place.position) <= reach.in(metres);
}

std::vector<Contradiction> contradictions(const Case& c) {
  std::vector<Contradiction> found;
  for (std::size_t i = 0; i < c.places.size(); ++i) {
    for (std::size_t k = i + 1; k < c.places.size(); ++k) {
      const PlaceHeard &a = c.places[i], &b = c.places[k];
      if (reachable(a, b)) continue;
      const auto apart = std::chrono::floor<seconds>(a.heard_at < b.heard_at ? b.heard_at - a.heard_at : a.heard_at - b.heard_at);
      found.push_back({ContradictionKind::place,
                       fmt::format("{} of {} says {}, {} of {} says {}: {:.0f} km apart, {} s between them; both are kept", to_string(a.kind), a.source,
                                   position_text(a.place.position), to_string(b.kind), b.source, position_text(b.place.position),
                                   distance_m(a.place.position, b.place.position) / 1000, apart.count())});
    }
  }
  std::set<std::string> parties;
  std::set<AircraftClass> classes;
  for (const Claim& claim : c.claims) {
    if (!claim.party.empty()) parties.insert(claim.party);
    if (claim.aircraft_class != AircraftClass::unknown) classes.insert(claim.aircraft_class);
  }
  if (parties.size() > 1 && !c.identified) found.push_back({ContradictionKind::party, fmt::format("it is said to be of {}", fmt::join(parties, " and of "))});
  if (classes.size() > 1 && !c.identified) {
    std::vector<std::string_view> names;
    for (const AircraftClass each : classes) names.push_back(to_string(each));
    found.push_back({ContradictionKind::aircraft_class, fmt::format("its class is said to be {}", fmt::join(names, " and "))});
  }
  if (c.subject.addresses.size() > 1) {
    std::vector<std::string> names;
    for (const Address& address : c.subject.addresses) names.push_back(to_string(address));
    found.push_back({ContradictionKind::two_aircraft, fmt::format("evidence names more than one aircraft: {}", fmt::join(names, ", "))});
  }
  return found;
}

Owner owner_of(const Case& c) {
  Owner owner;
  if (c.identified) {
    owner.party = c.identified->party;
    owner.aircraft_class = c.identified->aircraft_class;
    owner.certain = !owner.party.empty();
  } else {
    // Claims of better evidence stand over others; two parties by equally good evidence are none.
    std::set<std::string> sure, said;
    std::set<AircraftClass> sure_class, said_class;
    for (const Claim& claim : c.claims) {
      const bool good = is_more_than_a_word(claim.kind);
      if (!claim.party.empty()) (good ? sure : said).insert(claim.party);
      if (claim.aircraft_class != AircraftClass::unknown) (good ? sure_class : said_class).insert(claim.aircraft_class);
    }
    if (sure.size() == 1) {
      owner.party = *sure.begin();
      owner.certain = true;
    } else if (sure.empty() && said.size() == 1) {
      owner.party = *said.begin();
    }
    if (c.said_state) owner.aircraft_class = AircraftClass::state;
    else if (sure_class.size() == 1) owner.aircraft_class = *sure_class.begin();
    else if (sure_class.empty() && said_class.size() == 1) owner.aircraft_class = *said_class.begin();
    if (owner.party.empty() && sure.size() + said.size() > 0 && owner.aircraft_class != AircraftClass::civil && owner.aircraft_class != AircraftClass::humanitarian) {
      owner.protect = true;   // somebody's, it is disputed whose
    }
  }
  const bool helps_all = owner.aircraft_class == AircraftClass::civil || owner.aircraft_class == AircraftClass::humanitarian;
  owner.protect = owner.protect || owner.aircraft_class == AircraftClass::state || (!owner.party.empty() && !helps_all);
  return owner;
}

bool may_relay(const Case& c) {
  return std::any_of(c.evidence.begin(), c.evidence.end(), [&](const Evidence& e) {
    if (e.newest.cancellation) return false;
    return e.newest.kind != TriggerKind::beacon || confirmed_beacon(c, e.newest.subject.beacon);
  }) || std::any_of(c.beacons.begin(), c.beacons.end(), [](const BeaconHeard& b) { return b.confirmed; });
}

std::vector<KnownItem> known(const Case& c) {
  std::map<std::string, std::vector<KnownItem>> items;
  for (const Evidence& e : c.evidence) {
    const Trigger& t = e.newest;
    const auto add = [&](const char* item, std::string text) {
      if (!text.empty()) items[item].push_back({item, std::move(text), t.kind, t.source, t.heard_at});
    };
    if (t.subject.address) add("address", to_string(*t.subject.address));
    add("beacon", t.subject.beacon);
    add("callsign", t.subject.callsign);
    add("registration", t.subject.registration);
    add("mmsi", t.subject.mmsi);
    add("party", t.party);
    add("emergency", t.cancellation ? "cancelled" : describe(t.emergency));
    if (t.aircraft_class != AircraftClass::unknown) add("class", std::string(to_string(t.aircraft_class)));
    if (t.place) {
      add("place", fmt::format("{} within {:.0f} m{}", position_text(t.place->position), t.place->uncertainty.in(metres), t.place->coarse ? ", coarse" : ""));
      if (t.place->altitude) add("altitude", fmt::format("{:.0f} ft", t.place->altitude->in_feet()));
      if (t.place->velocity) add("velocity", fmt::format("{:.0f} kt, track {:.0f}", t.place->velocity->speed.in(knots), t.place->velocity->track.in_degrees()));
    }
    add("words", t.words);
    add("language", t.language);
    if (t.khz) add("frequency", fmt::format("{}.{:03} MHz", *t.khz / 1000, *t.khz % 1000));
    if (t.bearing) add("bearing", fmt::format("{:.0f} degrees true from {}", t.bearing->in_degrees(), t.source));
    add("remark", t.remark);
  }
  std::vector<KnownItem> all;
  for (auto& [name, list] : items) {
    std::stable_sort(list.begin(), list.end(), [](const KnownItem& a, const KnownItem& b) { return a.heard_at > b.heard_at; });
    std::set<std::string> seen;
    for (KnownItem& item : list) {
      if (seen.insert(item.text).second) all.push_back(std::move(item));
    }
  }
  return all;
}

std::string position_text(geo::Position p) {
  return fmt::format("{:07.4f}{} {:08.4f}{}", std::abs(p.lat_degrees()), p.lat_e7 < 0 ? 'S' : 'N', std::abs(p.lon_degrees()), p.lon_e7 < 0 ? 'W' : 'E');
}

}  // namespace skypact::distress
