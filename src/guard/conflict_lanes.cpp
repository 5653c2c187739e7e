#include "guard/conflict_lanes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "geo/ellipsoid.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "guard/conflict_lanes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace skypact::guard::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
using DoubleVector = hn::Vec<Doubles>;
using DoubleMask = hn::Mask<Doubles>;

struct MakeConstant {
  HWY_INLINE HWY_ATTR DoubleVector operator()(double c) const { return hn::Set(Doubles(), c); }
};

using hn::Abs;
using hn::And;
using hn::IfThenElse;
using hn::Le;
using hn::Lt;
using hn::Sqrt;

#include "geo/taylor.inc"
#include "guard/conflict_pair.inc"

// ---- The exact stage ----

HWY_ATTR void Advance(std::span<geo::GroundMotion> ground, double time) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN double in[6][64];
  for (std::size_t i = 0; i < ground.size(); i += lanes) {
    const std::size_t count = std::min(lanes, ground.size() - i);
    for (std::size_t k = 0; k < lanes; ++k) {
      const geo::GroundMotion& m = ground[i + std::min(k, count - 1)];  // the last one fills up
      in[0][k] = m.place.x, in[1][k] = m.place.y, in[2][k] = m.place.z;
      in[3][k] = m.velocity.x, in[4][k] = m.velocity.y, in[5][k] = m.velocity.z;
    }
    auto x = hn::Load(d, in[0]), y = hn::Load(d, in[1]), z = hn::Load(d, in[2]);
    auto vx = hn::Load(d, in[3]), vy = hn::Load(d, in[4]), vz = hn::Load(d, in[5]);
    step_geodesic(x, y, z, vx, vy, vz, hn::Set(d, time), MakeConstant());
    hn::Store(x, d, in[0]), hn::Store(y, d, in[1]), hn::Store(z, d, in[2]);
    hn::Store(vx, d, in[3]), hn::Store(vy, d, in[4]), hn::Store(vz, d, in[5]);
    for (std::size_t k = 0; k < count; ++k) {
      ground[i + k] = {{in[0][k], in[1][k], in[2][k]}, {in[3][k], in[4][k], in[5][k]}};
    }
  }
}

HWY_ATTR void Decide(PairLanes& p, std::size_t count, double chord2) {
  const Doubles d;
  const MakeConstant constant;
  const auto load = [](const double (&c)[6][PairLanes::capacity], std::size_t i) HWY_ATTR {
    const Doubles tag;
    return Middle<DoubleVector>{hn::Load(tag, c[0] + i), hn::Load(tag, c[1] + i), hn::Load(tag, c[2] + i),
                                hn::Load(tag, c[3] + i), hn::Load(tag, c[4] + i), hn::Load(tag, c[5] + i)};
  };
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto g = gap_between(load(p.a, i), load(p.b, i), hn::Set(d, chord2), constant);
    const auto found = approach<DoubleMask>(g, constant);
    hn::Store(found.nearest, d, p.nearest + i);
    hn::Store(found.least, d, p.least + i);
    hn::Store(found.enters, d, p.enters + i);
    hn::Store(found.leaves, d, p.leaves + i);
    hn::Store(IfThenElse(found.regular, hn::Set(d, 1.0), hn::Zero(d)), d, p.regular + i);
  }
}

// ---- The neighbourhood of a tile ----

using Floats = hn::ScalableTag<float>;
using FloatVector = hn::Vec<Floats>;

HWY_ATTR Box BoxAbout(const Columns& c, std::uint32_t from, std::uint32_t to) {
  const Floats d;
  const std::uint32_t lanes = static_cast<std::uint32_t>(hn::Lanes(d));
  const float* middle[3] = {c.x.data(), c.y.data(), c.z.data()};
  const float* way[3] = {c.way_x.data(), c.way_y.data(), c.way_z.data()};
  Box box;
  for (int axis = 0; axis < 3; ++axis) {
    FloatVector low = hn::Set(d, HUGE_VALF), high = hn::Set(d, -HUGE_VALF);
    for (std::uint32_t i = from; i < to; i += lanes) {
      const auto valid = hn::FirstN(d, to - i);
      const FloatVector at = hn::LoadU(d, middle[axis] + i);
      const FloatVector extent = hn::Abs(hn::LoadU(d, way[axis] + i)) + hn::LoadU(d, c.deviation.data() + i);
      low = IfThenElse(valid, hn::Min(low, at - extent), low);
      high = IfThenElse(valid, hn::Max(high, at + extent), high);
    }
    box.low[axis] = hn::GetLane(hn::MinOfLanes(d, low));
    box.high[axis] = hn::GetLane(hn::MaxOfLanes(d, high));
  }
  return box;
}

