// What it costs to make areas ready, to decide pairs of them, and to cover them with cells.

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "plan/cells.h"
#include "plan/test_areas.h"
#include "plan/volume.h"

namespace {

using namespace skypact;
using namespace skypact::plan;
using namespace skypact::plan::test;

constexpr LatLng middle{46.95, 7.45};

// Of a flight: some kilometres wide.
Volume volume_at(Random& random, LatLng place, std::size_t vertices, double size) {
  return {polygon(star(random, place, vertices, size * 0.8, size)), 0, 120};
}

// One against many about it at a distance in radii, in turn, so that no answer is remembered.
void pairs(benchmark::State& state, std::size_t vertices, double size, double distance) {
  Random random(1);
  const Volume one = volume_at(random, middle, vertices, size);
  std::vector<Volume> others;
  for (int k = 0; k < 64; ++k) others.push_back(volume_at(random, away(middle, random.uniform(0, 360), distance * size), vertices, size));
  std::size_t k = 0, met = 0;
  for (auto _ : state) met += intersects(one, others[k++ % others.size()]);
  state.SetItemsProcessed(state.iterations());
  state.counters["met"] = static_cast<double>(met) / static_cast<double>(state.iterations());
}
BENCHMARK_CAPTURE(pairs, eight_vertices_far_apart, 8, 1'500, 10);
BENCHMARK_CAPTURE(pairs, eight_vertices_near, 8, 1'500, 1.97);
BENCHMARK_CAPTURE(pairs, eight_vertices_overlapping, 8, 1'500, 1.3);
BENCHMARK_CAPTURE(pairs, thousand_vertices_near, 1'000, 10'000, 1.99);
BENCHMARK_CAPTURE(pairs, thousand_vertices_overlapping, 1'000, 10'000, 1.3);
BENCHMARK_CAPTURE(pairs, ten_thousand_vertices_near, 10'000, 20'000, 1.99);
BENCHMARK_CAPTURE(pairs, ten_thousand_vertices_overlapping, 10'000, 20'000, 1.3);

// A disc and the ring around it, everywhere 2 m apart: every part of the one is near to some of the other.
void all_round(benchmark::State& state) {
  const auto vertices = static_cast<std::size_t>(state.range(0));
  Outline disc, ring;
  const auto at = [&](double turn, std::size_t k, double radius) { return away(middle, -turn * static_cast<double>(k) / static_cast<double>(vertices), radius); };
  for (std::size_t k = 0; k < vertices; ++k) disc.push_back(at(360, k, 10'000));
  for (std::size_t k = 0; k < vertices / 2; ++k) ring.push_back(at(718, k, 10'010));
  for (std::size_t k = vertices / 2; k-- > 0;) ring.push_back(at(718, k, 10'020));
  const Area one = polygon(disc), other = polygon(ring);
  for (auto _ : state) benchmark::DoNotOptimize(overlaps(one, other));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(all_round)->Arg(1'000)->Arg(10'000);

void circles_and_polygons(benchmark::State& state) {
  Random random(2);
  const Area one = circle(middle, 1'500);
  std::vector<Area> others;
  for (int k = 0; k < 64; ++k) others.push_back(polygon(star(random, away(middle, random.uniform(0, 360), 2'900), 8, 1'000, 1'500)));
  std::size_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(overlaps(one, others[k++ % others.size()]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(circles_and_polygons);

void make_ready(benchmark::State& state) {
  Random random(3);
  const Outline outline = star(random, middle, static_cast<std::size_t>(state.range(0)), state.range(0) > 100 ? 15'000 : 1'200, state.range(0) > 100 ? 20'000 : 1'500);
  for (auto _ : state) benchmark::DoNotOptimize(Area::polygon(outline));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(make_ready)->Arg(8)->Arg(1'000)->Arg(10'000);

// A square of so many square kilometres.
void cover(benchmark::State& state) {
  const double side = std::sqrt(static_cast<double>(state.range(0))) * 1000;
  const Area area = polygon(corridor(middle, 30, side, side / 2));
  std::size_t cells = 0;
  for (auto _ : state) cells = cells_of(area)->size();
  state.SetItemsProcessed(state.iterations());
  state.counters["cells"] = static_cast<double>(cells);
}
BENCHMARK(cover)->Arg(1)->Arg(100)->Arg(2'500)->Arg(10'000);

}  // namespace
