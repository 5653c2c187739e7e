#include "guard/minima.h"

#include <algorithm>

namespace skypact::guard {
namespace {

bool matches(const SideSelector& selector, const MinimaSide& side) {
  if (!side.certain) return true;  // it could be anything
  return (!selector.party || *selector.party == side.party) &&
         (!selector.aircraft_class || *selector.aircraft_class == side.aircraft_class) &&
         std::find(selector.none_of.begin(), selector.none_of.end(), side.party) == selector.none_of.end();
}

bool matches(const MinimaClause& clause, const MinimaSide& a, const MinimaSide& b) {
  return (matches(clause.one, a) && matches(clause.other, b)) || (matches(clause.one, b) && matches(clause.other, a));
}

Minima greater(const Minima& a, const Minima& b) {
  return {std::max(a.horizontal, b.horizontal), std::max(a.vertical, b.vertical)};
}

}  // namespace

MinimaSide minima_side(const Track& track, const track::MotionState& state) {
  // Of two that use one address, one is not who it says.
  const bool known = track.party != unknown_party && track.party_basis != PartyBasis::none && track.party_basis != PartyBasis::callsign &&
                     !track.is_suspect(Suspicion::duplicate_address);
  const bool altitude = state.pressure_altitude || state.ellipsoid_altitude || state.sea_level_altitude;
  return {.party = track.party,
          .aircraft_class = track.aircraft_class,
          .party_known = known,
          .certain = known && altitude && track.suspect == 0,
          .place_certain = track.suspect == 0};
}

Required strictest(const Required& a, const Required& b) {
  Required r = a;
  if (b.minima.horizontal > a.minima.horizontal) r.minima.horizontal = b.minima.horizontal, r.horizontal_clause = b.horizontal_clause;
  if (b.minima.vertical > a.minima.vertical) r.minima.vertical = b.minima.vertical, r.vertical_clause = b.vertical_clause;
  return r;
}

MinimaTable::MinimaTable(const Rules& rules) : fallback_(rules.fallback), greatest_(rules.fallback) {
  for (const MinimaClause& rule : rules.minima) {
    Clause clause{rule, std::nullopt};
    if (!rule.area.empty()) {
      if (auto area = Region::polygon(rule.area)) {
        clause.area = std::move(*area);
      } else {
        clause.rule.minima = greater(rule.minima, rules.fallback);
      }
    }
    greatest_ = greater(greatest_, clause.rule.minima);
    clauses_.push_back(std::move(clause));
  }
}

PairMinima MinimaTable::of(const MinimaSide& a, const MinimaSide& b) const {
  PairMinima pair;
  pair.everywhere = {fallback_, -1, -1};
  pair.strictest = !a.certain || !b.certain;
  const bool anywhere = !a.place_certain || !b.place_certain;
  for (std::size_t i = 0; i < clauses_.size(); ++i) {
    const Clause& clause = clauses_[i];
    if (!matches(clause.rule, a, b)) continue;
    const int index = static_cast<int>(i);
    const Required required{clause.rule.minima, index, index};
    if (clause.area && !anywhere) {
      pair.by_place.push_back(index);
    } else if (pair.strictest) {
      pair.everywhere = strictest(pair.everywhere, required);
    } else {
      pair.everywhere = required;
      break;
    }
  }
  pair.greatest = pair.everywhere.minima;
  for (const int i : pair.by_place) pair.greatest = greater(pair.greatest, clauses_[static_cast<std::size_t>(i)].rule.minima);
  return pair;
}

Required MinimaTable::at(const PairMinima& pair, geo::Vec3 place) const {
  Required required = pair.everywhere;
  for (const int i : pair.by_place) {
    const Clause& clause = clauses_[static_cast<std::size_t>(i)];
    if (!clause.area->contains(place)) continue;
    const Required here{clause.rule.minima, i, i};
    if (!pair.strictest) return here;
    required = strictest(required, here);
  }
  return required;
}

Required MinimaTable::at(const PairMinima& pair, geo::Vec3 a, geo::Vec3 b) const {
  if (pair.by_place.empty()) return pair.everywhere;
  return strictest(at(pair, a), at(pair, b));
}

std::vector<MinimaPiece> MinimaTable::pieces(const PairMinima& pair, const Path& a, const Path& b, Duration horizon) const {
  const double end = to_seconds(horizon);
  std::vector<double> cuts{0, end};
  for (const int i : pair.by_place) {
    for (const Path* path : {&a, &b}) {
      for (const TimeSpan& span : times_within(*clauses_[static_cast<std::size_t>(i)].area, *path, horizon, {})) {
        cuts.push_back(span.from);
        cuts.push_back(span.to);
      }
    }
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<MinimaPiece> pieces;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (!(cuts[i] < cuts[i + 1])) continue;
    const double middle = (cuts[i] + cuts[i + 1]) / 2;
    pieces.push_back({{cuts[i], cuts[i + 1]}, at(pair, a.place(middle), b.place(middle))});
  }
  return pieces;
}

std::string MinimaTable::name(const Required& required) const {
  const auto one = [&](int clause) {
    return clause < 0 ? std::string(default_clause) : clauses_[static_cast<std::size_t>(clause)].rule.id;
  };
  if (required.horizontal_clause == required.vertical_clause) return one(required.horizontal_clause);
  return one(required.horizontal_clause) + " and " + one(required.vertical_clause);
}

}  // namespace skypact::guard
