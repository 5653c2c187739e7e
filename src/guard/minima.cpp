#include "guard/minima.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

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
  r.level_tolerance = std::min(a.level_tolerance, b.level_tolerance);
  return r;
}

MinimaTable::MinimaTable(const Rules& rules) : clock_offset_(std::max(rules.clock_offset, Duration{})) {
  // What was agreed comes first, so that of equal distances its clause is the one named.
  for (const AgreedMinima& table : rules.agreed) add_table(table);
  add_table({.version = std::string(own_minima),
             .clauses = rules.minima,
             .fallback = rules.fallback,
             .fallback_id = std::string(default_clause),
             .level_tolerance = rules.level_tolerance});
  std::sort(changes_.begin(), changes_.end());
  changes_.erase(std::unique(changes_.begin(), changes_.end()), changes_.end());

  Epoch all{{0, std::numeric_limits<double>::infinity()}, {}, rules.level_tolerance};
  for (const Table& table : tables_) {
    Active& active = all.layers.emplace_back();
    for (int i = table.first; i < table.end; ++i) active.push_back(i);
    all.level_tolerance = std::min(all.level_tolerance, table.level_tolerance);
  }
  epochs_ = {std::move(all)};
  find_greatest();
}

void MinimaTable::add_table(const AgreedMinima& table) {
  Table t{table.version, table.valid, table.level_tolerance, static_cast<int>(clauses_.size()), 0};
  const auto change = [&](Time at) {
    if (at != Time::min() && at != Time::max()) changes_.push_back(at);
  };
  change(table.valid.from);
  change(table.valid.to);
  for (const MinimaClause& rule : table.clauses) {
    Clause clause{rule, std::nullopt, tables_.size(), false};
    if (!rule.area.empty()) {
      if (auto area = Region::polygon(rule.area)) {
        clause.area = std::move(*area);
      } else if (table.fallback) {
        clause.rule.minima = greater(rule.minima, *table.fallback);
      }
    }
    for (const Interval<Time>& span : rule.active) change(span.from), change(span.to);
    clauses_.push_back(std::move(clause));
  }
  if (table.fallback) clauses_.push_back({{table.fallback_id, {}, {}, {}, *table.fallback}, std::nullopt, tables_.size(), true});
  t.end = static_cast<int>(clauses_.size());
  tables_.push_back(std::move(t));
}

bool MinimaTable::active_at(const Clause& clause, Time at) const {
  const auto& active = clause.rule.active;
  return active.empty() || std::any_of(active.begin(), active.end(), [&](const Interval<Time>& span) { return span.contains(at); });
}

void MinimaTable::hold(Epoch& epoch, Time from, Time to) const {
  // What holds at `from`, and after every change until `to`.
  std::vector<Time> moments{from};
  for (auto c = std::upper_bound(changes_.begin(), changes_.end(), from); c != changes_.end() && *c <= to; ++c) moments.push_back(*c);
  for (const Time at : moments) {
    for (const Table& table : tables_) {
      if (!(table.valid == always) && !table.valid.contains(at)) continue;
      epoch.level_tolerance = std::min(epoch.level_tolerance, table.level_tolerance);
      Active active;
      for (int i = table.first; i < table.end; ++i) {
        if (active_at(clauses_[static_cast<std::size_t>(i)], at)) active.push_back(i);
      }
      if (std::find(epoch.layers.begin(), epoch.layers.end(), active) == epoch.layers.end()) epoch.layers.push_back(std::move(active));
    }
  }
  // In the order of the tables, however they came to hold.
  std::sort(epoch.layers.begin(), epoch.layers.end());
}

