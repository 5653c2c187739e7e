// How long a start takes that reads the line's past from the record, and what the machine costs.

#include <benchmark/benchmark.h>

#include "line/test_line.h"

namespace {

using namespace skypact;
using namespace skypact::line;
using namespace skypact::line::tests;

// The entries of North's record: messages to South, each with its receipt that it is recorded, and every tenth answered.
std::vector<std::string> past(std::size_t messages) {
  Keys keys;
  Line north(setup_of(keys, "north", {"south"}), keys.copy("north")), south(setup_of(keys, "south", {"north"}), keys.copy("south"));
  std::vector<std::string> record;
  std::uint64_t of_south = 0;
  Time now = start;
  const auto keep = [&](const Step& step) {
    for (const Step::Entry& entry : step.entries) {
      if (!entry.id.empty()) (void)north.recorded(entry.id, record.size(), now);
      record.push_back(entry.text);
    }
  };
  const auto bring = [&](const Step& step) {
    for (const Step::Send& send : step.sends) keep(*north.take({send.note, "link", "south", {}}, now));
  };
  for (std::size_t i = 0; i < messages; ++i) {
    now += seconds(1);
    auto sent = north.send(call_to({"south"}, i % 10 == 0 ? MessageClass::warn : MessageClass::inform, R"({"position":{"lat_deg":35.1,"lon_deg":33.75}})"), now);
    keep(sent->step);
    const Step taken = *south.take({sent->step.sends[0].note, "link", "north", {}}, now);
    for (const Step::Entry& entry : taken.entries) bring(south.recorded(entry.id, of_south++, now));
    if (i % 10 == 0) bring(south.answer(sent->id, {AnswerWord::seen}, {"duty-2", "duty"}, now)->step);
  }
  return record;
}

void replay(benchmark::State& state) {
  static const auto record = past(static_cast<std::size_t>(state.range(0)));   // a minute of signing
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
