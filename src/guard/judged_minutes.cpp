#include "guard/judged_minutes.h"

#include <algorithm>
#include <tuple>

#include "geo/ellipsoid.h"
#include "guard/minima.h"
#include "track/prediction.h"

namespace skypact::guard {
namespace {

using Pair = std::pair<TrackKey, TrackKey>;   // the lesser first
Pair pair_of(const TrackKey& a, const TrackKey& b) { return a < b ? Pair{a, b} : Pair{b, a}; }

Time minute_of(Time at) { return std::chrono::floor<minutes>(at); }

// An altitude that came with another report than the position moved on since; no aircraft climbs or dives faster.
constexpr Duration longest_lag = seconds(2);
constexpr double greatest_climb_m_s = 100;
constexpr Height unstated_geometric = Height::of_tenth_mm(50 * 10'000);   // 50 m, of an ellipsoid or sea-level altitude

struct Flight {
  VerdictFlight flight;                  // its party by the node's number
  TrackId id;
  std::vector<TrackId> possibly_same;
  Time slot = Time::min();               // of the newest sample inside the minute
  Time newest = Time::min();             // position taken or passed over
};

// The altitudes that were measured with the position, or shortly before or after.
void add_altitudes(const Track& track, VerdictSample& sample) {
  const Time at = track.position->measured_at;
  const auto take = [&](const auto& known, Height unstated, auto& to) {
    if (!known) return;
    const Duration lag = std::chrono::abs(at - known->measured_at);
    if (lag > longest_lag) return;
    to = known->value;
    const Height moved = Height::of_tenth_mm(static_cast<std::int64_t>(greatest_climb_m_s * 1e4 * to_seconds(lag)));
    sample.altitude_error = std::max(sample.altitude_error, track.altitude_accuracy.value_or(unstated) + moved);
  };
  // Nobody states how well a pressure altitude is known but by the step it is told in.
  take(track.pressure_altitude, feet_of_height(track.altitude_in_25ft ? 25 : 100), sample.pressure);
  take(track.ellipsoid_altitude, unstated_geometric, sample.ellipsoid);
  take(track.sea_level_altitude, unstated_geometric, sample.sea_level);
}

VerdictSample sample_of(const Track& track) {
  VerdictSample sample;
  sample.at = std::chrono::floor<std::chrono::microseconds>(track.position->measured_at);
  sample.position = track.position->value;
  sample.accuracy_mm = static_cast<std::int32_t>(std::min(track::position_accuracy(track).in(metres) * 1e3, 2e9));
  add_altitudes(track, sample);
  return sample;
}

Minima greatest_of(const Agreed& agreed) {
  Minima most{metres(0), Height{}};
  const auto take = [&](const Minima& minima) {
    most = {std::max(most.horizontal, minima.horizontal), std::max(most.vertical, minima.vertical)};
  };
  for (const AgreedVersion& version : agreed.versions) {
    for (const MinimaClause& clause : version.minima.clauses) take(clause.minima);
    if (version.minima.fallback) take(*version.minima.fallback);
  }
  return most;
}

// What the places of a flight span, enlarged by how far it may have been from them.
struct Extent {
  geo::Vec3 low, high;
  std::size_t flight = 0;
};
Extent extent_of(const Flight& flight, std::size_t index, double margin_m) {
  Extent e{{1e9, 1e9, 1e9}, {-1e9, -1e9, -1e9}, index};
  double error_m = 0;
  for (const VerdictSample& s : flight.flight.samples) {
    const geo::Vec3 p = geo::place_of(s.position);
    error_m = std::max(error_m, s.accuracy_mm / 1e3);
    e.low = {std::min(e.low.x, p.x), std::min(e.low.y, p.y), std::min(e.low.z, p.z)};
    e.high = {std::max(e.high.x, p.x), std::max(e.high.y, p.y), std::max(e.high.z, p.z)};
  }
  const double g = to_seconds(longest_gap);
  const double beside = error_m + greatest_acceleration_m_s2 * g * g / 8 + margin_m;
  e.low = e.low + geo::Vec3{-beside, -beside, -beside};
  e.high = e.high + geo::Vec3{beside, beside, beside};
  return e;
}
bool overlap(const Extent& a, const Extent& b) {
  return a.low.y <= b.high.y && b.low.y <= a.high.y && a.low.z <= b.high.z && b.low.z <= a.high.z;
}

}  // namespace

struct JudgedMinutes::Minute {
  struct Alerted {
    AlertId id;
    bool above_advisory = false;
  };
  Time from;
  std::unordered_map<TrackId, Flight> flights;
  std::map<Pair, Alerted> alerted;
};

struct JudgedMinutes::State {
  struct Waiting {
    std::shared_ptr<const std::vector<Flight>> flights;
    std::size_t one = 0, other = 0;
    Interval<Time> span;
    std::shared_ptr<const Agreed> agreed;
    std::optional<Minute::Alerted> alerted;
  };

