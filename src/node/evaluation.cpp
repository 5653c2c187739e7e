#include "node/evaluation.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "geo/ellipsoid.h"
#include "guard/body.h"
#include "guard/encounter.h"
#include "guard/groups.h"
#include "guard/minima.h"

namespace skypact::node {
namespace {

using Pair = std::pair<TrackId, TrackId>;   // the smaller id first
Pair pair_of(TrackId a, TrackId b) { return a < b ? Pair{a, b} : Pair{b, a}; }

// One measured position, with the altitudes moved to its time.
struct Fix {
  Time at;
  geo::Vec3 place;
  track::VerticalPosition vertical;
  guard::MinimaSide side;
  bool level = false;
  bool on_ground = false;
  std::uint16_t segment = 0;
};

struct Seen {
  Track latest;
  std::deque<Fix> fixes;          // ascending; no older than `fresh` before the next second to be compared
  std::optional<Time> since;      // begin of the present stretch in which it is seen without a gap
  std::optional<Time> last;       // second that it was seen in
};

// An aircraft as it was at a whole second.
struct Sample {
  guard::Body body;               // its place, altitudes and side
  geo::Vec3 velocity;             // over the fixes around that second
  double climb_tenth_mm_s = 0;
  bool velocity_known = false;
  Time since;
};

template <class Altitude>
std::optional<Altitude> between(const std::optional<Altitude>& a, const std::optional<Altitude>& b, double share) {
  if (!a || !b) return std::nullopt;
  const double from = a->above_datum().in_tenth_mm(), to = b->above_datum().in_tenth_mm();
  return Altitude(Height::of_tenth_mm(std::llround(from + (to - from) * share)));
}

Fix fix_of(const Track& track, Duration fresh) {
  const Time at = track.position->measured_at;
  const track::MotionState state = track::motion_at(track, at);
  Fix fix;
  fix.at = at;
  fix.place = geo::place_of(track.position->value);
  fix.vertical = track::vertical_position(track, state);
  if (state.altitude_age > fresh) fix.vertical.pressure.reset(), fix.vertical.ellipsoid.reset(), fix.vertical.sea_level.reset();
  fix.side = guard::minima_side(track, state);
  const auto rate = state.vertical_rate.in_tenth_mm_per_minute(), level = guard::level_rate.in_tenth_mm_per_minute();
  fix.level = state.vertical_rate_known && rate <= level && rate >= -level;
  fix.on_ground = state.on_ground;
  fix.segment = track.segment;
  return fix;
}

// Where it was at `at`: between the measured position before and the one after. Nullopt where either is missing, on the
// ground, or beyond a jump.
std::optional<Sample> sample_of(const Seen& seen, Time at, Duration fresh) {
  const auto after = std::find_if(seen.fixes.begin(), seen.fixes.end(), [&](const Fix& f) { return f.at >= at; });
  if (after == seen.fixes.end() || after->at - at > fresh) return std::nullopt;
  if (after == seen.fixes.begin() && after->at != at) return std::nullopt;
  const auto before = after->at == at ? after : std::prev(after);
  if (at - before->at > fresh || before->segment != after->segment || before->on_ground || after->on_ground) return std::nullopt;

  const double whole = to_seconds(after->at - before->at);
  const double share = whole > 0 ? to_seconds(at - before->at) / whole : 0;
  Sample sample;
  guard::Body& body = sample.body;
  body.track = &seen.latest;
  body.ground.place = before->place + (after->place - before->place) * share;
  body.vertical = before->vertical;
  body.vertical.pressure = between(before->vertical.pressure, after->vertical.pressure, share);
  body.vertical.ellipsoid = between(before->vertical.ellipsoid, after->vertical.ellipsoid, share);
  body.vertical.sea_level = between(before->vertical.sea_level, after->vertical.sea_level, share);
  body.side = before->side;
  body.level = before->level && after->level;

  // The course really flown, over the longest stretch around this second: noise of single fixes counts least.
  const auto first = std::find_if(seen.fixes.begin(), seen.fixes.end(), [&](const Fix& f) { return at - f.at <= fresh && f.segment == before->segment; });
  auto last = after;
  for (auto f = after; f != seen.fixes.end() && f->at - at <= fresh && f->segment == after->segment; ++f) last = f;
  const double time = to_seconds(last->at - first->at);
  constexpr double shortest_s = 4;
  if (time >= shortest_s) {
    sample.velocity_known = true;
    sample.velocity = (last->place - first->place) * (1 / time);
    if (first->vertical.pressure && last->vertical.pressure) {
      sample.climb_tenth_mm_s = (*last->vertical.pressure - *first->vertical.pressure).in_tenth_mm() / time;
    } else if (first->vertical.ellipsoid && last->vertical.ellipsoid) {
      sample.climb_tenth_mm_s = (*last->vertical.ellipsoid - *first->vertical.ellipsoid).in_tenth_mm() / time;
    }
  }
  return sample;
}

struct AlertEpisode {
  AlertId id;
  Time raised;
  Time ended = Time::max();
  std::optional<Time> warned{};     // first of severity warning or more
  bool compared = false;          // both seen while it was open
  bool unknown = false;           // … and within the horizontal minimum, with altitudes that do not compare
  bool would_lose = false;        // on the courses really flown, at some moment since the warning
};
struct Loss {
  Time from, to;                  // seconds, both lost
  bool sudden = false;
};
struct PairHistory {
  TrackKey one, other;
  std::vector<Loss> losses;
  std::vector<AlertEpisode> alerts;
};

// What the rules say of a pair at one second.
enum class Separation : std::uint8_t { kept, lost, unknown };

class Second {
 public:
  explicit Second(const Rules& rules, Time at) : rules_(rules), minima_(rules), inhibitions_(rules, at), reference_{nullptr, rules.qnh, rules.geoid_undulation} {
    minima_.look_from(at, {});
    for (const Group& group : rules.groups) {
      if (group.valid.contains(at)) groups_.push_back(&group);
    }
  }

