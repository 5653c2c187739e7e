#include "pact/terms_rules.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "geo/ellipsoid.h"
#include "geo/vector.h"
#include "pact/schedule.h"

namespace skypact::pact {
namespace {

constexpr int circles_per_leg = 16;

class Maker {
 public:
  Maker(const Terms& terms, const Interval<Time>& in_force)
      : t_(terms), valid_{std::max(in_force.from, terms.validity.valid.from), std::min(in_force.to, terms.validity.valid.to)} {}

  AgreedVersion make() {
    AgreedVersion out;
    out.minima.version = version_text(t_);
    out.minima.valid = valid_;
    out.minima.level_tolerance = t_.default_level_tolerance;
    for (const TermsMinimum& m : t_.minima) add_minimum(out.minima, m);
    // The pact asks nothing outside its area: the default is a clause there, and no fallback anywhere.
    for (const Ring& outline : t_.area.outlines) out.minima.clauses.push_back({"minima.default", {}, {}, outline, t_.default_minima, {}});
    for (const TermsZone& z : t_.zones) add_zone(out.zones, z);
    for (const TermsParty& party : t_.parties) {
      for (const Fleet& fleet : party.fleets) out.aircraft.push_back(aircraft_of(party.id, fleet));
    }
    out.answers = answers();
    return out;
  }

 private:
  PartyId number_of(std::string_view id) const {
    for (std::size_t i = 0; i < t_.parties.size(); ++i) {
      if (t_.parties[i].id == id) return PartyId{static_cast<std::uint16_t>(i + 1)};
    }
    return unknown_party;
  }

  std::vector<PartyId> with_members(const std::string& id) const {
    std::vector<PartyId> out{number_of(id)};
    for (const TermsParty& party : t_.parties) {
      if (party.lead == id) out.push_back(number_of(party.id));
    }
    return out;
  }

  std::vector<SideSelector> selectors(const PairSide& side) const {
    SideSelector one;
    one.aircraft_class = side.aircraft_class;
    if (side.who == PairSide::Who::any) return {one};
    if (side.who == PairSide::Who::none) {
      for (std::size_t i = 1; i <= t_.parties.size(); ++i) one.none_of.push_back(PartyId{static_cast<std::uint16_t>(i)});
      return {one};
    }
    std::vector<SideSelector> out;
    for (const PartyId party : with_members(side.party)) {
      one.party = party;
      out.push_back(one);
    }
    return out;
  }

  // Empty where it always holds; nullopt where it never does.
  std::optional<std::vector<Interval<Time>>> active(const Schedule& when) const {
    if (when.always()) return std::vector<Interval<Time>>{};
    auto spans = spans_of(when, valid_);
    if (spans.empty()) return std::nullopt;
    return spans;
  }

  void add_minimum(AgreedMinima& out, const TermsMinimum& m) const {
    const auto spans = active(m.when);
    if (!spans) return;
    out.level_tolerance = std::min(out.level_tolerance, m.level_tolerance);
    for (const SideSelector& one : selectors(m.one)) {
      for (const SideSelector& other : selectors(m.other)) {
        for (const Ring& ring : m.area.empty() ? t_.area.outlines : std::vector<Ring>{m.area}) {
          out.clauses.push_back({"minima." + m.id, one, other, ring, m.minima, *spans});
        }
      }
    }
  }

  static ZoneRule rule_of(TermsZoneRule rule) {
    switch (rule) {
      case TermsZoneRule::caution:
      case TermsZoneRule::contact: return ZoneRule::caution;
      case TermsZoneRule::protected_site: return ZoneRule::protected_site;
      case TermsZoneRule::corridor: return ZoneRule::corridor;
      case TermsZoneRule::keep_clear:
      case TermsZoneRule::altitude_block:
      case TermsZoneRule::no_entry_without_contact: return ZoneRule::keep_clear;
    }
    return ZoneRule::keep_clear;
  }

