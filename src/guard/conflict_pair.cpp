#include "guard/conflict_pair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "geo/ellipsoid.h"

namespace skypact::guard {
namespace {

double Sqrt(double x) { return std::sqrt(x); }
double Abs(double x) { return std::fabs(x); }
bool Lt(double a, double b) { return a < b; }
bool Le(double a, double b) { return a <= b; }
bool And(bool a, bool b) { return a && b; }
double IfThenElse(bool condition, double yes, double no) { return condition ? yes : no; }
double same(double c) { return c; }

#include "geo/taylor.inc"
#include "guard/conflict_pair.inc"

// One segment's g, on a part [from, to] of the look-ahead, with s = -1 at `from` and 1 at `to`.
struct Part {
  Gap<double> g;
  double from, to;

  [[nodiscard]] double time_of(double s) const {
    if (s == -1) return from;
    if (s == 1) return to;
    const double half = (to - from) / 2;
    return (from + half) + s * half;
  }
  [[nodiscard]] double value(double s) const {
    double sum = g[g.size() - 1];
    for (std::size_t k = g.size() - 1; k-- > 0;) sum = sum * s + g[k];
    return sum;
  }
  // |g(s) - g_0| is at most this.
  [[nodiscard]] double swing() const {
    double sum = 0;
    for (unsigned k = 1; k < g.size(); ++k) sum += std::fabs(g[k]);
    return sum;
  }
  [[nodiscard]] std::array<Part, 2> halves() const {
    const double middle = from + (to - from) / 2;
    return {Part{shifted(-0.5), from, middle}, Part{shifted(0.5), middle, to}};
  }

