#include "guard/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "geo/ellipsoid.h"
#include "guard/body.h"
#include "guard/encounter.h"
#include "guard/region.h"

namespace skypact::guard {
namespace {

// Distances are the chord's length along the surface, which is the geodesic's to 1.2e-5 (surface_length_of_chord), and of places that
// lie up to 0.2 m below the surface on their chord; a millimetre for rounding positions to 1e-7 degree is 6 mm.
constexpr double distance_error = 2e-5, place_error_m = 0.3;
constexpr Duration longest_step = milliseconds(250);

// ---- What applies ---------------------------------------------------------------------------------------

// Bounds of what could apply: whoever an uncertain side is, wherever exactly it is, whichever version holds.
struct Bounds {
  Minima least{metres(0), Height{}}, most{metres(0), Height{}};
  Height least_tolerance = Height::of_tenth_mm(std::numeric_limits<std::int32_t>::max()), most_tolerance;
  MinimaOrigin horizontal_from, vertical_from;   // of `most`
  bool any = false;
};

class Tables {
 public:
  explicit Tables(const Agreed& agreed) : agreed_(agreed) {
    for (const AgreedVersion& version : agreed.versions) {
      std::vector<std::optional<Region>> areas;
      for (const MinimaClause& clause : version.minima.clauses) {
        auto region = clause.area.empty() ? Result<Region>(Error{}) : Region::polygon(clause.area);
        areas.push_back(region ? std::optional<Region>(std::move(*region)) : std::nullopt);
        for (const Interval<Time>& span : clause.active) note(span);
      }
      areas_.push_back(std::move(areas));
      note(version.minima.valid);
    }
    std::sort(changes_.begin(), changes_.end());
    changes_.erase(std::unique(changes_.begin(), changes_.end()), changes_.end());
  }

  // By clocks that may be apart; by_clocks says whether that makes a difference.
  [[nodiscard]] Bounds at(Time at, const std::array<const VerdictFlight*, 2>& sides, const std::array<geo::Vec3, 2>& places,
                          const std::array<double, 2>& errors, bool& by_clocks) const {
    const Duration offset = std::max(agreed_.clock_offset, Duration{});
    Bounds all = at_exactly(at - offset, sides, places, errors);
    for (auto c = std::upper_bound(changes_.begin(), changes_.end(), at - offset); c != changes_.end() && *c <= at + offset; ++c) {
      const Bounds other = at_exactly(*c, sides, places, errors);
      by_clocks = by_clocks || other.most != all.most || other.least != all.least;
      all.least = {std::min(all.least.horizontal, other.least.horizontal), std::min(all.least.vertical, other.least.vertical)};
      all.any = all.any || other.any;
      take_most(all, other);
    }
    return all;
  }
  // Changes in (from, to), clocks' offset included on both sides.
  void add_cuts(Time from, Time to, std::vector<Time>& cuts) const {
    const Duration offset = std::max(agreed_.clock_offset, Duration{});
    for (const Time change : changes_) {
      for (const Time cut : {change - offset, change + offset}) {
        if (from < cut && cut < to) cuts.push_back(cut);
      }
    }
  }

 private:
  void note(const Interval<Time>& span) {
    for (const Time at : {span.from, span.to}) {
      if (at != Time::min() && at != Time::max()) changes_.push_back(at);
    }
  }

  static void take_most(Bounds& all, const Bounds& other) {
    if (other.most.horizontal > all.most.horizontal) all.most.horizontal = other.most.horizontal, all.horizontal_from = other.horizontal_from;
    if (other.most.vertical > all.most.vertical) all.most.vertical = other.most.vertical, all.vertical_from = other.vertical_from;
    all.least_tolerance = std::min(all.least_tolerance, other.least_tolerance);
    all.most_tolerance = std::max(all.most_tolerance, other.most_tolerance);
  }

