// How long a start takes that reads the line's past from the record, and what the machine costs.

#include <benchmark/benchmark.h>

#include "line/test_line.h"
#include "line/test_past.h"

namespace {

using namespace skypact;
using namespace skypact::line;
using namespace skypact::line::tests;

void replay(benchmark::State& state) {
  static const auto record = busy_past(static_cast<std::size_t>(state.range(0)));
  Keys keys;
  for (auto _ : state) {
    Line north(setup_of(keys, "north", {"south"}), keys.copy("north"));
    for (std::size_t i = 0; i < record.size(); ++i) north.replay(i, record[i]);
    benchmark::DoNotOptimize(north.order().size());
  }
  state.counters["entries"] = static_cast<double>(record.size());
}
BENCHMARK(replay)->Arg(100'000)->Unit(benchmark::kMillisecond)->Iterations(5);

void send_a_stop(benchmark::State& state) {
  Keys keys;
  Line north(setup_of(keys, "north", {"south"}), keys.copy("north"));
  Time now = start;
  for (auto _ : state) {
    now += milliseconds(1);
    benchmark::DoNotOptimize(north.send(call_to({"south"}, MessageClass::stop, R"({"position":{"lat_deg":35.1,"lon_deg":33.75}})"), now)->id);
  }
}
BENCHMARK(send_a_stop)->Unit(benchmark::kMicrosecond)->Iterations(3000);

// 10,000 messages that all wait for an answer: what the timers cost.
void tick_with_all_waiting(benchmark::State& state) {
  Keys keys;
  Line north(setup_of(keys, "north", {"south"}), keys.copy("north"));
  for (std::size_t i = 0; i < LineLimits::messages; ++i) (void)north.send(call_to({"south"}, MessageClass::warn), start);
  const std::set<std::string, std::less<>> down;
  (void)north.tick(start + minutes(5), down);
  Time now = start + minutes(6);
  for (auto _ : state) {
    now += milliseconds(200);
    benchmark::DoNotOptimize(north.tick(now, down).sends.size());
  }
}
BENCHMARK(tick_with_all_waiting)->Unit(benchmark::kMillisecond);

}  // namespace
