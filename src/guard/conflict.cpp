#include "guard/conflict.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "guard/conflict_lanes.h"
#include "guard/conflict_pair.h"
#include "guard/conflict_search.h"

namespace skypact::guard {
namespace {

constexpr std::size_t piece_of_aircraft = 4096;  // how the work per aircraft is cut

// The normal curvature of the ellipsoid is nowhere above 1 / least_radius, so a geodesic leaves its tangent at
// the middle by at most this. A metre is for the rounding of places to single precision.
double deviation_of(double speed, double half) {
  const double way = speed * half;
  return way * way / (2 * geo::wgs84::least_radius) * 1.001 + 1;
}

// Everything about the aircraft that the pairs share.
struct Sky {
  std::span<const Motion> aircraft;
  Duration look_ahead{};
  double half = 0;  // of the look-ahead, in seconds
  double chord = 0, chord2 = 0;
  std::int64_t vertical = 0;
  Minima minima;
  States middle;
  std::vector<Swept> swept;
  std::vector<std::uint8_t> one_segment;  // geo::steps_for its way to the middle is 1
};

Sky make_sky(std::span<const Motion> aircraft, const DetectOptions& options, const ParallelFor& parallel_for) {
  Sky sky;
  sky.aircraft = aircraft;
  sky.look_ahead = options.look_ahead;
  sky.half = to_seconds(options.look_ahead) / 2;
  sky.chord = geo::chord_of_surface_length(options.minima.horizontal.in(metres));
  sky.chord2 = sky.chord * sky.chord;
  sky.vertical = options.minima.vertical.in_tenth_mm();
  sky.minima = options.minima;
  sky.middle.resize(aircraft.size());
  sky.one_segment.resize(aircraft.size());
  sky.swept.resize(aircraft.size());
  parallel_for((aircraft.size() + piece_of_aircraft - 1) / piece_of_aircraft, [&](std::size_t piece) {
    const std::size_t from = piece * piece_of_aircraft, to = std::min(from + piece_of_aircraft, aircraft.size());
    advance(aircraft, from, to, sky.half, sky.middle);
    for (std::size_t i = from; i < to; ++i) {
      const Motion& m = aircraft[i];
      const double speed = geo::norm(m.ground.velocity);
      sky.one_segment[i] = geo::steps_for(speed * sky.half) == 1;
      if (!sky.one_segment[i]) {
        const geo::GroundMotion at = geo::after(m.ground, sky.half);
        sky.middle.x[i] = at.place.x, sky.middle.y[i] = at.place.y, sky.middle.z[i] = at.place.z;
        sky.middle.vx[i] = at.velocity.x, sky.middle.vy[i] = at.velocity.y, sky.middle.vz[i] = at.velocity.z;
      }
      const double now = m.altitude.in_metres();
      const double later = now + m.vertical_rate.in_tenth_mm_per_minute() * (sky.half / 30) * 1e-4;
      sky.swept[i] = {{sky.middle.x[i], sky.middle.y[i], sky.middle.z[i]},
                      {sky.middle.vx[i], sky.middle.vy[i], sky.middle.vz[i]},
                      deviation_of(speed, sky.half),
                      std::min(now, later),
                      std::max(now, later)};
    }
  });
  return sky;
}

// Decides pairs, several at once, and collects the conflicts.
class Decider {
 public:
  Decider(const Sky& sky, std::vector<Conflict>& found) : sky_(sky), found_(found) {}

  void add(std::uint32_t i, std::uint32_t j) {
    if (i > j) std::swap(i, j);
    const Motion &a = sky_.aircraft[i], &b = sky_.aircraft[j];
    const auto vertical = vertical_span(
        std::int64_t{a.altitude.in_tenth_mm()} - b.altitude.in_tenth_mm(),
        std::int64_t{a.vertical_rate.in_tenth_mm_per_minute()} - b.vertical_rate.in_tenth_mm_per_minute(), sky_.vertical,
        sky_.look_ahead);
    if (!vertical) return;
    pairs_[count_] = {i, j};
    vertical_[count_] = *vertical;
    put(lanes_.a, i);
    put(lanes_.b, j);
    if (++count_ == PairLanes::capacity) flush();
  }

  // The aircraft of a pair lie anywhere in memory; what `add` will read of this one is fetched meanwhile.
  void prefetch(std::uint32_t i) const {
    __builtin_prefetch(&sky_.aircraft[i].altitude);
    __builtin_prefetch(&sky_.swept[i].middle);
  }