  // Of the tables that hold at one moment the stricter counts, of their bounds too.
  [[nodiscard]] Bounds at_exactly(Time at, const std::array<const VerdictFlight*, 2>& sides, const std::array<geo::Vec3, 2>& places,
                                  const std::array<double, 2>& errors) const {
    Bounds all;
    for (std::size_t v = 0; v < agreed_.versions.size(); ++v) {
      const AgreedMinima& table = agreed_.versions[v].minima;
      if (!table.valid.contains(at)) continue;
      for (std::size_t i = 0; i < 2; ++i) {
        const Bounds here = of_table(table, areas_[v], at, sides, places[i], errors[i]);
        all.least = {std::max(all.least.horizontal, here.least.horizontal), std::max(all.least.vertical, here.least.vertical)};
        all.any = all.any || here.any;
        take_most(all, here);
      }
    }
    return all;
  }

  enum class Match : std::uint8_t { no, maybe, yes };
  static Match match(const SideSelector& selector, const VerdictFlight& side) {
    const bool by_party = (!selector.party || *selector.party == side.party) &&
                          std::find(selector.none_of.begin(), selector.none_of.end(), side.party) == selector.none_of.end();
    const bool by_class = !selector.aircraft_class || *selector.aircraft_class == side.aircraft_class;
    const bool anybody = !selector.party && selector.none_of.empty() && !selector.aircraft_class;
    if (!side.party_known || side.suspect) return anybody ? Match::yes : Match::maybe;
    return by_party && by_class ? Match::yes : Match::no;
  }
  static Match both(Match a, Match b) { return std::min(a, b); }

  // The first clause that certainly applies ends it; those before it that could apply, could.
  static Bounds of_table(const AgreedMinima& table, const std::vector<std::optional<Region>>& areas, Time at,
                         const std::array<const VerdictFlight*, 2>& sides, geo::Vec3 place, double error) {
    Bounds bounds;
    bounds.least_tolerance = bounds.most_tolerance = table.level_tolerance;
    const auto could = [&](const Minima& minima, const std::string& id) {
      const MinimaOrigin origin{id, table.version};
      if (!bounds.any) {
        bounds.least = bounds.most = minima;
        bounds.horizontal_from = bounds.vertical_from = origin;
        bounds.any = true;
        return;
      }
      bounds.least = {std::min(bounds.least.horizontal, minima.horizontal), std::min(bounds.least.vertical, minima.vertical)};
      if (minima.horizontal > bounds.most.horizontal) bounds.most.horizontal = minima.horizontal, bounds.horizontal_from = origin;
      if (minima.vertical > bounds.most.vertical) bounds.most.vertical = minima.vertical, bounds.vertical_from = origin;
    };
    for (std::size_t i = 0; i < table.clauses.size(); ++i) {
      const MinimaClause& clause = table.clauses[i];
      const auto& active = clause.active;
      if (!active.empty() && std::none_of(active.begin(), active.end(), [&](const Interval<Time>& s) { return s.contains(at); })) continue;
      Match applies = std::max(both(match(clause.one, *sides[0]), match(clause.other, *sides[1])), both(match(clause.one, *sides[1]), match(clause.other, *sides[0])));
      if (applies != Match::no && areas[i]) {
        const double beyond = areas[i]->signed_distance(place);
        if (beyond > error) applies = Match::no;
        else if (beyond > -error) applies = Match::maybe;
      }
      if (applies != Match::no) could(clause.minima, clause.id);
      if (applies == Match::yes) return bounds;
    }
    if (table.fallback) {
      could(*table.fallback, table.fallback_id);
    } else {
      bounds.least = {metres(0), Height{}};  // perhaps nothing applies
    }
    return bounds;
  }