  Minute* minute(Time from);
  void close(Minute minute, const Parties& parties, const std::shared_ptr<const Agreed>& agreed);
  void wait(Waiting waiting);

  std::map<Time, Minute> minutes;        // by begin; not yet over
  Time over = Time::min();               // minutes before this are closed
  std::deque<Waiting> waiting;
  std::uint64_t left_out = 0;
};

JudgedMinutes::JudgedMinutes() : state_(std::make_unique<State>()) {}
JudgedMinutes::~JudgedMinutes() = default;
std::uint64_t JudgedMinutes::left_out() const { return state_->left_out; }

JudgedMinutes::Minute* JudgedMinutes::State::minute(Time from) {
  if (from < over) return nullptr;
  if (minutes.size() >= JudgedMinutesLimits::minutes && !minutes.contains(from)) return nullptr;
  const auto [at, is_new] = minutes.try_emplace(from);
  if (is_new) at->second.from = from;
  return &at->second;
}

void JudgedMinutes::see(const Track& track) {
  State& s = *state_;
  if (!track.position || (track.on_ground && track.on_ground->value)) return;
  const Time at = std::chrono::floor<std::chrono::microseconds>(track.position->measured_at);
  Minute* minute = s.minute(minute_of(at));
  if (minute == nullptr) return;
  auto found = minute->flights.find(track.id);
  if (found == minute->flights.end()) {
    if (minute->flights.size() >= JudgedMinutesLimits::flights) {
      ++s.left_out;
      return;
    }
    found = minute->flights.try_emplace(track.id).first;
  }
  Flight& f = found->second;
  f.flight.suspect = f.flight.suspect || track.suspect != 0;
  if (at <= f.newest) return;
  f.newest = at;
  f.id = track.id;
  f.flight.key = track.key();
  f.flight.party = track.party;
  f.flight.party_known = minima_side(track, track::motion_at(track, at)).party_known;
  f.flight.aircraft_class = track.aircraft_class;
  f.possibly_same = track.possibly_same;
  const Time slot = std::chrono::floor<seconds>(at) - (std::chrono::floor<seconds>(at).time_since_epoch() % judged_slot);
  if (slot == f.slot) return;
  const bool first = f.slot == Time::min();
  f.slot = slot;
  const VerdictSample sample = sample_of(track);
  if (first) {
    // The one before, and for the minute before the one after.
    if (const auto before = s.minutes.find(minute->from - judged_span); before != s.minutes.end()) {
      if (const auto same = before->second.flights.find(track.id); same != before->second.flights.end() && !same->second.flight.samples.empty()) {
        f.flight.samples.push_back(same->second.flight.samples.back());
        same->second.flight.samples.push_back(sample);
      }
    }
  }
  f.flight.samples.push_back(sample);
}

void JudgedMinutes::see(std::span<const Alert> open, Time now) {
  Minute* minute = state_->minute(minute_of(now));
  if (minute == nullptr) return;
  for (const Alert& alert : open) {
    if (alert.kind != AlertKind::conflict || alert.subjects.size() != 2 || alert.state == AlertState::unobserved) continue;
    Minute::Alerted& alerted = minute->alerted[pair_of(alert.subjects[0].key(), alert.subjects[1].key())];
    alerted.id = alert.id;
    alerted.above_advisory = alerted.above_advisory || alert.severity > Severity::advisory;
  }
}

void JudgedMinutes::State::wait(Waiting one) {
  if (waiting.size() >= JudgedMinutesLimits::waiting) {
    ++left_out;
    return;
  }
  waiting.push_back(std::move(one));
}

void JudgedMinutes::State::close(Minute minute, const Parties& parties, const std::shared_ptr<const Agreed>& agreed) {
  const Interval<Time> span{minute.from, minute.from + judged_span};
  auto flights = std::make_shared<std::vector<Flight>>();
  flights->reserve(minute.flights.size());
  for (auto& [id, flight] : minute.flights) {
    if (!flight.flight.samples.empty()) flights->push_back(std::move(flight));
  }
  std::sort(flights->begin(), flights->end(), [](const Flight& a, const Flight& b) { return std::tie(a.flight.key, a.id) < std::tie(b.flight.key, b.id); });
  // By the agreement's own numbers. A party that it does not know is none of those that it speaks of.
  for (Flight& f : *flights) {
    const std::string_view id = f.flight.party.value < parties.size() ? std::string_view(parties[f.flight.party.value].id) : "unknown";
    const auto at = std::find_if(agreed->parties.begin(), agreed->parties.end(), [&](const Party& p) { return p.id == id; });
    f.flight.party = at == agreed->parties.end() ? unknown_party : PartyId{static_cast<std::uint16_t>(at - agreed->parties.begin())};
  }
  const auto judged = [&](const Flight& a, const Flight& b) {
    if (a.flight.party == unknown_party && b.flight.party == unknown_party) return false;
    if (a.flight.party == b.flight.party && a.flight.party_known && b.flight.party_known) return false;
    return std::find(a.possibly_same.begin(), a.possibly_same.end(), b.id) == a.possibly_same.end();
  };
  const Minima greatest = greatest_of(*agreed);
  std::vector<Extent> extents;
  extents.reserve(flights->size());
  for (std::size_t i = 0; i < flights->size(); ++i) extents.push_back(extent_of((*flights)[i], i, greatest.horizontal.in(metres) / 2));
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return std::tie(a.low.x, a.flight) < std::tie(b.low.x, b.flight); });
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    for (std::size_t j = i + 1; j < extents.size() && extents[j].low.x <= extents[i].high.x; ++j) {
      const auto [one, other] = std::minmax(extents[i].flight, extents[j].flight);
      const Flight &a = (*flights)[one], &b = (*flights)[other];
      if (overlap(extents[i], extents[j]) && judged(a, b) && may_have_been_near(a.flight, b.flight, span, greatest)) pairs.emplace_back(one, other);
    }
  }
  const auto flight_of = [&](const TrackKey& key) -> std::optional<std::size_t> {
    const auto at = std::lower_bound(flights->begin(), flights->end(), key, [](const Flight& f, const TrackKey& k) { return f.flight.key < k; });
    return at == flights->end() || at->flight.key != key ? std::nullopt : std::optional<std::size_t>(at - flights->begin());
  };
  for (const auto& [pair, alerted] : minute.alerted) {
    const auto one = flight_of(pair.first), other = flight_of(pair.second);
    if (alerted.above_advisory && one && other && judged((*flights)[*one], (*flights)[*other])) pairs.emplace_back(std::min(*one, *other), std::max(*one, *other));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (const auto& [one, other] : pairs) {
    const auto alerted = minute.alerted.find(pair_of((*flights)[one].flight.key, (*flights)[other].flight.key));
    wait({flights, one, other, span, agreed, alerted == minute.alerted.end() ? std::nullopt : std::optional(alerted->second)});
  }
}

