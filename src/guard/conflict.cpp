#include "guard/conflict.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>
#include <string>

#include "base/check.h"
#include "geo/ellipsoid.h"
#include "guard/conflict_lanes.h"
#include "guard/conflict_pair.h"
#include "guard/conflict_search.h"

namespace skypact::guard {
namespace {

// The normal curvature of the ellipsoid is nowhere above 1 / least_radius, so a geodesic leaves its tangent at
// the middle by at most this. A metre is for the rounding of places to single precision.
double deviation_of(double speed, double half) {
  const double way = speed * half;
  return way * way / (2 * geo::wgs84::least_radius) * 1.001 + 1;
}

std::int32_t cut_off(double height) {
  return static_cast<std::int32_t>(std::clamp(height, -1.0 * height_limit, 1.0 * height_limit));
}

// One aircraft for the exact stage: a cache line. They are kept in the order in which the search reports pairs.
struct alignas(64) Row {
  double middle[3], way[3];    // as in Swept
  std::int32_t altitude;       // 0.1 mm
  std::int32_t vertical_rate;  // 0.1 mm/min
  std::uint32_t item;          // its position in the input
  std::uint32_t one_segment;   // geo::steps_for its way to the middle is 1
};

struct Sky {
  std::span<const Motion> aircraft;
  Minima minima;
  Duration look_ahead{};
  double half = 0;  // of the look-ahead, in seconds
  double chord = 0, chord2 = 0;  // the horizontal minimum as a straight line, metres, and its square
  std::int64_t vertical = 0;  // 0.1 mm
  Array<Row> rows;
};

Sky make_sky(std::span<const Motion> aircraft, const DetectOptions& options) {
  Sky sky;
  sky.aircraft = aircraft;
  sky.look_ahead = options.look_ahead;
  sky.half = to_seconds(options.look_ahead) / 2;
  sky.chord = geo::chord_of_surface_length(options.minima.horizontal.in(metres));
  sky.chord2 = sky.chord * sky.chord;
  sky.vertical = options.minima.vertical.in_tenth_mm();
  sky.minima = options.minima;
  sky.rows = Array<Row>(aircraft.size());
  return sky;
}

Ball ball_about(geo::Vec3 centre, double radius) {
  // 2 m are for the rounding of the centre to single precision, and a millionth for that of the radius.
  return {static_cast<float>(centre.x), static_cast<float>(centre.y), static_cast<float>(centre.z),
          static_cast<float>((radius + 2) * (1 + 1e-6))};
}

// About where it would be at the middle on a flat Earth: off by a deviation, and its line has another on all sides.
Ball ball_of(const geo::GroundMotion& ground, double half, double margin = 0) {
  const double speed = geo::norm(ground.velocity);
  return ball_about(ground.place + half * ground.velocity, speed * half + 2 * deviation_of(speed, half) + margin);
}

// Of these aircraft, what the search wants; they become the rows from `place` on.
void describe(Sky& sky, std::span<const std::uint32_t> items, std::size_t place, std::span<Swept> out) {
  constexpr std::size_t group = 64;
  std::array<geo::GroundMotion, group> ground;
  for (std::size_t from = 0; from < items.size(); from += group) {
    const std::size_t count = std::min(group, items.size() - from);
    for (std::size_t k = 0; k < count; ++k) ground[k] = sky.aircraft[items[from + k]].ground;
    advance(std::span(ground).first(count), sky.half);
    for (std::size_t k = 0; k < count; ++k) {
      // They lie anywhere in memory; the next group is fetched meanwhile.
      const Motion& soon = sky.aircraft[items[std::min(from + group + k, items.size() - 1)]];
      __builtin_prefetch(&soon), __builtin_prefetch(&soon.vertical_rate);
      const std::uint32_t item = items[from + k];
      const Motion& m = sky.aircraft[item];
      const double speed = geo::norm(m.ground.velocity);
      const bool one_segment = speed * sky.half <= geo::longest_step;  // as geo::steps_for has it
      if (!one_segment) ground[k] = geo::after(m.ground, sky.half);
      const double now = m.altitude.in_tenth_mm();
      const double change = m.vertical_rate.in_tenth_mm_per_minute() * (sky.half / 60);
      // A change is made greater by more than its rounding; a level height stays exact.
      const double later = change == 0 ? now : now + 2 * change + (change < 0 ? -2 : 2);
      out[from + k] = {ground[k].place,
                       sky.half * ground[k].velocity,
                       deviation_of(speed, sky.half),
                       cut_off(std::min(now, later)),
                       cut_off(std::max(now, later)),
                       static_cast<float>((now + change) * 1e-4),
                       static_cast<float>(change * 1e-4)};
      const geo::Vec3 &at = out[from + k].middle, &way = out[from + k].way;
      sky.rows[place + from + k] = {{at.x, at.y, at.z},
                                    {way.x, way.y, way.z},
                                    m.altitude.in_tenth_mm(),
                                    m.vertical_rate.in_tenth_mm_per_minute(),
                                    item,
                                    one_segment};
    }
  }
}

// Decides pairs of rows, several at once, and collects the conflicts.
class Decider {
 public:
  Decider(const Sky& sky, std::vector<Conflict>& found) : sky_(sky), found_(found) {}

