#include "pact/terms_check.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/ellipsoid.h"
#include "guard/region.h"
#include "guard/zone_files.h"
#include "pact/clause_text.h"
#include "pact/schedule.h"
#include "pact/terms_words.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

constexpr std::uint32_t vhf_guard = 121'500, uhf_guard = 243'000;   // ICAO Annex 10 Vol. V, 4.1.3.1 and 4.1.3.2; NATO guard

class Checker {
 public:
  Checker(const Terms& terms, const TellDefect& tell) : t_(terms), tell_(tell) {}

  void check() {
    check_head();
    check_parties();
    check_identification();
    check_minima();
    check_zones();
    check_frequencies();
    check_line();
    check_sharing();
    check_releases();
    check_floor_and_texts();
    check_size_for_watch();
  }

 private:
  void tell(std::string_view clause, std::string message) { tell_(clause, std::move(message)); }

  bool is_party(std::string_view id) const { return find_party(t_, id) != nullptr; }

  std::string parties_known() const {
    std::vector<std::string_view> ids;
    for (const TermsParty& party : t_.parties) ids.push_back(party.id);
    return fmt::format("there are {}", fmt::join(ids, ", "));
  }

  void check_named(const std::string& clause, const std::vector<std::string>& parties) {
    for (const std::string& id : parties) {
      if (!is_party(id)) tell(clause, quoted(id) + " is not a party; " + parties_known());
    }
  }

  template <class T, class Name>
  void check_unique(const std::vector<T>& list, const std::string& kind, Name name) {
    std::set<std::string> seen;
    for (const T& one : list) {
      if (!seen.insert(name(one)).second) tell(kind + "." + name(one), "this id is used twice; every clause has its own");
    }
  }

  void check_schedule(const std::string& clause, const Schedule& when) {
    const Interval<Time>& valid = t_.validity.valid;
    for (const auto& span : when.spans) {
      if (span.from >= valid.from && span.to <= valid.to) continue;
      tell(clause, fmt::format("holds from {} to {}, which is outside the validity from {} to {}", to_rfc3339(span.from), to_rfc3339(span.to), to_rfc3339(valid.from), to_rfc3339(valid.to)));
    }
    if (when.spans.empty() && !when.weekly.empty() && !overlap(when, {}, valid)) tell(clause, "none of its weekly hours falls into the validity");
  }

  void check_head() {
    if (t_.version == 1 && t_.supersedes) tell("pact", "version 1 supersedes nothing");
    if (t_.version > 1 && !t_.supersedes) tell("pact", fmt::format("version {} must name in supersedes the id of the terms that it replaces", t_.version));
    const Validity& v = t_.validity;
    if (v.valid.empty()) return tell("validity", fmt::format("ends ({}) before it begins ({})", to_rfc3339(v.valid.to), to_rfc3339(v.valid.from)));
    if (v.valid.to - v.valid.from > TermsLimits::longest_validity) tell("validity", "is longer than 25 years; agree again before");
    if (v.termination_notice >= v.valid.to - v.valid.from) tell("validity", "the termination notice is longer than the pact holds, so nobody could terminate it");
    for (std::size_t i = 0; i < v.review.size(); ++i) {
      if (!v.valid.contains(v.review[i])) tell("validity", "the review of " + to_rfc3339(v.review[i]) + " is outside the validity");
      if (i > 0 && v.review[i] <= v.review[i - 1]) tell("validity", "the reviews are not in order of time: " + to_rfc3339(v.review[i]) + " is not after the one before");
    }
    check_band("area", t_.area.floor, t_.area.ceiling);
  }

  void check_band(const std::string& clause, const VerticalLimit& floor, const VerticalLimit& ceiling) {
    using Reference = VerticalLimit::Reference;
    if (floor.reference == Reference::unlimited) return tell(clause, "the floor cannot be unlimited");
    if (ceiling.reference == Reference::surface) return tell(clause, "the ceiling is at the surface, so nothing is inside");
    if (floor.reference == ceiling.reference && floor.height >= ceiling.height) tell(clause, "the floor (" + limit_text(floor) + ") must be below the ceiling (" + limit_text(ceiling) + ")");
  }

  // ------------------------------------------------------------------------------------------------------- parties