  void flush() {
    for (std::size_t k = count_; k < PairLanes::capacity && count_ > 0 && k % 8 != 0; ++k) fill(k);
    if (count_ > 0) decide(lanes_, count_, sky_.chord2);
    for (std::size_t k = 0; k < count_; ++k) settle(k);
    count_ = 0;
  }

 private:
  void put(double (&columns)[6][PairLanes::capacity], std::uint32_t i) {
    const Swept& m = sky_.swept[i];
    columns[0][count_] = m.middle.x, columns[1][count_] = m.middle.y, columns[2][count_] = m.middle.z;
    columns[3][count_] = m.velocity.x * sky_.half;
    columns[4][count_] = m.velocity.y * sky_.half;
    columns[5][count_] = m.velocity.z * sky_.half;
  }
  // A last, short group computes with copies of the first pair.
  void fill(std::size_t k) {
    for (int c = 0; c < 6; ++c) lanes_.a[c][k] = lanes_.a[c][0], lanes_.b[c][k] = lanes_.b[c][0];
  }

  void settle(std::size_t k) {
    const auto [i, j] = pairs_[k];
    const Motion &a = sky_.aircraft[i], &b = sky_.aircraft[j];
    const double last = to_seconds(sky_.look_ahead);
    if (sky_.one_segment[i] && sky_.one_segment[j] && lanes_.regular[k] != 0) {
      if (!(lanes_.least[k] < 0)) return;
      const auto time_of = [&](double s) { return s == -1 ? 0 : s == 1 ? last : sky_.half + s * sky_.half; };
      const Span both{std::max(time_of(lanes_.enters[k]), vertical_[k].from),
                      std::min(time_of(lanes_.leaves[k]), vertical_[k].to)};
      if (!(both.from < both.to)) return;
      keep(make_conflict(a, b, both, time_of(lanes_.nearest[k]), lanes_.least[k] + sky_.chord2), i, j);
      return;
    }
    const auto conflict = pair_conflict(a, b, sky_.minima, sky_.look_ahead);
    if (conflict) keep(*conflict, i, j);
  }

  void keep(Conflict conflict, std::uint32_t i, std::uint32_t j) {
    conflict.a = i, conflict.b = j;
    found_.push_back(conflict);
  }

