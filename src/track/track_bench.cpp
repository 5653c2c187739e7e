// apply(): observations a second. advance(): one tick with linking, 10,000 aircraft, a fifth with a copy of another source.

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "geo/motion.h"
#include "track/track_table.h"

namespace skypact::track {
namespace {

std::vector<Observation> sky(std::size_t aircraft, Time now, double t) {
  Random random(1);
  std::vector<Observation> all;
  for (std::uint32_t n = 0; n < aircraft; ++n) {
    Observation o;
    o.address = icao_address(n);
    o.received_at = o.measured_at = now;
    o.velocity = GroundVelocity{metres_per_second(random.uniform(60, 250)), TrueBearing::degrees(random.uniform(0, 360))};
    const auto from = *geo::Position::from_degrees(random.uniform(36, 60), random.uniform(-10, 30));
    o.position = geo::position_after(geo::ground_motion(from, o.velocity->speed, o.velocity->track), from_seconds(t));
    o.pressure_altitude = PressureAltitude(feet_of_height(1000.0 * static_cast<double>(random.below(40))));
    o.accuracy = metres(30);
    all.push_back(o);
    if (n % 5 == 0) {
      o.address.kind = AddressKind::tisb_icao;
      o.kind = SourceKind::tisb;
      all.push_back(o);
    }
  }
  return all;
}

void apply_reports(benchmark::State& state) {
  TrackTable table;
  double t = 0;
  std::size_t done = 0;
  for (auto _ : state) {
    state.PauseTiming();
    t += 1;
    const Time now = Time{} + std::chrono::hours(480'000) + from_seconds(t);
    const auto all = sky(10'000, now, t);
    state.ResumeTiming();
    for (const auto& o : all) table.apply(o);
    done += all.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
}
BENCHMARK(apply_reports)->Unit(benchmark::kMillisecond)->Iterations(20);

void advance_and_link(benchmark::State& state) {
  TrackTable table;
  double t = 0;
  for (auto _ : state) {
    state.PauseTiming();
    t += 1;
    const Time now = Time{} + std::chrono::hours(480'000) + from_seconds(t);
    for (const auto& o : sky(10'000, now, t)) table.apply(o);
    state.ResumeTiming();
    table.advance(now);
  }
  state.counters["links"] = static_cast<double>(table.links());
}
BENCHMARK(advance_and_link)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace skypact::track