  [[nodiscard]] double reach() const { return minima_.greatest().horizontal.in(metres); }

  // Would the watch judge this pair, and tell of it?
  [[nodiscard]] bool judged(const Sample& a, const Sample& b) const {
    const auto &one = a.body.side, &other = b.body.side;
    if (!rules_.same_party_pairs && one.party_known && other.party_known && one.party == other.party) return false;
    const auto& same = a.body.track->possibly_same;
    if (std::binary_search(same.begin(), same.end(), b.body.track->id)) return false;
    const auto in = [](const Group& g, const Sample& s) {
      return std::any_of(g.members.begin(), g.members.end(), [&](const Address& member) { return guard::names(member, *s.body.track); });
    };
    if (std::any_of(groups_.begin(), groups_.end(), [&](const Group* g) { return in(*g, a) && in(*g, b); })) return false;
    return !inhibitions_.withholds(a.body, b.body);
  }

  [[nodiscard]] Separation separation(const Sample& a, const Sample& b) const {
    const double chord = geo::norm(a.body.ground.place - b.body.ground.place);
    if (chord > reach()) return Separation::kept;
    const guard::Required required = required_of(a, b);
    if (!(geo::surface_length_of_chord(chord) < required.minima.horizontal.in(metres))) return Separation::kept;
    const auto difference = track::vertical_difference(a.body.vertical, b.body.vertical, reference_);
    if (!difference) return Separation::unknown;
    return abs(difference->value) < threshold(required, a, b) ? Separation::lost : Separation::kept;
  }

  // Straight on from here, each on the course it really flies: are minima lost within `ahead`?
  [[nodiscard]] bool would_lose(const Sample& a, const Sample& b, Duration ahead) const {
    if (!a.velocity_known || !b.velocity_known) return false;
    const auto difference = track::vertical_difference(a.body.vertical, b.body.vertical, reference_);
    if (!difference) return false;
    const guard::Required required = required_of(a, b);
    const double horizontal = required.minima.horizontal.in(metres), vertical = threshold(required, a, b).in_tenth_mm();
    const geo::Vec3 apart = b.body.ground.place - a.body.ground.place, closing = b.velocity - a.velocity;
    const double climb = a.climb_tenth_mm_s - b.climb_tenth_mm_s;
    for (double t = 0; t <= to_seconds(ahead); ++t) {
      if (std::abs(difference->value.in_tenth_mm() + climb * t) < vertical && geo::norm(apart + closing * t) < horizontal) return true;
    }
    return false;
  }

 private:
  [[nodiscard]] guard::Required required_of(const Sample& a, const Sample& b) const {
    return minima_.at(minima_.of(a.body.side, b.body.side), a.body.ground.place, b.body.ground.place);
  }
  [[nodiscard]] Height threshold(const guard::Required& required, const Sample& a, const Sample& b) const {
    const Height vertical = required.minima.vertical;
    return a.body.level && b.body.level ? vertical - guard::level_tolerance(vertical, required.level_tolerance) : vertical;
  }