void MinimaTable::look_from(Time now, Duration look_ahead) {
  if (changes_.empty()) return;  // all holds, as from the beginning
  const Time first = now - clock_offset_, last = now + look_ahead + clock_offset_;
  if (settled_ && settled_->from <= first && last < settled_->to) return;
  const auto begin = std::upper_bound(changes_.begin(), changes_.end(), first), end = std::upper_bound(begin, changes_.end(), last);
  settled_.reset();
  if (begin == end) settled_ = {begin == changes_.begin() ? Time::min() : *std::prev(begin), end == changes_.end() ? Time::max() : *end};
  if (static_cast<std::size_t>(end - begin) > most_changes) return every_clause_alone();

  // A change at c is felt from c - offset to c + offset.
  std::set<Duration> cuts{Duration{}};
  for (auto c = begin; c != end; ++c) {
    for (const Duration at : {*c - clock_offset_ - now, *c + clock_offset_ - now}) {
      if (at > Duration{} && at < look_ahead) cuts.insert(at);
    }
  }
  Epoch present;
  present.level_tolerance = tables_.back().level_tolerance;
  hold(present, now - clock_offset_, now + clock_offset_);
  epochs_.clear();
  for (auto cut = cuts.begin(); cut != cuts.end(); ++cut) {
    Epoch epoch = present;
    epoch.time = {to_seconds(*cut), std::next(cut) == cuts.end() ? std::numeric_limits<double>::infinity() : to_seconds(*std::next(cut))};
    hold(epoch, now + *cut - clock_offset_, now + *cut + clock_offset_);
    epochs_.push_back(std::move(epoch));
  }
  find_greatest();
}

void MinimaTable::every_clause_alone() {
  Epoch epoch{{0, std::numeric_limits<double>::infinity()}, {}, tables_.back().level_tolerance};
  for (int i = 0; i < static_cast<int>(clauses_.size()); ++i) epoch.layers.push_back({i});
  for (const Table& table : tables_) epoch.level_tolerance = std::min(epoch.level_tolerance, table.level_tolerance);
  epochs_ = {std::move(epoch)};
  find_greatest();
}

void MinimaTable::find_greatest() {
  greatest_ = {metres(0), Height{}};
  for (const Epoch& epoch : epochs_) {
    for (const Active& layer : epoch.layers) {
      for (const int i : layer) greatest_ = greater(greatest_, clauses_[static_cast<std::size_t>(i)].rule.minima);
    }
  }
}

PairMinima::Layer MinimaTable::layer_of(const Active& active, Height tolerance, bool strictest_of_all, bool anywhere, const MinimaSide& a,
                                        const MinimaSide& b) const {
  PairMinima::Layer layer;
  layer.everywhere.level_tolerance = tolerance;
  // The fallback stands last, and is the first to be passed.
  if (!active.empty() && clauses_[static_cast<std::size_t>(active.back())].fallback) {
    layer.everywhere = {clauses_[static_cast<std::size_t>(active.back())].rule.minima, active.back(), active.back(), tolerance};
  }
  for (const int i : active) {
    const Clause& clause = clauses_[static_cast<std::size_t>(i)];
    if (clause.fallback || !matches(clause.rule, a, b)) continue;
    const Required required{clause.rule.minima, i, i, tolerance};
    if (clause.area && !anywhere) {
      layer.by_place.push_back(i);
    } else if (strictest_of_all) {
      layer.everywhere = strictest(layer.everywhere, required);
    } else {
      layer.everywhere = required;
      break;
    }
  }
  return layer;
}

PairMinima MinimaTable::of(const MinimaSide& a, const MinimaSide& b) const {
  PairMinima pair;
  pair.strictest = !a.certain || !b.certain;
  pair.greatest = {metres(0), Height{}};
  pair.least_tolerance = epochs_.front().level_tolerance;
  const bool anywhere = !a.place_certain || !b.place_certain;
  pair.varies = epochs_.size() > 1;
  pair.everywhere.level_tolerance = epochs_.front().level_tolerance;
  for (const Epoch& epoch : epochs_) {
    PairMinima::Epoch here{epoch.time, {}};
    for (const Active& active : epoch.layers) {
      PairMinima::Layer layer = layer_of(active, epoch.level_tolerance, pair.strictest, anywhere, a, b);
      pair.greatest = greater(pair.greatest, layer.everywhere.minima);
      for (const int i : layer.by_place) pair.greatest = greater(pair.greatest, clauses_[static_cast<std::size_t>(i)].rule.minima);
      pair.varies = pair.varies || !layer.by_place.empty();
      if (epochs_.size() == 1) pair.everywhere = strictest(pair.everywhere, layer.everywhere);
      if (epochs_.size() > 1 || epoch.layers.size() > 1 || pair.varies) here.layers.push_back(std::move(layer));
    }
    pair.least_tolerance = std::min(pair.least_tolerance, epoch.level_tolerance);
    if (pair.varies) pair.epochs.push_back(std::move(here));
  }
  return pair;
}