  void add(std::uint32_t first, std::uint32_t second) {
    const Row *a = &sky_.rows[first], *b = &sky_.rows[second];
    if (a->item > b->item) std::swap(a, b);
    const VerticalOffset offset{std::int64_t{a->altitude} - b->altitude, std::int64_t{a->vertical_rate} - b->vertical_rate};
    const auto vertical = vertical_span(offset, sky_.vertical, sky_.look_ahead);
    if (!vertical) return;
    pairs_[count_] = {a->item, b->item, a->one_segment != 0 && b->one_segment != 0, offset, *vertical};
    put(lanes_.a, *a);
    put(lanes_.b, *b);
    if (++count_ == PairLanes::capacity) flush();
  }

  void flush() {
    for (std::size_t k = count_; k < PairLanes::capacity && count_ > 0 && k % 8 != 0; ++k) fill(k);
    if (count_ > 0) decide(lanes_, count_, sky_.chord2);
    for (std::size_t k = 0; k < count_; ++k) settle(k);
    count_ = 0;
  }

 private:
  struct Waiting {
    std::uint32_t a = 0, b = 0;  // positions in the input
    bool one_segment = false;    // both
    VerticalOffset offset;
    Span vertical;
  };

  void put(double (&columns)[6][PairLanes::capacity], const Row& row) {
    for (int axis = 0; axis < 3; ++axis) {
      columns[axis][count_] = row.middle[axis];
      columns[3 + axis][count_] = row.way[axis];
    }
  }
  // A last, short group computes with copies of the first pair.
  void fill(std::size_t k) {
    for (int c = 0; c < 6; ++c) lanes_.a[c][k] = lanes_.a[c][0], lanes_.b[c][k] = lanes_.b[c][0];
  }

  void settle(std::size_t k) {
    const Waiting& pair = pairs_[k];
    if (pair.one_segment && lanes_.regular[k] != 0) {
      if (!(lanes_.least[k] < 0)) return;
      const double last = to_seconds(sky_.look_ahead);
      const auto time_of = [&](double s) { return s == -1 ? 0 : s == 1 ? last : sky_.half + s * sky_.half; };
      const Span both{std::max(time_of(lanes_.enters[k]), pair.vertical.from), std::min(time_of(lanes_.leaves[k]), pair.vertical.to)};
      if (!(both.from < both.to)) return;
      keep(make_conflict(pair.offset, both, time_of(lanes_.nearest[k]), lanes_.least[k] + sky_.chord2), pair);
      return;
    }
    const auto conflict = pair_conflict(sky_.aircraft[pair.a], sky_.aircraft[pair.b], sky_.minima, sky_.look_ahead);
    if (conflict) keep(*conflict, pair);
  }

  void keep(Conflict conflict, const Waiting& pair) {
    conflict.a = pair.a, conflict.b = pair.b;
    found_.push_back(conflict);
  }

