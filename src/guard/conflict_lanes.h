#pragma once
// The parts of conflict detection that work on many aircraft at once, with whatever vector instructions the
// processor has. Internal to conflict detection.
//
// The filter works in single precision and only over-reports; the decision works in double precision and
// gives the same bits as the scalar code of conflict_pair.h, because both are the same text and use only
// + − × ÷ √ and comparisons.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "geo/motion.h"
#include "guard/conflict.h"

namespace skypact::guard {

using Pair = std::pair<std::uint32_t, std::uint32_t>;

// What the broad phase knows of one aircraft, in metres. Time is scaled: s in [-1, 1] over the look-ahead, and `way` is the
// velocity at the middle times half the look-ahead. It is always within `deviation` of middle + way · s.
struct Swept {
  geo::Vec3 middle, way;
  double deviation = 0;
  // Its lowest and highest during the look-ahead, 0.1 mm, within ± height_limit.
  std::int32_t low = 0, high = 0;
  // Where all heights are straight, it is at height + climb · s, but for rounding to single precision.
  float height = 0, climb = 0;
};
// Heights are cut off here, which moves none away from another by more than it was.
inline constexpr std::int32_t height_limit = 1 << 30;

// An array of fixed size whose elements hold nothing in particular until they are written.
template <class T>
class Array {
 public:
  Array() = default;
  explicit Array(std::size_t size) : elements_(std::make_unique_for_overwrite<T[]>(size)), size_(size) {}
  [[nodiscard]] std::size_t size() const { return size_; }
  T* data() { return elements_.get(); }
  [[nodiscard]] const T* data() const { return elements_.get(); }
  T& operator[](std::size_t i) { return elements_[i]; }
  const T& operator[](std::size_t i) const { return elements_[i]; }

 private:
  std::unique_ptr<T[]> elements_;
  std::size_t size_ = 0;
};

// More elements that vectors may read and write at the end of an array, and that mean nothing.
inline constexpr std::size_t padding = 64;

// One entry for each aircraft, in single precision, and `padding` more.
struct Columns {
  Columns() = default;
  explicit Columns(std::size_t count);
  Array<float> x, y, z, way_x, way_y, way_z, deviation, height, climb;
  Array<std::int32_t> low, high;
};

// Along the axes, metres.
struct Box {
  std::array<float, 3> low, high;
};
// About the boxes of the aircraft in [from, to), each the smallest about its line, with its deviation on all sides.
[[nodiscard]] Box box_about(const Columns& columns, std::uint32_t from, std::uint32_t to);
// Writes those in [from, to) whose boxes touch this one, and says how many they are. `out` must have room for all, and
// `padding` more.
std::size_t find_touching(const Columns& columns, std::uint32_t from, std::uint32_t to, const Box& box, std::uint32_t* out);

// The order of a neighbourhood: the shallow before the deep, by how far apart their lowest and highest are; and each of
// the two by their lowest, in steps.
struct Shelves {
  static constexpr std::uint32_t steps = 64;
  static constexpr std::uint32_t depths = 2;
  std::int64_t shallow = 0;                      // at most so deep, 0.1 mm
  std::array<std::int64_t, depths> deepest{};    // of all aircraft
  float origin = 0, per_unit = 0;

  // Never falls as the height rises, however single precision rounds.
  [[nodiscard]] std::uint32_t step_of(std::int64_t height) const {
    return static_cast<std::uint32_t>(std::clamp((static_cast<float>(height) - origin) * per_unit, 0.0f, steps - 1.0f));
  }
};

// A tile's own aircraft and all that can meet them, in the order of their shelves; heights and climbs are left out.
struct Neighbourhood {
  Columns columns;
  Array<std::uint32_t> item;  // its position in tile order
  Array<std::uint32_t> own;   // places in these columns, in the first `own_count`
  std::size_t own_count = 0;
  std::array<std::uint32_t, Shelves::depths * Shelves::steps + 1> shelf{};  // where each begins, and the end
};

struct SweepOptions {
  float horizontal = 0;           // metres, with the absolute margins
  std::int64_t vertical = 0;      // 0.1 mm, exact
  float straight_vertical = 0;    // metres, with the absolute margins
  Shelves shelves;
};

// Pairs as positions in tile order, first < second, in the first `count` of each column.
struct PairBuffer {
  static constexpr std::size_t enough = 4096;  // then they are to be taken out
  std::vector<std::uint32_t> first, second;
  std::size_t count = 0;
  void reserve(std::size_t more) {
    if (first.size() >= count + more + padding) return;
    first.resize(2 * (count + more) + padding);
    second.resize(first.size());
  }
};

// For each of the tile's own, from one on: adds its pairs with later items of the neighbourhood that can come near by the whole
// ways and all the heights of both. Stops when there are enough, and says which of the tile's own is next.
std::size_t sweep(const Neighbourhood& neighbourhood, std::size_t own, const SweepOptions& options, PairBuffer& out);
// Where heights are straight: keeps those pairs that can be near and at near heights at one time.
void keep_together(const Columns& columns, const SweepOptions& options, PairBuffer& pairs);

// Moves each on, as geo::after does. Each must need one step only.
void advance(std::span<geo::GroundMotion> ground, double seconds);

// Pairs for the exact stage, in columns; a and b are the states at the middle of the look-ahead with velocities times
// its half. The results mean something where `regular` is not zero; elsewhere the scalar stage decides.
struct PairLanes {
  static constexpr std::size_t capacity = 64;
  alignas(64) double a[6][capacity], b[6][capacity];
  alignas(64) double nearest[capacity], least[capacity], enters[capacity], leaves[capacity], regular[capacity];
};
void decide(PairLanes& lanes, std::size_t count, double chord2);

}  // namespace skypact::guard