  void add_zone(std::vector<Zone>& out, const TermsZone& z) const {
    const auto spans = active(z.when);
    if (!spans) return;
    Zone zone;
    zone.id = "zone." + z.id;
    zone.name = z.name;
    zone.rule = rule_of(z.rule);
    zone.outline = z.outline;
    zone.centre = z.centre;
    zone.radius = z.radius;
    zone.buffer = z.buffer;
    zone.floor = z.floor;
    zone.ceiling = z.ceiling;
    zone.ground_elevation = z.ground_elevation;
    zone.active = *spans;
    for (const std::string& id : z.parties) {
      for (const PartyId party : with_members(id)) zone.exempt.push_back(party);
    }
    zone.moves_with = z.moves_with;
    zone.anchor = z.anchor;
    zone.source = version_text(t_);
    if (z.itinerary.empty()) {
      out.push_back(std::move(zone));
    } else {
      add_itinerary(out, zone, z);
    }
  }

  // The zone's outline is drawn around the first waypoint; a circle of `reach` around the moving point holds it.
  void add_itinerary(std::vector<Zone>& out, const Zone& still, const TermsZone& z) const {
    const geo::Vec3 origin = geo::place_of(z.itinerary.front().position);
    double reach = z.centre ? norm(geo::place_of(*z.centre) - origin) + z.radius.in(metres) : 0;
    for (const geo::Position corner : z.outline) reach = std::max(reach, norm(geo::place_of(corner) - origin));
    reach *= 1.001;   // an edge bulges over its chord, and a length on the surface is longer than the chord
    int number = 0;
    for (std::size_t leg = 1; leg < z.itinerary.size(); ++leg) {
      const Waypoint &from = z.itinerary[leg - 1], &to = z.itinerary[leg];
      const geo::Vec3 a = geo::place_of(from.position), b = geo::place_of(to.position);
      const double length = geo::surface_length_of_chord(norm(b - a));
      const int pieces = std::clamp(static_cast<int>(std::ceil(length / std::max(reach, 1852.0))), 1, circles_per_leg);
      for (int k = 0; k < pieces; ++k) {
        Zone zone = still;
        zone.outline.clear();
        zone.centre = geo::position_of(a + (b - a) * ((k + 0.5) / pieces));
        // A point of the chord, brought to the surface, is off that of the geodesic; half as much again covers it.
        zone.radius = metres(reach + 0.75 * length / pieces);
        const auto part = [&](int i) { return from.at + std::chrono::duration_cast<Duration>(to.at - from.at) * i / pieces; };
        const Interval<Time> here{part(k), part(k + 1)};
        zone.active.clear();
        for (const auto& span : spans_of(z.when, valid_)) {
          const Interval<Time> cut{std::max(span.from, here.from), std::min(span.to, here.to)};
          if (!cut.empty()) zone.active.push_back(cut);
        }
        if (zone.active.empty()) continue;
        zone.id = fmt::format("{}.{}", still.id, ++number);
        out.push_back(std::move(zone));
      }
    }
  }

  AgreedAnswers answers() const {
    const Escalation& e = t_.escalation;
    AgreedAnswers out{e.received_within, e.answered_within, e.escalated_within, e.steps, {}, e.stop_climbs_from};
    for (const TermsParty& party : t_.parties) {
      const TermsParty& who = party.signs() ? party : *find_party(t_, party.lead);
      out.sides.push_back({number_of(party.id), number_of(who.id), party.desks.empty() ? who.desks : party.desks});
    }
    return out;
  }

  AgreedAircraft aircraft_of(const std::string& party, const Fleet& fleet) const {
    AgreedAircraft out;
    out.party = number_of(party);
    out.aircraft_class = fleet.aircraft_class;
    for (const IcaoRange& range : fleet.addresses) {
      if (range.first == range.last) {
        out.addresses.push_back(icao_address(range.first));
      } else {
        out.ranges.push_back(range);
      }
    }
    out.callsigns = fleet.callsigns;
    return out;
  }

  const Terms& t_;
  Interval<Time> valid_;
};

}  // namespace

Parties parties_of(const Terms& terms) {
  Parties out{{"unknown", "Unknown", "?"}};
  for (const TermsParty& party : terms.parties) out.push_back({party.id, party.name, party.badge});
  return out;
}

AgreedVersion agreed_version(const Terms& terms, const Interval<Time>& in_force) { return Maker(terms, in_force).make(); }

std::string version_text(const Terms& terms) { return fmt::format("{} v{} {}", terms.id, terms.version, terms_id(terms).substr(0, 12)); }

}  // namespace skypact::pact