std::vector<JudgedPair> JudgedMinutes::step(Time now, const Parties& parties, const std::shared_ptr<const Agreed>& agreed) {
  State& s = *state_;
  while (!s.minutes.empty() && s.minutes.begin()->first + judged_span + judged_after <= now) {
    Minute minute = std::move(s.minutes.begin()->second);
    s.minutes.erase(s.minutes.begin());
    if (agreed != nullptr && !agreed->versions.empty()) s.close(std::move(minute), parties, agreed);
  }
  s.over = std::max(s.over, minute_of(now - judged_after));
  std::vector<JudgedPair> judged;
  for (std::size_t i = 0; i < JudgedMinutesLimits::judged_at_once && !s.waiting.empty(); ++i) {
    const State::Waiting w = std::move(s.waiting.front());
    s.waiting.pop_front();
    JudgedPair pair;
    pair.input = normalised({*w.agreed, w.span, {(*w.flights)[w.one].flight, (*w.flights)[w.other].flight}});
    const auto verdict = judge(pair.input);
    if (!verdict || (verdict->finding == Finding::kept && !(w.alerted && w.alerted->above_advisory))) continue;
    pair.verdict = *verdict;
    if (w.alerted) pair.alert = w.alerted->id;
    judged.push_back(std::move(pair));
  }
  return judged;
}

}  // namespace skypact::guard