HWY_ATTR std::size_t FindTouching(const Columns& c, std::uint32_t from, std::uint32_t to, const Box& box, std::uint32_t* out) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const std::uint32_t lanes = static_cast<std::uint32_t>(hn::Lanes(d));
  const auto lane = hn::Iota(du, 0);
  std::size_t found = 0;
  for (std::uint32_t i = from; i < to; i += lanes) {
    const FloatVector deviation = hn::LoadU(d, c.deviation.data() + i);
    auto touching = hn::FirstN(d, to - i);
    const auto narrow = [&](const Array<float>& middle, const Array<float>& way, int axis) HWY_ATTR {
      const FloatVector at = hn::LoadU(d, middle.data() + i);
      const FloatVector extent = hn::Abs(hn::LoadU(d, way.data() + i)) + deviation;
      touching = hn::And(touching, hn::And(Lt(at - extent, hn::Set(d, box.high[axis])), Lt(hn::Set(d, box.low[axis]), at + extent)));
    };
    narrow(c.x, c.way_x, 0);
    narrow(c.y, c.way_y, 1);
    narrow(c.z, c.way_z, 2);
    hn::StoreU(hn::Compress(lane + hn::Set(du, i), hn::RebindMask(du, touching)), du, out + found);
    found += hn::CountTrue(d, touching);
  }
  return found;
}

// ---- The filter ----
//
// Relative to the first aircraft the second is, at the time s in [-1, 1], at r + ws within the two deviations. The pair is
// let through where their heights can come within the vertical minimum, and the squared distance
// f(s) = w² s² + 2 r·w s + r² is below D², D = horizontal + deviations, at the end of the look-ahead on the side of the
// closest point of approach, or, if that point lies within, there: (r·w)² > w² (r² − D²).
//
// Rounding, u = 2^-24. A coordinate of 6.4e6 m is off by 0.25 m, so r by 0.9 m: absolute, in `horizontal`. A way is off
// by u of itself: absolute, in `deviation`. Then with L = |r| and W = |w| each of the three sums f is made of comes
// out within 4u of its size, and all together is off by less than 8u (L + W)² at an end, and by 20u L² + 4u D²
// inside; (L + W)² <= 2 (L² + W²). Adding `slack` (L² + W²) to D² with slack = 64u covers both. D² itself is off by 3u D²,
// covered by the metre of margin from D of a few metres on, and by `slack` D² in addition. No fused operations, so
// that the same pairs pass on every processor.
constexpr float slack = 64 * 0x1p-24f;

