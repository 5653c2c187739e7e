#include "guard/conflict_lanes.h"

#include <algorithm>
#include <array>
#include <bit>

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

HWY_ATTR void Advance(std::span<const Motion> aircraft, std::size_t from, std::size_t to, double time, States& out) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN double in[6][64];
  for (std::size_t i = from; i < to; i += lanes) {
    const std::size_t count = std::min(lanes, to - i);
    for (std::size_t k = 0; k < lanes; ++k) {
      const geo::GroundMotion& m = aircraft[i + std::min(k, count - 1)].ground;  // the last one fills up
      in[0][k] = m.place.x, in[1][k] = m.place.y, in[2][k] = m.place.z;
      in[3][k] = m.velocity.x, in[4][k] = m.velocity.y, in[5][k] = m.velocity.z;
    }
    auto x = hn::Load(d, in[0]), y = hn::Load(d, in[1]), z = hn::Load(d, in[2]);
    auto vx = hn::Load(d, in[3]), vy = hn::Load(d, in[4]), vz = hn::Load(d, in[5]);
    step_geodesic(x, y, z, vx, vy, vz, hn::Set(d, time), MakeConstant());
    hn::Store(x, d, in[0]), hn::Store(y, d, in[1]), hn::Store(z, d, in[2]);
    hn::Store(vx, d, in[3]), hn::Store(vy, d, in[4]), hn::Store(vz, d, in[5]);
    for (std::size_t k = 0; k < count; ++k) {
      out.x[i + k] = in[0][k], out.y[i + k] = in[1][k], out.z[i + k] = in[2][k];
      out.vx[i + k] = in[3][k], out.vy[i + k] = in[4][k], out.vz[i + k] = in[5][k];
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

// ---- The filter ----
//
// Relative to the first aircraft the second is, at time τ in [-half, half] from the middle, at r + vτ within
// the two deviations. The pair is let through where the squared distance f(τ) = v²τ² + 2 r·v τ + r² is
// below D², D = horizontal + deviations, at the end of the look-ahead on the side of the closest point
// of approach, or, if that point lies within, there: (r·v)² > v² (r² − D²).
//
// Rounding, u = 2^-24. A coordinate of 6.4e6 m is off by 0.25 m, so r by 0.9 m: absolute, in `horizontal`. A velocity
// is off by u of itself: absolute, in `deviation`. Then with L = |r| and w = |v| half each of the three sums f
// is made of comes out within 4u of its size, and all together is off by less than 8u (L + w)² at an end, and
// by 20u L² + 4u D² inside; (L + w)² <= 2 (L² + w²). Adding `slack` (L² + w²) to D² with slack = 64u covers both.
// D² itself is off by 3u D², covered by the metre of margin from D of a few metres on, and by `slack` D² in
// addition. No fused operations, so that the same pairs pass on every processor.
HWY_ATTR void Sweep(const FilterColumns& c, const SweepTile& a, const SweepTile& b, bool same, const SweepOptions& o,
                    HitBuffer& hits) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<hn::ScalableTag<float>>;
  const std::size_t lanes = hn::Lanes(d);
  const V half = hn::Set(d, o.half);
  const V slack = hn::Set(d, 64 * 0x1p-24f), more = hn::Set(d, 1 + 64 * 0x1p-24f);
  const V zero = hn::Zero(d);

  std::uint32_t low = b.begin, high = b.begin;  // the window of level traffic, which only moves up
  for (std::uint32_t i = a.begin; i < a.end; ++i) {
    const bool level = i < a.wide;
    // Up to two ranges of partners: level traffic, then the rest.
    std::uint32_t from[2], to[2];
    if (level) {
      const std::uint16_t at = c.level[i];
      while (low < b.wide && c.level[low] + o.level_window < at) ++low;
      while (high < b.wide && c.level[high] <= at + o.level_window) ++high;
      from[0] = same ? std::max(low, i + 1) : low, to[0] = high;
      from[1] = same ? b.end : b.wide, to[1] = b.end;  // within a tile the wide ones look for the level ones
    } else {
      const std::uint16_t* levels = c.level.data();
      from[0] = static_cast<std::uint32_t>(std::lower_bound(levels + b.begin, levels + b.wide, c.level_from[i]) - levels);
      to[0] = static_cast<std::uint32_t>(std::upper_bound(levels + b.begin, levels + b.wide, c.level_to[i]) - levels);
      from[1] = same ? i + 1 : b.wide, to[1] = b.end;
    }
    const V x = hn::Set(d, c.x[i]), y = hn::Set(d, c.y[i]), z = hn::Set(d, c.z[i]);
    const V vx = hn::Set(d, c.vx[i]), vy = hn::Set(d, c.vy[i]), vz = hn::Set(d, c.vz[i]);
    const V reach = hn::Set(d, c.deviation[i] + o.horizontal);
    const V below = hn::Set(d, c.low[i] - o.vertical), above = hn::Set(d, c.high[i] + o.vertical);
    for (int range = 0; range < 2; ++range) {
      for (std::size_t j = from[range]; j < to[range]; j += lanes) {
        const V rx = hn::LoadU(d, c.x.data() + j) - x, ry = hn::LoadU(d, c.y.data() + j) - y;
        const V rz = hn::LoadU(d, c.z.data() + j) - z;
        const V wx = hn::LoadU(d, c.vx.data() + j) - vx, wy = hn::LoadU(d, c.vy.data() + j) - vy;
        const V wz = hn::LoadU(d, c.vz.data() + j) - vz;
        const V far = hn::LoadU(d, c.deviation.data() + j) + reach;
        const V rr = rx * rx + ry * ry + rz * rz;
        const V ww = wx * wx + wy * wy + wz * wz;
        const V rw = hn::Abs(rx * wx + ry * wy + rz * wz);
        const V way = ww * half;        // |v|² half
        const V span = way * half;      // (|v| half)²
        const V gap = rr - far * far * more - slack * (rr + span);
        const V at_end = span - (rw + rw) * half + gap;
        const auto vertical = hn::And(hn::Lt(hn::LoadU(d, c.low.data() + j), above),
                                      hn::Gt(hn::LoadU(d, c.high.data() + j), below));
        const auto inside = hn::And(hn::Lt(rw, way), hn::Gt(rw * rw, ww * gap));
        const auto near = hn::And(vertical, hn::Or(hn::Lt(at_end, zero), inside));
        if (HWY_LIKELY(hn::AllFalse(d, near))) continue;
        std::uint64_t bits = 0;
        alignas(8) std::uint8_t bytes[8] = {};
        hn::StoreMaskBits(d, near, bytes);
        for (int k = 7; k >= 0; --k) bits = bits << 8 | bytes[k];
        if (to[range] - j < lanes) bits &= (std::uint64_t{1} << (to[range] - j)) - 1;
        for (; bits != 0; bits &= bits - 1) {
          hits.pairs.push_back(std::uint64_t{i} << 32 | (j + static_cast<unsigned>(std::countr_zero(bits))));
        }
      }
    }
    if (hits.pairs.size() >= HitBuffer::flush_at) hits.flush(hits);
  }
}

}  // namespace skypact::guard::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace skypact::guard {

HWY_EXPORT(Advance);
HWY_EXPORT(Decide);
HWY_EXPORT(Sweep);

void States::resize(std::size_t n) {
  for (auto* column : {&x, &y, &z, &vx, &vy, &vz}) column->resize(n);
}

void sweep(const FilterColumns& columns, const SweepTile& a, const SweepTile& b, bool same, const SweepOptions& options,
           HitBuffer& hits) {
  HWY_DYNAMIC_DISPATCH(Sweep)(columns, a, b, same, options, hits);
}

void advance(std::span<const Motion> aircraft, std::size_t from, std::size_t to, double time, States& out) {
  HWY_DYNAMIC_DISPATCH(Advance)(aircraft, from, to, time, out);
}

void decide(PairLanes& lanes, std::size_t count, double chord2) { HWY_DYNAMIC_DISPATCH(Decide)(lanes, count, chord2); }

}  // namespace skypact::guard
#endif