  const Agreed& agreed_;
  std::vector<std::vector<std::optional<Region>>> areas_;   // by version and clause
  std::vector<Time> changes_;
};

// ---- Where they were ------------------------------------------------------------------------------------

// One aircraft between two of its reports, or at a single one.
struct Leg {
  const VerdictSample *before = nullptr, *after = nullptr;
  geo::Vec3 from, to;
  double seconds = 0;
  double error_m = 0;
  [[nodiscard]] double share(Time at) const { return seconds > 0 ? to_seconds(at - before->at) / seconds : 0; }
  [[nodiscard]] geo::Vec3 place(Time at) const { return from + (to - from) * share(at); }
  [[nodiscard]] double speed() const { return seconds > 0 ? norm(to - from) / seconds : 0; }
};

std::optional<Leg> leg_at(const std::vector<VerdictSample>& samples, Time at) {
  const auto after = std::lower_bound(samples.begin(), samples.end(), at, [](const VerdictSample& s, Time t) { return s.at < t; });
  if (after == samples.end()) return std::nullopt;
  if (after == samples.begin() && after->at != at) return std::nullopt;
  const auto before = after->at == at ? after : std::prev(after);
  if (after->at - before->at > longest_gap) return std::nullopt;
  Leg leg{&*before, &*after, geo::place_of(before->position), geo::place_of(after->position), to_seconds(after->at - before->at), 0};
  leg.error_m = std::max(before->accuracy_mm, after->accuracy_mm) / 1e3 + greatest_acceleration_m_s2 * leg.seconds * leg.seconds / 8 + place_error_m;
  return leg;
}

struct Altitudes {
  double value = 0;        // tenths of a millimetre
  double rate = 0;         // per second
  double error = 0;
};
template <class Altitude>
std::optional<Altitudes> between(const std::optional<Altitude>& before, const std::optional<Altitude>& after, const Leg& leg, Time at) {
  if (!before || !after) return std::nullopt;
  const double from = before->above_datum().in_tenth_mm(), to = after->above_datum().in_tenth_mm();
  return Altitudes{from + (to - from) * leg.share(at), leg.seconds > 0 ? (to - from) / leg.seconds : 0,
                   std::max(leg.before->altitude_error, leg.after->altitude_error).in_tenth_mm() +
                       greatest_vertical_acceleration_m_s2 * 1e4 * leg.seconds * leg.seconds / 8};
}

struct Vertical {
  double difference = 0, rate = 0, error = 0;
  bool both_level = false;
};
std::optional<Vertical> vertical_at(const Leg& a, const Leg& b, Time at) {
  const auto of = [&](auto member) -> std::optional<Vertical> {
    const auto one = between((*a.before).*member, (*a.after).*member, a, at), other = between((*b.before).*member, (*b.after).*member, b, at);
    if (!one || !other) return std::nullopt;
    const double level = level_rate.in_tenth_mm_per_minute() / 60.0;
    return Vertical{one->value - other->value, one->rate - other->rate, one->error + other->error, std::abs(one->rate) <= level && std::abs(other->rate) <= level};
  };
  if (auto v = of(&VerdictSample::pressure)) return v;
  if (auto v = of(&VerdictSample::ellipsoid)) return v;
  return of(&VerdictSample::sea_level);
}

// Least and greatest chord over [from, to], both legs straight.
std::pair<double, double> chords(const Leg& a, const Leg& b, Time from, Time to) {
  const geo::Vec3 begin = b.place(from) - a.place(from), way = b.place(to) - a.place(to) - begin;
  const double length = dot(way, way);
  const double nearest = length > 0 ? std::clamp(-dot(begin, way) / length, 0.0, 1.0) : 0;
  return {norm(begin + way * nearest), std::max(norm(begin), norm(begin + way))};
}

Length of_metres(double m) { return metres(m); }
Height of_tenths(double tenths) { return Height::of_tenth_mm(std::llround(std::clamp(tenths, -2e9, 2e9))); }

class Trial {
 public:
  explicit Trial(const VerdictInput& input) : input_(input), tables_(input.agreed) {}

  Verdict verdict() {
    const std::array<const VerdictFlight*, 2> sides{&input_.flights[0], &input_.flights[1]};
    std::vector<Time> cuts{input_.span.from, input_.span.to};
    for (const VerdictFlight* side : sides) {
      for (const VerdictSample& s : side->samples) {
        if (input_.span.contains(s.at)) cuts.push_back(s.at);
      }
    }
    tables_.add_cuts(input_.span.from, input_.span.to, cuts);
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      for (Time from = cuts[i]; from < cuts[i + 1];) {
        const Time to = std::min(from + longest_step, cuts[i + 1]);
        if (judge_step(from, to, sides)) return lost_;
        from = to;
      }
    }
    if (doubts_.empty()) {
      kept_.finding = Finding::kept;
      return kept_;
    }
    std::sort(doubts_.begin(), doubts_.end());
    open_.doubts = doubts_;
    return open_;
  }