  const Rules& rules_;
  guard::MinimaTable minima_;
  guard::InhibitionTable inhibitions_;
  track::VerticalReference reference_;
  std::vector<const Group*> groups_;
};

Time whole_second_after(Time at) { return std::chrono::floor<seconds>(at) + seconds(1); }

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::warned: return "warned";
    case Verdict::missed: return "missed";
    case Verdict::averted: return "averted";
    case Verdict::nuisance: return "nuisance";
    case Verdict::undecided: return "undecided";
  }
  return "unknown";
}

std::optional<Duration> EvaluationReport::warning_time(double share) const {
  if (warning_times.empty()) return std::nullopt;
  const double rank = std::ceil(share * static_cast<double>(warning_times.size()));
  const auto index = static_cast<std::size_t>(std::clamp(rank - 1, 0.0, static_cast<double>(warning_times.size() - 1)));
  return warning_times[index];
}

struct Evaluation::State {
  explicit State(EvaluationOptions o) : options(o) {}

  EvaluationOptions options;
  EvaluationReport report;
  std::unordered_map<TrackId, Seen> seen;
  std::map<Pair, PairHistory> pairs;
  std::map<AlertId, std::pair<AlertKind, bool>> open;    // alerts not ended: kind, and whether counted as infringed
  std::map<AlertId, Pair> pair_of_alert;                 // of open conflicts
  std::vector<Pair> watched;                             // sorted; with an alert that may be open at the next second
  std::map<TrackId, TrackId> same_as;                    // of tracks ever linked: a track that has a smaller id
  std::shared_ptr<const Rules> rules;
  std::optional<Time> next;                              // second to be compared
  std::uint64_t seconds_flown = 0;

  PairHistory* history(Pair key, const TrackKey& one, const TrackKey& other) {
    const auto known = pairs.find(key);
    if (known != pairs.end()) return &known->second;
    if (pairs.size() >= EvaluationLimits::pairs) return ++report.left_out, nullptr;
    return &pairs.emplace(key, PairHistory{one, other, {}, {}}).first->second;
  }

  void take_alert(const Alert& alert, Time at);
  void take_conflict(const Alert& alert, Time at);
  void take_tracks(const Picture& picture);
  void compare_until(Time end);
  void compare(Time at);
  void compare_pair(const Second& second, const Sample& a, const Sample& b, Time at);
  void watch(const Second& second, const std::vector<Sample>& samples, Time at);
  [[nodiscard]] TrackId root(TrackId id) const;
  void judge(PairHistory& pair);
};

void Evaluation::State::take_alert(const Alert& alert, Time at) {
  const auto [known, is_new] = open.try_emplace(alert.id, alert.kind, false);
  EvaluationReport::Alerts& counts = report.alerts[alert.kind];
  counts.alerts += is_new ? 1 : 0;
  if (alert.state == AlertState::infringed && !known->second.second) ++counts.infringed, known->second.second = true;
  if (alert.kind == AlertKind::conflict && alert.subjects.size() == 2) take_conflict(alert, at);
  if (alert.state == AlertState::ended) open.erase(alert.id), pair_of_alert.erase(alert.id);
}

void Evaluation::State::take_conflict(const Alert& alert, Time at) {
  const AlertSubject *one = &alert.subjects[0], *other = &alert.subjects[1];
  if (other->track < one->track) std::swap(one, other);
  const Pair key = pair_of_alert.try_emplace(alert.id, Pair{one->track, other->track}).first->second;
  PairHistory* pair = history(key, one->key(), other->key());
  if (pair == nullptr) return;
  auto episode = std::find_if(pair->alerts.rbegin(), pair->alerts.rend(), [&](const AlertEpisode& e) { return e.id == alert.id; });
  if (episode == pair->alerts.rend()) {
    if (pair->alerts.size() >= EvaluationLimits::episodes) return static_cast<void>(++report.left_out);
    pair->alerts.push_back({alert.id, alert.raised_at});
    episode = pair->alerts.rbegin();
    const auto place = std::lower_bound(watched.begin(), watched.end(), key);
    if (place == watched.end() || *place != key) watched.insert(place, key);
  }
  if (alert.severity >= Severity::warning && alert.state != AlertState::ended && !episode->warned) episode->warned = at;
  if (alert.state == AlertState::ended) episode->ended = at;
}

