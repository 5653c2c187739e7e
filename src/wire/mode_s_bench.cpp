// Speed of decoding, from bytes as a receiver sends them. Inputs are generated here.

#include <benchmark/benchmark.h>

#include <vector>

#include "base/random.h"
#include "wire/adsb_encode.h"
#include "wire/beast.h"
#include "wire/mode_s_receiver.h"

namespace skypact::wire {
namespace {

// DF17 as the sky mixes them: per aircraft two positions and two velocities a second, now and then the rest.
std::vector<std::uint8_t> beast_bytes(int messages) {
  Random random(1);
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < messages; ++i) {
    const auto address = static_cast<std::uint32_t>(0x400000 + random.below(3000));
    const auto position = *geo::Position::from_degrees(45 + static_cast<double>(address % 100) / 20 + random.uniform(-0.001, 0.001),
                                                       5 + static_cast<double>(address % 77) / 20 + random.uniform(-0.001, 0.001));
    LongFrame frame{};
    switch (random.below(10)) {
      case 0: frame = encode_identification(address, "BENCH42", "A3"); break;
      case 1: frame = encode_operational_status(address, {}); break;
      case 2: frame = encode_target_state(address, {.selected_altitude_ft = 36'000, .baro_setting_hpa = 1013.2}); break;
      case 3: case 4: case 5: case 6: frame = encode_airborne_position(address, {.position = position, .altitude_ft = 35'000, .odd = random.chance(0.5)}); break;
      default: frame = encode_velocity(address, {.east_kt = static_cast<std::int32_t>(random.below(800)) - 400, .north_kt = 200, .vertical_rate_fpm = 640}); break;
    }
    append_beast(make_frame(frame, 12'000 * static_cast<std::uint64_t>(i + 1)), bytes);
  }
  return bytes;
}

constexpr int messages = 100'000;

// In pieces of a socket's read.
template <class Sink>
void push_in_pieces(const std::vector<std::uint8_t>& bytes, Sink&& sink) {
  constexpr std::size_t piece = 16'384;
  BeastFramer framer;
  for (std::size_t at = 0; at < bytes.size(); at += piece) framer.push(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)), sink);
}

void BeastBytesToTypedMessages(benchmark::State& state) {
  const auto bytes = beast_bytes(messages);
  std::int64_t decoded = 0;
  for (auto _ : state) {
    push_in_pieces(bytes, [&](const ModeSFrame& frame) {
      const auto m = decode(frame.payload());
      benchmark::DoNotOptimize(m);
      decoded += m.error == DecodeError::none;
    });
  }
  if (decoded != state.iterations() * messages) state.SkipWithError("messages were lost");
  state.SetItemsProcessed(decoded);
}
BENCHMARK(BeastBytesToTypedMessages)->Unit(benchmark::kMillisecond);

void BeastBytesToObservations(benchmark::State& state) {
  const auto bytes = beast_bytes(messages);
  std::int64_t observed = 0;
  for (auto _ : state) {
    ModeSReceiver receiver({.source = SourceId{1}});
    Time now{std::chrono::seconds(1'700'000'000)};
    push_in_pieces(bytes, [&](const ModeSFrame& frame) {
      now += milliseconds(1);
      const auto o = receiver.receive(frame, now);
      benchmark::DoNotOptimize(o);
      observed += o.has_value();
    });
  }
  if (observed != state.iterations() * messages) state.SkipWithError("messages were lost");
  state.SetItemsProcessed(observed);
}
BENCHMARK(BeastBytesToObservations)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skypact::wire