  void check_parties() {
    check_unique(t_.parties, "party", [](const TermsParty& party) { return party.id; });
    std::size_t signing = 0;
    std::map<std::array<std::uint8_t, 32>, std::string> keys;
    std::set<std::string> key_names, badges;
    std::set<ledger::Hash> pins;
    for (const TermsParty& party : t_.parties) {
      const std::string clause = "party." + party.id;
      if (party.id == any_word || party.id == none_word || party.id == "unknown") tell(clause, quoted(party.id) + " has another meaning where parties are named");
      if (!badges.insert(party.badge).second) tell(clause, "the badge " + party.badge + " is another party's; they would look alike on the picture");
      std::set<std::string> signatories, desks;
      for (const Signatory& one : party.signatories) {
        if (!signatories.insert(one.id).second) tell(clause, "the signatory " + one.id + " is named twice");
        check_key(clause, one.key, "signatory " + one.id, keys);
      }
      for (const Desk& desk : party.desks) {
        if (!desks.insert(desk.id).second) tell(clause, "the desk " + desk.id + " is named twice");
      }
      if (party.signs()) {
        ++signing;
        if (party.quorum > party.signatories.size()) {
          tell(clause, fmt::format("{} signatories must sign, but only {} are named, so this pact could never be signed", party.quorum, party.signatories.size()));
        }
        if (party.desks.empty()) tell(clause, "has no desk; somebody must answer the line");
        for (const auto& [key, role] : {std::pair(&party.root_key, "root key"), std::pair(&party.record_key, "record key"), std::pair(&party.cosigner_key, "cosigner key")}) {
          if (!*key) continue;
          check_key(clause, **key, role, keys);
          if (!key_names.insert((*key)->name + (role == std::string_view("cosigner key") ? "/cosigner" : "")).second) tell(clause, "the name of the " + std::string(role) + ", " + (*key)->name + ", is another key's");
        }
        for (const ledger::Hash& pin : party.tls_pins) {
          if (!pins.insert(pin).second) tell(clause, "the pin " + ledger::to_base64(pin) + " is written twice; every node has a key of its own");
        }
      } else {
        const TermsParty* lead = find_party(t_, party.lead);
        if (lead == nullptr) {
          tell(clause, "its lead " + quoted(party.lead) + " is not a party; " + parties_known());
        } else if (!lead->signs()) {
          tell(clause, "its lead " + party.lead + " is a member itself and signs nothing");
        }
      }
    }
    if (signing < 2) tell("pact", "a pact needs at least two parties that sign");
  }

  void check_key(const std::string& clause, const ledger::VerifierKey& key, const std::string& role, std::map<std::array<std::uint8_t, 32>, std::string>& keys) {
    const auto [at, fresh] = keys.insert({key.public_key, clause + ", " + role});
    if (!fresh) tell(clause, "the key of its " + role + " is also that of " + at->second + "; every person and every role has a key of its own");
  }

  // ------------------------------------------------------------------------------------------------ identification