void Evaluation::State::take_tracks(const Picture& picture) {
  for (const PictureTrack& p : *picture.tracks) {
    const Track& track = p.track;
    if (!track.position) continue;
    Seen& s = seen[track.id];
    s.latest = track;
    for (const TrackId other : track.possibly_same) {
      if (other < track.id) same_as.try_emplace(track.id, other);
    }
    const Time at = track.position->measured_at;
    if (at > picture.now || (!s.fixes.empty() && at <= s.fixes.back().at) || (next && at < *next - options.fresh)) continue;
    s.fixes.push_back(fix_of(track, options.fresh));
    if (!next) next = whole_second_after(at);
  }
}

void Evaluation::State::compare_until(Time end) {
  while (next && *next <= end) {
    bool any = false;
    for (auto s = seen.begin(); s != seen.end();) {
      auto& fixes = s->second.fixes;
      while (!fixes.empty() && fixes.front().at < *next - options.fresh) fixes.pop_front();
      any = any || !fixes.empty();
      s = fixes.empty() ? seen.erase(s) : std::next(s);
    }
    if (!any) return next.reset();   // begins anew with the next position
    compare(*next);
    *next += seconds(1);
  }
}

void Evaluation::State::compare(Time at) {
  std::vector<Sample> samples;
  for (auto& [id, s] : seen) {
    auto sample = sample_of(s, at, options.fresh);
    if (!sample) continue;
    if (!s.last || at - *s.last > seconds(1)) s.since = at;
    s.last = at;
    sample->since = *s.since;
    samples.push_back(*sample);
  }
  if (samples.empty()) return;
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.body.track->id < b.body.track->id; });
  if (samples.size() > EvaluationLimits::aircraft) {
    report.left_out += samples.size() - EvaluationLimits::aircraft;
    samples.resize(EvaluationLimits::aircraft);
  }
  ++report.seconds_compared;
  for (const Sample& s : samples) {
    // One aircraft that several sources see flies one hour an hour.
    const auto& same = s.body.track->possibly_same;
    const bool counted = !same.empty() && same.front() < s.body.track->id && seen.contains(same.front());
    seconds_flown += counted ? 0 : 1;
  }
  const Second second(*rules, at);
  watch(second, samples, at);
  // All pairs, but those whose difference along the Earth's axis alone is more than the greatest minimum.
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
    return std::tuple(a.body.ground.place.z, a.body.track->id) < std::tuple(b.body.ground.place.z, b.body.track->id);
  });
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = i + 1; j < samples.size() && samples[j].body.ground.place.z - samples[i].body.ground.place.z <= second.reach(); ++j) {
      compare_pair(second, samples[i], samples[j], at);
    }
  }
}

void Evaluation::State::compare_pair(const Second& second, const Sample& a, const Sample& b, Time at) {
  if (second.separation(a, b) != Separation::lost || !second.judged(a, b)) return;
  const Track *one = a.body.track, *other = b.body.track;
  if (other->id < one->id) std::swap(one, other);
  PairHistory* pair = history({one->id, other->id}, one->key(), other->key());
  if (pair == nullptr) return;
  if (!pair->losses.empty() && at - pair->losses.back().to <= options.join) {
    pair->losses.back().to = at;
  } else if (pair->losses.size() < EvaluationLimits::episodes) {
    pair->losses.push_back({at, at, at - std::max(a.since, b.since) < options.sudden});
  } else {
    ++report.left_out;
  }
}

// Looks at the pairs that are under an alert: `samples` by track id.
void Evaluation::State::watch(const Second& second, const std::vector<Sample>& samples, Time at) {
  const auto find = [&](TrackId id) -> const Sample* {
    const auto s = std::lower_bound(samples.begin(), samples.end(), id, [](const Sample& x, TrackId i) { return x.body.track->id < i; });
    return s != samples.end() && s->body.track->id == id ? &*s : nullptr;
  };
  std::erase_if(watched, [&](const Pair& key) {
    auto& alerts = pairs.at(key).alerts;
    const Sample *a = find(key.first), *b = find(key.second);
    bool open_still = false;
    for (AlertEpisode& episode : alerts) {
      open_still = open_still || episode.ended > at;
      if (at < episode.raised || at > episode.ended || a == nullptr || b == nullptr) continue;
      episode.compared = true;
      episode.unknown = episode.unknown || second.separation(*a, *b) == Separation::unknown;
      if (episode.warned && at >= *episode.warned && !episode.would_lose) {
        episode.would_lose = second.would_lose(*a, *b, rules->warning_look_ahead);
      }
    }
    return !open_still;
  });
}

