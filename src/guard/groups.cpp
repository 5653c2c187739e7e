#include "guard/groups.h"

#include <algorithm>
#include <cmath>

namespace skypact::guard {
namespace {

// How far apart two members are vertically; nullopt where that is unknown.
std::optional<Height> vertical_distance(const Body& a, const Body& b, const track::VerticalReference& reference) {
  const auto d = track::vertical_difference(a.vertical, b.vertical, reference);
  if (!d) return std::nullopt;
  return abs(d->value) + d->error_bound;
}

bool possibly_same(const Track& a, const Track& b) {
  return std::binary_search(a.possibly_same.begin(), a.possibly_same.end(), b.id) ||
         std::binary_search(b.possibly_same.begin(), b.possibly_same.end(), a.id);
}

}  // namespace

bool names(const Address& address, const Track& track) {
  return track.address == address && !track.is_suspect(Suspicion::duplicate_address);
}

Units make_units(const Rules& rules, Time now, const std::vector<std::optional<Body>>& bodies,
                 const std::unordered_map<TrackKey, std::size_t>& by_key, const track::VerticalReference& reference) {
  Units units;
  units.reference = reference;
  units.of_track.assign(bodies.size(), std::nullopt);
  std::vector<int> group_of(bodies.size(), -1);
  std::vector<bool> inside(bodies.size(), false);
  struct Formed {
    Body body;
    std::vector<const Body*> members;
  };
  std::vector<Formed> formed;
  for (std::size_t g = 0; g < rules.groups.size(); ++g) {
    const Group& group = rules.groups[g];
    if (!group.valid.contains(now)) continue;
    ++units.groups_active;
    std::vector<std::size_t> present;
    for (const Address& address : group.members) {
      for (const std::uint8_t ordinal : {1, 2}) {
        const auto at = by_key.find({address, ordinal});
        if (at == by_key.end() || !bodies[at->second] || !names(address, *bodies[at->second]->track) || group_of[at->second] >= 0) continue;
        group_of[at->second] = static_cast<int>(g);
        present.push_back(at->second);
      }
    }
    if (present.size() < 2) continue;
    std::sort(present.begin(), present.end());
    // The member around which the envelope is smallest.
    std::size_t centre = present.front();
    double least = -1;
    for (const std::size_t c : present) {
      double farthest = 0;
      for (const std::size_t m : present) {
        farthest = std::max(farthest, std::min(norm(bodies[c]->ground.place - bodies[m]->ground.place), group_extent.in(metres)));
      }
      if (least < 0 || farthest < least) least = farthest, centre = c;
    }
    Formed f{*bodies[centre], {}};
    f.body.group = static_cast<int>(g);
    for (const std::size_t m : present) {
      const Body& member = *bodies[m];
      const Length away = horizontal_distance(bodies[centre]->ground, member.ground, Duration{});
      const auto vertical = vertical_distance(*bodies[centre], member, reference);
      if (away > group_extent || (vertical && *vertical > group_vertical_extent)) continue;
      inside[m] = true;
      f.members.push_back(&member);
      f.body.extent = std::max(f.body.extent, away + member.state.uncertainty);
      if (vertical) {
        f.body.vertical_extent = std::max(f.body.vertical_extent, *vertical);
      } else {
        f.body.vertical = {};  // one member's level is unknown, so the group's is
      }
      f.body.level = f.body.level && member.level;
      if (member.side.party != f.body.side.party) f.body.side.party = unknown_party, f.body.side.certain = f.body.side.party_known = false;
      if (member.side.aircraft_class != f.body.side.aircraft_class) f.body.side.certain = false;
      f.body.side.certain = f.body.side.certain && member.side.certain;
      f.body.side.party_known = f.body.side.party_known && member.side.party_known;
      f.body.side.place_certain = f.body.side.place_certain && member.side.place_certain;
    }
    if (f.members.size() < 2) {
      for (const Body* m : f.members) {
        for (const std::size_t p : present) {
          if (&*bodies[p] == m) inside[p] = false;
        }
      }
      continue;
    }
    formed.push_back(std::move(f));
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (!bodies[i] || inside[i]) continue;
    units.of_track[i] = units.bodies.size();
    if (group_of[i] >= 0) {
      Body& own = units.detached.emplace_back(*bodies[i]);
      own.group = group_of[i];
      units.bodies.push_back(&own);
    } else {
      units.bodies.push_back(&*bodies[i]);
    }
  }
  units.singles = units.bodies.size();
  for (Formed& f : formed) {
    units.groups.push_back(std::move(f.body));
    units.bodies.push_back(&units.groups.back());
    units.members.push_back(std::move(f.members));
  }
  return units;
}

bool may_conflict(const Units& units, std::size_t a, std::size_t b, const Rules& rules) {
  const Body& one = *units.bodies[a];
  const Body& other = *units.bodies[b];
  if (one.group >= 0 && one.group == other.group) return false;
  if (!rules.same_party_pairs && one.side.party_known && other.side.party_known && one.side.party == other.side.party) return false;
  const auto tracks = [&](std::size_t u) -> std::vector<const Body*> {
    return u < units.singles ? std::vector<const Body*>{units.bodies[u]} : units.members[u - units.singles];
  };
  if (a < units.singles && b < units.singles) return !possibly_same(*one.track, *other.track);
  for (const Body* x : tracks(a)) {
    for (const Body* y : tracks(b)) {
      if (possibly_same(*x->track, *y->track)) return false;
    }
  }
  return true;
}

Reach reach_of(const Body& body, Duration look_ahead, bool turns) {
  Reach reach;
  reach.ground = body.ground;
  reach.margin = body.uncertainty();
  reach.any_direction = turns && body.state.turn_rate &&
                        std::abs(body.state.turn_rate->in(degrees_per_second)) >= least_turn.in(degrees_per_second);
  // Pressure altitudes alone share a datum without conversion; whoever has none may be anywhere.
  if (body.vertical.pressure) {
    const Height now = body.vertical.pressure->above_datum();
    const Height later = vertical_difference(now, body.rate(), look_ahead);
    const Height margin = body.state.altitude_uncertainty + body.vertical_extent;
    reach.heights = {std::min(now, later) - margin, std::max(now, later) + margin};
  }
  return reach;
}

InhibitionTable::InhibitionTable(const Rules& rules, Time now) {
  for (const Inhibition& rule : rules.inhibitions) {
    if (!rule.valid.contains(now) || rule.reason.empty()) continue;
    Active a{&rule, std::nullopt};
    if (!rule.area.empty()) {
      auto area = Region::polygon(rule.area);
      if (!area) continue;  // an area that is none withholds nothing
      a.area = std::move(*area);
    } else if (!rule.one) {
      continue;  // neither pair nor area
    }
    active_.push_back(std::move(a));
  }
}

bool InhibitionTable::withholds(const Body& a, const Body& b) const {
  if (a.group >= 0 || b.group >= 0) return false;  // declared for aircraft, not for what stands for several
  for (const Active& active : active_) {
    const Inhibition& rule = *active.rule;
    if (rule.one) {
      const auto is = [](const std::optional<Address>& address, const Body& body) { return !address || names(*address, *body.track); };
      if (!(is(rule.one, a) && is(rule.other, b)) && !(is(rule.one, b) && is(rule.other, a))) continue;
    }
    if (active.area && !(active.area->contains(a.ground.place) && active.area->contains(b.ground.place))) continue;
    return true;
  }
  return false;
}

}  // namespace skypact::guard