  const Sky& sky_;
  std::vector<Conflict>& found_;
  std::size_t count_ = 0;
  std::array<Waiting, PairLanes::capacity> pairs_;
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
      const double *a = sky.rows[i].middle, *b = sky.rows[j].middle;
      const double dx = a[0] - b[0], dy = a[1] - b[1], dz = a[2] - b[2], reach = way[i] + way[j] + sky.chord + 1;
      if (dx * dx + dy * dy + dz * dz > reach * reach) continue;
      decider.add(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
    }
  }
}

// ---- For candidate_pairs ----

double turning_radius(const Reach& r, double half) { return geo::norm(r.ground.velocity) * 2 * half + r.margin.in(metres) + 1; }

Ball ball_of(const Reach& r, double half) {
  if (r.any_direction) return ball_about(r.ground.place, turning_radius(r, half));
  return ball_of(r.ground, half, r.margin.in(metres));
}

Swept swept_of(const Reach& r, double half) {
  Swept s;
  if (r.any_direction) {
    s.middle = r.ground.place;
    s.deviation = turning_radius(r, half);
  } else {
    const geo::GroundMotion middle = geo::after(r.ground, half);
    s.middle = middle.place, s.way = half * middle.velocity;
    s.deviation = deviation_of(geo::norm(r.ground.velocity), half) + r.margin.in(metres);
  }
  s.low = r.heights ? cut_off(r.heights->first.in_tenth_mm()) : -height_limit;
  s.high = r.heights ? cut_off(r.heights->second.in_tenth_mm()) : height_limit;
  return s;
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

  Sky sky = make_sky(aircraft, options);
  std::optional<Search> search;
  if (options.brute_force) {
    in_pieces(aircraft.size(), parallel_for, [&](std::size_t from, std::size_t to) {
      std::vector<std::uint32_t> items(to - from);
      std::iota(items.begin(), items.end(), static_cast<std::uint32_t>(from));
      std::vector<Swept> unused(items.size());
      describe(sky, items, from, unused);
    });
  } else {
    const SearchInput described{
        aircraft.size(),
        [&](std::size_t first, std::span<Ball> out) {
          for (std::size_t k = 0; k < out.size(); ++k) out[k] = ball_of(aircraft[first + k].ground, sky.half);
        },
        [&](std::span<const std::uint32_t> items, std::size_t place, std::span<Swept> out) { describe(sky, items, place, out); }};
    search.emplace(described, SearchOptions{sky.chord, options.minima.vertical, options.tile_scale, true}, parallel_for);
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
      search->run(piece, [&](std::span<const Pair> pairs) {
        if (total > options.most_conflicts) return;
        for (std::size_t k = 0; k < pairs.size(); ++k) {
          const Pair& soon = pairs[std::min(k + prefetched, pairs.size() - 1)];
          __builtin_prefetch(&sky.rows[soon.first]), __builtin_prefetch(&sky.rows[soon.second]);
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
  std::vector<std::uint32_t> order(aircraft.size());
  const SearchInput described{aircraft.size(),
                              [&](std::size_t first, std::span<Ball> out) {
                                for (std::size_t k = 0; k < out.size(); ++k) out[k] = ball_of(aircraft[first + k], half);
                              },
                              [&](std::span<const std::uint32_t> items, std::size_t place, std::span<Swept> out) {
                                for (std::size_t k = 0; k < items.size(); ++k) {
                                  out[k] = swept_of(aircraft[items[k]], half);
                                  order[place + k] = items[k];
                                }
                              }};
  const Search search(described,
                      {.horizontal = geo::chord_of_surface_length(largest.horizontal.in(metres)),
                       .vertical = std::max(largest.vertical, Height::of_tenth_mm(1))},
                      parallel_for);
  std::vector<std::vector<Pair>> pieces(search.pieces());
  parallel_for(search.pieces(), [&](std::size_t piece) {
    search.run(piece, [&](std::span<const Pair> pairs) {
      for (const auto& [first, second] : pairs) pieces[piece].push_back(std::minmax(order[first], order[second]));
    });
  });
  std::vector<Pair> all;
  for (const auto& piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace skypact::guard