 private:
  void doubt(Doubt why, const Verdict& here) {
    if (doubts_.empty()) open_ = here;
    if (std::find(doubts_.begin(), doubts_.end(), why) == doubts_.end()) doubts_.push_back(why);
  }

  // True: lost.
  bool judge_step(Time from, Time to, const std::array<const VerdictFlight*, 2>& sides) {
    Verdict here;
    const Time middle = from + (to - from) / 2;
    here.at = std::chrono::floor<std::chrono::microseconds>(middle);
    const auto a = leg_at(sides[0]->samples, middle), b = leg_at(sides[1]->samples, middle);
    if (!a || !b) return doubt(Doubt::not_observed, here), false;

    const double half = to_seconds(to - from) / 2;
    bool by_clocks = false;
    const Bounds bounds = tables_.at(middle, sides, {a->place(middle), b->place(middle)},
                                     {a->error_m + a->speed() * half, b->error_m + b->speed() * half}, by_clocks);
    const auto v = vertical_at(*a, *b, middle);
    const double at_middle = geo::surface_length_of_chord(norm(a->place(middle) - b->place(middle)));
    const double error = a->error_m + b->error_m + distance_error * at_middle;
    here.horizontal = of_metres(at_middle);
    here.horizontal_error = of_metres(error);
    if (v) here.vertical = of_tenths(std::abs(v->difference)), here.vertical_error = of_tenths(v->error);
    here.minima = bounds.most;
    here.horizontal_from = bounds.horizontal_from;
    here.vertical_from = bounds.vertical_from;
    if (!bounds.any) return doubt(Doubt::nothing_agreed, here), false;

    // What counts for the vertical: lower by the tolerance where both are level.
    const auto lowered = [&](Height minimum, Height tolerance) {
      return v && v->both_level ? minimum - level_tolerance(minimum, tolerance) : minimum;
    };
    const double strict_h = bounds.most.horizontal.in(metres), lenient_h = bounds.least.horizontal.in(metres);
    const double strict_v = lowered(bounds.most.vertical, bounds.least_tolerance).in_tenth_mm();
    const double lenient_v = lowered(bounds.least.vertical, bounds.most_tolerance).in_tenth_mm();

    const auto [nearest, farthest] = chords(*a, *b, from, to);
    const bool far = geo::surface_length_of_chord(nearest) - error >= strict_h;
    const bool high = v && std::abs(v->difference) - std::abs(v->rate) * half - v->error >= strict_v;
    if (far || high) {
      const double ratio = std::max(strict_h > 0 ? at_middle / strict_h : 1e9, v && strict_v > 0 ? std::abs(v->difference) / strict_v : 0.0);
      if (ratio < nearest_ratio_) nearest_ratio_ = ratio, kept_ = here;
      return false;
    }
    const bool certain = !sides[0]->suspect && !sides[1]->suspect;
    if (certain && v && at_middle + error < lenient_h && std::abs(v->difference) + v->error < lenient_v) {
      here.finding = Finding::lost;
      lost_ = here;
      return true;
    }
    // Why it is neither.
    if (!certain) doubt(Doubt::suspect, here);
    if (!v) doubt(Doubt::altitude_unknown, here);
    if (bounds.least != bounds.most) doubt(by_clocks ? Doubt::clocks : Doubt::who, here);
    if (certain && v && !(at_middle + error < strict_h && std::abs(v->difference) + v->error < strict_v)) doubt(Doubt::accuracy, here);
    if (doubts_.empty()) doubt(Doubt::accuracy, here);
    return false;
  }