Required MinimaTable::at(const PairMinima::Layer& layer, bool strictest_of_all, geo::Vec3 place) const {
  Required required = layer.everywhere;
  for (const int i : layer.by_place) {
    const Clause& clause = clauses_[static_cast<std::size_t>(i)];
    if (!clause.area->contains(place)) continue;
    const Required here{clause.rule.minima, i, i, layer.everywhere.level_tolerance};
    if (!strictest_of_all) return here;
    required = strictest(required, here);
  }
  return required;
}

Required MinimaTable::at(const PairMinima& pair, geo::Vec3 a, geo::Vec3 b, Duration when) const {
  if (!pair.varies) return pair.everywhere;
  const double t = to_seconds(when);
  const auto after = std::upper_bound(pair.epochs.begin(), pair.epochs.end(), t, [](double at, const PairMinima::Epoch& e) { return at < e.time.from; });
  const PairMinima::Epoch& epoch = after == pair.epochs.begin() ? *after : *std::prev(after);
  std::optional<Required> required;
  for (const PairMinima::Layer& layer : epoch.layers) {
    const Required here = layer.by_place.empty() ? layer.everywhere : strictest(at(layer, pair.strictest, a), at(layer, pair.strictest, b));
    required = required ? strictest(*required, here) : here;
  }
  return *required;
}

std::optional<Duration> MinimaTable::next_change(const PairMinima& pair, Duration when) {
  for (const PairMinima::Epoch& epoch : pair.epochs) {
    if (from_seconds(epoch.time.from) > when) return from_seconds(epoch.time.from);
  }
  return std::nullopt;
}

std::vector<MinimaPiece> MinimaTable::pieces(const PairMinima& pair, const Path& a, const Path& b, Duration horizon) const {
  const double end = to_seconds(horizon);
  std::vector<double> cuts{0, end};
  std::set<int> areas;
  for (const PairMinima::Epoch& epoch : pair.epochs) {
    if (epoch.time.from > 0 && epoch.time.from < end) cuts.push_back(epoch.time.from);
    for (const PairMinima::Layer& layer : epoch.layers) areas.insert(layer.by_place.begin(), layer.by_place.end());
  }
  for (const int i : areas) {
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
    pieces.push_back({{cuts[i], cuts[i + 1]}, at(pair, a.place(middle), b.place(middle), from_seconds(middle))});
  }
  return pieces;
}

MinimaOrigin MinimaTable::origin(int clause) const {
  if (clause < 0) return {};
  const Clause& c = clauses_[static_cast<std::size_t>(clause)];
  return {c.rule.id, tables_[c.table].version};
}

std::string MinimaTable::name(const Required& required) const { return text_of(horizontal_origin(required), vertical_origin(required)); }

std::string text_of(const MinimaOrigin& horizontal, const MinimaOrigin& vertical) {
  const auto one = [](const MinimaOrigin& origin) { return origin.version == own_minima ? origin.clause : origin.clause + " of " + origin.version; };
  if (horizontal == vertical) return one(horizontal);
  if (horizontal.version == vertical.version && horizontal.version != own_minima) {
    return horizontal.clause + " and " + vertical.clause + " of " + horizontal.version;
  }
  return one(horizontal) + " and " + one(vertical);
}

}  // namespace skypact::guard
