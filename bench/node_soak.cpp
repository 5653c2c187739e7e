// A day of traffic through decoder and engine at high speed: does a node grow? Aircraft come and go in waves; every wave's
// addresses and callsigns are new. Prints a line for each simulated hour.
//
//     node_soak --hours 24 --aircraft 500 --wave-minutes 10

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "bench/process_usage.h"
#include "node/engine.h"
#include "node/feed_decoder.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"

namespace skypact::bench {
namespace {

struct Sky {
  Sky(std::size_t aircraft, std::uint64_t number, Time start)
      : world(flights(aircraft, number), start), transmitter(world, number) {}

  static std::vector<sim::Flight> flights(std::size_t aircraft, std::uint64_t number) {
    std::vector<sim::Flight> all = sim::random_flights(aircraft, number, sim::europe);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].address = icao_address(static_cast<std::uint32_t>(0x100000 + (number * aircraft + i) % 0xE00000));
      all[i].callsign = fmt::format("S{:07}", (number * aircraft + i) % 10'000'000);
      // One is in distress.
      if (i == 0) all[i].actions.push_back({.at = seconds(40), .squawk = std::uint16_t{7700}});
    }
    return all;
  }

  sim::World world;
  sim::Transmitter transmitter;
};

// Somebody is on duty: distress is latched until it is acknowledged.
void acknowledge_distress(node::Engine& engine, Time now) {
  if ((now.time_since_epoch() / seconds(1)) % 60 != 0) return;
  const auto picture = engine.picture();
  for (const Alert& alert : picture->alerts) {
    if (!alert.latched || !alert.acknowledgements.empty()) continue;
    (void)engine.apply(node::Acknowledge{.alert = alert.key, .party = unknown_party, .by = "soak", .intention = Intention::seen, .how = ""}, now);
  }
}

int soak(std::size_t aircraft, double hours, Duration wave) {
  node::Config config;
  config.feeds.resize(1);
  config.feeds[0].name = "receiver";
  node::Engine engine(config);
  node::FeedDecoder decoder(SourceId{0}, config.feeds[0], config.rules);
  const Time start = *parse_rfc3339("2026-01-01T00:00:00Z");
  const Time end = start + from_seconds(hours * 3600);
  std::unique_ptr<Sky> sky;
  std::vector<std::uint8_t> bytes;
  std::uint64_t messages = 0, events = 0, waves = 0;
  const Duration began = monotonic_now();
  fmt::print("  hour  messages  tracks made  tracks now  open alerts    events  heap MB  RSS MB  processor s\n");
  for (Time now = start; now < end;) {
    if ((now - start) % wave == Duration()) sky = std::make_unique<Sky>(aircraft, ++waves, now);
    now += seconds(1);
    bytes.clear();
    sim::append_beast(sky->transmitter.advance_to(now).frames, start, bytes);
    decoder.push(bytes, now);
    const node::FeedBatch batch = decoder.take();
    messages += batch.messages;
    engine.observe(batch);
    events += engine.tick(now).size();
    acknowledge_distress(engine, now);
    if ((now - start) % std::chrono::hours(1) != Duration() && now != end) continue;
    const auto picture = engine.picture();
    const ProcessUsage usage = usage_of(::getpid());
    fmt::print("{:6.1f} {:9} {:12} {:11} {:12} {:9} {:8.1f} {:7.1f} {:12.0f}\n", to_seconds(now - start) / 3600, messages, picture->aircraft_seen,
               picture->tracks->size(), picture->alerts.size(), events, static_cast<double>(::mallinfo2().uordblks) / 1e6,
               static_cast<double>(usage.resident_bytes) / 1e6, to_seconds(usage.processor));
    std::fflush(stdout);
  }
  fmt::print("{:.0f} s on the clock\n", to_seconds(monotonic_now() - began));
  return 0;
}

}  // namespace
}  // namespace skypact::bench

int main(int argc, char** argv) {
  CLI::App app("A day of traffic at high speed: does a node grow?");
  std::size_t aircraft = 500;
  double hours = 24;
  int wave_minutes = 10;
  app.add_option("--aircraft", aircraft, "How many fly at a time")->capture_default_str();
  app.add_option("--hours", hours, "Simulated")->capture_default_str();
  app.add_option("--wave-minutes", wave_minutes, "How long each flies")->check(CLI::Range(1, 600))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return skypact::bench::soak(aircraft, hours, skypact::minutes(wave_minutes));
}