  void check_identification() {
    struct Claim {
      IcaoRange range;
      const std::string* party;
    };
    std::vector<Claim> claims;
    std::map<std::string, std::string> registrations, callsigns;
    for (const TermsParty& party : t_.parties) {
      const std::string clause = "identification." + party.id;
      for (const Fleet& fleet : party.fleets) {
        for (const IcaoRange& range : fleet.addresses) claims.push_back({range, &party.id});
        for (const std::string& registration : fleet.registrations) {
          const auto [at, fresh] = registrations.insert({registration, party.id});
          if (!fresh) tell(clause, "the registration " + registration + " is claimed by " + at->second + " too");
        }
        for (const std::string& callsign : fleet.callsigns) {
          const auto [at, fresh] = callsigns.insert({callsign, party.id});
          if (!fresh) tell(clause, "the callsign " + callsign + " is claimed by " + at->second + " too");
        }
      }
    }
    std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) { return std::tie(a.range.first, a.range.last, *a.party) < std::tie(b.range.first, b.range.last, *b.party); });
    for (std::size_t i = 1; i < claims.size(); ++i) {
      const Claim &one = claims[i - 1], &other = claims[i];
      if (other.range.first > one.range.last) continue;
      tell("identification." + *other.party, fmt::format("the addresses from {:06X} are claimed by {} too; one address is of one party and one fleet", other.range.first, *one.party));
    }
  }

  // -------------------------------------------------------------------------------------------------------- minima

  bool covers(const PairSide& a, const PairSide& b) const {
    if (a.aircraft_class && a.aircraft_class != b.aircraft_class) return false;
    if (a.who == PairSide::Who::any) return true;
    if (a.who != b.who) return false;
    if (a.who == PairSide::Who::none || a.party == b.party) return true;
    const TermsParty* member = find_party(t_, b.party);
    return member != nullptr && member->lead == a.party;
  }

  bool covers(const TermsMinimum& a, const TermsMinimum& b) const {
    const bool sides = (covers(a.one, b.one) && covers(a.other, b.other)) || (covers(a.one, b.other) && covers(a.other, b.one));
    return sides && (a.area.empty() || a.area == b.area) && (a.when.always() || a.when == b.when);
  }

  void check_minima() {
    check_unique(t_.minima, "minima", [](const TermsMinimum& m) { return m.id; });
    for (std::size_t i = 0; i < t_.minima.size(); ++i) {
      const TermsMinimum& m = t_.minima[i];
      const std::string clause = "minima." + m.id;
      for (const PairSide* side : {&m.one, &m.other}) {
        if (side->who == PairSide::Who::party && !is_party(side->party)) tell(clause, quoted(side->party) + " is not a party; " + parties_known() + ", any and none");
      }
      check_schedule(clause, m.when);
      for (std::size_t j = 0; j < i; ++j) {
        if (t_.minima[j].id == m.id || !covers(t_.minima[j], m)) continue;
        tell(clause, "can never apply: minima." + t_.minima[j].id + " stands above it and matches every pair, place and time that it does; put the narrower one first");
        break;
      }
    }
  }

  // --------------------------------------------------------------------------------------------------------- zones

  void check_zones() {
    check_unique(t_.zones, "zone", [](const TermsZone& z) { return z.id; });
    std::vector<std::optional<guard::Region>> regions;
    for (const TermsZone& z : t_.zones) {
      const std::string clause = "zone." + z.id;
      auto region = z.centre ? guard::Region::circle(*z.centre, z.radius) : guard::Region::polygon(z.outline);
      if (!region) tell(clause, region.error().message);
      regions.push_back(region ? std::optional(std::move(*region)) : std::nullopt);
      check_band(clause, z.floor, z.ceiling);
      check_named(clause, z.parties);
      check_schedule(clause, z.when);
      const bool binds = z.rule == TermsZoneRule::corridor || z.rule == TermsZoneRule::altitude_block;
      if (binds && z.parties.empty()) tell(clause, "names no party; a corridor or an altitude block is somebody's");
      if (z.buffer > Length() && z.rule != TermsZoneRule::protected_site) tell(clause, "a buffer belongs to a protected site; draw the outline larger");
      const bool contact = z.rule == TermsZoneRule::contact || z.rule == TermsZoneRule::no_entry_without_contact;
      if (contact == (z.call_frequency.empty() && z.call_desk.empty())) {
        tell(clause, contact ? "does not say whom to call; give call_frequency or call_desk" : "call_frequency and call_desk belong to contact rings");
      }
      if (!z.call_frequency.empty() && std::none_of(t_.frequencies.begin(), t_.frequencies.end(), [&](const auto& f) { return f.id == z.call_frequency; })) {
        tell(clause, quoted(z.call_frequency) + " is not the id of a frequency");
      }
      if (!z.call_desk.empty()) check_desk(clause, z.call_desk);
      check_itinerary(clause, z);
      for (const Waypoint& point : z.itinerary) {
        if (!t_.validity.valid.contains(point.at)) tell(clause, "is to be at a waypoint at " + to_rfc3339(point.at) + ", which is outside the validity");
      }
    }
    for (std::size_t i = 0; i < t_.zones.size(); ++i) {
      for (std::size_t j = 0; j < t_.zones.size(); ++j) {
        if (regions[i] && regions[j]) check_contradiction(t_.zones[i], *regions[i], t_.zones[j], *regions[j]);
      }
    }
  }

  // Rules made of an itinerary are circles around each part of it, which have their bound.
  void check_itinerary(const std::string& clause, const TermsZone& z) {
    if (z.itinerary.empty()) return;
    const geo::Vec3 origin = geo::place_of(z.itinerary.front().position);
    const double widest = nautical_miles(100).in(metres), longest = nautical_miles(500).in(metres);
    double reach = z.centre ? norm(geo::place_of(*z.centre) - origin) + z.radius.in(metres) : 0;
    for (const geo::Position corner : z.outline) reach = std::max(reach, norm(geo::place_of(corner) - origin));
    if (reach > widest) tell(clause, "reaches farther than 100 NM from its first waypoint; draw it around that place");
    for (std::size_t i = 1; i < z.itinerary.size(); ++i) {
      if (norm(geo::place_of(z.itinerary[i].position) - geo::place_of(z.itinerary[i - 1].position)) > longest) {
        tell(clause, fmt::format("waypoints {} and {} are more than 500 NM apart; put another between them", i, i + 1));
      }
    }
  }

  void check_desk(const std::string& clause, const std::string& text) {
    const std::size_t slash = text.find('/');
    const TermsParty* party = slash == std::string::npos ? nullptr : find_party(t_, text.substr(0, slash));
    if (party == nullptr || std::none_of(party->desks.begin(), party->desks.end(), [&](const Desk& d) { return d.id == text.substr(slash + 1); })) {
      tell(clause, quoted(text) + " is not a desk; write \"party/desk\" of a desk above");
    }
  }

  // A party must not be kept in a volume that it must keep out of.
  void check_contradiction(const TermsZone& way, const guard::Region& inside, const TermsZone& closed, const guard::Region& outside) {
    const bool leads = way.rule == TermsZoneRule::corridor || way.rule == TermsZoneRule::altitude_block;
    const bool shuts = closed.rule == TermsZoneRule::keep_clear || closed.rule == TermsZoneRule::protected_site || closed.rule == TermsZoneRule::altitude_block;
    if (!leads || !shuts || &way == &closed || moves(way) || moves(closed)) return;
    const auto party = std::find_if(way.parties.begin(), way.parties.end(), [&](const std::string& id) { return !names(closed, id); });
    if (party == way.parties.end()) return;
    if (!bands_meet(way, closed) || norm(inside.middle() - outside.middle()) > inside.radius() + outside.radius() + closed.buffer.in(metres)) return;
    const bool judged = comparisons_ <= TermsLimits::comparisons;
    comparisons_ += places(way).size() + places(closed).size() + cost(way.when, closed.when);
    if (comparisons_ > TermsLimits::comparisons) {
      if (judged) tell("pact", "has too many corridors and closed volumes over each other to compare them; draw them with fewer corners, or make two pacts");
      return;
    }
    if (!overlap(way.when, closed.when, t_.validity.valid) || !meet(way, inside, closed, outside)) return;
    tell("zone." + way.id, fmt::format("leads {} through zone.{}, which it must keep out of at the same time; name it in that zone's parties, or move one of the two", *party, closed.id));
  }

  // Days that overlap() looks at.
  static std::size_t cost(const Schedule& a, const Schedule& b) { return 14 * (1 + 2 * (a.spans.size() + b.spans.size())) * (a.weekly.size() + b.weekly.size()) / 16; }

  static bool moves(const TermsZone& z) { return z.moves_with || !z.itinerary.empty(); }

  bool names(const TermsZone& z, const std::string& id) const {
    const TermsParty* party = find_party(t_, id);
    return std::any_of(z.parties.begin(), z.parties.end(), [&](const std::string& one) { return one == id || (party != nullptr && party->lead == one); });
  }

  // Limits of different datums are not compared: they may meet or not, and the watch decides by measured heights.
  static bool bands_meet(const TermsZone& a, const TermsZone& b) {
    const auto apart = [](const VerticalLimit& ceiling, const VerticalLimit& floor) {
      return ceiling.reference != VerticalLimit::Reference::unlimited && floor.reference != VerticalLimit::Reference::surface &&
             (ceiling.reference != floor.reference || ceiling.height <= floor.height);
    };
    return !apart(a.ceiling, b.floor) && !apart(b.ceiling, a.floor);
  }

  // Places of the edge, the corners and 15 between each two, and the middle of a circle.
  static std::vector<geo::Vec3> places(const TermsZone& z) {
    std::vector<geo::Vec3> out;
    if (z.centre) out.push_back(geo::place_of(*z.centre));
    for (std::size_t i = 0; i < z.outline.size(); ++i) {
      const geo::Vec3 from = geo::place_of(z.outline[i]), to = geo::place_of(z.outline[(i + 1) % z.outline.size()]);
      for (int k = 0; k < 16; ++k) out.push_back(from + (to - from) * (k / 16.0));
    }
    return out;
  }

  // Whether they overlap by more than the sampling of the edges can miss.
  static bool meet(const TermsZone& a, const guard::Region& in_a, const TermsZone& b, const guard::Region& in_b) {
    constexpr double touching = 1;   // metres: edges that are drawn along each other do not overlap
    const auto reach = [](const TermsZone& z) { return z.buffer.in(metres); };
    const double ra = a.centre ? a.radius.in(metres) : 0, rb = b.centre ? b.radius.in(metres) : 0;
    if (a.centre && b.centre) return norm(geo::place_of(*a.centre) - geo::place_of(*b.centre)) < ra + rb + reach(b) - touching;
    if (a.centre) return in_b.signed_distance(geo::place_of(*a.centre)) < ra + reach(b) - touching;
    if (b.centre) return in_a.signed_distance(geo::place_of(*b.centre)) < rb + reach(b) - touching;
    for (const geo::Vec3 place : places(a)) {
      if (in_b.signed_distance(place) < reach(b) - touching) return true;
    }
    for (const geo::Vec3 place : places(b)) {
      if (in_a.signed_distance(place) < -touching) return true;
    }
    return false;
  }

  // --------------------------------------------------------------------------------------------------- frequencies

  void check_frequencies() {
    check_unique(t_.frequencies, "frequency", [](const TermsFrequency& f) { return f.id; });
    bool for_distress = false;
    for (std::size_t i = 0; i < t_.frequencies.size(); ++i) {
      const TermsFrequency& f = t_.frequencies[i];
      const std::string clause = "frequency." + f.id;
      check_named(clause, f.parties);
      const bool guard_channel = f.khz == vhf_guard || f.khz == uhf_guard;
      for_distress = for_distress || f.use != FrequencyUse::working;
      if (f.use == FrequencyUse::guard && !guard_channel) tell(clause, channel_text(f.khz) + " is no guard frequency; these are 121.500MHz and 243.000MHz");
      if (f.use == FrequencyUse::working && guard_channel) tell(clause, channel_text(f.khz) + " is a guard frequency and must be kept free; agree on another to work on");
      for (std::size_t j = 0; j < i; ++j) {
        const TermsFrequency& other = t_.frequencies[j];
        if (other.khz != f.khz) continue;
        if ((other.use == FrequencyUse::working) != (f.use == FrequencyUse::working)) {
          tell(clause, channel_text(f.khz) + " is used for work and for distress; frequency." + other.id + " says the other");
        } else if (other.use == f.use && other.area == f.area && other.parties == f.parties) {
          tell(clause, "says again what frequency." + other.id + " says");
        }
      }
    }
    if (!for_distress) tell("pact", "no frequency is for guard or distress; the safety floor needs one");
  }

  // ------------------------------------------------------------------------------------------------- line, sharing

  void check_line() {
    check_unique(t_.notices, "notice", [](const TermsNotice& n) { return n.activity; });
    const Escalation& e = t_.escalation;
    if (!(e.received_within < e.answered_within && e.answered_within < e.escalated_within)) {
      tell("escalation", fmt::format("received ({}), answered ({}) and escalated ({}) must follow each other in this order", duration_text(e.received_within), duration_text(e.answered_within), duration_text(e.escalated_within)));
    }
    if (e.stop_climbs_from > e.received_within) tell("escalation", "a STOP that climbs after " + duration_text(e.stop_climbs_from) + " would wait longer than any other message (" + duration_text(e.received_within) + ")");
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      if (i > 0 && e.steps[i].after <= e.steps[i - 1].after) tell("escalation", fmt::format("step {} (after {}) does not come after step {} (after {})", i + 1, duration_text(e.steps[i].after), i, duration_text(e.steps[i - 1].after)));
    }
    if (!e.steps.empty() && e.steps.front().after > e.escalated_within) tell("escalation", "the first step comes after " + duration_text(e.steps.front().after) + ", later than escalated_within (" + duration_text(e.escalated_within) + ")");
    check_unique(t_.outsiders, "outside", [](const Outsider& o) { return o.id; });
    for (const Outsider& o : t_.outsiders) check_desk("outside." + o.id, o.party + "/" + o.desk);
  }

  void check_sharing() {
    check_unique(t_.sharing, "sharing", [](const Sharing& s) { return s.id; });
    for (std::size_t i = 0; i < t_.sharing.size(); ++i) {
      const Sharing& s = t_.sharing[i];
      const std::string clause = "sharing." + s.id;
      check_named(clause, {s.from, s.to});
      if (s.from == s.to) tell(clause, "from and to are the same party");
      for (std::size_t j = 0; j < i; ++j) {
        const Sharing& other = t_.sharing[j];
        if (other.from != s.from || other.to != s.to) continue;
        if (other.when == s.when) tell(clause, "says again what sharing." + other.id + " says of " + s.from + " and " + s.to + "; write one clause");
        if ((other.when == ShareWhen::never) != (s.when == ShareWhen::never)) tell(clause, "contradicts sharing." + other.id + ": one says never");
      }
    }
  }

  void check_releases() {
    check_unique(t_.releases, "distress", [](const DistressRelease& r) { return r.id; });
    for (std::size_t i = 0; i < t_.releases.size(); ++i) {
      const DistressRelease& r = t_.releases[i];
      const std::string clause = "distress." + r.id;
      check_named(clause, {r.of});
      check_named(clause, r.to);
      if (r.to.empty() && !r.rescue_centres) tell(clause, "tells nobody the place: name parties in to, or say rescue_centres = \"exact\", or leave the clause out");
      for (const std::string& party : r.to) {
        if (party == r.of) tell(clause, quoted(party) + " knows where its own aircraft are; name others in to");
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (t_.releases[j].of == r.of) tell(clause, "says what distress." + t_.releases[j].id + " says of " + r.of + "; write one clause");
      }
    }
  }

  void check_floor_and_texts() {
    const std::vector<std::string> ids = clause_ids(t_);
    const auto is_clause = [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
    std::set<std::string> listed;
    for (const std::string& id : t_.safety_floor) {
      if (!is_clause(id)) tell("safety_floor", quoted(id) + " is not a clause of these terms");
      if (!listed.insert(id).second) tell("safety_floor", quoted(id) + " is named twice");
    }
    std::set<std::string> languages;
    for (const TermsParty& party : t_.parties) languages.insert(party.languages.begin(), party.languages.end());
    std::set<std::pair<std::string, std::string>> seen;
    for (const ClauseText& text : t_.texts) {
      const std::string place = "text." + text.clause + "." + text.language;
      if (!is_clause(text.clause)) {
        tell(place, quoted(text.clause) + " is not a clause of these terms");
        continue;
      }
      if (languages.count(text.language) == 0) tell(place, "no party of this pact reads \"" + text.language + "\"");
      if (!seen.insert({text.clause, text.language}).second) tell(place, "this clause has two texts in this language");
      for (const std::string& missing : missing_quantities(t_, text.clause, text.text)) {
        tell(place, "does not say \"" + missing + "\", which the clause says; text and clause must not disagree");
      }
    }
  }

  // ------------------------------------------------------------------------------------------------------ the watch

  std::size_t members(const PairSide& side) const {
    if (side.who != PairSide::Who::party) return 1;
    return 1 + static_cast<std::size_t>(std::count_if(t_.parties.begin(), t_.parties.end(), [&](const TermsParty& p) { return p.lead == side.party; }));
  }

  // At most so many spans has a schedule in the validity.
  std::size_t spans(const Schedule& when) const {
    const auto weeks = static_cast<std::size_t>((t_.validity.valid.to - t_.validity.valid.from) / std::chrono::hours(24 * 7)) + 1;
    std::size_t count = when.spans.size();
    for (const WeeklyHours& hours : when.weekly) count += weeks * static_cast<std::size_t>(std::popcount(hours.days));
    return count;
  }

  void check_size_for_watch() {
    std::size_t clauses = 0, all_spans = 0;
    for (const TermsMinimum& m : t_.minima) {
      const std::size_t copies = members(m.one) * members(m.other) * (m.area.empty() ? t_.area.outlines.size() : 1);
      clauses += copies, all_spans += copies * spans(m.when);
    }
    for (const TermsZone& z : t_.zones) all_spans += spans(z.when) + z.itinerary.size();
    if (clauses > TermsLimits::watch_clauses) {
      tell("pact", fmt::format("the minima are {} clauses, one for each pair of parties with their members and for each outline of the area; the watch takes {}", clauses, TermsLimits::watch_clauses));
    }
    if (all_spans > TermsLimits::watch_spans) {
      tell("pact", fmt::format("the schedules have {} spans in the validity; the watch takes {}. Write fewer weekly hours or a shorter validity", all_spans, TermsLimits::watch_spans));
    }
  }

  const Terms& t_;
  const TellDefect& tell_;
  std::size_t comparisons_ = 0;
};

}  // namespace

void check_terms(const Terms& terms, const TellDefect& tell) { Checker(terms, tell).check(); }

}  // namespace skypact::pact