HWY_ATTR std::size_t Sweep(const Neighbourhood& n, std::size_t own, const SweepOptions& o, PairBuffer& out) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const hn::RebindToUnsigned<Floats> du;
  using V = FloatVector;
  const std::uint32_t lanes = static_cast<std::uint32_t>(hn::Lanes(d));
  const V slacks = hn::Set(d, slack), more = hn::Set(d, 1 + slack);
  const auto lane = hn::Iota(du, 0);  // made anew in the loop it goes through memory
  // Taken out of their vectors, since a store of a pair could otherwise move them for all that the compiler knows.
  const Columns& c = n.columns;
  const float *const xs = c.x.data(), *const ys = c.y.data(), *const zs = c.z.data(), *const deviations = c.deviation.data();
  const float *const way_xs = c.way_x.data(), *const way_ys = c.way_y.data(), *const way_zs = c.way_z.data();
  const std::int32_t *const lows = c.low.data(), *const highs = c.high.data();
  const std::uint32_t* const items = n.item.data();

  for (; own < n.own_count && out.count < PairBuffer::enough; ++own) {
    const std::uint32_t i = n.own[own];
    const V x = hn::Set(d, xs[i]), y = hn::Set(d, ys[i]), z = hn::Set(d, zs[i]);
    const V way_x = hn::Set(d, way_xs[i]), way_y = hn::Set(d, way_ys[i]), way_z = hn::Set(d, way_zs[i]);
    const V reach = hn::Set(d, deviations[i] + o.horizontal);
    const std::int64_t below = lows[i] - o.vertical, above = highs[i] + o.vertical;
    const auto lowest = hn::Set(di, static_cast<std::int32_t>(std::max<std::int64_t>(below, INT32_MIN)));
    const auto highest = hn::Set(di, static_cast<std::int32_t>(std::min<std::int64_t>(above, INT32_MAX)));
    const auto item = hn::Set(du, items[i]);
    const std::uint32_t last_step = o.shelves.step_of(above - 1);
    for (std::uint32_t depth = 0; depth < Shelves::depths; ++depth) {
      const std::uint32_t first_step = o.shelves.step_of(below + 1 - o.shelves.deepest[depth]);
      const std::uint32_t from = n.shelf[depth * Shelves::steps + first_step];
      const std::uint32_t to = n.shelf[depth * Shelves::steps + last_step + 1];
      out.reserve(to - from);
      std::uint32_t *const first = out.first.data(), *const second = out.second.data();
      std::size_t count = out.count;
      for (std::uint32_t j = from; j < to; j += lanes) {
        const V rx = hn::LoadU(d, xs + j) - x, ry = hn::LoadU(d, ys + j) - y, rz = hn::LoadU(d, zs + j) - z;
        const V wx = hn::LoadU(d, way_xs + j) - way_x, wy = hn::LoadU(d, way_ys + j) - way_y, wz = hn::LoadU(d, way_zs + j) - way_z;
        const V far = hn::LoadU(d, deviations + j) + reach;
        const V rr = rx * rx + ry * ry + rz * rz;
        const V ww = wx * wx + wy * wy + wz * wz;
        const V rw = hn::Abs(rx * wx + ry * wy + rz * wz);
        const V gap = rr - far * far * more - slacks * (rr + ww);
        const auto at_end = Lt(ww + gap, rw + rw);
        const auto inside = hn::And(Lt(rw, ww), Lt(ww * gap, rw * rw));
        const auto vertical = hn::And(Lt(hn::LoadU(di, lows + j), highest), Lt(lowest, hn::LoadU(di, highs + j)));
        const auto others = hn::LoadU(du, items + j);
        const auto later = hn::And(Lt(item, others), Lt(lane, hn::Set(du, to - j)));
        const auto near = hn::And(hn::And(hn::RebindMask(du, vertical), later), hn::RebindMask(du, hn::Or(at_end, inside)));
        hn::StoreU(item, du, first + count);
        hn::StoreU(hn::Compress(others, near), du, second + count);
        count += hn::CountTrue(du, near);
      }
      out.count = count;
    }
  }
  return own;
}

