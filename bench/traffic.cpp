#include "bench/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "base/random.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"
#include "wire/beast.h"
#include "wire/mode_s.h"

namespace skypact::bench {
namespace {

constexpr Duration longest_piece = milliseconds(5);

std::vector<sim::Flight> background(const TrafficOptions& options) {
  std::vector<sim::Flight> flights = sim::random_flights(options.aircraft - 2 * options.encounters, options.seed, sim::europe);
  for (sim::Flight& flight : flights) {
    if (options.speed_kt > 0) flight.ground_speed_kt = options.speed_kt;
    if (options.speed_kt > 0) flight.actions.clear();
  }
  return flights;
}

void add_encounter(std::vector<sim::Flight>& flights, std::size_t i, Duration begins) {
  sim::Flight high, low;
  high.address = icao_address(static_cast<std::uint32_t>(0xA00000 + 2 * i));
  low.address = icao_address(static_cast<std::uint32_t>(0xA00000 + 2 * i + 1));
  high.callsign = fmt::format("HIGH{:04}", i);
  low.callsign = fmt::format("LOW{:05}", i);
  // A degree and a half apart, and all the same way: no pair comes near another within twenty minutes.
  const double lat = -50.0 + 1.5 * static_cast<double>(i % 25), lon = -35.0 + 1.5 * static_cast<double>(i / 25);
  high.start = *geo::Position::from_degrees(lat, lon);
  low.start = *geo::Position::from_degrees(lat + 0.02, lon);
  high.track_deg = low.track_deg = 90;
  high.ground_speed_kt = low.ground_speed_kt = 300;
  high.altitude_ft = 31'000;
  low.altitude_ft = 28'000;
  high.actions.push_back({.at = begins, .climb_to_ft = 28'000, .vertical_rate_fpm = 6000});
  high.actions.push_back({.at = begins + seconds(3), .climb_to_ft = 31'000, .vertical_rate_fpm = 2000});
  flights.push_back(std::move(low));
  flights.push_back(std::move(high));
}

bool says_descent(const sim::Transmission& sent) {
  const wire::ModeSMessage message = wire::decode({sent.bytes.data(), sent.size});
  const auto* velocity = std::get_if<wire::Velocity>(&message.content);
  return velocity != nullptr && velocity->vertical_rate_fpm && *velocity->vertical_rate_fpm < -5000;
}

}  // namespace

Traffic make_traffic(const TrafficOptions& options) {
  Random random(options.seed);
  std::vector<sim::Flight> flights = background(options);
  const std::size_t first = flights.size();
  Traffic traffic;
  // Spread evenly, but at any phase of the node's tick; the last ones leave time for their alerts.
  const double span_s = to_seconds(options.length - options.before) - 5;
  for (std::size_t i = 0; i < options.encounters; ++i) {
    const double at_s = to_seconds(options.before) + span_s * (static_cast<double>(i) + random.uniform()) / static_cast<double>(options.encounters);
    add_encounter(flights, i, from_seconds(at_s));
    traffic.addresses.push_back(fmt::format("{:06X}", flights.back().address.number));
  }

  const Time start{};
  sim::World world(std::move(flights), start);
  sim::Transmitter transmitter(world, options.seed);
  std::vector<bool> decided(options.encounters);
  std::vector<std::uint8_t> bytes;
  for (Time at = start; at < start + options.length;) {
    at += seconds(1);
    for (const sim::Transmission& sent : transmitter.advance_to(at).frames) {
      int encounter = -1;
      if (sent.flight >= first && (sent.flight - first) % 2 == 1 && !decided[(sent.flight - first) / 2] && says_descent(sent)) {
        encounter = static_cast<int>((sent.flight - first) / 2);
        decided[static_cast<std::size_t>(encounter)] = true;
      }
      bytes.clear();
      // Without a count: a benchmark that runs late must not look like a receiver whose clock jumps.
      wire::append_beast(wire::make_frame({sent.bytes.data(), sent.size}, 0), bytes);
      const Duration since = sent.at - start;
      const bool goes_on = !traffic.pieces.empty() && encounter < 0 && traffic.pieces.back().encounter < 0 &&
                           since - traffic.pieces.back().at < longest_piece;
      if (!goes_on) traffic.pieces.push_back({since, traffic.bytes.size(), traffic.bytes.size(), encounter});
      traffic.bytes.append(bytes.begin(), bytes.end());
      traffic.pieces.back().end = traffic.bytes.size();
      ++traffic.messages;
    }
  }
  return traffic;
}

}  // namespace skypact::bench