 private:
  // g(s/2 + by): Taylor shift by repeated synthetic division, then scaling.
  [[nodiscard]] Gap<double> shifted(double by) const {
    Gap<double> c = g;
    for (unsigned i = 0; i + 1 < c.size(); ++i) {
      for (unsigned k = static_cast<unsigned>(c.size()) - 1; k-- > i;) c[k] += by * c[k + 1];
    }
    double scale = 1;
    for (double& coefficient : c) {
      coefficient *= scale;
      scale /= 2;
    }
    return c;
  }
};

// Halving a part halves its swing at least once the first coefficient leads, so this depth is not reached;
// it bounds the recursion whatever comes.
constexpr int greatest_depth = 64;

// Where g < 0. Nothing deeper than `tolerance` (metres squared) can hide: a part is settled only by a bound
// on all of it, by its convexity, or by a swing below the tolerance.
void add_negative(const Part& part, double tolerance, int depth, std::vector<Span>& out) {
  const auto add = [&out](double from, double to) {
    if (!out.empty() && out.back().to == from) {
      out.back().to = to;
    } else if (from < to) {
      out.push_back({from, to});
    }
  };
  const auto found = approach<bool>(part.g, same);
  if (found.regular) {
    if (found.least < 0) add(part.time_of(found.enters), part.time_of(found.leaves));
    return;
  }
  const double swing = part.swing();
  if (std::fabs(part.g[0]) > swing || swing <= tolerance || depth == greatest_depth) {
    if (part.g[0] < 0) add(part.from, part.to);
    return;
  }
  for (const Part& half : part.halves()) add_negative(half, tolerance, depth + 1, out);
}

struct Least {
  double g = std::numeric_limits<double>::infinity();
  double time = 0;
};

// The least g of the part, within the tolerance; the earlier of equals.
void find_least(const Part& part, double tolerance, int depth, Least& least) {
  const auto offer = [&least](double g, double time) {
    if (g < least.g) least = {g, time};
  };
  const auto found = approach<bool>(part.g, same);
  if (found.regular) return offer(found.least, part.time_of(found.nearest));
  offer(part.value(-1), part.from);
  offer(part.value(1), part.to);
  // Monotone: its least is at an end. Or all of it lies above what is known.
  double bend = 0;
  for (unsigned k = 2; k < part.g.size(); ++k) bend += k * std::fabs(part.g[k]);
  const double swing = part.swing();
  if (std::fabs(part.g[1]) >= bend || part.g[0] - swing >= least.g - tolerance || depth == greatest_depth) return;
  for (const Part& half : part.halves()) find_least(half, tolerance, depth + 1, least);
}

Part part_of(const geo::GroundMotion& a, const geo::GroundMotion& b, double chord2, double from, double to) {
  const double half = (to - from) / 2;
  const auto middle = [&](const geo::GroundMotion& m) {
    const geo::GroundMotion at = geo::after(m, from + half);
    return Middle<double>{at.place.x,           at.place.y,           at.place.z,
                          at.velocity.x * half, at.velocity.y * half, at.velocity.z * half};
  };
  return {gap_between(middle(a), middle(b), chord2, same), from, to};
}

Duration nearest_nanosecond(double seconds_) { return from_seconds(seconds_); }

}  // namespace

unsigned segments_for(double speed_a, double speed_b, double look_ahead_seconds) {
  return geo::steps_for(std::max(speed_a, speed_b) * (look_ahead_seconds / 2));
}

std::optional<Span> vertical_span(VerticalOffset offset, std::int64_t vertical, Duration look_ahead) {
  __extension__ using Wide = __int128;
  auto [difference, rate] = offset;
  const double last = to_seconds(look_ahead);
  if (vertical <= 0) return std::nullopt;
  if (rate < 0) difference = -difference, rate = -rate;
  if (rate == 0 || look_ahead == Duration::zero()) {
    if (difference >= vertical || difference <= -vertical) return std::nullopt;
    return Span{0, last};
  }
  // Rising through -vertical at time `in` and through +vertical at `out`, both in minutes = height / rate.
  const std::int64_t to_in = -vertical - difference, to_out = vertical - difference;
  constexpr std::int64_t nanoseconds_per_minute = 60'000'000'000;
  if (to_out <= 0 || Wide{to_in} * nanoseconds_per_minute >= Wide{look_ahead.count()} * rate) return std::nullopt;
  const double per_height = 60.0 / static_cast<double>(rate);
  Span span{std::max(0.0, static_cast<double>(to_in) * per_height), std::min(last, static_cast<double>(to_out) * per_height)};
  // The integers say that the open span is not empty; rounding must not say otherwise.
  if (!(span.from < span.to)) span.from = span.to * (1 - 0x1p-50);
  return span;
}

HorizontalApproach horizontal_approach(const geo::GroundMotion& a, const geo::GroundMotion& b, double chord,
                                       double look_ahead_seconds) {
  const double chord2 = chord * chord;
  // A dip of g below zero by less than this is not told from none: 5e-10 of the minimum, or some 0.1 mm.
  const double tolerance = 1e-9 * chord2 + 1e-9;
  const unsigned segments = segments_for(geo::norm(a.velocity), geo::norm(b.velocity), look_ahead_seconds);
  HorizontalApproach result;
  Least least;
  double from = 0;
  for (unsigned i = 0; i < segments; ++i) {
    const double to = i + 1 == segments ? look_ahead_seconds : look_ahead_seconds * (i + 1) / segments;
    const Part part = part_of(a, b, chord2, from, to);
    add_negative(part, tolerance, 0, result.closer);
    find_least(part, tolerance, 0, least);
    from = to;
  }
  result.nearest = least.time;
  result.least_chord2 = std::max(0.0, least.g + chord2);
  return result;
}

Conflict make_conflict(VerticalOffset vertical, Span both_lost, double nearest, double chord2) {
  Conflict c;
  c.t_in = nearest_nanosecond(both_lost.from);
  c.t_out = nearest_nanosecond(both_lost.to);
  c.t_cpa = nearest_nanosecond(nearest);
  c.horizontal_at_cpa = metres(geo::surface_length_of_chord(std::sqrt(std::max(0.0, chord2))));
  c.vertical_at_cpa = abs(vertical_difference(Height::of_tenth_mm(vertical.difference),
                                              VerticalRate::of_tenth_mm_per_minute(static_cast<std::int32_t>(vertical.rate)), c.t_cpa));
  return c;
}

std::optional<Conflict> pair_conflict(const Motion& a, const Motion& b, const Minima& minima, Duration look_ahead) {
  SKYPACT_CHECK(look_ahead >= Duration::zero() && look_ahead <= longest_look_ahead);
  SKYPACT_CHECK(minima.horizontal <= greatest_horizontal_minimum);
  const VerticalOffset offset{std::int64_t{a.altitude.in_tenth_mm()} - b.altitude.in_tenth_mm(),
                              std::int64_t{a.vertical_rate.in_tenth_mm_per_minute()} - b.vertical_rate.in_tenth_mm_per_minute()};
  const auto vertical = vertical_span(offset, minima.vertical.in_tenth_mm(), look_ahead);
  if (!vertical || !(minima.horizontal > metres(0))) return std::nullopt;
  const double chord = geo::chord_of_surface_length(minima.horizontal.in(metres));
  if (look_ahead == Duration::zero()) {
    const geo::Vec3 between = a.ground.place - b.ground.place;
    const double chord2 = geo::dot(between, between);
    if (!(chord2 < chord * chord)) return std::nullopt;
    return make_conflict(offset, {0, 0}, 0, chord2);
  }
  const HorizontalApproach horizontal = horizontal_approach(a.ground, b.ground, chord, to_seconds(look_ahead));
  for (const Span& closer : horizontal.closer) {
    const Span both{std::max(closer.from, vertical->from), std::min(closer.to, vertical->to)};
    if (both.from < both.to) return make_conflict(offset, both, horizontal.nearest, horizontal.least_chord2);
  }
  return std::nullopt;
}

HorizontalForecast horizontal_forecast(const geo::GroundMotion& a, const geo::GroundMotion& b, Length horizontal,
                                       Duration look_ahead) {
  SKYPACT_CHECK(look_ahead >= Duration::zero() && look_ahead <= longest_look_ahead);
  SKYPACT_CHECK(horizontal <= greatest_horizontal_minimum);
  if (look_ahead == Duration::zero()) return {{}, {}, horizontal_distance(a, b, {})};
  const double chord = geo::chord_of_surface_length(std::max(0.0, horizontal.in(metres)));
  const HorizontalApproach found = horizontal_approach(a, b, chord, to_seconds(look_ahead));
  HorizontalForecast forecast;
  for (const Span& s : found.closer) forecast.closer.push_back({nearest_nanosecond(s.from), nearest_nanosecond(s.to)});
  forecast.t_cpa = nearest_nanosecond(found.nearest);
  forecast.least = metres(geo::surface_length_of_chord(std::sqrt(found.least_chord2)));
  return forecast;
}

Length horizontal_distance(const geo::GroundMotion& a, const geo::GroundMotion& b, Duration at) {
  return metres(geo::surface_length_of_chord(geo::norm(geo::after(a, at).place - geo::after(b, at).place)));
}

std::optional<Interval<Duration>> vertical_forecast(Height difference, VerticalRate rate, Height vertical,
                                                    Duration look_ahead) {
  const auto span = vertical_span({difference.in_tenth_mm(), rate.in_tenth_mm_per_minute()}, vertical.in_tenth_mm(), look_ahead);
  if (!span) return std::nullopt;
  return Interval<Duration>{nearest_nanosecond(span->from), nearest_nanosecond(span->to)};
}

Height vertical_difference(Height difference, VerticalRate rate, Duration at) {
  __extension__ using Wide = __int128;
  constexpr Wide nanoseconds_per_minute = 60'000'000'000;
  const Wide moved = Wide{rate.in_tenth_mm_per_minute()} * at.count();
  const Wide rounded = (moved + (moved < 0 ? -nanoseconds_per_minute / 2 : nanoseconds_per_minute / 2)) / nanoseconds_per_minute;
  return Height::of_tenth_mm(difference.in_tenth_mm() + static_cast<std::int64_t>(rounded));
}

}  // namespace skypact::guard
