// One detection tick: all conflicts of a sky for 5 NM, 1000 ft, 300 s, from motions to the ordered list.
//
// The scene is sim/random_sky.h's jets with seed 1: places uniform over 35–60° N, 10° W – 30° E ("Europe") or over the
// globe, 250–500 kt, up to 41,000 ft, 70 % level on flight levels 1000 ft apart, the rest climbing or descending.

#include <benchmark/benchmark.h>

#include "guard/conflict.h"
#include "sim/random_sky.h"

namespace skypact::guard {
namespace {

std::vector<Motion> motions(std::size_t count, sim::Region region) {
  std::vector<Motion> sky;
  for (const sim::SkyAircraft& a : sim::random_sky({.aircraft = count, .seed = 1, .region = region})) {
    sky.push_back(make_motion(a.position, {knots(a.ground_speed_tenth_kt / 10.0), TrueBearing::degrees(a.track_tenth_degree / 10.0)},
                              feet_of_height(a.altitude_ft), feet_per_minute(a.vertical_rate_fpm)));
  }
  return sky;
}

void tick(benchmark::State& state, sim::Region region, std::size_t count, unsigned threads) {
  const auto sky = motions(count, region);
  ThreadPool pool(threads);
  const ParallelFor parallel_for = pool.parallel_for();
  std::size_t found = 0;
  for (auto _ : state) {
    auto conflicts = detect(sky, {}, parallel_for);
    found = conflicts->size();
    benchmark::DoNotOptimize(conflicts);
  }
  state.counters["conflicts"] = static_cast<double>(found);
}

BENCHMARK_CAPTURE(tick, Europe_10000_one_thread, sim::europe, 10'000, 1)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick, Europe_100000_one_thread, sim::europe, 100'000, 1)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick, globe_1000000_two_threads, sim::globe, 1'000'000, 2)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace skypact::guard
