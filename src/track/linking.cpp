#include "track/linking.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "track/cells.h"

namespace skypact::track {
namespace {

bool carries_icao_number(AddressKind kind) {
  return kind == AddressKind::icao || kind == AddressKind::tisb_icao || kind == AddressKind::adsr_icao;
}
bool carries_number(AddressKind kind) { return kind != AddressKind::report && kind != AddressKind::manual; }

// Slower than this, flying together cannot be told from standing beside each other.
constexpr Speed slow = metres_per_second(10);
constexpr double track_tolerance = 10;  // degrees; what two sources differ by in a turn

double degrees_between(TrueBearing a, TrueBearing b) {
  const double d = std::abs(a.in_degrees() - b.in_degrees());
  return d > 180 ? 360 - d : d;
}

}  // namespace

LinkBody link_body(const Track& track, Time now, const TrackOptions& options) {
  LinkBody body;
  body.track = &track;
  body.state = motion_at(track, now, options);
  body.place = geo::place_of(body.state.position);
  if (body.state.velocity_known) {
    body.velocity = geo::ground_motion(body.state.position, body.state.velocity.speed, body.state.velocity.track).velocity;
  }
  body.vertical = vertical_position(track, body.state);
  return body;
}

bool may_be_one(const Track& a, const Track& b) {
  if (a.address == b.address) return false;
  if (carries_icao_number(a.address.kind) && carries_icao_number(b.address.kind) && a.address.number != b.address.number) return false;
  if (!a.position || !b.position) return false;
  if (a.position->source == b.position->source && a.position->kind == b.position->kind) return false;
  if (a.callsign && b.callsign && !a.callsign->value.empty() && !b.callsign->value.empty() && a.callsign->value != b.callsign->value) return false;
  if (a.squawk && b.squawk && a.squawk->value != b.squawk->value &&
      std::chrono::abs(a.squawk->measured_at - b.squawk->measured_at) <= seconds(30)) {
    return false;
  }
  if (a.on_ground && b.on_ground && a.on_ground->value != b.on_ground->value) return false;
  return a.suspect == 0 && b.suspect == 0;
}

SharedName same_name(const Track& a, const Track& b) {
  if (carries_number(a.address.kind) && carries_number(b.address.kind) && a.address.number == b.address.number) return SharedName::number;
  if (a.callsign && b.callsign && !a.callsign->value.empty() && a.callsign->value == b.callsign->value) return SharedName::callsign;
  return SharedName::none;
}

namespace {

// Across the way: what both accuracies allow. Never below 30 m: antennas, roundings and projections differ by that much.
double across_gate_of(const LinkBody& a, const LinkBody& b, double reach, const TrackOptions& options) {
  const double aa = position_accuracy(*a.track, options).in(metres), ab = position_accuracy(*b.track, options).in(metres);
  return std::clamp(std::sqrt(aa * aa + ab * ab), 30.0, reach);
}

}  // namespace

double drift_gate(const LinkBody& a, const LinkBody& b, const TrackOptions& options) {
  // Time stamps jitter by half a second where they are off by more, steadily.
  return across_gate_of(a, b, options.link_reach.in(metres), options) + 0.5 * geo::norm(0.5 * (a.velocity + b.velocity));
}

Agreement agreement(const LinkBody& a, const LinkBody& b, const TrackOptions& options, const VerticalReference& reference) {
  if (!may_be_one(*a.track, *b.track)) return Agreement::contradicted;
  const bool named = same_name(*a.track, *b.track) != SharedName::none;
  const double reach = options.link_reach.in(metres) * (named ? 2 : 1);

  // Across the way: what both accuracies allow. Along it: and what both time stamps may be off.
  const double aa = position_accuracy(*a.track, options).in(metres), ab = position_accuracy(*b.track, options).in(metres);
  const double across_gate = across_gate_of(a, b, reach, options);
  const geo::Vec3 offset = b.place - a.place;
  const geo::Vec3 mean = 0.5 * (a.velocity + b.velocity);
  const double speed = geo::norm(mean);
  const double along = speed > 1 ? geo::dot(offset, mean) * (1 / speed) : 0;
  const double across = std::sqrt(std::max(0.0, geo::dot(offset, offset) - along * along));
  const double doubt = to_seconds(options.of(a.track->position->kind).time_error) + to_seconds(options.of(b.track->position->kind).time_error);
  const double along_gate = std::min(across_gate + speed * doubt, reach);
  double excess = std::max(across / across_gate, std::abs(along) / along_gate);

  if (const auto vertical = vertical_difference(a.vertical, b.vertical, reference)) {
    const double gate = (options.link_vertical + vertical->error_bound + a.state.altitude_uncertainty + b.state.altitude_uncertainty).in_feet();
    excess = std::max(excess, abs(vertical->value).in_feet() / gate);
  }
  if (!(excess < 2)) return Agreement::far_apart;

  if (a.state.velocity_known && b.state.velocity_known) {
    const double va = a.state.velocity.speed.in(metres_per_second), vb = b.state.velocity.speed.in(metres_per_second);
    excess = std::max(excess, std::abs(va - vb) / (15 + 0.1 * std::max(va, vb)));
    if (std::min(va, vb) >= slow.in(metres_per_second)) {
      excess = std::max(excess, degrees_between(a.state.velocity.track, b.state.velocity.track) / track_tolerance);
    }
  }
  if (a.state.vertical_rate_known && b.state.vertical_rate_known) {
    excess = std::max(excess, std::abs(a.state.vertical_rate.in_feet_per_minute() - b.state.vertical_rate.in_feet_per_minute()) / 1500);
  }
  if (!(excess <= 1.5)) return Agreement::apart;
  if (!(excess <= 1)) return Agreement::loose;
  if (!named) {
    // Not by motion alone: what stands or hovers, what has no velocity, what is known to kilometres only.
    if (!a.state.velocity_known || !b.state.velocity_known || a.state.velocity.speed < slow || b.state.velocity.speed < slow) return Agreement::unclear;
    if (std::sqrt(aa * aa + ab * ab) > reach) return Agreement::unclear;
  }
  return Agreement::together;
}

// Only what is not an ICAO aircraft of a known number can have a partner of another number; partners of the
// same number are neighbours too. So a pair has at least one side that is anonymous, relayed or reported.
std::vector<IndexPair> near_pairs(std::span<const LinkBody> bodies, Length reach) {
  std::vector<geo::Vec3> others;
  std::vector<std::uint32_t> other_index;
  for (std::uint32_t i = 0; i < bodies.size(); ++i) {
    if (bodies[i].track->address.kind == AddressKind::icao) continue;
    others.push_back(bodies[i].place);
    other_index.push_back(i);
  }
  std::vector<IndexPair> pairs;
  if (others.empty()) return pairs;
  const CellIndex index(others, reach.in(metres));
  const double r2 = reach.in(metres) * reach.in(metres);
  for (std::uint32_t i = 0; i < bodies.size() && pairs.size() < Linker::max_pairs; ++i) {
    const bool other = bodies[i].track->address.kind != AddressKind::icao;
    index.for_each_near(bodies[i].place, [&](std::uint32_t found) {
      const std::uint32_t j = other_index[found];
      if (other && j <= i) return;  // found from the other side
      const geo::Vec3 d = bodies[i].place - bodies[j].place;
      if (geo::dot(d, d) > r2 || !may_be_one(*bodies[i].track, *bodies[j].track)) return;
      if (pairs.size() < Linker::max_pairs) pairs.emplace_back(std::min(i, j), std::max(i, j));
    });
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<IndexPair> near_pairs_brute_force(std::span<const LinkBody> bodies, Length reach) {
  std::vector<IndexPair> pairs;
  const double r2 = reach.in(metres) * reach.in(metres);
  for (std::uint32_t i = 0; i < bodies.size(); ++i) {
    for (std::uint32_t j = i + 1; j < bodies.size(); ++j) {
      const geo::Vec3 d = bodies[i].place - bodies[j].place;
      if (geo::dot(d, d) <= r2 && may_be_one(*bodies[i].track, *bodies[j].track)) pairs.emplace_back(i, j);
    }
  }
  return pairs;
}

namespace {

// Which cells of a tenth of a degree may hold a place within reach of given ones. It may say yes too often, never no.
class NearMap {
 public:
  void mark(geo::Position p, double reach_metres) {
    constexpr double shortest_degree = 110'500;  // of latitude, at the equator; of longitude there 111 319
    const double degrees = 1.02 * reach_metres / shortest_degree;
    const double lat = p.lat_degrees(), lon = p.lon_degrees();
    const double farthest = std::abs(lat) + degrees;
    const double lon_degrees = farthest < 89 ? degrees / std::cos(farthest / 57.29577951308232) : 360;
    const int south = std::max(0, row(lat - degrees)), north = std::min(rows - 1, row(lat + degrees));
    const int west = column(lon - lon_degrees), count = std::min(columns, column(lon + lon_degrees) - west + 1);
    for (int r = south; r <= north; ++r) {
      for (int c = 0; c < count; ++c) near_[index(r, ((west + c) % columns + columns) % columns)] = true;
    }
  }
  [[nodiscard]] bool holds(geo::Position p) const {
    return near_[index(std::clamp(row(p.lat_degrees()), 0, rows - 1), std::clamp(column(p.lon_degrees()), 0, columns - 1))];
  }

 private:
  static constexpr int rows = 1800, columns = 3600;
  static int row(double lat) { return static_cast<int>(std::floor((lat + 90) * 10)); }
  static int column(double lon) { return static_cast<int>(std::floor((lon + 180) * 10)); }
  static std::size_t index(int r, int c) { return static_cast<std::size_t>(r) * columns + static_cast<std::size_t>(c); }
  std::vector<bool> near_ = std::vector<bool>(std::size_t{rows} * columns);
};

}  // namespace

// An ICAO aircraft can be linked only with something that is none: of the many, those with such a track around
// their last position are predicted. A pair was no farther apart, when last reported, than twice the reach and
// the ways of both since, each no longer than its speed allows (what is not known to move is predicted to stand).
std::vector<const Track*> linkable(std::span<Track* const> tracks, Time now, const TrackOptions& options) {
  const auto wanted = [](const Track& t) { return t.position && t.life != Life::lost; };
  const auto is_icao = [](const Track& t) { return t.address.kind == AddressKind::icao; };
  const auto way = [&](const Track& t) {
    if (!t.velocity) return 0.0;
    const Duration age = std::clamp<Duration>(now - t.position->measured_at, Duration::zero(), PredictionOptions{}.longest);
    return t.velocity->value.speed.in(metres_per_second) * to_seconds(age);
  };
  constexpr double usual_way = 1000;  // metres; what has flown farther is taken without looking
  NearMap map;
  for (const Track* t : tracks) {
    if (wanted(*t) && !is_icao(*t)) map.mark(t->position->value, 2 * options.link_reach.in(metres) + way(*t) + usual_way);
  }
  std::vector<const Track*> found;
  for (const Track* t : tracks) {
    if (wanted(*t) && (!is_icao(*t) || map.holds(t->position->value) || way(*t) > usual_way)) found.push_back(t);
  }
  return found;
}

void Linker::shift(Duration step) {
  for (auto& p : pairs_) {
    p.together_since += step;
    if (p.apart_since != Time{}) p.apart_since += step;
  }
}

void Linker::advance(std::span<Track* const> tracks, Time now, const TrackOptions& options, const VerticalReference& reference) {
  const auto find = [&](TrackId id) -> Track* {
    const auto at = std::lower_bound(tracks.begin(), tracks.end(), id, [](const Track* t, TrackId i) { return t->id < i; });
    return at != tracks.end() && (*at)->id == id ? *at : nullptr;
  };
  for (const auto id : written_) {
    if (Track* t = find(id)) t->possibly_same.clear();
  }
  written_.clear();
  links_ = 0;

  // Without anything but ICAO aircraft there is nothing to link, and no need to look where all are.
  const bool any = std::any_of(tracks.begin(), tracks.end(), [](const Track* t) { return t->address.kind != AddressKind::icao && t->position; });
  if (!any) {
    pairs_.clear();
    return;
  }
  std::vector<LinkBody> bodies;
  for (const Track* t : linkable(tracks, now, options)) bodies.push_back(link_body(*t, now, options));
  const auto body_of = [&](TrackId id) -> const LinkBody* {
    const auto at = std::lower_bound(bodies.begin(), bodies.end(), id, [](const LinkBody& b, TrackId i) { return b.track->id < i; });
    return at != bodies.end() && at->track->id == id ? &*at : nullptr;
  };

  // The pairs watched so far and the near ones, each once, in order.
  const std::vector<IndexPair> near = near_pairs(bodies, 2 * options.link_reach);
  if (near.size() >= max_pairs) ++left_out_;
  std::vector<Pair> all = std::exchange(pairs_, {});
  const std::size_t watched = all.size();
  for (const auto& [i, j] : near) all.push_back({bodies[i].track->id, bodies[j].track->id, {}, {}, {}, false});
  const auto same_pair = [](const Pair& p, const Pair& q) { return p.a == q.a && p.b == q.b; };
  std::inplace_merge(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(watched), all.end(),
                     [](const Pair& p, const Pair& q) { return std::tie(p.a, p.b) < std::tie(q.a, q.b); });
  all.erase(std::unique(all.begin(), all.end(), same_pair), all.end());  // the watched one stands first

  struct Judged {
    Pair pair;
    Agreement agreement;
    SharedName name;
  };
  std::vector<Judged> judged;
  for (const Pair& p : all) {
    const LinkBody *a = body_of(p.a), *b = body_of(p.b);
    if (!a || !b) continue;
    judged.push_back({p, agreement(*a, *b, options, reference), same_name(*a->track, *b->track)});
  }

  // How many partners of one kind a track flies together with: by motion alone it can be either of two, so neither.
  using Choice = std::pair<TrackId, SourceKind>;
  std::vector<Choice> choices;
  for (const auto& j : judged) {
    if (j.agreement < Agreement::loose) continue;
    choices.emplace_back(j.pair.a, body_of(j.pair.b)->track->position->kind);
    choices.emplace_back(j.pair.b, body_of(j.pair.a)->track->position->kind);
  }
  std::sort(choices.begin(), choices.end());
  const auto ambiguous = [&](TrackId of, SourceKind kind) {
    const auto [from, to] = std::equal_range(choices.begin(), choices.end(), Choice{of, kind});
    return to - from > 1;
  };

  for (auto& [pair, verdict, name] : judged) {
    const LinkBody *a = body_of(pair.a), *b = body_of(pair.b);
    const bool reporting = a->track->life == Life::live && b->track->life == Life::live;
    const bool observed = a->track->life <= Life::coasting && b->track->life <= Life::coasting;
    if (verdict == Agreement::contradicted || verdict == Agreement::far_apart) continue;  // forgotten, at once
    if (!pair.linked) {
      if (verdict == Agreement::apart) continue;
      const bool open = name == SharedName::none &&
                        (ambiguous(pair.a, b->track->position->kind) || ambiguous(pair.b, a->track->position->kind));
      const geo::Vec3 offset = b->place - a->place;
      const double drift = drift_gate(*a, *b, options);
      const bool drifted = name == SharedName::none && geo::norm(offset - pair.offset) > drift;
      if (verdict != Agreement::together || !reporting || open || drifted || pair.together_since == Time{}) {
        pair.together_since = now;
        pair.offset = offset;
      }
      Duration needed = name == SharedName::number     ? options.link_after_same_number
                        : name == SharedName::callsign ? options.link_after_same_name
                                                       : options.link_after;
      if (name == SharedName::none) {
        needed = std::max<Duration>(needed, from_seconds(drift / options.link_drift.in(metres_per_second)));
        if (!vertical_difference(a->vertical, b->vertical, reference)) needed = std::max(needed, options.link_after_without_altitude);
      }
      pair.linked = verdict == Agreement::together && reporting && now - pair.together_since >= needed;
    } else if (verdict <= Agreement::loose) {
      if (pair.apart_since == Time{}) pair.apart_since = now;
      if (now - pair.apart_since >= (verdict == Agreement::apart ? options.unlink_after : options.unlink_loose_after)) continue;
    } else if (observed) {
      pair.apart_since = Time{};
    }
    pairs_.push_back(pair);
    if (!pair.linked) continue;
    ++links_;
    find(pair.a)->possibly_same.push_back(pair.b);
    find(pair.b)->possibly_same.push_back(pair.a);
    written_.push_back(pair.a);
    written_.push_back(pair.b);
  }
  std::sort(written_.begin(), written_.end());
  written_.erase(std::unique(written_.begin(), written_.end()), written_.end());
  for (const auto id : written_) {
    auto& partners = find(id)->possibly_same;
    std::sort(partners.begin(), partners.end());
  }
}

}  // namespace skypact::track