  const Sky& sky_;
  std::vector<Conflict>& found_;
  std::size_t count_ = 0;
  std::pair<std::uint32_t, std::uint32_t> pairs_[PairLanes::capacity];
  Span vertical_[PairLanes::capacity];
  PairLanes lanes_;
};

// Conflicts of all pieces, in the order of (a, b): counted by a, then the few of each a sorted by b.
std::vector<Conflict> in_order(const std::vector<std::vector<Conflict>>& pieces, std::size_t aircraft) {
  std::vector<std::uint32_t> start(aircraft + 1);
  std::size_t total = 0;
  for (const auto& piece : pieces) {
    total += piece.size();
    for (const Conflict& c : piece) ++start[c.a + 1];
  }
  for (std::size_t i = 0; i < aircraft; ++i) start[i + 1] += start[i];
  std::vector<Conflict> sorted(total);
  std::vector<std::uint32_t> next(start.begin(), start.end() - 1);
  for (const auto& piece : pieces) {
    for (const Conflict& c : piece) sorted[next[c.a]++] = c;
  }
  for (std::size_t i = 0; i < aircraft; ++i) {
    if (start[i + 1] - start[i] < 2) continue;
    std::sort(sorted.begin() + start[i], sorted.begin() + start[i + 1],
              [](const Conflict& x, const Conflict& y) { return x.b < y.b; });
  }
  return sorted;
}

constexpr std::size_t brute_rows = 64;
constexpr std::size_t prefetched = 16;  // pairs ahead

// Every pair i < j with i in one piece of rows, passed over only where it is out of reach by plain distance: not a
// line of it is shared with the search.
void decide_rows(const Sky& sky, std::size_t piece, Decider& decider) {
  const std::size_t n = sky.aircraft.size(), to = std::min(n, (piece + 1) * brute_rows);
  std::vector<double> way(n);
  for (std::size_t i = 0; i < n; ++i) way[i] = geo::norm(sky.aircraft[i].ground.velocity) * sky.half;
  for (std::size_t i = piece * brute_rows; i < to; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double dx = sky.middle.x[i] - sky.middle.x[j], dy = sky.middle.y[i] - sky.middle.y[j];
      const double dz = sky.middle.z[i] - sky.middle.z[j], reach = way[i] + way[j] + sky.chord + 1;
      if (dx * dx + dy * dy + dz * dz > reach * reach) continue;
      decider.add(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
    }
  }
}

}  // namespace

Motion make_motion(geo::Position position, GroundVelocity velocity, Height altitude, VerticalRate rate) {
  return {geo::ground_motion(position, velocity.speed, velocity.track), altitude, rate};
}

Result<std::vector<Conflict>> detect(std::span<const Motion> aircraft, const DetectOptions& options,
                                     const ParallelFor& parallel_for) {
  SKYPACT_CHECK(aircraft.size() <= most_aircraft);
  SKYPACT_CHECK(options.look_ahead >= Duration::zero() && options.look_ahead <= longest_look_ahead);
  SKYPACT_CHECK(options.minima.horizontal <= greatest_horizontal_minimum);
  if (!(options.minima.horizontal > metres(0)) || options.minima.vertical <= Height()) return std::vector<Conflict>();

  const Sky sky = make_sky(aircraft, options, parallel_for);
  std::optional<Search> search;
  if (!options.brute_force) {
    search.emplace(sky.swept, SearchOptions{sky.chord, options.minima.vertical.in_metres(), sky.half, options.tile_scale},
                   parallel_for);
  }
  const std::size_t count = search ? search->pieces() : (aircraft.size() + brute_rows - 1) / brute_rows;
  std::vector<std::vector<Conflict>> pieces(count);
  std::atomic<std::size_t> total = 0;
  parallel_for(count, [&](std::size_t piece) {
    std::vector<Conflict>& found = pieces[piece];
    if (total > options.most_conflicts) return;
    Decider decider(sky, found);
    if (search) {
      std::size_t counted = 0;
      search->run(piece, [&](Search::Pairs pairs) {
        if (total > options.most_conflicts) return;
        for (std::size_t k = 0; k < pairs.size(); ++k) {
          if (k + prefetched < pairs.size()) decider.prefetch(pairs[k + prefetched].second);
          decider.add(pairs[k].first, pairs[k].second);
        }
        total += found.size() - counted;
        counted = found.size();
      });
      decider.flush();
      total += found.size() - counted;
    } else {
      decide_rows(sky, piece, decider);
      decider.flush();
      total += found.size();
    }
  });
  if (total > options.most_conflicts) {
    return Error{ErrorCode::over_limit, "more than " + std::to_string(options.most_conflicts) +
                                            " conflicts; use smaller minima, a shorter look-ahead or fewer aircraft"};
  }
  return in_order(pieces, aircraft.size());
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> candidate_pairs(std::span<const Reach> aircraft, const Minima& largest,
                                                                    Duration look_ahead, const ParallelFor& parallel_for) {
  SKYPACT_CHECK(look_ahead >= Duration::zero() && look_ahead <= longest_look_ahead);
  SKYPACT_CHECK(largest.horizontal <= greatest_horizontal_minimum);
  const double half = to_seconds(look_ahead) / 2;
  std::vector<Swept> swept(aircraft.size());
  parallel_for((aircraft.size() + piece_of_aircraft - 1) / piece_of_aircraft, [&](std::size_t piece) {
    for (std::size_t i = piece * piece_of_aircraft; i < std::min((piece + 1) * piece_of_aircraft, aircraft.size()); ++i) {
      const Reach& r = aircraft[i];
      const double speed = geo::norm(r.ground.velocity), margin = r.margin.in(metres);
      Swept& s = swept[i];
      if (r.any_direction) {
        s.middle = r.ground.place;
        s.deviation = speed * 2 * half + margin + 1;
      } else {
        const geo::GroundMotion middle = geo::after(r.ground, half);
        s.middle = middle.place, s.velocity = middle.velocity;
        s.deviation = deviation_of(speed, half) + margin;
      }
      s.low = r.heights ? r.heights->first.in_metres() : unknown_low;
      s.high = r.heights ? r.heights->second.in_metres() : unknown_high;
    }
  });
  const Search search(swept, {geo::chord_of_surface_length(largest.horizontal.in(metres)), largest.vertical.in_metres(), half, 1},
                      parallel_for);
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> pieces(search.pieces());
  parallel_for(search.pieces(), [&](std::size_t piece) {
    search.run(piece, [&](Search::Pairs pairs) {
      for (auto [i, j] : pairs) pieces[piece].emplace_back(std::min(i, j), std::max(i, j));
    });
  });
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
  for (const auto& piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace skypact::guard
