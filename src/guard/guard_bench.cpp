// One step of the guard over a sky of live tracks. The tracks are made once and shifted in time for every
// step, so that what is measured is the guard.

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "geo/motion.h"
#include "guard/guard.h"

namespace skypact::guard {
namespace {

const Time start = Time{} + std::chrono::hours(490'000);

// Over Europe, on whole flight levels as traffic flies; a tenth climbs or descends, a twentieth turns.
std::vector<Track> sky(std::size_t count, std::uint16_t parties) {
  Random random(5);
  std::vector<Track> tracks;
  for (std::uint32_t i = 0; i < count; ++i) {
    Track t;
    t.id = TrackId{i + 1};
    t.address = icao_address(i + 1);
    t.party = PartyId{static_cast<std::uint16_t>(1 + random.below(parties))};
    t.party_basis = PartyBasis::address;
    t.aircraft_class = AircraftClass::state;
    t.position = Sourced<geo::Position>{*geo::Position::from_degrees(random.uniform(36, 62), random.uniform(-10, 30)), start, {}, SourceKind::adsb};
    t.accuracy = metres(50);
    t.velocity = Sourced<GroundVelocity>{{knots(random.uniform(250, 500)), TrueBearing::degrees(random.uniform(0, 360))}, start, {}, SourceKind::adsb};
    t.pressure_altitude = Sourced<PressureAltitude>{PressureAltitude(feet_of_height(1000.0 * static_cast<double>(5 + random.below(36)))), start, {}, SourceKind::adsb};
    t.vertical_rate = Sourced<VerticalRate>{feet_per_minute(random.chance(0.1) ? random.uniform(-2000, 2000) : 0), start, {}, SourceKind::adsb};
    if (random.chance(0.05)) t.turn_rate = Sourced<TurnRate>{degrees_per_second(random.uniform(-3, 3)), start, {}, SourceKind::adsb};
    tracks.push_back(t);
  }
  return tracks;
}

void fly(std::vector<Track>& tracks, Duration by) {
  for (Track& t : tracks) {
    const auto motion = geo::ground_motion(t.position->value, t.velocity->value.speed, t.velocity->value.track);
    t.position->value = geo::position_after(motion, by);
    for (Time* at : {&t.position->measured_at, &t.velocity->measured_at, &t.pressure_altitude->measured_at, &t.vertical_rate->measured_at}) *at += by;
    if (t.turn_rate) t.turn_rate->measured_at += by;
    t.last_seen += by;
  }
}

// Arguments: tracks, parties (each pair of different parties is judged), zones, and how high the zones reach at most, in feet: up to
// 6000 ft few aircraft enter one, up to 20,000 ft so many do that the bound on open alerts is reached. Then so many agreed tables, each
// of five clauses in one area that holds half of the sky.
void step(benchmark::State& state) {
  auto tracks = sky(static_cast<std::size_t>(state.range(0)), static_cast<std::uint16_t>(state.range(1)));
  auto rules = std::make_shared<Rules>();
  for (int p = 0; p < state.range(1); ++p) rules->parties.push_back({"p", "P", "P"});
  Random random(9);
  for (int z = 0; z < state.range(2); ++z) {
    Zone zone;
    zone.id = std::to_string(z);
    zone.centre = *geo::Position::from_degrees(random.uniform(36, 62), random.uniform(-10, 30));
    zone.radius = nautical_miles(random.uniform(2, 20));
    zone.ceiling = {VerticalLimit::Reference::pressure, feet_of_height(random.uniform(3000, static_cast<double>(state.range(3))))};
    rules->zones.push_back(zone);
  }
  for (int table = 0; table < state.range(4); ++table) {
    AgreedMinima agreed;
    agreed.version = std::to_string(table);
    const auto corner = [](double lat, double lon) { return *geo::Position::from_degrees(lat, lon); };
    const Ring half{corner(36 + table, -10), corner(36 + table, 10), corner(62, 10), corner(62, -10)};
    for (std::uint16_t c = 0; c < 5; ++c) agreed.clauses.push_back({"c", {PartyId{c}, {}}, {}, half, {nautical_miles(4), feet_of_height(900)}});
    rules->agreed.push_back(agreed);
  }
  Guard guard;
  Time now = start;
  double worst = 0;
  for (auto _ : state) {
    state.PauseTiming();
    fly(tracks, seconds(1));
    now += seconds(1);
    std::vector<const Track*> pointers;
    for (const Track& t : tracks) pointers.push_back(&t);
    state.ResumeTiming();
    const auto before = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(guard.step({.now = now, .tracks = pointers, .rules = rules}, serial));
    worst = std::max(worst, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
  }
  state.counters["open"] = static_cast<double>(guard.open().size());
  state.counters["judged_pairs"] = static_cast<double>(guard.counts().candidates);
  state.counters["worst_ms"] = worst;
}
BENCHMARK(step)->Args({1000, 3, 0, 0, 0})->Args({10'000, 3, 0, 0, 0})->Args({10'000, 3, 1000, 6000, 0})->Args({10'000, 3, 1000, 20'000, 0})->Args({10'000, 3, 0, 0, 1})->Args({10'000, 3, 0, 0, 2})->Unit(benchmark::kMillisecond)->Iterations(12);

}  // namespace
}  // namespace skypact::guard