// Where heights are straight, a pair must have its least f below D² within the time that has the heights closer than the
// vertical minimum.
//
// Rounding, as in the filter. The time of the least f is off by 4u of itself, so by at most 4u, and about its least f is
// as flat as w² (4u)², nothing beside the slack; f there is off by 16u (L² + W²). The time between: |h + cs| < V with h
// and c the differences of two numbers each off by u of itself, and its ends off by 3u of what they are made of,
// comes to less than 8u (|h1| + |h2| + V + |c1| + |c2|) as a height: in `straight_vertical`.
HWY_ATTR void KeepTogether(const Columns& columns, const SweepOptions& o, PairBuffer& pairs) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const hn::RebindToUnsigned<Floats> du;
  using V = FloatVector;
  const std::size_t lanes = hn::Lanes(d);
  const V minimum = hn::Set(d, o.straight_vertical), zero = hn::Zero(d), one = hn::Set(d, 1.0f), minus_one = hn::Set(d, -1.0f);
  const V slacks = hn::Set(d, slack), more = hn::Set(d, 1 + slack);
  const std::size_t count = std::exchange(pairs.count, 0);
  for (std::size_t k = 0; k < count; k += lanes) {
    const auto valid = hn::FirstN(du, count - k);
    const auto first = hn::IfThenElseZero(valid, hn::LoadU(du, pairs.first.data() + k));
    const auto second = hn::IfThenElseZero(valid, hn::LoadU(du, pairs.second.data() + k));
    const auto i = hn::BitCast(di, first), j = hn::BitCast(di, second);
    const auto difference = [&](const Array<float>& column) HWY_ATTR {
      return hn::GatherIndex(Floats(), column.data(), j) - hn::GatherIndex(Floats(), column.data(), i);
    };
    const V rx = difference(columns.x), ry = difference(columns.y), rz = difference(columns.z);
    const V wx = difference(columns.way_x), wy = difference(columns.way_y), wz = difference(columns.way_z);
    const float* const deviations = columns.deviation.data();
    const V far = hn::GatherIndex(d, deviations, j) + (hn::GatherIndex(d, deviations, i) + hn::Set(d, o.horizontal));
    const V rr = rx * rx + ry * ry + rz * rz;
    const V ww = wx * wx + wy * wy + wz * wz;
    const V rw = rx * wx + ry * wy + rz * wz;
    const V gap = rr - far * far * more - slacks * (rr + ww);
    const V h = difference(columns.height), c = difference(columns.climb);
    const auto steady = hn::Eq(c, zero);  // then they are within the minimum at all times or at none
    const auto apart = hn::And(steady, Le(minimum, hn::Abs(h)));
    const V rate = IfThenElse(steady, one, c);
    const V level_at = (zero - h) / rate, lasts = hn::Abs(minimum / rate);
    const V from = IfThenElse(steady, minus_one, hn::Max(level_at - lasts, minus_one));
    const V to = IfThenElse(steady, one, hn::Min(level_at + lasts, one));
    const V nearest = (zero - rw) / (ww + hn::Set(d, 1e-30f));  // 0 where they keep their distance
    const V s = hn::Min(hn::Max(nearest, from), to);
    const V least = s * (rw + rw + ww * s) + gap;
    const auto together = hn::And(hn::RebindMask(du, hn::AndNot(apart, hn::And(Le(from, to), Lt(least, zero)))), valid);
    hn::StoreU(hn::Compress(first, together), du, pairs.first.data() + pairs.count);
    hn::StoreU(hn::Compress(second, together), du, pairs.second.data() + pairs.count);
    pairs.count += hn::CountTrue(du, together);
  }
}

}  // namespace skypact::guard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace skypact::guard {

HWY_EXPORT(Advance);
HWY_EXPORT(Decide);
HWY_EXPORT(BoxAbout);
HWY_EXPORT(FindTouching);
HWY_EXPORT(Sweep);
HWY_EXPORT(KeepTogether);

Columns::Columns(std::size_t count) {
  for (auto* column : {&x, &y, &z, &way_x, &way_y, &way_z, &deviation, &height, &climb}) *column = Array<float>(count + padding);
  for (auto* column : {&low, &high}) *column = Array<std::int32_t>(count + padding);
}

Box box_about(const Columns& columns, std::uint32_t from, std::uint32_t to) {
  return HWY_DYNAMIC_DISPATCH(BoxAbout)(columns, from, to);
}

std::size_t find_touching(const Columns& columns, std::uint32_t from, std::uint32_t to, const Box& box, std::uint32_t* out) {
  return HWY_DYNAMIC_DISPATCH(FindTouching)(columns, from, to, box, out);
}

std::size_t sweep(const Neighbourhood& neighbourhood, std::size_t own, const SweepOptions& options, PairBuffer& out) {
  return HWY_DYNAMIC_DISPATCH(Sweep)(neighbourhood, own, options, out);
}

void keep_together(const Columns& columns, const SweepOptions& options, PairBuffer& pairs) {
  HWY_DYNAMIC_DISPATCH(KeepTogether)(columns, options, pairs);
}

void advance(std::span<geo::GroundMotion> ground, double seconds) { HWY_DYNAMIC_DISPATCH(Advance)(ground, seconds); }

void decide(PairLanes& lanes, std::size_t count, double chord2) { HWY_DYNAMIC_DISPATCH(Decide)(lanes, count, chord2); }

}  // namespace skypact::guard
#endif
