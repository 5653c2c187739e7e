// One tick of the whole watch: tracks aged and linked, conflicts up to 120 s and advisories up to 20 min, zones,
// alerts, and the picture for the readers. Every aircraft was heard since the tick before.

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "geo/motion.h"
#include "node/engine.h"
#include "sim/random_sky.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");

void tick(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  Config config;
  config.rules.same_party_pairs = true;
  config.feeds.resize(1);
  config.feeds[0].name = "receiver";
  Engine engine(config);
  struct Flight {
    geo::GroundMotion motion;
    Observation said;
  };
  std::vector<Flight> flights;
  for (const sim::SkyAircraft& a : sim::random_sky({.aircraft = count, .seed = 1, .region = sim::europe})) {
    Flight f;
    const GroundVelocity velocity{knots(a.ground_speed_tenth_kt / 10.0), TrueBearing::degrees(a.track_tenth_degree / 10.0)};
    f.motion = geo::ground_motion(a.position, velocity.speed, velocity.track);
    f.said.address = icao_address(static_cast<std::uint32_t>(flights.size() + 1));
    f.said.velocity = velocity;
    f.said.pressure_altitude = PressureAltitude(feet_of_height(a.altitude_ft));
    f.said.vertical_rate = VerticalRate{};
    f.said.accuracy = metres(30);
    flights.push_back(f);
  }
  Time now = start;
  const auto hear = [&] {
    now += seconds(1);
    FeedBatch batch;
    batch.feed = SourceId{0};
    batch.received_at = now;
    for (Flight& f : flights) {
      f.said.received_at = f.said.measured_at = now;
      f.said.position = geo::position_after(f.motion, now - start);
      batch.observations.push_back(f.said);
    }
    engine.observe(batch);
  };
  for (int i = 0; i < 5; ++i) hear(), engine.tick(now);
  for (auto _ : state) {
    state.PauseTiming();
    hear();
    state.ResumeTiming();
    benchmark::DoNotOptimize(engine.tick(now));
  }
  state.counters["live"] = static_cast<double>(engine.picture()->live);
  state.counters["open_alerts"] = static_cast<double>(engine.picture()->alerts.size());
}
BENCHMARK(tick)->Arg(1'000)->Arg(10'000)->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skypact::node