  const VerdictInput& input_;
  Tables tables_;
  std::vector<Doubt> doubts_;
  Verdict open_, kept_, lost_;
  double nearest_ratio_ = std::numeric_limits<double>::infinity();
};

// Tables and clauses that hold at no time within the clocks' offset of the span say nothing of it; of the others only a change
// within that time does.
void leave_out_other_times(VerdictInput& input) {
  const Duration offset = input.agreed.clock_offset;
  const Time from = input.span.from - offset, to = input.span.to + offset;
  const auto other = [&](const Interval<Time>& s) { return s.to <= from || s.from > to; };
  bool changes = false;
  const auto open = [&](Interval<Time>& s) {
    if (s.from <= from) s.from = Time::min();
    if (s.to > to) s.to = Time::max();
    changes = changes || s.from != Time::min() || s.to != Time::max();
  };
  std::erase_if(input.agreed.versions, [&](const AgreedVersion& v) { return other(v.minima.valid); });
  for (AgreedVersion& version : input.agreed.versions) {
    open(version.minima.valid);
    std::erase_if(version.minima.clauses, [&](MinimaClause& clause) {
      if (clause.active.empty()) return false;
      std::erase_if(clause.active, other);
      for (Interval<Time>& span : clause.active) open(span);
      if (clause.active.size() == 1 && clause.active[0].from == Time::min() && clause.active[0].to == Time::max()) return clause.active.clear(), false;
      return clause.active.empty();
    });
  }
  if (!changes) input.agreed.clock_offset = Duration{};
}

// Only the parties that are spoken of, by id: how a node numbers and names them does not matter.
void number_parties(VerdictInput& input) {
  const Parties before = input.agreed.parties;
  std::vector<PartyId*> all;
  for (VerdictFlight& flight : input.flights) all.push_back(&flight.party);
  for (AgreedVersion& version : input.agreed.versions) {
    for (MinimaClause& clause : version.minima.clauses) {
      for (SideSelector* side : {&clause.one, &clause.other}) {
        if (side->party) all.push_back(&*side->party);
        for (PartyId& party : side->none_of) all.push_back(&party);
      }
    }
  }
  const auto id_of = [&](PartyId party) { return party.value < before.size() ? before[party.value].id : std::string(); };
  std::vector<std::string> ids;
  for (const PartyId* party : all) {
    if (*party != unknown_party) ids.push_back(id_of(*party));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  input.agreed.parties.assign(1, {"unknown", "", ""});
  for (const std::string& id : ids) input.agreed.parties.push_back({id, "", ""});
  for (PartyId* party : all) {
    if (*party == unknown_party) continue;
    const auto at = std::lower_bound(ids.begin(), ids.end(), id_of(*party));
    *party = PartyId{static_cast<std::uint16_t>(at - ids.begin() + 1)};
  }
  for (AgreedVersion& version : input.agreed.versions) {
    for (MinimaClause& clause : version.minima.clauses) {
      for (SideSelector* side : {&clause.one, &clause.other}) std::sort(side->none_of.begin(), side->none_of.end());
    }
  }
}

auto order_of(const VerdictSample& s) {
  const auto height = [](const auto& altitude) { return altitude ? std::pair{1, altitude->above_datum()} : std::pair{0, Height{}}; };
  return std::tuple(s.at, s.accuracy_mm, s.altitude_error, s.position, height(s.pressure), height(s.ellipsoid), height(s.sea_level));
}

}  // namespace

std::string_view to_string(Finding finding) {
  switch (finding) {
    case Finding::kept: return "kept";
    case Finding::lost: return "lost";
    case Finding::cannot_be_told: return "cannot_be_told";
  }
  return "cannot_be_told";
}

std::string_view to_string(Doubt doubt) {
  switch (doubt) {
    case Doubt::not_observed: return "not_observed";
    case Doubt::accuracy: return "accuracy";
    case Doubt::altitude_unknown: return "altitude_unknown";
    case Doubt::who: return "who";
    case Doubt::clocks: return "clocks";
    case Doubt::suspect: return "suspect";
    case Doubt::nothing_agreed: return "nothing_agreed";
  }
  return "accuracy";
}

Agreed minima_alone(Agreed agreed) {
  agreed.sharing.clear();
  for (AgreedVersion& version : agreed.versions) version.zones.clear(), version.aircraft.clear(), version.answers = {};
  return agreed;
}

VerdictInput normalised(VerdictInput input) {
  using std::chrono::microseconds;
  input.span = {std::chrono::floor<microseconds>(input.span.from), std::chrono::ceil<microseconds>(input.span.to)};
  input.agreed.clock_offset = std::chrono::ceil<microseconds>(std::max(input.agreed.clock_offset, Duration{}));
  if (input.flights[1].key < input.flights[0].key) std::swap(input.flights[0], input.flights[1]);
  for (VerdictFlight& flight : input.flights) {
    auto& samples = flight.samples;
    for (VerdictSample& s : samples) {
      s.at = std::chrono::floor<microseconds>(s.at);
      s.accuracy_mm = std::max(s.accuracy_mm, 0);
      s.altitude_error = std::max(s.altitude_error, Height{});
    }
    std::erase_if(samples, [&](const VerdictSample& s) { return s.at < input.span.from - longest_gap || s.at > input.span.to + longest_gap; });
    std::sort(samples.begin(), samples.end(), [](const VerdictSample& a, const VerdictSample& b) { return order_of(a) < order_of(b); });
    samples.erase(std::unique(samples.begin(), samples.end(), [](const VerdictSample& a, const VerdictSample& b) { return a.at == b.at; }), samples.end());
    // Of those outside only the one next to the span can matter.
    const auto inside = std::find_if(samples.begin(), samples.end(), [&](const VerdictSample& s) { return s.at >= input.span.from; });
    const auto first = inside != samples.end() && inside->at == input.span.from ? inside : inside == samples.begin() ? inside : std::prev(inside);
    samples.erase(samples.begin(), first);
    const auto beyond = std::find_if(samples.begin(), samples.end(), [&](const VerdictSample& s) { return s.at >= input.span.to; });
    if (beyond != samples.end()) samples.erase(std::next(beyond), samples.end());
  }
  leave_out_other_times(input);
  input.agreed = minima_alone(std::move(input.agreed));
  number_parties(input);
  std::stable_sort(input.agreed.versions.begin(), input.agreed.versions.end(),
                   [](const AgreedVersion& a, const AgreedVersion& b) { return a.minima.version < b.minima.version; });
  return input;
}

bool may_have_been_near(const VerdictFlight& one, const VerdictFlight& other, Interval<Time> span, Minima greatest) {
  std::vector<Time> cuts{span.from, span.to};
  for (const VerdictFlight* flight : {&one, &other}) {
    for (const VerdictSample& s : flight->samples) {
      if (span.contains(s.at)) cuts.push_back(s.at);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] == cuts[i + 1]) continue;
    const Time middle = cuts[i] + (cuts[i + 1] - cuts[i]) / 2;
    const auto a = leg_at(one.samples, middle), b = leg_at(other.samples, middle);
    if (!a || !b) continue;
    const double chord = chords(*a, *b, cuts[i], cuts[i + 1]).first;
    if (geo::surface_length_of_chord(chord) * (1 - distance_error) - a->error_m - b->error_m >= greatest.horizontal.in(metres)) continue;
    const auto v = vertical_at(*a, *b, middle);
    const double half = to_seconds(cuts[i + 1] - cuts[i]) / 2;
    if (!v || std::abs(v->difference) - std::abs(v->rate) * half - v->error < greatest.vertical.in_tenth_mm()) return true;
  }
  return false;
}

Result<Verdict> judge(const VerdictInput& input) {
  if (input.span.empty()) return bad_input("the span to be judged is empty");
  if (input.span.to - input.span.from > VerdictLimits::span) return Error{ErrorCode::over_limit, "the span to be judged is longer than an hour; judge it in parts"};
  for (const VerdictFlight& flight : input.flights) {
    if (flight.samples.size() > VerdictLimits::samples) {
      return Error{ErrorCode::over_limit, to_string(flight.key) + " has more than " + std::to_string(VerdictLimits::samples) + " reports"};
    }
  }
  const VerdictInput in = normalised(input);
  return Trial(in).verdict();
}

}  // namespace skypact::guard