TrackId Evaluation::State::root(TrackId id) const {
  for (auto at = same_as.find(id); at != same_as.end(); at = same_as.find(id)) id = at->second;
  return id;
}

void Evaluation::State::judge(PairHistory& pair) {
  const auto add = [&](Verdict verdict, Time at, std::optional<Duration> warned_for = {}) {
    report.cases.push_back({verdict, pair.one, pair.other, at, warned_for});
  };
  for (const Loss& loss : pair.losses) {
    ++report.losses;
    std::optional<Time> first;
    bool late = false;
    for (const AlertEpisode& alert : pair.alerts) {
      if (alert.raised <= loss.from && alert.ended > loss.from) first = std::min(first.value_or(alert.raised), alert.raised);
      late = late || (alert.raised > loss.from && alert.raised <= loss.to + seconds(1));
    }
    if (first) {
      ++report.warned;
      report.warning_times.push_back(loss.from - *first);
      add(Verdict::warned, loss.from, loss.from - *first);
      continue;
    }
    ++report.missed;
    report.missed_sudden += loss.sudden ? 1 : 0;
    report.missed_alerted_late += late ? 1 : 0;
    add(Verdict::missed, loss.from);
  }
  for (const AlertEpisode& alert : pair.alerts) {
    if (!alert.warned) continue;
    ++report.warnings;
    // A loss after the alert too: its end was wrong then, not its beginning.
    const bool lost = std::any_of(pair.losses.begin(), pair.losses.end(), [&](const Loss& l) { return l.to >= alert.raised - seconds(1); });
    if (lost) {
      ++report.warnings_true;
    } else if (alert.would_lose) {
      ++report.warnings_averted, add(Verdict::averted, *alert.warned);
    } else if (!alert.compared || alert.unknown) {
      ++report.undecided, add(Verdict::undecided, *alert.warned);
    } else {
      ++report.nuisance, add(Verdict::nuisance, *alert.warned);
    }
  }
}

Evaluation::Evaluation(EvaluationOptions options) : state_(std::make_unique<State>(options)) {}
Evaluation::~Evaluation() = default;

void Evaluation::step(const Picture& picture, std::span<const Event> events) {
  State& s = *state_;
  s.rules = picture.rules;
  for (const Event& event : events) {
    if (const Alert* alert = std::get_if<Alert>(&event.what)) s.take_alert(*alert, event.at);
  }
  s.take_tracks(picture);
  s.compare_until(picture.now - s.options.fresh - s.options.settle);
}

EvaluationReport Evaluation::finish() {
  State& s = *state_;
  if (s.next) s.compare_until(*s.next + 2 * s.options.fresh + s.options.settle);
  s.report.flight_hours = static_cast<double>(s.seconds_flown) / 3600;
  // Two tracks that proved to be one aircraft share their pairs, and are none with each other.
  std::map<Pair, PairHistory> aircraft;
  for (auto& [key, pair] : s.pairs) {
    const TrackId one = s.root(key.first), other = s.root(key.second);
    if (one == other) continue;
    const auto [known, is_new] = aircraft.try_emplace(pair_of(one, other), std::move(pair));
    if (is_new) continue;
    auto& into = known->second;
    into.losses.insert(into.losses.end(), pair.losses.begin(), pair.losses.end());
    into.alerts.insert(into.alerts.end(), pair.alerts.begin(), pair.alerts.end());
  }
  for (auto& [key, pair] : aircraft) {
    std::sort(pair.losses.begin(), pair.losses.end(), [](const Loss& a, const Loss& b) { return a.from < b.from; });
    std::vector<Loss> joined;
    for (const Loss& loss : pair.losses) {
      if (!joined.empty() && loss.from - joined.back().to <= s.options.join) {
        joined.back().to = std::max(joined.back().to, loss.to);
      } else {
        joined.push_back(loss);
      }
    }
    pair.losses = std::move(joined);
    s.judge(pair);
  }
  std::sort(s.report.warning_times.begin(), s.report.warning_times.end());
  std::sort(s.report.cases.begin(), s.report.cases.end(),
            [](const EvaluationCase& a, const EvaluationCase& b) { return std::tie(a.at, a.one, a.other, a.verdict) < std::tie(b.at, b.one, b.other, b.verdict); });
  return std::move(s.report);
}

}  // namespace skypact::node
